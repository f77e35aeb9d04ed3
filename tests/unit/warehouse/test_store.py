"""Opening, reading, generations, keeping in order, copying."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.unit.warehouse.stagings import order, stage
from zhanggui.canon.register import TABLES
from zhanggui.warehouse import (
    GenerationUnknown,
    Storage,
    TableUnknown,
    Warehouse,
    WarehouseBusy,
    WarehouseMissing,
    store,
)
from zhanggui.warehouse.errors import WarehouseExists, WarehouseReadOnly
from zhanggui.warehouse.locking import writer_lock
from zhanggui.warehouse.upkeep import Finding

IMPORTED = datetime(2026, 2, 1)


def publish(books: Warehouse, file_id: str, day: int, **amounts: str) -> int:
    orders = [order(key.removeprefix("o"), total_amount=Decimal(amount)) for key, amount in amounts.items()]
    staged = stage(books.layout.workspace, file_id, datetime(2026, 1, day), {"orders": orders})
    return books.publish_files([staged], f"import-{file_id}", IMPORTED).generation


def total(books: Warehouse) -> Decimal | None:
    value: Decimal | None = books.table("orders").total_amount.sum().to_pyarrow().as_py()
    return value


def test_new_books_have_every_declared_table(books: Warehouse) -> None:
    assert all(books.has(name) for name in TABLES)
    assert books.table("orders").schema().to_pyarrow().names == list(TABLES["orders"].by_name)
    assert books.generation() == 0
    assert books.generations() == []


def test_books_are_made_once(workspace: Path) -> None:
    with pytest.raises(WarehouseExists):
        Warehouse.create(workspace)


def test_a_directory_without_books_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WarehouseMissing):
        Warehouse.open(tmp_path)


def test_an_unknown_table_is_refused(books: Warehouse) -> None:
    with pytest.raises(TableUnknown):
        books.table("colours")
    with pytest.raises(TableUnknown):
        books.digest("colours")


def test_books_can_be_read_as_they_were(books: Warehouse, workspace: Path) -> None:
    first = publish(books, "a", 1, o1="10.5")
    second = publish(books, "b", 2, o1="11.5", o2="1")
    assert [generation.generation for generation in books.generations()] == [first, second]
    with Warehouse.open(workspace, generation=first) as then:
        assert (then.generation(), total(then)) == (first, Decimal("10.5"))
        with pytest.raises(WarehouseReadOnly):
            publish(then, "c", 3, o3="1")
    assert (books.generation(), total(books)) == (second, Decimal("12.5"))


@pytest.mark.parametrize("generation", [0, 99])
def test_a_generation_that_never_was_is_refused(books: Warehouse, workspace: Path, generation: int) -> None:
    publish(books, "a", 1, o1="1")
    with pytest.raises(GenerationUnknown):
        Warehouse.open(workspace, generation=generation)


def test_one_state_is_held_for_several_queries(books: Warehouse, workspace: Path) -> None:
    first = publish(books, "a", 1, o1="10")
    with Warehouse.open(workspace, read_only=True) as reader:
        with reader.reading() as generation:
            assert (generation, total(reader)) == (first, Decimal(10))
            publish(books, "b", 2, o2="5")
            assert (reader.generation(), total(reader)) == (first, Decimal(10))
        assert total(reader) == Decimal(15)


READER = """
import json, sys
from pathlib import Path
from zhanggui.warehouse import Warehouse
books = Warehouse.open(Path(sys.argv[1]), read_only=True)
for _ in sys.stdin:
    print(json.dumps([books.generation(), books.table("orders").count().to_pyarrow().as_py()]), flush=True)
"""


@contextmanager
def reader_process(workspace: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", READER, str(workspace)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin
        process.stdin.close()


def ask(process: subprocess.Popen[str]) -> list[int]:
    assert process.stdin
    assert process.stdout
    process.stdin.write("?\n")
    process.stdin.flush()
    answer: list[int] = json.loads(process.stdout.readline())
    return answer


def test_another_process_reads_while_this_one_writes(books: Warehouse, workspace: Path) -> None:
    with reader_process(workspace) as reader:
        assert ask(reader) == [0, 0]
        first = publish(books, "a", 1, o1="1")
        assert ask(reader) == [first, 1]
        second = publish(books, "b", 1, o2="1")
        assert ask(reader) == [second, 2]


def test_two_writers_take_turns(books: Warehouse, workspace: Path) -> None:
    with Warehouse.open(workspace) as rival:
        generations = [publish(books, "a", 1, o1="1"), publish(rival, "b", 1, o2="1"), publish(books, "c", 1, o3="1")]
    assert generations == sorted(set(generations))
    assert total(books) == Decimal(3)


def test_a_writer_that_waits_too_long_is_told(
    books: Warehouse, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "LOCK_WAIT_SECONDS", 0.05)
    with writer_lock(books.layout.lock), pytest.raises(WarehouseBusy):
        publish(books, "a", 1, o1="1")
    publish(books, "b", 1, o1="1")


def test_what_a_killed_writer_left_is_removed_at_the_next_opening(books: Warehouse, workspace: Path) -> None:
    publish(books, "a", 1, o1="1")
    (workspace / "rows" / "half" / "orders").mkdir(parents=True)
    data_file = next((workspace / "warehouse" / "data").rglob("*.parquet"))
    shutil.copy(data_file, data_file.with_name("ducklake-left-behind.parquet"))
    found = {(finding.code, finding.subject) for finding in books.check()}
    assert found == {("orphaned_data_file", "ducklake-left-behind.parquet"), ("unreferenced_rows", "half")}
    with Warehouse.open(workspace) as opened:
        assert opened.check() == []
        assert total(opened) == Decimal(1)


def test_nothing_is_removed_while_a_writer_is_at_work(books: Warehouse, workspace: Path) -> None:
    (workspace / "rows" / "arriving").mkdir()
    with writer_lock(books.layout.lock), Warehouse.open(workspace):
        assert (workspace / "rows" / "arriving").exists()


def test_missing_rows_of_a_file_are_found(books: Warehouse, workspace: Path) -> None:
    publish(books, "a", 1, o1="1", o2="2")
    (workspace / "rows" / "a" / "orders" / "part-00000.parquet").unlink()
    assert books.check() == [Finding("stated_rows_missing", "a/orders", 2)]


def test_merging_small_files_keeps_every_generation(books: Warehouse, workspace: Path) -> None:
    generations = [publish(books, f"f{day}", day, **{f"o{day}": "1.5"}) for day in range(1, 5)]
    before = books.digest("orders")
    books.compact()
    assert books.digest("orders") == before
    for kept, amount in zip(generations, ("1.5", "3", "4.5", "6"), strict=True):
        with Warehouse.open(workspace, generation=kept) as then:
            assert total(then) == Decimal(amount)
    after = publish(books, "later", 9, o9="1")
    assert books.generation() == after
    assert books.check() == []


def test_old_generations_can_be_forgotten(books: Warehouse, workspace: Path) -> None:
    first, second, third = (publish(books, f"f{day}", day, o1=str(day)) for day in (1, 2, 3))
    assert first in books.expire(keep_from=second)
    with pytest.raises(GenerationUnknown):
        Warehouse.open(workspace, generation=first)
    with Warehouse.open(workspace, generation=second) as then:
        assert total(then) == Decimal(2)
    assert (books.generation(), total(books)) == (third, Decimal(3))
    with pytest.raises(GenerationUnknown):
        books.expire(keep_from=first)


def test_a_workspace_can_be_moved(books: Warehouse, workspace: Path, tmp_path: Path) -> None:
    publish(books, "a", 1, o1="10")
    books.close()
    workspace.rename(tmp_path / "moved")
    with Warehouse.open(tmp_path / "moved") as moved:
        publish(moved, "c", 3, o1="30")
        publish(moved, "b", 2, o1="20")  # contested: the moved parts are read again
        assert total(moved) == Decimal(30)
        assert moved.check() == []
    assert not workspace.exists()


def test_a_backup_gives_the_same_books(books: Warehouse, tmp_path: Path) -> None:
    first = publish(books, "a", 1, o1="10")
    publish(books, "b", 2, o1="20", o2="1")
    copied = ("orders", "import_files", "generations")
    digests = [books.digest(name) for name in copied]
    books.backup(tmp_path / "copy")
    publish(books, "c", 3, o1="30")
    with Warehouse.restore(tmp_path / "copy", tmp_path / "restored") as restored:
        assert [restored.digest(name) for name in copied] == digests
        assert restored.check() == []
        publish(restored, "d", 4, o1="40")
        assert total(restored) == Decimal(41)
    with Warehouse.open(tmp_path / "restored", generation=first) as then:
        assert total(then) == Decimal(10)


def test_a_backup_never_overwrites(books: Warehouse, tmp_path: Path) -> None:
    books.backup(tmp_path / "copy")
    with pytest.raises(WarehouseExists):
        books.backup(tmp_path / "copy")
    with pytest.raises(WarehouseExists):
        Warehouse.restore(tmp_path / "copy", books.layout.workspace)
    with pytest.raises(WarehouseMissing):
        Warehouse.restore(tmp_path / "nothing", tmp_path / "restored")


def test_exported_parquet_has_the_declared_shape(books: Warehouse, tmp_path: Path) -> None:
    publish(books, "a", 1, o1="10.1234")
    (path,) = books.export_parquet(tmp_path / "export", ["orders"])
    exported = pq.read_table(path)
    assert exported.schema.names == list(TABLES["orders"].by_name)
    assert exported["total_amount"].to_pylist() == [Decimal("10.1234")]
    assert str(exported.schema.field("total_amount").type) == "decimal128(18, 4)"
    assert len(books.export_parquet(tmp_path / "all")) == len(TABLES)


def test_older_books_are_brought_to_the_declaration(books: Warehouse, workspace: Path) -> None:
    publish(books, "a", 1, o1="10")
    books.execute("ALTER TABLE books.main.orders DROP COLUMN city")
    books.execute("DROP TABLE books.main.reviews")
    books.close()
    with Warehouse.open(workspace) as opened:
        assert opened.has("reviews")
        publish(opened, "b", 2, o1="11")
        assert opened.table("orders").select("city", "total_amount").to_pyarrow().to_pylist() == [
            {"city": None, "total_amount": Decimal(11)}
        ]


def test_books_in_a_single_file_merge_and_copy_alike(single_file_books: Warehouse, tmp_path: Path) -> None:
    books = single_file_books
    generations = [publish(books, "a", 1, o1="10"), publish(books, "c", 3, o1="30"), publish(books, "b", 2, o1="20")]
    assert generations == [1, 2, 3]
    assert total(books) == Decimal(30)
    books.compact()
    assert books.check() == []
    digest = books.digest("orders")
    books.backup(tmp_path / "copy")
    with Warehouse.restore(tmp_path / "copy", tmp_path / "restored") as restored:
        assert restored.storage is Storage.DUCKDB
        assert (restored.digest("orders"), restored.generation()) == (digest, 3)
    with pytest.raises(GenerationUnknown):
        Warehouse.open(books.layout.workspace, generation=1)
