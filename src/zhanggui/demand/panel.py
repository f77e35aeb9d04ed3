"""Demand as a matrix: one row for each series, one column for each day, and what is known about both.

Forecasting is arithmetic on whole matrices; a table of days would be fifty times slower. A panel is made from sales
tables once, and cut at a date as often as a back-test asks. Units are 32-bit floats: they are pieces or kilograms, not money.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl


@dataclass(frozen=True)
class Panel:
    """Daily demand of many series.

    keys: one row for each series: its ids (SKU, channel, warehouse) and attributes such as category.
    first_on: the date of the first column.
    units: [series, day] demand, with days out of stock imputed where the ledger is known.
    is_open: [day + known ahead] whether the shop sold at all; a closed day is missing, not zero.
    is_out: [series, day] days out of stock, already imputed in `units`; None where no ledger is known.
    lines: [series, day] order lines, which tell a crowd from one large buyer; None where only totals are known.
    special: [series, day] units of special orders, which `units` holds too; None where not marked.
    price: [series, day] mean price paid, NaN without sales; None where unknown.
    promoted: [kind, series, day + known ahead] share of the shop that promotes; None where no plan is known.
    festivals: [kind, day + known ahead] nearness of festivals, 0 to 1; None where no country is known.
    """

    keys: pl.DataFrame
    first_on: date
    units: np.ndarray
    is_open: np.ndarray
    is_out: np.ndarray | None = None
    lines: np.ndarray | None = None
    special: np.ndarray | None = None
    price: np.ndarray | None = None
    promoted: np.ndarray | None = None
    festivals: np.ndarray | None = None

    @property
    def count(self) -> int:
        """How many series."""
        return int(self.units.shape[0])

    @property
    def day_count(self) -> int:
        """How many days of history."""
        return int(self.units.shape[1])

    @property
    def end_on(self) -> date:
        """The first day that is not history any more."""
        return self.first_on + timedelta(days=self.day_count)

    @cached_property
    def first_sale(self) -> np.ndarray:
        """[series] day of the first sale; the number of days where nothing was sold."""
        sold = self.units > 0
        return np.where(sold.any(axis=1), sold.argmax(axis=1), self.day_count).astype(np.int32)

    @cached_property
    def categories(self) -> np.ndarray:
        """[series] number of the category, in the order of names; all 0 where none is known."""
        if "category" not in self.keys.columns:
            return np.zeros(self.count, dtype=np.int32)
        return np.unique(self.keys["category"].to_numpy().astype(str), return_inverse=True)[1].astype(np.int32)

    def until(self, day: int) -> Panel:
        """The panel as it was known at the beginning of that day; plans (promotions, festivals, closures) stay known."""
        cut = (slice(None), slice(None, day))
        return replace(
            self,
            units=self.units[cut],
            is_open=self.is_open[:day],
            is_out=_cut(self.is_out, cut),
            lines=_cut(self.lines, cut),
            special=_cut(self.special, cut),
            price=_cut(self.price, cut),
        )

    def of(self, rows: np.ndarray) -> Panel:
        """Only those series."""
        return replace(
            self,
            keys=self.keys[rows],
            units=self.units[rows],
            is_out=_cut(self.is_out, rows),
            lines=_cut(self.lines, rows),
            special=_cut(self.special, rows),
            price=_cut(self.price, rows),
            promoted=_cut(self.promoted, (slice(None), rows)),
        )

    def open_ahead(self, day_count: int) -> np.ndarray:
        """[day] whether the shop will be open: as stated, else as on the same weekday of the last eight weeks."""
        stated = self.is_open[self.day_count : self.day_count + day_count]
        recent = self.is_open[max(self.day_count - 56, 0) : self.day_count]
        weekday = np.arange(self.day_count - len(recent), self.day_count) % 7
        usual = np.array([recent[weekday == day].mean() >= 0.5 if (weekday == day).any() else True for day in range(7)])
        ahead = usual[np.arange(self.day_count, self.day_count + day_count) % 7]
        ahead[: len(stated)] = stated
        return np.asarray(ahead, dtype=bool)


def panel_of(
    sales: pl.DataFrame,
    series: Sequence[str],
    attributes: Sequence[str] = (),
    first_on: date | None = None,
    end_on: date | None = None,
) -> Panel:
    """A panel from sales (the columns of `series` and `attributes`, sold_on, units, and price where known).

    Rows are sorted by the series' ids. Days between the first and the last sale on which nothing at all was sold are
    closed. Empty sales give an empty panel.
    """
    dates = sales.select(first=pl.col("sold_on").min(), last=pl.col("sold_on").max()).row(0)
    first: date = first_on or dates[0] or date(1970, 1, 1)
    end: date = end_on or (dates[1] or first) + timedelta(days=1)
    keys = sales.group_by(series).agg(pl.col(name).drop_nulls().first() for name in attributes).sort(series)
    day_count = (end - first).days
    placed = sales.filter(pl.col("sold_on") >= first, pl.col("sold_on") < end).join(
        keys.select(series).with_row_index("row"), on=list(series)
    )
    row, day = placed["row"].to_numpy(), (placed["sold_on"] - first).dt.total_days().to_numpy()
    flat = row.astype(np.int64) * day_count + day
    sold = placed["units"].to_numpy().astype(np.float64)
    shape = (len(keys), day_count)
    units = _placed(flat, sold, shape)
    price = None
    if "price" in sales.columns:
        value = _placed(flat, sold * placed["price"].to_numpy(), shape)
        price = np.divide(value, units, out=np.full(shape, np.nan, dtype=np.float32), where=units > 0)
    special = None
    if "is_special" in sales.columns:
        special = _placed(flat, sold * placed["is_special"].to_numpy(), shape)
    lines = placed["lines"].to_numpy() if "lines" in sales.columns else np.ones(len(flat))
    return Panel(
        keys, first, units, units.sum(axis=0) > 0, lines=_placed(flat, lines, shape), special=special, price=price
    )


def _cut(held: np.ndarray | None, places: Any) -> np.ndarray | None:
    """Those places of a matrix that may be absent."""
    return None if held is None else held[places]


def _placed(flat: np.ndarray, weights: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """[series, day] sums of weights by place."""
    total = np.bincount(flat, weights=weights, minlength=shape[0] * shape[1])
    return np.asarray(total.reshape(shape), dtype=np.float32)


def usual_change(panel: Panel) -> np.ndarray:
    """[series] mean absolute change from day to day since the first sale, the scale of M5's pinball loss."""
    change = np.abs(np.diff(panel.units, axis=1))
    since = np.arange(panel.day_count - 1)[None, :] >= panel.first_sale[:, None]
    mean = (change * since).sum(axis=1) / np.maximum(since.sum(axis=1), 1)
    return np.asarray(np.maximum(mean, 1e-6))
