"""A seller small enough for tests: the gift shop with two categories, two shops and a tenth of its goods."""

from __future__ import annotations

from dataclasses import replace

from zhanggui.shopsim.days import simulate
from zhanggui.shopsim.policies import Policies
from zhanggui.shopsim.scenario import EventPlan, Scenario, load_scenario
from zhanggui.shopsim.world.whole import World

SHOPS = ("taobao/青禾礼品", "pdd/青禾小铺")


def small_scenario(*events: EventPlan, scale: float = 1.0) -> Scenario:
    """Twenty-four SKUs and one bundle in two shops; about sixty units a day at scale 1."""
    told = load_scenario("gift_shop")
    categories = tuple(replace(each, products=12, units_day=30.0, new_share=0.1) for each in told.categories[:2])
    codes = {each.code for each in categories}
    return replace(
        told,
        name="small",
        company=replace(told.company, days=60),
        shops=tuple(shop for shop in told.shops if shop.code in SHOPS),
        categories=categories,
        suppliers=tuple(each for each in told.suppliers if codes & set(each.categories)),
        bundles=1,
        events=events,
        scale=scale,
    )


def live(
    *events: EventPlan, seed: int = 1, days: int = 20, scale: float = 1.0, policies: Policies | None = None
) -> World:
    """A small world after some days."""
    return simulate(small_scenario(*events, scale=scale), seed, days, policies)
