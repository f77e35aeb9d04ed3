"""Every planted event is felt where and when its label says, and its cost is what it took."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np

from tests.unit.shopsim.small_worlds import SHOPS, live, small_scenario
from zhanggui.shopsim.days import simulate
from zhanggui.shopsim.events import Event, EventBook
from zhanggui.shopsim.scenario import EVENT_KINDS, EventPlan, load_scenario
from zhanggui.shopsim.world.whole import World

TAOBAO, PDD = SHOPS
PLANS = (
    EventPlan("listing_suspended", 3, 4, TAOBAO, rank=0),
    EventPlan("viral_day", 8, 2, PDD, rank=0, strength={"demand": 20}),
    EventPlan("promotion", 11, 3, TAOBAO, strength={"discount": 0.2, "demand": 3.0}),
    EventPlan("fake_orders", 15, 2, TAOBAO, rank=2, strength={"orders_day": 7, "fee": 8}),
    EventPlan("price_war", 18, 5, PDD, rank=1, strength={"demand": 0.4, "undercut": 0.3}),
    EventPlan("stock_out", 0, 40, rank=0),
    EventPlan("channel_closed", 36, 10, PDD),
    EventPlan("fee_rise", 90, 10, PDD),
)


@cache
def _eventful() -> World:
    return live(*PLANS, days=40)


@cache
def _plain() -> World:
    return live(days=40)


def _event(kind: str) -> Event:
    return next(each for each in _eventful().events.events if each.kind == kind)


def _wanted(world: World, first: int, last: int, listing: int | None = None, shop: str = "") -> int:
    told = world.chronicle.columns("demand")
    own = (told["day"] >= world.day(first)) & (told["day"] <= world.day(last))
    own &= (told["listing_no"] == listing) if listing is not None else (told["shop"] == shop)
    return int(told["wanted_units"][own].sum())


def test_labels_stand_in_the_order_of_the_scenario_without_what_comes_too_late() -> None:
    told = _eventful().chronicle.columns("events")
    assert told["kind"].tolist() == [plan.kind for plan in PLANS[:-1]]
    assert told["event_no"].tolist() == list(range(7))
    assert [str(day) for day in told["from_on"][:3]] == ["2025-01-04", "2025-01-09", "2025-01-12"]
    assert [str(day) for day in told["to_on"][:3]] == ["2025-01-07", "2025-01-10", "2025-01-14"]
    assert str(told["to_on"][6]) == "2025-02-09"
    assert set(told["currency"]) == {"CNY"}


def test_a_suspended_listing_sells_nothing_and_costs_its_contribution() -> None:
    event = _event("listing_suspended")
    assert _wanted(_eventful(), 3, 6, event.listing_no) == 0
    assert _wanted(_plain(), 3, 6, event.listing_no) > 0
    assert _wanted(_eventful(), 0, 2, event.listing_no) == _wanted(_plain(), 0, 2, event.listing_no)
    assert event.cost_minor > 0


def test_a_viral_day_is_a_gain() -> None:
    event = _event("viral_day")
    assert _wanted(_eventful(), 8, 9, event.listing_no) > 5 * _wanted(_plain(), 8, 9, event.listing_no)
    assert event.cost_minor < 0


def test_a_shop_s_own_promotion_stands_on_its_lines() -> None:
    lines = _eventful().chronicle.columns("lines")
    own = lines["promotion"] == "shop_promotion"
    assert own.sum() > 50
    gross = (lines["list_price_minor"] * lines["quantity"])[own]
    assert (lines["seller_discount_minor"][own] == np.floor(gross * 0.2 + 1e-9)).all()
    shops = _eventful().listings.shop_no[lines["listing_no"][own]]
    assert {_eventful().shops[int(number)].code for number in shops} == {TAOBAO}
    assert _event("promotion").cost_minor != 0


def test_brushed_orders_are_as_many_as_were_bought() -> None:
    orders, lines = _eventful().chronicle.columns("orders"), _eventful().chronicle.columns("lines")
    fake = orders["is_fake"]
    assert fake.sum() == 14
    assert set(lines["listing_no"][fake[lines["order_no"]]].tolist()) == {_event("fake_orders").listing_no}
    profit = _eventful().chronicle.columns("profit")
    own = fake[np.searchsorted(orders["order_no"], profit["order_no"])]
    lost = (profit["advertising_minor"] - profit["profit_minor"])[own].sum()
    assert _event("fake_orders").cost_minor == 14 * 800 + lost > 14 * 800
    assert not _plain().chronicle.columns("orders")["is_fake"].any()


def test_brushed_orders_are_no_demand_and_take_no_stock() -> None:
    fake = _eventful().chronicle.columns("orders")["order_no"][_eventful().chronicle.columns("orders")["is_fake"]]
    assert not np.isin(_eventful().chronicle.columns("movements")["order_no"], fake).any()
    event = _event("fake_orders")
    assert _wanted(_eventful(), 15, 16, event.listing_no) == _wanted(_plain(), 15, 16, event.listing_no)


def test_in_a_price_war_a_rival_undercuts() -> None:
    event, told = _event("price_war"), _eventful().chronicle.columns("competitors")
    own = told["listing_no"] == event.listing_no
    during = own & (told["day"] >= _eventful().day(18)) & (told["day"] <= _eventful().day(22))
    after = own & (told["day"] > _eventful().day(22))
    assert told["price_minor"][during].max() < 0.9 * told["price_minor"][after].min()
    assert event.cost_minor > 0


def test_a_closed_channel_has_no_orders_any_more() -> None:
    orders = _eventful().chronicle.columns("orders")
    closed_at = _eventful().company_day_start(36)
    late = orders["created_at"] >= closed_at
    assert set(orders["shop"][late]) == {TAOBAO}
    assert set(orders["shop"][~late]) == {TAOBAO, PDD}
    assert _event("channel_closed").cost_minor > 0


def test_a_stock_out_is_told_by_the_days_on_which_nothing_was_there() -> None:
    event, told = _event("stock_out"), _eventful().chronicle.columns("stock")
    demand = _eventful().chronicle.columns("demand")
    own = (demand["sku_no"] == event.sku_no) & (demand["lost_units"] > 0)
    first_lost = int((demand["day"][own].min() - _eventful().first_day).astype(int))
    assert 0 < event.from_index <= first_lost
    last = (told["sku_no"] == event.sku_no) & (told["day"] == _eventful().day(event.to_index))
    assert told["on_hand"][last].sum() <= 2
    assert event.detail["lost_units"] > 0
    assert event.cost_minor > 0


def test_a_currency_s_shock_is_its_worst_window_in_the_real_rates() -> None:
    scenario = load_scenario("cross_border_home")
    shops = tuple(shop for shop in scenario.shops if shop.channel == "shopify")
    events = tuple(replace(event, shop="") for event in scenario.events if event.kind == "currency_shock")
    categories = tuple(replace(each, products=6, units_day=8.0) for each in scenario.categories)
    small = replace(scenario, shops=shops, categories=categories, events=events, bundles=0)
    world = simulate(small, 1, 190)
    (event,) = world.events.events
    assert event.to_index - event.from_index == 45
    falls = [world.rates.of("USD", day + 45) / world.rates.of("USD", day) for day in range(365 - 45)]
    assert event.from_index == int(np.argmin(falls))
    assert event.cost_minor > 0
    assert json.loads(world.chronicle.columns("events")["detail"][0])["rate_from"] == world.rates.text(
        "USD", event.from_index
    )


def test_events_are_active_from_their_first_day_to_their_last() -> None:
    book = EventBook([Event(0, "viral_day", 2, 3), Event(1, "viral_day", 3, 9), Event(2, "fee_rise", 0, 9)])
    assert [[each.event_no for each in book.active("viral_day", day)] for day in (1, 2, 3, 4)] == [[], [0], [0, 1], [1]]
    book.charge(1, 250)
    book.charge(1, -50)
    book.refer(1, "A1")
    book.refer(1, "A2")
    assert (book.events[1].cost_minor, book.events[1].reference) == (200, "A1 A2")
    assert [each.event_no for each in book.of("viral_day")] == [0, 1]


def test_every_kind_can_be_planted_in_a_small_world() -> None:
    plans = [EventPlan(kind, 1, 3) for kind in EVENT_KINDS]
    world = simulate(small_scenario(*plans), 1, 6)
    assert world.chronicle.columns("events")["kind"].tolist() == EVENT_KINDS
