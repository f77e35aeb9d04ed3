"""Commands that bring files into the books and close them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhanggui.app.commands import COMMANDS
from zhanggui.kernel.errors import ZhangguiError
from zhanggui.surfaces.cli.options import LANG, JsonOption, LangOption, OutOption, WorkspaceOption, both, day_option
from zhanggui.surfaces.cli.progress import Progress
from zhanggui.surfaces.cli.session import Session, begin

if TYPE_CHECKING:
    from zhanggui.app.importing import FileReport, ImportReport

app = typer.Typer()


def help_of(name: str) -> str:
    """The command's sentence in the language of this run."""
    return COMMANDS[name].zh if LANG == "zh" else COMMANDS[name].en


@app.command("init", help=help_of("init"))
def init(
    context: typer.Context,
    directory: Annotated[Path | None, typer.Argument(metavar="[DIR]")] = None,
    company: Annotated[str, typer.Option(help=both("公司名称", "Name of the company"))] = "",
    currency: Annotated[str, typer.Option(help=both("本位币", "Base currency"))] = "CNY",
    timezone: Annotated[str, typer.Option(help=both("时区（IANA）", "Time zone (IANA)"))] = "Asia/Shanghai",
    settings: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=both("照这份 zhanggui.toml 设置", "Take the settings from this zhanggui.toml")
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Make a workspace."""
    from zhanggui.app.workspace import Settings, create_workspace, find_workspace, read_settings

    session = begin(context, workspace, json, lang)
    home = find_workspace(directory or session.directory)
    typed = Settings(company=company, base_currency=currency.upper(), timezone=timezone)
    made = create_workspace(home, read_settings(settings) if settings else typed)
    if session.is_json:
        told = made.settings
        session.give({"workspace": str(home), "company": told.company, "base_currency": told.base_currency})
    session.tell("told.init", directory=home)


@app.command("import", help=help_of("import"))
def import_files(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...")],
    shop: Annotated[str | None, typer.Option(help=both("店铺名", "Name of the shop"))] = None,
    channel: Annotated[str | None, typer.Option(help=both("渠道代码", "Code of the channel"))] = None,
    format_id: Annotated[str | None, typer.Option("--format", help=both("报表格式", "Report format"))] = None,
    mapping: Annotated[Path | None, typer.Option(help=both("对应文件", "Mapping file"))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=both("只检查，不入账", "Check only"))] = False,
    stated: Annotated[
        datetime | None,
        day_option("--as-of", "文件的导出日（文件自己没有写明时）", "Day of export, for files that do not say it"),
    ] = None,
    currency: Annotated[
        str | None, typer.Option(help=both("文件未写明的币种", "Currency the files do not name"))
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help=both("文件未写明的时区", "Time zone the files do not name"))
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Import files."""
    session = begin(context, workspace, json, lang)
    home = session.open()
    from zhanggui.app.importing import ImportOptions, import_paths

    options = ImportOptions(shop, channel, format_id, mapping, dry_run, stated, currency, timezone)
    with Progress(session.say("progress.import"), session.lang) as progress:
        report = import_paths(home, paths, options, progress)
    if session.is_json:
        session.give(report.to_json())
    else:
        show_import(report, session)
    raise typer.Exit(report.exit_code)


def show_import(report: ImportReport, session: Session) -> None:
    """The report for a person: one line for each file, then what was refused and what does not agree."""
    from zhanggui.surfaces.cli.rendering import print_table, show

    heads = ("file", "format", "shop", "period", "seen", "accepted", "refused", "duplicate", "replaced")
    titles = [session.say(f"import.{head}") for head in heads]
    rows = [[show(value, session.lang) for value in _file_cells(file)] for file in report.files]
    print_table(titles, [False] * 4 + [True] * 5, rows)
    for file in report.files:
        _show_refusals(file, session)
        for warning in file.manifest.warnings if file.manifest else ():
            said = session.say(f"warning.{warning.code}", **{**vars(warning), "code": warning.code})
            session.tell("import.warning", file=file.path, what=said)
        for control in file.manifest.controls if file.manifest else ():
            if not control.agrees:
                session.tell("import.control", file=file.path, **vars(control))
    key = "import.dry" if report.is_dry_run else "import.done"
    session.tell(key, import_id=report.import_id, files=len(report.files))


def _file_cells(file: FileReport) -> tuple[Any, ...]:
    known = file.manifest
    name = f"{file.path} › {file.member}" if file.member else file.path
    if known is None:
        return (name, None, None, None, 0, 0, 0, 0, 0)
    period = f"{known.period_from} – {known.period_to}" if known.period_from else None
    counts = (known.rows_seen, file.rows_accepted, file.rows_refused, file.rows_duplicate, file.rows_replaced)
    return (name, known.format, known.shop_id, period, *counts)


REFUSALS_TOLD = 5


def _show_refusals(file: FileReport, session: Session) -> None:
    for refusal in file.refusals[:REFUSALS_TOLD]:
        why = _reason(refusal, session)
        if refusal["row"] is None:
            session.tell("import.file_refused", file=file.path, why=why)
        else:
            session.tell(
                "import.row_refused", file=file.path, row=refusal["row"], column=refusal["column"] or "–", why=why
            )
    left = max(file.rows_refused, len(file.refusals)) - REFUSALS_TOLD
    if left > 0:
        session.tell("import.more_refused", rows=left)


def _reason(refusal: dict[str, Any], session: Session) -> str:
    """Why, in the words of the phrase book where it has some."""
    from zhanggui.kernel.phrases import PhraseMissing, phrase, phrases
    from zhanggui.surfaces.cli.rendering import printable

    told = printable(str(refusal["message"] or ""))
    for key in (f"refusal.{refusal['code']}", f"error.{refusal['code']}.what"):
        if key in phrases(session.lang):
            try:
                return phrase(key, session.lang, value=told, **refusal.get("fields", {}))
            except PhraseMissing:
                continue
    detail = ", ".join(f"{name}={printable(str(value))}" for name, value in refusal.get("fields", {}).items())
    return " ".join(part for part in (refusal["code"], told, detail) if part)


@app.command("close", help=help_of("close"))
def close(
    context: typer.Context,
    as_of: Annotated[datetime | None, day_option("--as-of", "结账日（默认今天）", "Day of the close (today)")] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Close the books."""
    session = begin(context, workspace, json, lang)
    home = session.open()
    from zhanggui.app.closing import close_books

    with Progress(session.say("progress.close"), session.lang) as progress:
        closed = close_books(home, as_of.date() if as_of else None, progress)
    if session.is_json:
        session.give({"generation": closed.generation, "as_of": closed.as_of.isoformat(), "steps": closed.step_count})
    session.tell("told.close", generation=closed.generation, as_of=closed.as_of)


@app.command("formats", help=help_of("formats"))
def formats(
    context: typer.Context, workspace: WorkspaceOption = None, json: JsonOption = False, lang: LangOption = None
) -> None:
    """List the formats."""
    session = begin(context, workspace, json, lang)
    from zhanggui.app.formats import list_formats

    known = list_formats()
    if session.is_json:
        session.give({"formats": known})
        return
    from zhanggui.surfaces.cli.rendering import print_table

    titles = [session.say(f"formats.{name}") for name in ("format", "channel", "platform", "report")]
    print_table(titles, [False] * 4, [[f["format"], f["channel"], f["platform"], f[session.lang]] for f in known])


@app.command("recognise", help=help_of("recognise"))
def recognise(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Say which report a file is."""
    session = begin(context, workspace, json, lang)
    from zhanggui.app.formats import recognise as recognise_file

    told = recognise_file(file)
    if session.is_json:
        session.give(told)
    elif told["format"] is None:
        session.tell("told.unrecognised", file=file.name)
    else:
        session.tell("told.recognised", file=file.name, format=told["format"], confidence=f"{told['confidence']:.0%}")
    raise typer.Exit(0 if told["format"] else 4)


@app.command("suggest-mapping", help=help_of("suggest-mapping"))
def suggest_mapping(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Draft a mapping."""
    session = begin(context, workspace, json, lang)
    from zhanggui.app.formats import suggest_mapping as draft

    text = draft(file)
    if session.is_json:
        session.give({"mapping": text})
        return
    typer.echo(text)
    session.warn(session.say("told.suggested"))


@app.command("refused", help=help_of("refused"))
def refused(
    context: typer.Context,
    import_id: Annotated[str | None, typer.Argument(metavar="[IMPORT]")] = None,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """List refused rows."""
    session = begin(context, workspace, json, lang)
    home = session.open()
    from zhanggui.app.refusals import read_refused, write_refused

    rows = read_refused(home, import_id)
    if out is not None:
        written = write_refused(home, rows, out)
        if session.is_json:
            session.give({"files": [str(path) for path in written], "rows": len(rows)})
        session.tell("told.refused_written", rows=len(rows), files=", ".join(str(path) for path in written) or "–")
        return
    if session.is_json:
        session.give({"rows": rows})
        return
    from zhanggui.surfaces.cli.rendering import print_table, show

    names = ("path_name", "source_row", "column_name", "code", "message")
    titles = [session.say(f"import.{name}") for name in ("file", "row", "column", "code", "value")]
    cells = [[show(row[name], session.lang) for name in names] for row in rows]
    print_table(titles, [False, True, False, False, False], cells)


def refresh(session: Session, home: Any) -> None:
    """Close the books first where something was imported since; says so on standard error."""
    from zhanggui.app.closing import close_books, needs_close

    if not needs_close(home):
        return
    session.warn(session.say("told.closing_first"))
    try:
        with Progress(session.say("progress.close"), session.lang) as progress:
            close_books(home, None, progress)
    except ZhangguiError as error:
        if error.code != "warehouse_busy":
            raise
        # Another process closes or imports: the books as they were last closed still answer.
        session.warn(session.say("told.busy_answering_old"))
