"""How statements become current rows, so that neither the order of files nor repetition matters.

The law: of each column the current row holds the last value that is not null, in the order
(stated_at, source_file_id, source_row) over the statements of all files. Most statements have keys that
the books do not know; they are inserted straight from the parts. For the rest it is enough to look at
the current row, with one exception: a statement older than the current row that contradicts it. Where
the contradicted value came from cannot be told from the current row, so for these keys, and only for
these, the statements of every file are read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import duckdb
import pyarrow as pa

from zhanggui.canon.tables import Table
from zhanggui.warehouse import counting, quoting, staging
from zhanggui.warehouse.errors import KeyStatedTwice
from zhanggui.warehouse.quoting import books_table, keys_equal, name, names
from zhanggui.warehouse.rows import Parts
from zhanggui.warehouse.staging import PLACE, SET_HERE, count

Others = Callable[[Table], Sequence[tuple[Parts, Parts | None]]]
"""The parts of every other file that states a table, each with the parts its occurrences follow."""

SOURCE_ORDER = ("stated_at", "source_file_id", "source_row")
ROWS_PER_MOMENT = 1 << 36  # more rows than any file may have, and room for 134 million moments
FULL_CHECK_RATIO = 4  # a table up to so many times the file's rows is checked whole: one scan beats a join


def merge(connection: duckdb.DuckDBPyConnection, parts: Parts, parent: Parts | None, others: Others) -> bool:
    """Merge what one file states about one table into the books, and tell whether any of its keys was known.

    Raises KeyStatedTwice.

    Runs inside the caller's transaction; the temporary tables it makes are replaced by the next merge.
    """
    table = parts.table
    staging.create_view(connection, "staged", parts, parent)
    repeated_count = staging.create_repeated(connection, "staged", parts)
    met_count = _meet_current(connection, parts)
    _insert_fresh(connection, table, is_all_fresh=not (repeated_count or met_count))
    if met_count:
        _gather_statements(connection, table, others)
        _collapse_statements(connection, table)
        _join_singles(connection, parts)
        _note_changes(connection, parts)
        _replace_current(connection, table)
    elif repeated_count:
        _insert_collapsed(connection, parts)
    if table.name == "order_lines":
        _mark_superseded(connection)
    _assert_keys(connection, parts)
    if met_count:
        counting.note_rows(connection, table.name)
    return bool(met_count)


def _meet_current(connection: duckdb.DuckDBPyConnection, parts: Parts) -> int:
    """Set every statement whose key the books know beside its current row; returns their number.

    `met`: one row per such statement; `keys_met`: one row per key.
    """
    table = parts.table
    columns = staging.stated_columns(parts)
    conflicts = _any(f"coalesce(s.{name(column)} <> c.{name(column)}, false)" for column in columns)
    adds = _any(f"(s.{name(column)} IS NOT NULL AND c.{name(column)} IS NULL)" for column in columns)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE met AS SELECT {names(table.key, 's')}, s.source_row, "
        f"{quoting.key_hash(table.key, 's')} AS key_hash, {conflicts} AS conflicts, {adds} AS adds, "
        f"{_is_before('s', 'c')} AS is_older "
        f"FROM staged s JOIN {books_table(table.name)} c ON {keys_equal(table.key, 's', 'c')}"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE keys_met AS SELECT {names(table.key)}, any_value(key_hash) AS key_hash, "
        "bool_and(is_older AND NOT conflicts AND NOT adds) AS is_idle, "
        "bool_or(is_older AND conflicts) AS is_contested, "
        "bool_or(adds OR (conflicts AND NOT is_older)) AS is_changed, "
        "count(*) = 1 AND NOT is_idle AND NOT is_contested AS is_single, bool_or(is_older) AS is_older "
        f"FROM met GROUP BY {names(table.key)}"
    )
    return count(connection, "met")


def _any(conditions: Iterable[str]) -> str:
    listed = list(conditions)
    return "(" + " OR ".join(listed) + ")" if listed else "false"


def _is_before(left: str, right: str) -> str:
    """Whether one statement stands before another in the order of statements."""
    first, second, third = ("stated_at", "source_file_id", "source_row")
    return (
        f"({left}.{first} < {right}.{first} OR ({left}.{first} = {right}.{first} AND "
        f"({left}.{second} < {right}.{second} OR ({left}.{second} = {right}.{second} "
        f"AND {left}.{third} < {right}.{third}))))"
    )


def _shown(table: Table) -> str:
    """Every column of the table as the staged view shows it; what the warehouse decides starts as false."""
    set_here = SET_HERE.get(table.name, frozenset())
    return ", ".join("false" if column in set_here else f"s.{name(column)}" for column in table.by_name)


def _insert_fresh(connection: duckdb.DuckDBPyConnection, table: Table, is_all_fresh: bool) -> None:
    """Insert the statements whose key nobody else states, straight from the parts."""
    apart = ""
    if not is_all_fresh:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE special AS SELECT key_hash FROM repeated UNION SELECT key_hash FROM keys_met"
        )
        apart = f" ANTI JOIN special x ON {quoting.key_hash(table.key, 's')} = x.key_hash"
    connection.execute(
        f"INSERT INTO {books_table(table.name)} ({names(table.by_name)}) SELECT {_shown(table)} FROM staged s{apart}"
    )


def _gather_statements(connection: duckdb.DuckDBPyConnection, table: Table, others: Others) -> None:
    """Collect everything that decides the rows of the special keys."""
    columns = names((*table.by_name, *PLACE))
    is_key = keys_equal(table.key, "s", "k")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE statements AS SELECT {columns} FROM staged s "
        f"SEMI JOIN special x ON {quoting.key_hash(table.key, 's')} = x.key_hash "
        f"ANTI JOIN (SELECT * FROM keys_met WHERE is_idle OR is_single) k ON {is_key}"
    )
    connection.execute(
        f"INSERT INTO statements SELECT {names(table.by_name, 's')}, '', 0 FROM {books_table(table.name)} s "
        f"SEMI JOIN (SELECT * FROM keys_met WHERE NOT (is_idle OR is_contested OR is_single)) k ON {is_key}"
    )
    if count(connection, "keys_met WHERE is_contested"):
        _gather_contested(connection, table, others)


def _gather_contested(connection: duckdb.DuckDBPyConnection, table: Table, others: Others) -> None:
    """Read again what every other file states about the contested keys."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE contested_bases AS SELECT {names(table.key)} FROM keys_met WHERE is_contested"
    )
    carrier = staging.occurrence_column(table)
    if table.by_name[carrier].kind.arrow == pa.string():  # files that number their equal rows have the bare key
        bare = f"regexp_replace({name(carrier)}, '#[0-9]+$', '') AS {name(carrier)}"
        connection.execute(
            f"INSERT INTO contested_bases SELECT DISTINCT * REPLACE ({bare}) FROM contested_bases "
            f"WHERE regexp_matches({name(carrier)}, '#[0-9]+$')"
        )
    for parts, parent in others(table):
        staging.create_view(connection, "other", parts, parent, only="contested_bases")
        connection.execute(
            f"INSERT INTO statements SELECT {names((*table.by_name, *PLACE), 's')} FROM other s "
            f"SEMI JOIN (SELECT * FROM keys_met WHERE is_contested) k ON {keys_equal(table.key, 's', 'k')}"
        )


def _insert_collapsed(connection: duckdb.DuckDBPyConnection, parts: Parts) -> None:
    """Insert the keys that only this file states, and more than once: orders repeated on each of their lines."""
    table = parts.table
    own = f"SELECT * FROM staged s SEMI JOIN special x ON {quoting.key_hash(table.key, 's')} = x.key_hash"
    stated = {*staging.stated_columns(parts), *SOURCE_ORDER}
    connection.execute(
        f"INSERT INTO {books_table(table.name)} ({names(table.by_name)}) {_collapsed(connection, table, own, stated)}"
    )


def _collapse_statements(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Make `merged`: the current rows of the keys whose statements were gathered."""
    query = _collapsed(connection, table, "SELECT * FROM statements", set(table.measures))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE merged AS {query}")


def _collapsed(connection: duckdb.DuckDBPyConnection, table: Table, statements: str, stated: set[str]) -> str:
    """A query for one row per key: of each stated column the last value that is not null."""
    set_here = SET_HERE.get(table.name, frozenset())
    shown = []
    for column in table.columns:
        if column.name in table.key:
            shown.append(name(column.name))
        elif column.name in set_here:
            shown.append(f"false AS {name(column.name)}")
        elif column.name in stated:
            shown.append(f"arg_max({name(column.name)}, place) AS {name(column.name)}")  # passes over nulls
        else:
            shown.append(f"CAST(NULL AS {column.kind.sql}) AS {name(column.name)}")
    placed = _placed(connection, table, statements)
    return f"SELECT {', '.join(shown)} FROM ({placed}) GROUP BY {names(table.key)}"


def _placed(connection: duckdb.DuckDBPyConnection, table: Table, statements: str) -> str:
    """A query that gives each statement its place among those of its key.

    Few files meet in one merge, so their moments are numbered and the row's number is added; sorting the
    statements themselves is four times slower and is left for files that state a key twice in one row.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE moments AS SELECT stated_at, source_file_id, row_number() OVER "
        f"(ORDER BY stated_at, source_file_id) AS moment FROM (SELECT DISTINCT stated_at, source_file_id FROM ({statements}))"
    )
    placed = (
        f"SELECT s.*, m.moment * {ROWS_PER_MOMENT} + s.source_row AS place FROM ({statements}) s "
        "JOIN moments m ON s.stated_at = m.stated_at AND s.source_file_id = m.source_file_id"
    )
    tied = f"SELECT 1 FROM ({placed}) s GROUP BY {quoting.key_hash(table.key, 's')}, place HAVING count(*) > 1 LIMIT 1"
    if not count(connection, f"({tied})"):
        return placed
    order = names((*SOURCE_ORDER, *PLACE))
    partition = f"PARTITION BY {names(table.key)} ORDER BY {order}"
    return f"SELECT *, row_number() OVER ({partition}) AS place FROM ({statements})"


def _join_singles(connection: duckdb.DuckDBPyConnection, parts: Parts) -> None:
    """Add to `merged` the keys with one new statement and no contest: two rows meet, nothing to sort."""
    table = parts.table
    stated = set(staging.stated_columns(parts))
    set_here = SET_HERE.get(table.name, frozenset())
    shown = []
    for column in table.by_name:
        new, old = f"s.{name(column)}", f"c.{name(column)}"
        if column in set_here:
            shown.append("false")
        elif column in stated:
            shown.append(f"coalesce({new}, {old})")  # an older statement without contest says the same or fills a gap
        elif column in SOURCE_ORDER:
            shown.append(f"CASE WHEN k.is_older THEN {old} ELSE {new} END")
        else:
            shown.append(old)
    connection.execute(
        f"INSERT INTO merged SELECT {', '.join(shown)} FROM staged s "
        f"JOIN (SELECT * FROM keys_met WHERE is_single) k ON {keys_equal(table.key, 's', 'k')} "
        f"JOIN {books_table(table.name)} c ON {keys_equal(table.key, 'c', 'k')}"
    )


def _note_changes(connection: duckdb.DuckDBPyConnection, parts: Parts) -> None:
    """Find out whether the contested keys came out otherwise than they stand in the books."""
    if not count(connection, "keys_met WHERE is_contested"):
        return
    table = parts.table
    differs = _any(f"m.{name(column)} IS DISTINCT FROM c.{name(column)}" for column in staging.stated_columns(parts))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE came_out AS SELECT {names(table.key, 'm')}, {differs} AS is_changed "
        f"FROM merged m JOIN {books_table(table.name)} c ON {keys_equal(table.key, 'm', 'c')} "
        f"SEMI JOIN (SELECT * FROM keys_met WHERE is_contested) k ON {keys_equal(table.key, 'm', 'k')}"
    )
    connection.execute(
        f"UPDATE keys_met SET is_changed = o.is_changed FROM came_out o WHERE {keys_equal(table.key, 'keys_met', 'o')}"
    )


def _replace_current(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    expected = count(connection, "keys_met WHERE NOT is_idle")
    replace_rows(connection, table, "merged", expected)


def replace_rows(connection: duckdb.DuckDBPyConnection, table: Table, source: str, expected: int) -> None:
    """Put the rows of a temporary table in the place of those with the same keys.

    `expected` rows must go; any other number means that the books hold a key twice.
    """
    current = books_table(table.name)
    if expected:
        deleted = connection.execute(
            f"DELETE FROM {current} c USING {name(source)} m WHERE {keys_equal(table.key, 'c', 'm')}"
        ).fetchone()
        if deleted is None or deleted[0] != expected:
            raise KeyStatedTwice(table=table.name, expected=expected, found=deleted[0] if deleted else 0)
    connection.execute(
        f"INSERT INTO {current} ({names(table.by_name)}) SELECT {names(table.by_name)} FROM {name(source)}"
    )


def _mark_superseded(connection: duckdb.DuckDBPyConnection) -> None:
    """Of orders whose lines come from sources that name them differently well, keep the best named."""
    from zhanggui.canon.register import TABLES

    table = TABLES["order_lines"]
    current = books_table(table.name)
    if count(connection, f"(SELECT DISTINCT coalesce(identity_rank, 0) FROM {current})") <= 1:
        return
    order = ("shop_id", "platform_order_id")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE judged AS WITH touched AS (SELECT DISTINCT {names(order)} FROM staged), "
        f"best AS (SELECT {names(order, 'c')}, max(coalesce(c.identity_rank, 0)) AS best_rank FROM {current} c "
        f"SEMI JOIN touched t ON {keys_equal(order, 'c', 't')} GROUP BY {names(order, 'c')}) "
        f"SELECT c.* REPLACE (coalesce(c.identity_rank, 0) < b.best_rank AS is_superseded) FROM {current} c "
        f"JOIN best b ON {keys_equal(order, 'c', 'b')} "
        f"WHERE coalesce(c.is_superseded, false) <> (coalesce(c.identity_rank, 0) < b.best_rank)"
    )
    judged_count = count(connection, "judged")
    if judged_count:
        replace_rows(connection, table, "judged", judged_count)


def _assert_keys(connection: duckdb.DuckDBPyConnection, parts: Parts) -> None:
    """No key of this file may stand twice in the books."""
    table = parts.table
    current = books_table(table.name)
    touched = f"{current} c SEMI JOIN staged s ON {keys_equal(table.key, 'c', 's')}"
    is_small = count(connection, current) <= FULL_CHECK_RATIO * parts.row_count
    found = repeated_keys(connection, table, current + " c" if is_small else touched)
    if found:
        raise KeyStatedTwice(table=table.name, keys=found)


def repeated_keys(connection: duckdb.DuckDBPyConnection, table: Table, source: str) -> int:
    """How many keys stand more than once in a source with the alias `c`."""
    key_hash = quoting.key_hash(table.key, "c")
    if not count(connection, f"(SELECT {key_hash} AS h FROM {source} GROUP BY h HAVING count(*) > 1 LIMIT 1)"):
        return 0
    exact = f"SELECT 1 FROM {source} GROUP BY {names(table.key, 'c')} HAVING count(*) > 1"
    return count(connection, f"({exact})")
