"""The simulator: a year of the gift shop with all its files and truth, and canonical tables by the ten million lines.

A year is one process that simulates, writes the platforms' files and the truth; each part is timed. Its baseline is the
row-by-row writer (`write_export`) on a slice of the same cells, by the cell. Canonical output is one command over all
cores; its baseline builds Arrow tables from Python rows of the same tables, drawn already, on a slice, by the line.
Targets: a year in under 60 s; 300,000 canonical order lines a second on two cores.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.processes import Measured, Table, run_command

YEAR_SCENARIO, YEAR_DAYS, YEAR_SECONDS = "gift_shop", 365, 60
SCALE_SCENARIO, SCALE_LINES, LINES_PER_SECOND = "service_centre", 10_000_000, 300_000
SEED = 1
SLICE_ROWS = 20_000
SCALE_TABLES = ("orders", "order_lines", "refunds", "settlement_lines", "payouts")


class Recorded:
    """Stands before the column writer of the exports: what was written, in which time, and a slice of it."""

    def __init__(self, write: Any) -> None:
        """Nothing was written yet."""
        self.write, self.seconds, self.cells = write, 0.0, 0
        self.slices: list[tuple[Any, dict[str, list[str]], Path, dict[str, Any]]] = []

    def __call__(self, declared: Any, columns: Mapping[str, Any], path: Path, **options: Any) -> Path:
        """Write, and remember."""
        count = next(len(values) for values in columns.values() if not isinstance(values, str))
        started = time.perf_counter()
        written: Path = self.write(declared, columns, path, **options)
        self.seconds += time.perf_counter() - started
        self.cells += count * len(columns)
        kept = {name: _cells(values, count) for name, values in columns.items()}
        self.slices.append((declared, kept, path, options))
        return written

    def by_rows(self, folder: Path) -> tuple[float, int]:
        """Seconds of the row-by-row writer on the slices, and their cells."""
        from zhanggui.intake.writing import write_export

        seconds, cells = 0.0, 0
        for number, (declared, columns, path, options) in enumerate(self.slices):
            rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
            started = time.perf_counter()
            write_export(declared, rows, folder / f"{number}-{path.name}", **options)
            seconds += time.perf_counter() - started
            cells += len(rows) * len(columns)
        return seconds, cells


def _cells(values: Any, count: int) -> list[str]:
    """The first cells of a column as texts; a file gives no more than a share of the slice."""
    count = min(count, SLICE_ROWS // 100)
    if isinstance(values, str):
        return [values] * count
    part = values[:count]
    return [cell or "" for cell in (part.to_pylist() if hasattr(part, "to_pylist") else list(part))]


def live_a_year(folder: Path, days: int, out: Path) -> None:
    """Simulate and write, in this process; seconds of each part."""
    from zhanggui.shopsim.days import simulate
    from zhanggui.shopsim.exports import export_files, rendering
    from zhanggui.shopsim.scenario import load_scenario
    from zhanggui.shopsim.truth import write_truth

    recorded = Recorded(rendering.write_columns)
    rendering.write_columns = recorded  # type: ignore[assignment]
    marks = [_now()]
    world = simulate(load_scenario(YEAR_SCENARIO), SEED, days)
    marks.append(_now())
    files = export_files(world, folder / "files")
    marks.append(_now())
    write_truth(world, folder / "truth")
    marks.append(_now())
    (folder / "rows").mkdir()
    by_rows, slice_cells = recorded.by_rows(folder / "rows")
    told = {
        "parts": [[later[place] - earlier[place] for place in (0, 1)] for earlier, later in pairwise(marks)],
        "lines": len(world.chronicle.columns("lines")["order_no"]), "file_count": len(files),
        "columns": recorded.seconds, "cells": recorded.cells, "by_rows": by_rows / slice_cells * recorded.cells,
    }  # fmt: skip
    out.write_text(json.dumps(told), "utf-8")


def _now() -> tuple[float, float]:
    """On the clock, and of processor time."""
    return time.perf_counter(), time.process_time()


def write_scale(folder: Path, lines: int, out: Path) -> None:
    """Write canonical tables with all cores, in this process and its children."""
    from zhanggui.shopsim.scale import write_canonical
    from zhanggui.shopsim.scenario import load_scenario

    written = write_canonical(load_scenario(SCALE_SCENARIO), SEED, folder, order_lines=lines)
    told = {"counts": written.counts, "bytes": written.bytes, "cpu": sum(os.times()[:4])}
    out.write_text(json.dumps(told), "utf-8")


def write_by_rows(folder: Path, target: Path, out: Path) -> None:
    """The same tables from Python rows, one group's month: seconds of building and writing alone."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from zhanggui.canon.register import TABLES

    month = sorted(path.name for path in (folder / "order_lines").iterdir())[0]
    name = sorted((folder / "order_lines" / month).iterdir())[0].name
    target.mkdir()
    seconds, busy, lines = 0.0, 0.0, 0
    for table in SCALE_TABLES:
        rows = pq.read_table(folder / table / month / name).to_pylist()
        started = _now()
        built = pa.Table.from_pylist(rows, schema=TABLES[table].arrow_schema)
        pq.write_table(built, target / f"{table}.parquet")
        ended = _now()
        seconds, busy = seconds + ended[0] - started[0], busy + ended[1] - started[1]
        lines += len(rows) if table == "order_lines" else 0
    out.write_text(json.dumps({"seconds": seconds, "cpu": busy, "lines": lines}), "utf-8")


def _run(room: Path, *arguments: object) -> tuple[Measured, dict[str, Any]]:
    out = room / "out.json"
    measured = run_command([sys.executable, "-m", "bench.simulator", *map(str, arguments), str(out)])
    return measured, json.loads(out.read_text("utf-8"))


def _year(room: Path, days: int) -> Table:
    (room / "year").mkdir()
    measured, told = _run(room, "live_a_year", room / "year", days)
    names = ("simulate", "write the platforms' files", "write the truth")
    parts = [(name, *seconds) for name, seconds in zip(names, told["parts"], strict=True)]
    whole = ("all three", sum(part[1] for part in parts), sum(part[2] for part in parts))
    return Table(
        f"{days} days of {YEAR_SCENARIO}: {told['lines']:,} order lines, {told['file_count']:,} files of the platforms",
        ("", "seconds", "processor seconds"),
        [[name, f"{wall:.1f}", f"{busy:.1f}"] for name, wall, busy in (*parts, whole)],
        [
            (f"all three, seconds (under {YEAR_SECONDS})", whole[1]),
            (f"row-by-row writer ÷ column writer, {told['cells']:,} cells", told["by_rows"] / told["columns"]),
            ("peak memory, GiB", measured.peak_bytes / 2**30),
        ],
    )


def _scale(room: Path, lines: int) -> Table:
    measured, told = _run(room, "write_scale", room / "scale", lines)
    _, slow = _run(room, "write_by_rows", room / "scale", room / "by_rows")
    written, rows = told["counts"]["order_lines"], sum(told["counts"].values())
    contestants = (
        (f"ours, {os.cpu_count()} processes", written / measured.seconds, written / told["cpu"]),
        ("rows of Python to Arrow to Parquet, drawn already, one process", slow["lines"] / slow["seconds"], slow["lines"] / slow["cpu"]),
    )  # fmt: skip
    return Table(
        f"canonical tables: {written:,} order lines, {rows:,} rows in {len(told['counts'])} tables, {told['bytes'] / 2**30:.2f} GiB",
        ("order lines", "a second", "a second of processor time"),
        [[name, f"{wall:,.0f}", f"{busy:,.0f}"] for name, wall, busy in contestants],
        [
            (f"order lines a second (at least {LINES_PER_SECOND:,})", contestants[0][1]),
            ("rows of all tables a second", rows / measured.seconds),
            ("processor time of rows of Python ÷ ours, for the same lines", contestants[0][2] / contestants[1][2]),
            ("peak memory, GiB", measured.peak_bytes / 2**30),
        ],
    )


def run(room: Path, scale: float = 1.0) -> list[Table]:
    """The year and the canonical tables; `scale` shrinks both for a quick look."""
    return [_year(room, max(2, round(YEAR_DAYS * scale))), _scale(room, int(SCALE_LINES * scale))]


if __name__ == "__main__":
    kinds = {"live_a_year": live_a_year, "write_scale": write_scale, "write_by_rows": write_by_rows}
    chosen, (first, second, last) = kinds[sys.argv[1]], sys.argv[2:5]
    chosen(Path(first), Path(second) if chosen is write_by_rows else int(second), Path(last))  # type: ignore[operator]
