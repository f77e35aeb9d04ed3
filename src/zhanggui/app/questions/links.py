"""Which listing stands for which SKU, what is suggested, and what has no SKU yet."""

from __future__ import annotations

from typing import Any

import ibis

from zhanggui.app.asking import Asked, question
from zhanggui.app.listings import Listing
from zhanggui.app.questions.parameters import SHOP, narrowed
from zhanggui.canon.questions import Parameter
from zhanggui.metrics.facts.identity import listing_alias

_CODES = {"status": "link_status"}


@question(
    "平台商品对应哪个内部货品，依据什么？",
    "Which SKU does each listing stand for, and by which rule?",
    Parameter("status", "code", "状态", "State", vocabulary="link_status"),
    codes=_CODES,
)
def ask_sku_links(asked: Asked, status: str | None) -> Any:
    """One row for each alias."""
    links = asked.table("sku_links")
    links = links.filter(links.status == status) if status else links
    return links.order_by("scope", "alias_kind", "alias")


_SOLD = ("shop_id", "platform_listing_id", "platform_variant_id", "variant_text", "title", "currency")


@question(
    "哪些卖出的商品还没有对应货品？",
    "Which things sold have no SKU yet?",
    SHOP,
    listing=Listing(
        key=_SOLD,
        sorts=("amount", "line_count", "shop_id", "title"),
        default="-amount",
        searches=("title", "variant_text", "platform_listing_id"),
    ),
)
def ask_unmapped_skus(asked: Asked, shop: str | None) -> Any:
    """One row for each shop and item, those with the most sales first, with the alias by which it can be linked."""
    lines = asked.table("line_facts")
    lines = narrowed(lines.filter(lines.sku_id.isnull()), shop_id=shop)
    rows = lines.group_by(*_SOLD).agg(amount=lines.net_amount.sum().cast("decimal(38,4)"), line_count=lines.count())
    variant = ibis.coalesce(rows.platform_variant_id, rows.variant_text, ibis.literal(""))
    return rows.mutate(
        alias_kind=ibis.ifelse(rows.platform_listing_id.notnull(), "listing", "title"),
        alias=listing_alias(ibis.coalesce(rows.platform_listing_id, rows.title), variant),
    )


@question("组合装由什么组成？", "What do bundles consist of?")
def ask_bundles(asked: Asked) -> Any:
    """One row for each component of a bundle."""
    return asked.table("bundle_components").order_by("bundle_sku_code", "component_sku_code")


_STATUS = Parameter("status", "code", "状态", "State", vocabulary="link_status")
_SCOPE = Parameter("scope", "text", "别名范围", "Where the alias holds")
_LINK_KEY = ("scope", "alias_kind", "alias")


@question(
    "有哪些货品对应？",
    "Which links between listings and SKUs are there?",
    _STATUS,
    _SCOPE,
    listing=Listing(
        key=_LINK_KEY,
        sorts=(*_LINK_KEY, "seller_sku_code", "confidence", "status", "decided_at"),
        default="scope",
        searches=("alias", "seller_sku_code"),
    ),
    codes=_CODES,
)
def ask_links(asked: Asked, status: str | None, scope: str | None) -> Any:
    """One row for each alias."""
    return narrowed(asked.table("sku_links"), status=status, scope=scope)


@question(
    "有哪些货品对应的建议等待确认？",
    "Which links to SKUs are suggested and wait for a person?",
    _SCOPE,
    listing=Listing(
        key=_LINK_KEY,
        sorts=("confidence", "scope", "alias", "title", "seller_sku_code", "net_amount"),
        default="-confidence",
        searches=("alias", "title", "seller_sku_code", "sku_title"),
    ),
    codes=_CODES,
)
def ask_link_suggestions(asked: Asked, scope: str | None) -> Any:
    """One row for each suggestion, with what the listing and the SKU are called."""
    links = narrowed(asked.table("sku_links"), status="suggested", scope=scope)
    offered = asked.table("listings")
    key = offered.platform_listing_id + "|" + offered.variant_key
    named = offered.group_by(listing_scope=offered.shop_id, listing_alias=key).agg(title=offered.title.max())
    products = asked.table("product_summary")
    skus = products.group_by(known_sku=products.sku_id).agg(
        sku_title=products.title.max(), net_amount=products.net_amount.sum().cast("decimal(38,4)")
    )
    rows = links.left_join(named, [links.scope == named.listing_scope, links["alias"] == named.listing_alias])
    rows = rows.left_join(skus, rows.seller_sku_code == skus.known_sku)
    told = ibis.coalesce(rows.title, ibis.ifelse(rows.alias_kind == "title", rows["alias"], ibis.null("string")))
    columns = (
        "scope", "alias_kind", "alias", "title", "seller_sku_code", "sku_title", "net_amount", "rule", "confidence", "status",
    )  # fmt: skip
    return rows.mutate(title=told).select(*columns)
