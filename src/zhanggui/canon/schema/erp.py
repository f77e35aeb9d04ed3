"""What the seller's ERP says of the same orders: kept apart from the platforms' own statements, to be compared with them."""

from __future__ import annotations

from zhanggui.canon.columns import (
    buyer,
    code,
    currency,
    ident,
    instant,
    line_key,
    moment,
    money,
    order,
    quantity,
    seller_sku,
    text,
)
from zhanggui.canon.tables import Column, Table, stated


def _keys() -> tuple[Column, Column]:
    return (
        code("erp", "channel", "ERP 系统", "The ERP"),
        ident("erp_order_id", "ERP 内部订单号", "The ERP's number of the order"),
    )


ERP_ORDERS = stated(
    "erp_orders", "ERP 订单", "ERP orders", "ERP 的每张订单一行", "one row for each order of an ERP", ["erp", "erp_order_id"],
    [
        *_keys(),
        text("shop_name", "店铺名称", "Name of the shop in the ERP"),
        order(),
        ident("original_platform_order_id", "原始单号", "Platform order before the ERP merged or split it"),
        code("status", "order_status", "订单状态", "State of the order"),
        text("status_raw", "ERP 订单状态原文", "State as the ERP words it"),
        text("kind_raw", "ERP 订单类型原文", "Kind as the ERP words it"),
        *moment("created", "下单", "the order was placed"),
        *moment("paid", "付款", "the order was paid"),
        instant("shipped_at", "发货时间", "When the order was shipped (UTC)"),
        text("warehouse_name", "发货仓库", "Warehouse that ships"),
        buyer(),
        money("paid_amount", "实付金额", "What the buyer paid"),
        money("shipping_amount", "运费", "Shipping charged to the buyer"),
        money("discount_amount", "优惠金额", "All discounts together"),
        money("total_amount", "应收金额", "Total of the order"),
        currency(),
        text("carrier_name", "物流公司", "Carrier"),
        ident("tracking_number", "运单号", "Tracking number"),
    ],
    "erp",
)  # fmt: skip

ERP_ORDER_LINES = stated(
    "erp_order_lines", "ERP 订单明细", "ERP order lines", "ERP 订单的每一行货品一行", "one row for each line of an ERP order",
    ["erp", "erp_order_id", "line_key"],
    [
        *_keys(),
        line_key(),
        order(),
        ident("platform_line_id", "平台子订单号", "The platform's id of the line"),
        seller_sku(),
        ident("style_code", "款号", "Code of the style"),
        text("title", "货品名称", "Name of the item"),
        text("variant_text", "规格原文", "Variant as the ERP words it"),
        quantity("quantity", "数量", "Pieces ordered"),
        quantity("quantity_shipped", "已发数量", "Pieces shipped"),
        money("list_price", "标价（每件）", "List price of one piece", unit="currency/piece"),
        money("unit_price", "单价（每件）", "Price of one piece", unit="currency/piece"),
        money("total_amount", "行总额", "Total of the line"),
        money("paid_amount", "分摊实付", "What the buyer paid for the line"),
        money("shipping_amount", "分摊运费", "Shipping on the line"),
        money("discount_amount", "优惠金额", "Discounts on the line"),
        money("cost_amount", "货品成本", "Cost of the line's goods"),
        money("unit_cost", "单位成本", "Cost of one piece", unit="currency/piece"),
        currency(),
        ident("bundle_code", "组合装编码", "Code of the bundle"),
        text("gift_raw", "赠品标记原文", "Mark of a gift as the ERP words it"),
        text("refund_state_raw", "退款状态原文", "State of the claim as the ERP words it"),
    ],
    "erp",
)  # fmt: skip

TABLES: tuple[Table, ...] = (ERP_ORDERS, ERP_ORDER_LINES)
