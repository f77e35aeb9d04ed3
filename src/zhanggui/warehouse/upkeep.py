"""Keeping the books in good order: small files merged, old generations forgotten, copies, checks."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from zhanggui.canon.tables import Layer
from zhanggui.warehouse import quoting
from zhanggui.warehouse.declaration import STATED_PARTS, declared_tables
from zhanggui.warehouse.engine import Layout, Storage
from zhanggui.warehouse.errors import GenerationUnknown, WarehouseExists
from zhanggui.warehouse.faults import fault_point
from zhanggui.warehouse.merging import repeated_keys
from zhanggui.warehouse.quoting import BOOKS, books_table, name
from zhanggui.warehouse.rows import sync_directory
from zhanggui.warehouse.staging import count
from zhanggui.warehouse.transactions import in_transaction


@dataclass(frozen=True)
class Finding:
    """Something in the books that should not be: a code, the table or file, and how many."""

    code: str
    subject: str
    count: int


def remove_orphans(connection: duckdb.DuckDBPyConnection, storage: Storage) -> list[str]:
    """Remove data files that no generation refers to (left by a killed transaction); the lock is held."""
    if storage is not Storage.DUCKLAKE:
        return []
    found = connection.execute(f"CALL ducklake_delete_orphaned_files('{BOOKS}', cleanup_all => true)").fetchall()
    return [str(row[0]) for row in found]


def compact(connection: duckdb.DuckDBPyConnection, storage: Storage) -> None:
    """Merge small data files; the files they came from go once no reader can be using them."""
    if storage is Storage.DUCKDB:
        connection.execute(f"CHECKPOINT {BOOKS}")
        return
    connection.execute(f"CALL ducklake_merge_adjacent_files('{BOOKS}')")
    fault_point("compact.after_merge")
    fault_point("compact.before_cleanup")
    connection.execute(
        f"CALL ducklake_cleanup_old_files('{BOOKS}', older_than => now()::TIMESTAMP - INTERVAL {READER_HOURS} HOUR)"
    )


READER_HOURS = 24  # no question runs longer; a file merged away is kept for so long


def expire(connection: duckdb.DuckDBPyConnection, storage: Storage, keep_from: int) -> list[int]:
    """Forget every generation before `keep_from`; raises GenerationUnknown if that one is not kept."""
    if storage is Storage.DUCKDB:
        return []
    rows = connection.execute(f"SELECT snapshot_id FROM {BOOKS}.snapshots() ORDER BY 1").fetchall()
    snapshots = [int(snapshot) for (snapshot,) in rows]
    if keep_from not in snapshots:
        raise GenerationUnknown(generation=keep_from)
    old = [snapshot for snapshot in snapshots if snapshot < keep_from]
    if old:
        listed = ", ".join(str(snapshot) for snapshot in old)
        connection.execute(f"CALL ducklake_expire_snapshots('{BOOKS}', versions => [{listed}])")
        connection.execute(f"CALL ducklake_cleanup_old_files('{BOOKS}', cleanup_all => true)")
    return old


def check(connection: duckdb.DuckDBPyConnection, layout: Layout, storage: Storage) -> list[Finding]:
    """Keys that stand twice, imports whose parts are gone or cut, directories that nothing refers to."""
    findings = []
    for table in declared_tables():
        twice = repeated_keys(connection, table, f"{books_table(table.name)} c") if table.key else 0
        if twice:
            findings.append(Finding("key_stated_twice", table.name, twice))
    findings += _check_rows(connection, layout)
    if storage is Storage.DUCKLAKE:
        orphans = connection.execute(
            f"CALL ducklake_delete_orphaned_files('{BOOKS}', cleanup_all => true, dry_run => true)"
        ).fetchall()
        findings += [Finding("orphaned_data_file", Path(str(row[0])).name, 1) for row in orphans]
    return findings


def _check_rows(connection: duckdb.DuckDBPyConnection, layout: Layout) -> list[Finding]:
    findings = []
    listed = connection.execute(
        f"SELECT file_id, table_name, row_count FROM {books_table(STATED_PARTS.name)} ORDER BY 1, 2"
    ).fetchall()
    for file_id, table_name, row_count in listed:
        paths = sorted((layout.rows / file_id / table_name).glob("part-*.parquet"))
        found = count(connection, quoting.parquet(paths)) if paths else 0
        if found != row_count:
            findings.append(Finding("stated_rows_missing", f"{file_id}/{table_name}", row_count - found))
    known = {row[0] for row in connection.execute(f"SELECT file_id FROM {books_table('import_files')}").fetchall()}
    stray = [path.name for path in layout.rows.iterdir() if path.name not in known] if layout.rows.is_dir() else []
    return findings + [Finding("unreferenced_rows", directory, 1) for directory in sorted(stray)]


def digest(connection: duckdb.DuckDBPyConnection, table_name: str) -> str:
    """SHA-256 over the sorted digests of the rows, each as JSON with its columns in order of name."""
    table = books_table(table_name)
    described = connection.execute(f"DESCRIBE {table}").fetchall()
    packed = ", ".join(f"{name(column)} := {name(column)}::VARCHAR" for column in sorted(row[0] for row in described))
    row = connection.execute(
        f"SELECT sha256(coalesce(string_agg(line, '' ORDER BY line), '')) FROM "
        f"(SELECT sha256(to_json(struct_pack({packed}))::VARCHAR) AS line FROM {table})"
    ).fetchone()
    return str(row[0]) if row else ""


def export_parquet(connection: duckdb.DuckDBPyConnection, directory: Path, tables: Sequence[str] | None) -> list[Path]:
    """One Parquet file for each table; without names, every table that the language declares."""
    directory.mkdir(parents=True, exist_ok=True)
    declared = [
        table.name for table in declared_tables() if table.layer is not Layer.RECORD or table is not STATED_PARTS
    ]
    written = []
    for table_name in tables if tables is not None else declared:
        path = directory / f"{table_name}.parquet"
        arriving = path.with_suffix(".arriving")
        connection.execute(f"COPY {books_table(table_name)} TO {quoting.text(str(arriving))} (FORMAT parquet)")
        arriving.replace(path)
        written.append(path)
    return written


def copy_books(connection: duckdb.DuckDBPyConnection, layout: Layout, storage: Storage, target: Layout) -> None:
    """Copy catalog, data and rows; the writer's lock is held, so that nothing changes meanwhile."""
    if target.home.exists():
        raise WarehouseExists(directory=str(target.workspace))
    target.home.mkdir(parents=True)
    shutil.copytree(layout.rows, target.rows)
    if storage is Storage.DUCKDB:
        _copy_single_file(connection, target)
    else:
        shutil.copytree(layout.data, target.data)
        _copy_catalog(layout.catalog, target.catalog)
    sync_directory(target.home)


def _copy_single_file(connection: duckdb.DuckDBPyConnection, target: Layout) -> None:
    connection.execute(f"ATTACH {quoting.text(str(target.single_file))} AS copied")
    try:
        in_transaction(connection, lambda: connection.execute(f"COPY FROM DATABASE {BOOKS} TO copied"))
    finally:
        connection.execute("DETACH copied")


_COPY_CATALOG = """
import sqlite3, sys
source, target = sqlite3.connect(sys.argv[1]), sqlite3.connect(sys.argv[2])
source.backup(target)
target.close()
source.close()
"""


def _copy_catalog(catalog: Path, target: Path) -> None:
    # In another process: a second SQLite library in this one, on the same file, would drop its locks.
    subprocess.run([sys.executable, "-I", "-c", _COPY_CATALOG, str(catalog), str(target)], check=True)
