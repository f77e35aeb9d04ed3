"""Entering and leaving: log-in with back-off, sessions that end, and the caller behind a session's secret.

Whether a name exists cannot be told from answer or timing; every attempt is counted before the password is looked at,
so that many at once do not get more guesses than one after another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from zhanggui.app.auditing import make_entry
from zhanggui.app.callers import Caller, nobody
from zhanggui.app.entry_errors import LoginRefused, NotAuthenticated, TooManyAttempts
from zhanggui.app.minting import digest_secret, mint_secret
from zhanggui.app.passwords import hash_password, needs_new_hash, verify_password, warm_up
from zhanggui.app.people import fold_name
from zhanggui.app.workspace import Workspace
from zhanggui.books import people as kept
from zhanggui.books.audit import add_audit
from zhanggui.books.people import Person, Session
from zhanggui.canon.roles import ROLES
from zhanggui.kernel.identity import keyed_hash
from zhanggui.kernel.limits import (
    FIRST_LOGIN_WAIT_SECONDS,
    FREE_LOGIN_FAILURES,
    LOGIN_WINDOW_SECONDS,
    LONGEST_LOGIN_WAIT_SECONDS,
    MAX_REMOTE_LOGIN_FAILURES,
    SESSION_IDLE_SECONDS,
    SESSION_SECONDS,
    SESSION_SEEN_SECONDS,
)


@dataclass(frozen=True)
class Entered:
    """Somebody who entered: the session's secret (told once, for the cookie) and the caller."""

    secret: str
    caller: Caller


def log_in(
    workspace: Workspace, name: str, password: str, remote: str, at: datetime, old_secret: str | None = None
) -> Entered:
    """Enter by name and password, with a new session in place of the old; raises LoginRefused, TooManyAttempts."""
    warm_up()
    attempt_id = count_attempt(workspace, name, remote, at)
    with workspace.books.reading() as records:
        person = kept.read_person(records, fold_name(name))
    is_right = verify_password(person.password_hash if person else None, password)
    if person is None or not is_right or not person.is_active:
        _record_refusal(workspace, person, remote, at)
        raise LoginRefused()
    if needs_new_hash(person.password_hash):
        _renew_hash(workspace, person, password)
    return _begin(workspace, person, attempt_id, remote, at, old_secret)


def _begin(
    workspace: Workspace, person: Person, attempt_id: int, remote: str, at: datetime, old_secret: str | None
) -> Entered:
    secret = mint_secret()
    caller = person_caller(person, remote)
    with workspace.books.writing() as records:
        now = kept.read_person(records, person.folded_name)
        if now is None or not now.is_active or now.password_changed_at != person.password_changed_at:
            raise LoginRefused()  # shut out, or the password changed, while it was being checked
        kept.forgive_attempts(records, name_digest(workspace, person.name), attempt_id)
        kept.forget_sessions(records, *_edges(at))
        if old_secret:
            kept.end_session(records, digest_secret(old_secret))
        kept.add_session(records, Session(digest_secret(secret), "person", person.folded_name, at, at))
        add_audit(records, make_entry(caller, "login.done", person.name, at))
    return Entered(secret, caller)


def _record_refusal(workspace: Workspace, person: Person | None, remote: str, at: datetime) -> None:
    # A name that is nobody's is not written down: people type their password where the name belongs.
    subject = person.name if person else "-"
    with workspace.books.writing() as records:
        add_audit(records, make_entry(nobody(remote), "login.refused", subject, at))


def _renew_hash(workspace: Workspace, person: Person, password: str) -> None:
    renewed = hash_password(password)
    with workspace.books.writing() as records:
        now = kept.read_person(records, person.folded_name)
        if now is not None and now.password_hash == person.password_hash:  # not changed by somebody meanwhile
            kept.change_person(records, now, password_hash=renewed)


def name_digest(workspace: Workspace, name: str) -> str:
    """Under which attempts for a name are counted; the name itself is not kept."""
    return keyed_hash(workspace.key, "login", name) or "-"


def count_attempt(workspace: Workspace, name: str, remote: str, at: datetime) -> int:
    """Count an attempt as failed until it succeeds; gives its number. Raises TooManyAttempts, uncounted."""
    digest, since = name_digest(workspace, name), at - timedelta(seconds=LOGIN_WINDOW_SECONDS)
    with workspace.books.writing() as records:
        kept.forget_attempts(records, since)
        failures, last = kept.read_failures(records, digest, since)
        seconds = wait_seconds(failures, (at - last).total_seconds() if last else 0)
        if not seconds and kept.count_remote_failures(records, remote, since) >= MAX_REMOTE_LOGIN_FAILURES:
            seconds = LONGEST_LOGIN_WAIT_SECONDS
        if seconds:
            raise TooManyAttempts(seconds=seconds)
        return kept.add_attempt(records, digest, remote, at)


def wait_seconds(failures: int, seconds_since: float) -> int:
    """How long to wait yet after so many failures, the last so long ago: doubling after the free ones, to a longest."""
    if failures < FREE_LOGIN_FAILURES:
        return 0
    doublings = min(failures - FREE_LOGIN_FAILURES, 10)
    wait = min(FIRST_LOGIN_WAIT_SECONDS << doublings, LONGEST_LOGIN_WAIT_SECONDS)
    return max(0, int(wait - seconds_since + 0.999))


def check_session(workspace: Workspace, secret: str, at: datetime, remote: str | None = None) -> Caller:
    """The caller behind a session's secret, with today's role; raises NotAuthenticated when it ended or never was."""
    digest = digest_secret(secret)
    with workspace.books.reading() as records:
        session = kept.read_session(records, digest)
        if session is None or not _is_alive(session, at):
            raise NotAuthenticated(entry="session")
        caller = _caller_of(records, session, at, remote)
    if (at - session.seen_at).total_seconds() >= SESSION_SEEN_SECONDS:
        with workspace.books.writing() as records:
            kept.touch_session(records, digest, at)
    return caller


def _caller_of(records: object, session: Session, at: datetime, remote: str | None) -> Caller:
    if session.kind == "guest":
        from zhanggui.app.grants import guest_caller_of

        return guest_caller_of(records, session.subject, at, remote)
    person = kept.read_person(records, session.subject)  # type: ignore[arg-type]
    if person is None or not person.is_active:
        raise NotAuthenticated(entry="session")
    return person_caller(person, remote)


def person_caller(person: Person, remote: str | None = None) -> Caller:
    """The caller that a person is."""
    return Caller("person", person.name, person.role, ROLES[person.role].permissions, lang=person.lang, remote=remote)


def log_out(workspace: Workspace, secret: str, at: datetime, caller: Caller) -> bool:
    """End a session at once; whether there was one."""
    with workspace.books.writing() as records:
        was_there = kept.end_session(records, digest_secret(secret))
        if was_there:
            add_audit(records, make_entry(caller, "login.ended", caller.name, at))
    return was_there


def _is_alive(session: Session, at: datetime) -> bool:
    seen_after, created_after = _edges(at)
    return session.seen_at > seen_after and session.created_at > created_after


def _edges(at: datetime) -> tuple[datetime, datetime]:
    return at - timedelta(seconds=SESSION_IDLE_SECONDS), at - timedelta(seconds=SESSION_SECONDS)
