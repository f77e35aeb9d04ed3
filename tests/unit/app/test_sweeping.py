"""What a killed import leaves in staging is swept away by the next one; a living import's room is left alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from zhanggui.app.rooms import OWNER, open_room, sweep_rooms

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are asked by signal")


def room(staging: Path, name: str, process: int) -> Path:
    made = staging / name
    made.mkdir(parents=True)
    (made / OWNER).write_text(str(process), "ascii")
    return made


def test_rooms_of_dead_processes_are_swept(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead, alive = room(tmp_path, "dead", ended.pid), room(tmp_path, "alive", os.getpid())
    assert sweep_rooms(tmp_path) == ["dead"]
    assert (dead.exists(), alive.exists()) == (False, True)


def test_a_room_without_an_owner_is_swept_once_it_is_old(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    new.mkdir()
    old.mkdir()
    os.utime(old, (0, 0))
    assert sweep_rooms(tmp_path) == ["old"]
    assert sweep_rooms(tmp_path / "absent") == []


def test_a_room_that_is_being_worked_in_outlives_its_first_minute(tmp_path: Path) -> None:
    with open_room(tmp_path, "backup-") as room:
        (room / "half").write_text("half", "ascii")
        os.utime(room.parent, (0, 0))
        assert sweep_rooms(tmp_path) == []
        assert (room / "half").exists()
    assert list(tmp_path.iterdir()) == []
