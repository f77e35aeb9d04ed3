"""Taobao's and Tmall's reports of a shop: orders, items, claims, reviews, and the Alipay ledger into which its money ripens.

The order report has one row per order and no list prices; the item report has the lines. Neither says who bears a
discount: what the buyer owes is after the shop's part, what he paid after the platform's too. Addresses and names are
masked, so that buyers cannot be told apart. A shop whose account is the WeChat wallet gets that ledger instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhanggui.shopsim.exports.claims import claims_of
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
    masked_phones,
    money_cells,
    number_cells,
    save_columns,
    text_cells,
    with_correction,
    worded,
)
from zhanggui.shopsim.exports.sold import CANCELLED, Sold, sold_between, take
from zhanggui.shopsim.exports.wallets import write_alipay
from zhanggui.shopsim.world.places import Shop

ZONE = "Asia/Shanghai"
# unpaid, paid, shipped, delivered, completed, cancelled
STATUS = (
    "等待买家付款", "买家已付款，等待卖家发货", "卖家已发货，等待买家确认", "卖家已发货，等待买家确认", "交易成功", "交易关闭",
)  # fmt: skip
# none, requested, approved, returned, refunded, closed
LINE_CLAIM = ("没有申请退款", "等待卖家同意", "等待买家退货", "等待卖家确认收货", "退款成功", "退款关闭")
CLAIM = ("", "等待卖家同意退款申请", "等待买家退货", "等待卖家确认收货", "退款成功", "退款关闭")
KINDS: Mapping[str, str] = {
    "refund_only": "仅退款", "return_refund": "退货退款", "exchange": "换货", "resend": "补寄",
    "price_protection": "价保", "compensation": "赔付", "cancellation": "未发货仅退款",
}  # fmt: skip
WALLET_WORDS: Mapping[str, str] = {
    "sale": "交易收款", "refund": "交易退款", "platform_fee": "服务费", "commission": "佣金", "affiliate_commission": "淘宝客佣金",
    "payment_fee": "支付服务费", "shipping_insurance": "运费险", "shipping_label": "官方物流", "seller_discount": "营销红包",
    "platform_subsidy": "平台补贴", "compensation": "赔付", "penalty": "违约金", "reserve": "保证金", "topup": "充值",
    "transfer": "转账", "payout": "提现", "other": "其他",
}  # fmt: skip


def export_taobao(world: Any, shop: Shop, directory: Path, windows: Sequence[Window]) -> list[ExportedFile]:
    """Every report of the shop."""
    made: list[ExportedFile | None] = []
    for window in with_correction(windows):
        sold = sold_between(world, shop, window)
        made += [_orders(world, shop, directory, window, sold), _items(world, shop, directory, window, sold)]
        made += [_refunds(world, shop, directory, window), _reviews(world, shop, directory, window)]
    alipay, wallet = entries_of(world, shop, "alipay"), entries_of(world, shop, "platform_wallet")
    for window in windows:
        made += [write_alipay(shop, directory, window, alipay), _wallet(shop, directory, window, wallet)]
    return [file for file in made if file is not None]


# orders ---------------------------------------------------------------------------------------------------


def _orders(world: Any, shop: Shop, directory: Path, window: Window, sold: Sold) -> ExportedFile | None:
    orders, lines = sold.orders, sold.lines
    is_paid, refunded = _is_paid(sold), sold.over_lines(sold.refunded_minor)
    due = orders["goods_minor"] - orders["seller_discount_minor"]
    is_given_back = is_paid & (refunded > 0) & (refunded >= orders["paid_minor"])
    tracking, carrier = sold.tracking
    cells: dict[str, Cells] = {
        "订单编号": text_cells(orders["platform_order_id"]),
        "买家会员名": masked_names(world.buyers.nickname[orders["buyer_no"]]),
        "支付单号": blank_where(~is_paid, joined(text_cells(orders["platform_order_id"]), "22001")),
        "支付详情": joined("支付方式：", text_cells(orders["payment_method"])),
        "买家应付货款": money_cells(due),
        "买家应付邮费": money_cells(orders["shipping_minor"]),
        "总金额": money_cells(due + orders["shipping_minor"]),
        "买家实际支付金额": money_cells(np.where(is_paid, orders["paid_minor"], 0)),
        "订单状态": worded(np.where(is_given_back, CANCELLED, sold.standing), STATUS),
        "订单关闭原因": _closing(sold, is_given_back),
        "宝贝标题": titles_by_order(world, sold),
        "宝贝种类": number_cells(sold.over_lines(np.ones(len(lines["order_no"]), np.int64))),
        "宝贝总数量": number_cells(sold.over_lines(lines["quantity"])),
        "物流单号": blank_where(tracking == "", joined("No:", text_cells(tracking))),
        "物流公司": text_cells(carrier),
        "店铺Id": "0",
        "店铺名称": shop.name,
        "退款金额": money_cells(refunded),
        "订单创建时间": instant_cells(orders["created_at"], ZONE),
        "订单付款时间": _time(sold, "paid_at"),
        "发货时间": _time(sold, "shipped_at"),
        "确认收货时间": _time(sold, "completed_at"),
        **_recipient(world, sold),
    }
    name = f"ExportOrderList{window.stamp(ZONE)}.csv"
    return save_columns("taobao_orders_csv", cells, directory / name, shop.code, window)


def _is_paid(sold: Sold) -> np.ndarray:
    return np.asarray(sold.orders["paid_at"] <= sold.instant)


def _time(sold: Sold, name: str) -> pa.Array:
    return instant_cells(as_of(sold.orders[name], sold.instant), ZONE)


def _closing(sold: Sold, is_given_back: np.ndarray) -> pa.Array:
    """Why an order was closed; the platform says of the others that they are not closed."""
    is_cancelled = sold.standing == CANCELLED
    codes = np.where(is_given_back, 2, np.where(is_cancelled, 1, 0))
    return worded(codes, ("订单未关闭", "买家未付款", "退款"))


def _recipient(world: Any, sold: Sold) -> dict[str, Cells]:
    """Masked person and address; province and city stay readable."""
    buyers, orders = world.buyers, sold.orders
    province, city = text_cells(orders["province"]), text_cells(orders["city"])
    return {
        "收货人姓名": masked_names(buyers.full_name[orders["buyer_no"]]),
        "联系手机": joined("'", masked_phones(buyers.phone[orders["buyer_no"]])),
        "收货地址": joined(province, " ", city, " ***"),
    }


def titles_by_order(world: Any, sold: Sold) -> pa.Array:
    """The titles of an order's lines, joined as the platform joins them."""
    titles = text_cells(world.listings.title[sold.lines["listing_no"]])
    ends = np.cumsum(np.bincount(sold.place, minlength=len(sold.orders["order_no"])))
    lists = pa.ListArray.from_arrays(pa.array(np.concatenate([[0], ends]), pa.int32()), titles)
    return pc.binary_join(lists, "，")


def _items(world: Any, shop: Shop, directory: Path, window: Window, sold: Sold) -> ExportedFile | None:
    lines, listing = sold.lines, sold.lines["listing_no"]
    is_paid = sold.on_lines(_is_paid(sold))
    refunded = sold.refunded_minor
    is_given_back = is_paid & (refunded > 0) & (refunded >= lines["paid_minor"])
    standing = np.where(is_given_back, CANCELLED, sold.on_lines(sold.standing))
    tracking, carrier = sold.tracking
    place = sold.place
    code = looked_up(world.listings.merchant_code, listing)
    cells: dict[str, Cells] = {
        "子订单编号": text_cells(lines["platform_line_id"]),
        "主订单编号": looked_up(sold.orders["platform_order_id"], place),
        "商品标题": looked_up(world.listings.title, listing),
        "商品价格": money_cells(lines["list_price_minor"]),
        "购买数量": number_cells(lines["quantity"]),
        "商品ID": looked_up(world.listings.platform_product_id, listing),
        "商家编码": code,
        "外部系统编号": code,
        "买家应付货款": money_cells(lines["list_price_minor"] * lines["quantity"] - lines["seller_discount_minor"]),
        "买家实付金额": money_cells(np.where(is_paid, lines["paid_minor"], 0)),
        "订单状态": worded(standing, STATUS),
        "退款状态": worded(sold.claim, LINE_CLAIM),
        "退款金额": money_cells(refunded),
        "订单创建时间": instant_cells(sold.on_lines(sold.orders["created_at"]), ZONE),
        "订单付款时间": instant_cells(sold.on_lines(as_of(sold.orders["paid_at"], sold.instant)), ZONE),
        "发货时间": instant_cells(sold.on_lines(as_of(sold.orders["shipped_at"], sold.instant)), ZONE),
        "确认收货时间": instant_cells(sold.on_lines(as_of(sold.orders["completed_at"], sold.instant)), ZONE),
        "物流单号": looked_up(tracking, place),
        "物流公司": looked_up(carrier, place),
    }
    name = f"ExportItemList{window.stamp(ZONE)}.csv"
    return save_columns("taobao_items_xlsx", cells, directory / name, shop.code, window)


# claims and reviews ---------------------------------------------------------------------------------------


def _refunds(world: Any, shop: Shop, directory: Path, window: Window) -> ExportedFile | None:
    claims = claims_of(world, shop, window)
    rows = claims.rows
    cells: dict[str, Cells] = {
        "退款编号": text_cells(rows["platform_refund_id"]),
        "订单编号": claims.order_id,
        "退款完结时间": claims.time("refunded_at", ZONE),
        "退款总额": money_cells(rows["amount_minor"] + rows["platform_part_minor"]),
        "退给买家金额": money_cells(rows["amount_minor"]),
        "退给平台金额": money_cells(rows["platform_part_minor"]),
        "是否需要退货": worded(rows["kind"] == "return_refund", ("否", "是")),
        "退款的申请时间": instant_cells(rows["requested_at"], ZONE),
        "退款状态": worded(claims.standing, CLAIM),
        "售后类型": claims.words("kind", KINDS),
        "货物状态": worded(claims.is_shipped, ("未收到货", "已收到货")),
        "买家退款原因": text_cells(rows["reason"]),
        "部分退款/全部退款": "部分退款",
    }
    name = f"ExportRefundList{window.stamp(ZONE)}.csv"
    return save_columns("taobao_refunds", cells, directory / name, shop.code, window)


def _reviews(world: Any, shop: Shop, directory: Path, window: Window) -> ExportedFile | None:
    reviews = world.chronicle.columns("reviews")
    reviews = take(reviews, np.flatnonzero(reviews["shop"] == shop.code))
    reviews = take(reviews, window.takes(reviews["created_at"], reviews["created_at"], reviews["replied_at"]))
    orders, listing = world.chronicle.columns("orders"), reviews["listing_no"]
    cells: dict[str, Cells] = {
        "订单编号": looked_up(orders["platform_order_id"], reviews["order_no"]),
        "商品标题": looked_up(world.listings.title, listing),
        "商品ID": looked_up(world.listings.platform_product_id, listing),
        "评价时间": instant_cells(reviews["created_at"], ZONE),
        "评价等级": worded(np.digitize(reviews["rating"], (3, 4)), ("差评", "中评", "好评")),
        "评价内容": text_cells(reviews["text"]),
        "解释": blank_where(~(reviews["replied_at"] <= window.known_at), text_cells(reviews["reply"])),
    }
    name = f"评价_{window.stamp(ZONE)}.csv"
    return save_columns("taobao_review_export", cells, directory / name, shop.code, window)


# the WeChat wallet ----------------------------------------------------------------------------------------


def _wallet(shop: Shop, directory: Path, window: Window, entries: Entries) -> ExportedFile | None:
    own = entries.within(window)
    word = own.words(WALLET_WORDS)
    cells: dict[str, Cells] = {
        "入帐时间": instant_cells(own.posted_at, ZONE),
        "支付流水号": text_cells(own.rows["platform_txn_id"]),
        "主订单id": own.order_id,
        "子订单id": own.line_id,
        "入帐类型": word,
        "收入金额(元)": own.incoming,
        "支出金额(元)": own.outgoing,
        "业务描述": word,
        "备注": text_cells(own.rows["note"]),
        "收/付渠道": "微信",
    }
    name = f"动账_{shop.name}_{window.stamp(ZONE, '%Y%m%d')}.csv"
    return save_columns("taobao_wallet_wechat", cells, directory / name, shop.code, window)
