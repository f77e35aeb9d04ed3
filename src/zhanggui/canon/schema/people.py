"""Who buys and who recommends: the only tables in which plain personal data may stand, if the owner allows it."""

from __future__ import annotations

from zhanggui.canon.columns import (
    buyer,
    channel,
    code,
    direct,
    flag,
    ident,
    line_key,
    order,
    pseudonym,
    rate,
    shop,
    text,
)
from zhanggui.canon.tables import Table, stated

CUSTOMERS = stated(
    "customers", "客户", "Customers", "店铺的每个买家一行", "one row for each buyer of a shop", ["shop_id", "buyer_key"],
    [
        shop(),
        buyer(),
        pseudonym("platform_buyer_id_hash", "平台买家编号假名", "Keyed hash of the platform's id of the buyer"),
        pseudonym("email_hash", "邮箱假名", "Keyed hash of the e-mail address"),
        pseudonym("phone_hash", "电话假名", "Keyed hash of the telephone number"),
        pseudonym("payment_account_hash", "支付账号假名", "Keyed hash of the payment account"),
        text("province", "省份", "Province or state"),
        text("city", "城市", "City"),
        text("country", "国家（ISO 3166-1）", "Country (ISO 3166-1 alpha-2)"),
        direct("display_name", "昵称或姓名", "Name shown"),
        direct("email", "邮箱", "E-mail address"),
        direct("phone", "电话", "Telephone number"),
    ],
    "people",
)  # fmt: skip

ADDRESSES = stated(
    "addresses", "地址", "Addresses", "订单的每个地址一行", "one row for each address of an order",
    ["shop_id", "platform_order_id", "role"],
    [
        shop(),
        order(),
        code("role", "address_role", "地址用途", "What the address is for"),
        direct("recipient_name", "收件人姓名", "Name of the recipient"),
        direct("phone", "收件人电话", "Telephone number of the recipient"),
        direct("full_text", "详细地址", "Full address"),
        pseudonym("recipient_hash", "收件人姓名假名", "Keyed hash of the recipient's name"),
        pseudonym("phone_hash", "收件人电话假名", "Keyed hash of the recipient's telephone number"),
        text("country", "国家（ISO 3166-1）", "Country (ISO 3166-1 alpha-2)"),
        text("province", "省份", "Province or state"),
        text("city", "城市", "City"),
        text("district", "区县", "District"),
        text("region_text", "地区原文", "Region as the source words it"),
        direct("postal_code", "邮政编码", "Postal code"),
        flag("is_masked", "是否已由平台脱敏", "Whether the platform masked the address"),
    ],
    "people",
)  # fmt: skip

AFFILIATES = stated(
    "affiliates", "推广者", "Affiliates", "渠道的每个推广者一行", "one row for each affiliate of a channel",
    ["channel", "affiliate_id"],
    [
        channel(),
        ident("affiliate_id", "推广者编号", "The platform's id of the affiliate"),
        text("name", "推广者名称", "Public name of the affiliate"),
        text("kind", "推广者类别", "Creator, group leader, agency …, as the platform words it"),
    ],
    "people",
)  # fmt: skip

PLACES = stated(
    "places", "地点", "Places", "来源的每个地点记录一行", "one row for each place that a source lists",
    ["source", "line_key"],
    [
        text("source", "来源", "Who lists the place"),
        line_key(),
        text("postal_code", "邮政编码", "Postal code or its prefix; of a place, not of a person"),
        text("city", "城市", "City"),
        text("province", "省份", "Province or state"),
        text("country", "国家", "Country (ISO 3166-1 alpha-2)"),
        rate("latitude", "纬度", "Latitude", unit="degree"),
        rate("longitude", "经度", "Longitude", unit="degree"),
    ],
    "people",
)  # fmt: skip

TABLES: tuple[Table, ...] = (CUSTOMERS, ADDRESSES, AFFILIATES, PLACES)
