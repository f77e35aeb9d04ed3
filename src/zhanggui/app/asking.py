"""How a question is registered and answered: one function and one entry, and every surface has it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from zhanggui.app.answers import VOCABULARIES_OF, Answer, Note, from_arrow
from zhanggui.app.errors import ParameterInvalid, ParameterMissing, ParameterUnknown, QuestionUnknown
from zhanggui.app.listings import PAGING, Listing, fetch_listed, read_page
from zhanggui.app.restricting import ShopBooks
from zhanggui.app.workspace import Workspace
from zhanggui.canon.questions import AnswerLimits, Parameter, Permission, Question
from zhanggui.kernel.clock import today
from zhanggui.kernel.errors import ZhangguiError
from zhanggui.kernel.limits import MAX_ANSWER_ROWS, MAX_ANSWER_SECONDS
from zhanggui.kernel.money import parse_amount
from zhanggui.kernel.periods import parse_period, read_day
from zhanggui.warehouse import Warehouse

LIMITS = AnswerLimits(rows=MAX_ANSWER_ROWS, seconds=MAX_ANSWER_SECONDS)


@dataclass(frozen=True)
class Asked:
    """What a question's function is given: the books of one generation, open for reading."""

    workspace: Workspace
    warehouse: Warehouse
    as_of: date

    def table(self, name: str) -> Any:
        """A table of the books as an Ibis expression."""
        return self.warehouse.table(name)

    def fetch(self, expression: Any) -> pa.Table:
        """The rows of an expression over these tables."""
        return self.warehouse.fetch(expression)

    @property
    def sees_every_shop(self) -> bool:
        """Whether no shop is left out of the tables; what stands over all shops may only then be read."""
        return not isinstance(self.warehouse, ShopBooks)

    @cached_property
    def generation(self) -> int:
        """The generation that is open."""
        return self.warehouse.generation()

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """What must be said beside every figure of these books."""
        return read_notes(self.warehouse)


@dataclass(frozen=True)
class Entry:
    """A question and the function that answers it with an Ibis expression or an Arrow table."""

    question: Question
    answer: Callable[..., Any]
    listing: Listing | None = None
    of_close: bool = False  # made from tables that only a close changes
    codes: Mapping[str, str] = field(default_factory=dict)  # vocabularies of columns whose names do not tell them


QUESTIONS: dict[str, Entry] = {}
"""Every question, by name."""


def question(
    zh: str,
    en: str,
    *parameters: Parameter,
    permission: Permission = Permission.READ,
    listing: Listing | None = None,
    codes: Mapping[str, str] = MappingProxyType({}),
    of_close: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function under its own name, less `ask_`; with a listing, it can be asked for in pages.

    `codes` are the vocabularies of those columns whose names do not tell them, such as `status`. `of_close` promises
    that the answer is made from derived tables only, so that no import changes it.
    """

    def register(answer: Callable[..., Any]) -> Callable[..., Any]:
        name = answer.__name__.removeprefix("ask_")
        taken = set(inspect.signature(answer).parameters) - {"asked"}
        assert taken == {parameter.name for parameter in parameters}, f"{name}: {taken}"
        told = (*parameters, *PAGING) if listing else parameters
        asked = Question(name, zh, en, told, permission, LIMITS)
        QUESTIONS[name] = Entry(asked, answer, listing, of_close, codes)
        return answer

    return register


def check_question(name: str, given: Mapping[str, str]) -> dict[str, Any]:
    """The arguments of a question that can be asked; raises QuestionUnknown, ParameterUnknown and their like."""
    if name not in QUESTIONS:
        raise QuestionUnknown(question=name, known=", ".join(sorted(QUESTIONS)))
    entry = QUESTIONS[name]
    arguments = read_parameters(entry.question, given)
    if entry.listing is not None:
        read_page(entry.listing, arguments)
    return arguments


def answer_question(
    workspace: Workspace, name: str, given: Mapping[str, str], generation: int | None = None, most: int | None = None
) -> Answer:
    """The answer; raises QuestionUnknown, ParameterUnknown, ParameterMissing, ParameterInvalid, GenerationUnknown."""
    arguments = check_question(name, given)
    with workspace.read_books(generation) as warehouse, warehouse.reading():
        return answer_question_in(open_asked(workspace, warehouse), name, arguments, most)


def open_asked(workspace: Workspace, warehouse: Warehouse) -> Asked:
    """Open books with the day that they were closed for (today, before the first close)."""
    return Asked(workspace, warehouse, read_as_of(warehouse) or today(workspace.settings.timezone))


def answer_question_in(asked: Asked, name: str, arguments: Mapping[str, Any], most: int | None = None) -> Answer:
    """The answer from open books, to arguments as `check_question` reads them; raises ParameterInvalid."""
    entry = QUESTIONS[name]
    limit = min(most or entry.question.limits.rows, entry.question.limits.rows)
    paging = {parameter.name for parameter in PAGING} if entry.listing else set()
    found = entry.answer(asked, **{key: value for key, value in arguments.items() if key not in paging})
    total = None
    if entry.listing is not None:
        told = {key: arguments.get(key) for key in paging}
        found, total = fetch_listed(found, entry.listing, told, limit, asked.fetch)
    table = found if hasattr(found, "num_rows") else asked.fetch(found.limit(limit + 1))
    answer = from_arrow(
        table, asked.generation, read_as_of(asked.warehouse), limit, asked.notes, VOCABULARIES_OF | dict(entry.codes)
    )
    return answer if total is None else replace(answer, total=total)


def read_as_of(warehouse: Warehouse) -> date | None:
    """The day of the last close in the open books."""
    closes = [one.closed_as_of for one in warehouse.generations() if one.kind == "close"]
    return closes[-1] if closes else None


def read_notes(warehouse: Warehouse | ShopBooks) -> tuple[Note, ...]:
    """What must be said beside every figure of these books: the critical failures of quality, or that only some shops count."""
    if isinstance(warehouse, ShopBooks):  # the rules look at all shops together
        return (Note("shops_only", {"shops": ", ".join(sorted(warehouse.shops))}),)
    return warehouse.known("notes", lambda: _read_failures(warehouse))


def _read_failures(warehouse: Warehouse) -> tuple[Note, ...]:
    results = warehouse.table("quality_results")
    failed = results.filter(results.severity == "critical", results.failed_count > 0).order_by("rule")
    rows = warehouse.fetch(failed.select("rule", "failed_count", "example")).to_pylist()
    return tuple(Note("quality_critical", {**row, "example": row["example"] or ""}) for row in rows)


def read_parameters(asked: Question, given: Mapping[str, str]) -> dict[str, Any]:
    """The arguments by name, read by their kinds."""
    known = {parameter.name: parameter for parameter in asked.parameters}
    for name in given:
        if name not in known:
            raise ParameterUnknown(question=asked.name, parameter=name, known=", ".join(known) or "-")
    arguments = {}
    for name, parameter in known.items():
        text = given.get(name, parameter.default)
        if text is None and parameter.required:
            raise ParameterMissing(question=asked.name, parameter=name)
        arguments[name] = None if text is None else _read(parameter, text)
    return arguments


_FLAGS = {"true": True, "yes": True, "1": True, "是": True, "false": False, "no": False, "0": False, "否": False}


def read_flag(text: str) -> bool:
    """A yes or no as people write it; raises KeyError."""
    return _FLAGS[text.casefold()]


def _read(parameter: Parameter, text: str) -> Any:
    readers: dict[str, Callable[[str], Any]] = {
        "count": int,
        "date": read_day,
        "period": parse_period,
        "amount": parse_amount,
        "flag": read_flag,
    }
    try:
        return readers.get(parameter.kind, str)(text)
    except (ValueError, KeyError, ZhangguiError) as error:
        raise ParameterInvalid(parameter=parameter.name, value=text, kind=parameter.kind) from error
