"""Where goods come from: suppliers, what they offer, and what was bought."""

from __future__ import annotations

from zhanggui.canon.columns import code, currency, ident, instant, line_key, moment, money, quantity, seller_sku, text
from zhanggui.canon.tables import Column, Table, stated


def _supplier() -> Column:
    return ident("supplier_id", "供应商：“采购平台/会员或公司名”", 'Supplier: "<platform>/<member or company>"')


def _platform() -> Column:
    return code("platform", "channel", "采购平台", "Platform of the purchase")


def _purchase() -> Column:
    return ident("platform_order_id", "采购单号", "Number of the purchase order")


SUPPLIERS = stated(
    "suppliers", "供应商", "Suppliers", "每个供应商一行", "one row for each supplier", ["supplier_id"],
    [
        _supplier(),
        text("name", "供应商名称", "Name of the supplier"),
        _platform(),
        ident("platform_member_id", "平台会员名", "The supplier's id on the platform"),
    ],
    "purchasing",
)  # fmt: skip

SUPPLIER_ITEMS = stated(
    "supplier_items", "供应商货品", "Supplier items", "供应商的每个货品一行", "one row for each item of a supplier",
    ["supplier_id", "item_key"],
    [
        _supplier(),
        ident("item_key", "货品键：规格编号、货号或标题", "Item: its SKU id, else item code, else title"),
        ident("platform_offer_id", "平台货源编号", "The platform's id of the offer"),
        ident("platform_sku_id", "平台货源规格编号", "The platform's id of the offer's variant"),
        ident("item_code", "货号", "The supplier's code of the product"),
        ident("sku_code", "单品货号", "The supplier's code of the variant"),
        seller_sku(),
        text("title", "货品标题", "Title of the item"),
        quantity("moq", "起订量", "Minimum order quantity"),
        money("unit_price", "单价", "Price of one piece", unit="currency/piece"),
        currency(),
    ],
    "purchasing",
)  # fmt: skip

PURCHASE_ORDERS = stated(
    "purchase_orders", "采购单", "Purchase orders", "每张采购单一行", "one row for each purchase order",
    ["platform", "platform_order_id"],
    [
        _platform(),
        _purchase(),
        _supplier(),
        code("status", "purchase_status", "采购状态", "State of the purchase"),
        text("status_raw", "采购状态原文", "State as the platform words it"),
        *moment("created", "下单", "the purchase was placed"),
        *moment("paid", "付款", "the purchase was paid"),
        instant("shipped_at", "发货时间", "When the supplier shipped (UTC)"),
        instant("received_at", "收货时间", "When the goods arrived (UTC)"),
        money("goods_amount", "货品总价", "Goods before shipping"),
        money("shipping_amount", "运费", "Shipping charged by the supplier"),
        money("adjustment_amount", "涨价或折扣", "Change agreed afterwards, signed: minus is a discount"),
        money("paid_amount", "实付款", "What the seller paid"),
        currency(),
        text("note", "备注", "Note"),
    ],
    "purchasing",
)  # fmt: skip

PURCHASE_ORDER_LINES = stated(
    "purchase_order_lines", "采购明细", "Purchase order lines", "采购单的每一行货品一行", "one row for each line of a purchase order",
    ["platform", "platform_order_id", "line_key"],
    [
        _platform(),
        _purchase(),
        line_key(),
        _supplier(),
        ident("platform_offer_id", "平台货源编号", "The platform's id of the offer"),
        ident("platform_sku_id", "平台货源规格编号", "The platform's id of the offer's variant"),
        ident("item_code", "货号", "The supplier's code of the product"),
        seller_sku(),
        text("title", "货品标题", "Title of the item"),
        quantity("quantity", "数量", "Units bought, in the supplier's unit of measure", unit="uom"),
        text("uom_raw", "单位原文", "Unit of measure as the source words it"),
        money("unit_price", "单价", "Price of one unit", unit="currency/uom"),
        money("amount", "金额", "Amount of the line"),
        currency(),
        quantity("quantity_received", "已收数量", "Units received", unit="uom"),
    ],
    "purchasing",
)  # fmt: skip

TABLES: tuple[Table, ...] = (SUPPLIERS, SUPPLIER_ITEMS, PURCHASE_ORDERS, PURCHASE_ORDER_LINES)
