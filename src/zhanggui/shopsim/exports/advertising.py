"""Advertising and visits by product and day, for reports that have one row for both: campaigns and sources are added up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from zhanggui.shopsim.exports.rendering import Window
from zhanggui.shopsim.exports.sold import Rows, take
from zhanggui.shopsim.world.places import Shop


def ads_within(world: Any, shop: Shop, window: Window) -> Rows:
    """One row for each day and listing of a shop that was advertised."""
    return by_day_and_listing(days_within(world, "ads", shop, window))


def days_within(world: Any, table: str, shop: Shop, window: Window) -> Rows:
    """The rows of a table by day that a window covers, of one shop."""
    rows = world.chronicle.columns(table)
    covered = (rows["day"] >= window.covers_from) & (rows["day"] <= window.covers_to)
    return take(rows, np.flatnonzero(covered & (rows["shop"] == shop.code)))


def by_day_and_listing(rows: Rows, but: Sequence[str] = ()) -> Rows:
    """Counts and amounts added up by day and listing (and by the columns named), in their order."""
    names = ["day", "listing_no", *but]
    keys = np.stack([np.unique(_sortable(rows[name]), return_inverse=True)[1] for name in names], axis=1)
    _, first, group = np.unique(keys.reshape(-1, len(names)), axis=0, return_index=True, return_inverse=True)
    made = {name: rows[name][first] for name in names}
    for name, values in rows.items():
        if values.dtype.kind == "i" and name not in names:
            made[name] = np.zeros(len(first), dtype=np.int64)
            np.add.at(made[name], group.reshape(-1), values)
    return made


def _sortable(values: np.ndarray) -> np.ndarray:
    return values.astype(str) if values.dtype == object else values
