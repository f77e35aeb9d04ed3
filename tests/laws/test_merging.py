"""The law of merging: the books are a function of the set of files, not of the way they came.

Random files state overlapping facts; they are imported in any order, in any batches and more than once.
The current tables must equal what a plain reading of the law gives, written out here in Python without
any engine, and must have the same digests whichever way the files came.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.warehouse.stagings import Row, line, order, stage
from zhanggui.warehouse import StagedFile, Storage, Warehouse

IMPORTED = datetime(2026, 2, 1)
CURRENT = ("orders", "order_lines", "stock_movements")
COMPARED = {
    "orders": ("total_amount", "status_raw", "city"),
    "order_lines": ("identity_rank", "title", "quantity"),
    "stock_movements": ("ref_id", "quantity"),
}
SOURCE = ("stated_at", "source_file_id", "source_row")

amounts = st.none() | st.decimals(min_value=-9, max_value=9, places=4)
words = st.none() | st.sampled_from(["甲", "乙", "丙"])
order_ids = st.sampled_from(["1", "2", "3"])


@dataclass(frozen=True)
class Content:
    """What one random file states."""

    file_id: str
    stated_at: datetime
    tables: Mapping[str, Sequence[Row]]
    parts: int

    @property
    def occurrence(self) -> tuple[str, ...]:
        return ("stock_movements",)


order_rows = st.builds(order, order_ids, total_amount=amounts, status_raw=words, city=words)
line_rows = st.builds(
    line,
    order_ids,
    st.sampled_from(["x", "y"]),
    identity_rank=st.sampled_from([1, 2]),
    title=words,
    quantity=amounts,
)
move_rows = st.builds(
    lambda key, reference, quantity: {
        "warehouse_id": "w", "line_key": key, "ref_id": reference, "quantity": quantity
    },
    st.sampled_from(["A", "B"]), words, amounts,
)  # fmt: skip
tables: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "orders": st.lists(order_rows, max_size=4),
        "order_lines": st.lists(line_rows, max_size=4),
        "stock_movements": st.lists(move_rows, max_size=4),
    }
)


@st.composite
def contents(draw: st.DrawFn) -> list[Content]:
    count = draw(st.integers(1, 4))
    days = st.sampled_from([1, 2, 3])  # few, so that files of the same instant meet
    return [
        Content(f"f{number}", datetime(2026, 1, draw(days)), draw(tables), draw(st.integers(1, 2)))
        for number in range(count)
    ]


@st.composite
def ways(draw: st.DrawFn, count: int) -> list[list[int]]:
    """An order of the files, some twice, cut into batches."""
    again = draw(st.lists(st.integers(0, count - 1), max_size=2))
    sequence = draw(st.permutations([*range(count), *again]))
    batches: list[list[int]] = [[]]
    for number in sequence:
        if draw(st.booleans()) and batches[-1]:
            batches.append([])
        batches[-1].append(number)
    return batches


def expected_rows(every: Sequence[Content], table: str, key: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The law, read plainly: per key and column the last value that is not null."""
    statements: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for content in every:
        seen: dict[tuple[Any, ...], int] = defaultdict(int)
        for place, row in enumerate(content.tables[table], start=2):
            values = {**row, "stated_at": content.stated_at, "source_file_id": content.file_id, "source_row": place}
            bare = tuple(row[column] for column in key)
            seen[bare] += 1
            if table in content.occurrence:
                values["line_key"] = f"{row['line_key']}#{seen[bare]}"
            statements[tuple(values[column] for column in key)].append(values)
    current = {}
    for found, said in statements.items():
        said.sort(key=lambda values: tuple(values[column] for column in SOURCE))
        columns = (*COMPARED[table], *SOURCE)
        current[found] = {
            column: next((values[column] for values in reversed(said) if values[column] is not None), None)
            for column in columns
        }
    return current


def mark_superseded(lines: dict[tuple[Any, ...], dict[str, Any]]) -> None:
    best: dict[tuple[Any, ...], int] = defaultdict(int)
    for key, row in lines.items():
        best[key[:2]] = max(best[key[:2]], row["identity_rank"])
    for key, row in lines.items():
        row["is_superseded"] = row["identity_rank"] < best[key[:2]]


def stored_rows(books: Warehouse, table: str, key: tuple[str, ...], columns: Sequence[str]) -> dict[Any, Any]:
    found = books.connection.execute(f"SELECT * FROM books.main.{table}").to_arrow_table().to_pylist()
    assert len({tuple(row[column] for column in key) for row in found}) == len(found)
    return {tuple(row[name] for name in key): {name: row[name] for name in columns} for row in found}


def import_them(books: Warehouse, every: Sequence[Content], batches: Sequence[Sequence[int]]) -> None:
    for turn, batch in enumerate(batches):
        staged: list[StagedFile] = []
        for place, number in enumerate(batch):
            content = every[number]
            scratch = books.layout.workspace / f"{turn}-{place}"
            stated = stage(
                scratch, content.file_id, content.stated_at, content.tables,
                occurrence=content.occurrence, parts=content.parts,
            )  # fmt: skip
            staged.append(stated)
        files = books.publish_files(staged, f"import-{turn}", IMPORTED).files
        for file in files:
            assert file.rows_seen == file.rows_accepted + file.rows_refused + file.rows_duplicate


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> dict[Storage, Path]:
    places = {storage: tmp_path_factory.mktemp(storage.value) for storage in Storage}
    for storage, place in places.items():
        Warehouse.create(place, storage).close()
    return places


def fresh_books(empty: Path) -> Iterator[Warehouse]:
    with tempfile.TemporaryDirectory() as directory:
        shutil.copytree(empty, Path(directory) / "books")
        with Warehouse.open(Path(directory) / "books") as books:
            yield books


def prove_law(empty: Path, every: Sequence[Content], first: list[list[int]], second: list[list[int]]) -> None:
    keys = {
        "orders": ("shop_id", "platform_order_id"),
        "order_lines": ("shop_id", "platform_order_id", "line_key"),
        "stock_movements": ("warehouse_id", "line_key"),
    }
    digests = []
    for batches in (first, second):
        for books in fresh_books(empty):
            import_them(books, every, batches)
            for table in CURRENT:
                expected = expected_rows(every, table, keys[table])
                if table == "order_lines":
                    mark_superseded(expected)
                columns = (*COMPARED[table], *SOURCE, *(["is_superseded"] if table == "order_lines" else []))
                assert stored_rows(books, table, keys[table], columns) == expected
            assert books.check() == []
            digests.append([books.digest(table) for table in CURRENT])
    assert digests[0] == digests[1]


LAW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@settings(LAW, max_examples=20)
@given(data=st.data(), every=contents())
def test_books_do_not_depend_on_the_way_files_came(
    empty: dict[Storage, Path], data: st.DataObject, every: list[Content]
) -> None:
    first, second = (data.draw(ways(len(every))) for _ in range(2))
    prove_law(empty[Storage.DUCKDB], every, first, second)


@settings(LAW, max_examples=4)
@given(data=st.data(), every=contents())
def test_the_same_holds_with_snapshots(empty: dict[Storage, Path], data: st.DataObject, every: list[Content]) -> None:
    first, second = (data.draw(ways(len(every))) for _ in range(2))
    prove_law(empty[Storage.DUCKLAKE], every, first, second)


@pytest.mark.slow
@settings(LAW, max_examples=200)
@given(data=st.data(), every=contents())
def test_books_do_not_depend_on_the_way_files_came_at_length(
    empty: dict[Storage, Path], data: st.DataObject, every: list[Content]
) -> None:
    first, second = (data.draw(ways(len(every))) for _ in range(2))
    prove_law(empty[Storage.DUCKDB], every, first, second)


def test_money_is_added_exactly_however_often_it_is_stated(empty: dict[Storage, Path]) -> None:
    """A canary for the law itself: three overlapping files, one sum, to the fourth decimal."""
    every = [
        Content(f"f{number}", datetime(2026, 1, number + 1), {
            "orders": [order(str(key), total_amount=Decimal("0.1001") * key) for key in range(number, number + 3)],
            "order_lines": [], "stock_movements": [],
        }, 1)
        for number in range(3)
    ]  # fmt: skip
    for books in fresh_books(empty[Storage.DUCKLAKE]):
        import_them(books, every, [[2], [0, 1], [2, 0]])
        total = books.connection.execute("SELECT sum(total_amount) FROM books.main.orders").fetchone()
        assert total == (Decimal("1.0010"),)
