"""Days without stock: found in the stock ledger, and the demand of such days estimated instead of read as zero.

Sales as seen are lower than demand wherever the shelf was empty; an average of them orders too little, which empties
the shelf again. A day is out of stock when nothing was on hand at its beginning and nothing came in, or when it ended
with nothing. Its demand was at least what was sold; its expectation, given that, is taken for it, and with it the mean
is taken again: the EM algorithm for counts cut at the stock (Dempster, Laird and Rubin 1977; for sales, Vulcano, van Ryzin
and Ratliff, Operations Research 60, 2012). The plain greater of sales and mean stays some points lower: docs/benchmarks.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from zhanggui.demand.panel import Panel


@dataclass(frozen=True)
class ImputationPolicy:
    """How the demand of days out of stock is estimated.

    window_days: days around the day whose mean stands for it, half before and half after; a level holds for weeks, and
    three months instead of these six weeks left the estimate three points lower (docs/benchmarks.md).
    passes: how often the mean is taken again with the estimates in it; after a few it moves by less than a percent.
    least_days: with fewer days in stock than this in the window nothing is imputed.
    """

    window_days: int = 45
    passes: int = 6
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
    listed = panel.is_open[None, : panel.day_count] & (np.arange(panel.day_count) >= panel.first_sale[:, None])
    out = is_out & listed
    mean = _around(panel.units, listed & ~out, policy)
    spread = _spread(panel.units, listed & ~out)
    units = panel.units
    for _ in range(policy.passes):
        units = np.where(out & ~np.isnan(mean), expected_beyond(np.nan_to_num(mean), panel.units, spread), panel.units)
        mean = np.where(np.isnan(mean), np.nan, _around(units, listed, policy))
    return replace(panel, units=units.astype(np.float32), is_out=is_out)


def _spread(units: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """[series, 1] variance over mean of the counted days, 1 at least: orders of several pieces spread demand."""
    days = np.maximum(counted.sum(axis=1, keepdims=True), 1)
    mean = np.where(counted, units, 0.0).sum(axis=1, keepdims=True) / days
    variance = np.where(counted, (units - mean) ** 2, 0.0).sum(axis=1, keepdims=True) / days
    return np.asarray(np.maximum(np.divide(variance, mean, out=np.ones_like(mean), where=mean > 0), 1.0))


def expected_beyond(mean: np.ndarray, sold: np.ndarray, spread: np.ndarray | float = 1.0) -> np.ndarray:
    """Expected demand given that it was at least what was sold: of a Poisson variable in units of `spread`.

    E[D | D ≥ s] = m P(D ≥ s−1) ÷ P(D ≥ s); where that chance is too small for numbers, what was sold.
    """
    from scipy.special import gammainc

    mean, sold = mean / spread, sold / spread
    at_least = np.where(sold > 0, gammainc(np.maximum(sold, 1e-9), np.maximum(mean, 1e-12)), 1.0)
    before = np.where(sold > 1, gammainc(np.maximum(sold - 1, 1e-9), np.maximum(mean, 1e-12)), 1.0)
    ratio = np.divide(before, at_least, out=np.zeros_like(before), where=at_least > 1e-12)
    return np.asarray(np.maximum(mean * ratio, sold) * spread)


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
