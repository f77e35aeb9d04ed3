"""What the close makes of the statements: one conformed row for each fact, dated by business date, money as decimals."""

from __future__ import annotations

from zhanggui.canon.columns import (
    account,
    buyer,
    channel,
    code,
    count,
    currency,
    flag,
    ident,
    internal_sku,
    line_key,
    listing,
    money,
    on,
    order,
    quantity,
    rate,
    seller_sku,
    shop,
    text,
)
from zhanggui.canon.tables import Layer, Table, kept

_CREATED = on("created_on", "下单日期", "Business date of the order")
_PAID = on("paid_on", "付款日期", "Business date of payment")
_IS_PAID = flag("is_paid", "是否已付款", "Whether the order was paid")
_IS_CANCELLED = flag("is_cancelled", "是否已取消", "Whether the order was cancelled")
_IS_COUNTED = flag(
    "is_counted",
    "是否计入销售",
    "Whether the order counts as a sale: not brushed, resent, exchanged, reversed, merged or split",
)
_CATEGORY = text("category", "类目", "Category")

_SOURCE = (
    ident("source_file_id", "来源文件编号", "Id of the received file behind the fact"),
    count("source_row", "来源行号", "Line or sheet row of the fact in that file", unit="row"),
)

ORDER_FACTS = kept(
    Layer.DERIVED, "order_facts", "订单事实", "Order facts", "每张订单一行", "one row for each order",
    ["shop_id", "platform_order_id"],
    [
        shop(),
        channel(),
        order(),
        buyer(),
        code("kind", "order_kind", "订单类型", "Kind of order"),
        code("status", "order_status", "订单状态", "State of the order"),
        _IS_COUNTED,
        _IS_PAID,
        _IS_CANCELLED,
        _CREATED,
        _PAID,
        on("shipped_on", "发货日期", "Business date of shipping"),
        on("completed_on", "完成日期", "Business date of completion"),
        currency(),
        money("gmv_amount", "成交总额（下单口径，含未付款与取消）", "Gross merchandise value: goods as ordered, paid or not"),
        money("paid_amount", "实付金额", "What buyers paid, with shipping; null where the order is not paid"),
        money("net_amount", "订单净额（已付为实付，否则为成交额）", "Paid amount of a paid order, else its gross merchandise value"),
        money("shipping_amount", "买家承担的运费", "Shipping charged to the buyer"),
        money("tax_amount", "税额", "Tax"),
        money("seller_discount_amount", "商家承担的优惠", "Discount borne by the seller"),
        money("platform_discount_amount", "平台承担的优惠", "Discount borne by the platform"),
        money("refunded_amount", "已退款金额", "Refunded so far, positive"),
        quantity("quantity", "件数", "Pieces ordered"),
        count("line_count", "明细行数", "Lines of the order", unit="line"),
        code("amount_basis", "amount_basis", "金额来源", "Whether the amounts come from the order or its lines"),
        text("province", "收货省份", "Province or state of delivery"),
        text("country", "收货国家", "Country of delivery"),
        ident("parent_platform_order_id", "主订单号", "Order that this one belongs to or reverses"),
        text("traffic_source", "流量来源", "Where the visit came from"),
        flag("is_first_order", "是否该买家首单", "Whether it is the buyer's first paid order in the shop"),
        flag("is_repeat_order", "是否复购订单", "Whether it is a later paid order of a known buyer"),
        *_SOURCE,
    ],
    "facts",
)  # fmt: skip

LINE_FACTS = kept(
    Layer.DERIVED, "line_facts", "明细事实", "Line facts", "每条有效订单明细一行", "one row for each live order line",
    ["shop_id", "platform_order_id", "line_key"],
    [
        shop(),
        channel(),
        order(),
        line_key(),
        buyer(),
        _CREATED,
        _PAID,
        _IS_COUNTED,
        _IS_PAID,
        _IS_CANCELLED,
        listing(),
        ident("platform_variant_id", "平台规格编号", "The platform's id of the variant"),
        seller_sku(),
        internal_sku(),
        text("title", "商品标题", "Title of the item"),
        text("variant_text", "规格原文", "Variant as the platform words it"),
        _CATEGORY,
        text("province", "收货省份", "Province or state of delivery"),
        text("country", "收货国家", "Country of delivery"),
        currency(),
        quantity("quantity", "件数", "Pieces ordered"),
        money("gross_amount", "优惠前金额", "Amount before discounts"),
        money("net_amount", "净额（分摊后，各行之和等于订单）", "What the order's amount gives this line; the lines sum to the order"),
        money("refunded_amount", "已退款金额", "Refunded so far, positive"),
        money("cost_amount", "货品成本（以本行币种计）", "Cost of the goods in the line's currency; null where no cost is known"),
        money("costed_net_amount", "有成本的净额", "Net amount where the cost is known, else null"),
        code("cost_basis", "cost_basis", "成本依据", "Where the cost comes from"),
        *_SOURCE,
    ],
    "facts",
)  # fmt: skip

REFUND_FACTS = kept(
    Layer.DERIVED, "refund_facts", "退款事实", "Refund facts", "每张售后单一行；无售后单的退款按订单、明细或冲销订单一行", "one row for each claim, and for each order, line or reversal that was refunded without one",
    ["shop_id", "platform_refund_id"],
    [
        shop(),
        channel(),
        ident("platform_refund_id", "平台售后单号", "The platform's number of the claim"),
        order(),
        line_key(),
        buyer(),
        code("kind", "refund_kind", "售后类型", "Kind of claim"),
        code("status", "refund_state", "售后状态", "State of the claim"),
        on("requested_on", "申请日期", "Business date of the request"),
        on("refunded_on", "退款日期", "Business date of the repayment"),
        code("basis", "refund_basis", "退款依据", "Where the refund is stated"),
        flag("is_matched", "是否找到原订单", "Whether the refunded order is known"),
        flag("is_refunded", "是否已退款", "Whether the money was returned"),
        listing(),
        seller_sku(),
        internal_sku(),
        quantity("quantity", "退货数量", "Pieces claimed"),
        money("amount", "退款金额", "Amount, positive"),
        currency(),
        text("reason", "退款原因", "Reason given"),
        *_SOURCE,
    ],
    "facts",
)  # fmt: skip

LEDGER_FACTS = kept(
    Layer.DERIVED, "ledger_facts", "动账事实", "Ledger facts", "每条动账的每个款项一行", "one row for each component of a ledger entry",
    ["account_id", "line_key", "component"],
    [
        account(),
        line_key(),
        code("component", "settlement_component", "款项类别", "What the money is for"),
        shop(),
        channel(),
        on("posted_on", "入账日期", "Business date of booking"),
        code("status", "settlement_status", "结算状态", "Settled, pending or held"),
        flag("is_cash", "是否影响余额", "Whether the balance moves"),
        money("amount", "金额（正为收入）", "Amount, signed: plus is to the seller"),
        currency(),
        order(),
        listing(),
        seller_sku(),
        internal_sku(),
        text("type_raw", "业务类型原文", "Type of entry as the platform words it"),
        *_SOURCE,
    ],
    "facts",
)  # fmt: skip

TRAFFIC_FACTS = kept(
    Layer.DERIVED, "traffic_facts", "流量事实", "Traffic facts", "店铺、日期、商品、来源和终端一行", "one row for each shop, day, product, source and terminal",
    ["shop_id", "stat_on", "platform_listing_id", "source", "terminal"],
    [
        shop(),
        channel(),
        on("stat_on", "统计日期", "Business date"),
        ident("platform_listing_id", "平台商品编号（空串为全店）", "Product page; empty for the whole shop"),
        text("source", "流量来源（空串为全部）", "Source of the visits; empty for all"),
        text("terminal", "终端（空串为全部）", "Terminal; empty for all"),
        text("detail", "细分层级（空串为全店合计）", "Which of listing, source and terminal the row is cut by; empty for the shop's total"),
        count("visitors", "访客数", "Distinct visitors", unit="visitor"),
        count("page_views", "浏览量", "Page views", unit="view"),
        quantity("dwell_seconds_total", "总停留时长（秒）", "Time spent by all visitors together", unit="second"),
        quantity("bounces", "跳出访客数", "Visitors who left after one page", unit="visitor"),
        count("favorite_users", "收藏人数", "Visitors who saved a product", unit="visitor"),
        count("cart_users", "加购人数", "Visitors who put something into the cart", unit="visitor"),
        count("order_buyers", "下单买家数", "Buyers who ordered", unit="buyer"),
        count("paid_buyers", "支付买家数", "Buyers who paid", unit="buyer"),
        quantity("paid_units", "支付件数", "Pieces paid for"),
        money("order_amount", "下单金额", "Amount ordered"),
        money("paid_amount", "支付金额", "Amount paid"),
        currency(),
        *_SOURCE,
    ],
    "facts",
)  # fmt: skip

AD_FACTS = kept(
    Layer.DERIVED, "ad_facts", "广告事实", "Ad facts", "每条投放一行", "one row for each line of an ad report",
    ["shop_id", "stat_on", "ad_platform", "line_key"],
    [
        shop(),
        channel(),
        on("stat_on", "投放日期", "Business date"),
        text("ad_platform", "广告平台", "Advertising platform"),
        line_key(),
        text("campaign_name", "推广计划", "Campaign"),
        text("ad_group_name", "推广单元", "Ad group"),
        text("entity_name", "推广主体", "Name of what is advertised"),
        text("targeting", "定向", "Keyword or audience aimed at"),
        text("search_term", "搜索词", "What the buyer searched for"),
        text("detail", "细分层级", "How fine the report is: campaign, entity, targeting or term"),
        flag("is_primary", "是否计入合计", "Whether the row is of the coarsest report of its day, so that spend is counted once"),
        listing(),
        count("impressions", "展现量", "Impressions", unit="impression"),
        count("clicks", "点击量", "Clicks", unit="click"),
        money("spend", "花费", "What the ads cost, positive"),
        quantity("attributed_orders", "归因订单数", "Orders credited to the ads", unit="order"),
        quantity("attributed_units", "归因件数", "Pieces credited to the ads"),
        money("attributed_sales", "归因成交额", "Sales credited to the ads"),
        quantity("add_to_cart", "归因加购数", "Additions to the cart credited to the ads", unit="addition"),
        currency(),
        *_SOURCE,
    ],
    "facts",
)  # fmt: skip

STOCK_FACTS = kept(
    Layer.DERIVED, "stock_facts", "库存事实", "Stock facts", "每仓每货品每日一行", "one row for each warehouse, SKU and day of statement",
    ["warehouse_id", "seller_sku_code", "as_of_on"],
    [
        ident("warehouse_id", "仓库", "Warehouse"),
        seller_sku(),
        on("as_of_on", "库存日期", "Day of the statement"),
        internal_sku(),
        shop(),
        channel(),
        quantity("on_hand", "实物库存", "On hand"),
        quantity("available", "可售库存", "Available to sell"),
        quantity("incoming", "在途", "Incoming"),
        money("unit_cost", "单位成本", "Cost of one piece", unit="currency/piece"),
        money("stock_value", "库存金额", "On hand × unit cost; null where no cost is known"),
        currency(),
        flag("is_latest", "是否最新一次盘点", "Whether it is the latest statement of this warehouse and SKU"),
        *_SOURCE,
    ],
    "facts",
)  # fmt: skip

PARCEL_FACTS = kept(
    Layer.DERIVED, "parcel_facts", "包裹费用事实", "Parcel facts", "快递账单中的每个运单一行", "one row for each tracking number on carriers' bills",
    ["carrier_name", "tracking_number", "currency"],
    [
        text("carrier_name", "物流公司", "Carrier"),
        ident("tracking_number", "运单号（账单未写时为行键）", "Tracking number; the line key where the bill has none"),
        currency(),
        shop(),
        channel(),
        order(),
        on("billed_on", "计费日期", "First day billed"),
        money("amount", "应付金额", "What the seller owes the carrier, positive"),
        text("province", "目的省份", "Province or state of destination"),
        *_SOURCE,
    ],
    "facts",
)  # fmt: skip

REVIEW_FACTS = kept(
    Layer.DERIVED, "review_facts", "评价事实", "Review facts", "每条评价一行", "one row for each review", ["shop_id", "review_key"],
    [
        shop(),
        channel(),
        ident("review_key", "评价键", "Review"),
        on("created_on", "评价日期", "Business date of the review"),
        order(),
        listing(),
        quantity("rating", "评分（1 至 5）", "Rating from 1 to 5", unit="star"),
        count("rated_count", "有评分为 1", "One where a rating was given, else zero", unit="review"),
        *_SOURCE,
    ],
    "facts",
)  # fmt: skip

MESSAGE_FACTS = kept(
    Layer.DERIVED, "message_facts", "客服会话事实", "Conversation facts", "每个客服会话一行", "one row for each conversation", ["shop_id", "conversation_id"],
    [
        shop(),
        channel(),
        ident("conversation_id", "会话编号", "Conversation"),
        on("started_on", "开始日期", "Business date of its start"),
        text("topic", "主题", "Topic"),
        count("first_response_seconds", "首次响应时长（秒）", "Seconds to the first answer", unit="second"),
        flag("is_answered", "是否有首次响应时长", "Whether the time to the first answer is known"),
        flag("is_replied_in_24h", "是否 24 小时内回复", "Whether it was answered within 24 hours; null where unknown"),
        *_SOURCE,
    ],
    "facts",
)  # fmt: skip

FX_DAILY = kept(
    Layer.DERIVED, "fx_daily", "每日汇率", "Daily exchange rates", "每日每对币种一行，无间断", "one row for each day and pair of currencies, without gaps",
    ["rate_on", "base", "quote"],
    [
        on("rate_on", "日期", "Date"),
        code("base", "currency", "基准币种（ISO 4217）", "Currency that is priced (ISO 4217)"),
        code("quote", "currency", "计价币种（ISO 4217）", "Currency in which it is priced (ISO 4217)"),
        rate("rate", "一单位基准币种等于多少计价币种", "Units of quote for one unit of base", unit="quote/base"),
        on("stated_on", "汇率实际公布日", "Day on which the rate was stated; earlier than the date over holidays"),
        text("source", "汇率来源", "Who states the rate"),
    ],
    "facts",
)  # fmt: skip

CALENDAR = kept(
    Layer.DERIVED, "calendar", "日历", "Calendar", "每天一行", "one row for each day", ["day_on"],
    [
        on("day_on", "日期", "The day"),
        on("week_from_on", "所在周的周一", "Monday of its ISO week"),
        on("month_from_on", "所在月首日", "First day of its month"),
        on("quarter_from_on", "所在季首日", "First day of its quarter"),
        on("year_from_on", "所在年首日", "First day of its year"),
    ],
    "facts",
)  # fmt: skip


ECB_RATES = kept(
    Layer.RECORD, "ecb_rates", "欧洲央行汇率", "ECB reference rates", "每个公布日每种币种一行", "one row for each day of publication and currency",
    ["rate_on", "base", "quote"],
    [
        on("rate_on", "公布日期", "Day of publication"),
        code("base", "currency", "基准币种（恒为 EUR）", "Currency that is priced, always EUR"),
        code("quote", "currency", "计价币种（ISO 4217）", "Currency in which it is priced (ISO 4217)"),
        rate("rate", "一欧元等于多少计价币种", "Units of quote for one euro", unit="quote/base"),
        text("source", "汇率来源", "Who states the rate"),
    ],
    "facts",
)  # fmt: skip

TABLES: tuple[Table, ...] = (
    ORDER_FACTS,
    LINE_FACTS,
    REFUND_FACTS,
    LEDGER_FACTS,
    TRAFFIC_FACTS,
    AD_FACTS,
    STOCK_FACTS,
    PARCEL_FACTS,
    REVIEW_FACTS,
    MESSAGE_FACTS,
    FX_DAILY,
    CALENDAR,
    ECB_RATES,
)
