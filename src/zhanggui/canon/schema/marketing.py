"""Who came and what it cost: traffic, search words, advertising and single events."""

from __future__ import annotations

from zhanggui.canon.columns import (
    code,
    count,
    currency,
    ident,
    line_key,
    listing,
    moment,
    money,
    on,
    pseudonym,
    quantity,
    shop,
    text,
)
from zhanggui.canon.tables import Column, Table, stated

_VISITS: tuple[Column, ...] = (
    count("visitors", "访客数", "Distinct visitors", unit="visitor"),
    count("page_views", "浏览量", "Page views", unit="view"),
    quantity("dwell_seconds_total", "总停留时长（秒）", "Time spent by all visitors together", unit="second"),
    quantity("bounces", "跳出访客数", "Visitors who left after one page", unit="visitor"),
    count("favorite_users", "收藏人数", "Visitors who saved a product", unit="visitor"),
    count("cart_users", "加购人数", "Visitors who put something into the cart", unit="visitor"),
    quantity("cart_units", "加购件数", "Pieces put into the cart"),
    count("order_buyers", "下单买家数", "Buyers who ordered", unit="buyer"),
    quantity("order_units", "下单件数", "Pieces ordered"),
    money("order_amount", "下单金额", "Amount ordered"),
    count("paid_buyers", "支付买家数", "Buyers who paid", unit="buyer"),
    quantity("paid_units", "支付件数", "Pieces paid for"),
    money("paid_amount", "支付金额", "Amount paid"),
    money("refunded_amount", "退款金额", "Amount refunded, positive"),
    count("search_visitors", "搜索引导访客数", "Visitors who came by search", unit="visitor"),
    count("search_paid_buyers", "搜索引导支付买家数", "Buyers who came by search and paid", unit="buyer"),
    currency(),
)

TRAFFIC_DAILY = stated(
    "traffic_daily", "流量", "Traffic", "店铺或商品在一段日期、来源和终端上一行", "one row for each shop or product, span of days, source and terminal",
    ["shop_id", "stat_on", "period_to_on", "platform_listing_id", "source", "terminal"],
    [
        shop(),
        on("stat_on", "统计开始日", "First day counted"),
        on("period_to_on", "统计结束日", "Last day counted; equal to the first for a daily row"),
        ident("platform_listing_id", "平台商品编号（空串为全店）", "Product page; empty for the whole shop"),
        text("source", "流量来源（空串为全部）", "Source of the visits; empty for all"),
        text("terminal", "终端（空串为全部）", "Terminal; empty for all"),
        text("title", "商品标题", "Title of the product"),
        *_VISITS,
    ],
    "marketing",
)  # fmt: skip

SEARCH_TERMS = stated(
    "search_terms", "搜索词", "Search terms", "店铺、日期、周期、商品和搜索词一行", "one row for each shop, day, period, product and term",
    ["shop_id", "stat_on", "period", "platform_listing_id", "term"],
    [
        shop(),
        on("stat_on", "统计开始日", "First day counted"),
        code("period", "search_period", "统计周期", "Length of the period counted"),
        ident("platform_listing_id", "平台商品编号（空串为全店）", "Product page; empty for the whole shop"),
        text("term", "搜索词", "What buyers searched for"),
        count("search_volume", "搜索次数", "Searches in the market", unit="search"),
        count("impressions", "本店曝光", "The seller's impressions", unit="impression"),
        count("clicks", "本店点击", "The seller's clicks", unit="click"),
        count("add_to_cart", "本店加购", "The seller's additions to the cart", unit="addition"),
        count("orders", "本店成交", "The seller's orders", unit="order"),
        money("paid_amount", "本店支付金额", "Amount paid to the seller"),
        count("impressions_total", "全市场曝光", "The market's impressions", unit="impression"),
        count("clicks_total", "全市场点击", "The market's clicks", unit="click"),
        count("orders_total", "全市场成交", "The market's orders", unit="order"),
        currency(),
        count("visitors", "访客数", "Distinct visitors", unit="visitor"),
        count("page_views", "浏览量", "Page views", unit="view"),
        count("paid_buyers", "支付买家数", "Buyers who paid", unit="buyer"),
        count("order_buyers", "下单买家数", "Buyers who ordered", unit="buyer"),
    ],
    "marketing",
)  # fmt: skip

_AD_ENTITY: tuple[Column, ...] = (
    text("campaign_name", "推广计划", "Campaign"),
    text("ad_group_name", "推广单元", "Ad group"),
    text("entity_type", "推广主体类型", "What is advertised: product, shop, video …"),
    text("entity_name", "推广主体", "Name of what is advertised"),
    listing(),
    text("search_term", "搜索词", "What the buyer searched for"),
    text("targeting", "定向", "Keyword or audience aimed at"),
    text("match_type", "匹配方式", "How the keyword matches"),
    count("attribution_window_days", "归因天数", "Days in which a sale counts for the ad", unit="day"),
)

AD_SPEND = stated(
    "ad_spend", "广告投放", "Advertising", "店铺、日期、广告平台的每一行投放一行", "one row for each line of an ad report",
    ["shop_id", "stat_on", "ad_platform", "line_key"],
    [
        shop(),
        on("stat_on", "投放日期", "Day of the ads"),
        text("ad_platform", "广告平台", "Advertising platform"),
        line_key(),
        *_AD_ENTITY,
        currency(),
        count("impressions", "展现量", "Impressions", unit="impression"),
        count("clicks", "点击量", "Clicks", unit="click"),
        money("spend", "花费", "What the ads cost, positive"),
        money("spend_converted", "折算花费", "Cost after the platform's own conversion", unit="currency"),
        quantity("attributed_orders", "归因订单数", "Orders that the platform credits to the ads", unit="order"),
        quantity("attributed_units", "归因件数", "Pieces that the platform credits to the ads"),
        money("attributed_sales", "归因成交额", "Sales that the platform credits to the ads"),
        money("attributed_sales_net", "归因净成交额", "Credited sales less refunds"),
        money("direct_sales", "直接成交额", "Credited sales of the advertised product itself"),
        quantity("add_to_cart", "归因加购数", "Additions to the cart credited to the ads", unit="addition"),
    ],
    "marketing",
)  # fmt: skip

USER_EVENTS = stated(
    "user_events", "用户行为", "User events", "每个用户行为一行", "one row for each event of a visitor",
    ["shop_id", "line_key"],
    [
        shop(),
        line_key(),
        pseudonym("buyer_key", "买家假名", "Keyed hash standing for the visitor"),
        listing(),
        text("category_raw", "类目原文", "Category as the source words it"),
        code("kind", "event_kind", "行为类型", "What the visitor did"),
        *moment("occurred", "行为发生", "the event happened"),
    ],
    "marketing",
)  # fmt: skip

TABLES: tuple[Table, ...] = (TRAFFIC_DAILY, SEARCH_TERMS, AD_SPEND, USER_EVENTS)
