"""What each file states, kept for good as Parquet parts beside the books.

The current tables can be made again from these parts alone, and a late file with an old export date
is merged by looking at them. A directory of parts counts only if a committed import refers to it; what
a crash leaves behind refers to nothing and is removed when the books are next opened for writing.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from zhanggui.canon.tables import SOURCE, Kind, Table
from zhanggui.warehouse.errors import StagedPartMalformed

REFUSED = "refused.parquet"
_ALSO_TEXT = (pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string()))


@dataclass(frozen=True)
class Parts:
    """What one file states about one table: its parts, and the declared columns they have."""

    file_id: str
    table: Table
    paths: tuple[Path, ...]
    occurrence: bool
    columns: frozenset[str]
    row_count: int


def read_parts(directory: Path, file_id: str, table: Table, occurrence: bool) -> Parts:
    """Look at the footers of a table's parts; raises StagedPartMalformed."""
    paths = tuple(sorted((directory / table.name).glob("part-*.parquet")))
    columns: set[str] = set()
    row_count = 0
    for path in paths:
        footer = pq.read_metadata(path)
        columns |= _checked_columns(table, footer.schema.to_arrow_schema(), file_id)
        row_count += footer.num_rows
        _refuse_missing_keys(table, footer, file_id)
    return Parts(file_id, table, paths, occurrence, frozenset(columns), row_count)


def _checked_columns(table: Table, schema: pa.Schema, file_id: str) -> set[str]:
    for field in schema:
        column = table.by_name.get(field.name)
        if column is None:
            raise StagedPartMalformed(file_id=file_id, table=table.name, column=field.name, reason="not declared")
        if not _fits(field.type, column.kind):
            raise StagedPartMalformed(
                file_id=file_id, table=table.name, column=field.name, reason=f"{field.type} for {column.kind.value}"
            )
    missing = {*table.key, *(column.name for column in SOURCE)} - set(schema.names)
    if missing:
        raise StagedPartMalformed(file_id=file_id, table=table.name, column=sorted(missing)[0], reason="missing")
    return set(schema.names)


def _fits(stored: pa.DataType, kind: Kind) -> bool:
    """Whether a part's type is the declared one; a column without any value may be typeless."""
    if kind.arrow == pa.string() and stored in _ALSO_TEXT:
        return True
    return bool(stored == kind.arrow or pa.types.is_null(stored))


def _refuse_missing_keys(table: Table, footer: pq.FileMetaData, file_id: str) -> None:
    needed = {*table.key, *(column.name for column in SOURCE)}
    for group_number in range(footer.num_row_groups):
        group = footer.row_group(group_number)
        for column_number in range(group.num_columns):
            column = group.column(column_number)
            statistics = column.statistics
            if column.path_in_schema in needed and statistics is not None and statistics.null_count:
                raise StagedPartMalformed(
                    file_id=file_id, table=table.name, column=column.path_in_schema, reason="a key is missing"
                )


def take_over(staged: Path, rows: Path, file_id: str) -> Path:
    """Move a staging directory to its place for good, durably; the writer's lock is held."""
    target = rows / file_id
    if target.exists():  # left by a publish that did not commit
        shutil.rmtree(target)
    _sync_tree(staged)
    try:
        staged.rename(target)
    except OSError:  # another file system: copy beside the target, then rename
        arriving = rows / f".arriving-{file_id}"
        shutil.rmtree(arriving, ignore_errors=True)
        shutil.copytree(staged, arriving)
        _sync_tree(arriving)
        arriving.rename(target)
        shutil.rmtree(staged, ignore_errors=True)
    sync_directory(rows)
    return target


def give_back(rows: Path, file_id: str, staged: Path) -> None:
    """Undo `take_over` after a publish that was refused or failed."""
    taken = rows / file_id
    if taken.exists() and not staged.exists():
        shutil.move(taken, staged)
        sync_directory(rows)


def remove_unreferenced(rows: Path, referenced: Iterable[str]) -> list[str]:
    """Remove every directory that no committed import refers to; returns their names."""
    kept = set(referenced)
    removed = []
    for directory in sorted(rows.iterdir()) if rows.is_dir() else []:
        if directory.name not in kept:
            shutil.rmtree(directory, ignore_errors=True)
            removed.append(directory.name)
    return removed


def _sync_tree(top: Path) -> None:
    for directory, _, files in os.walk(top):
        for file in files:
            sync_file(Path(directory) / file)
        sync_directory(Path(directory))


def sync_file(path: Path) -> None:
    """Bring a file's bytes to the disk."""
    descriptor = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_directory(path: Path) -> None:
    """Bring a directory's entries to the disk, where the system can."""
    if sys.platform != "win32":
        sync_file(path)
