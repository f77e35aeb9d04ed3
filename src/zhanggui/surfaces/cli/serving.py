"""The command that serves: one server for a workspace, an address on standard output, and an end within seconds."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhanggui.surfaces.cli.bookkeeping import help_of
from zhanggui.surfaces.cli.commanding import run_here
from zhanggui.surfaces.cli.options import JsonOption, LangOption, WorkspaceOption, both
from zhanggui.surfaces.cli.session import Session, begin

if TYPE_CHECKING:
    from zhanggui.surfaces.api.serving import Service

app = typer.Typer()


@app.command("serve", help=help_of("serve"))
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help=both("监听的地址", "Address to listen on"))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help=both("端口（0：任意空闲）", "Port (0: any)"))] = 8600,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAME", help=both("代理使用的主机名", "Name that a proxy uses")),
    ] = None,
    idle_stop: Annotated[
        float | None,
        typer.Option(
            "--idle-stop",
            min=0.01,
            metavar="MINUTES",
            help=both("这么多分钟没有请求就停止", "Stop after so many minutes without a request"),
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Serve the console and the interface."""
    session = begin(context, workspace, json, lang)
    home = session.open()
    from zhanggui.surfaces.api.running import is_loopback, listen, run_server

    with listen(home.root, host, port) as (opened, address):
        from zhanggui.surfaces.api.serving import make_service

        service = make_service(home.root)
        service.has_local_set_up = is_loopback(host)
        hosts = [*(allow_host or ()), *([] if is_loopback(host) else [host])]
        announce(session, service, address, home.settings.company)
        any_host = not is_loopback(host) and not allow_host
        run_server(service, opened, None if any_host else hosts, idle_stop * 60 if idle_stop else None)
    session.warn(session.say("server.stopped"))


def announce(session: Session, service: Service, address: str, company: str) -> None:
    """Say where the server is, and the code where somebody from elsewhere may have to set it up."""
    from zhanggui.app.people import needs_set_up

    code = service.set_up_code if needs_set_up(service.workspace) and not service.has_local_set_up else None
    if session.is_json:
        session.give({"address": address, "set_up_code": code})
    session.tell("server.address", address=address, company=company or session.say("server.company_unnamed"))
    if code:
        session.tell("server.set_up", code=code)
    sys.stdout.flush()


@app.command("mcp", help=help_of("mcp"))
def serve_assistant(
    context: typer.Context,
    allow_changes: Annotated[
        bool,
        typer.Option("--allow-changes", help=both("也提供会改变账册的命令", "Offer commands that change things too")),
    ] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Serve one assistant over standard input and output."""
    session = begin(context, workspace, json, lang)
    home = session.open()
    from zhanggui.surfaces.mcp.serving import reading_caller, serve_standard_input

    session.warn(session.say("mcp.started"))
    caller = reading_caller(session.actor, allows_changes=allow_changes)
    serve_standard_input(home, caller, session.lang, allows_changes=allow_changes)


@app.command("jobs", help=help_of("jobs"))
def jobs(
    context: typer.Context, workspace: WorkspaceOption = None, json: JsonOption = False, lang: LangOption = None
) -> None:
    """List jobs."""
    session = begin(context, workspace, json, lang)
    home = session.open()
    from zhanggui.app.jobs import list_jobs, show_job

    found = [show_job(job, session.lang) for job in list_jobs(home)]
    if session.is_json:
        session.give({"jobs": found})
        return
    for job in found:
        typer.echo(f"{job['job_id']}  {job['kind']}  {job['message']}  {job['created_by']}")


@app.command("settings", help=help_of("settings"))
def settings(
    context: typer.Context, workspace: WorkspaceOption = None, json: JsonOption = False, lang: LangOption = None
) -> None:
    """Show the settings."""
    session = begin(context, workspace, json, lang)
    home = session.open()
    from zhanggui.app.settings import read_all

    _show_settings(session, read_all(home))


@app.command("settings-change", help=help_of("settings-change"))
def settings_change(
    context: typer.Context,
    given: Annotated[list[str], typer.Argument(metavar="KEY=VALUE...")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Change settings."""
    session = begin(context, workspace, json, lang)
    home = session.open()
    from zhanggui.app.callers import local_caller
    from zhanggui.app.settings import change_settings

    pairs = [text.partition("=") for text in given]
    if not all(sign for _, sign, _ in pairs):
        raise typer.BadParameter("KEY=VALUE")
    told: dict[str, Any] = {name: _VALUES.get(value, value) for name, _, value in pairs}
    _show_settings(session, change_settings(home, local_caller(session.actor), told))


_VALUES = {"true": True, "false": False}


def _show_settings(session: Session, found: dict[str, Any]) -> None:
    if session.is_json:
        session.give(found)
    else:
        _tell_values(found)


def _tell_values(found: dict[str, Any]) -> None:
    for name, value in found.items():
        typer.echo(f"{name} = {value}")


def _run(session: Session, name: str, told: dict[str, Any]) -> None:
    """Run a command that may take a while, and show what it says as settings are shown."""
    import zhanggui.app.actions  # noqa: F401 - importing registers what can be done
    from zhanggui.surfaces.cli.progress import Progress

    with Progress(name, session.lang) as progress:
        found = run_here(session, name, told, progress)
    if not session.is_json:
        _tell_values(found)


@app.command("compact", help=help_of("compact"))
def compact(
    context: typer.Context, workspace: WorkspaceOption = None, json: JsonOption = False, lang: LangOption = None
) -> None:
    """Merge small files."""
    _run(begin(context, workspace, json, lang), "compact", {})


@app.command("check-backup", help=help_of("check-backup"))
def check_backup(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Check one of the server's backups."""
    _run(begin(context, workspace, json, lang), "check-backup", {"name": name})


@app.command("reopen", help=help_of("reopen"))
def reopen(
    context: typer.Context,
    decision_id: Annotated[str, typer.Argument(metavar="ID")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Take back what was said to a decision."""
    _run(begin(context, workspace, json, lang), "reopen", {"decision_id": decision_id})
