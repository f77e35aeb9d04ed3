"""The channels that the books know, as constants: the zone and currency of a platform's exports follow from its channel."""

from __future__ import annotations

from typing import NamedTuple


class Channel(NamedTuple):
    """One channel; zone and currency are what its exports use unless the shop says otherwise (None: it must say)."""

    code: str
    zh: str
    en: str
    kind: str
    timezone: str | None
    currency: str | None
    country: str | None


_SHANGHAI = ("Asia/Shanghai", "CNY", "CN")
_UTC = ("UTC", None, None)
_OPEN = (None, None, None)

_ALL = (
    Channel("taobao", "淘宝", "Taobao", "marketplace", *_SHANGHAI),
    Channel("tmall", "天猫", "Tmall", "marketplace", *_SHANGHAI),
    Channel("1688", "1688", "1688", "marketplace", *_SHANGHAI),
    Channel("jd", "京东", "JD", "marketplace", *_SHANGHAI),
    Channel("pdd", "拼多多", "Pinduoduo", "marketplace", *_SHANGHAI),
    Channel("douyin", "抖店", "Douyin", "marketplace", *_SHANGHAI),
    Channel("kuaishou", "快手", "Kuaishou", "marketplace", *_SHANGHAI),
    Channel("xhs", "小红书", "Xiaohongshu", "marketplace", *_SHANGHAI),
    Channel("weixin_shop", "微信小店", "Weixin shop", "marketplace", *_SHANGHAI),
    Channel("youzan", "有赞", "Youzan", "shop_system", *_SHANGHAI),
    Channel("weidian", "微店", "Weidian", "marketplace", *_SHANGHAI),
    Channel("amazon", "亚马逊", "Amazon", "marketplace", *_UTC),
    Channel("shopify", "Shopify", "Shopify", "shop_system", *_UTC),
    Channel("woocommerce", "WooCommerce", "WooCommerce", "shop_system", *_UTC),
    Channel("shopee", "虾皮", "Shopee", "marketplace", *_OPEN),
    Channel("lazada", "来赞达", "Lazada", "marketplace", *_OPEN),
    Channel("tiktok_shop", "TikTok Shop", "TikTok Shop", "marketplace", *_OPEN),
    Channel("ebay", "eBay", "eBay", "marketplace", *_OPEN),
    Channel("aliexpress", "速卖通", "AliExpress", "marketplace", "America/Los_Angeles", "USD", None),
    Channel("walmart", "沃尔玛", "Walmart", "marketplace", "America/Los_Angeles", "USD", "US"),
    Channel("website", "自有网站", "Own website", "own_site", *_OPEN),
    Channel("offline", "线下", "Offline", "offline", *_OPEN),
    Channel("other", "其他", "Other", "other", *_OPEN),
    Channel("alipay", "支付宝", "Alipay", "money", *_SHANGHAI),
    Channel("wechat_pay", "微信支付", "WeChat Pay", "money", *_SHANGHAI),
    Channel("paypal", "PayPal", "PayPal", "money", *_UTC),
    Channel("stripe", "Stripe", "Stripe", "money", *_UTC),
    Channel("wise", "Wise", "Wise", "money", *_UTC),
    Channel("payoneer", "派安盈", "Payoneer", "money", *_UTC),
    Channel("bank", "银行", "Bank", "money", *_OPEN),
    Channel("jushuitan", "聚水潭", "Jushuitan", "erp", *_SHANGHAI),
    Channel("wangdiantong", "旺店通", "Wangdiantong", "erp", *_SHANGHAI),
    Channel("express", "快递", "Express carriers", "carrier", *_SHANGHAI),
)

CHANNELS: dict[str, Channel] = {channel.code: channel for channel in _ALL}
