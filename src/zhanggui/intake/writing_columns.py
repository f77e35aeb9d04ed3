"""Export files written from whole columns: the same bytes as `write_export` gives for the same rows, much faster.

A simulated year is millions of cells. Here a column is an Arrow array, protected and quoted as a whole, and the
columns are joined into lines by Arrow; only sheets and statements still go row by row.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhanggui.intake.declaration import Format
from zhanggui.intake.writing import (
    QUIRKS,
    container_of,
    description_rows,
    encoding_of,
    full_header,
    header_written,
    preamble_lines,
    write_export,
)
from zhanggui.intake.writing_totals import RowFigures, Side, footer_lines, summary_rows

Cells: TypeAlias = "str | Sequence[str] | np.ndarray | pa.Array"
"""One cell for all rows, or a cell for each row."""

ROWS_AT_ONCE = 65_536  # a block of the widest rows stays far below the 2 GiB of an Arrow text array
_PLACES = 4  # decimals of the books' amounts


def write_columns(
    declared: Format,
    columns: Mapping[str, Cells],
    path: Path,
    *,
    container: str | None = None,
    encoding: str | None = None,
    headers: Sequence[str] | None = None,
    preamble: Sequence[str] | None = None,
    with_totals: bool = True,
) -> Path:
    """Write columns (by field name, at least one of them an array) as an export of the format; returns the path.

    The options are those of `write_export`; columns that are not given are blank.
    """
    names = list(headers) if headers is not None else full_header(declared)
    arrays = {name: _as_array(cells) for name, cells in columns.items()}
    length = max((len(one) for one in arrays.values() if not isinstance(one, str)), default=0)
    container = container or container_of(declared, path)
    if container != "text":
        rows = list(_rows(arrays, length))
        return write_export(
            declared, rows, path, container=container, headers=names, preamble=preamble, with_totals=with_totals
        )
    sheet = _TextSheet(declared, names, arrays, length)
    lines = list(preamble) if preamble is not None else preamble_lines(declared)
    with path.open("wb") as file:
        sheet.write(file, encoding or encoding_of(declared), lines, with_totals)
    return path


@dataclass(frozen=True)
class ColumnFigures:
    """Totals of whole columns; what is stated in a way that columns cannot tell is asked of the rows."""

    declared: Format
    arrays: Mapping[str, str | pa.Array]
    length: int

    def total(self, name: str) -> Decimal:
        """The sum of a field over all rows; a blank is nothing."""
        return _total(self._cells(name))

    def side(self, table: str, column: str, side: str) -> Side:
        """Number and sum of what the rows state in a canonical column; side is all, in or out."""
        rules = [rule for rule in self.declared.tables if rule.table == table and column in rule.columns]
        if len(rules) != 1 or rules[0].when:
            return self._by_rows.side(table, column, side)
        source = rules[0].columns[column]
        if isinstance(source, Mapping) and set(source) == {"in", "out"}:
            return self._in_out(source, side)
        if isinstance(source, Mapping) and set(source) == {"amount", "direction", "incoming", "outgoing"}:
            return self._directed(source, side)
        return self._by_rows.side(table, column, side)

    def _in_out(self, source: Mapping[str, Any], side: str) -> Side:
        """Two columns of which each row fills one: what is not zero in the one is on its side."""
        parts = {"in": self._cells(source["in"]), "out": self._cells(source["out"])}
        signed = {"in": _magnitudes(parts["in"]), "out": pc.negate(_magnitudes(parts["out"]))}
        chosen = [signed["in"], signed["out"]] if side == "all" else [signed[side]]
        return _counted(chosen, max(_places(one) for one in parts.values()), side)

    def _directed(self, source: Mapping[str, Any], side: str) -> Side:
        """One column of amounts whose side another column tells."""
        amounts, words = self._cells(source["amount"]), self._cells(source["direction"])
        magnitudes, zero = _magnitudes(amounts), pa.scalar(Decimal(0), pa.decimal128(28, _PLACES))
        is_in = pc.is_in(words, pa.array(source["incoming"], pa.string()))
        signed = {"in": pc.if_else(is_in, magnitudes, zero), "out": pc.negate(pc.if_else(is_in, zero, magnitudes))}
        return _counted([signed["in"], signed["out"]] if side == "all" else [signed[side]], _places(amounts), side)

    @cached_property
    def _by_rows(self) -> RowFigures:
        return RowFigures(self.declared, list(_rows(self.arrays, self.length)))

    def _cells(self, name: str) -> pa.Array:
        cells = self.arrays.get(name, "")
        return pa.array([cells]).take(pa.array([0] * self.length)) if isinstance(cells, str) else cells


@dataclass(frozen=True)
class _TextSheet:
    """One table on its way into a text file."""

    declared: Format
    names: Sequence[str]
    arrays: Mapping[str, str | pa.Array]
    length: int

    def write(self, file: BinaryIO, encoding: str, preamble: Sequence[str], with_totals: bool) -> None:
        encode = codecs.getincrementalencoder(encoding)().encode
        is_utf8 = codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")
        head = [header_written(self.declared, name) for name in self.names]
        above = [*([line] for line in preamble), head, *description_rows(self.declared, self.names)]
        file.write(encode(self._records(above)))
        for block in self._blocks():
            file.write(block if is_utf8 else encode(str(block, "utf-8")))
        if with_totals:
            figures = ColumnFigures(self.declared, self.arrays, self.length)
            tick = "`" if QUIRKS.get(self.declared.id) == "backtick" else ""
            after = [
                *summary_rows(self.declared, figures, self.names), *footer_lines(self.declared, figures, tick)
            ]  # fmt: skip
            file.write(encode(self._records(after)))

    def _records(self, records: Sequence[Sequence[str]]) -> str:
        text = io.StringIO(newline="")
        if self.declared.quoting == "none":
            text.writelines(f"{self.declared.delimiter.join(record)}\r\n" for record in records)
            return text.getvalue()
        writer = csv.writer(text, delimiter=self.declared.delimiter, lineterminator="\r\n")
        for record in records:
            if len(record) == 1:  # a line around the table is no record: it is written as it is
                text.write(f"{record[0]}\r\n")
            else:
                writer.writerow(record)
        return text.getvalue()

    def _blocks(self) -> Iterator[memoryview]:
        """The lines of the table, as bytes in UTF-8."""
        cells = self._joined_constants()
        for start in range(0, self.length, ROWS_AT_ONCE):
            parts = [one if isinstance(one, str) else one.slice(start, ROWS_AT_ONCE) for one in cells]
            lines = pc.binary_join_element_wise(*parts, "")
            yield _bytes_of(lines)

    def _joined_constants(self) -> list[str | pa.Array]:
        """What a line is made of: arrays, and between them the separators with every cell that never changes."""
        made: list[str | pa.Array] = [""]
        for place, name in enumerate(self.names):
            if place:
                made[-1] = f"{made[-1]}{self.declared.delimiter}"
            cells = self._written(name)
            if isinstance(cells, str):
                made[-1] = f"{made[-1]}{cells}"
            else:
                made += [cells, ""]
        made[-1] = f"{made[-1]}\r\n"
        if len(made) == 1:  # a table of nothing but constants still has its rows
            made.insert(0, pa.array([""]).take(pa.array([0] * self.length)))
        return made

    def _written(self, name: str) -> str | pa.Array:
        """A column with the platform's protection against spreadsheets and with its quotes."""
        cells = self.arrays.get(name, "")
        array = pa.array([cells]) if isinstance(cells, str) else cells
        array = self._quoted(self._protected(name, array))
        return str(array[0].as_py()) if isinstance(cells, str) else array

    def _protected(self, name: str, cells: pa.Array) -> pa.Array:
        quirk = QUIRKS.get(self.declared.id)
        one = self.declared.fields.get(name)
        if quirk == "backtick":
            return pc.binary_join_element_wise("`", cells, "")
        if quirk and one is not None and one.type == "id":
            before, after = ('="', '"') if quirk == "formula" else ("", "\t")
            return pc.if_else(pc.equal(cells, ""), "", pc.binary_join_element_wise(before, cells, after, ""))
        return cells

    def _quoted(self, cells: pa.Array) -> pa.Array:
        if self.declared.quoting == "none":
            return cells
        special = pc.match_substring_regex(cells, f'["{self.declared.delimiter}\r\n]')
        if not pc.any(special).as_py():
            return cells
        doubled = pc.replace_substring(cells, '"', '""')
        return pc.if_else(special, pc.binary_join_element_wise('"', doubled, '"', ""), cells)


def _as_array(cells: Cells) -> str | pa.Array:
    if isinstance(cells, str):
        return cells
    if isinstance(cells, pa.ChunkedArray):
        return cells.combine_chunks()
    return cells if isinstance(cells, pa.Array) else pa.array(cells, pa.string())


def _rows(arrays: Mapping[str, str | pa.Array], length: int) -> Iterator[dict[str, str]]:
    lists = {name: [one] * length if isinstance(one, str) else one.to_pylist() for name, one in arrays.items()}
    return ({name: cells[place] for name, cells in lists.items()} for place in range(length))


def _bytes_of(lines: pa.Array) -> memoryview:
    """The texts of an array one after the other, without a copy."""
    data = lines.buffers()[2]
    ends = np.frombuffer(lines.buffers()[1], np.int32)[lines.offset : lines.offset + len(lines) + 1]
    return memoryview(data)[int(ends[0]) : int(ends[-1])]


def _magnitudes(cells: pa.Array) -> pa.Array:
    """Amounts without their sign, as exact decimals; a blank is zero."""
    digits = pc.replace_substring_regex(cells, "^[-+]", "")
    return pc.if_else(pc.equal(digits, ""), "0", digits).cast(pa.decimal128(28, _PLACES))


def _total(cells: pa.Array) -> Decimal:
    amounts = pc.if_else(pc.equal(cells, ""), "0", cells).cast(pa.decimal128(28, _PLACES))
    return _summed(amounts, _places(cells))


def _summed(amounts: pa.Array, places: int) -> Decimal:
    total = pc.sum(amounts).as_py() or Decimal(0)
    return Decimal(total).quantize(Decimal(1).scaleb(-places))


def _counted(chosen: Sequence[pa.Array], places: int, side: str) -> Side:
    """Number and sum of amounts of which each row has one; nothing is on a side only where it is all that is asked."""
    zero = pa.scalar(Decimal(0), pa.decimal128(28, _PLACES))
    moved = sum(int(pc.sum(pc.not_equal(one, zero)).as_py() or 0) for one in chosen)
    count = len(chosen[0]) if side == "all" else moved
    return count, sum((_summed(one, places) for one in chosen), Decimal(0)) if count else Decimal(0)


def _places(cells: pa.Array) -> int:
    """How many decimals the cells have at most."""
    point = pc.find_substring(cells, ".")
    behind = pc.subtract(pc.subtract(pc.utf8_length(cells), point), 1)
    return int(pc.max(pc.if_else(pc.less(point, 0), 0, behind)).as_py() or 0)
