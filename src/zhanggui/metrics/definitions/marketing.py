"""Who came, and what advertising brought. Platforms' own figures, as their reports state them."""

from __future__ import annotations

from functools import partial

from zhanggui.canon.metrics import Metric
from zhanggui.metrics.definitions.declaring import metric

_marketing = partial(metric, "marketing")

_ONCE_ZH = "同一花费在多张报表中出现时，只取当日最粗的一张"
_ONCE_EN = "spend that several reports show is taken from the coarsest of its day"

METRICS: tuple[Metric, ...] = (
    _marketing(
        "visitors", "visitor", "traffic_visitors",
        ("访客数", "平台统计的每日访客数之和（同一人跨日重复计），取全店合计行；按商品、来源或终端拆分时取相应的行。"),
        ("Visitors", "Daily visitors as the platform counts them, added over days (a person counts once a day), from the shop's total; cut by listing, source or terminal, from those rows."),
    ),
    _marketing(
        "page_views", "view", "traffic_page_views",
        ("浏览量", "平台统计的页面浏览次数。"),
        ("Page views", "Page views as the platform counts them."),
    ),
    _marketing(
        "views_per_visitor", "view/visitor", "traffic_page_views / traffic_visitors",
        ("人均浏览量", "浏览量 ÷ 访客数。"),
        ("Views per visitor", "Page views ÷ visitors."),
    ),
    _marketing(
        "bounce_rate", "share", "traffic_bounces / traffic_visitors",
        ("跳失率", "只看一页即离开的访客数 ÷ 访客数。"),
        ("Bounce rate", "Visitors who left after one page ÷ visitors."),
    ),
    _marketing(
        "conversion_rate", "share", "traffic_paid_buyers / traffic_visitors",
        ("支付转化率", "平台统计的支付买家数 ÷ 访客数，按所问的期间重新相除。"),
        ("Conversion rate", "Paying buyers ÷ visitors, both as the platform counts them, divided anew for the period asked."),
    ),
    _marketing(
        "order_conversion_rate", "share", "traffic_order_buyers / traffic_visitors",
        ("下单转化率", "平台统计的下单买家数 ÷ 访客数。"),
        ("Order conversion rate", "Buyers who ordered ÷ visitors, as the platform counts them."),
    ),
    _marketing(
        "cart_rate", "share", "traffic_cart_users / traffic_visitors",
        ("加购率", "加购人数 ÷ 访客数。"),
        ("Cart rate", "Visitors who put something into the cart ÷ visitors."),
    ),
    _marketing(
        "favorite_rate", "share", "traffic_favorite_users / traffic_visitors",
        ("收藏率", "收藏人数 ÷ 访客数。"),
        ("Save rate", "Visitors who saved a product ÷ visitors."),
    ),
    _marketing(
        "ad_spend", "currency", "ad_spend",
        ("广告花费", f"广告报表的花费，按投放日；{_ONCE_ZH}。"),
        ("Advertising spend", f"Spend in advertising reports, by day of the ads; {_ONCE_EN}."),
    ),
    _marketing(
        "ad_sales", "currency", "ad_attributed_sales",
        ("广告归因成交额", "广告平台归因的成交额，按投放日，归因窗口以报表为准。"),
        ("Attributed sales", "Sales that the advertising platform credits to its ads, by day of the ads, within the report's own window."),
    ),
    _marketing(
        "ad_orders", "order", "ad_attributed_orders",
        ("广告归因订单数", "广告平台归因的订单数。"),
        ("Attributed orders", "Orders that the advertising platform credits to its ads."),
    ),
    _marketing(
        "ad_impressions", "impression", "ad_impressions",
        ("展现量", "广告展现次数。"),
        ("Impressions", "Times that ads were shown."),
    ),
    _marketing(
        "ad_clicks", "click", "ad_clicks",
        ("点击量", "广告点击次数。"),
        ("Clicks", "Clicks on ads."),
    ),
    _marketing(
        "ctr", "share", "ad_clicks / ad_impressions",
        ("点击率（CTR）", "点击量 ÷ 展现量。"),
        ("Click-through rate", "Clicks ÷ impressions."),
    ),
    _marketing(
        "cpc", "currency/click", "ad_spend / ad_clicks",
        ("平均点击花费（CPC）", "广告花费 ÷ 点击量。"),
        ("Cost per click", "Advertising spend ÷ clicks."),
    ),
    _marketing(
        "roas", "ratio", "ad_attributed_sales / ad_spend",
        ("投入产出比（ROAS）", "广告归因成交额 ÷ 广告花费。"),
        ("ROAS", "Attributed sales ÷ advertising spend."),
    ),
    _marketing(
        "acos", "share", "ad_spend / ad_attributed_sales",
        ("广告成本销售比（ACOS）", "广告花费 ÷ 广告归因成交额。"),
        ("ACOS", "Advertising spend ÷ attributed sales."),
    ),
    _marketing(
        "ad_cost_share", "share", "ad_spend / paid_amount",
        ("推广费比（TACOS）", "广告花费（按投放日）÷ 全部实付金额（按付款日）。"),
        ("Advertising cost share (TACOS)", "Advertising spend (by day of the ads) ÷ all paid amounts (by date of payment)."),
    ),
)  # fmt: skip
