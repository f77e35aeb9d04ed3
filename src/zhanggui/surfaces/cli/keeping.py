"""Commands that take the books elsewhere: export, backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhanggui.surfaces.cli.bookkeeping import help_of
from zhanggui.surfaces.cli.options import GenerationOption, JsonOption, LangOption, WorkspaceOption, both
from zhanggui.surfaces.cli.progress import Progress
from zhanggui.surfaces.cli.session import begin

app = typer.Typer()


@app.command("export", help=help_of("export"))
def export(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR")],
    kind: Annotated[
        str, typer.Option("--as", metavar="csv|xlsx|parquet", help=both("文件类型", "Kind of file"))
    ] = "csv",
    tables: Annotated[str, typer.Option("--tables", metavar="NAME,...", help=both("只导出这些表", "Only these"))] = "",
    generation: GenerationOption = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Export tables."""
    session = begin(context, workspace, json, lang)
    home = session.open()
    from zhanggui.app.exporting import export_tables

    names = [name.strip() for name in tables.split(",") if name.strip()]
    with Progress(session.say("progress.export"), session.lang) as progress:
        written = export_tables(home, directory, kind, names, generation, progress)
    if session.is_json:
        session.give({"files": [{"file": str(path), "rows": rows} for path, rows in written]})
    for path, rows in written:
        session.tell("told.written", file=path, rows=rows)


@app.command("backup", help=help_of("backup"))
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Back the workspace up."""
    session = begin(context, workspace, json, lang)
    home = session.open()
    from zhanggui.app.backup import backup_workspace

    with Progress(session.say("progress.backup"), session.lang) as progress:
        made = backup_workspace(home, file, progress)
    if session.is_json:
        session.give({"file": str(file), **made})
    session.tell("told.backup", file=file, files=made["file_count"], generation=made["generation"])


@app.command("restore", help=help_of("restore"))
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Restore a backup."""
    session = begin(context, workspace, json, lang)
    from zhanggui.app.backup import restore_workspace
    from zhanggui.app.workspace import find_workspace

    home = find_workspace(session.directory)
    with Progress(session.say("progress.restore"), session.lang) as progress:
        made = restore_workspace(file, home, progress)
    if session.is_json:
        session.give({"workspace": str(home), **made})
    session.tell("told.restore", directory=home, files=made["file_count"], generation=made["generation"])


@app.command("restore-here", help=help_of("restore-here"))
def restore_here(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=both("备份文件", "The backup"))],
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Replace the books by a backup, while no server runs."""
    session = begin(context, workspace, json, lang)
    home = session.open()
    from zhanggui.app.actions import restore_at_once
    from zhanggui.app.callers import local_caller

    with Progress(session.say("progress.restore"), session.lang) as progress:
        made = restore_at_once(home, local_caller(session.actor), file, progress)
    if session.is_json:
        session.give(made)
    session.tell("told.restored_here", name=made["name"], kept=made["kept"])
