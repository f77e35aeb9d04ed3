"""Files for other programs: no cell that a spreadsheet would run, every digit of every amount."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from zhanggui.app.answers import Answer, AnswerColumn, format_decimal
from zhanggui.app.durable import replacing
from zhanggui.app.errors import OutputKindUnknown
from zhanggui.app.writing import safe_cell, write_answer


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        ("-12.50", "-12.50"),
        ("+86", "+86"),
        ("-", "'-"),
        ("雪平锅", "雪平锅"),
        ("", ""),
    ],
)
def test_a_cell_is_never_a_formula(text: str, written: str) -> None:
    assert safe_cell(text) == written


@pytest.mark.parametrize(
    ("value", "text"),
    [("1.5000", "1.50"), ("0E-8", "0.00"), ("12", "12"), ("-0.123400", "-0.1234"), ("1E+3", "1000")],
)
def test_decimals_keep_their_digits(value: str, text: str) -> None:
    assert format_decimal(Decimal(value)) == text


ANSWER = Answer(
    (AnswerColumn("title", "text"), AnswerColumn("amount", "decimal", "CNY"), AnswerColumn("on", "date")),
    (("=HYPERLINK(1)", Decimal("12.3400"), date(2026, 7, 1)), (None, None, None)),
    3,
    date(2026, 7, 31),
)


def test_an_answer_as_csv(tmp_path: Path) -> None:
    write_answer(ANSWER, tmp_path / "a.csv")
    assert (
        tmp_path / "a.csv"
    ).read_bytes() == "\ufefftitle,amount,on\r\n'=HYPERLINK(1),12.34,2026-07-01\r\n,,\r\n".encode()


def test_an_answer_as_a_workbook(tmp_path: Path) -> None:
    write_answer(ANSWER, tmp_path / "a.xlsx")
    rows: list[Any] = list(openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows == [("title", "amount", "on"), ("'=HYPERLINK(1)", 12.34, "2026-07-01")]


def test_an_answer_as_parquet_is_as_it_is(tmp_path: Path) -> None:
    write_answer(ANSWER, tmp_path / "a.parquet")
    assert pq.read_table(tmp_path / "a.parquet").to_pylist()[0] == {
        "title": "=HYPERLINK(1)", "amount": Decimal("12.3400"), "on": date(2026, 7, 1),
    }  # fmt: skip


def test_other_kinds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputKindUnknown):
        write_answer(ANSWER, tmp_path / "a.pdf")


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(RuntimeError), replacing(target) as unfinished:
        unfinished.write_text("half")
        raise RuntimeError
    assert (target.read_text(), [path.name for path in tmp_path.iterdir()]) == ("old", ["a.txt"])
