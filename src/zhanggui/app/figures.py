"""Figures: metrics asked of the closed books, and the rows behind them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from zhanggui.app.answers import Answer, AnswerColumn, Note, from_arrow
from zhanggui.app.asking import read_as_of, read_notes
from zhanggui.app.workspace import Workspace
from zhanggui.kernel.limits import MAX_ANSWER_ROWS
from zhanggui.metrics import answering
from zhanggui.metrics.compiling import rows_behind
from zhanggui.metrics.requests import MetricRequest, checked
from zhanggui.warehouse import Warehouse

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


def answer_metrics(workspace: Workspace, request: MetricRequest, generation: int | None = None) -> Answer:
    """The figures; raises the refusals of the metrics room, and GenerationUnknown."""
    with Warehouse.open(workspace.root, read_only=True, generation=generation) as warehouse, warehouse.reading():
        found = answering.answer(request, warehouse.table, lambda rows: _run(warehouse, rows))
        columns = tuple(AnswerColumn(c.name, TYPES.get(c.type, c.type), c.unit) for c in found.columns)
        notes = tuple(Note(note.code, dict(note.facts)) for note in found.notes)
        is_cut = len(found.rows) > MAX_ANSWER_ROWS
        rows = found.rows[:MAX_ANSWER_ROWS]
        told = (*notes, *read_notes(warehouse))
        return Answer(columns, rows, warehouse.generation(), read_as_of(warehouse), told, is_cut)


def answer_rows(
    workspace: Workspace, name: str, request: MetricRequest, most: int, generation: int | None = None
) -> list[tuple[str, Answer]]:
    """The rows behind a figure as the facts hold them: one answer for each table that the metric is made of."""
    limit = min(most, MAX_ANSWER_ROWS)
    found = []
    with Warehouse.open(workspace.root, read_only=True, generation=generation) as warehouse, warehouse.reading():
        for behind in rows_behind(name, request, warehouse.table):
            table = warehouse.fetch(behind.rows.limit(limit + 1))
            found.append((behind.table, from_arrow(table, warehouse.generation(), read_as_of(warehouse), limit)))
    return found


def _run(warehouse: Warehouse, expression: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = warehouse.fetch(expression).to_pylist()
    return rows
