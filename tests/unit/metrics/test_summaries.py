"""The prepared lists: sums that agree with the metrics, recent days by the day of the close, and one row for each thing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from tests.unit.metrics.world import DY, STATED, TB, US, Row, World
from zhanggui.canon.register import TABLES
from zhanggui.canon.steps import STEPS
from zhanggui.metrics.answering import answer
from zhanggui.metrics.requests import MetricRequest

SUMMARIES = ("product_summary", "product_months", "customer_summary", "stock_summary", "product_totals", "order_index")


def made(world: World, name: str, **named: Any) -> list[Row]:
    """The table as the step makes it for a day and a base currency."""
    return world.run(STEPS[name](*(world.table(read) for read in STEPS[name].reads), **named))


@pytest.mark.parametrize("name", SUMMARIES)
def test_every_summary_has_the_declared_shape_and_key(world: World, name: str) -> None:
    rows = world.run(world.table(name))
    keys = [tuple(row[column] for column in TABLES[name].key) for row in rows]
    assert rows and len(set(keys)) == len(keys)
    assert all(None not in key for key in keys)


def test_recent_days_end_with_the_day_of_the_close(world: World) -> None:
    """A1 was paid on 31 January: 30 days later it still counts, and a day after that no more."""
    for as_of, units in ((date(2026, 3, 1), D(4)), (date(2026, 3, 2), D(2)), (date(2026, 1, 30), D(0))):
        [row] = [
            row
            for row in made(world, "product_summary", as_of=as_of)
            if (row["shop_id"], row["sku_id"]) == (TB, "SKU-1")
        ]
        assert (row["recent_units"], row["units"]) == (units, D(4))


def test_products_are_summed_in_the_base_currency_at_each_days_rate(world: World) -> None:
    rows = {(row["shop_id"], row["sku_id"]): row for row in made(world, "product_summary", base_currency="USD")}
    assert {row["currency"] for row in rows.values()} == {"USD"}
    assert rows[US, "SKU-1"]["net_amount"] == D(20)
    assert rows[DY, "SKU-1"]["net_amount"] == D("46.8750")  # 300 ÷ 6.4
    assert rows[TB, "SKU-1"]["unconverted_count"] == 2  # paid on 31 January and 2 February, before any rate


def test_months_of_products_agree_with_the_metric(world: World) -> None:
    request = MetricRequest(("product_sales", "units", "cost_of_goods"), ("shop", "sku"), "month")
    asked = {row[:4]: row[4:] for row in answer(request, world.table, world.run, use_aggregates=False).rows}
    found = {
        (f"{row['month_on']:%Y-%m}", row["shop_id"], row["sku_id"], row["currency"]): (
            row["net_amount"], row["units"], row["cost_amount"],
        )
        for row in world.run(world.table("product_months"))
    }  # fmt: skip
    assert found == asked


def test_customers_agree_with_the_orders(world: World) -> None:
    rows = {(row["shop_id"], row["buyer_key"]): row for row in made(world, "customer_summary", as_of=date(2026, 2, 14))}
    assert {key: row["order_count"] for key, row in rows.items()} == {
        (TB, "b1"): 2, (TB, "b3"): 1, (DY, "b9"): 1, (US, "b7"): 2, ("website/uk", "b5"): 1,
    }  # fmt: skip
    [american] = [row for key, row in rows.items() if key[0] == US]
    assert (american["paid_amount"], american["refunded_amount"]) == (D(198), D(28))  # 20 × 6.4 + 10 × 7, 4 × 7
    assert (american["country"], american["recent_orders"]) == ("US", 2)


def test_what_is_only_offered_or_only_known_is_listed_too() -> None:
    """A SKU of the master data that nobody sells stands under no shop; a listing under its own."""
    offered = {"shop_id": TB, "platform_listing_id": "L9", "variant_key": "", "seller_sku_code": "NEW", "title": "新品"}
    skus = [{"seller_sku_code": "SLEEPER", "title": "库存", "gtin": "6901234567892"}, *STATED["skus"]]
    world = World({**STATED, "listings": [offered], "skus": skus})
    found = world.rows("product_summary", "shop_id", "sku_id", "title", "gtin", "line_count", "units", "net_amount")
    assert (TB, "NEW", "新品", None, 0, D(0), D(0)) in found
    assert ("", "SLEEPER", "库存", "6901234567892", 0, D(0), D(0)) in found


def test_stock_of_a_shop_is_sold_by_that_shop(world: World) -> None:
    summary = made(world, "product_summary", as_of=date(2026, 2, 28))
    sold = {(row["shop_id"], row["sku_id"]): row["recent_units"] for row in summary}
    assert (sold[TB, "SKU-1"], sum(units for (_, sku), units in sold.items() if sku == "SKU-1")) == (D(4), D(9))
    rows = world.rows("stock_summary", "seller_sku_code", "as_of_on", "on_hand", "shop_id")
    assert rows == [("SKU-1", date(2026, 2, 15), D(80), ""), ("SKU-2", date(2026, 2, 14), D(5), "")]


def test_the_index_has_every_order_with_its_settlement(world: World) -> None:
    """A1: 90 less 4.50 commission; A2: 100 less 3 and 2; a payout names no order and settles none."""
    settled = dict(world.rows("order_index", "platform_order_id", "settled_amount"))
    assert settled.keys() == {number for (number,) in world.rows("order_facts", "platform_order_id")}
    assert {number: amount for number, amount in settled.items() if amount is not None} == {
        "A1": D("85.5"), "A2": D(95),
    }  # fmt: skip
