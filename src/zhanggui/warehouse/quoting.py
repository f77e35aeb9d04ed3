"""The only ways in which a name or a text becomes part of a statement."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

BOOKS = "books"
"""The name under which the store is attached, whatever engine keeps it."""


def name(identifier: str) -> str:
    """An identifier, quoted."""
    return '"' + identifier.replace('"', '""') + '"'


def names(identifiers: Iterable[str], prefix: str = "") -> str:
    """Identifiers as a list, each with the alias of its table."""
    lead = f"{prefix}." if prefix else ""
    return ", ".join(lead + name(identifier) for identifier in identifiers)


def text(value: str) -> str:
    """A text, quoted; for the places where the engine takes no bound parameter (paths in views)."""
    return "'" + value.replace("'", "''") + "'"


def books_table(identifier: str) -> str:
    """A table of the books, fully qualified."""
    return f"{BOOKS}.main.{name(identifier)}"


def parquet(paths: Iterable[Path], numbered: bool = False) -> str:
    """A scan over Parquet parts; `numbered` adds the part's name and the row's number in it."""
    listed = ", ".join(text(str(path)) for path in paths)
    extra = ", filename = true, file_row_number = true" if numbered else ""
    return f"read_parquet([{listed}], union_by_name = true{extra})"


def keys_equal(key: Iterable[str], left: str, right: str) -> str:
    """The condition that two rows have the same key."""
    return " AND ".join(f"{left}.{name(column)} = {right}.{name(column)}" for column in key)


def key_hash(key: Iterable[str], prefix: str = "") -> str:
    """A number that equal keys share; collisions must be harmless where it is used."""
    return f"hash({names(key, prefix)})"
