"""A program of somebody else's on this machine that takes what is posted to it, or refuses it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Listener:
    """What came, by path; `refusals` are the statuses of the next answers."""

    port: int = 0
    came: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    moved_to: str = ""  # what a refusal names as the right address

    def address(self, path: str) -> str:
        """An address here."""
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def listening() -> Iterator[Listener]:
    """A server that answers until the block ends."""
    heard = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = heard.refusals.pop(0) if heard.refusals else 200
            if status == 200:
                heard.came.append((self.path, json.loads(body)))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            if heard.moved_to:
                self.send_header("Location", heard.moved_to)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
