"""Every question has one answer, whoever carries it: the command line, the interface and an assistant's tool."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client.client import Client
from starlette.testclient import TestClient

from tests.served import API, let_in, signed_in
from tests.unit.surfaces.conftest import Ask
from zhanggui.app.catalogue import QUESTIONS
from zhanggui.app.workspace import open_workspace
from zhanggui.surfaces.mcp.serving import make_server, reading_caller
from zhanggui.surfaces.mcp.tools import Tools

GIVEN = {
    "buyer": "nobody",
    "code": "POT-18",
    "metric": "paid_amount",
    "order": "4999000000000010001",
    "sku": "POT-18",
}
"""What questions that need something are asked about."""


@pytest.fixture(scope="module")
def desk(closed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    import shutil

    home = Path(shutil.copytree(closed, tmp_path_factory.mktemp("parity") / "workspace"))
    let_in(home)
    with signed_in(home) as client:
        yield client


@pytest.fixture(scope="module")
def told_to_an_assistant(closed: Path) -> dict[str, Any]:
    """What the tools answer, by question."""
    tools, reader = Tools(open_workspace(closed)), reading_caller("anna", allows_changes=False)

    async def run() -> dict[str, Any]:
        async with Client(make_server(tools, lambda _: (reader, "en"), "en")) as client:
            return {name: await client.call_tool(f"ask_{name}", arguments_of(name)) for name in QUESTIONS}

    return anyio.run(run)


def arguments_of(name: str) -> dict[str, str]:
    """The least with which a question can be asked; lists as one page, so that all three ask the same."""
    entry = QUESTIONS[name]
    needed = {one.name: GIVEN[one.name] for one in entry.question.parameters if one.required}
    return {**needed, **({"page": "1", "size": "50"} if entry.listing else {})}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_one_answer(
    desk: TestClient, closed: Path, told_to_an_assistant: dict[str, Any], ask: Ask, name: str
) -> None:
    given = arguments_of(name)
    code, typed = ask(closed, "ask", name, *(f"{key}={value}" for key, value in given.items()))
    assert code == 0, typed
    asked = desk.get(f"{API}/questions/{name}", params=given)
    assert asked.status_code == 200, asked.text
    assert asked.json() == typed
    tool = told_to_an_assistant[name]
    assert not tool.is_error, tool.content
    data = tool.structured_content["data"]
    assert {key: data[key] for key in typed if key not in ("rows", "is_cut")} == {
        key: typed[key] for key in typed if key not in ("rows", "is_cut")
    }
    assert data["rows"] == typed["rows"][: len(data["rows"])]
    assert len(data["rows"]) == min(len(typed["rows"]), 200)
