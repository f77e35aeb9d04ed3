"""Rooms in `staging`: what is being made lies there until it is whole, under the name of the process that makes it.

What a killed process leaves is removed by the next one that needs room or by the next server, so that a half-made
backup or download is neither taken for a whole one nor kept; a living process's room is left alone.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from zhanggui.kernel.clock import now_utc

OWNER = "owner.pid"
"""In each room, the process that works there."""
_NEW_ROOM_SECONDS = 60  # between making a room and writing the name into it lies a moment


def claim_room(room: Path) -> Path:
    """Write into a room that this process works there."""
    (room / OWNER).write_text(str(os.getpid()), "ascii")
    return room


def make_room(staging: Path, prefix: str) -> Path:
    """A new room of this process, for whoever removes it afterwards."""
    staging.mkdir(exist_ok=True)
    return claim_room(Path(tempfile.mkdtemp(dir=staging, prefix=prefix)))


@contextmanager
def open_room(staging: Path, prefix: str) -> Iterator[Path]:
    """An empty directory in a new room, for as long as the block lasts."""
    room = make_room(staging, prefix)
    try:
        inside = room / "inside"
        inside.mkdir()
        yield inside
    finally:
        shutil.rmtree(room, ignore_errors=True)


def sweep_rooms(staging: Path) -> list[str]:
    """Remove the rooms whose process is gone; returns their names. Nothing in them was published."""
    swept = []
    for room in sorted(staging.iterdir()) if staging.is_dir() else ():
        if room.is_dir() and not _is_alive(room / OWNER):
            shutil.rmtree(room, ignore_errors=True)
            swept.append(room.name)
    return swept


def _is_alive(owner: Path) -> bool:
    """Whether the process named in the file still runs; a room made this moment has no name in it yet."""
    if sys.platform == "win32":  # there is no harmless way to ask; such rooms go with the workspace
        return True
    try:
        os.kill(int(owner.read_text("ascii")), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    except (OSError, ValueError):
        made_at = datetime.fromtimestamp(owner.parent.stat().st_mtime, UTC).replace(tzinfo=None)
        return (now_utc() - made_at).total_seconds() < _NEW_ROOM_SECONDS
    return True
