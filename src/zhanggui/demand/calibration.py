"""What past forecasts got wrong, and what follows: partners of the mean, ratios for quantiles, weights, and the gate.

A model that was grown only on windows before the last weeks forecasts those weeks as it would have then. From its
errors come, by class of demand, which moving average stands beside the trees; by bucket of level, how wide the
distribution is; and whether all of this beats the simple method at all. Where it does not, the forecast is the simple
one and says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from zhanggui.demand.averages import moving_averages
from zhanggui.demand.classes import CLASSES, classify
from zhanggui.demand.distributions import (
    LEVELS,
    ConformalRatios,
    dispersion,
    learn_ratios,
    negative_binomial_quantiles,
)
from zhanggui.demand.features import SHARE_COLUMN, Cumulated
from zhanggui.demand.learning import Learned
from zhanggui.demand.windows import Windows, past_windows, windows_at

PARTS = ("learned", "adjusted", "conformal", "negative_binomial")
CHANCE = 0.7
"""How many standard errors better a partner must be; errors of one window by two methods go together."""
PARTNERS = ("trees", "trees+ma7", "trees+ma28", "trees+ma56")


@dataclass(frozen=True)
class CalibrationPolicy:
    """How past forecasts are looked at.

    origin_count: weekly origins; two months hold every kind of week.
    gate_origins: the newest of them, on which nothing was learned, decide about the gate.
    origin_windows: windows of one origin and length at most; enough for quantiles by bucket.
    least_windows: with fewer past windows of a class its choice is that of all.
    weight_power: how strongly a better part of the mixture counts; 0 is a plain mean.
    """

    origin_count: int = 8
    gate_origins: int = 3
    origin_windows: int = 1500
    least_windows: int = 150
    weight_power: float = 4.0


@dataclass(frozen=True)
class Past:
    """Windows of one length at several origins, with forecasts made before them."""

    windows: Windows
    demand: np.ndarray
    kind: np.ndarray
    trees: np.ndarray
    averages: np.ndarray
    learned: np.ndarray
    spread: np.ndarray
    spread_56: np.ndarray
    scale: np.ndarray
    origin: np.ndarray


@dataclass(frozen=True)
class Calibrated:
    """What was learned of windows of one length.

    partner: [class] number in PARTNERS. weights: [class, PARTS]. is_simple: [class] whether the gate is shut.
    pinball: [class, (default, simple)] mean scaled loss on the gate's origins, NaN where nothing was seen.
    """

    length: int
    partner: np.ndarray
    ratios: ConformalRatios
    level_cuts: np.ndarray
    adjustments: np.ndarray
    weights: np.ndarray
    is_simple: np.ndarray
    pinball: np.ndarray = field(default_factory=lambda: np.full((len(CLASSES), 2), np.nan))


def pinball(quantiles: np.ndarray, demand: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """[window] mean pinball loss over levels (Koenker and Bassett 1978)."""
    missed = demand[:, None] - quantiles
    return np.asarray(np.maximum(missed * levels, missed * (levels - 1)).mean(axis=1))


def look_back(
    sums: Cumulated, learned: Learned, until: int, length: int, scale: np.ndarray, policy: CalibrationPolicy
) -> Past:
    """Forecast the windows of that length which end in each of the last weeks; origin 0 is the newest."""
    picked = [
        past_windows(sums, until - length - 7 * back, policy.origin_windows, seed=back)
        for back in range(policy.origin_count)
    ]
    row = np.concatenate([one[0] for one in picked])
    day = np.concatenate([one[1] for one in picked])
    origin = np.concatenate([np.full(len(one[0]), back) for back, one in enumerate(picked)])
    windows = windows_at(sums, row, day, np.full(len(row), length), is_past=True)
    assert windows.demand is not None
    return Past(
        windows,
        windows.demand,
        classify(sums, row, day),
        learned.predict_mean(windows),
        moving_averages(sums, row, day, windows.open_days),
        learned.predict_quantiles(windows),
        dispersion(sums, row, day, 182),
        dispersion(sums, row, day, 56),
        scale[row],
        origin,
    )


def blend(trees: np.ndarray, averages: np.ndarray, partner: np.ndarray) -> np.ndarray:
    """The mean of the trees and the partner of each window's class; the trees alone where partner is 0."""
    beside = np.where(partner > 0, averages[np.maximum(partner - 1, 0), np.arange(len(trees))], trees)
    return np.asarray((trees + beside) / 2)


def choose_partners(past: Past, least: int) -> np.ndarray:
    """[class] the partner with clearly the least absolute error in the past windows of that class."""
    errors = np.stack(
        [np.abs(blend(past.trees, past.averages, np.full(len(past.trees), one)) - past.demand) for one in range(4)]
    )
    chosen = np.full(len(CLASSES), _clearly_best(errors))
    for kind in range(len(CLASSES)):
        at = past.kind == kind
        if at.sum() >= least:
            chosen[kind] = _clearly_best(errors[:, at])
    return chosen


def _clearly_best(errors: np.ndarray) -> int:
    """The partner with the least error, if it is below the trees' by more than chance; else the trees alone (0).

    The relative standard error of a mean of n errors that spread like themselves is about 1 ÷ √n.
    """
    total = errors.sum(axis=1)
    best = int(total.argmin()) if errors.size else 0
    return best if errors.size and total[best] < total[0] * (1 - CHANCE / np.sqrt(errors.shape[1])) else 0


def adjust(past: Past, mean: np.ndarray, learned_levels: np.ndarray, buckets: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Cuts of level, and [bucket, learned level] factors that make learned quantiles cover as often as they say.

    Conformalised quantile regression (Romano, Patterson and Candès 2019) with a factor in the place of a summand,
    because errors grow with the level. Half a piece is added on both sides, so that nothing is divided by nothing.
    """
    cuts = np.quantile(mean, np.arange(1, buckets) / buckets)
    bucket = np.searchsorted(cuts, mean)
    factors = np.ones((buckets, len(learned_levels)))
    for one in range(buckets):
        at = bucket == one
        for place, level in enumerate(learned_levels if at.sum() >= 50 else ()):
            factors[one, place] = np.quantile((past.demand[at] + 0.5) / (past.learned[at, place] + 0.5), level)
    return cuts, factors


def fill_levels(anchor: np.ndarray, learned: np.ndarray, learned_levels: np.ndarray) -> np.ndarray:
    """[window, LEVELS] quantiles with the learned ones in their places and the anchor's shape between and beyond them."""
    places = np.searchsorted(LEVELS, learned_levels)
    between = np.stack([np.interp(LEVELS, learned_levels, one) for one in np.eye(len(learned_levels))])
    factor = ((learned + 0.25) / (anchor[:, places] + 0.25)) @ between
    return np.asarray(np.maximum.accumulate(np.maximum((anchor + 0.25) * factor - 0.25, 0), axis=1))


def parts_of(
    mean: np.ndarray,
    sales_share: np.ndarray,
    learned: np.ndarray,
    counts: np.ndarray,
    learned_levels: np.ndarray,
    calibrated: Calibrated,
) -> np.ndarray:
    """[PARTS, window, LEVELS] the distributions that are mixed; `counts` is the negative binomial, made by the caller."""
    conformal = calibrated.ratios.quantiles(mean, sales_share)
    bucket = np.searchsorted(calibrated.level_cuts, mean)
    factors = calibrated.adjustments[bucket]
    adjusted = np.maximum((learned + 0.5) * factors - 0.5, 0)
    return np.stack(
        [
            fill_levels(conformal, learned, learned_levels),
            fill_levels(conformal, adjusted, learned_levels),
            conformal,
            counts,
        ]
    )


def calibrate(past: Past, learned_levels: np.ndarray, length: int, policy: CalibrationPolicy) -> Calibrated:
    """Everything that past forecasts of one length teach; the gate is judged on origins that taught nothing."""
    newest = past.origin < policy.gate_origins
    first = _calibrate_on(past, ~newest, learned_levels, length, policy)
    weights, losses = _judge(past, newest, first, learned_levels, policy)
    final = _calibrate_on(past, np.ones(len(newest), dtype=bool), learned_levels, length, policy)
    return Calibrated(
        length,
        final.partner,
        final.ratios,
        final.level_cuts,
        final.adjustments,
        weights,
        losses[:, 0] >= losses[:, 1],
        losses,
    )


def _calibrate_on(
    past: Past, at: np.ndarray, learned_levels: np.ndarray, length: int, policy: CalibrationPolicy
) -> Calibrated:
    held = _only(past, at)
    partner = choose_partners(held, policy.least_windows)
    mean = blend(held.trees, held.averages, partner[held.kind])
    cuts, factors = adjust(held, mean, learned_levels)
    ratios = learn_ratios(mean, held.windows.known[:, SHARE_COLUMN], held.demand)
    even = np.full((len(CLASSES), len(PARTS)), 1 / len(PARTS))
    return Calibrated(length, partner, ratios, cuts, factors, even, np.zeros(len(CLASSES), dtype=bool))


def _judge(
    past: Past, newest: np.ndarray, first: Calibrated, learned_levels: np.ndarray, policy: CalibrationPolicy
) -> tuple[np.ndarray, np.ndarray]:
    """[class, PARTS] weights by inverse loss, and [class, 2] loss of the mixture and of the simple method."""
    held = _only(past, newest)
    mean = blend(held.trees, held.averages, first.partner[held.kind])
    counts = negative_binomial_quantiles(mean, held.spread, LEVELS)
    parts = parts_of(mean, held.windows.known[:, SHARE_COLUMN], held.learned, counts, learned_levels, first)
    scored = np.searchsorted(LEVELS, learned_levels)
    simple = negative_binomial_quantiles(held.averages[2], held.spread_56, learned_levels)
    loss = np.stack([pinball(part[:, scored], held.demand, learned_levels) for part in parts]) / held.scale
    losses = np.full((len(CLASSES), 2), np.nan)
    weights = np.full((len(CLASSES), len(PARTS)), 1 / len(PARTS))
    for kind in range(len(CLASSES)):
        own = held.kind == kind
        # A class that was hardly seen is judged with all the others.
        at = own if own.sum() >= policy.least_windows else np.ones(len(own), dtype=bool)
        if not at.any():
            continue
        weights[kind] = _weights(loss[:, at], policy.weight_power)
        mixed = np.tensordot(weights[kind], parts[:, at][:, :, scored], axes=1)
        losses[kind, 0] = (pinball(mixed, held.demand[at], learned_levels) / held.scale[at]).mean()
        losses[kind, 1] = (pinball(simple[at], held.demand[at], learned_levels) / held.scale[at]).mean()
    return weights, losses


def _weights(loss: np.ndarray, power: float) -> np.ndarray:
    if not loss.size:
        return np.full(len(PARTS), 1 / len(PARTS))
    inverse = np.maximum(loss.mean(axis=1), 1e-9) ** -power
    return np.asarray(inverse / inverse.sum())


def _only(past: Past, at: np.ndarray) -> Past:
    windows = past.windows
    return Past(
        Windows(
            windows.row[at],
            windows.day[at],
            windows.length[at],
            windows.known[at],
            windows.open_days[at],
            windows.expected[at],
            None,
        ),
        past.demand[at],
        past.kind[at],
        past.trees[at],
        past.averages[:, at],
        past.learned[at],
        past.spread[at],
        past.spread_56[at],
        past.scale[at],
        past.origin[at],
    )
