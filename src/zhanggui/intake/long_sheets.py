"""Long sheets, read as a stream.

The usual reader holds a whole sheet in memory, which a million rows of twenty columns outgrow. The engine's own
workbook reader streams; it gives every cell as the text that stands in the file, so that dates come as serials
and ids that went through a number in exponent form, as the cleaners expect them.
"""

from __future__ import annotations

import importlib.util
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
from defusedxml import ElementTree

from zhanggui.intake.cells import RawBatch, distinct_array, no_broken
from zhanggui.intake.sheets import Grid
from zhanggui.intake.text_tables import BadRecord
from zhanggui.kernel import limits

_BATCH_ROWS = 50_000
_MEMORY = "512MB"
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}sheet"


def is_long(path: Path) -> bool:
    """Whether a workbook's longest sheet is better streamed, and can be."""
    if _extension() is None:
        return False
    with zipfile.ZipFile(path) as archive:
        sizes = [one.file_size for one in archive.infolist() if one.filename.startswith("xl/worksheets/")]
    return max(sizes, default=0) > limits.LONG_SHEET_BYTES


def open_long_grids(path: Path) -> list[Grid]:
    """The sheets of a long workbook."""
    with zipfile.ZipFile(path) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    return [LongGrid(str(sheet.get("name")), path) for sheet in book.iter(_SHEET)]


def _extension() -> Path | None:
    package = importlib.util.find_spec("duckdb_extension_excel")
    if package is None or package.origin is None:
        return None
    place = Path(package.origin).parent / "extensions" / f"v{duckdb.__version__}" / "excel.duckdb_extension"
    return place if place.exists() else None


class LongGrid(Grid):
    """One sheet of a long workbook; its footer, if it has one, is not looked for."""

    has_footer = False

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(name, ())
        self._path = path

    def _query(self, limit: int | None) -> tuple[duckdb.DuckDBPyConnection, Any]:
        connection = duckdb.connect(config={"memory_limit": _MEMORY, "threads": 1})
        connection.execute(f"LOAD '{_extension()}'")
        source = "read_xlsx(?, sheet = ?, header = false, all_varchar = true, stop_at_empty = false)"
        tail = f" LIMIT {limit}" if limit else ""
        return connection, connection.execute(f"SELECT * FROM {source}{tail}", [str(self._path), self.name])

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Only the head: longer reading goes by batches."""
        connection, result = self._query(limits.MAX_HEADER_SEARCH_ROWS + 20)
        with connection:
            first = _first_row(result.description[0][0])
            yield from ((number, []) for number in range(1, first))
            for number, row in enumerate(result.fetchall(), first):
                yield number, ["" if cell is None else str(cell) for cell in row]

    def batches(self, header: Sequence[str], after_row: int) -> Iterator[RawBatch | BadRecord]:
        """The records after a row, by columns."""
        connection, result = self._query(None)
        with connection:
            row = _first_row(result.description[0][0])
            for batch in result.fetch_record_batch(_BATCH_ROWS):
                skipped = max(0, min(batch.num_rows, after_row + 1 - row))
                kept = batch.slice(skipped)
                if kept.num_rows:
                    yield _raw(header, kept, row + skipped)
                row += batch.num_rows


def _first_row(cell: str) -> int:
    """The sheet's first used row, from the engine's name of its first cell ("A3")."""
    return int(re.sub(r"\D", "", cell) or 1)


def _raw(header: Sequence[str], batch: pa.RecordBatch, first_row: int) -> RawBatch:
    rows = pl.int_range(first_row, first_row + batch.num_rows, eager=True)
    columns = {
        name: distinct_array(
            batch.column(place).cast(pa.string())
            if place < batch.num_columns
            else pa.nulls(batch.num_rows, pa.string())
        )
        for place, name in enumerate(header)
        if name
    }
    return RawBatch(columns, rows, no_broken())
