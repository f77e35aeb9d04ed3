"""The few turns of expression that every step needs, each written once so that it means the same on every engine.

Ibis types a product or sum of `decimal(18,4)` as `decimal(18,4)` although engines widen it, and leaves out a cast
that it believes needless; `money` therefore casts by way of a wider type.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import ibis

from zhanggui.canon.register import table as declared_table
from zhanggui.canon.tables import Kind

NO_CURRENCY = "X" * 3
"""ISO 4217's own code for "no currency": an amount whose currency nobody stated is never added to another."""

_WIDE = "decimal(38,4)"
_PRODUCT = "decimal(38,8)"
_TYPES = {
    Kind.ID: "string",
    Kind.TEXT: "string",
    Kind.CODE: "string",
    Kind.COUNT: "int64",
    Kind.QUANTITY: "decimal(18,4)",
    Kind.MONEY: "decimal(18,4)",
    Kind.RATE: "decimal(18,8)",
    Kind.DATE: "date",
    Kind.INSTANT: "timestamp",
    Kind.FLAG: "boolean",
}


def money(value: Any) -> Any:
    """The value as `decimal(18,4)`, whatever the engine made of it."""
    return value.cast(_WIDE).cast("decimal(18,4)")


def product(left: Any, right: Any) -> Any:
    """Of two `decimal(18,4)` values, rounded to four places.

    DuckDB multiplies two decimals of 18 digits in 64 bits and overflows; 19 by 18 digits it multiplies in 128, and
    Spark then still keeps all eight places.
    """
    return exact_product(left, right).cast("decimal(18,4)")


def exact_product(left: Any, right: Any) -> Any:
    """Of two `decimal(18,4)` values, with all eight places."""
    return (left.cast("decimal(19,4)") * right).cast(_PRODUCT)


def converted(amount: Any, rate: Any) -> Any:
    """An amount times a `decimal(18,8)` rate, exact (the scale is aligned because Ibis asks for it)."""
    return amount.cast("decimal(22,8)") * rate


def zero() -> Any:
    """0 as `decimal(18,4)`."""
    return ibis.literal(Decimal(0), type="decimal(18,4)")


def or_zero(value: Any) -> Any:
    """The value, or 0 where it is null."""
    return ibis.coalesce(value, zero())


def is_true(flag: Any) -> Any:
    """The flag, with unknown counted as false."""
    return ibis.coalesce(flag, ibis.literal(False))


def is_one_of(value: Any, members: Iterable[str]) -> Any:
    """Whether the value is a member; null is not."""
    return is_true(value.isin(list(members)))


def null_of(kind: str) -> Any:
    """A typed null."""
    return ibis.null(kind)


def month_of(day: Any) -> Any:
    """The first of the day's month, as a date: engines cut a date to an instant, whatever Ibis says of it."""
    return day.truncate("M").cast("timestamp").cast("date")


def channel_of(shop_id: Any) -> Any:
    """The channel of a shop's natural key, "<channel>/<shop name>"; `other` where the shop is unknown."""
    channel = shop_id.re_extract("^([^/]*)", 1)
    return ibis.ifelse(is_true(shop_id.length() > 0), channel, ibis.literal("other"))


def known_currency(*candidates: Any) -> Any:
    """The first currency that is stated, else ISO 4217's "no currency"."""
    return ibis.coalesce(*candidates, ibis.literal(NO_CURRENCY))


def conformed(rows: Any, name: str) -> Any:
    """The rows in the declared shape of the table: its columns, in order, with its types."""
    columns = {}
    for column in declared_table(name).columns:
        value = rows[column.name]
        exact = column.kind in (Kind.MONEY, Kind.QUANTITY)
        columns[column.name] = money(value) if exact else value.cast(_TYPES[column.kind])
    return rows.select(**columns)


def prefixed(rows: Any, prefix: str) -> Any:
    """The rows with every column renamed, so that a join cannot confuse two of them."""
    return rows.select(**{f"{prefix}{name}": rows[name] for name in rows.columns})
