"""Key figures: the last period that is over, what was to be expected of it, and what it was before."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from zhanggui.app.asking import Asked, question
from zhanggui.app.errors import ParameterInvalid
from zhanggui.app.policies import read_policies
from zhanggui.app.questions.parameters import SHOP
from zhanggui.canon.metrics import Metric
from zhanggui.canon.questions import Parameter
from zhanggui.kernel.clock import instant_in
from zhanggui.kernel.periods import Grain, Period, period_of
from zhanggui.metrics.days import DayBook, measure_days, read_days
from zhanggui.metrics.formulas import EXACT, RATIO_TICK
from zhanggui.metrics.registry import METRICS
from zhanggui.monitor.expecting import Expected, ExpectingPolicy, expect

HEADLINES = (
    "paid_amount", "paid_orders", "units", "aov", "net_sales", "refunds_by_payment", "refund_rate_amount", "gross_margin",
    "visitors", "conversion_rate", "ad_spend",
)  # fmt: skip
"""What a seller looks at each morning; every one of them stands in the daily aggregates."""

_GRAINS = {grain.value: grain for grain in (Grain.DAY, Grain.WEEK, Grain.MONTH)}
_FIGURE = pa.decimal128(38, 6)
_CHANGES = ("previous", "previous_change", "week_before", "week_change", "year_before", "year_change")
_SHAPE = pa.schema([
    *((name, pa.string()) for name in ("metric", "unit", "grain", "period")),
    ("period_from_on", pa.date32()),
    ("period_to_on", pa.date32()),
    *((name, _FIGURE) for name in ("value", "low", "expected", "high")),
    ("state", pa.string()),
    ("method", pa.string()),
    ("history_count", pa.int64()),
    *((name, _FIGURE) for name in _CHANGES),
    ("unconverted", pa.string()),
])  # fmt: skip


@question(
    "最近一天、一周、一月的关键数字，与预期和以往相比如何？",
    "The key figures of the last day, week or month, beside what was expected and what was before?",
    Parameter("grain", "text", "粒度：day、week、month", "day, week or month", default="day"),
    Parameter("currency", "text", "币种（默认本位币）", "Currency (the books' own)"),
    SHOP,
    of_close=True,
)
def ask_key_figures(asked: Asked, grain: str, currency: str | None, shop: str | None) -> pa.Table:
    """One row for each headline metric; empty where the books have no sales yet."""
    if grain not in _GRAINS:
        raise ParameterInvalid(parameter="grain", value=grain, kind=", ".join(_GRAINS))
    code = (currency or asked.workspace.settings.base_currency).upper()
    metrics = [METRICS[name] for name in HEADLINES]
    rows = asked.fetch(measure_days(metrics, asked.table, code, shop))
    book = read_days(rows.to_pylist(), code)
    period = last_period(book.sold_on, closed_day(asked), _GRAINS[grain])
    if period is None:
        return _SHAPE.empty_table()
    policy = read_policies(asked.workspace.settings.policies).expecting
    told = [_figure(metric, book, period, policy, code) for metric in metrics]
    return pa.Table.from_pylist(told, _SHAPE)


def closed_day(asked: Asked) -> date:
    """The last day that was over when the books were closed: a close on its own day sees only half of it."""
    closes = [one for one in asked.warehouse.generations() if one.kind == "close"]
    if not closes:
        return asked.as_of - timedelta(days=1)
    zone = ZoneInfo(asked.workspace.settings.timezone)
    is_over = instant_in(closes[-1].closed_at, zone).date() > asked.as_of
    return asked.as_of if is_over else asked.as_of - timedelta(days=1)


def last_period(sold_on: list[date], closed: date, grain: Grain) -> Period | None:
    """The last period that is over and has sales (or, where it is still going on, the one before)."""
    known = [day for day in sold_on if day <= closed]
    if not known:
        return None
    newest = period_of(known[-1], grain)
    return newest if newest.to_on <= closed else newest.previous


def _figure(metric: Metric, book: DayBook, period: Period, policy: ExpectingPolicy, code: str) -> dict[str, Any]:
    first = book.sold_on[0]

    def value_of(other: Period) -> Decimal | None:
        return book.value(metric, other) if other.from_on >= first else None

    value = book.value(metric, period)
    history = [known for one in _earlier(period, policy.history_count) if (known := value_of(one)) is not None]
    expected = expect(history, policy)
    same = "same_weekday_mad" if period.grain is Grain.DAY else "same_grain_mad"
    week = period_of(period.from_on - timedelta(days=7), Grain.DAY) if period.grain is Grain.DAY else None
    return {
        "metric": metric.name,
        "unit": metric.unit.replace("currency", code),
        "grain": period.grain.value,
        "period": str(period),
        "period_from_on": period.from_on,
        "period_to_on": period.to_on,
        "value": _rounded(value),
        **_range(expected, value),
        "method": same if expected else "too_little_history",
        "history_count": len(history),
        **_change("previous", "previous_change", value, value_of(period.previous)),
        **_change("week_before", "week_change", value, value_of(week) if week else None),
        **_change("year_before", "year_change", value, value_of(period.last_year)),
        "unconverted": (", ".join(book.lost_within(period)) or None) if book.has_money(metric) else None,
    }


def _earlier(period: Period, count: int) -> list[Period]:
    """The earlier periods of its kind: for a day, the same weekdays."""
    if period.grain is Grain.DAY:
        return [period_of(period.from_on - timedelta(weeks=back), Grain.DAY) for back in range(1, count + 1)]
    found = [period.previous]
    while len(found) < count:
        found.append(found[-1].previous)
    return found


def _range(expected: Expected | None, value: Decimal | None) -> dict[str, Any]:
    if expected is None:
        return {"state": "unknown"}
    state = expected.judge(value) if value is not None else "unknown"
    ends = {"low": expected.low, "expected": expected.middle, "high": expected.high}
    return {**{name: _rounded(end) for name, end in ends.items()}, "state": state}


def _change(name: str, change: str, value: Decimal | None, before: Decimal | None) -> dict[str, Decimal | None]:
    return {name: _rounded(before), change: relative_change(value, before)}


def relative_change(value: Decimal | None, before: Decimal | None) -> Decimal | None:
    """(value − before) ÷ |before| to six places; null where either is unknown or there is nothing to divide by."""
    if value is None or not before:
        return None
    return _rounded(EXACT.divide(EXACT.subtract(value, before), abs(before)))


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(RATIO_TICK, context=EXACT)
