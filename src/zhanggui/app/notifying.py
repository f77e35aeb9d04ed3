"""The morning's list, sent to where people look anyway: the decisions worth most money, and what data is late.

It goes out after the scheduled close, as a job of its own, so that a service that is down never holds up the books.
What is said is the same list that the console shows; whoever buys is in none of it, not even by pseudonym.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhanggui.app.addresses import check_reach, mask_address, open_address
from zhanggui.app.answers import plain_value
from zhanggui.app.asking import answer_question
from zhanggui.app.auditing import make_entry
from zhanggui.app.callers import Caller
from zhanggui.app.entry_errors import TooManyKept
from zhanggui.app.errors import NotifyFailed, NotifyTargetUnknown
from zhanggui.app.people import check_name
from zhanggui.app.sentences import sentences
from zhanggui.app.settings import read_choices
from zhanggui.app.verdicts import list_todo
from zhanggui.app.workspace import Workspace
from zhanggui.books.audit import add_audit
from zhanggui.books.targets import Target, add_target, delete_target, read_targets, switch_target
from zhanggui.kernel.limits import (
    MAX_NOTIFY_TARGETS,
    NOTIFY_ATTEMPTS,
    NOTIFY_DECISIONS,
    NOTIFY_LATE_REPORTS,
    NOTIFY_WAIT_SECONDS,
)
from zhanggui.kernel.phrases import phrase

_PEOPLE_KINDS = frozenset({"buyer", "customer"})
_AT_ONCE = 4


@dataclass(frozen=True)
class Notice:
    """What is sent."""

    title: str
    body: str
    generation: int


def keep_target(workspace: Workspace, caller: Caller, kind: str, name: str, address: str, at: datetime) -> Target:
    """Have a place told every morning; raises NotifyKindUnknown, NotifyAddressInvalid, NameInvalid, TooManyKept."""
    open_address(kind, address)
    target = Target(secrets.token_hex(8), check_name(name), kind, address.strip(), True, caller.actor, at)
    with workspace.books.writing() as records:
        if len(read_targets(records)) >= MAX_NOTIFY_TARGETS:
            raise TooManyKept(what="notify targets", most=MAX_NOTIFY_TARGETS)
        add_target(records, target)
        add_audit(records, make_entry(caller, "notify.add", target.name, at, {"kind": kind}))
    return target


def turn_target(workspace: Workspace, caller: Caller, target_id: str, is_on: bool, at: datetime) -> Target:
    """Have a place told, or not for the time being; raises NotifyTargetUnknown."""
    with workspace.books.writing() as records:
        target = _named(read_targets(records), target_id)
        switch_target(records, target_id, is_on)
        add_audit(records, make_entry(caller, "notify.switch", target.name, at, {"is_on": is_on}))
    return Target(**{**vars(target), "is_on": is_on})


def forget_target(workspace: Workspace, caller: Caller, target_id: str, at: datetime) -> None:
    """Forget a place with its address; raises NotifyTargetUnknown."""
    with workspace.books.writing() as records:
        target = _named(read_targets(records), target_id)
        delete_target(records, target_id)
        add_audit(records, make_entry(caller, "notify.remove", target.name, at, {"kind": target.kind}))


def _named(targets: Sequence[Target], target_id: str) -> Target:
    for target in targets:
        if target.target_id == target_id:
            return target
    raise NotifyTargetUnknown(target_id=target_id[:100])


def list_targets(workspace: Workspace) -> list[Target]:
    """Every place, with its address: for those who send, not for those who show."""
    with workspace.books.reading() as records:
        return read_targets(records)


def tell_target(target: Target) -> dict[str, Any]:
    """A place as it is shown: its address only so far that one knows it again."""
    names = ("target_id", "name", "kind", "is_on", "created_by")
    told = {name: getattr(target, name) for name in names}
    masked = mask_address(target.kind, target.address)
    return {**told, "address_masked": masked, "created_at": f"{target.created_at.isoformat(timespec='seconds')}Z"}


def compose_notice(workspace: Workspace) -> Notice:
    """The morning's list in the company's language."""
    lang = read_choices(workspace)["lang"]
    todo = list_todo(workspace)
    acts = [one for one in todo.decisions if one["subject_kind"] not in _PEOPLE_KINDS]
    late = [row for row in _late(workspace, todo.generation) if row["state"] == "late"]
    day = todo.as_of.isoformat() if todo.as_of else "–"
    company = workspace.settings.company or phrase("notice.unnamed", lang)
    lines = [phrase("notice.head", lang, count=len(acts))]
    lines += [_line(number, one, lang) for number, one in enumerate(acts[:NOTIFY_DECISIONS], 1)]
    lines += [_more(len(acts) - NOTIFY_DECISIONS, lang)] if len(acts) > NOTIFY_DECISIONS else []
    lines += _late_lines(late, lang)
    return Notice(phrase("notice.title", lang, company=company, day=day), "\n".join(lines), todo.generation)


def _line(number: int, decision: dict[str, Any], lang: str) -> str:
    title = sentences(decision, lang)["title"]
    if decision["impact_amount"] is None:
        return phrase("notice.line", lang, number=number, title=title)
    amount = plain_value(decision["impact_amount"])
    return phrase(
        "notice.line_money", lang, number=number, title=title, amount=amount, currency=decision["currency"] or ""
    )


def _more(count: int, lang: str) -> str:
    return phrase("notice.more", lang, count=count)


def _late(workspace: Workspace, generation: int) -> list[dict[str, Any]]:
    answer = answer_question(workspace, "late_data", {}, generation or None)
    names = [column.name for column in answer.columns]
    return [dict(zip(names, row, strict=True)) for row in answer.rows]


def _late_lines(late: list[dict[str, Any]], lang: str) -> list[str]:
    if not late:
        return [phrase("notice.complete", lang)]
    told = [
        phrase(
            "notice.late", lang, shop=row["shop_id"], report=row["report"], last=row["last_on"], days=row["late_days"]
        )
        for row in late[:NOTIFY_LATE_REPORTS]
    ]
    more = [_more(len(late) - NOTIFY_LATE_REPORTS, lang)] if len(late) > NOTIFY_LATE_REPORTS else []
    return [phrase("notice.late_head", lang, count=len(late)), *told, *more]


def compose_test(workspace: Workspace) -> Notice:
    """A few words that show that an address is right."""
    lang = read_choices(workspace)["lang"]
    company = workspace.settings.company or phrase("notice.unnamed", lang)
    return Notice(phrase("notice.test_title", lang, company=company), phrase("notice.test", lang), 0)


def send_notice(notice: Notice, targets: Sequence[Target]) -> dict[str, bool]:
    """Send to all at once; whether each was taken, by id. Nothing of an address comes out of here."""
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="notice") as crew:
        return dict(
            zip([one.target_id for one in targets], crew.map(lambda one: _send(notice, one), targets), strict=True)
        )


def _send(notice: Notice, target: Target) -> bool:
    try:
        check_reach(target.kind, target.address)  # at every sending: where a name leads may change
        sender = open_address(target.kind, target.address)
        return bool(sender.notify(title=notice.title, body=notice.body, notify_type="info", body_format="text"))
    except Exception:  # whatever the service or the library does, the others are told
        return False


def deliver_notice(
    notice: Notice,
    targets: Sequence[Target],
    *,
    told: Callable[[str, int, int], None],
    logged: Callable[[str, dict[str, Any]], None],
    pause: Callable[[float], None],
) -> None:
    """Send until everybody has it, a bounded number of times; raises NotifyFailed with the names of the others."""
    left = list(targets)
    for attempt in range(1, NOTIFY_ATTEMPTS + 1):
        told("notifying", len(targets) - len(left), len(targets))
        taken = send_notice(notice, left)
        for target in left:
            code = "notice_sent" if taken[target.target_id] else "notice_not_sent"
            logged(code, {"target": target.name, "kind": target.kind, "attempt": attempt})
        left = [target for target in left if not taken[target.target_id]]
        if not left:
            return
        if attempt < NOTIFY_ATTEMPTS:
            pause(NOTIFY_WAIT_SECONDS * attempt)
    raise NotifyFailed(targets=", ".join(target.name for target in left), attempts=NOTIFY_ATTEMPTS)
