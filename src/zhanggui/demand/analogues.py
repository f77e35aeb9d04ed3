"""New articles: their first weeks are forecast by how similar articles began.

An article without history has no level; its category, price, and the weeks after launch of others do. Analogues are
articles of the same category with the nearest price (in the logarithm), seen through their own first weeks; the
spread of their beginnings is the spread of the forecast (Kahn, "New Product Forecasting", 2006, chapter 5).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhanggui.demand.distributions import LEVELS
from zhanggui.demand.panel import Panel


@dataclass(frozen=True)
class AnaloguePolicy:
    """How analogues are chosen.

    count: nearest articles looked at. least: with fewer nothing is said. lead_in_days: an article seen on sale sooner
    than this after the books begin may be old, so its beginning is not known.
    """

    count: int = 30
    least: int = 5
    lead_in_days: int = 28


@dataclass(frozen=True)
class Launch:
    """The forecast of a new article's first window; `analogues` are rows of the panel, the nearest first."""

    mean: float
    quantiles: np.ndarray
    analogues: np.ndarray


def estimate_launch(
    panel: Panel, category: str | None, price: float | None, window_days: int, policy: AnaloguePolicy
) -> Launch | None:
    """Demand in the first `window_days` of an article, None where too few analogues began in this history."""
    began = panel.first_sale
    known = (began >= policy.lead_in_days) & (began + window_days <= panel.day_count)
    if category is not None and "category" in panel.keys.columns:
        same = known & (panel.keys["category"].to_numpy().astype(str) == category)
        known = same if same.sum() >= policy.least else known
    rows = np.flatnonzero(known)
    if len(rows) < policy.least:
        return None
    distance = _distance(panel, rows, price)
    nearest = rows[np.argsort(distance, kind="stable")[: policy.count]]
    days = began[nearest][:, None] + np.arange(window_days)[None, :]
    units = panel.units[nearest[:, None], days].sum(axis=1)
    return Launch(float(units.mean()), np.quantile(units, LEVELS), nearest)


def _distance(panel: Panel, rows: np.ndarray, price: float | None) -> np.ndarray:
    """How far the first price of each article is from the new one's, in the logarithm; unknown prices are far."""
    if price is None or price <= 0 or panel.price is None:
        return np.zeros(len(rows))
    first = panel.price[rows, panel.first_sale[rows]].astype(float)
    return np.where(first > 0, np.abs(np.log(np.maximum(first, 1e-9) / price)), np.inf)
