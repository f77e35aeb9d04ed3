"""Classes of demand by how often and how evenly an article sells; methods are chosen by class, not by series.

The scheme and its cuts are of Syntetos, Boylan and Croston, "On the categorization of demand patterns", Journal of
the Operational Research Society 56 (2005): mean interval between sales 1.32, squared variation of sizes 0.49.
"""

from __future__ import annotations

import numpy as np

from zhanggui.demand.features import Cumulated

CLASSES = ("smooth", "erratic", "intermittent", "lumpy", "new")
SMOOTH, ERRATIC, INTERMITTENT, LUMPY, NEW = range(5)
INTERVAL_CUT_DAYS = 1.32
SPREAD_CUT = 0.49
NEW_DAYS = 56
"""Younger than eight weeks an article has no level of its own yet (docs/benchmarks.md)."""
_SPAN = 182


def classify(sums: Cumulated, row: np.ndarray, day: np.ndarray) -> np.ndarray:
    """[sample] number of the class in CLASSES, by the half year before `day`, counted from the first sale."""
    start = np.maximum(np.maximum(day - _SPAN, sums.panel.first_sale[row]), 0)
    start = np.minimum(start, day)
    opened = np.maximum(sums.open_days[day] - sums.open_days[start], 1)
    sales = np.maximum(sums.sales_days[row, day] - sums.sales_days[row, start], 1)
    mean = (sums.units[row, day] - sums.units[row, start]) / sales
    second = (sums.squares[row, day] - sums.squares[row, start]) / sales
    spread = np.maximum(second - mean**2, 0) / np.maximum(mean, 1e-9) ** 2
    is_rare, is_uneven = opened / sales >= INTERVAL_CUT_DAYS, spread >= SPREAD_CUT
    found = np.where(is_rare, np.where(is_uneven, LUMPY, INTERMITTENT), np.where(is_uneven, ERRATIC, SMOOTH))
    return np.where(day - sums.panel.first_sale[row] < NEW_DAYS, NEW, found).astype(np.int8)
