"""Where notifications are sent. An address holds a secret: it is read by what sends and shown to nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from zhanggui.books.tables import NOTIFY_TARGETS


@dataclass(frozen=True)
class Target:
    """A group, a mailbox or a program that is told of the morning's decisions."""

    target_id: str
    name: str
    kind: str
    address: str = field(repr=False)
    is_on: bool
    created_by: str
    created_at: datetime


def add_target(connection: Connection, target: Target) -> None:
    """Record a target."""
    connection.execute(insert(NOTIFY_TARGETS).values(**vars(target)))


def read_targets(connection: Connection) -> list[Target]:
    """Every target, oldest first."""
    ordered = select(NOTIFY_TARGETS).order_by(NOTIFY_TARGETS.c.created_at, NOTIFY_TARGETS.c.target_id)
    return [Target(**row) for row in connection.execute(ordered).mappings()]


def switch_target(connection: Connection, target_id: str, is_on: bool) -> bool:
    """Have a target told, or not; False where there is none."""
    meant = update(NOTIFY_TARGETS).where(NOTIFY_TARGETS.c.target_id == target_id)
    return connection.execute(meant.values(is_on=is_on)).rowcount == 1


def delete_target(connection: Connection, target_id: str) -> bool:
    """Forget a target with its address; False where there is none."""
    return connection.execute(delete(NOTIFY_TARGETS).where(NOTIFY_TARGETS.c.target_id == target_id)).rowcount == 1
