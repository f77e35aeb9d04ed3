"""What was handed out: tokens for programs and grants for guests, found by the digest of their secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from zhanggui.books.tables import GRANTS, TOKENS


@dataclass(frozen=True)
class Token:
    """A program's key: a part of its owner's permissions, until it expires or is revoked."""

    token_id: str
    name: str
    digest: str
    owner: str
    permissions: tuple[str, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def is_valid(self, at: datetime) -> bool:
        """Whether it opens anything at that instant."""
        return self.revoked_at is None and at < self.expires_at


@dataclass(frozen=True)
class Grant:
    """A guest's key: named questions of named shops, until it ends or is revoked."""

    grant_id: str
    guest: str
    digest: str
    questions: tuple[str, ...]
    shops: tuple[str, ...]
    created_by: str
    created_at: datetime
    until_at: datetime
    revoked_at: datetime | None = None

    def is_valid(self, at: datetime) -> bool:
        """Whether it opens anything at that instant."""
        return self.revoked_at is None and at < self.until_at


def add_token(connection: Connection, token: Token) -> None:
    """Record a token."""
    connection.execute(insert(TOKENS).values(**{**vars(token), "permissions": list(token.permissions)}))


def find_token(connection: Connection, digest: str) -> Token | None:
    """The token of that secret, valid or not."""
    row = connection.execute(select(TOKENS).where(TOKENS.c.digest == digest)).mappings().first()
    return Token(**{**row, "permissions": tuple(row["permissions"])}) if row else None


def read_tokens(connection: Connection, owner: str | None = None) -> list[Token]:
    """The tokens (of one owner), oldest first."""
    meant = [] if owner is None else [TOKENS.c.owner == owner]
    rows = connection.execute(select(TOKENS).where(*meant).order_by(TOKENS.c.created_at, TOKENS.c.token_id)).mappings()
    return [Token(**{**row, "permissions": tuple(row["permissions"])}) for row in rows]


def revoke_token(connection: Connection, token_id: str, at: datetime) -> bool:
    """End a token; False when it was none or had been ended."""
    meant = update(TOKENS).where(TOKENS.c.token_id == token_id, TOKENS.c.revoked_at.is_(None))
    return connection.execute(meant.values(revoked_at=at)).rowcount == 1


def add_grant(connection: Connection, grant: Grant) -> None:
    """Record a grant."""
    values = {**vars(grant), "questions": list(grant.questions), "shops": list(grant.shops)}
    connection.execute(insert(GRANTS).values(**values))


def find_grant(connection: Connection, digest: str) -> Grant | None:
    """The grant of that secret, valid or not."""
    row = connection.execute(select(GRANTS).where(GRANTS.c.digest == digest)).mappings().first()
    return Grant(**{**row, "questions": tuple(row["questions"]), "shops": tuple(row["shops"])}) if row else None


def read_grants(connection: Connection) -> list[Grant]:
    """Every grant, oldest first."""
    rows = connection.execute(select(GRANTS).order_by(GRANTS.c.created_at, GRANTS.c.grant_id)).mappings()
    return [Grant(**{**row, "questions": tuple(row["questions"]), "shops": tuple(row["shops"])}) for row in rows]


def revoke_grant(connection: Connection, grant_id: str, at: datetime) -> bool:
    """End a grant; False when it was none or had been ended."""
    meant = update(GRANTS).where(GRANTS.c.grant_id == grant_id, GRANTS.c.revoked_at.is_(None))
    return connection.execute(meant.values(revoked_at=at)).rowcount == 1
