"""The tools served: over standard input for the program that started us, and as a part of the web server.

On standard input the caller is whoever may read the workspace's files. At /mcp it is the owner of a bearer token, and
sees what the token's permissions let it see.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anyio
import anyio.to_thread
from mcp import types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

import zhanggui
from zhanggui.app.callers import Caller, local_caller
from zhanggui.app.workspace import Workspace
from zhanggui.canon.questions import Permission
from zhanggui.kernel.phrases import phrase
from zhanggui.surfaces.mcp.tools import Tools

Who = Callable[[ServerRequestContext[Any, Any]], tuple[Caller, str]]
"""Tells who sent a request, and in which language to answer."""


def make_server(tools: Tools, who: Who, lang: str) -> Server[Any]:
    """A protocol server over the tools; `lang` is that of what it says of itself."""

    async def list_tools(
        context: ServerRequestContext[Any, Any], _: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=tools.listed(*who(context)))

    async def call_tool(
        context: ServerRequestContext[Any, Any], told: types.CallToolRequestParams
    ) -> types.CallToolResult:
        caller, said = who(context)
        return await anyio.to_thread.run_sync(lambda: tools.call(caller, said, told.name, told.arguments or {}))

    return Server(
        "zhanggui",
        version=zhanggui.__version__,
        title="掌柜 Zhanggui",
        instructions=phrase("mcp.instructions", lang),
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def reading_caller(name: str, *, allows_changes: bool) -> Caller:
    """Whoever started the program: may read, and change only where that was asked for at the start."""
    local = local_caller(name)
    if allows_changes:
        return local
    return Caller(local.kind, local.name, "viewer", frozenset({Permission.READ}))


def serve_standard_input(workspace: Workspace, caller: Caller, lang: str, *, allows_changes: bool) -> None:
    """Serve one assistant until it closes its end."""
    server = make_server(Tools(workspace, allows_changes), lambda _: (caller, lang), lang)

    async def run() -> None:
        async with stdio_server() as (receiving, sending):
            await server.run(receiving, sending, server.create_initialization_options())

    anyio.run(run)
