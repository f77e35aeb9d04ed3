"""Answers and tables as files: CSV and XLSX whose cells a spreadsheet will not run, and Parquet as it is."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from zhanggui.app.answers import Answer, format_decimal
from zhanggui.app.durable import replacing
from zhanggui.app.errors import OutputKindUnknown

KINDS = ("csv", "xlsx", "parquet")
EXACT_MOST = 10**15  # a sheet keeps fifteen digits; a longer number is written as text
XLSX_ROWS_MOST = 1_048_575  # a sheet has 1,048,576 rows, one of them the header
_STARTERS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\0",
    "＝",
    "＋",
    "－",
    "＠",
)  # full width: East Asian sheets take it too
_NUMBERS = frozenset("0123456789.,")


def safe_cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers.

    As OWASP advises against CSV injection: a cell must not begin with = + - @ of either width, tab or line end.
    """
    if not isinstance(value, str) or not value.startswith(_STARTERS):
        return value
    is_number = value[0] in "+-" and len(value) > 1 and set(value[1:]) <= _NUMBERS
    return value if is_number else f"'{value}"


def shown_cell(value: Any) -> Any:
    """A value as it stands in a text file."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format_decimal(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return safe_cell(value)


def kind_of(path: Path) -> str:
    """The kind that the file's name asks for; raises OutputKindUnknown."""
    kind = path.suffix.lower().lstrip(".")
    if kind not in KINDS:
        raise OutputKindUnknown(file=path.name, known=", ".join(KINDS))
    return kind


def write_answer(answer: Answer, path: Path) -> None:
    """The answer as the file's name asks for."""
    names = [column.name for column in answer.columns]
    if kind_of(path) == "parquet":
        columns = list(zip(*answer.rows, strict=True)) or [()] * len(names)
        with replacing(path) as unfinished:
            pq.write_table(pa.table({n: pa.array(list(c)) for n, c in zip(names, columns, strict=True)}), unfinished)
        return
    write_rows(names, answer.rows, path)


def write_rows(names: Sequence[str], rows: Iterable[Sequence[Any]], path: Path) -> None:
    """Rows as CSV or XLSX."""
    with replacing(path) as unfinished:
        if kind_of(path) == "csv":
            _write_csv(names, rows, unfinished)
        else:
            _write_xlsx(names, rows, unfinished)


def _write_csv(names: Sequence[str], rows: Iterable[Sequence[Any]], path: Path) -> None:
    # The mark at the beginning tells spreadsheets that it is UTF-8, as Chinese sellers' programs expect.
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([safe_cell(name) for name in names])
        writer.writerows([shown_cell(value) for value in row] for row in rows)


def _write_xlsx(names: Sequence[str], rows: Iterable[Sequence[Any]], path: Path) -> None:
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [safe_cell(name) for name in names])
        for place, row in enumerate(rows, 1):
            if place > XLSX_ROWS_MOST:
                break
            for column, value in enumerate(row):
                _write_cell(sheet, place, column, value)


def _write_cell(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | Decimal) and -EXACT_MOST < value < EXACT_MOST:
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(shown_cell(value)))


def write_table(batches: Iterator[pa.RecordBatch], schema: pa.Schema, path: Path) -> int:
    """A table as the file's name asks for; how many rows were written."""
    written = 0

    def counted() -> Iterator[pa.RecordBatch]:
        nonlocal written
        for batch in batches:
            written += batch.num_rows
            yield batch

    if kind_of(path) == "parquet":
        with replacing(path) as unfinished, pq.ParquetWriter(unfinished, schema) as writer:
            for batch in counted():
                writer.write_batch(batch)
        return written
    rows = (row for batch in counted() for row in zip(*(column.to_pylist() for column in batch.columns), strict=True))
    write_rows(schema.names, rows, path)
    return written
