"""What the summaries share: amounts in the base currency at each day's own rate, and the days that count as recent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import ibis

from zhanggui.metrics.expressions import converted, money, prefixed

BASE_CURRENCY = "CNY"
"""Where a step is not told the base currency of the books."""

RECENT_DAYS = 30
"""Four weeks and a little: every weekday at least four times, and short enough to show a turn."""


def with_base_amounts(rows: Any, on: str, names: Sequence[str], fx_daily: Any, base_currency: str) -> Any:
    """The rows with `names` in the base currency (null without a rate) and `is_unconverted`."""
    rates = prefixed(fx_daily.filter(fx_daily.quote == base_currency).select("rate_on", "base", "rate"), "fx_")
    rows = rows.left_join(rates, [rows[on] == rates.fx_rate_on, rows.currency == rates.fx_base])
    one = ibis.literal(Decimal(1), "decimal(18,8)")
    rate = ibis.ifelse(rows.currency == base_currency, one, rows.fx_rate)
    return rows.mutate(**{name: converted(rows[name], rate) for name in names}, is_unconverted=rate.isnull())


def summed(value: Any, where: Any | None = None) -> Any:
    """The sum of converted amounts, rounded once."""
    return money(value.sum(where=where).cast("decimal(38,12)"))


def is_recent(day: Any, as_of: date) -> Any:
    """Whether the day is one of the last before the close."""
    first = as_of - timedelta(days=RECENT_DAYS - 1)
    return day.between(ibis.date(first.isoformat()), ibis.date(as_of.isoformat()))
