"""Small staging directories, as intake would leave them, written from rows in the test's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from zhanggui.canon.imports import FileManifest, StagedTable
from zhanggui.canon.register import TABLES
from zhanggui.warehouse import StagedFile

SHOP = "taobao/main"
SOURCE_COLUMNS = ("source_file_id", "source_row", "stated_at")

Row = Mapping[str, Any]


def stage(
    workspace: Path,
    file_id: str,
    stated_at: datetime,
    tables: Mapping[str, Sequence[Row]],
    *,
    occurrence: Sequence[str] = (),
    refused: Sequence[Row] = (),
    shop_id: str = SHOP,
    parts: int = 1,
) -> StagedFile:
    """One staged file; the first table is the primary one. Rows are numbered from 2 unless they say."""
    directory = workspace / "staging" / file_id
    for name, rows in tables.items():
        numbered = [{"source_row": place, **row} for place, row in enumerate(rows, start=2)]
        _write_parts(directory / name, name, numbered, file_id, stated_at, parts)
    if refused:
        _write_refused(directory, refused)
    primary = next(iter(tables))
    seen = len({row.get("source_row", place) for place, row in enumerate(tables[primary])}) + len(refused)
    return StagedFile(
        directory,
        FileManifest(
            file_id=file_id, digest=file_id * 4, path_name=f"{file_id}.csv", member="", size_bytes=1,
            format="taobao.orders", format_variant="", channel=shop_id.split("/")[0], shop_id=shop_id, account_id=None,
            currency="CNY", encoding="utf-8", sheet=None, header_row=1, header_fingerprint="f" * 8,
            unknown_headers=("备用",), missing_headers=(), stated_at=stated_at, period_from=None, period_to=None,
            rows_seen=seen, rows_accepted=seen - len(refused), rows_refused=len(refused), controls=(), warnings=(),
            primary_table=primary,
            tables={name: StagedTable(len(rows), name in occurrence) for name, rows in tables.items()},
        ),
    )  # fmt: skip


def _write_parts(
    directory: Path, name: str, rows: Sequence[Row], file_id: str, stated_at: datetime, parts: int
) -> None:
    directory.mkdir(parents=True)
    stated = {column for row in rows for column in row} | {*TABLES[name].key, *SOURCE_COLUMNS}
    schema = pa.schema([field for field in TABLES[name].arrow_schema if field.name in stated])
    whole = [{"source_file_id": file_id, "stated_at": stated_at, **row} for row in rows]
    step = max(1, -(-len(whole) // parts))
    for number, start in enumerate(range(0, len(whole), step) if whole else [0]):
        content = pa.Table.from_pylist(whole[start : start + step], schema=schema)
        pq.write_table(content, directory / f"part-{number:05}.parquet")


def _write_refused(directory: Path, refused: Sequence[Row]) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    schema = pa.schema(
        [("source_row", pa.int64()), *((name, pa.string()) for name in ("column", "code", "message", "cells"))]
    )
    pq.write_table(pa.Table.from_pylist([dict(row) for row in refused], schema=schema), directory / "refused.parquet")


def order(platform_order_id: str, shop_id: str = SHOP, **columns: Any) -> Row:
    """A row of orders."""
    return {"shop_id": shop_id, "platform_order_id": platform_order_id, **columns}


def line(platform_order_id: str, line_key: str, shop_id: str = SHOP, **columns: Any) -> Row:
    """A row of order_lines."""
    return {"shop_id": shop_id, "platform_order_id": platform_order_id, "line_key": line_key, **columns}
