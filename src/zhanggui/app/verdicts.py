"""What waits for a person, and what the person said: accept, dismiss with why, snooze until a day."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from zhanggui.app.answers import plain_value
from zhanggui.app.asking import read_as_of
from zhanggui.app.auditing import make_entry
from zhanggui.app.callers import Caller
from zhanggui.app.describing import describe_people
from zhanggui.app.entry_errors import PersonUnknown
from zhanggui.app.errors import DecisionAnswered, DecisionUnknown
from zhanggui.app.people import fold_name
from zhanggui.app.workspace import Workspace
from zhanggui.books import AuditEntry, LinkVerdict, Verdict
from zhanggui.books.assignments import Assignment, add_assignment, read_assignments
from zhanggui.books.audit import add_audit
from zhanggui.kernel.clock import now_utc


@dataclass(frozen=True)
class Todo:
    """The decisions to act on, the most money first, without those a person has answered."""

    decisions: tuple[dict[str, Any], ...]
    generation: int
    as_of: date | None
    waiting: int
    unsaid: int

    def to_json(self) -> dict[str, Any]:
        """The documented shape."""
        return {
            "decisions": [{name: plain_value(value) for name, value in row.items()} for row in self.decisions],
            "generation": self.generation,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "wait_count": self.waiting,
            "cannot_say_count": self.unsaid,
        }


@dataclass(frozen=True)
class Said:
    """What people said about decisions and to whom they gave them; equal while nobody says anything more."""

    verdicts: frozenset[Verdict]
    assignments: frozenset[Assignment]


def read_said(workspace: Workspace) -> Said:
    """What people have said until now."""
    verdicts = workspace.books.read_verdicts()
    with workspace.books.reading() as records:
        given = read_assignments(records)
    return Said(frozenset(verdicts.values()), frozenset(given.values()))


def list_todo(
    workspace: Workspace, generation: int | None = None, has_all: bool = False, heard: Said | None = None
) -> Todo:
    """What to do, ranked by money; with `has_all`, what waits and what cannot be said too."""
    heard = heard or read_said(workspace)
    said = {one.decision_id: one for one in heard.verdicts}
    given = {one.decision_id: one for one in heard.assignments}
    with workspace.read_books(generation) as warehouse:
        rows = warehouse.fetch(warehouse.table("decisions")).to_pylist()
        as_of, number = read_as_of(warehouse), warehouse.generation()
    shown = [_with_verdict(row, said.get(row["decision_id"])) for row in rows]
    shown = [{**row, "assignee": _assignee(given.get(row["decision_id"]))} for row in shown]
    wanted = [row for row in shown if has_all or (row["verdict"] == "act" and not _is_answered(row, as_of))]
    wanted.sort(key=lambda row: (-(row["impact_amount"] or Decimal(0)), row["kind"], row["subject_id"]))
    counts = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in ("wait", "cannot_say")}
    return Todo(tuple(wanted), number, as_of, counts["wait"], counts["cannot_say"])


REOPEN = "reopen"
"""The verdict that takes the one before it back."""

_ANSWER = {"answer": "verdict", "why": "why", "until_on": "until_on"}


def _with_verdict(row: dict[str, Any], verdict: Verdict | None) -> dict[str, Any]:
    given = None if verdict is None or verdict.verdict == REOPEN else verdict
    answer = {name: getattr(given, attribute, None) for name, attribute in _ANSWER.items()}
    return {**row, "reasons": json.loads(row["reasons"] or "[]"), **answer}


def _assignee(assignment: Assignment | None) -> str | None:
    return assignment.assignee if assignment else None


def _is_answered(row: dict[str, Any], as_of: date | None) -> bool:
    if row["answer"] != "snooze":
        return row["answer"] is not None
    return row["until_on"] is not None and as_of is not None and as_of < row["until_on"]


def record_verdict(
    workspace: Workspace,
    decision_id: str,
    verdict: str,
    actor: str,
    why: str | None = None,
    until: date | None = None,
    said_at: datetime | None = None,
) -> Verdict:
    """Record what a person said; the id may be shortened while it stays unique. Raises DecisionUnknown, DecisionAnswered.

    `said_at` is given where it was said offline: whoever answered since then is not overruled. Saying the same thing
    twice leaves one record.
    """
    meant = find_decision(workspace, decision_id)
    said = Verdict(meant, verdict, actor, now_utc(), why, until)
    earlier = workspace.books.read_verdicts().get(meant)
    if earlier is not None and _is_same(earlier, said):
        return earlier
    if earlier is not None and said_at is not None and earlier.decided_at > said_at and earlier.actor != actor:
        raise DecisionAnswered(decision_id=meant, actor=earlier.actor, verdict=earlier.verdict)
    workspace.books.add_verdict(said)
    told = {"why": why, "until_on": until.isoformat() if until else None}
    workspace.books.add_audit(AuditEntry(said.decided_at, actor, f"decision.{verdict}", meant, told))
    return said


def find_decision(workspace: Workspace, decision_id: str) -> str:
    """The whole id of a decision, of which the first digits suffice while they are its alone; raises DecisionUnknown."""
    with workspace.read_books() as warehouse:
        known = warehouse.table("decisions").select("decision_id").to_pyarrow()["decision_id"].to_pylist()
    meant = [one for one in known if one.startswith(decision_id)]
    if len(meant) != 1 or len(decision_id) < 4:
        raise DecisionUnknown(decision_id=decision_id)
    return str(meant[0])


def record_assignment(workspace: Workspace, caller: Caller, decision_id: str, person: str | None) -> Assignment:
    """Give a decision to somebody who may decide (to nobody, without a name); raises DecisionUnknown, PersonUnknown.

    Saying the same thing twice leaves one record.
    """
    meant, assignee = find_decision(workspace, decision_id), None
    if person is not None:
        folded = fold_name(person)
        named = [name for name in describe_people(workspace, caller) if fold_name(name) == folded]
        if not named:
            raise PersonUnknown(name=person[:100])
        assignee = named[0]
    said = Assignment(meant, assignee, caller.actor, now_utc())
    with workspace.books.writing() as records:
        earlier = read_assignments(records).get(meant)
        if _assignee(earlier) == assignee:
            return earlier or said
        add_assignment(records, said)
        add_audit(records, make_entry(caller, "decision.assign", meant, said.decided_at, {"assignee": assignee}))
    return said


def _is_same(earlier: Verdict, said: Verdict) -> bool:
    names = ("verdict", "actor", "why", "until_on")
    return all(getattr(earlier, name) == getattr(said, name) for name in names)


def record_link(
    workspace: Workspace, alias: tuple[str, str, str], verdict: str, actor: str, sku: str | None, why: str | None
) -> None:
    """Record what a person said about an alias (scope, kind, alias); it counts from the next close."""
    said = LinkVerdict(*alias, verdict=verdict, actor=actor, decided_at=now_utc(), seller_sku_code=sku, why=why)
    workspace.books.add_link_verdict(said)
    workspace.books.add_audit(
        AuditEntry(said.decided_at, actor, f"link.{verdict}", "|".join(alias), {"sku": sku, "why": why})
    )
