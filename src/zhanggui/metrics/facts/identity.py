"""From what a row calls a product to the internal SKU, by the links that are exact or confirmed.

The different products of a table are few beside its rows, so the links are looked up once for each of them.
A link of the shop goes before one of the channel, and one for everywhere comes last; the listing with its
variant goes before the seller's codes, these before bar codes, and the title with its variant comes last: it names
what was sold where a report tells no listing.
"""

from __future__ import annotations

from typing import Any

import ibis

from zhanggui.metrics.expressions import channel_of, is_one_of, null_of, prefixed

_NAMES = ("platform_listing_id", "platform_variant_id", "variant_text", "seller_sku_code", "seller_code", "gtin")
_TITLE = "bare_title"
_BLANK = "\x1f"  # the unit separator: no platform puts it into an id


def listing_alias(listing: Any, variant: Any) -> Any:
    """How `sku_links` names a listing: "<listing id>|<variant id, else variant text, else empty>"."""
    return listing + ibis.literal("|") + variant


def _aliases(products: Any) -> list[Any]:
    """The alias tables of distinct products, best first: (product, shop_id, kind, named)."""
    variant = ibis.coalesce(products.platform_variant_id, products.variant_text, ibis.literal(""))
    listing = products.platform_listing_id
    names = (
        ("listing", listing_alias(listing, variant)),
        ("listing", listing_alias(listing, ibis.literal(""))),
        ("asin", listing),
        ("seller_sku_code", products.seller_sku_code),
        ("seller_code", products.seller_code),
        ("gtin", products.gtin),
        ("title", listing_alias(products[_TITLE], variant)),
    )
    return [products.select("product", "shop_id", kind=ibis.literal(kind), named=alias) for kind, alias in names]


def _ranked(products: Any, links: Any) -> Any:
    """Every link that fits a product, as text "<two digits of rank><sku>", so that the least is the best."""
    asked = []
    for place, aliases in enumerate(_aliases(products)):
        channel = channel_of(aliases.shop_id)
        for scope_place, scope in enumerate((aliases.shop_id, channel, ibis.literal(""))):
            rank = ibis.literal(f"{place}{scope_place}")
            asked.append(aliases.select("product", "kind", "named", scope=scope, rank=rank))
    every = ibis.union(*asked)
    found = every.inner_join(
        links, [every.scope == links.link_scope, every.kind == links.link_alias_kind, every.named == links.link_alias]
    )
    return found.select("product", choice=found.rank + found.link_seller_sku_code)


def with_sku(rows: Any, sku_links: Any) -> Any:
    """Add `sku_id`: the internal SKU of the row's product; the seller's own code where no link says otherwise."""
    missing = {name: null_of("string") for name in (*_NAMES, "title") if name not in rows.columns}
    names = rows.mutate(**missing) if missing else rows
    names = names.mutate(**{_TITLE: ibis.ifelse(names.platform_listing_id.isnull(), names.title, null_of("string"))})
    blank = ibis.literal(_BLANK)
    key = ibis.coalesce(names.shop_id, blank)
    for name in (*_NAMES, _TITLE):
        key = key + ibis.literal("|") + ibis.coalesce(names[name], blank)
    names = names.mutate(product=key)
    links = prefixed(sku_links.filter(is_one_of(sku_links.status, ("exact", "confirmed"))), "link_")
    products = names.select("product", "shop_id", *_NAMES, _TITLE).distinct()
    ranked = _ranked(products, links)
    best = prefixed(ranked.group_by("product").aggregate(choice=ranked.choice.min()), "best_")
    linked = names.left_join(best, [names.product == best.best_product])
    sku = ibis.coalesce(linked.best_choice.substr(2), linked.seller_sku_code)
    return linked.mutate(sku_id=sku).drop(*missing, _TITLE, "product", "best_product", "best_choice")
