"""From a request to expressions: the parts that share a table and a date are measured in one aggregation.

Shares and concentrations look at finer groups than the answer shows, so a request may need more than one *view*
(a set of dimensions and conditions). Parts that a daily aggregate holds are read from it when the view needs no
other dimension than the aggregate has. Nothing is executed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import ibis

from zhanggui.canon.metrics import Aggregate, Metric, Part, Shape
from zhanggui.metrics.dimensions import BY_DAILY_TABLE, DIMENSIONS, GRAINS, HAS_CURRENCY
from zhanggui.metrics.expressions import prefixed
from zhanggui.metrics.facts.marketing import DETAIL_COLUMNS
from zhanggui.metrics.measuring import (
    BY_CODE,
    condition,
    counted_members,
    last_in_period,
    measured,
    summed_by_code,
)
from zhanggui.metrics.parts import PARTS, PERIOD_DAYS
from zhanggui.metrics.requests import MetricRequest, checked

Tables = Callable[[str], Any]
"""Gives the Ibis table of a name; the caller binds it to a generation of the books."""

PERIOD, CURRENCY, ROWS = "period", "currency_of_amounts", "rows_counted"
"""Names of the key and count columns beside `by_<dimension>` and the parts."""

TOP_TOTAL = "total_of_all_members"

SALES_TABLES = frozenset({"order_facts", "line_facts", "refund_facts"})


@dataclass(frozen=True)
class View:
    """By what the parts are grouped and which members are kept."""

    by: tuple[str, ...]
    where: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def dimensions(self) -> frozenset[str]:
        """Every dimension the view needs of a table."""
        return frozenset((*self.by, *(name for name, _ in self.where)))


@dataclass(frozen=True)
class Source:
    """Where parts are read together: a table, one of its dates, and whether only each thing's last row counts."""

    table: str
    on: str
    is_last: bool
    detail: str | None = None
    members: str | None = None  # the column whose different values are counted, apart from sums


@dataclass(frozen=True)
class Query:
    """One aggregation: its view, source, parts by name, and the expressions of the values and of the rates used."""

    view: View
    source: Source
    parts: tuple[Part, ...]
    has_currency: bool
    values: Any
    rates: Any | None = None


@dataclass(frozen=True)
class TopQuery:
    """The largest members of a dimension beside all of them, for one part."""

    metric: str
    view: View
    source: Source
    parts: tuple[Part, ...]
    values: Any
    rates: Any | None = None


@dataclass(frozen=True)
class Plan:
    """A request, the metrics it names, the view of its answer, and the expressions to execute."""

    request: MetricRequest
    metrics: tuple[Metric, ...]
    main: View
    queries: tuple[Query, ...]
    tops: tuple[TopQuery, ...]


def view_of(metric: Metric, request: MetricRequest) -> View:
    """The groups that the metric's parts are needed for."""
    formula = metric.formula
    where = tuple((name, tuple(values)) for name, values in sorted(request.where.items()))
    if formula.shape is Shape.SHARE:
        return View(request.by, tuple(pair for pair in where if pair[0] != formula.member))
    if formula.shape is Shape.HHI and formula.member:
        return View((*request.by, formula.member), where)
    return View(request.by, where)


def compile_request(request: MetricRequest, tables: Tables, *, use_aggregates: bool = True) -> Plan:
    """The expressions that answer the request; raises the refusals of `requests.checked`."""
    metrics = checked(request)
    wanted: dict[View, dict[str, Part]] = {}
    tops = []
    for metric in metrics:
        view = view_of(metric, request)
        names = [name for name in metric.formula.parts if name != PERIOD_DAYS]
        if metric.formula.shape is Shape.TOP:
            tops.append(_top_query(metric, PARTS[names[0]], view, request, tables))
        else:
            wanted.setdefault(view, {}).update((name, PARTS[name]) for name in names)
    beside_money = _beside_money(metrics)
    splits_sales = any(PARTS[name].is_money and PARTS[name].table in SALES_TABLES for name in beside_money)
    queries = [
        _query(view, source, parts, request, tables, _is_split(source, parts, beside_money, splits_sales))
        for view, named in wanted.items()
        for source, parts in _by_members(_by_source(view, named.values(), use_aggregates)).items()
    ]
    return Plan(request, metrics, _main(request), tuple(queries), tuple(tops))


def sources_of(request: MetricRequest) -> frozenset[str]:
    """The tables that the answer is made from; raises the refusals of `requests.checked`."""
    found = set()
    for metric in checked(request):
        parts = [PARTS[name] for name in metric.formula.parts if name != PERIOD_DAYS]
        view = view_of(metric, request)
        is_top = metric.formula.shape is Shape.TOP
        found |= {source.table for source in _by_source(view, parts, not is_top)}
    return frozenset(found)


def _main(request: MetricRequest) -> View:
    return View(request.by, tuple((name, tuple(values)) for name, values in sorted(request.where.items())))


def _by_source(view: View, parts: Iterable[Part], use_aggregates: bool) -> dict[Source, list[Part]]:
    groups: dict[Source, list[Part]] = {}
    for part in parts:
        chosen = _on_daily(part, view) if use_aggregates else None
        chosen = chosen or part
        detail = _detail(chosen.table, view)
        source = Source(chosen.table, chosen.date_column, chosen.aggregate is Aggregate.LAST, detail)
        groups.setdefault(source, []).append(chosen)
    return groups


def _by_members(groups: dict[Source, list[Part]]) -> dict[Source, list[Part]]:
    """The same, with counts of different values of a column apart from the rest."""
    apart: dict[Source, list[Part]] = {}
    for source, parts in groups.items():
        for part in parts:
            members = part.column if part.aggregate is Aggregate.DISTINCT else None
            apart.setdefault(replace(source, members=members), []).append(part)
    return apart


def _on_daily(part: Part, view: View) -> Part | None:
    """The part as a daily aggregate holds it, if one has all the dimensions that the view needs."""
    if not part.daily:
        return None
    table, column = part.daily
    if part.table == "line_facts" and "category" in view.dimensions:
        table = "daily_categories"  # holds under the same names what the daily sales say of lines
    if not view.dimensions <= set(BY_DAILY_TABLE[table]):
        return None
    where = part.where if table == "daily_ledger" else {}
    return replace(
        part, table=table, column=column, aggregate=Aggregate.SUM, date_column="stat_on", where=where, daily=None
    )


def _detail(table: str, view: View) -> str | None:
    """Which rows of a table that states the same thing at several levels of detail are meant."""
    if table == "traffic_facts":
        cut = {DIMENSIONS[name].column for name in view.dimensions}
        return " ".join(word for column, word in DETAIL_COLUMNS.items() if column in cut)
    if table == "ad_facts":
        fine = {"search_term": "term", "targeting": "targeting"}
        return next((word for name, word in fine.items() if name in view.dimensions), "primary")
    return None


def _kept(rows: Any, source: Source, view: View, request: MetricRequest) -> Any:
    """The rows of the source that the view and the period ask for."""
    conditions = []
    if source.detail is not None:
        conditions.append(rows.is_primary if source.detail == "primary" else rows.detail == source.detail)
    for name, values in view.where:
        conditions.append(rows[DIMENSIONS[name].column].isin(list(values)))
    conditions += within_period(rows[source.on], request)
    return rows.filter(conditions) if conditions else rows


def within_period(on: Any, request: MetricRequest) -> list[Any]:
    """The conditions that a date must fulfil to be of the request's period."""
    conditions = [on.notnull()] if request.grain else []
    if request.date_from:
        conditions.append(on >= ibis.date(request.date_from.isoformat()))
    if request.date_to:
        conditions.append(on <= ibis.date(request.date_to.isoformat()))
    return conditions


def _with_period(rows: Any, source: Source, request: MetricRequest) -> Any:
    if not request.grain:
        return rows
    return rows.mutate(**{PERIOD: rows[source.on].truncate(GRAINS[request.grain][2]).cast("date")})


def _with_rate(rows: Any, on: str, currency: str, tables: Tables) -> Any:
    """Add `rate` into the currency, 1 for its own amounts, with the day and source of the rate."""
    daily = tables("fx_daily")
    rates = prefixed(
        daily.filter(daily.quote == currency).select("rate_on", "base", "rate", "stated_on", "source"), "fx_"
    )
    rows = rows.left_join(rates, [rows[on] == rates.fx_rate_on, rows.currency == rates.fx_base])
    own = rows.currency == currency
    one = ibis.literal(1).cast("decimal(18,8)")
    return rows.mutate(
        fx_rate=ibis.ifelse(own, one, rows.fx_rate),
        fx_source=ibis.ifelse(own, ibis.literal("same currency"), rows.fx_source),
    )


def _prepared(source: Source, view: View, request: MetricRequest, tables: Tables, convert: bool) -> Any:
    rows = _with_period(_kept(tables(source.table), source, view, request), source, request)
    if source.is_last:
        rows = last_in_period(rows, source.on, rows[PERIOD] if request.grain else None)
    return _with_rate(rows, source.on, request.currency, tables) if convert and request.currency else rows


def _keys(rows: Any, view: View, request: MetricRequest, by_currency: bool) -> dict[str, Any]:
    keys: dict[str, Any] = {PERIOD: rows[PERIOD]} if request.grain else {}
    keys.update((f"by_{name}", rows[DIMENSIONS[name].column]) for name in view.by)
    if by_currency:
        keys[CURRENCY] = rows.currency
    return keys


def _has_money(parts: Iterable[Part]) -> bool:
    return any(part.is_money for part in parts)


def _is_split(source: Source, parts: Iterable[Part], beside_money: frozenset[str], splits_sales: bool) -> bool:
    """Whether the query tells currencies apart: counts of sales follow the amounts of sales asked with them."""
    is_sale = source.table in SALES_TABLES or source.table in ("daily_sales", "daily_categories")
    return (splits_sales and is_sale) or any(part.name in beside_money for part in parts)


def _beside_money(metrics: Iterable[Metric]) -> frozenset[str]:
    """The parts that stand in a formula with money: they are told apart by currency as the money is."""
    formulas = [metric.formula for metric in metrics]
    return frozenset(
        name
        for formula in formulas
        if any(PARTS[other].is_money for other in formula.parts if other != PERIOD_DAYS)
        for name in formula.parts
        if name != PERIOD_DAYS
    )


def _query(
    view: View, source: Source, parts: list[Part], request: MetricRequest, tables: Tables, is_split: bool
) -> Query:
    fact = source.table in HAS_CURRENCY or source.table.startswith("daily_")
    has_currency = fact and is_split
    converts = _has_money(parts) and request.currency is not None
    rows = _prepared(source, view, request, tables, converts)
    rate = rows.fx_rate if converts else None
    keys = _keys(rows, view, request, has_currency and request.currency is None)
    if source.members is not None:
        values = counted_members(rows, source.members, parts, keys, ROWS)
    elif source.table in BY_CODE:
        values = summed_by_code(rows, BY_CODE[source.table], parts, rate, keys, ROWS)
    else:
        sums = {part.name: measured(rows, part, rate) for part in parts}
        values = rows.aggregate({**sums, ROWS: rows.count()}, by=keys)
    return Query(view, source, tuple(parts), has_currency, values, _rates(rows, parts) if converts else None)


def _rates(rows: Any, parts: list[Part]) -> Any:
    """Which rates the rows were converted with, and what could not be converted, by currency."""
    rows = rows.mutate(is_converted=rows.fx_rate.notnull())
    sums = {part.name: measured(rows, part) for part in parts if part.is_money}
    return rows.aggregate(
        {
            **sums,
            ROWS: rows.count(),
            "rate_from": rows.fx_stated_on.min(),
            "rate_to": rows.fx_stated_on.max(),
            "lowest": rows.fx_rate.min(),
            "highest": rows.fx_rate.max(),
        },
        by={"currency": rows.currency, "source": rows.fx_source, "is_converted": rows.is_converted},
    )


def _top_query(metric: Metric, part: Part, view: View, request: MetricRequest, tables: Tables) -> TopQuery:
    """Sums by member, placed by size within each group; members nobody named count in the total only."""
    source = Source(part.table, part.date_column, False, _detail(part.table, view))
    converts = part.is_money and request.currency is not None
    rows = _prepared(source, view, request, tables, converts)
    keys = _keys(rows, view, request, part.is_money and not converts)
    member = rows[DIMENSIONS[metric.formula.member or ""].column]
    # Scale 8 is wide enough for an amount at a rate; a ranking needs one type on every engine.
    amount = measured(rows, part, rows.fx_rate if converts else None).cast("decimal(38,12)").cast("decimal(38,8)")
    fine = rows.aggregate({"amount": amount}, by={**keys, "member": member})
    groups = [fine[name] for name in keys]
    by_size = ibis.window(group_by=groups, order_by=[fine.member.isnull(), fine.amount.desc(), fine.member])
    placed = fine.mutate(place=ibis.row_number().over(by_size))
    is_top = placed.member.notnull() & (placed.place < metric.formula.top)
    values = placed.aggregate(
        {part.name: placed.amount.sum(where=is_top), TOP_TOTAL: placed.amount.sum(), ROWS: placed.count()},
        by=list(keys),
    )
    return TopQuery(metric.name, view, source, (part,), values, _rates(rows, [part]) if converts else None)


@dataclass(frozen=True)
class RowsBehind:
    """The fact rows that a metric's parts count, with the file and line each was stated in."""

    table: str
    parts: tuple[str, ...]
    rows: Any


def rows_behind(name: str, request: MetricRequest, tables: Tables) -> tuple[RowsBehind, ...]:
    """The rows behind a metric's figure, one expression for each fact table it reads."""
    asked = replace(request, names=(name,), grain=None)
    metric = checked(asked)[0]
    view = _main(asked)
    parts = [PARTS[part] for part in metric.formula.parts if part != PERIOD_DAYS]
    found = []
    for source, group in _by_source(view, parts, False).items():
        rows = _prepared(source, view, asked, tables, False)
        counted = None
        for part in group:
            kept = condition(rows, part)
            kept = ibis.literal(True) if kept is None else kept
            kept = kept & rows[part.column].notnull() if part.column else kept
            counted = kept if counted is None else counted | kept
        columns = [column for column in rows.columns if column != "place_in_period"]
        found.append(RowsBehind(source.table, tuple(part.name for part in group), rows.filter(counted).select(columns)))
    return tuple(found)
