"""Answers as files: the whole answer, exact, with no cell that a spreadsheet would run, and nothing left behind."""

from __future__ import annotations

import csv
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from tests.served import API, error_of, signed_in
from zhanggui.app.answers import Answer, AnswerColumn
from zhanggui.surfaces.api import downloads

FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "plain")
SAFE = ["'=1+1", "'+cmd|' /C calc'!A0", "'-2+3", "'@SUM(A1)", "'\t=1", "plain"]


def left(client: TestClient) -> list[Path]:
    """Downloads that lie in the staging folder."""
    return list(client.app.state.service.workspace.staging.glob("download-*"))  # type: ignore[attr-defined]


def test_a_list_is_taken_out_whole_and_exact_in_every_kind(owner: TestClient) -> None:
    shown = owner.get(f"{API}/questions/orders", params={"sort": "platform_order_id"}).json()
    names = [column["name"] for column in shown["columns"]]
    files = {
        kind: owner.get(f"{API}/downloads/orders", params={"format": kind, "sort": "platform_order_id"})
        for kind in ("csv", "xlsx", "parquet")
    }
    for kind, answer in files.items():
        assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''orders.{kind}"
    text = files["csv"].content.decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(text))) == names
    table = pq.read_table(io.BytesIO(files["parquet"].content))
    place = names.index("paid_amount")
    assert table["paid_amount"].to_pylist() == [Decimal("100.0000"), Decimal("65.9000"), None]
    assert [row[place] for row in list(csv.reader(io.StringIO(text)))[1:]] == ["100.00", "65.90", ""]
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert (list(rows[0]), [row[place] for row in rows[1:]]) == (names, [100, 65.9, None])
    assert left(owner) == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_is_a_formula(owner: TestClient, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    answer = Answer(
        (AnswerColumn("title", "text"), AnswerColumn("amount", "decimal")),
        tuple((text, Decimal("-2.5")) for text in FORMULAS),
        1,
        None,
    )
    monkeypatch.setattr(downloads, "answer_question", lambda *_: answer)
    content = owner.get(f"{API}/downloads/orders", params={"format": kind}).content
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1:]
        assert rows == [[text, "-2.50"] for text in SAFE]
        return
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    cells = [(row[0].value, row[0].data_type, row[1].value) for row in sheet.iter_rows(min_row=2)]
    assert [(text, kind) for text, kind, _ in cells] == [(text, "s") for text in SAFE]
    assert {value for _, _, value in cells} == {-2.5}


def test_figures_and_tables_are_taken_out(owner: TestClient) -> None:
    figures = owner.get(
        f"{API}/downloads/metrics", params={"names": "paid_amount,orders", "by": "channel", "format": "csv"}
    )
    assert list(csv.reader(io.StringIO(figures.content.decode("utf-8-sig"))))[1:] == [["taobao", "165.90", "3"]]
    packed = owner.get(f"{API}/export", params={"tables": "orders,refunds", "format": "csv"})
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert "orders.csv" in archive.namelist()
        assert len(archive.read("orders.csv").splitlines()) == 4
    assert left(owner) == []


def test_what_cannot_be_taken_out_is_said_and_leaves_nothing(owner: TestClient, peopled: Path) -> None:
    for path, query, status, code in (
        ("/downloads/orders", {"format": "exe"}, 400, "output_kind_unknown"),
        ("/downloads/weather", {}, 404, "question_unknown"),
        ("/downloads/orders", {"colour": "red"}, 400, "parameter_unknown"),
        ("/export", {"tables": "secrets"}, 400, None),
        ("/refused/none", {}, 404, "file_unknown"),
        ("/backups/..%2f..%2fsecret.key", {}, 404, None),
    ):
        refused = owner.get(f"{API}{path}", params=query)
        assert refused.status_code == status, path
        assert code is None or error_of(refused) == code
    with signed_in(peopled, "operator") as operator:
        assert operator.get(f"{API}/downloads/orders").status_code == 403
    assert left(owner) == []


def test_every_download_is_in_the_audit(own: Path) -> None:
    with signed_in(own, "finance") as client:
        client.get(f"{API}/downloads/orders", params={"format": "csv"})
        entries = client.app.state.service.workspace.books.read_audit()  # type: ignore[attr-defined]
    told = entries[-1]
    assert (told.actor, told.action, told.subject, told.detail["format"], told.detail["rows"]) == (
        "finance", "download", "orders", "csv", 3,
    )  # fmt: skip
