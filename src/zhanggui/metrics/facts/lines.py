"""Line facts: one row for each live order line, with its share of the order's money, its SKU and its cost."""

from __future__ import annotations

from typing import Any

import ibis

from zhanggui.canon.steps import step
from zhanggui.metrics.expressions import conformed, known_currency, or_zero, prefixed, product
from zhanggui.metrics.facts.allocation import with_net_amount
from zhanggui.metrics.facts.costs import with_costs
from zhanggui.metrics.facts.identity import with_sku
from zhanggui.metrics.facts.orders import live_lines

_FROM_ORDER = (
    "shop_id", "platform_order_id", "channel", "buyer_key", "created_on", "paid_on", "is_counted", "is_paid",
    "is_cancelled", "currency", "net_amount", "province", "country",
)  # fmt: skip


def _of_orders(order_lines: Any, order_facts: Any) -> Any:
    """Live lines with what their order says, its amount as `order_amount` and the line's due as `weight`."""
    lines = live_lines(order_lines)
    orders = prefixed(order_facts.select(*_FROM_ORDER), "o_")
    rows = lines.inner_join(
        orders, [lines.shop_id == orders.o_shop_id, lines.platform_order_id == orders.o_platform_order_id]
    )
    kept = {name: rows[f"o_{name}"] for name in _FROM_ORDER[2:] if name not in ("currency", "net_amount")}
    gross = ibis.coalesce(
        rows.gross_amount,
        product(rows.list_price, rows.quantity),
        product(rows.unit_price, rows.quantity),
        rows.due_amount,
    )
    return rows.mutate(
        **kept,
        currency=known_currency(rows.o_currency, rows.currency),
        order_amount=rows.o_net_amount,
        weight=or_zero(rows.due_amount),
        gross_amount=gross,
        cost_on=ibis.coalesce(rows.o_paid_on, rows.o_created_on),
    )


def _with_category(rows: Any, skus: Any) -> Any:
    known = prefixed(skus.select("seller_sku_code", "category_raw"), "known_")
    rows = rows.left_join(known, [rows.sku_id == known.known_seller_sku_code])
    return rows.mutate(category=rows.known_category_raw)


@step(
    reads=(
        "order_lines", "order_facts", "sku_links", "skus", "cost_prices", "erp_order_lines", "bundle_components", "fx_daily",
    ),
    writes="line_facts",
)  # fmt: skip
def line_facts(
    order_lines: Any,
    order_facts: Any,
    sku_links: Any,
    skus: Any,
    cost_prices: Any,
    erp_order_lines: Any,
    bundle_components: Any,
    fx_daily: Any,
    **_: object,
) -> Any:
    """One row for each live line, by (shop_id, platform_order_id, line_key); Σ net_amount = the order's net_amount."""
    rows = with_net_amount(_of_orders(order_lines, order_facts))
    rows = _with_category(with_sku(rows, sku_links), skus)
    return conformed(with_costs(rows, cost_prices, erp_order_lines, bundle_components, fx_daily), "line_facts")
