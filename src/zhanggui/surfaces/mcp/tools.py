"""Which tools an assistant sees, and what a call gives: the catalogue's questions, and its commands where that was granted.

An answer holds texts that strangers wrote (titles, notes, names of files), and an assistant may take a text for an
instruction. So every answer says which part of it is data, and no single call changes anything: a command first
answers with a one-time code, and only the same command with that code is carried out.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mcp import types

from zhanggui.app.access import ask_as, command_as, guard, measure_as
from zhanggui.app.callers import Caller, authorise, may
from zhanggui.app.catalogue import ACTIONS, COMMANDS, QUESTIONS, list_questions
from zhanggui.app.commands import Command
from zhanggui.app.errors import ParameterInvalid, ParameterMissing, ParameterUnknown
from zhanggui.app.figures import make_request
from zhanggui.app.verdicts import list_todo
from zhanggui.app.workspace import Workspace
from zhanggui.canon.questions import Parameter, Question
from zhanggui.kernel.errors import Fault, ZhangguiError
from zhanggui.kernel.limits import CONFIRMATION_SECONDS, MAX_TOOL_ROWS, MAX_WAITING_CONFIRMATIONS
from zhanggui.kernel.periods import read_day
from zhanggui.kernel.phrases import error_sentences, phrase
from zhanggui.surfaces.mcp.errors import ConfirmationInvalid, ToolUnknown

_LOG = logging.getLogger("zhanggui.mcp")
CONFIRM = "confirm"
FIGURES = "metrics"
DUE = "todo"
_QUESTION, _COMMAND = "ask_", "do_"

_SCHEMAS: Mapping[str, dict[str, Any]] = {
    "count": {"type": "integer"},
    "flag": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "record": {"type": "object"},
}
_FIGURES = (
    Parameter("names", "text", "指标，以逗号分隔", "Metrics, separated by commas", required=True),
    Parameter("by", "text", "维度，以逗号分隔", "Dimensions, separated by commas"),
    Parameter(
        "grain",
        "code",
        "期间粒度：day、week、month、quarter、year",
        "Length of periods: day, week, month, quarter, year",
    ),
    Parameter("from", "date", "起始日", "First day"),
    Parameter("to", "date", "截止日", "Last day"),
    Parameter("currency", "code", "换算成的币种", "Currency to convert to"),
)


@dataclass(frozen=True)
class _Waiting:
    """A command that waits for its code."""

    caller: str
    name: str
    arguments: str
    until: float


@dataclass
class Tools:
    """The tools of one workspace; `allows_changes` shows the commands too, to callers who may give them."""

    workspace: Workspace
    allows_changes: bool = False
    _waiting: dict[str, _Waiting] = field(default_factory=dict)

    def listed(self, caller: Caller, lang: str) -> list[types.Tool]:
        """What this caller may use."""
        tools = [_question(one.name, lang) for one in list_questions() if may(caller, one)]
        if may(caller, COMMANDS["metrics"]):
            tools.append(_tool(FIGURES, COMMANDS["metrics"], _FIGURES, lang))
        if may(caller, COMMANDS["todo"]):
            tools.append(_tool(DUE, COMMANDS["todo"], (), lang))
        if self.allows_changes:
            tools += [_command(one, lang) for one in _commands(caller)]
        return tools

    def call(self, caller: Caller, lang: str, name: str, arguments: Mapping[str, Any]) -> types.CallToolResult:
        """What a call gives; a refusal is an answer too, with its sentence and the next step."""
        try:
            return _result(self._called(caller, lang, name, dict(arguments)))
        except ZhangguiError as error:
            return _refused(error, lang)
        except Exception:
            incident = secrets.token_hex(6)
            _LOG.exception("incident %s in tool %s", incident, name[:100])
            return _refused(Fault(incident=incident), lang)

    def _called(self, caller: Caller, lang: str, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if name == FIGURES:
            return _marked(measure_as(self.workspace, caller, _request(arguments)).to_json(lang), lang)
        if name == DUE:
            return _marked(self._todo(caller), lang)
        if name.startswith(_QUESTION) and name.removeprefix(_QUESTION) in QUESTIONS:
            given = {key: _as_text(value) for key, value in arguments.items() if value is not None}
            answer = ask_as(self.workspace, caller, name.removeprefix(_QUESTION), given, most=MAX_TOOL_ROWS)
            return _marked(answer.to_json(lang), lang)
        command = _command_of(name)
        if command is None or not self.allows_changes:
            raise ToolUnknown(tool=name)
        return self._commanded(caller, lang, command, arguments)

    def _todo(self, caller: Caller) -> dict[str, Any]:
        guard(self.workspace, caller, lambda: authorise(caller, COMMANDS["todo"]), DUE)
        told = list_todo(self.workspace).to_json()
        return {**told, "decisions": told["decisions"][:MAX_TOOL_ROWS]}

    def _commanded(self, caller: Caller, lang: str, command: Command, arguments: dict[str, Any]) -> dict[str, Any]:
        """Run a confirmed command, or say what it would do and under which code it can be confirmed."""
        guard(self.workspace, caller, lambda: authorise(caller, command), command.name)
        code = arguments.pop(CONFIRM, None)
        text = json.dumps(arguments, sort_keys=True, ensure_ascii=False)
        if code is None:
            return self._asked_back(caller, lang, command, text)
        waiting = self._waiting.pop(str(code), None)
        if waiting != _Waiting(caller.actor, command.name, text, waiting.until if waiting else 0.0) or (
            waiting.until < time.monotonic()
        ):
            raise ConfirmationInvalid(tool=command.name)
        return {"result": command_as(self.workspace, caller, command.name, arguments)}

    def _asked_back(self, caller: Caller, lang: str, command: Command, text: str) -> dict[str, Any]:
        now = time.monotonic()
        self._waiting = {key: one for key, one in self._waiting.items() if one.until >= now}
        while len(self._waiting) >= MAX_WAITING_CONFIRMATIONS:
            self._waiting.pop(next(iter(self._waiting)))
        code = secrets.token_hex(4)
        self._waiting[code] = _Waiting(caller.actor, command.name, text, now + CONFIRMATION_SECONDS)
        does = command.zh if lang == "zh" else command.en
        return {"nothing_done_yet": True, "does": does, "arguments": json.loads(text), CONFIRM: code,
                "message": phrase("mcp.confirm", lang, seconds=CONFIRMATION_SECONDS)}  # fmt: skip


def _refused(error: ZhangguiError, lang: str) -> types.CallToolResult:
    message, following = error_sentences(error, lang)
    told = {"code": error.code, "message": message, "next": following}
    return _result({"data_notice": phrase("mcp.data", lang), "error": told}, is_error=True)


def _marked(answer: dict[str, Any], lang: str) -> dict[str, Any]:
    return {"data_notice": phrase("mcp.data", lang), "data": answer}


def _question(name: str, lang: str) -> types.Tool:
    asked = QUESTIONS[name].question
    return _tool(_QUESTION + name, asked, asked.parameters, lang)


def _command(command: Command, lang: str) -> types.Tool:
    code = Parameter(CONFIRM, "text", "第一次调用所给的确认码", "The code that the first call gave")
    return _tool(_tool_name(command), command, (*command.parameters, code), lang, changes=True)


def _tool(
    name: str, entry: Question | Command, parameters: tuple[Parameter, ...], lang: str, *, changes: bool = False
) -> types.Tool:
    return types.Tool(
        name=name,
        description=entry.zh if lang == "zh" else entry.en,
        input_schema=_schema(parameters, lang),
        annotations=types.ToolAnnotations(read_only_hint=not changes, destructive_hint=changes, open_world_hint=False),
    )


def _schema(parameters: tuple[Parameter, ...], lang: str) -> dict[str, Any]:
    properties = {
        one.name: {**_SCHEMAS.get(one.kind, {"type": "string"}), "description": one.zh if lang == "zh" else one.en}
        for one in parameters
    }
    required = [one.name for one in parameters if one.required]
    told: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**told, "required": required} if required else told


def _commands(caller: Caller) -> list[Command]:
    return [one for one in COMMANDS.values() if _is_tool(one) and may(caller, one)]


def _is_tool(command: Command) -> bool:
    """Whether assistants may be given a command at all: who may enter is settled by people, and long work has no answer."""
    return command.name in ACTIONS and not (command.is_job or command.is_personal)


def _tool_name(command: Command) -> str:
    return _COMMAND + command.name.replace("-", "_")


def _command_of(name: str) -> Command | None:
    return next((one for one in COMMANDS.values() if _is_tool(one) and _tool_name(one) == name), None)


def _request(arguments: Mapping[str, Any]) -> Any:
    known = {one.name for one in _FIGURES}
    for name in arguments:
        if name not in known:
            raise ParameterUnknown(question=FIGURES, parameter=name, known=", ".join(sorted(known)))
    told = {name: _as_text(value) for name, value in arguments.items() if value not in (None, "")}
    if "names" not in told:
        raise ParameterMissing(question=FIGURES, parameter="names")
    days: dict[str, date | None] = {}
    for name in ("from", "to"):
        try:
            days[name] = read_day(told[name]) if name in told else None
        except ValueError as error:
            raise ParameterInvalid(parameter=name, value=told[name][:100], kind="date") from error
    names, by = (tuple(one.strip() for one in told.get(key, "").split(",") if one.strip()) for key in ("names", "by"))
    currency = told["currency"].upper() if "currency" in told else None
    return make_request(names, by, told.get("grain"), days["from"], days["to"], {}, currency)


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _result(told: dict[str, Any], *, is_error: bool = False) -> types.CallToolResult:
    text = json.dumps(told, ensure_ascii=False, default=str)
    content: list[Any] = [types.TextContent(type="text", text=text)]
    return types.CallToolResult(content=content, structured_content=json.loads(text), is_error=is_error)
