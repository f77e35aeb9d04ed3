"""Censored history: a shelf filled each week up to 20 days of an average, and what that average says of true demand.

The 800 best-known articles of the grocery set sell from a simulated shelf: lead times are gamma with mean 11 and standard
deviation 3.8 days between 5 and 20, lost sales are lost, 6 weeks warm up and 24 are scored. The policies differ only in
the history that their average of 30 days sees: true demand, sales as seen, days in stock only, the greater of sales and
mean on days out of stock, and the product's imputation from the stock ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bench.demand_sets import completejourney
from bench.processes import Table
from zhanggui.demand.panel import Panel
from zhanggui.demand.stockouts import ImputationPolicy, impute

ARTICLES, WARM_UP_WEEKS, WEEKS, COVER_DAYS, AVERAGE_DAYS = 800, 6, 24, 20, 30
History = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""(demand, sold, is_out), [article, day] each, gives units a day, [article]."""


def _mean(units: np.ndarray, counted: np.ndarray | None = None) -> np.ndarray:
    units = units[:, -AVERAGE_DAYS:]
    if counted is None:
        return np.asarray(units.mean(axis=1))
    counted = counted[:, -AVERAGE_DAYS:]
    return np.asarray((units * counted).sum(axis=1) / np.maximum(counted.sum(axis=1), 1))


def _greater(demand: np.ndarray, sold: np.ndarray, is_out: np.ndarray) -> np.ndarray:
    del demand
    return _mean(np.where(is_out, np.maximum(sold, _mean(sold, ~is_out)[:, None]), sold))


def _imputed(panel: Panel) -> History:
    def average(demand: np.ndarray, sold: np.ndarray, is_out: np.ndarray) -> np.ndarray:
        del demand
        days = sold.shape[1]
        seen = replace(panel, units=sold.astype(np.float32), is_open=np.ones(days, dtype=bool), lines=None, price=None)
        return _mean(impute(seen, is_out, ImputationPolicy()).units)

    return average


def simulate(demand: np.ndarray, average: History, seed: int = 3) -> tuple[float, float]:
    """Unit fill, and the sum of averages over the sum of true demand a day, in the scored weeks."""
    rng = np.random.default_rng(seed)
    articles, days = demand.shape
    first = days - 7 * (WARM_UP_WEEKS + WEEKS)
    lead = np.clip(rng.gamma((11 / 3.8) ** 2, 3.8**2 / 11, (articles, days)).round(), 5, 20).astype(int)
    sold, is_out = demand.copy(), np.zeros(demand.shape, dtype=bool)
    arriving = np.zeros((articles, days + 21))
    shelf = np.ceil(demand[:, first - AVERAGE_DAYS : first].mean(axis=1) * COVER_DAYS)
    scored_from, said, true = first + 7 * WARM_UP_WEEKS, 0.0, 0.0
    every = np.arange(articles)
    for day in range(first, days):
        if (day - first) % 7 == 0:
            rate = average(demand[:, :day], sold[:, :day], is_out[:, :day])
            position = shelf + arriving[:, day:].sum(axis=1)
            np.add.at(arriving, (every, day + lead[:, day]), np.ceil(np.maximum(rate * COVER_DAYS - position, 0)))
            if day >= scored_from:
                said, true = said + float(rate.sum()), true + float(demand[:, day : day + 7].mean(axis=1).sum())
        shelf = shelf + arriving[:, day]
        arriving[:, day] = 0
        sold[:, day] = np.minimum(demand[:, day], shelf)
        shelf = shelf - sold[:, day]
        is_out[:, day] = shelf <= 0
    return float(sold[:, scored_from:].sum() / demand[:, scored_from:].sum()), said / true


def run_censored() -> list[Table]:
    """The five histories side by side."""
    panel, _ = completejourney()
    panel = panel.of(np.argsort(-panel.units.sum(axis=1), kind="stable")[: ARTICLES * 3 : 3])
    histories: dict[str, History] = {
        "true demand (nobody knows it)": lambda demand, sold, out: _mean(demand),
        "sales as seen": lambda demand, sold, out: _mean(sold),
        "days in stock only": lambda demand, sold, out: _mean(sold, ~out),
        "greater of sales and mean": _greater,
        "ours: imputed from the ledger": _imputed(panel),
    }
    rows = []
    for name, average in histories.items():
        fill, ratio = simulate(panel.units.astype(np.float64), average)
        rows.append((name, f"{fill:.2f}", f"{ratio:.2f}", "≥ 0.95" if name.startswith("ours") else ""))
    return [
        Table(
            "Censored history at 20 days' cover, completejourney", ("", "fill", "forecast ÷ demand", "target"), rows, []
        )
    ]
