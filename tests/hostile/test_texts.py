"""Texts without an end: lines, columns and cells far beyond what a table holds, and cells that programs would run."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from tests.hostile.conftest import GOOD, Room
from zhanggui.canon.imports import FileManifest

HEADER, RECORD = GOOD.splitlines()


def refused(room: Room, manifest: FileManifest) -> list[tuple[int, str]]:
    """Row and code of each refused row."""
    frame = pl.read_parquet(room.staging / manifest.file_id / "refused.parquet")
    return list(frame.select("source_row", "code").iter_rows())


def test_ten_gigabytes_of_nothing_are_refused_by_their_size(room: Room) -> None:
    path = room.write("sparse.csv", GOOD)
    try:
        os.truncate(path, 10 << 30)
    except OSError:
        pytest.skip("the file system holds no sparse file of this size")
    if path.stat().st_blocks * 512 > 1 << 30:
        pytest.skip("the file system writes the holes out")
    assert room.codes(path) == ["file_too_large"]


@pytest.mark.parametrize("content", [b"", b"\x00" * 100_000, b"\xef\xbb\xbf\r\n  \n"])
def test_nothing_is_refused_as_empty(room: Room, content: bytes) -> None:
    assert room.codes(room.write("orders.csv", content)) == ["file_empty"]


def test_a_hole_behind_the_rows_is_one_refused_line(room: Room) -> None:
    long = GOOD + "".join(f"{RECORD}\n" for _ in range(2000)) + "\x00" * 100_000
    (manifest,) = room.stage(room.write("orders.csv", long)).manifests
    assert (manifest.rows_seen, manifest.rows_accepted) == (2002, 2001)
    assert refused(room, manifest) == [(2003, "encoding_broken")]


def _repeat(path: Path, head: str, piece: bytes, times: int, tail: str) -> Path:
    with path.open("wb") as file:
        file.write(head.encode())
        for _ in range(times):
            file.write(piece)
        file.write(tail.encode())
    return path


def test_a_single_line_of_200_megabytes_is_no_table(room: Room) -> None:
    assert room.codes(_repeat(room.folder / "line.csv", "", b"a,b;c" * 200_000, 200, "")) == ["format_unknown"]


@pytest.mark.parametrize("piece", [b"x" * 1_000_000, b"a,b,c,d,e," * 100_000])
def test_a_line_of_200_megabytes_costs_that_line(room: Room, piece: bytes) -> None:
    path = _repeat(room.folder / "line.csv", f"{GOOD}4999,", piece, 200, f"\n{RECORD}\n")
    (manifest,) = room.stage(path).manifests
    assert (manifest.rows_seen, manifest.rows_accepted) == (3, 2)
    assert refused(room, manifest) == [(3, "line_too_long")]


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_cell_of_50_megabytes_costs_its_row(room: Room, quote: str) -> None:
    start = f"{GOOD}4999000000000012346,{quote}"
    path = _repeat(room.folder / "cell.csv", start, b"x" * 1_000_000, 50, f"{quote},1,1,a,b,c,d,交易成功,e\n{RECORD}\n")
    (manifest,) = room.stage(path).manifests
    assert (manifest.rows_seen, manifest.rows_accepted) == (3, 2)
    assert refused(room, manifest) == [(3, "line_too_long")]


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_cell_over_the_limit_costs_its_row(room: Room, quote: str) -> None:
    start = f"{GOOD}4999000000000012346,{quote}"
    path = _repeat(room.folder / "cell.csv", start, b"x" * 1_000_000, 2, f"{quote},1,1,a,b,c,d,交易成功,e\n{RECORD}\n")
    (manifest,) = room.stage(path).manifests
    assert (manifest.rows_seen, manifest.rows_accepted) == (3, 2)
    assert refused(room, manifest) == [(3, "cell_too_long")]


def test_a_million_columns_are_refused(room: Room) -> None:
    names = ",".join(f"c{index}" for index in range(1_000_000))
    assert room.codes(room.write("wide.csv", f"{HEADER},{names}\n{RECORD}\n")) == ["table_too_large"]
    assert room.codes(room.write("wider.csv", f"{names}\n{names}\n")) == ["format_unknown"]


def test_an_open_quote_before_many_lines_costs_one_line(room: Room) -> None:
    broken = '4999000000000012346,"no end,1,1,a,b,c,d,交易成功,e'
    content = f"{GOOD}{broken}\n" + f"{RECORD}\n" * 3000
    (manifest,) = room.stage(room.write("open.csv", content)).manifests
    assert (manifest.rows_seen, manifest.rows_accepted) == (3002, 3001)
    assert refused(room, manifest) == [(3, "quote_unclosed")]


FORMULAS = ("=cmd|' /C calc'!A0", "+1+cmd", "-2+3", "@SUM(A1:A9)", '=HYPERLINK(""http://x"";""y"")', "\t=1+1", "＝1+1")


def test_formulas_come_in_as_the_text_that_they_are(room: Room) -> None:
    rows = "".join(
        f'{4999000000000012346 + index},"{formula}",1.00,1,a,b,c,d,交易成功,e\n'
        for index, formula in enumerate(FORMULAS)
    )
    (manifest,) = room.stage(room.write("formulas.csv", GOOD + rows)).manifests
    titles = pl.read_parquet(room.staging / manifest.file_id / "order_lines" / "*.parquet")["title"].to_list()
    assert titles[1:] == [formula.replace('""', '"').strip() for formula in FORMULAS]


@pytest.mark.parametrize(
    "name", ["订单;rm -rf *.csv", "a\nb.csv", "$(id).csv", "\u202egnp.csv", "-rf.csv", "%00.csv", "'.csv"]
)
def test_odd_file_names_are_only_names(room: Room, name: str) -> None:
    (manifest,) = room.stage(room.write(name, GOOD)).manifests
    assert manifest.path_name == name
