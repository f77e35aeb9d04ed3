"""Jushuitan's exports (the seller's ERP): stock of every own warehouse with its cost, and order items with theirs.

Stock is a snapshot that says no time but in its file's name; it is taken every week, on the first day and on the last.
Order items state the goods that left, bundles taken apart, at the cost at which they left.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from zhanggui.shopsim.exports.rendering import (
    Cells,
    ExportedFile,
    Window,
    instant_cells,
    looked_up,
    money_cells,
    number_cells,
    save_columns,
    text_cells,
)
from zhanggui.shopsim.exports.sold import Rows, take

ZONE = "Asia/Shanghai"
STOCK_EVERY_DAYS = 7
SNAPSHOT_HOUR = 22


def export_jushuitan(world: Any, directory: Path, windows: Sequence[Window]) -> list[ExportedFile]:
    """Stock of the warehouses that the company runs itself, and the cost of what left them."""
    own = np.array([each.code for each in world.warehouses if each.kind == "own"], dtype=object)
    made = [_stock(world, directory, index, own) for index in stock_days(world.day_count)]
    made += [_items(world, directory, window, own) for window in windows]
    return [file for file in made if file is not None]


def stock_days(day_count: int) -> list[int]:
    """The days on whose evening stock is counted."""
    return sorted({*range(0, day_count, STOCK_EVERY_DAYS), day_count - 1})


def _stock(world: Any, directory: Path, day_index: int, warehouses: np.ndarray) -> ExportedFile | None:
    stock = world.chronicle.columns("stock")
    stock = take(stock, np.flatnonzero(stock["day"] == world.day(day_index)))
    stock = take(stock, np.isin(stock["warehouse"].astype(str), warehouses.astype(str)))
    on_hand = number_cells(stock["on_hand"])
    cells: dict[str, Cells] = {
        "款式编码": looked_up(world.products.code, stock["sku_no"]),
        "商品编码": looked_up(world.products.code, stock["sku_no"]),
        "商品名称": looked_up(world.products.name_zh, stock["sku_no"]),
        "仓库": text_cells(stock["warehouse"]),
        "实际库存数": on_hand,
        "订单占有数": "0",
        "虚拟库存数": "0",
        "采购在途数": number_cells(stock["incoming"]),
        "可用数": on_hand,
        "成本价": money_cells(stock["unit_cost_minor"]),
    }
    at = world.company_day_start(day_index) + np.timedelta64(SNAPSHOT_HOUR * 3600, "s")
    window = Window(world.day(day_index), world.day(day_index), at, at, at, at)
    name = f"商品库存_{window.stamp(ZONE)}.csv"
    return save_columns("jst_stock", cells, directory / name, "", window)


def _items(world: Any, directory: Path, window: Window, warehouses: np.ndarray) -> ExportedFile | None:
    movements = world.chronicle.columns("movements")
    left = (movements["order_no"] >= 0) & (movements["quantity"] < 0) & window.holds(movements["occurred_at"])
    rows = take(movements, np.flatnonzero(left))
    rows = take(rows, np.isin(rows["warehouse"].astype(str), warehouses.astype(str)))
    name = f"聚水潭订单商品成本_{window.stamp(ZONE)}.csv"
    return save_columns("jst_order_items", _item_cells(world, rows), directory / name, "", window)


def _item_cells(world: Any, rows: Rows) -> dict[str, Cells]:
    orders, place = world.chronicle.columns("orders"), rows["order_no"]
    shops = {shop.code: shop.name for shop in world.shops}
    names = np.array([shops[code] for code in orders["shop"].tolist()], dtype=object)
    created = orders["created_at"][place]
    code = looked_up(world.products.code, rows["sku_no"])
    online = looked_up(orders["platform_order_id"], place)
    return {
        "内部订单号": number_cells(10_000_000 + place),
        "线上订单号": online,
        "原始线上订单号": online,
        "店铺名称": looked_up(names, place),
        "下单时间": instant_cells(created, ZONE),
        "付款日期": instant_cells(orders["paid_at"][place], ZONE),
        "发货日期": instant_cells(rows["occurred_at"], ZONE),
        "状态": "已发货",
        "订单类型": "普通订单",
        "商品编码": code,
        "款号": code,
        "商品名称": looked_up(world.products.name_zh, rows["sku_no"]),
        "数量": number_cells(-rows["quantity"]),
        "成本价": money_cells(rows["unit_cost_minor"]),
        "总成本": money_cells(-rows["quantity"] * rows["unit_cost_minor"]),
    }
