"""Xiaohongshu's reports of a shop: orders by SKU, the settlement of goods, the settlement of everything else.

Order totals are left to be summed from the lines, which do not hold the buyer's shipping; claims have no file of their
own and show in the settlement. A buyer's number is not masked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from zhanggui.shopsim.exports.entries import Entries, entries_of, movements_of
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
    masked_phones,
    money_cells,
    number_cells,
    save_columns,
    text_cells,
    with_correction,
    worded,
)
from zhanggui.shopsim.exports.sold import Sold, sold_between
from zhanggui.shopsim.world.places import Shop

ZONE = "Asia/Shanghai"
# unpaid, paid, shipped, delivered, completed, cancelled
STATUS = ("待付款", "待发货", "已发货", "已签收", "已完成", "已取消")
# none, requested, approved, returned, refunded, closed
CLAIM = ("无售后", "售后待处理", "待用户寄回", "待商家收货", "售后完成", "售后关闭")
FEES: Mapping[str, str] = {
    "shipping_insurance": "运费险", "compensation": "商家赔付", "penalty": "违规扣款", "reserve": "保证金",
    "ad_spend": "聚光充值", "platform_fee": "技术服务费", "affiliate_commission": "分销佣金", "agency_fee": "服务商佣金",
    "payment_fee": "支付渠道费", "platform_subsidy": "平台补贴", "government_subsidy": "国补", "adjustment": "调账",
    "payout": "提现", "topup": "充值", "shipping": "运费",
}  # fmt: skip
# What stands in the settlement of goods; the rest is other business.
GOODS: Mapping[str, tuple[str, ...]] = {
    "商品实付/实退": ("sale", "refund"), "运费实付/实退": ("shipping",), "平台优惠补贴": ("platform_subsidy",),
    "跨境税代缴": ("withheld_tax",), "商品税金": ("tax",), "佣金": ("platform_fee", "commission"),
    "支付渠道费": ("payment_fee",), "分销佣金": ("affiliate_commission",), "代运营服务商佣金": ("agency_fee",),
    "国补订单毛保金额": ("government_subsidy",),
}  # fmt: skip


def export_xhs(world: Any, shop: Shop, directory: Path, windows: Sequence[Window]) -> list[ExportedFile]:
    """Every report of the shop."""
    made = [
        _orders(world, shop, directory, window, sold_between(world, shop, window))
        for window in with_correction(windows)
    ]
    entries = entries_of(world, shop, "platform_wallet")
    for window in windows:
        goods, rest = _split(entries.within(window))
        made += [_settlement(shop, directory, window, goods), _fees(shop, directory, window, rest)]
    return [file for file in made if file is not None]


def _orders(world: Any, shop: Shop, directory: Path, window: Window, sold: Sold) -> ExportedFile | None:
    lines, listing = sold.lines, sold.lines["listing_no"]
    product = looked_up(world.listings.platform_product_id, listing)
    title = looked_up(world.listings.title, listing)
    cells: dict[str, Cells] = {
        **{name: cells.take(pa.array(sold.place)) for name, cells in _order_cells(world, sold).items()},
        "售后状态": worded(sold.claim, CLAIM),
        "订单类型": "普通订单",
        "规格ID": looked_up(world.listings.platform_sku_id, listing),
        "SKU名称": title,
        "SKU件数": number_cells(lines["quantity"]),
        "是否为赠品": "否",
        "商品总价(元)": money_cells(lines["list_price_minor"] * lines["quantity"]),
        "用户应付金额(元)": money_cells(lines["paid_minor"]),
        "平台优惠(元)": money_cells(lines["platform_discount_minor"]),
        "店铺优惠(元)": money_cells(lines["seller_discount_minor"]),
        "支付渠道优惠(元)": "0.00",
        "商家应收金额(元)（支付金额）": money_cells(lines["paid_minor"] + lines["platform_discount_minor"]),
        "商家编码": looked_up(world.listings.merchant_code, listing),
        "条形码": looked_up(world.products.barcode, lines["sku_no"]),
        "商品ID": product,
        "商品名称": title,
        "店铺名称": shop.name,
    }
    name = f"订单_{window.stamp(ZONE)}.csv"
    return save_columns("xhs_orders", cells, directory / name, shop.code, window)


def _order_cells(world: Any, sold: Sold) -> dict[str, pa.Array]:
    """What is of the order, one cell for each."""
    orders, buyers = sold.orders, world.buyers
    tracking, carrier = sold.tracking
    has_affiliate = orders["affiliate_no"] >= 0
    is_paid = orders["paid_at"] <= sold.instant
    return {
        "订单号": text_cells(orders["platform_order_id"]),
        "订单状态": worded(sold.standing, STATUS),
        "收件人姓名": masked_names(buyers.full_name[orders["buyer_no"]]),
        "收件人电话": masked_phones(buyers.phone[orders["buyer_no"]]),
        "省": text_cells(orders["province"]),
        "市": text_cells(orders["city"]),
        "达人ID": blank_where(~has_affiliate, number_cells(5_000_000_000 + orders["affiliate_no"])),
        "达人名称": blank_where(~has_affiliate, joined("达人", number_cells(orders["affiliate_no"]))),
        "支付方式": text_cells(orders["payment_method"]),
        "支付渠道订单号": blank_where(~is_paid, joined(text_cells(orders["platform_order_id"]), "88")),
        "支付时间": instant_cells(as_of(orders["paid_at"], sold.instant), ZONE),
        "订单创建时间": instant_cells(orders["created_at"], ZONE),
        "订单发货时间": instant_cells(as_of(orders["shipped_at"], sold.instant), ZONE),
        "订单完成时间": instant_cells(as_of(orders["completed_at"], sold.instant), ZONE),
        "快递单号": text_cells(tracking),
        "快递公司": text_cells(carrier),
        "用户编号": joined("u", number_cells(10**9 + orders["buyer_no"])),
    }


def _split(entries: Entries) -> tuple[Entries, Entries]:
    """Movements with goods money in them (sold or given back), and all others."""
    numbers, component = entries.rows["platform_txn_id"].astype(str), entries.rows["component"]
    is_goods = np.isin(numbers, numbers[(component == "sale") | (component == "refund")])
    return entries.only(is_goods), entries.only(~is_goods)


def _settlement(shop: Shop, directory: Path, window: Window, entries: Entries) -> ExportedFile | None:
    moved = movements_of(entries)
    heads = moved.heads
    cells: dict[str, Cells] = {
        "订单号": heads.order_id,
        "售后单号": heads.refund_id,
        "结算时间": instant_cells(heads.posted_at, ZONE),
        "交易类型": worded(heads.has_claim, ("订单结算", "售后退款")),
        "结算账户": "店铺余额",
        "动账金额": money_cells(moved.total_minor),
        "计佣基数": money_cells(np.abs(moved.part_minor("sale", "refund"))),
        **moved.cells(GOODS),
        "运费税金": "0.00",
        "平台运费补贴": "0.00",
        "代开发服务商佣金": "0.00",
        "花呗分期手续费": "0.00",
    }
    name = f"货款结算明细_{window.stamp(ZONE)}.csv"
    return save_columns("xhs_settlement", cells, directory / name, shop.code, window)


def _fees(shop: Shop, directory: Path, window: Window, entries: Entries) -> ExportedFile | None:
    cells: dict[str, Cells] = {
        "业务款项": entries.words(FEES),
        "订单号": entries.order_id,
        "业务单据号": text_cells(entries.rows["platform_txn_id"]),
        "结算时间": instant_cells(entries.posted_at, ZONE),
        "结算账户": "店铺余额",
        "交易类型": worded(entries.amount_minor < 0, ("收入", "支出")),
        "动账金额": money_cells(entries.amount_minor),
        "备注": text_cells(entries.rows["note"]),
    }
    name = f"其他业务款项_{window.stamp(ZONE)}.csv"
    return save_columns("xhs_fees", cells, directory / name, shop.code, window)
