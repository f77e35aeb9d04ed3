"""Random numbers by name: a draw depends on the seed and on what it is for, never on what was drawn before it.

Two policies can then be compared in the same world: whatever one of them does, the weather, what buyers want and
who sends goods back keep their own streams (common random numbers; Law 2015, Simulation Modeling and Analysis, 11.2).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

Name = str | int
"""Part of a stream's name: a purpose, a shop's code, a number of a day."""


@dataclass(frozen=True)
class Draws:
    """The source of all chance of one world."""

    seed: int

    def stream(self, *names: Name) -> np.random.Generator:
        """A generator of its own for these names: Philox, whose key is the digest of the seed and the names."""
        return np.random.Generator(np.random.Philox(key=_key(self.seed, names)))


def _key(seed: int, names: tuple[Name, ...]) -> np.ndarray:
    told = "\x1f".join(str(part) for part in (seed, *names))
    return np.frombuffer(hashlib.sha256(told.encode()).digest()[:16], dtype="<u8").astype(np.uint64)


def round_at_random(expected: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """Whole numbers with these expectations: the fraction decides by the uniform draw whether one is added."""
    whole = np.floor(expected)
    return np.asarray(whole + (uniform < expected - whole), dtype=np.int64)
