"""Figures beside those of the period before or a year before: the other period is asked by itself, so ratios are right.

A period that the dates cut is compared with the like days of the other one: the first ten days of a month with the first
ten of the month before. What the books know nothing of has no figure before, and no change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from zhanggui.app.errors import ComparisonNeedsPeriod, ComparisonUnknown
from zhanggui.canon.metrics import Metric, Shape
from zhanggui.kernel.periods import Grain, Period, parse_period, period_of
from zhanggui.metrics.answering import Answer, AnswerColumn, Value, is_whole
from zhanggui.metrics.formulas import EXACT, evaluate, rounded
from zhanggui.metrics.parts import PARTS
from zhanggui.metrics.periods import period_label
from zhanggui.metrics.requests import MetricRequest, checked

COMPARISONS = ("previous", "year")
PREVIOUS, CHANGE = ".previous", ".change"

Ask = Callable[[MetricRequest], Answer]
Key = tuple[Value, ...]


Span = tuple[date | None, date | None]
"""First and last day; open where None."""


def compared(request: MetricRequest, found: Answer, compare: str, ask: Ask) -> Answer:
    """The answer with two more columns for each metric; raises ComparisonUnknown, ComparisonNeedsPeriod."""
    check_comparison(request, compare)
    metrics = checked(request)
    request = _as_shown(request, found)
    before: dict[Key, Key] = {}
    for first, last in _other_spans(request, compare):
        other = ask(replace(request, date_from=first, date_to=last))
        before.update(_by_key(other, request, metrics))
    asked = list(_by_key(found, request, metrics))
    first = _first_known([*before, *(key for key, _ in asked)], request)
    heads = len(found.columns) - len(metrics)
    rows = []
    for row, (key, values) in zip(found.rows, asked, strict=True):
        then = _earlier(key[0], request.grain, compare)
        is_known = first <= _begin(then) if request.grain else bool(before)
        rows.append((*row[:heads], *_widened(metrics, values, before.get((then, *key[1:])), is_known)))
    return replace(found, columns=(*found.columns[:heads], *_columns(found.columns[heads:])), rows=tuple(rows))


def _as_shown(request: MetricRequest, found: Answer) -> MetricRequest:
    """The request from the first period that the answer shows on: nothing older need be compared."""
    if not (found.is_cut and request.grain and found.rows):
        return request
    begin = _begin(found.rows[0][0])
    return replace(request, date_from=max(begin, request.date_from or begin))


def check_comparison(request: MetricRequest, compare: str) -> None:
    """Whether the request can be compared; raises ComparisonUnknown, ComparisonNeedsPeriod."""
    if compare not in COMPARISONS:
        raise ComparisonUnknown(compare=compare, known=", ".join(COMPARISONS))
    if request.grain is None and not (request.date_from and request.date_to):
        raise ComparisonNeedsPeriod()


@lru_cache(maxsize=4096)  # an answer names each of its periods once for every member
def _earlier(label: Value, grain: str | None, compare: str) -> Value:
    """The name of the period that the named one is compared with."""
    if grain is None:
        return None
    return period_label(_of(_named(label), compare).from_on, grain)


def _named(label: Value) -> Period:
    return parse_period(str(label).replace("-Q", "Q"))


@lru_cache(maxsize=4096)
def _begin(label: Value) -> date:
    return _named(label).from_on


def _first_known(keys: list[Key], request: MetricRequest) -> date:
    """The day on which the earliest period with any figures begins: what lies before it is not known."""
    return min((_begin(key[0]) for key in keys), default=date.max) if request.grain else date.max


def _by_key(answer: Answer, request: MetricRequest, metrics: tuple[Metric, ...]) -> Iterator[tuple[Key, Key]]:
    """Each row as (period, members, currency) and its figures; the currency also where no column says it."""
    heads = len(answer.columns) - len(metrics)
    named = [column.name for column in answer.columns[:heads]]
    places = [named.index(name) for name in request.by]
    splits = "currency" in named and "currency" not in request.by
    single = None if splits else _currency_of(answer.columns[heads:], metrics)
    for row in answer.rows:
        period = row[0] if request.grain else None
        currency = row[named.index("currency")] if splits else single
        yield (period, *(row[place] for place in places), currency), row[heads:]


def _currency_of(columns: tuple[AnswerColumn, ...], metrics: tuple[Metric, ...]) -> str | None:
    """The one currency of the amounts, as the units tell it; None where nothing is money."""
    for column, metric in zip(columns, metrics, strict=True):
        if metric.unit.startswith("currency") and column.unit:
            return column.unit.split("/")[0]
    return None


def _widened(metrics: tuple[Metric, ...], values: Key, earlier: Key | None, is_known: bool) -> Iterator[Value]:
    """Each figure with the one before and the change; a group in which nothing happened before had nothing."""
    for place, metric in enumerate(metrics):
        previous = earlier[place] if earlier is not None else _nothing(metric) if is_known else None
        yield from (values[place], previous, change(values[place], previous))


def _nothing(metric: Metric) -> Value:
    """What the metric is where nothing happened."""
    if metric.formula.shape is not Shape.PLAIN or not set(metric.formula.parts) <= PARTS.keys():
        return None
    parts = {
        name: None if PARTS[name].is_unknown_when_empty or PARTS[name].is_unknown_when_null else Decimal(0)
        for name in metric.formula.parts
    }
    value = evaluate(metric.formula, parts)
    return int(value) if value is not None and is_whole(metric) else rounded(value, is_ratio=metric.formula.is_ratio)


def change(value: Value, previous: Value) -> Decimal | None:
    """(value − previous) ÷ |previous| to six places; null where either is unknown or nothing was before."""
    if value is None or previous is None or isinstance(value, str) or isinstance(previous, str) or not previous:
        return None
    now, before = Decimal(value), Decimal(previous)
    return rounded(EXACT.divide(EXACT.subtract(now, before), abs(before)), is_ratio=True)


def _columns(columns: tuple[AnswerColumn, ...]) -> Iterator[AnswerColumn]:
    for column in columns:
        yield from (
            column,
            replace(column, name=f"{column.name}{PREVIOUS}"),
            AnswerColumn(f"{column.name}{CHANGE}", "decimal", "share"),
        )


def _other_spans(request: MetricRequest, compare: str) -> list[Span]:
    """The days to compare with, in pieces that have one answer each: whole periods together, cut ones by themselves."""
    first, last = request.date_from, request.date_to
    if request.grain is None:
        assert first is not None and last is not None  # check_comparison saw to it
        return [_other_span(first, last, compare)]
    grain, spans = Grain(request.grain), list[Span]()
    if first is not None and (head := period_of(first, grain)).from_on != first:
        spans.append(_cut(head, first, head.to_on if last is None else min(head.to_on, last), compare))
        first = head.next.from_on
    if last is not None and (first is None or first <= last) and (tail := period_of(last, grain)).to_on != last:
        spans.append(_cut(tail, tail.from_on, last, compare))
        last = tail.previous.to_on
    if first is None or last is None or first <= last:
        begin = _of(period_of(first, grain), compare).from_on if first else None
        end = _of(period_of(last, grain), compare).to_on if last else None
        spans.append((begin, end))
    return spans


def _cut(period: Period, first: date, last: date, compare: str) -> Span:
    """The days of the other period that lie as far from its beginning as these from that of theirs."""
    other = _of(period, compare)
    begin, end = (other.from_on + (day - period.from_on) for day in (first, last))
    return min(begin, other.to_on), other.to_on if last == period.to_on else min(end, other.to_on)


def _of(period: Period, compare: str) -> Period:
    return period.previous if compare == "previous" else period.last_year


def _other_span(first: date, last: date, compare: str) -> Span:
    """A whole named period has the one before; other spans the days just before, or the same dates a year earlier."""
    for grain in (Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.WEEK):
        named = period_of(first, grain)
        if (named.from_on, named.to_on) == (first, last):
            other = _of(named, compare)
            return other.from_on, other.to_on
    if compare == "previous":
        return first - (last - first) - timedelta(days=1), first - timedelta(days=1)
    return period_of(first, Grain.DAY).last_year.from_on, period_of(last, Grain.DAY).last_year.from_on
