"""Metrics day by day from the daily aggregates alone: what today's key figures and their history need, in one query.

The whole history is a row for each day and currency, so it is brought here once and cut into periods in memory;
formulas are computed anew for each period, from its parts, as everywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import ibis

from zhanggui.canon.metrics import Metric, Part
from zhanggui.kernel.errors import Fault
from zhanggui.kernel.periods import Period
from zhanggui.metrics.expressions import prefixed
from zhanggui.metrics.formulas import EXACT, evaluate
from zhanggui.metrics.parts import PARTS

_WIDE = "decimal(38,4)"
_KEY = ("stat_on", "currency")


class NotDaily(Fault):
    """A metric has a part that no daily aggregate holds in full; the field is `part`."""

    code = "not_daily"


def _held(metrics: Sequence[Metric]) -> dict[str, dict[str, Part]]:
    """The parts of the metrics by the daily table that holds them."""
    held: dict[str, dict[str, Part]] = defaultdict(dict)
    for name in dict.fromkeys(name for metric in metrics for name in metric.formula.parts):
        part = PARTS.get(name)
        if part is None or part.daily is None or part.daily[0] == "daily_ledger":  # its rows are of many components
            raise NotDaily(part=name)
        held[part.daily[0]][name] = part
    return held


def measure_days(
    metrics: Sequence[Metric], tables: Callable[[str], Any], currency: str, shop: str | None = None
) -> Any:
    """One row for each day and currency: the parts by name, and `rate` into the currency (null where none is known)."""
    held = _held(metrics)
    names = [name for parts in held.values() for name in parts]
    legs = []
    for table, parts in held.items():
        rows = tables(table)
        rows = rows.filter(rows.stat_on.notnull())
        rows = rows.filter(rows.shop_id == shop) if shop is not None else rows
        known = {name: rows[part.daily[1]].cast(_WIDE) for name, part in parts.items() if part.daily}
        legs.append(rows.select(*_KEY, **{name: known.get(name, ibis.null(_WIDE)) for name in names}))
    every = ibis.union(*legs) if len(legs) > 1 else legs[0]
    sums = every.group_by(list(_KEY)).aggregate(**{name: every[name].sum() for name in names})
    daily = tables("fx_daily")
    rates = prefixed(daily.filter(daily.quote == currency).select("rate_on", "base", "rate"), "fx_")
    rows = sums.left_join(rates, [sums.stat_on == rates.fx_rate_on, sums.currency == rates.fx_base])
    return rows.select(*_KEY, *names, rate=rows.fx_rate)


@dataclass(frozen=True)
class DayBook:
    """The parts of every day in one currency; `lost` names the currencies of a day that had no rate."""

    parts: Mapping[date, Mapping[str, Decimal]]
    lost: Mapping[date, frozenset[str]]

    @cached_property
    def sold_on(self) -> list[date]:
        """The days with a paid order, in order."""
        return sorted(day for day, parts in self.parts.items() if parts.get("paid_orders"))

    def value(self, metric: Metric, period: Period) -> Decimal | None:
        """The metric over the period, not rounded; null where it cannot be said."""
        sums: dict[str, Decimal | None] = {name: _absent(PARTS[name]) for name in metric.formula.parts}
        for day in period.days():
            for name, value in self.parts.get(day, {}).items():
                if name in sums:
                    sums[name] = EXACT.add(sums[name] or Decimal(0), value)
        return evaluate(metric.formula, sums)

    @staticmethod
    def has_money(metric: Metric) -> bool:
        """Whether the metric is made of amounts, which need a rate."""
        return any(PARTS[name].is_money for name in metric.formula.parts)

    def lost_within(self, period: Period) -> list[str]:
        """The currencies that could not be converted within the period."""
        return sorted({currency for day in period.days() for currency in self.lost.get(day, ())})


def _absent(part: Part) -> Decimal | None:
    return None if part.is_unknown_when_empty or part.is_unknown_when_null else Decimal(0)


def read_days(rows: Iterable[Mapping[str, Any]], currency: str) -> DayBook:
    """The rows of `measure_days`, converted day by day."""
    parts: dict[date, dict[str, Decimal]] = defaultdict(dict)
    lost: dict[date, frozenset[str]] = {}
    for row in rows:
        day, rate = row["stat_on"], Decimal(1) if row["currency"] == currency else row["rate"]
        for name, value in row.items():
            if name not in PARTS or value is None:
                continue
            if PARTS[name].is_money and rate is None:
                lost[day] = lost.get(day, frozenset()) | ({row["currency"]} if value else frozenset())
                continue
            amount = EXACT.multiply(value, rate) if PARTS[name].is_money else value
            parts[day][name] = EXACT.add(parts[day].get(name, Decimal(0)), amount)
    return DayBook(parts, lost)
