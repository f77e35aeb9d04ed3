"""Where files wait between a browser (or the watched folder) and an import.

A stranger's file name never becomes a name on the disk: the bytes lie under a number, the name stands in a list
beside them. What was imported is removed; what was refused is kept for a few days, so that its owner can draft a
mapping for it without sending it again.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from zhanggui.app.durable import flush_to_disk, write_durably
from zhanggui.app.errors import UploadUnknown
from zhanggui.app.importing import Found, is_hidden
from zhanggui.app.workspace import Workspace
from zhanggui.kernel.clock import now_utc
from zhanggui.kernel.limits import MAX_MEMBER_NAME_CHARS, UPLOAD_KEEP_DAYS

LIST_NAME = "files.json"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Waiting:
    """A file that waits: where its bytes are, how its owner calls it, and whether the bytes are ours to remove."""

    path: Path
    name: str
    is_ours: bool = True


class UploadRoom:
    """One upload: a folder with numbered files and a list of their names."""

    def __init__(self, workspace: Workspace, upload_id: str) -> None:
        self.upload_id = upload_id
        self.folder = inbox(workspace) / upload_id

    def place(self, number: int) -> Path:
        """Where the bytes of the file of this number lie."""
        return self.folder / f"{number:06d}"

    def close(self, files: Sequence[Waiting]) -> None:
        """Write the list; without it the upload does not exist."""
        listed = [{"path": str(one.path), "name": one.name, "ours": one.is_ours} for one in files]
        for one in files:
            if one.is_ours:
                flush_to_disk(one.path)
        write_durably(self.folder / LIST_NAME, json.dumps(listed, ensure_ascii=False).encode(), mode=0o600)

    def files(self) -> list[Waiting]:
        """The files that wait; raises UploadUnknown."""
        try:
            listed: list[dict[str, Any]] = json.loads((self.folder / LIST_NAME).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise UploadUnknown(upload=self.upload_id) from error
        found = [self._waiting(one) for one in listed]
        return [one for one in found if one.path.is_file()]

    def _waiting(self, one: dict[str, Any]) -> Waiting:
        # Ours are found by their number, so that a workspace can be moved while something waits.
        path = self.folder / Path(one["path"]).name if one["ours"] else Path(one["path"])
        return Waiting(path, one["name"], one["ours"])

    def named(self, name: str) -> Waiting:
        """The file of this name; raises UploadUnknown."""
        for one in self.files():
            if one.name == name:
                return one
        raise UploadUnknown(upload=f"{self.upload_id}/{name}")

    def forget(self, names: Iterable[str]) -> None:
        """Remove these files, and the room with its last one."""
        gone = set(names)
        for one in self.files():
            if one.name in gone and one.is_ours:
                one.path.unlink(missing_ok=True)
        if not any(one.is_ours for one in self.files()):
            self.remove()

    def remove(self) -> None:
        """Remove the upload with everything that waits in it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def inbox(workspace: Workspace) -> Path:
    """Where uploads wait."""
    return workspace.root / "inbox"


def open_upload(workspace: Workspace) -> UploadRoom:
    """A room for a new upload."""
    room = UploadRoom(workspace, secrets.token_hex(12))
    room.folder.mkdir(parents=True, mode=0o700)
    return room


def find_upload(workspace: Workspace, upload_id: str) -> UploadRoom:
    """The room of an upload; raises UploadUnknown."""
    if not re.fullmatch(r"[0-9a-f]{24}", upload_id):
        raise UploadUnknown(upload=upload_id)
    room = UploadRoom(workspace, upload_id)
    room.files()
    return room


def found_in(files: Iterable[Waiting]) -> list[Found]:
    """The files as an import takes them."""
    return [Found(one.path, one.name) for one in files]


def clean_name(told: str) -> str | None:
    """A stranger's file name as it may be shown and matched; None for a file that nobody meant to send."""
    parts = [part for part in _CONTROL.sub("", told).replace("\\", "/").split("/") if part not in ("", ".", "..")]
    if not parts or is_hidden(Path(*parts)):
        return None
    return PurePosixPath(*parts).as_posix()[-MAX_MEMBER_NAME_CHARS:]


def set_modified(path: Path, milliseconds: str | None) -> None:
    """Give a file the time at which its owner last changed it, where the browser tells it."""
    if milliseconds is None or not re.fullmatch(r"[0-9]{1,15}", milliseconds):
        return
    seconds = min(int(milliseconds) / 1000, now_utc().replace(tzinfo=UTC).timestamp())
    os.utime(path, (seconds, seconds))


def sweep_inbox(workspace: Workspace) -> list[str]:
    """Remove uploads that nobody has come back to; gives their ids."""
    oldest = now_utc() - timedelta(days=UPLOAD_KEEP_DAYS)
    swept = []
    for folder in sorted(inbox(workspace).iterdir()) if inbox(workspace).is_dir() else ():
        changed_at = datetime.fromtimestamp(folder.stat().st_mtime, UTC).replace(tzinfo=None)
        if changed_at < oldest:
            shutil.rmtree(folder, ignore_errors=True)
            swept.append(folder.name)
    return swept
