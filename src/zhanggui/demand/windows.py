"""Windows: a series, a first day and a length, with what was known on that day and what was sold in it.

Forecasts are of sums over windows, because an order must cover the demand of a whole lead time: the quantile of a sum
is not the sum of quantiles. Windows are drawn at random over series, days and lengths, so that one model answers
any lead time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhanggui.demand.features import Cumulated, base_rate, feature_names, features

IDLE_DAYS = 91
"""A series that has not sold for a quarter is asleep: it teaches nothing about those that sell."""
YOUNGEST_DAYS = 7


@dataclass(frozen=True)
class Windows:
    """Windows side by side: `known` are features, `expected` the base rate over the open days, `demand` the units sold."""

    row: np.ndarray
    day: np.ndarray
    length: np.ndarray
    known: np.ndarray
    open_days: np.ndarray
    expected: np.ndarray
    demand: np.ndarray | None

    def column(self, sums: Cumulated, name: str) -> np.ndarray:
        """One feature by name."""
        return np.asarray(self.known[:, feature_names(sums).index(name)])


def windows_at(sums: Cumulated, row: np.ndarray, day: np.ndarray, length: np.ndarray, *, is_past: bool) -> Windows:
    """What is known of those windows, and their demand where they are past."""
    known = features(sums, row, day, length)
    opened = (sums.open_days[day + length] - sums.open_days[day]).astype(np.float64)
    expected = base_rate(sums, row, day) * np.maximum(opened, 0.5)
    demand = (sums.units[row, day + length] - sums.units[row, day]).astype(np.float64) if is_past else None
    return Windows(row, day, length, known, opened, expected, demand)


def is_awake(sums: Cumulated, row: np.ndarray, day: np.ndarray, age_days: int = YOUNGEST_DAYS) -> np.ndarray:
    """Whether the series has sold in the last quarter and is old enough to say something."""
    last = sums.last_sale[row, day]
    return np.asarray((last >= 0) & (day - last <= IDLE_DAYS) & (day - sums.panel.first_sale[row] >= age_days))


def draw_windows(
    sums: Cumulated, until: int, count: int, longest_days: int, oldest_days: int, lead_in_days: int, seed: int
) -> Windows:
    """At most `count` windows that end by `until`, of awake series, drawn evenly over series, days and lengths."""
    rng = np.random.default_rng(seed)
    first = min(max(lead_in_days, until - oldest_days), max(until - 4, 0))
    tries = count * 3
    row = rng.integers(0, sums.panel.count, tries)
    length = rng.integers(min(3, longest_days), longest_days + 1, tries)
    day = rng.integers(first, max(until - 2, first + 1), tries)
    at = np.flatnonzero((day + length <= until) & is_awake(sums, row, day))[:count]
    return windows_at(sums, row[at], day[at], length[at], is_past=True)


def past_windows(sums: Cumulated, day: int, most: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows and days of one past origin: awake series of four weeks or more, at most `most` of them by chance."""
    every = np.arange(sums.panel.count)
    days = np.full(len(every), day)
    row = every[is_awake(sums, every, days, age_days=28)]
    if len(row) > most:
        row = np.sort(np.random.default_rng(seed).choice(row, most, replace=False))
    return row, np.full(len(row), day)
