"""Saved views: a page as somebody left it, under a name of their own; nobody sees another's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from zhanggui.app.callers import Caller
from zhanggui.app.errors import SettingInvalid, ViewUnknown
from zhanggui.app.people import fold_name
from zhanggui.app.workspace import Workspace
from zhanggui.books.choices import SavedView, delete_view, read_views, save_view
from zhanggui.kernel.clock import now_utc
from zhanggui.kernel.limits import MAX_VIEW_BYTES, MAX_VIEWS


def list_views(workspace: Workspace, caller: Caller, page: str | None = None) -> list[dict[str, Any]]:
    """The caller's views, by page and name."""
    with workspace.books.reading() as records:
        return [_told(view) for view in read_views(records, fold_name(caller.name), page)]


def keep_view(workspace: Workspace, caller: Caller, page: str, name: str, state: Mapping[str, Any]) -> dict[str, Any]:
    """Keep a view, in place of one of the same page and name; raises SettingInvalid where it is too much."""
    if not (name.strip() and page and len(name) <= 200 and len(page) <= 60):
        raise SettingInvalid(setting="name", value=name[:100])
    if len(json.dumps(state)) > MAX_VIEW_BYTES:
        raise SettingInvalid(setting="state", value="…")
    owner = fold_name(caller.name)
    with workspace.books.writing() as records:
        if len(read_views(records, owner)) >= MAX_VIEWS:
            raise SettingInvalid(setting="views", value=str(MAX_VIEWS))
        save_view(records, SavedView(owner, page, name.strip(), dict(state), now_utc()))
        kept = next(view for view in read_views(records, owner, page) if view.name == name.strip())
    return _told(kept)


def forget_view(workspace: Workspace, caller: Caller, view_id: int) -> None:
    """Forget one of the caller's views; raises ViewUnknown."""
    with workspace.books.writing() as records:
        if not delete_view(records, fold_name(caller.name), view_id):
            raise ViewUnknown(view=view_id)


def _told(view: SavedView) -> dict[str, Any]:
    return {"view_id": view.view_id, "page": view.page, "name": view.name, "state": dict(view.state)}
