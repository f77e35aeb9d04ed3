"""Files written from a declaration: names, preambles, totals and the platforms' own protections."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
import python_calamine

from zhanggui.intake.declaration import find_format, format_ids
from zhanggui.intake.patterns import render_pattern
from zhanggui.intake.plausible_rows import make_rows
from zhanggui.intake.stated_cells import evaluate, evaluate_money, holds
from zhanggui.intake.writing import sample_name, write_export


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"Export(OrderDetail|Item)List\d{10,14}\.(csv|xlsx)", "ExportOrderDetailList20260801120000.csv"),
        (r"_(\d{4}-\d{2}-\d{2})\.xlsx?$", "_2026-08-01.xls"),
        (r"导出时间[:：]\s*\[?([^\],]+)", "导出时间:测"),
    ],
)
def test_a_rendered_pattern_is_the_plainest_match(pattern: str, text: str) -> None:
    assert render_pattern(pattern) == text
    assert re.search(pattern, text)


def test_groups_take_the_texts_they_are_given() -> None:
    pattern = r"收入合计[:：]\s*(\d+)笔[,，]\s*共([-\d.,]+)元"
    assert render_pattern(pattern, {1: "3", 2: "120.50"}) == "收入合计:3笔,共120.50元"


@pytest.mark.parametrize("format_id", format_ids())
def test_a_sample_has_a_name_that_its_format_knows(format_id: str) -> None:
    declared = find_format(format_id)
    name = sample_name(declared)
    assert not declared.file_names or any(re.search(pattern, name) for pattern in declared.file_names)


def test_sources_are_evaluated_exactly() -> None:
    row = {"in": "10.10", "out": "", "way": "支出", "amount": "3.30", "note": "T200P77"}
    assert evaluate_money({"in": "in", "out": "out"}, row) == Decimal("10.10")
    assert evaluate_money({"amount": "amount", "direction": "way", "incoming": ["收入"]}, row) == Decimal("-3.30")
    assert evaluate_money({"sum": ["in", {"negate": "amount"}]}, row) == Decimal("6.80")
    assert evaluate({"extract": "note", "pattern": r"P(\d+)$"}, row) == "77"
    assert holds({"field": "out", "absent": True}, row)
    assert not holds({"field": "way", "in": ["收入"]}, row)


def test_totals_are_computed_from_the_rows(tmp_path: Path) -> None:
    declared = find_format("wechat_fund_bill")
    rows = make_rows(declared, 5)
    text = write_export(declared, rows, tmp_path / "fundflow.csv").read_text("utf-8")
    *_, names, values = text.splitlines()
    stated = dict(zip(names.split(","), values.split(","), strict=True))
    incoming = [Decimal(row["收支金额(元)"]) for row in rows if row["收支类型"] == "收入"]
    assert stated["资金流水总笔数"] == "`5"
    assert stated["收入笔数"] == f"`{len(incoming)}"
    assert Decimal(stated["收入金额"].strip("`")) == sum(incoming)


def test_a_summary_row_closes_a_sheet(tmp_path: Path) -> None:
    declared = find_format("pdd_ads")
    rows = make_rows(declared, 3)
    path = write_export(declared, rows, tmp_path / "商品推广.xlsx")
    header, *body = python_calamine.load_workbook(str(path)).get_sheet_by_index(0).to_python()
    place = header.index("总花费(元)")
    assert "合计" in body[-1]
    assert Decimal(str(body[-1][place])) == sum(Decimal(row["总花费(元)"]) for row in rows)


def test_long_ids_stay_text_in_sheets_and_are_protected_in_text(tmp_path: Path) -> None:
    declared = find_format("taobao_items_csv")
    rows = make_rows(declared, 1)
    text = write_export(declared, rows, tmp_path / "a.csv").read_bytes().decode("gb18030")
    assert f'=""{rows[0]["订单编号"]}""' in text
    sheet = python_calamine.load_workbook(str(write_export(declared, rows, tmp_path / "a.xlsx"))).get_sheet_by_index(0)
    assert rows[0]["订单编号"] in sheet.to_python()[1]


def test_an_export_may_have_fewer_columns_and_no_totals(tmp_path: Path) -> None:
    declared = find_format("alipay_ledger_csv")
    headers = list(declared.fields)[:5]
    path = write_export(
        declared,
        make_rows(declared, 2),
        tmp_path / "a.csv",
        headers=headers,
        preamble=[],
        with_totals=False,
        encoding="utf-8",
    )
    lines = path.read_text("utf-8").splitlines()
    assert lines[0] == ",".join(headers)
    assert len(lines) == 3
