"""Cells of workbooks and web pages as the text that a person sees."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.hostile.archives import make_workbook, row_xml
from zhanggui.intake.cells import RawBatch
from zhanggui.intake.containers import Kind
from zhanggui.intake.errors import ContainerBroken, TableTooLarge
from zhanggui.intake.sheets import Grid, cell_text, open_grids
from zhanggui.intake.text_tables import BadRecord
from zhanggui.kernel import limits


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("  as it is ", "  as it is "),
        (True, "TRUE"),
        (False, "FALSE"),
        (12.0, "12"),
        (12.5, "12.5"),
        (0.1 + 0.2, "0.3"),
        (201.12, "201.12"),
        (999999999999999.0, "999999999999999"),
        (4999000000000012345.0, "4.99900000000001E+18"),
        (4999000000000012345, "4.99900000000001E+18"),
        (-1e15, "-1.00000000000000E+15"),
        (1e-7, "1e-07"),
        (dt.datetime(2026, 7, 8, 0, 42, 32), "2026-07-08 00:42:32"),
        (dt.date(2026, 7, 8), "2026-07-08"),
    ],
)
def test_numbers_show_fifteen_digits_and_no_more(cell: object, text: str) -> None:
    assert cell_text(cell) == text


def test_rows_are_as_wide_as_the_header() -> None:
    grid = Grid("sheet", [["id", "title"], ["1"], ["2", "b", "beyond"]])
    (batch,) = grid.batches(("id", "title"), after_row=1)
    assert isinstance(batch, RawBatch)
    columns = [column.spread().to_list() for column in batch.columns.values()]
    assert (batch.rows.to_list(), columns) == ([2, 3], [["1", "2"], ["", "b"]])


def test_a_cell_over_the_limit_costs_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_CELL_CHARS", 3)
    grid = Grid("sheet", [["id"], ["1"], ["four"], ["3"]])
    found = list(grid.batches(("id",), after_row=1))
    assert [one for one in found if isinstance(one, BadRecord)] == [BadRecord(3, "cell_too_long", "")]


def test_every_sheet_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(make_workbook(f"<sheetData>{row_xml(1, ('a', 'b'))}</sheetData>", sheet_names=("One", "Two")))
    grids = open_grids(path, Kind.WORKBOOK, path.name)
    assert [(grid.name, grid.head()) for grid in grids] == [("One", [["a", "b"]]), ("Two", [["a", "b"]])]


def test_every_table_of_a_page_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "page.xls"
    path.write_text("<table><tr><th>a<th>b</tr></table><table><tr><td>1<br>2</td></tr></table>", "utf-8")
    assert [grid.head()[0] for grid in open_grids(path, Kind.HTML, path.name)] == [["a", "b"], ["1\n2"]]


def test_more_sheets_than_a_book_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_SHEETS", 1)
    path = tmp_path / "book.xlsx"
    path.write_bytes(make_workbook("<sheetData/>", sheet_names=("One", "Two")))
    with pytest.raises(TableTooLarge):
        open_grids(path, Kind.WORKBOOK, path.name)
    path.write_text("<table><tr><td>1</table><table><tr><td>1</table>", "utf-8")
    with pytest.raises(TableTooLarge):
        open_grids(path, Kind.HTML, path.name)


def test_bytes_that_are_no_workbook_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(100))
    with pytest.raises(ContainerBroken):
        open_grids(path, Kind.OLD_WORKBOOK, path.name)
