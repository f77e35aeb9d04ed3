"""By what a figure may be cut, and which column of each fact table says it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dimension:
    """One way to cut a figure: its name, its titles, and the column that holds it."""

    name: str
    zh: str
    en: str
    column: str


_ALL = (
    Dimension("channel", "渠道", "Channel", "channel"),
    Dimension("shop", "店铺", "Shop", "shop_id"),
    Dimension("currency", "原币种", "Original currency", "currency"),
    Dimension("sku", "货品", "SKU", "sku_id"),
    Dimension("listing", "平台商品", "Listing", "platform_listing_id"),
    Dimension("variant", "平台规格", "Variant", "platform_variant_id"),
    Dimension("category", "类目", "Category", "category"),
    Dimension("country", "国家", "Country", "country"),
    Dimension("province", "省份", "Province", "province"),
    Dimension("traffic_source", "订单流量来源", "Source of the order", "traffic_source"),
    Dimension("order_status", "订单状态", "State of the order", "status"),
    Dimension("refund_kind", "售后类型", "Kind of refund", "kind"),
    Dimension("reason", "退款原因", "Reason of the refund", "reason"),
    Dimension("refund_basis", "退款依据", "Basis of the refund", "basis"),
    Dimension("component", "款项类别", "Component", "component"),
    Dimension("account", "资金账户", "Account", "account_id"),
    Dimension("settlement_status", "结算状态", "State of settlement", "status"),
    Dimension("source", "访问来源", "Source of the visit", "source"),
    Dimension("terminal", "终端", "Terminal", "terminal"),
    Dimension("ad_platform", "广告平台", "Advertising platform", "ad_platform"),
    Dimension("campaign", "推广计划", "Campaign", "campaign_name"),
    Dimension("ad_group", "推广单元", "Ad group", "ad_group_name"),
    Dimension("entity", "推广主体", "What is advertised", "entity_name"),
    Dimension("targeting", "定向", "Targeting", "targeting"),
    Dimension("search_term", "搜索词", "Search term", "search_term"),
    Dimension("warehouse", "仓库", "Warehouse", "warehouse_id"),
    Dimension("carrier", "物流公司", "Carrier", "carrier_name"),
    Dimension("topic", "咨询主题", "Topic", "topic"),
)

DIMENSIONS: dict[str, Dimension] = {dimension.name: dimension for dimension in _ALL}

GRAINS: dict[str, tuple[str, str, str]] = {
    "day": ("日", "Day", "D"),
    "week": ("周（ISO，周一起）", "Week (ISO, from Monday)", "W"),
    "month": ("月", "Month", "M"),
    "quarter": ("季", "Quarter", "Q"),
    "year": ("年", "Year", "Y"),
}
"""Titles of the periods, and the unit to which Ibis cuts a date."""

_SHOP = ("channel", "shop", "currency")

BY_TABLE: dict[str, tuple[str, ...]] = {
    "order_facts": (*_SHOP, "country", "province", "traffic_source", "order_status"),
    "line_facts": (*_SHOP, "sku", "listing", "variant", "category", "country", "province"),
    "refund_facts": (*_SHOP, "sku", "listing", "refund_kind", "reason", "refund_basis"),
    "ledger_facts": (*_SHOP, "component", "account", "settlement_status", "sku", "listing"),
    "traffic_facts": (*_SHOP, "listing", "source", "terminal"),
    "ad_facts": (
        *_SHOP, "ad_platform", "campaign", "ad_group", "entity", "listing", "targeting", "search_term",
    ),
    "stock_facts": (*_SHOP, "warehouse", "sku"),
    "parcel_facts": (*_SHOP, "carrier", "province"),
    "review_facts": ("channel", "shop", "listing"),
    "message_facts": ("channel", "shop", "topic"),
}  # fmt: skip
"""The dimensions of each fact table."""

BY_DAILY_TABLE: dict[str, tuple[str, ...]] = {
    "daily_sales": _SHOP,
    "daily_categories": (*_SHOP, "category"),
    "daily_ledger": (*_SHOP, "component", "settlement_status"),
    "daily_traffic": _SHOP,
    "daily_ads": (*_SHOP, "ad_platform"),
}
"""The dimensions of each aggregate: a question that needs no other is answered from it."""

HAS_CURRENCY = frozenset(table for table, names in BY_TABLE.items() if "currency" in names)
