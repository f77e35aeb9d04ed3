"""Following long work: lists, one job, its events, and cancelling it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from zhanggui.app.access import guard
from zhanggui.app.auditing import record_act
from zhanggui.app.callers import Caller, authorise
from zhanggui.app.catalogue import COMMANDS
from zhanggui.app.jobs import cancel_job, find_job, list_jobs, show_job
from zhanggui.kernel.clock import now_utc
from zhanggui.kernel.errors import ZhangguiError
from zhanggui.surfaces.api.errors import language_of
from zhanggui.surfaces.api.events import Hub
from zhanggui.surfaces.api.serving import Served, Service
from zhanggui.surfaces.api.sessions import Somebody, find_somebody

router = APIRouter(tags=["jobs"])
_STREAM = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}


def _may_follow(service: Service, caller: Caller) -> None:
    guard(service.workspace, caller, lambda: authorise(caller, COMMANDS["jobs"]), "jobs")


@router.get("/jobs", summary="Jobs, the newest first")
def jobs(request: Request, service: Served, caller: Somebody, state: str = "") -> dict[str, Any]:
    """Jobs in one state, or in several separated by commas, or all."""
    _may_follow(service, caller)
    states = tuple(part for part in state.split(",") if part)
    lang = language_of(request)
    return {"jobs": [show_job(job, lang) for job in list_jobs(service.workspace, states)]}


@router.get("/jobs/{job_id}", summary="One job")
def job(request: Request, service: Served, caller: Somebody, job_id: str) -> dict[str, Any]:
    """How far a job is, or how it ended."""
    _may_follow(service, caller)
    return show_job(find_job(service.workspace, job_id), language_of(request))


@router.post("/jobs/{job_id}/cancel", summary="Cancel a job")
def cancel(request: Request, service: Served, caller: Somebody, job_id: str) -> dict[str, Any]:
    """Cancel a job that waits, ask one that runs to stop; what it published before stays."""
    _may_follow(service, caller)
    found = find_job(service.workspace, job_id)
    guard(service.workspace, caller, lambda: authorise(caller, COMMANDS[found.kind]), f"cancel {found.kind}")
    cancelled = cancel_job(service.workspace, job_id)
    record_act(service.workspace, caller, "job.cancel", job_id, now_utc())
    return {"job": show_job(cancelled, language_of(request))}


_EVENT = {
    "type": "object",
    "required": ["event", "data"],
    "properties": {"event": {"enum": ["job", "generation"]}, "data": {"type": "string", "description": "JSON"}},
}
_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {"schema": _EVENT}}, "description": "Server-sent events"}
}


@router.get("/jobs/{job_id}/events", summary="Follow one job", response_class=StreamingResponse, responses=_EVENTS)
async def job_events(request: Request, service: Served, job_id: str) -> StreamingResponse:
    """Every change of a job until it has ended, its present state first."""
    return await _stream(request, service, job_id)


@router.get("/events", summary="Follow everything", response_class=StreamingResponse, responses=_EVENTS)
async def events(request: Request, service: Served) -> StreamingResponse:
    """Every change of any job, and every new generation; the present state first."""
    return await _stream(request, service, None)


async def _stream(request: Request, service: Service, wanted: str | None) -> StreamingResponse:
    def admit() -> None:
        caller = find_somebody(request)
        _may_follow(service, caller)
        if wanted is not None:
            find_job(service.workspace, wanted)

    await run_in_threadpool(admit)
    hub: Hub = request.app.state.hub
    hub.check_room()
    stream = hub.listen(language_of(request), wanted, _is_welcome(request))
    return StreamingResponse(stream, media_type="text/event-stream", headers=_STREAM)


def _is_welcome(request: Request) -> Callable[[], bool]:
    """Whether whoever listens may still do so: a session may have ended meanwhile."""

    def ask() -> bool:
        try:
            find_somebody(request)
        except ZhangguiError:
            return False
        return True

    return ask
