"""What a seller can see of its own world, made for the policies; the memory of recent sales stands here too."""

from __future__ import annotations

import numpy as np

from zhanggui.shopsim.policies import HISTORY_DAYS, AdView, CashView, PriceView, StockView
from zhanggui.shopsim.state import State
from zhanggui.shopsim.world.whole import World

MONTH_DAYS, WEEK_DAYS = 28, 7


class Memory:
    """Sales of the past days: by warehouse and SKU, and by listing in units, and what visitors wanted."""

    def __init__(self, world: World) -> None:
        """Empty columns for every simulated day."""
        shape = (world.day_count, len(world.warehouses), world.products.count)
        self.sold = np.zeros(shape, dtype=np.int32)
        self.was_out = np.zeros(shape, dtype=bool)
        self.listing_units = np.zeros((world.day_count, world.listings.count), dtype=np.int32)
        self.interest_minor = np.zeros((world.day_count, world.listings.count), dtype=np.int64)
        self.competitor_minor = np.zeros(world.listings.count, dtype=np.int64)


def memory(state: State) -> Memory:
    """The state's memory; made at the first question."""
    if "memory" not in state.own:
        state.own["memory"] = Memory(state.world)
    told: Memory = state.own["memory"]
    return told


def stock_view(state: State) -> StockView:
    """What is known when goods are ordered, at the end of the state's day (its sales are the last ones)."""
    world, kept = state.world, memory(state)
    until, first = state.day_index + 1, max(0, state.day_index + 1 - HISTORY_DAYS)
    return StockView(
        day_index=state.day_index,
        on_hand=state.on_hand,
        reserved=state.reserved,
        on_order=state.on_order,
        sold=kept.sold[first:until],
        was_out=kept.was_out[first:until],
        lead_mean_days=lead_mean_days(world),
        unit_cost_minor=world.products.cost_minor,
        pack_units=world.products.pack_units,
        moq_units=np.array([each.moq_units for each in world.suppliers])[world.products.supplier_no],
        shelf_life_days=world.products.shelf_life_days,
        is_sold_here=is_sold_here(world, state.day_index),
        cash_minor=state.cash_minor.get(f"bank/{state.world.scenario.company.bank}", 0),
    )


def lead_mean_days(world: World) -> np.ndarray:
    """[warehouse, sku] the supplier's mean lead time and the way to the warehouse."""
    own = np.array([each.lead_mean_days for each in world.suppliers])[world.products.supplier_no]
    return np.asarray(own[None, :] + np.array([each.lead_days for each in world.warehouses], dtype=float)[:, None])


def is_sold_here(world: World, day_index: int) -> np.ndarray:
    """[warehouse, sku] whether a listing, or a bundle's, is served from there on the day."""
    told = np.zeros((len(world.warehouses), world.products.count), dtype=bool)
    live = is_live(world, day_index)
    told[world.listings.warehouse_no[live], world.listings.sku_no[live]] = True
    for bundle, parts in world.products.components.items():
        for part, _ in parts:
            told[:, part] |= told[:, bundle]
        told[:, bundle] = False
    return told


def is_live(world: World, day_index: int) -> np.ndarray:
    """[listing] whether it is on offer: launched (or within a lead time of it) and not retired."""
    sku = world.listings.sku_no
    return np.asarray(
        (world.products.launched[sku] <= day_index + _LAUNCH_STOCK_DAYS) & (world.products.retired[sku] > day_index)
    )


_LAUNCH_STOCK_DAYS = 30


def listing_free(state: State) -> np.ndarray:
    """[listing] units that can still be sold; a bundle has as many as its scarcest part allows."""
    listings, free = state.world.listings, state.free
    told = free[listings.warehouse_no, listings.sku_no].copy()
    for place in bundle_listings(state.world):
        parts = state.world.products.components[int(listings.sku_no[place])]
        told[place] = min(int(free[listings.warehouse_no[place], part]) // units for part, units in parts)
    return np.asarray(told)


def bundle_listings(world: World) -> list[int]:
    """Positions of the listings that offer bundles."""
    return [int(place) for place in np.flatnonzero(world.products.is_bundle[world.listings.sku_no])]


def price_view(state: State) -> PriceView:
    """What is known when prices are set, in the morning of the state's day."""
    kept, world = memory(state), state.world
    return PriceView(
        day_index=state.day_index,
        list_price_minor=world.listings.list_price_minor,
        price_minor=state.price_minor,
        cost_minor=world.listing_cost_minor,
        free=listing_free(state),
        sold_week=kept.listing_units[max(0, state.day_index - WEEK_DAYS) : state.day_index].sum(axis=0),
        competitor_minor=kept.competitor_minor,
    )


def ad_view(state: State) -> AdView:
    """What is known when advertising is budgeted, in the morning of the state's day."""
    interest = memory(state).interest_minor[max(0, state.day_index - MONTH_DAYS) : state.day_index].sum(axis=0)
    return AdView(state.day_index, interest, is_live(state.world, state.day_index))


def cash_view(state: State) -> CashView:
    """What is known when money is borrowed: the main account in the company's currency."""
    account = f"bank/{state.world.scenario.company.bank}"
    return CashView(state.day_index, state.cash_minor.get(account, 0), state.loan_minor)
