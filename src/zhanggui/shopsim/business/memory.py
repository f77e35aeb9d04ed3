"""What the business parts remember between the days, in one typed place: costs of lines, ledger entries, what is owed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from zhanggui.shopsim.business.chances import Chances
from zhanggui.shopsim.state import Rows, State

_KEY = "business"


@dataclass
class Dues:
    """One movement of a bank account that is still to come, minor units; + is received."""

    account: str
    currency: str
    amount_minor: int
    kind: str
    reference: str
    counterparty: str = ""
    payout_no: int = -1
    po_no: int = -1


@dataclass
class Running:
    """Memory of the business parts of one world."""

    chances: Chances
    starts: np.ndarray
    """[shop, day] UTC instants at which the shop's days begin, one day beyond the last."""
    company_starts: np.ndarray
    """[day] the same for the company."""
    ledger: dict[str, list[np.ndarray]] = field(default_factory=lambda: defaultdict(list))
    """Columns of entries as they are made, see settlement.py."""
    names: dict[tuple[str, str], int] = field(default_factory=dict)
    """Code of each (component, note) of the ledger."""
    line_count: int = 0
    """Lines that were settled so far."""
    due_minor: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    """[shop, day] sum of the entries posted on the shop's day."""
    payouts: list[dict[str, Any]] = field(default_factory=list)
    paid_through: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """[shop] first day whose entries were not yet paid out."""
    bank: list[tuple[Any, ...]] = field(default_factory=list)
    costs: list[tuple[np.ndarray, ...]] = field(default_factory=list)
    """(order_no, line_no, cost in the company's minor units) of goods that left; negative where they came back."""
    parcels: list[tuple[np.ndarray, ...]] = field(default_factory=list)
    """(order_no, what the carriers bill in the company's minor units)."""
    today: dict[str, Rows] = field(default_factory=dict)
    """The day's orders, lines and claims, for the parts that come later in the day."""
    missed: set[int] = field(default_factory=set)
    """Events that strike once and have: a payout kept back, an order invoiced twice."""
    delayed: dict[int, np.ndarray] = field(default_factory=dict)
    """Orders of the day that a delayed carrier holds up, by event."""
    received: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, 0), dtype=np.int32))
    """[day, warehouse, sku] units that came in, for the age of perishable goods and the pace of selling."""
    left: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, 0), dtype=np.int32))
    """[day, warehouse, sku] units that went out for good."""
    sick_batches: dict[str, int] = field(default_factory=dict)
    """Event by batch code, for defective batches."""


def running(state: State) -> Running:
    """The memory of this world, made on first use."""
    if _KEY not in state.own:
        state.own[_KEY] = _begin(state)
    memory: Running = state.own[_KEY]
    return memory


def _begin(state: State) -> Running:
    world, days = state.world, state.world.day_count
    starts = np.array([[world.day_start(shop.shop_no, day) for day in range(days + 2)] for shop in world.shops])
    memory = Running(
        Chances(state.draws),
        starts.astype("datetime64[s]").reshape(len(world.shops), days + 2),
        np.array([world.company_day_start(day) for day in range(days + 2)], dtype="datetime64[s]"),
    )
    memory.due_minor = np.zeros((len(world.shops), days + 2), dtype=np.int64)
    memory.paid_through = np.zeros(len(world.shops), dtype=np.int64)
    shape = (days, *state.on_hand.shape)
    memory.received, memory.left = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.int32)
    return memory


def company_day(memory: Running, at: np.ndarray) -> np.ndarray:
    """Day index, in the company's zone, of each instant; beyond the last day it is the number of days or more."""
    return np.asarray(np.searchsorted(memory.company_starts, at, side="right") - 1)


def shop_day(memory: Running, shop_no: int, at: np.ndarray) -> np.ndarray:
    """Day index, in the shop's zone, of each instant."""
    return np.asarray(np.searchsorted(memory.starts[shop_no], at, side="right") - 1)


def by_day(days: np.ndarray, last: int) -> list[tuple[int, np.ndarray]]:
    """(day, positions) for each day that occurs and is not beyond the last one."""
    return [(int(day), np.flatnonzero(days == day)) for day in np.unique(days) if day <= last]
