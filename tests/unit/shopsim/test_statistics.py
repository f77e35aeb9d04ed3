"""What the page on the simulator's statistics measures, on a panel small enough to be counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from bench.simulator_statistics import (
    Panel,
    basket_lines,
    demand_kinds,
    item_demand,
    measure,
    purchase_gaps,
    render_table,
    repeat_share,
    return_share,
    top_share,
    week_shape,
    world_panel,
    zero_day_share,
)
from tests.unit.shopsim.small_worlds import live

# Item a sells 2 a day on four days in a row; b sells 1, 1 and 7 on every fourth day; c once.
_ROWS = [
    ("1", "x", date(2025, 6, 2), "a", 2, 20.0),
    ("1", "x", date(2025, 6, 2), "b", 1, 30.0),
    ("2", "y", date(2025, 6, 3), "a", 2, 20.0),
    ("3", "x", date(2025, 6, 4), "a", 2, 20.0),
    ("4", None, date(2025, 6, 5), "a", 2, 20.0),
    ("5", "x", date(2025, 6, 6), "b", 1, 30.0),
    ("6", "z", date(2025, 6, 7), "c", 1, 5.0),
    ("7", "z", date(2025, 6, 10), "b", 7, 355.0),
]
PANEL = Panel(
    "by hand",
    pl.DataFrame(_ROWS, schema=["order", "buyer", "day", "item", "units", "amount"], orient="row"),
    returned_units=3,
)


def test_items_know_their_interval_and_the_variation_of_their_sizes() -> None:
    told = item_demand(PANEL)
    assert told.select("item", "days", "sold_days", "adi").rows() == [
        ("a", 4, 4, 1.0),
        ("b", 9, 3, 3.0),
        ("c", 1, 1, 1.0),
    ]
    # Sizes 1, 1, 7: mean 3, variance (4 + 4 + 16) / 3 = 8, CV² = 8/9.
    assert told["cv2"].to_list() == pytest.approx([0.0, 8 / 9, 0.0])


def test_zero_days_are_counted_from_the_first_to_the_last_sale() -> None:
    assert zero_day_share(PANEL) == pytest.approx(1 - 8 / 14)


def test_kinds_of_demand_part_at_the_published_limits() -> None:
    assert demand_kinds(PANEL) == {
        "smooth": 0.5,
        "erratic": 0.0,
        "intermittent": 0.0,
        "lumpy": 0.5,
    }  # c sold too rarely


def test_concentration_is_the_share_of_the_best_items() -> None:
    assert top_share(PANEL, 1 / 3) == pytest.approx(415 / 500)
    assert top_share(PANEL, 0.2) == pytest.approx(415 / 500)  # at least one item


def test_buyers_are_followed_from_purchase_to_purchase() -> None:
    assert purchase_gaps(PANEL).tolist() == [2, 2, 3]
    assert repeat_share(PANEL) == pytest.approx(2 / 3)


def test_baskets_returns_and_the_week() -> None:
    assert sorted(basket_lines(PANEL).tolist()) == [1, 1, 1, 1, 1, 1, 2]
    assert return_share(PANEL) == pytest.approx(3 / 18)
    assert return_share(replace(PANEL, returned_units=None)) is None
    assert week_shape(PANEL) == pytest.approx(np.array([3, 9, 2, 2, 1, 1, 0]) * 7 / 18)


def test_the_table_has_a_row_for_each_statistic() -> None:
    told = render_table({"by hand": measure(PANEL)}).splitlines()
    assert told[0] == "| | by hand |"
    assert told[4] == "| zero days | 43% |"
    assert told[11] == "| days between purchases (quartiles) | 2 / 2 / 2 |"
    assert told[14] == "| units returned | 17% |"


def test_a_world_is_measured_by_its_paid_and_genuine_orders() -> None:
    world = live(days=6)
    orders, lines = world.chronicle.columns("orders"), world.chronicle.columns("lines")
    paid = orders["order_no"][~np.isnat(orders["paid_at"])]
    kept = np.isin(lines["order_no"], paid)
    panel = world_panel(world, "small")
    assert (len(panel.lines), panel.lines["units"].sum()) == (kept.sum(), lines["quantity"][kept].sum())
    assert panel.lines["day"].min() == date(2025, 1, 1)
