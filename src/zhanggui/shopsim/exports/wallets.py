"""Ledgers of wallets: Alipay's account ledger and WeChat Pay's fund bill, for shops whose money ripens there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from zhanggui.shopsim.exports.entries import Entries, entries_of
from zhanggui.shopsim.exports.rendering import (
    Cells,
    ExportedFile,
    Window,
    blank_where,
    instant_cells,
    joined,
    money_cells,
    save_columns,
    text_cells,
    worded,
)
from zhanggui.shopsim.world.places import Shop

ZONE = "Asia/Shanghai"
# Kind of business, and the remark that says what the kind leaves open.
ALIPAY_WORDS: Mapping[str, tuple[str, str]] = {
    "sale": ("在线支付", ""), "refund": ("退款（交易退款）", ""), "payout": ("提现", ""), "topup": ("充值", ""),
    "reserve": ("保证金", ""), "transfer": ("转账", ""), "affiliate_commission": ("其它", "淘宝客佣金代扣款"),
    "payment_fee": ("收费", "支付服务费"), "platform_subsidy": ("转账", "平台补贴"), "commission": ("收费", "天猫佣金（类目）"),
    "platform_fee": ("收费", "基础软件服务费"), "seller_discount": ("收费", "天猫积分"), "shipping_insurance": ("收费", "退货运费险"),
    "ad_spend": ("转账", "万相台充值"), "compensation": ("转账", "售后赔付"), "penalty": ("收费", "违约金"),
    "shipping_label": ("收费", "菜鸟裹裹"), "other": ("其它", "公益宝贝捐赠"),
}  # fmt: skip
# Name of the business and its kind.
WECHAT_WORDS: Mapping[str, str] = {
    "sale": "交易", "refund": "退款", "payment_fee": "扣除交易手续费", "payout": "提现", "topup": "充值", "transfer": "转账",
    "seller_discount": "商家券", "platform_subsidy": "平台补差", "reserve": "冻结", "adjustment": "调账", "compensation": "赔付",
    "chargeback": "拒付", "other": "其他",
}  # fmt: skip


def write_alipay(shop: Shop, directory: Path, window: Window, entries: Entries) -> ExportedFile | None:
    """The Alipay ledger of a window; `entries` are those of the whole account."""
    own = window.holds(entries.posted_at)
    balance = running_balance(entries)[own]
    told = entries.only(own)
    order = told.order_id
    has_order = told.rows["order_no"] >= 0
    cells: dict[str, Cells] = {
        "账务流水号": text_cells(told.rows["platform_txn_id"]),
        "业务流水号": blank_where(~has_order, joined(order, "22001")),
        "商户订单号": blank_where(~has_order, joined("T200P", order)),
        "发生时间": instant_cells(told.posted_at, ZONE),
        "对方账号": blank_where(~has_order, "tes***@example.com"),
        "收入金额（+元）": told.incoming,
        "支出金额（-元）": blank_where(told.amount_minor >= 0, money_cells(told.amount_minor)),
        "账户余额（元）": money_cells(balance),
        "交易渠道": "支付宝",
        "业务类型": told.words({name: words[0] for name, words in ALIPAY_WORDS.items()}),
        "备注": told.words({name: words[1] for name, words in ALIPAY_WORDS.items()}),
        "业务基础订单号": order,
        "业务订单号": told.line_id,
    }
    account = f"2088{shop.shop_no + 1:012d}"
    name = f"{account}_{window.stamp(ZONE, '%Y%m%d')}_账务明细.csv"
    return save_columns(
        "alipay_ledger_csv", cells, directory / name, shop.code, window, preamble=_alipay_head(account, window)
    )


def _alipay_head(account: str, window: Window) -> list[str]:
    return [
        "#支付宝账务明细查询",
        f"#账号：[{account}0156]",
        f"#起始日期：[{window.covers_from} 00:00:00]   终止日期：[{window.covers_to} 24:00:00]",
        f"#导出时间：[{window.stamp(ZONE, '%Y-%m-%d %H:%M:%S')}]",
        "#-----------------------------------------账务明细列表----------------------------------------",
    ]


def export_wechat(world: Any, shop: Shop, directory: Path, windows: Sequence[Window]) -> list[ExportedFile]:
    """The fund bill of a shop whose own merchant account is WeChat Pay's; nothing for other shops."""
    entries = entries_of(world, shop, "wechat_pay")
    made = [_fund_bill(shop, directory, window, entries) for window in windows]
    return [file for file in made if file is not None]


def _fund_bill(shop: Shop, directory: Path, window: Window, entries: Entries) -> ExportedFile | None:
    own = window.holds(entries.posted_at)
    balance = running_balance(entries)[own]
    told = entries.only(own)
    word = told.words(WECHAT_WORDS)
    cells: dict[str, Cells] = {
        "记账时间": instant_cells(told.posted_at, ZONE),
        "微信支付业务单号": told.order_id,
        "资金流水单号": text_cells(told.rows["platform_txn_id"]),
        "业务名称": word,
        "业务类型": word,
        "收支类型": worded(told.amount_minor < 0, ("收入", "支出")),
        "收支金额(元)": money_cells(np.abs(told.amount_minor)),
        "账户结余(元)": money_cells(balance),
        "业务凭证号": told.order_id,
    }
    name = f"{1900000001 + shop.shop_no}_fundflow_{window.stamp(ZONE, '%Y%m%d')}.csv"
    return save_columns("wechat_fund_bill", cells, directory / name, shop.code, window)


def running_balance(entries: Entries) -> np.ndarray:
    """What the account holds after each entry; it began with nothing."""
    return np.cumsum(entries.amount_minor)
