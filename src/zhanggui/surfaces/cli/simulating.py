"""The command that simulates: a seller's files and truth, or canonical tables at scale."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhanggui.surfaces.cli.bookkeeping import help_of
from zhanggui.surfaces.cli.options import JsonOption, LangOption, WorkspaceOption, both
from zhanggui.surfaces.cli.progress import Progress
from zhanggui.surfaces.cli.session import Session, begin

if TYPE_CHECKING:
    from zhanggui.app.simulating import Order, SimulatedSeller

app = typer.Typer()


@app.command("simulate", help=help_of("simulate"))
def simulate(
    context: typer.Context,
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="[SCENARIO]", help=both("附带场景的名称，或 YAML 文件", "A shipped name, or a YAML file")
        ),
    ] = "",
    out: Annotated[Path | None, typer.Option(metavar="DIR", help=both("写到哪里", "Where to"))] = None,
    seed: Annotated[int, typer.Option(min=0, help=both("随机种子", "Seed"))] = 1,
    days: Annotated[int | None, typer.Option(min=1, help=both("天数", "Days"))] = None,
    scale: Annotated[float | None, typer.Option(help=both("需求的倍数", "Times the demand"))] = None,
    sellers: Annotated[int | None, typer.Option(min=1, help=both("模板的卖家个数", "Sellers of a template"))] = None,
    canonical: Annotated[
        bool, typer.Option("--canonical", help=both("写规范表（Parquet），而非平台文件", "Canonical tables (Parquet)"))
    ] = False,
    lines: Annotated[
        int | None, typer.Option(min=1, help=both("订单明细行数（规范表）", "Order lines (canonical)"))
    ] = None,
    processes: Annotated[int, typer.Option(min=0, help=both("进程数（规范表）", "Processes (canonical)"))] = 0,
    listed: Annotated[bool, typer.Option("--list", help=both("列出附带的场景", "List the shipped scenarios"))] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Simulate a seller."""
    session = begin(context, workspace, json, lang)
    if listed:
        _list(session)
        return
    if not scenario or out is None:
        raise typer.BadParameter(session.say("simulate.need_out"))
    from zhanggui.app.simulating import CanonicalOrder, Order

    if canonical:
        if scale is not None:
            raise typer.BadParameter(session.say("simulate.no_scale"))
        _write_tables(session, out, Order(scenario, seed, days), CanonicalOrder(lines, sellers, processes))
        return
    if lines is not None or processes:
        raise typer.BadParameter(session.say("simulate.only_canonical"))
    _write_files(session, out, Order(scenario, seed, days, scale, sellers or 1))


def _list(session: Session) -> None:
    from zhanggui.app.simulating import list_scenarios
    from zhanggui.surfaces.cli.rendering import print_table

    found = list_scenarios()
    if session.is_json:
        session.give({"scenarios": found})
        return
    heads = [session.say(f"simulate.{name}") for name in ("scenario", "company", "channels", "days", "sellers")]
    rows = [
        [one["name"], one["company"], ", ".join(one["channels"]), str(one["days"]), str(one["sellers"])]
        for one in found
    ]
    print_table(heads, [False, False, False, True, True], rows)


def _write_files(session: Session, out: Path, order: Order) -> None:
    from zhanggui.app.simulating import list_scenarios, simulate_sellers

    with Progress(session.say("simulate.title"), session.lang) as progress:
        written = simulate_sellers(out, order, progress)
    if session.is_json:
        session.give({"scenario": order.scenario, "seed": order.seed, "sellers": [one.to_json() for one in written]})
        return
    for one in written:
        session.tell("simulate.done", **_told(one))
    most = {one["name"]: one["sellers"] for one in list_scenarios()}.get(order.scenario, 1)
    if most > len(written):
        session.tell("simulate.template", scenario=order.scenario, most=most, count=len(written))
    first = written[0]
    told = {"directory": shlex.quote(str(first.directory)), "books": shlex.quote(f"{out}-books")}
    session.tell("simulate.next", **told, as_of=first.as_of)


def _told(seller: SimulatedSeller) -> dict[str, Any]:
    return {
        "company": seller.company,
        "first": seller.first_on,
        "last": seller.last_on,
        "files": seller.file_count,
        **seller.counts,
        "directory": seller.directory,
    }


def _write_tables(session: Session, out: Path, order: Any, size: Any) -> None:
    from zhanggui.app.simulating import write_canonical_tables

    with Progress(session.say("simulate.title"), session.lang) as progress:
        written = write_canonical_tables(out, order, size, progress)
    if session.is_json:
        session.give(written)
        return
    session.tell(
        "simulate.canonical",
        lines=written["tables"].get("order_lines", 0),
        sellers=written["sellers"],
        directory=written["directory"],
        megabytes=round(written["bytes"] / 1e6),
        seconds=written["seconds"],
    )
