"""Worlds that many tests of the business look at, lived once: a small Chinese seller with every event of ours, a foreign one."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from tests.unit.shopsim.small_worlds import live, small_scenario
from zhanggui.shopsim.chronicle import NONE, Chronicle
from zhanggui.shopsim.days import open_state, simulate
from zhanggui.shopsim.scenario import EventPlan, load_scenario
from zhanggui.shopsim.state import State
from zhanggui.shopsim.world.whole import World, build_world

Columns = dict[str, np.ndarray]

SHOP = "taobao/青禾礼品"
EVENTS = (
    EventPlan("fee_rise", 10, 10, shop="pdd/青禾小铺", strength={"share": 0.02}),
    EventPlan("delayed_carrier", 5, 10, carrier="中通快递", strength={"days": 6, "claim_share": 0.5}),
    EventPlan("defective_batch", 8, 15, strength={"share": 0.6}),
    EventPlan("duplicate_invoice", 0, 30),
    EventPlan("overcharged_parcel", 3, 20, carrier="韵达速递", strength={"share": 0.3, "duplicate_share": 0.1}),
    EventPlan("missing_settlement", 12, 7, shop=SHOP),
    EventPlan("fake_orders", 6, 2, shop=SHOP, strength={"orders": 5}),
)


@cache
def small() -> World:
    """Forty-five days of two Chinese shops, with events."""
    return live(*EVENTS, days=45)


@cache
def calm() -> World:
    """The same world without the events."""
    return live(days=45)


@cache
def foreign() -> World:
    """Forty-five days abroad: Amazon, Shopify, Shopee, TikTok Shop, at a third of their size."""
    return simulate(replace(load_scenario("cross_border_home"), scale=0.3, events=()), 3, 45)


def morning(scale: float = 1.0) -> State:
    """The small seller's state on the morning of the first day."""
    return open_state(build_world(small_scenario(scale=scale), 1, 60))


def line_sums(chronicle: Chronicle) -> tuple[Columns, np.ndarray]:
    """The rows of `profit`, and by row the sum of the line's ledger entries."""
    profit, ledger = chronicle.columns("profit"), chronicle.columns("ledger")
    own = np.flatnonzero(ledger["line_no"] != NONE)
    key = profit["order_no"] * 1000 + profit["line_no"]
    at = np.searchsorted(key, ledger["order_no"][own] * 1000 + ledger["line_no"][own])
    sums = np.zeros(len(key), dtype=np.int64)
    np.add.at(sums, at, ledger["amount_minor"][own])
    return profit, sums
