"""A server inside the test, and browsers that talk to it as the console does."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from zhanggui.app.callers import local_caller
from zhanggui.app.people import add_person
from zhanggui.app.workspace import open_workspace
from zhanggui.kernel.clock import now_utc
from zhanggui.surfaces.api.application import create_application
from zhanggui.surfaces.api.serving import Service, make_service

ADDRESS = "http://localhost:8600"
API = "/api/v1"
PASSWORD = "a-kettle-of-oolong-42"
OWN = {"X-Zhanggui": "1", "Origin": ADDRESS}
ROLES = ("owner", "operator", "finance", "viewer")


def browser(service: Service, *, host: str = "127.0.0.1", **options: Any) -> TestClient:
    """A browser that is not signed in; its workers do not run."""
    application = create_application(service, hosts=(), has_workers=False, **options)
    return TestClient(
        application,
        base_url=ADDRESS,
        client=(host, 50000),
        headers={**OWN, "Accept-Language": "en"},
        raise_server_exceptions=False,
    )


def let_in(root: Path) -> None:
    """One person of every role; each is called after it."""
    workspace = open_workspace(root)
    for role in ROLES:
        add_person(workspace, local_caller("test"), role, role, PASSWORD, now_utc())
    workspace.books.close()


@contextmanager
def signed_in(root: Path, name: str = "owner") -> Iterator[TestClient]:
    """A browser in which somebody of `let_in` signed in."""
    service = make_service(root)
    with browser(service) as client:
        answer = client.post(f"{API}/session", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        yield client


def free_port() -> int:
    """A port at which nothing listens at the moment."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def walk_routes(router: Any) -> Iterator[Any]:
    """Every route of an application, those of included routers with their paths as they were written there."""
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        yield from walk_routes(inner) if inner is not None else (route,)


def error_of(answer: Any) -> str:
    """The code of an error, after checking that it has the one shape."""
    told = answer.json()
    assert set(told) == {"error"}
    assert set(told["error"]) == {"code", "fields", "message", "next"}
    return str(told["error"]["code"])
