"""The records of delimited text in batches, by the faster of two readers that give the same.

The fast one lets Arrow split the raw bytes and decodes only distinct values; it is taken when nothing in the
file is odd: every record has the header's number of cells and stands on one line. Otherwise the careful one
reads (text_records.py).
"""

from __future__ import annotations

import io
import mmap
from collections.abc import Iterator

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from zhanggui.intake.cells import RawBatch, distinct_bytes, no_broken
from zhanggui.intake.text_records import read_carefully
from zhanggui.intake.text_tables import BadRecord, NotPlain, TextTable, quotes_are_closed
from zhanggui.kernel import limits

_BLOCK_BYTES = 16 * 1024 * 1024
_LAST_LINE_BYTES = 64 * 1024
_QUOTE = ord('"')


def read_batches(table: TextTable, careful: bool) -> Iterator[RawBatch | BadRecord]:
    """All records between header and footer, in order; what cannot be split comes as BadRecord.

    Raises:
        NotPlain: by the fast reader, perhaps after some batches; begin again with `careful`.
    """
    if table.data_end > table.data_start:
        yield from read_carefully(table) if careful else _read_fast(table)
    if table.cut_line is not None:
        yield table.cut_line


def _count_lines(table: TextTable) -> int:
    """The second, independent count of records: line ends between header and footer.

    Raises:
        NotPlain: on NUL, on a CR without LF, and on quotes inside of cells, which the careful reader judges.
    """
    returns = pairs = lines = 0
    with table.file.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
        if view[table.data_start : table.data_start + 3] == b"\xef\xbb\xbf":
            raise NotPlain  # Arrow would pass over it
        for offset in range(table.data_start, table.data_end, _BLOCK_BYTES):
            block = view[offset : min(offset + _BLOCK_BYTES, table.data_end)]
            lines += block.count(b"\n")
            if b"\x00" in block or (table.quoting != "none" and _has_stray_quotes(block, table.delimiter)):
                raise NotPlain
            if found := block.count(b"\r"):
                end = offset + len(block)
                returns += found
                pairs += block.count(b"\r\n") + (block.endswith(b"\r") and view[end : end + 1] == b"\n")
        if view[table.data_end - 1 : table.data_end] != b"\n":
            lines += 1
        last = bytes(view[max(table.data_start, table.data_end - _LAST_LINE_BYTES) : table.data_end])
    if returns != pairs or not _ends_closed(table, last):
        raise NotPlain
    return lines


def _has_stray_quotes(block: bytes, delimiter: str) -> bool:
    """Quotes that neither open a cell nor close one nor are doubled; ="…" opens one."""
    if b'"' not in block:
        return False
    codes = np.frombuffer(block, dtype=np.uint8)
    places = np.flatnonzero(codes == _QUOTE)
    places = places[(places > 0) & (places < len(codes) - 1)]
    closing = np.zeros(256, dtype=bool)
    closing[list(delimiter.encode() + b'\r\n"')] = True
    opening = closing.copy()
    opening[ord("=")] = True
    return not bool(np.all(opening[codes[places - 1]] | closing[codes[places + 1]]))


def _ends_closed(table: TextTable, tail: bytes) -> bool:
    """Whether the last line is outside of quotes at its end; Arrow takes a quote that is open there as closed."""
    line = tail.rstrip(b"\r\n").rpartition(b"\n")[2]
    return quotes_are_closed(line.decode(table.file.encoding, "replace"), table.delimiter, table.quoting)


def _arrow_batches(table: TextTable) -> Iterator[pa.RecordBatch]:
    names = [f"c{index}" for index in range(len(table.header))]
    mapped = pa.memory_map(str(table.file.path))
    mapped.seek(table.data_start)
    source = io.BufferedReader(_Window(mapped, table.data_end - table.data_start), _BLOCK_BYTES)
    yield from arrow_csv.open_csv(
        source,
        read_options=arrow_csv.ReadOptions(block_size=_BLOCK_BYTES, column_names=names),
        parse_options=arrow_csv.ParseOptions(
            delimiter=table.delimiter,
            quote_char='"' if table.quoting == "double" else False,
            newlines_in_values=table.quoting == "double",
            ignore_empty_lines=False,
        ),
        convert_options=arrow_csv.ConvertOptions(
            check_utf8=False, column_types=dict.fromkeys(names, pa.binary()), strings_can_be_null=False
        ),
    )


class _Window(io.RawIOBase):
    """A stretch of a mapped file, read as a file of its own."""

    def __init__(self, source: pa.NativeFile, length: int) -> None:
        super().__init__()
        self._source = source
        self._left = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        block = self._source.read(min(len(buffer), self._left))
        buffer[: len(block)] = block
        self._left -= len(block)
        return len(block)


def _read_fast(table: TextTable) -> Iterator[RawBatch]:
    """Arrow's records, provided that each has the header's cells and stands on one line of its own."""
    named = [name for name in table.header if name]
    if len(set(named)) != len(named) or len(table.header) < 2:
        raise NotPlain
    lines = _count_lines(table)
    line = table.first_line
    try:
        for batch in _arrow_batches(table):
            yield _decoded(table, batch, line)
            line += batch.num_rows
    except pa.ArrowInvalid as error:
        raise NotPlain from error
    if line - table.first_line != lines:
        raise NotPlain


def _decoded(table: TextTable, batch: pa.RecordBatch, first_line: int) -> RawBatch:
    rows = pl.int_range(first_line, first_line + batch.num_rows, eager=True)
    columns = {}
    broken = [no_broken()]
    for index, name in enumerate(table.header):
        if (pc.max(pc.binary_length(batch.column(index))).as_py() or 0) > limits.MAX_CELL_CHARS:
            raise NotPlain
        if not name:
            continue
        column, failures = distinct_bytes(batch.column(index), table.file.encoding)
        columns[name] = column
        if failures:
            broken.append(_broken_rows(column.codes, rows, name, failures))
    return RawBatch(columns, rows, pl.concat(broken))


def _broken_rows(codes: pl.Series, rows: pl.Series, name: str, failures: list[tuple[int, str]]) -> pl.DataFrame:
    shown = dict(failures)
    frame = pl.DataFrame({"row": rows, "code": codes}).filter(pl.col("code").is_in(list(shown)))
    return frame.select(
        "row",
        pl.lit(name).alias("column"),
        pl.col("code").replace_strict(shown, return_dtype=pl.String).alias("cell"),
    )
