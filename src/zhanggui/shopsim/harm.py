"""What the planted events truly cost, where the cost is what did not happen.

Units that an event took from demand are expected units over its multiplier; units that ran out are counted; each is
worth its contribution: price less cost less the usual share of fees and carriage. A shop's own promotion costs what it
gave away less what it brought. A currency's fall costs the sales of its days times the fall.
"""

from __future__ import annotations

import numpy as np

from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.events import Event
from zhanggui.shopsim.market.baskets import Outcome
from zhanggui.shopsim.market.demand import EVENT_MULTIPLIERS, DemandModel, Wanted
from zhanggui.shopsim.state import State

FEE_SHARE = 0.13
"""Usual share of the price that fees, carriage and packaging take."""


def contribution_minor(state: State) -> np.ndarray:
    """[listing] what one more unit brings, company currency."""
    world = state.world
    told = np.zeros(world.listings.count)
    for shop in world.shops:
        own = world.listings.shop_no == shop.shop_no
        told[own] = world.rates.to_base(state.price_minor[own], shop.currency, state.day_index)
    return np.asarray(told * (1 - FEE_SHARE) - world.products.cost_minor[world.listings.sku_no])


def count_daily_harm(state: State, model: DemandModel, wanted: Wanted, outcome: Outcome) -> None:
    """Add the day's cost to the events that are felt in demand or in stock."""
    events = state.world.events
    if not any(events.active(kind, state.day_index) for kind in (*EVENT_MULTIPLIERS, "stock_out", "currency_shock")):
        return
    worth = contribution_minor(state)
    plain = _without_events(wanted)
    for kind, effect in EVENT_MULTIPLIERS.items():
        for event in events.active(kind, state.day_index):
            told = model.concerned(event)
            factor = event.number("demand", effect)
            if kind == "promotion":
                _charge_promotion(state, event, plain, wanted, told, worth, factor)
            else:
                events.charge(event.event_no, round(float((plain * (1 - factor) * worth)[told].sum())))
    for event in events.active("stock_out", state.day_index):
        _count_stock_out(state, event, outcome, worth)
    for event in events.active("currency_shock", state.day_index):
        _charge_currency(state, event, wanted)


def _without_events(wanted: Wanted) -> np.ndarray:
    factors = [values for name, values in wanted.drivers.items() if name != "event"]
    return np.asarray(np.prod(factors, axis=0))


def _charge_promotion(
    state: State, event: Event, plain: np.ndarray, wanted: Wanted, told: np.ndarray, worth: np.ndarray, factor: float
) -> None:
    """Given away on all units, less the contribution of those that came for it."""
    world = state.world
    currencies = {shop.shop_no: shop.currency for shop in world.shops}
    given = np.zeros(world.listings.count)
    for shop_no, currency in currencies.items():
        own = world.listings.shop_no == shop_no
        given[own] = world.rates.to_base(state.price_minor[own], currency, state.day_index) * wanted.depth[own]
    cost = (given * plain * factor - worth * plain * (factor - 1))[told].sum()
    world.events.charge(event.event_no, round(float(cost)))


def _count_stock_out(state: State, event: Event, outcome: Outcome, worth: np.ndarray) -> None:
    """Lost units of the SKU on days on which it ran out; the label is narrowed to these days at the end."""
    own = state.world.listings.sku_no == event.sku_no
    lost = float((outcome.lost * worth)[own].sum())
    if int(state.free[:, event.sku_no].sum()) == 0 or int(outcome.lost[own].sum()):
        state.own.setdefault("out days", {}).setdefault(event.event_no, []).append(state.day_index)
        event.detail["lost_units"] = int(event.detail.get("lost_units", 0)) + int(outcome.lost[own].sum())
        state.world.events.charge(event.event_no, round(lost))


def _charge_currency(state: State, event: Event, wanted: Wanted) -> None:
    """The day's expected sales in the currency, times how far it has fallen since the first day of the window."""
    world = state.world
    currency = str(event.detail["currency"])
    if not currency:
        return
    fall = world.rates.of(currency, event.from_index) - world.rates.of(currency, state.day_index)
    shops = [shop.shop_no for shop in world.shops if shop.currency == currency]
    own = np.isin(world.listings.shop_no, shops)
    world.events.charge(event.event_no, round(float((wanted.expected * state.price_minor)[own].sum()) * fall))


def count_final_harm(state: State) -> None:
    """Narrow the labels of stock-outs to the days on which nothing was there; tell a viral day's gain as it is."""
    for event in state.world.events.of("stock_out"):
        days = state.own.get("out days", {}).get(event.event_no, [])
        event.detail["supplier_failed_from"] = str(state.world.day(event.from_index))
        if days:
            event.from_index, event.to_index = days[0], days[-1]
    for event in state.world.events.of("currency_shock"):
        _tell_rates(state, event)
    _charge_brushing(state)


def _charge_brushing(state: State) -> None:
    """What brushed orders cost beside their buyers' fees: the platform's own fees, carriage and packaging."""
    world, chronicle = state.world, state.chronicle
    profit, orders, lines = (chronicle.columns(name) for name in ("profit", "orders", "lines"))
    rows = np.flatnonzero(np.isin(profit["order_no"], orders["order_no"][orders["is_fake"]]))
    at = np.searchsorted(orders["order_no"], profit["order_no"][rows])
    listing = lines["listing_no"][np.searchsorted(lines["order_no"], profit["order_no"][rows])]
    starts = np.array([world.company_day_start(place) for place in range(world.day_count)], "datetime64[s]")
    days = np.searchsorted(starts, orders["created_at"][at], side="right") - 1
    lost = profit["advertising_minor"][rows] - profit["profit_minor"][rows]  # advertising would have been spent as well
    currencies = profit["currency"][rows].tolist()
    for place, (day, minor, currency) in enumerate(zip(days.tolist(), lost.tolist(), currencies, strict=True)):
        for event in world.events.active("fake_orders", max(day, 0)):
            if event.listing_no == listing[place]:
                told = world.rates.to_base(np.array([minor]), currency, max(day, 0))
                world.events.charge(event.event_no, int(told[0]))
                break


def _tell_rates(state: State, event: Event) -> None:
    world, currency = state.world, str(event.detail["currency"])
    if currency:
        event.detail["rate_from"] = world.rates.text(currency, event.from_index)
        event.detail["rate_to"] = world.rates.text(currency, event.to_index)
    if event.shop_no == NONE and currency:
        event.reference = currency
