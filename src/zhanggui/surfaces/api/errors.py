"""Every error in one shape, in the reader's language, and none that tells what stands on the machine.

What is ours (a fault, or anything unexpected) is answered with the number of an incident alone; what happened stands
in the log under that number.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from zhanggui.kernel.errors import Fault, Passing, Refusal, ZhangguiError
from zhanggui.kernel.phrases import LANGUAGES, PhraseMissing, error_sentences

_LOG = logging.getLogger("zhanggui.api")


class NotSameOrigin(Refusal):
    """A change was asked for by a page of another site, or without the console's header."""

    code = "not_same_origin"


class HostUnknown(Refusal):
    """The request names a host that this server does not serve."""

    code = "host_unknown"


class BodyTooLarge(Refusal):
    """More was sent than is taken."""

    code = "body_too_large"


class BodyTooSlow(Refusal):
    """What is sent comes so slowly that it only holds a place."""

    code = "body_too_slow"


class TooManyFiles(Refusal):
    """More files, or more fields, were sent at once than are taken."""

    code = "too_many_files"


class BodyInvalid(Refusal):
    """The body or a parameter cannot be read."""

    code = "body_invalid"


class ParameterTwice(Refusal):
    """A parameter that has one value was given more than one."""

    code = "parameter_twice"


class PageUnknown(Refusal):
    """There is nothing at this address."""

    code = "page_unknown"


class MethodUnknown(Refusal):
    """The address does not take this method."""

    code = "method_unknown"


class TooManyListeners(Passing):
    """As many event streams are open as are allowed."""

    code = "too_many_listeners"


class AddressTaken(Refusal):
    """Something else listens there, or the address is not this machine's."""

    code = "address_taken"


class SetUpCodeWrong(Refusal):
    """Setting up from elsewhere needs the code that was printed at the start."""

    code = "set_up_code_wrong"


class ServerFault(Fault):
    """Something of ours; the log has it under the incident's number."""

    code = "server_fault"


_STATUSES = {
    "not_authenticated": 401,
    "login_refused": 401,
    "not_permitted": 403,
    "table_not_granted": 403,
    "not_same_origin": 403,
    "set_up_code_wrong": 403,
    "host_unknown": 421,
    "page_unknown": 404,
    "method_unknown": 405,
    "body_too_slow": 408,
    "body_too_large": 413,
    "too_many_files": 413,
    "too_many_attempts": 429,
    "too_many_jobs": 429,
    "upload_quota_reached": 429,
    "too_many_listeners": 429,
    "too_many_backups": 409,
    "set_up_already": 409,
    "person_exists": 409,
    "last_owner": 409,
    "job_ended": 409,
    "decision_answered": 409,
}
_UNKNOWN = frozenset(
    f"{thing}_unknown"
    for thing in (
        "question command job upload backup decision generation import person token grant view table file notify_target".split()
    )
)


def status_of(error: ZhangguiError) -> int:
    """The HTTP status of an error."""
    for kind in type(error).__mro__:
        code = getattr(kind, "code", "")
        if code in _STATUSES:
            return _STATUSES[code]
    if error.code in _UNKNOWN:
        return 404
    if isinstance(error, Passing):
        return 503
    return 400 if isinstance(error, Refusal) else 500


def language_of(request: Request) -> str:
    """The language asked for: `?lang=`, else the first of Accept-Language that there is a book for, else Chinese."""
    named = request.query_params.get("lang", "")
    if named in LANGUAGES:
        return named
    for part in request.headers.get("accept-language", "").split(","):
        code = part.split(";")[0].strip().lower()[:2]
        if code in LANGUAGES:
            return code
    return LANGUAGES[0]


def tell(error: ZhangguiError, lang: str, hidden: str = "") -> dict[str, Any]:
    """The documented shape; a path of the machine (`hidden`) is not told."""
    try:
        what, following = error_sentences(error, lang)
    except PhraseMissing:
        what, following = error.code, ""
    fields = {name: _plain(value, hidden) for name, value in error.fields.items()}
    told = {"message": _without(what, hidden), "next": _without(following, hidden)}
    return {"error": {"code": error.code, "fields": fields, **told}}


def _plain(value: object, hidden: str) -> Any:
    if isinstance(value, bool | int | float | None):
        return value
    if isinstance(value, list | tuple):
        return [_plain(one, hidden) for one in value]
    return _without(str(value), hidden)


def _without(text: str, hidden: str) -> str:
    return text.replace(hidden, "…") if hidden else text


def answer_error(request: Request, error: ZhangguiError) -> JSONResponse:
    """The response to an error; ours become an incident."""
    hidden = str(getattr(request.app.state, "root", ""))
    shown = error
    if isinstance(error, Fault):
        shown = as_incident(error, request)
    headers = {"Retry-After": str(error.fields.get("seconds", 5))} if isinstance(error, Passing) else {}
    return JSONResponse(tell(shown, language_of(request), hidden), status_of(shown), headers)


def as_incident(error: BaseException, request: Request) -> ServerFault:
    """Write down what happened and give the number under which it stands; the address alone is told, not its query."""
    incident = secrets.token_hex(6)
    _LOG.error("incident %s at %s %s", incident, request.method, request.url.path[:200], exc_info=error)
    return ServerFault(incident=incident)


def install(application: FastAPI) -> None:
    """Have every error answered in the one shape."""

    def on_ours(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ZhangguiError)
        return answer_error(request, error)

    def on_invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"][1:])
        return answer_error(request, BodyInvalid(problem=f"{place}: {first['msg']}".strip(": ")[:200]))

    def on_http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        known: dict[int, ZhangguiError] = {404: PageUnknown(), 405: MethodUnknown(method=request.method)}
        told = known.get(error.status_code, BodyInvalid(problem=str(error.detail)[:200]))
        answer = answer_error(request, told)
        answer.headers.update(error.headers or {})
        return answer

    application.add_exception_handler(ZhangguiError, on_ours)
    application.add_exception_handler(RequestValidationError, on_invalid)
    application.add_exception_handler(HTTPException, on_http)
