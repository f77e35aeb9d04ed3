"""The parts that metrics are made of: each one aggregate over one fact table, by one date.

A part is named after what it counts and the date it counts by; where a daily aggregate holds it, `daily` says so.
"""

from __future__ import annotations

from zhanggui.canon.metrics import Aggregate, Part
from zhanggui.metrics.dimensions import BY_TABLE

_Where = dict[str, tuple[str | bool, ...]]
_COUNTED: _Where = {"is_counted": (True,)}
_PAID: _Where = {"is_paid": (True,)}
_REFUNDED: _Where = {"is_refunded": (True,)}


def _part(
    name: str,
    table: str,
    on: str,
    aggregate: Aggregate,
    column: str | None = None,
    where: _Where | None = None,
    *,
    money: bool = False,
    unknown: bool = False,
    null: bool = False,
    daily: tuple[str, str] | None = None,
) -> Part:
    return Part(name, table, aggregate, column, on, BY_TABLE[table], where or {}, money, unknown, null, daily)


def _sale(name: str, table: str, on: str, column: str | None, where: _Where, *, money: bool = False) -> Part:
    """A part that the daily sales hold under its own name; a cost that nobody states is unknown, not 0."""
    aggregate = Aggregate.SUM if column else Aggregate.COUNT
    unknown = name in ("cost_amount", "costed_net_amount")
    daily = ("daily_sales", name)
    return _part(name, table, on, aggregate, column, where, money=money, unknown=unknown, null=unknown, daily=daily)


def _distinct(name: str, table: str, on: str, column: str, where: _Where) -> Part:
    return _part(name, table, on, Aggregate.DISTINCT, column, where)


_SALES = (
    _sale("orders", "order_facts", "created_on", None, _COUNTED),
    _sale("gmv_amount", "order_facts", "created_on", "gmv_amount", _COUNTED, money=True),
    _sale("cancelled_orders", "order_facts", "created_on", None, {**_COUNTED, "is_cancelled": (True,)}),
    _sale("paid_orders", "order_facts", "paid_on", None, _PAID),
    _sale("first_orders", "order_facts", "paid_on", None, {**_PAID, "is_first_order": (True,)}),
    _sale("paid_amount", "order_facts", "paid_on", "paid_amount", _PAID, money=True),
    _sale("paid_shipping_amount", "order_facts", "paid_on", "shipping_amount", _PAID, money=True),
    _sale("seller_discount_amount", "order_facts", "paid_on", "seller_discount_amount", _PAID, money=True),
    _sale("platform_discount_amount", "order_facts", "paid_on", "platform_discount_amount", _PAID, money=True),
    _sale("ordered_units", "line_facts", "created_on", "quantity", _COUNTED),
    _sale("paid_units", "line_facts", "paid_on", "quantity", _PAID),
    _sale("product_net_amount", "line_facts", "paid_on", "net_amount", _PAID, money=True),
    _sale("cost_amount", "line_facts", "paid_on", "cost_amount", _PAID, money=True),
    _sale("costed_net_amount", "line_facts", "paid_on", "costed_net_amount", _PAID, money=True),
    _sale("refund_requests", "refund_facts", "requested_on", None, {}),
    _sale("refund_requested_amount", "refund_facts", "requested_on", "amount", {}, money=True),
    _sale("refunds", "refund_facts", "refunded_on", None, _REFUNDED),
    _sale("refunded_amount", "refund_facts", "refunded_on", "amount", _REFUNDED, money=True),
)

_PEOPLE = (
    _distinct("buyers", "order_facts", "paid_on", "buyer_key", _PAID),
    _distinct("new_buyers", "order_facts", "paid_on", "buyer_key", {"is_first_order": (True,)}),
    _distinct("repeat_buyers", "order_facts", "paid_on", "buyer_key", {"is_repeat_order": (True,)}),
    _distinct("refunded_orders", "refund_facts", "refunded_on", "platform_order_id", _REFUNDED),
    _distinct("active_skus", "line_facts", "paid_on", "sku_id", _PAID),
)

FEE_COMPONENTS = (
    "platform_fee", "commission", "payment_fee", "affiliate_commission", "agency_fee", "offsite_ad_fee",
    "fulfillment_fee", "storage_fee", "shipping_label", "shipping_insurance", "penalty",
)  # fmt: skip
"""What platforms and payment providers keep for their services."""


def _ledger(name: str, *components: str) -> Part:
    where: _Where = {"component": components} if components else {}
    daily = ("daily_ledger", "amount")
    return _part(
        name, "ledger_facts", "posted_on", Aggregate.SUM, "amount", where, money=True, unknown=True, daily=daily
    )


_EARNED = (
    "sale", "refund", "shipping", "tax", "withheld_tax", "seller_discount", "platform_subsidy", "creator_subsidy",
    "government_subsidy", "compensation", "chargeback", "adjustment", "ad_spend", "other", "unclassified",
)  # fmt: skip

_LEDGER = (
    *(_ledger(f"ledger_{component}", component) for component in FEE_COMPONENTS),
    _ledger("ledger_fees", *FEE_COMPONENTS),
    _ledger("ledger_net", *FEE_COMPONENTS, *_EARNED),
    _ledger("ledger_sales", "sale"),
    _ledger("ledger_refunds", "refund"),
    _ledger("ledger_subsidies", "platform_subsidy", "creator_subsidy", "government_subsidy"),
    _ledger("ledger_payouts", "payout"),
    _ledger("ledger_ad_spend", "ad_spend"),
)


def _of(table: str, on: str, *names: str, money: bool = False, daily: str | None = None) -> tuple[Part, ...]:
    """Sums of columns under `<table stem>_<column>`; unknown where there is no report."""
    stem = table.removesuffix("_facts")
    return tuple(
        _part(
            f"{stem}_{name}", table, on, Aggregate.SUM, name, money=money, unknown=True, null=True,
            daily=(daily, name) if daily else None,
        )
        for name in names
    )  # fmt: skip


_MARKETING = (
    *_of(
        "traffic_facts", "stat_on", "visitors", "page_views", "bounces", "favorite_users", "cart_users", "order_buyers",
        "paid_buyers", daily="daily_traffic",
    ),
    *_of(
        "ad_facts", "stat_on", "impressions", "clicks", "attributed_orders", "attributed_units", daily="daily_ads"
    ),
    *_of("ad_facts", "stat_on", "spend", "attributed_sales", money=True, daily="daily_ads"),
)  # fmt: skip


def _stock(name: str, aggregate: Aggregate, column: str, *, money: bool = False) -> Part:
    return _part(name, "stock_facts", "as_of_on", aggregate, column, money=money, unknown=True, null=True)


_STOCK = (
    _stock("stock_on_hand", Aggregate.LAST, "on_hand"),
    _stock("stock_available", Aggregate.LAST, "available"),
    _stock("stock_incoming", Aggregate.LAST, "incoming"),
    _stock("stock_value", Aggregate.LAST, "stock_value", money=True),
)

_SERVICE = (
    _part("parcels", "parcel_facts", "billed_on", Aggregate.COUNT, unknown=True),
    _part("parcel_charges", "parcel_facts", "billed_on", Aggregate.SUM, "amount", money=True, unknown=True),
    _part("reviews", "review_facts", "created_on", Aggregate.COUNT),
    *_of("review_facts", "created_on", "rating", "rated_count"),
    _part("conversations", "message_facts", "started_on", Aggregate.COUNT),
    _part(
        "message_seconds",
        "message_facts",
        "started_on",
        Aggregate.SUM,
        "first_response_seconds",
        unknown=True,
        null=True,
    ),
    _part("answered_conversations", "message_facts", "started_on", Aggregate.COUNT, where={"is_answered": (True,)}),
    _part("replied_in_24h", "message_facts", "started_on", Aggregate.COUNT, where={"is_replied_in_24h": (True,)}),
    _part(
        "timed_conversations",
        "message_facts",
        "started_on",
        Aggregate.COUNT,
        where={"is_replied_in_24h": (True, False)},
    ),
)

PARTS: dict[str, Part] = {part.name: part for part in (*_SALES, *_PEOPLE, *_LEDGER, *_MARKETING, *_STOCK, *_SERVICE)}

PERIOD_DAYS = "period_days"
"""The days of the period asked for, a part that no table holds."""
