"""What kind of thing a file really is, told from its bytes, and the members of an archive.

Names lie: an .xls may be a workbook, a web page or tab-separated text, a .csv may be an archive. Archives
are judged by their directory before anything is unpacked.
"""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath

from zhanggui.intake.errors import (
    ArchiveSuspicious,
    ContainerBroken,
    ContainerUnknown,
    EntitiesRefused,
    FileEmpty,
    FileMissing,
    FileTooLarge,
    MemberPathUnsafe,
    PasswordProtected,
)
from zhanggui.kernel import limits
from zhanggui.kernel.errors import Refusal

_HEAD_BYTES = 65536
_LOCAL_HEADER_BYTES = 30  # and the name, which is left out: this only finds overlaps
_MIB = 1 << 20
_DRIVE = re.compile(r"^[A-Za-z]:")


class Kind(Enum):
    """The kinds of container that hold tables."""

    TEXT = "text"
    WORKBOOK = "workbook"  # xlsx, xlsb, ods: a zip of XML
    OLD_WORKBOOK = "old_workbook"  # BIFF .xls
    HTML = "html"
    ARCHIVE = "archive"
    GZIP = "gzip"  # one file, packed
    UNREADABLE = "unreadable"  # a member of an archive that is none of these
    CAMT = "camt"
    MT940 = "mt940"
    OFX = "ofx"


@dataclass(frozen=True)
class Unit:
    """One thing to read: a file, or a member of an archive unpacked beside it."""

    path: Path
    name: str  # the file's own name, which formats are recognised by and export times read from
    member: str  # "" for a plain file
    kind: Kind
    size_bytes: int
    refusal: Refusal | None = None  # why a member is UNREADABLE


def sniff(path: Path) -> Kind:
    """The kind of a file from its first bytes.

    Raises:
        FileEmpty, PasswordProtected, ContainerUnknown: as they are named.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise FileEmpty(file=path.name)
    if head.startswith(b"PK\x03\x04"):
        return _sniff_zip(path)
    if head.startswith(b"\x1f\x8b"):
        return Kind.GZIP
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _sniff_ole(path)
    return _sniff_text(head, path.name)


def _sniff_zip(path: Path) -> Kind:
    with _opened(path) as archive:
        names = set(archive.namelist())
    if "[Content_Types].xml" in names or "content.xml" in names or "xl/workbook.xml" in names:
        return Kind.WORKBOOK
    return Kind.ARCHIVE


def _sniff_ole(path: Path) -> Kind:
    with path.open("rb") as file:
        content = file.read(4 * 1024 * 1024)
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise PasswordProtected(file=path.name)
    return Kind.OLD_WORKBOOK


def _sniff_text(head: bytes, name: str) -> Kind:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Kind.TEXT
    if b"\x00" in head:
        raise ContainerUnknown(file=name)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:4096].lower()
    if start.startswith((b"<?xml", b"<document")) and b"iso:20022" in head[:4096]:
        return Kind.CAMT
    if start.startswith(b"ofxheader") or b"<ofx>" in start:
        return Kind.OFX
    if start.startswith(b"<") and (b"<table" in head.lower() or b"<html" in start):
        return Kind.HTML
    if b":20:" in head[:2048] and b":60" in head:
        return Kind.MT940
    if start.startswith((b"%pdf", b"\x89png", b"gif8", b"rar!", b"7z\xbc\xaf", b"bzh", b"\xff\xd8\xff")):
        raise ContainerUnknown(file=name)
    return Kind.TEXT


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, UnicodeError) as error:
        raise ContainerBroken(file=path.name, cause=str(error)) from error


def check_size(path: Path) -> int:
    """The file's size, refused over the limit before a byte is read; a device or a folder is no file."""
    if not path.is_file():
        raise FileMissing(file=path.name)
    size = path.stat().st_size
    if size > limits.MAX_FILE_BYTES:
        raise FileTooLarge(file=path.name, size_bytes=size, limit_bytes=limits.MAX_FILE_BYTES)
    return size


def check_archive(path: Path) -> list[zipfile.ZipInfo]:
    """The members of a zip, refused by its directory: too many, too large, too dense, or unsafe names."""
    with _opened(path) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > limits.MAX_ARCHIVE_MEMBERS:
        raise ArchiveSuspicious(file=path.name, members=len(members), limit=limits.MAX_ARCHIVE_MEMBERS)
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.MAX_UNPACKED_BYTES:
        raise FileTooLarge(file=path.name, size_bytes=unpacked, limit_bytes=limits.MAX_UNPACKED_BYTES)
    for member in members:
        ratio = member.file_size / max(1, member.compress_size)
        if member.file_size > limits.EXPANSION_RATIO_FLOOR_BYTES and ratio > limits.MAX_EXPANSION_RATIO:
            raise ArchiveSuspicious(file=path.name, ratio=round(ratio), limit=limits.MAX_EXPANSION_RATIO)
        _check_member(path, member)
    _check_overlap(path, members)
    return members


def _check_overlap(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Members that share their bytes unpack to more than the archive could hold; no honest writer makes them."""
    end = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        if member.header_offset < end:
            raise ArchiveSuspicious(file=path.name, member=member.filename[:200], cause="overlapping members")
        end = member.header_offset + _LOCAL_HEADER_BYTES + member.compress_size


def _check_member(path: Path, member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 0x1:
        raise PasswordProtected(file=path.name)
    name = member_name(member)
    parts = PurePosixPath(name.replace("\\", "/")).parts
    is_link = (member.external_attr >> 16) & 0o170000 == 0o120000
    is_too_long = len(name) > limits.MAX_MEMBER_NAME_CHARS
    # A reader stops a name at NUL, so that what stands behind it shows only in the name as it was written.
    has_nul = "\x00" in name or "\x00" in member.orig_filename
    if is_link or ".." in parts or name.startswith(("/", "\\")) or has_nul or _DRIVE.match(name) or is_too_long:
        raise MemberPathUnsafe(file=path.name, member=name[:200])


def member_name(member: zipfile.ZipInfo) -> str:
    """The member's name; archives from Chinese platforms write it in GBK without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    with suppress(UnicodeError):
        return member.filename.encode("cp437").decode("gb18030")
    return member.filename


def check_workbook(path: Path) -> None:
    """A workbook is an archive too; besides, its XML must be whole and declare no entities.

    The reader of sheets stops where the sheet ends and so never compares the checksum behind it: this does.
    """
    members = check_archive(path)
    with _opened(path) as archive:
        for member in members:
            if member.filename.lower().endswith((".xml", ".rels")):
                _check_prolog(path, archive, member)


def _check_prolog(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Entities are declared before the root element; a prolog that hides its end is refused with them."""
    try:
        with archive.open(member) as part:
            head = part.read(_HEAD_BYTES)
            while part.read(_MIB):
                pass
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise ContainerBroken(file=path.name, member=member.filename[:200], cause=str(error)) from error
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    text = head.decode(encoding, "replace").lstrip("\ufeff")
    prolog = _PROLOG.sub("", text)
    if prolog.lstrip().startswith("<!") or (prolog.strip() and not _ROOT.match(prolog)):
        raise EntitiesRefused(file=path.name, member=member.filename[:200])


_PROLOG = re.compile(r"\A(?:\s|<\?.*?\?>|<!--.*?-->)+", re.DOTALL)
_ROOT = re.compile(r"<[A-Za-z_\u0080-\U0010ffff]")


def unpack_units(path: Path, name: str, room: Path) -> Iterator[Unit]:
    """The file itself, or the members of an archive unpacked one by one into `room`.

    A member of no known kind is a unit that says so when it is opened, so that it does not hold up the others.

    Raises:
        Refusal: by the file as a whole, as its container is (see the checks above).
    """
    size = check_size(path)
    kind = sniff(path)
    if kind is Kind.GZIP:
        target = room / "unpacked"
        _gunzip(path, target)
        unit = _member_unit(path, name.removesuffix(".gz"), "", target)
        if unit.kind in (Kind.ARCHIVE, Kind.GZIP):
            raise ArchiveSuspicious(file=path.name, cause="archive in archive")
        yield unit
    elif kind is Kind.ARCHIVE:
        yield from list(_Unpacking(path, room).units(path, "", depth=1))  # all is unpacked before anything is read
    else:
        yield Unit(path, name, "", kind, size)


def _member_unit(path: Path, name: str, member: str, target: Path) -> Unit:
    size = target.stat().st_size
    try:
        return Unit(target, name, member, sniff(target), size)
    except (FileEmpty, ContainerUnknown, ContainerBroken, PasswordProtected) as refusal:
        told = type(refusal)(**{**refusal.fields, "file": name})
        return Unit(target, name, member, Kind.UNREADABLE, size, told)


class _Unpacking:
    """Unpacks an archive and the archives in it, which share one allowance of members and bytes."""

    def __init__(self, path: Path, room: Path) -> None:
        self.path = path
        self.room = room
        self.members = 0
        self.bytes = 0

    def units(self, archive: Path, folder: str, depth: int) -> Iterator[Unit]:
        """The units of one archive; `folder` is where it stands in the outermost."""
        for member in check_archive(archive):
            shown = member_name(member)
            if _is_noise(shown):
                continue
            target = self.room / f"member-{self.members:04d}"
            self._count(member)
            _unpack(archive, member, target)
            unit = _member_unit(archive, PurePosixPath(shown.replace("\\", "/")).name, folder + shown, target)
            if unit.kind is not Kind.ARCHIVE and unit.kind is not Kind.GZIP:
                yield unit
                continue
            if depth >= limits.MAX_ARCHIVE_DEPTH or unit.kind is Kind.GZIP:
                raise ArchiveSuspicious(file=self.path.name, member=unit.member[:200], cause="archive in archive")
            yield from self.units(target, f"{unit.member}/", depth + 1)

    def _count(self, member: zipfile.ZipInfo) -> None:
        self.members += 1
        self.bytes += member.file_size
        if self.members > limits.MAX_ARCHIVE_MEMBERS:
            raise ArchiveSuspicious(file=self.path.name, members=self.members, limit=limits.MAX_ARCHIVE_MEMBERS)
        if self.bytes > limits.MAX_UNPACKED_BYTES:
            raise FileTooLarge(file=self.path.name, size_bytes=self.bytes, limit_bytes=limits.MAX_UNPACKED_BYTES)


def _gunzip(path: Path, target: Path) -> None:
    """Unpack one file; its size is known only while it grows, so it is watched there."""
    packed = path.stat().st_size
    most = min(limits.MAX_UNPACKED_BYTES, max(limits.EXPANSION_RATIO_FLOOR_BYTES, packed * limits.MAX_EXPANSION_RATIO))
    copied = 0
    try:
        with gzip.open(path) as source, target.open("wb") as sink:
            while block := source.read(_MIB):
                copied += len(block)
                if copied > most:
                    raise ArchiveSuspicious(file=path.name, ratio=copied // packed, limit=limits.MAX_EXPANSION_RATIO)
                sink.write(block)
    except (OSError, EOFError, zlib.error) as error:
        raise ContainerBroken(file=path.name, cause=str(error)) from error


def _is_noise(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith(("._", ".DS_Store", "~$"))


def _unpack(path: Path, member: zipfile.ZipInfo, target: Path) -> None:
    """Copy one member; a directory that lied about the size is caught while copying."""
    copied = 0
    try:
        with _opened(path) as archive, archive.open(member) as source, target.open("wb") as sink:
            while block := source.read(_MIB):
                copied += len(block)
                if copied > limits.MAX_UNPACKED_BYTES or copied > member.file_size:
                    raise ArchiveSuspicious(file=path.name, member=member.filename[:200], cause="size")
                sink.write(block)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise ContainerBroken(file=path.name, member=member.filename[:200], cause=str(error)) from error
