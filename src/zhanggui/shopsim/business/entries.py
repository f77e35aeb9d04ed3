"""The ledger entries of order lines: sale, subsidy, fees, refunds and what comes back, exact to the minor unit.

Pure: columns of lines in, columns of entries out. The law: the entries of a line add up to its receivable and shipping,
less what was refunded, less the fees kept. A fee of a rate is rounded half up on its base, as platforms print it; what
comes back on a refund is the fee before less the fee of what remains, so that a whole refund gives back the whole fee.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from zhanggui.shopsim.business.platforms import PPM, Fee, Platform
from zhanggui.shopsim.chronicle import NONE

Columns = dict[str, np.ndarray]

SALE, REFUND, APART = 0, 1, 2
"""Which movement of money of a line an entry belongs to; those apart have their own."""


@dataclass
class Posting:
    """Entries as they are collected, by column."""

    lines: Columns
    parts: dict[str, list[np.ndarray]] = field(default_factory=lambda: defaultdict(list))
    names: list[tuple[str, str]] = field(default_factory=list)
    """(component, note) by code."""

    def add(self, rows: np.ndarray, name: tuple[str, str], minor: np.ndarray, at: np.ndarray, movement: int) -> None:
        """Entries of these lines (positions) that are not nothing; columns are [line]."""
        rows = rows[minor[rows] != 0]
        if not len(rows):
            return
        if name not in self.names:
            self.names.append(name)
        self.parts["line"].append(rows)
        self.parts["name"].append(np.full(len(rows), self.names.index(name)))
        self.parts["amount_minor"].append(minor[rows])
        self.parts["posted_at"].append(at[rows])
        self.parts["movement"].append(np.full(len(rows), movement))
        is_refund = movement == REFUND
        self.parts["refund_no"].append(self.lines["refund_no"][rows] if is_refund else np.full(len(rows), NONE))

    def columns(self) -> Columns:
        """The entries; `line` is the position in the lines, `name` the code in `names`."""
        return {name: np.concatenate(parts) for name, parts in self.parts.items()}


def half_up(base_minor: np.ndarray, ppm: np.ndarray | int) -> np.ndarray:
    """A share in parts per million of amounts that are not below zero, rounded half up."""
    return np.asarray((base_minor * ppm + PPM // 2) // PPM)


def post_lines(rule: Platform, lines: Columns, extra_ppm: np.ndarray | int = 0) -> tuple[Posting, np.ndarray]:
    """Entries of lines of one channel, and what `extra_ppm` on the first fee (an event) took, [line].

    `lines` has, by line: receivable, platform, discount, shipping (with the first line of an order), tax, quantity, grams
    (of a piece), settle_at (NaT: no money ever), refund_minor, refund_platform, refund_at, refund_no (NONE), is_first,
    and flags affiliate, credit, late, fba. All amounts are minor units, none below zero.
    """
    posting = Posting(lines)
    claimed = lines["refund_no"] != NONE
    early = claimed & (lines["refund_at"] <= lines["settle_at"])
    back = np.where(claimed, lines["refund_minor"] + lines["refund_platform"], 0)
    total = lines["receivable"] + lines["shipping"]
    is_nothing = np.isnat(lines["settle_at"]) | (early & (back >= total))
    open_ = np.flatnonzero(~is_nothing)
    netted = early & rule.is_refund_netted
    _post_sale(rule, posting, open_, netted)
    refunded = np.flatnonzero(~is_nothing & claimed & ~netted)
    at = np.maximum(lines["refund_at"], lines["settle_at"])
    _post_refund(rule, posting, refunded, at)
    surplus = np.zeros(len(total), dtype=np.int64)
    for number, fee in enumerate(rule.fees):
        more = extra_ppm if number == 0 else 0
        surplus += _post_fee(rule, posting, fee, (open_, refunded), netted, at, more)
    return posting, surplus


def _post_sale(rule: Platform, posting: Posting, rows: np.ndarray, netted: np.ndarray) -> None:
    lines, at = posting.lines, posting.lines["settle_at"]
    subsidy = lines["platform"] - np.where(netted, lines["refund_platform"], 0)
    own = lines["receivable"] - lines["platform"] - np.where(netted, lines["refund_minor"], 0)
    sale = own + (0 if rule.is_subsidy_own else subsidy) + (0 if rule.is_shipping_own else lines["shipping"])
    sale = sale + (lines["discount"] if rule.is_gross else 0)
    posting.add(rows, ("sale", rule.sale_note), sale, at, SALE)
    if rule.is_gross:
        posting.add(rows, ("seller_discount", "Promotion"), -lines["discount"], at, SALE)
    if rule.is_shipping_own:
        posting.add(rows, ("shipping", "shipping"), lines["shipping"], at, SALE)
    if rule.is_subsidy_own:
        posting.add(rows, ("platform_subsidy", "平台补贴"), subsidy, at, SALE)
    if rule.has_tax:
        posting.add(rows, ("tax", "Tax"), lines["tax"], at, SALE)
        posting.add(rows, ("withheld_tax", "MarketplaceFacilitatorTax"), -lines["tax"], at, SALE)


def _post_refund(rule: Platform, posting: Posting, rows: np.ndarray, at: np.ndarray) -> None:
    lines = posting.lines
    platform = lines["refund_platform"]
    money = lines["refund_minor"] + (0 if rule.is_subsidy_own else platform)
    posting.add(rows, ("refund", "refund"), -money, at, REFUND)
    if rule.is_subsidy_own:
        posting.add(rows, ("platform_subsidy", "平台补贴退回"), -platform, at, REFUND)
    if rule.has_tax:
        whole = np.maximum(lines["receivable"] + lines["shipping"], 1)
        tax = lines["tax"] * (lines["refund_minor"] + platform) // whole
        posting.add(rows, ("tax", "Tax"), -tax, at, REFUND)
        posting.add(rows, ("withheld_tax", "MarketplaceFacilitatorTax"), tax, at, REFUND)


def _post_fee(
    rule: Platform, posting: Posting, fee: Fee, rows: tuple[np.ndarray, np.ndarray], netted: np.ndarray, at: np.ndarray,
    more_ppm: np.ndarray | int,
) -> np.ndarray:  # fmt: skip
    """The fee and what comes back of it; answers what `more_ppm` took, after what came back, [line]."""
    lines, (open_, refunded) = posting.lines, rows
    due = lines[fee.when] if fee.when else np.ones(len(lines["receivable"]), dtype=bool)
    taken, returned = _fee_amounts(fee, lines, netted, fee.ppm + more_ppm)
    taken, returned = np.where(due, taken, 0), np.where(due, returned, 0)
    posting.add(open_, (fee.component, fee.note), -taken, lines["settle_at"], APART if fee.apart else SALE)
    posting.add(refunded, (rule.back_as or fee.component, f"{fee.note}退回"), returned, at, REFUND)
    if np.all(np.asarray(more_ppm) == 0):
        return np.zeros(len(taken), dtype=np.int64)
    usual, usual_back = _fee_amounts(fee, lines, netted, fee.ppm)
    is_open, is_back = np.zeros(len(taken), dtype=bool), np.zeros(len(taken), dtype=bool)
    is_open[open_], is_back[refunded] = True, True
    kept = np.where(is_open, taken - np.where(due, usual, 0), 0)
    return np.asarray(kept - np.where(is_back, returned - np.where(due, usual_back, 0), 0))


def _fee_amounts(fee: Fee, lines: Columns, netted: np.ndarray, ppm: np.ndarray | int) -> tuple[np.ndarray, np.ndarray]:
    """What the fee takes, and what comes back when the line's claim is paid after the money, [line]."""
    if fee.per_unit is not None:
        first, first_grams, step_grams, step = fee.per_unit
        steps = np.maximum(-(-(lines["grams"] - first_grams) // step_grams), 0)
        return (first + steps * step) * lines["quantity"], np.zeros(len(steps), dtype=np.int64)
    if fee.fixed:
        return np.where(lines["is_first"], fee.fixed, 0), np.zeros(len(lines["is_first"]), dtype=np.int64)
    part = 0 if fee.base == "receivable" else lines["platform"]
    back_part = lines["refund_minor"] + (lines["refund_platform"] if fee.base == "receivable" else 0)
    base = np.maximum(lines["receivable"] + lines["shipping"] - part - np.where(netted, back_part, 0), 0)
    taken = half_up(base, ppm)
    claimed = (lines["refund_no"] != NONE) & ~netted
    remaining = np.where(claimed, np.maximum(base - back_part, 0), base)
    returned = (taken - half_up(remaining, ppm)) * fee.back // PPM
    return taken, returned
