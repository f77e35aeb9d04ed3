"""The OpenAPI document tells what the server does: whatever a program makes of it is answered as the document says.

Schemathesis makes requests out of the document, right ones and wrong ones, and holds the answers against it. They are
sent to a workspace that is thrown away, by an owner's browser and by a token with everything that a token may hold.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, checks
from schemathesis.core.failures import FailureGroup
from schemathesis.python import asgi

from tests.served import API, OWN, let_in
from zhanggui.app.callers import Caller
from zhanggui.app.sessions import log_in
from zhanggui.app.tokens import create_token
from zhanggui.app.workspace import Settings, create_workspace, open_workspace
from zhanggui.kernel.clock import now_utc
from zhanggui.surfaces.api.application import create_application
from zhanggui.surfaces.api.serving import make_service

from tests.served import PASSWORD  # isort: skip

House = tuple[Any, dict[str, dict[str, str]], Any]
QUICK, SLOW = 2, 8
ENDS_ITSELF = f"DELETE {API}/session"
"""Ends the session that all the other requests need; tests of its own say what it does."""


@schemathesis.serializer("application/zip")
def send_bytes(context: Any, value: Any) -> dict[str, Any]:
    """A body of bytes goes out as it is."""
    return {"data": value if isinstance(value, bytes) else getattr(value, "data", str(value).encode())}


def make_house(home: Path) -> tuple[Any, dict[str, dict[str, str]]]:
    """An application of a workspace to be thrown away, and the headers of who asks."""
    root = create_workspace(home / "workspace", Settings(company="测试")).root
    let_in(root)
    workspace, at = open_workspace(root), now_utc()
    owner = log_in(workspace, "owner", PASSWORD, "127.0.0.1", at)
    full = ["read", "export", "import", "decide"]
    token = create_token(workspace, Caller("person", "owner", "owner"), "f", full, at)
    workspace.books.close()
    application = create_application(make_service(root), has_workers=False)
    callers = {
        "session": {**OWN, "Origin": "http://localhost", "Cookie": f"zhanggui_session={owner.secret}"},
        "token": {"Authorization": f"Bearer {token.secret}"},
    }
    return application, callers


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The application, who asks, and one client that stays open."""
    application, callers = make_house(tmp_path_factory.mktemp("openapi"))
    with asgi.get_client(application) as client:
        client.headers["Host"] = "localhost"
        application.state.hub.is_closed = True  # streams tell the present state and end
        gc.freeze()  # Hypothesis collects garbage before every operation; what lives now is none
        yield application, callers, client
        gc.unfreeze()


@pytest.fixture(scope="module")
def document(house: House) -> Any:
    """The document as schemathesis reads it, less the ways to enter: a key made up beside the caller's own would be asked with."""
    told = deepcopy(house[0].openapi())
    del told["components"]["securitySchemes"]
    for path in told["paths"].values():
        for operation in path.values():
            del operation["security"]
    read = schemathesis.openapi.from_dict(told)
    read.app = house[0]
    return read


EXCLUDED = [
    # A request that fits the document may still be refused for what it says: 400 with the reason.
    checks.positive_data_acceptance,
]
LENIENT = {f"POST {API}/files": (checks.negative_data_rejection,)}
"""A form holds nothing but texts, so that no value of it is of a wrong type."""
MODES = {"right": GenerationMode.POSITIVE, "wrong": GenerationMode.NEGATIVE}


PATIENCE_SECONDS = 120  # everything is exported in seconds, on a busy machine in many
COMBINATIONS = [(who, mode) for who in ("session", "token") for mode in MODES]


def find_operations(document: Any) -> list[Any]:
    """Every operation of the document but the one that ends the caller's session."""
    found = [result.ok() for result in document.get_all_operations()]
    return [operation for operation in found if operation.label != ENDS_ITSELF]


def look(house: House, operation: Any, who: str, mode: str, examples: int) -> str | None:
    """What an operation's answers had that the document does not say."""
    try:
        ask(house, operation, who, MODES[mode], examples)
    except FailureGroup as group:
        return f"{who}, {mode}: " + "; ".join(str(failure) for failure in group.exceptions)
    except Unsatisfiable:
        assert mode == "wrong", operation.label  # an address without parameters cannot be asked wrongly
    return None


def ask(house: House, operation: Any, who: str, mode: GenerationMode, examples: int) -> None:
    """Send so many requests of one kind to one operation, and hold each answer against the document."""
    _, callers, client = house
    quiet = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None, "derandomize": True}

    @settings(max_examples=examples, phases=[Phase.explicit, Phase.generate], **quiet)
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        excluded = [*EXCLUDED, *LENIENT.get(operation.label, ())]
        case.call_and_validate(session=client, headers=callers[who], excluded_checks=excluded, timeout=PATIENCE_SECONDS)

    send()


@pytest.mark.timeout(900)
def test_every_answer_is_as_the_document_says(house: House, document: Any) -> None:
    told = {}
    for place, operation in enumerate(find_operations(document)):  # in turns, so that it does not take minutes
        told[operation.label] = look(house, operation, *COMBINATIONS[place % len(COMBINATIONS)], QUICK)
    assert {label: finding for label, finding in told.items() if finding} == {}
    assert len(told) > 90


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("who", "mode"), COMBINATIONS)
def test_many_answers_are_as_the_document_says(house: House, document: Any, who: str, mode: str) -> None:
    told = {one.label: look(house, one, who, mode, SLOW) for one in find_operations(document)}
    assert {label: finding for label, finding in told.items() if finding} == {}


def test_the_document_is_valid(house: Any) -> None:
    application, _, _ = house
    told = application.openapi()
    assert told["openapi"].startswith("3.1")
    names = [operation["operationId"] for path in told["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))
    schemas = told["components"]["schemas"]
    for name, schema in schemas.items():
        jsonschema_rs.Draft202012Validator({**schema, "components": {"schemas": schemas}})
        assert schema, name
