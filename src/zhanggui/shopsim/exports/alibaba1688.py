"""1688's report of what the company bought: one block of rows per purchase, the order's cells on its first row only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from zhanggui.shopsim.exports.rendering import (
    Cells,
    ExportedFile,
    Window,
    as_of,
    blank_where,
    instant_cells,
    joined,
    looked_up,
    money_cells,
    number_cells,
    save_columns,
    text_cells,
    with_correction,
    worded,
)
from zhanggui.shopsim.exports.sold import Rows, take

ZONE = "Asia/Shanghai"
# not paid, paid, shipped, received
STATUS = ("等待买家付款", "等待卖家发货", "等待买家确认收货", "交易成功")


def export_1688(world: Any, directory: Path, windows: Sequence[Window]) -> list[ExportedFile]:
    """Every purchase in the company's currency; suppliers abroad are paid through the bank and write no such file."""
    made = [_purchases(world, directory, window) for window in with_correction(windows)]
    return [file for file in made if file is not None]


def _purchases(world: Any, directory: Path, window: Window) -> ExportedFile | None:
    purchases = world.chronicle.columns("purchases")
    times = [purchases[f"{name}_at"] for name in ("created", "paid", "shipped", "received")]
    chosen = np.flatnonzero((purchases["currency"] == "CNY") & window.takes(purchases["created_at"], *times))
    chosen = chosen[np.lexsort((purchases["po_no"][chosen], purchases["created_at"][chosen]))]
    orders, lines, place = _with_lines(world, take(purchases, chosen))
    is_later = np.diff(place, prepend=-1) == 0
    cells: dict[str, Cells] = {
        name: blank_where(is_later, cells.take(pa.array(place)))
        for name, cells in _heads(world, orders, window).items()
    }
    code = looked_up(world.products.code, lines["sku_no"])
    cells |= {
        "货品标题": looked_up(world.products.name_zh, lines["sku_no"]),
        "单价(元)": money_cells(lines["unit_price_minor"]),
        "数量": number_cells(lines["quantity"]),
        "单位": "件",
        "货号": code,
        "Offer ID": number_cells(600_000_000_000 + lines["sku_no"]),
        "SKU ID": number_cells(4_600_000_000_000 + lines["sku_no"]),
        "物料编号": code,
        "单品货号": code,
    }
    name = f"采购订单_{window.stamp(ZONE)}.csv"
    return save_columns("alibaba1688_orders", cells, directory / name, "", window)


def _with_lines(world: Any, orders: Rows) -> tuple[Rows, Rows, np.ndarray]:
    """The purchases, their lines in order, and of each line the place of its purchase."""
    lines = world.chronicle.columns("purchase_lines")
    ranked = np.argsort(orders["po_no"], kind="stable")
    if not len(ranked):
        return orders, take(lines, np.zeros(0, np.int64)), np.zeros(0, np.int64)
    found = np.minimum(np.searchsorted(orders["po_no"], lines["po_no"], sorter=ranked), len(ranked) - 1)
    place = ranked[found]
    own = np.flatnonzero(orders["po_no"][place] == lines["po_no"])
    own = own[np.lexsort((lines["line_no"][own], place[own]))]
    return orders, take(lines, own), place[own]


def _heads(world: Any, orders: Rows, window: Window) -> dict[str, pa.Array]:
    """What is of the purchase: it stands on the first of its rows only."""
    names = np.array([supplier.name for supplier in world.suppliers], dtype=object)
    standing = np.zeros(len(orders["po_no"]), np.int64)
    for step, name in enumerate(("paid_at", "shipped_at", "received_at"), 1):
        standing = np.where(orders[name] <= window.known_at, step, standing)
    adjustment = orders["paid_minor"] - orders["goods_minor"] - orders["shipping_minor"]
    supplier = looked_up(names, orders["supplier_no"])
    return {
        "订单编号": text_cells(orders["platform_order_id"]),
        "卖家公司名": supplier,
        "卖家会员名": joined("b2b-", number_cells(2_200_000_000 + orders["supplier_no"])),
        "货品总价(元)": money_cells(orders["goods_minor"]),
        "运费(元)": money_cells(orders["shipping_minor"]),
        "涨价或折扣(元)": money_cells(adjustment),
        "实付款(元)": money_cells(orders["paid_minor"]),
        "订单状态": worded(standing, STATUS),
        "订单创建时间": instant_cells(orders["created_at"], ZONE),
        "订单付款时间": instant_cells(as_of(orders["paid_at"], window.known_at), ZONE),
    }
