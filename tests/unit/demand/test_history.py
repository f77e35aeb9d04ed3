"""From lines to demand: what was never demand is out, what came back later is apart, special orders are shown."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from zhanggui.demand.history import HistoryPolicy, clean_lines, mark_special
from zhanggui.demand.panel import panel_of

MONDAY = datetime(2025, 1, 6, 9)


def lines(*rows: tuple[str, str, float, float]) -> pl.DataFrame:
    """Lines of (sku, buyer, hours after Monday nine o'clock, units)."""
    at = [MONDAY + timedelta(hours=row[2]) for row in rows]
    return pl.DataFrame(
        {
            "sku_id": [row[0] for row in rows],
            "buyer_key": [row[1] for row in rows],
            "sold_at": at,
            "sold_on": [one.date() for one in at],
            "units": [row[3] for row in rows],
        }
    )


def test_a_line_taken_back_within_a_day_was_never_demand() -> None:
    parted = clean_lines(lines(("A", "ann", 0, 80.0), ("A", "ann", 3, -80.0), ("A", "bob", 4, 2.0)), HistoryPolicy())
    assert parted.sales["units"].to_list() == [2.0]
    assert parted.reversed_lines["units"].to_list() == [80.0]
    assert parted.returns["units"].to_list() == []


def test_a_later_return_leaves_the_demand_and_stands_apart() -> None:
    parted = clean_lines(lines(("A", "ann", 0, 3.0), ("A", "ann", 25, -3.0)), HistoryPolicy())
    assert parted.sales["units"].to_list() == [3.0]
    assert parted.returns["units"].to_list() == [3.0]


@pytest.mark.parametrize("other", [("B", "ann", 1, -3.0), ("A", "bob", 1, -3.0), ("A", "ann", 1, -2.0)])
def test_only_the_same_article_buyer_and_quantity_reverse_a_line(other: tuple[str, str, float, float]) -> None:
    parted = clean_lines(lines(("A", "ann", 0, 3.0), other), HistoryPolicy())
    assert parted.sales["units"].to_list() == [3.0]


def test_one_return_takes_back_one_line() -> None:
    parted = clean_lines(lines(("A", "ann", 0, 3.0), ("A", "ann", 1, 3.0), ("A", "ann", 2, -3.0)), HistoryPolicy())
    assert parted.sales["units"].to_list() == [3.0]
    assert parted.reversed_lines["units"].to_list() == [3.0]


def test_two_returns_take_back_two_lines() -> None:
    rows = (("A", "ann", 0, 3.0), ("A", "ann", 1, 3.0), ("A", "ann", 2, -3.0), ("A", "ann", 3, -3.0))
    parted = clean_lines(lines(*rows), HistoryPolicy())
    assert parted.sales.height == 0
    assert parted.reversed_lines.height == 2
    assert parted.returns.height == 0


def test_special_orders_are_marked_and_kept() -> None:
    sales = lines(*(("A", "ann", hour, 2.0) for hour in range(99)), ("A", "zoe", 99, 500.0))
    marked = mark_special(sales, HistoryPolicy())
    assert marked.filter("is_special")["units"].to_list() == [500.0]
    assert marked["units"].sum() == 698.0


def test_two_dozen_pieces_are_never_special() -> None:
    sales = lines(*(("A", "ann", hour, 1.0) for hour in range(99)), ("A", "zoe", 99, 24.0))
    assert mark_special(sales, HistoryPolicy()).filter("is_special").height == 0


def test_a_day_without_any_sale_is_closed_and_not_zero() -> None:
    sales = lines(("A", "ann", 0, 2.0), ("B", "bob", 48, 5.0)).drop("sold_at")
    panel = panel_of(sales, ["sku_id"])
    assert panel.first_on == date(2025, 1, 6)
    assert panel.units.tolist() == [[2.0, 0.0, 0.0], [0.0, 0.0, 5.0]]
    assert panel.is_open.tolist() == [True, False, True]
    assert panel.first_sale.tolist() == [0, 2]


def test_a_panel_is_by_article_channel_and_warehouse_where_asked() -> None:
    sales = lines(("A", "ann", 0, 2.0), ("A", "bob", 0, 5.0)).drop("sold_at")
    sales = sales.with_columns(channel=pl.Series(["tmall", "jd"]), warehouse_id=pl.Series(["w1", "w1"]))
    panel = panel_of(sales, ["sku_id", "channel", "warehouse_id"])
    assert panel.keys.rows() == [("A", "jd", "w1"), ("A", "tmall", "w1")]
    assert panel.units.tolist() == [[5.0], [2.0]]


def test_what_is_cut_away_is_not_known() -> None:
    sales = lines(("A", "ann", 0, 2.0), ("A", "bob", 48, 5.0)).drop("sold_at")
    cut = panel_of(sales, ["sku_id"]).until(2)
    assert cut.units.tolist() == [[2.0, 0.0]]
    assert cut.end_on == date(2025, 1, 8)


def test_the_days_ahead_are_open_as_the_same_weekdays_were() -> None:
    days = [MONDAY + timedelta(days=day) for day in range(56) if day % 7 != 5]
    sales = pl.DataFrame({"sku_id": ["A"] * 48, "sold_on": [day.date() for day in days], "units": [1.0] * 48})
    ahead = panel_of(sales, ["sku_id"]).open_ahead(7)
    assert np.flatnonzero(~ahead).tolist() == [5]
