"""What people chose: the views that they saved, and the settings that are not part of the workspace's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from zhanggui.books.tables import SAVED_VIEWS, SETTINGS


@dataclass(frozen=True)
class SavedView:
    """A page as somebody left it, under a name."""

    owner: str
    page: str
    name: str
    state: Mapping[str, Any]
    changed_at: datetime
    view_id: int | None = None


def save_view(connection: Connection, view: SavedView) -> None:
    """Keep a view; one of the same owner, page and name is written over."""
    meant = (SAVED_VIEWS.c.owner == view.owner, SAVED_VIEWS.c.page == view.page, SAVED_VIEWS.c.name == view.name)
    values = {"state": dict(view.state), "changed_at": view.changed_at}
    if not connection.execute(update(SAVED_VIEWS).where(*meant).values(**values)).rowcount:
        named = {"owner": view.owner, "page": view.page, "name": view.name}
        connection.execute(insert(SAVED_VIEWS).values(**named, **values))


def read_views(connection: Connection, owner: str, page: str | None = None) -> list[SavedView]:
    """Somebody's views (of one page) by name."""
    meant = [SAVED_VIEWS.c.owner == owner, *([] if page is None else [SAVED_VIEWS.c.page == page])]
    rows = connection.execute(select(SAVED_VIEWS).where(*meant).order_by(SAVED_VIEWS.c.page, SAVED_VIEWS.c.name))
    return [SavedView(**row) for row in rows.mappings()]


def delete_view(connection: Connection, owner: str, view_id: int) -> bool:
    """Forget one of somebody's own views; False when there is no such view of theirs."""
    meant = delete(SAVED_VIEWS).where(SAVED_VIEWS.c.view_id == view_id, SAVED_VIEWS.c.owner == owner)
    return connection.execute(meant).rowcount == 1


def read_settings(connection: Connection) -> dict[str, Any]:
    """Every setting by its key."""
    return {row.key: row.value for row in connection.execute(select(SETTINGS).order_by(SETTINGS.c.key))}


def write_setting(connection: Connection, key: str, value: Any, changed_by: str, changed_at: datetime) -> None:
    """Keep a setting; None takes it out."""
    connection.execute(delete(SETTINGS).where(SETTINGS.c.key == key))
    if value is not None:
        values = {"key": key, "value": value, "changed_by": changed_by, "changed_at": changed_at}
        connection.execute(insert(SETTINGS).values(**values))
