"""Publishing files: what they state, their manifests and their refused rows, all at once or not at all.

The order of things is the promise. Parts are moved to their place and brought to the disk first, the
transaction that refers to them is committed last; a crash before the commit leaves only directories
that nothing refers to, a crash after it leaves nothing to do.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from zhanggui.canon.imports import FileManifest
from zhanggui.canon.register import TABLES
from zhanggui.canon.tables import Layer, Table
from zhanggui.kernel.errors import Refusal
from zhanggui.warehouse import counting, guards, merging, quoting, rows, staging
from zhanggui.warehouse.declaration import STATED_PARTS
from zhanggui.warehouse.engine import Layout
from zhanggui.warehouse.errors import StagedPartMalformed
from zhanggui.warehouse.faults import fault_point
from zhanggui.warehouse.quoting import books_table, name, names
from zhanggui.warehouse.rows import Parts
from zhanggui.warehouse.transactions import sync_data


@dataclass(frozen=True)
class StagedFile:
    """A staging directory that intake has finished, with its manifest."""

    directory: Path
    manifest: FileManifest


@dataclass(frozen=True)
class PublishedFile:
    """What became of one file, counted in its rows: seen = accepted + refused + duplicate."""

    manifest: FileManifest
    rows_accepted: int
    rows_refused: int
    rows_duplicate: int
    rows_replaced: int  # of the accepted: rows that changed what the books said
    status: str  # import_status
    is_known: bool = False  # the books had this very file already; nothing was changed
    refusal: Refusal | None = None  # the file was refused whole; nothing was changed

    @property
    def rows_seen(self) -> int:
        """Rows that intake saw in the file."""
        return self.manifest.rows_seen


@dataclass(frozen=True)
class Published:
    """The books after a publish; files in the order in which they were given."""

    generation: int
    import_seq: int
    files: tuple[PublishedFile, ...]


@dataclass
class Batch:
    """One publish under way."""

    connection: duckdb.DuckDBPyConnection
    layout: Layout
    import_id: str
    imported_at: datetime
    next_generation: Callable[[], int]
    started: float = field(default_factory=time.time)
    stated: dict[str, list[Parts]] = field(default_factory=dict)  # by file, in this batch


def find_known(connection: duckdb.DuckDBPyConnection, file_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The rows of import_files for those of the files that the books have."""
    found = connection.execute(
        f"SELECT * FROM {books_table('import_files')} WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [list(file_ids)]
    ).to_arrow_table()
    return {str(row["file_id"]): row for row in found.to_pylist()}


def answer_known(earlier: Mapping[str, Any], manifest: FileManifest) -> PublishedFile:
    """The answer to a file that the books have: as counted then, every row that was not refused a duplicate."""
    seen, refused = int(earlier["rows_seen"]), int(earlier["rows_refused"])
    known = replace(manifest, rows_seen=seen, rows_refused=refused, rows_accepted=0)
    return PublishedFile(known, 0, refused, seen - refused, 0, "duplicate", is_known=True)


def move_parts(layout: Layout, staged: Sequence[StagedFile]) -> None:
    """Move every staging directory to its place, durably."""
    fault_point("publish.before_move")
    for file in staged:
        rows.take_over(file.directory, layout.rows, file.manifest.file_id)
        fault_point("publish.after_first_move")
    fault_point("publish.after_move")


def write_batch(batch: Batch, staged: Sequence[StagedFile]) -> Published:
    """The body of the publishing transaction; its effects are gone if it raises."""
    batch.stated.clear()
    generation = batch.next_generation()
    import_seq = last_import_seq(batch.connection) + 1
    published = []
    for file in staged:
        published.append(_publish_file(batch, file.manifest))
        fault_point("publish.in_transaction")
    taken = [file for file in published if file.refusal is None]
    _record_files(batch, taken, import_seq)
    _record_issues(batch, [file.manifest for file in taken])
    record_generation(batch.connection, generation, "import", None, batch.imported_at, import_seq)
    fault_point("publish.after_merge")
    sync_data(batch.layout, batch.started)
    fault_point("publish.before_commit")
    return Published(generation, import_seq, tuple(published))


def _publish_file(batch: Batch, manifest: FileManifest) -> PublishedFile:
    every = _read_file(batch.layout, manifest)
    refusal = guards.find_refusal(batch.connection, every)
    if refusal is not None:
        return PublishedFile(manifest, 0, manifest.rows_seen, 0, 0, "refused", refusal=refusal)
    counting.begin_file(batch.connection)
    was_known = {}
    for parts in every:
        parent = _parent_of(parts, every)
        was_known[parts.table.name] = merging.merge(
            batch.connection, parts, parent, lambda table: _others(batch, table)
        )
    batch.stated[manifest.file_id] = every
    return _counted(batch, manifest, every, was_known)


def _read_file(layout: Layout, manifest: FileManifest) -> list[Parts]:
    directory = layout.rows / manifest.file_id
    every = []
    for table_name, stated in manifest.tables.items():
        table = TABLES.get(table_name)
        if table is None or table.layer is not Layer.STATED:
            raise StagedPartMalformed(file_id=manifest.file_id, table=table_name, reason="no table that files state")
        parts = rows.read_parts(directory, manifest.file_id, table, stated.occurrence)
        if parts.row_count:
            every.append(parts)
    return every


def _parent_of(parts: Parts, every: Sequence[Parts]) -> Parts | None:
    followed = staging.FOLLOWS.get(parts.table.name)
    return next((other for other in every if other.table.name == followed and other.occurrence), None)


def _others(batch: Batch, table: Table) -> list[tuple[Parts, Parts | None]]:
    """What every other file, committed or earlier in this batch, states about a table."""
    listed = batch.connection.execute(
        f"SELECT file_id, table_name, has_occurrence FROM {books_table(STATED_PARTS.name)} "
        f"WHERE table_name IN (?, ?) ORDER BY file_id",
        [table.name, staging.FOLLOWS.get(table.name, table.name)],
    ).fetchall()
    by_file = {file_id: list(every) for file_id, every in batch.stated.items()}
    for file_id, table_name, has_occurrence in listed:
        directory = batch.layout.rows / file_id
        by_file.setdefault(file_id, []).append(rows.read_parts(directory, file_id, TABLES[table_name], has_occurrence))
    return [(parts, _parent_of(parts, every)) for every in by_file.values() for parts in every if parts.table is table]


def _counted(
    batch: Batch, manifest: FileManifest, every: Sequence[Parts], was_known: Mapping[str, bool]
) -> PublishedFile:
    def show(parts: Parts) -> None:
        staging.create_view(batch.connection, "staged", parts, _parent_of(parts, every))

    refused, duplicate, replaced = manifest.rows_refused, 0, 0
    if any(was_known.values()):
        replaced = counting.count_replaced(batch.connection)
    if was_known.get(manifest.primary_table):
        fresh = [parts for parts in every if not was_known[parts.table.name]]
        duplicate = counting.count_duplicates(batch.connection, manifest.primary_table, fresh, show)
    accepted = manifest.rows_seen - refused - duplicate
    return PublishedFile(manifest, accepted, refused, duplicate, replaced, _status(accepted, refused, duplicate))


def _status(accepted: int, refused: int, duplicate: int) -> str:
    if refused:
        return "partial" if accepted or duplicate else "refused"
    return "duplicate" if duplicate and not accepted else "accepted"


def last_import_seq(connection: duckdb.DuckDBPyConnection) -> int:
    """The place in time of the newest import; 0 before the first."""
    row = connection.execute(f"SELECT max(import_seq) FROM {books_table('import_files')}").fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def file_counts(file: PublishedFile) -> dict[str, Any]:
    """What `answer_known` needs of a file that this very batch has published."""
    return {"rows_seen": file.rows_seen, "rows_refused": file.rows_refused}


def _record_files(batch: Batch, taken: Sequence[PublishedFile], import_seq: int) -> None:
    """Write import_files and the list of what each file states, one statement for the whole batch."""
    own = {"import_id": batch.import_id, "import_seq": import_seq, "imported_at": batch.imported_at}
    insert_rows(batch.connection, TABLES["import_files"], [{**_file_row(file), **own} for file in taken])
    every = [parts for file in taken for parts in batch.stated[file.manifest.file_id]]
    insert_rows(batch.connection, STATED_PARTS, [_parts_row(parts) for parts in every])


def _parts_row(parts: Parts) -> dict[str, Any]:
    return {
        "file_id": parts.file_id,
        "table_name": parts.table.name,
        "has_occurrence": parts.occurrence,
        "row_count": parts.row_count,
    }


def _file_row(file: PublishedFile) -> dict[str, Any]:
    """The columns of import_files that the manifest and the merge know; lists and records as JSON."""
    known = asdict(file.manifest) | {
        "rows_accepted": file.rows_accepted,
        "rows_duplicate": file.rows_duplicate,
        "rows_replaced": file.rows_replaced,
        "status": file.status,
    }
    return {
        column: json.dumps(known[column], ensure_ascii=False)
        if isinstance(known[column], (list, tuple, dict))
        else known[column]
        for column in TABLES["import_files"].by_name
        if column in known
    }


def insert_rows(connection: duckdb.DuckDBPyConnection, table: Table, records: Sequence[Mapping[str, Any]]) -> None:
    """Insert records into a table of the books in one statement; absent columns stay empty."""
    if not records:
        return
    arrow = pa.Table.from_pylist([dict(record) for record in records], schema=table.arrow_schema)
    connection.register("arriving", arrow)
    try:
        connection.execute(
            f"INSERT INTO {books_table(table.name)} ({names(table.by_name)}) SELECT {names(table.by_name)} FROM arriving"
        )
    finally:
        connection.unregister("arriving")


def _record_issues(batch: Batch, manifests: Sequence[FileManifest]) -> None:
    """Copy every refused row with its reason into import_row_issues."""
    selects = []
    for manifest in manifests:
        path = batch.layout.rows / manifest.file_id / rows.REFUSED
        if path.exists():
            selects.append(_issues_of(batch.connection, path, manifest.file_id))
    if selects:
        batch.connection.execute(
            f"INSERT INTO {books_table('import_row_issues')} "
            "(file_id, issue_no, source_row, column_name, code, message, cells, severity) "
            + " UNION ALL ".join(selects)
        )


def _issues_of(connection: duckdb.DuckDBPyConnection, path: Path, file_id: str) -> str:
    scan = f"read_parquet({quoting.text(str(path))}, file_row_number = true)"
    present = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()}
    severity = "severity" if "severity" in present else "'refused'"
    return (
        f"SELECT {quoting.text(file_id)}, file_row_number + 1, source_row, {name('column')}, code, message, cells, "
        f"{severity} FROM {scan}"
    )


def record_generation(
    connection: duckdb.DuckDBPyConnection,
    generation: int,
    kind: str,
    closed_as_of: object,
    closed_at: datetime,
    import_seq: int,
) -> None:
    """Write the line of a generation into the books that it names."""
    insert_rows(
        connection,
        TABLES["generations"],
        [
            {
                "generation": generation,
                "kind": kind,
                "closed_as_of": closed_as_of,
                "closed_at": closed_at,
                "import_seq": import_seq,
            }
        ],
    )
