"""Making the stored tables what canon declares, in new books and in books of an older release."""

from __future__ import annotations

import duckdb

from zhanggui.canon.register import TABLES
from zhanggui.canon.tables import Column, Kind, Layer, Table
from zhanggui.warehouse.quoting import BOOKS, books_table, name

STATED_PARTS = Table(
    "stated_parts", "文件陈述的表", "Tables that files state", "每个文件的每张表一行", "one row for each table of a file",
    ("file_id", "table_name"),
    (
        Column("file_id", Kind.ID, "文件编号", "File"),
        Column("table_name", Kind.ID, "表", "Table that the file states"),
        Column("has_occurrence", Kind.FLAG, "是否按出现次序编号", "Whether equal rows are told apart by occurrence"),
        Column("row_count", Kind.COUNT, "行数", "Rows in the parts", unit="row"),
    ),
    Layer.RECORD,
)  # fmt: skip
"""The warehouse's own list of what lies in rows/; it is no part of the language."""


_STRICT = (Layer.STATED, Layer.RECORD)  # a derived row may lack a date that its key names


def declared_tables() -> list[Table]:
    """Every table that books have."""
    return [*TABLES.values(), STATED_PARTS]


def missing_statements(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The statements that would bring the books to the declaration; none when they are there."""
    stored: dict[str, set[str]] = {}
    rows = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = ? AND NOT internal", [BOOKS]
    ).fetchall()
    for table_name, column_name in rows:
        stored.setdefault(table_name, set()).add(column_name)
    statements = []
    for table in declared_tables():
        if table.name not in stored:
            statements.append(create_statement(table))
            continue
        statements += [
            f"ALTER TABLE {books_table(table.name)} ADD COLUMN {name(column.name)} {column.kind.sql}"
            for column in table.columns
            if column.name not in stored[table.name]
        ]
    return statements


def create_statement(table: Table) -> str:
    """The statement that makes an empty table as declared."""
    columns = ", ".join(
        f"{name(column.name)} {column.kind.sql}{' NOT NULL' if column.name in table.key and table.layer in _STRICT else ''}"
        for column in table.columns
    )
    return f"CREATE TABLE {books_table(table.name)} ({columns})"
