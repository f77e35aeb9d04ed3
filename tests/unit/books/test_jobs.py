"""Jobs as records: one worker takes one job, an ended job stays ended, and cancelling reaches the one who works."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from zhanggui.books import Books, Job
from zhanggui.books.jobs import JobRecords

NOON = datetime(2026, 7, 1, 12)
LATER = NOON + timedelta(minutes=1)
ASKED = Job("j1", "import", "wang", NOON, {"files": ["a.csv"]}, log=[])
KINDS = ("import", "close")


@pytest.fixture
def jobs(tmp_path: Path) -> JobRecords:
    made = JobRecords(Books.at(tmp_path / "books.sqlite").engine)
    made.add(ASKED)
    return made


def test_a_job_is_taken_once_and_ends_once(jobs: JobRecords) -> None:
    taken = jobs.claim(KINDS, 7, LATER)
    assert taken == replace(ASKED, state="running", started_at=LATER, worker_pid=7, heartbeat_at=LATER)
    assert jobs.claim(KINDS, 8, LATER) is None
    assert jobs.end("j1", "done", LATER, result={"rows": 3})
    assert not jobs.end("j1", "failed", LATER, error={"code": "fault"})
    ended = jobs.find("j1")
    assert ended is not None
    assert (ended.state, ended.ended_at, ended.result, ended.error) == ("done", LATER, {"rows": 3}, None)


def test_a_worker_takes_only_its_kinds_and_the_oldest_first(jobs: JobRecords) -> None:
    jobs.add(Job("j0", "close", "wang", LATER))
    assert jobs.claim(("backup",), 7, LATER) is None
    assert [getattr(jobs.claim(KINDS, 7, LATER), "job_id", None) for _ in range(3)] == ["j1", "j0", None]


def test_cancelling_what_waits_ends_it_and_what_runs_is_told(jobs: JobRecords) -> None:
    jobs.add(Job("j2", "close", "wang", LATER))
    jobs.claim(KINDS, 7, LATER)
    assert jobs.cancel("j1", LATER)
    assert jobs.cancel("j2", LATER)
    assert not jobs.cancel("j2", LATER)
    assert not jobs.cancel("j3", LATER)
    assert jobs.note("j1", LATER, progress=0.5, stage="reading", message="a.csv") is True
    assert {job.job_id: job.state for job in jobs.read()} == {"j1": "running", "j2": "cancelled"}
    assert [job.job_id for job in jobs.read(("cancelled",))] == ["j2"]


def test_an_interrupted_job_begins_anew(jobs: JobRecords) -> None:
    assert not jobs.requeue("j1"), "it has not begun"
    jobs.claim(KINDS, 7, LATER)
    assert jobs.note("j1", LATER, progress=0.5, stage="reading", message="1/2") is False
    assert jobs.requeue("j1")
    assert jobs.find("j1") == replace(ASKED, heartbeat_at=LATER)
