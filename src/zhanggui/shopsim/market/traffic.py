"""Visits, searches, advertising and competitors of a day: what the platforms' own statistics show.

Orders are the day's own; visits follow from what was expected, so that a page without stock keeps its visitors and
loses its sales. Advertising's true effect is a thinning of demand; the platform claims a share of the rest as well.
"""

from __future__ import annotations

import numpy as np

from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.market.demand import Wanted, poisson_by_inversion
from zhanggui.shopsim.state import Rows, State
from zhanggui.shopsim.views import memory
from zhanggui.shopsim.world.planting import best_listings

SOURCES = ("search", "recommendation", "paid", "campaign", "other")
"""Where visitors come from."""

_SOURCE_SHARES = np.array([0.38, 0.30, 0.14, 0.08, 0.10])
_CONVERSION = {"amazon": 0.09, "shopify": 0.022, "pdd": 0.045, "douyin": 0.03}
_USUAL_CONVERSION = 0.035
_VIEWS_PER_VISITOR, _IMPRESSIONS_PER_VISITOR, _FAVOURITE_SHARE, _CARTS_PER_ORDER = 2.3, 14.0, 0.03, 2.2
_CLICK_SHARE = 0.028
_WATCHED, _RIVALS = 12, 2
_RIVAL_MOVES = 0.06
_TRAFFIC_FIELDS = "order_buyers order_units order_minor paid_buyers paid_units paid_minor".split()


def record_traffic(state: State, wanted: Wanted, orders: Rows, lines: Rows) -> None:
    """Rows of `traffic`: one per listing with a visitor, one per shop and source (without listing)."""
    world, rng = state.world, state.stream("traffic")
    count = world.listings.count
    sales = _sales(orders, lines, lines["listing_no"], count)
    conversion = np.array([_CONVERSION.get(shop.channel, _USUAL_CONVERSION) for shop in world.shops])[
        world.listings.shop_no
    ]
    live = wanted.drivers["life_cycle"] * (wanted.drivers["event"] > 0)
    hope = np.where(live > 0, wanted.expected / conversion * 0.97 + 0.25, 0.0)
    visitors = np.maximum(poisson_by_inversion(hope, rng.random(count)), sales["order_buyers"])
    seen = np.flatnonzero(visitors)
    rows = {
        "impressions": _times(visitors, _IMPRESSIONS_PER_VISITOR, rng), "visitors": visitors,
        "page_views": np.maximum(_times(visitors, _VIEWS_PER_VISITOR, rng), visitors),
        "favorite_users": rng.binomial(visitors, _FAVOURITE_SHARE),
        "cart_users": np.minimum(visitors, sales["order_buyers"] + rng.poisson(wanted.expected * (_CARTS_PER_ORDER - 1))),
        **sales,
    }  # fmt: skip
    rows["cart_units"] = np.maximum(_times(rows["cart_users"], 1.2, rng), rows["cart_users"])
    _add(state, {name: values[seen] for name, values in rows.items()}, world.listings.shop_no[seen], seen, "")
    _add_sources(state, rows, orders, lines, rng)
    _record_searches(state, rows, rng)


def _times(count: np.ndarray, factor: float, rng: np.random.Generator) -> np.ndarray:
    return np.rint(count * factor * rng.uniform(0.85, 1.15, len(count))).astype(np.int64)


def _sales(orders: Rows, lines: Rows, group: np.ndarray, count: int) -> Rows:
    """Orders placed and paid by group of lines; two lines of an order in one group are one buyer."""
    place = lines["order_place"]
    is_paid = ~np.isnat(orders["paid_at"])[place]
    keys = np.unique(group * (len(orders["order_no"]) + 1) + place)
    whose, which = keys // (len(orders["order_no"]) + 1), keys % (len(orders["order_no"]) + 1)
    paid_keys = ~np.isnat(orders["paid_at"])[which] if len(which) else np.zeros(0, dtype=bool)
    amount = lines["paid_minor"]
    told = (
        np.bincount(whose, minlength=count), np.bincount(group, lines["quantity"], count), np.bincount(group, amount, count),
        np.bincount(whose[paid_keys], minlength=count), np.bincount(group[is_paid], lines["quantity"][is_paid], count),
        np.bincount(group[is_paid], amount[is_paid], count),
    )  # fmt: skip
    return {name: np.rint(values).astype(np.int64) for name, values in zip(_TRAFFIC_FIELDS, told, strict=True)}


def _add(state: State, rows: Rows, shop_no: np.ndarray, listing_no: np.ndarray | int, source: str | np.ndarray) -> None:
    if len(shop_no):
        state.chronicle.add("traffic", {
            "day": state.day, "shop": state.world.shop_codes[shop_no], "listing_no": listing_no, "source": source,
            "refunded_minor": 0, **rows,
        })  # fmt: skip


def _add_sources(state: State, rows: Rows, orders: Rows, lines: Rows, rng: np.random.Generator) -> None:
    """The shops' totals divided by source; sales of a shop count a buyer once."""
    shops = len(state.world.shops)
    left = {
        name: np.rint(np.bincount(state.world.listings.shop_no, values, shops)).astype(np.int64)
        for name, values in rows.items()
    }
    left.update(_sales(orders, lines, lines["shop_no"], shops))
    parts = []
    for place in range(len(SOURCES)):
        # Each source takes its share of what the ones before it left; the last takes the rest.
        share = np.minimum(1.0, _SOURCE_SHARES[place] / _SOURCE_SHARES[place:].sum() * rng.uniform(0.9, 1.1, shops))
        is_last = place == len(SOURCES) - 1
        part = {name: values if is_last else np.rint(values * share).astype(np.int64) for name, values in left.items()}
        left = {name: left[name] - part[name] for name in left}
        parts.append(part)
    joined = {name: np.concatenate([part[name] for part in parts]) for name in left}
    source = np.repeat(np.array(SOURCES, dtype=object), shops)
    _add(state, joined, np.tile(np.arange(shops), len(SOURCES)), NONE, source)


def _record_searches(state: State, rows: Rows, rng: np.random.Generator) -> None:
    """A row per shop and search term: the category's visits divided by the terms, the first ones most."""
    world = state.world
    terms = [
        (each.category_no, term, 1.0 / (place + 1))
        for each in world.categories
        for place, term in enumerate(each.search_terms)
    ]
    if not terms:
        return
    category = np.array([term[0] for term in terms])
    weight = np.array([term[2] for term in terms])
    weight = weight / np.bincount(category, weight)[category]
    shops, cells = len(world.shops), len(world.shops) * len(world.categories)
    group = world.listings.shop_no * len(world.categories) + world.listing_category
    own = {name: np.bincount(group, rows[name], cells).reshape(shops, -1)[:, category] * weight for name in rows}
    noise = rng.uniform(0.8, 1.2, (shops, len(terms)))
    clicks = np.rint(own["visitors"] * 0.4 * noise).astype(np.int64)
    orders = np.minimum(np.rint(own["order_buyers"] * 0.4).astype(np.int64), clicks)
    has = clicks.ravel() > 0
    if not has.any():
        return
    price = own["order_minor"] / np.maximum(own["order_buyers"], 1)
    state.chronicle.add("searches", {
        "day": state.day,
        "shop": np.repeat(world.shop_codes, len(terms))[has],
        "listing_no": _leaders(state)[:, category].ravel()[has],
        "term": np.tile(np.array([term[1] for term in terms], dtype=object), shops)[has],
        "impressions": np.rint(clicks * 11 * noise).astype(np.int64).ravel()[has],
        "clicks": clicks.ravel()[has],
        "carts": np.minimum(np.rint(orders * 1.8).astype(np.int64), clicks).ravel()[has],
        "orders": orders.ravel()[has],
        "paid_minor": np.rint(orders * price).astype(np.int64).ravel()[has],
    })  # fmt: skip


def _leaders(state: State) -> np.ndarray:
    """[shop, category] the best listing, or none."""
    if "leaders" not in state.own:
        world = state.world
        told = np.full((len(world.shops), len(world.categories)), NONE, dtype=np.int64)
        for place in reversed(best_listings(world, NONE)):
            told[world.listings.shop_no[place], world.listing_category[place]] = place
        state.own["leaders"] = told
    leaders: np.ndarray = state.own["leaders"]
    return leaders


def record_ads(state: State, wanted: Wanted, lines: Rows) -> None:
    """Rows of `ads`: money spent, what the platform claims for it, and what it truly brought."""
    world, rng = state.world, state.stream("ads")
    count, plan = world.listings.count, world.scenario.ads
    spend = np.rint(state.ad_budget_minor * rng.uniform(0.8, 1.0, count)).astype(np.int64)
    spend = np.where(wanted.drivers["event"] * wanted.drivers["life_cycle"] > 0, spend, 0)
    lift = wanted.drivers["advertising"]
    incremental = rng.binomial(wanted.units, (lift - 1) / lift)
    claimed = incremental + rng.binomial(wanted.units - incremental, plan.claimed_organic_share)
    sold = np.rint(np.bincount(lines["listing_no"], lines["quantity"], count)).astype(np.int64)
    claimed = np.minimum(claimed, sold)
    click_minor = _click_price(state)
    clicks = np.floor(spend / click_minor).astype(np.int64)
    impressions = np.maximum(np.rint(clicks / _CLICK_SHARE * rng.uniform(0.8, 1.2, count)).astype(np.int64), clicks)
    paid = np.flatnonzero((spend > 0) & (clicks > 0))
    claimed = np.minimum(claimed, clicks)
    if len(paid):
        shop_no = world.listings.shop_no[paid]
        owed = state.own.setdefault(
            "ad_spend", np.zeros(len(world.shops), dtype=np.int64)
        )  # settlement.py takes it weekly
        np.add.at(owed, shop_no, spend[paid])
        state.chronicle.add("ads", {
            "day": state.day, "shop": world.shop_codes[shop_no], "listing_no": paid,
            "campaign": np.array([f"推广{each.zh}" if world.currency == "CNY" else f"Ads {each.en}" for each in world.categories],
                                 dtype=object)[world.listing_category[paid]],
            "impressions": impressions[paid], "clicks": clicks[paid], "spend_minor": spend[paid],
            "currency": np.array([shop.currency for shop in world.shops], dtype=object)[shop_no],
            "attributed_orders": claimed[paid], "attributed_units": claimed[paid],
            "attributed_minor": claimed[paid] * state.price_minor[paid], "incremental_units": incremental[paid],
        })  # fmt: skip


def _click_price(state: State) -> np.ndarray:
    """[listing] what a click costs, shop currency."""
    world = state.world
    told = [
        max(
            1,
            int(world.rates.from_base(np.array(world.scenario.ads.click_price * 100), shop.currency, state.day_index)),
        )
        for shop in world.shops
    ]
    return np.asarray(np.array(told)[world.listings.shop_no])


def record_competitors(state: State) -> None:
    """Rows of `competitors`: rivals of each shop's best listings, whose prices wander and who undercut in a price war."""
    world = state.world
    watched = _watched(state)
    rng = state.stream("competitors")
    kept = state.own.setdefault("rivals", np.ones((len(watched), _RIVALS)))
    kept *= np.exp(rng.normal(0, _RIVAL_MOVES, kept.shape) * (rng.random(kept.shape) < 0.08))
    np.clip(kept, 0.75, 1.25, out=kept)
    price = world.listings.list_price_minor[watched][:, None] * kept
    for event in world.events.active("price_war", state.day_index):
        price[watched == event.listing_no] *= 1 - event.number("undercut", 0.3)
    minor = np.maximum(np.rint(price / 10) * 10, 10).astype(np.int64)
    told = state.own.setdefault("rival sales", np.zeros(kept.shape, dtype=np.int64))
    told += rng.poisson(3.0 / kept)
    memory(state).competitor_minor[watched] = minor.min(axis=1)
    currency = np.array([shop.currency for shop in world.shops], dtype=object)[world.listings.shop_no[watched]]
    state.chronicle.add("competitors", {
        "day": state.day, "listing_no": np.repeat(watched, _RIVALS),
        "competitor": np.tile(np.array(["同行甲", "同行乙"], dtype=object), len(watched)),
        "price_minor": minor.ravel(), "currency": np.repeat(currency, _RIVALS), "sales_count": told.ravel().copy(),
    })  # fmt: skip


def _watched(state: State) -> np.ndarray:
    if "watched" not in state.own:
        best = [place for shop in state.world.shops for place in best_listings(state.world, shop.shop_no)[:_WATCHED]]
        hit = [event.listing_no for event in state.world.events.of("price_war")]
        state.own["watched"] = np.unique(np.array(best + hit, dtype=np.int64))
    watched: np.ndarray = state.own["watched"]
    return watched
