"""The WeChat shop's exports: orders, and the fund flow of its wallet.

What they cannot show: who bears a discount (only the platform's part on each line is named apart), how an order was
settled by line, and the wallet's entries before the first file. Fees and commissions stand on the order once they are
booked; the fund flow has them as entries of their own. Names are masked by the platform.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.exports.rendering import (
    ExportedFile,
    Window,
    blank_where,
    instant_cells,
    local_days,
    looked_up,
    masked_names,
    masked_phones,
    money_cells,
    number_cells,
    save_columns,
    with_correction,
    worded,
)
from zhanggui.shopsim.exports.sold import Rows, Sold, has_come, sold_between, take
from zhanggui.shopsim.world.places import Shop

_ZONE = "Asia/Shanghai"
_ORDER_WORDS = ("待付款", "待发货", "待收货", "已签收", "完成", "已取消")
_CLAIM_WORDS = ("", "售后中", "待用户退货", "待商家收货", "售后完成", "商家拒绝")

# 动帐类型 by component, for what comes in and what goes out.
_TYPES: Mapping[str, tuple[str, str]] = {
    "sale": ("订单支付", "其他"),
    "platform_subsidy": ("平台券补贴", "平台补贴退回"),
    "refund": ("其他", "订单退款"),
    "platform_fee": ("技术服务费退回", "技术服务费"),
    "affiliate_commission": ("达人佣金退回", "达人佣金"),
    "agency_fee": ("机构佣金", "机构佣金"),
    "payment_fee": ("支付手续费", "支付手续费"),
    "shipping_insurance": ("运费险", "运费险"),
    "shipping_label": ("物流运费", "物流运费"),
    "compensation": ("赔付", "小额打款"),
    "penalty": ("违约金", "违规扣款"),
    "reserve": ("资金解冻", "资金冻结"),
    "ad_spend": ("推广充值", "推广充值"),
    "topup": ("充值", "充值"),
    "payout": ("提现退票", "提现"),
    "other": ("其他", "其他"),
}


def export_weixin_shop(world: Any, shop: Shop, directory: Path, windows: Sequence[Window]) -> list[ExportedFile]:
    """Orders and fund flow of each window."""
    files = []
    for window in with_correction(windows):
        cells = _order_cells(world, sold_between(world, shop, window))
        path = directory / f"订单_{window.stamp(_ZONE)}.csv"
        files.append(save_columns("weixin_shop_orders", cells, path, shop.code, window))
    for window in windows:
        path = directory / f"资金流水_{window.stamp(_ZONE)}.csv"
        files.append(save_columns("weixin_shop_fund", _fund_cells(world, shop, window), path, shop.code, window))
    return [file for file in files if file is not None]


# orders ---------------------------------------------------------------------------------------------------


def _order_cells(world: Any, sold: Sold) -> dict[str, Any]:
    of_order = {**_state(sold), **_order_amounts(sold), **_buyer(world, sold)}
    lines, listing = sold.lines, sold.lines["listing_no"]
    amounts = {
        "商品价格(单件)": lines["list_price_minor"],
        "商品实际价格(总共)": lines["paid_minor"],
        "商品平台券优惠": lines["platform_discount_minor"],
        "商品已退款金额": sold.refunded_minor,
    }
    return {
        **sold.spread(of_order),
        **{name: money_cells(minor, 2) for name, minor in amounts.items()},
        "商品名称": world.listings.title[listing],
        "商品编码(平台)": world.listings.platform_product_id[listing],
        "商品编码(自定义)": world.listings.merchant_code[listing],
        "SKU编码(自定义)": world.listings.merchant_code[listing],
        "商品属性": "默认",
        "是否预售": "否",
        "商品数量": number_cells(lines["quantity"]),
        "商品售后": worded(sold.claim, _CLAIM_WORDS),
    }


def _state(sold: Sold) -> dict[str, Any]:
    orders, (tracking, carrier) = sold.orders, sold.tracking

    def local(column: str) -> Any:
        return instant_cells(sold.so_far(column), _ZONE)

    is_paid = has_come(orders["paid_at"], sold.instant)
    return {
        "订单号": orders["platform_order_id"],
        "订单下单时间": local("created_at"),
        "订单发货时间": local("shipped_at"),
        "订单确认收货时间": local("completed_at"),
        "订单状态": worded(sold.standing, _ORDER_WORDS),
        "发货方式": np.full(len(tracking), "自主发货", object),
        "支付方式": worded(is_paid, ("", "微信支付")),
        "支付时间": local("paid_at"),
        "交易单号": blank_where(~is_paid, _payment_numbers(orders)),
        "物流公司": carrier,
        "快递单号": tracking,
    }


def _payment_numbers(orders: Rows) -> np.ndarray:
    """WeChat's number of each order's payment: 28 digits, the day of the order among them."""
    days = np.datetime_as_string(local_days(orders["created_at"], _ZONE)).tolist()
    pairs = zip(days, orders["order_no"].tolist(), strict=True)
    return np.array([f"42000{day.replace('-', '')}{number:015d}" for day, number in pairs], object)


def _order_amounts(sold: Sold) -> dict[str, Any]:
    orders = sold.orders
    amounts = {
        "商品总价": orders["goods_minor"],
        "订单实际支付金额": np.where(has_come(orders["paid_at"], sold.instant), orders["paid_minor"], 0),
        "订单实际收款金额": orders["seller_receivable_minor"],
        "订单运费": orders["shipping_minor"],
        "商品优惠": orders["seller_discount_minor"],
        "跨店优惠": orders["platform_discount_minor"],
        "积分抵扣": np.zeros(len(orders["order_no"]), np.int64),
    }
    fees = {"技术服务费": "platform_fee", "带货费用": "affiliate_commission"}
    is_led = orders["affiliate_no"] != NONE
    return {
        **{name: money_cells(minor, 2) for name, minor in amounts.items()},
        **sold.fee_cells(fees, 2),
        "带货方式": worded(is_led, ("商家自营", "达人带货")),
        "带货账号昵称": worded(is_led, ("", "达人")),
    }


def _buyer(world: Any, sold: Sold) -> dict[str, Any]:
    orders, buyers = sold.orders, world.buyers
    return {
        "收件人姓名": masked_names(buyers.full_name[orders["buyer_no"]]),
        "收件人手机": masked_phones(buyers.phone[orders["buyer_no"]]),
        "省": orders["province"],
        "市": orders["city"],
    }


# fund flow ------------------------------------------------------------------------------------------------


def _fund_cells(world: Any, shop: Shop, window: Window) -> dict[str, Any]:
    ledger = _with_balances(world, shop)
    ledger = take(ledger, window.holds(ledger["posted_at"]))
    is_in, is_payout = ledger["amount_minor"] > 0, ledger["component"] == "payout"
    words = np.array([_TYPES[component] for component in ledger["component"].tolist()], object).reshape(-1, 2)
    chronicle, payouts = world.chronicle, world.chronicle.columns("payouts")
    return {
        "流水单号": ledger["platform_txn_id"],
        "记账时间": instant_cells(ledger["posted_at"], _ZONE),
        "动帐类型": np.where(is_in, words[:, 0], words[:, 1]),
        "收支类型": worded(is_in, ("支出", "收入")),
        "收支金额": money_cells(np.abs(ledger["amount_minor"]), 2),
        "账户余额": money_cells(ledger["balance_minor"], 2),
        "关联订单号": looked_up(chronicle.columns("orders")["platform_order_id"], ledger["order_no"]),
        "关联售后单号": looked_up(chronicle.columns("refunds")["platform_refund_id"], ledger["refund_no"]),
        "关联提现单号": looked_up(payouts["platform_payout_id"], np.where(is_payout, ledger["payout_no"], NONE)),
        "详情": ledger["note"],
    }


def _with_balances(world: Any, shop: Shop) -> Rows:
    """All entries of the shop's wallet in the order of booking, with the balance after each."""
    ledger = world.chronicle.columns("ledger")
    ledger = take(ledger, ledger["shop"] == shop.code)
    ledger = take(ledger, np.lexsort((ledger["entry_no"], ledger["posted_at"])))
    return {**ledger, "balance_minor": np.cumsum(ledger["amount_minor"])}
