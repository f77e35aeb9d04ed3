"""Workbooks and web pages that hold tables, as rows of text cells.

Numbers keep what the cell shows up to fifteen digits, which is all that a spreadsheet has; longer ones come
out in exponent form, so that an id that went through a number is seen as damaged and not as an id.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

import python_calamine

from zhanggui.intake.cells import RawBatch, batch_from_records
from zhanggui.intake.containers import Kind
from zhanggui.intake.errors import ContainerBroken, PasswordProtected, TableTooLarge
from zhanggui.intake.text_tables import BadRecord, choose_encoding
from zhanggui.kernel import limits

_WHOLE_LIMIT = 1e15
_BATCH_ROWS = 50_000
_CELL_ENDS = frozenset({"td", "th", "tr", "table"})


class Grid:
    """One sheet: its name, its first rows, and all its rows as text with sheet row numbers from one."""

    has_footer = True

    def __init__(self, name: str, rows: Sequence[Sequence[object]] | python_calamine.CalamineSheet) -> None:
        self.name = name
        self._rows = rows

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Row number and cells, in order."""
        source = self._rows if isinstance(self._rows, Sequence) else self._rows.iter_rows()
        for number, row in enumerate(source, 1):
            yield number, [cell if type(cell) is str else cell_text(cell) for cell in row]

    def head(self) -> list[list[str]]:
        """The rows among which a header is searched."""
        found = []
        for number, cells in self.rows():
            found.append(cells)
            if number >= limits.MAX_HEADER_SEARCH_ROWS + 20:
                break
        return found

    def batches(self, header: Sequence[str], after_row: int) -> Iterator[RawBatch | BadRecord]:
        """The records after a row, as wide as the header; wider rows keep only what stands under it."""
        width = len(header)
        records: list[list[str]] = []
        numbers: list[int] = []
        for number, cells in self.rows():
            if number <= after_row:
                continue
            if any(len(cell) > limits.MAX_CELL_CHARS for cell in cells):
                yield BadRecord(number, "cell_too_long", "")
                continue
            records.append((cells + [""] * (width - len(cells)))[:width])
            numbers.append(number)
            if len(records) >= _BATCH_ROWS:
                yield batch_from_records(header, records, numbers)
                records, numbers = [], []
        if records:
            yield batch_from_records(header, records, numbers)


def cell_text(cell: object) -> str:
    """A typed cell as the text that a person sees."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return _number_text(cell)
    if isinstance(cell, dt.datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, int) and abs(cell) >= _WHOLE_LIMIT:
        return f"{cell:.14E}"
    return "" if cell is None else str(cell)


def _number_text(number: float) -> str:
    if abs(number) >= _WHOLE_LIMIT:
        return f"{number:.14E}"
    if number.is_integer():
        return str(int(number))
    return f"{number:.15g}"


def open_grids(path: Path, kind: Kind, name: str) -> list[Grid]:
    """The sheets of a workbook, or the tables of a web page.

    Raises:
        PasswordProtected, ContainerBroken, TableTooLarge: when it cannot be opened.
    """
    if kind is Kind.HTML:
        return _html_grids(path)
    try:
        workbook = python_calamine.load_workbook(str(path))
        names = workbook.sheet_names
        if len(names) > limits.MAX_SHEETS:
            raise TableTooLarge(what="sheets", count=len(names), limit=limits.MAX_SHEETS)
        return [Grid(sheet, workbook.get_sheet_by_name(sheet)) for sheet in names]
    except python_calamine.PasswordError as error:
        raise PasswordProtected(file=name) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise ContainerBroken(file=name, cause=str(error)[:300]) from error
    except BaseException as error:  # the native reader panics on some broken files, and a panic is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise ContainerBroken(file=name, cause=str(error)[:300]) from error


class _Tables(HTMLParser):
    """Collects the rows of every table of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _CELL_ENDS:
            self._end_cell()
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables:
            if not self.tables[-1]:
                self.tables[-1].append([])
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _CELL_ENDS:
            self._end_cell()

    def _end_cell(self) -> None:
        """The cell that is open ends, whether or not the page says so."""
        if self._cell is not None:
            self.tables[-1][-1].append("".join(self._cell).strip())
        self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)


def _html_grids(path: Path) -> list[Grid]:
    raw = path.read_bytes()
    text = raw.decode(choose_encoding(raw, ("utf-8", "gb18030", "utf-16"), path.name)).lstrip("\ufeff")
    parser = _Tables()
    parser.feed(text)
    parser.close()
    if len(parser.tables) > limits.MAX_SHEETS:
        raise TableTooLarge(what="sheets", count=len(parser.tables), limit=limits.MAX_SHEETS)
    return [Grid(f"table {index}", rows) for index, rows in enumerate(parser.tables, 1) if rows]
