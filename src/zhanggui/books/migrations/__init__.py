"""How the records' tables came to be, step by step; never edited after a release."""
