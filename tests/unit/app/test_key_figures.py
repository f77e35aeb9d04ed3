"""Key figures: the last period that is over, its expected range, and what was before, to the last digit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from tests.unit.app.small_books import SmallBooks, cells, open_small, put
from tests.unit.metrics.world import TB, US, Row, World
from zhanggui.app.asking import Asked
from zhanggui.app.errors import ParameterInvalid
from zhanggui.app.figures import answer_metrics_in
from zhanggui.app.questions.figures import HEADLINES, closed_day, last_period, relative_change
from zhanggui.kernel.periods import Grain, parse_period
from zhanggui.metrics.requests import MetricRequest
from zhanggui.warehouse import Generation

FRIDAY = date(2026, 2, 27)
PAID = [120, 90, 100, 110, 100, 1000]  # the newest Friday and the five before it
RANGE = ("low", "expected", "high", "state", "method", "history_count")


def sale(day: date, amount: int, orders: int, shop: str = TB, currency: str = "CNY") -> Row:
    row = {"stat_on": day, "channel": shop.split("/")[0], "shop_id": shop, "currency": currency, "orders": orders}
    return {**row, "paid_amount": str(amount), "paid_orders": orders, "paid_units": "2", "refunded_amount": "0"}


@pytest.fixture(scope="module")
def fridays(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """Six Fridays of sales, and a Thursday."""
    sales = [sale(FRIDAY - timedelta(weeks=back), amount, 4) for back, amount in enumerate(PAID)]
    books = SmallBooks(daily_sales=[*sales, sale(date(2026, 2, 26), 60, 3)], daily_traffic=[], daily_ads=[])
    return open_small(tmp_path_factory.mktemp("fridays"), books)


def figure(asked: Asked, metric: str, *columns: str, **given: str) -> tuple[Any, ...]:
    [row] = [row for row in cells(put(asked, "key_figures", **given), "metric", *columns) if row[0] == metric]
    return row[1:]


def test_a_day_is_held_against_its_own_weekday(fridays: Asked) -> None:
    assert figure(fridays, "paid_amount", "period", "value", *RANGE) == (
        "2026-02-27", D(120), D("55.522"), D(100), D("144.478"), "within", "same_weekday_mad", 5,
    )  # fmt: skip
    assert figure(fridays, "aov", "unit", "value", "expected") == ("CNY/order", D(30), D(25))


def test_changes_name_what_they_are_against(fridays: Asked) -> None:
    columns = ("previous", "previous_change", "week_before", "week_change", "year_before", "year_change")
    assert figure(fridays, "paid_amount", *columns) == (D(60), D(1), D(90), D("0.333333"), None, None)


def test_little_history_and_missing_reports_are_said(fridays: Asked) -> None:
    assert figure(fridays, "paid_orders", "value", *RANGE, grain="month") == (
        D(19), None, None, None, "unknown", "too_little_history", 0,
    )  # fmt: skip
    assert figure(fridays, "visitors", "value", "state") == (None, "unknown")


def test_a_week_is_the_last_whole_one(fridays: Asked) -> None:
    """The week of Friday 27 February ends on Sunday 1 March, after the books were closed for."""
    assert figure(fridays, "paid_amount", "period", "value", "previous", "week_before", grain="week") == (
        "2026-W08", D(90), D(100), None,
    )  # fmt: skip


def test_every_headline_agrees_with_the_metric_layer(small: Asked) -> None:
    """Converted day by day from the aggregates, or by the metric layer: the same figure."""
    names = tuple(HEADLINES)
    february = MetricRequest(names, (), None, date(2026, 2, 1), date(2026, 2, 28), {}, "CNY")
    [asked] = answer_metrics_in(small, february).rows
    told = cells(put(small, "key_figures", grain="month"), "metric", "value")
    assert told == [(name, D(value) if value is not None else None) for name, value in zip(names, asked, strict=True)]  # type: ignore[arg-type]


def test_amounts_without_a_rate_are_named(small: Asked) -> None:
    assert figure(small, "paid_amount", "value", "unconverted", grain="month") == (D(698), "GBP")
    assert figure(small, "paid_orders", "value", "unconverted", grain="month") == (D(6), None)
    assert figure(small, "paid_amount", "value", "unit", grain="month", currency="usd", shop=US) == (D(30), "USD")


def test_books_without_sales_have_no_key_figures(tmp_path: Path) -> None:
    asked = open_small(tmp_path, SmallBooks(World({})))
    assert put(asked, "key_figures").rows == ()


def test_other_grains_are_refused(small: Asked) -> None:
    with pytest.raises(ParameterInvalid):
        put(small, "key_figures", grain="hour")


@pytest.mark.parametrize(
    ("closed_at", "day"),
    [
        (datetime(2026, 2, 28, 10), date(2026, 2, 27)),  # in the afternoon of the 28th: only the 27th is over
        (datetime(2026, 2, 28, 16), date(2026, 2, 28)),  # midnight in Shanghai
        (datetime(2026, 3, 5), date(2026, 2, 28)),
    ],
)
def test_a_day_counts_when_it_was_over_at_the_close(small: Asked, closed_at: datetime, day: date) -> None:
    books = SmallBooks.__new__(SmallBooks)
    books.generations = lambda: [Generation(1, "close", date(2026, 2, 28), closed_at, 1)]  # type: ignore[method-assign]
    assert closed_day(replace(small, warehouse=books)) == day  # type: ignore[arg-type]


def test_a_period_that_still_runs_is_left_for_the_one_before() -> None:
    sold = [date(2026, 1, 5), date(2026, 2, 10)]
    assert last_period(sold, date(2026, 2, 27), Grain.MONTH) == parse_period("2026-01")
    assert last_period(sold, date(2026, 2, 28), Grain.MONTH) == parse_period("2026-02")
    assert last_period(sold, date(2026, 2, 9), Grain.DAY) == parse_period("2026-01-05")
    assert last_period(sold, date(2026, 1, 1), Grain.DAY) is None


def test_changes_are_of_the_size_before() -> None:
    assert relative_change(D(1), D(-2)) == D("1.5")
    assert relative_change(D(1), D(3)) == D("-0.666667")
    assert [relative_change(D(1), D(0)), relative_change(None, D(1)), relative_change(D(1), None)] == [None] * 3
