"""Order facts: one row for each order, with what the buyer was to pay and what was paid.

Platforms state order money on the order, on the lines, or on both, and few state all of it. The amounts here
are the first that is stated: on the order, else the sum of its live lines (`amount_basis` says which). An
order of which no file states any money is left out: it is known only by hearsay, from a settlement or a parcel.
"""

from __future__ import annotations

from typing import Any

import ibis

from zhanggui.canon.steps import step
from zhanggui.metrics.expressions import (
    channel_of,
    conformed,
    is_one_of,
    is_true,
    known_currency,
    or_zero,
    prefixed,
    product,
    zero,
)

PAID_STATUSES = (
    "paid", "partially_shipped", "shipped", "delivered", "completed", "refunded_closed", "returned", "failed_delivery",
)  # fmt: skip
"""Payment, or something that only follows payment. A deposit is not payment of the order."""

NOT_TRADE_KINDS = ("fake", "resend", "exchange", "external", "adjustment")
UNCOUNTED_KINDS = (*NOT_TRADE_KINDS, "cancellation")
"""Brushed orders, replacements and reversals are no sales."""

UNCOUNTED_STATUSES = ("merged", "split")
"""The orders that took their place are counted instead."""

_LIVE_LINE = ("shop_id", "platform_order_id")


def live_lines(order_lines: Any) -> Any:
    """The lines that no better-identified source replaces, with `due_amount`: what the buyer was to pay for the line.

    `due_amount` is the stated total; else the gross amount less discounts; else unit price × quantity less
    discounts; in these two cases with the line's shipping and gift wrapping, and without separately stated tax.
    """
    lines = order_lines.filter(~is_true(order_lines.is_superseded))
    parts = ibis.coalesce(
        lines.seller_discount_amount,
        lines.platform_discount_amount,
        lines.creator_discount_amount,
        lines.payment_discount_amount,
    )
    borne = (
        or_zero(lines.seller_discount_amount)
        + or_zero(lines.platform_discount_amount)
        + or_zero(lines.creator_discount_amount)
        + or_zero(lines.payment_discount_amount)
    )
    discount = ibis.coalesce(lines.discount_amount, ibis.ifelse(parts.notnull(), borne, zero()))
    extras = or_zero(lines.shipping_amount) - or_zero(lines.shipping_discount_amount) + or_zero(lines.gift_wrap_amount)
    before = ibis.coalesce(lines.gross_amount, product(lines.unit_price, lines.quantity))
    due = ibis.coalesce(lines.total_amount, before - discount + extras, lines.paid_amount)
    return lines.mutate(due_amount=due.cast("decimal(38,4)").cast("decimal(18,4)"))


def _line_sums(order_lines: Any) -> Any:
    """One row for each order that has live lines: their sums and what their states say."""
    lines = live_lines(order_lines)
    lines = lines.mutate(
        is_paid_line=is_one_of(lines.status, PAID_STATUSES),
        is_open_line=~is_one_of(lines.status, ("cancelled",)),
        settled_amount=ibis.coalesce(lines.paid_amount, lines.due_amount),
    )
    kept = ~is_one_of(lines.status, ("cancelled", "pending_payment", "deposit_paid"))
    sums = lines.group_by(list(_LIVE_LINE)).aggregate(
        due_amount=lines.due_amount.sum(),
        settled_amount=lines.settled_amount.sum(where=kept),
        shipping_amount=lines.shipping_amount.sum(),
        tax_amount=lines.tax_amount.sum(),
        seller_discount_amount=lines.seller_discount_amount.sum(),
        platform_discount_amount=lines.platform_discount_amount.sum(),
        refunded_amount=lines.refunded_amount.sum(),
        quantity=lines.quantity.sum(),
        line_count=lines.count(),
        paid_lines=lines.count(where=lines.is_paid_line),
        open_lines=lines.count(where=lines.is_open_line),
        currency=lines.currency.min(),
        source_file_id=lines.source_file_id.min(),
        source_row=lines.source_row.min(),
    )
    money_columns = [name for name in sums.columns if name.endswith("_amount") or name == "quantity"]
    cast = {name: sums[name].cast("decimal(38,4)").cast("decimal(18,4)") for name in money_columns}
    return prefixed(sums.mutate(**cast), "line_")


def _refund_sums(refunds: Any) -> Any:
    done = refunds.filter(is_one_of(refunds.status, ("refunded",)))
    sums = done.group_by(list(_LIVE_LINE)).aggregate(amount=or_zero(done.amount).sum())
    return prefixed(sums.mutate(amount=sums.amount.cast("decimal(18,4)")), "claim_")


def _ship_addresses(addresses: Any) -> Any:
    chosen = addresses.filter(is_one_of(addresses.role, ("ship",)))
    return prefixed(chosen.select(*_LIVE_LINE, "province", "country"), "ship_")


def _joined(orders: Any, order_lines: Any, refunds: Any, addresses: Any, shops: Any) -> Any:
    sums = _line_sums(order_lines)
    keys = (orders.shop_id == sums.line_shop_id, orders.platform_order_id == sums.line_platform_order_id)
    rows = orders.outer_join(sums, keys)
    rows = rows.mutate(
        shop_id=ibis.coalesce(rows.shop_id, rows.line_shop_id),
        platform_order_id=ibis.coalesce(rows.platform_order_id, rows.line_platform_order_id),
    )
    claims, ships = _refund_sums(refunds), _ship_addresses(addresses)
    rows = rows.left_join(
        claims, [rows.shop_id == claims.claim_shop_id, rows.platform_order_id == claims.claim_platform_order_id]
    )
    rows = rows.left_join(
        ships, [rows.shop_id == ships.ship_shop_id, rows.platform_order_id == ships.ship_platform_order_id]
    )
    homes = prefixed(shops.select("shop_id", "currency", "country"), "home_")
    return rows.left_join(homes, [rows.shop_id == homes.home_shop_id])


def _with_money(rows: Any) -> Any:
    """Add what was to be paid and where that is stated; keep only orders of which some money is stated."""
    on_order = ibis.coalesce(rows.payable_amount, rows.total_amount, rows.goods_amount + or_zero(rows.shipping_amount))
    shipping = ibis.ifelse(rows.line_shipping_amount.notnull(), zero(), or_zero(rows.shipping_amount))
    on_lines = rows.line_due_amount + shipping
    gmv = ibis.coalesce(on_order, on_lines, rows.paid_amount)
    basis = ibis.ifelse(on_order.isnull() & on_lines.notnull(), ibis.literal("lines"), ibis.literal("order"))
    rows = rows.mutate(
        gmv_amount=gmv, amount_basis=basis, settled_on_order=ibis.coalesce(rows.paid_amount, on_order),
        settled_on_lines=rows.line_settled_amount + shipping,
    )  # fmt: skip
    return rows.filter(rows.gmv_amount.notnull() | (rows.line_line_count > 0))


def _with_state(rows: Any) -> Any:
    """Add whether the order counts, is cancelled and is paid."""
    from_lines = ibis.coalesce(rows.line_line_count, 0) > 0
    all_cancelled = from_lines & is_true(rows.line_open_lines == 0)
    has_state = rows.status.notnull() & (rows.status != "unknown")
    is_cancelled = is_one_of(rows.status, ("cancelled",)) | (~is_true(has_state) & all_cancelled)
    is_reversal = is_one_of(rows.kind, ("cancellation",)) | is_true(rows.gmv_amount < 0)
    uncounted = is_one_of(rows.kind, UNCOUNTED_KINDS) | is_one_of(rows.status, UNCOUNTED_STATUSES)
    is_counted = ~(uncounted | is_reversal)
    has_date = rows.paid_on.notnull() & ~is_one_of(rows.status, ("pending_payment", "deposit_paid"))
    says_paid = is_one_of(rows.status, PAID_STATUSES)
    lines_paid = ~is_true(has_state) & is_true(rows.line_paid_lines > 0)
    has_amount = ~is_true(has_state) & ~all_cancelled & is_true(rows.paid_amount > 0)
    return rows.mutate(
        is_counted=is_counted,
        is_reversal=is_reversal,
        is_cancelled=is_cancelled,
        is_paid=is_counted & (has_date | says_paid | lines_paid | has_amount),
    )


def _with_firsts(rows: Any) -> Any:
    """Mark each buyer's first paid order in the shop: by date, then by order number."""
    rows = rows.mutate(turn=rows.paid_on.cast("string") + ibis.literal("|") + rows.platform_order_id)
    paid = rows.filter(rows.is_paid & rows.buyer_key.notnull())
    firsts = prefixed(paid.group_by(["shop_id", "buyer_key"]).aggregate(turn=paid.turn.min()), "first_")
    rows = rows.left_join(firsts, [rows.shop_id == firsts.first_shop_id, rows.buyer_key == firsts.first_buyer_key])
    is_known = rows.is_paid & rows.first_turn.notnull() & rows.turn.notnull()
    is_first = is_known & is_true(rows.turn == rows.first_turn)
    return rows.mutate(is_first_order=is_first, is_repeat_order=is_known & ~is_first)


def _dated(rows: Any) -> Any:
    """An order without a date of its own takes the nearest that is stated; a paid order the date it was placed."""
    created = ibis.coalesce(rows.created_on, rows.paid_on, rows.shipped_on, rows.completed_on)
    paid = ibis.ifelse(rows.is_paid, ibis.coalesce(rows.paid_on, created), ibis.null("date"))
    return rows.mutate(created_on=created, paid_on=paid)


@step(reads=("orders", "order_lines", "refunds", "addresses", "shops"), writes="order_facts")
def order_facts(orders: Any, order_lines: Any, refunds: Any, addresses: Any, shops: Any, **_: object) -> Any:
    """One row for each order of which money is stated, by (shop_id, platform_order_id)."""
    rows = _with_state(_with_money(_joined(orders, order_lines, refunds, addresses, shops)))
    rows = _dated(rows)
    paid = ibis.coalesce(rows.settled_on_order, rows.settled_on_lines, rows.gmv_amount)
    rows = rows.mutate(paid_amount=ibis.ifelse(rows.is_paid, paid, ibis.null("decimal(18,4)")))
    rows = _with_firsts(rows)
    rows = rows.mutate(
        channel=channel_of(rows.shop_id),
        currency=known_currency(rows.currency, rows.line_currency, rows.home_currency),
        net_amount=ibis.coalesce(rows.paid_amount, rows.gmv_amount),
        shipping_amount=ibis.coalesce(rows.shipping_amount, rows.line_shipping_amount),
        tax_amount=ibis.coalesce(rows.tax_amount, rows.line_tax_amount),
        seller_discount_amount=ibis.coalesce(rows.seller_discount_amount, rows.line_seller_discount_amount),
        platform_discount_amount=ibis.coalesce(rows.platform_discount_amount, rows.line_platform_discount_amount),
        refunded_amount=ibis.coalesce(rows.claim_amount, rows.refunded_amount, rows.line_refunded_amount),
        quantity=ibis.coalesce(rows.line_quantity, rows.item_quantity),
        line_count=ibis.coalesce(rows.line_line_count, 0),
        province=ibis.coalesce(rows.province, rows.ship_province),
        country=ibis.coalesce(rows.country, rows.ship_country, rows.home_country),
        source_file_id=ibis.coalesce(rows.source_file_id, rows.line_source_file_id),
        source_row=ibis.coalesce(rows.source_row, rows.line_source_row),
    )
    return conformed(rows, "order_facts")
