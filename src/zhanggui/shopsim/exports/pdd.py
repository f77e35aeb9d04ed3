"""Pinduoduo's reports of a shop: orders of one SKU each, the wallet's ledger, product promotion by day.

The order report says neither when an order was made (only when it was paid) nor how much was given back: refunds show
in the ledger, and their state beside the order. Advertising is paid from the wallet by topping up its account.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from zhanggui.shopsim.exports.advertising import ads_within
from zhanggui.shopsim.exports.entries import Entries, entries_of
from zhanggui.shopsim.exports.rendering import (
    Cells,
    ExportedFile,
    Window,
    as_of,
    blank_where,
    date_cells,
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
from zhanggui.shopsim.exports.sold import Sold, has_come, sold_between
from zhanggui.shopsim.world.places import Shop

ZONE = "Asia/Shanghai"
# unpaid, paid, shipped, delivered, completed, cancelled; then wholly given back before shipping, on the way, received
STATUS = (
    "待支付", "待发货", "已发货，待收货", "已发货，待收货", "已收货", "已取消",
    "未发货，退款成功", "已发货，退款成功", "已收货，退款成功",
)  # fmt: skip
GIVEN_BACK = 6
# none, requested, approved, returned, refunded, closed
CLAIM = ("无售后或售后取消", "待商家处理", "已同意退货退款，待用户发货", "待商家收货", "退款成功", "退款关闭")
# Kind of the account's movement and the business behind it; the number decides, the words vary.
LEDGER: Mapping[str, tuple[str, str]] = {
    "sale": ("交易收入", "0010001|交易收入-订单收入"),
    "platform_subsidy": ("优惠券结算", "0010005|优惠券结算-平台优惠券"),
    "refund": ("退款", "0020001|退款-订单退款"),
    "platform_fee": ("技术服务费", "0030002|技术服务费-基础技术服务费"),
    "compensation": ("售后费用", "0040002|售后费用-售后补偿消费者"),
    "penalty": ("扣款", "0040001|扣款-发货违规"),
    "shipping_insurance": ("其他服务", "0050010|其他服务-退货包运费"),
    "shipping_label": ("服务支出", "0050007|服务支出-电子面单"),
    "affiliate_commission": ("营销费用", "0060001|营销费用-多多进宝"),
    "seller_discount": ("营销费用", "0060008|营销费用-跨店满返"),
    "topup": ("转账", "0070004|转账-推广账户"),
    "transfer": ("转账", "0070001|转账-其他"),
    "payout": ("提现", "0080001|提现-货款提现"),
    "adjustment": ("其他收入", "0090003|其他收入-申诉补回"),
    "reserve": ("保证金", "保证金-店铺保证金"),
    "other": ("其他", "其他-其他"),
}


def export_pdd(world: Any, shop: Shop, directory: Path, windows: Sequence[Window]) -> list[ExportedFile]:
    """Every report of the shop."""
    made = [
        _orders(world, shop, directory, window, sold_between(world, shop, window))
        for window in with_correction(windows)
    ]
    entries = entries_of(world, shop, "platform_wallet")
    for window in windows:
        made += [_ledger(shop, directory, window, entries.within(window)), _ads(world, shop, directory, window)]
    return [file for file in made if file is not None]


def _orders(world: Any, shop: Shop, directory: Path, window: Window, sold: Sold) -> ExportedFile | None:
    orders, lines = sold.orders, sold.lines
    if len(lines["order_no"]) != len(orders["order_no"]):
        raise ValueError("an order of this platform holds one SKU")
    listing = lines["listing_no"]
    tracking, carrier = sold.tracking
    cells: dict[str, Cells] = {
        "商品": looked_up(world.listings.title, listing),
        "订单号": text_cells(orders["platform_order_id"]),
        "订单状态": worded(_standing(sold), STATUS),
        "商品数量(件)": number_cells(lines["quantity"]),
        "支付时间": _time(sold, "paid_at"),
        "发货时间": _time(sold, "shipped_at"),
        "确认收货时间": _time(sold, "completed_at"),
        "商品id": looked_up(world.listings.platform_product_id, listing),
        "样式ID": looked_up(world.listings.platform_sku_id, listing),
        "商家编码-规格维度": looked_up(world.listings.merchant_code, listing),
        "商家编码-商品维度": looked_up(world.listings.merchant_code, listing),
        "售后状态": worded(sold.claim, CLAIM),
        "快递单号": text_cells(tracking),
        "快递公司": text_cells(carrier),
        "支付方式": text_cells(orders["payment_method"]),
        "订单成交时间": _time(sold, "paid_at"),
        **_money(sold),
        **_recipient(world, sold),
    }
    name = f"orders_export{window.stamp(ZONE, '%Y-%m-%d-%H-%M-%S')}.csv"
    return save_columns("pdd_orders", cells, directory / name, shop.code, window)


def _money(sold: Sold) -> dict[str, Cells]:
    orders = sold.orders
    is_paid = has_come(orders["paid_at"], sold.instant)
    return {
        "商品总价(元)": money_cells(orders["goods_minor"]),
        "邮费(元)": money_cells(orders["shipping_minor"]),
        "店铺优惠折扣(元)": money_cells(orders["seller_discount_minor"]),
        "平台优惠折扣(元)": money_cells(orders["platform_discount_minor"]),
        "多多支付立减金额(元)": "0.00",
        "用户实付金额(元)": money_cells(np.where(is_paid, orders["paid_minor"], 0)),
        "商家实收金额(元)": money_cells(orders["seller_receivable_minor"]),
    }


def _standing(sold: Sold) -> np.ndarray:
    """How far the order has come; one that was wholly given back says how far it had come before."""
    refunded = sold.over_lines(sold.refunded_minor)
    is_back = (refunded > 0) & (refunded >= sold.orders["paid_minor"])
    shipped = has_come(sold.orders["shipped_at"], sold.instant)
    received = has_come(sold.orders["delivered_at"], sold.instant)
    far = GIVEN_BACK + shipped.astype(np.int64) + (shipped & received).astype(np.int64)
    return np.where(is_back, far, sold.standing)


def _time(sold: Sold, name: str) -> Cells:
    return instant_cells(as_of(sold.orders[name], sold.instant), ZONE)


def _recipient(world: Any, sold: Sold) -> dict[str, Cells]:
    buyers, orders = world.buyers, sold.orders
    return {
        "收货人": masked_names(buyers.full_name[orders["buyer_no"]]),
        "手机": masked_phones(buyers.phone[orders["buyer_no"]]),
        "省": text_cells(orders["province"]),
        "市": text_cells(orders["city"]),
        "详细地址": joined(masked_names(buyers.street[orders["buyer_no"]]), "*"),
    }


def _ledger(shop: Shop, directory: Path, window: Window, entries: Entries) -> ExportedFile | None:
    stamp = window.stamp(ZONE, "%Y-%m-%d %H:%M:%S")
    cells: dict[str, Cells] = {
        "商户订单号": entries.order_id,
        "发生时间": instant_cells(entries.posted_at, ZONE),
        "收入金额（+元）": entries.incoming,
        "支出金额（-元）": blank_where(entries.amount_minor >= 0, money_cells(entries.amount_minor)),
        "账务类型": entries.words({name: words[0] for name, words in LEDGER.items()}),
        "备注": text_cells(entries.rows["note"]),
        "业务描述": entries.words({name: words[1] for name, words in LEDGER.items()}),
    }
    preamble = [
        "#货款明细",
        f"#店铺：[{shop.name}]",
        f"#起止时间：[{window.covers_from} 00:00:00]-[{window.covers_to} 23:59:59]",
        f"#导出时间：[{stamp}]",
    ]
    name = f"货款明细_{window.stamp(ZONE)}.csv"
    return save_columns("pdd_ledger", cells, directory / name, shop.code, window, preamble=preamble)


def _ads(world: Any, shop: Shop, directory: Path, window: Window) -> ExportedFile | None:
    ads = ads_within(world, shop, window)
    cells: dict[str, Cells] = {
        "日期": date_cells(ads["day"]),
        "商品ID": looked_up(world.listings.platform_product_id, ads["listing_no"]),
        "商品名称": looked_up(world.listings.title, ads["listing_no"]),
        "总花费(元)": money_cells(ads["spend_minor"]),
        "成交花费(元)": money_cells(np.where(ads["attributed_orders"] > 0, ads["spend_minor"], 0)),
        "交易额(元)": money_cells(ads["attributed_minor"]),
        "净交易额(元)": money_cells(ads["attributed_minor"]),
        "成交笔数": number_cells(ads["attributed_orders"]),
        "曝光量": number_cells(ads["impressions"]),
        "点击量": number_cells(ads["clicks"]),
    }
    name = f"商品推广_商品_分天数据_{window.stamp(ZONE)}.csv"
    return save_columns("pdd_ads", cells, directory / name, shop.code, window)
