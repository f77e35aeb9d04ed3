"""Groups of sellers as columns: their shops, their goods, and what sells how well on which day.

A seller is drawn from the template as everywhere (`scenario.sellers`), its goods by `world.products`; what the day by
day engine knows as a World stands here in a few arrays for many sellers at once. Shops are in order of channel, so that
everything a channel does differently concerns one slice of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

import numpy as np

from zhanggui.kernel.money import minor_unit_places
from zhanggui.shopsim.business.platforms import platform
from zhanggui.shopsim.market.calendar import promotion_share, spring_festival_share
from zhanggui.shopsim.randomness import Draws
from zhanggui.shopsim.scenario import PromotionPlan, Scenario, ShopPlan, sellers
from zhanggui.shopsim.world.places import Listings, Products, Shop
from zhanggui.shopsim.world.products import draw_listings, draw_products
from zhanggui.shopsim.world.rates import read_rates
from zhanggui.shopsim.world.whole import open_shop

PLACES = 6
"""Rates are rounded, so that the last bit of a machine's exponential function shows nowhere."""

_WEEK = (1.03, 1.01, 0.99, 0.98, 0.97, 0.99, 1.03)
_STANDSTILL, _PARTICIPATES, _REST_UPLIFT = 0.7, 0.7, 0.35
_RAMP_DAYS, _NOVELTY_DAYS, _NOVELTY, _FADE_DAYS = 9.0, 40.0, 0.6, 30.0
PPM = 1_000_000


@dataclass(frozen=True)
class OneShop:
    """A shop of a group: whose it is, and what was planned."""

    seller: Scenario
    seller_no: int
    plan: ShopPlan
    shop: Shop

    @property
    def account(self) -> str:
        """The account in which its platform keeps its money."""
        return f"{platform(self.shop.channel).account}/{self.shop.code}"

    @property
    def is_fba(self) -> bool:
        """Whether the platform's own warehouse ships."""
        return self.seller.warehouses[self.shop.warehouse_no].kind == "fba"


@dataclass(frozen=True)
class Goods:
    """One row for each listing of the group, by shop."""

    shop: np.ndarray
    """Position of the shop in the group."""
    price_minor: np.ndarray
    units_day: np.ndarray
    """Expected units a day before season and promotions, at the seller's scale."""
    season: np.ndarray
    """[listing, month] multipliers."""
    launched: np.ndarray
    retired: np.ndarray
    return_share: np.ndarray
    weight_grams: np.ndarray
    takes_part: np.ndarray
    sku_code: np.ndarray
    platform_product_id: np.ndarray
    title: np.ndarray
    cost_minor: np.ndarray
    """In the company's currency."""


@dataclass(frozen=True)
class Group:
    """Sellers that are written together."""

    first: int
    last: int
    """Numbers of the first and the last seller."""
    draws: Draws
    company: Scenario
    """The template, for what all sellers share."""
    shops: tuple[OneShop, ...]
    goods: Goods
    factor: float
    """By what demand is multiplied to reach the wanted number of lines."""


def draw_sellers(template: Scenario, seed: int, count: int | None) -> list[Scenario]:
    """The sellers that are written: as many as wanted, else as the template says."""
    return sellers(replace(template, sellers=count) if count else template, seed)


def expected_lines(seller: Scenario, days: int) -> float:
    """Order lines that a seller's declaration leads one to expect, a mean over its shops where these differ."""
    first = seller.company.started_on
    units = np.zeros(days)
    months = np.array([(first + timedelta(days=day)).month - 1 for day in range(days)])
    for category in seller.categories:
        season = np.array(category.season)
        units += category.units_day * (season / season.mean())[months]
    return float(
        (units * day_factors(seller, seller.shops, days).mean(axis=0)).sum() * seller.scale / mean_pieces(seller)
    )


def mean_pieces(seller: Scenario) -> float:
    """Pieces in a line: one, and one more by chance again and again."""
    return 1.0 / (1.0 - seller.buyers.pair_share)


def gather_group(
    template: Scenario, drawn: Sequence[Scenario], first: int, seed: int, factor: float
) -> Group:  # fmt: skip
    """The group of these sellers; `first` is the number of the first of them (from 1)."""
    draws = Draws(seed)
    parts = [_open_seller(template, seller, first + place, draws) for place, seller in enumerate(drawn)]
    told = sorted(
        ((one, goods) for shops, listed in parts for one, goods in zip(shops, listed, strict=True)),
        key=lambda pair: (pair[0].shop.channel, pair[0].seller_no, pair[0].shop.code),
    )
    columns = {name: np.concatenate([goods[name] for _, goods in told]) for name in told[0][1]}
    shop = np.repeat(np.arange(len(told)), [len(goods["price_minor"]) for _, goods in told])
    shops = tuple(one for one, _ in told)
    return Group(first, first + len(drawn) - 1, draws, template, shops, Goods(shop=shop, **columns), factor)


def _open_seller(
    template: Scenario, seller: Scenario, seller_no: int, draws: Draws
) -> tuple[list[OneShop], list[dict[str, np.ndarray]]]:
    """One seller's shops and, for each, the columns of its goods; chance is its own, whoever else is written."""
    own = Draws(int(draws.stream("canonical seller", seller_no).integers(1 << 62)))
    shops = [open_shop(seller, place, plan) for place, plan in enumerate(seller.shops)]
    company = seller.company
    currencies = tuple(sorted({company.currency, *(shop.currency for shop in shops)}))
    rates = _rates(company.currency, currencies, company.started_on, company.days)
    products = draw_products(seller, own)
    listings = draw_listings(seller, shops, products, rates, own)
    takes_part = own.stream("participation").random(listings.count) < _PARTICIPATES
    mark = f"{seller_no:05d}-" if template.sellers > 1 else ""
    opened = [
        OneShop(seller, seller_no, plan, shop) for plan, shop in zip(seller.shops, shops, strict=True)
    ]  # fmt: skip
    return opened, [_goods(seller, products, listings, takes_part, shop.shop_no, mark) for shop in shops]


_rates = cache(read_rates)


def _goods(
    seller: Scenario, products: Products, listings: Listings, takes_part: np.ndarray, shop_no: int, mark: str
) -> dict[str, np.ndarray]:
    own = np.flatnonzero(listings.shop_no == shop_no)
    sku = listings.sku_no[own]
    season = np.array([np.array(each.season) / np.mean(each.season) for each in seller.categories])
    return {
        "price_minor": listings.list_price_minor[own],
        "units_day": products.popularity[sku] * listings.share[own] * seller.scale,
        "season": season[products.category_no[sku]],
        "launched": products.launched[sku], "retired": products.retired[sku],
        "return_share": products.return_share[sku], "weight_grams": products.weight_grams[sku],
        "takes_part": takes_part[own],
        "sku_code": np.array([f"{mark}{code}" for code in products.code[sku]], dtype=object),
        "platform_product_id": listings.platform_product_id[own], "title": listings.title[own],
        "cost_minor": products.cost_minor[sku],
    }  # fmt: skip


def day_factors(seller: Scenario, plans: Sequence[ShopPlan], days: int, first_day: int = 0) -> np.ndarray:
    """[shop, day] what weekday, promotions, the standstill of Spring Festival and growth make of demand."""
    dates = [seller.company.started_on + timedelta(days=first_day + place) for place in range(days)]
    told = np.empty((len(plans), days))
    for row, plan in enumerate(plans):
        told[row] = _factors(seller.company.country, plan.channel, plan.weekend, seller.promotions, tuple(dates))
    growth = (1 + seller.demand.growth_year) ** ((first_day + np.arange(days)) / 365)
    return np.round(told * growth, PLACES)


@cache
def _factors(
    country: str, channel: str, weekend: float, promotions: tuple[PromotionPlan, ...], dates: tuple[date, ...]
) -> np.ndarray:  # fmt: skip
    told = []
    for day in dates:
        level = _WEEK[day.weekday()] * (weekend if day.weekday() >= 5 else (7 - 2 * weekend) / 5)
        level *= 1 - _STANDSTILL * (spring_festival_share(day) if country == "CN" else 0.0)
        told.append(level * promoted(channel, promotions, day)[0])
    return np.array(told)


@cache
def promoted(channel: str, promotions: tuple[PromotionPlan, ...], day: date) -> tuple[float, int, int]:
    """Multiplier of a shop's demand, depth of the discount in ppm and the platform's part of it in ppm."""
    uplift, depth, part = 1.0, 0.0, 0.0
    for plan in promotions:
        share = promotion_share(plan.name, day)
        if share <= 0 or (plan.channels and channel not in plan.channels):
            continue
        uplift += (plan.uplift - 1) * share * (_PARTICIPATES + (1 - _PARTICIPATES) * _REST_UPLIFT)
        if plan.discount > depth:
            depth, part = plan.discount, plan.platform_part
    return uplift, round(depth * PPM), round(part * PPM)


def listing_units(group: Group, day_index: int, on: date) -> np.ndarray:
    """[listing] expected units of a usual day: season and life cycle, at the level that the declaration gives.

    A launch takes from the other goods of the shop; the shop as a whole keeps its level.
    """
    goods = group.goods
    age = np.clip(day_index - goods.launched, 0, 10_000)
    life = (1 - np.exp(-(age + 1) / _RAMP_DAYS)) * (1 + _NOVELTY * np.exp(-age / _NOVELTY_DAYS))
    life = life * np.minimum(1.0, np.clip(goods.retired - day_index, 0, 10_000) / _FADE_DAYS)
    life = np.round(np.where(day_index < goods.launched, 0.0, life), PLACES)
    usual = goods.units_day * goods.season[:, on.month - 1]
    count = len(group.shops)
    alive = np.bincount(goods.shop, usual * life, count)
    level = np.where(alive > 0, np.bincount(goods.shop, usual, count) / np.maximum(alive, 1e-12), 0.0)
    return np.asarray(np.round(usual * life * level[goods.shop] * group.factor, PLACES))


def currency_scale(one: OneShop) -> int:
    """By what minor units are multiplied to become the ten-thousandths in which the books store amounts."""
    return int(10 ** (4 - minor_unit_places(one.shop.currency)))
