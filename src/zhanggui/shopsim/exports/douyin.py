"""Douyin's reports of a shop: orders by sub-order, claims, the settlement statement and the wallet's ledger.

The statement and the ledger tell the same money twice, in two accounts of the books. A settlement is one wide movement
with its subsidies and fees; what happens afterwards (a refund, fees given back, advertising topped up) stands alone. A
claim names what the buyer gets back, not the platform's part of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhanggui.shopsim.exports.claims import claims_of
from zhanggui.shopsim.exports.entries import Entries, Movements, entries_of, movements_of
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
from zhanggui.shopsim.exports.sold import CANCELLED, Sold, has_come, sold_between
from zhanggui.shopsim.world.places import Shop

ZONE = "Asia/Shanghai"
# unpaid, paid, shipped, delivered, completed, cancelled
STATUS = ("待支付", "待发货", "已发货", "已发货", "已完成", "已关闭")
# none, requested, approved, returned, refunded, closed
LINE_CLAIM = ("无售后", "待商家处理", "待买家退货", "待商家收货", "退款成功", "售后关闭")
CLAIM = ("", "待商家处理", "同意退款，退款中", "待商家收货", "退款成功", "售后关闭")
KINDS: Mapping[str, str] = {
    "refund_only": "已发货仅退款", "return_refund": "退货退款", "exchange": "换货", "resend": "补寄",
    "price_protection": "价保", "compensation": "已发货仅退款", "cancellation": "用户取消",
}  # fmt: skip
SCENES: Mapping[str, str] = {
    "sale": "货款结算入账", "refund": "退款-结算后退款-退用户", "platform_fee": "退款-订单退款触发-退分账",
    "platform_subsidy": "退款-订单退款触发-退补贴", "affiliate_commission": "佣金入账", "agency_fee": "超期自动结算其他方分账",
    "seller_discount": "抖音支付与商家联合补贴营销活动", "payment_fee": "抖音月付与商家联合贴息活动",
    "fulfillment_fee": "供应链平台代发费用", "shipping_label": "在线寄件费", "shipping_insurance": "退换货运费险",
    "compensation": "消费者赔付", "penalty": "判罚扣款", "reserve": "充值保证金", "topup": "充值千川广告费",
    "transfer": "提前收款", "adjustment": "人工调账", "payout": "提现", "government_subsidy": "以旧换新商户红包补贴发放",
    "other": "其他",
}  # fmt: skip
# Columns of a settlement by component, in the ledger and in the statement.
FUND_PARTS: Mapping[str, tuple[str, ...]] = {
    "订单实付应结": ("sale", "shipping"), "实际平台补贴": ("platform_subsidy",), "政府补贴平台垫资": ("government_subsidy",),
    "实际达人补贴": ("creator_subsidy",), "订单退款": ("refund",), "平台服务费": ("platform_fee",),
    "佣金": ("affiliate_commission",), "招商服务费": ("agency_fee",), "站外推广费": ("offsite_ad_fee",), "其他分成": ("other",),
}  # fmt: skip
INCOME = ("sale", "shipping", "platform_subsidy", "creator_subsidy", "government_subsidy", "refund")
EXPENSE_PARTS: Mapping[str, tuple[str, ...]] = {
    "平台服务费": ("platform_fee",), "佣金": ("affiliate_commission",), "招商服务费": ("agency_fee",),
    "站外推广费": ("offsite_ad_fee",), "其他分成": ("other",),
}  # fmt: skip
EXPENSE = ("platform_fee", "affiliate_commission", "agency_fee", "offsite_ad_fee", "other")


def export_douyin(world: Any, shop: Shop, directory: Path, windows: Sequence[Window]) -> list[ExportedFile]:
    """Every report of the shop."""
    made: list[ExportedFile | None] = []
    for window in with_correction(windows):
        made += [_orders(world, shop, directory, window, sold_between(world, shop, window))]
        made += [_aftersales(world, shop, directory, window)]
    entries = entries_of(world, shop, "platform_wallet")
    for window in windows:
        own = entries.within(window)
        made += [_fund(shop, directory, window, own), _settlement(shop, directory, window, own)]
    return [file for file in made if file is not None]


# orders ---------------------------------------------------------------------------------------------------


def _orders(world: Any, shop: Shop, directory: Path, window: Window, sold: Sold) -> ExportedFile | None:
    listing = sold.lines["listing_no"]
    refunded, is_paid = sold.refunded_minor, sold.on_lines(has_come(sold.orders["paid_at"], sold.instant))
    is_back = is_paid & (refunded > 0) & (refunded >= sold.lines["paid_minor"])
    standing = np.where(is_back, CANCELLED, sold.on_lines(sold.standing))
    cells: dict[str, Cells] = {
        **{name: cells.take(pa.array(sold.place)) for name, cells in _order_cells(world, sold).items()},
        "子订单编号": text_cells(sold.lines["platform_line_id"]),
        "选购商品": looked_up(world.listings.title, listing),
        "商品数量": number_cells(sold.lines["quantity"]),
        "商品ID": looked_up(world.listings.platform_product_id, listing),
        "商家编码": looked_up(world.listings.merchant_code, listing),
        "订单状态": worded(standing, STATUS),
        "售后状态": worded(sold.claim, LINE_CLAIM),
        "订单类型": "普通订单",
        **_line_money(sold),
    }
    seconds = int(window.exported_at.astype("datetime64[s]").astype(np.int64))
    name = f"{seconds}_{hashlib.sha256(f'{shop.code}/{seconds}'.encode()).hexdigest()[:32]}.csv"
    return save_columns("douyin_orders", cells, directory / name, shop.code, window)


def _line_money(sold: Sold) -> dict[str, Cells]:
    """A sub-order's money; the order's shipping stands with its first sub-order."""
    lines = sold.lines
    shipping = sold.at_first(sold.orders["shipping_minor"])
    seller, platform = lines["seller_discount_minor"], lines["platform_discount_minor"]
    return {
        "商品单价": money_cells(lines["list_price_minor"]),
        "订单应付金额": money_cells(lines["paid_minor"] + shipping),
        "运费": money_cells(shipping),
        "税费": "0.00",
        "优惠总金额": money_cells(seller + platform),
        "平台优惠": money_cells(platform),
        "商家优惠": money_cells(seller),
        "达人优惠": "0.00",
        "支付优惠": "0.00",
        "平台实际承担优惠金额": money_cells(platform),
        "商家实际承担优惠金额": money_cells(seller),
    }


def _order_cells(world: Any, sold: Sold) -> dict[str, pa.Array]:
    """What is of the order, one cell for each."""
    orders, buyers = sold.orders, world.buyers
    tracking, carrier = sold.tracking
    has_affiliate = orders["affiliate_no"] >= 0
    return {
        "主订单编号": text_cells(orders["platform_order_id"]),
        "支付方式": text_cells(orders["payment_method"]),
        "收件人": masked_names(buyers.full_name[orders["buyer_no"]]),
        "收件人手机号": masked_phones(buyers.phone[orders["buyer_no"]]),
        "省": text_cells(orders["province"]),
        "市": text_cells(orders["city"]),
        "详细地址": masked_names(buyers.street[orders["buyer_no"]]),
        "订单提交时间": instant_cells(orders["created_at"], ZONE),
        "支付完成时间": instant_cells(as_of(orders["paid_at"], sold.instant), ZONE),
        "发货时间": instant_cells(as_of(orders["shipped_at"], sold.instant), ZONE),
        "订单完成时间": instant_cells(as_of(orders["completed_at"], sold.instant), ZONE),
        "达人ID": blank_where(~has_affiliate, number_cells(7_000_000_000 + orders["affiliate_no"])),
        "达人昵称": blank_where(~has_affiliate, joined("达人", number_cells(orders["affiliate_no"]))),
        "取消原因": blank_where(sold.standing != CANCELLED, "不想要了"),
        "快递信息": blank_where(tracking == "", joined(text_cells(tracking), "-", text_cells(carrier))),
    }


def _aftersales(world: Any, shop: Shop, directory: Path, window: Window) -> ExportedFile | None:
    claims = claims_of(world, shop, window)
    rows = claims.rows
    is_waiting = (claims.standing == 2) & (rows["kind"] == "return_refund")
    cells: dict[str, Cells] = {
        "售后单号": text_cells(rows["platform_refund_id"]),
        "订单号": claims.order_id,
        "商品单号": claims.line_id,
        "商品ID": claims.listing("platform_product_id"),
        "商家编码": claims.listing("merchant_code"),
        "商品发货状态": worded(claims.is_shipped, ("未发货", "已发货")),
        "售后类型": claims.words("kind", KINDS),
        "退商品金额（元）": money_cells(rows["amount_minor"]),
        "退运费金额（元）": "0.00",
        "退支付优惠（元）": "0.00",
        "退税费金额（元）": "0.00",
        "售后状态": pc.if_else(pa.array(is_waiting), "待买家退货", worded(claims.standing, CLAIM)),
        "售后申请时间": instant_cells(rows["requested_at"], ZONE),
        "同意售后申请时间": claims.time("approved_at", ZONE),
        "商家退款时间": claims.time("refunded_at", ZONE),
        "售后完结时间": claims.time("refunded_at", ZONE),
        "售后原因": text_cells(rows["reason"]),
    }
    name = f"售后单_{window.stamp(ZONE)}.csv"
    return save_columns("douyin_aftersale", cells, directory / name, shop.code, window)


# money ----------------------------------------------------------------------------------------------------


def _fund(shop: Shop, directory: Path, window: Window, entries: Entries) -> ExportedFile | None:
    """Settlements as wide rows, in the order of booking with everything else."""
    wide, alone = _split(entries)
    parts = [
        _fund_cells(wide.heads, wide.total_minor, wide.cells(FUND_PARTS)),
        _fund_cells(alone, alone.amount_minor, {}),
    ]
    names = list(dict.fromkeys(name for part in parts for name in part))
    order = np.argsort(np.concatenate([wide.heads.rows["entry_no"], alone.rows["entry_no"]]), kind="stable")
    cells: dict[str, Cells] = {
        name: pa.concat_arrays([_column(part.get(name, ""), count) for part, count in _counted(parts)]).take(
            pa.array(order)
        )
        for name in names
    }
    name = f"{window.stamp(ZONE)}_动账明细.csv"
    return save_columns("douyin_fund", cells, directory / name, shop.code, window)


def _split(entries: Entries) -> tuple[Movements, Entries]:
    """Settlements (whatever came with a sale), and the entries that stand alone."""
    numbers = entries.rows["platform_txn_id"].astype(str)
    is_settled = np.isin(numbers, numbers[entries.rows["component"] == "sale"])
    return movements_of(entries.only(is_settled)), entries.only(~is_settled)


def _fund_cells(heads: Entries, minor: np.ndarray, parts: Mapping[str, Cells]) -> dict[str, Cells]:
    return {
        "动账时间": instant_cells(heads.posted_at, ZONE),
        "动帐流水号": text_cells(heads.rows["platform_txn_id"]),
        "动账方向": worded(minor < 0, ("入账", "出账")),
        "动账金额": money_cells(np.abs(minor)),
        "动账账户": "聚合账户",
        "动账场景": heads.words(SCENES) if not parts else _column("货款结算入账", len(heads)),
        "子订单号": heads.line_id,
        "订单号": heads.order_id,
        "售后编号": heads.refund_id,
        "商品ID": heads.listing("platform_product_id"),
        "商品名称": heads.listing("title"),
        **parts,
    }


def _counted(parts: Sequence[Mapping[str, Cells]]) -> list[tuple[Mapping[str, Cells], int]]:
    return [(part, len(part["动账时间"])) for part in parts]


def _column(cells: Cells, count: int) -> pa.Array:
    return pa.array([cells]).take(pa.array(np.zeros(count, np.int64))) if isinstance(cells, str) else cells


def _settlement(shop: Shop, directory: Path, window: Window, entries: Entries) -> ExportedFile | None:
    """What orders brought: their settlements, and refunds after them with what goes back to either side."""
    of_orders = entries.only((entries.rows["order_no"] >= 0) & np.isin(entries.rows["component"], (*INCOME, *EXPENSE)))
    moved = movements_of(of_orders)
    heads = moved.heads
    line_id = pc.if_else(pc.equal(heads.line_id, ""), heads.order_id, heads.line_id)
    is_sale = moved.part_minor("sale", "shipping") != 0
    cells: dict[str, Cells] = {
        "结算时间": instant_cells(heads.posted_at, ZONE),
        "订单号": heads.order_id,
        "子订单号": line_id,
        "结算金额": money_cells(moved.total_minor),
        "结算账户": "聚合账户",
        "结算单类型": worded(is_sale, ("结算后退款-原路退回", "已结算")),
        "商品ID": heads.listing("platform_product_id"),
        "商品数量": number_cells(heads.line_quantity),
        "平台补贴": money_cells(moved.part_minor("platform_subsidy")),
        "政府补贴平台垫资": money_cells(moved.part_minor("government_subsidy")),
        "达人补贴": money_cells(moved.part_minor("creator_subsidy")),
        "用户实付": money_cells(moved.part_minor("sale", "shipping")),
        "收入合计": money_cells(moved.part_minor(*INCOME)),
        "支出合计": money_cells(moved.part_minor(*EXPENSE)),
        **moved.cells(EXPENSE_PARTS),
    }
    name = f"结算账单_{window.stamp(ZONE)}.csv"
    return save_columns("douyin_settlement", cells, directory / name, shop.code, window)
