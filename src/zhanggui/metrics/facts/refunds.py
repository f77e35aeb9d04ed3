"""Refund facts: every repayment once, wherever it is stated.

An after-sale claim is the best statement. An order (else a line) that states a refunded amount, and has no
refunded claim, gives a refund by itself, dated by the order's completion, payment or creation, because no file
says when it was paid back. An order that reverses another (kind `cancellation`, or a negative total) is a
refund of what it reverses, never negative sales: each of its lines is matched with the buyer's latest earlier
line of the same SKU at the same price and of at least that quantity.
"""

from __future__ import annotations

from typing import Any

import ibis

from zhanggui.canon.steps import step
from zhanggui.metrics.expressions import (
    channel_of,
    conformed,
    exact_product,
    is_one_of,
    is_true,
    known_currency,
    null_of,
    prefixed,
)
from zhanggui.metrics.facts.identity import with_sku
from zhanggui.metrics.facts.orders import NOT_TRADE_KINDS

_ORDER = ("shop_id", "platform_order_id")
_COLUMNS = (
    "shop_id", "platform_refund_id", "platform_order_id", "line_key", "buyer_key", "kind", "status", "requested_on",
    "refunded_on", "basis", "is_matched", "is_refunded", "platform_listing_id", "seller_sku_code", "sku_id", "quantity",
    "amount", "currency", "reason", "source_file_id", "source_row",
)  # fmt: skip


def _joined(rows: Any, other: Any, prefix: str, *names: str) -> Any:
    """The rows with `names` of the other table's row of the same order, prefixed."""
    right = prefixed(other.select(*_ORDER, *names), prefix)
    return rows.left_join(right, [rows[name] == right[f"{prefix}{name}"] for name in _ORDER])


def _identified_lines(order_lines: Any) -> Any:
    rows = order_lines.filter(order_lines.platform_line_id.notnull() & ~is_true(order_lines.is_superseded))
    named = rows.group_by([*_ORDER, "platform_line_id"]).aggregate(
        line_key=rows.line_key.min(),
        seller_sku_code=rows.seller_sku_code.min(),
        platform_listing_id=rows.platform_listing_id.min(),
        platform_variant_id=rows.platform_variant_id.min(),
        variant_text=rows.variant_text.min(),
    )
    return prefixed(named, "l_")


def _claims(refunds: Any, order_lines: Any, order_facts: Any, sku_links: Any) -> Any:
    lines = _identified_lines(order_lines)
    rows = refunds.left_join(
        lines,
        [refunds[name] == lines[f"l_{name}"] for name in (*_ORDER, "platform_line_id")],
    )
    rows = rows.mutate(
        line_key=ibis.coalesce(rows.l_line_key, rows.line_key_hint),
        seller_sku_code=ibis.coalesce(rows.seller_sku_code, rows.l_seller_sku_code),
        platform_listing_id=ibis.coalesce(rows.platform_listing_id, rows.l_platform_listing_id),
        platform_variant_id=rows.l_platform_variant_id,
        variant_text=rows.l_variant_text,
    )
    rows = with_sku(_joined(rows, order_facts, "o_", "buyer_key", "currency"), sku_links)
    is_refunded = is_one_of(rows.status, ("refunded",)) | (rows.status.isnull() & rows.refunded_on.notnull())
    asked = ibis.coalesce(rows.requested_on, rows.refunded_on, rows.completed_on)
    repaid = ibis.coalesce(rows.refunded_on, rows.completed_on, rows.requested_on)
    return rows.mutate(
        buyer_key=rows.o_buyer_key,
        requested_on=asked,
        refunded_on=ibis.ifelse(is_refunded, repaid, null_of("date")),
        basis=ibis.literal("claim"),
        is_matched=rows.o_currency.notnull(),
        is_refunded=is_refunded,
        amount=ibis.coalesce(
            rows.amount, rows.amount_to_buyer, rows.goods_amount + rows.shipping_amount, rows.goods_amount
        ),
        currency=known_currency(rows.currency, rows.o_currency),
    )


def _stated(rows: Any, basis: str, refund_id: Any, amount: Any, day: Any) -> Any:
    """A refund that an order or line states without a claim."""
    return rows.mutate(
        platform_refund_id=refund_id,
        kind=ibis.literal("refund_only"),
        status=ibis.literal("refunded"),
        requested_on=day,
        refunded_on=day,
        basis=ibis.literal(basis),
        is_matched=ibis.literal(True),
        is_refunded=ibis.literal(True),
        amount=amount,
        reason=null_of("string"),
    )


def _unclaimed(rows: Any, refunds: Any) -> Any:
    """The rows of orders that have no refunded claim."""
    done = refunds.filter(is_one_of(refunds.status, ("refunded",)))
    claimed = prefixed(done.select(*_ORDER).distinct(), "c_")
    return rows.anti_join(claimed, [rows[name] == claimed[f"c_{name}"] for name in _ORDER])


def _of_orders(orders: Any, order_facts: Any, refunds: Any) -> Any:
    stated = orders.filter(orders.refunded_amount > 0).select(*_ORDER, stated_amount=orders.refunded_amount)
    rows = prefixed(_unclaimed(stated, refunds), "s_")
    facts = order_facts.filter(order_facts.is_counted)
    rows = facts.inner_join(rows, [facts[name] == rows[f"s_{name}"] for name in _ORDER])
    day = ibis.coalesce(rows.completed_on, rows.paid_on, rows.created_on)
    rows = rows.mutate(
        line_key=null_of("string"), platform_listing_id=null_of("string"), seller_sku_code=null_of("string"),
        sku_id=null_of("string"), quantity=null_of("decimal(18,4)"),
    )  # fmt: skip
    return _stated(rows, "order", ibis.literal("order:") + rows.platform_order_id, rows.s_stated_amount, day)


def _of_lines(line_facts: Any, orders: Any, refunds: Any) -> Any:
    rows = line_facts.filter(line_facts.is_counted & (line_facts.refunded_amount > 0))
    stated = prefixed(orders.filter(orders.refunded_amount > 0).select(*_ORDER), "s_")
    rows = _unclaimed(rows.anti_join(stated, [rows[name] == stated[f"s_{name}"] for name in _ORDER]), refunds)
    day = ibis.coalesce(rows.paid_on, rows.created_on)
    refund_id = ibis.literal("line:") + rows.platform_order_id + ibis.literal("|") + rows.line_key
    return _stated(rows, "line", refund_id, rows.refunded_amount, day)


def _reversing_orders(order_facts: Any) -> Any:
    uncounted = is_one_of(order_facts.kind, NOT_TRADE_KINDS)
    merged = is_one_of(order_facts.status, ("merged", "split"))
    is_reversal = is_one_of(order_facts.kind, ("cancellation",)) | is_true(order_facts.gmv_amount < 0)
    return order_facts.filter(is_reversal & ~uncounted & ~merged)


def _sold_before(reversing: Any, line_facts: Any) -> Any:
    """For each reversing line, the latest earlier order that sold the same to the same buyer at the same price."""
    sold = line_facts.filter(line_facts.is_counted & (line_facts.quantity > 0) & line_facts.buyer_key.notnull())
    sold = prefixed(
        sold.select("shop_id", "buyer_key", "sku_id", "platform_order_id", "created_on", "quantity", "net_amount"), "b_"
    )
    # Equal prices without dividing: amount × other quantity, both ways.
    pairs = reversing.inner_join(
        sold,
        [
            reversing.shop_id == sold.b_shop_id,
            reversing.buyer_key == sold.b_buyer_key,
            reversing.sku_id == sold.b_sku_id,
            reversing.created_on >= sold.b_created_on,
            -reversing.quantity <= sold.b_quantity,
            exact_product(reversing.net_amount, sold.b_quantity)
            == exact_product(sold.b_net_amount, reversing.quantity),
        ],
    )
    choice = pairs.b_created_on.cast("string") + ibis.literal("|") + pairs.b_platform_order_id
    pairs = pairs.mutate(choice=choice)
    return prefixed(pairs.group_by([*_ORDER, "line_key"]).aggregate(choice=pairs.choice.max()), "m_")


def _reversal_lines(order_facts: Any, line_facts: Any) -> Any:
    """The lines of reversing orders; a reversing order without lines stands for itself."""
    orders = _reversing_orders(order_facts)
    named = orders.select(*_ORDER, "parent_platform_order_id")
    lines = _joined(
        line_facts, named.mutate(is_reversing=ibis.literal(True)), "r_", "parent_platform_order_id", "is_reversing"
    )
    lines = lines.filter(lines.r_is_reversing)
    lines = lines.mutate(parent=lines.r_parent_platform_order_id)
    bare = orders.filter(orders.line_count == 0)
    bare = bare.mutate(
        parent=bare.parent_platform_order_id, line_key=ibis.literal(""), platform_listing_id=null_of("string"),
        seller_sku_code=null_of("string"), sku_id=null_of("string"),
    )  # fmt: skip
    names = (
        *_ORDER, "line_key", "parent", "buyer_key", "created_on", "platform_listing_id", "seller_sku_code", "sku_id",
        "quantity", "net_amount", "currency", "source_file_id", "source_row",
    )  # fmt: skip
    return lines.select(*names).union(bare.select(*names))


def _of_reversals(order_facts: Any, line_facts: Any) -> Any:
    lines = _reversal_lines(order_facts, line_facts)
    matches = _sold_before(lines, line_facts)
    rows = lines.left_join(matches, [lines[name] == matches[f"m_{name}"] for name in (*_ORDER, "line_key")])
    found = ibis.coalesce(rows.parent, rows.m_choice.substr(11))
    is_matched = found.notnull()
    refund_id = ibis.literal("reversal:") + rows.platform_order_id + ibis.literal("|") + rows.line_key
    rows = _stated(rows, "reversal", refund_id, -rows.net_amount, rows.created_on)
    return rows.mutate(
        kind=ibis.literal("cancellation"),
        is_matched=is_matched,
        platform_order_id=ibis.coalesce(found, rows.platform_order_id),
        quantity=-rows.quantity,
    )


@step(
    reads=("refunds", "orders", "order_lines", "order_facts", "line_facts", "sku_links"),
    writes="refund_facts",
)
def refund_facts(
    refunds: Any, orders: Any, order_lines: Any, order_facts: Any, line_facts: Any, sku_links: Any, **_: object
) -> Any:
    """One row for each claim and each refund stated without one, by (shop_id, platform_refund_id)."""
    sources = (
        _claims(refunds, order_lines, order_facts, sku_links),
        _of_orders(orders, order_facts, refunds),
        _of_lines(line_facts, orders, refunds),
        _of_reversals(order_facts, line_facts),
    )
    rows = ibis.union(*(_shaped(source) for source in sources))
    return conformed(rows.mutate(channel=channel_of(rows.shop_id)), "refund_facts")


def _shaped(rows: Any) -> Any:
    columns = {name: rows[name] for name in _COLUMNS}
    for name in ("quantity", "amount"):
        columns[name] = rows[name].cast("decimal(38,4)").cast("decimal(18,4)")
    return rows.select(**columns)
