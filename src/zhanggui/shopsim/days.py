"""The loop: a world lived day by day, each part in its turn, and closed at the end.

The order of a day stands in state.py. Nothing here draws or decides; it calls the parts and keeps the daily records
(demand, drivers, stock) that no part owns.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from zhanggui.shopsim.business import aftersales, banking, fulfilment, profit, settlement, supply, voice
from zhanggui.shopsim.events import write_events
from zhanggui.shopsim.harm import count_daily_harm, count_final_harm
from zhanggui.shopsim.market.baskets import Outcome, compose_day
from zhanggui.shopsim.market.demand import DRIVERS, DemandModel, Wanted
from zhanggui.shopsim.market.traffic import record_ads, record_competitors, record_traffic
from zhanggui.shopsim.policies import BorrowBelowFloor, Policies, ReorderPoint, ShareOfInterest
from zhanggui.shopsim.randomness import Draws
from zhanggui.shopsim.scenario import Scenario
from zhanggui.shopsim.state import Rows, State, only_declared
from zhanggui.shopsim.views import ad_view, cash_view, lead_mean_days, memory, price_view, stock_view
from zhanggui.shopsim.world.whole import World, build_world

_LAUNCH_MARGIN_DAYS = 5
CAPITAL_COST_YEAR = 0.12
"""What money bound in stock costs a year: about what a small seller pays for a loan."""


def simulate(
    scenario: Scenario,
    seed: int,
    days: int | None = None,
    policies: Policies | None = None,
    told: Callable[[int, int], None] = lambda *_: None,
) -> World:
    """Live a scenario's days under a seed; equal arguments give equal chronicles, byte for byte.

    `told` is called after each day with the days lived and the days to live.

    Raises:
        ScenarioInvalid: no rates are known for its dates.
    """
    world = build_world(scenario, seed, days)
    habits = policies or default_policies(scenario)
    state = open_state(world)
    model = DemandModel(world, state.draws)
    for day_index in range(world.day_count):
        state.day_index = day_index
        _live_day(state, model, habits)
        told(day_index + 1, world.day_count)
    _close(state)
    return world


def default_policies(scenario: Scenario) -> Policies:
    """The habits that the scenario declares."""
    return Policies(
        ordering=ReorderPoint(scenario.policies.ordering),
        advertising=ShareOfInterest(scenario.ads),
        borrowing=BorrowBelowFloor(scenario.policies.borrowing),
    )


def open_state(world: World) -> State:
    """The morning of the first day: stock for the opening cover, list prices, no advertising yet."""
    shape = (len(world.warehouses), world.products.count)
    state = State(
        world=world,
        chronicle=world.chronicle,
        draws=Draws(world.seed),
        day_index=0,
        on_hand=np.zeros(shape, dtype=np.int64),
        reserved=np.zeros(shape, dtype=np.int64),
        on_order=np.zeros(shape, dtype=np.int64),
        unit_cost_minor=np.tile(world.products.cost_minor, (shape[0], 1)),
        batch=np.full(shape, "", dtype=object),
        price_minor=world.listings.list_price_minor.copy(),
        ad_budget_minor=np.zeros(world.listings.count, dtype=np.int64),
    )
    known = _usual_daily(world) * (world.products.launched <= 0)
    supply.open(state, whole_packs_of(known * _cover_days(world), world.products.pack_units))
    banking.open(state)
    return state


def _units_to_order(state: State, habits: Policies) -> np.ndarray:
    """What the policy wants and what launches need; a supplier that fails (a stock-out's cause) delivers nothing."""
    units = np.array(habits.ordering.order(stock_view(state)) + _launch_orders(state))
    for event in state.world.events.active("stock_out", state.day_index):
        units[:, event.sku_no] = 0
    return units


def _launch_orders(state: State) -> np.ndarray:
    """[warehouse, sku] the first order of goods that are launched soon: no policy can know them by their sales."""
    world = state.world
    ahead = np.ceil(lead_mean_days(world)).astype(int) + _LAUNCH_MARGIN_DAYS
    due = np.maximum(world.products.launched - ahead, 0) == state.day_index
    due &= world.products.launched > 0
    if not due.any():
        return np.zeros_like(state.on_hand)
    guess = state.draws.stream("launch guess").uniform(0.6, 1.6, world.products.count)
    return np.where(due, whole_packs_of(_usual_daily(world) * guess * _cover_days(world), world.products.pack_units), 0)


def _usual_daily(world: World) -> np.ndarray:
    """[warehouse, sku] units a day to be expected in the long run; bundles' demand is their parts'."""
    listings = world.listings
    daily = np.zeros((len(world.warehouses), world.products.count))
    usual = world.products.popularity[listings.sku_no] * listings.share * world.scenario.scale
    place, sku, units = world.explode(listings.sku_no, np.ones(listings.count, dtype=np.int64))
    np.add.at(daily, (listings.warehouse_no[place], sku), usual[place] * units)
    return daily


def _cover_days(world: World) -> np.ndarray:
    """[warehouse, sku] days that a first order is meant for; shorter where goods spoil."""
    cover = world.scenario.demand.opening_cover_days + lead_mean_days(world) / 2
    life = world.products.shelf_life_days
    return np.where(life > 0, np.minimum(cover, life * 0.6), cover)


def whole_packs_of(units: np.ndarray, pack_units: np.ndarray) -> np.ndarray:
    """Units raised to whole packs."""
    return np.asarray(np.ceil(units / pack_units) * pack_units, dtype=np.int64)


def _live_day(state: State, model: DemandModel, habits: Policies) -> None:
    supply.receive(state)
    state.price_minor = np.asarray(np.maximum(habits.pricing.price(price_view(state)), 1), dtype=np.int64)
    state.ad_budget_minor = np.asarray(np.maximum(habits.advertising.budget(ad_view(state)), 0), dtype=np.int64)
    wanted = model.want(state)
    orders, lines, outcome = compose_day(state, wanted)
    record_traffic(state, wanted, orders, lines)
    record_ads(state, wanted, lines)
    record_competitors(state)
    fulfilment.ship(state, orders, lines)
    aftersales.draw(state, orders, lines)
    voice.draw(state, orders, lines)
    settlement.post(state)
    banking.post(state)
    banking.borrow(state, habits.borrowing.borrow(cash_view(state)))
    _remember(state, wanted, orders, lines)
    _record_demand(state, wanted, outcome)
    count_daily_harm(state, model, wanted, outcome)
    supply.order(state, _units_to_order(state, habits))
    _record_stock(state)
    if len(orders["order_no"]):
        state.chronicle.add("orders", only_declared("orders", orders))
        state.chronicle.add("lines", only_declared("lines", lines))


def _remember(state: State, wanted: Wanted, orders: Rows, lines: Rows) -> None:
    """Keep what the policies will look back on: paid sales, without brushing."""
    kept, world, today = memory(state), state.world, state.day_index
    place = lines["order_place"]
    real = np.flatnonzero(~np.isnat(orders["paid_at"])[place] & ~orders["is_fake"][place])
    listing, quantity = lines["listing_no"][real], lines["quantity"][real]
    kept.listing_units[today] = np.bincount(listing, quantity, world.listings.count)
    kept.interest_minor[today] = wanted.units * state.price_minor
    row, sku, units = world.explode(lines["sku_no"][real], quantity)
    np.add.at(kept.sold[today], (lines["warehouse_no"][real][row], sku), units)
    kept.was_out[today] = state.free == 0


def _record_demand(state: State, wanted: Wanted, outcome: Outcome) -> None:
    """Rows of `demand` and `drivers` for the listings on offer, and for those with demand all the same."""
    told = wanted.units + wanted.wholesale_units
    live = np.flatnonzero(
        (wanted.drivers["life_cycle"] > 0) | (told > 0) | (outcome.deferred != 0) | (outcome.sold > 0)
    )
    if not len(live):
        return
    listings = state.world.listings
    where = {"day": state.day, "shop": state.world.shop_codes[listings.shop_no[live]], "listing_no": live}
    state.chronicle.add("demand", {
        **where, "sku_no": listings.sku_no[live], "wanted_units": told[live], "sold_units": outcome.sold[live],
        "lost_units": outcome.lost[live], "deferred_units": outcome.deferred[live],
    })  # fmt: skip
    drivers = {name: wanted.drivers[name][live] for name in DRIVERS}
    state.chronicle.add("drivers", {**where, **drivers, "expected_units": wanted.expected[live]})


def _record_stock(state: State) -> None:
    """Rows of `stock`: what was ever there or is on its way."""
    known = state.own.setdefault("ever stocked", np.zeros(state.on_hand.shape, dtype=bool))
    known |= (state.on_hand > 0) | (state.on_order > 0)
    warehouse, sku = np.nonzero(known)
    state.own["capital_minor"] = state.own.get("capital_minor", 0) + int((state.on_hand * state.unit_cost_minor).sum())
    if len(sku):
        state.chronicle.add("stock", {
            "day": state.day, "warehouse": np.array([each.code for each in state.world.warehouses], dtype=object)[warehouse],
            "sku_no": sku, "on_hand": state.on_hand[warehouse, sku], "incoming": state.on_order[warehouse, sku],
            "unit_cost_minor": state.unit_cost_minor[warehouse, sku], "currency": state.world.currency,
        })  # fmt: skip


def _close(state: State) -> None:
    """What is done once, after the last day."""
    settlement.finish(state)
    banking.finish(state)
    profit.measure(state)
    _add_refunds_to_traffic(state)
    count_final_harm(state)
    _record_rates(state)
    write_events(state.chronicle, state.world)
    state.world.money = _final_money(state)


def _add_refunds_to_traffic(state: State) -> None:
    """Money given back, by the listing and the shop's own day on which it was."""
    traffic, refunds = state.chronicle.columns("traffic"), state.chronicle.columns("refunds")
    lines = state.chronicle.columns("lines")
    if not len(refunds["refund_no"]) or not len(traffic["day"]):
        return
    first = np.searchsorted(lines["order_no"], refunds["order_no"])
    listing = lines["listing_no"][first + refunds["line_no"] - 1]
    done = ~np.isnat(refunds["refunded_at"])
    shop = state.world.listings.shop_no[listing]
    offset = np.array(
        [
            int((state.world.day_start(each.shop_no, 0) - state.world.first_day).astype(int))
            for each in state.world.shops
        ]
    )
    local = (refunds["refunded_at"] - offset[shop].astype("timedelta64[s]")).astype("datetime64[D]")
    day_index = (local - state.world.first_day).astype(int)
    done &= (day_index >= 0) & (day_index < state.world.day_count)
    total = np.zeros((state.world.day_count, state.world.listings.count), dtype=np.int64)
    np.add.at(total, (day_index[done], listing[done]), refunds["amount_minor"][done])
    own = traffic["listing_no"] >= 0
    place = (traffic["day"] - state.world.first_day).astype(int)
    traffic["refunded_minor"][own] = total[place[own], traffic["listing_no"][own]]
    state.chronicle.replace("traffic", traffic)


def _record_rates(state: State) -> None:
    world = state.world
    for currency in world.rates.by_currency:
        state.chronicle.add("fx", {
            "day": np.array([world.day(place) for place in range(world.day_count)]), "currency": currency,
            "rate": np.array([world.rates.of(currency, place) for place in range(world.day_count)]),
            "rate_text": [world.rates.text(currency, place) for place in range(world.day_count)],
        })  # fmt: skip


def _final_money(state: State) -> dict[str, int]:
    """What the year brought, company currency: the lines' true profit less what the ordering cost beside them."""
    lines_profit = int(state.chronicle.columns("profit")["profit_base_minor"].sum())
    capital = round(state.own.get("capital_minor", 0) * CAPITAL_COST_YEAR / 365)
    waste, interest = int(state.own.get("waste_minor", 0)), int(state.own.get("interest_minor", 0))
    return {
        "lines_profit_minor": lines_profit, "capital_cost_minor": capital, "waste_minor": waste, "interest_minor": interest,
        "stock_minor": int((state.on_hand * state.unit_cost_minor).sum()),
        "final_profit_minor": lines_profit - capital - waste - interest,
    }  # fmt: skip
