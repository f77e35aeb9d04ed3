"""Delimited text: strict, streamed, and never guessing.

Two readers give the same records. The fast one lets Arrow split the raw bytes and decodes only distinct
values; it is taken when nothing in the file is odd: every record has the header's number of cells and stands
on one line. Otherwise the careful one goes line by line, so that a broken quote or a cut file costs the lines
that are broken and no other.
"""

from __future__ import annotations

import csv
import io
import mmap
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as arrow_csv

from zhanggui.intake.cells import RawBatch, batch_from_records, distinct_bytes, no_broken
from zhanggui.intake.errors import EncodingUnknown
from zhanggui.kernel import limits

_HEAD_BYTES = 512 * 1024
_TAIL_BYTES = 64 * 1024
_BLOCK_BYTES = 16 * 1024 * 1024
_CAREFUL_ROWS = 50_000
_RECORD_LINES = 200
_WESTERN_HIGH_SHARE = 0.3


@dataclass(frozen=True)
class TextFile:
    """A text file with its encoding known and its byte order mark passed over."""

    path: Path
    encoding: str
    start: int
    size: int

    def head_lines(self) -> list[str]:
        """The first lines, decoded; undecodable bytes are shown, for the header search only."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            head = file.read(_HEAD_BYTES)
        lines = head.split(b"\n")[: limits.MAX_HEADER_SEARCH_ROWS + 20]
        return [line.rstrip(b"\r").decode(self.encoding, "backslashreplace") for line in lines]


@dataclass(frozen=True)
class TextTable:
    """Where the table stands in a text file, and how its records are split."""

    file: TextFile
    delimiter: str
    quoting: str
    header: tuple[str, ...]
    header_line: int  # 1-based physical line of the header
    first_line: int  # 1-based physical line of the first record
    data_start: int
    data_end: int
    footer_lines: tuple[str, ...]
    preamble_lines: tuple[str, ...]
    surplus_column: int | None = None


@dataclass(frozen=True)
class BadRecord:
    """A record that could not be split into the header's cells."""

    row: int
    code: str
    text: str


def open_text(path: Path, encodings: tuple[str, ...], room: Path) -> TextFile:
    """Find the encoding by byte order mark, then strictly in the order given.

    Raises:
        EncodingUnknown: when the head of the file is in none of them.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _transcoded(path, "utf-16", room)
    start = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    if b"\n" not in head and b"\r" in head:
        return _transcoded(path, choose_encoding(head, encodings, path.name), room)
    if start:
        return TextFile(path, "utf-8", start, size)
    return TextFile(path, choose_encoding(head if len(head) == size else head[: head.rfind(b"\n") + 1], encodings, path.name), 0, size)


def choose_encoding(sample: bytes, encodings: tuple[str, ...], name: str) -> str:
    """The first encoding in which the sample is valid; plain ASCII counts as the first non-UTF-8 candidate."""
    for encoding in _in_order(sample, encodings):
        with suppress(UnicodeDecodeError):
            sample.decode(encoding)
            return encoding
    raise EncodingUnknown(file=name, tried=list(encodings))


def _in_order(sample: bytes, encodings: tuple[str, ...]) -> tuple[str, ...]:
    """Shift_JIS before cp1252 only where characters above ASCII stand side by side, as in Japanese."""
    if "shift_jis" not in encodings or "cp1252" not in encodings:
        return encodings
    high = sum(byte >= 0x80 for byte in sample)
    words = sum(len(word) for word in re.findall(rb"[^\x00-\x40]*[\x80-\xff][^\x00-\x40]*", sample)) or 1
    japanese_first = high / words > _WESTERN_HIGH_SHARE
    ordered = ("shift_jis", "cp1252") if japanese_first else ("cp1252", "shift_jis")
    return tuple(name for name in encodings if name not in ordered) + ordered


def _transcoded(path: Path, encoding: str, room: Path) -> TextFile:
    """Rewrite rare encodings and old line ends as UTF-8 with newlines, strictly."""
    target = room / f"{path.name}.utf8"
    try:
        with path.open("r", encoding=encoding, newline=None) as source, target.open("w", encoding="utf-8", newline="\n") as sink:
            while block := source.read(1 << 20):
                sink.write(block)
    except (UnicodeDecodeError, UnicodeError) as error:
        raise EncodingUnknown(file=path.name, tried=[encoding]) from error
    return TextFile(target, "utf-8", 3 if target.read_bytes()[:3] == b"\xef\xbb\xbf" else 0, target.stat().st_size)


def split_line(line: str, delimiter: str, quoting: str) -> list[str]:
    """The cells of one physical line."""
    if quoting == "none":
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def locate_table(
    file: TextFile,
    delimiter: str,
    quoting: str,
    header: tuple[str, ...],
    header_index: int,
    footer: str,
    surplus_in: str | None = None,
) -> TextTable:
    """Fix where records begin and end: after the header's line, and before the footer in the file's tail."""
    lines = file.head_lines()
    start = file.start + _offset_after(file, header_index + 1)
    end, footers = _find_footer(file, start, footer)
    end = _without_blank_end(file, start, end)
    return TextTable(
        file=file,
        delimiter=delimiter,
        quoting=quoting,
        header=header,
        header_line=header_index + 1,
        first_line=header_index + 2,
        data_start=min(start, end),
        data_end=end,
        footer_lines=tuple(footers),
        preamble_lines=tuple(lines[: max(header_index, 0)]),
        surplus_column=header.index(surplus_in) if surplus_in in header else None,
    )


def _without_blank_end(file: TextFile, start: int, end: int) -> int:
    """Where the last line that is not blank ends; files often close with empty lines."""
    with file.path.open("rb") as source:
        begin = max(start, end - _TAIL_BYTES)
        source.seek(begin)
        tail = source.read(end - begin)
    kept = tail.rstrip(b"\r\n")
    if len(kept) == len(tail) or not kept:
        return end
    line_end = tail[len(kept) :].index(b"\n") + 1 if b"\n" in tail[len(kept) :] else len(tail) - len(kept)
    return begin + len(kept) + line_end


def _offset_after(file: TextFile, line_count: int) -> int:
    with file.path.open("rb") as source:
        source.seek(file.start)
        return sum(len(source.readline()) for _ in range(line_count))


def _find_footer(file: TextFile, start: int, footer: str) -> tuple[int, list[str]]:
    """The offset where the footer begins, and its lines; a footer stands in the last 64 KiB."""
    pattern = re.compile(footer)
    from_offset = max(start, file.size - _TAIL_BYTES)
    with file.path.open("rb") as source:
        source.seek(from_offset)
        if from_offset > start:
            source.readline()
        offset = source.tell()
        tail = source.read()
    for line in tail.splitlines(keepends=True):
        text = line.decode(file.encoding, "backslashreplace").strip().lstrip('"`')
        if text and pattern.search(text):
            rest = tail[offset - (file.size - len(tail)) :]
            return offset, [one.decode(file.encoding, "backslashreplace") for one in rest.splitlines() if one.strip()]
        offset += len(line)
    return file.size, []


class NotPlain(Exception):
    """The fast reader met something odd; the careful one must read the file."""


def read_batches(table: TextTable, careful: bool) -> Iterator[RawBatch | BadRecord]:
    """All records between header and footer, in order; what cannot be split comes as BadRecord.

    Raises:
        NotPlain: by the fast reader, perhaps after some batches; begin again with `careful`.
    """
    if table.data_end <= table.data_start:
        return
    yield from _read_carefully(table) if careful else _read_fast(table)


def _count_lines(table: TextTable) -> int:
    """The second, independent count of records: line ends between header and footer."""
    with table.file.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
        lines = 0
        for offset in range(table.data_start, table.data_end, _BLOCK_BYTES):
            block = np.frombuffer(view[offset : min(offset + _BLOCK_BYTES, table.data_end)], dtype=np.uint8)
            lines += int(np.count_nonzero(block == 0x0A))
        if view[table.data_end - 1 : table.data_end] != b"\n":
            lines += 1
    return lines


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
    if len(set(table.header)) != len(table.header) or len(table.header) < 2:
        raise NotPlain
    line = table.first_line
    try:
        for batch in _arrow_batches(table):
            yield _decoded(table, batch, line)
            line += batch.num_rows
    except pa.ArrowInvalid as error:
        raise NotPlain from error
    if line - table.first_line != _count_lines(table):
        raise NotPlain


def _decoded(table: TextTable, batch: pa.RecordBatch, first_line: int) -> RawBatch:
    rows = pl.Series(range(first_line, first_line + batch.num_rows), dtype=pl.Int64)
    columns = {}
    broken = [no_broken()]
    for index, name in enumerate(table.header):
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


def _read_carefully(table: TextTable) -> Iterator[RawBatch | BadRecord]:
    records: list[list[str | None]] = []
    rows: list[int] = []
    for row, cells in _split_records(table):
        if isinstance(cells, BadRecord):
            yield cells
            continue
        records.append(cells)
        rows.append(row)
        if len(records) >= _CAREFUL_ROWS:
            yield batch_from_records(table.header, records, rows)
            records, rows = [], []
    if records:
        yield batch_from_records(table.header, records, rows)


def _physical_lines(table: TextTable) -> Iterator[tuple[int, bytes]]:
    with table.file.path.open("rb") as file:
        file.seek(table.data_start)
        left = table.data_end - table.data_start
        number = table.first_line
        while left > 0:
            line = file.readline(min(left, limits.MAX_LINE_BYTES))
            if not line:
                return
            left -= len(line)
            yield number, line.rstrip(b"\r\n")
            number += 1


def _split_records(table: TextTable) -> Iterator[tuple[int, list[str | None] | BadRecord]]:
    """Records with their first physical line; a quote left open takes in further lines only while that helps."""
    pending: list[tuple[int, str]] = []
    for number, line in _physical_lines(table):
        try:
            text = line.decode(table.file.encoding)
        except UnicodeDecodeError:
            yield number, BadRecord(number, "encoding_broken", repr(line)[:2000])
            continue
        pending.append((number, text))
        yield from _take_records(table, pending, at_end=False)
    yield from _take_records(table, pending, at_end=True)


def _take_records(
    table: TextTable, pending: list[tuple[int, str]], at_end: bool
) -> Iterator[tuple[int, list[str | None] | BadRecord]]:
    """Take whole records off the pending lines; what stays is one record whose quote is still open."""
    while pending:
        first = pending[0][0]
        text = "\n".join(line for _, line in pending)
        is_open, cells = _parse(text, table)
        if is_open and not at_end and len(pending) < _RECORD_LINES and not _continuation_is_record(pending, table):
            return
        if not is_open and len(pending) > 1 and _continuation_is_record(pending, table):
            is_open = True
        if is_open:
            number, line = pending.pop(0)
            yield number, BadRecord(number, "quote_unclosed", line[:2000])
            continue
        pending.clear()
        yield from _one_record(first, text, cells, table)


def _one_record(
    row: int, text: str, cells: list[str], table: TextTable
) -> Iterator[tuple[int, list[str | None] | BadRecord]]:
    if not any(cell.strip() for cell in cells):
        return
    width = len(table.header)
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    if len(cells) > width and table.surplus_column is not None:
        place, surplus = table.surplus_column, len(cells) - width
        cells = [*cells[:place], table.delimiter.join(cells[place : place + surplus + 1]), *cells[place + surplus + 1 :]]
    if len(cells) != width:
        yield row, BadRecord(row, "wrong_cell_count", text[:2000])
        return
    yield row, list(cells)


def _continuation_is_record(pending: list[tuple[int, str]], table: TextTable) -> bool:
    """Whether a line taken in as the rest of a quoted cell looks like a record of its own."""
    if len(pending) < 2 or len(table.header) < 3:
        return False
    is_open, cells = _parse(pending[-1][1], table)
    return not is_open and len(cells) == len(table.header)


def _parse(text: str, table: TextTable) -> tuple[bool, list[str]]:
    """Whether the text ends inside a quoted cell, and its cells."""
    if table.quoting == "none":
        return False, text.split(table.delimiter)
    try:
        return False, next(csv.reader(io.StringIO(text, newline=""), delimiter=table.delimiter, strict=True), [])
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return True, []
    try:
        return False, next(csv.reader(io.StringIO(text, newline=""), delimiter=table.delimiter), [])
    except csv.Error:
        return False, text.split(table.delimiter)
