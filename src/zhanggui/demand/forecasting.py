"""The forecast: one fit for all series, then the distribution of demand over any lead time in one call.

The default is described in docs/decisions and measured in docs/benchmarks.md: trees on window sums beside a moving
average chosen by class, a mixture of learned, calibrated, conformal and negative-binomial quantiles weighed by
back-tests, and a gate. With too little history the simple method stands alone, and the forecast names it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from zhanggui.demand.averages import moving_averages, smoothed_weeks
from zhanggui.demand.calibration import Calibrated, CalibrationPolicy, blend, calibrate, look_back, parts_of
from zhanggui.demand.classes import classify
from zhanggui.demand.distributions import LEVELS, dispersion, mix_quantiles, negative_binomial_quantiles
from zhanggui.demand.features import SHARE_COLUMN, Cumulated, cumulate
from zhanggui.demand.learning import Learned, LearningPolicy, learn
from zhanggui.demand.panel import Panel, usual_change
from zhanggui.demand.windows import Windows, draw_windows, windows_at

MODEL_DEFAULT = "trees_and_averages"
MODEL_GATED = "average_by_gate"
MODEL_SHORT = "smoothed_weeks"


@dataclass(frozen=True)
class ForecastPolicy:
    """How demand is forecast.

    longest_days: the longest window that is learned; longer ones grow in proportion from it.
    least_series, least_days: below these nothing is learned: a dozen articles cannot teach each other.
    oldest_days: windows older than this teach nothing; fourteen months hold every season once.
    lead_in_days: no window begins before so much history, as the features look back eight weeks.
    """

    longest_days: int = 35
    least_series: int = 20
    least_days: int = 90
    oldest_days: int = 420
    lead_in_days: int = 56
    learning: LearningPolicy = field(default_factory=LearningPolicy)
    calibration: CalibrationPolicy = field(default_factory=CalibrationPolicy)


@dataclass(frozen=True)
class Forecast:
    """Demand over windows: one row for each series of the panel.

    mean: expected units. quantiles: [series, LEVELS]. model: which method stands behind each row, by name.
    """

    window_days: np.ndarray
    mean: np.ndarray
    quantiles: np.ndarray
    model: np.ndarray
    kind: np.ndarray

    def at(self, level: float | np.ndarray) -> np.ndarray:
        """[series] the quantile at a level (0.05 to 0.99), one for all or one for each; straight between LEVELS."""
        level = np.broadcast_to(np.asarray(level, dtype=float), self.mean.shape)
        place = np.clip(np.searchsorted(LEVELS, level, side="right") - 1, 0, len(LEVELS) - 2)
        share = np.clip((level - LEVELS[place]) / (LEVELS[place + 1] - LEVELS[place]), 0, 1)
        every = np.arange(len(self.mean))
        low, high = self.quantiles[every, place], self.quantiles[every, place + 1]
        return np.asarray(low + share * (high - low))


@dataclass(frozen=True)
class Fitted:
    """What was learned of a panel; `forecast` asks it."""

    sums: Cumulated
    policy: ForecastPolicy
    learned: Learned | None
    calibrated: tuple[Calibrated, ...]

    def forecast(self, window_days: int | np.ndarray) -> Forecast:
        """Demand over the next days: the same number for all series, or one for each."""
        length = np.broadcast_to(np.asarray(window_days, dtype=np.int64), (self.sums.panel.count,))
        inside = np.clip(length, 1, self.policy.longest_days)
        row = np.arange(self.sums.panel.count)
        day = np.full(len(row), self.sums.panel.day_count)
        windows = windows_at(self.sums, row, day, inside, is_past=False)
        found = _short(self.sums, windows) if self.learned is None else _full(self, windows)
        return _lengthen(found, length, inside)

    def forecast_mixture(self, window_days: np.ndarray, weights: np.ndarray) -> Forecast:
        """Demand over a window of uncertain length: cases of `window_days` with their chances (sum 1)."""
        cases = [self.forecast(int(days)) for days in window_days]
        mean = np.tensordot(weights, np.stack([one.mean for one in cases]), axes=1)
        quantiles = mix_quantiles(np.stack([one.quantiles for one in cases]), np.asarray(weights))
        expected = np.full(len(mean), float(np.dot(weights, window_days)))
        return Forecast(expected, mean, quantiles, cases[0].model, cases[0].kind)


def estimate_demand(panel: Panel, policy: ForecastPolicy) -> Fitted:
    """Learn from a panel. With too little history the result forecasts by the simple method and says so."""
    sums = cumulate(panel, policy.longest_days)
    history = panel.day_count - policy.lead_in_days
    if panel.count < policy.least_series or panel.day_count < policy.least_days or not panel.units.any():
        return Fitted(sums, policy, None, ())
    scale = np.maximum(usual_change(panel), 1e-3)
    longest = max(min(policy.longest_days, history // 3), 3)
    lengths = sorted({min(one, longest) for one in (7, 18, longest)})
    weeks = max(min(policy.calibration.origin_count, (history - longest) // 14), 2)
    watch = CalibrationPolicy(**{**policy.calibration.__dict__, "origin_count": weeks})
    before = panel.day_count - longest - 7 * (weeks - 1)
    earlier = _learn(sums, before, longest, scale, policy, share=0.5)
    if earlier is None:
        return Fitted(sums, policy, None, ())
    found = []
    for length in lengths:
        past = look_back(sums, earlier, panel.day_count, length, scale, watch)
        if len(past.demand):
            found.append(calibrate(past, earlier.levels, length, watch))
    learned = _learn(sums, panel.day_count, longest, scale, policy, share=1.0)
    return Fitted(sums, policy, learned if found else None, tuple(found))


def _learn(
    sums: Cumulated, until: int, longest: int, scale: np.ndarray, policy: ForecastPolicy, share: float
) -> Learned | None:
    count = int(policy.learning.window_count * share)
    windows = draw_windows(
        sums, until, count, longest, policy.oldest_days, policy.lead_in_days, seed=policy.learning.seed + until
    )
    if len(windows.row) < 2 * policy.learning.leaf_windows:
        return None
    return learn(windows, scale[windows.row] * windows.length, policy.learning, (1 + share) / 2)


def _short(sums: Cumulated, windows: Windows) -> Forecast:
    """Smoothed weeks with negative-binomial quantiles, for shops with little history."""
    mean = smoothed_weeks(sums, windows.row, windows.day) * windows.open_days
    spread = dispersion(sums, windows.row, windows.day, 182)
    quantiles = negative_binomial_quantiles(mean, spread, LEVELS)
    kind = classify(sums, windows.row, windows.day)
    return Forecast(windows.length, mean, quantiles, np.full(len(mean), MODEL_SHORT), kind)


def _full(fitted: Fitted, windows: Windows) -> Forecast:
    assert fitted.learned is not None
    sums, learned = fitted.sums, fitted.learned
    kind = classify(sums, windows.row, windows.day)
    trees, quantiles = learned.predict_mean(windows), learned.predict_quantiles(windows)
    averages = moving_averages(sums, windows.row, windows.day, windows.open_days)
    near = _near(fitted.calibrated, windows.length)
    means = [blend(trees, averages, one.partner[kind]) for one, _ in near]
    mean = np.sum([share * own for (_, share), own in zip(near, means, strict=True)], axis=0)
    counts = negative_binomial_quantiles(mean, dispersion(sums, windows.row, windows.day, 182), LEVELS)
    mixed, shut = np.zeros(counts.shape), np.zeros(len(kind))
    for (calibrated, share), own_mean in zip(near, means, strict=True):
        parts = parts_of(own_mean, windows.known[:, SHARE_COLUMN], quantiles, counts, learned.levels, calibrated)
        mixed += share[:, None] * np.einsum("wp,pwl->wl", calibrated.weights[kind], parts)
        shut += share * calibrated.is_simple[kind]
    model = np.where(shut > 0.5, MODEL_GATED, MODEL_DEFAULT)
    at = np.flatnonzero(shut > 0.5)
    mean[at] = averages[2][at]
    mixed[at] = negative_binomial_quantiles(mean[at], dispersion(sums, windows.row[at], windows.day[at], 56), LEVELS)
    return Forecast(windows.length, mean, mixed, model, kind)


def _near(calibrated: tuple[Calibrated, ...], length: np.ndarray) -> list[tuple[Calibrated, np.ndarray]]:
    """Each calibration with its share for every window: straight in the logarithm of the length, 0 where far."""
    known = np.log([one.length for one in calibrated])
    shares = [np.interp(np.log(length), known, np.eye(len(known))[place]) for place in range(len(known))]
    return [(one, share) for one, share in zip(calibrated, shares, strict=True) if share.any()]


def _lengthen(found: Forecast, length: np.ndarray, inside: np.ndarray) -> Forecast:
    """Windows beyond the learned ones: the mean in proportion, its spread with the square root of it.

    Beyond the horizon errors are those of the level and no longer those of days; the square root is the least that they
    grow by, so the spread stays in proportion where the window was learned whole.
    """
    if not (length > inside).any():
        return found
    factor = length / inside
    mean = found.mean * factor
    spread = (found.quantiles - found.mean[:, None]) * factor[:, None]
    return Forecast(length, mean, np.maximum(mean[:, None] + spread, 0), found.model, found.kind)
