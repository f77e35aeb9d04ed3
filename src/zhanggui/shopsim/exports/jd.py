"""JD's reports of a shop: orders by SKU and the settlement's fees.

The order's money stands on every row of the order; who bears a discount is not said. There is no file of claims: what
was given back shows in the settlement only, as goods money with a minus. What the seller should receive is an estimate
until the order is complete, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhanggui.shopsim.exports.entries import Entries, entries_of
from zhanggui.shopsim.exports.rendering import (
    Cells,
    ExportedFile,
    Window,
    as_of,
    blank_where,
    instant_cells,
    joined,
    looked_up,
    masked_names,
    money_cells,
    number_cells,
    save_columns,
    text_cells,
    with_correction,
    worded,
)
from zhanggui.shopsim.exports.sold import COMPLETED, Sold, has_come, sold_between
from zhanggui.shopsim.world.places import Shop

ZONE = "Asia/Shanghai"
# unpaid, paid, shipped, delivered, completed, cancelled
STATUS = ("等待付款", "等待出库", "等待确认收货", "等待确认收货", "完成", "已取消")
ESTIMATED = "（系统计算中，该值仅供参考）"
FEES: Mapping[str, str] = {
    "sale": "货款", "refund": "货款", "shipping": "代收配送费", "government_subsidy": "国补采购款", "commission": "佣金",
    "payment_fee": "交易服务费", "affiliate_commission": "京东联盟", "offsite_ad_fee": "智能礼金新客推广费",
    "platform_subsidy": "京豆", "seller_discount": "随单送的京豆", "platform_fee": "平台使用费",
    "shipping_insurance": "运费保险服务费", "compensation": "售后卖家赔付费", "penalty": "综合违约金",
    "storage_fee": "仓储服务费", "fulfillment_fee": "配送服务费", "tax": "京东代收全球售消费税",
    "withheld_tax": "京东代付全球售消费税", "payout": "提现",
}  # fmt: skip
# Goods money with a minus is read as money given back: a sale that is taken back, and a refund that fails, have other names.
SALE_TAKEN_BACK, REFUND_FAILED = "SOP采购货款", "价保"


def export_jd(world: Any, shop: Shop, directory: Path, windows: Sequence[Window]) -> list[ExportedFile]:
    """Every report of the shop."""
    made = [
        _orders(world, shop, directory, window, sold_between(world, shop, window))
        for window in with_correction(windows)
    ]
    entries = entries_of(world, shop, "platform_wallet")
    made += [_settlement(shop, directory, window, entries.within(window)) for window in windows]
    return [file for file in made if file is not None]


def _orders(world: Any, shop: Shop, directory: Path, window: Window, sold: Sold) -> ExportedFile | None:
    listing = sold.lines["listing_no"]
    cells: dict[str, Cells] = {
        **{name: _beside_lines(sold, cells) for name, cells in _order_cells(world, sold).items()},
        "商品ID": looked_up(world.listings.platform_sku_id, listing),
        "商品名称": looked_up(world.listings.title, listing),
        "订购数量": number_cells(sold.lines["quantity"]),
        "京东价": money_cells(sold.lines["list_price_minor"]),
        "货号": looked_up(world.listings.merchant_code, listing),
        "商家SKUID": looked_up(world.listings.merchant_code, listing),
        "支付方式": "在线支付",
        "订单类型": "SOP",
    }
    name = f"订单导出_{window.stamp(ZONE)}.csv"
    return save_columns("jd_orders", cells, directory / name, shop.code, window)


def _beside_lines(sold: Sold, cells: pa.Array) -> pa.Array:
    return cells.take(pa.array(sold.place))


def _order_cells(world: Any, sold: Sold) -> dict[str, pa.Array]:
    """What is of the order, one cell for each."""
    orders, buyers = sold.orders, world.buyers
    is_paid = has_come(orders["paid_at"], sold.instant)
    total = orders["goods_minor"] - orders["seller_discount_minor"] + orders["shipping_minor"]
    receivable = money_cells(orders["seller_receivable_minor"])
    return {
        "订单号": text_cells(orders["platform_order_id"]),
        "下单时间": instant_cells(orders["created_at"], ZONE),
        "订单金额": money_cells(total),
        "应付金额": money_cells(orders["paid_minor"]),
        "运费金额": money_cells(orders["shipping_minor"]),
        "商家应收": pc.if_else(pa.array(sold.standing == COMPLETED), receivable, joined(receivable, ESTIMATED)),
        "订单状态": worded(sold.standing, STATUS),
        "付款确认时间": instant_cells(np.where(is_paid, orders["paid_at"], np.datetime64("NaT")), ZONE),
        "订单完成时间": instant_cells(as_of(orders["completed_at"], sold.instant), ZONE),
        "下单帐号": joined("jd_", masked_names(buyers.nickname[orders["buyer_no"]])),
        "客户姓名": masked_names(buyers.full_name[orders["buyer_no"]]),
        "客户地址": joined(text_cells(orders["province"]), text_cells(orders["city"]), "***"),
    }


def _settlement(shop: Shop, directory: Path, window: Window, entries: Entries) -> ExportedFile | None:
    component = entries.rows["component"]
    fee = entries.words(FEES)
    fee = pc.if_else(pa.array((component == "sale") & (entries.amount_minor < 0)), SALE_TAKEN_BACK, fee)
    fee = pc.if_else(pa.array((component == "refund") & (entries.amount_minor > 0)), REFUND_FAILED, fee)
    posted = instant_cells(entries.posted_at, ZONE)
    quantity = entries.line_quantity
    cells: dict[str, Cells] = {
        "商家ID": str(10_000_000 + shop.shop_no),
        "订单编号": entries.order_id,
        "业务单据编号": text_cells(entries.rows["platform_txn_id"]),
        "商品编号": entries.listing("platform_sku_id"),
        "商品名称": entries.listing("title"),
        "商品数量": blank_where(quantity == 0, number_cells(quantity)),
        "结算时间": posted,
        # The movement of money that paid the row out: it is part of the row's key, so every row has its own.
        "商户订单号": joined("9", number_cells(10**14 + entries.rows["entry_no"])),
        "资金动账备注": text_cells(entries.rows["note"]),
        "费用名称": fee,
        "金额": money_cells(entries.amount_minor),
        "结算主体": shop.name,
    }
    name = f"结算_费用明细_{window.stamp(ZONE)}.csv"
    # The upper of the two header rows only groups the columns.
    groups = "商家信息,单据基础信息,,,,,,结算信息,,,,,"
    return save_columns("jd_settlement_v3", cells, directory / name, shop.code, window, preamble=[groups])
