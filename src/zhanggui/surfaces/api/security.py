"""What stands before every route: the host, the origin of a change, how much may be sent, and the headers of an answer.

All of it works on the messages of the connection and not on a body that was read already, so that what is too large
is refused before it is held anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhanggui.kernel.clock import monotonic_seconds
from zhanggui.kernel.errors import ZhangguiError
from zhanggui.surfaces.api.bodies import Body, limit_of
from zhanggui.surfaces.api.errors import (
    HostUnknown,
    NotSameOrigin,
    ParameterTwice,
    answer_error,
    as_incident,
)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_HEADER = "x-zhanggui"
REPEATED = frozenset({"where"})
"""Parameters that may be given more than once; no other may."""
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}
STRICT_TRANSPORT = "max-age=31536000"


class Guard:
    """The outermost layer of the application."""

    def __init__(self, inner: ASGIApp, *, hosts: Iterable[str] | None) -> None:
        self.inner = inner
        self.hosts = None if hosts is None else frozenset(hosts) | LOOPBACK_NAMES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a request, let it through with its body counted, and give the answer its headers."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        request = Request(scope)
        body = Body(receive, limit_of(scope["path"]))
        sender = _Sender(scope, send, body)
        try:
            self._check(request)
            body.check_stated(request.headers)
            await self.inner(scope, body, sender)
        except ZhangguiError as error:
            await self._answer(request, error, body, sender)
        except Exception as error:
            if body.refused is None:
                await self._answer(request, as_incident(error, request), body, sender)
        if body.refused is not None:
            await self._answer(request, body.refused, body, sender)

    def _check(self, request: Request) -> None:
        if self.hosts is not None and host_of(request.headers.get("host", "")) not in self.hosts:
            raise HostUnknown(host=request.headers.get("host", "")[:100])
        if request.method not in SAFE_METHODS:
            check_origin(request)
        if request.url.path.startswith("/api/"):
            check_once(request)

    async def _answer(self, request: Request, error: ZhangguiError, body: Body, sender: _Sender) -> None:
        if sender.has_started:  # the answer is under way: the connection is cut, so that nobody takes it for whole
            raise error
        body.refused = None  # it is answered now
        answer = answer_error(request, error)
        answer.headers["Connection"] = "close"
        await answer(request.scope, body.receive, sender)


class _Sender:
    """Sends an answer with the headers that every one has."""

    def __init__(self, scope: Scope, send: Send, body: Body) -> None:
        self.scope, self.send, self.body, self.has_started = scope, send, body, False
        self.came_at = monotonic_seconds()

    async def __call__(self, message: Message) -> None:
        if self.body.refused is not None and not self.has_started:
            return  # whatever the reader of the body made of its sudden end; the guard answers
        if message["type"] == "http.response.start":
            self.has_started = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if self.scope["path"].startswith("/api"):
                headers.setdefault("Cache-Control", "no-store")
            # Browsers show it beside the request: whether the server was slow or the way to it.
            headers.append("Server-Timing", f"server;dur={(monotonic_seconds() - self.came_at) * 1000:.1f}")
            if self.scope.get("scheme") == "https":
                headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
        await self.send(message)


def check_once(request: Request) -> None:
    """Refuse two values where one is meant, because one would be looked at and the other forgotten; raises ParameterTwice."""
    seen: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name in seen and name not in REPEATED:
            raise ParameterTwice(parameter=name[:100])
        seen.add(name)


def host_of(text: str) -> str:
    """The name in a Host header, without its port."""
    try:
        return (urlsplit(f"//{text}").hostname or "").lower()
    except ValueError:
        return ""


def check_origin(request: Request) -> None:
    """Refuse a change that another site's page asks for; raises NotSameOrigin.

    A browser says where a request comes from; a program that holds a token says nothing, and no page can make a
    browser add a token. Whoever comes without a token must also send the console's own header.
    """
    headers = request.headers
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None and not _is_own(origin, headers.get("host", "")):
        raise NotSameOrigin(origin=origin[:200])
    if site is not None and site not in ("same-origin", "none"):
        raise NotSameOrigin(origin=site[:200])
    if has_token(headers):
        return
    if headers.get(OWN_HEADER) != "1" or (origin is None and site is None):
        raise NotSameOrigin(origin="-")


def _is_own(origin: str, host: str) -> bool:
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and parts.netloc.lower() == host.lower()


def has_token(headers: Headers) -> bool:
    """Whether the request brings a token of its own."""
    return headers.get("authorization", "")[:7].lower() == "bearer "


def is_local(request: Request) -> bool:
    """Whether the one who asks sits at this machine: no proxy stands between, and the address is the loopback."""
    proxied = any(name in request.headers for name in ("x-forwarded-for", "forwarded", "x-real-ip"))
    host: Any = request.client.host if request.client else ""
    try:
        return not proxied and ip_address(host).is_loopback
    except ValueError:
        return False
