"""Where a table stands in a text, in which letters, and which of its lines are records."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhanggui.intake.cells import RawBatch
from zhanggui.intake.errors import EncodingUnknown
from zhanggui.intake.text_batches import read_batches
from zhanggui.intake.text_tables import BadRecord, NotPlain, TextTable, choose_encoding, locate_table, open_text
from zhanggui.kernel import limits

HEADER = ("id", "title", "amount")


def located(folder: Path, content: str | bytes, **options: object) -> TextTable:
    """The table under the header of three columns."""
    path = folder / "table.csv"
    path.write_bytes(b"id,title,amount\n" + (content.encode() if isinstance(content, str) else content))
    file = open_text(path, ("utf-8", "gb18030"), folder)
    return locate_table(file, ",", "double", HEADER, 0, "^#", **options)  # type: ignore[arg-type]


def records(table: TextTable, careful: bool = True) -> list[tuple[object, ...]]:
    """Row and cells of each record, or row and code."""
    found: list[tuple[object, ...]] = []
    for batch in read_batches(table, careful):
        if isinstance(batch, BadRecord):
            found.append((batch.row, batch.code))
        else:
            assert isinstance(batch, RawBatch)
            columns = [column.spread().to_list() for column in batch.columns.values()]
            found += zip(batch.rows.to_list(), *columns, strict=True)
    return sorted(found, key=lambda one: int(str(one[0])))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('1,"a\nb",2\n3,c,4\n', [(2, "1", "a\nb", "2"), (4, "3", "c", "4")]),
        ('1,"a,2\n3,c,4\n', [(2, "quote_unclosed"), (3, "3", "c", "4")]),
        ('1,"a,2\nx\n3,c,4\n', [(2, "quote_unclosed"), (3, "wrong_cell_count"), (4, "3", "c", "4")]),
        ('1,"a,2\n3,"c\nd",4\n', [(2, "quote_unclosed"), (3, "3", "c\nd", "4")]),
        ("1,a\n3,c,4\n", [(2, "wrong_cell_count"), (3, "3", "c", "4")]),
        ("1,a,2,9\n3,c,4\n", [(2, "wrong_cell_count"), (3, "3", "c", "4")]),
        ("1,a,2\r3,c,4\r\n5,e,6\n", [(2, "1", "a", "2"), (3, "3", "c", "4"), (4, "5", "e", "6")]),
        ("1,a,2\n\n,,\n3,c,4\n", [(2, "1", "a", "2"), (5, "3", "c", "4")]),
        ('1,a"b,2\n3,"c""d",4\n', [(2, "1", 'a"b', "2"), (3, "3", 'c"d', "4")]),
        ('="1",a,2\n', [(2, '="1"', "a", "2")]),
        (b"1,\xff,2\n3,c,4\n", [(2, "encoding_broken"), (3, "3", "c", "4")]),
        (b"1,\x00,2\n3,c,4\n", [(2, "encoding_broken"), (3, "3", "c", "4")]),
    ],
)
def test_a_broken_line_costs_itself_and_no_other(
    tmp_path: Path, lines: str | bytes, expected: list[tuple[object, ...]]
) -> None:
    assert records(located(tmp_path, lines)) == expected


@pytest.mark.parametrize(
    "lines",
    ['1,"a\nb",2\n', "1,a,2\r3,c,4\n", "1,a\n", b"1,\x00,2\n", '1,"a"b"c,2\n', '1,a,"2\n', b"\xef\xbb\xbf1,a,2\n"],
)
def test_whatever_is_odd_is_left_to_the_careful_reader(tmp_path: Path, lines: str | bytes) -> None:
    with pytest.raises(NotPlain):
        records(located(tmp_path, lines), careful=False)


@pytest.mark.parametrize(
    ("lines", "footers", "count"),
    [
        ("1,a,2\n#total: 2\n#at: now\n", ["#total: 2", "#at: now"], 1),
        ("1,a,2\n#3,c,4\n5,e,6\n", [], 3),
        ("1,a,2\n#cut\n3,c,4\n#total\n", ["#total"], 3),
        ("1,a,2\n\n\n", [], 1),
    ],
)
def test_a_footer_hides_no_records(tmp_path: Path, lines: str, footers: list[str], count: int) -> None:
    table = located(tmp_path, lines)
    assert list(table.footer_lines) == footers
    assert len(records(table)) == count


@pytest.mark.parametrize(
    ("lines", "last"),
    [
        ("1,a,2.50\n3,c,4.00", (3, "3", "c", "4.00")),
        ("1,a,2.50\n3,c,4.0", (3, "line_unterminated")),
        ("1,a,12\n3,c,4", (3, "line_unterminated")),
        ("1,a,CNY\n3,c,CNY", (3, "3", "c", "CNY")),
        ("1,a,CNY\n3,c,CN", (3, "line_unterminated")),
        ("1,a,20260701\n3,c,20260702", (3, "3", "c", "20260702")),
        ('1,a,12\n3,c,"4"', (3, "3", "c", "4")),
        ('1,a,12\n3,c,"4', (3, "line_unterminated")),
        ("1,a,12\n3,c", (3, "wrong_cell_count")),
        ("1,a,\n3,c,", (3, "3", "c", "")),
        ("1,a,2\n3,c,", (3, "line_unterminated")),
    ],
)
def test_a_last_line_without_its_end_is_taken_only_if_it_looks_whole(
    tmp_path: Path, lines: str, last: tuple[object, ...]
) -> None:
    table = located(tmp_path, lines)
    assert table.is_unterminated or last[1] == "wrong_cell_count"
    assert records(table)[-1] == last


def test_free_text_at_the_end_is_taken_as_it_stands(tmp_path: Path) -> None:
    assert records(located(tmp_path, "1,a,some\n3,c,wor", last_is_text=True))[-1] == (3, "3", "c", "wor")


@pytest.mark.parametrize("lines", ["1,a,2,\n3,c,4,\n", "1,a,2\n3,c,4\n"])
def test_records_may_all_close_with_a_delimiter(tmp_path: Path, lines: str) -> None:
    table = located(tmp_path, lines)
    expected = [(2, "1", "a", "2"), (3, "3", "c", "4")]
    assert records(table) == records(table, careful=False) == expected


def test_delimiters_of_an_unquoted_remark_are_put_back_only_where_the_other_cells_fit(tmp_path: Path) -> None:
    table = located(tmp_path, "1,a,2\n3,b,c,4\n,5,d,6\n", surplus_in="title")
    assert records(table) == [(2, "1", "a", "2"), (3, "3", "b,c", "4"), (4, "wrong_cell_count")]


def test_lines_and_cells_have_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_CELL_CHARS", 10)
    monkeypatch.setattr(limits, "MAX_LINE_BYTES", 30)
    table = located(tmp_path, f"1,{'x' * 11},2\n2,{'y' * 90},2\n3,c,4\n")
    assert records(table) == [(2, "cell_too_long"), (3, "line_too_long"), (4, "3", "c", "4")]


@pytest.mark.parametrize(
    ("sample", "encodings", "chosen"),
    [
        ("id,标题".encode(), ("utf-8", "gb18030"), "utf-8"),
        ("id,标题".encode("gb18030"), ("utf-8", "gb18030"), "gb18030"),
        ("id,é\n".encode() * 3 + b"\xe9,\n", ("utf-8", "cp1252"), "utf-8"),
        ("id,标题\n".encode("gb18030") * 3 + b"\xff,\n", ("utf-8", "gb18030", "cp1252"), "gb18030"),
        ("caf\xe9, th\xe9\n".encode("cp1252"), ("utf-8", "cp1252"), "cp1252"),
        ("商品名,数量\n鍋\n".encode("shift_jis"), ("utf-8", "cp1252", "shift_jis"), "shift_jis"),
    ],
)
def test_a_few_broken_bytes_do_not_change_the_letters(sample: bytes, encodings: tuple[str, ...], chosen: str) -> None:
    assert choose_encoding(sample, encodings, "f") == chosen


def test_text_in_no_known_letters_is_refused() -> None:
    with pytest.raises(EncodingUnknown):
        choose_encoding(b"\xff\xff\xff,\n", ("utf-8", "gb18030"), "f")
