"""Files that were opened and saved again, renamed or converted on their way: what can be read is, what cannot says why."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlwt

from tests.golden.reading_samples import SAMPLES, read_sample
from tests.hostile.archives import make_workbook, row_xml
from zhanggui.intake.reading import Staged

HEADER = (
    "订单编号",
    "标题",
    "价格",
    "购买数量",
    "外部系统编号",
    "商品属性",
    "套餐信息",
    "备注",
    "订单状态",
    "商家编码",
)
GOOD = ("4999000000000012345", "测试雪平锅", "120.00", "1", "POT-18", "18cm", "", "", "交易成功", "POT")
ALSO = ("4999000000000012346", "测试锅盖", "81.12", "2", "LID-18", "", "", "", "交易成功", "LID")
NAME = "ExportOrderDetailList202607081818"


def lines(*records: tuple[str, ...], delimiter: str = ",") -> str:
    """The records as text."""
    return "".join(delimiter.join(record) + "\n" for record in (HEADER, *records))


def refused(staged: Staged, folder: Path) -> list[tuple[int, str, str]]:
    """Row, column and code of each refused row of the only unit."""
    (manifest,) = staged.manifests
    frame = pl.read_parquet(folder / manifest.file_id / "refused.parquet")
    return list(frame.select("source_row", "column", "code").iter_rows())


def stated(staged: Staged, folder: Path) -> list[tuple[str, str]]:
    """Order and amount of each accepted line."""
    (manifest,) = staged.manifests
    frame = pl.read_parquet(folder / manifest.file_id / "order_lines" / "*.parquet")
    return [(order, str(amount)) for order, amount in frame.select("platform_order_id", "gross_amount").iter_rows()]


def stage(folder: Path, name: str, content: bytes) -> Staged:
    """Read one file under a name."""
    path = folder / name
    path.write_bytes(content)
    return read_sample(path, folder)


BOTH = [("4999000000000012345", "120.0000"), ("4999000000000012346", "162.2400")]


def test_ids_in_exponent_form_refuse_their_rows(tmp_path: Path) -> None:
    staged = read_sample(SAMPLES / "_damaged" / "taobao_excel_resaved.csv", tmp_path)
    assert staged.manifests[0].format == "taobao_orders_csv"
    assert refused(staged, tmp_path) == [(2, "订单编号", "id_damaged"), (3, "订单编号", "id_damaged")]


def test_one_damaged_id_does_not_hold_up_the_good_rows(tmp_path: Path) -> None:
    damaged = ("4.999E+18", *ALSO[1:])
    staged = stage(tmp_path, f"{NAME}.csv", lines(GOOD, damaged).encode("gb18030"))
    assert refused(staged, tmp_path) == [(3, "订单编号", "id_damaged")]
    assert stated(staged, tmp_path) == BOTH[:1]


def test_rounded_ids_refuse_their_rows(tmp_path: Path) -> None:
    rows = [(f"499900000000{index:03d}0000", *ALSO[1:]) for index in range(1, 6)]
    staged = stage(tmp_path, f"{NAME}.csv", lines(*rows).encode())
    assert {code for _, _, code in refused(staged, tmp_path)} == {"id_rounded"}
    assert staged.manifests[0].rows_refused == 5
    assert "ids_rounded" in [warning.code for warning in staged.manifests[0].warnings]


def test_utf16_text_with_tabs_called_csv_is_read(tmp_path: Path) -> None:
    staged = read_sample(SAMPLES / "_damaged" / "utf16_tab.csv", tmp_path)
    (manifest,) = staged.manifests
    assert (manifest.format, manifest.rows_accepted, manifest.rows_refused) == ("pdd_orders", 1, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_is_read_in_any_of_its_disguises(tmp_path: Path, encoding: str, delimiter: str) -> None:
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    staged = stage(tmp_path, f"{NAME}.csv", mark + lines(GOOD, ALSO, delimiter=delimiter).encode(encoding))
    assert (stated(staged, tmp_path), refused(staged, tmp_path)) == (BOTH, [])


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_other_systems_are_read(tmp_path: Path, end: str) -> None:
    staged = stage(tmp_path, f"{NAME}.csv", lines(GOOD, ALSO).replace("\n", end).encode())
    assert (stated(staged, tmp_path), refused(staged, tmp_path)) == (BOTH, [])


def test_a_web_page_called_xls_is_read(tmp_path: Path) -> None:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in record) + "</tr>" for record in (HEADER, GOOD, ALSO))
    staged = stage(tmp_path, f"{NAME}.xls", f"<html><table>{rows}</table></html>".encode())
    assert (stated(staged, tmp_path), refused(staged, tmp_path)) == (BOTH, [])


def test_text_called_xls_is_read(tmp_path: Path) -> None:
    staged = stage(tmp_path, f"{NAME}.xls", lines(GOOD, ALSO, delimiter="\t").encode("gb18030"))
    assert (stated(staged, tmp_path), refused(staged, tmp_path)) == (BOTH, [])


def test_a_workbook_that_lies_about_its_size_is_read_whole(tmp_path: Path) -> None:
    rows = "".join(row_xml(number, record) for number, record in enumerate((HEADER, GOOD, ALSO), 1))
    workbook = make_workbook(f'<dimension ref="A1:A1"/><sheetData>{rows}</sheetData>')
    staged = stage(tmp_path, f"{NAME}.xlsx", workbook)
    assert (stated(staged, tmp_path), refused(staged, tmp_path)) == (BOTH, [])


def test_ids_that_became_numbers_refuse_their_rows(tmp_path: Path) -> None:
    number = "<c><v>4999000000000012345</v></c>"
    damaged = row_xml(3, ALSO[1:]).replace('<row r="3">', f'<row r="3">{number}')
    rows = row_xml(1, HEADER) + row_xml(2, GOOD) + damaged
    staged = stage(tmp_path, f"{NAME}.xlsx", make_workbook(f"<sheetData>{rows}</sheetData>"))
    assert refused(staged, tmp_path) == [(3, "订单编号", "id_damaged")]
    assert stated(staged, tmp_path) == BOTH[:1]


def test_short_ids_that_became_numbers_are_whole(tmp_path: Path) -> None:
    record = row_xml(2, ALSO[1:]).replace('<row r="2">', '<row r="2"><c><v>49990000000123</v></c>')
    workbook = make_workbook(f"<sheetData>{row_xml(1, HEADER)}{record}</sheetData>")
    staged = stage(tmp_path, f"{NAME}.xlsx", workbook)
    assert stated(staged, tmp_path) == [("49990000000123", "162.2400")]


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    for row, record in enumerate((HEADER, GOOD, ALSO)):
        for column, cell in enumerate(record):
            is_number = row and column in (2, 3)
            sheet.write(row, column, float(cell) if is_number else cell)
    kept = io.BytesIO()
    book.save(kept)
    staged = stage(tmp_path, f"{NAME}.xls", kept.getvalue())
    assert (stated(staged, tmp_path), refused(staged, tmp_path)) == (BOTH, [])


def test_member_names_in_gbk_are_understood(tmp_path: Path) -> None:
    kept = io.BytesIO()
    name = f"订单导出/{NAME}.csv"
    with zipfile.ZipFile(kept, "w") as archive:
        member = zipfile.ZipInfo("placeholder")
        member.filename = name.encode("gb18030").decode("cp437")
        archive.writestr(member, lines(GOOD, ALSO).encode("gb18030"))
    raw = bytearray(kept.getvalue())
    as_utf8 = member.filename.encode()
    if as_utf8 in raw:  # the writer says UTF-8 for what is no ASCII: say it as Chinese platforms do
        raw = _with_plain_names(member.filename.encode("cp437"), lines(GOOD, ALSO).encode("gb18030"))
    staged = stage(tmp_path, "orders.zip", bytes(raw))
    assert [one.member for one in staged.manifests] == [name]
    assert (stated(staged, tmp_path), refused(staged, tmp_path)) == (BOTH, [])


def _with_plain_names(name: bytes, content: bytes) -> bytearray:
    """An archive whose only member's name is written as these bytes, without a word on their encoding."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("x" * len(name), content)
    return bytearray(kept.getvalue().replace(b"x" * len(name), name))


@pytest.mark.parametrize(
    ("last", "accepted"),
    [
        (",".join(ALSO), True),  # its last cell is as long as the others
        (",".join(ALSO)[:-1], False),  # shorter: another code, or a part of one
        (",".join(ALSO)[:-4], False),  # a cell short
        (",".join(f'"{cell}"' for cell in ALSO), True),  # its quote is closed
        (",".join(f'"{cell}"' for cell in ALSO)[:-1], False),
    ],
)
def test_a_last_line_without_its_end_is_told(tmp_path: Path, last: str, accepted: bool) -> None:
    staged = stage(tmp_path, f"{NAME}.csv", (lines(GOOD) + last).encode())
    assert "last_line_unterminated" in [warning.code for warning in staged.manifests[0].warnings]
    assert staged.manifests[0].rows_refused == (0 if accepted else 1)


def test_rows_with_unreadable_cells_are_kept_for_correction(tmp_path: Path) -> None:
    bad = {
        "价格": ("money_unreadable", ("12,0.0.0", "1.2.3", "twelve", "1/2")),
        "购买数量": ("quantity_unreadable", ("two", "1..5")),
    }
    rows: list[tuple[str, ...]] = [GOOD]
    expected: list[tuple[int, str, str]] = []
    for column, (code, cells) in bad.items():
        for cell in cells:
            record = [*ALSO]
            record[HEADER.index(column)] = cell
            rows.append(tuple(f'"{part}"' for part in record))
            expected.append((len(rows) + 1, column, code))
    staged = stage(tmp_path, f"{NAME}.csv", lines(*rows).encode())
    assert refused(staged, tmp_path) == expected
    assert stated(staged, tmp_path) == BOTH[:1]


def test_a_ledger_saved_again_by_a_spreadsheet_keeps_its_footer(tmp_path: Path) -> None:
    """A spreadsheet makes all lines equally wide: the footer's as well, which then look like records."""
    original = next((SAMPLES / "alipay").glob("*.csv"))
    text = original.read_bytes().decode("gb18030")
    width = max(line.count(",") for line in text.splitlines())
    padded = "".join(f"{line}{',' * (width - line.count(','))}\n" for line in text.splitlines())
    (tmp_path / original.name).write_bytes(padded.encode("gb18030"))
    plain, wide = read_sample(original, tmp_path), read_sample(tmp_path / original.name, tmp_path)
    assert wide.manifests[0].rows_refused == 0
    assert wide.manifests[0].rows_accepted == plain.manifests[0].rows_accepted == 2
    assert wide.manifests[0].controls == plain.manifests[0].controls
