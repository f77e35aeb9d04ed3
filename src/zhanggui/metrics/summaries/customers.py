"""Customers: what each buyer, known by a keyed hash only, bought in each shop."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis

from zhanggui.canon.steps import step
from zhanggui.metrics.expressions import channel_of, conformed, money, prefixed, zero
from zhanggui.metrics.summaries.amounts import BASE_CURRENCY, is_recent, summed, with_base_amounts

_KEY = ("shop_id", "buyer_key")
_DAY_CHARS = 11  # of "2026-11-21|", after which the latest place stands


def _latest(day: Any, place: Any) -> Any:
    return (day.cast("string") + ibis.literal("|") + place).max().substr(_DAY_CHARS)


def _bought(order_facts: Any, fx_daily: Any, as_of: date, base_currency: str) -> Any:
    rows = order_facts.filter(order_facts.is_paid, order_facts.buyer_key.notnull(), order_facts.paid_on.notnull())
    rows = with_base_amounts(rows, "paid_on", ("paid_amount",), fx_daily, base_currency)
    recent = is_recent(rows.paid_on, as_of)
    return rows.group_by(list(_KEY)).aggregate(
        province=_latest(rows.paid_on, rows.province),
        country=_latest(rows.paid_on, rows.country),
        first_paid_on=rows.paid_on.min(),
        last_paid_on=rows.paid_on.max(),
        order_count=rows.count(),
        units=money(rows.quantity.sum()),
        paid_amount=summed(rows.paid_amount),
        recent_orders=rows.count(where=recent),
        recent_paid_amount=summed(rows.paid_amount, recent),
        unconverted_count=rows.count(where=rows.is_unconverted),
    )


def _returned(refund_facts: Any, fx_daily: Any, base_currency: str) -> Any:
    rows = refund_facts.filter(
        refund_facts.is_refunded, refund_facts.buyer_key.notnull(), refund_facts.refunded_on.notnull()
    )
    rows = with_base_amounts(rows, "refunded_on", ("amount",), fx_daily, base_currency)
    sums = rows.group_by(list(_KEY)).aggregate(
        refunded_amount=summed(rows.amount), unconverted_count=rows.count(where=rows.is_unconverted)
    )
    return prefixed(sums, "r_")


@step(reads=("order_facts", "refund_facts", "fx_daily"), writes="customer_summary")
def customer_summary(
    order_facts: Any,
    refund_facts: Any,
    fx_daily: Any,
    *,
    as_of: date = date.max,
    base_currency: str = BASE_CURRENCY,
    **_: object,
) -> Any:
    """One row for each buyer with a paid order in a shop; the greatest first, as the list shows them."""
    rows = _bought(order_facts, fx_daily, as_of, base_currency)
    back = _returned(refund_facts, fx_daily, base_currency)
    rows = rows.left_join(back, [rows.shop_id == back.r_shop_id, rows.buyer_key == back.r_buyer_key])
    rows = rows.mutate(
        refunded_amount=ibis.coalesce(rows.r_refunded_amount, zero()),
        paid_amount=ibis.coalesce(rows.paid_amount, zero()),
        recent_paid_amount=ibis.coalesce(rows.recent_paid_amount, zero()),
        unconverted_count=rows.unconverted_count + ibis.coalesce(rows.r_unconverted_count, 0),
        channel=channel_of(rows.shop_id),
        currency=ibis.literal(base_currency),
    )
    rows = conformed(rows, "customer_summary")
    return rows.order_by([rows.paid_amount.desc(), "shop_id", "buyer_key"])
