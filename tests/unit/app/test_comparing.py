"""Figures beside those before: whole periods, cut periods, ratios anew, and nothing where nothing is known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from zhanggui.app.answers import Answer
from zhanggui.app.asking import Asked
from zhanggui.app.comparing import _other_spans, change
from zhanggui.app.errors import ComparisonNeedsPeriod, ComparisonUnknown
from zhanggui.app.figures import answer_metrics_in, make_request


def ask(asked: Asked, *names: str, compare: str = "previous", **also: Any) -> Answer:
    told = {"by": (), "grain": None, "date_from": None, "date_to": None, "where": {}, "currency": None, **also}
    return answer_metrics_in(asked, make_request(names, **told), compare)


TAOBAO = {"channel": ("taobao",)}
FEBRUARY: dict[str, Any] = {"date_from": date(2026, 2, 1), "date_to": date(2026, 2, 28)}


def test_a_month_stands_beside_the_month_before_and_ratios_are_made_anew(small: Asked) -> None:
    """Taobao: 200 from two orders in February, 90 from one in January."""
    found = ask(small, "paid_amount", "aov", where=TAOBAO, **FEBRUARY)
    assert [(column.name, column.unit) for column in found.columns] == [
        ("paid_amount", "CNY"), ("paid_amount.previous", "CNY"), ("paid_amount.change", "share"),
        ("aov", "CNY/order"), ("aov.previous", "CNY/order"), ("aov.change", "share"),
    ]  # fmt: skip
    assert found.rows == ((D(200), D(90), D("1.222222"), D(100), D(90), D("0.111111")),)


def test_with_a_grain_every_period_stands_beside_the_one_before(small: Asked) -> None:
    found = ask(small, "paid_amount", grain="month", where=TAOBAO)
    assert found.rows == (("2026-01", D(90), None, None), ("2026-02", D(200), D(90), D("1.222222")))


def test_the_first_period_asked_for_knows_the_one_before_it(small: Asked) -> None:
    found = ask(small, "paid_orders", grain="month", where=TAOBAO, **FEBRUARY)
    assert found.rows == (("2026-02", 2, 1, D(1)),)


def test_currencies_are_compared_with_themselves(small: Asked) -> None:
    """February has three currencies and January only one: the amounts of yuan still meet."""
    found = ask(small, "paid_amount", by=("channel",), **FEBRUARY)
    assert found.rows == (
        ("amazon", "USD", D(30), D(0), None),
        ("douyin", "CNY", D(300), D(0), None),
        ("taobao", "CNY", D(200), D(90), D("1.222222")),
        ("website", "GBP", D(15), D(0), None),
    )


def test_a_share_is_of_the_other_periods_whole(small: Asked) -> None:
    found = ask(small, "channel_share", by=("channel",), where={}, currency="CNY", **FEBRUARY)
    rows = {row[0]: row[1:] for row in found.rows}
    assert rows["taobao"] == (D("0.286533"), D(1), D("-0.713467"))
    assert rows["douyin"][1:] == (None, None)


def test_a_year_before_is_unknown_where_the_books_do_not_reach(small: Asked) -> None:
    assert ask(small, "paid_amount", compare="year", grain="month", where=TAOBAO, **FEBRUARY).rows == (
        ("2026-02", D(200), None, None),
    )


@pytest.mark.parametrize(
    ("grain", "first", "last", "compare", "spans"),
    [
        (None, "2026-02-01", "2026-02-28", "previous", [("2026-01-01", "2026-01-31")]),
        (None, "2026-02-01", "2026-02-28", "year", [("2025-02-01", "2025-02-28")]),
        (None, "2026-01-01", "2026-03-31", "previous", [("2025-10-01", "2025-12-31")]),
        (None, "2026-02-05", "2026-02-11", "previous", [("2026-01-29", "2026-02-04")]),
        (None, "2024-02-29", "2024-03-01", "year", [("2023-02-28", "2023-03-01")]),
        ("month", "2026-01-01", "2026-03-31", "previous", [("2025-12-01", "2026-02-28")]),
        ("month", "2026-01-01", "2026-03-10", "previous", [("2026-02-01", "2026-02-10"), ("2025-12-01", "2026-01-31")]),
        ("month", "2026-03-20", "2026-03-31", "previous", [("2026-02-20", "2026-02-28")]),
        ("month", "2026-03-05", "2026-03-10", "year", [("2025-03-05", "2025-03-10")]),
        ("month", "2026-03-30", "2026-03-31", "previous", [("2026-02-28", "2026-02-28")]),
        ("week", "2026-02-25", "2026-03-08", "previous", [("2026-02-18", "2026-02-22"), ("2026-02-23", "2026-03-01")]),
        ("day", "2026-02-25", "2026-02-26", "year", [("2025-02-25", "2025-02-26")]),
    ],
)
def test_cut_periods_are_compared_with_the_like_days(
    grain: str | None, first: str, last: str, compare: str, spans: list[tuple[str, str]]
) -> None:
    request = make_request(("orders",), (), grain, date.fromisoformat(first), date.fromisoformat(last), {}, None)
    found = _other_spans(request, compare)
    assert found == [(date.fromisoformat(begin), date.fromisoformat(end)) for begin, end in spans]


def test_what_has_no_before_is_refused(small: Asked) -> None:
    with pytest.raises(ComparisonNeedsPeriod):
        ask(small, "orders")
    with pytest.raises(ComparisonNeedsPeriod):
        ask(small, "orders", date_from=date(2026, 2, 1))
    with pytest.raises(ComparisonUnknown):
        ask(small, "orders", compare="tomorrow", grain="day")


def test_a_change_is_exact_and_of_the_size_before() -> None:
    assert change(3, 2) == D("0.500000")
    assert change(D("1"), D("-4")) == D("1.250000")
    assert [change(1, 0), change(None, 1), change(1, None)] == [None] * 3
