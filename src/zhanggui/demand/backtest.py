"""The back-test: what this forecast would have said of this seller's own past, and how right it would have been.

Rolling origins: at each one the panel is cut, everything is learned again, and the window after it is compared. Every
accuracy stands with its level, its estimated ceiling, its bias, and what a naive method reached in the same windows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zhanggui.demand.averages import moving_averages
from zhanggui.demand.calibration import pinball
from zhanggui.demand.ceiling import accuracy_ceiling
from zhanggui.demand.classes import CLASSES
from zhanggui.demand.distributions import LEVELS, normal_quantiles
from zhanggui.demand.features import Cumulated
from zhanggui.demand.forecasting import Fitted, ForecastPolicy, estimate_demand
from zhanggui.demand.panel import Panel, usual_change
from zhanggui.demand.totals import forecast_days

SCORED_LEVELS = np.array([0.5, 0.8, 0.9, 0.95])
ACTIVE_DAYS = 91
ACTIVE_AGE_DAYS = 28


@dataclass(frozen=True)
class Scored:
    """One origin and window: [series] arrays of active series only; `scale` is the mean absolute change from day to day."""

    origin: int
    window_days: int
    row: np.ndarray
    kind: np.ndarray
    demand: np.ndarray
    mean: np.ndarray
    naive: np.ndarray
    quantiles: np.ndarray
    textbook: np.ndarray
    scale: np.ndarray


@dataclass(frozen=True)
class Accuracy:
    """1 − WAPE pooled over series and origins, at a level; `naive` is the moving average of 28 days in the same windows."""

    level: str
    window_days: int
    accuracy: float
    bias_share: float
    naive: float
    wape_to_naive: float
    ceiling: float


def active_rows(panel: Panel) -> np.ndarray:
    """Series that sold in the last quarter and are four weeks old or more."""
    sold = panel.units[:, max(panel.day_count - ACTIVE_DAYS, 0) :].sum(axis=1) > 0
    return np.flatnonzero(sold & (panel.day_count - panel.first_sale >= ACTIVE_AGE_DAYS))


def roll(
    panel: Panel, origins: Sequence[int], windows: Sequence[int], policy: ForecastPolicy, truth: Panel | None = None
) -> list[Scored]:
    """Forecast from each origin (day of the panel) and compare with `truth` (the panel itself where none is given)."""
    scored = []
    for origin in origins:
        known = panel.until(origin)
        fitted = estimate_demand(known, policy)
        rows = active_rows(known)
        scale = usual_change(known)
        for window in windows:
            if origin + window <= panel.day_count:
                scored.append(_score(fitted, truth or panel, origin, window, rows, scale))
    return scored


def _score(fitted: Fitted, truth: Panel, origin: int, window: int, rows: np.ndarray, scale: np.ndarray) -> Scored:
    found = fitted.forecast(window)
    day = np.full(len(rows), origin)
    opened = fitted.sums.open_days[day + window] - fitted.sums.open_days[day]
    averages = moving_averages(fitted.sums, rows, day, opened)
    return Scored(
        origin,
        window,
        rows,
        found.kind[rows],
        truth.units[rows, origin : origin + window].sum(axis=1).astype(np.float64),
        found.mean[rows],
        averages[1],
        np.stack([found.at(level)[rows] for level in SCORED_LEVELS], axis=1),
        textbook_normal(fitted.sums, rows, averages[2], opened),
        scale[rows],
    )


def textbook_normal(sums: Cumulated, rows: np.ndarray, mean: np.ndarray, opened: np.ndarray) -> np.ndarray:
    """[series, SCORED_LEVELS] mean of 56 days and the days' variance times the window, as textbooks set safety stock."""
    panel = sums.panel
    since = max(panel.day_count - 56, 0)
    recent = panel.units[rows, since:][:, panel.is_open[since : panel.day_count]]
    return normal_quantiles(mean, recent.var(axis=1, ddof=1) * opened, SCORED_LEVELS)


def accuracy(scored: Sequence[Scored], level: str = "sku", ceiling: float = float("nan")) -> Accuracy:
    """The pooled accuracy of windows of one length."""
    error = sum(float(np.abs(one.mean - one.demand).sum()) for one in scored)
    naive = sum(float(np.abs(one.naive - one.demand).sum()) for one in scored)
    mean = sum(float(one.mean.sum()) for one in scored)
    demand = sum(float(one.demand.sum()) for one in scored)
    whole = max(demand, 1e-9)
    return Accuracy(
        level,
        scored[0].window_days,
        1 - error / whole,
        mean / whole - 1,
        1 - naive / whole,
        error / max(naive, 1e-9),
        ceiling,
    )


def by_class(scored: Sequence[Scored]) -> dict[str, Accuracy]:
    """The accuracy of each class of demand that occurs."""
    found = {}
    for number, name in enumerate(CLASSES):
        parts = [_rows(one, one.kind == number) for one in scored]
        if any(len(one.row) for one in parts):
            found[name] = accuracy(parts, name)
    return found


def _rows(one: Scored, at: np.ndarray) -> Scored:
    return Scored(
        one.origin, one.window_days, one.row[at], one.kind[at], one.demand[at], one.mean[at], one.naive[at],
        one.quantiles[at], one.textbook[at], one.scale[at],
    )  # fmt: skip


def pinball_ratio(scored: Sequence[Scored]) -> float:
    """Mean scaled pinball loss over that of textbook normal, origins weighed alike."""
    ours = np.mean([(pinball(one.quantiles, one.demand, SCORED_LEVELS) / one.scale).mean() for one in scored])
    textbook = np.mean([(pinball(one.textbook, one.demand, SCORED_LEVELS) / one.scale).mean() for one in scored])
    return float(ours / textbook)


def coverage(scored: Sequence[Scored]) -> np.ndarray:
    """[SCORED_LEVELS] share of windows whose demand was within the quantile, over all origins."""
    within = np.concatenate([one.demand[:, None] <= one.quantiles for one in scored])
    return np.asarray(within.mean(axis=0))


def group_accuracy(panel: Panel, origins: Sequence[int], days: int, step: int, *, by_category: bool) -> float:
    """1 − WAPE of totals or categories over the next `days`, in pieces of `step` days, by each group's own forecast."""
    groups = panel.categories if by_category else np.zeros(panel.count, dtype=np.int32)
    error = demand = 0.0
    for origin in origins:
        known = panel.until(origin)
        daily = np.zeros((int(groups.max(initial=0)) + 1, panel.day_count))
        np.add.at(daily, groups, panel.units)
        ahead = forecast_days(daily[:, :origin], known.is_open[:origin], known.open_ahead(days))
        after = daily[:, origin : origin + days]
        pieces = np.add.reduceat(after - ahead, np.arange(0, days, step), axis=1)
        error, demand = error + float(np.abs(pieces).sum()), demand + float(after.sum())
    return 1 - error / max(demand, 1e-9)


@dataclass(frozen=True)
class BacktestReport:
    """What is printed beside a forecast: figures of this seller's own data, each with its level."""

    accuracies: tuple[Accuracy, ...]
    classes: dict[str, Accuracy]
    pinball_to_textbook: dict[int, float]
    coverage: dict[int, np.ndarray]
    models: dict[str, int]
    levels: np.ndarray


def report_backtest(
    panel: Panel, policy: ForecastPolicy, windows: Sequence[int] = (7, 28), origin_count: int = 3
) -> BacktestReport:
    """Back-test on the last windows of the panel; `models` counts which method stands behind today's series."""
    longest = max(windows)
    origins = [panel.day_count - longest * (back + 1) for back in reversed(range(origin_count))]
    scored = roll(panel, [one for one in origins if one >= policy.least_days], windows, policy)
    parts = {window: [one for one in scored if one.window_days == window] for window in windows}
    parts = {window: held for window, held in parts.items() if held}
    found = []
    for window, held in parts.items():
        rows = held[-1].row[:: max(len(held[-1].row) // 500, 1)]
        found.append(accuracy(held, "sku", accuracy_ceiling(panel, rows, window)))
    names, counts = np.unique(estimate_demand(panel, policy).forecast(longest).model, return_counts=True)
    return BacktestReport(
        tuple(found),
        by_class(parts[longest]) if longest in parts else {},
        {window: pinball_ratio(held) for window, held in parts.items()},
        {window: coverage(held) for window, held in parts.items()},
        dict(zip(names.tolist(), counts.tolist(), strict=True)),
        LEVELS,
    )
