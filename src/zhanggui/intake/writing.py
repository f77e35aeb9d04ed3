"""Export files written from their declaration: the header, the rows, and the totals around them, in the format's container.

The simulator and the demo fill platforms' own layouts with their figures, and every format without a published
sample is tested on what is written here. Only declared things are written; the totals are computed from the rows
by stated_cells.py, never by the engine that reads them back.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from zhanggui.intake.declaration import Field, Format, find_format
from zhanggui.intake.headers import normalise_header
from zhanggui.intake.patterns import UNIX_SECONDS, render_pattern
from zhanggui.intake.plausible_rows import make_rows
from zhanggui.intake.stated_cells import Row
from zhanggui.intake.writing_statements import STATEMENT_WRITERS
from zhanggui.intake.writing_totals import RowFigures, footer_lines, summary_rows

_NUMERIC = frozenset({"money", "quantity", "count"})
_SPREADSHEET_DIGITS = 15
# How some platforms keep spreadsheets from harming their cells; it is theirs, and reading takes it off again.
QUIRKS: Mapping[str, str] = {
    "taobao_orders_csv": "formula",
    "taobao_items_csv": "formula",
    "pdd_orders": "tab",
    "jd_orders": "formula",
    "douyin_orders": "tab",
    "alipay_ledger_csv": "tab",
    "wechat_trade_bill": "backtick",
    "wechat_fund_bill": "backtick",
}
_ACCOUNT_NUMBER = "20880000000000000156"
_EXPORTED_AT = "2026-08-01 12:00:00"
_CREATED = datetime(2026, 8, 1, 12)


def write_export(
    declared: Format,
    rows: Sequence[Row],
    path: Path,
    *,
    container: str | None = None,
    encoding: str | None = None,
    headers: Sequence[str] | None = None,
    preamble: Sequence[str] | None = None,
    with_totals: bool = True,
) -> Path:
    """Write rows (cells by field name) as an export of the format; returns the path.

    `container` is one of the declared ones (default: by the name's ending, else the first), `headers` the columns to
    write in order (default: every declared one), `preamble` replaces the lines above the header.
    """
    container = container or container_of(declared, path)
    if container in STATEMENT_WRITERS:
        path.write_text(STATEMENT_WRITERS[container](rows), "utf-8")
        return path
    names = list(headers) if headers is not None else full_header(declared)
    lines = list(preamble) if preamble is not None else preamble_lines(declared)
    body = [[cell_written(declared, row, name, container) for name in names] for row in rows]
    head = [header_written(declared, name) for name in names]
    records = [head, *description_rows(declared, names), *body]
    figures = RowFigures(declared, rows)
    tick = "`" if QUIRKS.get(declared.id) == "backtick" else ""
    after = [*summary_rows(declared, figures, names), *footer_lines(declared, figures, tick)] if with_totals else []
    if container == "sheet":
        _write_sheet(declared, path, [*([line] for line in lines), *records, *after], len(lines) + 1, names)
    else:
        _write_text(declared, path, [*([line] for line in lines), *records, *after], encoding or encoding_of(declared))
    return path


def write_sample(format_id: str, directory: Path, rows: int = 6, seed: int = 0) -> Path:
    """A small plausible file of a shipped format under a name that the format knows; equal seeds give equal rows."""
    declared = find_format(format_id)
    return write_export(declared, make_rows(declared, rows, seed), directory / sample_name(declared))


def sample_name(declared: Format) -> str:
    """A file name that the format recognises and, where names tell it, reads the export's time from."""
    prefer = ("xlsx", "xls") if declared.containers[0] == "sheet" else ("csv", "txt")
    plain = render_pattern(declared.file_names[0], prefer=prefer) if declared.file_names else f"{declared.id}.csv"
    if declared.exported_at is None:
        return plain
    if re.search(declared.exported_at, plain):
        return re.sub(r"^\d{10}", UNIX_SECONDS, plain) if "?P<unix>" in declared.exported_at else plain
    moment = re.search(declared.exported_at, render_pattern(declared.exported_at))
    told = moment.group(1) if moment else ""
    for pattern in declared.file_names:
        for fillers in ([told], [f"_{told}"], ["测试", f"_{told}"], [f"{told}000"]):
            name = render_pattern(pattern, prefer=prefer, fillers=fillers)
            if re.search(declared.exported_at, name) and re.search(pattern, name):
                return name
    return plain


def full_header(declared: Format) -> list[str]:
    """Every declared column by its main spelling, those that are not read last."""
    names = {normalise_header(name): name for name in (*declared.fields, *declared.ignored)}
    return [name for key, name in names.items() if key not in declared.absent]


def header_written(declared: Format, name: str) -> str:
    """The header as it stands in the file: some platforms put the currency behind the name of every amount."""
    one = declared.fields.get(name)
    rule = declared.currency
    if one is not None and one.type == "money" and isinstance(rule, Mapping) and "header" in rule:
        return f"{name}{render_pattern(str(rule['header']), {1: 'PHP'})}"
    return name


def cell_written(declared: Format, row: Row, name: str, container: str) -> str:
    """A cell with the platform's own protection against spreadsheets, in text files only."""
    cell = row.get(name, "")
    quirk = QUIRKS.get(declared.id) if container == "text" else None
    if quirk == "backtick":
        return f"`{cell}"
    one = declared.fields.get(name)
    if quirk and cell and one is not None and one.type == "id":
        return f'="{cell}"' if quirk == "formula" else f"{cell}\t"
    return cell


def preamble_lines(declared: Format) -> list[str]:
    """Lines above the header that the declaration reads something from."""
    wanted: list[tuple[str, str]] = []
    account = (declared.account_number or {}).get("pattern")
    if account:
        wanted.append((account, _ACCOUNT_NUMBER))
    if declared.exported_in:
        wanted.append((declared.exported_in, _EXPORTED_AT))
    if isinstance(declared.currency, Mapping) and "pattern" in declared.currency and "field" not in declared.currency:
        wanted.append((str(declared.currency["pattern"]), "USD"))
    lines = [render_pattern(pattern, {1: text}) for pattern, text in wanted]
    lines += [_preamble_line(pattern) for pattern in _preamble_patterns(declared.spec.get("tables"))]
    return list(dict.fromkeys(lines))


def _preamble_line(pattern: str) -> str:
    """The two things that preambles of statistics say: the terminals and the period."""
    words = {1: "Weekly"} if r"(\w+)" in pattern else {}
    return render_pattern(pattern, words if pattern.isascii() else {1: "所有终端"})


def _preamble_patterns(source: Any) -> Iterable[str]:
    if isinstance(source, list):
        for one in source:
            yield from _preamble_patterns(one)
    elif isinstance(source, Mapping):
        if isinstance(source.get("preamble"), str):
            yield source["preamble"]
        for one in source.values():
            yield from _preamble_patterns(one)


def description_rows(declared: Format, names: Sequence[str]) -> list[list[str]]:
    """Rows right under the header that only explain it."""
    count = declared.rows_after_header
    if not count and any("not_matches" in condition for condition in declared.skip_rows):
        count = 1
    return [["说明" for _ in names] for _ in range(count)]


def container_of(declared: Format, path: Path) -> str:
    """The container that is written: by the name's ending where both are declared, else the first."""
    if {"text", "sheet"} <= set(declared.containers):
        return "sheet" if path.suffix.lower() in (".xlsx", ".xls") else "text"
    return declared.containers[0]


def encoding_of(declared: Format) -> str:
    """The encoding in which the platform writes."""
    if declared.spec.get("encodings"):
        return declared.encodings[0]
    return "gb18030" if declared.channel in ("taobao", "alipay") else "utf-8-sig"


def _write_text(declared: Format, path: Path, records: Sequence[Sequence[str]], encoding: str) -> None:
    text = io.StringIO(newline="")
    if declared.quoting == "none":
        text.writelines(f"{declared.delimiter.join(record)}\r\n" for record in records)
    else:
        writer = csv.writer(text, delimiter=declared.delimiter, lineterminator="\r\n")
        for record in records:
            if len(record) == 1:  # a line around the table is no record: it is written as it is
                text.write(f"{record[0]}\r\n")
            else:
                writer.writerow(record)
    path.write_bytes(text.getvalue().encode(encoding))


def _write_sheet(
    declared: Format, path: Path, records: Sequence[Sequence[str]], first: int, names: Sequence[str]
) -> None:
    kinds = [declared.fields.get(name) for name in names]
    with closing(xlsxwriter.Workbook(str(path), {"in_memory": True})) as book:
        # The writer would put the clock here; equal records shall give equal bytes.
        book.set_properties({"created": _CREATED})
        sheet = book.add_worksheet(render_pattern(declared.sheet)[:31] if declared.sheet else None)
        for number, record in enumerate(records):
            for column, cell in enumerate(record):
                _write_cell(sheet, number, column, cell, kinds[column] if number >= first else None)


def _write_cell(sheet: Any, row: int, column: int, cell: str, kind: Field | None) -> None:
    """Amounts and counts as numbers, everything else as the text it is."""
    if (
        cell
        and kind is not None
        and kind.type in _NUMERIC
        and len(cell) <= _SPREADSHEET_DIGITS
        and re.fullmatch(r"-?\d+(\.\d+)?", cell)
    ):
        sheet.write_number(row, column, float(cell))
    elif cell:
        sheet.write_string(row, column, cell)
