"""Customers, known by keyed hashes only: the list, one of them, and what they bought by month and channel."""

from __future__ import annotations

from typing import Any

import ibis

from zhanggui.app.asking import Asked, question
from zhanggui.app.listings import Listing
from zhanggui.app.questions.parameters import BUYER, CHANNEL, SHOP, narrowed
from zhanggui.metrics.expressions import money, month_of

_COLUMNS = (
    "shop_id", "channel", "buyer_key", "province", "country", "first_paid_on", "last_paid_on", "order_count", "units",
    "paid_amount", "refunded_amount", "recent_orders", "recent_paid_amount", "currency",
)  # fmt: skip

_CUSTOMERS = Listing(
    key=("shop_id", "buyer_key"),
    sorts=tuple(name for name in _COLUMNS if name not in ("channel", "currency")),
    default="-paid_amount",
    searches=("buyer_key",),
    is_long=True,
)


@question(
    "有哪些客户（假名），各买了多少？",
    "Which customers (by pseudonym) are there, and what did they buy?",
    SHOP,
    CHANNEL,
    listing=_CUSTOMERS,
    of_close=True,
)
def ask_customers(asked: Asked, shop: str | None, channel: str | None) -> Any:
    """One row for each buyer of a shop with a paid order; amounts in the base currency."""
    return narrowed(asked.table("customer_summary"), shop_id=shop, channel=channel).select(*_COLUMNS)


@question("这个客户在各店铺买了多少？", "What did one customer buy in each shop?", BUYER, of_close=True)
def ask_customer(asked: Asked, buyer: str) -> Any:
    """One row for each shop in which the buyer has a paid order."""
    rows = narrowed(asked.table("customer_summary"), buyer_key=buyer)
    return rows.order_by("shop_id").select(*_COLUMNS)


@question("这个客户各渠道各月买了多少？", "What did one customer buy, by month and channel?", BUYER, of_close=True)
def ask_customer_history(asked: Asked, buyer: str) -> Any:
    """One row for each month, shop and currency; refunds by date of repayment."""
    key = ["month_on", "channel", "shop_id", "currency"]
    orders = asked.table("order_facts")
    paid = orders.filter(orders.buyer_key == buyer, orders.is_paid, orders.paid_on.notnull())
    bought = paid.select(
        month_on=month_of(paid.paid_on), channel="channel", shop_id="shop_id", currency="currency",
        order_count=ibis.literal(1), units="quantity", paid_amount="paid_amount", refunded_amount=ibis.null("decimal(18,4)"),
    )  # fmt: skip
    refunds = asked.table("refund_facts")
    back = refunds.filter(refunds.buyer_key == buyer, refunds.is_refunded, refunds.refunded_on.notnull())
    returned = back.select(
        month_on=month_of(back.refunded_on), channel="channel", shop_id="shop_id", currency="currency",
        order_count=ibis.literal(0), units=ibis.null("decimal(18,4)"), paid_amount=ibis.null("decimal(18,4)"),
        refunded_amount="amount",
    )  # fmt: skip
    rows = bought.union(returned)
    nothing = money(ibis.literal(0))
    sums = {
        name: ibis.coalesce(money(rows[name].sum()), nothing) for name in ("units", "paid_amount", "refunded_amount")
    }
    return rows.group_by(key).agg(order_count=rows.order_count.sum(), **sums).order_by(key)
