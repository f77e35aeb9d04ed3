"""What the house tests read: the files that belong to the project, and its Python modules as trees."""

from __future__ import annotations

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "src" / "zhanggui"


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is or would be committed; outside a clone, every file that is not made by a tool."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode == 0:
        paths = {ROOT / name for name in listing.stdout.decode().split("\0") if name}
    else:
        made = {".venv", "build", "dist", "__pycache__", ".git"}
        paths = {path for path in ROOT.rglob("*") if not made & set(path.relative_to(ROOT).parts)}
    return tuple(sorted(path for path in paths if path.is_file()))


def text_files() -> Iterator[tuple[Path, str]]:
    """The project's files that are text, with their text."""
    for path in project_files():
        try:
            yield path, path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def python_files(*folders: str) -> list[Path]:
    """The project's Python files below these folders (all, without any)."""
    parents = [ROOT / folder for folder in folders] or [ROOT]
    return [p for p in project_files() if p.suffix == ".py" and any(p.is_relative_to(parent) for parent in parents)]


@cache
def parse(path: Path) -> ast.Module:
    """The syntax tree of one module."""
    return ast.parse(path.read_text("utf-8"), filename=str(path))


@cache
def project_table() -> dict[str, Any]:
    """pyproject.toml as it stands."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def shown(path: Path) -> str:
    """A path as a person would write it."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()
