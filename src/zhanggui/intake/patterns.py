"""Texts that a declared pattern would find: the inverse of a search, for writing files from their declaration.

A declaration says how a file's name, its preamble and its totals are recognised. Writing such a file needs a text
that matches; here the simplest one is made from the pattern itself, so that the two can never drift apart.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# The standard library's own parser of patterns; it has no public name, but every supported version has it here.
_parser: Any = importlib.import_module("re._parser")

_MOMENT = "20260801120000"
UNIX_SECONDS = "1785556800"
_UNBOUNDED = 1 << 16
_FILLERS = ("测试", "_20260801")
_WORDS = {"Aaa": "Aug", "AAA": "USD", "AA_": "US_"}  # letters in a pattern are a month, a currency or a country


@dataclass
class _Render:
    """One walk over a parsed pattern."""

    groups: Mapping[int, str]
    names: Mapping[str, int]
    prefer: Sequence[str]
    out: str = ""
    digits: int = 0  # how much of the moment has been written
    fillers: list[str] = field(default_factory=lambda: list(_FILLERS))

    def walk(self, parsed: Any) -> None:
        for operation, argument in parsed:
            getattr(self, f"on_{str(operation).lower()}", self.skip)(argument)

    def skip(self, argument: Any) -> None:
        """Anchors and looks ahead write nothing."""

    def on_literal(self, argument: int) -> None:
        self.out += chr(argument)

    def on_not_literal(self, argument: int) -> None:
        self.out += "测" if argument != ord("测") else "试"

    def on_any(self, argument: Any) -> None:
        self.out += "测"

    def on_in(self, argument: Any) -> None:
        self.out += "1" if _is_digit(argument) else _one_of(argument)

    def on_branch(self, argument: Any) -> None:
        branches = argument[1]
        texts = [self.apart(branch) for branch in branches]
        chosen = next((place for place, text in enumerate(texts) if text in self.prefer), 0)
        self.walk(branches[chosen])

    def apart(self, parsed: Any) -> str:
        """What a part would write, without writing it."""
        walker = _Render(self.groups, self.names, self.prefer)
        walker.walk(parsed)
        return walker.out

    def on_subpattern(self, argument: Any) -> None:
        group, *_, inner = argument
        if group in self.groups:
            self.out += self.groups[group]
        elif group is not None and group == self.names.get("unix"):
            self.out += UNIX_SECONDS
        else:
            self.walk(inner)

    def on_max_repeat(self, argument: Any) -> None:
        low, high, inner = argument[0], int(argument[1]), argument[2]
        operation, part = inner[0][0], inner[0][1]
        kind = str(operation).lower()
        if kind == "in" and _is_digit(part) and low:
            self.write_digits(high if high < _UNBOUNDED else low)
        elif kind == "any" and high >= _UNBOUNDED:
            self.out += self.fillers.pop(0) if self.fillers else ""
        elif low == 0 and self.is_wanted(inner):
            self.walk(inner)
        else:
            for _ in range(low):
                self.walk(inner)

    on_min_repeat = on_max_repeat
    on_possessive_repeat = on_max_repeat

    def is_wanted(self, inner: Any) -> bool:
        """The last letter of xls(x), or an optional part that holds a given group."""
        if any(str(op).lower() == "subpattern" and arg[0] in self.groups for op, arg in inner):
            return True
        return self.out.endswith(".xls") and "xlsx" in self.prefer and self.apart(inner) == "x"

    def write_digits(self, count: int) -> None:
        """A run of digits: the moment of the export from its start, or on from where it stands."""
        if self.out.endswith("20") and not self.out[-3:-2].isdigit() and (count == 2 or count >= 6):
            self.digits = 2
        elif count >= 8 or count == 4:
            self.digits = 0
        self.out += (_MOMENT[self.digits :] + "123456789" * 3)[:count]
        self.digits = min(self.digits + count, len(_MOMENT))


def _is_digit(members: Any) -> bool:
    return any(str(kind).lower() == "category" and str(value).lower() == "category_digit" for kind, value in members)


def _one_of(members: Any) -> str:
    kinds = [(str(kind).lower(), value) for kind, value in members]
    if kinds[0][0] == "negate":
        return "测"
    for kind, value in kinds:
        if kind == "literal":
            return chr(value)
        if kind == "range":
            return chr(value[0])
    return {"category_space": " ", "category_not_digit": "_"}.get(str(kinds[0][1]).lower(), "测")


def render_pattern(
    pattern: str, groups: Mapping[int, str] | None = None, prefer: Sequence[str] = (), fillers: Sequence[str] = _FILLERS
) -> str:
    """A text in which the pattern is found.

    Groups take the given texts, branches in `prefer` are taken first, and `fillers` stand for anything at all.
    """
    parsed = _parser.parse(pattern)
    walker = _Render(groups or {}, dict(parsed.state.groupdict), prefer, fillers=list(fillers))
    walker.walk(parsed)
    for letters, word in _WORDS.items():
        walker.out = walker.out.replace(letters, word)
    return walker.out
