"""How a command is run: one declaration in `commands.py`, one function, and every surface has it.

Questions are registered in the same way in `asking.py`; a command differs in that it is told who gives it, and may
say how far it is.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhanggui.app.callers import Caller
from zhanggui.app.commands import COMMANDS, Command
from zhanggui.app.errors import CommandUnknown, ParameterInvalid, ParameterMissing, ParameterUnknown
from zhanggui.canon.questions import Parameter
from zhanggui.kernel.periods import read_day

if TYPE_CHECKING:
    from zhanggui.app.workspace import Workspace

Told = Callable[[str, int, int], None]
"""Told of progress: what is being done, how much of it is, of how much."""

Logged = Callable[[str, Mapping[str, Any]], None]
"""Told of something worth keeping in a job's log: a code of the phrase book (`job.<code>`) and its fields."""

Action = Callable[..., dict[str, Any]]
"""Runs a command; gives what a program is told of it."""


@dataclass(frozen=True)
class Commanded:
    """What a command's function is given: where, by whom, and whom to tell how far it is."""

    workspace: Workspace
    caller: Caller
    told: Told = lambda *_: None
    logged: Logged = lambda *_: None

    @property
    def actor(self) -> str:
        """How the records name whoever gives the command."""
        return self.caller.actor


ACTIONS: dict[str, Action] = {}
"""The function of every command that a server may run, by the command's name."""


def action(run: Action) -> Action:
    """Register the function of a declared command under its own name, less `command_`."""
    name = run.__name__.removeprefix("command_").replace("_", "-")
    name = name if name in COMMANDS else name.replace("-", "_")
    taken = set(inspect.signature(run).parameters) - {"given"}
    assert taken == {parameter.name for parameter in COMMANDS[name].parameters}, f"{name}: {taken}"
    ACTIONS[name] = run
    return run


def find_command(name: str) -> Command:
    """The command of this name that a server may run; raises CommandUnknown."""
    if name not in ACTIONS:
        raise CommandUnknown(command=name, known=", ".join(sorted(ACTIONS)))
    return COMMANDS[name]


def run_command(given: Commanded, name: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Run a command to its end; raises CommandUnknown, ParameterUnknown and their like, and what the command raises."""
    command = find_command(name)
    return ACTIONS[name](given, **read_arguments(command, told))


def read_arguments(command: Command, told: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments by name, read by their kinds; an empty text is none."""
    known = {parameter.name: parameter for parameter in command.parameters}
    for name in told:
        if name not in known:
            raise ParameterUnknown(question=command.name, parameter=name, known=", ".join(known) or "-")
    return {name: _read(command, parameter, told.get(name)) for name, parameter in known.items()}


def _read(command: Command, parameter: Parameter, told: Any) -> Any:
    value = parameter.default if told is None or told == "" else told
    if value is None:
        if parameter.required:
            raise ParameterMissing(question=command.name, parameter=parameter.name)
        return None
    try:
        return _READERS[parameter.kind](value)
    except (ValueError, KeyError, TypeError) as error:
        raise ParameterInvalid(parameter=parameter.name, value=str(told)[:200], kind=parameter.kind) from error


_FLAGS = {"true": True, "yes": True, "1": True, "是": True, "false": False, "no": False, "0": False, "否": False}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def _texts(value: Any) -> list[str]:
    return [_text(one) for one in value] if isinstance(value, list) else [_text(value)]


def _record(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(type(value).__name__)
    return value


def _flag(value: Any) -> bool:
    return value if isinstance(value, bool) else _FLAGS[_text(value).casefold()]


def _count(value: Any) -> int:
    return int(value) if isinstance(value, str) or type(value) is int else int(_text(value))


_READERS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "code": _text,
    "texts": _texts,
    "record": _record,
    "flag": _flag,
    "count": _count,
    "date": lambda value: read_day(_text(value)),
}
