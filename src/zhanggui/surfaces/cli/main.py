"""The command line. It translates: what a person types into calls of the app, and answers into tables or JSON.

Nothing heavy is imported before a command needs it, so that `--help` and completion are immediate.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

import zhanggui
from zhanggui.surfaces.cli import (
    bookkeeping,
    decisions,
    demonstration,
    figures,
    keeping,
    notices,
    people,
    serving,
    simulating,
)
from zhanggui.surfaces.cli.options import JsonOption, LangOption, WorkspaceOption, both
from zhanggui.surfaces.cli.session import Session, language_in, report_error, speak_as

app = typer.Typer(
    name="zhanggui",
    help=both(
        "掌柜：从平台导出的报表，到分文不差的账、数字与决策。",
        "Zhanggui: from platform exports to exact books, figures and decisions.",
    ),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for room in (bookkeeping, figures, decisions, keeping, demonstration, simulating, people, serving):
    app.registered_commands.extend(room.app.registered_commands)
for name, group in (
    ("user", people.user),
    ("token", people.token),
    ("grant", people.grant),
    ("notify", notices.notify),
):
    app.add_typer(group, name=name)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"zhanggui {zhanggui.__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help=both("版本号", "Version"))
    ] = False,
) -> None:
    """The options that every command has, ahead of its name."""
    directory: Path | None = workspace
    context.obj = Session(directory, json, speak_as(lang))


def main() -> None:
    """Run one command; the exit code says what came of it (0 done, 1 ours, 2 usage, 3 in part, 4 refused, 5 try again)."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command with these arguments; gives the exit code."""
    is_json, lang = "--json" in arguments, language_in(arguments)
    try:
        result = app(args=arguments, standalone_mode=False)
        return result if isinstance(result, int) else 0
    except typer.Exit as leaving:
        return leaving.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        return 0
    except typer.TyperException as wrong:
        return _report_usage(wrong, is_json, lang)
    except Exception as error:
        return report_error(error, is_json, lang)


def _report_usage(wrong: typer.TyperException, is_json: bool, lang: str) -> int:
    """What typing wrongly gives: the parser's own sentence."""
    from zhanggui.kernel.errors import UsageRefusal

    told = getattr(wrong, "format_message", lambda: str(wrong))()
    return report_error(UsageRefusal(detail=told), is_json, lang) if told else 2


if __name__ == "__main__":
    main()
