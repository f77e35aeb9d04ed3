"""The authorization matrix over HTTP: every route of the interface for every kind of caller, as tables that are stated here.

Whoever is refused sends a request that would otherwise do something, and it is proven that nothing happened: records,
settings and files are the same, and the refusal stands in the audit. Whoever is let in sends one that is turned down
for its contents afterwards, so that the order is proven too: first who asks, then what is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from tests.hostile.test_authorization import STATED, files_of, is_allowed
from tests.served import ADDRESS, API, PASSWORD, browser, error_of, let_in, walk_routes
from zhanggui.app.callers import local_caller
from zhanggui.app.catalogue import ACTIONS, COMMANDS, QUESTIONS
from zhanggui.app.grants import enter_as_guest, revoke_grant
from zhanggui.app.jobs import submit_job
from zhanggui.app.minting import GUEST_PREFIX, digest_secret, mint_secret
from zhanggui.app.people import add_person, disable_person
from zhanggui.app.sessions import log_in, log_out
from zhanggui.app.tokens import create_token, revoke_token
from zhanggui.app.workspace import Settings, Workspace, create_workspace, open_workspace
from zhanggui.books import access
from zhanggui.books.access import Grant
from zhanggui.books.tables import METADATA
from zhanggui.kernel.clock import now_utc
from zhanggui.surfaces.api.serving import make_service

DESK = local_caller("desk")
GRANTED = ("orders", "products", "metric:orders")
KINDS = {
    "nobody": "nobody", "viewer": "viewer", "operator": "operator", "finance": "finance", "owner": "owner",
    "token_read": "token_read", "token_full": "token_full", "guest": "guest", "guest_token": "guest",
    "expired_token": "nobody", "revoked_token": "nobody", "token_of_disabled": "nobody", "disabled": "nobody",
    "left": "nobody", "expired_guest": "nobody", "revoked_guest": "nobody", "guest_left": "nobody", "forged": "nobody",
    "forged_token": "nobody",
}  # fmt: skip
"""Who comes, and as whom the matrix knows them: whoever brings what has ended is nobody."""
_SCOPES = {"token_import": {"read", "import"}, "token_decide": {"read", "decide"}, "token_export": {"read", "export"}}
STATED_SCOPES = {kind: {"read": "-", **dict.fromkeys(scopes, "x")} for kind, scopes in _SCOPES.items()}
STRANGERS = {kind for kind, row in KINDS.items() if row == "nobody"}
EVERYBODY, SOMEBODY, NO_GUEST = "everybody", "somebody", "no guest"


@dataclass(frozen=True)
class Row:
    """A route: the entry of the catalogue (or whom) it belongs to, what does something, what does nothing, and the answer to that."""

    belongs: str
    path: str = ""
    doing: dict[str, Any] = field(default_factory=dict)
    idle: dict[str, Any] = field(default_factory=dict)
    status: int = 200


def _json(**told: Any) -> dict[str, Any]:
    return {"json": told}


_FILES = {"files": [("files", ("a.csv", b"a,b\n1,2\n", "text/csv"))]}
_BROKEN = {"content": b"--y--", "headers": {"Content-Type": "multipart/form-data; boundary=z"}}
_PERSON = {"name": "mallory", "role": "owner", "password": PASSWORD}
_GRANT = {"guest": "m", "questions": ["orders"], "shops": ["taobao/甲"], "until": "2030-01-01"}
_OLD = {"present": "wrong-wrong-wrong", "password": "x"}
_TARGET = {"name": "m", "kind": "webhook", "address": "http://127.0.0.1:9/"}
_VIEW = {"page": "orders", "name": "m", "state": {}}
_UNREAL = {"params": {"nonsense": "x"}}

ROUTES: dict[tuple[str, str], Row] = {
    ("GET", "/health"): Row(EVERYBODY),
    ("GET", "/setup"): Row(EVERYBODY),
    ("POST", "/setup"): Row(EVERYBODY, idle=_json(name="m", password=PASSWORD), status=409),
    ("POST", "/session"): Row(EVERYBODY, idle=_json(), status=400),
    ("DELETE", "/session"): Row(EVERYBODY, status=204),
    ("POST", "/session/guest"): Row(EVERYBODY, idle=_json(secret="zgg_x"), status=401),
    ("GET", "/session"): Row(SOMEBODY),
    ("GET", "/catalogue"): Row(SOMEBODY),
    ("GET", "/metrics"): Row("metric", "/metrics?names=orders", idle={"params": {"grain": "eon"}}, status=400),
    ("GET", "/downloads/metrics"): Row("metric file", "/downloads/metrics?names=orders", idle={"params": {"grain": "eon"}}, status=400),
    ("GET", "/rows"): Row("do rows", "/rows?metric=orders", idle={"params": {"grain": "eon"}}, status=400),
    ("GET", "/todo"): Row("do todo", idle={"params": {"size": "x"}}, status=400),
    ("GET", "/downloads/{question}"): Row("file orders", "/downloads/orders", idle=_UNREAL, status=400),
    ("GET", "/refused/{file_id}"): Row("do import", "/refused/x", status=404),
    ("GET", "/export"): Row("do export", idle={"params": {"tables": "nonsense"}}, status=400),
    ("GET", "/backups"): Row("do backup"),
    ("GET", "/backups/{name}"): Row("do backup", "/backups/x", status=404),
    ("GET", "/notifications"): Row("do notify-list"),
    ("POST", "/notifications"): Row("do notify-add", doing=_json(**_TARGET), idle=_json(**{**_TARGET, "kind": "x"}), status=400),
    ("POST", "/notifications/test"): Row("do notify-test", idle=_json(target_id="x"), status=404),
    ("PATCH", "/notifications/{target_id}"): Row("do notify-switch", "/notifications/x", _json(is_on=True), _json(is_on=True), 404),
    ("DELETE", "/notifications/{target_id}"): Row("do notify-remove", "/notifications/x", status=404),
    ("POST", "/backups"): Row("do restore-here", idle={"content": b"no backup"}, status=400),
    ("POST", "/files"): Row("do import", doing=_FILES, idle=_BROKEN, status=400),
    ("GET", "/jobs"): Row("do jobs"),
    ("GET", "/jobs/{job_id}"): Row("do jobs", "/jobs/x", status=404),
    ("POST", "/jobs/{job_id}/cancel"): Row("do jobs", "/jobs/x/cancel", status=404),
    ("GET", "/jobs/{job_id}/events"): Row("do jobs", "/jobs/x/events", status=404),
    ("GET", "/events"): Row("do jobs"),
    ("GET", "/people"): Row("do user-list"),
    ("POST", "/people"): Row("do user-add", doing=_json(**_PERSON), idle=_json(**{**_PERSON, "role": "x"}), status=400),
    ("POST", "/people/me/password"): Row("own password", doing=_json(**_OLD), idle=_json(**_OLD), status=400),
    ("PATCH", "/people/{name}"): Row("do user-role", "/people/viewer", _json(role="owner"), _json(role="x"), 400),
    ("DELETE", "/people/{name}"): Row("do user-disable", "/people/nobody-here", status=404),
    ("GET", "/tokens"): Row("do token-list"),
    ("POST", "/tokens"): Row("do token-create", doing=_json(name="m"), idle=_json(name="m", permissions=["x"]), status=400),
    ("DELETE", "/tokens/{token_id}"): Row("do token-revoke", "/tokens/x", status=404),
    ("GET", "/grants"): Row("do grant-list"),
    ("POST", "/grants"): Row("do grant-create", doing=_json(**_GRANT), idle=_json(**{**_GRANT, "shops": []}), status=400),
    ("DELETE", "/grants/{grant_id}"): Row("do grant-revoke", "/grants/x", status=404),
    ("GET", "/audit"): Row("do audit"),
    ("GET", "/settings"): Row("do settings"),
    ("PUT", "/settings"): Row("do settings-change", doing=_json(company="mallory"), idle=_json(nonsense=1), status=400),
    ("GET", "/views"): Row(NO_GUEST),
    ("POST", "/views"): Row(NO_GUEST, doing=_json(**_VIEW), idle=_json(**{**_VIEW, "name": " "}), status=400),
    ("DELETE", "/views/{view_id}"): Row(NO_GUEST, "/views/999999", status=404),
}  # fmt: skip
"""Every route that is not made from the catalogue, stated by hand; the others are added below from the catalogue itself."""

ROUTES |= {("GET", f"/questions/{name}"): Row(f"ask {name}", idle=_UNREAL, status=400) for name in QUESTIONS}
ROUTES |= {
    ("POST", f"/commands/{name}"): Row(f"do {name}", doing=_json(), idle=_json(nonsense="x"), status=400)
    for name in ACTIONS
}


def is_let_in(kind: str, row: Row) -> bool:
    """What the matrix says of a route."""
    stranger, known = kind in STRANGERS, KINDS.get(kind, kind)
    verb, _, name = row.belongs.partition(" ")
    if row.belongs in (EVERYBODY, SOMEBODY, NO_GUEST):
        return row.belongs == EVERYBODY or not (stranger or (row.belongs == NO_GUEST and known == "guest"))
    if row.belongs == "own password":
        return known in ("viewer", "operator", "finance", "owner")
    if verb in ("metric", "file"):
        is_file = verb == "file" or name == "file"
        return not stranger and (known == "guest" or not is_file or has_cell(kind, "export"))
    if verb == "ask":
        return name in GRANTED if known == "guest" else has_cell(kind, QUESTIONS[name].question.permission.value)
    command = COMMANDS[name]
    return (
        is_allowed(known, command)
        if known in STATED
        else not command.is_personal and has_cell(kind, command.permission.value)
    )


def has_cell(kind: str, permission: str) -> bool:
    """Whether a kind of caller holds a permission."""
    return STATED.get(KINDS.get(kind, kind), STATED_SCOPES.get(kind, {})).get(permission, "-") == "x"


@dataclass
class House:
    """A server with one caller of each kind, each by its headers."""

    workspace: Workspace
    client: TestClient
    headers: dict[str, dict[str, str]]

    def send(self, kind: str, method: str, path: str, told: dict[str, Any]) -> Any:
        """One request, as this caller's program or browser sends it."""
        own = {"X-Zhanggui": "1", "Origin": ADDRESS, **self.headers[kind], **told.get("headers", {})}
        rest = {name: value for name, value in told.items() if name != "headers"}
        self.client.cookies.clear()
        return self.client.request(method, f"{API}{path}", headers=own, **rest)


def _session(secret: str) -> dict[str, str]:
    return {"Cookie": f"zhanggui_session={secret}"}


def _bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def _grant(workspace: Workspace, until: timedelta, at: datetime) -> tuple[str, str]:
    secret = mint_secret(GUEST_PREFIX)
    grant = Grant(secret[-12:], "bank", digest_secret(secret), GRANTED, ("taobao/甲",), "desk", at, at + until)
    with workspace.books.writing() as records:
        access.add_grant(records, grant)
    return secret, grant.grant_id


def make_callers(workspace: Workspace) -> dict[str, dict[str, str]]:
    """The headers of every kind of caller."""
    at = now_utc()
    long_ago = at - timedelta(days=300)
    add_person(workspace, DESK, "gone", "owner", PASSWORD, at)
    entered = {
        name: log_in(workspace, name, PASSWORD, "10.0.0.1", at)
        for name in ("viewer", "operator", "finance", "owner", "gone")
    }
    owner, gone = entered["owner"].caller, entered["gone"].caller
    full = ["read", "export", "import", "decide"]
    tokens = {kind: create_token(workspace, owner, kind, sorted(scopes), at) for kind, scopes in _SCOPES.items()}
    tokens |= {
        "token_read": create_token(workspace, owner, "r", ["read"], at),
        "token_full": create_token(workspace, owner, "f", full, at),
    }
    tokens["expired_token"] = create_token(workspace, owner, "e", full, long_ago, days=1)
    tokens["revoked_token"] = create_token(workspace, owner, "v", full, at)
    tokens["token_of_disabled"] = create_token(workspace, gone, "g", full, at)
    revoke_token(workspace, owner, tokens["revoked_token"].told["token_id"], at)
    disable_person(workspace, DESK, "gone", at)
    left = log_in(workspace, "owner", PASSWORD, "10.0.0.1", at)
    log_out(workspace, left.secret, at, left.caller)
    guest, _ = _grant(workspace, timedelta(days=9), at)
    revoked, revoked_id = _grant(workspace, timedelta(days=9), at)
    revoked_session, _ = enter_as_guest(workspace, revoked, at)
    revoke_grant(workspace, DESK, revoked_id, at)
    made = {kind: _session(entered[kind].secret) for kind in ("viewer", "operator", "finance", "owner")}
    made |= {kind: _bearer(token.secret) for kind, token in tokens.items()}
    return made | {
        "nobody": {},
        "disabled": _session(entered["gone"].secret),
        "left": _session(left.secret),
        "guest": _session(enter_as_guest(workspace, guest, at)[0]),
        "guest_token": _bearer(guest),
        "expired_guest": _bearer(_grant(workspace, timedelta(days=1), long_ago)[0]),
        "revoked_guest": _bearer(revoked),
        "guest_left": _session(revoked_session),
        "forged": _session("x" * 43),
        "forged_token": _bearer("zgt_" + "x" * 43),
    }


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server without workers, and everybody who may come."""
    root = create_workspace(tmp_path_factory.mktemp("matrix") / "workspace", Settings()).root
    let_in(root)
    headers = make_callers(open_workspace(root))
    service = make_service(root)
    with browser(service) as client:
        client.app.state.hub.is_closed = True  # type: ignore[attr-defined] # streams tell the present state and end
        yield House(service.workspace, client, headers)


_UNTOUCHED = ("audit", "sessions", "login_attempts")
"""What a refusal may add to: the audit, when a session was last used, and that somebody tried a password."""


def state_of(workspace: Workspace) -> tuple[object, ...]:
    """Everything that a request could change."""
    with workspace.books.reading() as records:
        rows = [
            (table.name, tuple(map(tuple, records.execute(text(f"SELECT * FROM {table.name}")))))
            for table in METADATA.sorted_tables
            if table.name not in _UNTOUCHED
        ]
        sessions = records.execute(text("SELECT session_digest FROM sessions ORDER BY 1")).all()
    return tuple(rows), tuple(sessions), tuple(files_of(workspace.root))


def refusals(workspace: Workspace) -> int:
    """How many refusals the audit has."""
    with workspace.books.reading() as records:
        return int(records.execute(text("SELECT count(*) FROM audit WHERE action = 'refused'")).scalar_one())


def routes_of(client: TestClient) -> set[tuple[str, str]]:
    """Every method and path that the OpenAPI document tells of."""
    paths = client.get("/api/openapi.json").json()["paths"]
    return {(method.upper(), path.removeprefix(API)) for path, told in paths.items() for method in told}


def test_every_route_is_stated(house: House) -> None:
    assert routes_of(house.client) == set(ROUTES)
    assert set(house.headers) == set(KINDS) | set(_SCOPES)


def test_nothing_is_served_that_the_document_hides(house: House) -> None:
    routes = list(walk_routes(house.client.app))
    hidden = {route.path for route in routes if not getattr(route, "include_in_schema", False)} | {
        route.path for route in routes if not hasattr(route, "include_in_schema")
    }
    # The document itself, the assistants' tools (tests of their own), names that nothing has, and the console's files.
    assert hidden - {"/mcp"} == {"/api/openapi.json", "/questions/{name}", "/commands/{name}", "/{path:path}"}
    assert len(routes) > len(QUESTIONS) + len(ACTIONS) + len(hidden)


def test_no_get_changes_anything(house: House) -> None:
    before = state_of(house.workspace)
    for (method, path), row in ROUTES.items():
        if method == "GET":
            assert house.send("owner", method, row.path or path, {}).status_code < 500, path
    assert state_of(house.workspace) == before


@pytest.mark.parametrize("kind", [*KINDS, *_SCOPES])
def test_whoever_may_is_let_in_and_nobody_else(house: House, kind: str) -> None:
    let_in = {route: row for route, row in ROUTES.items() if is_let_in(kind, row)}
    told = {
        (method, path): house.send(kind, method, row.path or path, row.idle).status_code
        for (method, path), row in let_in.items()
        if (method, path) != ("DELETE", "/session")  # it would end the caller's own
    }
    assert told == {route: row.status for route, row in let_in.items() if route in told}
    refused = {route: row for route, row in ROUTES.items() if route not in let_in}
    before, heard = state_of(house.workspace), refusals(house.workspace)
    answers = {
        (method, path): house.send(kind, method, row.path or path, row.doing) for (method, path), row in refused.items()
    }
    is_stranger = kind in STRANGERS
    expected = 401 if is_stranger else 403
    assert {route: answer.status_code for route, answer in answers.items()} == dict.fromkeys(refused, expected)
    assert {error_of(answer) for answer in answers.values()} <= {"not_authenticated", "not_permitted"}
    assert {name for one in answers.values() for name in one.json()["error"]["fields"]} <= {"entry", "permission"}
    assert state_of(house.workspace) == before
    assert refusals(house.workspace) == heard + (0 if is_stranger else len(refused))


def test_a_job_is_cancelled_by_those_who_may_start_it(house: House) -> None:
    job = submit_job(house.workspace, "backup", {}, "person:owner")
    for kind in ("viewer", "operator", "token_full", "guest"):
        assert house.send(kind, "POST", f"/jobs/{job.job_id}/cancel", {}).status_code == 403
    assert house.send("owner", "GET", f"/jobs/{job.job_id}", {}).json()["state"] == "queued"
    assert house.send("owner", "POST", f"/jobs/{job.job_id}/cancel", {}).json()["job"]["state"] == "cancelled"


def test_unknown_names_are_not_told_from_known_ones(house: House) -> None:
    for path in ("/questions/nothing", "/questions/customers"):
        assert house.send("nobody", "GET", path, {}).status_code == 401
        assert house.send("guest", "GET", path, {}).status_code == 403
    for path in ("/commands/nothing", "/commands/user-add"):
        assert house.send("nobody", "POST", path, _json()).status_code == 401
        assert house.send("guest", "POST", path, _json()).status_code == 403


def test_nobody_reads_or_forgets_anothers_view(house: House) -> None:
    kept = house.send("viewer", "POST", "/views", _json(page="orders", name="mine", state={"a": 1}))
    view_id = kept.json()["view"]["view_id"]
    for kind in ("owner", "operator", "token_full"):
        assert house.send(kind, "GET", "/views", {}).json()["views"] == []
        assert house.send(kind, "DELETE", f"/views/{view_id}", {}).status_code == 404
    assert [one["name"] for one in house.send("viewer", "GET", "/views", {}).json()["views"]] == ["mine"]


def test_nobody_ends_anothers_token(house: House) -> None:
    found = house.send("owner", "GET", "/tokens", {}).json()["tokens"]
    assert {one["owner"] for one in found} == {"owner", "gone"}
    assert house.send("viewer", "GET", "/tokens", {}).json()["tokens"] == []
    assert house.send("viewer", "DELETE", f"/tokens/{found[0]['token_id']}", {}).status_code == 404
    assert house.send("viewer", "POST", "/tokens", _json(name="m", owner="owner")).status_code == 403
    assert house.send("viewer", "POST", "/tokens", _json(name="m", permissions=["decide"])).status_code == 400
