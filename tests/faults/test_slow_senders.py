"""Who sends next to nothing holds nobody up: the head and the body of a request must come, and others are served meanwhile.

The server is a real one in a thread; its patience is cut to tenths of seconds.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from tests.served import API, PASSWORD, free_port, let_in
from zhanggui.app.workspace import Settings, create_workspace
from zhanggui.surfaces.api import bodies
from zhanggui.surfaces.api.application import create_application
from zhanggui.surfaces.api.bodies import PatientProtocol
from zhanggui.surfaces.api.serving import make_service

HANG_SECONDS = 20.0
HEAD, PAUSE, START = 0.8, 1.0, 0.6


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with its people."""
    made = create_workspace(tmp_path_factory.mktemp("slow") / "workspace", Settings(company="测试")).root
    let_in(made)
    return made


@pytest.fixture
def port(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server of little patience."""
    for name, value in {"HEAD_SECONDS": HEAD, "BODY_PAUSE_SECONDS": PAUSE, "BODY_START_SECONDS": START}.items():
        monkeypatch.setattr(bodies, name, value)
    application, number = create_application(make_service(root), has_workers=False), free_port()
    server = uvicorn.Server(uvicorn.Config(application, port=number, http=PatientProtocol, log_level="error"))
    running = threading.Thread(target=server.run)
    running.start()
    while not server.started:
        time.sleep(0.02)
    yield number
    server.should_exit = True
    running.join(HANG_SECONDS)


def head_of(port: int, path: str, length: int, **named: str) -> bytes:
    """The head of a POST that promises so many bytes."""
    address = f"127.0.0.1:{port}"
    told = {"Host": address, "Origin": f"http://{address}", "X-Zhanggui": "1", "Content-Length": str(length), **named}
    return "\r\n".join([f"POST {API}{path} HTTP/1.1", *(f"{k}: {v}" for k, v in told.items()), "", ""]).encode()


def read_all(line: socket.socket) -> bytes:
    """What comes until the other side closes."""
    got = b""
    try:
        while part := line.recv(65536):
            got += part
    except ConnectionResetError:
        pass  # it closed while we were still sending
    return got


def drip(line: socket.socket, every_seconds: float) -> None:
    """Send a byte at a time until the other side has had enough."""
    give_up_at = time.monotonic() + HANG_SECONDS
    line.settimeout(every_seconds)
    while time.monotonic() < give_up_at:
        try:
            line.sendall(b"x")
            if line.recv(1, socket.MSG_PEEK) is not None:
                break
        except TimeoutError:
            continue  # nothing is answered yet
        except OSError:
            break
    line.settimeout(HANG_SECONDS)


def ended_within(seconds: float, act: Callable[[], bytes]) -> bytes:
    began = time.monotonic()
    got = act()
    assert time.monotonic() - began < seconds
    return got


def health(port: int) -> int:
    return httpx.get(f"http://127.0.0.1:{port}{API}/health", timeout=HANG_SECONDS).status_code


def cookie_of(port: int) -> str:
    address = f"http://127.0.0.1:{port}"
    told = {"name": "owner", "password": PASSWORD}
    answer = httpx.post(f"{address}{API}/session", json=told, headers={"X-Zhanggui": "1", "Origin": address})
    assert answer.status_code == 200, answer.text
    return f"zhanggui_session={answer.cookies['zhanggui_session']}"


def test_a_body_of_a_byte_at_a_time_is_ended_and_others_are_served_meanwhile(port: int) -> None:
    lines = [socket.create_connection(("127.0.0.1", port), HANG_SECONDS) for _ in range(30)]
    for line in lines:
        line.sendall(head_of(port, "/session", 900_000, **{"Content-Type": "application/json"}))
    drips = [threading.Thread(target=drip, args=(line, 0.05)) for line in lines]
    for one in drips:
        one.start()
    assert [health(port) for _ in range(5)] == [200] * 5
    for one in drips:
        one.join(HANG_SECONDS)
    got = [read_all(line) for line in lines]
    for line in lines:
        line.close()
    assert [one.partition(b"\r\n")[0] for one in got] == [b"HTTP/1.1 408 Request Timeout"] * 30
    assert all(b'"code":"body_too_slow"' in one and b"connection: close" in one.lower() for one in got)


def test_a_slow_upload_is_ended_and_leaves_nothing(port: int, root: Path) -> None:
    kinds = {"Content-Type": "multipart/form-data; boundary=b", "Cookie": cookie_of(port)}
    with socket.create_connection(("127.0.0.1", port), HANG_SECONDS) as line:
        line.sendall(head_of(port, "/files", 50_000_000, **kinds))
        line.sendall(b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n')
        drip(line, 0.05)
        assert read_all(line).startswith(b"HTTP/1.1 408 ")
    left = [path for place in ("inbox", "staging") for path in (root / place).rglob("*") if path.is_file()]
    assert left == []
    assert health(port) == 200


def test_a_body_that_stops_is_ended(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), HANG_SECONDS) as line:
        line.sendall(head_of(port, "/session", 100) + b'{"name":')
        assert ended_within(PAUSE + 3, lambda: read_all(line)).startswith(b"HTTP/1.1 408 ")


def test_a_head_that_never_ends_is_not_waited_for(port: int) -> None:
    for start in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: "):
        with socket.create_connection(("127.0.0.1", port), HANG_SECONDS) as line:
            line.sendall(start)
            assert ended_within(HEAD + 3, lambda line=line: read_all(line)) == b""  # type: ignore[misc]


def test_nor_is_the_second_head_of_a_connection(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), HANG_SECONDS) as line:
        line.sendall(f"GET {API}/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        assert line.recv(12) == b"HTTP/1.1 200"
        time.sleep(HEAD + 0.3)  # a connection that rests between two requests is left alone
        line.sendall(b"GET / HT")
        assert b"ok" in ended_within(HEAD + 3, lambda: read_all(line))


def test_who_sends_at_some_pace_is_waited_for(port: int) -> None:
    body = b'{"name":"owner","password":"' + b"x" * 900 + b'"}'
    with socket.create_connection(("127.0.0.1", port), HANG_SECONDS) as line:
        line.sendall(head_of(port, "/session", len(body), **{"Content-Type": "application/json"}))
        for place in range(0, len(body), 100):  # twice the least pace, for longer than the start
            line.sendall(body[place : place + 100])
            time.sleep(0.05)
        assert line.recv(12) == b"HTTP/1.1 401"
