"""A part as an Ibis aggregate over its fact table."""

from __future__ import annotations

from typing import Any

import ibis

from zhanggui.canon.metrics import Aggregate, Part
from zhanggui.metrics.expressions import converted, is_true


def condition(rows: Any, part: Part) -> Any | None:
    """Which rows the part counts, as a column; None where it counts all."""
    kept = None
    for name, values in part.where.items():
        holds = _holds(rows[name], values)
        kept = holds if kept is None else kept & holds
    return kept


def _holds(value: Any, values: tuple[str | bool, ...]) -> Any:
    if values == (True,):
        return is_true(value)
    if set(values) == {True, False}:
        return value.notnull()
    return is_true(value.isin(list(values)))


def measured(rows: Any, part: Part, rate: Any | None = None) -> Any:
    """The part's aggregate; `rate` converts every row's money before it is summed."""
    kept = condition(rows, part)
    if part.column is None:
        return rows.count() if kept is None else rows.count(where=kept)
    value = rows[part.column]
    if part.aggregate is Aggregate.DISTINCT:
        return value.nunique(where=kept)
    if rate is not None and part.is_money:
        value = converted(value, rate)
    return value.sum(where=kept)


def last_in_period(rows: Any, on: str, period: Any | None) -> Any:
    """The rows that each warehouse and SKU had last, within each period where one is given."""
    group = [rows.warehouse_id, rows.seller_sku_code, *([] if period is None else [period])]
    newest = ibis.window(group_by=group, order_by=[rows[on].desc()])
    placed = rows.mutate(place_in_period=ibis.row_number().over(newest))
    return placed.filter(placed.place_in_period == 0)
