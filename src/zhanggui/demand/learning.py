"""The learned part: gradient-boosted trees on windows, one for the mean and one for each of a few quantiles.

The mean is a Tweedie regression with the window's base rate as offset, so that the trees learn only by how much demand
differs from it (Ke et al., "LightGBM", NIPS 2017; Tweedie deviance as in Jørgensen 1997). Quantiles are of demand
over base rate. One thread: on a busy machine two are ten times slower.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zhanggui.demand.windows import Windows


@dataclass(frozen=True)
class LearningPolicy:
    """How the trees are grown; chosen on earlier origins of the public sets (docs/benchmarks.md).

    window_count: windows learned from, for the forecast; half of it for back-tests.
    rounds: trees of the mean; quantiles take three quarters of it.
    power: of the Tweedie variance, between Poisson (1) and gamma (2).
    levels: the quantiles learned; those between are filled in by the calibrated ones.
    """

    window_count: int = 60_000
    rounds: int = 80
    rate: float = 0.08
    leaves: int = 31
    leaf_windows: int = 100
    power: float = 1.5
    levels: tuple[float, ...] = (0.5, 0.8, 0.9, 0.95)
    seed: int = 1

    def parameters(self, **other: Any) -> dict[str, Any]:
        """For LightGBM."""
        return {
            "learning_rate": self.rate,
            "num_leaves": self.leaves,
            "min_data_in_leaf": self.leaf_windows,
            "feature_fraction": 0.6,
            "bagging_fraction": 0.7,
            "bagging_freq": 1,
            "lambda_l2": 5.0,
            "max_bin": 127,
            "num_threads": 1,
            "deterministic": True,
            "force_row_wise": True,
            "seed": self.seed,
            "verbose": -1,
        } | other


@dataclass(frozen=True)
class Learned:
    """The trees: one of the mean, and one for each of `levels`."""

    mean: Any
    quantiles: tuple[Any, ...]
    levels: np.ndarray

    def predict_mean(self, windows: Windows) -> np.ndarray:
        """Expected units of each window."""
        if not len(windows.row):
            return np.zeros(0)
        ratio = np.exp(self.mean.predict(windows.known, raw_score=True, num_threads=1))
        return np.asarray(ratio * windows.expected)

    def predict_quantiles(self, windows: Windows) -> np.ndarray:
        """[window, level of `levels`], in order and never below nothing."""
        if not len(windows.row):
            return np.zeros((0, len(self.levels)))
        ratios = np.stack(
            [np.maximum(one.predict(windows.known, num_threads=1), 0.0) for one in self.quantiles], axis=1
        )
        return np.asarray(np.sort(ratios, axis=1) * windows.expected[:, None])


def learn(windows: Windows, scale: np.ndarray, policy: LearningPolicy, share: float = 1.0) -> Learned:
    """Grow the trees on past windows; `scale` are each window's usual units, by which errors of quantiles are weighed."""
    import lightgbm

    assert windows.demand is not None
    rounds = max(int(policy.rounds * share), 10)
    whole = lightgbm.Dataset(windows.known, windows.demand, init_score=np.log(windows.expected), free_raw_data=False)
    mean = lightgbm.train(
        policy.parameters(objective="tweedie", tweedie_variance_power=policy.power), whole, num_boost_round=rounds
    )
    weight = windows.expected / np.maximum(scale, 1e-6)
    ratio = lightgbm.Dataset(
        windows.known,
        windows.demand / windows.expected,
        weight=np.minimum(weight / weight.mean(), 20.0),
        reference=whole,
        free_raw_data=False,
    )
    grown = _grow(ratio, policy.levels, policy, max(int(rounds * 0.75), 10))
    return Learned(mean, grown, np.array(policy.levels))


def _grow(data: Any, levels: Sequence[float], policy: LearningPolicy, rounds: int) -> tuple[Any, ...]:
    import lightgbm

    return tuple(
        lightgbm.train(
            policy.parameters(objective="quantile", alpha=level, learning_rate=0.1), data, num_boost_round=rounds
        )
        for level in levels
    )
