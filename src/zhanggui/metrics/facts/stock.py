"""Stock facts: what lay where on each day that a file states, and what it was worth."""

from __future__ import annotations

from typing import Any

import ibis

from zhanggui.canon.steps import step
from zhanggui.metrics.expressions import channel_of, conformed, known_currency, prefixed, product
from zhanggui.metrics.facts.costs import price_intervals
from zhanggui.metrics.facts.identity import with_sku


def _with_cost(rows: Any, cost_prices: Any) -> Any:
    """The stated unit cost, else the cost price of the day."""
    prices = price_intervals(cost_prices)
    rows = rows.left_join(
        prices,
        [
            rows.sku_id == prices.price_sku,
            rows.as_of_on >= prices.price_since,
            rows.as_of_on < prices.price_next,
            rows.as_of_on <= prices.price_last,
        ],
    )
    stated = rows.unit_cost.notnull()
    return rows.mutate(
        unit_cost=ibis.coalesce(rows.unit_cost, rows.price_unit_cost),
        currency=ibis.ifelse(stated, rows.currency, ibis.coalesce(rows.price_currency, rows.currency)),
    )


@step(reads=("stock_levels", "sku_links", "cost_prices", "shops"), writes="stock_facts")
def stock_facts(stock_levels: Any, sku_links: Any, cost_prices: Any, shops: Any, **_: object) -> Any:
    """One row for each warehouse, SKU and day of statement."""
    rows = _with_cost(with_sku(stock_levels, sku_links), cost_prices)
    latest = stock_levels.group_by(["warehouse_id", "seller_sku_code"]).aggregate(last_on=stock_levels.as_of_on.max())
    latest = prefixed(latest, "l_")
    homes = prefixed(shops.select("shop_id", "currency"), "home_")
    rows = rows.left_join(
        latest, [rows.warehouse_id == latest.l_warehouse_id, rows.seller_sku_code == latest.l_seller_sku_code]
    )
    rows = rows.left_join(homes, [rows.shop_id == homes.home_shop_id])
    on_hand = ibis.coalesce(rows.on_hand, rows.available + rows.committed, rows.total, rows.available)
    rows = rows.mutate(
        on_hand=on_hand.cast("decimal(38,4)").cast("decimal(18,4)"),
        incoming=ibis.coalesce(rows.incoming, rows.incoming_planned),
        shop_id=ibis.coalesce(rows.shop_id, ibis.literal("")),
        currency=known_currency(rows.currency, rows.home_currency),
        is_latest=rows.as_of_on == rows.l_last_on,
    )
    rows = rows.mutate(stock_value=product(rows.on_hand, rows.unit_cost), channel=channel_of(rows.shop_id))
    return conformed(rows, "stock_facts")
