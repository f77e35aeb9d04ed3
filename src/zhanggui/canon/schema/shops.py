"""Where the seller sells: channels and shops."""

from __future__ import annotations

from zhanggui.canon.columns import channel, code, currency, ident, shop, text
from zhanggui.canon.tables import Layer, Table, kept, stated

CHANNELS = kept(
    Layer.RECORD, "channels", "渠道", "Channels", "每个渠道一行", "one row for each channel", ["channel"],
    [
        channel(),
        text("name", "渠道名称", "Name of the channel"),
        code("kind", "channel_kind", "渠道类别", "What the channel is: marketplace, own site, money, ERP …"),
        text("timezone", "平台导出时间所用时区（IANA）", "Time zone of the platform's exports (IANA)"),
        currency(),
        text("country", "国家（ISO 3166-1）", "Country (ISO 3166-1 alpha-2)"),
    ],
    "shops",
)  # fmt: skip

SHOPS = stated(
    "shops", "店铺", "Shops", "每个店铺一行", "one row for each shop", ["shop_id"],
    [
        shop(),
        channel(),
        ident("platform_shop_id", "平台店铺编号", "The platform's id of the shop"),
        text("name", "店铺名称", "Name of the shop"),
        text("marketplace", "站点", "Marketplace or site within the platform, such as Amazon.de"),
        text("country", "国家（ISO 3166-1）", "Country of the site (ISO 3166-1 alpha-2)"),
        text("timezone", "店铺时区（IANA）", "Time zone of the shop's business dates (IANA)"),
        currency(),
    ],
    "shops",
)  # fmt: skip

TABLES: tuple[Table, ...] = (CHANNELS, SHOPS)
