"""Who looks after a decision: only ever added to, the newest statement counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from zhanggui.books.tables import ASSIGNMENTS


@dataclass(frozen=True)
class Assignment:
    """Somebody was given a decision to look after; without an assignee nobody is any more."""

    decision_id: str
    assignee: str | None
    actor: str
    decided_at: datetime


def add_assignment(connection: Connection, assignment: Assignment) -> None:
    """Record an assignment."""
    connection.execute(insert(ASSIGNMENTS).values(**vars(assignment)))


def read_assignments(connection: Connection) -> dict[str, Assignment]:
    """The newest assignment of every decision that has one."""
    rows = connection.execute(select(ASSIGNMENTS).order_by(ASSIGNMENTS.c.assignment_id)).mappings()
    told = (Assignment(**{k: v for k, v in row.items() if k != "assignment_id"}) for row in rows)
    return {one.decision_id: one for one in told}
