"""Which rows of a file brought something new to the books: a row states several tables, and each may know it already.

An order export whose lines are all known may still tell that the orders were shipped since. A row is therefore a
duplicate only where every table that it states had the same; it replaced something where any table changed by it.
What a table says of the rows is noted while the temporary tables of its merge stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import duckdb

from zhanggui.warehouse.quoting import name
from zhanggui.warehouse.rows import Parts
from zhanggui.warehouse.staging import count

NEWS = "rows_with_news"
"""Source rows of the file being merged that a table did not know: `source_row`, `is_change` (it knew otherwise)."""


def begin_file(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget the rows of the file before."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {NEWS} (source_row BIGINT, is_change BOOLEAN)")


def note_rows(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Note what a merge that met known keys found, from its temporary tables `staged`, `met` and `keys_met`."""
    # A source row that became several rows of the table is known only if all of them are.
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_known(table)} AS "
        "WITH stated AS (SELECT source_row, count(*) AS n FROM staged GROUP BY source_row), "
        "same AS (SELECT source_row, count(*) AS n FROM met WHERE NOT conflicts AND NOT adds GROUP BY source_row) "
        "SELECT source_row FROM stated JOIN same USING (source_row, n)"
    )
    changing = "SELECT * FROM keys_met WHERE is_changed"
    connection.execute(
        f"INSERT INTO {NEWS} SELECT s.source_row, c.source_row IS NOT NULL FROM "
        f"(SELECT DISTINCT source_row FROM staged ANTI JOIN {_known(table)} USING (source_row)) s LEFT JOIN "
        f"(SELECT DISTINCT source_row FROM met SEMI JOIN ({changing}) k ON met.key_hash = k.key_hash "
        "WHERE met.adds OR met.conflicts) c USING (source_row)"
    )


def count_duplicates(
    connection: duckdb.DuckDBPyConnection, primary: str, fresh: Iterable[Parts], show: Callable[[Parts], None]
) -> int:
    """Rows of the file that the primary table knew and no other table did not.

    `fresh` are the parts of the tables that knew nothing of the file; `show` makes them readable as `staged`.
    """
    if not count(connection, _known(primary)):
        return 0
    for parts in fresh:
        show(parts)
        connection.execute(f"INSERT INTO {NEWS} SELECT DISTINCT source_row, false FROM staged")
    return count(connection, f"(SELECT source_row FROM {_known(primary)} ANTI JOIN {NEWS} USING (source_row))")


def count_replaced(connection: duckdb.DuckDBPyConnection) -> int:
    """Rows of the file by which anything that was known changed."""
    return count(connection, f"(SELECT DISTINCT source_row FROM {NEWS} WHERE is_change)")


def _known(table: str) -> str:
    return name(f"known_rows_{table}")
