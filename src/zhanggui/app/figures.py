"""Figures: metrics asked of the closed books, and the rows behind them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from zhanggui.app.answers import VOCABULARIES_OF, Answer, AnswerColumn, Note, from_arrow
from zhanggui.app.asking import Asked, open_asked, read_as_of
from zhanggui.app.comparing import check_comparison, compared
from zhanggui.app.errors import ParameterInvalid
from zhanggui.app.workspace import Workspace
from zhanggui.canon.register import TABLES
from zhanggui.kernel.limits import MAX_ANSWER_ROWS, MAX_DIMENSIONS
from zhanggui.metrics import answering
from zhanggui.metrics.compiling import rows_behind, sources_of
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
    """What is asked, checked; raises ParameterInvalid and the refusals of the metrics room."""
    if len(by) > MAX_DIMENSIONS:
        raise ParameterInvalid(parameter="by", value=", ".join(by)[:200], kind=f"≤ {MAX_DIMENSIONS}")
    request = MetricRequest(names, by, grain, date_from, date_to, where, currency)
    checked(request)
    return request


def reads_facts(request: MetricRequest) -> bool:
    """Whether the answer needs the facts themselves, because no aggregate has what is asked."""
    return any(not name.startswith("daily_") for name in sources_of(request))


def answer_metrics(
    workspace: Workspace,
    request: MetricRequest,
    generation: int | None = None,
    compare: str | None = None,
    most: int = MAX_ANSWER_ROWS,
) -> Answer:
    """The figures, of at most so many rows; raises the refusals of the metrics room and of comparing, and GenerationUnknown."""
    with workspace.read_books(generation) as warehouse, warehouse.reading():
        return answer_metrics_in(open_asked(workspace, warehouse), request, compare, most)


def answer_metrics_in(
    asked: Asked, request: MetricRequest, compare: str | None = None, most: int = MAX_ANSWER_ROWS
) -> Answer:
    """The figures from open books; with `compare`, beside those of the period before or a year before."""

    def ask(one: MetricRequest, most: int | None = None) -> answering.Answer:
        return answering.answer(one, asked.table, lambda rows: _run(asked, rows), most=most)

    if compare is not None:
        check_comparison(request, compare)
    found = ask(request, most)
    if compare is not None:
        found = compared(request, found, compare, ask)
    columns = tuple(
        AnswerColumn(c.name, TYPES.get(c.type, c.type), c.unit, VOCABULARIES_OF.get(c.name)) for c in found.columns
    )
    notes = tuple(Note(note.code, dict(note.facts)) for note in found.notes)
    as_of = read_as_of(asked.warehouse)
    return Answer(columns, found.rows, asked.generation, as_of, (*notes, *asked.notes), found.is_cut)


def answer_rows(
    workspace: Workspace, name: str, request: MetricRequest, most: int, generation: int | None = None
) -> list[tuple[str, Answer]]:
    """The rows behind a figure as the facts hold them: one answer for each table that the metric is made of."""
    limit = min(most, MAX_ANSWER_ROWS)
    found = []
    with workspace.read_books(generation) as warehouse, warehouse.reading():
        for behind in rows_behind(name, request, warehouse.table):
            table = warehouse.fetch(behind.rows.limit(limit + 1))
            codes = {one.name: one.vocabulary for one in TABLES[behind.table].columns if one.vocabulary}
            as_of = read_as_of(warehouse)
            found.append((behind.table, from_arrow(table, warehouse.generation(), as_of, limit, codes=codes)))
    return found


def _run(asked: Asked, expression: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = asked.fetch(expression).to_pylist()
    return rows
