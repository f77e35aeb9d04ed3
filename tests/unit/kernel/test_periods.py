"""Periods are read as people write them; neighbours touch, and last year is last year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.kernel.periods import Grain, PeriodUnreadable, parse_period, period_of, periods_between

DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))
GRAINS = st.sampled_from(Grain)


@pytest.mark.parametrize(
    ("text", "from_on", "to_on"),
    [
        ("2026-07", date(2026, 7, 1), date(2026, 7, 31)),
        ("2026-W46", date(2026, 11, 9), date(2026, 11, 15)),
        ("2026Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
    ],
)
def test_written_periods_are_read(text: str, from_on: date, to_on: date) -> None:
    period = parse_period(text)
    assert (period.from_on, period.to_on, str(period)) == (from_on, to_on, text)


@pytest.mark.parametrize("text", ["", "2026-13", "2026Q5", "2026-W54", "2025-02-29", "yesterday", "0000"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(PeriodUnreadable):
        parse_period(text)


@pytest.mark.parametrize(
    ("text", "last_year"),
    [
        ("2024-02-29", "2023-02-28"),
        ("2026-07", "2025-07"),
        ("2020-W53", "2019-W52"),
        ("2026Q1", "2025Q1"),
        ("2026", "2025"),
    ],
)
def test_last_year(text: str, last_year: str) -> None:
    assert str(parse_period(text).last_year) == last_year


@given(DAYS, GRAINS)
def test_a_period_holds_its_day_and_touches_its_neighbours(day: date, grain: Grain) -> None:
    period = period_of(day, grain)
    assert period.from_on <= day <= period.to_on
    assert period.previous.to_on + timedelta(days=1) == period.from_on
    assert period.next.previous == period
    assert parse_period(str(period)) == period
    assert len(list(period.days())) == period.day_count


def test_periods_between_cover_the_span() -> None:
    found = periods_between(date(2026, 1, 31), date(2026, 3, 1), Grain.MONTH)
    assert [str(period) for period in found] == ["2026-01", "2026-02", "2026-03"]
