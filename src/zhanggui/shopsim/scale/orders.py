"""The orders and lines of a group of sellers in one period: who buys what, when, for how much, and when it arrives.

Every shop draws from a stream of its own, named by the shop and the period; all that follows from the draws is computed
for the whole group at once. Times are UTC seconds, amounts whole minor units.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from zhanggui.shopsim.business.fulfilment import HABITS
from zhanggui.shopsim.market.demand import normal_quantile, poisson_by_inversion
from zhanggui.shopsim.scale import chances
from zhanggui.shopsim.scale.chances import bits
from zhanggui.shopsim.scale.periods import Clock, Period, clock
from zhanggui.shopsim.scale.sellers import PLACES, PPM, Group, day_factors, listing_units, mean_pieces, promoted

MOST_LINES, MOST_PIECES = 8, 12
COUPON_DEPTH_PPM = 30_000
DAY_SPREAD = 0.18
"""Spread (log) of a day's demand around what is expected."""
TRANSIT_MEAN_DAYS = 3.0
REMEMBERED_MONTHS = 14
MONTHLY_DROPOUT = 0.72
"""Share of the buyers of one month who are still there a month later."""
ONE_LINE_CHANNELS = ("pdd",)
"""Channels where an order has one line by rule."""

TWIN_ROOM = 200_000
"""Orders of a day in one shop, where a seller has several on one channel."""

NEVER = np.int64(1) << 60
"""An instant that does not come."""

Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Drawn:
    """What a period brought: `orders` and `lines` by column; `lines["order"]` is the position of the order."""

    orders: Columns
    lines: Columns
    clocks: list[Clock]
    """By shop of the group."""


def draw_period(group: Group, period: Period) -> Drawn:
    """All orders of the group that are placed in the period."""
    streams = [group.draws.stream("canonical", each.shop.code, period.name) for each in group.shops]
    units = listing_units(group, period.first + period.days // 2, period.on + timedelta(days=period.days // 2))
    counts = _count_orders(group, period, units, streams)
    words = chances.raw_words(streams, counts.sum(axis=1), 4)
    clocks = [_clock(group, place) for place in range(len(group.shops))]
    orders = _place_orders(group, period, counts, words, clocks)
    line_count = _line_counts(group, orders["shop"], words)
    orders["first_line"] = np.cumsum(line_count) - line_count
    of_shop = np.bincount(orders["shop"], line_count, len(group.shops)).astype(np.int64)
    lines = _choose_lines(group, period, units, orders, line_count, chances.raw_words(streams, of_shop, 2))
    _sum_up(group, orders, lines)
    return Drawn(orders, lines, clocks)


def _clock(group: Group, place: int) -> Clock:
    company = group.company.company
    return clock(group.shops[place].shop.timezone, company.started_on, company.days)


def _lines_share(group: Group) -> np.ndarray:
    """[shop] chance of one line more."""
    return np.array([
        0.0 if each.shop.channel in ONE_LINE_CHANNELS else 1.0 - 1.0 / each.seller.buyers.lines_mean
        for each in group.shops
    ])  # fmt: skip


def _count_orders(
    group: Group, period: Period, units: np.ndarray, streams: list[np.random.Generator]
) -> np.ndarray:  # fmt: skip
    """[shop, day] how many orders: Poisson around the expected number, which itself varies from day to day."""
    uniform = np.stack([stream.random((2, period.days)) for stream in streams])
    level = np.bincount(group.goods.shop, units, len(group.shops))
    factors = np.concatenate([
        day_factors(each.seller, (each.plan,), period.days, period.first) for each in group.shops
    ])  # fmt: skip
    pieces = np.array([mean_pieces(each.seller) for each in group.shops]) / (1.0 - _lines_share(group))
    heat = np.exp(DAY_SPREAD * normal_quantile(uniform[:, 0]) - DAY_SPREAD**2 / 2)
    expected = np.round((level / pieces)[:, None] * factors * heat, PLACES)
    return poisson_by_inversion(expected.ravel(), uniform[:, 1].ravel()).reshape(expected.shape)


def _place_orders(group: Group, period: Period, counts: np.ndarray, words: np.ndarray, clocks: list[Clock]) -> Columns:
    """Orders in order of shop and time, with their buyers and the instants of what happens to them."""
    cell = np.repeat(np.arange(counts.size), counts.ravel())
    # Of the random words only this part is put in order: the others are as good for one order as for another.
    ordered = np.sort(cell * chances.LEVELS + bits(words, 0, 0))
    shop, day = np.divmod(cell, period.days)
    local = chances.shopping_seconds()[ordered & (chances.LEVELS - 1)]
    midnights = np.stack([each.midnights[period.first : period.end] for each in clocks])
    created = midnights.ravel()[cell] + local
    within = np.arange(len(cell)) - (np.cumsum(counts.ravel()) - counts.ravel())[cell]
    plans = [each.plan for each in group.shops]
    is_unpaid = bits(words, 0, 1) < chances.threshold(np.array([plan.unpaid_share for plan in plans]))[shop]
    paid = created + 5 + bits(words, 2, 3) % 295
    return {
        "shop": shop, "day": day, "created": created, "running": (period.first + day) * 1_000_000 + within + _twins(group)[shop],
        "tail": (words[:, 3] % np.uint64(1_000_000)).astype(np.int64), "buyer": _choose_buyers(group, period, counts, shop, words),
        "coupon": bits(words, 1, 0) < chances.threshold(np.array([plan.platform_coupon_share for plan in plans]))[shop],
        "affiliate": bits(words, 1, 1) < chances.threshold(np.array([plan.affiliate_share for plan in plans]))[shop],
        "place": bits(words, 1, 2), "credit": bits(words, 1, 3), **_follow(created, paid, is_unpaid, words),
    }  # fmt: skip


def _twins(group: Group) -> np.ndarray:
    """[shop] from where a shop counts its orders of a day: a seller's second shop on a channel begins elsewhere."""
    seen: Counter[tuple[int, str]] = Counter()
    told = []
    for each in group.shops:
        told.append(seen[each.seller_no, each.shop.channel] * TWIN_ROOM)
        seen[each.seller_no, each.shop.channel] += 1
    return np.array(told)


def _follow(created: np.ndarray, paid: np.ndarray, is_unpaid: np.ndarray, words: np.ndarray) -> Columns:
    """Paying, shipping, delivery, confirmation; an order that is not paid is cancelled a day later."""
    handling = chances.waiting_seconds(
        HABITS.handling_least_hours, HABITS.handling_mean_hours, HABITS.handling_most_hours
    )
    transit = chances.waiting_seconds(18.0 * TRANSIT_MEAN_DAYS, 6.0 * TRANSIT_MEAN_DAYS)
    confirming = chances.confirming_seconds(
        HABITS.confirmed_share, HABITS.confirmed_mean_hours, HABITS.confirmed_after_days
    )
    shipped = paid + handling[bits(words, 2, 0)]
    delivered = shipped + transit[bits(words, 2, 1)]
    completed = delivered + confirming[bits(words, 2, 2)]
    told = {"paid": paid, "shipped": shipped, "delivered": delivered, "completed": completed}
    for values in told.values():
        values[is_unpaid] = NEVER
    return {**told, "cancelled": np.where(is_unpaid, created + 86400, NEVER)}


def _choose_buyers(
    group: Group, period: Period, counts: np.ndarray, shop: np.ndarray, words: np.ndarray
) -> np.ndarray:  # fmt: skip
    """Buyers by number: new ones of this period, or one of an earlier month, the later the likelier, early ones often.

    A month's circle is as large as the usual month lets one expect, so that no period needs to know another's buyers.
    """
    share = group.company.buyers.new_share
    month = period.on.year * 12 + period.on.month
    age = chances.weighted(tuple(MONTHLY_DROPOUT**place for place in range(REMEMBERED_MONTHS)))[bits(words, 3, 3)]
    is_new = bits(words, 0, 2) < chances.threshold(share)
    circle = np.maximum(counts.sum(axis=1) * (share * 0.9), 1.0)[shop]
    pick = (words[:, 3] >> np.uint64(20) & np.uint64(0xFFFFFFF)).astype(np.float64) * 2.0**-28
    number = np.where(is_new, np.arange(len(shop)) - _starts(counts.sum(axis=1))[shop], np.floor(pick * pick * circle))
    return np.asarray(
        (month - np.where(is_new, 0, age)).astype(np.int64) * 2**32 + period.part * 2**28 + number.astype(np.int64)
    )


def _starts(counts: np.ndarray) -> np.ndarray:
    return np.asarray(np.cumsum(counts) - counts)


def _line_counts(group: Group, shop: np.ndarray, words: np.ndarray) -> np.ndarray:
    """[order] how many lines."""
    told = np.ones(len(shop), dtype=np.int64)
    share = np.round(_lines_share(group), PLACES)
    for value in np.unique(share[share > 0]):
        rows = np.flatnonzero(share[shop] == value)
        told[rows] = chances.repeated(float(value), MOST_LINES)[bits(words, 0, 3)[rows]]
    return told


def _choose_lines(
    group: Group, period: Period, units: np.ndarray, orders: Columns, line_count: np.ndarray, words: np.ndarray
) -> Columns:  # fmt: skip
    """What stands in each line, and what it costs: the promotion first, the platform's coupon on top."""
    order = np.repeat(np.arange(len(line_count)), line_count)
    shop = orders["shop"][order]
    listing = np.searchsorted(_ladder(group, units), shop + chances.unit(words, 0), side="right")
    listing = np.minimum(listing, len(units) - 1)
    quantity = chances.repeated(group.company.buyers.pair_share, MOST_PIECES)[bits(words, 1, 0)].astype(np.int64)
    price = group.goods.price_minor[listing]
    gross = price * quantity
    depth, part = _promotions(group, period)
    cell = (orders["shop"] * period.days + orders["day"])[order]
    given = gross * depth[cell] // PPM * group.goods.takes_part[listing]
    platform = given * part[cell] // PPM
    seller = given - platform
    platform = platform + np.where(orders["coupon"][order], (gross - given) * COUPON_DEPTH_PPM // PPM, 0)
    paid = gross - seller - platform
    tax = np.array([round(each.plan.tax_share * PPM) for each in group.shops])[shop]
    return {
        "grams": group.goods.weight_grams[listing], "fba": np.array([each.is_fba for each in group.shops])[shop],
        "order": order, "shop": shop, "line_no": np.arange(len(order)) - orders["first_line"][order] + 1,
        "listing": listing, "quantity": quantity, "price": price, "gross": gross, "seller_discount": seller,
        "platform_discount": platform, "paid": paid, "receivable": paid + platform,
        "tax": (paid * tax + PPM // 2) // PPM, "claim_bits": bits(words, 1, 1), "claim_word": words[:, 1].copy(),
    }  # fmt: skip


def _ladder(group: Group, units: np.ndarray) -> np.ndarray:
    """[listing] the shop's position and, behind the point, the share of its sales up to this listing."""
    running = np.cumsum(units)
    shop = group.goods.shop
    before = np.searchsorted(shop, np.arange(len(group.shops)))
    base = np.where(before > 0, running[before - 1], 0.0)
    total = np.maximum(np.bincount(shop, units, len(group.shops)), 1e-12)
    return np.asarray(shop + np.minimum(np.round((running - base[shop]) / total[shop], 12), 1.0))


def _promotions(group: Group, period: Period) -> tuple[np.ndarray, np.ndarray]:
    """[shop and day] depth of the day's promotion and the platform's part of it, in ppm."""
    dates = [period.on + timedelta(days=place) for place in range(period.days)]
    told = np.array([
        [promoted(each.shop.channel, each.seller.promotions, day)[1:] for day in dates] for each in group.shops
    ], dtype=np.int64)  # fmt: skip
    return told[:, :, 0].ravel(), told[:, :, 1].ravel()


def _sum_up(group: Group, orders: Columns, lines: Columns) -> None:
    """The orders' amounts are the sums of their lines, and shipping."""
    for name in ("gross", "seller_discount", "platform_discount", "tax", "quantity"):
        orders[name] = np.add.reduceat(lines[name], orders["first_line"]) if len(lines[name]) else lines[name]
    goods = orders["gross"] - orders["seller_discount"] - orders["platform_discount"]
    free_from = np.array([round(each.plan.free_shipping_from * 100) for each in group.shops])
    fee = np.array([round(each.plan.shipping_fee * 100) for each in group.shops])
    orders["shipping"] = np.where(goods < free_from[orders["shop"]], fee[orders["shop"]], 0)
    orders["paid_goods"] = goods
    orders["line_count"] = np.diff(np.append(orders["first_line"], len(lines["order"])))
