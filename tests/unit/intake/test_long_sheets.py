"""A long sheet read as a stream says what the ordinary reader says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from tests.golden.reading_samples import read_sample, show
from zhanggui.intake.containers import Kind
from zhanggui.intake.long_sheets import is_long, open_long_grids
from zhanggui.intake.sheets import open_grids
from zhanggui.intake.writing import write_sample
from zhanggui.kernel import limits


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "long.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("明细")
        for row in range(3, 120):
            sheet.write_row(row, 0, [f"单号{row}", str(3515000000000000000 + row), row / 4])
        sheet.write_datetime(
            120, 0, dt.datetime(2026, 7, 8, 0, 42), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        )
        sheet.write(120, 1, 3515000000000000123)
    return path


def test_rows_and_their_numbers_are_the_same(workbook: Path) -> None:
    [long], [short] = open_long_grids(workbook), open_grids(workbook, Kind.WORKBOOK, workbook.name)
    header = ("a", "b", "c")
    streamed = list(long.batches(header, 5))
    whole = list(short.batches(header, 5))
    for name in header[:2]:
        texts = [
            pl.concat([b.columns[name].spread() for b in batches])[:115].to_list() for batches in (streamed, whole)
        ]  # type: ignore[union-attr]
        assert texts[0] == texts[1]
    assert [list(b.rows) for b in streamed] == [list(b.rows) for b in whole]  # type: ignore[union-attr]
    assert long.head()[:3] == [[], [], []]
    assert long.head()[3] == ["单号3", "3515000000000000003", "0.75"]
    last = streamed[0].columns  # type: ignore[union-attr]
    assert last["a"].spread()[-1].startswith("46211.0291")
    assert "E+" in last["b"].spread()[-1]


def test_a_streamed_file_gives_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_sample("taobao_items_xlsx", tmp_path, rows=40)
    shown = []
    for place, limit in (("whole", limits.LONG_SHEET_BYTES), ("streamed", 0)):
        monkeypatch.setattr(limits, "LONG_SHEET_BYTES", limit)
        room = tmp_path / place
        room.mkdir()
        assert is_long(path) is (limit == 0)
        shown.append(show(read_sample(path, room), room))
    assert shown[0] == shown[1]
