"""Who may enter: people, their sessions, and who tried in vain. Secrets are kept only as digests and hashes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from zhanggui.books.tables import LOGIN_ATTEMPTS, PEOPLE, SESSIONS


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `folded_name` is the same however the name is written."""

    name: str
    folded_name: str
    role: str
    password_hash: str
    created_by: str
    created_at: datetime
    password_changed_at: datetime
    lang: str | None = None
    disabled_at: datetime | None = None
    person_id: int | None = None

    @property
    def is_active(self) -> bool:
        """Whether the person may enter."""
        return self.disabled_at is None


@dataclass(frozen=True)
class Session:
    """Somebody who entered: a person by folded name, or a guest by grant."""

    session_digest: str
    kind: str
    subject: str
    created_at: datetime
    seen_at: datetime


def add_person(connection: Connection, person: Person) -> None:
    """Record a new account; the caller has looked in the same transaction whether the name is free."""
    values = {name: value for name, value in vars(person).items() if name != "person_id"}
    connection.execute(insert(PEOPLE).values(**values))


def change_person(connection: Connection, before: Person, **values: object) -> Person:
    """Change what is known of a person; gives it as it is now."""
    connection.execute(update(PEOPLE).where(PEOPLE.c.folded_name == before.folded_name).values(**values))
    return replace(before, **values)  # type: ignore[arg-type]


def read_person(connection: Connection, folded_name: str) -> Person | None:
    """The person of that name, disabled or not."""
    row = connection.execute(select(PEOPLE).where(PEOPLE.c.folded_name == folded_name)).mappings().first()
    return Person(**row) if row else None


def read_people(connection: Connection) -> list[Person]:
    """Everybody, in the order in which they came."""
    return [Person(**row) for row in connection.execute(select(PEOPLE).order_by(PEOPLE.c.person_id)).mappings()]


def add_session(connection: Connection, session: Session) -> None:
    """Record that somebody entered."""
    connection.execute(insert(SESSIONS).values(**vars(session)))


def read_session(connection: Connection, session_digest: str) -> Session | None:
    """The session of that secret."""
    row = connection.execute(select(SESSIONS).where(SESSIONS.c.session_digest == session_digest)).mappings().first()
    return Session(**row) if row else None


def touch_session(connection: Connection, session_digest: str, seen_at: datetime) -> None:
    """Record that a session was used."""
    connection.execute(update(SESSIONS).where(SESSIONS.c.session_digest == session_digest).values(seen_at=seen_at))


def end_session(connection: Connection, session_digest: str) -> bool:
    """Forget a session; whether there was one."""
    return connection.execute(delete(SESSIONS).where(SESSIONS.c.session_digest == session_digest)).rowcount == 1


def end_sessions(connection: Connection, kind: str, subject: str, keep_digest: str = "") -> int:
    """Forget the sessions of a person or guest, but for one; gives how many."""
    meant = (SESSIONS.c.kind == kind, SESSIONS.c.subject == subject, SESSIONS.c.session_digest != keep_digest)
    return connection.execute(delete(SESSIONS).where(*meant)).rowcount


def forget_sessions(connection: Connection, seen_before: datetime, created_before: datetime) -> None:
    """Forget the sessions that nobody used since, or that began before."""
    connection.execute(
        delete(SESSIONS).where((SESSIONS.c.seen_at < seen_before) | (SESSIONS.c.created_at < created_before))
    )


def add_attempt(connection: Connection, name_digest: str, remote: str, at: datetime) -> int:
    """Record an attempt to enter as failed until it is known better; gives its number."""
    values = {"name_digest": name_digest, "remote": remote, "at": at, "is_failure": True}
    added = connection.execute(insert(LOGIN_ATTEMPTS).values(**values)).inserted_primary_key
    assert added is not None  # a single row was inserted
    return int(added[0])


def forgive_attempts(connection: Connection, name_digest: str, attempt_id: int | None = None) -> None:
    """One entered (or was given a new password): the failures of the name count no more, nor the attempt itself."""
    forgiven = LOGIN_ATTEMPTS.c.name_digest == name_digest
    if attempt_id is not None:
        forgiven = forgiven & (LOGIN_ATTEMPTS.c.attempt_id <= attempt_id)
    connection.execute(update(LOGIN_ATTEMPTS).where(forgiven).values(is_failure=False))


def read_failures(connection: Connection, name_digest: str, since: datetime) -> tuple[int, datetime | None]:
    """How often entering by that name failed since, and when it did last."""
    name, at = LOGIN_ATTEMPTS.c.name_digest, LOGIN_ATTEMPTS.c.at
    meant = (name == name_digest, at > since, LOGIN_ATTEMPTS.c.is_failure)
    count, last = connection.execute(select(func.count(), func.max(at)).where(*meant)).one()
    return count, last


def count_remote_failures(connection: Connection, remote: str, since: datetime) -> int:
    """How often entering failed from that address since."""
    meant = (LOGIN_ATTEMPTS.c.remote == remote, LOGIN_ATTEMPTS.c.at > since, LOGIN_ATTEMPTS.c.is_failure)
    return connection.execute(select(func.count()).select_from(LOGIN_ATTEMPTS).where(*meant)).scalar_one()


def forget_attempts(connection: Connection, before: datetime) -> None:
    """Forget the attempts that count no more."""
    connection.execute(delete(LOGIN_ATTEMPTS).where(LOGIN_ATTEMPTS.c.at < before))
