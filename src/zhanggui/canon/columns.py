"""Short constructors for columns, so that a declaration stays one line and its unit is never forgotten."""

from __future__ import annotations

from zhanggui.canon.tables import Column, Kind, Person


def ident(name: str, zh: str, en: str) -> Column:
    """An identifier: always text."""
    return Column(name, Kind.ID, zh, en)


def pseudonym(name: str, zh: str, en: str) -> Column:
    """A keyed hash standing for a person or an account; the plain value is not kept."""
    return Column(name, Kind.ID, zh, en, person=Person.PSEUDONYM)


def text(name: str, zh: str, en: str) -> Column:
    """Free text, or a platform's own word kept as it came."""
    return Column(name, Kind.TEXT, zh, en)


def direct(name: str, zh: str, en: str) -> Column:
    """Plain personal data: null unless the owner turned its keeping on."""
    return Column(name, Kind.TEXT, zh, en, person=Person.DIRECT)


def code(name: str, vocabulary: str, zh: str, en: str) -> Column:
    """A term of the named vocabulary."""
    return Column(name, Kind.CODE, zh, en, vocabulary=vocabulary)


def count(name: str, zh: str, en: str, unit: str = "occurrence") -> Column:
    """A whole number of `unit`."""
    return Column(name, Kind.COUNT, zh, en, unit=unit)


def quantity(name: str, zh: str, en: str, unit: str = "piece") -> Column:
    """A number of `unit` that may be fractional."""
    return Column(name, Kind.QUANTITY, zh, en, unit=unit)


def money(name: str, zh: str, en: str, unit: str = "currency") -> Column:
    """An amount in major units of the row's currency."""
    return Column(name, Kind.MONEY, zh, en, unit=unit)


def rate(name: str, zh: str, en: str, unit: str = "share") -> Column:
    """A fraction (0.05 is 5 %), or a price of one unit in another."""
    return Column(name, Kind.RATE, zh, en, unit=unit)


def on(name: str, zh: str, en: str) -> Column:
    """A calendar date, in the zone of the shop or account."""
    return Column(name, Kind.DATE, zh, en)


def instant(name: str, zh: str, en: str) -> Column:
    """A point in time, UTC."""
    return Column(name, Kind.INSTANT, zh, en)


def flag(name: str, zh: str, en: str) -> Column:
    """True, false, or unknown (null)."""
    return Column(name, Kind.FLAG, zh, en)


def moment(stem: str, zh: str, en: str) -> tuple[Column, Column]:
    """An instant `<stem>_at` and its business date `<stem>_on` in the shop's zone."""
    return (
        instant(f"{stem}_at", f"{zh}时间", f"When {en} (UTC)"),
        on(f"{stem}_on", f"{zh}日期（店铺时区）", f"Date on which {en}, in the shop's time zone"),
    )


def currency() -> Column:
    """The currency of every amount on the row."""
    return code("currency", "currency", "本行金额的币种（ISO 4217）", "Currency of the row's amounts (ISO 4217)")


def shop() -> Column:
    """The shop's natural key."""
    return ident("shop_id", "店铺：“渠道/店铺名”", 'Shop: "<channel>/<shop name>"')


def channel() -> Column:
    """The channel's code."""
    return code("channel", "channel", "销售渠道", "Sales channel")


def order() -> Column:
    """The platform's order number."""
    return ident("platform_order_id", "平台订单号", "The platform's order number")


def listing() -> Column:
    """The platform's id of the product page."""
    return ident("platform_listing_id", "平台商品编号", "The platform's id of the product page")


def seller_sku() -> Column:
    """The seller's own code of the stock-keeping unit."""
    return ident("seller_sku_code", "商家编码（SKU）", "The seller's own code of the stock-keeping unit")


def internal_sku() -> Column:
    """The internal SKU that a seller's code or a listing stands for."""
    return ident("sku_id", "内部货品（经货品对应）", "Internal SKU, found through sku_links")


def buyer() -> Column:
    """The buyer's keyed hash."""
    return pseudonym("buyer_key", "买家假名", "Keyed hash standing for the buyer")


def account() -> Column:
    """The natural key of an account that holds money."""
    return ident(
        "account_id", "资金账户：“账户类型/店铺或平台账号”", 'Account: "<account kind>/<shop or platform account>"'
    )


def line_key() -> Column:
    """The key of a row whose source has no row id."""
    return ident(
        "line_key",
        "行键：声明的键值以“|”连接，必要时加“#序号”",
        'Key of the row: declared parts joined by "|", with "#n" where equal rows occur',
    )
