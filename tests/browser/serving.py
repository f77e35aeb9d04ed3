"""A real server on a free port of the loopback, as `zhanggui serve` gives one, that ends with the test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.served import API, ROLES, let_in

CHECKOUT = Path(__file__).parents[2]
HANG_SECONDS = 60.0
STATIC = CHECKOUT / "src/zhanggui/surfaces/web/static/index.html"


@dataclass
class Served:
    """A running server, the workspace below it, and its address."""

    root: Path
    address: str
    process: subprocess.Popen[str]


@contextmanager
def served(root: Path, port: int = 0, *, has_people: bool = True) -> Iterator[Served]:
    """Serve a workspace in which one person of every role stands, unless it is to be set up in the browser."""
    if has_people:
        let_in(root)
    program = [sys.executable, "-m", "zhanggui.surfaces.cli.main", "-w", str(root), "serve", "--json"]
    with (root.parent / "server.log").open("a") as log:
        process = subprocess.Popen(
            [*program, "--port", str(port)],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    try:
        assert process.stdout is not None
        address = json.loads("".join(iter(process.stdout.readline, "}\n")) + "}")["address"]
        wait_until_healthy(address)
        yield Served(root, address, process)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def wait_until_healthy(address: str) -> None:
    """Wait until the server answers; fails where it does not within a minute."""
    give_up_at = time.monotonic() + HANG_SECONDS
    while not _is_healthy(address):
        assert time.monotonic() < give_up_at, f"nobody answers at {address}"
        time.sleep(0.1)


def _is_healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}{API}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


__all__ = ["ROLES", "STATIC", "Served", "served", "wait_until_healthy"]
