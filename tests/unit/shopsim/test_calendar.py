"""Promotions fall on their days, lunar ones by the table, and rise to their full height once."""

from __future__ import annotations

from datetime import date

import pytest

from zhanggui.shopsim.market.calendar import is_spring_festival, promotion_date, promotion_share, spring_festival_share
from zhanggui.shopsim.scenario import PROMOTIONS


@pytest.mark.parametrize(
    ("name", "year", "on"),
    [
        ("spring_festival", 2025, date(2025, 1, 29)),
        ("spring_festival", 2026, date(2026, 2, 17)),
        ("mid_autumn", 2025, date(2025, 10, 6)),
        ("qixi", 2024, date(2024, 8, 10)),
        ("618", 2025, date(2025, 6, 18)),
        ("double11", 2025, date(2025, 11, 11)),
        ("black_friday", 2025, date(2025, 11, 28)),
        ("black_friday", 2024, date(2024, 11, 29)),
        ("spring_festival", 2050, None),
    ],
)
def test_a_promotion_falls_on_its_date(name: str, year: int, on: date | None) -> None:
    assert promotion_date(name, year) == on


@pytest.mark.parametrize("name", PROMOTIONS)
def test_every_promotion_reaches_its_full_height_in_a_year(name: str) -> None:
    shares = [promotion_share(name, date.fromordinal(date(2025, 1, 1).toordinal() + place)) for place in range(365)]
    assert max(shares) == 1.0
    assert 0 < sum(share > 0 for share in shares) <= 31


def test_a_promotion_near_the_new_year_reaches_over_it() -> None:
    assert promotion_share("new_year", date(2025, 12, 31)) == 1.0
    assert promotion_share("christmas", date(2025, 12, 1)) == 0.3
    assert promotion_share("double11", date(2025, 11, 5)) == 0.0


def test_china_stands_still_around_spring_festival() -> None:
    assert [spring_festival_share(date(2025, 1, day)) for day in (24, 25, 27, 28, 31)] == [0.0, 0.5, 0.5, 1.0, 1.0]
    assert is_spring_festival(date(2025, 2, 6))
    assert not is_spring_festival(date(2025, 2, 7))
