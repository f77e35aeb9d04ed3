"""The application: every route below one guard, made from the catalogue; the console on all other addresses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, FastAPI, Request
from starlette.routing import Route

import zhanggui
from zhanggui.app.callers import Caller
from zhanggui.app.entry_errors import NotAuthenticated
from zhanggui.kernel.limits import REQUEST_THREADS
from zhanggui.surfaces.api import (
    commands,
    document,
    downloads,
    errors,
    files,
    jobs,
    notices,
    people,
    questions,
    sessions,
)
from zhanggui.surfaces.api.console import STATIC, console_router
from zhanggui.surfaces.api.events import Hub
from zhanggui.surfaces.api.security import Guard, has_token
from zhanggui.surfaces.api.serving import Service
from zhanggui.surfaces.mcp.endpoint import Endpoint

PREFIX = "/api/v1"
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "fields", "message", "next"],
            "properties": {
                "code": {"type": "string"},
                "fields": {"type": "object"},
                "message": {"type": "string"},
                "next": {"type": "string"},
            },
        }
    },
}
_MEANINGS = {
    400: "Refused: the request is at fault",
    401: "Not signed in",
    403: "Not permitted",
    404: "No such thing",
    405: "No such method here",
    408: "Sent too slowly",
    409: "It has changed meanwhile",
    413: "Too large",
    421: "Not the name of this server",
    429: "Too often",
    500: "Ours: the incident's number is told",
    503: "Try again",
}


def create_application(
    service: Service, *, hosts: Iterable[str] | None = None, static: Path = STATIC, has_workers: bool = True
) -> FastAPI:
    """The application of one workspace; `hosts` are the names it answers to (None: any)."""

    assistants = Endpoint(service.workspace, _find_sender)

    @asynccontextmanager
    async def living(application: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = REQUEST_THREADS
        if has_workers:
            await anyio.to_thread.run_sync(service.start)
        async with assistants.living():
            yield
        application.state.hub.close()
        await anyio.to_thread.run_sync(service.stop)

    application = FastAPI(
        title="Zhanggui 掌柜",
        version=zhanggui.__version__,
        description="Everything that may be asked and commanded, made from the catalogue.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=living,
        redirect_slashes=False,
    )
    application.state.service, application.state.root = service, service.root
    application.state.hub = Hub(service)
    errors.install(application)
    application.include_router(make_api(), prefix=PREFIX, responses=_responses())
    application.router.routes.append(Route("/mcp", endpoint=assistants))
    application.include_router(console_router(static))
    document.complete(application, PREFIX)
    application.add_middleware(Guard, hosts=hosts)
    return application


def _find_sender(request: Request) -> tuple[Caller, str]:
    """Who sends a request to the assistants' tools; a browser's session is not enough there."""
    if not has_token(request.headers):
        raise NotAuthenticated(entry=request.url.path)
    return sessions.find_caller(request), errors.language_of(request)


def make_api() -> APIRouter:
    """Every route of the interface."""
    api = APIRouter()
    api.add_api_route("/health", health, methods=["GET"], summary="Is the server there", tags=["session"])
    questions.add_questions(api)
    commands.add_commands(api)
    for room in (sessions, questions, commands, files, jobs, people, notices, downloads):
        api.include_router(room.router)
    return api


def health() -> dict[str, str]:
    """Whether the server is there, and which version it is."""
    return {"status": "ok", "version": zhanggui.__version__}


def _responses() -> dict[int | str, dict[str, Any]]:
    schema = {"application/json": {"schema": _ERROR}}
    return {status: {"description": meaning, "content": schema} for status, meaning in _MEANINGS.items()}
