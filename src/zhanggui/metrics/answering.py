"""From the executed expressions to an answer: groups joined, formulas divided, currencies never mixed.

`answer` is handed the function that executes an expression, so this room stays without an engine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from zhanggui.canon.metrics import Aggregate, Metric, Part, Shape
from zhanggui.canon.register import table
from zhanggui.canon.tables import Kind
from zhanggui.metrics.compiling import (
    CURRENCY,
    PERIOD,
    ROWS,
    TOP_TOTAL,
    Plan,
    Query,
    Tables,
    TopQuery,
    View,
    compile_request,
    view_of,
)
from zhanggui.metrics.cutting import Place, newest_part, place_of, shortened
from zhanggui.metrics.formulas import EXACT, evaluate, rounded
from zhanggui.metrics.parts import PARTS, PERIOD_DAYS
from zhanggui.metrics.periods import days_within, period_label
from zhanggui.metrics.requests import MetricRequest

Run = Callable[[Any], list[dict[str, Any]]]
"""Executes an Ibis table expression and gives its rows."""

Value = str | int | Decimal | None


@dataclass(frozen=True)
class AnswerColumn:
    """A column of an answer: `type` is period, text, integer or decimal."""

    name: str
    type: str
    unit: str | None = None


@dataclass(frozen=True)
class Note:
    """Something to know about the answer: a code and its facts; the sentence is the phrase book's."""

    code: str
    facts: Mapping[str, Value]


@dataclass(frozen=True)
class Answer:
    """Columns, rows in the order of their dimensions, and notes; `is_cut` where there are more rows than were wanted."""

    columns: tuple[AnswerColumn, ...]
    rows: tuple[tuple[Value, ...], ...]
    notes: tuple[Note, ...] = ()
    is_cut: bool = False


class Group(NamedTuple):
    """One group of a view: its period, members and the currency of its amounts (None where it has none)."""

    period: date | None
    members: tuple[str | None, ...]
    currency: str | None


Parts = dict[str, Decimal | None]


@dataclass
class _Results:
    """What came back from the engine, by view and group."""

    groups: dict[View, dict[Group, Parts]] = field(default_factory=lambda: defaultdict(dict))
    tops: dict[str, dict[Group, tuple[Decimal | None, Decimal | None]]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    currencies: set[str] = field(default_factory=set)
    cuts: list[Group] = field(default_factory=list)  # the first group of each aggregation that is not shown


def answer(
    request: MetricRequest, tables: Tables, run: Run, *, use_aggregates: bool = True, most: int | None = None
) -> Answer:
    """The answer to a request over the tables, of at most so many rows; raises the refusals of `requests.checked`."""
    part = newest_part(request, tables, run, most) if most is not None and use_aggregates else None
    if part is not None:
        found = answer_plan(compile_request(part, tables), run, most)
        if found.is_cut:
            return found
    return answer_plan(compile_request(request, tables, use_aggregates=use_aggregates), run, most)


def answer_plan(plan: Plan, run: Run, most: int | None = None) -> Answer:
    """The answer to a compiled request."""
    short = plan if most is None else shortened(plan, most)
    results = _executed(short, run, None if short is plan else most)
    splits = _splits_currency(plan, results)
    if not splits:
        _forget_currency(results)
    groups = _shown_groups(plan, results)
    if most is not None and len(groups) > most:
        results.cuts.append(sorted(groups, key=_place)[most])
    groups = _whole_groups(groups, results.cuts)
    cells = {metric.name: _cells(metric, plan, results, groups) for metric in plan.metrics}
    told = [(cells[metric.name], _teller(metric)) for metric in plan.metrics]
    values = {group: tuple([tell(found.get(group)) for found, tell in told]) for group in groups}
    is_single = not plan.main.by and not plan.request.grain and not splits
    # A group in which nothing happened is left out, so that aggregates and facts show the same groups.
    shown = [group for group in groups if is_single or (_is_asked(plan, group) and any(values[group]))]
    rows = tuple((*_head(plan, group, splits), *values[group]) for group in shown)
    return Answer(_columns(plan, results, splits), rows, tuple(_notes(plan, results, splits)), bool(results.cuts))


def _whole_groups(groups: list[Group], cuts: list[Group]) -> list[Group]:
    """The groups that no cut may have left incomplete, without the period that was cut if that leaves most of them."""
    if not cuts:
        return groups
    first = min(cuts, key=_place)
    kept = [group for group in groups if _place(group) < _place(first)]
    whole = [group for group in kept if group.period != first.period]
    return whole if first.period and 2 * len(whole) >= len(kept) else kept


def _place(group: Group) -> Place:
    return place_of(group.period, group.members)


def _executed(plan: Plan, run: Run, most: int | None) -> _Results:
    """What the plan's expressions give; `most` is how many groups they were shortened to, if they were."""
    results = _Results()
    for query in plan.queries:
        rows = run(query.values)
        if most is not None and len(rows) > most:
            results.cuts.append(_grouper(query.view)(rows[most]))
        _take(rows, query, results)
        if query.rates is not None:
            results.notes += _rate_notes(run(query.rates), query, plan.request.currency)
    for top in plan.tops:
        found, grouped = {}, _grouper(top.view)
        for row in run(top.values):
            found[grouped(row)] = (_decimal(row[top.parts[0].name]), _decimal(row[TOP_TOTAL]))
            results.currencies |= {row[CURRENCY]} if CURRENCY in row else set()
        results.tops[top.metric] = found
        if top.rates is not None:
            results.notes += _rate_notes(run(top.rates), top, plan.request.currency)
    return results


def _take(rows: Iterable[Mapping[str, Any]], query: Query, results: _Results) -> None:
    groups, grouped = results.groups[query.view], _grouper(query.view)
    empty = [(part.name, None if PARTS[part.name].is_unknown_when_null else Decimal(0)) for part in query.parts]
    for row in rows:
        if not row[ROWS]:
            continue
        group = grouped(row)
        if group.currency is not None:
            results.currencies.add(group.currency)
        parts = groups.setdefault(group, {})
        for name, nothing in empty:
            value = row[name]
            parts[name] = nothing if value is None else Decimal(value)


def _grouper(view: View) -> Callable[[Mapping[str, Any]], Group]:
    """How a row says its group; decided once for all rows."""
    names = [f"by_{name}" for name in view.by]

    def grouped(row: Mapping[str, Any]) -> Group:
        members = tuple([None if (member := row[name]) is None else str(member) for name in names])
        period: Any = row.get(PERIOD)
        return Group(period.date() if isinstance(period, datetime) else period, members, row.get(CURRENCY))

    return grouped


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _splits_currency(plan: Plan, results: _Results) -> bool:
    """Whether amounts of several currencies stand side by side and need a column that says which."""
    return plan.request.currency is None and "currency" not in plan.request.by and len(results.currencies) > 1


def _forget_currency(results: _Results) -> None:
    """One currency only (or the reader asked by currency, or all is converted): groups of all tables meet."""
    for view, groups in results.groups.items():
        if all(group.currency is None for group in groups):
            continue
        merged: dict[Group, Parts] = {}
        for group, parts in groups.items():
            merged.setdefault(Group(group.period, group.members, None), {}).update(parts)
        results.groups[view] = merged
    for name, found in results.tops.items():
        results.tops[name] = {Group(group.period, group.members, None): pair for group, pair in found.items()}


def _sort_key(group: Group) -> tuple[Any, ...]:
    members = tuple((member is None, member or "") for member in group.members)
    return (group.period or date.min, members, group.currency is None, group.currency or "")


def _shown_groups(plan: Plan, results: _Results) -> list[Group]:
    """Every group of the answer that some part reports on; without dimensions there is always one."""
    width = len(plan.main.by)
    found: dict[Group, None] = {}
    for view, groups in results.groups.items():
        for group in groups:
            if view.by[:width] == plan.main.by:
                found[Group(group.period, group.members[:width], group.currency)] = None
    for groups_of_top in results.tops.values():
        found.update(dict.fromkeys(groups_of_top))
    if not found and not plan.main.by and not plan.request.grain:
        found[Group(None, (), None)] = None
    return sorted(found, key=_sort_key)


def _is_asked(plan: Plan, group: Group) -> bool:
    """Whether the group's members fulfil the conditions (a share also looks at the others)."""
    if not plan.main.where:
        return True
    members = dict(zip(plan.main.by, group.members, strict=True))
    return all(members[name] in values for name, values in plan.main.where if name in members)


def _cells(metric: Metric, plan: Plan, results: _Results, groups: list[Group]) -> dict[Group, Decimal | None]:
    view = view_of(metric, plan.request)
    if metric.formula.shape is Shape.TOP:
        pairs = results.tops[metric.name]
        return {group: _share(*pairs[group]) for group in groups if group in pairs}
    found = results.groups.get(view, {})
    if metric.formula.shape is Shape.PLAIN:
        return {group: _computed(metric, found.get(group, {}), plan.request, group) for group in groups}
    values = {group: _computed(metric, parts, plan.request, group) for group, parts in found.items()}
    if metric.formula.shape is Shape.SHARE:
        return _shares(values, plan.main.by.index(metric.formula.member or ""))
    return _concentrations(values)


def _computed(
    metric: Metric, known: Mapping[str, Decimal | None], request: MetricRequest, group: Group
) -> Decimal | None:
    parts: Parts = {}
    for name in metric.formula.parts:
        if name == PERIOD_DAYS:
            parts[name] = days_within(request, group.period)
        else:
            parts[name] = known[name] if name in known else _absent(PARTS[name])
    return evaluate(metric.formula, parts)


def _absent(part: Part) -> Decimal | None:
    return None if part.is_unknown_when_empty else Decimal(0)


def _share(value: Decimal | None, total: Decimal | None) -> Decimal | None:
    if value is None or total is None or total <= 0:
        return None
    return EXACT.divide(value, total)


def _shares(values: Mapping[Group, Decimal | None], place: int) -> dict[Group, Decimal | None]:
    """Each value over the sum of its group without the member at `place`."""

    def whole(group: Group) -> Group:
        return Group(group.period, (*group.members[:place], *group.members[place + 1 :]), group.currency)

    totals: dict[Group, Decimal] = defaultdict(Decimal)
    for group, value in values.items():
        totals[whole(group)] = EXACT.add(totals[whole(group)], value or Decimal(0))
    return {group: _share(value, totals[whole(group)]) for group, value in values.items()}


def _concentrations(values: Mapping[Group, Decimal | None]) -> dict[Group, Decimal | None]:
    """Σ value² ÷ (Σ value)² over the last member of each group."""
    sums: dict[Group, Decimal] = defaultdict(Decimal)
    squares: dict[Group, Decimal] = defaultdict(Decimal)
    for group, value in values.items():
        outer, amount = Group(group.period, group.members[:-1], group.currency), value or Decimal(0)
        sums[outer] = EXACT.add(sums[outer], amount)
        squares[outer] = EXACT.add(squares[outer], EXACT.multiply(amount, amount))
    return {group: _share(squares[group], EXACT.multiply(total, total)) for group, total in sums.items()}


def _teller(metric: Metric) -> Callable[[Decimal | None], Value]:
    """How a value of the metric is told; decided once, because an answer may have a hundred thousand values."""
    if is_whole(metric):
        return lambda value: None if value is None else int(value)
    is_ratio = metric.formula.is_ratio
    return lambda value: rounded(value, is_ratio=is_ratio)


def is_whole(metric: Metric) -> bool:
    """Whether the metric counts things, so that it has no decimals."""
    if metric.formula.is_ratio:
        return False
    parts = [PARTS[name] for name in metric.formula.parts]
    return all(part.aggregate in (Aggregate.COUNT, Aggregate.DISTINCT) or _is_count_column(part) for part in parts)


def _is_count_column(part: Part) -> bool:
    return part.column is not None and table(part.table).by_name[part.column].kind is Kind.COUNT


def _head(plan: Plan, group: Group, splits: bool) -> tuple[Value, ...]:
    period: tuple[Value, ...] = (period_label(group.period, plan.request.grain),) if plan.request.grain else ()
    return (*period, *group.members, *((group.currency,) if splits else ()))


def _columns(plan: Plan, results: _Results, splits: bool) -> tuple[AnswerColumn, ...]:
    heads = [AnswerColumn(plan.request.grain, "period")] if plan.request.grain else []
    heads += [AnswerColumn(name, "text") for name in plan.main.by]
    heads += [AnswerColumn("currency", "text")] if splits else []
    code = plan.request.currency or (next(iter(results.currencies)) if len(results.currencies) == 1 else "currency")
    return (
        *heads,
        *(
            AnswerColumn(
                metric.name, "integer" if is_whole(metric) else "decimal", metric.unit.replace("currency", code)
            )
            for metric in plan.metrics
        ),
    )


def _rate_notes(rows: Iterable[Mapping[str, Any]], query: Query | TopQuery, currency: str | None) -> list[Note]:
    notes = []
    for row in sorted(rows, key=lambda row: (row["currency"], row["source"] or "")):
        facts: dict[str, Value] = {
            "table": query.source.table,
            "date": query.source.on,
            "currency": row["currency"],
            "into": currency,
        }
        if not row["is_converted"]:
            amounts = {part.name: _decimal(row[part.name]) for part in query.parts if part.is_money}
            stated = {name: rounded(value, is_ratio=False) for name, value in amounts.items() if value}
            notes.append(Note("not_converted", {**facts, "rows": row[ROWS], **stated}))
        elif row["currency"] != currency:
            span = {name: str(row[name]) for name in ("rate_from", "rate_to", "lowest", "highest")}
            notes.append(Note("converted", {**facts, "source": row["source"], "rows": row[ROWS], **span}))
    return notes


def _notes(plan: Plan, results: _Results, splits: bool) -> list[Note]:
    notes = list({(note.code, tuple(note.facts.items())): note for note in results.notes}.values())
    if splits:
        notes.append(Note("several_currencies", {"currencies": ", ".join(sorted(results.currencies))}))
    needs_days = [metric.name for metric in plan.metrics if PERIOD_DAYS in metric.formula.parts]
    request = plan.request
    if needs_days and not request.grain and not (request.date_from and request.date_to):
        notes.append(Note("period_needed", {"metrics": ", ".join(needs_days)}))
    return notes
