"""The goods: what is sold, what it costs, how it sells, and where it is listed; drawn category by category."""

from __future__ import annotations

from typing import Any

import numpy as np

from zhanggui.kernel.money import minor_unit_places
from zhanggui.shopsim.numbering import in_base36
from zhanggui.shopsim.randomness import Draws
from zhanggui.shopsim.scenario import CategoryPlan, Scenario
from zhanggui.shopsim.world.places import Listings, Products, Shop
from zhanggui.shopsim.world.rates import Rates

_NEVER = 1 << 30
_PACKS = np.array([1, 6, 12, 24])
_USUAL_PACKS, _FRESH_PACKS, _FRESH_DAYS = (0.5, 0.25, 0.2, 0.05), (0.8, 0.2, 0.0, 0.0), 60
_BUNDLE_DISCOUNT = 0.88
_SPREAD = 1.15
"""Sigma of the log-normal popularity: the best fifth of the goods then brings two thirds to three quarters of sales."""
_ERRATIC_DISPERSION, _CALM_DISPERSION = 0.6, 6.0
_LUMP_UNITS = 7.0

Columns = dict[str, np.ndarray]


def draw_products(scenario: Scenario, draws: Draws) -> Products:
    """All SKUs, category by category, bundles last."""
    parts = [_draw_category(scenario, no, draws) for no in range(len(scenario.categories))]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    columns, components = _add_bundles(scenario, columns, draws)
    count = len(columns["category_no"])
    columns["code"] = np.array([f"ZG{no + 10001}" for no in range(count)], dtype=object)
    columns["barcode"] = np.array([_barcode(690123400000 + no) for no in range(count)], dtype=object)
    return Products(**columns, components=components)


def _barcode(twelve: int) -> str:
    """EAN-13: twelve digits and the check digit (GS1 General Specifications, 7.9)."""
    digits = [int(digit) for digit in f"{twelve:012d}"]
    return f"{twelve:012d}{-sum(d * (3 if place % 2 else 1) for place, d in enumerate(digits)) % 10}"


def _draw_category(scenario: Scenario, no: int, draws: Draws) -> Columns:
    plan = scenario.categories[no]
    rng = draws.stream("products", plan.code)
    count = plan.products
    popularity = rng.lognormal(0.0, _SPREAD * plan.tail, count)
    low, high = plan.price_band
    # Dear things sell less often: the price leans against popularity a little.
    price = low * (high / low) ** np.clip(rng.beta(1.6, 2.4, count) - 0.03 * np.log(popularity), 0, 1)
    return {
        **_names(plan, rng, count),
        **_selling(plan, scenario, rng, popularity),
        "category_no": np.full(count, no),
        "supplier_no": _suppliers(scenario, plan.code, rng, count),
        "price_minor": _pretty(price * 10 ** minor_unit_places(scenario.company.currency)),
        "cost_minor": np.rint(
            price * plan.cost_share * rng.uniform(0.8, 1.2, count) * 10 ** minor_unit_places(scenario.company.currency)
        ).astype(np.int64),
        "pack_units": rng.choice(
            _PACKS, count, p=_FRESH_PACKS if 0 < plan.shelf_life_days < _FRESH_DAYS else _USUAL_PACKS
        ),
        "weight_grams": _between(rng, plan.weight_band, count),
        "volume_cm3": _between(rng, plan.volume_band, count),
        "shelf_life_days": np.full(count, plan.shelf_life_days),
        "return_share": np.clip(plan.return_share * rng.lognormal(-0.08, 0.4, count), 0, 0.6),
        "is_bundle": np.zeros(count, dtype=bool),
    }


def _selling(plan: CategoryPlan, scenario: Scenario, rng: np.random.Generator, popularity: np.ndarray) -> Columns:
    """How the SKUs of a category sell: level, burstiness, lumps, launch and end."""
    count, days = len(popularity), scenario.company.days
    kind = rng.random(count)
    is_lumpy = kind < plan.lumpy_share
    is_slow = (kind >= plan.lumpy_share) & (kind < plan.lumpy_share + plan.intermittent_share)
    is_erratic = kind > 1 - plan.erratic_share
    popularity = popularity * np.where(is_slow, 0.25, 1.0)
    fate = rng.random(count)
    return {
        "popularity": popularity * plan.units_day / popularity.sum(),
        "dispersion": np.where(is_erratic, _ERRATIC_DISPERSION, np.where(is_slow, np.inf, _CALM_DISPERSION)),
        "lump_units": np.where(is_lumpy, _LUMP_UNITS, 1.0),
        "launched": np.where(fate < plan.new_share, rng.integers(15, max(16, days - 30), count), -_NEVER),
        "retired": np.where(
            fate > 1 - plan.retired_share, rng.integers(days // 3, max(days // 3 + 1, days - 10), count), _NEVER
        ),
    }


def _names(plan: CategoryPlan, rng: np.random.Generator, count: int) -> Columns:
    """Names unlike each other: trait, noun and, where they repeat, a model number."""
    nouns_zh, nouns_en = plan.nouns_zh or (plan.zh,), plan.nouns_en or (plan.en,)
    traits_zh, traits_en = plan.traits_zh or ("经典",), plan.traits_en or ("Classic",)
    order = rng.permutation(count)
    noun, trait = order % len(nouns_zh), (order // len(nouns_zh)) % len(traits_zh)
    again = order // (len(nouns_zh) * len(traits_zh))
    marks = [f" {chr(65 + int(mark) % 26)}款" if mark else "" for mark in again]
    models = [f" {chr(65 + int(mark) % 26)}" if mark else "" for mark in again]
    return {
        "name_zh": np.array(
            [traits_zh[t] + nouns_zh[n] + m for t, n, m in zip(trait, noun, marks, strict=True)], dtype=object
        ),
        "name_en": np.array(
            [
                f"{traits_en[t % len(traits_en)]} {nouns_en[n % len(nouns_en)]}{m}"
                for t, n, m in zip(trait, noun, models, strict=True)
            ],
            dtype=object,
        ),
    }


def _suppliers(scenario: Scenario, category: str, rng: np.random.Generator, count: int) -> np.ndarray:
    able = [no for no, each in enumerate(scenario.suppliers) if category in each.categories]
    return np.asarray(rng.choice(np.array(able), count))


def _between(rng: np.random.Generator, band: tuple[float, float], count: int) -> np.ndarray:
    low, high = band
    return np.rint(low * (high / low) ** rng.random(count)).astype(np.int64)


def _pretty(minor: np.ndarray) -> np.ndarray:
    """Prices that end in .90 (or .00 above a hundred), as sellers set them."""
    whole = np.maximum(np.rint(minor / 100), 1)
    return np.where(whole >= 100, whole * 100, whole * 100 - 10).astype(np.int64)


def _add_bundles(
    scenario: Scenario, columns: Columns, draws: Draws
) -> tuple[Columns, dict[int, tuple[tuple[int, int], ...]]]:
    """Bundles of two or three SKUs of one category, from its better sellers, cheaper than their parts."""
    rng, count = draws.stream("bundles"), len(columns["category_no"])
    components: dict[int, tuple[tuple[int, int], ...]] = {}
    rows: list[dict[str, Any]] = []
    for place in range(scenario.bundles):
        category = int(rng.integers(len(scenario.categories)))
        able = np.flatnonzero(
            (columns["category_no"] == category) & (columns["launched"] < 0) & (columns["retired"] == _NEVER)
        )
        better = able[np.argsort(-columns["popularity"][able], kind="stable")][: max(4, len(able) // 3)]
        if len(better) < 2:
            continue
        chosen = rng.choice(better, min(len(better), int(rng.integers(2, 4))), replace=False)
        components[count + len(rows)] = tuple((int(sku), int(1 + (rng.random() < 0.2))) for sku in chosen)
        rows.append(_bundle(columns, components[count + len(rows)], place))
    if rows:
        columns = {
            name: np.concatenate([values, np.array([row[name] for row in rows], dtype=values.dtype)])
            for name, values in columns.items()
        }
    return columns, components


def _bundle(columns: Columns, parts: tuple[tuple[int, int], ...], place: int) -> dict[str, Any]:
    first = parts[0][0]

    def total(name: str) -> int:
        return sum(int(columns[name][sku]) * units for sku, units in parts)

    return {
        **{name: values[first] for name, values in columns.items()},
        "name_zh": f"{columns['name_zh'][first]} 套装{place + 1}",
        "name_en": f"{columns['name_en'][first]} Set {place + 1}",
        "price_minor": int(_pretty(np.array([total("price_minor") * _BUNDLE_DISCOUNT]))[0]),
        "cost_minor": total("cost_minor"),
        "weight_grams": total("weight_grams"),
        "volume_cm3": total("volume_cm3"),
        "popularity": float(columns["popularity"][first]) * 0.3,
        "dispersion": _CALM_DISPERSION,
        "lump_units": 1.0,
        "pack_units": 1,
        "is_bundle": True,
    }


def draw_listings(scenario: Scenario, shops: list[Shop], products: Products, rates: Rates, draws: Draws) -> Listings:
    """Every SKU in at least one shop; its demand is divided by the shops' weights and a chance of its own."""
    rng = draws.stream("listings")
    share = np.array([plan.range_share for plan in scenario.shops])
    is_listed = rng.random((products.count, len(shops))) < share
    lonely = np.flatnonzero(~is_listed.any(axis=1))
    is_listed[lonely, rng.integers(len(shops), size=len(lonely))] = True
    weight = is_listed * np.array([shop.weight for shop in shops]) * rng.lognormal(0, 0.45, is_listed.shape)
    weight = weight / weight.sum(axis=1, keepdims=True)
    sku_no, shop_no = np.nonzero(is_listed)
    order = np.lexsort((sku_no, shop_no))
    sku_no, shop_no = sku_no[order], shop_no[order]
    jitter = rng.uniform(0.96, 1.04, len(sku_no))
    return Listings(
        shop_no=shop_no,
        sku_no=sku_no,
        list_price_minor=_list_prices(scenario, shops, products, rates, shop_no, sku_no, jitter),
        share=weight[sku_no, shop_no],
        warehouse_no=np.array([shop.warehouse_no for shop in shops])[shop_no],
        **_identities(shops, products, shop_no, sku_no),
    )


def _list_prices(
    scenario: Scenario,
    shops: list[Shop],
    products: Products,
    rates: Rates,
    shop_no: np.ndarray,
    sku_no: np.ndarray,
    jitter: np.ndarray,
) -> np.ndarray:
    prices = np.zeros(len(sku_no), dtype=np.int64)
    for shop, plan in zip(shops, scenario.shops, strict=True):
        own = shop_no == shop.shop_no
        base = products.price_minor[sku_no[own]] * plan.price_level * jitter[own]
        told = rates.from_base(base, shop.currency, 0)
        places = minor_unit_places(shop.currency)
        prices[own] = _pretty(told) if places == 2 else np.maximum(told, 1)
    return prices


def _identities(shops: list[Shop], products: Products, shop_no: np.ndarray, sku_no: np.ndarray) -> Columns:
    """Numbers and titles as each platform writes them; a seller's own code is the SKU's."""
    item, sku, title = [], [], []
    for shop, each in zip(shop_no.tolist(), sku_no.tolist(), strict=True):
        channel, mark = shops[shop].channel, (shop + 1) * 100000 + each
        item.append(_product_id(channel, mark, products.name_en[each]))
        sku.append(f"X00{in_base36(mark * 104729, 7)}" if channel == "amazon" else str(4000000000000 + mark * 10007))
        title.append(products.name_zh[each] if shops[shop].country == "CN" else products.name_en[each])
    return {
        "platform_product_id": np.array(item, dtype=object),
        "platform_sku_id": np.array(sku, dtype=object),
        "merchant_code": products.code[sku_no],
        "title": np.array(title, dtype=object),
    }


def _product_id(channel: str, mark: int, name: str) -> str:
    """An ASIN on Amazon, a handle on Shopify, a long number elsewhere."""
    if channel == "amazon":
        return f"B0{in_base36(mark * 7919 + 1234567, 8)}"
    if channel == "shopify":
        return f"{name.lower().replace(' ', '-')}-{mark % 100000}"
    return str(600000000000 + mark * 9973)
