"""A person's forecast beside ours: it counts, it is kept with its reason, and its worth is measured when the window is over.

Judgement adds most where it knows what the data cannot, and costs most where it follows a mood; small changes upwards
are usually of the second kind (Fildes, Goodwin, Lawrence and Nikolopoulos, International Journal of Forecasting 25, 2009).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from zhanggui.demand.forecasting import Forecast

MODEL_OVERRIDE = "override"


@dataclass(frozen=True)
class Override:
    """What a person says will be sold of a series in a window from `from_on`, and why."""

    row: int
    from_on: date
    window_days: int
    units: float
    reason: str
    person: str


def apply_overrides(forecast: Forecast, overrides: list[Override], from_on: date) -> Forecast:
    """The forecast with the mean that people gave for the same window, quantiles moved in proportion; others unchanged.

    A mean of nothing cannot be moved in proportion: its quantiles become the given units. The newest of several counts.
    """
    mean, quantiles, model = forecast.mean.copy(), forecast.quantiles.copy(), forecast.model.astype(object)
    for one in overrides:
        if one.from_on != from_on or one.window_days != int(forecast.window_days[one.row]):
            continue
        before = forecast.mean[one.row]
        quantiles[one.row] = forecast.quantiles[one.row] * (one.units / before) if before > 0 else one.units
        mean[one.row], model[one.row] = one.units, MODEL_OVERRIDE
    return replace(forecast, mean=mean, quantiles=quantiles, model=model.astype(str))


def measure_overrides(kept: pl.DataFrame) -> pl.DataFrame:
    """What overrides were worth: by person, and in all (person null), from rows with person, ours, theirs and demand (units).

    Gives person, count, better_count (nearer to demand than ours), error_ours and error_theirs (sums of absolute
    errors in units), and value: 1 − theirs ÷ ours, above zero where judgement helped; null where ours made no error.
    """
    rows = kept.with_columns(
        error_ours=(pl.col("ours") - pl.col("demand")).abs(), error_theirs=(pl.col("theirs") - pl.col("demand")).abs()
    )
    figures = [
        pl.len().cast(pl.Int64).alias("count"),
        (pl.col("error_theirs") < pl.col("error_ours")).sum().cast(pl.Int64).alias("better_count"),
        pl.col("error_ours").sum(),
        pl.col("error_theirs").sum(),
    ]
    whole = rows.select(pl.lit(None, dtype=pl.String).alias("person"), *figures).head(1)
    by_person = rows.group_by("person").agg(figures).sort("person")
    value = pl.when(pl.col("error_ours") > 0).then(1 - pl.col("error_theirs") / pl.col("error_ours"))
    return pl.concat([whole, by_person]).with_columns(value=value)


def worth_of(kept: pl.DataFrame) -> float:
    """The share of the error that all overrides took away (below zero: added); NaN where nothing was kept."""
    value = measure_overrides(kept)["value"][0] if len(kept) else None
    return float("nan") if value is None else float(np.asarray(value))
