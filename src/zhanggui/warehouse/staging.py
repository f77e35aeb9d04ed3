"""How the parts of one file become statements: rows with their final key and their place in time.

A table whose source has no row id is keyed by what its rows say; equal rows inside one file are told
apart by their occurrence ("#1", "#2", … in the order of the file). The number is made here, while
reading, from the parts alone, so that it is the same whenever and wherever the parts are read.
"""

from __future__ import annotations

import duckdb

from zhanggui.canon.tables import SOURCE, Table
from zhanggui.warehouse import quoting
from zhanggui.warehouse.quoting import name, names
from zhanggui.warehouse.rows import Parts

PLACE = ("part_name", "part_row")
"""Where a statement stands inside its file's parts: the last tie-breaker."""

SET_HERE = {"order_lines": frozenset({"is_superseded"})}
"""Columns that the warehouse itself decides; whatever a part says about them is not read."""

FOLLOWS = {"settlement_components": "settlement_lines"}
"""Tables whose occurrence is that of the line they belong to."""


def stated_columns(parts: Parts) -> list[str]:
    """The columns beside key and source that this file has something to say about, in declared order."""
    skipped = {*parts.table.key, *(column.name for column in SOURCE), *SET_HERE.get(parts.table.name, ())}
    return [column for column in parts.table.by_name if column in parts.columns and column not in skipped]


def occurrence_column(table: Table) -> str:
    """The key column that carries the occurrence."""
    return "line_key" if "line_key" in table.key else table.key[-1]


def scan(parts: Parts, only: str | None = None) -> str:
    """The statements of a file as the parts have them, every declared column in its declared type.

    `only` names a table of keys: statements with other keys are left out.
    """
    shown = []
    for column in parts.table.columns:
        has_value = column.name in parts.columns and column.name not in SET_HERE.get(parts.table.name, ())
        value = name(column.name) if has_value else "NULL"
        shown.append(f"CAST({value} AS {column.kind.sql}) AS {name(column.name)}")
    shown += ["filename AS part_name", "file_row_number AS part_row"]
    every = f"SELECT {', '.join(shown)} FROM {quoting.parquet(parts.paths, numbered=True)}"
    if only is None:
        return every
    return f"SELECT e.* FROM ({every}) e SEMI JOIN {name(only)} o ON {quoting.keys_equal(parts.table.key, 'e', 'o')}"


def create_view(
    connection: duckdb.DuckDBPyConnection, view: str, parts: Parts, parent: Parts | None, only: str | None = None
) -> None:
    """Make the statements of a file readable under a name, with their final keys.

    `parent` are the parts of the table whose occurrences this one follows, if any; `only` names a table
    of keys (without occurrence) outside of which nothing is wanted.
    """
    if not parts.occurrence:
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {name(view)} AS {scan(parts, only)}")
        return
    numbers = f"{view}_numbers"
    carrier = occurrence_column(parts.table)
    if parent is None:
        _number_rows(connection, numbers, parts, only)
        matched = " AND ".join(f"s.{column} = n.{column}" for column in PLACE)
    else:
        _number_lines(connection, numbers, parent)
        matched = quoting.keys_equal((*parent.table.key, "source_row"), "s", "n")
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {name(view)} AS "
        f"SELECT s.* REPLACE (s.{name(carrier)} || '#' || coalesce(n.occurrence, 1) AS {name(carrier)}) "
        f"FROM ({scan(parts, only)}) s LEFT JOIN {name(numbers)} n ON {matched}"
    )


def _number_rows(connection: duckdb.DuckDBPyConnection, numbers: str, parts: Parts, only: str | None) -> None:
    """Occurrences of the rows that have an equal; every other row is the first of its kind."""
    key = parts.table.key
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {name(numbers)} AS "
        f"WITH s AS ({scan(parts, only)}), equal AS ({_repeated('s', key)}) "
        f"SELECT part_name, part_row, row_number() OVER (PARTITION BY {names(key)} "
        f"ORDER BY source_row, part_name, part_row) AS occurrence "
        f"FROM s WHERE {quoting.key_hash(key)} IN (SELECT key_hash FROM equal)"
    )


def _number_lines(connection: duckdb.DuckDBPyConnection, numbers: str, parent: Parts) -> None:
    key = parent.table.key
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {name(numbers)} AS "
        f"WITH s AS ({scan(parent)}), equal AS ({_repeated('s', key)}), numbered AS ("
        f"SELECT {names(key)}, source_row, row_number() OVER (PARTITION BY {names(key)} "
        f"ORDER BY source_row, part_name, part_row) AS occurrence "
        f"FROM s WHERE {quoting.key_hash(key)} IN (SELECT key_hash FROM equal)) "
        f"SELECT {names(key)}, source_row, min(occurrence) AS occurrence FROM numbered GROUP BY ALL"
    )


def _repeated(source: str, key: tuple[str, ...]) -> str:
    """The hashes that more than one row has; a collision only makes more work, never a wrong number."""
    return f"SELECT {quoting.key_hash(key)} AS key_hash FROM {source} GROUP BY key_hash HAVING count(*) > 1"


def create_repeated(connection: duckdb.DuckDBPyConnection, view: str, parts: Parts) -> int:
    """The table `repeated`: hashes of keys that the file states more than once; returns their number."""
    if parts.occurrence and FOLLOWS.get(parts.table.name) is None:
        query = "SELECT 0::UBIGINT AS key_hash WHERE false"  # numbered keys are unique by construction
    else:
        query = _repeated(name(view), parts.table.key)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE repeated AS {query}")
    return count(connection, "repeated")


def count(connection: duckdb.DuckDBPyConnection, source: str, *parameters: object) -> int:
    """The number of rows of a table or of a parenthesised query."""
    row = connection.execute(f"SELECT count(*) FROM {source}", list(parameters)).fetchone()
    return int(row[0]) if row else 0
