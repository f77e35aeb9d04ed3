"""The tools at the web server's /mcp: one request is one conversation, and its bearer token says who asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from zhanggui.app.callers import Caller
from zhanggui.app.workspace import Workspace
from zhanggui.kernel.limits import MAX_BODY_BYTES
from zhanggui.surfaces.mcp.serving import make_server
from zhanggui.surfaces.mcp.tools import Tools

_SENDER = "zhanggui.sender"


class Endpoint:
    """An ASGI application for one path; `find_sender` tells who asks in which language, or refuses."""

    def __init__(self, workspace: Workspace, find_sender: Callable[[Request], tuple[Caller, str]]) -> None:
        self.workspace = workspace
        self.find_sender = find_sender
        self.conversations: StreamableHTTPSessionManager | None = None

    @asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        """Answer requests until the block ends."""
        server = make_server(Tools(self.workspace, allows_changes=True), _sender, "zh")
        self.conversations = StreamableHTTPSessionManager(
            app=server, json_response=True, stateless=True, max_request_body_size=MAX_BODY_BYTES
        )
        async with self.conversations.run():
            yield
        self.conversations = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; raises NotAuthenticated, which the application answers."""
        assert self.conversations is not None, "outside the application's life"
        sender = await anyio.to_thread.run_sync(self.find_sender, Request(scope))
        await self.conversations.handle_request({**scope, _SENDER: sender}, receive, send)


def _sender(context: Any) -> tuple[Caller, str]:
    sender: tuple[Caller, str] = context.request.scope[_SENDER]
    return sender
