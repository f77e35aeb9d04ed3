"""Answers as tables for people: titles in their language, numbers to the right, nothing computed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from zhanggui.kernel.phrases import phrase

if TYPE_CHECKING:
    from zhanggui.app.answers import Answer, Note

ROWS_SHOWN = 200  # on a terminal; all of them go into a file or JSON
NUMBERS = ("decimal", "count")


def print_answer(answer: Answer, lang: str) -> None:
    """The answer as a table, with what must be said beside it on standard error."""
    from zhanggui.app.titles import title_of

    titles = [_head(title_of(column.name, lang), column.unit) for column in answer.columns]
    rights = [column.type in NUMBERS for column in answer.columns]
    print_table(titles, rights, [[show(value, lang) for value in row] for row in answer.rows[:ROWS_SHOWN]])
    left = len(answer.rows) - ROWS_SHOWN
    if left > 0 or answer.is_cut:
        sys.stderr.write(phrase("answer.more", lang, rows=max(left, 0)) + "\n")
    day = answer.as_of.isoformat() if answer.as_of else "–"
    sys.stderr.write(phrase("answer.source", lang, generation=answer.generation, as_of=day) + "\n")
    print_notes(answer.notes, lang)


def _head(title: str, unit: str | None) -> str:
    return f"{title} ({unit})" if unit and len(unit) == 3 and unit.isupper() else title


def print_notes(notes: Sequence[Note], lang: str) -> None:
    """What must be said beside the figures."""
    from zhanggui.app.answers import say_note

    for note in notes:
        sys.stderr.write(say_note(note, lang) + "\n")


def print_table(titles: Sequence[str], rights: Sequence[bool], rows: Sequence[Sequence[str]]) -> None:
    """A plain table, as wide as it needs to be where nobody looks at it."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for title, right in zip(titles, rights, strict=True):
        table.add_column(title, justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    width = None if sys.stdout.isatty() else 10_000
    Console(file=sys.stdout, width=width, markup=False, highlight=False, emoji=False).print(table)


def show(value: Any, lang: str) -> str:
    """A value as a person reads it; a text cannot move the cursor or colour the screen."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return phrase("answer.yes" if value else "answer.no", lang)
    if isinstance(value, Decimal):
        text = f"{value:,f}"
        whole, _, places = text.partition(".")
        kept = places.rstrip("0").ljust(2, "0") if places else ""
        return f"{whole}.{kept}" if kept else whole
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date) else printable(str(value))


def printable(text: str) -> str:
    """The text without control characters: file names and titles are strangers' words."""
    return "".join(character if character.isprintable() else " " for character in text)
