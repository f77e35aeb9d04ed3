"""Chance in bulk: raw bits of a shop's own stream, and tables that turn sixteen of them into hours, days or pieces.

A table is made once, rounded to whole seconds or pieces; a draw is then one look-up, the same on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from zhanggui.shopsim.market.buying import HOURS

LEVELS = 1 << 16
_HOUR = 3600.0


def raw_words(streams: Sequence[np.random.Generator], counts: np.ndarray, words: int) -> np.ndarray:
    """[row, word] 64 bits each: as many rows from each stream as its count says, in order."""
    told = np.empty((int(counts.sum()), words), dtype="<u8")
    first = 0
    for stream, count in zip(streams, counts.tolist(), strict=True):
        told[first : first + count] = stream.bit_generator.random_raw(count * words).reshape(count, words)
        first += count
    return told


def bits(words: np.ndarray, word: int, part: int) -> np.ndarray:
    """[row] sixteen bits: the `part`-th quarter of a word, as positions in a table."""
    return np.ascontiguousarray(words.view("<u2")[:, 4 * word + part])


def unit(words: np.ndarray, word: int) -> np.ndarray:
    """[row] the upper half of the word as a number in [0, 1); what it is added to keeps it exact up to a million."""
    return np.asarray((words[:, word] >> np.uint64(32)).astype(np.float64) * 2.0**-32)


def _middles() -> np.ndarray:
    return (np.arange(LEVELS) + 0.5) / LEVELS


@cache
def waiting_seconds(least_hours: float, mean_hours: float, most_hours: float = 1e9) -> np.ndarray:
    """Seconds of an exponential time on top of the least, cut off at the most."""
    hours = np.minimum(least_hours - np.log1p(-_middles()) * mean_hours, most_hours)
    return np.asarray(np.rint(hours * _HOUR).astype(np.int64))


@cache
def confirming_seconds(share: float, mean_hours: float, after_days: float) -> np.ndarray:
    """Seconds until the buyer confirms by hand, or the platform does after so many days."""
    latest = after_days * 24.0
    by_hand = np.minimum(1.0 - np.log1p(-np.minimum(_middles() / share, 0.999)) * mean_hours, latest)
    return np.asarray(np.rint(np.where(_middles() < share, by_hand, latest) * _HOUR).astype(np.int64))


@cache
def shopping_seconds() -> np.ndarray:
    """Seconds after midnight by the hours in which people shop, ascending."""
    edges = np.concatenate([[0.0], np.cumsum(HOURS / HOURS.sum())])
    at = np.interp(_middles(), edges, np.arange(25) * _HOUR)
    return np.asarray(np.minimum(np.floor(at), 86399).astype(np.int64))


@cache
def repeated(share: float, most: int) -> np.ndarray:
    """One, and one more with this share again and again, up to the most (int8)."""
    edges = share ** np.arange(1, most)
    return np.asarray((1 + (_middles()[:, None] < edges).sum(axis=1)).astype(np.int8))


@cache
def weighted(weights: tuple[float, ...]) -> np.ndarray:
    """Positions by weight (int32)."""
    edges = np.cumsum(weights) / np.sum(weights)
    return np.asarray(np.searchsorted(edges, _middles(), side="right").clip(max=len(weights) - 1).astype(np.int32))


def threshold(shares: np.ndarray | float) -> np.ndarray:
    """The shares as numbers that sixteen bits are compared with: below is yes."""
    return np.asarray(np.rint(np.asarray(shares) * LEVELS).astype(np.int64))
