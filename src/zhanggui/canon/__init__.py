"""The language of the books: canonical tables, vocabularies, and the contracts built on them."""
