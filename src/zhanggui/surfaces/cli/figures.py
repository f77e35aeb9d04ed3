"""Commands that ask: figures, the rows behind them, and the questions of the catalogue."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhanggui.surfaces.cli.bookkeeping import help_of, refresh
from zhanggui.surfaces.cli.options import (
    GenerationOption,
    JsonOption,
    LangOption,
    OutOption,
    WorkspaceOption,
    both,
    day_option,
)
from zhanggui.surfaces.cli.session import Session, begin

if TYPE_CHECKING:
    from zhanggui.app.answers import Answer

app = typer.Typer()

ByOption = Annotated[str, typer.Option("--by", metavar="DIM,...", help=both("按维度分", "Cut by dimensions"))]
GrainOption = Annotated[
    str | None,
    typer.Option("--grain", metavar="day|week|month|quarter|year", help=both("期间粒度", "Length of periods")),
]
FromOption = Annotated[datetime | None, day_option("--from", "起始日（含）", "First day")]
ToOption = Annotated[datetime | None, day_option("--to", "截止日（含）", "Last day")]
WhereOption = Annotated[
    list[str] | None,
    typer.Option("--where", metavar="DIM=VALUE", help=both("只看这些（可重复）", "Only these (may be repeated)")),
]
CompareOption = Annotated[
    str | None,
    typer.Option(
        "--compare", metavar="previous|year", help=both("与上期或去年同期比", "Beside the period or year before")
    ),
]
CurrencyOption = Annotated[
    str | None,
    typer.Option("--currency", metavar="CODE", help=both("换算成该币种（按当日汇率）", "Convert at each day's rate")),
]


def _request(
    names: str, by: str, grain: str | None, since: datetime | None, until: datetime | None, where: list[str] | None,
    currency: str | None,
) -> Any:  # fmt: skip
    from zhanggui.app.figures import make_request

    return make_request(
        names=_split(names),
        by=_split(by),
        grain=grain,
        date_from=since.date() if since else None,
        date_to=until.date() if until else None,
        where=_pairs(where or []),
        currency=currency.upper() if currency else None,
    )


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _pairs(told: list[str]) -> dict[str, tuple[str, ...]]:
    pairs: dict[str, tuple[str, ...]] = {}
    for text in told:
        name, sign, value = text.partition("=")
        if not sign:
            raise typer.BadParameter(f"{text}: DIM=VALUE")
        pairs[name.strip()] = (*pairs.get(name.strip(), ()), value)
    return pairs


def give_answer(answer: Answer, session: Session, out: Path | None) -> None:
    """The answer into a file, as JSON, or as a table."""
    if out is not None:
        from zhanggui.app.writing import write_answer

        write_answer(answer, out)
        if session.is_json:
            session.give({"file": str(out), "rows": len(answer.rows), "generation": answer.generation})
        session.tell("told.written", file=out, rows=len(answer.rows))
        return
    if session.is_json:
        session.give(answer.to_json(session.lang))
        return
    from zhanggui.surfaces.cli.rendering import print_answer

    print_answer(answer, session.lang)


@app.command("metrics", help=help_of("metrics"))
def metrics(
    context: typer.Context,
    names: Annotated[str, typer.Argument(metavar="NAME[,NAME...]")],
    by: ByOption = "",
    grain: GrainOption = None,
    since: FromOption = None,
    until: ToOption = None,
    where: WhereOption = None,
    currency: CurrencyOption = None,
    compare: CompareOption = None,
    generation: GenerationOption = None,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Ask for figures."""
    session = begin(context, workspace, json, lang)
    home = session.open()
    request = _request(names, by, grain, since, until, where, currency)
    if generation is None:
        refresh(session, home)
    from zhanggui.app.figures import answer_metrics

    give_answer(answer_metrics(home, request, generation, compare), session, out)


@app.command("rows", help=help_of("rows"))
def rows(
    context: typer.Context,
    metric: Annotated[str, typer.Argument(metavar="METRIC")],
    since: FromOption = None,
    until: ToOption = None,
    where: WhereOption = None,
    limit: Annotated[int, typer.Option(min=1, help=both("最多行数", "At most so many rows"))] = 100,
    generation: GenerationOption = None,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Show the rows behind a figure."""
    session = begin(context, workspace, json, lang)
    home = session.open()
    request = _request(metric, "", None, since, until, where, None)
    if generation is None:
        refresh(session, home)
    from zhanggui.app.figures import answer_rows

    found = answer_rows(home, metric, request, limit, generation)
    if session.is_json and out is None:
        session.give({"tables": [{"table": table, **answer.to_json(session.lang)} for table, answer in found]})
        return
    for table, answer in found:
        session.tell("told.table", table=table)
        give_answer(
            answer, session, out.with_name(f"{out.stem}-{table}{out.suffix}") if out and len(found) > 1 else out
        )


@app.command("questions", help=help_of("questions"))
def questions(
    context: typer.Context, workspace: WorkspaceOption = None, json: JsonOption = False, lang: LangOption = None
) -> None:
    """List the questions."""
    session = begin(context, workspace, json, lang)
    from zhanggui.app.catalogue import list_questions

    known = list_questions()
    if session.is_json:
        session.give({"questions": [_question(one) for one in known]})
        return
    from zhanggui.surfaces.cli.rendering import print_table

    titles = [session.say(f"questions.{name}") for name in ("name", "question", "parameters")]
    named = [", ".join(p.name + ("*" if p.required else "") for p in one.parameters) for one in known]
    cells = [[one.name, getattr(one, session.lang), told] for one, told in zip(known, named, strict=True)]
    print_table(titles, [False] * 3, cells)


def _question(one: Any) -> dict[str, Any]:
    named = [{"name": p.name, "kind": p.kind, "zh": p.zh, "en": p.en, "required": p.required} for p in one.parameters]
    return {"name": one.name, "zh": one.zh, "en": one.en, "parameters": named, "permission": one.permission.value}


@app.command("ask", help=help_of("ask"))
def ask(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="QUESTION")],
    given: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE...]")] = None,
    generation: GenerationOption = None,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Answer a question."""
    session = begin(context, workspace, json, lang)
    home = session.open()
    from zhanggui.app.catalogue import answer_question, check_question

    told = {key: values[-1] for key, values in _pairs(given or []).items()}
    check_question(name, told)
    if generation is None:
        refresh(session, home)
    give_answer(answer_question(home, name, told, generation), session, out)


@app.command("generations", help=help_of("generations"))
def generations(
    context: typer.Context, workspace: WorkspaceOption = None, json: JsonOption = False, lang: LangOption = None
) -> None:
    """List the generations."""
    session = begin(context, workspace, json, lang)
    home = session.open()
    from zhanggui.app.catalogue import answer_question

    give_answer(answer_question(home, "generations", {}), session, None)
