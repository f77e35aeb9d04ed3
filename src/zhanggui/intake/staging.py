"""The staging directory of one file: canonical rows as Parquet parts, refused records, and the manifest.

The manifest is written last, so a directory without one is a reading that did not finish.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from zhanggui.canon.imports import FileManifest
from zhanggui.canon.register import TABLES
from zhanggui.intake.mapping import MappedBatch
from zhanggui.intake.refusing import REFUSED_SCHEMA
from zhanggui.kernel import limits

_PERIOD_COLUMNS = (
    "created_on",
    "posted_on",
    "requested_on",
    "stat_on",
    "booked_on",
    "paid_on",
    "as_of_on",
    "shipped_on",
    "billed_on",
    "observed_on",
    "occurred_on",
)


_PARTS_IN_FLIGHT = 2

REFUSED_CELLS = "refused_cells.jsonl"
"""The plain cells of refused rows, for correction: a piece of the received file, kept like it and not in the books."""


def write_refused_cells(path: Path, cells: Mapping[int, Mapping[str, str]]) -> None:
    """One line for each row; for the owner's eyes only."""
    if cells:
        path.touch(mode=0o600)
        lines = (json.dumps({"row": row, "cells": plain}, ensure_ascii=False) for row, plain in sorted(cells.items()))
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


class StagingWriter:
    """Writes the parts of one file as its batches come."""

    def __init__(self, directory: Path, file_id: str, stated_at: datetime | None) -> None:
        self.directory = directory
        self.file_id = file_id
        self.stated_at = stated_at
        self.rows: dict[str, int] = {}
        self.period_from: date | None = None
        self.period_to: date | None = None
        self.latest: datetime | None = None
        self._parts: dict[str, int] = {}
        self._disk = ThreadPoolExecutor(1)  # parts are compressed and written while the next batch is read
        self._writing: list[Future[None]] = []
        self._refused: list[pl.DataFrame] = []
        self._refused_cells: dict[int, Mapping[str, str]] = {}
        directory.mkdir(parents=True, exist_ok=True)

    def restart(self) -> None:
        """Forget everything written so far: the file is read again another way."""
        self._settle()
        shutil.rmtree(self.directory)
        self.__init__(self.directory, self.file_id, self.stated_at)  # type: ignore[misc]

    def add(self, mapped: MappedBatch) -> None:
        """Write one batch."""
        for table, rows in mapped.tables.items():
            if rows.is_empty():
                continue
            self._write(table, rows)
            self._note_times(rows)
        self.refuse(mapped.refused, mapped.refused_cells)

    def refuse(self, refused: pl.DataFrame, cells: Mapping[int, Mapping[str, str]]) -> None:
        """Keep refused records in full up to the limit; the count goes on."""
        room = limits.MAX_REFUSED_ROWS_IN_FULL - len(self._refused_cells)
        if len(refused) and room > 0:
            kept = refused.head(room)
            self._refused.append(kept)
            self._refused_cells.update({row: cells[row] for row in kept["source_row"].to_list()})

    def _write(self, table: str, rows: pl.DataFrame) -> None:
        folder = self.directory / table
        folder.mkdir(exist_ok=True)
        part = self._parts.get(table, 0)
        self._parts[table] = part + 1
        self.rows[table] = self.rows.get(table, 0) + len(rows)
        shaped = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
        columns = TABLES[table].by_name
        arrays = [shaped.column(name).cast(columns[name].kind.arrow) for name in shaped.column_names]
        whole = pa.table(arrays, names=shaped.column_names)
        whole = whole.append_column("source_file_id", pa.repeat(pa.scalar(self.file_id), len(rows)))
        while len(self._writing) > _PARTS_IN_FLIGHT:
            self._writing.pop(0).result()
        path = folder / f"part-{part:05d}.parquet"
        self._writing.append(self._disk.submit(_write_part, _stamped(whole, self.stated_at), path))

    def _settle(self) -> None:
        for writing in self._writing:
            writing.result()
        self._writing.clear()

    def _note_times(self, rows: pl.DataFrame) -> None:
        for name in _PERIOD_COLUMNS:
            if name in rows.columns:
                first, last = rows[name].min(), rows[name].max()
                if isinstance(first, date) and isinstance(last, date):
                    self.period_from = min(filter(None, (self.period_from, first)))
                    self.period_to = max(filter(None, (self.period_to, last)))
                break
        for name, dtype in rows.schema.items():
            latest = rows[name].max() if dtype == pl.Datetime("us") else None
            if isinstance(latest, datetime) and (self.latest is None or latest > self.latest):
                self.latest = latest

    def finish(self, manifest: FileManifest) -> None:
        """Stamp the parts with the time of the statement if it came to light only now; write the manifest last."""
        self._settle()
        self._disk.shutdown()
        if self.stated_at is None:
            for path in self.directory.glob("*/part-*.parquet"):
                _write_part(_stamped(pq.read_table(path), manifest.stated_at), path)
        refused = pl.concat(self._refused) if self._refused else pl.DataFrame(schema=REFUSED_SCHEMA)
        refused.sort("source_row").write_parquet(self.directory / "refused.parquet")
        write_refused_cells(self.directory / REFUSED_CELLS, self._refused_cells)
        (self.directory / "manifest.json").write_text(manifest.to_json(), "utf-8")


def _stamped(rows: pa.Table, stated_at: datetime | None) -> pa.Table:
    if stated_at is None:
        return rows
    return rows.append_column("stated_at", pa.repeat(pa.scalar(stated_at, pa.timestamp("us")), len(rows)))


def _write_part(rows: pa.Table, path: Path) -> None:
    pq.write_table(rows, path, compression="lz4")
