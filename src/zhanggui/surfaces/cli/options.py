"""The options that every command has, said once and in the language of the person who asks for help."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from zhanggui.surfaces.cli.session import language_in

LANG = language_in(sys.argv[1:])


def both(zh: str, en: str) -> str:
    """The one of two texts that is in the language of this run."""
    return zh if LANG == "zh" else en


WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", metavar="DIR", help=both("工作区目录", "Directory of the workspace")),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help=both("以 JSON 输出（形状稳定）", "Answer in JSON (stable shape)"))
]
LangOption = Annotated[
    str | None, typer.Option("--lang", metavar="zh|en", help=both("语言：zh 或 en", "Language: zh or en"))
]
GenerationOption = Annotated[
    int | None,
    typer.Option("--generation", metavar="N", help=both("读取第 N 版账册", "Read the books of generation N")),
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FILE", help=both("写入文件（csv、xlsx、parquet）", "Write to a file (csv, xlsx, parquet)")
    ),
]


def day_option(name: str, zh: str, en: str) -> typer.models.OptionInfo:
    """An option that takes a date."""
    option: typer.models.OptionInfo = typer.Option(name, formats=["%Y-%m-%d"], metavar="DATE", help=both(zh, en))
    return option
