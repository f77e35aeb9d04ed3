"""Giving a decision to somebody: for those who may decide, to those who may decide, once, and in the audit."""

from __future__ import annotations

import getpass
from pathlib import Path

from starlette.testclient import TestClient

from tests.served import API, error_of, let_in, signed_in
from tests.unit.surfaces.conftest import Ask
from zhanggui.app.workspace import open_workspace

ACTOR = getpass.getuser()


def give(client: TestClient, decision_id: str, person: str | None) -> tuple[int, str | None]:
    """The status, and with whom the decision is or why not."""
    answer = client.post(f"{API}/commands/assign", json={"decision_id": decision_id, "person": person})
    return answer.status_code, answer.json()["result"]["assignee"] if answer.is_success else error_of(answer)


def test_a_decision_is_given_to_somebody_who_may_decide(own: Path) -> None:
    with signed_in(own, "finance") as client:
        known = client.get(f"{API}/todo", params={"all": "true"}).json()["decisions"][0]
        assert known["assignee"] is None
        assert give(client, known["decision_id"], "Operator") == (200, "operator")
        assert give(client, known["decision_id"], "operator") == (200, "operator")
        shown = client.get(f"{API}/todo", params={"all": "true"}).json()["decisions"][0]
        assert (shown["assignee"], shown["answer"]) == ("operator", None)
        assert give(client, known["decision_id"], "viewer") == (404, "person_unknown")
        assert give(client, "no such decision", "operator") == (404, "decision_unknown")
        assert give(client, known["decision_id"], None) == (200, None)
    told = [one for one in open_workspace(own).books.read_audit() if one.action == "decision.assign"]
    assert [(one.actor, one.subject, one.detail) for one in told] == [
        ("finance", known["decision_id"], {"assignee": "operator"}),
        ("finance", known["decision_id"], {"assignee": None}),
    ]


def test_names_are_told_to_those_who_decide(peopled: Path) -> None:
    for name, people in (("operator", ["owner", "operator", "finance"]), ("viewer", [])):
        with signed_in(peopled, name) as client:
            assert client.get(f"{API}/catalogue").json()["people"] == people
    with signed_in(peopled, "viewer") as client:
        assert give(client, "0000", "owner") == (403, "not_permitted")


def test_the_command_line_gives_decisions_too(copied: Path, ask: Ask) -> None:
    known = ask(copied, "todo", "--all")[1]["decisions"][0]["decision_id"]
    assert ask(copied, "assign", known[:8], "王芳")[0] == 2
    let_in(copied)
    assert ask(copied, "assign", known[:8], "Finance")[1] == {
        "decision_id": known,
        "assignee": "finance",
        "actor": ACTOR,
    }
    assert ask(copied, "todo", "--all")[1]["decisions"][0]["assignee"] == "finance"
    assert ask(copied, "assign", known[:8])[1]["assignee"] is None


def test_the_catalogue_says_codes_in_words_and_names_the_shops(owner: TestClient) -> None:
    told = owner.get(f"{API}/catalogue").json()
    assert {"code": "shipped", "zh": "已发货", "en": "shipped"} in told["vocabularies"]["order_status"]
    assert told["shops"] == [{"shop_id": "taobao/小店", "channel": "taobao", "name": "小店"}]


def test_columns_have_titles_and_codes_their_vocabulary(owner: TestClient) -> None:
    for lang, title in (("zh", "店铺"), ("en", "Shop")):
        told = owner.get(f"{API}/questions/orders", params={"lang": lang}).json()["columns"]
        columns = {column["name"]: column for column in told}
        assert columns["shop_id"]["title"] == title
        assert {name: one["vocabulary"] for name, one in columns.items() if one["vocabulary"]} == {
            "channel": "channel",
            "kind": "order_kind",
            "status": "order_status",
            "currency": "currency",
        }
    behind = owner.get(f"{API}/rows", params={"metric": "paid_amount"}).json()["tables"][0]["columns"]
    assert {"status": "order_status", "channel": "channel"}.items() <= {
        one["name"]: one["vocabulary"] for one in behind
    }.items()
