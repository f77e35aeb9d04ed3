"""What the current tables hold after files are published, and how the rows are accounted for."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.unit.warehouse.stagings import Row, line, order, stage
from zhanggui.warehouse import OrderBelongsToOtherShop, PublishedFile, StagedFile, StagedPartMalformed, Warehouse

JAN_1, JAN_2, JAN_3 = (datetime(2026, 1, day) for day in (1, 2, 3))
IMPORTED = datetime(2026, 2, 1, 8)


def publish(books: Warehouse, *staged: StagedFile) -> tuple[PublishedFile, ...]:
    return books.publish_files(staged, "import-1", IMPORTED).files


def counts(file: PublishedFile) -> tuple[int, int, int, int, str]:
    return file.rows_accepted, file.rows_refused, file.rows_duplicate, file.rows_replaced, file.status


def rows(books: Warehouse, table: str, *columns: str) -> list[tuple[Any, ...]]:
    found = books.table(table).select(*columns).to_pyarrow().to_pylist()
    return sorted(tuple(row.values()) for row in found)


def test_a_file_is_published_exactly(books: Warehouse, workspace: Path) -> None:
    staged = stage(workspace, "a", JAN_1, {"orders": [order("1", total_amount=Decimal("10.1234"), currency="CNY")]})
    published = books.publish_files([staged], "import-7", IMPORTED)
    assert counts(published.files[0]) == (1, 0, 0, 0, "accepted")
    assert published.generation == books.generation()
    columns = ("platform_order_id", "total_amount", "source_file_id", "source_row", "stated_at")
    assert rows(books, "orders", *columns) == [("1", Decimal("10.1234"), "a", 2, JAN_1)]
    recorded = ("file_id", "import_id", "import_seq", "rows_seen", "rows_accepted", "status", "unknown_headers")
    assert rows(books, "import_files", *recorded) == [
        ("a", "import-7", 1, 1, 1, "accepted", json.dumps(["备用"], ensure_ascii=False))
    ]
    assert books.check() == []
    assert not staged.directory.exists()


def test_a_later_file_wins_column_by_column(books: Warehouse, workspace: Path) -> None:
    first = stage(workspace, "a", JAN_1, {"orders": [order("1", total_amount=Decimal(10), status_raw="待付款")]})
    later = stage(workspace, "b", JAN_2, {"orders": [order("1", status_raw="已付款", city="杭州")]})
    publish(books, first)
    assert counts(publish(books, later)[0]) == (1, 0, 0, 1, "accepted")
    columns = ("total_amount", "status_raw", "city", "source_file_id")
    assert rows(books, "orders", *columns) == [(Decimal(10), "已付款", "杭州", "b")]


def test_an_older_file_fills_gaps_but_wins_nothing(books: Warehouse, workspace: Path) -> None:
    publish(books, stage(workspace, "b", JAN_2, {"orders": [order("1", status_raw="已付款")]}))
    older = stage(workspace, "a", JAN_1, {"orders": [order("1", status_raw="待付款", city="杭州")]})
    assert counts(publish(books, older)[0]) == (1, 0, 0, 1, "accepted")
    assert rows(books, "orders", "status_raw", "city", "source_file_id") == [("已付款", "杭州", "b")]


def test_an_older_contradiction_changes_nothing_and_is_no_duplicate(books: Warehouse, workspace: Path) -> None:
    publish(books, stage(workspace, "b", JAN_2, {"orders": [order("1", status_raw="已付款")]}))
    before = books.digest("orders")
    older = stage(workspace, "a", JAN_1, {"orders": [order("1", status_raw="待付款")]})
    assert counts(publish(books, older)[0]) == (1, 0, 0, 0, "accepted")
    assert books.digest("orders") == before


def test_a_file_between_two_others_finds_its_place(books: Warehouse, workspace: Path) -> None:
    """The newest file says nothing about the city: the one in the middle does, over the oldest."""
    oldest = stage(workspace, "a", JAN_1, {"orders": [order("1", city="上海", province="上海")]})
    newest = stage(workspace, "c", JAN_3, {"orders": [order("1", status_raw="完成")]})
    middle = stage(workspace, "b", JAN_2, {"orders": [order("1", city="杭州", status_raw="已付款")]})
    publish(books, oldest)
    publish(books, newest)
    assert counts(publish(books, middle)[0]) == (1, 0, 0, 1, "accepted")
    columns = ("city", "province", "status_raw", "source_file_id")
    assert rows(books, "orders", *columns) == [("杭州", "上海", "完成", "c")]


def test_importing_twice_changes_nothing(books: Warehouse, workspace: Path) -> None:
    content = {"orders": [order("1", total_amount=Decimal(10)), order("2")]}
    publish(books, stage(workspace, "a", JAN_1, content))
    before = (books.digest("orders"), books.digest("import_files"), books.generation())
    again = stage(workspace, "a", JAN_1, content)
    (answered,) = publish(books, again)
    assert counts(answered) == (0, 0, 2, 0, "duplicate")
    assert answered.is_known
    assert (books.digest("orders"), books.digest("import_files"), books.generation()) == before


def test_the_same_file_twice_in_one_batch_counts_once(books: Warehouse, workspace: Path) -> None:
    staged = stage(workspace, "a", JAN_1, {"orders": [order("1")]})
    first, second = publish(books, staged, staged)
    assert counts(first) == (1, 0, 0, 0, "accepted")
    assert counts(second) == (0, 0, 1, 0, "duplicate")


def test_known_lines_of_an_order_that_was_shipped_since_are_news(books: Warehouse, workspace: Path) -> None:
    """The file's own table is the lines, but what it brings is the order's state."""
    lines = [line("1", "1"), line("2", "1"), line("3", "1")]
    first = {"order_lines": lines, "orders": [order(n, status_raw="等待出库") for n in "123"]}
    shipped = [
        order("1", status_raw="等待确认收货"),
        order("2", status_raw="等待出库"),
        order("3", status_raw="等待出库"),
    ]
    publish(books, stage(workspace, "a", JAN_1, first))
    later = {"order_lines": lines, "orders": shipped}
    assert counts(publish(books, stage(workspace, "b", JAN_2, later))[0]) == (1, 0, 2, 1, "accepted")
    assert rows(books, "orders", "platform_order_id", "status_raw")[0] == ("1", "等待确认收货")
    again = {"order_lines": lines, "orders": shipped}
    assert counts(publish(books, stage(workspace, "c", JAN_3, again))[0]) == (0, 0, 3, 0, "duplicate")


def test_known_lines_with_a_table_of_news_are_no_duplicates(books: Warehouse, workspace: Path) -> None:
    publish(books, stage(workspace, "a", JAN_1, {"order_lines": [line("1", "1"), line("2", "1")]}))
    later = {"order_lines": [line("1", "1"), line("2", "1")], "orders": [order("1")]}
    assert counts(publish(books, stage(workspace, "b", JAN_2, later))[0]) == (1, 0, 1, 0, "accepted")


def test_an_overlapping_file_states_duplicates_and_news(books: Warehouse, workspace: Path) -> None:
    publish(books, stage(workspace, "a", JAN_1, {"orders": [order("1", city="杭州"), order("2", city="上海")]}))
    later = [order("2", city="上海"), order("3", city="北京"), order("1", city="宁波")]
    assert counts(publish(books, stage(workspace, "b", JAN_2, {"orders": later}))[0]) == (2, 0, 1, 1, "accepted")
    assert rows(books, "orders", "platform_order_id", "city", "source_file_id") == [
        ("1", "宁波", "b"), ("2", "上海", "b"), ("3", "北京", "b"),
    ]  # fmt: skip


def test_files_of_one_batch_meet_each_other(books: Warehouse, workspace: Path) -> None:
    newer = stage(workspace, "b", JAN_2, {"orders": [order("1", city="杭州"), order("2")]})
    older = stage(workspace, "a", JAN_1, {"orders": [order("1", city="上海"), order("2"), order("3")]})
    assert [counts(file) for file in publish(books, newer, older)] == [
        (2, 0, 0, 0, "accepted"),
        (2, 0, 1, 0, "accepted"),
    ]
    assert rows(books, "orders", "platform_order_id", "city") == [("1", "杭州"), ("2", None), ("3", None)]


def test_an_order_repeated_on_its_lines_is_one_order(books: Warehouse, workspace: Path) -> None:
    """The layout of Shopify: only the first line of an order carries the order's amounts."""
    orders = [
        order("1", total_amount=Decimal(30), city="杭州"),
        order("1", city=None),
        order("1", city="宁波"),
        order("2"),
    ]
    staged = stage(workspace, "a", JAN_1, {"orders": orders}, parts=2)
    assert counts(publish(books, staged)[0]) == (4, 0, 0, 0, "accepted")
    columns = ("platform_order_id", "total_amount", "city", "source_row")
    assert rows(books, "orders", *columns) == [("1", Decimal(30), "宁波", 4), ("2", None, None, 5)]


def test_two_statements_of_one_key_in_one_source_row_are_ordered_by_their_place(
    books: Warehouse, workspace: Path
) -> None:
    orders = [order("1", city="杭州", source_row=2), order("1", city="宁波", source_row=2)]
    publish(books, stage(workspace, "a", JAN_1, {"orders": orders}, parts=2))
    assert rows(books, "orders", "city") == [("宁波",)]


MOVES = [
    {"warehouse_id": "erp/main", "line_key": "A|2026-01-01", "quantity": Decimal(-1)},
    {"warehouse_id": "erp/main", "line_key": "B|2026-01-01", "quantity": Decimal(-2)},
    {"warehouse_id": "erp/main", "line_key": "A|2026-01-01", "quantity": Decimal(-1)},
]


def test_identical_rows_inside_one_file_are_kept(books: Warehouse, workspace: Path) -> None:
    staged = stage(workspace, "a", JAN_1, {"stock_movements": MOVES}, occurrence=["stock_movements"], parts=3)
    assert counts(publish(books, staged)[0]) == (3, 0, 0, 0, "accepted")
    assert rows(books, "stock_movements", "line_key", "quantity") == [
        ("A|2026-01-01#1", Decimal(-1)),
        ("A|2026-01-01#2", Decimal(-1)),
        ("B|2026-01-01#1", Decimal(-2)),
    ]


def test_overlapping_files_of_numbered_rows_fall_together(books: Warehouse, workspace: Path) -> None:
    publish(books, stage(workspace, "a", JAN_1, {"stock_movements": MOVES}, occurrence=["stock_movements"]))
    longer = [*MOVES, {"warehouse_id": "erp/main", "line_key": "A|2026-01-01", "quantity": Decimal(-1)}]
    again = stage(workspace, "b", JAN_2, {"stock_movements": longer}, occurrence=["stock_movements"])
    assert counts(publish(books, again)[0]) == (1, 0, 3, 0, "accepted")
    assert len(rows(books, "stock_movements", "line_key")) == 4


def test_a_contested_numbered_row_is_found_in_the_older_parts(books: Warehouse, workspace: Path) -> None:
    def moves(reference: str | None, kind_count: int) -> list[Row]:
        return [
            {"warehouse_id": "w", "line_key": "A", "ref_id": reference, "quantity": Decimal(n)}
            for n in range(kind_count)
        ]

    for file_id, stated_at, reference in (("a", JAN_1, "first"), ("c", JAN_3, None), ("b", JAN_2, "second")):
        content = {"stock_movements": moves(reference, 2)}
        publish(books, stage(workspace, file_id, stated_at, content, occurrence=["stock_movements"]))
    assert rows(books, "stock_movements", "line_key", "ref_id", "quantity", "source_file_id") == [
        ("A#1", "second", Decimal(0), "c"),
        ("A#2", "second", Decimal(1), "c"),
    ]


def test_components_are_numbered_like_their_lines(books: Warehouse, workspace: Path) -> None:
    """The first of two equal lines has no fee: the fee belongs to the second."""
    key = {"account_id": "wallet/main", "line_key": "x"}
    lines = [{**key, "amount": Decimal(10), "source_row": 2}, {**key, "amount": Decimal(9), "source_row": 3}]
    fee = [{**key, "component": "commission", "amount": Decimal(-1), "source_row": 3}]
    tables = {"settlement_lines": lines, "settlement_components": fee}
    publish(books, stage(workspace, "a", JAN_1, tables, occurrence=list(tables)))
    assert rows(books, "settlement_lines", "line_key", "amount") == [("x#1", Decimal(10)), ("x#2", Decimal(9))]
    assert rows(books, "settlement_components", "line_key", "amount") == [("x#2", Decimal(-1))]


def test_a_source_row_is_a_duplicate_only_if_everything_it_became_is(books: Warehouse, workspace: Path) -> None:
    def lines(*skus: str) -> dict[str, list[Row]]:
        return {"order_lines": [line("1", sku, source_row=2) for sku in skus]}

    publish(books, stage(workspace, "a", JAN_1, lines("x")))
    assert counts(publish(books, stage(workspace, "b", JAN_2, lines("x", "y")))[0]) == (1, 0, 0, 0, "accepted")
    assert counts(publish(books, stage(workspace, "c", JAN_3, lines("x", "y")))[0]) == (0, 0, 1, 0, "duplicate")


@pytest.mark.parametrize("file_order", ["ab", "ba"])
def test_better_named_lines_supersede_others_in_any_order(books: Warehouse, workspace: Path, file_order: str) -> None:
    staged = {
        "a": stage(workspace, "a", JAN_1, {"order_lines": [line("1", "1#1", identity_rank=1), line("2", "2#1", identity_rank=1)]}),
        "b": stage(workspace, "b", JAN_2, {"order_lines": [line("1", "id-9", identity_rank=2)]}),
    }  # fmt: skip
    for file_id in file_order:
        publish(books, staged[file_id])
    columns = ("platform_order_id", "line_key", "is_superseded")
    assert rows(books, "order_lines", *columns) == [("1", "1#1", True), ("1", "id-9", False), ("2", "2#1", False)]
    restated = stage(workspace, "c", JAN_3, {"order_lines": [line("1", "1#1", identity_rank=1, title="裙")]})
    publish(books, restated)
    assert rows(books, "order_lines", *columns) == [("1", "1#1", True), ("1", "id-9", False), ("2", "2#1", False)]


def test_refused_rows_are_kept_with_their_reason(books: Warehouse, workspace: Path) -> None:
    refused = [{"source_row": 3, "column": "金额", "code": "not_an_amount", "message": "…", "cells": '{"金额": "x"}'}]
    staged = stage(workspace, "a", JAN_1, {"orders": [order("1")]}, refused=refused)
    assert counts(publish(books, staged)[0]) == (1, 1, 0, 0, "partial")
    columns = ("file_id", "issue_no", "source_row", "column_name", "code", "cells", "severity")
    expected = ("a", 1, 3, "金额", "not_an_amount", '{"金额": "x"}', "refused")
    assert rows(books, "import_row_issues", *columns) == [expected]


def test_a_file_whose_rows_are_all_refused_is_recorded(books: Warehouse, workspace: Path) -> None:
    refused = [{"source_row": 2, "column": "", "code": "x", "message": "", "cells": "{}"}]
    staged = stage(workspace, "a", JAN_1, {"orders": []}, refused=refused)
    assert counts(publish(books, staged)[0]) == (0, 1, 0, 0, "refused")
    assert rows(books, "orders", "platform_order_id") == []
    assert books.check() == []


def test_an_order_of_another_shop_refuses_the_file_and_spares_the_batch(books: Warehouse, workspace: Path) -> None:
    publish(books, stage(workspace, "a", JAN_1, {"orders": [order("1")]}))
    foreign = [order("1", "taobao/second"), order("5", "taobao/second")]
    wrong = stage(workspace, "b", JAN_2, {"orders": foreign}, shop_id="taobao/second")
    right = stage(workspace, "c", JAN_2, {"orders": [order("2")]})
    refused, taken = publish(books, wrong, right)
    assert counts(refused) == (0, 2, 0, 0, "refused")
    assert isinstance(refused.refusal, OrderBelongsToOtherShop)
    assert refused.refusal.fields["other_shop_id"] == "taobao/main"
    assert counts(taken) == (1, 0, 0, 0, "accepted")
    assert rows(books, "orders", "shop_id", "platform_order_id") == [("taobao/main", "1"), ("taobao/main", "2")]
    assert wrong.directory.exists()
    assert books.check() == []


def test_an_order_number_may_return_on_another_channel(books: Warehouse, workspace: Path) -> None:
    publish(books, stage(workspace, "a", JAN_1, {"orders": [order("1")]}))
    other = stage(workspace, "b", JAN_1, {"orders": [order("1", "jd/main")]}, shop_id="jd/main")
    assert counts(publish(books, other)[0]) == (1, 0, 0, 0, "accepted")


@pytest.mark.parametrize(
    ("column", "values", "reason"),
    [
        ("total_amount", pa.array([1.5]), "double for money"),
        ("colour", pa.array(["red"]), "not declared"),
        ("platform_order_id", pa.array([None], pa.string()), "a key is missing"),
    ],
)
def test_a_malformed_part_changes_nothing(
    books: Warehouse, workspace: Path, column: str, values: pa.Array, reason: str
) -> None:
    good = stage(workspace, "a", JAN_1, {"orders": [order("1")]})
    bad = stage(workspace, "b", JAN_1, {"orders": [order("2")]})
    path = bad.directory / "orders" / "part-00000.parquet"
    part = pq.read_table(path)
    kept = part.drop_columns([column]) if column in part.column_names else part
    pq.write_table(kept.append_column(column, values), path)
    with pytest.raises(StagedPartMalformed) as raised:
        publish(books, good, bad)
    assert raised.value.fields["reason"] == reason
    assert rows(books, "orders", "platform_order_id") == []
    assert good.directory.exists()
    assert bad.directory.exists()
    assert counts(publish(books, good)[0]) == (1, 0, 0, 0, "accepted")
