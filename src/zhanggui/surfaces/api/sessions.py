"""Who asks: a session's cookie, a token, or nobody; entering, leaving, and setting up the first account."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from zhanggui.app.callers import Caller, nobody
from zhanggui.app.entry_errors import NotAuthenticated
from zhanggui.app.people import needs_set_up, set_up
from zhanggui.app.sessions import check_session, log_in, log_out
from zhanggui.app.settings import change_settings, with_company
from zhanggui.kernel.clock import now_utc
from zhanggui.kernel.limits import SESSION_SECONDS
from zhanggui.surfaces.api.errors import SetUpCodeWrong, language_of
from zhanggui.surfaces.api.security import has_token, is_local
from zhanggui.surfaces.api.serving import Served, Service, find_service

COOKIE = "zhanggui_session"
router = APIRouter(tags=["session"])


def remote_of(request: Request) -> str:
    """The address that asks."""
    return request.client.host if request.client else "-"


def find_caller(request: Request) -> Caller:
    """Who asks, a stranger included; raises NotAuthenticated where a session or token is brought that is none."""
    service = find_service(request)
    if has_token(request.headers):
        from zhanggui.app.access import check_bearer

        secret = request.headers["authorization"][7:].strip()
        return check_bearer(service.workspace, secret, now_utc(), remote_of(request))
    secret = request.cookies.get(COOKIE, "")
    if not secret:
        return nobody(remote_of(request))
    return check_session(service.workspace, secret, now_utc(), remote_of(request))


def find_somebody(request: Request) -> Caller:
    """Who asks; raises NotAuthenticated for a stranger."""
    caller = find_caller(request)
    if caller.kind == "nobody":
        raise NotAuthenticated(entry=request.url.path)
    return caller


Somebody = Annotated[Caller, Depends(find_somebody)]


class LogIn(BaseModel):
    """Name and password."""

    name: str = Field(max_length=400)
    password: str = Field(max_length=1000)


class SetUp(LogIn):
    """The company and its first owner."""

    company: str | None = Field(default=None, max_length=200)
    base_currency: str | None = Field(default=None, max_length=3)
    timezone: str | None = Field(default=None, max_length=64)
    code: str = Field(default="", max_length=64)


def _entered(request: Request, service: Service, told: LogIn) -> Response:
    old = request.cookies.get(COOKIE)
    entered = log_in(service.workspace, told.name, told.password, remote_of(request), now_utc(), old)
    answer = JSONResponse(describe(service, entered.caller, request))
    set_cookie(answer, request, entered.secret)
    return answer


def set_cookie(answer: Response, request: Request, secret: str) -> None:
    """Give the browser a session; the pages' own scripts cannot read it, and other sites' pages do not send it."""
    is_tls = request.url.scheme == "https"
    answer.set_cookie(
        COOKIE, secret, max_age=SESSION_SECONDS, path="/", httponly=True, samesite="strict", secure=is_tls
    )


def describe(service: Service, caller: Caller, request: Request) -> dict[str, Any]:
    """The documented shape of a session."""
    settings = service.workspace.settings
    return {
        "kind": caller.kind,
        "name": caller.name,
        "role": caller.role,
        "permissions": sorted(permission.value for permission in caller.permissions),
        "shops": None if caller.shops is None else sorted(caller.shops),
        "questions": None if caller.questions is None else sorted(caller.questions),
        "lang": caller.lang or language_of(request),
        "company": settings.company,
        "base_currency": settings.base_currency,
        "timezone": settings.timezone,
    }


@router.post("/session", summary="Sign in")
def sign_in(request: Request, service: Served, told: LogIn) -> Response:
    """Enter by name and password."""
    return _entered(request, service, told)


@router.get("/session", summary="Who am I")
def session(request: Request, service: Served, caller: Somebody) -> dict[str, Any]:
    """Who asks, and what they may."""
    return describe(service, caller, request)


@router.delete("/session", summary="Sign out", status_code=204)
def sign_out(request: Request, service: Served) -> Response:
    """Leave; the session ends at once."""
    secret = request.cookies.get(COOKIE, "")
    if secret:
        try:
            caller = check_session(service.workspace, secret, now_utc(), remote_of(request))
            log_out(service.workspace, secret, now_utc(), caller)
        except NotAuthenticated:
            pass  # it had ended already
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


@router.get("/setup", summary="Is an account needed")
def set_up_needed(request: Request, service: Served) -> dict[str, Any]:
    """Whether nobody has an account yet; if so, whether the code of the server's start is asked for, and the company."""
    if not needs_set_up(service.workspace):
        return {"needed": False}
    settings = service.workspace.settings
    company = {"company": settings.company, "base_currency": settings.base_currency, "timezone": settings.timezone}
    return {"needed": True, "needs_code": not _may_set_up(request, service, ""), **company}


@router.post("/setup", summary="Make the first account")
def first_set_up(request: Request, service: Served, told: SetUp) -> Response:
    """Name the company and make its first owner, who is then signed in."""
    if not _may_set_up(request, service, told.code):
        raise SetUpCodeWrong
    company = told.model_dump(include={"company", "base_currency", "timezone"}, exclude_none=True)
    with_company(service.workspace, company)  # what is wrong with it is said before anybody is let in
    remote = remote_of(request)
    set_up(service.workspace, told.name, told.password, now_utc(), remote, language_of(request))
    change_settings(service.workspace, Caller("person", told.name, "owner", remote=remote), company)
    service.changed_settings()
    return _entered(request, service, told)


def _may_set_up(request: Request, service: Service, code: str) -> bool:
    from hmac import compare_digest

    return (service.has_local_set_up and is_local(request)) or compare_digest(
        code.encode(), service.set_up_code.encode()
    )
