"""Answers too long to be looked at: the engine gives the groups that are shown, and no others are computed.

With a grain the newest periods are kept, whole; else the first members in their order. Every aggregation is cut in the
same order, so the groups before the earliest cut are complete, whichever aggregations hold them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import accumulate
from typing import Any

from zhanggui.canon.metrics import Shape
from zhanggui.kernel.periods import Grain, period_of
from zhanggui.metrics.compiling import CURRENCY, PERIOD, Plan, Query, Tables, sources_of, within_period
from zhanggui.metrics.requests import MetricRequest

ROWS_FOR_EACH = 16
"""Rows of a daily table that are looked at for each row shown: a group by category is the sum of a dozen shops."""

_FINE = ("day", "week")
"""Grains of which a long history has more groups than are shown."""

Run = Callable[[Any], list[dict[str, Any]]]
Place = tuple[Any, ...]
"""Where a group stands: the newest period first, then its members, those without a name last."""


def shortened(plan: Plan, most: int) -> Plan:
    """The plan of which no aggregation gives more than `most` groups and one that tells that there are more.

    A share or a concentration is made from all its groups, so a plan with one of them stays as it is.
    """
    if plan.tops or any(metric.formula.shape is not Shape.PLAIN for metric in plan.metrics):
        return plan
    return replace(plan, queries=tuple(replace(query, values=_first(query, most + 1)) for query in plan.queries))


def newest_part(request: MetricRequest, tables: Tables, run: Run, most: int) -> MetricRequest | None:
    """The request for the newest days only, where these have many times as many rows as groups are shown; else None.

    Whoever asks it and finds it cut has what the whole request would show, without summing the years before.
    """
    sources = sources_of(request)
    if request.grain not in _FINE or len(sources) != 1 or not (name := next(iter(sources))).startswith("daily_"):
        return None
    rows = tables(name)
    rows = rows.filter(within_period(rows.stat_on, request))
    told = run(rows.group_by(rows.stat_on).aggregate(row_count=rows.count()))
    days = sorted(told, key=lambda one: one["stat_on"], reverse=True)
    rows_upto = accumulate(day["row_count"] for day in days)
    enough = next((place for place, upto in enumerate(rows_upto, 1) if upto >= ROWS_FOR_EACH * most), len(days))
    if enough == len(days):
        return None
    first = period_of(days[enough - 1]["stat_on"], Grain(request.grain)).from_on
    return replace(request, date_from=max(first, request.date_from or first))


def _first(query: Query, most: int) -> Any:
    values = query.values
    order = [values[PERIOD].desc()] if PERIOD in values.columns else []
    order += [values[f"by_{name}"].asc(nulls_first=False) for name in query.view.by]
    order += [values[CURRENCY].asc(nulls_first=False)] if CURRENCY in values.columns else []
    return values.order_by(order).limit(most) if order else values


def place_of(period: date | None, members: Sequence[str | None]) -> Place:
    """Where the group of a period and members stands."""
    return (-period.toordinal() if period else 0, *((member is None, member or "") for member in members))
