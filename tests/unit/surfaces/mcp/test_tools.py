"""The official client lists and calls the tools; texts in the data cause no write, and a write needs its code."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import anyio
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

from zhanggui.app.callers import Caller, local_caller
from zhanggui.app.verdicts import list_todo
from zhanggui.app.workspace import open_workspace
from zhanggui.surfaces.mcp.serving import make_server, reading_caller
from zhanggui.surfaces.mcp.tools import Tools


def talk(tools: Tools, caller: Caller, say: Callable[[Client], Coroutine[Any, Any, Any]]) -> Any:
    """What a conversation with the tools gives."""

    async def run() -> Any:
        async with Client(make_server(tools, lambda _: (caller, "en"), "en")) as client:
            return await say(client)

    return anyio.run(run)


def test_a_reader_sees_questions_and_no_command(closed: Path) -> None:
    tools = Tools(open_workspace(closed), allows_changes=False)
    reader = reading_caller("anna", allows_changes=False)
    names = [one.name for one in talk(tools, reader, lambda client: client.list_tools()).tools]
    assert {"metrics", "todo", "ask_import_files"} <= set(names)
    assert [name for name in names if name.startswith("do_")] == []
    told = talk(tools, reader, lambda client: client.call_tool("do_dismiss", {"decision_id": "abcd", "why": "x"}))
    assert told.is_error
    assert told.structured_content["error"]["code"] == "tool_unknown"


def test_figures_are_those_of_the_books_and_marked_as_data(closed: Path) -> None:
    tools = Tools(open_workspace(closed))
    reader = reading_caller("anna", allows_changes=False)
    told = talk(tools, reader, lambda client: client.call_tool("metrics", {"names": "orders", "by": "channel"}))
    assert not told.is_error
    assert set(told.structured_content) == {"data_notice", "data"}
    assert [column["name"] for column in told.structured_content["data"]["columns"]] == ["channel", "orders"]
    wrong = talk(tools, reader, lambda client: client.call_tool("metrics", {"names": "orders", "colour": "red"}))
    assert wrong.structured_content["error"]["code"] == "parameter_unknown"


def test_a_change_needs_the_code_of_its_own_first_call(closed: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(closed, own)
    workspace = open_workspace(own)
    tools, owner = Tools(workspace, allows_changes=True), local_caller("anna")
    known = list_todo(workspace, has_all=True).decisions[0]["decision_id"]
    asked = {"decision_id": known, "why": "known"}
    first = talk(tools, owner, lambda client: client.call_tool("do_dismiss", asked)).structured_content
    assert first["nothing_done_yet"] is True
    assert workspace.books.read_verdicts() == {}
    other = {**asked, "why": "another", "confirm": first["confirm"]}
    refused = talk(tools, owner, lambda client: client.call_tool("do_dismiss", other))
    assert refused.structured_content["error"]["code"] == "confirmation_invalid"
    again = talk(tools, owner, lambda client: client.call_tool("do_dismiss", asked)).structured_content
    confirmed = {**asked, "confirm": again["confirm"]}
    done = talk(tools, owner, lambda client: client.call_tool("do_dismiss", confirmed))
    assert not done.is_error
    assert [verdict.verdict for verdict in workspace.books.read_verdicts().values()] == ["dismiss"]
    twice = talk(tools, owner, lambda client: client.call_tool("do_dismiss", confirmed))
    assert twice.structured_content["error"]["code"] == "confirmation_invalid"


def test_the_program_speaks_over_standard_input(closed: Path) -> None:
    command = ["-m", "zhanggui.surfaces.cli.main", "--workspace", str(closed), "mcp"]
    source = str(Path(__file__).parents[4] / "src")
    started = StdioServerParameters(command=sys.executable, args=command, env={"PYTHONPATH": source})

    async def run() -> Any:
        async with Client(started) as client:
            return await client.call_tool("metrics", {"names": "orders"})

    told = anyio.run(run)
    [column] = told.structured_content["data"]["columns"]
    assert {key: column[key] for key in ("name", "type", "unit")} == {
        "name": "orders",
        "type": "count",
        "unit": "order",
    }
