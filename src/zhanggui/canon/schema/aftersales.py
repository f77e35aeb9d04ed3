"""What went back: claims after the sale, from request to refund."""

from __future__ import annotations

from zhanggui.canon.columns import (
    code,
    currency,
    flag,
    ident,
    instant,
    listing,
    moment,
    money,
    order,
    quantity,
    seller_sku,
    shop,
    text,
)
from zhanggui.canon.tables import Table, stated

REFUNDS = stated(
    "refunds", "退款与售后", "Refunds", "每张售后单一行", "one row for each after-sale claim of a shop",
    ["shop_id", "platform_refund_id"],
    [
        shop(),
        ident("platform_refund_id", "平台售后单号", "The platform's number of the claim"),
        order(),
        ident("platform_line_id", "平台子订单号", "The platform's id of the line claimed"),
        ident("line_key_hint", "所退明细的行键线索", "Line key of the line claimed, where the source lets it be made"),
        listing(),
        seller_sku(),
        code("kind", "refund_kind", "售后类型", "Kind of claim"),
        text("kind_raw", "平台售后类型原文", "Kind as the platform words it"),
        code("status", "refund_state", "售后状态", "State of the claim"),
        text("status_raw", "平台售后状态原文", "State as the platform words it"),
        text("scope_raw", "退款范围原文", "Whole or partial refund, as the platform words it"),
        *moment("requested", "申请", "the buyer asked for the refund"),
        instant("approved_at", "同意时间", "When the claim was approved (UTC)"),
        *moment("refunded", "退款", "the money was returned"),
        *moment("completed", "完结", "the claim was closed"),
        instant("buyer_received_at", "买家收到退款时间", "When the money reached the buyer (UTC)"),
        quantity("quantity", "退货数量", "Pieces claimed"),
        money("amount", "退款金额", "Amount refunded or asked for, positive"),
        money("amount_to_buyer", "退给买家的金额", "Part that goes to the buyer"),
        money("amount_to_platform", "退给平台的金额", "Part that goes to the platform (its subsidy)"),
        money("goods_amount", "退货品金额", "Part for the goods"),
        money("shipping_amount", "退运费金额", "Part for shipping"),
        currency(),
        text("reason", "退款原因", "Reason given"),
        text("note", "售后备注", "Note on the claim"),
        text("goods_state_raw", "货物状态原文", "Whether the goods were received, as the platform words it"),
        flag("requires_return", "是否需要退货", "Whether the goods must come back"),
        text("return_carrier", "退货物流公司", "Carrier of the return"),
        ident("return_tracking", "退货运单号", "Tracking number of the return"),
        ident("merchant_refund_no", "商户退款单号", "Number the seller's side gave the refund"),
        ident("platform_payment_id", "支付交易号", "Payment that is refunded"),
    ],
    "orders",
)  # fmt: skip

TABLES: tuple[Table, ...] = (REFUNDS,)
