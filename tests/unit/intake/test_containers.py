"""What a file is, told from its bytes; archives judged by their directory."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.hostile.archives import make_workbook, make_zip
from zhanggui.intake.containers import Kind, check_archive, check_size, member_name, sniff, unpack_units
from zhanggui.intake.errors import ArchiveSuspicious, ContainerUnknown, FileEmpty, FileTooLarge
from zhanggui.kernel import limits

CAMT = b'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"/>'


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"a,b\n1,2\n", Kind.TEXT),
        ("订单编号\t标题\n".encode("utf-16"), Kind.TEXT),
        (make_zip({"a.csv": "x"}), Kind.ARCHIVE),
        (make_workbook("<sheetData/>"), Kind.WORKBOOK),
        (b"\xd0\xcf\x11\xe0" + bytes(600), Kind.OLD_WORKBOOK),
        (b"<html><table><tr><td>1</td></tr></table></html>", Kind.HTML),
        (b"\r\n <TABLE>", Kind.HTML),
        (CAMT, Kind.CAMT),
        (b"\xef\xbb\xbf" + CAMT, Kind.CAMT),
        (b"OFXHEADER:100\nDATA:OFXSGML\n<OFX>", Kind.OFX),
        (b":20:START\n:25:1\n:60F:C260701EUR0,00\n", Kind.MT940),
        (b"\x1f\x8b\x08\x00", Kind.GZIP),
    ],
)
def test_the_bytes_say_what_a_file_is(tmp_path: Path, content: bytes, kind: Kind) -> None:
    path = tmp_path / "any.name"
    path.write_bytes(content)
    assert sniff(path) is kind


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"", FileEmpty), (b" \r\n\t", FileEmpty), (b"%PDF-1.4", ContainerUnknown), (b"\x7fELF\x00", ContainerUnknown)],
)
def test_what_holds_no_table_is_named(tmp_path: Path, content: bytes, error: type[Exception]) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    with pytest.raises(error):
        sniff(path)


def test_the_size_is_judged_before_a_byte_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(b"x" * 11)
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 11)
    assert check_size(path) == 11
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 10)
    with pytest.raises(FileTooLarge):
        check_size(path)


def test_a_member_may_shrink_up_to_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "orders.zip"
    path.write_bytes(make_zip({"a.csv": b"ab" * 50_000}))
    assert len(check_archive(path)) == 1
    monkeypatch.setattr(limits, "EXPANSION_RATIO_FLOOR_BYTES", 1000)
    with pytest.raises(ArchiveSuspicious):
        check_archive(path)


@pytest.mark.parametrize(
    ("raw", "flags", "name"),
    [
        ("orders.csv", 0, "orders.csv"),
        ("订单.csv", 0x800, "订单.csv"),
        ("订单.csv".encode("gb18030").decode("cp437"), 0, "订单.csv"),
    ],
)
def test_member_names_are_read_as_they_were_written(raw: str, flags: int, name: str) -> None:
    member = zipfile.ZipInfo("x")
    member.filename, member.flag_bits = raw, flags
    assert member_name(member) == name


def test_what_systems_add_to_archives_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "orders.zip"
    path.write_bytes(
        make_zip({"__MACOSX/._a.csv": "x", ".DS_Store": "x", "folder/~$a.xlsx": "x", "folder/a.csv": "a,b\n"})
    )
    assert [(unit.name, unit.member, unit.kind) for unit in unpack_units(path, path.name, tmp_path)] == [
        ("a.csv", "folder/a.csv", Kind.TEXT)
    ]
