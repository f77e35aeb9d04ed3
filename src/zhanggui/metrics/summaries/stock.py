"""Stock: the latest statement of each warehouse and SKU, beside what was lately sold of it."""

from __future__ import annotations

from typing import Any

import ibis

from zhanggui.canon.steps import step
from zhanggui.metrics.expressions import conformed, money, or_zero, prefixed


@step(reads=("stock_facts", "product_summary"), writes="stock_summary")
def stock_summary(stock_facts: Any, product_summary: Any, **_: object) -> Any:
    """One row for each warehouse and SKU; stock of no shop is sold by all of them."""
    rows = stock_facts.filter(stock_facts.is_latest)
    everywhere = product_summary.group_by("sku_id").aggregate(
        title=product_summary.title.max(), recent_units=money(product_summary.recent_units.sum())
    )
    every = prefixed(everywhere, "all_")
    own = prefixed(product_summary.select("shop_id", "sku_id", "recent_units"), "own_")
    rows = rows.left_join(every, [rows.sku_id == every.all_sku_id])
    rows = rows.left_join(own, [rows.sku_id == own.own_sku_id, rows.shop_id == own.own_shop_id])
    sold = ibis.ifelse(rows.shop_id == "", rows.all_recent_units, rows.own_recent_units)
    return conformed(rows.mutate(title=rows.all_title, recent_units=or_zero(sold)), "stock_summary")
