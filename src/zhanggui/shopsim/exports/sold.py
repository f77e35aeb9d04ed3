"""What a shop sold in a period as its platform knows it at an instant: orders, their lines, claims, parcels and ledger.

Platforms tell one and the same story in different columns. Here it is told once: which orders belong into a file, which
line belongs to which order, what was given back by then, what the ledger already holds, which parcel carries the order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from zhanggui.shopsim.chronicle import NONE, Chronicle
from zhanggui.shopsim.exports.rendering import Window, as_of, blank_where, money_cells

Rows = dict[str, np.ndarray]
"""Columns of equal length."""

UNPAID, PAID, SHIPPED, DELIVERED, COMPLETED, CANCELLED = range(6)
"""How far an order has come."""

NO_CLAIM, REQUESTED, APPROVED, RETURNED, REFUNDED, CLOSED = range(6)
"""How far the newest claim of a line has come."""


def take(rows: Rows, places: np.ndarray) -> Rows:
    """The rows at these places, or those where a mask is true."""
    return {name: values[places] for name, values in rows.items()}


def has_come(at: np.ndarray, instant: np.datetime64) -> np.ndarray:
    """Whether a time has come by the instant; a time that never comes has not."""
    return np.asarray(at <= instant)  # NaT compares false


@dataclass(frozen=True)
class Sold:
    """The orders of one file and what hangs on them; lines stand in the order of their orders."""

    chronicle: Chronicle
    orders: Rows
    lines: Rows
    instant: np.datetime64

    def places_of(self, order_numbers: np.ndarray) -> np.ndarray:
        """Position in `orders` of each order number, NONE where it is not among them."""
        return _positions(self.orders["order_no"], order_numbers)

    def so_far(self, column: str) -> np.ndarray:
        """A time of the orders as far as it has come by now, NaT for the others."""
        return as_of(self.orders[column], self.instant)

    @cached_property
    def place(self) -> np.ndarray:
        """Of each line the position of its order."""
        return self.places_of(self.lines["order_no"])

    @cached_property
    def is_first(self) -> np.ndarray:
        """Whether a line is the first one of its order."""
        return np.asarray(np.diff(self.place, prepend=-1) != 0)

    @cached_property
    def standing(self) -> np.ndarray:
        """How far each order has come."""
        come = [
            has_come(self.orders[f"{name}_at"], self.instant) for name in ("paid", "shipped", "delivered", "completed")
        ]
        standing = np.maximum.reduce([np.where(now, step, UNPAID) for step, now in enumerate(come, PAID)])
        return np.where(has_come(self.orders["cancelled_at"], self.instant), CANCELLED, standing)

    def on_lines(self, of_orders: np.ndarray) -> np.ndarray:
        """What is known of orders, beside each of their lines."""
        return np.asarray(of_orders[self.place])

    def spread(self, of_orders: Mapping[str, Any]) -> dict[str, pa.Array]:
        """Cells of orders beside each of their lines."""
        place = pa.array(self.place)
        return {name: _cells(told).take(place) for name, told in of_orders.items()}

    def at_first(self, of_orders: np.ndarray) -> np.ndarray:
        """Whole amounts of orders beside their first lines, nothing beside the others."""
        return np.where(self.is_first, self.on_lines(of_orders), 0)

    def over_lines(self, of_lines: np.ndarray) -> np.ndarray:
        """Sums of lines by order."""
        totals = np.zeros(len(self.orders["order_no"]), dtype=np.int64)
        np.add.at(totals, self.place, of_lines)
        return totals

    def newest_claim(self) -> np.ndarray:
        """How far the furthest claim of each order has come."""
        furthest = np.zeros(len(self.orders["order_no"]), dtype=np.int64)
        np.maximum.at(furthest, self.place, self.claim)
        return furthest

    # claims -----------------------------------------------------------------------------------------------

    @cached_property
    def _claims(self) -> tuple[Rows, np.ndarray]:
        """The claims made by now on these lines, and the line of each."""
        refunds = self.chronicle.columns("refunds")
        refunds = take(refunds, has_come(refunds["requested_at"], self.instant))
        line = line_places(self.lines, refunds["order_no"], refunds["line_no"])
        return take(refunds, line != NONE), line[line != NONE]

    def _claimed(self, column: str) -> np.ndarray:
        """Sums over the refunds paid by now, by line."""
        refunds, line = self._claims
        totals = np.zeros(len(self.place), dtype=np.int64)
        np.add.at(totals, line, np.where(has_come(refunds["refunded_at"], self.instant), refunds[column], 0))
        return totals

    @cached_property
    def refunded_minor(self) -> np.ndarray:
        """What was given back on each line by now."""
        return self._claimed("amount_minor")

    @cached_property
    def refunded_quantity(self) -> np.ndarray:
        """Pieces given back on each line by now; a claim for money alone brings none back."""
        refunds, line = self._claims
        back = has_come(refunds["refunded_at"], self.instant) & (refunds["kind"] != "refund_only")
        totals = np.zeros(len(self.place), dtype=np.int64)
        np.add.at(totals, line, np.where(back, refunds["quantity"], 0))
        return totals

    @cached_property
    def claim(self) -> np.ndarray:
        """How far the newest claim of each line has come."""
        refunds, line = self._claims
        steps = [has_come(refunds[f"{name}_at"], self.instant) for name in ("approved", "returned", "refunded")]
        state = np.maximum.reduce(
            [np.full(len(line), REQUESTED)] + [np.where(now, step, 0) for step, now in enumerate(steps, APPROVED)]
        )
        claims = np.zeros(len(self.place), dtype=np.int64)
        claims[line] = state  # claims stand in the order in which they were made: the newest stays
        return claims

    # money and parcels ------------------------------------------------------------------------------------

    def booked(self, *components: str) -> tuple[np.ndarray, np.ndarray]:
        """What the ledger holds of these components by now, by order, plus is to the seller; and whether it holds any."""
        ledger = self.chronicle.columns("ledger")
        wanted = np.isin(ledger["component"], components) & has_come(ledger["posted_at"], self.instant)
        ledger = take(ledger, wanted)
        places = self.places_of(ledger["order_no"])
        totals = np.zeros(len(self.orders["order_no"]), dtype=np.int64)
        np.add.at(totals, places[places != NONE], ledger["amount_minor"][places != NONE])
        is_booked = np.zeros(len(totals), dtype=bool)
        is_booked[places[places != NONE]] = True
        return totals, is_booked

    def fee_cells(self, fees: Mapping[str, str], places: int) -> dict[str, pa.Array]:
        """Fees by column, of one component each: blank until one is booked, 0.00 once it was given back whole."""
        told = {name: self.booked(component) for name, component in fees.items()}
        return {name: blank_where(~is_booked, money_cells(-minor, places)) for name, (minor, is_booked) in told.items()}

    @cached_property
    def tracking(self) -> tuple[np.ndarray, np.ndarray]:
        """Tracking number and carrier of each order's first parcel, empty before it left."""
        parcels = self.chronicle.columns("parcels")
        places = self.places_of(parcels["order_no"])
        left = (places != NONE) & has_come(parcels["shipped_at"], self.instant)
        found = np.full((2, len(self.orders["order_no"])), "", dtype=object)
        rows = np.flatnonzero(left)[::-1]  # the first one is written last and stays
        found[0, places[rows]] = parcels["tracking_no"][rows]
        found[1, places[rows]] = parcels["carrier"][rows]
        return found[0], found[1]


def sold_between(world: Any, shop: Any, window: Window, with_newest: bool = False) -> Sold:
    """What a shop sold in the period of a file, as known when it was made; a correction holds what changed since.

    `with_newest` adds the newest order: files of formats that do not say when they were exported are dated by their rows.
    """
    chronicle, instant = world.chronicle, window.known_at
    orders = chronicle.columns("orders")
    orders = take(orders, (orders["shop"] == shop.code) & has_come(orders["created_at"], instant))
    orders = take(orders, np.lexsort((orders["order_no"], orders["created_at"])))
    taken = window.takes(orders["created_at"], *_changes(chronicle, orders, instant))
    if with_newest and len(taken):
        taken[-1] = True
    orders = take(orders, taken)
    lines = chronicle.columns("lines")
    places = _positions(orders["order_no"], lines["order_no"])
    chosen = np.flatnonzero(places != NONE)
    chosen = chosen[np.lexsort((lines["line_no"][chosen], places[chosen]))]
    return Sold(chronicle, orders, take(lines, chosen), instant)


def _positions(numbers: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Where each wanted number stands among the numbers, NONE where it does not."""
    places = np.full(int(max(numbers.max(initial=0), wanted.max(initial=0))) + 2, NONE, dtype=np.int64)
    places[numbers] = np.arange(len(numbers))
    return np.asarray(places[wanted])  # NONE itself looks into the last place, which is nobody's


def _changes(chronicle: Chronicle, orders: Rows, instant: np.datetime64) -> list[np.ndarray]:
    """Every time at which something about each order changed, claims and bookings by their newest."""
    own = [orders[f"{name}_at"] for name in ("created", "paid", "cancelled", "shipped", "delivered", "completed")]
    refunds, ledger = chronicle.columns("refunds"), chronicle.columns("ledger")
    claims = [(refunds, f"{name}_at") for name in ("requested", "approved", "returned", "refunded")]
    return own + [_newest(orders, rows, column, instant) for rows, column in [*claims, (ledger, "posted_at")]]


def _newest(orders: Rows, rows: Rows, column: str, instant: np.datetime64) -> np.ndarray:
    """The newest time that had come, by order; NaT where none had."""
    places = _positions(orders["order_no"], rows["order_no"])
    of_ours = (places != NONE) & has_come(rows[column], instant)
    newest = np.full(len(orders["order_no"]), np.datetime64("NaT"), "datetime64[s]")
    np.fmax.at(newest, places[of_ours], rows[column][of_ours])
    return newest


def line_places(lines: Rows, order_no: np.ndarray, line_no: np.ndarray) -> np.ndarray:
    """Where the line of each order and line number stands among the lines, NONE where it does not."""
    width = int(max(lines["line_no"].max(initial=0), line_no.max(initial=0))) + 2
    keys = lines["order_no"] * width + lines["line_no"]
    order = np.argsort(keys, kind="stable")
    wanted = np.where((order_no < 0) | (line_no < 0), -1, order_no * width + line_no)
    found = np.minimum(np.searchsorted(keys, wanted, sorter=order), max(len(keys) - 1, 0))
    places = order[found] if len(keys) else np.zeros(len(wanted), dtype=np.int64)
    return np.where(keys[places] == wanted, places, NONE) if len(keys) else np.full(len(wanted), NONE)


def split_whole(totals: np.ndarray, place: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Whole totals split over their parts: `place` says whose part each is (ascending), `share` its weight; sums are kept."""
    weights = np.zeros(len(totals), dtype=np.int64)
    np.add.at(weights, place, share)
    before = np.concatenate([[0], np.cumsum(weights)[:-1]])[place] if len(totals) else np.zeros(0, np.int64)
    upto = np.cumsum(share) - before
    whole = np.maximum(weights[place], 1)
    ends = totals[place] * upto // whole
    starts = totals[place] * (upto - share) // whole
    return np.asarray(ends - starts)


def _cells(told: Any) -> pa.Array:
    return told if isinstance(told, pa.Array) else pa.array(told, pa.string())
