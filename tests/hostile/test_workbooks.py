"""Workbooks and XML that swell when they are read, or are something else."""

from __future__ import annotations

import io

import pytest
import xlwt

from tests.hostile.archives import make_workbook, row_xml
from tests.hostile.conftest import GOOD, Room

HEADER = tuple(GOOD.splitlines()[0].split(","))
RECORD = tuple(GOOD.splitlines()[1].split(","))
ROWS = row_xml(1, HEADER) + row_xml(2, RECORD)
LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd"><!ENTITY % z SYSTEM "http://127.0.0.1:9/"> %z;]>'


def test_the_hand_written_workbook_is_good_without_its_harm(room: Room) -> None:
    (manifest,) = room.stage(room.write("orders.xlsx", make_workbook(f"<sheetData>{ROWS}</sheetData>"))).manifests
    assert manifest.rows_accepted == 1


def test_a_small_workbook_of_many_million_cells_is_refused_by_its_directory(room: Room) -> None:
    bomb = make_workbook(
        "<sheetData>" + "".join(row_xml(row, ("1",) * 20) for row in range(1, 60_000)) + "</sheetData>"
    )
    assert len(bomb) < 1 << 20
    assert room.codes(room.write("bomb.xlsx", bomb)) == ["archive_suspicious"]


def test_two_cells_at_opposite_corners_do_not_take_the_memory_of_all_between(room: Room) -> None:
    corner = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert room.codes(room.write("corner.xlsx", make_workbook(f"<sheetData>{ROWS}{corner}</sheetData>"))) == [
        "child_limit_exceeded"
    ]


def test_too_many_sheets_are_refused(room: Room) -> None:
    many = make_workbook("<sheetData/>", sheet_names=tuple(f"S{index}" for index in range(101)))
    assert room.codes(room.write("many.xlsx", many)) == ["table_too_large"]


@pytest.mark.parametrize("prolog", [LAUGHS, OUTSIDE, "<!--" + "x" * 5000 + "-->" + LAUGHS, "<?x y?>\n" + OUTSIDE])
def test_entities_in_a_workbook_are_refused(room: Room, prolog: str) -> None:
    assert room.codes(room.write("entities.xlsx", make_workbook(ROWS, prolog))) == ["xml_entities"]


def test_entities_in_utf16_are_refused_too(room: Room) -> None:
    workbook = make_workbook(f"<sheetData>{ROWS}</sheetData>", f"\ufeff{LAUGHS}<sst>&c;</sst>")
    assert room.codes(room.write("entities.xlsx", workbook)) == ["xml_entities"]


@pytest.mark.parametrize("prolog", [LAUGHS, OUTSIDE])
def test_entities_in_a_statement_are_refused(room: Room, prolog: str) -> None:
    statement = (
        f'<?xml version="1.0"?>{prolog}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">&c;</Document>'
    )
    assert room.codes(room.write("camt053.xml", statement)) == ["xml_entities"]


def _old_workbook() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    for row, cells in enumerate((HEADER, RECORD)):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_an_old_workbook_is_read(room: Room) -> None:
    (manifest,) = room.stage(room.write("orders.xls", _old_workbook())).manifests
    assert manifest.rows_accepted == 1


def test_an_encrypted_workbook_is_told_apart(room: Room) -> None:
    sealed = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(4096)
    assert room.codes(room.write("locked.xlsx", sealed)) == ["password_protected"]


@pytest.mark.parametrize("share", [0.3, 0.7])
@pytest.mark.parametrize("name", ["orders.xlsx", "orders.xls"])
def test_a_cut_workbook_is_refused(room: Room, name: str, share: float) -> None:
    whole = _old_workbook() if name.endswith("xls") else make_workbook(f"<sheetData>{ROWS}</sheetData>")
    assert room.codes(room.write(name, whole[: int(len(whole) * share)])) == ["container_broken"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("orders.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "container_unknown"),
        ("orders.xlsx", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "container_unknown"),
        ("orders.xlsx", b"\xff\xd8\xff\xe0\x10JFIF", "container_unknown"),
        ("orders.zip", b"Rar!\x1a\x07\x01\x00", "container_unknown"),
        ("orders.zip", b"7z\xbc\xaf\x27\x1c\x00\x04", "container_unknown"),
        ("orders.xls", b"\x7fELF\x02\x01\x01\x00", "container_unknown"),
        ("orders.zip", b"PK\x05\x06" + bytes(18), "container_unknown"),
        ("orders.zip", b"PK\x03\x04 and then something else", "container_broken"),
        ("orders.xls", b"\xd0\xcf\x11\xe0 and then something else", "container_broken"),
        ("orders.csv", b"#!/bin/sh\nrm -rf /\n", "format_unknown"),
    ],
)
def test_bytes_that_are_not_what_the_name_says(room: Room, name: str, content: bytes, code: str) -> None:
    assert room.codes(room.write(name, content)) == [code]


def test_a_web_page_called_xls_gives_its_cells_and_runs_nothing(room: Room) -> None:
    def cells(tag: str, record: tuple[str, ...]) -> str:
        return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in record) + "</tr>"

    script = "<script>document.location='http://127.0.0.1:9/'</script><img src=x onerror=alert(1)>"
    page = f"<html><head>{script}</head><table>{cells('th', HEADER)}{cells('td', RECORD)}</table>{script}</html>"
    (manifest,) = room.stage(room.write("orders.xls", page)).manifests
    assert (manifest.format, manifest.rows_accepted) == ("taobao_items_csv", 1)


def test_deep_nesting_of_a_web_page_is_no_recursion(room: Room) -> None:
    page = "<html>" + "<table><tr><td>" * 100_000
    assert room.codes(room.write("deep.xls", page)) == ["table_too_large"]


def test_deep_nesting_of_xml_is_refused(room: Room) -> None:
    page = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">' + "<a>" * 200_000
    assert room.codes(room.write("deep.xml", page)) == ["statement_broken"]
