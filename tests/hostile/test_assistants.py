"""Assistants: what the official client of the protocol sees and may do, while the books are full of orders to assistants.

Fifty instructions stand in titles, notes, reviews, names of files and of shops. The tests walk every tool over them:
every text from the books is told as data, no tool that writes is there unless it was granted, none works without the
code of a first call, and the books, the records and the files are the same afterwards.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from tests.hostile.test_authorization_http import state_of
from tests.planted import INSTRUCTIONS, RAN
from tests.served import ADDRESS
from zhanggui.app.callers import Caller, local_caller
from zhanggui.app.catalogue import ACTIONS, COMMANDS, QUESTIONS, answer_question
from zhanggui.app.reading import BookPool
from zhanggui.app.tokens import create_token, revoke_token
from zhanggui.app.workspace import Workspace, open_workspace
from zhanggui.kernel.clock import now_utc
from zhanggui.kernel.phrases import phrase
from zhanggui.surfaces.api.application import create_application
from zhanggui.surfaces.api.serving import make_service
from zhanggui.surfaces.mcp import tools as tools_module
from zhanggui.surfaces.mcp.serving import make_server, reading_caller
from zhanggui.surfaces.mcp.tools import Tools

CHECKOUT = Path(__file__).parents[2]
OWNER = Caller("person", "owner", "owner")
READING = {f"ask_{name}" for name in QUESTIONS} | {"metrics", "todo"}
CHANGING = {
    f"do_{name.replace('-', '_')}" for name in ACTIONS if not (COMMANDS[name].is_job or COMMANDS[name].is_personal)
}
WRITING = {"do_accept", "do_dismiss", "do_snooze", "do_reopen", "do_link"}
ASKED_FOR = (
    "do_close", "do_settings_change", "do_user_add", "do_accept", "do_token_create", "do_reopen", "do_backup", "close",
    "do_import", "do_link", "ask_nothing", "do_grant_create",
)  # fmt: skip
"""What the planted instructions ask for, and more."""


@pytest.fixture(scope="module")
def books(planted_home: Path) -> Workspace:
    """The planted workspace with its books kept open; nothing here may change it."""
    return replace(open_workspace(planted_home), readers=BookPool(planted_home))


@pytest.fixture(scope="module")
def wanted(books: Workspace) -> dict[str, str]:
    """What questions must be given: things that are there, most of them named by strangers."""

    def first(question: str, column: str) -> str:
        answer = answer_question(books, question, {})
        place = [one.name for one in answer.columns].index(column)
        return next(str(row[place]) for row in answer.rows if row[place] and (column != "sku_id" or RAN in row[place]))

    sku = first("products", "sku_id")
    order, buyer = first("orders", "platform_order_id"), first("customers", "buyer_key")
    return {"metric": "orders", "order": order, "buyer": buyer, "sku": sku, "code": sku}


def arguments_of(name: str, wanted: dict[str, str]) -> dict[str, str]:
    """What a question's tool must be given."""
    question = QUESTIONS[name.removeprefix("ask_")].question
    return {one.name: wanted.get(one.name, "x") for one in question.parameters if one.required}


def told_by(result: Any) -> dict[str, Any]:
    """What a call gave; the text and the structure say the same."""
    (content,) = result.content
    told: dict[str, Any] = json.loads(content.text)
    assert told == result.structured_content
    return told


Walk = Callable[[Client], Awaitable[None]]


@asynccontextmanager
async def over_http(home: Path, secret: str) -> AsyncIterator[Client]:
    """The official client at the server's /mcp, with a token."""
    application = create_application(make_service(home), has_workers=False)
    headers = {"Authorization": f"Bearer {secret}"}
    transport = httpx2.ASGITransport(app=application)
    async with (
        application.router.lifespan_context(application),
        httpx2.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers) as sender,
        Client(streamable_http_client(f"{ADDRESS}/mcp", http_client=sender)) as client,
    ):
        yield client


def run_over_http(home: Path, secret: str, walk: Walk) -> None:
    """Walk with a client over HTTP."""

    async def run() -> None:
        async with over_http(home, secret) as client:
            await walk(client)

    anyio.run(run)


def run_inside(workspace: Workspace, walk: Walk, *, allows_changes: bool = False) -> None:
    """Walk with a client that is joined to the server of standard input, in this process."""
    caller = reading_caller("desk", allows_changes=allows_changes)
    server = make_server(Tools(workspace, allows_changes), lambda _: (caller, "en"), "en")

    async def run() -> None:
        async with Client(server) as client:
            await walk(client)

    anyio.run(run)


def token(home: Path, *permissions: str) -> str:
    """A token of the owner's."""
    workspace = open_workspace(home)
    made = create_token(workspace, OWNER, "assistant", permissions, now_utc())
    workspace.books.close()
    return made.secret


def test_the_official_client_works_over_standard_input(planted_home: Path) -> None:
    program = ["-m", "zhanggui.surfaces.cli.main", "-w", str(planted_home), "mcp", "--lang", "en"]
    parameters = StdioServerParameters(command=sys.executable, args=program, cwd=str(CHECKOUT))

    async def run() -> None:
        async with Client(stdio_client(parameters)) as client:
            listed = await client.list_tools()
            assert {tool.name for tool in listed.tools} == READING
            told = told_by(await client.call_tool("ask_orders", {"size": 3}))
            assert (len(told["data"]["rows"]), told["data_notice"]) == (3, phrase("mcp.data", "en"))
            refused = await client.call_tool("do_accept", {"decision_id": "x"})
            assert (refused.is_error, told_by(refused)["error"]["code"]) == (True, "tool_unknown")

    anyio.run(run)


def test_every_answer_says_that_its_texts_are_data(books: Workspace, wanted: dict[str, str]) -> None:
    before, seen = state_of(books), []

    async def walk(client: Client) -> None:
        for tool in (await client.list_tools()).tools:
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint is True
            assert not any(text in f"{tool.description}{tool.input_schema}" for text in (RAN, *INSTRUCTIONS[:10]))
            given: dict[str, Any] = arguments_of(tool.name, wanted) if tool.name.startswith("ask_") else {}
            if "size" in tool.input_schema["properties"]:
                given["size"] = 200
            result = await client.call_tool(
                tool.name, given | ({"names": "orders", "by": "shop"} if tool.name == "metrics" else {})
            )
            told = told_by(result)
            assert set(told) == {"data_notice", "data"}, (tool.name, told)
            assert told["data_notice"] == phrase("mcp.data", "en")
            seen.append(json.dumps(told["data"], ensure_ascii=False))
        for name in ASKED_FOR:
            result = await client.call_tool(name, {"decision_id": "x", "confirm": "00000000"})
            assert result.is_error, name
            assert told_by(result)["error"]["code"] in ("tool_unknown", "question_unknown"), name

    run_inside(books, walk)
    everything = "".join(seen)
    reached = [text for text in INSTRUCTIONS if json.dumps(text, ensure_ascii=False)[1:-1] in everything]
    assert len(reached) == 50, "the planted instructions have to be among what was read"
    assert state_of(books) == before


def test_the_official_client_works_over_http_with_a_token(planted_copy: Path) -> None:
    read_only = token(planted_copy, "read")
    workspace = open_workspace(planted_copy)
    before = state_of(workspace)

    async def walk(client: Client) -> None:
        listed = {tool.name for tool in (await client.list_tools()).tools}
        assert listed >= READING
        assert listed & WRITING == set()
        assert {name for name in listed if name.startswith("do_")} <= CHANGING
        told = told_by(await client.call_tool("ask_products", {"size": 5}))
        assert len(told["data"]["rows"]) == 5
        for name in ASKED_FOR:
            assert (await client.call_tool(name, {"decision_id": "x"})).is_error, name

    run_over_http(planted_copy, read_only, walk)
    after = state_of(workspace)
    assert set(after[2]) ^ set(before[2]) == set()
    assert after == before


def test_who_may_change_something_is_asked_back_first(planted_copy: Path) -> None:
    deciding = token(planted_copy, "read", "decide")
    workspace = open_workspace(planted_copy)
    (known, other, *_) = [row[0] for row in answer_question(workspace, "decisions", {}).rows]
    before = state_of(workspace)

    async def walk(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) & CHANGING >= WRITING
        assert tools["do_accept"].annotations.destructive_hint is True  # type: ignore[union-attr]
        first = told_by(await client.call_tool("do_accept", {"decision_id": known}))
        assert (first["nothing_done_yet"], first["arguments"]) == (True, {"decision_id": known})
        assert state_of(workspace) == before
        code = first["confirm"]
        for wrong in ({"decision_id": known, "confirm": "00000000"}, {"decision_id": other, "confirm": code}):
            assert told_by(await client.call_tool("do_accept", wrong))["error"]["code"] == "confirmation_invalid"
        burnt = await client.call_tool("do_accept", {"decision_id": known, "confirm": code})
        assert told_by(burnt)["error"]["code"] == "confirmation_invalid", "it was tried with another decision"
        assert state_of(workspace) == before
        again = told_by(await client.call_tool("do_accept", {"decision_id": known}))["confirm"]
        done = told_by(await client.call_tool("do_accept", {"decision_id": known, "confirm": again}))
        assert done["result"]["verdict"] == "accept"
        assert (await client.call_tool("do_accept", {"decision_id": known, "confirm": again})).is_error

    run_over_http(planted_copy, deciding, walk)
    assert set(workspace.books.read_verdicts()) == {known}


def test_a_code_is_of_one_caller_and_of_one_command(planted_copy: Path) -> None:
    workspace = open_workspace(planted_copy)
    tools = Tools(workspace, allows_changes=True)
    mine, other = local_caller("mine"), local_caller("other")
    (known, *_) = [row[0] for row in answer_question(workspace, "decisions", {}).rows]
    for caller, name in ((other, "do_accept"), (mine, "do_reopen")):
        code = told_by(tools.call(mine, "zh", "do_accept", {"decision_id": known}))["confirm"]
        told = told_by(tools.call(caller, "zh", name, {"decision_id": known, "confirm": code}))
        assert told["error"]["code"] == "confirmation_invalid"
    assert workspace.books.read_verdicts() == {}


def test_people_tokens_and_settings_are_no_tools_for_anybody(books: Workspace) -> None:
    listed = {tool.name for tool in Tools(books, allows_changes=True).listed(local_caller("desk"), "zh")}
    assert listed == READING | CHANGING
    personal = {f"do_{name.replace('-', '_')}" for name, command in COMMANDS.items() if command.is_personal}
    assert len(personal) > 12
    assert listed & personal == set()
    for name in personal:
        told = told_by(Tools(books, allows_changes=True).call(local_caller("desk"), "zh", name, {}))
        assert told["error"]["code"] == "tool_unknown"


@pytest.mark.parametrize("how", ["nobody", "a browser's session", "a forged token", "a revoked token", "another site"])
def test_strangers_do_not_come_in(planted_copy: Path, how: str) -> None:
    workspace = open_workspace(planted_copy)
    made = create_token(workspace, OWNER, "r", ["read"], now_utc())
    headers = {
        "nobody": {},
        "a browser's session": {"Cookie": "zhanggui_session=x", "X-Zhanggui": "1", "Origin": ADDRESS},
        "a forged token": {"Authorization": "Bearer zgt_forged"},
        "a revoked token": {"Authorization": f"Bearer {made.secret}"},
        "another site": {"Authorization": f"Bearer {made.secret}", "Origin": "http://evil.example"},
    }[how]
    if how == "a revoked token":
        revoke_token(workspace, OWNER, made.told["token_id"], now_utc())

    async def run() -> None:
        application = create_application(make_service(planted_copy), has_workers=False)
        transport = httpx2.ASGITransport(app=application)
        async with (
            application.router.lifespan_context(application),
            httpx2.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers) as sender,
        ):
            called = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
            answer = await sender.post("/mcp", json=called, headers={"Accept": "application/json, text/event-stream"})
            assert answer.status_code in (401, 403), answer.text
            assert "tools" not in answer.json()

    anyio.run(run)


def test_a_guest_has_the_granted_tools_alone(books: Workspace) -> None:
    reading = local_caller("x").permissions
    guest = Caller("guest", "bank", None, reading, frozenset({"taobao/甲"}), frozenset({"orders", "metric:orders"}))
    tools = Tools(books, allows_changes=True)
    assert {tool.name for tool in tools.listed(guest, "zh")} == {"ask_orders"}
    for name in ("ask_customers", "todo", "do_accept", "do_settings"):
        assert told_by(tools.call(guest, "zh", name, {}))["error"]["code"] == "not_permitted"


def test_what_breaks_inside_is_not_told(
    books: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("planted-secret-41 in the cellar")

    monkeypatch.setattr(tools_module, "list_todo", broken)
    result = Tools(books).call(local_caller("desk"), "en", "todo", {})
    assert result.is_error
    assert "planted-secret-41" not in json.dumps(told_by(result))
    assert "planted-secret-41" in caplog.text
