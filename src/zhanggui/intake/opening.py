"""A unit opened: each table in it with its candidates, its records to come, and the lines around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from zhanggui.canon.register import TABLES
from zhanggui.canon.tables import Kind as ColumnKind
from zhanggui.intake.cells import RawBatch, batch_from_records
from zhanggui.intake.containers import Kind, Unit
from zhanggui.intake.declaration import Format
from zhanggui.intake.errors import TableTooLarge
from zhanggui.intake.headers import normalise_header
from zhanggui.intake.long_sheets import is_long, open_long_grids
from zhanggui.intake.recognition import Candidate, find_candidates
from zhanggui.intake.sheets import Grid, open_grids
from zhanggui.intake.statements import read_camt, read_mt940, read_ofx
from zhanggui.intake.text_batches import read_batches
from zhanggui.intake.text_tables import BadRecord, TextFile, TextTable, locate_table, open_text, split_line
from zhanggui.kernel import limits

_DELIMITERS = (",", "\t", ";")
_ENCODINGS = ("utf-8", "gb18030", "cp1252", "shift_jis")


@dataclass
class OpenTable:
    """One table of a unit."""

    candidates: list[Candidate]
    encoding: str | None = None
    sheet: str = ""
    preamble: list[str] = field(default_factory=list)
    first_row: int = 1
    text: TextTable | None = None
    grid: Grid | None = None
    records: list[dict[str, str]] | None = None

    @property
    def is_unterminated(self) -> bool:
        """Whether the last line of a text lacks its end, as in a file that was cut."""
        return self.text is not None and self.text.is_unterminated

    def batches(self, careful: bool) -> Iterator[RawBatch | BadRecord]:
        """The records in file order.

        Raises:
            TableTooLarge: when there are more rows than a file may have.
        """
        rows = 0
        for batch in self._batches(careful):
            rows += 1 if isinstance(batch, BadRecord) else len(batch)
            if rows > limits.MAX_ROWS_PER_FILE:
                raise TableTooLarge(what="rows", count=rows, limit=limits.MAX_ROWS_PER_FILE)
            yield batch

    def _batches(self, careful: bool) -> Iterator[RawBatch | BadRecord]:
        if self.text is not None:
            yield from read_batches(self.text, careful)
        elif self.grid is not None:
            best = self.candidates[0]
            after = best.header_index + 1 if best.format.headers is None else 0
            yield from self.grid.batches(best.header, after)
        elif self.records is not None:
            yield _statement_batch(self.records)

    def footer_texts(self) -> list[str]:
        """Lines under the table that controls may speak of."""
        if self.text is not None:
            return list(self.text.footer_lines)
        if self.grid is not None and self.grid.has_footer:
            return self._grid_footer
        return []

    @cached_property
    def _grid_footer(self) -> list[str]:
        """Looked for once: it takes a pass over the whole sheet, and several rules ask for it."""
        pattern = re.compile(self.candidates[0].format.footer)
        lines: list[str] = []
        for number, cells in self.grid.rows() if self.grid else ():
            if number < self.first_row:
                continue
            if lines or (cells and pattern.search(cells[0].strip())):
                lines.append(",".join(cells).rstrip(","))
        return lines


def open_tables(unit: Unit, room: Path, formats: Sequence[Format]) -> list[OpenTable]:
    """Open a unit and find the formats that each of its tables may be."""
    if unit.refusal is not None:
        raise unit.refusal
    if unit.kind is Kind.TEXT:
        return _open_text(unit, room, formats)
    if unit.kind in (Kind.CAMT, Kind.MT940, Kind.OFX):
        return _open_statement(unit, formats)
    return [_open_grid(unit, grid, formats) for grid in _grids(unit)]


def _grids(unit: Unit) -> list[Grid]:
    if unit.kind is Kind.WORKBOOK and is_long(unit.path):
        return open_long_grids(unit.path)
    return open_grids(unit.path, unit.kind, unit.name)


def _open_grid(unit: Unit, grid: Grid, formats: Sequence[Format]) -> OpenTable:
    head = grid.head()
    found = _headless(formats, head) or find_candidates(head, formats, unit.name, "sheet", grid.name)
    index = found[0].header_index if found else 0
    if found:
        _check_width(found[0])
    preamble = [",".join(row).rstrip(",") for row in head[:index]]
    return OpenTable(found, None, grid.name, preamble, index + 2, grid=grid)


def _headless(formats: Sequence[Format], head: Sequence[Sequence[str]]) -> list[Candidate]:
    """A mapping may name the columns of a file that has no header at all."""
    if len(formats) != 1 or formats[0].headers is None or not head:
        return []
    declared = formats[0]
    width = max(len(row) for row in head)
    names = declared.headers or ()
    return [Candidate(declared, -1, tuple(names), 1.0)] if len(names) == width else []


def _open_statement(unit: Unit, formats: Sequence[Format]) -> list[OpenTable]:
    readers = {Kind.CAMT: read_camt, Kind.MT940: read_mt940, Kind.OFX: read_ofx}
    records = readers[unit.kind](unit.path.read_bytes())
    header = [name for name in records[0] if name != "line"] if records else []
    return [OpenTable(find_candidates([header], formats, unit.name, unit.kind.value), records=records)]


def _statement_batch(records: list[dict[str, str]]) -> RawBatch:
    header = [name for name in records[0] if name != "line"]
    rows = [[record[name] for name in header] for record in records]
    return batch_from_records(header, rows, [int(record["line"]) for record in records])


def _open_text(unit: Unit, room: Path, formats: Sequence[Format]) -> list[OpenTable]:
    declared = formats[0].encodings if len(formats) == 1 else _ENCODINGS
    file = open_text(unit.path, declared, room)
    candidates, delimiter = _text_candidates(file, unit.name, formats)
    if not candidates:
        return [OpenTable([], file.encoding)]
    best = candidates[0]
    _check_width(best)
    if len(formats) > 1 and file.encoding != "utf-8" and best.format.encodings != _ENCODINGS:
        file = open_text(unit.path, best.format.encodings, room)
        candidates, delimiter = _text_candidates(file, unit.name, [best.format])
        best = candidates[0]
    table = locate_table(
        file,
        delimiter,
        best.format.quoting,
        best.header,
        best.header_index,
        best.format.footer,
        best.format.surplus_commas_in,
        best.format.pads_short_rows,
        _is_free_text(best.format, best.header[-1]),
    )
    return [OpenTable(candidates, file.encoding, "", list(table.preamble_lines), table.first_line, text=table)]


def _check_width(candidate: Candidate) -> None:
    width = len(candidate.header)
    if width > limits.MAX_COLUMNS:
        raise TableTooLarge(what="columns", count=width, limit=limits.MAX_COLUMNS)


def _is_free_text(declared: Format, header: str) -> bool:
    """Whether a column is not read, or read as words that nothing else depends on: no key, code, sign or amount."""
    key = normalise_header(header)
    field = next((one for one in declared.fields.values() if key in one.spellings), None)
    if field is None:
        return True
    plain = sum(
        1
        for rule in declared.tables
        for column, source in rule.columns.items()
        if source == field.name and TABLES[rule.table].by_name[column].kind is ColumnKind.TEXT
        if column not in TABLES[rule.table].key
    )
    spec = {name: value for name, value in declared.spec.items() if name not in ("fields", "signature", "ignored")}
    return field.type == "text" and plain == _mentions(spec, field.name)


def _mentions(spec: object, name: str) -> int:
    """How often a declaration speaks of a field."""
    if isinstance(spec, Mapping):
        return sum(_mentions(value, name) for value in spec.values())
    if isinstance(spec, (list, tuple)):
        return sum(_mentions(value, name) for value in spec)
    return int(spec == name)


def _text_candidates(file: TextFile, name: str, formats: Sequence[Format]) -> tuple[list[Candidate], str]:
    """The candidates under the delimiter that serves the best of them."""
    lines = file.head_lines()
    best: list[Candidate] = []
    chosen = ","
    declared = tuple(dict.fromkeys([formats[0].delimiter, *_DELIMITERS])) if len(formats) == 1 else _DELIMITERS
    for delimiter in declared:
        rows = [split_line(line, delimiter, "double") for line in lines]
        found = _headless(formats, [row for row in rows if row]) or find_candidates(rows, formats, name, "text")
        if found and (not best or found[0].score > best[0].score):
            best, chosen = found, delimiter
    return best, chosen
