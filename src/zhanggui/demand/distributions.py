"""Quantiles of demand over a window: negative binomial, the textbook's normal, and ratios learned from past errors.

The negative binomial is fitted by moments (Silver, Pyke and Thomas 2017, 4.9): variance over mean of windows is that
of days, so the number of failures grows with the window. Conformal ratios are empirical quantiles of demand over
forecast (Vovk, Gammerman and Shafer 2005; Romano, Patterson and Candès 2019), by bucket of level and rareness.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhanggui.demand.features import Cumulated

LEVELS = np.array([0.05, 0.1, 0.25, 0.5, 0.65, 0.8, 0.9, 0.95, 0.975, 0.99])
"""The levels at which a distribution is held; between them it is a straight line."""
_LEAST_DISPERSION = 1.05
"""Variance over mean below which counts are as good as Poisson."""


def dispersion(sums: Cumulated, row: np.ndarray, day: np.ndarray, span: int) -> np.ndarray:
    """Variance over mean of the daily units of the `span` days before `day`, open days only."""
    start = np.maximum(day - span, 0)
    days = np.maximum(sums.open_days[day] - sums.open_days[start], 2)
    mean = (sums.units[row, day] - sums.units[row, start]) / days
    second = (sums.squares[row, day] - sums.squares[row, start]) / days
    variance = np.maximum(second - mean**2, 0) * days / (days - 1)
    return np.where(mean > 0, variance / np.maximum(mean, 1e-9), 1.0)


def negative_binomial_quantiles(mean: np.ndarray, spread: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """[series, level] quantiles of counts with that mean and variance `spread` times the mean."""
    from scipy.special import nbdtrik  # scipy.stats would give the same numbers, a second and a half later

    spread = np.maximum(spread, _LEAST_DISPERSION)[:, None]
    mean = np.maximum(mean, 1e-6)[:, None]
    exact = nbdtrik(levels[None, :], mean / (spread - 1), 1 / spread)
    return np.asarray(np.ceil(np.maximum(np.nan_to_num(exact), 0.0) - 1e-6))


def normal_quantiles(mean: np.ndarray, variance: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """[series, level] quantiles of the textbook's normal demand, never below nothing."""
    from scipy.special import ndtri

    return np.asarray(np.maximum(mean[:, None] + ndtri(levels)[None, :] * np.sqrt(variance)[:, None], 0.0))


@dataclass(frozen=True)
class ConformalRatios:
    """Quantiles of demand ÷ forecast by bucket; `table` is [bucket of level, bucket of rareness, LEVELS]."""

    level_cuts: np.ndarray
    rare_cuts: np.ndarray
    table: np.ndarray

    def quantiles(self, mean: np.ndarray, sales_share: np.ndarray) -> np.ndarray:
        """[series, LEVELS] quantiles of demand for forecasts of that mean over the window."""
        level, rare = np.searchsorted(self.level_cuts, mean), np.searchsorted(self.rare_cuts, sales_share)
        return np.asarray(mean[:, None] * self.table[level, rare])


BUCKETS = (8, 3)
LEAST_RATIOS = 200
"""With fewer past errors in a bucket its quantiles are those of its whole level."""


def learn_ratios(mean: np.ndarray, sales_share: np.ndarray, demand: np.ndarray) -> ConformalRatios:
    """Ratios of demand over forecasts made before it, in buckets of equal number. Needs at least one past forecast."""
    level_cuts = np.quantile(mean, np.arange(1, BUCKETS[0]) / BUCKETS[0])
    rare_cuts = np.quantile(sales_share, np.arange(1, BUCKETS[1]) / BUCKETS[1])
    level, rare = np.searchsorted(level_cuts, mean), np.searchsorted(rare_cuts, sales_share)
    ratio = demand / np.maximum(mean, 1e-6)
    table = np.empty((*BUCKETS, len(LEVELS)))
    for one in range(BUCKETS[0]):
        at_level = ratio[level == one] if (level == one).any() else ratio
        for other in range(BUCKETS[1]):
            held = ratio[(level == one) & (rare == other)]
            table[one, other] = np.quantile(held if len(held) >= LEAST_RATIOS else at_level, LEVELS)
    return ConformalRatios(level_cuts, rare_cuts, table)


def mix_quantiles(quantiles: np.ndarray, weights: np.ndarray, levels: np.ndarray = LEVELS) -> np.ndarray:
    """[series, level] quantiles of a mixture from [case, series, level] and the cases' weights (sum 1).

    A lead time that is not certain gives a mixture of windows: its distribution functions are averaged, never its
    quantiles. The functions are straight lines between the levels.
    """
    cases, count, _ = quantiles.shape
    grid = np.sort(quantiles.transpose(1, 0, 2).reshape(count, -1), axis=1)
    mixed = np.zeros_like(grid)
    for case in range(cases):
        for one in range(count):
            mixed[one] += weights[case] * np.interp(grid[one], quantiles[case, one], levels, left=0.0, right=1.0)
    return np.stack([np.interp(levels, np.maximum.accumulate(p), g) for p, g in zip(mixed, grid, strict=True)])
