"""What a canonical table is, and the register of all of them.

A table is declared once, in one of the modules of `canon.schema`; stored tables, validation, the data
dictionary and the API's field documentation are all made from that declaration.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

import pyarrow as pa


class Kind(Enum):
    """The type of a column: how it is stored, and how a cell is read into it."""

    ID = "id"  # text, never numeric
    TEXT = "text"
    CODE = "code"  # text from a vocabulary
    COUNT = "count"  # int64
    QUANTITY = "quantity"  # decimal(18,4)
    MONEY = "money"  # decimal(18,4), major units of the row's currency
    RATE = "rate"  # decimal(18,8); fractions and exchange rates
    DATE = "date"
    INSTANT = "instant"  # timestamp[us], UTC, without zone
    FLAG = "flag"  # boolean

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type of the stored column."""
        return _ARROW[self]

    @property
    def sql(self) -> str:
        """The type's name, as the dictionary shows it and the embedded engine stores it."""
        return _SQL[self]


_ARROW = {
    Kind.ID: pa.string(),
    Kind.TEXT: pa.string(),
    Kind.CODE: pa.string(),
    Kind.COUNT: pa.int64(),
    Kind.QUANTITY: pa.decimal128(18, 4),
    Kind.MONEY: pa.decimal128(18, 4),
    Kind.RATE: pa.decimal128(18, 8),
    Kind.DATE: pa.date32(),
    Kind.INSTANT: pa.timestamp("us"),
    Kind.FLAG: pa.bool_(),
}

_SQL = {
    Kind.ID: "VARCHAR",
    Kind.TEXT: "VARCHAR",
    Kind.CODE: "VARCHAR",
    Kind.COUNT: "BIGINT",
    Kind.QUANTITY: "DECIMAL(18,4)",
    Kind.MONEY: "DECIMAL(18,4)",
    Kind.RATE: "DECIMAL(18,8)",
    Kind.DATE: "DATE",
    Kind.INSTANT: "TIMESTAMP",
    Kind.FLAG: "BOOLEAN",
}


class Person(Enum):
    """How much a column says about a natural person, and so what intake does with it."""

    NONE = "none"
    PSEUDONYM = "pseudonym"  # a keyed hash; made at intake
    DIRECT = "direct"  # kept only in `customers` and `addresses`, if the owner turns it on
    SENSITIVE = "sensitive"  # dropped always


class Layer(Enum):
    """Where a table stands between the received files and the answers (ODS/DWD/DIM/DWS/ADS)."""

    STATED = "stated"  # facts as files state them, merged by key
    DERIVED = "derived"  # conformed facts made by the close
    AGGREGATE = "aggregate"  # published aggregates
    RECORD = "record"  # the warehouse's own records: imports, refused rows, generations


@dataclass(frozen=True)
class Column:
    """One column: its type, unit, personal-data class and meaning in both languages."""

    name: str
    kind: Kind
    zh: str
    en: str
    unit: str | None = None  # "CNY"-like units are written "currency"; else piece, gram, day, share …
    person: Person = Person.NONE
    vocabulary: str | None = None
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One table: its grain in a sentence, its natural key, and its columns in order."""

    name: str
    zh: str
    en: str
    grain_zh: str
    grain_en: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    layer: Layer = Layer.STATED
    subject: str = ""

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        assert len(names) == len(set(names)), f"{self.name}: a column is declared twice"
        assert set(self.key) <= set(names), f"{self.name}: the key names a column that is not there"

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by their names."""
        return {column.name: column for column in self.columns}

    @cached_property
    def arrow_schema(self) -> pa.Schema:
        """The stored shape."""
        return pa.schema([pa.field(column.name, column.kind.arrow) for column in self.columns])

    @property
    def measures(self) -> tuple[str, ...]:
        """Every column that is not part of the key."""
        return tuple(column.name for column in self.columns if column.name not in self.key)


SOURCE = (
    Column("source_file_id", Kind.ID, "来源文件编号", "Id of the received file that stated this fact last"),
    Column("source_row", Kind.COUNT, "来源行号", "Line or sheet row of the fact in that file", unit="row"),
    Column("stated_at", Kind.INSTANT, "陈述时间", "When the file that stated this fact was exported (UTC)"),
)
"""Every stated fact carries these three columns, after its own."""


def stated(
    name: str,
    zh: str,
    en: str,
    grain_zh: str,
    grain_en: str,
    key: Sequence[str],
    columns: Iterable[Column],
    subject: str,
) -> Table:
    """Declare a table of stated facts; the source columns are added, and the key becomes required."""
    declared = (*_with_key_required(columns, key), *SOURCE)
    return Table(name, zh, en, grain_zh, grain_en, tuple(key), declared, Layer.STATED, subject)


def kept(
    layer: Layer,
    name: str,
    zh: str,
    en: str,
    grain_zh: str,
    grain_en: str,
    key: Sequence[str],
    columns: Iterable[Column],
    subject: str,
) -> Table:
    """Declare a table that no file states: a record, a derived fact or an aggregate."""
    return Table(name, zh, en, grain_zh, grain_en, tuple(key), _with_key_required(columns, key), layer, subject)


def _with_key_required(columns: Iterable[Column], key: Sequence[str]) -> tuple[Column, ...]:
    return tuple(replace(column, required=True) if column.name in key else column for column in columns)
