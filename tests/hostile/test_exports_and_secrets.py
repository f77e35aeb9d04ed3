"""What leaves the house: files whose cells no spreadsheet runs, and nothing of people or of secrets where it does not belong.

The workspace holds formulas in every text column, people in every column that holds people, and every kind of secret;
then everything that can be asked, downloaded, refused or broken is looked through for them.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from starlette.testclient import TestClient

from tests.planted import FORMULAS, PEOPLE, RAN, write_damaged
from tests.served import API, PASSWORD, browser
from zhanggui.app.callers import Caller, local_caller
from zhanggui.app.catalogue import QUESTIONS
from zhanggui.app.jobs import submit_job
from zhanggui.app.workspace import open_workspace
from zhanggui.app.writing import safe_cell, write_rows
from zhanggui.kernel.clock import now_utc
from zhanggui.surfaces.api import questions as routes
from zhanggui.surfaces.api.serving import make_service
from zhanggui.surfaces.mcp.tools import Tools

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = set("0123456789.,-+")
LISTED = (
    "products",
    "orders",
    "customers",
    "stock_items",
    "import_files",
    "import_issues",
    "refused_rows",
    "links",
    "decisions",
    "shops",
)
NEW_PASSWORD = "planted-new-password-77"
TYPED = "planted-typed-password-88"


@pytest.fixture(scope="module")
def house(planted_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, TestClient]]:
    """A server on a copy of the planted workspace, and the owner's browser."""
    import shutil

    root = Path(shutil.copytree(planted_home, tmp_path_factory.mktemp("leaving") / "workspace"))
    with browser(make_service(root)) as client:
        assert client.post(f"{API}/session", json={"name": "owner", "password": PASSWORD}).status_code == 200
        yield root, client


def is_safe(cell: str) -> bool:
    """Whether no spreadsheet would take the cell for a formula."""
    return not cell.startswith(RUNS) or set(cell) <= NUMBER


def cells_of(content: bytes, kind: str) -> Iterator[tuple[str, str]]:
    """Every cell with its type: s for a text, n for a number, f for a formula."""
    if kind == "csv":
        yield from ((cell, "s") for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row)
        return
    book = openpyxl.load_workbook(io.BytesIO(content))
    for row in book.active.iter_rows():
        yield from ((str(one.value), one.data_type) for one in row if one.value is not None)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_downloaded_cell_is_a_formula(house: tuple[Path, TestClient], kind: str) -> None:
    _, client = house
    escaped = 0
    for name in LISTED:
        answer = client.get(f"{API}/downloads/{name}", params={"format": kind})
        assert answer.status_code == 200, name
        for cell, type_ in cells_of(answer.content, kind):
            assert type_ != "f", (name, cell)
            assert is_safe(cell), (name, cell)
            escaped += cell.startswith("'") and cell[1:].startswith(RUNS)
    assert escaped > 0, "the formulas have to be among what is downloaded"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_of_an_exported_table_is_a_formula(house: tuple[Path, TestClient], kind: str) -> None:
    _, client = house
    answer = client.get(f"{API}/export", params={"format": kind})
    assert answer.status_code == 200
    found = 0
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        for name in archive.namelist():
            for cell, type_ in cells_of(archive.read(name), kind):
                assert type_ != "f", (name, cell)
                assert is_safe(cell), (name, cell)
                found += any(cell == f"'{formula}" for formula in FORMULAS)
    assert found > 50


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_refused_rows_go_out_without_formulas(house: tuple[Path, TestClient], kind: str) -> None:
    _, client = house
    told = client.get(f"{API}/questions/import_files", params={"size": 100, "status": "refused"}).json()
    [file_id] = [row[[one["name"] for one in told["columns"]].index("file_id")] for row in told["rows"]]
    answer = client.get(f"{API}/refused/{file_id}", params={"format": kind})
    assert answer.status_code == 200
    cells = list(cells_of(answer.content, kind))
    assert len(cells) > 6
    assert [cell for cell, type_ in cells if type_ == "f" or not is_safe(cell)] == []


@pytest.mark.parametrize("start", RUNS)
def test_every_beginning_that_runs_is_escaped_and_numbers_stay(start: str, tmp_path: Path) -> None:
    assert safe_cell(f"{start}cmd") == f"'{start}cmd"
    assert safe_cell("-12.50") == "-12.50"
    for kind in ("csv", "xlsx"):
        path = tmp_path / f"a.{kind}"
        write_rows([f"{start}head"], [(f"{start}cell",)], path)
        assert [is_safe(cell) and type_ != "f" for cell, type_ in cells_of(path.read_bytes(), kind)] == [True, True]


def everything_told(client: TestClient) -> dict[str, str]:
    """What every question, page of routes and download says."""
    told = {}
    for name, entry in QUESTIONS.items():
        needed = {one.name: "x" for one in entry.question.parameters if one.required and one.name != "metric"}
        needed |= {"metric": "orders"} if any(one.name == "metric" for one in entry.question.parameters) else {}
        told[name] = client.get(
            f"{API}/questions/{name}", params=needed | ({"size": 500} if entry.listing else {})
        ).text
    for path in (
        "catalogue",
        "people",
        "tokens",
        "grants",
        "audit?size=500",
        "settings",
        "jobs",
        "todo?all=true",
        "notifications",
    ):
        told[path] = client.get(f"{API}/{path}").text
    return told


def test_people_are_in_no_answer_and_in_no_record(house: tuple[Path, TestClient]) -> None:
    root, client = house
    told = everything_told(client)
    assert {name: word for name, text in told.items() for word in PEOPLE if word in text} == {}
    tools = Tools(open_workspace(root))
    caller = local_caller("desk")
    for name in LISTED:
        answer = tools.call(caller, "zh", f"ask_{name}", {})
        assert [word for word in PEOPLE if word in answer.content[0].text] == [], name  # type: ignore[union-attr]
    exported = client.get(f"{API}/export", params={"format": "csv"}).content
    with zipfile.ZipFile(io.BytesIO(exported)) as archive:
        for name in archive.namelist():
            assert [word for word in PEOPLE if word in archive.read(name).decode()] == [], name
    records = dump(root)
    assert [word for word in PEOPLE if word in records] == []


def dump(root: Path) -> str:
    """Every record of a workspace as text."""
    with closing(sqlite3.connect(f"file:{root / 'books.sqlite'}?mode=ro", uri=True)) as records:
        return "\n".join(records.iterdump())


def logged_in(client: TestClient, name: str, password: str) -> Any:
    return client.post(f"{API}/session", json={"name": name, "password": password})


def test_no_secret_is_in_a_record_a_log_an_answer_or_an_address(
    house: tuple[Path, TestClient], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, client = house
    caplog.set_level(logging.DEBUG)
    session = client.cookies["zhanggui_session"]
    made = client.post(f"{API}/tokens", json={"name": "p", "permissions": ["read"]}).json()
    [shop, *_] = client.get(f"{API}/questions/shops", params={"size": 5}).json()["rows"]
    grant = {"guest": "bank", "questions": ["orders"], "shops": [shop[0]], "until": "2026-12-31"}
    granted = client.post(f"{API}/grants", json=grant)
    assert granted.status_code == 201, granted.text
    assert (
        client.post(f"{API}/people", json={"name": "new", "role": "viewer", "password": NEW_PASSWORD}).status_code
        == 201
    )
    assert client.patch(f"{API}/people/new", json={"password": f"{NEW_PASSWORD}-2"}).status_code == 200
    client.post(
        f"{API}/notifications", json={"name": "n", "kind": "webhook", "address": f"https://hooks.invalid/{TYPED}"}
    )
    broken(client, monkeypatch, session)
    with browser(client.app.state.service) as other:  # type: ignore[attr-defined]
        assert logged_in(other, TYPED, TYPED).status_code == 401
        assert logged_in(other, "owner", TYPED).status_code == 401
        entered = other.post(f"{API}/session/guest", json={"secret": granted.json()["secret"]})
        assert granted.json()["secret"] not in entered.text
    secrets = {
        "session": session, "token": made["secret"], "grant": granted.json()["secret"], "password": PASSWORD,
        "new password": NEW_PASSWORD, "typed": TYPED, "key": open_workspace(root).key.hex(),
    }  # fmt: skip
    told = {**everything_told(client), "log": server_log(caplog), "records": without_targets(dump(root))}
    leaks = {(what, where) for what, secret in secrets.items() for where, text in told.items() if secret in text}
    assert leaks == set()
    addresses = {str(answer.url) for answer in (entered, granted)}
    assert [url for url in addresses if any(secret in url for secret in secrets.values())] == []


def server_log(caplog: pytest.LogCaptureFixture) -> str:
    """What was logged, down to the least, but for what the test's own client says of its requests."""
    formatter = logging.Formatter("%(name)s %(message)s")
    return "\n".join(formatter.format(one) for one in caplog.records if not one.name.startswith(("httpx", "httpcore")))


def without_targets(records: str) -> str:
    """The records but for the addresses of notifications, which have to be kept to be used."""
    return "\n".join(line for line in records.splitlines() if 'INSERT INTO "notify_targets"' not in line)


def broken(client: TestClient, monkeypatch: pytest.MonkeyPatch, session: str) -> None:
    """An incident while a secret is in the request."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("in the cellar")

    with monkeypatch.context() as inside:
        inside.setattr(routes, "list_todo", fail)
        answer = client.get(f"{API}/todo", params={"kind": TYPED})
        assert answer.status_code == 500
        assert session not in answer.text


def test_a_jobs_log_and_error_hold_no_people(house: tuple[Path, TestClient], tmp_path: Path) -> None:
    from threading import Event

    from zhanggui.app.jobs import find_job, job_records
    from zhanggui.app.uploads import Waiting, open_upload
    from zhanggui.app.working import run_job

    root, client = house
    workspace = open_workspace(root)
    damaged = write_damaged(tmp_path)
    room = open_upload(workspace)
    room.place(0).write_bytes(damaged.read_bytes() + b"\n")
    room.close([Waiting(room.place(0), damaged.name)])
    job = submit_job(workspace, "import", {"upload": room.upload_id, "close": "false", "shop": "x"}, "person:owner")
    claimed = job_records(workspace).claim(["import"], os.getpid(), now_utc())
    assert claimed is not None
    assert claimed.job_id == job.job_id
    run_job(workspace, claimed, Event())
    told = json.dumps(vars(find_job(workspace, job.job_id)), default=str, ensure_ascii=False)
    assert RAN in told, "the name of the file is told"
    assert [word for word in PEOPLE if word in told] == []
    assert [word for word in PEOPLE if word in client.get(f"{API}/jobs").text] == []


def test_whoever_reads_the_audit_sees_what_left_the_house(house: tuple[Path, TestClient]) -> None:
    _, client = house
    client.get(f"{API}/downloads/orders", params={"format": "csv", "search": "锅"})
    [entry] = client.get(f"{API}/audit", params={"action": "download", "size": 1}).json()["entries"]
    assert (entry["actor"], entry["subject"], entry["detail"]["search"]) == (
        Caller("person", "owner", "owner").actor,
        "orders",
        "锅",
    )
