"""The demonstration's console: a server that goes on by itself after the command that started it has ended.

It holds none of its starter's streams, so that a pipe behind `make demo` ends; it ends when nobody has asked it anything
for an hour, when it is told to, and when the next demonstration begins. It is recognised by the address that it wrote
into its lock, so that no other process is ever ended.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from zhanggui.app.durable import write_durably
from zhanggui.app.errors import DemoServerFailed, WorkspaceBusy
from zhanggui.app.locking import held_lock
from zhanggui.kernel.clock import monotonic_seconds
from zhanggui.kernel.limits import DEMO_IDLE_MINUTES, DEMO_START_SECONDS, DEMO_STOP_SECONDS

PORT = 8600
LOG, NOTE = "console.log", "console.json"
_PAUSE_SECONDS = 0.1


def start_console(home: Path, books: Path, port: int = PORT, idle_minutes: float = DEMO_IDLE_MINUTES) -> str:
    """Serve these books in a process of its own; gives the address. Raises DemoServerFailed."""
    try:
        return _start(home, books, port, idle_minutes)
    except DemoServerFailed:
        if port == 0:
            raise
        return _start(home, books, 0, idle_minutes)  # the usual port is taken


def _start(home: Path, books: Path, port: int, idle_minutes: float) -> str:
    program = [sys.executable, "-m", "zhanggui.surfaces.cli.main", "--workspace", str(books), "serve"]
    with (home / LOG).open("wb") as log:
        server = subprocess.Popen(
            [*program, "--port", str(port), "--idle-stop", f"{idle_minutes:g}"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    address = _wait_for(server, books)
    if not address:
        raise DemoServerFailed(log=str(home / LOG))
    write_durably(home / NOTE, json.dumps({"pid": server.pid, "address": address, "books": str(books)}).encode())
    server.returncode = 0  # it outlives this process, which must not warn of that
    return address


def _wait_for(server: subprocess.Popen[bytes], books: Path) -> str:
    """The address as soon as the server has taken it; empty when it ended or took too long."""
    give_up_at = monotonic_seconds() + DEMO_START_SECONDS
    while server.poll() is None and monotonic_seconds() < give_up_at:
        if (address := find_address(books)) and _answers(address):
            return address
        time.sleep(_PAUSE_SECONDS)
    if server.poll() is None:
        server.terminate()
        server.wait()
    return ""


def _answers(address: str) -> bool:
    from urllib.error import URLError
    from urllib.request import urlopen

    try:
        with urlopen(f"{address}/api/v1/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def find_address(books: Path) -> str:
    """Where a server of these books listens; empty where none does."""
    lock = books / "server.lock"
    if not lock.exists():
        return ""
    try:
        with held_lock(lock):
            return ""
    except WorkspaceBusy as error:
        return str(error.fields.get("holder", ""))


def stop_console(home: Path) -> bool:
    """End the console that the last demonstration in this directory started; tells whether there was one."""
    note = home / NOTE
    if not note.is_file():
        return False
    told = json.loads(note.read_text("utf-8"))
    books = Path(told["books"])
    is_ours = find_address(books) == str(told["address"])
    if is_ours:
        _end(int(told["pid"]), books)
    note.unlink(missing_ok=True)
    return is_ours


def _end(pid: int, books: Path) -> None:
    os.kill(pid, signal.SIGTERM)
    give_up_at = monotonic_seconds() + DEMO_STOP_SECONDS
    while find_address(books):
        if monotonic_seconds() > give_up_at:
            os.kill(pid, signal.SIGKILL)
            return
        time.sleep(_PAUSE_SECONDS)
