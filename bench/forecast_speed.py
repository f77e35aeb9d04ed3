"""How fast forecasts are: 12,000 articles of two years learned and forecast in a process of its own, and its import.

The articles are drawn with a seed: levels of a wide range, weeks and seasons, many days without sales. Wall-clock time on a
shared machine says little, so the processor's time stands beside it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np

from bench.processes import Table

SERIES, DAYS, PREDICTED = 12_000, 300, 4


def drawn_panel(series: int, days: int, seed: int = 11) -> object:
    """A panel of intermittent series with weekday and yearly seasons."""
    import polars as pl

    from zhanggui.demand.panel import Panel

    rng = np.random.default_rng(seed)
    level = rng.lognormal(-1.0, 1.2, (series, 1))
    day = np.arange(days)[None, :]
    season = 1 + 0.3 * np.sin(2 * np.pi * (day / 365 + rng.random((series, 1)))) + 0.2 * (day % 7 >= 5)
    units = rng.poisson(level * season).astype(np.float32)
    keys = pl.DataFrame(
        {"sku_id": [f"{one:06d}" for one in range(series)], "category": [f"c{one % 40}" for one in range(series)]}
    )
    return Panel(keys, date(2025, 1, 1), units, np.ones(days, dtype=bool), lines=(units > 0).astype(np.float32))


def measure_once() -> None:
    """In the child: learn, predict, and print what it took."""
    started = time.perf_counter()
    from zhanggui.demand import forecasting

    imported = time.perf_counter() - started
    panel = drawn_panel(SERIES, DAYS)
    wall, processor = time.perf_counter(), time.process_time()
    fitted = forecasting.estimate_demand(panel, forecasting.ForecastPolicy())  # type: ignore[arg-type]
    fitted.forecast(28)
    learned = (time.perf_counter() - wall, time.process_time() - processor)
    wall, processor = time.perf_counter(), time.process_time()
    for window in (7, 11, 18, 25)[:PREDICTED]:
        fitted.forecast(window)
    predicted = (time.perf_counter() - wall, time.process_time() - processor)
    # What getrusage says is inherited from the parent; the kernel's own mark is of this process alone.
    status = Path("/proc/self/status").read_text("ascii")
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    print(json.dumps({"import": imported, "learned": learned, "predicted": predicted, "peak": peak}))


def run_speed() -> list[Table]:
    """The child's figures beside the targets; series a second are by the processor's time, one thread."""
    command = [sys.executable, "-m", "bench.forecast_speed"]
    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    learned, predicted = told["learned"], told["predicted"]
    rows = [
        ("series/s, learning and forecasting", f"{SERIES / learned[1]:,.0f}", f"{SERIES / learned[0]:,.0f}", "≥ 900"),
        (
            "series/s, forecasting",
            f"{SERIES * PREDICTED / predicted[1]:,.0f}",
            f"{SERIES * PREDICTED / predicted[0]:,.0f}",
            "≥ 30,000",
        ),
        ("peak memory, MB", f"{told['peak']:,.0f}", "", "≤ 800"),
        ("import, s", f"{told['import']:.2f}", "", "≤ 1"),
    ]
    return [Table(f"Forecasting {SERIES:,} articles", ("", "by processor time", "by the clock", "target"), rows, [])]


if __name__ == "__main__":
    measure_once()
