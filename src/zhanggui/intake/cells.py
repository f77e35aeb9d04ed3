"""Raw cells, held as the distinct values of a column and the code of each row.

Exports repeat themselves: titles, statuses, attributes and prices come from small sets. Decoding and
cleaning what is distinct, and only then spreading it over the rows, is what makes strict reading cheap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Distinct:
    """A column of text: `values[codes[i]]` is row i; an undecodable or absent cell has the code null."""

    values: pl.Series
    codes: pl.Series

    def spread(self, values: pl.Series | None = None) -> pl.Series:
        """One value per row, of these values or of others made from them one by one."""
        return (self.values if values is None else values).gather(self.codes)


@dataclass(frozen=True)
class RawBatch:
    """A run of records: columns by header as found, and the source row of each record."""

    columns: dict[str, Distinct]
    rows: pl.Series
    broken: pl.DataFrame  # row, column, cell: cells whose bytes are in no declared encoding

    def __len__(self) -> int:
        return len(self.rows)


BROKEN_SCHEMA = {"row": pl.Int64, "column": pl.String, "cell": pl.String}


def no_broken() -> pl.DataFrame:
    """The empty frame of undecodable cells."""
    return pl.DataFrame(schema=BROKEN_SCHEMA)


def distinct_texts(values: Sequence[str | None]) -> Distinct:
    """A column from Python texts (sheets, statements, careful reading)."""
    return distinct_array(pa.array(values, pa.string()))


def distinct_array(column: pa.Array) -> Distinct:
    """A column from an Arrow array of texts."""
    encoded = pc.dictionary_encode(column)
    return Distinct(pl.Series(encoded.dictionary, dtype=pl.String), _codes(encoded))


def _codes(encoded: pa.DictionaryArray) -> pl.Series:
    return pl.Series(encoded.indices.cast(pa.uint32()))


def distinct_bytes(column: pa.Array, encoding: str) -> tuple[Distinct, list[tuple[int, str]]]:
    """A column from raw bytes: each distinct value is decoded strictly, once.

    Returns the column and the values that are not of the encoding, as (code, shown cell).
    """
    encoded = pc.dictionary_encode(column)
    raw = encoded.dictionary
    try:
        values = _decode_all(raw, encoding)
        return Distinct(values, _codes(encoded)), []
    except UnicodeDecodeError:
        values, failures = _decode_each(raw.to_pylist(), encoding)
        return Distinct(values, _codes(encoded)), failures


def _decode_all(raw: pa.Array, encoding: str) -> pl.Series:
    if encoding == "utf-8" or _is_ascii(raw):
        try:
            return pl.Series(raw.cast(pa.string()), dtype=pl.String)
        except pa.ArrowInvalid as error:
            raise UnicodeDecodeError("utf-8", b"", 0, 1, str(error)) from error
    return pl.Series([cell.decode(encoding) for cell in raw.to_pylist()], dtype=pl.String)


def _is_ascii(raw: pa.Array) -> bool:
    start = raw.offset
    offsets = pa.Array.from_buffers(pa.int32(), len(raw) + 1, [None, raw.buffers()[1]], offset=start)
    data = raw.buffers()[2]
    if data is None or not len(raw):
        return True
    return memoryview(data)[offsets[0].as_py() : offsets[-1].as_py()].tobytes().isascii()


def _decode_each(cells: list[bytes], encoding: str) -> tuple[pl.Series, list[tuple[int, str]]]:
    values: list[str | None] = []
    failures: list[tuple[int, str]] = []
    for code, cell in enumerate(cells):
        try:
            values.append(cell.decode(encoding))
        except UnicodeDecodeError:
            values.append(None)
            failures.append((code, repr(cell)[:200]))
    return pl.Series(values, dtype=pl.String), failures


def batch_from_records(header: Sequence[str], records: Sequence[Sequence[str | None]], rows: Sequence[int]) -> RawBatch:
    """A batch from records of text cells; short records are padded with blanks by the caller."""
    columns = {name: distinct_texts([record[index] for record in records]) for index, name in enumerate(header) if name}
    return RawBatch(columns, pl.Series(rows, dtype=pl.Int64), no_broken())
