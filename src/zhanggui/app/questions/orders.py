"""Orders: the list, and every part of one of them."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa

from zhanggui.app.asking import Asked, question
from zhanggui.app.listings import Listing
from zhanggui.app.questions.parameters import CHANNEL, ORDER, PERIOD, SHOP, narrowed, texts
from zhanggui.canon.questions import Parameter
from zhanggui.canon.register import TABLES
from zhanggui.canon.tables import Layer
from zhanggui.kernel.periods import Period
from zhanggui.metrics.expressions import money

_COLUMNS = (
    "shop_id", "channel", "platform_order_id", "created_on", "paid_on", "kind", "status", "buyer_key", "line_count",
    "quantity", "gmv_amount", "paid_amount", "refunded_amount", "settled_amount", "currency", "is_paid", "is_cancelled",
)  # fmt: skip

_ORDERS = Listing(
    key=("shop_id", "platform_order_id"),
    sorts=(
        "created_on", "paid_on", "platform_order_id", "shop_id", "status", "line_count", "quantity", "gmv_amount",
        "paid_amount", "refunded_amount", "settled_amount",
    ),
    default="-created_on",
    searches=("platform_order_id",),
    is_long=True,
)  # fmt: skip


@question("这张订单在所有报表里怎么说？", "What do all reports say about one order?", ORDER)
def ask_order(asked: Asked, order: str) -> pa.Table:
    """One row for each value that any table states about the order."""
    rows = []
    for name, table in TABLES.items():
        if "platform_order_id" not in table.by_name or table.layer is Layer.AGGREGATE:
            continue
        found = asked.table(name)
        for row in asked.fetch(found.filter(found.platform_order_id == order)).to_pylist():
            key = "|".join(str(row[part]) for part in table.key)
            told = ((column, row[column]) for column in table.measures if row[column] is not None)
            rows += [{"table": name, "key": key, "column": column, "value": str(value)} for column, value in told]
    return pa.Table.from_pylist(rows, texts("table", "key", "column", "value"))


@question(
    "有哪些订单？",
    "Which orders are there?",
    SHOP,
    CHANNEL,
    Parameter("status", "code", "订单状态", "State of the order", vocabulary="order_status"),
    Parameter("buyer", "text", "买家假名", "Key of the buyer"),
    Parameter("sku", "text", "内部货品编码", "Internal SKU"),
    PERIOD,
    listing=_ORDERS,
    codes={"kind": "order_kind", "status": "order_status"},
    of_close=True,
)
def ask_orders(
    asked: Asked,
    shop: str | None,
    channel: str | None,
    status: str | None,
    buyer: str | None,
    sku: str | None,
    period: Period | None,
) -> Any:
    """One row for each order; the period is that of the order's date."""
    rows = narrowed(asked.table("order_index"), shop_id=shop, channel=channel, status=status, buyer_key=buyer)
    if period is not None:
        rows = rows.filter(rows.created_on.between(ibis.date(str(period.from_on)), ibis.date(str(period.to_on))))
    if sku is not None:
        rows = rows.semi_join(narrowed(asked.table("line_facts"), sku_id=sku), ["shop_id", "platform_order_id"])
    return rows.select(*_COLUMNS)


def _part(asked: Asked, table: str, order: str, shop: str | None) -> Any:
    return narrowed(asked.table(table), platform_order_id=order, shop_id=shop)


@question(
    "一张订单的概况如何？",
    "What is one order at a glance?",
    ORDER,
    SHOP,
    codes={"kind": "order_kind", "status": "order_status"},
)
def ask_order_head(asked: Asked, order: str, shop: str | None) -> Any:
    """One row for each shop that has an order of this number."""
    also = (
        "shipped_on", "completed_on", "shipping_amount", "tax_amount", "seller_discount_amount", "platform_discount_amount",
        "province", "country", "traffic_source",
    )  # fmt: skip
    facts = _part(asked, "order_facts", order, shop).select("shop_id", "platform_order_id", *also)
    joined = _part(asked, "order_index", order, shop).inner_join(facts, ["shop_id", "platform_order_id"])
    return joined.order_by("shop_id").select(*_COLUMNS, *also)


@question("一张订单有哪些商品明细？", "Which lines does one order have?", ORDER, SHOP)
def ask_order_lines(asked: Asked, order: str, shop: str | None) -> Any:
    """One row for each live line."""
    columns = (
        "shop_id", "line_key", "sku_id", "seller_sku_code", "platform_listing_id", "title", "variant_text", "quantity",
        "gross_amount", "net_amount", "refunded_amount", "cost_amount", "cost_basis", "currency",
    )  # fmt: skip
    return _part(asked, "line_facts", order, shop).order_by("shop_id", "line_key").select(*columns)


@question(
    "一张订单有哪些退款？",
    "Which refunds does one order have?",
    ORDER,
    SHOP,
    codes={"kind": "refund_kind", "status": "refund_state"},
)
def ask_order_refunds(asked: Asked, order: str, shop: str | None) -> Any:
    """One row for each claim or stated refund."""
    columns = (
        "shop_id", "platform_refund_id", "kind", "status", "requested_on", "refunded_on", "basis", "sku_id", "quantity",
        "amount", "currency", "reason",
    )  # fmt: skip
    return _part(asked, "refund_facts", order, shop).order_by("shop_id", "platform_refund_id").select(*columns)


@question(
    "一张订单有哪些动账？",
    "Which ledger entries does one order have?",
    ORDER,
    SHOP,
    codes={"status": "settlement_status"},
)
def ask_order_ledger(asked: Asked, order: str, shop: str | None) -> Any:
    """One row for each component of an entry."""
    columns = (
        "posted_on", "shop_id", "account_id", "component", "amount", "currency", "status", "is_cash", "type_raw", "line_key",
    )  # fmt: skip
    rows = _part(asked, "ledger_facts", order, shop)
    return rows.order_by("posted_on", "account_id", "line_key", "component").select(*columns)


@question("一张订单有哪些包裹，运费多少？", "Which parcels does one order have, and what did they cost?", ORDER, SHOP)
def ask_order_parcels(asked: Asked, order: str, shop: str | None) -> Any:
    """One row for each tracking number, with what the carrier billed."""
    sent = _part(asked, "shipments", order, shop)
    bills = _part(asked, "parcel_facts", order, shop)
    billed = bills.group_by(bill_carrier=bills.carrier_name, bill_number=bills.tracking_number).agg(
        billed_amount=money(bills.amount.sum()), bill_currency=bills.currency.max()
    )
    rows = sent.left_join(
        billed, [sent.carrier_name == billed.bill_carrier, sent.tracking_number == billed.bill_number]
    )
    rows = rows.mutate(currency=ibis.coalesce(rows.bill_currency, rows.currency))
    columns = (
        "carrier_name", "tracking_number", "direction", "shipped_on", "delivered_at", "billed_amount", "currency",
        "province", "country",
    )  # fmt: skip
    return rows.order_by("carrier_name", "tracking_number").select(*columns)
