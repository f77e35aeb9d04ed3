"""Where events strike: the scenario says when and what, this finds the listing, SKU, supplier or window that is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.events import Event
from zhanggui.shopsim.randomness import Draws
from zhanggui.shopsim.scenario import EventPlan
from zhanggui.shopsim.world.rates import worst_window

if TYPE_CHECKING:
    from zhanggui.shopsim.world.whole import World

_OF_LISTING = ("listing_suspended", "price_war", "viral_day", "fake_orders")
_OF_SKU = ("stock_out", "defective_batch")


def plant_events(world: World, draws: Draws) -> list[Event]:
    """The events that begin within the simulated days, numbered in the order of the scenario."""
    told: list[Event] = []
    for plan in world.scenario.events:
        first, last = _window(world, plan)
        if first < world.day_count:
            told.append(_plant(world, plan, len(told), first, min(last, world.day_count - 1)))
    return told


def _window(world: World, plan: EventPlan) -> tuple[int, int]:
    if plan.kind == "currency_shock":
        currency = _foreign_currency(world, plan)
        return (
            worst_window(world.rates, currency, plan.days, world.scenario.company.days)
            if currency
            else (plan.day, plan.day)
        )
    return plan.day, plan.day + plan.days - 1


def _foreign_currency(world: World, plan: EventPlan) -> str:
    shops = [shop for shop in world.shops if shop.currency != world.currency and plan.shop in ("", shop.code)]
    return shops[0].currency if shops else ""


def _plant(world: World, plan: EventPlan, number: int, first: int, last: int) -> Event:
    shop_no = next((shop.shop_no for shop in world.shops if shop.code == plan.shop), NONE)
    event = Event(number, plan.kind, first, last, shop_no, carrier=plan.carrier, strength=dict(plan.strength))
    if plan.kind in _OF_LISTING:
        best = best_listings(world, shop_no)
        event.listing_no = best[plan.rank % len(best)]
        event.shop_no = int(world.listings.shop_no[event.listing_no])
        event.sku_no = int(world.listings.sku_no[event.listing_no])
    elif plan.kind in _OF_SKU:
        skus = _best_skus(world, shop_no)
        event.sku_no = skus[plan.rank % len(skus)]
        event.supplier_no = int(world.products.supplier_no[event.sku_no])
    elif plan.kind == "duplicate_invoice":
        event.supplier_no = plan.rank % len(world.suppliers)
    elif plan.kind == "currency_shock":
        event.detail["currency"] = _foreign_currency(world, plan)
    return event


def best_listings(world: World, shop_no: int) -> list[int]:
    """The shop's listings (NONE: all) of lasting single goods by their usual sales, best first."""
    products, listings = world.products, world.listings
    sku = listings.sku_no
    lasting = (
        (products.launched[sku] < 0) & (products.retired[sku] > world.scenario.company.days) & ~products.is_bundle[sku]
    )
    sales = np.where(
        lasting & ((shop_no == NONE) | (listings.shop_no == shop_no)), products.popularity[sku] * listings.share, -1
    )
    order = np.argsort(-sales, kind="stable")
    told = [int(place) for place in order if sales[place] >= 0]
    return told or [int(order[0])]


def _best_skus(world: World, shop_no: int) -> list[int]:
    """SKUs in the order of their best listing."""
    seen: dict[int, None] = dict.fromkeys(int(world.listings.sku_no[place]) for place in best_listings(world, shop_no))
    return list(seen)
