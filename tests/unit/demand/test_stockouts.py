"""Demand of days out of stock: never below what was sold, never changed in stock, near the truth where it is known."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.demand.panels import FIRST_ON, constant_panel, poisson_panel
from zhanggui.demand.stockouts import ImputationPolicy, expected_beyond, impute, is_out_of_stock, stock_by_day


def test_the_ledger_says_what_was_on_hand_each_evening() -> None:
    panel = constant_panel([1.0, 1.0], 4)
    moves = [("S0", 0, 5.0), ("S0", 1, -3.0), ("S0", 1, -2.0), ("S0", 3, 4.0)]
    ledger = pl.DataFrame(
        {
            "sku_id": [move[0] for move in moves],
            "occurred_on": [FIRST_ON + timedelta(days=move[1]) for move in moves],
            "quantity": [move[2] for move in moves],
        }
    )
    level = stock_by_day(ledger, panel, ["sku_id"])
    assert level[0].tolist() == [5.0, 0.0, 0.0, 4.0]
    assert np.isnan(level[1]).all()
    assert is_out_of_stock(level).tolist() == [[False, True, True, False], [False] * 4]


def test_an_empty_shelf_among_even_days_has_an_ordinary_day_s_demand() -> None:
    panel = constant_panel([4.0], 60)
    panel.units[0, 30:35] = 0.0
    out = np.zeros((1, 60), dtype=bool)
    out[0, 30:35] = True
    assert impute(panel, out, ImputationPolicy()).units[0].tolist() == [4.0] * 60


def test_days_in_stock_are_untouched_and_no_day_is_lowered() -> None:
    panel = poisson_panel(20, 120)
    out = np.random.default_rng(2).random(panel.units.shape) < 0.2
    filled = impute(panel, out, ImputationPolicy()).units
    assert (filled[~out] == panel.units[~out]).all()
    assert (filled >= panel.units).all()


def test_demand_cut_at_the_stock_is_found_again() -> None:
    panel = poisson_panel(60, 200)
    stock = np.ceil(panel.units.mean(axis=1, keepdims=True))
    sold = np.minimum(panel.units, stock).astype(np.float32)
    seen = constant_panel([1.0] * 60, 200)
    seen.units[:] = sold
    filled = impute(seen, panel.units >= stock, ImputationPolicy()).units
    assert sold.sum() / panel.units.sum() < 0.83
    assert 0.95 < filled.sum() / panel.units.sum() < 1.05


@given(st.floats(0.01, 50), st.floats(0, 80))
def test_the_expectation_beyond_sales_is_at_least_both(mean: float, sold: float) -> None:
    found = float(expected_beyond(np.array([mean]), np.array([sold]))[0])
    assert found >= sold
    assert found >= mean * (1 - 1e-9)


def test_the_expectation_beyond_two_pieces_is_exact() -> None:
    # Poisson of mean 1: E[D | D ≥ 2] = P(D ≥ 1) ÷ P(D ≥ 2) = (1 − 1/e) ÷ (1 − 2/e)
    found = expected_beyond(np.array([1.0]), np.array([2.0]))
    assert np.allclose(found, [(1 - np.exp(-1)) / (1 - 2 * np.exp(-1))])
