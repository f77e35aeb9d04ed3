"""How much was sent in, by whom and for which shop: what the quotas are counted from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from zhanggui.books.tables import UPLOADS


@dataclass(frozen=True)
class Sent:
    """Files of one upload that belong to one shop."""

    at: datetime
    actor: str
    shop: str
    bytes: int
    files: int


@dataclass(frozen=True)
class Taken:
    """How much of a quota is used."""

    bytes: int
    files: int
    oldest_at: datetime | None = None  # of what is counted: when some of the quota comes back


def add_sent(connection: Connection, sent: Sent, forget_before: datetime) -> None:
    """Record what was sent, and forget what no quota counts any more."""
    connection.execute(delete(UPLOADS).where(UPLOADS.c.at < forget_before))
    connection.execute(insert(UPLOADS).values(**vars(sent)))


def read_taken(connection: Connection, since: datetime, *, actor: str | None = None, shop: str | None = None) -> Taken:
    """What was sent since then, by this person or for this shop."""
    meant = [UPLOADS.c.at >= since]
    meant += [] if actor is None else [UPLOADS.c.actor == actor]
    meant += [] if shop is None else [UPLOADS.c.shop == shop]
    sums = select(
        func.coalesce(func.sum(UPLOADS.c.bytes), 0), func.coalesce(func.sum(UPLOADS.c.files), 0), func.min(UPLOADS.c.at)
    )
    told = connection.execute(sums.where(*meant)).one()
    return Taken(int(told[0]), int(told[1]), told[2])
