"""What every command shares: the workspace meant, the language spoken, and how an answer is given."""

from __future__ import annotations

import getpass
import json
import locale
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from zhanggui.kernel.errors import Fault, ZhangguiError

if TYPE_CHECKING:
    from zhanggui.app.workspace import Workspace

LANGUAGES = ("zh", "en")


@dataclass
class Session:
    """One run of the command line."""

    directory: Path | None
    is_json: bool
    lang: str

    def open(self) -> Workspace:
        """The workspace meant; raises WorkspaceMissing."""
        from zhanggui.app.workspace import find_workspace, open_workspace

        return open_workspace(find_workspace(self.directory))

    def say(self, key: str, **fields: object) -> str:
        """A sentence of the phrase book."""
        from zhanggui.kernel.phrases import phrase

        return phrase(key, self.lang, **fields)

    def tell(self, key: str, **fields: object) -> None:
        """A sentence for a person; programs read only the answer."""
        if not self.is_json:
            sys.stdout.write(self.say(key, **fields) + "\n")

    def give(self, answer: dict[str, Any]) -> None:
        """The answer for a program."""
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")

    def warn(self, text: str) -> None:
        """Something beside the answer."""
        sys.stderr.write(text + "\n")

    @property
    def actor(self) -> str:
        """Who gives the command, for the records."""
        try:
            return getpass.getuser()
        except (KeyError, OSError):
            return "local"


def speak_as(named: str | None = None) -> str:
    """The language: the one named, else what LANG says, else Chinese."""
    if named in LANGUAGES:
        return str(named)
    told = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    code = locale.normalize(told).split("_")[0].lower()
    return "en" if code == "en" else "zh"


def language_in(arguments: list[str]) -> str:
    """The language that the arguments ask for, before they are parsed: the help needs it."""
    for place, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return speak_as(argument.partition("=")[2])
        if argument == "--lang" and place + 1 < len(arguments):
            return speak_as(arguments[place + 1])
    return speak_as()


def begin(context: typer.Context, directory: Path | None, is_json: bool, lang: str | None) -> Session:
    """The session of a command: its own options before those given ahead of its name."""
    ahead = context.find_root().obj
    known = ahead if isinstance(ahead, Session) else Session(None, False, speak_as())
    return Session(directory or known.directory, is_json or known.is_json, speak_as(lang) if lang else known.lang)


def report_error(error: BaseException, is_json: bool, lang: str) -> int:
    """Say what happened and what to do next, in one sentence each; gives the exit code."""
    told = error if isinstance(error, ZhangguiError) else _unexpected(error)
    what, following = _sentences(told, lang)
    if is_json:
        shape = {"code": told.code, "fields": _plain(told.fields), "message": what, "next": following}
        sys.stdout.write(json.dumps({"error": shape}, ensure_ascii=False) + "\n")
    sys.stderr.write(f"{what}\n{following}\n")
    return told.exit_code


def _unexpected(error: BaseException) -> Fault:
    if os.environ.get("ZHANGGUI_TRACEBACK"):
        import traceback

        traceback.print_exception(error)
    return Fault(error=type(error).__name__, text=str(error)[:500])


def _sentences(error: ZhangguiError, lang: str) -> tuple[str, str]:
    from zhanggui.kernel.phrases import PhraseMissing, error_sentences

    try:
        return error_sentences(error, lang)
    except PhraseMissing:
        return str(error), error.code


def _plain(fields: dict[str, object]) -> dict[str, Any]:
    return {name: value if isinstance(value, int | list | None) else str(value) for name, value in fields.items()}
