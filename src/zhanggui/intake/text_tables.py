"""Delimited text: strict, streamed, and never guessing.

This module finds the encoding and the place of the table; the records are read by text_batches.py, at once where
nothing in the file is odd, and by text_records.py line by line where something is.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from zhanggui.intake.errors import EncodingUnknown
from zhanggui.kernel import limits

csv.field_size_limit(limits.MAX_LINE_BYTES)  # its own limit would split a long cell silently; ours refuses it

_HEAD_BYTES = 512 * 1024
_TAIL_BYTES = 64 * 1024
_WESTERN_HIGH_SHARE = 0.3
_TELLING = ("utf-8", "gb18030")
_CODE_CHARS = 3  # shorter cells are of one length by chance
_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+")


@dataclass(frozen=True)
class TextFile:
    """A text file with its encoding known and its byte order mark passed over."""

    path: Path
    encoding: str
    start: int
    size: int

    def head_lines(self) -> list[str]:
        """The first lines, decoded; undecodable bytes are shown, for the header search only."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            head = file.read(_HEAD_BYTES)
        lines = head.split(b"\n")[: limits.MAX_HEADER_SEARCH_ROWS + 20]
        return [line.rstrip(b"\r").decode(self.encoding, "backslashreplace") for line in lines]


@dataclass(frozen=True)
class TextTable:
    """Where the table stands in a text file, and how its records are split."""

    file: TextFile
    delimiter: str
    quoting: str
    header: tuple[str, ...]
    header_line: int  # 1-based physical line of the header
    first_line: int  # 1-based physical line of the first record
    data_start: int
    data_end: int
    footer_lines: tuple[str, ...]
    preamble_lines: tuple[str, ...]
    surplus_column: int | None = None
    pads_short_rows: bool = False
    cut_line: BadRecord | None = None  # a last line without its end, of which the last cell may be missing a part
    is_unterminated: bool = False


@dataclass(frozen=True)
class BadRecord:
    """A record that could not be split into the header's cells."""

    row: int
    code: str
    text: str


def open_text(path: Path, encodings: tuple[str, ...], room: Path) -> TextFile:
    """Find the encoding by byte order mark, then strictly in the order given.

    Raises:
        EncodingUnknown: when the head of the file is in none of them.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _transcoded(path, "utf-16", room)
    start = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    if b"\n" not in head and b"\r" in head:
        return _transcoded(path, choose_encoding(head, encodings, path.name), room)
    if start:
        return TextFile(path, "utf-8", start, size)
    return TextFile(
        path,
        choose_encoding(head if len(head) == size else head[: head.rfind(b"\n") + 1], encodings, path.name),
        0,
        size,
    )


def choose_encoding(sample: bytes, encodings: tuple[str, ...], name: str) -> str:
    """The first encoding in which the sample is valid; plain ASCII counts as the first.

    An encoding of several bytes a character also holds where most lines above ASCII are valid in it: text that is
    of another encoding does not look like that, and a few broken bytes must not turn a whole file into other letters.
    """
    for encoding in _in_order(sample, encodings):
        with suppress(UnicodeDecodeError):
            sample.decode(encoding)
            return encoding
        if encoding in _TELLING and _mostly_valid(sample, encoding):
            return encoding
    lines = sample.splitlines()
    if 2 * sum(line.isascii() for line in lines) > len(lines):
        return encodings[0]  # a text in ASCII but for some broken lines
    raise EncodingUnknown(file=name, tried=list(encodings))


def _mostly_valid(sample: bytes, encoding: str) -> bool:
    valid = broken = 0
    for line in sample.splitlines():
        if line.isascii():
            continue
        try:
            line.decode(encoding)
            valid += 1
        except UnicodeDecodeError:
            broken += 1
    # Letters that are valid UTF-8 by chance are rarer than those that are valid GB 18030 by chance.
    return valid >= max(1, broken) if encoding == "utf-8" else valid > broken


def _in_order(sample: bytes, encodings: tuple[str, ...]) -> tuple[str, ...]:
    """Shift_JIS before cp1252 only where characters above ASCII stand side by side, as in Japanese."""
    if "shift_jis" not in encodings or "cp1252" not in encodings:
        return encodings
    high = sum(byte >= 0x80 for byte in sample)
    words = sum(len(word) for word in re.findall(rb"[^\x00-\x40]*[\x80-\xff][^\x00-\x40]*", sample)) or 1
    japanese_first = high / words > _WESTERN_HIGH_SHARE
    ordered = ("shift_jis", "cp1252") if japanese_first else ("cp1252", "shift_jis")
    return tuple(name for name in encodings if name not in ordered) + ordered


def _transcoded(path: Path, encoding: str, room: Path) -> TextFile:
    """Rewrite rare encodings and old line ends as UTF-8 with newlines, strictly."""
    target = room / f"{path.name}.utf8"
    try:
        with (
            path.open("r", encoding=encoding, newline=None) as source,
            target.open("w", encoding="utf-8", newline="\n") as sink,
        ):
            while block := source.read(1 << 20):
                sink.write(block)
    except (UnicodeDecodeError, UnicodeError) as error:
        raise EncodingUnknown(file=path.name, tried=[encoding]) from error
    with target.open("rb") as written:
        start = 3 if written.read(3) == b"\xef\xbb\xbf" else 0
    return TextFile(target, "utf-8", start, target.stat().st_size)


def split_line(line: str, delimiter: str, quoting: str) -> list[str]:
    """The cells of one physical line."""
    if quoting == "none":
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def quotes_are_closed(line: str, delimiter: str, quoting: str) -> bool:
    """Whether a physical line keeps to the rules of quoting and ends outside of quotes."""
    try:
        return quoting == "none" or next(csv.reader([line], delimiter=delimiter, strict=True), []) is not None
    except csv.Error:
        return False


def locate_table(
    file: TextFile,
    delimiter: str,
    quoting: str,
    header: tuple[str, ...],
    header_index: int,
    footer: str,
    surplus_in: str | None = None,
    pads_short_rows: bool = False,
    last_is_text: bool = False,
) -> TextTable:
    """Fix where records begin and end: after the header's line, and before the footer in the file's tail.

    A last line without a line end may have been cut. It is left out, as `cut_line`, unless its last cell is whole
    by all appearances or is free text (`last_is_text`), where a missing part falsifies no money, count or key.
    """
    lines = file.head_lines()
    sample = [split_line(line, delimiter, quoting) for line in lines[header_index + 1 :]]
    header = _as_wide_as_records(header, sample)
    start = file.start + _offset_after(file, header_index + 1)
    tail = _read_tail(file, start)
    pattern = re.compile(footer)
    above = list(takewhile(lambda cells: not (cells and pattern.search(_first_word(cells[0]))), sample))
    looks = _Looks.of(above, len(header), delimiter, quoting)
    end, footers = _find_footer(file, tail, pattern, looks)
    end = _without_blank_end(file, start, end)
    table = TextTable(
        file=file,
        delimiter=delimiter,
        quoting=quoting,
        header=header,
        header_line=header_index + 1,
        first_line=header_index + 2,
        data_start=min(start, end),
        data_end=end,
        footer_lines=tuple(footers),
        preamble_lines=tuple(lines[: max(header_index, 0)]),
        surplus_column=header.index(surplus_in) if surplus_in in header else None,
        pads_short_rows=pads_short_rows,
    )
    return table if end < file.size or end <= start else _without_cut_line(table, tail, last_is_text)


def _as_wide_as_records(header: tuple[str, ...], records: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Some files close every record with a delimiter and not the header, or the reverse."""
    widths = Counter(len(cells) for cells in records if len(cells) > 1)
    if not widths:
        return header
    width = max(widths, key=lambda one: (widths[one], one == len(header)))
    extra = [cells[len(header) :] for cells in records if len(cells) == width]
    if width > len(header) and not any(cell.strip() for cells in extra for cell in cells):
        return (*header, *[""] * (width - len(header)))
    if width < len(header) and not any(name.strip() for name in header[width:]):
        return header[:width]
    return header


def _first_word(text: str) -> str:
    return text.strip().lstrip('"`')


def _without_blank_end(file: TextFile, start: int, end: int) -> int:
    """Where the last line that is not blank ends; files often close with empty lines."""
    with file.path.open("rb") as source:
        begin = max(start, end - _TAIL_BYTES)
        source.seek(begin)
        tail = source.read(max(0, end - begin))
    kept = tail.rstrip(b"\r\n")
    if len(kept) == len(tail) or not kept:
        return end
    line_end = tail[len(kept) :].index(b"\n") + 1 if b"\n" in tail[len(kept) :] else len(tail) - len(kept)
    return begin + len(kept) + line_end


def _offset_after(file: TextFile, line_count: int) -> int:
    with file.path.open("rb") as source:
        source.seek(file.start)
        return sum(len(source.readline()) for _ in range(line_count))


@dataclass(frozen=True)
class _Line:
    """A physical line of the tail: where it begins, and its text without its end."""

    offset: int
    text: str
    is_ended: bool


def _read_tail(file: TextFile, start: int) -> list[_Line]:
    """The lines of the last 64 KiB after the header."""
    offset = max(start, file.size - _TAIL_BYTES)
    with file.path.open("rb") as source:
        source.seek(offset)
        if offset > start:
            offset += len(source.readline())
        tail = source.read(_TAIL_BYTES)
    lines = []
    for line in tail.splitlines(keepends=True):
        text = line.rstrip(b"\r\n").decode(file.encoding, "backslashreplace")
        lines.append(_Line(offset, text, line.endswith((b"\r", b"\n"))))
        offset += len(line)
    return lines


@dataclass(frozen=True)
class _Looks:
    """What tells a record from a line of a footer, also when a spreadsheet made all lines equally wide."""

    width: int
    filled: float  # cells that are not blank, at least
    delimiter: str
    quoting: str

    @classmethod
    def of(cls, sample: Sequence[Sequence[str]], width: int, delimiter: str, quoting: str) -> _Looks:
        """Half of what the first records usually have."""
        filled = sorted(sum(bool(cell.strip()) for cell in cells) for cells in sample if len(cells) == width)
        return cls(width, filled[len(filled) // 2] / 2 if filled else 2, delimiter, quoting)

    def is_record(self, line: str) -> bool:
        """Whether a line could be one of the table's records."""
        cells = split_line(line, self.delimiter, self.quoting)
        return self.width > 2 and len(cells) == self.width and sum(bool(cell.strip()) for cell in cells) > self.filled


def _find_footer(
    file: TextFile, tail: Sequence[_Line], footer: re.Pattern[str], looks: _Looks
) -> tuple[int, list[str]]:
    """The offset where the footer begins, and its lines; a footer stands in the last 64 KiB.

    What has records after it is no footer, whatever it begins with: a damaged line must not hide those below.
    """
    found = len(tail)
    for index in range(len(tail) - 1, -1, -1):
        text = tail[index].text
        if looks.is_record(text):
            break
        if footer.search(_first_word(text)):
            found = index
    if found == len(tail):
        return file.size, []
    return tail[found].offset, [line.text for line in tail[found:] if line.text.strip()]


def _without_cut_line(table: TextTable, tail: Sequence[_Line], last_is_text: bool) -> TextTable:
    """The table without a last line that lacks its end, if its last cell may lack a part as well."""
    if not tail or tail[-1].is_ended:
        return table
    line = tail[-1]
    cells = split_line(line.text, table.delimiter, table.quoting)
    others = [split_line(one.text, table.delimiter, table.quoting) for one in tail[:-1]]
    last_cells = [one[-1].strip() for one in others if len(one) == len(table.header)]
    is_balanced = quotes_are_closed(line.text, table.delimiter, table.quoting)
    is_quoted = table.quoting != "none" and line.text.rstrip().endswith('"')
    like = last_cells or [cell.strip() for cell in cells[:-1] if "." in cell]  # of its kind, at least in form
    is_whole = is_quoted or last_is_text or _looks_whole(cells[-1].strip(), like)
    if is_balanced and (is_whole or len(cells) != len(table.header)):
        return replace(table, is_unterminated=True)
    row = table.first_line + _count_line_ends(table.file.path, table.data_start, line.offset)
    cut = BadRecord(row, "line_unterminated", line.text[:2000])
    return replace(table, data_end=line.offset, cut_line=cut, is_unterminated=True)


def _looks_whole(cell: str, others: Sequence[str]) -> bool:
    """Whether a last cell has what the other last cells have: a word of theirs, their decimals, their length."""
    if not others:
        return False
    numbers = [other for other in others if other]
    if numbers and all(_NUMBER.fullmatch(other) for other in numbers):
        decimals = {len(other.partition(".")[2]) for other in numbers}
        if decimals != {0}:
            return (
                len(decimals) == 1 and _NUMBER.fullmatch(cell) is not None and len(cell.partition(".")[2]) in decimals
            )
    elif cell in others and not _NUMBER.fullmatch(cell):
        return bool(cell) or not any(others)
    lengths = {len(other) for other in others}
    return lengths == {len(cell)} and (len(cell) >= _CODE_CHARS or not cell)


def _count_line_ends(path: Path, start: int, end: int) -> int:
    """Line ends between two offsets: CR LF, LF, and CR that stands alone."""
    count, position, was_return = 0, start, False
    with path.open("rb") as source:
        source.seek(start)
        while position < end and (block := source.read(min(1 << 20, end - position))):
            position += len(block)
            pairs = block.count(b"\r\n") + (was_return and block.startswith(b"\n"))
            count += block.count(b"\r") + block.count(b"\n") - pairs
            was_return = block.endswith(b"\r")
    return count


class NotPlain(Exception):
    """The fast reader met something odd; the careful one must read the file."""
