"""What lies where: warehouses, stock levels as stated, and movements."""

from __future__ import annotations

from zhanggui.canon.columns import (
    code,
    currency,
    ident,
    line_key,
    listing,
    moment,
    money,
    on,
    quantity,
    seller_sku,
    shop,
    text,
)
from zhanggui.canon.tables import Column, Table, stated


def _warehouse() -> Column:
    return ident("warehouse_id", "仓库：“系统或店铺/仓库名”", 'Warehouse: "<system or shop>/<name>"')


WAREHOUSES = stated(
    "warehouses", "仓库", "Warehouses", "每个仓库一行", "one row for each warehouse", ["warehouse_id"],
    [
        _warehouse(),
        text("name", "仓库名称", "Name of the warehouse"),
        code("kind", "warehouse_kind", "仓库类型", "Whose warehouse it is"),
        text("country", "国家（ISO 3166-1）", "Country (ISO 3166-1 alpha-2)"),
    ],
    "stock",
)  # fmt: skip

STOCK_LEVELS = stated(
    "stock_levels", "库存", "Stock levels", "每仓每货品每日一行", "one row for each warehouse, SKU and day of statement",
    ["warehouse_id", "seller_sku_code", "as_of_on"],
    [
        _warehouse(),
        seller_sku(),
        on("as_of_on", "库存日期", "Day of the statement"),
        shop(),
        listing(),
        quantity("on_hand", "实物库存", "On hand: what lies in the warehouse"),
        quantity("committed", "已占用", "Committed to orders"),
        quantity("available", "可售库存", "Available to sell"),
        quantity("available_mfn", "可售（商家自配送）", "Available to sell, shipped by the seller"),
        quantity("incoming", "在途", "Incoming, already sent"),
        quantity("incoming_planned", "计划到货", "Incoming, planned"),
        quantity("inbound_staging", "待上架", "Arrived and not yet put away"),
        quantity("returns", "退货待处理", "Returned and not yet examined"),
        quantity("returns_in_transit", "退货在途", "Returns on their way"),
        quantity("damaged", "残次品", "Damaged"),
        quantity("unavailable", "不可售", "Held back from sale"),
        quantity("virtual", "虚拟库存", "Sellable without being there"),
        quantity("total", "库存合计", "Total as the source counts it"),
        money("unit_cost", "单位成本", "Cost of one piece", unit="currency/piece"),
        currency(),
    ],
    "stock",
)  # fmt: skip

STOCK_MOVEMENTS = stated(
    "stock_movements", "库存变动", "Stock movements", "每仓的每笔变动一行", "one row for each movement in a warehouse",
    ["warehouse_id", "line_key"],
    [
        _warehouse(),
        line_key(),
        seller_sku(),
        *moment("occurred", "变动", "the goods moved"),
        code("kind", "movement_kind", "变动类型", "Kind of movement"),
        quantity("quantity", "变动数量（正为入库）", "Pieces, signed: plus is into the warehouse"),
        money("unit_cost", "单位成本", "Cost of one piece", unit="currency/piece"),
        currency(),
        text("ref_kind", "关联单据类型", "Kind of document behind the movement"),
        ident("ref_id", "关联单据号", "Number of that document"),
    ],
    "stock",
)  # fmt: skip

TABLES: tuple[Table, ...] = (WAREHOUSES, STOCK_LEVELS, STOCK_MOVEMENTS)
