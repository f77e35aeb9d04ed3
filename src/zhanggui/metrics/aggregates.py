"""Daily aggregates: the parts of the metrics summed by business date, channel, shop and currency.

What has no known date is summed too, in rows whose date is null: a figure of no period needs no fact. They are made from the same declarations of parts that answer from facts, so that both give the same value.
"""

from __future__ import annotations

from typing import Any

import ibis

from zhanggui.canon.metrics import Part
from zhanggui.canon.register import table as declared_table
from zhanggui.canon.steps import step
from zhanggui.metrics.expressions import conformed, money
from zhanggui.metrics.measuring import measured
from zhanggui.metrics.parts import PARTS

DAY = "stat_on"
_KEY = ("channel", "shop_id", "currency")


def daily_parts(name: str) -> dict[tuple[str, str], list[Part]]:
    """The parts that a daily table holds, by their fact table and date column."""
    found: dict[tuple[str, str], list[Part]] = {}
    for part in PARTS.values():
        if part.daily and part.daily[0] == name:
            found.setdefault((part.table, part.date_column), []).append(part)
    return found


def _leg(facts: Any, on: str, parts: list[Part], columns: tuple[str, ...], by: tuple[str, ...] = _KEY) -> Any:
    """One fact table summed by one of its dates; the columns of other legs are null."""
    keys = {DAY: facts[on], **{name: facts[name] for name in by}}
    sums = {part.daily[1]: measured(facts, part) for part in parts if part.daily}
    leg = facts.aggregate(sums, by=keys)
    whole = declared_table("daily_sales").by_name
    typed = {}
    for name in columns:
        decimal = whole[name].unit not in ("order", "claim")
        empty = ibis.null("decimal(18,4)" if decimal else "int64")
        typed[name] = (money(leg[name]) if decimal else leg[name].cast("int64")) if name in sums else empty
    return leg.select(DAY, *by, **typed)


@step(reads=("order_facts", "line_facts", "refund_facts"), writes="daily_sales")
def daily_sales(order_facts: Any, line_facts: Any, refund_facts: Any, **_: object) -> Any:
    """One row for each business date, channel, shop and currency; each column by the date that its name says."""
    tables = {"order_facts": order_facts, "line_facts": line_facts, "refund_facts": refund_facts}
    columns = declared_table("daily_sales").measures
    groups = daily_parts("daily_sales").items()
    legs = ibis.union(*(_leg(tables[name], on, parts, columns) for (name, on), parts in groups))
    sums = legs.group_by([DAY, *_KEY]).aggregate(**{name: legs[name].sum() for name in columns})
    return conformed(sums, "daily_sales")


@step(reads=("line_facts",), writes="daily_categories")
def daily_categories(line_facts: Any, **_: object) -> Any:
    """What the daily sales say of lines, by category too; each column by the date that its name says."""
    by, columns = (*_KEY, "category"), declared_table("daily_categories").measures
    groups = daily_parts("daily_sales").items()
    legs = ibis.union(
        *(_leg(line_facts, on, parts, columns, by) for (name, on), parts in groups if name == "line_facts")
    )
    sums = legs.group_by([DAY, *by]).aggregate(**{name: legs[name].sum() for name in columns})
    return conformed(sums, "daily_categories")


def _summed(facts: Any, on: str, name: str, counted: str | None = None) -> Any:
    """The facts summed by the daily table's key; `counted` names a column that counts rows."""
    declared = declared_table(name)
    keys = {DAY: facts[on], **{key: facts[key] for key in declared.key if key != DAY}}
    sums = {column: facts[column].sum() for column in declared.measures if column != counted}
    if counted:
        sums[counted] = facts.count()
    return conformed(facts.aggregate(sums, by=keys), name)


@step(reads=("ledger_facts",), writes="daily_ledger")
def daily_ledger(ledger_facts: Any, **_: object) -> Any:
    """One row for each business date, channel, shop, currency, component, state and kind of entry."""
    return _summed(ledger_facts, "posted_on", "daily_ledger", counted="entry_count")


@step(reads=("traffic_facts",), writes="daily_traffic")
def daily_traffic(traffic_facts: Any, **_: object) -> Any:
    """One row for each business date, channel, shop and currency, from the shops' own totals."""
    return _summed(traffic_facts.filter(traffic_facts.detail == ""), "stat_on", "daily_traffic")


@step(reads=("ad_facts",), writes="daily_ads")
def daily_ads(ad_facts: Any, **_: object) -> Any:
    """One row for each business date, channel, shop, currency and advertising platform, spend counted once."""
    return _summed(ad_facts.filter(ad_facts.is_primary), "stat_on", "daily_ads")
