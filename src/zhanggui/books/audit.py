"""Who did what to what, and when: only ever added to, and read page by page, the newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from zhanggui.books.tables import AUDIT

MAX_SUBJECT_CHARS = 400  # as the column holds


@dataclass(frozen=True)
class AuditEntry:
    """Who did what to what, when, and from where; `generation` is that of the books that were read."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    actor_kind: str = "local"
    generation: int | None = None
    remote: str | None = None


def add_audit(connection: Connection, entry: AuditEntry) -> None:
    """Record an act; the database itself refuses to change it."""
    told = {**vars(entry), "subject": entry.subject[:MAX_SUBJECT_CHARS], "detail": dict(entry.detail)}
    connection.execute(insert(AUDIT).values(**told))


def read_audit(connection: Connection) -> list[AuditEntry]:
    """Every act, oldest first."""
    rows = connection.execute(select(AUDIT).order_by(AUDIT.c.audit_id)).mappings()
    return [_entry(row) for row in rows]


def read_audit_page(
    connection: Connection, skip: int, most: int, actor: str | None = None, action: str | None = None
) -> tuple[list[tuple[int, AuditEntry]], int]:
    """A page with the entries' numbers, newest first, and how many there are; `action` may be the beginning of one."""
    meant = [] if actor is None else [AUDIT.c.actor == actor]
    meant += [] if action is None else [AUDIT.c.action.startswith(action, autoescape=True)]
    page = select(AUDIT).where(*meant).order_by(AUDIT.c.audit_id.desc()).offset(skip).limit(most)
    found = [(row["audit_id"], _entry(row)) for row in connection.execute(page).mappings()]
    return found, connection.execute(select(func.count()).select_from(AUDIT).where(*meant)).scalar_one()


def _entry(row: Mapping[Any, Any]) -> AuditEntry:
    return AuditEntry(**{name: value for name, value in row.items() if name != "audit_id"})
