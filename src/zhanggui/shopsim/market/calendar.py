"""The days that move demand: promotions with their dates (lunar ones by table), and holidays on which nobody delivers.

Lunar dates are those of the Hong Kong Observatory's Gregorian-Lunar calendar, 2015 to 2030.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

_SPRING_FESTIVAL = """2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22
    2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03""".split()
_QIXI = """2015-08-20 2016-08-09 2017-08-28 2018-08-17 2019-08-07 2020-08-25 2021-08-14 2022-08-04 2023-08-22
    2024-08-10 2025-08-29 2026-08-19 2027-08-08 2028-08-26 2029-08-16 2030-08-05""".split()
_MID_AUTUMN = """2015-09-27 2016-09-15 2017-10-04 2018-09-24 2019-09-13 2020-10-01 2021-09-21 2022-09-10 2023-09-29
    2024-09-17 2025-10-06 2026-09-25 2027-09-15 2028-10-03 2029-09-22 2030-09-12""".split()

_LUNAR = {
    name: {date.fromisoformat(told).year: date.fromisoformat(told) for told in dates}
    for name, dates in (("spring_festival", _SPRING_FESTIVAL), ("qixi", _QIXI), ("mid_autumn", _MID_AUTUMN))
}

_FIXED = {
    "valentine": (2, 14), "38": (3, 8), "618": (6, 18), "national_day": (10, 1), "double11": (11, 11), "double12": (12, 12),
    "prime_day": (7, 15), "christmas": (12, 25), "new_year": (1, 1),
}  # fmt: skip

_PEAKS: dict[str, tuple[tuple[int, float], ...]] = {
    # (days from the date, share of the full uplift): gifts are bought before the day, sales on it
    "spring_festival": ((-20, 0.4), (-15, 0.8), (-10, 1.0), (-6, 0.6)),
    "valentine": ((-8, 0.3), (-5, 0.8), (-3, 1.0), (-1, 0.5), (0, 0.2)),
    "38": ((-3, 0.3), (-1, 0.5), (0, 1.0)),
    "618": ((-18, 0.35), (-16, 0.15), (-3, 0.3), (-1, 0.45), (0, 1.0), (1, 0.25)),
    "qixi": ((-8, 0.3), (-5, 0.8), (-3, 1.0), (-1, 0.5), (0, 0.2)),
    "mid_autumn": ((-16, 0.4), (-10, 1.0), (-5, 0.7), (-2, 0.3)),
    "national_day": ((-2, 0.4), (0, 1.0), (3, 0.6), (6, 0.4)),
    "double11": ((-11, 0.45), (-9, 0.2), (-3, 0.15), (-1, 0.3), (0, 1.0), (1, 0.35)),
    "double12": ((-2, 0.2), (0, 1.0), (1, 0.3)),
    "prime_day": ((-1, 0.1), (0, 1.0), (1, 0.9)),
    "black_friday": ((-3, 0.3), (0, 1.0), (1, 0.5), (3, 0.85)),
    "christmas": ((-24, 0.3), (-18, 0.7), (-12, 1.0), (-7, 0.8), (-4, 0.3)),
    "new_year": ((-4, 0.4), (-1, 1.0), (0, 0.7)),
}


@dataclass(frozen=True)
class Peak:
    """One promotion: its own date, and the share of its uplift by day."""

    name: str
    on: date
    shares: tuple[tuple[date, float], ...]


def promotion_date(name: str, year: int) -> date | None:
    """The date of a promotion in a year; None where the lunar table does not reach."""
    if name in _LUNAR:
        return _LUNAR[name].get(year)
    if name == "black_friday":
        thanksgiving = date(year, 11, 22) + timedelta(days=(3 - date(year, 11, 22).weekday()) % 7)
        return thanksgiving + timedelta(days=1)
    return date(year, *_FIXED[name])


@cache
def peak(name: str, year: int) -> Peak | None:
    """A promotion of a year with its shape, straight lines between the told days."""
    on = promotion_date(name, year)
    return None if on is None else Peak(name, on, tuple(_shape(name, on)))


def _shape(name: str, on: date) -> Iterator[tuple[date, float]]:
    told = _PEAKS[name]
    is_gift = name in ("spring_festival", "mid_autumn", "christmas", "valentine", "qixi", "national_day", "new_year")
    for place, (offset, share) in enumerate(told):
        yield on + timedelta(days=offset), share
        following = told[place + 1] if is_gift and place + 1 < len(told) else (offset + 1, share)
        for step in range(1, following[0] - offset):
            yield on + timedelta(days=offset + step), share + (following[1] - share) * step / (following[0] - offset)


@cache
def promotion_share(name: str, day: date) -> float:
    """Share of a promotion's uplift that falls on the day, 0 to 1; looks into the neighbouring years too."""
    found = (peak(name, year) for year in (day.year - 1, day.year, day.year + 1))
    return max((share for each in found if each for on, share in each.shares if on == day), default=0.0)


@cache
def spring_festival_share(day: date) -> float:
    """How far the country stands still, 0 to 1: from the third day before the festival to the eighth after it."""
    on = promotion_date("spring_festival", day.year)
    if on is None:
        return 0.0
    offset = (day - on).days
    return 1.0 if -1 <= offset <= 5 else 0.5 if -4 <= offset <= 8 else 0.0


def is_spring_festival(day: date) -> bool:
    """Whether Chinese suppliers and most carriers are closed."""
    return spring_festival_share(day) > 0
