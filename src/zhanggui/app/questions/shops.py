"""Shops: which there are, since when they sell, and what was received for them."""

from __future__ import annotations

from typing import Any

import ibis

from zhanggui.app.asking import Asked, question
from zhanggui.app.listings import Listing
from zhanggui.metrics.expressions import channel_of

_NAMES = ("name", "country", "timezone", "currency")


@question(
    "有哪些店铺？",
    "Which shops are there?",
    listing=Listing(
        key=("shop_id",),
        sorts=("shop_id", "channel", "name", "first_on", "last_on", "order_count", "file_count", "last_imported_at"),
        default="shop_id",
        searches=("shop_id", "name"),
    ),
)
def ask_shops(asked: Asked) -> Any:
    """One row for each shop that a file or an order names."""
    sales, files = asked.table("daily_sales"), asked.table("import_files").filter(ibis._.shop_id.notnull())
    sold = sales.group_by(sold_shop=sales.shop_id).agg(
        first_on=sales.stat_on.min(), last_on=sales.stat_on.max(), order_count=sales.orders.sum()
    )
    came = files.group_by(came_shop=files.shop_id).agg(
        file_count=files.count(), last_imported_at=files.imported_at.max()
    )
    known = asked.table("shops").select("shop_id", *_NAMES)
    every = ibis.union(
        known.select("shop_id"), sold.select(shop_id="sold_shop"), came.select(shop_id="came_shop"), distinct=True
    )
    every = every.select(every_shop="shop_id")
    rows = every.left_join(known, every.every_shop == known.shop_id)
    rows = rows.left_join(sold, rows.every_shop == sold.sold_shop).left_join(came, ibis._.every_shop == came.came_shop)
    rows = rows.filter(rows.every_shop != "")
    return rows.select(
        shop_id=rows.every_shop,
        channel=channel_of(rows.every_shop),
        **{name: rows[name] for name in _NAMES},
        first_on=rows.first_on,
        last_on=rows.last_on,
        order_count=ibis.coalesce(rows.order_count, 0).cast("int64"),
        file_count=ibis.coalesce(rows.file_count, 0),
        last_imported_at=rows.last_imported_at,
    )
