"""Days without stock: found in the stock ledger, and the demand of such days estimated instead of read as zero.

Sales as seen are lower than demand wherever the shelf was empty; an average of them orders too little, which empties
the shelf again. A day is out of stock when nothing was on hand at its beginning and nothing came in, or when it ended
with nothing. Its demand is at least what was sold, and in expectation what an ordinary day sells: the greater of both
(for a Poisson demand cut at the stock this stays a little low: see docs/benchmarks.md).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from zhanggui.demand.panel import Panel


@dataclass(frozen=True)
class ImputationPolicy:
    """How the demand of days out of stock is estimated.

    window_days: open days in stock around the day whose mean stands for it, half before and half after.
    passes: how often the mean is taken again with the estimates in it, so that sold-out days count in full.
    least_days: with fewer days in stock than this in the window nothing is imputed.
    """

    window_days: int = 91
    passes: int = 3
    least_days: int = 5


def stock_by_day(movements: pl.DataFrame, panel: Panel, series: list[str]) -> np.ndarray:
    """[series, day] units on hand at the end of each day, from a ledger (columns of `series`, occurred_on, quantity).

    The ledger is taken as whole from its first movement on. Series without any movement are NaN: nothing is known.
    """
    rows = panel.keys.select(series).with_row_index("row")
    placed = movements.join(rows, on=series).with_columns(
        day=(pl.col("occurred_on") - panel.first_on).dt.total_days().clip(0, None)
    )
    placed = placed.filter(pl.col("day") < panel.day_count)
    change = np.zeros((panel.count, panel.day_count))
    np.add.at(change, (placed["row"].to_numpy(), placed["day"].to_numpy()), placed["quantity"].to_numpy().astype(float))
    level = np.cumsum(change, axis=1)
    known = np.zeros(panel.count, dtype=bool)
    known[placed["row"].to_numpy()] = True
    level[~known] = np.nan
    return level


def is_out_of_stock(level: np.ndarray) -> np.ndarray:
    """[series, day] whether the day ended with nothing on hand; unknown levels are in stock."""
    return np.asarray(level <= 0)


def impute(panel: Panel, is_out: np.ndarray, policy: ImputationPolicy) -> Panel:
    """The panel with the demand of days out of stock estimated; days in stock are untouched, and no day is lowered.

    Each pass takes the mean of the days around over days in stock and days already estimated.
    """
    out = is_out & panel.is_open[None, : panel.day_count] & _is_listed(panel)
    units = panel.units.astype(np.float64)
    seen = panel.is_open[None, : panel.day_count] & _is_listed(panel)
    mean = _around(panel.units, seen & ~out, policy)
    for _ in range(policy.passes):
        units = np.where(out, np.fmax(panel.units, mean), panel.units)
        mean = _around(units, seen & (~out | (units > 0)), policy)
    return replace(panel, units=units.astype(np.float32), is_out=is_out)


def _is_listed(panel: Panel) -> np.ndarray:
    """[series, day] from the first sale on; before it an empty shelf says nothing."""
    return np.arange(panel.day_count)[None, :] >= panel.first_sale[:, None]


def _around(units: np.ndarray, counted: np.ndarray, policy: ImputationPolicy) -> np.ndarray:
    """[series, day] mean of the counted days in a window around each day; NaN where there are too few."""
    half, days = policy.window_days // 2, units.shape[1]
    start = np.maximum(np.arange(days) - half, 0)
    end = np.minimum(np.arange(days) + half + 1, days)
    total = np.pad(np.cumsum(np.where(counted, units, 0.0), axis=1), ((0, 0), (1, 0)))
    number = np.pad(np.cumsum(counted, axis=1), ((0, 0), (1, 0)))
    held = number[:, end] - number[:, start]
    mean = (total[:, end] - total[:, start]) / np.maximum(held, 1)
    return np.where(held >= policy.least_days, mean, np.nan)
