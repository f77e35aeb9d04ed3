"""Exchange rates for every day: the seller's own first, else the European Central Bank's, carried over holidays.

A rate holds from its day until the next one of the same pair is stated, but not for ever: after `RatePolicy`'s
number of days it is too old to convert anything with, and the metric says that it could not.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis

from zhanggui.canon.steps import step
from zhanggui.metrics.expressions import conformed, prefixed


@dataclass(frozen=True)
class RatePolicy:
    """How long a rate is carried forward, in days."""

    seller_carry_days: int = 31  # customs and accounting offices state rates by the month
    bank_carry_days: int = 7  # the longest gap between ECB publications (Easter, Christmas) is five days


MAJORS = ("CNY", "USD")
"""Reporting currencies that are priced even where no fact uses them; EUR is the bank's base."""

_PAIR = ("base", "quote")
_TICK = Decimal("0.00000001")


def _as_rate(value: Any) -> Any:
    """A double as `decimal(18,8)`, half up; the same on every engine because IEEE division is."""
    ticks = (value * 100000000 + 0.5).floor().cast("int64").cast("decimal(26,8)")
    return (ticks * ibis.literal(_TICK, type="decimal(10,8)")).cast("decimal(38,16)").cast("decimal(18,8)")


def _ratio(above: Any, below: Any) -> Any:
    divisor = below.cast("float64")
    return _as_rate(above.cast("float64") / ibis.ifelse(divisor > 0, divisor, ibis.null("float64")))


def _spans(rates: Any, carry_days: int) -> Any:
    """Rates with the day on which the next of the same pair takes over."""
    along = ibis.window(group_by=[rates[name] for name in _PAIR], order_by=[rates.rate_on])
    following = ibis.coalesce(rates.rate_on.lead(1).over(along), ibis.date("9999-12-31"))
    return rates.mutate(next_on=following, carry_days=ibis.literal(carry_days))


def _daily(rates: Any, calendar: Any, carry_days: int) -> Any:
    """One row for each day and pair on which a rate holds: (rate_on, base, quote, rate, stated_on, source)."""
    spans = prefixed(_spans(rates, carry_days), "s_")
    days = calendar.select("day_on")
    rows = days.inner_join(spans, [days.day_on >= spans.s_rate_on, days.day_on < spans.s_next_on])
    age = rows.day_on.delta(rows.s_rate_on, unit="day")
    rows = rows.filter(age <= rows.s_carry_days)
    return rows.select(
        rate_on=rows.day_on, base=rows.s_base, quote=rows.s_quote, rate=rows.s_rate, stated_on=rows.s_rate_on,
        source=rows.s_source,
    )  # fmt: skip


def _sellers_rates(fx_rates: Any) -> Any:
    """One rate for each day and pair, the latest stated; a pair stated one way round also holds the other."""
    stated = fx_rates.filter((fx_rates.rate > 0) & (fx_rates.base != fx_rates.quote))
    latest = ibis.window(
        group_by=[stated.rate_on, stated.base, stated.quote], order_by=[stated.stated_at.desc(), stated.source]
    )
    stated = stated.mutate(place=ibis.row_number().over(latest))
    names = ("rate_on", "base", "quote", "rate", "source")
    stated = stated.filter(stated.place == 0).select(*names)
    turned = stated.select(
        rate_on=stated.rate_on, base=stated.quote, quote=stated.base,
        rate=_ratio(ibis.literal(1.0), stated.rate), source=stated.source,
    )  # fmt: skip
    known = prefixed(stated.select("base", "quote").distinct(), "k_")
    turned = turned.anti_join(known, [turned.base == known.k_base, turned.quote == known.k_quote])
    return stated.union(turned)


def _used_currencies(tables: tuple[Any, ...], ecb_rates: Any) -> Any:
    found = [rows.select(code=rows.currency).distinct() for rows in tables]
    majors = ecb_rates.filter(ecb_rates.quote.isin(list(MAJORS)))
    used = ibis.union(*found, majors.select(code=majors.quote).distinct(), distinct=True)
    return prefixed(used.filter(used.code.notnull()), "u_")


def _bank_crosses(ecb_rates: Any, used: Any, calendar: Any, policy: RatePolicy) -> Any:
    """Every pair of used currencies by way of the euro, each leg as of its own last publication."""
    rates = ecb_rates.semi_join(used, [ecb_rates.quote == used.u_code])
    daily = _daily(rates.select("rate_on", "base", "quote", "rate", "source"), calendar, policy.bank_carry_days)
    legs = daily.select("rate_on", "stated_on", "rate", "source", code=daily.quote)
    # The euro itself, on every day that has a publication behind it.
    days = legs.group_by("rate_on").aggregate(stated_on=legs.stated_on.max(), source=legs.source.min())
    one = ibis.literal(Decimal(1), type="decimal(18,8)")
    euro = days.select("rate_on", "stated_on", rate=one, source=days.source, code=ibis.literal("EUR"))
    legs = legs.union(euro)
    base, quote = prefixed(legs, "b_"), prefixed(legs, "q_")
    rows = base.inner_join(quote, [base.b_rate_on == quote.q_rate_on, base.b_code != quote.q_code])
    return rows.select(
        rate_on=rows.b_rate_on, base=rows.b_code, quote=rows.q_code, rate=_ratio(rows.q_rate, rows.b_rate),
        stated_on=ibis.least(rows.b_stated_on, rows.q_stated_on), source=rows.b_source,
    )  # fmt: skip


@step(
    reads=(
        "fx_rates", "ecb_rates", "calendar", "shops", "orders", "order_lines", "refunds", "settlement_lines", "ad_spend",
        "cost_prices", "stock_levels", "shipment_charges",
    ),
    writes="fx_daily",
)  # fmt: skip
def fx_daily(fx_rates: Any, ecb_rates: Any, calendar: Any, *using: Any, policy: object = None, **_: object) -> Any:
    """One row for each day of the calendar and pair of different currencies in use: the rate and where it is from."""
    carry = policy if isinstance(policy, RatePolicy) else RatePolicy()
    used = _used_currencies(using, ecb_rates)
    sellers = _daily(_sellers_rates(fx_rates), calendar, carry.seller_carry_days)
    bank = _bank_crosses(ecb_rates, used, calendar, carry)
    own = prefixed(sellers.select("rate_on", "base", "quote"), "o_")
    bank = bank.anti_join(own, [bank.rate_on == own.o_rate_on, bank.base == own.o_base, bank.quote == own.o_quote])
    return conformed(sellers.union(bank), "fx_daily")
