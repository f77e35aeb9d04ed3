"""A server that ends when nobody has asked it anything for a while, as the demonstration's does."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from zhanggui.kernel.clock import monotonic_seconds

_LOOKS = 20  # within the time that may pass: the end is late by a twentieth at most


class IdleWatch:
    """Knows when something was last asked, and asks this process to stop when that is long ago and nobody works."""

    def __init__(self, seconds: float, is_working: Callable[[], bool], stop: Callable[[], None] | None = None) -> None:
        self.seconds, self.is_working = seconds, is_working
        self.stop = stop or (lambda: os.kill(os.getpid(), signal.SIGTERM))
        self.asked_at = monotonic_seconds()
        self._waiting = threading.Event()

    def start(self) -> None:
        """Look now and then, in a thread that ends with the process."""
        threading.Thread(target=self._watch, name="idle", daemon=True).start()

    def note(self) -> None:
        """Something was asked, or answered, just now."""
        self.asked_at = monotonic_seconds()

    def _watch(self) -> None:
        while not self._waiting.wait(self.seconds / _LOOKS):
            if self.is_working():
                self.note()
            elif monotonic_seconds() - self.asked_at > self.seconds:
                self.stop()
                return


class Asked:
    """Notes every request; an open event stream alone is not one."""

    def __init__(self, inner: ASGIApp, *, watch: IdleWatch) -> None:
        self.inner, self.watch = inner, watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note it and let it through."""
        if scope["type"] == "http":
            self.watch.note()
        await self.inner(scope, receive, send)
