"""Rows of a file that may belong to an order and one of its lines: claims and bookings find their ids in one way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.exports.rendering import looked_up
from zhanggui.shopsim.exports.sold import Rows, line_places


@dataclass(frozen=True)
class OfLines:
    """Rows with an order number and a line number, each of which may be NONE."""

    world: Any
    rows: Rows

    @cached_property
    def order_id(self) -> pa.Array:
        """The platform's order number, blank without one."""
        return looked_up(self.world.chronicle.columns("orders")["platform_order_id"], self.rows["order_no"])

    @cached_property
    def _line(self) -> np.ndarray:
        return line_places(self.world.chronicle.columns("lines"), self.rows["order_no"], self.rows["line_no"])

    @cached_property
    def line_id(self) -> pa.Array:
        """The platform's number of the order line, blank without one."""
        return looked_up(self.world.chronicle.columns("lines")["platform_line_id"], self._line)

    def listing(self, column: str) -> pa.Array:
        """A text of the listing that the line sold, blank without one."""
        return looked_up(getattr(self.world.listings, column), self._of_line("listing_no", NONE))

    def _of_line(self, column: str, otherwise: int) -> np.ndarray:
        """Numbers of the lines beside the rows, and a stand-in beside those that belong to none."""
        values = self.world.chronicle.columns("lines")[column]
        return np.where(self._line < 0, otherwise, values[self._line] if len(values) else otherwise)
