"""What the server keeps is never another's, nor of other books, nor of before something was said or changed."""

from __future__ import annotations

import gzip
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.served import API, let_in, signed_in
from tests.two_shops import FIRST, SECOND, make_workspace
from zhanggui.app.asking import Asked
from zhanggui.app.callers import local_caller
from zhanggui.app.catalogue import QUESTIONS
from zhanggui.app.closing import close_books
from zhanggui.app.grants import create_grant
from zhanggui.app.importing import ImportOptions, import_paths
from zhanggui.app.settings import change_settings
from zhanggui.app.workspace import open_workspace
from zhanggui.canon.register import TABLES
from zhanggui.canon.tables import Layer
from zhanggui.kernel.clock import now_utc

FIGURES = f"{API}/metrics?names=paid_amount&by=shop"
DERIVED = (Layer.DERIVED, Layer.AGGREGATE)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("kept")
    workspace = make_workspace(home, has_second=True)
    workspace.books.close()
    let_in(workspace.root)
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "home")
    return tmp_path / "home"


def how(answer: Any) -> str:
    """Whether the answer was kept or made."""
    assert answer.status_code == 200, answer.text
    return str(answer.headers["Server-Timing"].partition(";desc=")[2].partition(",")[0])


def import_again(home: Path) -> None:
    """One more order of the first shop."""
    folder = home / "more"
    folder.mkdir()
    told = (home / "first" / "ExportOrderList202607080010.csv").read_text("gb18030")
    head, line, *_ = told.splitlines()
    (folder / "ExportOrderList202607090011.csv").write_text(
        f"{head}\n{line.replace('499900000000001001', '499900000000009901')}\n", "gb18030"
    )
    import_paths(open_workspace(home / "workspace"), [folder], ImportOptions("甲店", "taobao"))


def amounts(answer: Any) -> list[Any]:
    return [row[-1] for row in answer.json()["rows"]]


def test_an_import_changes_the_generation_and_not_the_figures_and_a_close_changes_both(home: Path) -> None:
    with signed_in(home / "workspace") as client:
        before = client.get(FIGURES)
        assert (how(before), how(client.get(FIGURES))) == ("made", "kept")
        assert amounts(before) == ["3888.85", "440.00"]
        import_again(home)
        between = client.get(FIGURES)
        assert how(between) == "kept"
        assert between.json()["generation"] > before.json()["generation"]
        assert {**between.json(), "generation": 0} == {**before.json(), "generation": 0}
        assert between.headers["X-Generation"] == str(between.json()["generation"])
        close_books(open_workspace(home / "workspace"), date(2026, 7, 31))
        after = client.get(FIGURES)
        assert how(after) == "made"
        assert amounts(after) == ["3888.85", "528.00"]


def test_what_stated_tables_say_is_asked_anew_after_an_import(home: Path) -> None:
    with signed_in(home / "workspace") as client:
        before = client.get(f"{API}/questions/import_files")
        import_again(home)
        after = client.get(f"{API}/questions/import_files")
    assert (how(before), how(after)) == ("made", "made")
    assert after.json()["total"] == before.json()["total"] + 1


def test_a_generation_that_is_asked_for_by_number_answers_as_it_was(home: Path) -> None:
    with signed_in(home / "workspace") as client:
        old = client.get(FIGURES).json()["generation"]
        import_again(home)
        close_books(open_workspace(home / "workspace"), date(2026, 7, 31))
        told = client.get(f"{FIGURES}&generation={old}")
    assert amounts(told) == ["3888.85", "440.00"]
    assert told.json()["generation"] == old


def test_a_guest_is_never_given_what_was_kept_for_others(home: Path) -> None:
    workspace = open_workspace(home / "workspace")
    until = now_utc().replace(year=now_utc().year + 1)
    minted = create_grant(workspace, local_caller("owner"), "bank", ["metric:paid_amount"], [FIRST], until, now_utc())
    with signed_in(home / "workspace") as client:
        assert len(client.get(FIGURES).json()["rows"]) == 2
        guest = _as_guest(client, minted.secret)
        told = guest.get(FIGURES, headers={"Authorization": f"Bearer {minted.secret}"})
        assert [row[0] for row in told.json()["rows"]] == [FIRST]
        assert SECOND not in told.text
        assert len(client.get(FIGURES).json()["rows"]) == 2


def _as_guest(client: TestClient, secret: str) -> TestClient:
    assert secret
    return TestClient(client.app, base_url=client.base_url, headers={"Accept-Language": "en"})


def test_a_verdict_is_seen_at_once_by_everybody(home: Path) -> None:
    with signed_in(home / "workspace") as client:
        asked = f"{API}/todo?all=1"
        first = client.get(asked)
        assert (how(first), how(client.get(asked))) == ("made", "kept")
        decision = first.json()["decisions"][0]["decision_id"]
        done = client.post(f"{API}/commands/dismiss", json={"decision_id": decision, "why": "known"})
        assert done.status_code == 200
        told = client.get(asked)
        assert how(told) == "made"
        answers = {one["decision_id"]: one["answer"] for one in told.json()["decisions"]}
        assert answers[decision] == "dismiss"


def test_that_something_was_imported_is_seen_at_once(home: Path) -> None:
    with signed_in(home / "workspace") as client:
        assert client.get(f"{API}/todo").json()["is_stale"] is False
        import_again(home)
        assert client.get(f"{API}/todo").json()["is_stale"] is True


def test_what_was_kept_before_the_settings_changed_is_not_told_after(home: Path) -> None:
    asked = f"{API}/questions/key_figures"
    with signed_in(home / "workspace") as client:
        assert (how(client.get(asked)), how(client.get(asked))) == ("made", "kept")
        change_settings(open_workspace(home / "workspace"), local_caller("owner"), {"timezone": "UTC"})
        assert (how(client.get(asked)), how(client.get(asked))) == ("made", "kept")


def test_the_two_languages_are_kept_apart(home: Path) -> None:
    with signed_in(home / "workspace") as client:
        chinese, english = (client.get(f"{FIGURES}&lang={lang}").json()["columns"][0]["title"] for lang in ("zh", "en"))
    assert (chinese, english) == ("店铺", "Shop")


def test_long_answers_are_packed_for_those_who_can_unpack_them(home: Path) -> None:
    with signed_in(home / "workspace") as client:
        packed = client.get(f"{API}/catalogue", headers={"Accept-Encoding": "gzip"})
        plain = client.get(f"{API}/catalogue", headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert len(gzip.compress(json.dumps(plain.json()).encode())) < len(plain.content) / 3


@pytest.mark.parametrize("name", sorted(name for name, entry in QUESTIONS.items() if entry.of_close))
def test_a_question_of_the_close_reads_derived_tables_only(home: Path, name: str) -> None:
    workspace = open_workspace(home / "workspace")
    entry, read = QUESTIONS[name], []
    with workspace.read_books() as books:
        asked = Asked(workspace, books, date(2026, 7, 31))
        whole = books.table
        books.table = lambda table: read.append(table) or whole(table)  # type: ignore[method-assign,func-returns-value]
        wanted = {"grain": "day", "buyer": "b", "sku": "PAN-1"}
        given = {one.name: wanted.get(one.name) for one in entry.question.parameters}
        paging = {"page", "size", "sort", "search"}
        entry.answer(asked, **{key: value for key, value in given.items() if key not in paging})
    assert read
    assert {table: TABLES[table].layer for table in read if TABLES[table].layer not in DERIVED} == {}
