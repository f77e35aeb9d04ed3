"""Ledger entries as files of money show them: in the order of booking, with the ids of order, line, claim and listing.

Several entries of one movement of money share its number; platforms that state such a movement as one wide row get the
entries gathered by movement here, and every amount in the column of its component.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.exports.of_lines import OfLines
from zhanggui.shopsim.exports.rendering import Cells, Window, blank_where, looked_up, money_cells, worded
from zhanggui.shopsim.world.places import Shop


class ComponentUnknown(ValueError):
    """A component that the format has no words for was booked: the ledger and the format disagree."""


@dataclass(frozen=True)
class Entries(OfLines):
    """Entries of one account with what they belong to."""

    def __len__(self) -> int:
        return len(self.rows["entry_no"])

    def only(self, mask: np.ndarray) -> Entries:
        """The entries where the mask is true."""
        return Entries(self.world, {name: values[mask] for name, values in self.rows.items()})

    def within(self, window: Window) -> Entries:
        """The entries booked in a window."""
        return self.only(window.holds(self.rows["posted_at"]))

    @property
    def amount_minor(self) -> np.ndarray:
        """Signed amounts, plus is to the seller."""
        return self.rows["amount_minor"]

    @property
    def posted_at(self) -> np.ndarray:
        """When each entry was booked."""
        return self.rows["posted_at"]

    @property
    def has_claim(self) -> np.ndarray:
        """Whether the entry belongs to a claim."""
        return np.asarray(self.rows["refund_no"] != NONE)

    def words(self, words: Mapping[str, str]) -> pa.Array:
        """The platform's word for each entry's component; raises ComponentUnknown."""
        known, codes = np.unique(self.rows["component"].astype(str), return_inverse=True)
        missing = [name for name in known.tolist() if name not in words]
        if missing:
            raise ComponentUnknown(", ".join(missing))
        return worded(codes, [words[name] for name in known.tolist()])

    @cached_property
    def refund_id(self) -> pa.Array:
        """The platform's number of the claim, blank without one."""
        return looked_up(self.world.chronicle.columns("refunds")["platform_refund_id"], self.rows["refund_no"])

    @cached_property
    def line_quantity(self) -> np.ndarray:
        """Pieces of the order line, 0 without one."""
        return self._of_line("quantity", 0)

    @property
    def incoming(self) -> pa.Array:
        """Amounts that came in, blank for the others."""
        return _blank_unless(self.amount_minor > 0, self.amount_minor)

    @property
    def outgoing(self) -> pa.Array:
        """Sizes of amounts that went out, blank for the others."""
        return _blank_unless(self.amount_minor < 0, -self.amount_minor)


def entries_of(world: Any, shop: Shop, kind: str) -> Entries:
    """Everything that was booked on a shop's account of this kind by the end, in the order of booking."""
    ledger = world.chronicle.columns("ledger")
    own = np.flatnonzero(ledger["account"] == f"{kind}/{shop.code}")
    own = own[np.lexsort((ledger["entry_no"][own], ledger["posted_at"][own]))]
    return Entries(world, {name: values[own] for name, values in ledger.items()})


@dataclass(frozen=True)
class Movements:
    """Entries gathered by movement of money: one row each, standing for its first entry."""

    entries: Entries
    first: np.ndarray
    place: np.ndarray
    """Of each entry the position of its movement."""

    @property
    def heads(self) -> Entries:
        """The first entry of every movement."""
        return self.entries.only(self.first)

    @property
    def total_minor(self) -> np.ndarray:
        """What each movement moved."""
        return self.part_minor()

    def part_minor(self, *components: str) -> np.ndarray:
        """What each movement moved of some components (none named: of all)."""
        taken = np.isin(self.entries.rows["component"].astype(str), components) if components else slice(None)
        totals = np.zeros(len(self.first), dtype=np.int64)
        np.add.at(totals, self.place[taken], self.entries.amount_minor[taken])
        return totals

    def cells(self, parts: Mapping[str, Sequence[str]]) -> dict[str, Cells]:
        """Amounts by column, each the sum of its components."""
        return {name: money_cells(self.part_minor(*components)) for name, components in parts.items()}


def movements_of(entries: Entries) -> Movements:
    """Gather the entries that share the number of their movement, line and claim, in the order of booking."""
    rows = entries.rows
    numbers = (
        np.unique(rows["platform_txn_id"].astype(str), return_inverse=True)[1] if len(entries) else rows["entry_no"]
    )
    keys = np.stack([numbers, rows["order_no"], rows["line_no"], rows["refund_no"]], axis=1)
    _, first, group = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    ranked = np.argsort(first, kind="stable")
    position = np.empty(len(ranked), dtype=np.int64)
    position[ranked] = np.arange(len(ranked))
    return Movements(entries, first[ranked], position[group.reshape(-1)])


def _blank_unless(mask: np.ndarray, minor: np.ndarray) -> pa.Array:
    return blank_where(~mask, money_cells(np.where(mask, minor, 0)))
