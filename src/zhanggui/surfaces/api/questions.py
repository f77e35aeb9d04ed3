"""Asking: one route for every question of the catalogue, the figures, the rows behind them, and what to do today."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from zhanggui.app.access import ask_as, books_for, guard, record_read
from zhanggui.app.asking import read_flag
from zhanggui.app.callers import Caller, authorise, authorise_metrics, may
from zhanggui.app.catalogue import ACTIONS, COMMANDS, QUESTIONS, check_question, list_questions
from zhanggui.app.describing import describe_metrics, describe_people, describe_shops, describe_vocabularies
from zhanggui.app.errors import ParameterInvalid
from zhanggui.app.figures import answer_metrics, answer_rows, make_request, reads_facts
from zhanggui.app.sentences import with_sentences
from zhanggui.app.verdicts import list_todo, read_said
from zhanggui.canon.questions import Parameter, Question
from zhanggui.canon.references import CHANNELS
from zhanggui.kernel.limits import MAX_FIGURE_ROWS, MAX_PAGE_ROWS, MAX_PAGES
from zhanggui.kernel.periods import read_day
from zhanggui.surfaces.api.errors import language_of
from zhanggui.surfaces.api.serving import Served, Service, answer_json, as_json
from zhanggui.surfaces.api.sessions import Somebody

router = APIRouter(tags=["questions"])
OUTSIDE = frozenset({"generation", "lang"})
"""What every question takes beside its own parameters."""

_SCHEMAS: dict[str, dict[str, Any]] = {
    "count": {"type": "integer"},
    "date": {"type": "string", "format": "date"},
    "flag": {"type": "boolean"},
    "texts": {"type": "array", "items": {"type": "string"}},
}


def describe_parameter(parameter: Parameter) -> dict[str, Any]:
    """A parameter as the catalogue tells it."""
    return dict(vars(parameter))


def schema_of(parameter: Parameter) -> dict[str, Any]:
    """A parameter as OpenAPI tells it."""
    told: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.en,
        "schema": dict(_SCHEMAS.get(parameter.kind, {"type": "string"})),
    }
    return told


_SHARED = (
    Parameter("generation", "count", "读取第几版账册", "The generation of the books to read"),
    Parameter("lang", "code", "语言：zh 或 en", "Language: zh or en"),
)


def told_of(request: Request, parameters: Iterable[Parameter]) -> dict[str, str]:
    """The query's parameters but for those that belong to no question; an empty text is none.

    What must be a number, a day or a yes or no is not left out where it is empty: it is none of these, and refused.
    """
    typed = {parameter.name for parameter in parameters if parameter.kind in _SCHEMAS}
    told = ((name, value) for name, value in request.query_params.items() if name not in OUTSIDE)
    return {name: value for name, value in told if value != "" or name in typed}


def generation_of(request: Request) -> int | None:
    """The generation asked for; raises ParameterInvalid."""
    text = request.query_params.get("generation")
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise ParameterInvalid(parameter="generation", value=text[:100], kind="count")
    return int(text)


def _answer(request: Request, service: Service, caller: Caller, name: str) -> Response:
    entry = QUESTIONS.get(name)
    given = told_of(request, entry.question.parameters if entry else ())
    if entry is None:  # refused like any other, or told that there is none
        ask_as(service.workspace, caller, name, given)
        raise AssertionError(name)
    if entry.listing is not None and "page" not in given and "size" not in given:
        given["page"] = "1"
    guard(service.workspace, caller, lambda: authorise(caller, entry.question), name)
    check_question(name, given)
    generation = generation_of(request)
    record_read(service.workspace, caller, name, given, generation, entry.question)
    is_long = entry.listing is not None and entry.of_close  # lists of what a close prepared are as long as the books
    allowed, lang = books_for(service.workspace_for(is_long), caller), language_of(request)

    def make(number: int | None) -> bytes:
        from zhanggui.app.catalogue import answer_question

        return as_json(answer_question(allowed, name, given, number).to_json(lang))

    key = ("question", name, tuple(sorted(given.items())), lang, caller.shops)
    return service.remembered(key, generation, make, request=request, of_close=entry.of_close, is_long=is_long)


def _route(asked: Question) -> Callable[..., Response]:
    def answer(request: Request, service: Served, caller: Somebody) -> Response:
        return _answer(request, service, caller, asked.name)

    answer.__doc__ = f"{asked.en}\n\n{asked.zh}"
    return answer


def add_questions(target: APIRouter) -> None:
    """A route for every question of the catalogue."""
    for asked in list_questions():
        parameters = [schema_of(parameter) for parameter in (*asked.parameters, *_SHARED)]
        target.add_api_route(
            f"/questions/{asked.name}",
            _route(asked),
            methods=["GET"],
            summary=asked.en,
            operation_id=f"ask_{asked.name}",
            openapi_extra={"parameters": parameters, "x-permission": asked.permission.value},
            response_class=Response,
            tags=["questions"],
        )


@router.get("/questions/{name}", include_in_schema=False)
def unknown_question(request: Request, service: Served, caller: Somebody, name: str) -> Response:
    """What is answered to a name that no question has."""
    return _answer(request, service, caller, name)


@router.get("/catalogue", summary="Everything that can be asked and commanded", response_class=Response)
def catalogue(request: Request, service: Served, caller: Somebody) -> Response:
    """What this caller may ask and command, with the words of the figures."""
    return answer_json(as_json(_describe_all(service, caller)), request)


def _describe_all(service: Service, caller: Caller) -> dict[str, Any]:
    asked = [one for one in list_questions() if may(caller, one)]
    commands = [one for one in COMMANDS.values() if one.name in ACTIONS and may(caller, one)]
    return {
        "questions": [{**_described(one), "listing": _listing(one.name)} for one in asked],
        "commands": [{**_described(one), "is_job": one.is_job, "changes": one.changes} for one in commands],
        **describe_metrics(),
        "channels": [{"code": code, "zh": channel.zh, "en": channel.en} for code, channel in CHANNELS.items()],
        "vocabularies": describe_vocabularies(),
        "shops": json.loads(_shops(service, caller)),
        "people": describe_people(service.workspace, caller),
    }


def _shops(service: Service, caller: Caller) -> bytes:
    def make(number: int | None) -> bytes:
        return as_json(describe_shops(service.workspace, caller, number))

    return bytes(service.remembered(("shops", caller.shops), None, make).body)


def _described(one: Any) -> dict[str, Any]:
    parameters = [describe_parameter(parameter) for parameter in one.parameters]
    return {"name": one.name, "zh": one.zh, "en": one.en, "parameters": parameters, "permission": one.permission.value}


def _listing(name: str) -> dict[str, Any] | None:
    listing = QUESTIONS[name].listing
    if listing is None:
        return None
    return {"sorts": list(listing.sorts), "default": listing.default, "searches": list(listing.searches)}


FIGURES = (
    Parameter("names", "text", "指标，以逗号分隔", "Metrics, separated by commas", required=True),
    Parameter("by", "text", "维度，以逗号分隔", "Dimensions, separated by commas"),
    Parameter("grain", "code", "期间粒度", "Length of periods"),
    Parameter("from", "date", "起始日", "First day"),
    Parameter("to", "date", "截止日", "Last day"),
    Parameter("where", "texts", "只看这些：维度:值（可重复）", "Only these: dimension:value (may be repeated)"),
    Parameter("currency", "code", "换算成的币种", "Currency to convert to"),
    Parameter("compare", "code", "与上期（previous）或去年（year）比较", "Compare with previous or year"),
)
_ROWS = (
    Parameter("metric", "text", "指标", "Metric", required=True),
    *(one for one in FIGURES if one.name in ("from", "to", "where")),
    Parameter("most", "count", "最多行数", "At most so many rows", default="100"),
)


def documented(*parameters: Parameter) -> dict[str, Any]:
    """The parameters of a route in the OpenAPI document."""
    return {"parameters": [schema_of(parameter) for parameter in (*parameters, *_SHARED)]}


def _day(told: Mapping[str, str], name: str) -> date | None:
    try:
        return read_day(told[name]) if name in told else None
    except ValueError as error:
        raise ParameterInvalid(parameter=name, value=told[name][:100], kind="date") from error


def _where(request: Request) -> dict[str, tuple[str, ...]]:
    pairs: dict[str, tuple[str, ...]] = {}
    for text in request.query_params.getlist("where"):
        name, sign, value = text.partition(":")
        if not sign:
            raise ParameterInvalid(parameter="where", value=text[:100], kind="dimension:value")
        pairs[name.strip()] = (*pairs.get(name.strip(), ()), value)
    return pairs


def split(text: str) -> tuple[str, ...]:
    """The parts of a list that is written with commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def read_request(request: Request, names: str) -> Any:
    """The figures asked for; raises ParameterInvalid and the refusals of the metrics room."""
    told = told_of(request, FIGURES)
    return make_request(
        names=split(told.get(names, "")),
        by=split(told.get("by", "")),
        grain=told.get("grain"),
        date_from=_day(told, "from"),
        date_to=_day(told, "to"),
        where=_where(request),
        currency=told["currency"].upper() if "currency" in told else None,
    )


def key_of(asked: Any) -> tuple[Any, ...]:
    """What was asked, as a key under which its answer is kept."""
    where = tuple(sorted(asked.where.items()))
    return (asked.names, asked.by, asked.grain, asked.date_from, asked.date_to, where, asked.currency)


@router.get("/metrics", summary="Figures", response_class=Response, openapi_extra=documented(*FIGURES))
def metrics(request: Request, service: Served, caller: Somebody) -> Response:
    """Figures by dimensions and periods, compared where that is asked for; at most 2,000 rows, a file has more."""
    asked = read_request(request, "names")
    compare = told_of(request, FIGURES).get("compare")
    guard(service.workspace, caller, lambda: authorise_metrics(caller, asked.names), "metrics")
    generation = generation_of(request)
    record_read(service.workspace, caller, "metrics", {"names": asked.names, "by": asked.by}, generation)
    is_long, lang = reads_facts(asked), language_of(request)
    allowed = books_for(service.workspace_for(is_long), caller)
    key = ("metrics", key_of(asked), compare, lang, caller.shops)

    def make(number: int | None) -> bytes:
        return as_json(answer_metrics(allowed, asked, number, compare, MAX_FIGURE_ROWS).to_json(lang))

    return service.remembered(key, generation, make, request=request, of_close=True, is_long=is_long)


@router.get("/rows", summary="The rows behind a figure", response_class=Response, openapi_extra=documented(*_ROWS))
def rows(request: Request, service: Served, caller: Somebody) -> Response:
    """The rows behind a figure, by the table in which they stand."""
    asked = read_request(request, "metric")
    told = told_of(request, _ROWS)
    most = _count(told, "most", 100, MAX_PAGE_ROWS)
    # A granted figure is a sum; the orders behind it are not granted with it.
    guard(service.workspace, caller, lambda: authorise(caller, COMMANDS["rows"]), "rows")
    generation = generation_of(request)
    record_read(service.workspace, caller, "rows", {"names": asked.names}, generation)
    allowed, lang = books_for(service.workspace_for(True), caller), language_of(request)

    def make(number: int | None) -> bytes:
        found = answer_rows(allowed, asked.names[0], asked, most, number)
        return as_json({"tables": [{"table": table, **answer.to_json(lang)} for table, answer in found]})

    key = ("rows", key_of(asked), most, lang, caller.shops)
    return service.remembered(key, generation, make, request=request, is_long=True)


def _flag(told: Mapping[str, str], name: str) -> bool:
    try:
        return read_flag(told.get(name, "false"))
    except KeyError as error:
        raise ParameterInvalid(parameter=name, value=told[name][:100], kind="flag") from error


def _count(told: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = told.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= most:
        raise ParameterInvalid(parameter=name, value=text[:100], kind=f"1..{most}")
    return int(text)


_TODO = (
    Parameter("all", "flag", "也列出等待与无法判断的", "Also what waits and what cannot be said", default="false"),
    Parameter("kind", "code", "只看这一类", "Only this kind"),
    Parameter("verdict", "code", "只看这种结论", "Only this verdict"),
    Parameter("page", "count", "第几页", "Page", default="1"),
    Parameter("size", "count", "每页行数", "Rows of a page", default="100"),
)


@router.get("/todo", summary="What to do today", response_class=Response, openapi_extra=documented(*_TODO))
def todo(request: Request, service: Served, caller: Somebody) -> Response:
    """The decisions that wait for a person, the most money first."""
    told = told_of(request, _TODO)
    guard(service.workspace, caller, lambda: authorise(caller, COMMANDS["todo"]), "todo")
    page, size = _count(told, "page", 1, MAX_PAGES), _count(told, "size", 100, MAX_PAGE_ROWS)
    has_all = _flag(told, "all")
    lang, is_stale, said = language_of(request), service.is_stale(), read_said(service.workspace)

    def make(number: int | None) -> bytes:
        found = list_todo(service.workspace, number, has_all, said)
        wanted = [one for one in found.decisions if all(one[n] == told[n] for n in ("kind", "verdict") if n in told)]
        shown = replace(found, decisions=tuple(wanted[(page - 1) * size : page * size]))
        return as_json({**with_sentences(shown.to_json(), lang), "total": len(wanted), "is_stale": is_stale})

    asked = (page, size, has_all, told.get("kind"), told.get("verdict"))
    key = ("todo", asked, lang, is_stale, said)
    return service.remembered(key, generation_of(request), make, request=request, of_close=True)
