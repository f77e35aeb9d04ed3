"""Answers too long to be looked at: the engine gives the groups that are shown, and no others are computed.

With a grain the newest periods are kept, whole; else the first members in their order. Every aggregation is cut in the
same order, so the groups before the earliest cut are complete, whichever aggregations hold them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from zhanggui.canon.metrics import Shape
from zhanggui.metrics.compiling import CURRENCY, PERIOD, Plan, Query

Place = tuple[Any, ...]
"""Where a group stands: the newest period first, then its members, those without a name last."""


def shortened(plan: Plan, most: int) -> Plan:
    """The plan of which no aggregation gives more than `most` groups and one that tells that there are more.

    A share or a concentration is made from all its groups, so a plan with one of them stays as it is.
    """
    if plan.tops or any(metric.formula.shape is not Shape.PLAIN for metric in plan.metrics):
        return plan
    return replace(plan, queries=tuple(replace(query, values=_first(query, most + 1)) for query in plan.queries))


def _first(query: Query, most: int) -> Any:
    values = query.values
    order = [values[PERIOD].desc()] if PERIOD in values.columns else []
    order += [values[f"by_{name}"].asc(nulls_first=False) for name in query.view.by]
    order += [values[CURRENCY].asc(nulls_first=False)] if CURRENCY in values.columns else []
    return values.order_by(order).limit(most) if order else values


def place_of(period: date | None, members: Sequence[str | None]) -> Place:
    """Where the group of a period and members stands."""
    return (-period.toordinal() if period else 0, *((member is None, member or "") for member in members))
