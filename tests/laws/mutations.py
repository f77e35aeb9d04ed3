"""Damage done to text files, with a record of which physical lines it left alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")


@dataclass(frozen=True)
class Piece:
    """A run of bytes, and the physical line of the original that it is in full, if it is one."""

    content: bytes
    origin: int | None


@dataclass(frozen=True)
class Mutant:
    """A damaged file: its bytes, and for each of its physical lines the untouched original line, or None."""

    content: bytes
    origins: tuple[int | None, ...]
    name: str


def split_lines(content: bytes) -> list[bytes]:
    """Physical lines with their ends; CR LF, LF and CR alone end a line."""
    return LINE.findall(content)


def pieces_of(content: bytes) -> list[Piece]:
    """The original as pieces, numbered from one."""
    return [Piece(line, number) for number, line in enumerate(split_lines(content), 1)]


def join(pieces: list[Piece], name: str) -> Mutant:
    """The file that the pieces make; a line is untouched if a piece gave exactly it."""
    content = b"".join(piece.content for piece in pieces)
    whole: dict[tuple[int, int], int] = {}
    offset = 0
    for piece in pieces:
        if piece.origin is not None:
            whole[(offset, offset + len(piece.content))] = piece.origin
        offset += len(piece.content)
    origins = tuple(whole.get(found.span()) for found in LINE.finditer(content))
    return Mutant(content, origins, name)


Mutation = Callable[[list[Piece], Random, int], list[Piece]]


def _edit(pieces: list[Piece], index: int, content: bytes) -> list[Piece]:
    return [*pieces[:index], Piece(content, None), *pieces[index + 1 :]]


def cut(pieces: list[Piece], random: Random, first: int) -> list[Piece]:
    """Cut the file anywhere after the header."""
    index = random.randrange(first, len(pieces))
    content = pieces[index].content
    return [*pieces[:index], Piece(content[: random.randrange(len(content))], None)]


def flip_byte(pieces: list[Piece], random: Random, first: int) -> list[Piece]:
    """Another byte in the place of one."""
    index = random.randrange(first, len(pieces))
    changed = bytearray(pieces[index].content)
    changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return _edit(pieces, index, bytes(changed))


def _insert(pieces: list[Piece], random: Random, first: int, inserted: bytes) -> list[Piece]:
    index = random.randrange(first, len(pieces))
    content = pieces[index].content
    place = random.randrange(len(content) + 1)
    return _edit(pieces, index, content[:place] + inserted + content[place:])


def insert_byte(pieces: list[Piece], random: Random, first: int) -> list[Piece]:
    """Any byte, anywhere."""
    return _insert(pieces, random, first, bytes([random.randrange(256)]))


def insert_sign(pieces: list[Piece], random: Random, first: int) -> list[Piece]:
    """A character that means something to a reader of tables or of amounts."""
    signs = [
        b'"',
        b'""',
        b",",
        b"\t",
        b"\r",
        b"\n",
        b"\r\n",
        b"\x00",
        b"#",
        b"-",
        b".",
        b" ",
        b"0",
        b"'",
        b"=",
        b"\\",
        b"\xff",
        b"\xa1",
    ]
    return _insert(pieces, random, first, random.choice(signs))


def insert_foreign(pieces: list[Piece], random: Random, first: int) -> list[Piece]:
    """A word in another encoding."""
    encoding = random.choice(["utf-8", "gb18030", "utf-16-le", "shift_jis", "utf-8-sig"])
    return _insert(
        pieces, random, first, "测试é".replace("é", "" if encoding == "shift_jis" else "é").encode(encoding, "ignore")
    )


def delete_bytes(pieces: list[Piece], random: Random, first: int) -> list[Piece]:
    """A few bytes gone, line ends among them."""
    index = random.randrange(first, len(pieces))
    content = pieces[index].content
    place = random.randrange(len(content))
    return _edit(pieces, index, content[:place] + content[place + random.randint(1, 4) :])


def delete_line_end(pieces: list[Piece], random: Random, first: int) -> list[Piece]:
    """Two lines become one."""
    index = random.randrange(first, len(pieces))
    return _edit(pieces, index, pieces[index].content.rstrip(b"\r\n"))


def change_line_end(pieces: list[Piece], random: Random, first: int) -> list[Piece]:
    """Some lines end in another way; what they say is untouched, so they keep their origin."""
    ends = [b"\n", b"\r\n", b"\r"]
    changed = []
    for index, piece in enumerate(pieces):
        if index >= first and random.random() < 0.3 and piece.content.endswith(b"\n"):
            piece = Piece(piece.content.rstrip(b"\r\n") + random.choice(ends), piece.origin)  # noqa: PLW2901
        changed.append(piece)
    return changed


def duplicate_line(pieces: list[Piece], random: Random, first: int) -> list[Piece]:
    """A line twice; both are what they were."""
    index = random.randrange(first, len(pieces))
    return [*pieces[: index + 1], pieces[index], *pieces[index + 1 :]]


def delete_line(pieces: list[Piece], random: Random, first: int) -> list[Piece]:
    """A line gone: nothing in the file tells of it, unless a total does."""
    index = random.randrange(first, len(pieces))
    return [*pieces[:index], *pieces[index + 1 :]]


def swap_lines(pieces: list[Piece], random: Random, first: int) -> list[Piece]:
    """Two lines change places."""
    one, other = random.randrange(first, len(pieces)), random.randrange(first, len(pieces))
    changed = list(pieces)
    changed[one], changed[other] = changed[other], changed[one]
    return changed


def blank_line(pieces: list[Piece], random: Random, first: int) -> list[Piece]:
    """A line of nothing, or of blanks and delimiters."""
    index = random.randrange(first, len(pieces) + 1)
    return [*pieces[:index], Piece(random.choice([b"\n", b"\r\n", b"  \n", b",,\n", b"\t\n"]), None), *pieces[index:]]


def comment_line(pieces: list[Piece], random: Random, first: int) -> list[Piece]:
    """A line that looks like a footer or a sum, in the midst of the rows."""
    index = random.randrange(first, len(pieces) + 1)
    line = random.choice(
        [b"#----\n", b"-----------\n", "合计\n".encode(), "#导出".encode("gb18030") + b"\n", b"Total,1,2\n"]
    )
    return [*pieces[:index], Piece(line, None), *pieces[index:]]


def byte_order_mark(pieces: list[Piece], random: Random, _: int) -> list[Piece]:
    """A mark where there should be none."""
    index = random.choice([0, random.randrange(len(pieces))])
    mark = random.choice([b"\xef\xbb\xbf", b"\xff\xfe"])
    return _edit(pieces, index, mark + pieces[index].content)


def edit_header(pieces: list[Piece], random: Random, first: int) -> list[Piece]:
    """Some other byte in the header; what its column says is then another question for every line."""
    index = random.randrange(first)
    content = pieces[index].content
    place = random.randrange(len(content))
    edited = content[:place] + random.choice([b"", b",", b'"', b"x", b"\n"]) + content[place + random.randint(0, 2) :]
    return [Piece(one.content, None) for one in _edit(pieces, index, edited)]


MUTATIONS: tuple[Mutation, ...] = (
    cut, cut, flip_byte, flip_byte, insert_byte, insert_sign, insert_sign, insert_foreign, delete_bytes,
    delete_line_end, change_line_end, duplicate_line, delete_line, swap_lines, blank_line, comment_line,
    byte_order_mark, edit_header,
)  # fmt: skip


def mutate(content: bytes, header_lines: int, random: Random, last_data_line: int) -> Mutant:
    """One to three mutations of a file; lines from `header_lines` on are data, up to `last_data_line`."""
    pieces = pieces_of(content)
    tail = pieces[last_data_line:]
    names = []
    pieces = pieces[:last_data_line]
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        mutation = random.choice(MUTATIONS)
        names.append(mutation.__name__)
        if len(pieces) > header_lines and all(piece.content for piece in pieces):
            pieces = mutation(pieces, random, header_lines)
            tail = [] if mutation is cut else tail
    return join([piece for piece in [*pieces, *tail] if piece.content], "+".join(names))
