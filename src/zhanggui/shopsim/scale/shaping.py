"""From columns of numbers to the published tables: exact decimals, instants, and texts that are looked up, never built.

Amounts never pass through floats: whole minor units become ten-thousandths in place, which is how DECIMAL(18,4) is
stored. What the writer does not know is null; the schema is the declared one of `canon`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from zhanggui.canon.register import table as declared_table
from zhanggui.shopsim.scale.orders import NEVER

QUANTITY_SCALE = 10_000
"""Ten-thousandths in a piece."""

Fields = Mapping[str, pa.Array]


def shape(name: str, count: int, fields: Fields) -> pa.Table:
    """The canonical table of that name with these columns; the others are null.

    Texts may be dictionaries and decimals narrow: Parquet stores both as the declared type (see `files`).
    """
    declared = declared_table(name)
    strange = sorted(set(fields) - set(declared.by_name))
    assert not strange, f"{name} has no {strange}"
    blank = {kind: pa.nulls(count, kind) for kind in {column.kind.arrow for column in declared.columns}}
    arrays = [fields.get(column.name, blank[column.kind.arrow]) for column in declared.columns]
    return pa.Table.from_arrays(arrays, names=[column.name for column in declared.columns])


def amounts(minor: np.ndarray, scale: np.ndarray | int, known: np.ndarray | None = None) -> pa.Array:
    """Minor units as DECIMAL(18,4): `scale` is ten-thousandths in a minor unit; null where not known."""
    told = np.ascontiguousarray(minor * scale, dtype="<i8")
    return pa.Array.from_buffers(pa.decimal64(18, 4), len(told), [_valid(known), pa.py_buffer(told)])


def pieces(quantity: np.ndarray) -> pa.Array:
    """Whole pieces as DECIMAL(18,4)."""
    return amounts(quantity, QUANTITY_SCALE)


def instants(at: np.ndarray) -> pa.Array:
    """UTC seconds as timestamps; null where it never comes."""
    known = at < NEVER
    told = np.where(known, at, 0) * 1_000_000
    return pa.Array.from_buffers(pa.timestamp("us"), len(told), [_valid(known), pa.py_buffer(told)])


def dates(day_index: np.ndarray, first: int, known: np.ndarray | None = None) -> pa.Array:
    """Day indexes as dates; `first` is the day number (since 1970) of index 0."""
    told = (day_index + first).astype("<i4")
    return pa.Array.from_buffers(pa.date32(), len(told), [_valid(known), pa.py_buffer(told)])


class Words:
    """Texts that rows point to by position, each held once: Parquet writes out what a dictionary holds twice."""

    def __init__(self, values: Sequence[str]) -> None:
        """The texts by position, repeated ones among them."""
        number: dict[str, int] = {}
        self.place = np.array([number.setdefault(value, len(number)) for value in values], dtype="<i4")
        self.held = strings(list(number))
        self.is_plain = len(number) == len(values)


def looked_up(words: Words | Sequence[str], places: np.ndarray) -> pa.Array:
    """The texts at these places; null at negative ones."""
    known = words if isinstance(words, Words) else Words(words)
    told = places.astype("<i4", copy=False)
    return pointing(known.held, told if known.is_plain else np.where(told >= 0, known.place[told], told))


def pointing(held: pa.Array, places: np.ndarray) -> pa.Array:
    """The same where the texts are a column already, none of them twice."""
    told = np.ascontiguousarray(places, dtype="<i4")
    indices = pa.Array.from_buffers(pa.int32(), len(told), [_valid(told >= 0), pa.py_buffer(told)])
    return pa.DictionaryArray.from_arrays(indices, held, safe=False)


def always(value: str, count: int) -> pa.Array:
    """The same text in every row."""
    return looked_up([value], np.zeros(count, dtype=np.int32))


def flags(values: np.ndarray | bool, count: int) -> pa.Array:
    """Booleans, one for all rows or one for each."""
    told = np.packbits(np.full(count, values) if isinstance(values, bool) else values, bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), count, [None, pa.py_buffer(told)])


def whole(values: np.ndarray) -> pa.Array:
    """Whole numbers."""
    told = np.ascontiguousarray(values, dtype="<i8")
    return pa.Array.from_buffers(pa.int64(), len(told), [None, pa.py_buffer(told)])


def strings(values: Sequence[str]) -> pa.Array:
    """Texts as a column. Made from bytes like all others here: to convert objects, Arrow would load pandas first."""
    encoded = [value.encode() for value in values]
    offsets = np.cumsum([0, *map(len, encoded)], dtype="<i4")
    return pa.StringArray.from_buffers(len(encoded), pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded)))


def _valid(known: np.ndarray | None) -> pa.Buffer | None:
    if known is None or bool(known.all()):
        return None
    return pa.py_buffer(np.packbits(known, bitorder="little"))
