"""Small panels with a seed, so that a law can be tried on more than one."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from zhanggui.demand.panel import Panel

FIRST_ON = date(2025, 1, 6)


def poisson_panel(series: int = 60, days: int = 240, seed: int = 5) -> Panel:
    """Articles of constant rates between 0.2 and 5 a day, in three categories."""
    rng = np.random.default_rng(seed)
    rate = np.geomspace(0.2, 5.0, series)[:, None]
    units = rng.poisson(rate, (series, days)).astype(np.float32)
    keys = pl.DataFrame(
        {"sku_id": [f"S{one:03d}" for one in range(series)], "category": [f"C{one % 3}" for one in range(series)]}
    )
    return Panel(keys, FIRST_ON, units, np.ones(days, dtype=bool), lines=units)


def constant_panel(rates: list[float], days: int) -> Panel:
    """Articles that sell exactly so much each day."""
    units = np.repeat(np.array(rates, dtype=np.float32)[:, None], days, axis=1)
    keys = pl.DataFrame({"sku_id": [f"S{one}" for one in range(len(rates))]})
    return Panel(keys, FIRST_ON, units, np.ones(days, dtype=bool))
