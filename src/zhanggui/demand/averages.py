"""Simple methods: moving averages and exponential smoothing, alone where history is short and as partners elsewhere."""

from __future__ import annotations

import numpy as np

from zhanggui.demand.features import Cumulated

SPANS = (7, 28, 56)
SMOOTHING = 0.2
"""Weight of the newest week; best of .2 and .4 on the public sets with little history."""


def moving_averages(sums: Cumulated, row: np.ndarray, day: np.ndarray, open_days: np.ndarray) -> np.ndarray:
    """[SPANS, window] expected units by the mean of the last 7, 28 and 56 days."""
    return np.stack([sums.rate(row, day, span) * open_days for span in SPANS])


def smoothed_weeks(sums: Cumulated, row: np.ndarray, day: np.ndarray, weeks: int = 26) -> np.ndarray:
    """Units per open day by exponential smoothing over the last weeks, from the week of the first sale on."""
    level = np.full(len(row), np.nan)
    for week in range(weeks, 0, -1):
        start, end = day - 7 * week, day - 7 * (week - 1)
        held = (start >= 0) & (end > sums.panel.first_sale[row])
        start, end = np.maximum(start, 0), np.maximum(end, 0)
        days = sums.open_days[end] - sums.open_days[start]
        rate = (sums.units[row, end] - sums.units[row, start]) / np.maximum(days, 1)
        fresh = np.where(np.isnan(level), rate, level + SMOOTHING * (rate - level))
        level = np.where(held & (days > 0), fresh, level)
    return np.asarray(np.nan_to_num(level))
