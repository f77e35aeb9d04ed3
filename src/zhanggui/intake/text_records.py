"""Delimited text read line by line, so that a broken quote or a cut costs the lines that are broken and no other.

Lines end at LF, CR LF, or a CR that stands alone. A quote left open takes in further lines only while they
could belong to the same cell: not a line that is a record of its own, and not if the whole then has another
number of cells than the header. What is taken in wrongly would be rows lost in silence.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from zhanggui.intake.cells import RawBatch, batch_from_records
from zhanggui.intake.text_tables import BadRecord, TextTable, split_line
from zhanggui.kernel import limits

_BATCH_ROWS = 50_000
_RECORD_LINES = 200
_SHOWN_CHARS = 2000
_SENTINEL = "\x1f"
_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+")


@dataclass(frozen=True)
class _Line:
    """A physical line, or why it cannot be read."""

    row: int
    text: str
    problem: str = ""

    def bad(self, code: str) -> BadRecord:
        return BadRecord(self.row, code, self.text[:_SHOWN_CHARS])


def read_carefully(table: TextTable) -> Iterator[RawBatch | BadRecord]:
    """All records in order; what cannot be split comes as BadRecord."""
    records: list[list[str]] = []
    rows: list[int] = []
    for record in _Records(table).read():
        if isinstance(record, BadRecord):
            yield record
            continue
        row, cells = record
        records.append(cells)
        rows.append(row)
        if len(records) >= _BATCH_ROWS:
            yield batch_from_records(table.header, records, rows)
            records, rows = [], []
    if records:
        yield batch_from_records(table.header, records, rows)


def _raw_lines(table: TextTable) -> Iterator[bytes | None]:
    """The bytes of each physical line; None for one that is too long to be one."""
    with table.file.path.open("rb") as file:
        file.seek(table.data_start)
        left = table.data_end - table.data_start
        while left > 0 and (line := file.readline(min(left, limits.MAX_LINE_BYTES))):
            left -= len(line)
            if line.endswith(b"\n") or left == 0:
                yield from line.removesuffix(b"\n").removesuffix(b"\r").split(b"\r")
                continue
            if len(line) < limits.MAX_LINE_BYTES:
                continue
            yield None
            while left > 0 and not line.endswith(b"\n"):
                line = file.readline(min(left, limits.MAX_LINE_BYTES))
                left -= len(line)


def _lines(table: TextTable) -> Iterator[_Line]:
    for row, raw in enumerate(_raw_lines(table), table.first_line):
        if raw is None:
            yield _Line(row, "", "line_too_long")
            continue
        try:
            text = raw.decode(table.file.encoding)
        except UnicodeDecodeError:
            yield _Line(row, repr(raw[:_SHOWN_CHARS]), "encoding_broken")
            continue
        yield _Line(row, text, "encoding_broken" if "\x00" in text else "")


class _Records:
    """Puts physical lines together to records."""

    def __init__(self, table: TextTable) -> None:
        self.table = table
        self.width = len(table.header)
        self._coming = _lines(table)
        self._ahead: deque[_Line] = deque()
        self._shapes = _learn_shapes(table) if table.surplus_column is not None else []

    def read(self) -> Iterator[tuple[int, list[str]] | BadRecord]:
        """Every record with the row of its first line; blank lines are none."""
        while (first := self._peek(0)) is not None:
            record, used = self._take(first)
            for _ in range(used):
                self._ahead.popleft()
            if record is not None:
                yield record

    def _peek(self, place: int) -> _Line | None:
        while len(self._ahead) <= place:
            line = next(self._coming, None)
            if line is None:
                return None
            self._ahead.append(line)
        return self._ahead[place]

    def _take(self, first: _Line) -> tuple[tuple[int, list[str]] | BadRecord | None, int]:
        """The record that begins with a line, and how many lines it takes."""
        if first.problem:
            return first.bad(first.problem), 1
        is_open, cells = self._parse([first.text])
        if is_open:
            return self._take_further(first)
        if not any(cell.strip() for cell in cells):
            return None, 1
        return self._checked(first, cells), 1

    def _take_further(self, first: _Line) -> tuple[tuple[int, list[str]] | BadRecord, int]:
        """A record over several lines, or the first one alone as broken."""
        texts, size = [first.text], len(first.text)
        while len(texts) < _RECORD_LINES and (line := self._peek(len(texts))) is not None:
            size += len(line.text)
            if line.problem or size > limits.MAX_LINE_BYTES or self._is_record(line.text):
                break
            texts.append(line.text)
            if '"' not in line.text:
                continue
            is_open, cells = self._parse(texts, strict=True)
            if is_open:
                continue
            record = self._checked(first, cells)
            if cells and not isinstance(record, BadRecord):
                return record, len(texts)
            break
        return first.bad("quote_unclosed"), 1

    def _is_record(self, text: str) -> bool:
        """Whether a line taken in as the rest of a quoted cell is a record of its own."""
        if self.width < 3:
            return False
        is_open, cells = self._parse([text])
        return not is_open and len(cells) == self.width

    def _parse(self, texts: list[str], strict: bool = False) -> tuple[bool, list[str]]:
        """Whether the text ends inside a quoted cell, and its cells; none when it breaks the rules of quoting."""
        table = self.table
        if table.quoting == "none":
            return False, texts[0].split(table.delimiter)
        if '"' not in texts[0]:
            return False, texts[0].split(table.delimiter)
        lines = [*(text + "\n" for text in texts[:-1]), texts[-1] + "\n", _SENTINEL]
        try:
            cells = next(csv.reader(lines, delimiter=table.delimiter, strict=strict), [])
        except csv.Error as error:
            return "unexpected end of data" in str(error), []
        return bool(cells) and cells[-1].endswith(_SENTINEL), cells

    def _checked(self, first: _Line, cells: list[str]) -> tuple[int, list[str]] | BadRecord:
        if len(cells) > self.width:
            cells = self._with_surplus_joined(cells)
        if self.table.pads_short_rows:
            cells = [*cells, *[""] * (self.width - len(cells))]
        if len(cells) != self.width:
            return first.bad("wrong_cell_count")
        if any(len(cell) > limits.MAX_CELL_CHARS for cell in cells):
            return first.bad("cell_too_long")
        return first.row, cells

    def _with_surplus_joined(self, cells: list[str]) -> list[str]:
        """Put the delimiters of an unquoted remark back, if the other cells are as in the other records."""
        place, surplus = self.table.surplus_column, len(cells) - self.width
        if place is None or surplus >= self.width:
            return cells
        end = place + surplus + 1
        joined = [*cells[:place], self.table.delimiter.join(cells[place:end]), *cells[end:]]
        fits = all(
            index == place or not shapes or _shape(cell) in shapes
            for index, (cell, shapes) in enumerate(zip(joined, self._shapes, strict=True))
        )
        return joined if fits else cells


def _shape(cell: str) -> str:
    text = cell.strip()
    if not text:
        return "blank"
    return "number" if _NUMBER.fullmatch(text) else "text"


def _learn_shapes(table: TextTable) -> list[frozenset[str]]:
    """What each column holds in the first records that have the header's number of cells."""
    lines = table.file.head_lines()[table.header_line :]
    records = [split_line(line, table.delimiter, table.quoting) for line in lines]
    whole = [cells for cells in records if len(cells) == len(table.header)]
    return [frozenset(_shape(cells[index]) for cells in whole) for index in range(len(table.header))]
