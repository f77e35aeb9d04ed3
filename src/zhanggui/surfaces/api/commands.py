"""Commanding: one route for every command of the catalogue that a server runs; long ones become jobs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from starlette.responses import JSONResponse, Response

from zhanggui.app.access import command_as, guard
from zhanggui.app.auditing import record_act
from zhanggui.app.callers import Caller, authorise
from zhanggui.app.catalogue import ACTIONS, COMMANDS
from zhanggui.app.commands import Command
from zhanggui.app.errors import ParameterInvalid
from zhanggui.app.jobs import show_job, submit_job
from zhanggui.canon.questions import Parameter
from zhanggui.kernel.clock import now_utc
from zhanggui.surfaces.api.errors import language_of
from zhanggui.surfaces.api.serving import Served, Service
from zhanggui.surfaces.api.sessions import Somebody

router = APIRouter(tags=["commands"])
SAID_AT = "x-zhanggui-said-at"

Told = Annotated[dict[str, Any], Body(default_factory=dict)]

_SCHEMAS: dict[str, dict[str, Any]] = {
    "count": {"type": "integer"},
    "date": {"type": "string", "format": "date"},
    "flag": {"type": "boolean"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "record": {"type": "object"},
}


def body_schema(command: Command) -> dict[str, Any]:
    """What a command's body may hold."""
    properties = {one.name: _property(one) for one in command.parameters}
    required = [one.name for one in command.parameters if one.required]
    told: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**told, "required": required} if required else told


def _property(parameter: Parameter) -> dict[str, Any]:
    return {**_SCHEMAS.get(parameter.kind, {"type": "string"}), "description": parameter.en}


def run(request: Request, service: Service, caller: Caller, name: str, told: dict[str, Any]) -> Response:
    """Run a short command, or have a long one run; raises what `command_as` raises."""
    command = COMMANDS.get(name)
    lang = language_of(request)
    if command is None or name not in ACTIONS or not command.is_job:
        takes = command is not None and any(one.name == "said_at" for one in command.parameters)
        if takes and SAID_AT in request.headers:
            told = {**told, "said_at": _instant(request.headers[SAID_AT])}
        return JSONResponse({"result": command_as(service.workspace, caller, name, told)})
    guard(service.workspace, caller, lambda: authorise(caller, command), name)
    job = submit_job(service.workspace, name, told, caller.actor)
    record_act(service.workspace, caller, f"job.{name}", job.job_id, now_utc())
    return JSONResponse({"job": show_job(job, lang)}, 202)


def _instant(text: str) -> str:
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ParameterInvalid(parameter=SAID_AT, value=text[:100], kind="instant") from error


def _route(command: Command) -> Callable[..., Response]:
    def answer(request: Request, service: Served, caller: Somebody, told: Told) -> Response:
        return run(request, service, caller, command.name, told)

    answer.__doc__ = f"{command.en}\n\n{command.zh}"
    return answer


def add_commands(target: APIRouter) -> None:
    """A route for every command that a server runs."""
    for name in ACTIONS:
        command = COMMANDS[name]
        body = {"required": False, "content": {"application/json": {"schema": body_schema(command)}}}
        target.add_api_route(
            f"/commands/{name}",
            _route(command),
            methods=["POST"],
            summary=command.en,
            operation_id=f"command_{name.replace('-', '_')}",
            openapi_extra={"requestBody": body, "x-permission": command.permission.value},
            response_class=Response,
            status_code=202 if command.is_job else 200,
            tags=["commands"],
        )


@router.post("/commands/{name}", include_in_schema=False)
def unknown_command(request: Request, service: Served, caller: Somebody, name: str, told: Told) -> Response:
    """What is answered to a name that no command has."""
    return run(request, service, caller, name, told)
