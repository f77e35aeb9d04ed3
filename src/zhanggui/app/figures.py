"""Figures: metrics asked of the closed books, and the rows behind them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from zhanggui.app.answers import Answer, AnswerColumn, Note, from_arrow
from zhanggui.app.asking import Asked, open_asked, read_as_of
from zhanggui.app.comparing import check_comparison, compared
from zhanggui.app.workspace import Workspace
from zhanggui.kernel.limits import MAX_ANSWER_ROWS
from zhanggui.metrics import answering
from zhanggui.metrics.compiling import rows_behind
from zhanggui.metrics.requests import MetricRequest, checked

TYPES = {"integer": "count", "decimal": "decimal", "text": "text", "period": "text"}


def make_request(
    names: tuple[str, ...],
    by: tuple[str, ...],
    grain: str | None,
    date_from: date | None,
    date_to: date | None,
    where: Mapping[str, tuple[str, ...]],
    currency: str | None,
) -> MetricRequest:
    """What is asked, checked; raises the refusals of the metrics room."""
    request = MetricRequest(names, by, grain, date_from, date_to, where, currency)
    checked(request)
    return request


def answer_metrics(
    workspace: Workspace, request: MetricRequest, generation: int | None = None, compare: str | None = None
) -> Answer:
    """The figures; raises the refusals of the metrics room and of comparing, and GenerationUnknown."""
    with workspace.read_books(generation) as warehouse, warehouse.reading():
        return answer_metrics_in(open_asked(workspace, warehouse), request, compare)


def answer_metrics_in(asked: Asked, request: MetricRequest, compare: str | None = None) -> Answer:
    """The figures from open books; with `compare`, beside those of the period before or a year before."""

    def ask(one: MetricRequest) -> answering.Answer:
        return answering.answer(one, asked.table, lambda rows: _run(asked, rows))

    if compare is not None:
        check_comparison(request, compare)
    found = ask(request)
    if compare is not None:
        found = compared(request, found, compare, ask)
    columns = tuple(AnswerColumn(c.name, TYPES.get(c.type, c.type), c.unit) for c in found.columns)
    notes = tuple(Note(note.code, dict(note.facts)) for note in found.notes)
    is_cut = len(found.rows) > MAX_ANSWER_ROWS
    rows = found.rows[:MAX_ANSWER_ROWS]
    as_of = read_as_of(asked.warehouse)
    return Answer(columns, rows, asked.generation, as_of, (*notes, *asked.notes), is_cut)


def answer_rows(
    workspace: Workspace, name: str, request: MetricRequest, most: int, generation: int | None = None
) -> list[tuple[str, Answer]]:
    """The rows behind a figure as the facts hold them: one answer for each table that the metric is made of."""
    limit = min(most, MAX_ANSWER_ROWS)
    found = []
    with workspace.read_books(generation) as warehouse, warehouse.reading():
        for behind in rows_behind(name, request, warehouse.table):
            table = warehouse.fetch(behind.rows.limit(limit + 1))
            found.append((behind.table, from_arrow(table, warehouse.generation(), read_as_of(warehouse), limit)))
    return found


def _run(asked: Asked, expression: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = asked.fetch(expression).to_pylist()
    return rows
