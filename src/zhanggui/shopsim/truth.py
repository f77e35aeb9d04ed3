"""The truth beside the files: every table of the chronicle as Parquet, and the standing parts that its numbers point to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from zhanggui.shopsim.chronicle import TABLES
from zhanggui.shopsim.world.whole import World

STANDING = ("shops", "warehouses", "suppliers", "products", "components", "listings", "buyers")
"""Tables of the standing parts; row numbers are the chronicle's `…_no`."""


def write_truth(world: World, directory: Path) -> list[Path]:
    """Write all tables, empty ones too; equal worlds give equal bytes."""
    directory.mkdir(parents=True, exist_ok=True)
    told = {name: world.chronicle.table(name) for name in TABLES} | {
        name: standing_table(world, name) for name in STANDING
    }
    return [_write(table, directory / f"{name}.parquet") for name, table in told.items()]


def _write(table: pa.Table, path: Path) -> Path:
    pq.write_table(table, path, compression="zstd", compression_level=3, row_group_size=1 << 20, store_schema=False)
    return path


def standing_table(world: World, name: str) -> pa.Table:
    """One of the standing parts as a table."""
    if name in ("products", "listings", "buyers"):
        return _columns(vars(getattr(world, name)))
    if name == "components":
        rows = [
            {"bundle_sku_no": bundle, "sku_no": part, "units": units}
            for bundle, parts in sorted(world.products.components.items())
            for part, units in parts
        ]
        return pa.Table.from_pylist(
            rows, schema=pa.schema({key: pa.int64() for key in ("bundle_sku_no", "sku_no", "units")})
        )
    records = getattr(world, name)
    return pa.Table.from_pylist([_plain(vars(record)) for record in records])


def _plain(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if isinstance(value, str | int | float | bool)}


def _columns(fields: dict[str, object]) -> pa.Table:
    return pa.table({
        name: pa.array(values, pa.string()) if values.dtype == object else pa.array(values)
        for name, values in fields.items()
        if isinstance(values, np.ndarray)
    })  # fmt: skip
