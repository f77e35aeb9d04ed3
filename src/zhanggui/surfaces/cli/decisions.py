"""Commands about decisions: what to do today, and what a person says to it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhanggui.surfaces.cli.bookkeeping import help_of, refresh
from zhanggui.surfaces.cli.options import GenerationOption, JsonOption, LangOption, WorkspaceOption, both
from zhanggui.surfaces.cli.session import Session, begin

if TYPE_CHECKING:
    from zhanggui.app.verdicts import Todo

app = typer.Typer()

IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help=both("决策编号（可只写前几位）", "Id, or its first digits"))
]
WhyOption = Annotated[str | None, typer.Option("--why", help=both("原因", "Why"))]
ID_SHOWN = 8
REASONS_SHOWN = 8


@app.command("todo", help=help_of("todo"))
def todo(
    context: typer.Context,
    has_all: Annotated[bool, typer.Option("--all", help=both("也列出等待与无法判断的", "Also what waits"))] = False,
    generation: GenerationOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """What to do today."""
    session = begin(context, workspace, json, lang)
    home = session.open()
    if generation is None:
        refresh(session, home)
    from zhanggui.app.verdicts import list_todo

    found = list_todo(home, generation, has_all)
    if session.is_json:
        session.give(found.to_json())
    else:
        show_todo(found, session)


def show_todo(found: Todo, session: Session, most: int | None = None) -> None:
    """Each decision (at most so many) with its money and its reasons, in sentences."""
    for row in found.decisions[:most]:
        session.tell(
            "todo.head", id=row["decision_id"][:ID_SHOWN], what=_what(row, session), money=_money(row, session)
        )
        for reason in row["reasons"][:REASONS_SHOWN]:
            session.tell("todo.reason", reason=_reason(reason, session))
        if row["assignee"]:
            session.tell("todo.assigned", assignee=row["assignee"])
        if row["answer"]:
            session.tell("todo.answered", answer=session.say(f"answer.{row['answer']}"), why=row["why"] or "–")
    if not found.decisions:
        session.tell("todo.nothing")
    session.tell("todo.counts", acts=len(found.decisions), waits=found.waiting, unsaid=found.unsaid)


def _what(row: dict[str, Any], session: Session) -> str:
    from zhanggui.surfaces.cli.rendering import printable

    verdict = session.say(f"verdict.{row['verdict']}")
    return session.say(f"decision.{row['kind']}", subject=printable(row["subject_id"]), verdict=verdict)


def _money(row: dict[str, Any], session: Session) -> str:
    from zhanggui.surfaces.cli.rendering import show

    if row["impact_amount"] is None:
        return "–"
    low, amount, high = (show(row[name], session.lang) for name in ("impact_low", "impact_amount", "impact_high"))
    return session.say("todo.money", amount=amount, low=low, high=high, currency=row["currency"] or "")


def _reason(reason: dict[str, str], session: Session) -> str:
    from zhanggui.surfaces.cli.rendering import printable

    told = {name: printable(value or "") for name, value in reason.items()}
    return session.say(f"reason.{reason['code']}", value=told["value"], unit=told["unit"])


@app.command("accept", help=help_of("accept"))
def accept(
    context: typer.Context,
    decision_id: IdArgument,
    why: WhyOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Accept a decision."""
    _answer(begin(context, workspace, json, lang), decision_id, "accept", why, None)


@app.command("dismiss", help=help_of("dismiss"))
def dismiss(
    context: typer.Context,
    decision_id: IdArgument,
    why: Annotated[str, typer.Option("--why", help=both("原因", "Why"))],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Dismiss a decision."""
    _answer(begin(context, workspace, json, lang), decision_id, "dismiss", why, None)


@app.command("snooze", help=help_of("snooze"))
def snooze(
    context: typer.Context,
    decision_id: IdArgument,
    until: Annotated[
        datetime, typer.Option("--until", formats=["%Y-%m-%d"], metavar="DATE", help=both("推迟到", "Until"))
    ],
    why: WhyOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Put a decision off."""
    _answer(begin(context, workspace, json, lang), decision_id, "snooze", why, until)


def _answer(session: Session, decision_id: str, verdict: str, why: str | None, until: datetime | None) -> None:
    home = session.open()
    from zhanggui.app.verdicts import record_verdict

    said = record_verdict(home, decision_id, verdict, session.actor, why, until.date() if until else None)
    if session.is_json:
        session.give({"decision_id": said.decision_id, "verdict": verdict, "actor": said.actor})
    session.tell("told.verdict", id=said.decision_id[:ID_SHOWN], verdict=session.say(f"answer.{verdict}"))


@app.command("assign", help=help_of("assign"))
def assign(
    context: typer.Context,
    decision_id: IdArgument,
    person: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help=both("交给谁；不写则收回", "To whom; nobody takes it back"))
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Give a decision to somebody."""
    session = begin(context, workspace, json, lang)
    home = session.open()
    from zhanggui.app.callers import local_caller
    from zhanggui.app.verdicts import record_assignment

    said = record_assignment(home, local_caller(session.actor), decision_id, person)
    if session.is_json:
        session.give({"decision_id": said.decision_id, "assignee": said.assignee, "actor": said.actor})
    session.tell("told.assigned", id=said.decision_id[:ID_SHOWN], assignee=said.assignee or "–")


@app.command("link", help=help_of("link"))
def link(
    context: typer.Context,
    verdict: Annotated[str, typer.Argument(metavar="confirm|reject|merge|undo")],
    scope: Annotated[str, typer.Argument(metavar="SCOPE", help=both("范围，如 taobao/main", "Such as taobao/main"))],
    alias: Annotated[str, typer.Argument(metavar="ALIAS")],
    sku: Annotated[str | None, typer.Option("--sku", help=both("内部货品编码", "Internal SKU"))] = None,
    kind: Annotated[str, typer.Option("--kind", help=both("别名类型", "Kind of alias"))] = "listing",
    why: WhyOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Say what an alias stands for."""
    session = begin(context, workspace, json, lang)
    home = session.open()
    if verdict not in ("confirm", "reject", "merge", "undo"):
        raise typer.BadParameter(verdict)
    from zhanggui.app.verdicts import record_link

    record_link(home, (scope, kind, alias), verdict, session.actor, sku, why)
    if session.is_json:
        session.give({"scope": scope, "alias_kind": kind, "alias": alias, "verdict": verdict, "seller_sku_code": sku})
    session.tell("told.link", alias=alias)
