"""What buyers ordered: orders, their lines, and invoices asked for."""

from __future__ import annotations

from zhanggui.canon.columns import (
    buyer,
    code,
    count,
    currency,
    flag,
    ident,
    instant,
    line_key,
    listing,
    moment,
    money,
    order,
    pseudonym,
    quantity,
    seller_sku,
    shop,
    text,
)
from zhanggui.canon.tables import Column, Table, stated

_STATE: tuple[Column, ...] = (
    code("kind", "order_kind", "订单类型", "Kind of order"),
    text("kind_raw", "平台订单类型原文", "Kind of order as the platform words it"),
    code("status", "order_status", "订单状态", "State of the order"),
    text("status_raw", "平台订单状态原文", "State as the platform words it"),
    text("substatus_raw", "平台订单子状态原文", "Finer state as the platform words it"),
    text("financial_status", "支付状态原文（独立站）", "State of payment as a shop system words it"),
    text("fulfillment_status", "发货状态原文（独立站）", "State of shipping as a shop system words it"),
    code("refund_state", "refund_state", "退款状态", "State of the after-sale claim"),
    text("refund_state_raw", "平台退款状态原文", "State of the claim as the platform words it"),
)

_TIMES: tuple[Column, ...] = (
    *moment("created", "下单", "the order was placed"),
    *moment("paid", "付款", "the order was paid"),
    instant("ship_by_at", "最晚发货时间", "Latest time to ship (UTC)"),
    *moment("shipped", "发货", "the order was shipped"),
    *moment("completed", "交易成功", "the order was completed"),
    instant("cancelled_at", "取消时间", "When the order was cancelled (UTC)"),
    instant("settled_at", "结算时间", "When the platform settled the order (UTC)"),
    instant("confirmed_at", "确认收货时间", "When the buyer confirmed receipt (UTC)"),
    instant("updated_at", "平台更新时间", "When the platform last changed the order (UTC)"),
)

_AMOUNTS: tuple[Column, ...] = (
    currency(),
    money("goods_amount", "货品金额（不含运费）", "Goods before shipping, as the platform counts them"),
    money("shipping_amount", "买家承担的运费", "Shipping charged to the buyer"),
    money("tax_amount", "税额", "Tax within the order"),
    money("discount_amount", "优惠合计", "All discounts together"),
    money("seller_discount_amount", "商家承担的优惠", "Discount borne by the seller"),
    money("platform_discount_amount", "平台承担的优惠", "Discount borne by the platform"),
    money("creator_discount_amount", "达人承担的优惠", "Discount borne by a creator"),
    money("payment_discount_amount", "支付渠道优惠", "Discount borne by a payment provider"),
    money("total_amount", "订单总额（优惠后，含运费）", "Total of the order after discounts, with shipping"),
    money("payable_amount", "买家应付金额", "What the buyer owes"),
    money("paid_amount", "买家实付金额", "What the buyer paid"),
    money("seller_receivable_amount", "商家应收金额", "What the seller should receive for the order"),
    flag("is_seller_receivable_estimated", "商家应收是否为预估", "Whether the receivable is the platform's estimate"),
    money("refunded_amount", "已退款金额", "What was refunded so far, positive"),
    money("payout_amount", "打款给商家的金额", "What was paid out to the seller for the order"),
    money("settle_amount", "结算金额", "What the platform settled for the order"),
    money("compensation_amount", "赔付金额", "Compensation paid to the buyer"),
    money("outstanding_amount", "未付余额", "What is still to be paid"),
    money("platform_fee_amount", "平台服务费", "The platform's fee on the order, positive"),
    money("affiliate_fee_amount", "推广佣金", "Commission of an affiliate, positive"),
)

_REST: tuple[Column, ...] = (
    buyer(),
    quantity("item_quantity", "商品件数", "Pieces ordered"),
    count("distinct_item_count", "商品种类数", "Different items ordered", unit="item"),
    text("item_titles", "商品标题汇总", "Titles of the items, as an order-level export lists them"),
    text("fulfillment_channel", "履约方式", "Who ships: the seller, the platform, a third party"),
    text("warehouse_name", "发货仓库", "Warehouse that ships"),
    text("traffic_source", "流量来源", "Where the visit that led to the order came from"),
    ident("affiliate_id", "推广者编号", "The platform's id of the affiliate"),
    text("affiliate_name", "推广者名称", "Name of the affiliate"),
    text("coupon_text", "优惠信息原文", "Coupons and promotions as the platform words them"),
    text("country", "收货国家（ISO 3166-1）", "Country of delivery (ISO 3166-1 alpha-2)"),
    text("province", "收货省份", "Province or state of delivery"),
    text("city", "收货城市", "City of delivery"),
    text("buyer_note", "买家留言", "The buyer's note"),
    text("seller_note", "商家备注", "The seller's note"),
    text("cancel_reason", "取消原因", "Why the order was cancelled"),
    text("tags", "标签", "Labels given in the shop system"),
    text("risk_level", "风险等级", "Risk of fraud as the shop system rates it"),
    flag("is_b2b", "是否企业采购", "Whether a business bought"),
    text("payment_method", "支付方式", "How the buyer paid"),
)

ORDERS = stated(
    "orders", "订单", "Orders", "每个店铺的每张订单一行", "one row for each order of a shop",
    ["shop_id", "platform_order_id"],
    [
        shop(),
        order(),
        ident("parent_platform_order_id", "主订单号", "Number of the order this one belongs to"),
        ident("merchant_order_no", "商户订单号", "Number the seller's side gave the order for payment"),
        ident("order_number", "订单显示编号", "Number shown to the buyer, such as #1001"),
        *_STATE,
        *_TIMES,
        *_AMOUNTS,
        *_REST,
    ],
    "orders",
)  # fmt: skip

_LINE_IDENTITY: tuple[Column, ...] = (
    ident("platform_line_id", "平台子订单号", "The platform's id of the line"),
    count(
        "identity_rank",
        "标识等级：2 为平台行号，1 为订单加序号",
        "How the line is known: 2 by the platform's id, 1 by order and occurrence",
        unit="rank",
    ),
    listing(),
    ident("platform_variant_id", "平台规格编号", "The platform's id of the variant"),
    seller_sku(),
    ident("seller_code", "商家货号（商品级）", "The seller's code of the whole product"),
    ident("gtin", "商品条码（GTIN）", "Global trade item number"),
    text("title", "商品标题", "Title of the item"),
    text("variant_text", "规格原文", "Variant as the platform words it"),
    text("bundle_text", "套装信息原文", "Bundle as the platform words it"),
    ident("bundle_code", "套装编码", "The seller's code of the bundle"),
    quantity("quantity", "数量", "Pieces ordered"),
    quantity("quantity_shipped", "已发数量", "Pieces shipped"),
    quantity("quantity_returned", "已退数量", "Pieces returned"),
)

_LINE_AMOUNTS: tuple[Column, ...] = (
    money("list_price", "标价（每件）", "List price of one piece", unit="currency/piece"),
    money("unit_price", "成交单价（每件）", "Price of one piece as sold", unit="currency/piece"),
    money("gross_amount", "优惠前金额", "Amount of the line before discounts"),
    money("discount_amount", "优惠合计", "All discounts on the line"),
    money("seller_discount_amount", "商家承担的优惠", "Discount borne by the seller"),
    money("platform_discount_amount", "平台承担的优惠", "Discount borne by the platform"),
    money("creator_discount_amount", "达人承担的优惠", "Discount borne by a creator"),
    money("payment_discount_amount", "支付渠道优惠", "Discount borne by a payment provider"),
    money("platform_borne_amount", "平台实际承担金额", "What the platform bears of the line's discounts in the end"),
    money("seller_borne_amount", "商家实际承担金额", "What the seller bears of the line's discounts in the end"),
    money("shipping_amount", "分摊运费", "Shipping on the line"),
    money("shipping_tax_amount", "运费税额", "Tax on the line's shipping"),
    money("shipping_discount_amount", "运费优惠", "Discount on the line's shipping"),
    money("gift_wrap_amount", "礼品包装费", "Gift wrapping charged"),
    money("tax_amount", "税额", "Tax on the line"),
    money("total_amount", "行总额", "Total of the line after discounts"),
    money("paid_amount", "实付金额", "What the buyer paid for the line"),
    money("seller_receivable_amount", "商家应收金额", "What the seller should receive for the line"),
    money("refunded_amount", "已退款金额", "What was refunded on the line, positive"),
    currency(),
)

ORDER_LINES = stated(
    "order_lines", "订单明细", "Order lines", "订单中的每一行商品一行", "one row for each line of an order",
    ["shop_id", "platform_order_id", "line_key"],
    [
        shop(),
        order(),
        line_key(),
        *_LINE_IDENTITY,
        *_LINE_AMOUNTS,
        flag("is_gift", "是否赠品", "Whether the line is a free gift"),
        code("status", "order_status", "行状态", "State of the line"),
        text("status_raw", "平台行状态原文", "State as the platform words it"),
        code("refund_state", "refund_state", "退款状态", "State of the after-sale claim"),
        text("refund_state_raw", "平台退款状态原文", "State of the claim as the platform words it"),
        instant("shipped_at", "发货时间", "When the line was shipped (UTC)"),
        text("seller_note", "商家备注", "The seller's note"),
        flag("is_superseded", "是否已被标识更好的来源取代（由仓库设置）", "Whether a better-identified source states this order's lines; set by the warehouse"),
    ],
    "orders",
)  # fmt: skip

INVOICES = stated(
    "invoices", "发票", "Invoices", "每张订单的开票信息一行", "one row for each order with an invoice",
    ["shop_id", "platform_order_id"],
    [shop(), order(), pseudonym("title_hash", "发票抬头假名", "Keyed hash of the invoice's addressee")],
    "orders",
)  # fmt: skip

TABLES: tuple[Table, ...] = (ORDERS, ORDER_LINES, INVOICES)
