"""Totals that agree with their parts: the sum of the articles' forecasts, beside the total's own forecast, explained.

Scaling the articles to a total's own forecast makes them worse (docs/benchmarks.md), so the parts stand; the total's own
model is shown beside their sum, with what each category contributes to the difference. A total's own forecast is
the mean of the last four weeks by weekday: aggregates of a hundred articles leave little else to find.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhanggui.demand.panel import Panel

WEEKS = 4


@dataclass(frozen=True)
class Total:
    """One group's window: `bottom_up` is the sum of its parts, `own` its own forecast, `difference` the first less the second."""

    name: str
    bottom_up: float
    own: float

    @property
    def difference(self) -> float:
        """Units by which the parts stand above the total's own forecast."""
        return self.bottom_up - self.own


def forecast_days(daily: np.ndarray, is_open: np.ndarray, open_ahead: np.ndarray) -> np.ndarray:
    """[group, day ahead] the mean of the same weekday in the last four weeks in which the shop was open.

    daily: [group, day]. Days on which the shop will be closed are 0. A weekday never open takes the mean of all.
    """
    days = daily.shape[1]
    recent = np.arange(max(days - 7 * WEEKS, 0), days)
    recent = recent[is_open[recent]]
    overall = daily[:, recent].mean(axis=1) if len(recent) else np.zeros(len(daily))
    ahead = np.zeros((len(daily), len(open_ahead)))
    for place in np.flatnonzero(open_ahead):
        same = recent[recent % 7 == (days + place) % 7]
        ahead[:, place] = daily[:, same].mean(axis=1) if len(same) else overall
    return ahead


def add_up(panel: Panel, mean: np.ndarray, window_days: int) -> list[Total]:
    """The shop and its categories, largest difference first after the shop: sums of `mean` ([series] units) beside their own."""
    ahead = panel.open_ahead(window_days)
    is_open = panel.is_open[: panel.day_count]
    names = sorted(set(panel.keys["category"].to_list())) if "category" in panel.keys.columns else []
    groups = np.zeros((len(names) + 1, panel.count), dtype=bool)
    groups[0] = True
    for place, name in enumerate(names):
        groups[place + 1] = panel.keys["category"].to_numpy() == name
    own = forecast_days(groups.astype(np.float64) @ panel.units, is_open, ahead).sum(axis=1)
    totals = [
        Total(name, float(mean[group].sum()), float(own[place]))
        for place, (name, group) in enumerate(zip(["", *names], groups, strict=True))
    ]
    return [totals[0], *sorted(totals[1:], key=lambda one: (-abs(one.difference), one.name))]
