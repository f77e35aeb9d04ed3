"""The engine: DuckDB in this process, with the books attached under one name.

Two ways of keeping the books stand behind that name. DuckLake (Parquet beside a catalog in SQLite)
gives snapshots and lets other processes read while one writes; a plain DuckDB file gives neither but
is one file. The extensions come from installed packages and are loaded by their path, so nothing is
fetched at run time.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import shutil
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import duckdb

from zhanggui.kernel.limits import QUERY_MEMORY_BYTES
from zhanggui.warehouse import quoting
from zhanggui.warehouse.errors import EngineMissing, GenerationUnknown, WarehouseMissing
from zhanggui.warehouse.quoting import BOOKS

EXTENSIONS = ("sqlite_scanner", "ducklake")
CATALOG_BUSY_MS = 20_000  # a reader waits this long for the instant in which a writer commits
_spill_numbers = itertools.count()


class Storage(Enum):
    """How the books are kept."""

    DUCKLAKE = "ducklake"
    DUCKDB = "duckdb"


@dataclass(frozen=True)
class Layout:
    """Where everything of the warehouse lies inside a workspace."""

    workspace: Path

    @property
    def home(self) -> Path:
        return self.workspace / "warehouse"

    @property
    def catalog(self) -> Path:
        return self.home / "catalog.sqlite"

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def single_file(self) -> Path:
        return self.home / "books.duckdb"

    @property
    def lock(self) -> Path:
        return self.home / "writer.lock"

    @property
    def spill(self) -> Path:
        return self.home / "spill"

    @property
    def rows(self) -> Path:
        return self.workspace / "rows"

    def storage(self) -> Storage:
        """How the books that are here are kept; raises WarehouseMissing when there are none."""
        if self.catalog.exists():
            return Storage.DUCKLAKE
        if self.single_file.exists():
            return Storage.DUCKDB
        raise WarehouseMissing(directory=str(self.workspace))


def connect(layout: Layout, memory_limit_bytes: int | None, threads: int | None) -> duckdb.DuckDBPyConnection:
    """A connection without books yet; it spills inside the workspace and fetches nothing."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": f"{memory_limit_bytes or QUERY_MEMORY_BYTES}B",
        "temp_directory": str(_spill_directory(layout)),
        "preserve_insertion_order": "false",
    }
    with contextlib.suppress(OSError):  # books on a read-only disk can be read, as long as nothing spills
        layout.spill.mkdir(exist_ok=True)
    if threads:
        config["threads"] = str(threads)
    connection = duckdb.connect(":memory:", config=config)
    connection.execute("SET enable_progress_bar = false")  # standard output belongs to the answer
    return connection


def attach(
    connection: duckdb.DuckDBPyConnection, layout: Layout, storage: Storage, read_only: bool, generation: int | None
) -> None:
    """Attach the books; with a generation, as they were then."""
    if storage is Storage.DUCKDB:
        _attach_single_file(connection, layout, read_only, generation)
    else:
        _attach_lake(connection, layout, read_only, generation)


def _attach_single_file(
    connection: duckdb.DuckDBPyConnection, layout: Layout, read_only: bool, generation: int | None
) -> None:
    if generation is not None:
        raise GenerationUnknown(generation=generation, storage=Storage.DUCKDB.value)
    mode = " (READ_ONLY)" if read_only else ""
    connection.execute(f"ATTACH {quoting.text(str(layout.single_file))} AS {BOOKS}{mode}")


def _attach_lake(
    connection: duckdb.DuckDBPyConnection, layout: Layout, read_only: bool, generation: int | None
) -> None:
    for extension in EXTENSIONS:
        connection.execute(f"LOAD {quoting.text(str(extension_path(extension)))}")
    options = [
        # The place is given anew each time, so that a workspace can be moved or copied.
        f"DATA_PATH {quoting.text(str(layout.data) + os.sep)}",
        "OVERRIDE_DATA_PATH true",
        "DATA_INLINING_ROW_LIMIT 0",
        # Readers go on while a writer commits.
        "META_JOURNAL_MODE 'WAL'",
        f"META_BUSY_TIMEOUT {CATALOG_BUSY_MS}",
    ]
    if read_only or generation is not None:
        options.append("READ_ONLY")
    if generation is not None:
        options.append(f"SNAPSHOT_VERSION {int(generation)}")
    source = quoting.text(f"ducklake:sqlite:{layout.catalog}")
    try:
        connection.execute(f"ATTACH {source} AS {BOOKS} ({', '.join(options)})")
    except duckdb.Error as error:
        if generation is not None and "snapshot" in str(error).lower():
            raise GenerationUnknown(generation=generation) from error
        raise


def extension_path(extension: str) -> Path:
    """The extension's file in its installed package; raises EngineMissing."""
    package = importlib.util.find_spec(f"duckdb_extension_{extension}")
    if package is None or package.origin is None:
        raise EngineMissing(extension=extension)
    place = Path(package.origin).parent / "extensions" / f"v{duckdb.__version__}" / f"{extension}.duckdb_extension"
    if not place.exists():
        raise EngineMissing(extension=extension, version=duckdb.__version__)
    return place


def _spill_directory(layout: Layout) -> Path:
    return layout.spill / f"{os.getpid()}-{next(_spill_numbers)}"


def remove_dead_spills(layout: Layout) -> None:
    """Remove what killed processes spilled to the disk."""
    if not layout.spill.is_dir():
        return
    for directory in layout.spill.iterdir():
        if not _is_alive(directory.name.partition("-")[0]):
            shutil.rmtree(directory, ignore_errors=True)


def _is_alive(process_id: str) -> bool:
    if sys.platform == "win32" or not process_id.isdigit():
        return True  # cannot be told without harm: left alone
    try:
        os.kill(int(process_id), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
