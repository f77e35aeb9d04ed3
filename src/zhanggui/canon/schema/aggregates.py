"""What the close sums up by business date, so that the usual questions need not read every fact again."""

from __future__ import annotations

from zhanggui.canon.columns import channel, code, count, currency, flag, money, on, quantity, shop, text
from zhanggui.canon.tables import Column, Layer, Table, kept


def _daily_key() -> tuple[Column, ...]:
    return (
        on("stat_on", "业务日期（未知时为空）", "Business date; null for what has no known date"),
        channel(),
        shop(),
        currency(),
    )


_DAILY = ("stat_on", "channel", "shop_id", "currency")

DAILY_SALES = kept(
    Layer.AGGREGATE, "daily_sales", "每日销售", "Daily sales", "业务日期 × 渠道 × 店铺 × 币种", "business date × channel × shop × currency", _DAILY,
    [
        *_daily_key(),
        count("orders", "下单订单数（按下单日）", "Orders placed, by date of order", unit="order"),
        money("gmv_amount", "成交总额（按下单日）", "Gross merchandise value, by date of order"),
        count("cancelled_orders", "取消订单数（按下单日）", "Orders cancelled, by date of order", unit="order"),
        count("paid_orders", "付款订单数（按付款日）", "Orders paid, by date of payment", unit="order"),
        count("first_orders", "首单数（按付款日）", "First orders of buyers, by date of payment", unit="order"),
        money("paid_amount", "实付金额（按付款日）", "Paid, by date of payment"),
        money("paid_shipping_amount", "运费（按付款日）", "Shipping charged, by date of payment"),
        money("seller_discount_amount", "商家优惠（按付款日）", "Discount borne by the seller, by date of payment"),
        money("platform_discount_amount", "平台优惠（按付款日）", "Discount borne by the platform, by date of payment"),
        quantity("ordered_units", "下单件数（按下单日）", "Pieces ordered, by date of order"),
        quantity("paid_units", "付款件数（按付款日）", "Pieces paid for, by date of payment"),
        money("product_net_amount", "商品净额（按付款日）", "Net amount of lines paid for, by date of payment"),
        money("cost_amount", "货品成本（按付款日）", "Cost of goods paid for, by date of payment; null where none is known"),
        money("costed_net_amount", "有成本明细的净额（按付款日）", "Net amount of lines whose cost is known, by date of payment"),
        count("refund_requests", "售后申请数（按申请日）", "Claims, by date of request", unit="claim"),
        money("refund_requested_amount", "申请退款金额（按申请日）", "Claimed, by date of request"),
        count("refunds", "退款笔数（按退款日）", "Refunds, by date of repayment", unit="claim"),
        money("refunded_amount", "退款金额（按退款日）", "Refunded, by date of repayment"),
    ],
    "facts",
)  # fmt: skip

DAILY_CATEGORIES = kept(
    Layer.AGGREGATE, "daily_categories", "每日类目销售", "Daily sales by category", "业务日期 × 渠道 × 店铺 × 币种 × 类目", "business date × channel × shop × currency × category",
    [*_DAILY, "category"],
    [
        *_daily_key(),
        text("category", "类目", "Category; null where no report states one"),
        quantity("ordered_units", "下单件数（按下单日）", "Pieces ordered, by date of order"),
        quantity("paid_units", "付款件数（按付款日）", "Pieces paid for, by date of payment"),
        money("product_net_amount", "商品净额（按付款日）", "Net amount of lines paid for, by date of payment"),
        money("cost_amount", "货品成本（按付款日）", "Cost of goods paid for, by date of payment; null where none is known"),
        money("costed_net_amount", "有成本明细的净额（按付款日）", "Net amount of lines whose cost is known, by date of payment"),
    ],
    "facts",
)  # fmt: skip

DAILY_LEDGER = kept(
    Layer.AGGREGATE, "daily_ledger", "每日动账", "Daily ledger", "业务日期 × 渠道 × 店铺 × 币种 × 款项 × 状态", "business date × channel × shop × currency × component × state",
    [*_DAILY, "component", "status", "is_cash"],
    [
        *_daily_key(),
        code("component", "settlement_component", "款项类别", "What the money is for"),
        code("status", "settlement_status", "结算状态", "Settled, pending or held"),
        flag("is_cash", "是否影响余额", "Whether the balance moves"),
        money("amount", "金额（正为收入）", "Amount, signed: plus is to the seller"),
        count("entry_count", "笔数", "Entries", unit="entry"),
    ],
    "facts",
)  # fmt: skip

DAILY_TRAFFIC = kept(
    Layer.AGGREGATE, "daily_traffic", "每日流量", "Daily traffic", "业务日期 × 渠道 × 店铺 × 币种", "business date × channel × shop × currency", _DAILY,
    [
        *_daily_key(),
        count("visitors", "访客数（逐日相加）", "Visitors, each counted once a day", unit="visitor"),
        count("page_views", "浏览量", "Page views", unit="view"),
        quantity("dwell_seconds_total", "总停留时长（秒）", "Time spent by all visitors together", unit="second"),
        quantity("bounces", "跳出访客数", "Visitors who left after one page", unit="visitor"),
        count("favorite_users", "收藏人数", "Visitors who saved a product", unit="visitor"),
        count("cart_users", "加购人数", "Visitors who put something into the cart", unit="visitor"),
        count("order_buyers", "下单买家数", "Buyers who ordered", unit="buyer"),
        count("paid_buyers", "支付买家数", "Buyers who paid", unit="buyer"),
    ],
    "facts",
)  # fmt: skip

DAILY_ADS = kept(
    Layer.AGGREGATE, "daily_ads", "每日广告", "Daily advertising", "业务日期 × 渠道 × 店铺 × 币种 × 广告平台", "business date × channel × shop × currency × ad platform",
    [*_DAILY, "ad_platform"],
    [
        *_daily_key(),
        text("ad_platform", "广告平台", "Advertising platform"),
        count("impressions", "展现量", "Impressions", unit="impression"),
        count("clicks", "点击量", "Clicks", unit="click"),
        money("spend", "花费", "What the ads cost, positive"),
        quantity("attributed_orders", "归因订单数", "Orders credited to the ads", unit="order"),
        quantity("attributed_units", "归因件数", "Pieces credited to the ads"),
        money("attributed_sales", "归因成交额", "Sales credited to the ads"),
    ],
    "facts",
)  # fmt: skip

TABLES: tuple[Table, ...] = (DAILY_SALES, DAILY_CATEGORIES, DAILY_LEDGER, DAILY_TRAFFIC, DAILY_ADS)
