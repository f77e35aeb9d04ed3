"""The layout of a file that no format knows: where its header stands, how its cells are separated, what they look like."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zhanggui.intake.cell_contents import Contents, look_at
from zhanggui.intake.containers import Kind, Unit, check_workbook, unpack_units
from zhanggui.intake.errors import FormatUnknown
from zhanggui.intake.recognition import near_headers
from zhanggui.intake.sheets import open_grids
from zhanggui.intake.text_tables import open_text, split_line

_DELIMITERS = (",", "\t", ";", "|")
_ENCODINGS = ("utf-8", "gb18030", "cp1252")


@dataclass(frozen=True)
class Layout:
    """What was found in the file before anything was guessed: its header and some of its cells."""

    name: str
    container: str
    delimiter: str
    encoding: str | None
    header: tuple[str, ...]
    contents: Mapping[str, Contents]


def read_layout(path: Path, name: str) -> Layout:
    """The header and the first rows of the first unit that has a table."""
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        for unit in unpack_units(path, name, room):
            layout = _text_layout(unit, room) if unit.kind is Kind.TEXT else _sheet_layout(unit)
            if layout is not None:
                return layout
    raise FormatUnknown(file=name)


def _text_layout(unit: Unit, room: Path) -> Layout | None:
    file = open_text(unit.path, _ENCODINGS, room)
    lines = [line for line in file.head_lines() if line.strip()]
    readings = {mark: [split_line(line, mark, "double") for line in lines] for mark in _DELIMITERS}
    mark = max(readings, key=lambda one: len(set(near_headers(readings[one])[1])))
    return _layout(unit.name, "text", mark, file.encoding, readings[mark])


def _sheet_layout(unit: Unit) -> Layout | None:
    if unit.kind is Kind.WORKBOOK:
        check_workbook(unit.path)
    if unit.kind not in (Kind.WORKBOOK, Kind.OLD_WORKBOOK, Kind.HTML):
        return None
    grids = open_grids(unit.path, unit.kind, unit.name)
    layouts = [_layout(unit.name, "sheet", ",", None, grid.head()) for grid in grids]
    return max(filter(None, layouts), key=lambda one: len(one.header), default=None)


def _layout(name: str, container: str, mark: str, encoding: str | None, rows: Sequence[Sequence[str]]) -> Layout | None:
    index, header = near_headers(rows)
    if len({one for one in header if one}) < 2:
        return None
    body = [row for row in rows[index + 1 :] if len(row) >= len(header) // 2]
    contents = {
        column: look_at(row[place] for row in body if place < len(row)) for place, column in enumerate(header) if column
    }
    return Layout(name, container, mark, encoding, tuple(dict.fromkeys(filter(None, header))), contents)
