"""Stock: what lies where, how long it lasts, and what lay there at the end of each month."""

from __future__ import annotations

from typing import Any

import ibis

from zhanggui.app.asking import Asked, question
from zhanggui.app.listings import Listing
from zhanggui.app.questions.parameters import SHOP, SKU, narrowed, share
from zhanggui.canon.questions import Parameter
from zhanggui.metrics.expressions import month_of
from zhanggui.metrics.summaries.amounts import RECENT_DAYS

_COLUMNS = (
    "warehouse_id", "seller_sku_code", "sku_id", "title", "shop_id", "as_of_on", "on_hand", "available", "incoming",
    "unit_cost", "stock_value", "recent_units", "cover_days", "currency",
)  # fmt: skip

_STOCK = Listing(
    key=("warehouse_id", "seller_sku_code"),
    sorts=tuple(name for name in _COLUMNS if name not in ("shop_id", "currency")),
    default="-stock_value",
    searches=("seller_sku_code", "sku_id", "title"),
)


def _items(rows: Any) -> Any:
    """With the days that the stock lasts at the recent rate of sale; null where nothing was sold."""
    return rows.mutate(cover_days=share(rows.on_hand * RECENT_DAYS, rows.recent_units)).select(*_COLUMNS)


@question(
    "仓库里有什么，够卖几天？",
    "What lies in the warehouses, and how many days does it last?",
    Parameter("warehouse", "text", "仓库", "Warehouse"),
    SHOP,
    listing=_STOCK,
    of_close=True,
)
def ask_stock_items(asked: Asked, warehouse: str | None, shop: str | None) -> Any:
    """One row for each warehouse and SKU: its latest statement."""
    return _items(narrowed(asked.table("stock_summary"), warehouse_id=warehouse, shop_id=shop))


def _of_sku(rows: Any, sku: str) -> Any:
    return rows.filter((rows.sku_id == sku) | (rows.seller_sku_code == sku))


@question("这个货品各仓有多少？", "How much of one product lies in each warehouse?", SKU)
def ask_stock_item(asked: Asked, sku: str) -> Any:
    """One row for each warehouse; the code is the internal SKU or the warehouse's own."""
    return _items(_of_sku(asked.table("stock_summary"), sku)).order_by("warehouse_id", "seller_sku_code")


@question("这个货品各仓各月末有多少？", "How much of one product lay in each warehouse at the end of each month?", SKU)
def ask_stock_history(asked: Asked, sku: str) -> Any:
    """One row for each month, warehouse and SKU: the last statement of the month."""
    rows = _of_sku(asked.table("stock_facts"), sku)
    rows = rows.mutate(month_on=month_of(rows.as_of_on))
    along = ibis.window(
        group_by=[rows.warehouse_id, rows.seller_sku_code, rows.month_on], order_by=[rows.as_of_on.desc()]
    )
    rows = rows.mutate(place=ibis.row_number().over(along))
    columns = (
        "month_on", "warehouse_id", "seller_sku_code", "as_of_on", "on_hand", "available", "incoming", "stock_value", "currency",
    )  # fmt: skip
    return rows.filter(rows.place == 0).order_by("month_on", "warehouse_id", "seller_sku_code").select(*columns)
