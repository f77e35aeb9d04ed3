"""A request as it comes in, bounded in size and in time, so that nobody holds a place by sending next to nothing.

Two things are waited for: the head of a request, which a connection must bring soon, and its body, which must come at
some pace. Only the time in which the server waits counts; who sends as fast as the server reads is never too slow.
"""

from __future__ import annotations

import asyncio
from typing import Any

import anyio
from starlette.datastructures import Headers
from starlette.types import Message, Receive
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from zhanggui.kernel.clock import monotonic_seconds
from zhanggui.kernel.errors import ZhangguiError
from zhanggui.kernel.limits import (
    BODY_PAUSE_SECONDS,
    BODY_START_SECONDS,
    HEAD_SECONDS,
    MAX_BODY_BYTES,
    MAX_UPLOAD_BYTES,
    MIN_BODY_BYTES_PER_SECOND,
)
from zhanggui.surfaces.api.errors import BodyTooLarge, BodyTooSlow

UPLOAD_PATHS = frozenset({"/api/v1/files", "/api/v1/backups"})


def limit_of(path: str) -> int:
    """How much may be sent to an address."""
    return MAX_UPLOAD_BYTES if path in UPLOAD_PATHS else MAX_BODY_BYTES


class Body:
    """Receives a body and stops at the limits; what stopped it stays in `refused` until somebody answers it."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self.receive, self.limit, self.taken = receive, limit, 0
        self.waited = 0.0
        self.is_whole = False
        self.refused: ZhangguiError | None = None

    def check_stated(self, headers: Headers) -> None:
        """Refuse what says of itself that it is too large, before any of it is taken."""
        stated = headers.get("content-length", "")
        if stated.isdigit() and int(stated) > self.limit:
            raise BodyTooLarge(limit_bytes=self.limit)

    async def __call__(self) -> Message:
        """The next message; raises BodyTooLarge, BodyTooSlow."""
        if self.is_whole:  # now it is waited for the sender to go away, which may take as long as it likes
            return await self.receive()
        message = await self._wait()
        self.taken += len(message.get("body", b""))
        self.is_whole = not message.get("more_body", False)
        if self.taken > self.limit:
            raise self._refusal(BodyTooLarge(limit_bytes=self.limit))
        return message

    async def _wait(self) -> Message:
        began, message = monotonic_seconds(), None
        with anyio.move_on_after(BODY_PAUSE_SECONDS):
            message = await self.receive()
        self.waited += monotonic_seconds() - began
        if message is None or (message.get("more_body") and self._is_slow()):
            raise self._refusal(BodyTooSlow(bytes_per_second=MIN_BODY_BYTES_PER_SECOND))
        return message

    def _is_slow(self) -> bool:
        return self.waited > BODY_START_SECONDS and self.taken < self.waited * MIN_BODY_BYTES_PER_SECOND

    def _refusal(self, error: ZhangguiError) -> ZhangguiError:
        self.refused = error
        return error


def _is_answered(cycle: RequestResponseCycle | None) -> bool:
    """Whether nothing of a request is under way; there is none before the first."""
    return cycle is None or cycle.response_complete


class PatientProtocol(H11Protocol):
    """The connections of a server: one that brings no whole head in time is closed."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Somebody has come."""
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Something came: a head that is whole ends the waiting, the first bytes of another begin it."""
        known = self.cycle
        super().data_received(data)
        if self.cycle is not known:
            self._stop_waiting()
        elif self._waiting is None and _is_answered(known):
            self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever it was has gone."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        self._waiting = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        if not self.transport.is_closing():
            self.transport.close()
