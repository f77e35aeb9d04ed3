"""What each order line truly earned, in signed parts that add up, in the shop's currency and in the company's.

Known only here: the seller's files never say all of it. Platform money is the ledger's to the cent, goods are at the
cost at which they left, a parcel is what the carrier bills, and a shop's advertising of a day is spread over its lines.
What a brushed order brings is the seller's own money and goes back to the brusher (other).
"""

from __future__ import annotations

import numpy as np

from zhanggui.shopsim.business.memory import running
from zhanggui.shopsim.business.platforms import platform
from zhanggui.shopsim.business.tariffs import load_tariffs
from zhanggui.shopsim.state import State

Columns = dict[str, np.ndarray]

PARTS = (
    "revenue_minor shipping_income_minor refund_minor cost_of_goods_minor restocked_minor platform_fees_minor"
    " payment_fees_minor affiliate_minor advertising_minor parcel_minor packaging_minor other_minor"
).split()

FEE_PARTS = {
    "platform_fee": "platform_fees_minor", "commission": "platform_fees_minor", "fulfillment_fee": "platform_fees_minor",
    "shipping_insurance": "platform_fees_minor", "penalty": "platform_fees_minor", "agency_fee": "platform_fees_minor",
    "payment_fee": "payment_fees_minor", "affiliate_commission": "affiliate_minor",
}  # fmt: skip
"""The part in which a ledger component of an order stands; sale and refund are told by the order itself."""

SALES = ("sale", "shipping", "platform_subsidy", "seller_discount", "tax", "withheld_tax", "refund")


def measure(state: State) -> None:
    """Write `profit`: a row for every line that was paid."""
    orders, lines = state.chronicle.columns("orders"), state.chronicle.columns("lines")
    if not len(lines["order_no"]):
        return
    place = np.searchsorted(orders["order_no"], lines["order_no"])
    key = lines["order_no"] * _LINES_MOST + lines["line_no"]
    parts: Columns = {name: np.zeros(len(key), dtype=np.int64) for name in PARTS}
    days = _days(state, orders)[place]
    factor = _factors(state, orders, place, days)
    _add_sales(state, parts, orders, lines, place, key)
    _add_fees(state, parts, key)
    fake = orders["is_fake"][place]
    parts["other_minor"][fake] -= (parts["revenue_minor"] + parts["shipping_income_minor"])[fake]
    _add_goods(state, parts, key, factor)
    _add_parcels(state, parts, orders, place, factor)
    _add_advertising(state, parts, orders, lines, place, days)
    profit = np.sum([parts[name] for name in PARTS], axis=0)
    kept = np.flatnonzero(~np.isnat(orders["paid_at"])[place])
    state.chronicle.add("profit", {
        "order_no": lines["order_no"][kept], "line_no": lines["line_no"][kept], "currency": orders["currency"][place][kept],
        **{name: parts[name][kept] for name in PARTS}, "profit_minor": profit[kept],
        "profit_base_minor": np.rint(profit[kept] * factor[kept]).astype(np.int64),
    })  # fmt: skip


_LINES_MOST = 10_000
"""More than any order has lines: order and line as one number."""


def _days(state: State, orders: Columns) -> np.ndarray:
    """[order] day index of the order, in the company's zone."""
    starts = running(state).company_starts
    return np.clip(np.searchsorted(starts, orders["created_at"], side="right") - 1, 0, state.world.day_count - 1)


def _factors(state: State, orders: Columns, place: np.ndarray, days: np.ndarray) -> np.ndarray:
    """[line] company minor units for one minor unit of the shop's currency on the day of the order."""
    world = state.world
    told = np.ones(len(place))
    for currency in sorted({shop.currency for shop in world.shops} - {world.currency}):
        big = np.array([10**9])
        by_day = np.array([world.rates.to_base(big, currency, day)[0] / 10**9 for day in range(world.day_count)])
        rows = orders["currency"][place] == currency
        told[rows] = by_day[days[rows]]
    return told


def _add_sales(
    state: State, parts: Columns, orders: Columns, lines: Columns, place: np.ndarray, key: np.ndarray
) -> None:
    """Receivable and shipping where the platform paid or will pay them, and what was given back."""
    refunds = state.chronicle.columns("refunds")
    paid = ~np.isnat(refunds["refunded_at"])
    at = np.searchsorted(key, refunds["order_no"][paid] * _LINES_MOST + refunds["line_no"][paid])
    np.subtract.at(parts["refund_minor"], at, (refunds["amount_minor"] + refunds["platform_part_minor"])[paid])
    is_first = np.r_[True, lines["order_no"][1:] != lines["order_no"][:-1]]
    charged = _is_charged(state, orders)[place]
    parts["revenue_minor"] += np.where(charged, lines["seller_receivable_minor"], 0)
    parts["shipping_income_minor"] += np.where(charged & is_first, orders["shipping_minor"][place], 0)


def _is_charged(state: State, orders: Columns) -> np.ndarray:
    """[order] whether the buyer's money was ever taken: paid, and on channels that charge when goods leave, shipped."""
    late = {shop.code for shop in state.world.shops if platform(shop.channel).money == "shipment"}
    waits = np.array([shop in late for shop in orders["shop"].tolist()])
    return ~np.isnat(orders["paid_at"]) & ~(waits & np.isnat(orders["shipped_at"]))


def _add_fees(state: State, parts: Columns, key: np.ndarray) -> None:
    ledger = state.chronicle.columns("ledger")
    own = np.flatnonzero((ledger["line_no"] >= 0) & ~_is_one_of(ledger["component"], SALES))
    at = np.searchsorted(key, ledger["order_no"][own] * _LINES_MOST + ledger["line_no"][own])
    component = ledger["component"][own]
    for name in sorted(set(component.tolist())):
        rows = component == name
        np.add.at(parts[FEE_PARTS.get(name, "other_minor")], at[rows], ledger["amount_minor"][own[rows]])


def _is_one_of(values: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    told = np.zeros(len(values), dtype=bool)
    for name in names:
        told |= values == name
    return told


def _add_goods(state: State, parts: Columns, key: np.ndarray, factor: np.ndarray) -> None:
    """Goods at the cost at which they left; those that came back sound at what such goods cost then."""
    memory = running(state)
    for number, line_no, cost in memory.costs:
        at = np.searchsorted(key, number * _LINES_MOST + line_no)
        own = np.rint(cost / factor[at]).astype(np.int64)
        left = own > 0
        np.subtract.at(parts["cost_of_goods_minor"], at[left], own[left])
        np.subtract.at(parts["restocked_minor"], at[~left], own[~left])


def _add_parcels(state: State, parts: Columns, orders: Columns, place: np.ndarray, factor: np.ndarray) -> None:
    """What the carrier bills and the packaging, with the first line of the order."""
    billed = np.zeros(len(orders["order_no"]), dtype=np.int64)
    sent = np.zeros(len(billed), dtype=bool)
    for order_no, minor in running(state).parcels:
        at = np.searchsorted(orders["order_no"], order_no)
        billed[at] += minor
        sent[at] = True
    first = np.flatnonzero(np.r_[True, place[1:] != place[:-1]])
    where = place[first]
    parts["parcel_minor"][first] -= np.rint(billed[where] / factor[first]).astype(np.int64)
    packaging = load_tariffs().packaging_minor
    price = np.array([packaging.get(code, 0) for code in orders["currency"][where].tolist()], dtype=np.int64)
    parts["packaging_minor"][first] -= np.where(sent[where], price, 0)


def _add_advertising(
    state: State, parts: Columns, orders: Columns, lines: Columns, place: np.ndarray, days: np.ndarray
) -> None:
    """Each shop's spending of a day over the lines of that day by receivable; a day without lines stays a general cost."""
    ads = state.chronicle.columns("ads")
    shops = {shop.code: shop.shop_no for shop in state.world.shops}
    if not len(ads["day"]):
        return
    count = state.world.day_count
    ad_shop = np.array([shops[code] for code in ads["shop"].tolist()])
    ad_day = (ads["day"] - state.world.first_day).astype(np.int64)
    spent = np.zeros(len(shops) * count, dtype=np.int64)
    np.add.at(spent, ad_shop * count + ad_day, ads["spend_minor"])
    shop = np.array([shops[code] for code in orders["shop"].tolist()])[place]
    paid = np.flatnonzero(~np.isnat(orders["paid_at"])[place])
    group = (shop * count + days)[paid]
    parts["advertising_minor"][paid] -= shared_out(spent, group, lines["seller_receivable_minor"][paid])


def shared_out(totals: np.ndarray, group: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Each group's total over its rows by weight, exact: cumulated shares rounded down, so that they add up to it."""
    order = np.argsort(group, kind="stable")
    own, heavy = group[order], np.maximum(weight[order], 1)
    start = np.r_[True, own[1:] != own[:-1]]
    until = np.cumsum(heavy)
    before = (until - heavy)[start]
    sizes = np.diff(np.r_[np.flatnonzero(start), len(own)])
    base = np.repeat(before, sizes)
    whole = np.bincount(own, heavy, len(totals)).astype(np.int64)[own]
    upto = totals[own] * (until - base) // np.maximum(whole, 1)
    share = upto - np.where(start, 0, np.r_[0, upto[:-1]])
    told = np.zeros(len(group), dtype=np.int64)
    told[order] = share
    return told
