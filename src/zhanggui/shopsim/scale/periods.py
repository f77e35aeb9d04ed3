"""The days of a world in periods that fit into memory, and what day an instant belongs to in each shop's zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import numpy as np

from zhanggui.shopsim.world.whole import midnight

_SPARE_DAYS = 200
"""Days behind the last that are known, for what happens to the last orders."""
DAY_SECONDS = 86400


@dataclass(frozen=True)
class Period:
    """Days that are written together, all of one month."""

    first: int
    """Index of the first day; 0 is the first day of the world."""
    days: int
    on: date
    """Date of the first day."""
    part: int
    """Which part of its month it is, from 0."""

    @property
    def end(self) -> int:
        """Index of the day after the last."""
        return self.first + self.days

    @property
    def dates(self) -> list[date]:
        """Its days."""
        return [self.on + timedelta(days=place) for place in range(self.days)]

    @property
    def month(self) -> str:
        """The month as it stands in the folder's name."""
        return f"{self.on:%Y-%m}"

    @property
    def name(self) -> str:
        """The period's own name."""
        return f"{self.on:%Y-%m-%d}"


def cut_periods(started_on: date, days: int, parts: int) -> list[Period]:
    """Months from the first day on, each in so many parts of about equal length."""
    return [
        Period(first + begin, end - begin, started_on + timedelta(days=first + begin), part)
        for first, length in _months(started_on, days)
        for part, (begin, end) in enumerate(_cut(length, parts))
    ]


def _months(started_on: date, days: int) -> Iterator[tuple[int, int]]:
    first = 0
    while first < days:
        on = started_on + timedelta(days=first)
        following = date(on.year + on.month // 12, on.month % 12 + 1, 1)
        length = min((following - on).days, days - first)
        yield first, length
        first += length


def _cut(length: int, parts: int) -> Iterator[tuple[int, int]]:
    edges = [length * place // parts for place in range(parts + 1)]
    return ((begin, end) for begin, end in pairwise(edges) if end > begin)


@dataclass(frozen=True)
class Clock:
    """UTC seconds of the midnights of a zone."""

    first: date
    midnights: np.ndarray
    is_steady: bool

    def day_index(self, at: np.ndarray) -> np.ndarray:
        """Index of the local day of instants (UTC seconds)."""
        if self.is_steady:
            return np.asarray((at - self.midnights[0]) // DAY_SECONDS)
        return np.asarray(np.searchsorted(self.midnights, at, side="right") - 1)


@cache
def clock(zone: str, first: date, days: int) -> Clock:
    """The midnights of a zone from the first day on."""
    told = np.array([midnight(zone, first.toordinal(), place) for place in range(days + _SPARE_DAYS)]).astype(np.int64)
    return Clock(first, told, bool(np.all(np.diff(told) == DAY_SECONDS)))


def local_days(clocks: list[Clock], shop: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Index of the local day of each instant, by its shop's clock (`clocks` by shop)."""
    if all(each is clocks[0] for each in clocks):
        return clocks[0].day_index(at)
    told = np.empty(len(at), dtype=np.int64)
    number = {id(each): place for place, each in enumerate(clocks)}
    which = np.array([number[id(each)] for each in clocks])[shop]
    for each in {id(each): each for each in clocks}.values():
        rows = np.flatnonzero(which == number[id(each)])
        told[rows] = each.day_index(at[rows])
    return told
