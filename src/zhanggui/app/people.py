"""Accounts: the first owner, and whom owners let in. Every change stands in one transaction with its entry in the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhanggui.app.auditing import make_entry
from zhanggui.app.callers import Caller
from zhanggui.app.entry_errors import (
    LastOwner,
    NameInvalid,
    NotPermitted,
    PasswordWrong,
    PersonExists,
    PersonUnknown,
    RoleUnknown,
    SetUpAlready,
    TooManyKept,
)
from zhanggui.app.passwords import check_new_password, hash_password, verify_password
from zhanggui.app.workspace import Workspace
from zhanggui.books import people as kept
from zhanggui.books.audit import add_audit
from zhanggui.books.people import Person
from zhanggui.canon.roles import ROLES
from zhanggui.kernel.identity import keyed_hash, normalise_personal
from zhanggui.kernel.limits import MAX_NAME_CHARS, MAX_PEOPLE

_RESERVED = frozenset({"me", "local", "nobody", "zhanggui"})  # the records and the addresses use these for others


def needs_set_up(workspace: Workspace) -> bool:
    """Whether nobody has an account yet."""
    with workspace.books.reading() as records:
        return not kept.read_people(records)


def set_up(
    workspace: Workspace, name: str, password: str, at: datetime, remote: str | None = None, lang: str | None = None
) -> Person:
    """Make the first owner; raises SetUpAlready, NameInvalid and the refusals of passwords."""
    person = _new_person(workspace, name, "owner", password, "set-up", at, lang)
    first = Caller("nobody", "set-up", remote=remote)
    with workspace.books.writing() as records:
        if kept.read_people(records):
            raise SetUpAlready()
        kept.add_person(records, person)
        add_audit(records, make_entry(first, "person.set_up", person.name, at, {"role": "owner"}))
    return person


def add_person(
    workspace: Workspace, caller: Caller, name: str, role: str, password: str, at: datetime, lang: str | None = None
) -> Person:
    """Let somebody in; raises NameInvalid, RoleUnknown, PersonExists, TooManyKept and the refusals of passwords."""
    person = _new_person(workspace, name, role, password, caller.actor, at, lang)
    with workspace.books.writing() as records:
        everybody = kept.read_people(records)
        if any(one.folded_name == person.folded_name for one in everybody):
            raise PersonExists(name=person.name)
        if len(everybody) >= MAX_PEOPLE:
            raise TooManyKept(what="people", most=MAX_PEOPLE)
        kept.add_person(records, person)
        add_audit(records, make_entry(caller, "person.add", person.name, at, {"role": role}))
    return person


def _new_person(
    workspace: Workspace, name: str, role: str, password: str, by: str, at: datetime, lang: str | None
) -> Person:
    shown = check_name(name)
    if role not in ROLES:
        raise RoleUnknown(role=role, known=", ".join(ROLES))
    check_new_password(password, shown, workspace.settings.company)
    return Person(shown, fold_name(shown), role, hash_password(password), by, at, at, lang)


def check_name(name: str) -> str:
    """The name as it is kept; raises NameInvalid."""
    shown = " ".join(name.split()) if name.isprintable() else ""
    if not shown or len(shown) > MAX_NAME_CHARS or "/" in shown or fold_name(shown) in _RESERVED | {""}:
        raise NameInvalid(name=name[:MAX_NAME_CHARS] if name.isprintable() else "")
    return shown


def fold_name(name: str) -> str:
    """One spelling for one name: width, case and blanks do not tell people apart."""
    return normalise_personal(name)


def list_people(workspace: Workspace) -> list[dict[str, Any]]:
    """Everybody: name, role, lang, is_active, created_at, created_by, password_changed_at."""
    with workspace.books.reading() as records:
        return [tell_person(person) for person in kept.read_people(records)]


def tell_person(person: Person) -> dict[str, Any]:
    """What others may know of a person; never the hash."""
    told = {name: getattr(person, name) for name in ("name", "role", "lang", "is_active", "created_by")}
    instants = ("created_at", "password_changed_at", "disabled_at")
    return {**told, **{name: _iso(getattr(person, name)) for name in instants}}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def change_role(workspace: Workspace, caller: Caller, name: str, role: str, at: datetime) -> Person:
    """Give a person another role; raises PersonUnknown, RoleUnknown, LastOwner."""
    if role not in ROLES:
        raise RoleUnknown(role=role, known=", ".join(ROLES))
    with workspace.books.writing() as records:
        before = _find(records, name)
        if role != "owner":
            _keep_an_owner(records, before)
        after = kept.change_person(records, before, role=role)
        add_audit(records, make_entry(caller, "person.role", after.name, at, {"from": before.role, "to": role}))
    return after


def disable_person(workspace: Workspace, caller: Caller, name: str, at: datetime) -> Person:
    """Shut a person out at once, with all sessions; tokens die with their owner. Raises PersonUnknown, LastOwner."""
    with workspace.books.writing() as records:
        before = _find(records, name)
        _keep_an_owner(records, before)
        after = kept.change_person(records, before, disabled_at=before.disabled_at or at)
        kept.end_sessions(records, "person", before.folded_name)
        add_audit(records, make_entry(caller, "person.disable", after.name, at))
    return after


def enable_person(workspace: Workspace, caller: Caller, name: str, at: datetime) -> Person:
    """Let a person in again; raises PersonUnknown."""
    with workspace.books.writing() as records:
        after = kept.change_person(records, _find(records, name), disabled_at=None)
        add_audit(records, make_entry(caller, "person.enable", after.name, at))
    return after


def reset_password(workspace: Workspace, caller: Caller, name: str, password: str, at: datetime) -> Person:
    """Give somebody else a new password, ending all sessions; one's own needs the present one. Raises PersonUnknown."""
    if caller.kind == "person" and fold_name(name) == fold_name(caller.name):
        raise NotPermitted(entry="user-password", permission="own")
    with workspace.books.reading() as records:
        person = _find(records, name)
    check_new_password(password, person.name, workspace.settings.company)
    return _keep_password(workspace, caller, person, hash_password(password), at, "")


def change_password(
    workspace: Workspace, caller: Caller, present: str, password: str, at: datetime, session_digest: str = ""
) -> Person:
    """Change one's own password; other sessions end, this one stays. Raises PasswordWrong, TooManyAttempts."""
    from zhanggui.app.sessions import count_attempt, name_digest

    if caller.kind != "person":
        raise NotPermitted(entry="password", permission="read")
    with workspace.books.reading() as records:
        person = _find(records, caller.name)
    check_new_password(password, person.name, workspace.settings.company)
    attempt_id = count_attempt(workspace, caller.name, caller.remote or "", at)
    if not verify_password(person.password_hash, present):
        raise PasswordWrong()
    with workspace.books.writing() as records:
        kept.forgive_attempts(records, name_digest(workspace, caller.name), attempt_id)
    return _keep_password(workspace, caller, person, hash_password(password), at, session_digest)


def _keep_password(
    workspace: Workspace, caller: Caller, person: Person, password_hash: str, at: datetime, keep_digest: str
) -> Person:
    with workspace.books.writing() as records:
        after = kept.change_person(records, person, password_hash=password_hash, password_changed_at=at)
        kept.end_sessions(records, "person", person.folded_name, keep_digest)
        if not keep_digest:
            kept.forgive_attempts(records, keyed_hash(workspace.key, "login", person.name) or "")
        add_audit(records, make_entry(caller, "person.password", person.name, at))
    return after


def _find(records: Any, name: str) -> Person:
    person = kept.read_person(records, fold_name(name))
    if person is None:
        raise PersonUnknown(name=name[:MAX_NAME_CHARS])
    return person


def _keep_an_owner(records: Any, leaving: Person) -> None:
    others = (one for one in kept.read_people(records) if one.folded_name != leaving.folded_name)
    if leaving.role == "owner" and leaving.is_active and not any(o.role == "owner" and o.is_active for o in others):
        raise LastOwner()
