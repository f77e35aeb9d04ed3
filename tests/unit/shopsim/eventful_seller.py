"""A seller to whom everything happens that can be planted: four shops, two currencies, one May, and its label file.

Every kind strikes goods, a carrier, a supplier or a shop of its own, so that each can be looked for by itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from zhanggui.shopsim.days import simulate
from zhanggui.shopsim.scenario import EventPlan, OrderingPlan, Scenario, ShopPlan, load_scenario
from zhanggui.shopsim.world.whole import World

TAOBAO, PDD, JD, SHOPIFY = "taobao/青禾礼品", "pdd/青禾小铺", "jd/青禾礼品", "shopify/qinghe"
DAYS = 31
EVENTS = (
    EventPlan("stock_out", 0, 31, rank=0),
    EventPlan("delayed_carrier", 1, 4, carrier="圆通速递", strength={"days": 6}),
    EventPlan("fee_rise", 3, 6, PDD, strength={"share": 0.02}),
    EventPlan("currency_shock", 0, 14, SHOPIFY),
    EventPlan("listing_suspended", 8, 5, TAOBAO, rank=4),
    EventPlan("fake_orders", 10, 2, TAOBAO, rank=6, strength={"orders_day": 7, "fee": 8}),
    EventPlan("overcharged_parcel", 12, 5, carrier="韵达速递", strength={"share": 0.3, "duplicate_share": 0.15}),
    EventPlan("duplicate_invoice", 6, 20),
    EventPlan("missing_settlement", 14, 7, PDD),
    EventPlan("viral_day", 16, 1, PDD, rank=5, strength={"demand": 15}),
    EventPlan("promotion", 18, 4, TAOBAO, strength={"discount": 0.3, "demand": 1.6}),
    EventPlan("defective_batch", 4, 10, TAOBAO, rank=3, strength={"share": 0.7}),
    EventPlan("price_war", 22, 6, PDD, rank=1, strength={"demand": 0.1, "undercut": 0.3}),
    EventPlan("channel_closed", 25, 10, JD),
)


def make_scenario() -> Scenario:
    """The gift shop with two categories, three of its shops and one abroad, in a month without promotions."""
    told = load_scenario("gift_shop")
    categories = tuple(
        replace(each, products=12, units_day=75.0, new_share=0.0, retired_share=0.0, intermittent_share=0.0,
                lumpy_share=0.0, erratic_share=0.0, tail=0.5)
        for each in told.categories[:2]
    )  # fmt: skip
    abroad = ShopPlan(
        SHOPIFY, "shopify", "qinghe.com", "hz", weight=0.8, currency="USD", timezone="America/New_York", country="US"
    )
    codes = {each.code for each in categories}
    return replace(
        told,
        name="eventful",
        company=replace(told.company, started_on=date(2025, 5, 1), days=DAYS),
        shops=(*(replace(shop, range_share=1.0) for shop in told.shops if shop.code in (TAOBAO, PDD, JD)), abroad),
        categories=categories,
        suppliers=tuple(
            replace(each, lead_mean_days=3.0, lead_sd_days=0.5, short_share=0.0)
            for each in told.suppliers
            if codes & set(each.categories)
        ),
        policies=replace(told.policies, ordering=OrderingPlan(safety_days=10.0, review_days=2)),
        warehouses=told.warehouses[:1],
        promotions=(),
        demand=replace(told.demand, wholesale_day_share=0.0, opening_cover_days=12.0),
        bundles=0,
        events=EVENTS,
    )


def make_world() -> World:
    """The month, lived."""
    return simulate(make_scenario(), 5, DAYS)
