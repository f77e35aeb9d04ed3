"""The one register of what may be asked and commanded; every surface and document is made from it."""

from __future__ import annotations

from collections.abc import Sequence

import zhanggui.app.actions
import zhanggui.app.notify_actions
import zhanggui.app.people_actions
import zhanggui.app.questions  # noqa: F401 - importing the two registers what can be done and asked
from zhanggui.app.asking import QUESTIONS, answer_question, check_question
from zhanggui.app.commanding import ACTIONS, run_command
from zhanggui.app.commands import COMMANDS, Command
from zhanggui.canon.questions import Parameter, Question
from zhanggui.kernel.phrases import phrase

__all__ = [
    "ACTIONS",
    "COMMANDS",
    "QUESTIONS",
    "answer_question",
    "check_question",
    "list_questions",
    "render_reference",
    "run_command",
]


def list_questions() -> list[Question]:
    """Every question, in the order in which they were written down."""
    return [entry.question for entry in QUESTIONS.values()]


def render_reference() -> str:
    """docs/commands.md: every command and question, in both languages."""
    lines = [phrase("reference.head", "en"), ""]
    lines += ["| command | 中文 | English | permission | server |", "|---|---|---|---|---|"]
    lines += [_command_line(command) for command in COMMANDS.values()]
    lines += [
        "",
        phrase("reference.questions", "en"),
        "",
        "| question | 中文 | English | parameters |",
        "|---|---|---|---|",
    ]
    for asked in sorted(list_questions(), key=lambda one: one.name):
        named = _parameters(asked.parameters)
        lines.append(f"| `zhanggui ask {asked.name}` | {asked.zh} | {asked.en} | {named or '–'} |")
    return "\n".join([*lines, "", phrase("reference.shapes", "en"), ""])


def _parameters(parameters: Sequence[Parameter]) -> str:
    return ", ".join(f"`{p.name}`{'' if not p.required else ' (required)'}: {p.en}" for p in parameters)


def _command_line(command: Command) -> str:
    """A command's row; what a server runs is said with its parameters."""
    way = " (job)" if command.is_job else ""
    served = f"`POST /commands/{command.name}`{way} {_parameters(command.parameters)}".strip()
    told = served if command.name in ACTIONS else "–"
    return f"| `zhanggui {command.line}` | {command.zh} | {command.en} | {command.permission.value} | {told} |"
