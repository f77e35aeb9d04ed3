"""The command of the demonstration: what it prints, and the console that it leaves running."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import zhanggui
from zhanggui.surfaces.cli.bookkeeping import help_of
from zhanggui.surfaces.cli.decisions import show_todo
from zhanggui.surfaces.cli.options import JsonOption, LangOption, both
from zhanggui.surfaces.cli.progress import Progress
from zhanggui.surfaces.cli.session import Session, begin

if TYPE_CHECKING:
    from zhanggui.app.demo import Demonstration, Part

app = typer.Typer()
DECISIONS_SHOWN = 5


@app.command("demo", help=help_of("demo"))
def demo(
    context: typer.Context,
    directory: Annotated[Path, typer.Option("--dir", metavar="DIR", help=both("放在哪里", "Where"))] = Path(
        "build/demo"
    ),
    has_console: Annotated[
        bool, typer.Option("--serve/--no-serve", help=both("最后启动控制台", "Start the console at the end"))
    ] = True,
    is_stop: Annotated[bool, typer.Option("--stop", help=both("停止控制台", "Stop the console"))] = False,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Show the whole way."""
    session = begin(context, None, json, lang)
    from zhanggui.app.demo_server import stop_console

    was_running = stop_console(directory)
    if is_stop:
        session.tell("demo.stopped" if was_running else "demo.none_running")
        return
    from zhanggui.app.demo import run_demo

    with Progress(session.say("progress.demo"), session.lang) as progress:
        shown = run_demo(directory, progress)
    address = _start_console(directory, shown) if has_console else ""
    if session.is_json:
        session.give({**shown.to_json(), "address": address or None})
    else:
        _show(shown, address, session)
    raise typer.Exit(0 if shown.is_true else 1)


def _start_console(directory: Path, shown: Demonstration) -> str:
    from zhanggui.app.demo_server import start_console

    return start_console(directory.expanduser().resolve(), shown.seller.workspace)


def _show(shown: Demonstration, address: str, session: Session) -> None:
    from zhanggui.app.demo import SCENARIO

    seller = shown.simulated
    day_count = (seller.as_of - seller.first_on).days
    session.tell("demo.sources", company=seller.company, days=day_count, scenario=SCENARIO)
    session.tell("demo.panel_part")
    _show_part(shown.panel, session)
    session.tell("demo.seller_part", company=seller.company)
    _show_part(shown.seller, session, first=seller.first_on, last=seller.last_on)
    _show_truth(shown, session)
    _show_events(shown, session)
    phases = ", ".join(session.say(f"demo.phase.{name}", seconds=f"{took:.0f}") for name, took in shown.seconds.items())
    session.tell("demo.seconds", seconds=f"{sum(shown.seconds.values()):.0f}", phases=phases)
    session.tell("demo.further", panel=shown.panel.workspace, seller=shown.seller.workspace)
    if address:
        _show_console(shown, address, session)


def _show_part(part: Part, session: Session, **fields: object) -> None:
    from zhanggui.surfaces.cli.rendering import print_answer

    files = [file for report in part.imports for file in report.files]
    known = [file.manifest for file in files if file.manifest]
    session.tell(
        "demo.imported",
        files=len(files),
        formats=len({one.format for one in known}),
        seen=f"{sum(one.rows_seen for one in known):,}",
        accepted=f"{sum(file.rows_accepted for file in files):,}",
        refused=f"{sum(file.rows_refused for file in files):,}",
        duplicate=f"{sum(file.rows_duplicate for file in files):,}",
    )
    for title, answer in part.figures:
        session.tell(f"demo.{title}", **fields)
        print_answer(answer, session.lang)
    session.tell("demo.decisions", as_of=part.todo.as_of)
    show_todo(part.todo, session, DECISIONS_SHOWN)
    if (more := len(part.todo.decisions) - DECISIONS_SHOWN) > 0:
        session.tell("demo.decisions_more", count=more, directory=part.workspace)


def _show_truth(shown: Demonstration, session: Session) -> None:
    """How much of each kind was compared, over all shops."""
    compared: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for check in shown.checks:
        kind = "fees" if check.kind.endswith("_amount") else check.kind.replace(" ", "_")
        compared[kind][0] += check.compared
        compared[kind][1] += check.different
    session.tell("demo.truth")
    for kind, (count, different) in compared.items():
        session.tell(
            "demo.truth_line", kind=session.say(f"demo.kind.{kind}"), compared=f"{count:,}", different=different
        )
    total, wrong = (sum(counts[place] for counts in compared.values()) for place in (0, 1))
    session.tell("demo.truth_equal" if shown.is_true else "demo.truth_differs", compared=f"{total:,}", different=wrong)


def _show_events(shown: Demonstration, session: Session) -> None:
    from zhanggui.kernel.money import minor_unit_places

    session.tell("demo.events")
    for event in shown.events:
        cost = event.cost_minor / 10 ** minor_unit_places(event.currency)
        told = {"first": event.from_on, "kind": event.kind, "where": event.shop, "currency": event.currency}
        session.tell("demo.event_line", **told, cost=f"{cost:,.2f}")


def _show_console(shown: Demonstration, address: str, session: Session) -> None:
    from zhanggui.app.demo import OWNER
    from zhanggui.kernel.limits import DEMO_IDLE_MINUTES

    if not (Path(zhanggui.__file__).parent / "surfaces" / "web" / "static" / "index.html").is_file():
        session.tell("demo.console_missing")
    session.tell("demo.console", address=address, name=OWNER, password=shown.password, minutes=DEMO_IDLE_MINUTES)
