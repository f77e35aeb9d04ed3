"""Whole columns are written as rows are: the same bytes, the same totals, and fast."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from zhanggui.intake.declaration import find_format, format_ids
from zhanggui.intake.plausible_rows import make_rows
from zhanggui.intake.writing import sample_name, write_export
from zhanggui.intake.writing_columns import ColumnFigures, write_columns
from zhanggui.intake.writing_totals import RowFigures

TEXT_FORMATS = [one for one in format_ids() if "text" in find_format(one).containers]


def _columns(rows: list[dict[str, str]]) -> dict[str, list[str]]:
    return {name: [row.get(name, "") for row in rows] for name in dict.fromkeys(key for row in rows for key in row)}


@pytest.mark.parametrize("format_id", TEXT_FORMATS)
def test_columns_give_the_same_bytes_as_rows(format_id: str, tmp_path: Path) -> None:
    declared = find_format(format_id)
    rows = make_rows(declared, 7)
    name = sample_name(declared)
    (tmp_path / "rows").mkdir()
    by_rows = write_export(declared, rows, tmp_path / "rows" / name, container="text")
    by_columns = write_columns(declared, _columns(rows), tmp_path / name, container="text")
    assert by_columns.read_bytes() == by_rows.read_bytes()


def test_cells_with_quotes_commas_and_lines_are_quoted(tmp_path: Path) -> None:
    declared = find_format("jd_orders")
    awkward = ['a,"b"', "two\r\nlines", "", "plain", "‘=1+1"]
    rows = [{"订单号": str(number), "商品名称": text} for number, text in enumerate(awkward)]
    by_rows = write_export(declared, rows, tmp_path / "a.csv", encoding="utf-8-sig")
    by_columns = write_columns(declared, _columns(rows), tmp_path / "b.csv", encoding="utf-8-sig")
    assert by_columns.read_bytes() == by_rows.read_bytes()


def test_one_cell_may_stand_for_all_rows(tmp_path: Path) -> None:
    declared = find_format("jd_orders")
    rows = [{"订单号": "1", "支付方式": "在线,支付"}, {"订单号": "2", "支付方式": "在线,支付"}]
    by_rows = write_export(declared, rows, tmp_path / "a.csv")
    by_columns = write_columns(declared, {"订单号": pa.array(["1", "2"]), "支付方式": "在线,支付"}, tmp_path / "b.csv")
    assert by_columns.read_bytes() == by_rows.read_bytes()


def test_sheets_and_statements_are_written_too(tmp_path: Path) -> None:
    declared = find_format("bank_camt053")
    rows = make_rows(declared, 3)
    by_rows = write_export(declared, rows, tmp_path / "a.xml")
    assert write_columns(declared, _columns(rows), tmp_path / "b.xml").read_bytes() == by_rows.read_bytes()
    sheet = write_columns(find_format("jst_stock"), {"商品编码": ["A"]}, tmp_path / "库存.xlsx")
    assert sheet.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize("side", ["all", "in", "out"])
def test_totals_of_columns_and_of_rows_agree(side: str) -> None:
    fund = find_format("wechat_fund_bill")
    rows = make_rows(fund, 9)
    arrays = {name: pa.array(cells) for name, cells in _columns(rows).items()}
    figures = ColumnFigures(fund, arrays, len(rows))
    expected = RowFigures(fund, rows)
    assert figures.side("settlement_lines", "amount", side) == expected.side("settlement_lines", "amount", side)
    assert figures.total("收支金额(元)") == expected.total("收支金额(元)") > Decimal(0)


def test_two_million_cells_take_no_more_than_a_second(tmp_path: Path) -> None:
    declared = find_format("douyin_orders")
    count = 40_000
    told = {name: pa.array([f"{number}" for number in range(count)]) for name in list(declared.fields)[:30]}
    started = time.process_time()
    path = write_columns(declared, told, tmp_path / "订单导出.csv")
    seconds = time.process_time() - started
    cells = count * path.read_text("utf-8-sig").partition("\r\n")[0].count(",")
    assert cells / seconds > 2_000_000
