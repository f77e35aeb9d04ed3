"""Festivals that move trade, in China and in the West, as nearness by day: known years ahead, by sun and by moon.

People buy before a festival, stop on it, and shops that order goods know that factories close at Spring Festival. Each
kind is 1 on the festival and falls to 0 over the days in which it is bought for. Lunar days come from the tables of
the `holidays` package (1901 to 2099); platform sales days are dates that the platforms have kept for years.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

FIRST_YEAR, LAST_YEAR = 1902, 2098


@dataclass(frozen=True)
class Festival:
    """One festival: the days before it in which it is bought for, its own days, and when it begins in a year."""

    code: str
    days_before: int
    days: int
    begins: Callable[[int], date | None]


def _fixed(month: int, day: int) -> Callable[[int], date | None]:
    return lambda year: date(year, month, day)


def _lunar(name: str) -> Callable[[int], date | None]:
    def begins(year: int) -> date | None:
        from holidays.calendars import _ChineseLunisolar

        if not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        found = getattr(_ChineseLunisolar(), name)(year)
        start: date | None = found[0] if isinstance(found, tuple) else found
        return start

    return begins


def _nth_weekday(month: int, weekday: int, nth: int, later: int = 0) -> Callable[[int], date | None]:
    """The nth weekday (Monday is 0) of a month, and so many days later."""

    def begins(year: int) -> date | None:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1) + later)

    return begins


def _easter(year: int) -> date | None:
    from dateutil.easter import easter

    found: date = easter(year)
    return found


CHINESE = (
    Festival("spring_festival", 21, 7, _lunar("lunar_new_year_date")),
    Festival("dragon_boat", 10, 1, _lunar("dragon_boat_date")),
    Festival("mid_autumn", 14, 1, _lunar("mid_autumn_date")),
    Festival("national_day", 3, 7, _fixed(10, 1)),
    Festival("labour_day", 3, 3, _fixed(5, 1)),
    Festival("sale_618", 3, 3, _fixed(6, 18)),
    Festival("sale_1111", 3, 3, _fixed(11, 11)),
    Festival("sale_1212", 2, 1, _fixed(12, 12)),
)
WESTERN = (
    Festival("christmas", 28, 2, _fixed(12, 25)),
    Festival("new_year", 5, 1, _fixed(1, 1)),
    Festival("valentine", 10, 1, _fixed(2, 14)),
    Festival("easter", 14, 2, _easter),
    Festival("mothers_day", 7, 1, _nth_weekday(5, 6, 2)),
    Festival("halloween", 14, 1, _fixed(10, 31)),
    Festival("black_friday", 3, 4, _nth_weekday(11, 3, 4, later=1)),
)
CALENDARS = {"chinese": CHINESE, "western": WESTERN}


def nearness(calendar: str, first_on: date, day_count: int) -> np.ndarray:
    """[festival, day] 1 on the festival's days, rising from 0 over the days before it; 0 elsewhere."""
    near = np.zeros((len(CALENDARS[calendar]), day_count), dtype=np.float32)
    end_on = first_on + timedelta(days=day_count)
    for row, festival in enumerate(CALENDARS[calendar]):
        for year in range(first_on.year - 1, end_on.year + 2):
            begins_on = festival.begins(year)
            if begins_on is not None:
                _mark(near[row], (begins_on - first_on).days, festival)
    return near


def _mark(near: np.ndarray, begins: int, festival: Festival) -> None:
    for day in range(begins - festival.days_before, begins + festival.days):
        if 0 <= day < len(near):
            value = min(1.0, 1 - (begins - day) / (festival.days_before + 1))
            near[day] = max(near[day], value)
