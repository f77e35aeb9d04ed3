"""The engine alone: DuckDB reading a file and cleaning its columns, without recognition, refusals, lineage or merging."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import duckdb

_TEXT = "oid,title,price,quantity,sku,variant,bundle,note,status,code".split(",")
_SHEET = (
    "line,oid,title,price,quantity,variant,listing,code,sku,total,paid,status,refund_state,refunded,"
    "created,paid_at,shipped,completed,tracking,carrier"
).split(",")
_MONEY = {"price", "quantity", "total", "paid", "refunded"}
_TIMES = {"created", "paid_at", "shipped", "completed"}


def _cleaned(name: str) -> str:
    plain = f"nullif(nullif(trim(ltrim(\"{name}\", '='), '\" \t'), ''), 'null')"
    if name in _MONEY:
        return f"CAST(replace(replace({plain}, ',', ''), '¥', '') AS DECIMAL(18,4)) AS \"{name}\""
    if name in _TIMES:
        return f"strptime({plain}, '%Y-%m-%d %H:%M:%S') - INTERVAL 8 HOUR AS \"{name}\""
    return f'{plain} AS "{name}"'


def main(kind: str, path: str, database: str) -> None:
    """Read and clean into a table of a fresh database file."""
    connection = duckdb.connect(database)
    if kind == "text":
        utf8 = f"{database}.csv"
        with (
            open(path, encoding="gb18030", newline="") as source,
            open(utf8, "w", encoding="utf-8", newline="") as sink,
        ):
            while block := source.read(1 << 22):
                sink.write(block)
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in _TEXT)
        source_sql = f"read_csv('{utf8}', header=true, auto_detect=false, delim=',', quote='\"', escape='\"', columns={{{columns}}})"
        names = _TEXT
    else:
        place = Path(str(find_spec("duckdb_extension_excel").origin)).parent / "extensions"  # type: ignore[union-attr]
        connection.execute(f"LOAD '{next(place.rglob('excel.duckdb_extension'))}'")
        connection.execute(f"CREATE VIEW sheet AS SELECT * FROM read_xlsx('{path}', header=true, all_varchar=true)")
        found = [
            row[0]
            for row in connection.execute(
                "SELECT column_name FROM duckdb_columns() WHERE table_name = 'sheet'"
            ).fetchall()
        ]
        renamed = ", ".join(f'"{old}" AS "{new}"' for old, new in zip(found, _SHEET, strict=True))
        source_sql, names = f"(SELECT {renamed} FROM sheet)", _SHEET
    connection.execute(f"CREATE TABLE cleaned AS SELECT {', '.join(map(_cleaned, names))} FROM {source_sql}")
    print(connection.execute("SELECT count(*), sum(price) FROM cleaned").fetchone())


if __name__ == "__main__":
    main(*sys.argv[1:4])
