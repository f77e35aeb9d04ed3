"""What changes from day to day, shared by all parts of the engine: stock, prices, cash, what is due later, numbers.

Order of a day (days.py): supply.receive(state) · policies set prices and budgets · demand · orders composed (stock is
*reserved*, not taken) · fulfilment.ship(state, orders, lines) fills the times of orders and takes stock when a parcel
leaves · aftersales.draw(state, orders, lines) · voice.draw(state, orders, lines) · settlement.post(state) ·
banking.post(state) · supply.order(state, policy) · stock recorded. After the last day: settlement.finish, profit.measure.
`orders` and `lines` are dicts of arrays with chronicle's columns and the working columns of `ORDER_EXTRAS` and
`LINE_EXTRAS`; parts change them in place, the loop writes them into the chronicle at the end of the day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from zhanggui.shopsim.chronicle import TABLES, Chronicle
from zhanggui.shopsim.randomness import Draws

if TYPE_CHECKING:
    from zhanggui.shopsim.world.whole import World

ORDER_EXTRAS = ("shop_no", "warehouse_no")
"""Working columns of the day's orders beside chronicle's: positions in world.shops and world.warehouses."""

LINE_EXTRAS = ("order_place", "shop_no", "warehouse_no")
"""Working columns of the day's lines: position of its order in the day's orders, shop and warehouse."""

Rows = dict[str, np.ndarray]
"""Columns of the day's orders or lines."""


@dataclass
class Numbers:
    """Running numbers by kind, from 0, so that a number is the position in its table."""

    _next: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def take(self, kind: str, count: int) -> np.ndarray:
        """The next `count` numbers of a kind."""
        first = self._next[kind]
        self._next[kind] = first + count
        return np.arange(first, first + count, dtype=np.int64)


@dataclass
class Agenda:
    """What is due on a later day: anything, by the kind of thing."""

    _due: dict[tuple[str, int], list[Any]] = field(default_factory=lambda: defaultdict(list))

    def put(self, kind: str, day_index: int, what: Any) -> None:
        """Remember something for a day."""
        self._due[kind, day_index].append(what)

    def take(self, kind: str, day_index: int) -> list[Any]:
        """What is due on the day, in the order in which it was put; it is then forgotten."""
        return self._due.pop((kind, day_index), [])

    def rest(self, kind: str) -> list[Any]:
        """Everything of a kind that is still due, by day; nothing is forgotten."""
        return [what for due in sorted(self._due) if due[0] == kind for what in self._due[due]]


@dataclass
class State:
    """The running world. Arrays are [warehouse, sku] or [listing]; amounts in minor units."""

    world: World
    chronicle: Chronicle
    draws: Draws
    day_index: int
    on_hand: np.ndarray
    """[warehouse, sku] physically there."""
    reserved: np.ndarray
    """[warehouse, sku] ordered by buyers, not yet shipped; free stock = on_hand - reserved."""
    on_order: np.ndarray
    """[warehouse, sku] ordered from suppliers, not yet received."""
    unit_cost_minor: np.ndarray
    """[warehouse, sku] cost of what lies there, company currency."""
    batch: np.ndarray
    """[warehouse, sku] batch code of what is shipped now (text)."""
    price_minor: np.ndarray
    """[listing] today's price, shop currency."""
    ad_budget_minor: np.ndarray
    """[listing] today's advertising budget, shop currency."""
    cash_minor: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Bank balance by account code."""
    loan_minor: int = 0
    """Principal owed to the bank."""
    agenda: Agenda = field(default_factory=Agenda)
    numbers: Numbers = field(default_factory=Numbers)
    own: dict[str, Any] = field(default_factory=dict)
    """A place for each part's own memory, by the part's name."""

    @property
    def day(self) -> np.datetime64:
        """The business date."""
        return self.world.day(self.day_index)

    @property
    def free(self) -> np.ndarray:
        """[warehouse, sku] what can still be promised to buyers."""
        return np.asarray(np.maximum(self.on_hand - self.reserved, 0))

    def stream(self, *names: str | int) -> np.random.Generator:
        """A stream of this day for a purpose."""
        return self.draws.stream(*names, self.day_index)


def only_declared(table: str, rows: Rows) -> Rows:
    """Chronicle's columns of a table, without the working columns."""
    return {name: rows[name] for name in TABLES[table]}
