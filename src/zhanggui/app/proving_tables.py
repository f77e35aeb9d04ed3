"""The two tellings that are compared: the imported books and the chronicle, read once, and how their differences are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from zhanggui.app.workspace import Workspace
from zhanggui.kernel.money import minor_unit_places
from zhanggui.shopsim.exports.rendering import month_windows
from zhanggui.shopsim.exports.shown import SHOWN
from zhanggui.shopsim.world.whole import World
from zhanggui.warehouse import Warehouse

Record = dict[str, Any]
Told = Mapping[Any, Any]

_SHOWN_AT_MOST = 8  # differences of one kind: one wrong column is told once, not ten thousand times


@dataclass(frozen=True)
class Check:
    """One kind of thing compared in one shop (empty: the company): how many were, and those that differ."""

    kind: str
    shop: str
    compared: int
    different: int
    told: tuple[str, ...]
    """The first differences, in words."""


def differences(kind: str, shop: str, books: Told, truth: Told) -> Check:
    """Keys that only one side knows, and values that differ."""
    every = {**truth, **books}
    keys = [key for key in every if books.get(key) != truth.get(key)]
    what = f"{shop} {kind}".strip()
    told = [f"{what} {key}: books {books.get(key)}, truth {truth.get(key)}" for key in keys[:_SHOWN_AT_MOST]]
    more = [f"{what}: {len(keys)} differences"] if len(keys) > _SHOWN_AT_MOST else []
    return Check(kind, shop, len(every), len(keys), (*told, *more))


def filled(sums: Mapping[Any, int]) -> dict[Any, int]:
    """Sums that are not zero: a row of nothing may be told or left out."""
    return {key: value for key, value in sums.items() if value}


class Books:
    """Tables of the imported books as records, read once."""

    def __init__(self, workspace: Workspace) -> None:
        with Warehouse.open(workspace.root, read_only=True) as warehouse:
            self._tables = {
                name: _records(warehouse.fetch(warehouse.table(name).select(*dict.fromkeys(columns))))
                for name, columns in _TABLES.items()
            }
        self._by_shop: dict[tuple[str, str], list[Record]] = defaultdict(list)
        for name, rows in self._tables.items():
            for row in rows if "shop_id" in _TABLES[name] else ():
                self._by_shop[name, row["shop_id"]].append(row)

    def rows(self, table: str, shop: str | None = None) -> list[Record]:
        """The rows of a table, of one shop where it is named."""
        return self._tables[table] if shop is None else self._by_shop[table, shop]


def _records(table: Any) -> list[Record]:
    """The rows of an Arrow table; column by column, which is far quicker than row by row."""
    names = table.column_names
    return [
        dict(zip(names, row, strict=True)) for row in zip(*(table[name].to_pylist() for name in names), strict=True)
    ]


def _shown_columns(table: str) -> set[str]:
    """Every column of the orders or the lines that the files of some channel can prove."""
    if table == "orders":
        return {column for shown in SHOWN.values() for column in (*shown.orders, *shown.fees)}
    return {column for shown in SHOWN.values() for column in shown.lines}


_ORDER = ("shop_id", "platform_order_id", "currency")
_LINE = ("shop_id", "account_id", "line_key", "currency", "amount")
_TABLES: Mapping[str, tuple[str, ...]] = {
    "orders": (*_ORDER, "created_at", "status", "refunded_amount", *_shown_columns("orders")),
    "order_lines": (
        *_ORDER, "seller_sku_code", "quantity", "status", "is_superseded", "refunded_amount", *_shown_columns("order_lines"),
    ),
    "refunds": (*_ORDER, "platform_refund_id", "amount", "amount_to_buyer", "status"),
    "settlement_lines": (
        *_LINE, "platform_order_id", "platform_payout_id", "component", "is_cash", "has_components", "gross_amount", "fee_amount",
        *{shown.entry_order for shown in SHOWN.values() if shown.entry_order},
    ),
    "settlement_components": ("account_id", "line_key", "component", "amount", "is_total"),
    "payouts": ("shop_id", "platform_payout_id", "currency", "amount"),
    "bank_transactions": ("currency", "booked_on", "amount"),
    "purchase_orders": ("platform_order_id", "currency", "goods_amount", "shipping_amount", "paid_amount"),
    "purchase_order_lines": ("platform_order_id", "seller_sku_code", "currency", "quantity", "unit_price", "amount"),
    "shipment_charges": ("tracking_number", "currency", "amount"),
    "stock_levels": ("as_of_on", "warehouse_id", "seller_sku_code", "on_hand", "incoming", "unit_cost", "currency"),
    "erp_order_lines": ("platform_order_id", "seller_sku_code", "quantity", "cost_amount", "currency"),
}  # fmt: skip
"""What is read of each table."""


def minor_of(amount: Decimal | None, currency: str | None) -> int | None:
    """An amount of the books in minor units; it must be a whole number of them."""
    if amount is None:
        return None
    scaled = amount.scaleb(minor_unit_places(currency or "CNY"))
    assert scaled == scaled.to_integral_value(), f"{amount} {currency}"
    return int(scaled)


class Truth:
    """The chronicle as records, and when its files were made."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.code = {no: str(code) for no, code in enumerate(world.products.code)}

    def rows(self, table: str) -> dict[str, np.ndarray]:
        """A table of the chronicle."""
        return dict(self.world.chronicle.columns(table))

    def known_at(self, shop_no: int | None = None) -> np.datetime64:
        """Up to when the last files of a shop (None: of the company) tell."""
        return month_windows(self.world, shop_no)[-1].known_at
