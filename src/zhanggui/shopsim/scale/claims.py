"""Claims after the sale, and in which state everything stands when the world ends.

The habits are those of the day by day engine (business/aftersales.py): a claim concerns one line, is settled with a part
of the money, with all of it, or refused; an order whose every line is paid back never completes.
"""

from __future__ import annotations

import numpy as np

from zhanggui.shopsim.business.aftersales import HABITS
from zhanggui.shopsim.scale import chances
from zhanggui.shopsim.scale.orders import NEVER, Columns, Drawn
from zhanggui.shopsim.scale.sellers import Group

ORDER_STATES = ("pending_payment", "cancelled", "paid", "shipped", "delivered", "completed", "refunded_closed")
CLAIM_STATES = ("none", "requested", "refunded", "rejected")
PENDING, CANCELLED, PAID, SHIPPED, DELIVERED, COMPLETED, CLOSED = range(7)
NONE, REQUESTED, REFUNDED, REJECTED = range(4)
REFUSED_AFTER = 2 * 86400


def draw_claims(group: Group, drawn: Drawn) -> Columns:
    """One row for each claim: the position of its line, kind, pieces, amounts and instants."""
    orders, lines = drawn.orders, drawn.lines
    share = chances.threshold(group.goods.return_share)[lines["listing"]]
    able = orders["delivered"][lines["order"]] < NEVER
    line = np.flatnonzero((lines["claim_bits"] < share) & able)
    words = _details(lines["claim_word"][line])
    is_only = chances.bits(words, 0, 0) < chances.threshold(HABITS.refund_only_share)
    is_part = is_only & (chances.bits(words, 0, 1) < chances.threshold(HABITS.partial_money_share))
    is_refused = chances.bits(words, 0, 2) < chances.threshold(HABITS.refused_share)
    bought = lines["quantity"][line]
    fewer = chances.bits(words, 0, 3) < chances.threshold(HABITS.fewer_pieces_share)
    pieces = np.where(fewer & (bought > 1), 1 + chances.bits(words, 1, 0) % np.maximum(bought - 1, 1), bought)
    percent = np.where(is_part, 10 + 5 * (chances.bits(words, 1, 1) % 9), 100)
    told = {
        "line": line,
        "is_only": is_only,
        "is_refused": is_refused,
        "quantity": pieces,
        "word": chances.bits(words, 1, 2),
    }
    told["amount"] = lines["paid"][line] * pieces * percent // (bought * 100)
    told["platform_part"] = lines["platform_discount"][line] * pieces * percent // (bought * 100)
    told.update(_times(orders["delivered"][lines["order"][line]], is_only, is_refused, words))
    _close(orders, lines, told)
    return told


def _details(word: np.ndarray) -> np.ndarray:
    """[claim, word] further bits from a line's word: the finaliser of SplitMix64 (see business/chances.py)."""
    told = np.empty((len(word), 2), dtype="<u8")
    with np.errstate(over="ignore"):
        for place in range(2):
            mixed = word + np.uint64(0x9E3779B97F4A7C15) * np.uint64(place + 1)
            mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            told[:, place] = mixed ^ (mixed >> np.uint64(31))
    return told


def _times(delivered: np.ndarray, is_only: np.ndarray, is_refused: np.ndarray, words: np.ndarray) -> Columns:
    asked = chances.waiting_seconds(0.2, HABITS.asked_mean_hours, HABITS.asked_latest_hours)
    approving = chances.waiting_seconds(0.2, HABITS.approved_mean_hours)
    returning = chances.waiting_seconds(0.2, HABITS.returned_mean_hours)
    repaying = chances.waiting_seconds(0.2, HABITS.refunded_mean_hours)
    requested = delivered + asked[chances.bits(words, 0, 1)]
    approved = requested + approving[chances.bits(words, 0, 2)]
    returned = np.where(is_only, approved, approved + returning[chances.bits(words, 1, 1)])
    refunded = returned + repaying[chances.bits(words, 1, 3)]
    return {
        "requested": requested,
        "approved": np.where(is_refused, NEVER, approved),
        "refunded": np.where(is_refused, NEVER, refunded),
    }


def _close(orders: Columns, lines: Columns, claims: Columns) -> None:
    """An order completes after its claims are decided; `is_void` says that nothing of it was kept."""
    place = lines["order"][claims["line"]]
    ended = np.where(claims["is_refused"], claims["requested"] + REFUSED_AFTER, claims["refunded"])
    before = claims["requested"] < orders["completed"][place]
    np.maximum.at(orders["completed"], place[before], ended[before])
    whole = ~claims["is_refused"] & (claims["amount"] == lines["paid"][claims["line"]]) & before
    back = np.bincount(place[whole], minlength=len(orders["shop"]))
    orders["is_void"] = back == orders["line_count"]
    orders["completed"][orders["is_void"]] = NEVER


def tell_states(drawn: Drawn, claims: Columns, ended_at: np.ndarray) -> None:
    """What is known at the end (`ended_at`, [shop] UTC seconds): later instants are taken out, states follow."""
    orders, lines = drawn.orders, drawn.lines
    known = ended_at[orders["shop"]]
    for name in ("paid", "shipped", "delivered", "completed", "cancelled"):
        orders[name] = np.where(orders[name] < known, orders[name], NEVER)
    latest = ended_at[lines["shop"][claims["line"]]]
    claims["is_known"] = claims["requested"] < latest
    claims["is_paid"] = claims["refunded"] < latest
    for name in ("approved", "refunded"):
        claims[name] = np.where(claims[name] < latest, claims[name], NEVER)
    claims["state"] = np.where(claims["is_paid"], REFUNDED, np.where(claims["is_refused"], REJECTED, REQUESTED))
    state = PENDING + np.where(orders["cancelled"] < NEVER, CANCELLED, 0)
    for code, name in ((PAID, "paid"), (SHIPPED, "shipped"), (DELIVERED, "delivered"), (COMPLETED, "completed")):
        state = np.where(orders[name] < NEVER, code, state)
    _tell_claims(orders, lines, claims)
    orders["state"] = np.where(orders["is_void"] & (orders["back_count"] == orders["line_count"]), CLOSED, state)


def _tell_claims(orders: Columns, lines: Columns, claims: Columns) -> None:
    """What of the claims stands on their lines and orders."""
    known, paid = claims["is_known"], claims["is_paid"]
    lines["claim_state"] = np.zeros(len(lines["order"]), dtype=np.int64)
    lines["claim_state"][claims["line"][known]] = claims["state"][known]
    lines["refunded"] = np.zeros(len(lines["order"]), dtype=np.int64)
    lines["refunded"][claims["line"][paid]] = claims["amount"][paid]
    lines["returned"] = np.zeros(len(lines["order"]), dtype=np.int64)
    came_back = paid & ~claims["is_only"]
    lines["returned"][claims["line"][came_back]] = claims["quantity"][came_back]
    place = lines["order"][claims["line"]]
    orders["back_count"] = np.bincount(place[paid], minlength=len(orders["shop"]))
    orders["refunded"] = np.zeros(len(orders["shop"]), dtype=np.int64)
    np.add.at(orders["refunded"], place[paid], claims["amount"][paid])
    orders["claim_state"] = np.zeros(len(orders["shop"]), dtype=np.int64)
    np.maximum.at(orders["claim_state"], place[known], claims["state"][known])
