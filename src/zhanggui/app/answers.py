"""What an answer is: columns with their units, rows, the generation it was read from, and what must be said beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from zhanggui.canon.register import TABLES
from zhanggui.canon.tables import Column
from zhanggui.kernel.phrases import LANGUAGES, PhraseMissing, phrase


@dataclass(frozen=True)
class AnswerColumn:
    """A column of an answer; `type` is text, count, decimal, date, instant or flag.

    Where the values are codes, `vocabulary` names the list in which they are said in words.
    """

    name: str
    type: str
    unit: str | None = None
    vocabulary: str | None = None


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

    def to_json(self, lang: str = LANGUAGES[0]) -> dict[str, Any]:
        """The documented shape, titles and notes in a language: decimals as strings, dates in ISO 8601."""
        from zhanggui.app.titles import title_of

        return {
            "columns": [{**vars(column), "title": title_of(column.name, lang)} for column in self.columns],
            "rows": [[plain_value(value) for value in row] for row in self.rows],
            "generation": self.generation,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "notes": [{**note.fields, "code": note.code, "message": say_note(note, lang)} for note in self.notes],
            "is_cut": self.is_cut,
            "total": self.total,
        }


def say_note(note: Note, lang: str) -> str:
    """The note as a sentence; one without a phrase as its code and its fields."""
    told = ", ".join(f"{name} {value}" for name, value in note.fields.items())
    try:
        return phrase(f"note.{note.code}", lang, **{**note.fields, "all": told})
    except PhraseMissing:
        return f"{note.code}: {told}"


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


def _vocabularies() -> dict[str, str]:
    named: dict[str, set[str]] = {}
    for table in TABLES.values():
        for column in table.columns:
            named.setdefault(column.name, set()).add(column.vocabulary or "")
    # A name that holds codes here and free text there says nothing by itself; its question does.
    return {name: next(iter(found)) for name, found in named.items() if len(found) == 1 and "" not in found}


VOCABULARIES_OF = _vocabularies()
"""The vocabulary of every column whose name alone tells it."""


def from_arrow(
    table: pa.Table,
    generation: int,
    as_of: date | None,
    most: int,
    notes: Sequence[Note] = (),
    codes: Mapping[str, str] = VOCABULARIES_OF,
) -> Answer:
    """An answer of at most so many rows; `codes` are the vocabularies of its columns by name."""
    columns = tuple(
        AnswerColumn(field.name, type_of(field.type), UNITS.get(field.name), codes.get(field.name))
        for field in table.schema
    )
    shown = table.slice(0, most)
    rows = tuple(zip(*(column.to_pylist() for column in shown.columns), strict=True)) if shown.num_columns else ()
    return Answer(columns, rows, generation, as_of, tuple(notes), table.num_rows > most)
