"""The audit: everything is in it, page by page, newest first, and nothing about it can be changed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from zhanggui.app.access import command_as, guard, record_download
from zhanggui.app.auditing import MAX_DETAIL_CHARS, list_audit, record_act
from zhanggui.app.callers import Caller, authorise, local_caller
from zhanggui.app.commands import COMMANDS
from zhanggui.app.entry_errors import NotPermitted
from zhanggui.app.people import set_up
from zhanggui.app.workspace import Workspace
from zhanggui.canon.roles import ROLES
from zhanggui.kernel.limits import MAX_AUDIT_PAGE

AT = datetime(2026, 8, 1, 9)
VIEWER = Caller("person", "li", "viewer", ROLES["viewer"].permissions, remote="10.0.0.9")


def test_entries_come_newest_first_in_pages_by_actor_and_action(workspace: Workspace) -> None:
    for number in range(5):
        record_act(workspace, local_caller("desk"), f"kind.{number % 2}", str(number), AT + timedelta(seconds=number))
    record_act(workspace, VIEWER, "other", "x", AT)
    found = list_audit(workspace, page=2, size=2, actor="desk")
    assert ([entry["subject"] for entry in found["entries"]], found["total"]) == (["2", "1"], 5)
    assert [entry["subject"] for entry in list_audit(workspace, action="kind.1")["entries"]] == ["3", "1"]
    assert list_audit(workspace, action="kind%")["total"] == 0
    assert len(list_audit(workspace, size=10 * MAX_AUDIT_PAGE)["entries"]) == 6
    assert list_audit(workspace, page=-3, size=-3)["entries"][0]["subject"] == "x"


def test_an_entry_says_who_what_when_from_where_and_of_which_books(workspace: Workspace) -> None:
    record_download(workspace, VIEWER, "orders", {"format": "csv", "search": "x" * 9999}, 17)
    (entry,) = list_audit(workspace)["entries"]
    told = {name: entry[name] for name in ("actor", "actor_kind", "action", "subject", "generation", "remote")}
    assert told == {
        "actor": "li",
        "actor_kind": "person",
        "action": "download",
        "subject": "orders",
        "generation": 17,
        "remote": "10.0.0.9",
    }
    assert entry["detail"] == {"format": "csv", "search": "x" * MAX_DETAIL_CHARS}


def test_a_refusal_is_recorded_and_stays_a_refusal(workspace: Workspace) -> None:
    with pytest.raises(NotPermitted):
        guard(workspace, VIEWER, lambda: authorise(VIEWER, COMMANDS["audit"]), "audit")
    assert [(e["actor"], e["action"], e["subject"]) for e in list_audit(workspace)["entries"]] == [
        ("li", "refused", "audit")
    ]


def test_the_audit_is_read_by_those_who_own(workspace: Workspace) -> None:
    set_up(workspace, "wang", "four words nobody links", AT)
    told = command_as(workspace, local_caller("desk"), "audit", {"action": "person."})
    assert [entry["subject"] for entry in told["entries"]] == ["wang"]
    with pytest.raises(NotPermitted):
        command_as(workspace, VIEWER, "audit", {})


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit",
        "UPDATE audit SET detail = '{}'",
        "REPLACE INTO audit SELECT * FROM audit",
        "INSERT INTO audit SELECT * FROM audit WHERE true ON CONFLICT (audit_id) DO UPDATE SET actor = 'x'",
    ],
)
def test_no_statement_changes_an_entry(workspace: Workspace, statement: str) -> None:
    record_act(workspace, VIEWER, "read", "orders", AT)
    before = list_audit(workspace)
    with pytest.raises(IntegrityError, match="append-only"), workspace.books.writing() as records:
        records.execute(text(statement))
    assert list_audit(workspace) == before
