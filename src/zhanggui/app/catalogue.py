"""The one register of what may be asked and commanded; every surface and document is made from it."""

from __future__ import annotations

import zhanggui.app.questions  # noqa: F401 - importing registers the questions
from zhanggui.app.asking import QUESTIONS, answer_question, check_question
from zhanggui.app.commands import COMMANDS
from zhanggui.canon.questions import Question
from zhanggui.kernel.phrases import phrase

__all__ = ["COMMANDS", "QUESTIONS", "answer_question", "check_question", "list_questions", "render_reference"]


def list_questions() -> list[Question]:
    """Every question, in the order in which they were written down."""
    return [entry.question for entry in QUESTIONS.values()]


def render_reference() -> str:
    """docs/commands.md: every command and question, in both languages."""
    lines = [phrase("reference.head", "en"), ""]
    lines += ["| command | 中文 | English | permission |", "|---|---|---|---|"]
    lines += [f"| `zhanggui {c.name}` | {c.zh} | {c.en} | {c.permission.value} |" for c in COMMANDS.values()]
    lines += [
        "",
        phrase("reference.questions", "en"),
        "",
        "| question | 中文 | English | parameters |",
        "|---|---|---|---|",
    ]
    for asked in sorted(list_questions(), key=lambda one: one.name):
        named = ", ".join(f"`{p.name}`{'' if not p.required else ' (required)'}: {p.en}" for p in asked.parameters)
        lines.append(f"| `zhanggui ask {asked.name}` | {asked.zh} | {asked.en} | {named or '–'} |")
    return "\n".join([*lines, "", phrase("reference.shapes", "en"), ""])
