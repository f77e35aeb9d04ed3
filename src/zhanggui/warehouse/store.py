"""The books behind one door: opened, read, published into, closed."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from zhanggui.canon.steps import Step, order_steps
from zhanggui.kernel.clock import now_utc
from zhanggui.kernel.limits import LOCK_WAIT_SECONDS
from zhanggui.warehouse import closing, declaration, engine, publishing, rows, upkeep
from zhanggui.warehouse.engine import Layout, Storage
from zhanggui.warehouse.errors import (
    GenerationUnknown,
    TableUnknown,
    WarehouseBusy,
    WarehouseExists,
    WarehouseMissing,
    WarehouseReadOnly,
)
from zhanggui.warehouse.faults import fault_point
from zhanggui.warehouse.locking import writer_lock
from zhanggui.warehouse.publishing import Batch, Published, StagedFile
from zhanggui.warehouse.quoting import BOOKS, books_table
from zhanggui.warehouse.statements import WRITTEN
from zhanggui.warehouse.transactions import current_snapshot, in_transaction, roll_back, sync_data

Result = TypeVar("Result")


def _stamp(place: Path) -> tuple[int, int]:
    try:
        found = place.stat()
    except FileNotFoundError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


@dataclass(frozen=True)
class Generation:
    """One publication: its number, what it was, and how far it reaches."""

    generation: int
    kind: str
    closed_as_of: date | None
    closed_at: datetime
    import_seq: int


class Warehouse:
    """The books of one workspace, open in this process. One object serves one thread at a time."""

    def __init__(
        self,
        layout: Layout,
        storage: Storage,
        connection: duckdb.DuckDBPyConnection,
        read_only: bool,
        known: dict[str, Any] | None = None,
    ) -> None:
        self.layout = layout
        self.storage = storage
        self.connection = connection
        self.read_only = read_only
        self._known = known  # what these books said of themselves, where they are those of one generation for ever
        self._backend: Any = None
        self._table_names: frozenset[str] = frozenset()
        self._expressions: dict[str, Any] = {}

    # Opening and closing

    @classmethod
    def create(cls, directory: Path, storage: Storage = Storage.DUCKLAKE) -> Warehouse:
        """New, empty books in a workspace; raises WarehouseExists."""
        layout = Layout(Path(directory).absolute())
        if layout.catalog.exists() or layout.single_file.exists():
            raise WarehouseExists(directory=str(directory))
        for place in (layout.home, layout.data, layout.rows):
            place.mkdir(parents=True, exist_ok=True)
        return cls._open(layout, storage, read_only=False, generation=None, memory_limit_bytes=None, threads=None)

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        read_only: bool = False,
        generation: int | None = None,
        memory_limit_bytes: int | None = None,
        threads: int | None = None,
    ) -> Warehouse:
        """The books of a workspace; with a generation, as they were known then, for reading only.

        Opening for writing removes what a killed writer left behind, unless another writer is at work.
        Raises WarehouseMissing, GenerationUnknown.
        """
        layout = Layout(Path(directory).absolute())
        storage = layout.storage()
        read_only = read_only or generation is not None
        return cls._open(layout, storage, read_only, generation, memory_limit_bytes, threads)

    @classmethod
    def _open(
        cls,
        layout: Layout,
        storage: Storage,
        read_only: bool,
        generation: int | None,
        memory_limit_bytes: int | None,
        threads: int | None,
    ) -> Warehouse:
        connection = engine.connect(layout, memory_limit_bytes, threads)
        try:
            engine.attach(connection, layout, storage, read_only, generation)
            warehouse = cls(layout, storage, connection, read_only, None if generation is None else {})
            warehouse._make_ready(generation)
        except BaseException:
            connection.close()
            raise
        return warehouse

    def _make_ready(self, generation: int | None) -> None:
        if generation is not None and not (self.has("generations") and self.generation() == generation):
            raise GenerationUnknown(generation=generation)
        if self.read_only:
            return
        if declaration.missing_statements(self.connection):
            with writer_lock(self.layout.lock):
                in_transaction(self.connection, self._declare)
        self.recover()

    def _declare(self) -> None:
        for statement in declaration.missing_statements(self.connection):
            self.connection.execute(statement)

    def recover(self) -> list[str]:
        """Remove what killed writers left; does nothing while a writer is at work. Returns what was removed."""
        try:
            with writer_lock(self.layout.lock, wait_seconds=0):
                engine.remove_dead_spills(self.layout)
                removed = rows.remove_unreferenced(self.layout.rows, self._referenced_files())
                return removed + upkeep.remove_orphans(self.connection, self.storage)
        except WarehouseBusy:
            return []

    def _referenced_files(self) -> list[str]:
        found = self.connection.execute(f"SELECT file_id FROM {books_table('import_files')}").fetchall()
        return [file_id for (file_id,) in found]

    def sibling(self) -> Warehouse:
        """The same open books for another thread; ends with these at the latest."""
        return Warehouse(self.layout, self.storage, self.connection.cursor(), self.read_only, self._known)

    def close(self) -> None:
        """Let go of the books."""
        self._backend = None
        self.connection.close()

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @staticmethod
    def signature(directory: Path) -> tuple[int, ...]:
        """Changes whenever something was published here; asked without opening the books."""
        layout = Layout(Path(directory).absolute())
        places = (layout.catalog, layout.catalog.with_name(f"{layout.catalog.name}-wal"), layout.single_file)
        return tuple(number for place in places for number in _stamp(place))

    # Reading

    def ibis(self) -> Any:
        """The Ibis backend over the books; its tables are at ("books", "main")."""
        if self._backend is None:
            import ibis

            self._backend = ibis.duckdb.from_connection(self.connection)
        return self._backend

    def table(self, name: str) -> Any:
        """A table of the books as an Ibis expression; raises TableUnknown."""
        if not self.has(name):
            raise TableUnknown(name=name)
        if name not in self._expressions:  # a table keeps its columns while the books are open
            self._expressions[name] = self._expression(name)
        return self._expressions[name]

    def _expression(self, name: str) -> Any:
        node = self.ibis().table(name, database=(BOOKS, "main")).op()
        # A key that is never null would be another type to Ibis than a column that may be, and could not be united with it.
        kinds = {column: kind.copy(nullable=True) for column, kind in node.schema.items()}
        return node.copy(schema=type(node.schema)(kinds)).to_expr()

    def has(self, name: str) -> bool:
        """Whether the books have a table of this name."""
        if name not in self._table_names:  # tables are added, never dropped, while the books are open
            found = self.connection.execute(
                "SELECT table_name FROM duckdb_tables() WHERE database_name = ?", [BOOKS]
            ).fetchall()
            self._table_names = frozenset(table_name for (table_name,) in found)
        return name in self._table_names

    def fetch(self, expression: Any) -> pa.Table:
        """The rows of an expression over the books, typed as the engine computed them.

        Ibis would cast the result to the types that it expects, which are narrower than those of sums and products.
        """
        statement = WRITTEN.find(expression.op(), lambda: self.ibis().compile(expression))
        return self.connection.execute(statement).to_arrow_table()

    def memory_table(self, content: pa.Table) -> Any:
        """An Arrow table as an Ibis expression."""
        import ibis

        return ibis.memtable(content)

    def known(self, name: str, read: Callable[[], Result]) -> Result:
        """What the books say, read once where they are those of one generation and cannot change."""
        if self._known is None:
            return read()
        if name not in self._known:
            self._known[name] = read()
        found: Result = self._known[name]
        return found

    def generation(self) -> int:
        """The number of the newest publication that is open here; 0 before the first."""
        return self.known("generation", self._read_generation)

    def _read_generation(self) -> int:
        row = self.connection.execute(f"SELECT max(generation) FROM {books_table('generations')}").fetchone()
        return int(row[0]) if row and row[0] is not None else 0

    def generations(self) -> list[Generation]:
        """Every publication, oldest first."""
        return list(self.known("generations", self._read_generations))

    def _read_generations(self) -> list[Generation]:
        found = self.connection.execute(
            f"SELECT generation, kind, closed_as_of, closed_at, import_seq FROM {books_table('generations')} ORDER BY 1"
        ).fetchall()
        return [Generation(*row) for row in found]

    def next_generation(self) -> int:
        """The number that the publication under way will have; asked by its own steps before they write."""
        return self._next_generation()

    @contextmanager
    def reading(self) -> Iterator[int]:
        """Hold one state of the books for several queries; gives its generation."""
        self.connection.execute("BEGIN TRANSACTION")
        try:
            yield self.generation()
        finally:
            roll_back(self.connection)

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Run one statement of the warehouse's own; nobody outside this room has statements."""
        self.connection.execute(statement, list(parameters))

    # Publishing

    def publish_files(self, staged: Sequence[StagedFile], import_id: str, imported_at: datetime) -> Published:
        """Publish what files state, in one transaction; the staging directories are taken over.

        A file that the books have already is answered and left where it is; a file that is refused goes
        back to its staging directory, the others are published. Raises WarehouseBusy, StagedPartMalformed,
        KeyStatedTwice; then nothing was changed.
        """
        with self._writing():
            known = publishing.find_known(self.connection, [file.manifest.file_id for file in staged])
            fresh = {file.manifest.file_id: file for file in staged if file.manifest.file_id not in known}
            published = self._publish_fresh(list(fresh.values()), import_id, imported_at)
        outcomes = {file.manifest.file_id: file for file in published.files}
        files = []
        for file in staged:
            earlier = known.get(file.manifest.file_id)
            if earlier is None:
                files.append(outcomes[file.manifest.file_id])
                known[file.manifest.file_id] = publishing.file_counts(outcomes[file.manifest.file_id])
            else:
                files.append(publishing.answer_known(earlier, file.manifest))
        return Published(published.generation, published.import_seq, tuple(files))

    def _publish_fresh(self, staged: Sequence[StagedFile], import_id: str, imported_at: datetime) -> Published:
        if not staged:
            return Published(self.generation(), publishing.last_import_seq(self.connection), ())
        batch = Batch(self.connection, self.layout, import_id, imported_at, self._next_generation)
        try:
            publishing.move_parts(self.layout, staged)
            published = in_transaction(self.connection, lambda: publishing.write_batch(batch, staged))
        except BaseException:
            self._give_back(staged)
            raise
        fault_point("publish.after_commit")
        refused = {file.manifest.file_id for file in published.files if file.refusal}
        self._give_back([file for file in staged if file.manifest.file_id in refused])
        return published

    def _give_back(self, staged: Sequence[StagedFile]) -> None:
        for file in staged:
            rows.give_back(self.layout.rows, file.manifest.file_id, file.directory)

    def publish_tables(
        self,
        tables: Mapping[str, Any],
        *,
        kind: str = "close",
        closed_as_of: date | None = None,
        closed_at: datetime | None = None,
    ) -> int:
        """Replace derived or record tables (Ibis expressions or Arrow tables) in one transaction.

        Returns the generation.
        """

        def write() -> None:
            for name, content in tables.items():
                closing.replace_table(self, name, content)

        return self._publish_derived(write, kind, closed_as_of, closed_at)

    def publish_steps(
        self,
        steps: Sequence[Step],
        arguments: closing.Arguments,
        *,
        closed_as_of: date,
        closed_at: datetime | None = None,
        on_step: Callable[[Step], None] | None = None,
    ) -> int:
        """The close: run every step after those it reads from, in one transaction; returns the generation.

        `arguments` gives what a step takes by name (its policy and `as_of`); `on_step` is told of each
        step before it runs.
        """

        def write() -> None:
            for step in order_steps(steps):
                if on_step:
                    on_step(step)
                closing.run_step(self, step, arguments(step))

        return self._publish_derived(write, "close", closed_as_of, closed_at)

    def _publish_derived(
        self, write: Callable[[], None], kind: str, closed_as_of: date | None, closed_at: datetime | None
    ) -> int:
        started = time.time()

        def body() -> int:
            generation = self._next_generation()
            write()
            import_seq = publishing.last_import_seq(self.connection)
            publishing.record_generation(
                self.connection, generation, kind, closed_as_of, closed_at or now_utc(), import_seq
            )
            sync_data(self.layout, started)
            fault_point("close.before_commit")
            return generation

        with self._writing():
            fault_point("close.before_transaction")
            generation = in_transaction(self.connection, body)
        fault_point("close.after_commit")
        return generation

    def _next_generation(self) -> int:
        return current_snapshot(self.connection, self.storage) + 1

    @contextmanager
    def _writing(self) -> Iterator[None]:
        if self.read_only:
            raise WarehouseReadOnly(directory=str(self.layout.workspace))
        with writer_lock(self.layout.lock, LOCK_WAIT_SECONDS):
            yield

    # Upkeep

    def compact(self) -> None:
        """Merge small files into larger ones; every generation stays readable."""
        with self._writing():
            upkeep.compact(self.connection, self.storage)

    def expire(self, keep_from: int) -> list[int]:
        """Forget the generations before one, and remove the files that only they used; returns the forgotten."""
        with self._writing():
            return upkeep.expire(self.connection, self.storage, keep_from)

    def check(self) -> list[upkeep.Finding]:
        """Look through the books for what should not be; an empty list means sound."""
        return upkeep.check(self.connection, self.layout, self.storage)

    def digest(self, name: str) -> str:
        """A digest of a table's rows, whatever their order; equal books give equal digests."""
        if not self.has(name):
            raise TableUnknown(name=name)
        return upkeep.digest(self.connection, name)

    def export_parquet(self, directory: Path, tables: Sequence[str] | None = None) -> list[Path]:
        """Write tables of the open generation as plain Parquet, one file each, for Spark and other tools."""
        with self.reading():
            return upkeep.export_parquet(self.connection, Path(directory), tables)

    def backup(self, target: Path) -> None:
        """Copy the books and what the files state to a new directory while others read; writers wait."""
        with writer_lock(self.layout.lock, LOCK_WAIT_SECONDS):
            upkeep.copy_books(self.connection, self.layout, self.storage, Layout(Path(target).absolute()))

    @classmethod
    def restore(cls, source: Path, directory: Path) -> Warehouse:
        """Books from a backup, in a workspace that has none."""
        backup, layout = Layout(Path(source).absolute()), Layout(Path(directory).absolute())
        backup.storage()
        if layout.home.exists() and (layout.catalog.exists() or layout.single_file.exists()):
            raise WarehouseExists(directory=str(directory))
        if not backup.rows.is_dir():
            raise WarehouseMissing(directory=str(source))
        shutil.copytree(backup.home, layout.home, dirs_exist_ok=True)
        shutil.copytree(backup.rows, layout.rows, dirs_exist_ok=True)
        return cls.open(layout.workspace)
