"""Asking over HTTP: the answers of the command line, by the same names, for those who may."""

from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient

from tests.served import API, error_of, signed_in
from tests.unit.surfaces.conftest import Ask
from zhanggui.app.catalogue import ACTIONS, QUESTIONS


def test_a_question_is_answered_as_on_the_command_line(owner: TestClient, peopled: Path, ask: Ask) -> None:
    _, told = ask(peopled, "ask", "imports")
    assert owner.get(f"{API}/questions/imports").json() == told


def test_figures_are_answered_as_on_the_command_line(owner: TestClient, peopled: Path, ask: Ask) -> None:
    _, told = ask(peopled, "metrics", "paid_amount,orders", "--grain", "day", "--where", "channel=taobao")
    asked = {"names": "paid_amount,orders", "grain": "day", "where": "channel:taobao"}
    answer = owner.get(f"{API}/metrics", params=asked)
    assert answer.json() == told
    assert answer.headers["X-Generation"] == str(told["generation"])


def test_the_rows_behind_a_figure_are_those_of_the_command_line(owner: TestClient, peopled: Path, ask: Ask) -> None:
    _, told = ask(peopled, "rows", "paid_amount")
    assert owner.get(f"{API}/rows", params={"metric": "paid_amount"}).json() == told


def test_a_list_comes_in_pages(owner: TestClient) -> None:
    asked = {"size": "2", "sort": "platform_order_id"}
    pages = [owner.get(f"{API}/questions/orders", params={**asked, "page": page}).json() for page in ("1", "2")]
    place = [column["name"] for column in pages[0]["columns"]].index("platform_order_id")
    assert [[row[place][-1] for row in page["rows"]] for page in pages] == [["1", "2"], ["3"]]
    assert [page["total"] for page in pages] == [3, 3]


def test_a_generation_is_asked_for_by_its_number(owner: TestClient) -> None:
    newest = owner.get(f"{API}/questions/imports").json()["generation"]
    oldest = owner.get(f"{API}/questions/generations").json()["rows"][0][0]
    assert owner.get(f"{API}/questions/imports", params={"generation": oldest}).json()["generation"] == oldest
    assert oldest < newest
    gone = owner.get(f"{API}/questions/imports", params={"generation": newest + 1})
    assert (gone.status_code, error_of(gone)) == (404, "generation_unknown")


def test_what_cannot_be_asked_is_refused_in_the_readers_language(owner: TestClient) -> None:
    unknown = owner.get(f"{API}/questions/weather")
    assert (unknown.status_code, error_of(unknown)) == (404, "question_unknown")
    assert unknown.json()["error"]["message"] == 'There is no question named "weather".'
    spoken = owner.get(f"{API}/questions/weather", params={"lang": "zh"})
    assert spoken.json()["error"]["message"] == "没有名为“weather”的问题。"
    for query, code in (
        ({"colour": "red"}, "parameter_unknown"),
        ({"size": "501"}, "parameter_invalid"),
        ({"generation": "-1"}, "parameter_invalid"),
    ):
        refused = owner.get(f"{API}/questions/orders", params=query)
        assert (refused.status_code, error_of(refused)) == (400, code)
    missing = owner.get(f"{API}/questions/order")
    assert (missing.status_code, error_of(missing)) == (400, "parameter_missing")
    assert error_of(owner.get(f"{API}/metrics", params={"names": "weather"})) == "unknown_metric"
    assert error_of(owner.get(f"{API}/metrics", params={"names": "orders", "where": "channel"})) == "parameter_invalid"


def test_the_list_of_decisions_speaks(owner: TestClient, peopled: Path, ask: Ask) -> None:
    _, told = ask(peopled, "todo", "--all")
    answer = owner.get(f"{API}/todo", params={"all": "true"}).json()
    assert [one["decision_id"] for one in answer["decisions"]] == [one["decision_id"] for one in told["decisions"]]
    assert (answer["total"], answer["is_stale"]) == (len(told["decisions"]), False)
    for one in answer["decisions"]:
        assert len(one["sentences"]["why"]) == len(one["reasons"])
        assert one["sentences"]["title"]
    first = owner.get(f"{API}/todo", params={"all": "true", "size": "1", "page": "2"}).json()
    assert [one["decision_id"] for one in first["decisions"]] == [told["decisions"][1]["decision_id"]]


def test_the_catalogue_holds_what_one_may(owner: TestClient, peopled: Path) -> None:
    everything = owner.get(f"{API}/catalogue").json()
    assert {one["name"] for one in everything["questions"]} == set(QUESTIONS)
    assert {one["name"] for one in everything["commands"]} == set(ACTIONS)
    with signed_in(peopled, "viewer") as viewer:
        commands = {one["name"] for one in viewer.get(f"{API}/catalogue").json()["commands"]}
    assert commands & {"accept", "close", "backup", "user-add", "settings-change"} == set()
    assert {one["name"] for one in everything["metrics"]} >= {"paid_amount", "orders"}


def test_the_document_names_every_question_and_command(owner: TestClient) -> None:
    document = owner.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    paths = set(document["paths"])
    assert {f"{API}/questions/{name}" for name in QUESTIONS} <= paths
    assert {f"{API}/commands/{name}" for name in ACTIONS} <= paths


def test_an_answer_is_computed_once(owner: TestClient, peopled: Path) -> None:
    kept = owner.app.state.service.answers  # type: ignore[attr-defined]
    first = owner.get(f"{API}/questions/files")
    held = kept.held_bytes
    assert owner.get(f"{API}/questions/files").content == first.content
    assert kept.held_bytes == held
    owner.get(f"{API}/questions/files", params={"shop": "taobao/小店"})
    assert kept.held_bytes > held


def test_strangers_are_asked_to_sign_in(owner: TestClient) -> None:
    owner.cookies.clear()
    refused = owner.get(f"{API}/questions/imports")
    assert (refused.status_code, error_of(refused)) == (401, "not_authenticated")
    assert owner.get(f"{API}/health").status_code == 200


def test_a_figure_is_cut_only_so_far(owner: TestClient) -> None:
    refused = owner.get(f"{API}/metrics", params={"names": "orders", "by": "a,b,c,d,e,f"})
    assert (refused.status_code, error_of(refused)) == (400, "parameter_invalid")
    assert refused.json()["error"]["fields"]["kind"] == "≤ 5"
