"""The audit: who entered, saw, changed and took out what. Only ever added to (the database refuses anything else), and read by the owner."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zhanggui.app.callers import Caller
from zhanggui.app.workspace import Workspace
from zhanggui.books import AuditEntry
from zhanggui.books.audit import add_audit, read_audit_page
from zhanggui.canon.questions import Permission, Question
from zhanggui.kernel.limits import MAX_AUDIT_PAGE

MAX_DETAIL_CHARS = 500
"""Of one value in an entry: enough to know what was meant."""


def make_entry(
    caller: Caller,
    action: str,
    subject: str,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
    generation: int | None = None,
) -> AuditEntry:
    """What the records say of an act."""
    told = {name: _shortened(value) for name, value in (detail or {}).items()}
    return AuditEntry(at, caller.actor, action, subject, told, caller.kind, generation, caller.remote)


def _shortened(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_shortened(one) for one in sorted(value, key=str)]
    return str(value)[:MAX_DETAIL_CHARS]


def record_act(
    workspace: Workspace,
    caller: Caller,
    action: str,
    subject: str,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
    generation: int | None = None,
) -> None:
    """Record an act that is not part of another transaction: a download, a refusal, a command."""
    with workspace.books.writing() as records:
        add_audit(records, make_entry(caller, action, subject, at, detail, generation))


def must_record(caller: Caller, asked: Question | None) -> bool:
    """Whether reading is recorded: every read of a guest, and of anybody where the answer names people."""
    return caller.kind == "guest" or (asked is not None and asked.permission is Permission.OWN)


def list_audit(
    workspace: Workspace, page: int = 1, size: int = 50, actor: str | None = None, action: str | None = None
) -> dict[str, Any]:
    """A page of entries, newest first: `entries` and `total`; `action` may be the beginning of one, such as `login`."""
    size = max(1, min(size, MAX_AUDIT_PAGE))
    with workspace.books.reading() as records:
        found, total = read_audit_page(records, (max(1, page) - 1) * size, size, actor, action)
    return {"entries": [{"audit_id": number, **_told(entry)} for number, entry in found], "total": total}


def _told(entry: AuditEntry) -> dict[str, Any]:
    return {**vars(entry), "at": entry.at.isoformat(timespec="milliseconds"), "detail": dict(entry.detail)}
