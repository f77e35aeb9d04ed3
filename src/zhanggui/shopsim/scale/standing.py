"""What does not change while a group is written: its shops, accounts, goods, offers and costs."""

from __future__ import annotations

import numpy as np

from zhanggui.shopsim.business.platforms import platform
from zhanggui.shopsim.scale.sellers import Group
from zhanggui.shopsim.scale.shaping import always, amounts, dates, looked_up, shape
from zhanggui.shopsim.scale.tables import Tables, Writer


def tell_standing(writer: Writer) -> Tables:
    """The tables `shops`, `payment_accounts`, `skus`, `cost_prices` and `listings`."""
    group = writer.group
    return {**_shops(writer, group), **_goods(writer, group)}


def _texts(values: list[str]) -> object:
    return looked_up(sorted(set(values)), np.array([sorted(set(values)).index(value) for value in values]))


def _shops(writer: Writer, group: Group) -> Tables:
    shops = [each.shop for each in group.shops]
    every, count = np.arange(len(shops)), len(shops)
    kinds = [platform(shop.channel).account for shop in shops]
    own = {**writer.of_shop(every), **writer.source(count)}
    return {
        "shops": shape("shops", count, {
            **own, "channel": _texts([shop.channel for shop in shops]), "name": looked_up([shop.name for shop in shops], every),
            "country": _texts([shop.country for shop in shops]), "timezone": _texts([shop.timezone for shop in shops]),
        }),
        "payment_accounts": shape("payment_accounts", count, {
            **own, "account_id": looked_up(writer.accounts, every), "kind": _texts(kinds),
        }),
    }  # fmt: skip


def _goods(writer: Writer, group: Group) -> Tables:
    """Offers one for each listing; goods and costs one for each code."""
    goods = group.goods
    count = len(goods.shop)
    codes, first = np.unique(goods.sku_code.astype(str), return_index=True)
    currency = group.company.company.currency
    cost = amounts(goods.cost_minor[first], writer.base_scale)
    source = writer.source(len(first))
    code = looked_up(codes.tolist(), np.arange(len(first)))
    listing = {
        **writer.of_shop(goods.shop), **writer.source(count),
        "platform_listing_id": looked_up(goods.platform_product_id.tolist(), np.arange(count)),
        "variant_key": always("", count), "seller_sku_code": looked_up(goods.sku_code.tolist(), np.arange(count)),
        "title": looked_up(goods.title.tolist(), np.arange(count)),
        "price": amounts(goods.price_minor, writer.scale[goods.shop]),
    }  # fmt: skip
    titles = looked_up(goods.title[first].tolist(), np.arange(len(first)))
    return {
        "listings": shape("listings", count, listing),
        "skus": shape("skus", len(first), {**source, "seller_sku_code": code, "title": titles}),
        "cost_prices": shape("cost_prices", len(first), {
            **source, "seller_sku_code": code, "method": always("standard", len(first)),
            "valid_from": dates(np.zeros(len(first), dtype=np.int64), writer.first_day), "unit_cost": cost,
            "currency": always(currency, len(first)),
        }),
    }  # fmt: skip
