"""A Tmall shop's February 2020, the cosmetics monitor and the behaviour sample: rows and sums as in the files."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.anchors.imports import Anchor

pytestmark = pytest.mark.real_data


def test_the_order_report_agrees_with_the_file(shared_data: Path, anchor: Callable[[str], Anchor]) -> None:
    path = shared_data / "tmall" / "tmall_order_report.csv"
    books = anchor("CNY")
    file = books.take(path, "tmall_order_report")
    assert (file["rows_seen"], file["rows_accepted"]) == (28_010, 28_010)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        stated = [{name.strip(): value for name, value in row.items()} for row in csv.DictReader(stream)]
    orders = books.rows("orders")

    def total(header: str) -> Decimal:
        return sum((Decimal(row[header]) for row in stated), Decimal(0))

    assert sum(order["total_amount"] for order in orders) == total("总金额")
    assert sum(order["refunded_amount"] for order in orders) == total("退款金额")
    # What the report calls paid is what was left after refunds.
    paid = sum(order["paid_amount"] - order["refunded_amount"] for order in orders)
    assert paid == total("买家实际支付金额")
    books.close("2020-02-29")
    assert books.figures("orders,gmv", "--from", "2020-02-01", "--to", "2020-02-29") == {
        "orders": 28_010, "gmv": "2995760.61",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "mapping", "rows"),
    [("cosmetics_price_monitor", "cosmetics_price_monitor", 27_598), ("UserBehavior_sample", "user_behavior", 84_476)],
)
def test_the_other_reports_have_their_rows(
    shared_data: Path, anchor: Callable[[str], Anchor], name: str, mapping: str, rows: int
) -> None:
    file = anchor("CNY").take(shared_data / "tmall" / f"{name}.csv", mapping)
    assert file["rows_seen"] == rows
    assert file["rows_refused"] <= 1  # the behaviour sample ends without a line end: its last row may be cut
