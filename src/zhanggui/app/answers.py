"""What an answer is: columns with their units, rows, the generation it was read from, and what must be said beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from zhanggui.canon.register import TABLES
from zhanggui.canon.tables import Column


@dataclass(frozen=True)
class AnswerColumn:
    """A column of an answer; `type` is text, count, decimal, date, instant or flag."""

    name: str
    type: str
    unit: str | None = None


@dataclass(frozen=True)
class Note:
    """Something to be said beside the figures: a code of the phrase book (`note.<code>`) and its fields."""

    code: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """Rows with the generation that they were read from."""

    columns: tuple[AnswerColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    generation: int
    as_of: date | None
    notes: tuple[Note, ...] = ()
    is_cut: bool = False
    total: int | None = None  # rows of the whole list, where the answer is a page of one

    def to_json(self) -> dict[str, Any]:
        """The documented shape: decimals as strings, dates in ISO 8601."""
        return {
            "columns": [vars(column) for column in self.columns],
            "rows": [[plain_value(value) for value in row] for row in self.rows],
            "generation": self.generation,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "notes": [{"code": note.code, **note.fields} for note in self.notes],
            "is_cut": self.is_cut,
            "total": self.total,
        }


def plain_value(value: Any) -> Any:
    """A value as JSON carries it."""
    if isinstance(value, Decimal):
        return format_decimal(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def format_decimal(value: Decimal) -> str:
    """All digits, no exponent, without zeros that say nothing beyond two places."""
    text = format(value, "f")
    if "." not in text:
        return text
    whole, places = text.split(".")
    return f"{whole}.{places.rstrip('0').ljust(2, '0')}"


def type_of(arrow: pa.DataType) -> str:
    """The name that answers give an Arrow type."""
    if pa.types.is_decimal(arrow):
        return "decimal"
    if pa.types.is_integer(arrow):
        return "count"
    if pa.types.is_date(arrow):
        return "date"
    if pa.types.is_timestamp(arrow):
        return "instant"
    return "flag" if pa.types.is_boolean(arrow) else "text"


def _units() -> dict[str, str]:
    columns: Iterable[Column] = (column for table in TABLES.values() for column in table.columns)
    return {column.name: column.unit for column in columns if column.unit}


_COMPUTED = {
    **dict.fromkeys(("margin_rate", "refund_rate", "previous_change", "week_change", "year_change"), "share"),
    **dict.fromkeys(("cover_days", "silent_days", "rhythm_days", "late_days", "missing_days"), "day"),
    "shop_count": "shop",
    "billed_amount": "currency",
}
"""The units of columns that only answers have."""

UNITS = {**_units(), **_COMPUTED}
"""The unit of every column of tables and answers by name; answers keep the names."""


def from_arrow(table: pa.Table, generation: int, as_of: date | None, most: int, notes: Sequence[Note] = ()) -> Answer:
    """An answer of at most so many rows."""
    columns = tuple(AnswerColumn(field.name, type_of(field.type), UNITS.get(field.name)) for field in table.schema)
    shown = table.slice(0, most)
    rows = tuple(zip(*(column.to_pylist() for column in shown.columns), strict=True)) if shown.num_columns else ()
    return Answer(columns, rows, generation, as_of, tuple(notes), table.num_rows > most)
