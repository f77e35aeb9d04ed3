"""What happens by itself: the close at its hour in the company's zone, and each new file of the watched folder once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from zhanggui.app.callers import local_caller
from zhanggui.app.jobs import list_jobs
from zhanggui.app.schedule import Schedule, WatchedFolder
from zhanggui.app.settings import change_settings
from zhanggui.app.uploads import find_upload
from zhanggui.app.workspace import Workspace, open_workspace

WANG = local_caller("wang")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "exports"
    (place / "七月").mkdir(parents=True)
    return place


@pytest.fixture
def clock(workspace: Workspace) -> Iterator[Schedule]:
    schedule = Schedule(workspace.root)
    schedule.start()
    yield schedule
    schedule.stop()


def taken(workspace: Workspace) -> list[list[str]]:
    """The names of the files of every import that was asked for, oldest first."""
    jobs = reversed(list_jobs(workspace))
    return [[one.name for one in find_upload(workspace, job.params["upload"]).files()] for job in jobs]


def test_a_new_file_is_imported_once_and_when_it_has_come_to_rest(workspace: Workspace, folder: Path) -> None:
    watched = WatchedFolder(workspace, folder)
    file = folder / "七月" / "orders.csv"
    file.write_bytes(b"half")
    assert watched.look() is None
    file.write_bytes(b"half and half")
    assert watched.look() is None
    assert watched.look() is not None
    assert taken(workspace) == [["七月/orders.csv"]]
    for _ in range(3):
        assert watched.look() is None
    again = WatchedFolder(workspace, folder)  # after a restart of the server
    assert [again.look(), again.look()] == [None, None]


def test_the_same_content_under_another_name_is_not_taken_again_and_a_changed_file_is(
    workspace: Workspace, folder: Path
) -> None:
    watched = WatchedFolder(workspace, folder)
    (folder / "a.csv").write_bytes(b"one")
    (folder / ".DS_Store").write_bytes(b"x")
    watched.look()
    watched.look()
    (folder / "copy.csv").write_bytes(b"one")
    assert [watched.look(), watched.look()] == [None, None]
    (folder / "a.csv").write_bytes(b"another")
    assert watched.look() is None
    assert watched.look() is not None
    assert taken(workspace) == [["a.csv"], ["a.csv"]]


def test_the_files_themselves_stay(workspace: Workspace, folder: Path) -> None:
    watched = WatchedFolder(workspace, folder)
    (folder / "a.csv").write_bytes(b"one")
    watched.look()
    watched.look()
    [job] = list_jobs(workspace)
    assert job.created_by == "zhanggui"
    room = find_upload(workspace, job.params["upload"])
    room.forget(["a.csv"])
    assert (folder / "a.csv").read_bytes() == b"one"
    assert WatchedFolder(workspace, folder / "gone").look() is None


def test_the_close_comes_at_its_hour_in_the_companys_zone(workspace: Workspace, clock: Schedule) -> None:
    [close] = clock._clock.get_jobs()
    at = close.next_run_time
    assert (at.hour, at.minute, at.utcoffset()) == (6, 30, timedelta(hours=8))
    change_settings(workspace, WANG, {"close_at": "23:05", "timezone": "Europe/London"})
    clock.read_settings()
    [close] = clock._clock.get_jobs()
    assert (close.next_run_time.hour, close.next_run_time.minute) == (23, 5)
    assert str(close.next_run_time.tzinfo) == "Europe/London"


def test_what_is_off_does_not_come(workspace: Workspace, clock: Schedule, folder: Path) -> None:
    change_settings(workspace, WANG, {"close_at": "", "watch_folder": str(folder)})
    clock.read_settings()
    [watching] = clock._clock.get_jobs()
    assert watching.trigger.interval == timedelta(seconds=15)
    change_settings(workspace, WANG, {"watch_folder": ""})
    clock.read_settings()
    assert clock._clock.get_jobs() == []


def test_books_in_which_nothing_stands_are_not_closed(
    workspace: Workspace, two_shops: Workspace, tmp_path: Path
) -> None:
    import shutil

    Schedule(workspace.root).close()
    assert list_jobs(workspace) == []
    own = open_workspace(Path(shutil.copytree(two_shops.root, tmp_path / "own")))
    Schedule(own.root).close()
    Schedule(own.root).close()
    assert [(job.kind, job.created_by) for job in list_jobs(own)] == [("close", "zhanggui")]
