"""UCI Online Retail (Chen, Sain & Guo 2012): the published counts, and the sum of quantity times price exactly."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.anchors.imports import Anchor

pytestmark = pytest.mark.real_data


def test_the_published_figures_to_the_penny(shared_data: Path, anchor: Callable[[str], Anchor]) -> None:
    books = anchor("GBP")
    file = books.take(shared_data / "online_retail" / "OnlineRetail.zip", "online_retail")
    assert (file["rows_seen"], file["rows_refused"]) == (541_909, 0)
    orders, lines = books.rows("orders"), books.rows("order_lines")
    assert len(orders) == 25_900
    assert len({order["buyer_key"] for order in orders} - {None}) == 4_372 == len(books.rows("customers"))
    assert len({order["country"] for order in orders}) == 38
    total = sum((line["quantity"] * line["unit_price"] for line in lines), Decimal(0))
    assert total == sum(line["total_amount"] for line in lines)
    assert total.quantize(Decimal("0.01")) == Decimal("9747747.93")
    known = {order["platform_order_id"] for order in orders if order["buyer_key"]}
    assert sum(line["platform_order_id"] not in known for line in lines) == 135_080


def test_cancellations_are_refunds_of_their_sale(shared_data: Path, anchor: Callable[[str], Anchor]) -> None:
    books = anchor("GBP")
    books.take(shared_data / "online_retail" / "OnlineRetail.zip", "online_retail")
    books.close("2011-12-31")
    orders = books.rows("order_facts")
    by_kind = {kind: [o for o in orders if o["kind"] == kind] for kind in ("normal", "cancellation", "adjustment")}
    assert {kind: len(found) for kind, found in by_kind.items()} == {
        "normal": 22_061,
        "cancellation": 3_836,
        "adjustment": 3,
    }
    assert sum(len(found) for found in by_kind.values()) == len(orders)
    assert sum(order["gmv_amount"] for order in orders) == Decimal("9747747.934")
    sold = {order["platform_order_id"] for order in by_kind["normal"]}
    refunds = [refund for refund in books.rows("refund_facts") if not refund["platform_order_id"].startswith("A")]
    # All 9,288 reversed lines, 7,283 of them found to be of a sale of the same buyer and goods.
    assert (len(refunds), sum(refund["amount"] for refund in refunds)) == (9_288, Decimal("896812.49"))
    matched = [refund for refund in refunds if refund["platform_order_id"] in sold]
    assert (len(matched), sum(refund["amount"] for refund in matched)) == (7_283, Decimal("483766.59"))
    unmatched = {refund["platform_order_id"] for refund in refunds} - sold
    assert all(number.startswith("C") for number in unmatched)
    figures = books.figures("gmv,paid_orders")
    assert figures == {"gmv": "10655622.484", "paid_orders": 22_061}
