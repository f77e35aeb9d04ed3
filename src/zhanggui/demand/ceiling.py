"""How exact a forecast of these articles could be at all: the accuracy of one who knew every true rate.

Orders come by chance and in sizes that vary. Even with the rate known, demand over a window lies around its mean: as many
selling days as chance brings (binomial; for rare sales the compound Poisson), each of one of the article's own
sizes. The mean absolute deviation of that is an error nobody can avoid. Real orders cluster, so the truth is lower still; the ceiling is an
upper bound and is printed beside every accuracy with its level.
"""

from __future__ import annotations

import numpy as np

from zhanggui.demand.panel import Panel


def accuracy_ceiling(panel: Panel, rows: np.ndarray, window_days: int, draws: int = 200, seed: int = 7) -> float:
    """Pooled 1 − (expected absolute error) ÷ (expected units) of windows whose rates were known, 0 to 1; NaN without sales.

    Rates of selling days are those of the last `window_days` × 4 days of each series; sizes are drawn from the
    article's own selling days of the last half year. The best point forecast of each is the median of its draws.
    """
    rng = np.random.default_rng(seed)
    error = expected = 0.0
    since = max(panel.day_count - 182, 0)
    span = min(window_days * 4, panel.day_count)
    opened = max(int(panel.is_open[panel.day_count - span : panel.day_count].sum()), 1)
    ahead = int(panel.open_ahead(window_days).sum())
    for row in rows:
        sold = panel.units[row, since:]
        sizes = sold[sold > 0]
        days = int((panel.units[row, panel.day_count - span :] > 0).sum())
        if not len(sizes) or not days:
            continue
        drawn = _compound(sizes, min(days / opened, 1.0), ahead, draws, rng)
        error += float(np.abs(drawn - np.median(drawn)).mean())
        expected += float(drawn.mean())
    return 1 - error / expected if expected else float("nan")


def _compound(sizes: np.ndarray, share: float, days: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Sums of the sizes of as many selling days as chance brings in so many days."""
    numbers = rng.binomial(days, share, draws)
    picked = rng.choice(sizes, int(numbers.sum()))
    ends = np.concatenate([[0.0], np.cumsum(picked)])[np.concatenate([[0], np.cumsum(numbers)])]
    return np.asarray(np.diff(ends))
