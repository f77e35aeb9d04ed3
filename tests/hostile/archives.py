"""Archives and workbooks that lie, written byte by byte where no library would write them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping

CENTRAL = b"PK\x01\x02"
_SHEET_HEAD = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def make_zip(members: Mapping[str, bytes | str]) -> bytes:
    """A plain archive."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return kept.getvalue()


def with_sizes(archive: bytes, unpacked_bytes: int) -> bytes:
    """The archive with another unpacked size of every member in its directory."""
    changed, place = bytearray(archive), archive.find(CENTRAL)
    while place >= 0:
        struct.pack_into("<I", changed, place + 24, unpacked_bytes)
        place = archive.find(CENTRAL, place + 4)
    return bytes(changed)


def with_flag(archive: bytes, flag: int) -> bytes:
    """The archive with a general purpose flag set in its directory and local headers."""
    changed = bytearray(archive)
    for mark, offset in ((CENTRAL, 8), (b"PK\x03\x04", 6)):
        place = archive.find(mark)
        while place >= 0:
            (flags,) = struct.unpack_from("<H", changed, place + offset)
            struct.pack_into("<H", changed, place + offset, flags | flag)
            place = archive.find(mark, place + 4)
    return bytes(changed)


def with_overlap(archive: bytes, times: int) -> bytes:
    """The directory names the one member many times: all share the same packed bytes."""
    start, end = archive.find(CENTRAL), archive.find(b"PK\x05\x06")
    entry = archive[start:end]
    ending = bytearray(archive[end:])
    struct.pack_into("<HH", ending, 8, times, times)
    struct.pack_into("<I", ending, 12, len(entry) * times)
    return archive[:start] + entry * times + bytes(ending)


def symlink_zip(target: str) -> bytes:
    """An archive whose member is a symbolic link."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        link = zipfile.ZipInfo("orders.csv")
        link.create_system = 3
        link.external_attr = 0o120777 << 16
        archive.writestr(link, target)
    return kept.getvalue()


def make_workbook(sheet: str, prolog: str = "", sheet_names: tuple[str, ...] = ("Sheet1",)) -> bytes:
    """An xlsx of hand-written XML; `sheet` is what stands inside the worksheet element.

    The prolog goes before that element, or with a byte order mark into a part of its own in UTF-16.
    """
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{index}.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for index, _ in enumerate(sheet_names, 1)
    )
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{index}" r:id="rId{index}"/>' for index, name in enumerate(sheet_names, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{index}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{index}.xml"/>'
        for index, _ in enumerate(sheet_names, 1)
    )
    namespace = "http://schemas.openxmlformats.org/package/2006"
    members: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types xmlns="{namespace}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        f"{parts}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{namespace}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        f'xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{namespace}/relationships">{relations}</Relationships>',
    }
    if prolog.startswith("\ufeff"):
        members["xl/sharedStrings.xml"] = prolog.encode("utf-16")
        prolog = ""
    body = _SHEET_HEAD.replace("?>", f"?>{prolog}", 1) + sheet + "</worksheet>"
    members |= {f"xl/worksheets/sheet{index}.xml": body for index, _ in enumerate(sheet_names, 1)}
    return make_zip(members)


def row_xml(number: int, cells: tuple[str, ...]) -> str:
    """One row of inline texts."""
    shown = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f'<row r="{number}">{shown}</row>'
