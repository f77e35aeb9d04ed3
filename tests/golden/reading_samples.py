"""Reads a file through intake as import does and shows its canonical rows in a stable, reviewable form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from zhanggui.intake.reading import Staged, StageJob, stage_file

SAMPLES = Path(__file__).parent / "samples"
GOLDEN = Path(__file__).parent / "formats"
KEY = b"golden-files-use-this-fixed-key!"
_MODIFIED = "2026-08-02T00:00:00"
_BOOKKEEPING = {"source_file_id", "stated_at", "shop_id"}


def read_sample(path: Path, staging: Path, **options: Any) -> Staged:
    """Stage one file with the fixed key and a fixed file time."""
    from datetime import datetime

    modified = datetime.fromisoformat(_MODIFIED)
    return stage_file(StageJob(path=path, staging=staging, key=KEY, modified_at=modified, **options))


def show(staged: Staged, staging: Path) -> dict[str, Any]:
    """Everything about the staged units that a reviewer should see; values as text, nulls left out."""
    units = []
    for manifest in staged.manifests:
        plain = json.loads(manifest.to_json())
        kept = {
            name: plain[name]
            for name in (
                "format", "channel", "shop_id", "account_id", "currency", "member", "sheet", "header_row", "stated_at",
                "period_from", "period_to", "rows_seen", "rows_accepted", "rows_refused", "controls", "warnings",
                "unknown_headers", "primary_table",
            )
        }  # fmt: skip
        folder = staging / manifest.file_id
        kept["tables"] = {table: _rows(folder / table) for table in manifest.tables}
        refused = pl.read_parquet(folder / "refused.parquet")
        kept["refused"] = refused.drop("cells").to_dicts()
        units.append(kept)
    return {"units": units, "refused_units": [{"member": one.member, "code": one.code} for one in staged.refused]}


def _rows(folder: Path) -> list[dict[str, str]]:
    rows = pl.read_parquet(folder / "part-*.parquet")
    return [
        {name: str(value) for name, value in row.items() if value is not None and name not in _BOOKKEEPING}
        for row in rows.iter_rows(named=True)
    ]
