"""Claims of a shop's buyers as a file of claims shows them: made in the window, as far as they have come by then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.exports.of_lines import OfLines
from zhanggui.shopsim.exports.rendering import Window, as_of, instant_cells, worded
from zhanggui.shopsim.exports.sold import APPROVED, REFUNDED, REQUESTED, RETURNED, take
from zhanggui.shopsim.world.places import Shop


@dataclass(frozen=True)
class Claims(OfLines):
    """The claims of one file."""

    known_at: np.datetime64

    @cached_property
    def standing(self) -> np.ndarray:
        """How far each claim has come."""
        standing = np.full(len(self.rows["refund_no"]), REQUESTED)
        for step, name in ((APPROVED, "approved_at"), (RETURNED, "returned_at"), (REFUNDED, "refunded_at")):
            standing = np.where(self.rows[name] <= self.known_at, step, standing)
        return standing

    @cached_property
    def is_shipped(self) -> np.ndarray:
        """Whether the order had left when the claim was made."""
        shipped = self.world.chronicle.columns("orders")["shipped_at"][self.rows["order_no"]]
        return np.asarray(shipped <= self.rows["requested_at"])

    def time(self, name: str, zone: str) -> pa.Array:
        """A time of the claims, blank until it has come."""
        return instant_cells(as_of(self.rows[name], self.known_at), zone)

    def words(self, column: str, words: Mapping[str, str]) -> pa.Array:
        """The platform's words for the codes of a column."""
        known, codes = np.unique(self.rows[column].astype(str), return_inverse=True)
        return worded(codes, [words[name] for name in known.tolist()])


def claims_of(world: Any, shop: Shop, window: Window) -> Claims:
    """The claims that belong into a file, in the order in which they were made."""
    refunds, orders = world.chronicle.columns("refunds"), world.chronicle.columns("orders")
    of_shop = (
        orders["shop"][refunds["order_no"]] == shop.code if len(refunds["order_no"]) else refunds["order_no"] == NONE
    )
    own = take(refunds, np.flatnonzero(of_shop))
    times = [own[f"{name}_at"] for name in ("requested", "approved", "returned", "refunded")]
    own = take(own, window.takes(own["requested_at"], *times))
    return Claims(world, take(own, np.lexsort((own["refund_no"], own["requested_at"]))), window.known_at)
