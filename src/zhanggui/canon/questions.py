"""What a question is: a name in both languages, its parameters, who may ask it, and how much it may return."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Permission(Enum):
    """What a person must hold to ask or to command."""

    READ = "read"  # figures, decisions and the rows behind them
    EXPORT = "export"  # take whole tables out of the house
    IMPORT = "import"  # bring files and close the books
    DECIDE = "decide"  # accept, dismiss, map, confirm
    OWN = "own"  # people, grants, personal data, restore


@dataclass(frozen=True)
class Parameter:
    """One argument; `kind` is text, texts (given more than once), code, count, date, period, amount or flag."""

    name: str
    kind: str
    zh: str
    en: str
    required: bool = False
    default: str | None = None
    vocabulary: str | None = None


@dataclass(frozen=True)
class AnswerLimits:
    """How much one answer may cost."""

    rows: int
    seconds: int


@dataclass(frozen=True)
class Question:
    """Registered once; every surface is made from it."""

    name: str
    zh: str
    en: str
    parameters: tuple[Parameter, ...]
    permission: Permission
    limits: AnswerLimits
