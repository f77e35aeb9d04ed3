"""The Parquet files: one for each table, period and group, written in columns as they are held.

Decimals are stored as whole numbers, codes as dictionaries; both read back as the declared types. Nothing about the
writing process stands in a file, so that equal tables give equal bytes.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROWS_AT_ONCE = 1 << 14
"""Rows that the encoder takes at a time; small batches cost more than the encoding."""
DICTIONARY_BYTES = 64 << 20
"""A dictionary may be as large as the numbers of a period's orders."""


def write_table(table: pa.Table, path: Path) -> int:
    """Write a table and answer the bytes; an empty table is written too, if the period has one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    texts = [field.name for field in table.schema if not _is_counted(field.type)]
    counted = [field.name for field in table.schema if _is_counted(field.type)]
    pq.write_table(
        table, path, store_schema=False, store_decimal_as_integer=True, write_batch_size=ROWS_AT_ONCE,
        row_group_size=1 << 20, dictionary_pagesize_limit=DICTIONARY_BYTES,
        use_dictionary=[field.name for field in table.schema if pa.types.is_dictionary(field.type)],
        # Differences from row to row are small enough; only texts are compressed on top.
        column_encoding=dict.fromkeys(counted, "DELTA_BINARY_PACKED"),
        compression={**dict.fromkeys(counted, "none"), **dict.fromkeys(texts, "snappy")},
        write_statistics=[name for name in table.column_names if name in FOUND_BY or name.endswith(("_on", "_at"))],
    )  # fmt: skip
    return path.stat().st_size


FOUND_BY = ("shop_id", "account_id", "seller_sku_code", "component", "status")
"""Columns by which rows are looked for: with the dates, they have least and greatest values in the file's footer."""


def _is_counted(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(types.is_decimal(kind) or types.is_temporal(kind) or types.is_integer(kind))
