"""Commands about notices: where the morning's list is sent.

An address holds a secret and is never an argument: the list of processes and the shell's history would show it.
"""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from zhanggui.surfaces.cli.bookkeeping import help_of
from zhanggui.surfaces.cli.commanding import run_here, show_rows
from zhanggui.surfaces.cli.options import JsonOption, LangOption, WorkspaceOption, both
from zhanggui.surfaces.cli.session import Session, begin

notify = typer.Typer(no_args_is_help=True, help=both("早上的通知发到哪里", "Where the morning's list is sent"))

IdArgument = Annotated[str, typer.Argument(metavar="ID", help=both("编号", "Id"))]
_TARGET = ("target_id", "name", "kind", "address_masked", "is_on")
_SENT = ("target_id", "name", "is_sent")


@notify.command("list", help=help_of("notify-list"))
def notify_list(
    context: typer.Context, workspace: WorkspaceOption = None, json: JsonOption = False, lang: LangOption = None
) -> None:
    """List the places."""
    session = begin(context, workspace, json, lang)
    show_rows(session, _TARGET, _run(session, "notify-list", {})["targets"])


@notify.command("add", help=help_of("notify-add"))
def notify_add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=both("名称", "Name"))],
    kind: Annotated[str, typer.Option("--kind", metavar="dingtalk|wecom|feishu|email|webhook")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Add a place; its address is asked for, or read from standard input."""
    session = begin(context, workspace, json, lang)
    made = _run(session, "notify-add", {"name": name, "kind": kind, "address": _read_address(session)})
    session.tell("told.notify_target", **{key: made[key] for key in ("name", "kind", "address_masked")})


def _read_address(session: Session) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    address: str = typer.prompt(session.say("people.address"), hide_input=True, err=True)
    return address


@notify.command("switch", help=help_of("notify-switch"))
def notify_switch(
    context: typer.Context,
    target_id: IdArgument,
    is_on: Annotated[bool, typer.Option("--on/--off", help=both("打开或关闭", "Told, or not"))] = True,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Have a place told, or not."""
    session = begin(context, workspace, json, lang)
    show_rows(session, _TARGET, [_run(session, "notify-switch", {"target_id": target_id, "is_on": is_on})])


@notify.command("remove", help=help_of("notify-remove"))
def notify_remove(
    context: typer.Context,
    target_id: IdArgument,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Forget a place."""
    session = begin(context, workspace, json, lang)
    session.tell("told.notify_removed", id=_run(session, "notify-remove", {"target_id": target_id})["target_id"])


@notify.command("test", help=help_of("notify-test"))
def notify_test(
    context: typer.Context,
    target_id: Annotated[str | None, typer.Argument(metavar="[ID]", help=both("编号", "Id"))] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Send a few words."""
    session = begin(context, workspace, json, lang)
    show_rows(session, _SENT, _run(session, "notify-test", {"target_id": target_id})["targets"])


@notify.command("send", help=help_of("notify"))
def notify_send(
    context: typer.Context, workspace: WorkspaceOption = None, json: JsonOption = False, lang: LangOption = None
) -> None:
    """Send today's list."""
    session = begin(context, workspace, json, lang)
    sent = _run(session, "notify", {})["sent"]
    show_rows(session, ("name",), [{"name": name} for name in sent])


def _run(session: Session, name: str, told: dict[str, Any]) -> dict[str, Any]:
    import zhanggui.app.notify_actions  # noqa: F401 - importing registers what can be done

    return run_here(session, name, told)
