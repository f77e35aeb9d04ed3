"""What strangers do to a server: changes from other sites, too much at once, other names, and questions about its insides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.served import ADDRESS, API, OWN, PASSWORD, browser, error_of, let_in
from zhanggui.app.callers import Caller
from zhanggui.app.tokens import create_token
from zhanggui.app.workspace import Settings, create_workspace, open_workspace
from zhanggui.kernel.clock import now_utc
from zhanggui.surfaces.api import bodies, files, questions, security
from zhanggui.surfaces.api.serving import make_service

SECRET = "planted-secret-7c1f"
OWNED = {"X-Zhanggui": "1"}
ATTACKS = {
    "no header of ours": ({"Origin": ADDRESS}, False),
    "neither origin nor site": (OWNED, False),
    "another origin": ({**OWNED, "Origin": "http://evil.example"}, False),
    "another port": ({**OWNED, "Origin": "http://localhost:8601"}, False),
    "a null origin": ({**OWNED, "Origin": "null"}, False),
    "cross-site": ({**OWNED, "Sec-Fetch-Site": "cross-site"}, False),
    "same-site": ({**OWNED, "Sec-Fetch-Site": "same-site"}, False),
    "own origin, said to be cross-site": ({**OWN, "Sec-Fetch-Site": "cross-site"}, False),
    "own origin": (OWN, True),
    "same-origin": ({**OWNED, "Sec-Fetch-Site": "same-origin"}, True),
}
"""Headers of a change that the session's cookie goes with, and whether it is let through."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty workspace with people."""
    home = tmp_path_factory.mktemp("http") / f"books-{SECRET}"
    create_workspace(home, Settings(company="测试")).books.close()
    let_in(home)
    return home


@pytest.fixture(scope="module")
def client(workspace: Path) -> Iterator[TestClient]:
    """The owner's browser, which sends no header by itself."""
    with browser(make_service(workspace)) as made:
        assert made.post(f"{API}/session", json={"name": "owner", "password": PASSWORD}).status_code == 200
        for name in OWN:
            del made.headers[name]
        yield made


def view(name: str) -> dict[str, object]:
    return {"page": "orders", "name": name, "state": {}}


@pytest.mark.parametrize("attack", list(ATTACKS))
def test_only_the_console_itself_changes_anything(client: TestClient, attack: str) -> None:
    headers, is_let_through = ATTACKS[attack]
    answer = client.post(f"{API}/views", json=view(attack), headers=headers)
    kept = {one["name"] for one in client.get(f"{API}/views").json()["views"]}
    assert (answer.status_code, attack in kept) == ((201, True) if is_let_through else (403, False))
    if not is_let_through:
        assert error_of(answer) == "not_same_origin"


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 201), ({"Origin": ADDRESS}, 201), ({"Origin": "http://evil.example"}, 403)],
    ids=["a program", "the console's address", "another site"],
)
def test_a_token_needs_no_cookie_and_no_header(
    client: TestClient, workspace: Path, headers: dict[str, str], status: int
) -> None:
    made = create_token(open_workspace(workspace), Caller("person", "owner", "owner"), "a program", ["read"], now_utc())
    answer = client.post(
        f"{API}/views", json=view("by token"), headers={"Authorization": f"Bearer {made.secret}", **headers}
    )
    assert answer.status_code == status


def test_every_answer_has_the_headers(client: TestClient, workspace: Path) -> None:
    paths = sorted(client.get("/api/openapi.json").json()["paths"])
    assert len(paths) > 60
    answered = [client.get(f"{API}/{path}") for path in ("catalogue", "questions/imports", "jobs", "settings")]
    assert [answer.status_code for answer in answered] == [200] * 4
    with browser(make_service(workspace)) as stranger:
        for path in [*paths, "/", "/orders/17", "/api/v1/none", "/mcp-none"]:
            answered.append(stranger.get(re.sub(r"\{\w+\}", "x", path)))
            assert answered[-1].status_code < 500, path
    for answer in answered:
        missing = {name: value for name, value in security.HEADERS.items() if answer.headers.get(name) != value}
        assert missing == {}, answer.url
        assert answer.headers.get("Cache-Control") == "no-store" or not answer.url.path.startswith("/api"), answer.url


def test_scripts_come_from_the_server_alone() -> None:
    rules = dict(rule.split(" ", 1) for rule in security.POLICY.split("; "))
    assert rules["default-src"] == rules["script-src"] == rules["connect-src"] == "'self'"
    assert rules["object-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"


def test_a_connection_that_is_encrypted_stays_so(workspace: Path) -> None:
    with browser(make_service(workspace)) as plain:
        secure = plain.get("https://localhost:8600/api/v1/health")
        assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert "Strict-Transport-Security" not in plain.get(f"{API}/health").headers


TWICE = [
    "/questions/key_figures?grain=day&grain=week",
    "/questions/files?generation=1&generation=2",
    "/metrics?names=orders&names=gmv",
    "/todo?page=1&page=2",
    "/audit?page=1&page=2",
    "/export?tables=orders&tables=files",
    "/downloads/files?format=csv&format=xlsx",
    "/session?lang=zh&lang=en",
]


@pytest.mark.parametrize("address", TWICE)
def test_a_parameter_that_is_given_twice_is_refused(client: TestClient, address: str) -> None:
    answer = client.get(API + address)
    assert (answer.status_code, error_of(answer)) == (400, "parameter_twice")


def test_only_filters_may_be_given_more_than_once(client: TestClient) -> None:
    answer = client.get(f"{API}/metrics?names=orders&where=channel:taobao&where=shop:taobao/main")
    assert answer.status_code != 400 or error_of(answer) != "parameter_twice"
    assert client.get("/performance?by=shop&by=day").status_code == 200  # the console's own addresses are its own


EMPTY = [
    "/questions/files?generation=",
    "/questions/orders?page=",
    "/questions/completeness_days?from_on=",
    "/metrics?names=orders&from=",
    "/rows?metric=orders&most=",
    "/todo?all=",
    "/todo?all=perhaps",
    "/questions/orders?page=999999999999999999999999999999",
    "/todo?size=",
    "/audit?page=",
    "/export?generation=",
    "/downloads/completeness_days?to_on=",
    f"/views/{1 << 80}",
]


@pytest.mark.parametrize("address", EMPTY)
def test_what_is_no_number_day_or_flag_is_refused_where_one_is_meant(client: TestClient, address: str) -> None:
    is_view = address.startswith("/views")
    answer = client.request("DELETE" if is_view else "GET", API + address, headers=OWN)
    assert answer.status_code == 400
    assert error_of(answer) in ("parameter_invalid", "body_invalid")


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "[::1", "127.0.0.1.evil.example:8600"])
def test_a_server_answers_only_to_its_own_name(client: TestClient, host: str) -> None:
    answer = client.get(f"{API}/setup", headers={"Host": host})
    assert (answer.status_code, error_of(answer)) == (421, "host_unknown")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8600", "[::1]:8600", "LOCALHOST:9"])
def test_its_own_names_are_known(client: TestClient, host: str) -> None:
    assert client.get(f"{API}/health", headers={"Host": host}).status_code == 200


def test_a_body_is_refused_at_its_limit(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MAX_BODY_BYTES", 1000)
    asked = {"headers": OWN | {"Content-Type": "application/json"}}
    stated = client.post(f"{API}/commands/reopen", content=b"[" * 1001, **asked)
    assert (stated.status_code, error_of(stated)) == (413, "body_too_large")
    chunked = client.post(f"{API}/commands/reopen", content=iter([b"[" * 500] * 3), **asked)
    assert (chunked.status_code, error_of(chunked)) == (413, "body_too_large")
    assert client.post(f"{API}/commands/reopen", content=b"[" * 1000, **asked).status_code == 400


def send(client: TestClient, *names: str, content: bytes = b"a,b\n1,2\n") -> int:
    found = [("files", (name, content, "text/csv")) for name in names]
    return client.post(f"{API}/files", files=found, headers=OWN).status_code


def waiting(workspace: Path) -> list[Path]:
    return [path for path in (workspace / "inbox").rglob("*") if path.is_file()]


def test_an_upload_that_is_too_much_leaves_nothing(
    client: TestClient, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_UPLOAD_FILE_BYTES", 100)
    monkeypatch.setattr(files, "MAX_UPLOAD_FILES", 3)
    monkeypatch.setattr(bodies, "MAX_UPLOAD_BYTES", 5000)
    assert send(client, "a.csv", content=b"x" * 101) == 413
    assert send(client, "a.csv", "b.csv", "c.csv", "d.csv") == 413
    assert send(client, "a.csv", content=b"x" * 6000) == 413
    body = b"".join(b'--z\r\nContent-Disposition: form-data; name="n"\r\n\r\n1\r\n' for _ in range(3000))
    headers = OWN | {"Content-Type": "multipart/form-data; boundary=z"}
    assert client.post(f"{API}/files", content=iter([body]), headers=headers).status_code == 413
    for wrong in (b"", b"--z\r\n\r\n", b"--y--", b"--z\r\nContent-Disposition: form-data"):
        assert client.post(f"{API}/files", content=wrong, headers=headers).status_code == 400
    assert waiting(workspace) == []
    assert client.get(f"{API}/jobs").json()["jobs"] == []


TRAVERSALS = (
    "../../etc/passwd.csv",
    "/etc/passwd.csv",
    "..\\..\\windows\\system.csv",
    "C:\\x\\y.csv",
    "a\x00b.csv",
    "con",
    "n" * 300 + ".csv",
    "=cmd|'/c calc'!A1.csv",
)


@pytest.mark.parametrize("name", TRAVERSALS, ids=range(len(TRAVERSALS)))
def test_a_strangers_name_is_never_a_name_on_the_disk(client: TestClient, workspace: Path, name: str) -> None:
    before = {path for path in workspace.parent.rglob("*") if path.is_file()}
    quoted = name.replace("\\", "\\\\").replace("\x00", "\\x00")
    body = f'--z\r\nContent-Disposition: form-data; name="files"; filename="{quoted}"\r\n\r\na,b\r\n--z--\r\n'
    headers = OWN | {"Content-Type": "multipart/form-data; boundary=z"}
    answer = client.post(f"{API}/files", content=body.encode(), headers=headers)
    assert answer.status_code == 202, answer.text
    new = {path for path in workspace.parent.rglob("*") if path.is_file()} - before
    room = workspace / "inbox" / answer.json()["upload"]
    stray = {path for path in new if path.parent != room and "books.sqlite" not in path.name}
    assert stray == set()
    assert {path.name for path in room.iterdir()} == {"000000", "files.json"}


def test_what_breaks_inside_is_not_told(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"{SECRET} in the cellar")

    monkeypatch.setattr(questions, "list_todo", broken)
    answer = client.get(f"{API}/todo", params={"kind": "planted-query"})
    assert (answer.status_code, error_of(answer)) == (500, "server_fault")
    assert SECRET not in answer.text
    incident = answer.json()["error"]["fields"]["incident"]
    assert re.fullmatch(r"[0-9a-f]{12}", incident)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert incident in caplog.text
    assert SECRET in caplog.text
    assert "planted-query" not in caplog.text


def test_where_the_books_lie_is_not_told(client: TestClient) -> None:
    body = {"Content-Type": "application/json"} | OWN
    answers = [
        client.get(f"{API}/questions/imports"),
        client.get(f"{API}/questions/orders"),
        client.get(f"{API}/metrics", params={"names": "orders"}),
        client.post(f"{API}/commands/accept", content=b'{"decision_id": "abcd1234"}', headers=body),
        client.post(f"{API}/commands/check-backup", content=b'{"name": "../secret.key"}', headers=body),
        client.post(f"{API}/commands/suggest-mapping", content=b'{"upload": "..", "path": "x"}', headers=body),
        client.get(f"{API}/backups/..%2Fsecret.key"),
        client.get(f"{API}/refused/..%2F..%2Fsecret.key"),
        client.get("/..%2f..%2fsecret.key"),
        client.get("/assets/..%2f..%2f..%2fapi%2fconsole.py"),
    ]
    assert [SECRET in answer.text for answer in answers] == [False] * len(answers)
    assert [answer.status_code for answer in answers[3:]] == [404, 202, 404, 404, 404, 404, 404]


def test_a_cookie_is_out_of_reach_of_scripts_and_other_sites(workspace: Path) -> None:
    with browser(make_service(workspace)) as visitor:
        answer = visitor.post(f"{API}/session", json={"name": "viewer", "password": PASSWORD})
        told = answer.headers["Set-Cookie"].lower()
        assert {"httponly", "samesite=strict", "path=/"} <= {part.strip() for part in told.split(";")}
        secret = visitor.cookies["zhanggui_session"]
        assert secret not in answer.text
        assert visitor.delete(f"{API}/session").status_code == 204
        gone = visitor.get(f"{API}/session", headers={"Cookie": f"zhanggui_session={secret}"})
        assert gone.status_code == 401


def test_wrong_passwords_are_slowed_down_and_tell_nothing(workspace: Path) -> None:
    with browser(make_service(workspace)) as visitor:
        told = [
            visitor.post(f"{API}/session", json={"name": name, "password": "wrong-wrong-wrong"})
            for name in ("operator", "nobody-here")
        ]
        assert [answer.status_code for answer in told] == [401, 401]
        assert told[0].json() == told[1].json()
        for _ in range(5):
            last = visitor.post(f"{API}/session", json={"name": "operator", "password": "wrong-wrong-wrong"})
        assert (last.status_code, error_of(last)) == (429, "too_many_attempts")
        assert int(last.headers["Retry-After"]) > 0


def test_the_first_account_is_made_on_this_machine_or_with_the_code(tmp_path: Path) -> None:
    create_workspace(tmp_path / "w", Settings()).books.close()
    service = make_service(tmp_path / "w")
    first = {"name": "owner", "password": PASSWORD, "company": "小店"}
    with browser(service, host="192.0.2.7") as far:
        assert far.get(f"{API}/setup").json()["needs_code"] is True
        for code in ("", "00000000"):
            refused = far.post(f"{API}/setup", json={**first, "code": code})
            assert (refused.status_code, error_of(refused)) == (403, "set_up_code_wrong")
    with browser(service) as near:
        proxied = near.post(f"{API}/setup", json=first, headers={"X-Forwarded-For": "192.0.2.7"})
        assert proxied.status_code == 403
        assert near.post(f"{API}/setup", json={**first, "password": "short"}).status_code == 400
        assert near.get(f"{API}/setup").json()["needed"] is True
        made = near.post(f"{API}/setup", json=first)
        assert (made.status_code, made.json()["role"], made.json()["company"]) == (200, "owner", "小店")
        assert near.get(f"{API}/setup").json() == {"needed": False}
        again = near.post(f"{API}/setup", json={**first, "name": "other", "code": service.set_up_code})
        assert (again.status_code, error_of(again)) == (409, "set_up_already")
