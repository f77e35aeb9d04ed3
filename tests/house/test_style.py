"""How the code reads: a purpose at the head of every module, short functions, whole names, nothing left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.checkout import parse, python_files, shown, text_files

LONGEST_FUNCTION_LINES = 60
LONGEST_FILE_LINES = 500
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "service", "services", "base"}
EMPTY_NAMES |= {"misc", "core", "lib", "stuff"}
LEFT_OVER = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
CODE = {".py", ".ts", ".tsx", ".sql", ".sh", ".yaml", ".yml", ".toml", ""}


def long_functions(tree: ast.Module) -> Iterator[str]:
    """Functions over the limit, with their length."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION_LINES:
                yield f"{node.name}, line {node.lineno}: {lines} lines"


def unfinished(tree: ast.Module) -> Iterator[str]:
    """Places that only say that they are not written yet."""
    for node in ast.walk(tree):
        raised = node.exc if isinstance(node, ast.Raise) else None
        name = getattr(raised.func if isinstance(raised, ast.Call) else raised, "id", "")
        if name == "NotImplementedError":
            yield f"line {getattr(node, 'lineno', 0)}: raises NotImplementedError"


def empty_name(stem: str) -> bool:
    """Whether a file's name says nothing about what is in it."""
    return stem in EMPTY_NAMES or stem.rsplit("_", 1)[-1] in EMPTY_NAMES - {"base", "core", "lib"}


def test_every_module_says_why_it_exists() -> None:
    silent = [shown(p) for p in python_files() if parse(p).body and not ast.get_docstring(parse(p))]
    assert silent == []


def test_functions_are_short() -> None:
    assert [f"{shown(p)}: {found}" for p in python_files() for found in long_functions(parse(p))] == []


def test_files_are_short() -> None:
    lengths = {shown(p): p.read_text("utf-8").count("\n") for p in python_files()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE_LINES} == {}


def test_file_names_are_nouns_of_the_trade() -> None:
    assert [shown(p) for p in python_files() if empty_name(p.stem) or empty_name(p.parent.name)] == []


def test_nothing_is_left_over() -> None:
    lines = (
        f"{shown(path)}:{number} {line.strip()}"
        for path, text in text_files()
        if path.suffix in CODE and path.suffix != ".lock"
        for number, line in enumerate(text.splitlines(), 1)
        if LEFT_OVER.search(line)
    )
    assert list(lines) == []


def test_nothing_is_unfinished() -> None:
    assert [f"{shown(p)}: {found}" for p in python_files("src") for found in unfinished(parse(p))] == []


def test_the_checks_see_what_they_look_for() -> None:
    long = "def f():\n" + "    x = 1\n" * LONGEST_FUNCTION_LINES
    assert list(long_functions(ast.parse(long))) == ["f, line 1: 61 lines"]
    assert list(long_functions(ast.parse(long.replace("    x = 1\n", "", 1)))) == []
    assert list(unfinished(ast.parse("raise NotImplementedError('later')"))) == ["line 1: raises NotImplementedError"]
    assert LEFT_OVER.search("# TO" + "DO: later")
    assert not LEFT_OVER.search("todo lists what waits for a person")


@pytest.mark.parametrize(("stem", "is_empty"), [("utils", True), ("csv_helpers", True), ("settlements", False)])
def test_a_name_that_says_nothing_is_seen(stem: str, is_empty: bool) -> None:
    assert empty_name(stem) is is_empty
