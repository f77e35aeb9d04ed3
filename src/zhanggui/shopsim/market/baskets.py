"""Units become orders: who buys, in what baskets, when, at what price, and what stock allows.

The book of wishes of a day is drawn from the day's demand alone; only then is stock looked at. Units that are not there
are lost, or put off by a few days (they come back as an order of their own). An order that is never paid is a copy of a
paid one from some minutes earlier: the buyer who came back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.market.buying import choose_buyers, draw_seconds
from zhanggui.shopsim.market.demand import Wanted
from zhanggui.shopsim.market.identifiers import line_ids, order_ids
from zhanggui.shopsim.state import Rows, State

_LUMP_TOGETHER = 0.85
"""Chance that a further unit of a lumpy listing goes into the same line."""
_SINGLE_LINE = ("pdd",)
"""Channels where a basket becomes one order for each of its goods."""
_WHOLESALE_DEPTH = 0.12
_COUPON_DEPTH = 0.03
_AFFILIATES = 40
_NAT = np.datetime64("NaT", "s")

PAYMENT_METHODS = {
    "taobao": "alipay", "tmall": "alipay", "jd": "jd_pay", "pdd": "wechat_pay", "douyin": "douyin_pay", "xhs": "alipay",
    "weixin_shop": "wechat_pay", "shopify": "card", "amazon": "card", "shopee": "shopee_pay", "tiktok_shop": "card",
}  # fmt: skip


@dataclass
class Book:
    """Lines as wished, in no order yet: one row per line, `order` groups them."""

    listing: np.ndarray
    quantity: np.ndarray
    order: np.ndarray
    is_fake: np.ndarray
    is_wholesale: np.ndarray
    is_back: np.ndarray
    """Whether the wish was put off on an earlier day."""


@dataclass
class Outcome:
    """What became of the wishes of a day, by listing."""

    sold: np.ndarray
    lost: np.ndarray
    deferred: np.ndarray


def compose_day(state: State, wanted: Wanted) -> tuple[Rows, Rows, Outcome]:
    """The day's orders and lines with all columns of the chronicle and the working columns, and what became of demand."""
    book = _write_book(state, wanted)
    shop_no = state.world.listings.shop_no[book.listing]
    order_shop = np.zeros(int(book.order.max(initial=-1)) + 1, dtype=np.int64)
    order_shop[book.order] = shop_no
    created = _created(state, order_shop)
    buyer = choose_buyers(state, order_shop)
    filled, outcome = _take_stock(state, wanted, book, created)
    orders, lines = _rows(state, wanted, book, filled, created, buyer, order_shop)
    return orders, lines, outcome


def _write_book(state: State, wanted: Wanted) -> Book:
    rng, plan = state.stream("baskets"), state.world.scenario.buyers
    listing, quantity = _lines(state, wanted.units, rng, plan.pair_share)
    shop = state.world.listings.shop_no[listing]
    shuffled = np.lexsort((rng.random(len(listing)), shop))
    listing, quantity, shop = listing[shuffled], quantity[shuffled], shop[shuffled]
    begins = rng.random(len(listing)) < 1 / plan.lines_mean
    begins |= np.array([each.channel in _SINGLE_LINE for each in state.world.shops])[shop]
    begins[:1] = True
    begins[1:] |= shop[1:] != shop[:-1]
    parts = [(listing, quantity, np.cumsum(begins) - 1, False, False, False)]
    large = np.flatnonzero(wanted.wholesale_units)
    parts.append((large, wanted.wholesale_units[large], np.arange(len(large)), False, True, False))
    back = np.array(state.agenda.take("deferred", state.day_index), dtype=np.int64).reshape(-1, 2)
    parts.append((back[:, 0], back[:, 1], np.arange(len(back)), False, False, True))
    fake = _fake_lines(state)
    parts.append((fake, np.ones(len(fake), dtype=np.int64), np.arange(len(fake)), True, False, False))
    return _join(parts)


def _join(parts: list[tuple[np.ndarray, np.ndarray, np.ndarray, bool, bool, bool]]) -> Book:
    """One book of several: orders are numbered on."""
    orders, first = [], 0
    for part in parts:
        orders.append(part[2] + first)
        first += int(part[2].max(initial=-1)) + 1
    flags = [np.concatenate([np.full(len(part[0]), part[place]) for part in parts]).astype(bool) for place in (3, 4, 5)]
    return Book(
        np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts]),
        np.concatenate(orders), flags[0], flags[1], flags[2],
    )  # fmt: skip


def _lines(
    state: State, units: np.ndarray, rng: np.random.Generator, pair_share: float
) -> tuple[np.ndarray, np.ndarray]:
    """Units of a listing put together into lines: mostly singles, lumps mostly whole."""
    listing = np.repeat(np.arange(len(units)), units)
    lump = state.world.products.lump_units[state.world.listings.sku_no[listing]]
    joins = rng.random(len(listing)) < np.where(lump > 1, _LUMP_TOGETHER, pair_share)
    joins[1:] &= listing[1:] == listing[:-1]
    joins[:1] = False
    line = np.cumsum(~joins) - 1
    return listing[~joins], np.bincount(line, minlength=0).astype(np.int64) if len(line) else np.zeros(
        0, dtype=np.int64
    )


def _fake_lines(state: State) -> np.ndarray:
    """Brushed orders of the day: single units of the event's listing; their buyers get a fee, which the bank pays."""
    told = []
    for event in state.world.events.active("fake_orders", state.day_index):
        count = int(event.number("orders_day", 20))
        told.append(np.full(count, event.listing_no))
        fee = round(event.number("fee", 8.0) * 100)
        state.world.events.charge(event.event_no, count * fee)
        state.agenda.put("brushing", state.day_index, (event.shop_no, count * fee))
    return np.concatenate(told) if told else np.zeros(0, dtype=np.int64)


def _created(state: State, order_shop: np.ndarray) -> np.ndarray:
    """UTC instants of the orders, by each shop's own clock."""
    return np.asarray(_midnights(state)[order_shop] + draw_seconds(state, len(order_shop)).astype("timedelta64[s]"))


def _midnights(state: State) -> np.ndarray:
    """[shop] UTC instants at which the day begins."""
    told = [state.world.day_start(shop.shop_no, state.day_index) for shop in state.world.shops]
    return np.array(told, dtype="datetime64[s]")


def _take_stock(state: State, wanted: Wanted, book: Book, created: np.ndarray) -> tuple[np.ndarray, Outcome]:
    """Units of each line that stock allows, first come first served; what is not there is lost or put off."""
    listings, count = state.world.listings, state.world.listings.count
    place, sku, units = state.world.explode(listings.sku_no[book.listing], book.quantity)
    warehouse = listings.warehouse_no[book.listing][place]
    slot = np.where(book.is_fake[place], -1, warehouse * state.world.products.count + sku)
    given = _first_come(state.free.ravel(), slot, units, created[book.order][place])
    per_unit = np.maximum(units // np.maximum(book.quantity[place], 1), 1)
    # Who was put off and comes back to a page that is closed by now buys nothing.
    filled = np.where(wanted.drivers["event"][book.listing] == 0, 0, book.quantity)
    np.minimum.at(filled, place, given // per_unit)
    real = ~book.is_fake[place]
    np.add.at(state.reserved, (warehouse[real], sku[real]), (filled[place] * per_unit)[real])
    return filled, _record_short(state, book, filled, count)


def _first_come(free: np.ndarray, slot: np.ndarray, units: np.ndarray, created: np.ndarray) -> np.ndarray:
    """Units given to each wish of a slot in the order of time; a slot below zero gives everything."""
    order = np.lexsort((created, slot))
    ordered, running = slot[order], np.cumsum(units[order])
    first = np.searchsorted(ordered, ordered, side="left")
    before = running - units[order] - (running[first] - units[order][first])
    given = np.clip(free[np.maximum(ordered, 0)] - before, 0, units[order])
    told = np.empty_like(units)
    told[order] = np.where(ordered < 0, units[order], given)
    return told


def _record_short(state: State, book: Book, filled: np.ndarray, count: int) -> Outcome:
    """Lost for good, or put off: who was put off once does not wait again."""
    plan = state.world.scenario.demand
    rng = state.stream("patience")
    waits = (rng.random(len(book.listing)) < plan.defer_share) & ~book.is_back & ~book.is_wholesale
    days = 1 + rng.integers(0, plan.defer_days, len(book.listing))
    short = book.quantity - filled
    for place in np.flatnonzero((short > 0) & waits):
        state.agenda.put("deferred", state.day_index + int(days[place]), (int(book.listing[place]), int(short[place])))
    real = ~book.is_fake
    put_off = np.where(waits, short, 0) - np.where(book.is_back, book.quantity, 0)
    return Outcome(
        sold=_by_listing(book.listing[real], filled[real], count),
        lost=_by_listing(book.listing[real], np.where(waits, 0, short)[real], count),
        deferred=_by_listing(book.listing[real], put_off[real], count),
    )


def _by_listing(listing: np.ndarray, units: np.ndarray, count: int) -> np.ndarray:
    return np.rint(np.bincount(listing, units, count)).astype(np.int64)


def _rows(
    state: State,
    wanted: Wanted,
    book: Book,
    filled: np.ndarray,
    created: np.ndarray,
    buyer: np.ndarray,
    order_shop: np.ndarray,
) -> tuple[Rows, Rows]:
    """Rows of the orders that got something, in the order of time, with the unpaid copies among them."""
    kept = np.flatnonzero(filled > 0)
    got = np.unique(book.order[kept])
    source, unpaid = _with_unpaid(state, got, order_shop, book)
    rng = state.stream("minutes")
    earlier = rng.integers(600, 3600, len(source))
    at = created[source] - np.where(unpaid, earlier, 0).astype("timedelta64[s]")
    at = np.maximum(at, _midnights(state)[order_shop[source]])
    ranked = np.lexsort((source, unpaid, at))
    source, unpaid, at = source[ranked], unpaid[ranked], at[ranked]
    line_of, place = _lines_of(book.order[kept], source)
    lines = _line_rows(state, wanted, book, filled, kept[line_of], place, unpaid)
    orders = _order_rows(state, book, source, unpaid, at, buyer, order_shop, lines, rng)
    _name_lines(state, orders, lines)
    return orders, lines


def _with_unpaid(state: State, got: np.ndarray, order_shop: np.ndarray, book: Book) -> tuple[np.ndarray, np.ndarray]:
    share = np.array([plan.unpaid_share for plan in state.world.scenario.shops])
    odd = np.zeros(len(order_shop), dtype=bool)
    odd[book.order[book.is_fake | book.is_wholesale]] = True
    chance = state.stream("unpaid").random(len(order_shop))
    copies = got[(chance[got] < share[order_shop[got]]) & ~odd[got]]
    return np.concatenate([got, copies]), np.repeat([False, True], [len(got), len(copies)])


def _lines_of(order: np.ndarray, source: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each order of `source` its lines (positions in `order`) and its own position, grouped by order."""
    by_order = np.argsort(order, kind="stable")
    first = np.searchsorted(order[by_order], source, side="left")
    count = np.searchsorted(order[by_order], source, side="right") - first
    place = np.repeat(np.arange(len(source)), count)
    step = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
    return by_order[first[place] + step], place


def _line_rows(
    state: State, wanted: Wanted, book: Book, filled: np.ndarray, row: np.ndarray, place: np.ndarray, unpaid: np.ndarray
) -> Rows:
    """Lines with their money: promotion first (shared with the platform), the platform's coupon on top."""
    listings, world = state.world.listings, state.world
    listing, quantity = book.listing[row], filled[row]
    price = state.price_minor[listing]
    gross = price * quantity
    depth = np.where(book.is_wholesale[row], _WHOLESALE_DEPTH, wanted.depth[listing])
    total = np.floor(gross * depth + 1e-9).astype(np.int64)
    platform = np.floor(total * np.where(book.is_wholesale[row], 0.0, wanted.platform_part[listing])).astype(np.int64)
    shop_no = listings.shop_no[listing]
    coupon_share = np.array([plan.platform_coupon_share for plan in world.scenario.shops])[shop_no]
    has_coupon = state.stream("coupons").random(int(book.order.max(initial=0)) + 1)[book.order[row]] < coupon_share
    coupon = np.where(has_coupon, np.floor((gross - total) * _COUPON_DEPTH).astype(np.int64), 0)
    seller, platform = total - platform, platform + coupon
    paid = gross - seller - platform
    tax_share = np.array([plan.tax_share for plan in world.scenario.shops])[shop_no]
    first = np.flatnonzero(np.r_[True, place[1:] != place[:-1]]) if len(place) else np.zeros(0, dtype=np.int64)
    line_no = np.arange(len(place)) - np.repeat(first, np.diff(np.r_[first, len(place)])) + 1
    warehouse_no = listings.warehouse_no[listing]
    return {
        "order_no": np.zeros(len(row), dtype=np.int64), "line_no": line_no, "listing_no": listing,
        "sku_no": listings.sku_no[listing], "quantity": quantity, "list_price_minor": price,
        "seller_discount_minor": seller, "platform_discount_minor": platform, "paid_minor": paid,
        "seller_receivable_minor": paid + platform, "tax_minor": np.rint(paid * tax_share).astype(np.int64),
        "promotion": np.where(book.is_wholesale[row], "wholesale", wanted.promotion[listing]),
        "batch": state.batch[warehouse_no, listings.sku_no[listing]],
        "order_place": place, "shop_no": shop_no, "warehouse_no": warehouse_no,
    }  # fmt: skip


def _order_rows(
    state: State, book: Book, source: np.ndarray, unpaid: np.ndarray, at: np.ndarray, buyer: np.ndarray, order_shop: np.ndarray,
    lines: Rows, rng: np.random.Generator,
) -> Rows:  # fmt: skip
    world, count = state.world, len(source)
    shop_no, place = order_shop[source], lines["order_place"]
    plans = world.scenario.shops

    def total(values: np.ndarray) -> np.ndarray:
        return np.rint(np.bincount(place, values, count)).astype(np.int64)

    goods = total(lines["list_price_minor"] * lines["quantity"])
    seller, platform = total(lines["seller_discount_minor"]), total(lines["platform_discount_minor"])
    tax, paid_goods = total(lines["tax_minor"]), goods - seller - platform
    fee = np.array([round(plan.shipping_fee * 100) for plan in plans])[shop_no]
    shipping = np.where(paid_goods < np.array([plan.free_shipping_from * 100 for plan in plans])[shop_no], fee, 0)
    who, fake = buyer[source], np.zeros(len(order_shop), dtype=bool)
    fake[book.order[book.is_fake]] = True
    affiliate_share = np.array([plan.affiliate_share for plan in plans])[shop_no]
    affiliate = np.where(rng.random(count) < affiliate_share, rng.integers(0, _AFFILIATES, count), NONE)
    waited = rng.integers(5, 300, count).astype("timedelta64[s]")
    warehouse_no = np.array([shop.warehouse_no for shop in world.shops])[shop_no]
    nothing = np.full(count, _NAT)
    return {
        "order_no": state.numbers.take("order", count), "shop": world.shop_codes[shop_no],
        "platform_order_id": np.full(count, "", dtype=object), "buyer_no": who, "created_at": at,
        "paid_at": np.where(unpaid, _NAT, at + waited),
        "cancelled_at": np.where(unpaid, at + np.timedelta64(86400, "s"), _NAT),
        "shipped_at": nothing, "delivered_at": nothing.copy(), "completed_at": nothing.copy(),
        "currency": np.array([shop.currency for shop in world.shops], dtype=object)[shop_no],
        "goods_minor": goods, "seller_discount_minor": seller, "platform_discount_minor": platform,
        "shipping_minor": shipping, "tax_minor": tax, "paid_minor": paid_goods + shipping + tax,
        "seller_receivable_minor": goods - seller + shipping,
        "country": world.buyers.country[who], "province": world.buyers.province[who], "city": world.buyers.city[who],
        "warehouse": np.array([each.code for each in world.warehouses], dtype=object)[warehouse_no],
        "payment_method": np.array([PAYMENT_METHODS.get(shop.channel, "other") for shop in world.shops], dtype=object)[shop_no],
        "affiliate_no": np.where(fake[source], NONE, affiliate), "is_fake": fake[source],
        "shop_no": shop_no, "warehouse_no": warehouse_no,
    }  # fmt: skip


def _name_lines(state: State, orders: Rows, lines: Rows) -> None:
    """Give orders and lines the numbers of their platforms, shop by shop."""
    lines["order_no"] = orders["order_no"][lines["order_place"]]
    lines["platform_line_id"] = np.full(len(lines["order_no"]), "", dtype=object)
    size = np.bincount(lines["order_place"], minlength=len(orders["order_no"]))
    for shop in state.world.shops:
        own = np.flatnonzero(orders["shop_no"] == shop.shop_no)
        numbers = state.numbers.take(f"order of {shop.code}", len(own))
        rng = state.stream("order numbers", shop.code)
        orders["platform_order_id"][own] = order_ids(shop, numbers, state.day, rng)
        own_lines = np.flatnonzero(lines["shop_no"] == shop.shop_no)
        place = lines["order_place"][own_lines]
        lines["platform_line_id"][own_lines] = line_ids(
            shop, orders["platform_order_id"][place], lines["line_no"][own_lines], size[place] == 1
        )
