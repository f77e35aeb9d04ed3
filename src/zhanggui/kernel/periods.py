"""Days, ISO weeks, months, quarters and years: how people name them, and what came before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from zhanggui.kernel.errors import UsageRefusal


class Grain(Enum):
    """The length of a period."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class PeriodUnreadable(UsageRefusal):
    """The text names no period; the field is `text`."""

    code = "period_unreadable"


_MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}

_NAMES = (
    (Grain.DAY, re.compile(r"(\d{4})-(\d{2})-(\d{2})")),
    (Grain.WEEK, re.compile(r"(\d{4})-?W(\d{2})")),
    (Grain.MONTH, re.compile(r"(\d{4})-(\d{2})")),
    (Grain.QUARTER, re.compile(r"(\d{4})-?Q([1-4])")),
    (Grain.YEAR, re.compile(r"(\d{4})")),
)


def read_day(text: str) -> date:
    """A day written YYYY-MM-DD and in no other way that the standard allows; raises ValueError."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text)


@dataclass(frozen=True, order=True)
class Period:
    """A named period; both ends belong to it."""

    from_on: date
    to_on: date
    grain: Grain

    def __post_init__(self) -> None:
        assert self.from_on <= self.to_on, "a period ends before it begins"

    def __str__(self) -> str:
        start = self.from_on
        if self.grain is Grain.DAY:
            return start.isoformat()
        if self.grain is Grain.WEEK:
            year, week, _ = start.isocalendar()
            return f"{year:04d}-W{week:02d}"
        if self.grain is Grain.MONTH:
            return f"{start.year:04d}-{start.month:02d}"
        return f"{start.year:04d}Q{(start.month + 2) // 3}" if self.grain is Grain.QUARTER else f"{start.year:04d}"

    @property
    def day_count(self) -> int:
        """Days in the period."""
        return (self.to_on - self.from_on).days + 1

    @property
    def previous(self) -> Period:
        """The period of the same grain just before."""
        return period_of(self.from_on - timedelta(days=1), self.grain)

    @property
    def next(self) -> Period:
        """The period of the same grain just after."""
        return period_of(self.to_on + timedelta(days=1), self.grain)

    @property
    def last_year(self) -> Period:
        """The same period a year earlier; 29 February gives 28, week 53 gives the last week."""
        if self.grain is Grain.WEEK:
            year, week, _ = self.from_on.isocalendar()
            last_week = date(year - 1, 12, 28).isocalendar().week  # 28 December is always in the last ISO week
            return period_of(date.fromisocalendar(year - 1, min(week, last_week), 1), Grain.WEEK)
        start = self.from_on
        is_leap_day = (start.month, start.day) == (2, 29)
        return period_of(start.replace(year=start.year - 1, day=28 if is_leap_day else start.day), self.grain)

    def days(self) -> Iterator[date]:
        """Every day in order."""
        return (self.from_on + timedelta(days=place) for place in range(self.day_count))


def period_of(day: date, grain: Grain) -> Period:
    """The period of that grain which holds the day."""
    if grain is Grain.DAY:
        return Period(day, day, grain)
    if grain is Grain.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6), grain)
    length = _MONTHS[grain]
    first = date(day.year, (day.month - 1) // length * length + 1, 1)
    return Period(first, _add_months(first, length) - timedelta(days=1), grain)


def _add_months(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)


def parse_period(text: str) -> Period:
    """Read `2026-07-01`, `2026-W46`, `2026-07`, `2026Q3` or `2026`; raises PeriodUnreadable."""
    for grain, pattern in _NAMES:
        match = pattern.fullmatch(text.strip().upper())
        if match is not None:
            return _named(text, grain, [int(part) for part in match.groups()])
    raise PeriodUnreadable(text=text)


def _named(text: str, grain: Grain, parts: list[int]) -> Period:
    try:
        if grain is Grain.WEEK:
            return period_of(date.fromisocalendar(parts[0], parts[1], 1), grain)
        month = parts[1] * 3 if grain is Grain.QUARTER else (parts[1] if len(parts) > 1 else 1)
        return period_of(date(parts[0], month, parts[2] if len(parts) > 2 else 1), grain)
    except ValueError:
        raise PeriodUnreadable(text=text) from None


def periods_between(from_on: date, to_on: date, grain: Grain) -> list[Period]:
    """Every period of that grain that shares a day with [from_on, to_on], in order."""
    found: list[Period] = []
    current = period_of(from_on, grain)
    while current.from_on <= to_on:
        found.append(current)
        current = current.next
    return found
