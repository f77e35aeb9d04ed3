"""Claims after the sale: who asks for money back and why, how much, whether the goods come back and can be sold again.

One claim with money per line at most. What a buyer does is drawn by buyer, day and line (chances.py), the share of
claims by product; defects by batch, lost parcels, withdrawn orders and late carriers raise it. Claims may still be open
when the world ends: their times then lie after the last day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhanggui.shopsim.business.chances import seconds, spread
from zhanggui.shopsim.business.fulfilment import NAT, to_base, write_movements
from zhanggui.shopsim.business.memory import Running, by_day, company_day, running
from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.state import Rows, State

UNPAID_CLAIMS = ("amazon",)
"""Channels that take money only when goods leave: a withdrawn order has no claim."""


@dataclass(frozen=True)
class ClaimPolicy:
    """Habits of claims; shares and mean hours."""

    refund_only_share: float = 0.34
    partial_money_share: float = 0.45
    """Of the claims without return: those settled with a part of the money."""
    refused_share: float = 0.06
    restocked_share: float = 0.86
    fewer_pieces_share: float = 0.5
    asked_mean_hours: float = 58.0
    asked_latest_hours: float = 168.0
    approved_mean_hours: float = 14.0
    returned_mean_hours: float = 84.0
    refunded_mean_hours: float = 9.0
    late_claim_share: float = 0.05
    """Of the orders that an event delays: buyers who are given a part back."""
    defect_share: float = 0.3
    """Claims of a defective batch, where the event does not say."""


HABITS = ClaimPolicy()

REASONS: dict[str, dict[str, tuple[str, ...]]] = {
    "zh": {
        "withdrawn": ("不想要了", "拍错/多拍", "信息填写错误"), "lost": ("快递丢件", "未收到货"), "late": ("发货慢/物流慢",),
        "defect": ("质量问题", "商品破损/开裂"), "usual": ("七天无理由退货", "不喜欢/效果不好", "尺寸不符", "与描述不符", "多拍/拍错/不想要"),
    },
    "en": {
        "withdrawn": ("No longer needed", "Ordered by mistake"), "lost": ("Undelivered", "Lost in transit"),
        "late": ("Arrived late",), "defect": ("Defective", "Damaged"),
        "usual": ("No longer needed", "Not as described", "Found better price", "Wrong size", "Quality unacceptable"),
    },
}  # fmt: skip


def draw(state: State, orders: Rows, lines: Rows) -> None:
    """Write the claims of the day's orders, plan returns, and put today's returns into stock."""
    memory = running(state)
    claims: dict[str, np.ndarray] = {}
    if len(lines["order_no"]):
        claims = draw_claims(state, memory, orders, lines)
        _close(orders, lines, claims)
        _write(state, memory, claims)
    memory.today = {"orders": orders, "lines": lines, "claims": claims}
    _restock(state, memory)


def draw_claims(state: State, memory: Running, orders: Rows, lines: Rows) -> Rows:
    """One row per line that is claimed, with `line_place` (position in the day's lines) and what the claim says."""
    place = lines["order_place"]
    listing = lines["listing_no"]
    keys = (orders["buyer_no"][place], state.day_index, listing, lines["line_no"])
    cause, event_no = _causes(state, memory, orders, lines, keys)
    chosen = np.flatnonzero(cause != "")
    told = _measure(memory, orders, lines, chosen, cause[chosen], tuple(_at(key, chosen) for key in keys))
    own = ("order_no", "line_no", "shop_no", "warehouse_no", "sku_no", "batch")
    return {**told, "line_place": chosen, "event_no": event_no[chosen], **{name: lines[name][chosen] for name in own}}


def _at(key: np.ndarray | int, rows: np.ndarray) -> np.ndarray | int:
    return key[rows] if isinstance(key, np.ndarray) else key


def _causes(
    state: State, memory: Running, orders: Rows, lines: Rows, keys: tuple[np.ndarray | int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Why each line is claimed ("" is not), and by which event."""
    place = lines["order_place"]
    paid = ~np.isnat(orders["paid_at"])[place] & ~orders["is_fake"][place]
    arrived, left = ~np.isnat(orders["delivered_at"])[place], ~np.isnat(orders["shipped_at"])[place]
    cause = np.full(len(place), "", dtype=object)
    event_no = np.full(len(place), NONE)
    uniform = memory.chances.uniform("claim", *keys)
    cause[paid & arrived & (uniform < state.world.products.return_share[lines["sku_no"]])] = "usual"
    _blame_carriers(state, memory, orders, lines, keys, cause, event_no)
    _blame_batches(state, lines, uniform, paid & arrived, cause, event_no)
    cause[paid & left & ~arrived] = "lost"
    unpaid = np.array([shop.channel in UNPAID_CLAIMS for shop in state.world.shops])[lines["shop_no"]]
    withdrawn = paid & ~left & ~np.isnat(orders["cancelled_at"])[place]
    cause[withdrawn & ~unpaid] = "withdrawn"
    return cause, event_no


def _blame_carriers(
    state: State, memory: Running, orders: Rows, lines: Rows, keys: tuple[np.ndarray | int, ...], cause: np.ndarray,
    event_no: np.ndarray,
) -> None:  # fmt: skip
    for number, late_orders in memory.delayed.items():
        share = state.world.events.events[number].number("claim_share", HABITS.late_claim_share)
        asks = memory.chances.uniform("late claim", *keys) < share
        hit = np.isin(lines["order_no"], late_orders) & asks & (cause == "") & ~orders["is_fake"][lines["order_place"]]
        cause[hit], event_no[hit] = "late", number


def _blame_batches(
    state: State, lines: Rows, uniform: np.ndarray, able: np.ndarray, cause: np.ndarray, event_no: np.ndarray
) -> None:
    sick = running(state).sick_batches
    if not sick:
        return
    numbers = np.array([sick.get(batch, NONE) for batch in lines["batch"].tolist()])
    for number in np.unique(numbers[numbers >= 0]):
        share = state.world.events.events[int(number)].number("share", HABITS.defect_share)
        hit = (numbers == number) & able & (uniform < share) & (cause == "")
        cause[hit], event_no[hit] = "defect", number


def _measure(
    memory: Running,
    orders: Rows,
    lines: Rows,
    chosen: np.ndarray,
    cause: np.ndarray,
    keys: tuple[np.ndarray | int, ...],
) -> dict[str, np.ndarray]:
    """Kind, pieces, amounts and times of the claims."""
    draw_ = memory.chances.uniform
    early = (cause == "withdrawn") | (cause == "lost")
    is_only = early | (cause == "late") | (draw_("kind", *keys) < HABITS.refund_only_share)
    is_part = ~early & is_only & ((cause == "late") | (draw_("part", *keys) < HABITS.partial_money_share))
    is_refused = ~early & (cause != "late") & (draw_("refused", *keys) < HABITS.refused_share)
    bought = lines["quantity"][chosen]
    fewer = ~early & (bought > 1) & (draw_("fewer", *keys) < HABITS.fewer_pieces_share)
    pieces = np.where(fewer, 1 + np.floor(draw_("pieces", *keys) * (bought - 1)).astype(np.int64), bought)
    percent = np.where(is_part, 10 + 5 * np.floor(draw_("percent", *keys) * 9).astype(np.int64), 100)
    amounts = _amounts(lines, chosen, pieces, percent)
    times = _times(memory, orders, lines, chosen, (early, is_only, is_refused), keys)
    restocked = ~is_only & ~is_refused & (cause != "defect") & (draw_("restock", *keys) < HABITS.restocked_share)
    kind = np.where(is_only, "refund_only", "return_refund").astype(object)
    words = draw_("reason", *keys)
    return {
        "kind": kind, "quantity": pieces, "is_restocked": restocked, "cause": cause, "is_refused": is_refused,
        "word": words, **amounts, **times,
    }  # fmt: skip


def _amounts(lines: Rows, chosen: np.ndarray, pieces: np.ndarray, percent: np.ndarray) -> dict[str, np.ndarray]:
    """Money back: the pieces' part of what was paid, and of the platform's part."""
    bought = lines["quantity"][chosen]
    columns = (("amount_minor", "paid_minor"), ("platform_part_minor", "platform_discount_minor"))
    return {name: lines[column][chosen] * pieces * percent // (bought * 100) for name, column in columns}


def first_lines(lines: Rows) -> np.ndarray:
    """[order place] the lowest line number of each order."""
    told = np.full(int(lines["order_place"].max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(told, lines["order_place"], lines["line_no"])
    return told


def _times(
    memory: Running, orders: Rows, lines: Rows, chosen: np.ndarray, flags: tuple[np.ndarray, np.ndarray, np.ndarray],
    keys: tuple[np.ndarray | int, ...],
) -> dict[str, np.ndarray]:  # fmt: skip
    """When it is asked, approved, sent back and paid; a refused claim is only asked, an early one is paid at once."""
    early, is_only, is_refused = flags
    place = lines["order_place"][chosen]

    def after(purpose: str, mean: float) -> np.ndarray:
        return seconds(0.2 + spread(memory.chances.uniform(purpose, *keys), mean))

    asked = np.minimum(after("asked", HABITS.asked_mean_hours), seconds(np.array([HABITS.asked_latest_hours])))
    gone = orders["cancelled_at"][place]
    lost_after = orders["shipped_at"][place] + seconds(np.array([240.0])) + after("asked", HABITS.asked_mean_hours)
    start = np.where(np.isnat(gone), np.where(early, lost_after, orders["delivered_at"][place] + asked), gone)
    approved = np.where(np.isnat(gone), start + after("approved", HABITS.approved_mean_hours), gone)
    returned = np.where(is_only, NAT, approved + after("returned", HABITS.returned_mean_hours))
    paid = np.where(is_only, approved, returned) + after("refunded", HABITS.refunded_mean_hours)
    paid = np.where(np.isnat(gone), paid, gone)
    blank = {"approved_at": approved, "returned_at": returned, "refunded_at": paid}
    return {"requested_at": start, **{name: np.where(is_refused, NAT, told) for name, told in blank.items()}}


def _close(orders: Rows, lines: Rows, claims: Rows) -> None:
    """An order completes after its claims are decided; one whose every line is paid back wholly never completes."""
    place = lines["order_place"][claims["line_place"]]
    ended = np.where(claims["is_refused"], claims["requested_at"] + np.timedelta64(2, "D"), claims["refunded_at"])
    before = claims["requested_at"] < orders["completed_at"][place]
    latest = np.full(len(orders["order_no"]), np.datetime64(0, "s"))
    np.maximum.at(latest, place[before], ended[before])
    orders["completed_at"] = np.where(np.isnat(orders["completed_at"]), NAT, np.maximum(orders["completed_at"], latest))
    whole = ~claims["is_refused"] & (claims["amount_minor"] >= lines["paid_minor"][claims["line_place"]])
    whole &= ~(claims["refunded_at"] > orders["completed_at"][place])
    back = np.bincount(place[whole], minlength=len(orders["order_no"]))
    every = np.bincount(lines["order_place"], minlength=len(orders["order_no"]))
    is_void = (back == every) & (every > 0)
    orders["completed_at"][is_void] = NAT
    _give_back_shipping(orders, lines, claims, is_void[place])


def _give_back_shipping(orders: Rows, lines: Rows, claims: Rows, is_void: np.ndarray) -> None:
    """Where nothing of an order is kept, its shipping goes back too, with the first line."""
    place = lines["order_place"][claims["line_place"]]
    is_first = claims["line_no"] == first_lines(lines)[place]
    claims["amount_minor"] = claims["amount_minor"] + np.where(is_void & is_first, orders["shipping_minor"][place], 0)


_COLUMNS = (
    "refund_no platform_refund_id order_no line_no kind quantity amount_minor platform_part_minor requested_at"
    " approved_at returned_at refunded_at is_restocked reason"
).split()


def _write(state: State, memory: Running, claims: Rows) -> None:
    count = len(claims["line_place"])
    claims["refund_no"] = state.numbers.take("refund", count)
    if count:
        numbered = [str(5 * 10**14 + number * 1009 + 37) for number in claims["refund_no"].tolist()]
        claims["platform_refund_id"] = np.array(numbered, dtype=object)
        claims["reason"] = _reasons(state, claims)
        state.chronicle.add("refunds", {name: claims[name] for name in _COLUMNS})
        _charge_events(state, claims)
        _plan_restocking(state, memory, claims)


def _reasons(state: State, claims: Rows) -> np.ndarray:
    languages = ["zh" if shop.country == "CN" else "en" for shop in state.world.shops]
    told = []
    for shop_no, cause, word in zip(
        claims["shop_no"].tolist(), claims["cause"].tolist(), claims["word"].tolist(), strict=True
    ):
        words = REASONS[languages[shop_no]][cause]
        told.append(words[int(word * len(words))])
    return np.array(told, dtype=object)


def _charge_events(state: State, claims: Rows) -> None:
    """What an event made the seller pay back, goods that came back whole not deducted."""
    for event_no in np.unique(claims["event_no"][claims["event_no"] >= 0]):
        rows = (claims["event_no"] == event_no) & ~claims["is_refused"]
        for shop_no in np.unique(claims["shop_no"][rows]):
            own = rows & (claims["shop_no"] == shop_no)
            paid = (claims["amount_minor"] + claims["platform_part_minor"])[own]
            state.world.events.charge(
                int(event_no), int(to_base(state, paid, state.world.shops[int(shop_no)].currency).sum())
            )


def _plan_restocking(state: State, memory: Running, claims: Rows) -> None:
    chosen = np.flatnonzero(claims["is_restocked"])
    places, sku_no, units = state.world.explode(claims["sku_no"][chosen], claims["quantity"][chosen])
    rows = chosen[places]
    for day, own in by_day(company_day(memory, claims["returned_at"][rows]), state.world.day_count - 1):
        part = rows[own]
        state.agenda.put("restock", max(day, state.day_index), (
            claims["warehouse_no"][part], sku_no[own], units[own], claims["order_no"][part], claims["line_no"][part],
            claims["returned_at"][part], claims["batch"][part],
        ))  # fmt: skip


def _restock(state: State, memory: Running) -> None:
    """Goods that came back today and can be sold again, at what such goods cost now."""
    due = state.agenda.take("restock", state.day_index)
    if due:
        warehouse, sku, units, order_no, line_no, at, batch = (
            np.concatenate(parts) for parts in zip(*due, strict=True)
        )
        np.add.at(state.on_hand, (warehouse, sku), units)
        np.subtract.at(memory.left[state.day_index], (warehouse, sku), units)
        memory.costs.append((order_no, line_no, -state.unit_cost_minor[warehouse, sku] * units))
        write_movements(state, warehouse, sku, at, "return", units, order_no=order_no, batch=batch)
