"""Errors planted in a chronicle, so that a comparison that sees nothing is found out: a wrong cent, a row too many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from zhanggui.shopsim.world.whole import World

Rows = dict[str, np.ndarray]

AMOUNTS = "goods seller_discount platform_discount shipping tax paid seller_receivable".split()


@contextmanager
def wrong_cents(world: World) -> Iterator[None]:
    """A world in which one amount of every compared kind is off, in every shop."""
    with _changed(world) as tables:
        for shop in world.shops:
            order_no = _order(tables, shop.code)
            _change_order(tables, order_no)
            _cancel(tables, _order(tables, shop.code, skipped=1))
            _bump(
                tables["refunds"],
                "amount_minor",
                _earliest(tables["refunds"], "refunded_at", _claims(tables, shop.code)),
            )
            _bump(
                tables["payouts"],
                "amount_minor",
                _earliest(tables["payouts"], "paid_at", _of(tables["payouts"], shop.code)),
            )
            for component in sorted(set(tables["ledger"]["component"].tolist()) - {"payout"}):
                own = _of(tables["ledger"], shop.code) & (tables["ledger"]["component"] == component)
                _bump(tables["ledger"], "amount_minor", _earliest(tables["ledger"], "posted_at", own))
        _change_company(tables)
        tables.apply()
        yield


@contextmanager
def missing_rows(world: World) -> Iterator[None]:
    """A world in which one thing of every compared kind happened that no file tells, in every shop."""
    with _changed(world) as tables:
        for shop in world.shops:
            tables["lines"] = _again(tables["lines"], tables["lines"]["order_no"] == _order(tables, shop.code))
            for name, at, own, key in (
                ("orders", "created_at", _of(tables["orders"], shop.code), "platform_order_id"),
                ("refunds", "refunded_at", _claims(tables, shop.code), "platform_refund_id"),
                ("payouts", "paid_at", _of(tables["payouts"], shop.code), "platform_payout_id"),
            ):
                tables[name] = _again(tables[name], _only(_earliest(tables[name], at, own), tables[name]), key)
            for component in sorted(set(tables["ledger"]["component"].tolist()) - {"payout"}):
                own = _of(tables["ledger"], shop.code) & (tables["ledger"]["component"] == component)
                tables["ledger"] = _again(
                    tables["ledger"], _only(_earliest(tables["ledger"], "posted_at", own), tables["ledger"])
                )
        _add_company(tables)
        tables.apply()
        yield


@contextmanager
def _changed(world: World) -> Iterator[_Change]:
    """Copies of the tables; what the block makes of them is the world's until the context ends."""
    names = (
        "orders lines refunds ledger payouts bank purchases purchase_lines parcels movements stock"
    ).split()  # fmt: skip
    kept = {name: world.chronicle.columns(name) for name in names}
    tables = {name: {column: values.copy() for column, values in rows.items()} for name, rows in kept.items()}
    change = _Change(world, tables)
    try:
        yield change
    finally:
        for name, rows in kept.items():
            world.chronicle.replace(name, rows)


class _Change(dict[str, Rows]):
    """The copied tables; `apply` puts them into the world."""

    def __init__(self, world: World, tables: dict[str, Rows]) -> None:
        super().__init__(tables)
        self.world = world

    def apply(self) -> None:
        """Put the tables in the place of the world's."""
        for name, rows in self.items():
            self.world.chronicle.replace(name, rows)


def _of(rows: Rows, shop: str) -> np.ndarray:
    return np.asarray(rows["shop"] == shop)


def _claims(tables: dict[str, Rows], shop: str) -> np.ndarray:
    orders = tables["orders"]["order_no"][_of(tables["orders"], shop)]
    return np.isin(tables["refunds"]["order_no"], orders)


def _earliest(rows: Rows, at: str, own: np.ndarray) -> np.ndarray:
    """The position of the earliest of these rows; none when there is none."""
    places = np.flatnonzero(own & ~np.isnat(rows[at]))
    return places[np.argsort(rows[at][places], kind="stable")][:1]


def _only(places: np.ndarray, rows: Rows) -> np.ndarray:
    mask = np.zeros(len(next(iter(rows.values()))), dtype=bool)
    mask[places] = True
    return mask


def _bump(rows: Rows, column: str, places: np.ndarray, by: int = 1) -> None:
    rows[column][places] += by


def _order(tables: dict[str, Rows], shop: str, skipped: int = 0) -> int:
    """An early order of a shop that was shipped and of which nothing was claimed."""
    orders = tables["orders"]
    fine = _of(orders, shop) & ~np.isnat(orders["shipped_at"]) & np.isnat(orders["cancelled_at"])
    fine &= ~np.isin(orders["order_no"], tables["refunds"]["order_no"])
    places = np.flatnonzero(fine)
    return int(orders["order_no"][places[np.argsort(orders["shipped_at"][places], kind="stable")][skipped]])


def _change_order(tables: dict[str, Rows], order_no: int) -> None:
    """Every amount of the order by an amount of its own, its minute, and a cent of its first line."""
    orders, lines = tables["orders"], tables["lines"]
    at = np.flatnonzero(orders["order_no"] == order_no)
    for place, name in enumerate(AMOUNTS):
        _bump(orders, f"{name}_minor", at, 2**place)
    orders["created_at"][at] += np.timedelta64(60, "s")
    _bump(lines, "list_price_minor", np.flatnonzero(lines["order_no"] == order_no)[:1])


def _cancel(tables: dict[str, Rows], order_no: int) -> None:
    orders = tables["orders"]
    at = np.flatnonzero(orders["order_no"] == order_no)
    orders["cancelled_at"][at] = orders["created_at"][at]


def _change_company(tables: dict[str, Rows]) -> None:
    """A cent in the bank, a purchase, its line, a parcel, what lies in stock and what left it."""
    _bump(tables["bank"], "amount_minor", np.array([0]))
    _bump(tables["purchases"], "paid_minor", np.array([0]))
    _bump(tables["purchase_lines"], "unit_price_minor", np.array([0]))
    parcels, moved = tables["parcels"], tables["movements"]
    _bump(parcels, "billed_minor", _earliest(parcels, "shipped_at", parcels["currency"] == "CNY"))
    _bump(moved, "unit_cost_minor", _earliest(moved, "occurred_at", moved["kind"] == "shipment"))
    _bump(tables["stock"], "on_hand", _opening(tables))
    _bump(tables["stock"], "unit_cost_minor", _opening(tables))


def _opening(tables: dict[str, Rows]) -> np.ndarray:
    """A row of the first count of the company's own warehouse, the first one named."""
    stock = tables["stock"]
    return np.flatnonzero(stock["day"] == stock["day"].min())[:1]


def _add_company(tables: dict[str, Rows]) -> None:
    first = {name: _only(np.array([0]), tables[name]) for name in ("bank", "purchases", "purchase_lines")}
    tables["bank"] = _again(tables["bank"], first["bank"])
    tables["purchases"] = _again(tables["purchases"], first["purchases"], "platform_order_id")
    tables["purchase_lines"] = _again(tables["purchase_lines"], first["purchase_lines"])
    parcels, moved, stock = tables["parcels"], tables["movements"], tables["stock"]
    sent = _earliest(parcels, "shipped_at", parcels["currency"] == "CNY")
    tables["parcels"] = _again(parcels, _only(sent, parcels), "tracking_no")
    left = _earliest(moved, "occurred_at", moved["kind"] == "shipment")
    tables["movements"] = _again(moved, _only(left, moved))
    kept = ~_only(_opening(tables), stock)  # a count that stands in the files and never happened
    tables["stock"] = {name: values[kept] for name, values in stock.items()}


def _again(rows: Rows, chosen: np.ndarray, key: str = "") -> Rows:
    """The rows with copies of the chosen ones, under numbers that nobody has."""
    copies: dict[str, Any] = {name: values[chosen] for name, values in rows.items()}
    if key:
        copies[key] = np.array([f"{told}-lost" for told in copies[key].tolist()], dtype=object)
        number = next(iter(rows))
        copies[number] = np.arange(chosen.sum()) + rows[number].max(initial=0) + 1
    return {name: np.concatenate([values, copies[name]]) for name, values in rows.items()}
