"""Chance that belongs to a buyer and a thing, not to a place in a list: numbered uniforms without a running generator.

A stream gives the third order of the day its third number; when another policy sells one order more, everything behind
it moves. Here the number follows from the seed, the purpose and the keys alone (the finaliser of SplitMix64: Steele,
Lea and Flood 2014, OOPSLA), so that a buyer who sends goods back does so under every policy.
"""

from __future__ import annotations

import numpy as np

from zhanggui.shopsim.randomness import Draws

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


class Chances:
    """Uniform numbers in [0, 1) by purpose and keys."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._salts: dict[str, np.uint64] = {}

    def uniform(self, purpose: str, *keys: np.ndarray | int) -> np.ndarray:
        """One number per row of the keys (arrays of whole numbers of one length, or single ones)."""
        mixed = np.asarray(self._salt(purpose))
        with np.errstate(over="ignore"):
            for key in keys:
                mixed = _mix(mixed ^ np.asarray(key, dtype=np.int64).astype(np.uint64))
        return np.asarray((mixed >> _S11).astype(np.float64) * 2.0**-53)

    def _salt(self, purpose: str) -> np.uint64:
        if purpose not in self._salts:
            self._salts[purpose] = np.uint64(self._draws.stream("chances", purpose).integers(0, 2**63))
        return self._salts[purpose]


def _mix(state: np.uint64 | np.ndarray) -> np.ndarray:
    state = np.asarray(state + _GOLDEN)
    state = (state ^ (state >> _S30)) * _FIRST
    state = (state ^ (state >> _S27)) * _SECOND
    return np.asarray(state ^ (state >> _S31))


def spread(uniform: np.ndarray, mean: float | np.ndarray) -> np.ndarray:
    """Exponential times with this mean."""
    return np.asarray(-np.log1p(-uniform) * mean)


def choose(uniform: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Positions drawn by weight."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.asarray(np.searchsorted(edges / edges[-1], uniform, side="right").clip(max=len(edges) - 1))


def seconds(hours: np.ndarray) -> np.ndarray:
    """Hours as a whole number of seconds."""
    return np.rint(hours * 3600.0).astype(np.int64).astype("timedelta64[s]")
