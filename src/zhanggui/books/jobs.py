"""Long work as records: who asked for it, how far it is, how it ended; the only thing server and workers share.

A job is taken by one worker only, because taking it is one statement that names the state it must still be in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, RowMapping, insert, select, update

from zhanggui.books.opening import reading, writing
from zhanggui.books.tables import JOBS

QUEUED, RUNNING, DONE, FAILED, CANCELLED, STOPPED = "queued", "running", "done", "failed", "cancelled", "stopped"
ENDED = (DONE, FAILED, CANCELLED, STOPPED)


@dataclass(frozen=True)
class Job:
    """One run of a long command. The columns of `jobs`."""

    job_id: str
    kind: str
    created_by: str
    created_at: datetime
    params: Mapping[str, Any] = field(default_factory=dict)
    state: str = QUEUED
    progress: float | None = None
    stage: str = ""
    message: str = ""
    log: Sequence[Mapping[str, Any]] = ()
    result: Mapping[str, Any] | None = None
    error: Mapping[str, Any] | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    worker_pid: int | None = None
    heartbeat_at: datetime | None = None
    cancel_requested: bool = False


class JobRecords:
    """The jobs of one workspace."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add(self, job: Job) -> None:
        """Record a job that waits."""
        values = {**vars(job), "params": dict(job.params), "log": list(job.log)}
        with writing(self.engine) as connection:
            connection.execute(insert(JOBS).values(**values))

    def find(self, job_id: str) -> Job | None:
        """The job of this id."""
        with reading(self.engine) as connection:
            row = connection.execute(select(JOBS).where(JOBS.c.job_id == job_id)).mappings().first()
        return _record(row) if row else None

    def read(self, states: Sequence[str] = (), most: int = 100) -> list[Job]:
        """Jobs in these states (in any, without), the newest first."""
        wanted = select(JOBS).where(JOBS.c.state.in_(states)) if states else select(JOBS)
        ordered = wanted.order_by(JOBS.c.created_at.desc(), JOBS.c.job_id.desc()).limit(most)
        with reading(self.engine) as connection:
            return [_record(row) for row in connection.execute(ordered).mappings()]

    def claim(self, kinds: Sequence[str], worker_pid: int, at: datetime) -> Job | None:
        """Take the oldest waiting job of these kinds; None where there is none."""
        waiting = select(JOBS.c.job_id).where(JOBS.c.state == QUEUED, JOBS.c.kind.in_(kinds))
        oldest = waiting.order_by(JOBS.c.created_at, JOBS.c.job_id).limit(1)
        while True:
            with reading(self.engine) as connection:
                job_id = connection.execute(oldest).scalar()
            if job_id is None:
                return None
            taken = {"state": RUNNING, "worker_pid": worker_pid, "started_at": at, "heartbeat_at": at}
            if self._change(job_id, (QUEUED,), taken):
                return self.find(job_id)

    def note(self, job_id: str, at: datetime, **values: Any) -> bool:
        """Record how far a running job is; whether somebody asked for it to be cancelled."""
        self._change(job_id, (RUNNING,), {**values, "heartbeat_at": at})
        with reading(self.engine) as connection:
            return bool(connection.execute(select(JOBS.c.cancel_requested).where(JOBS.c.job_id == job_id)).scalar())

    def end(self, job_id: str, state: str, at: datetime, **values: Any) -> bool:
        """Record how a running job ended; False where it is not running any more."""
        return self._change(job_id, (RUNNING,), {**values, "state": state, "ended_at": at})

    def cancel(self, job_id: str, at: datetime) -> bool:
        """Cancel a waiting job, or ask a running one to stop; False where it has ended already."""
        if self._change(job_id, (QUEUED,), {"state": CANCELLED, "ended_at": at, "cancel_requested": True}):
            return True
        return self._change(job_id, (RUNNING,), {"cancel_requested": True})

    def requeue(self, job_id: str) -> bool:
        """Have an interrupted job begin again."""
        values = {"state": QUEUED, "worker_pid": None, "started_at": None, "progress": None, "stage": "", "message": ""}
        return self._change(job_id, (RUNNING,), values)

    def _change(self, job_id: str, states: Sequence[str], values: Mapping[str, Any]) -> bool:
        """Change a job that is in one of these states; whether it was."""
        meant = update(JOBS).where(JOBS.c.job_id == job_id, JOBS.c.state.in_(states))
        with writing(self.engine) as connection:
            return connection.execute(meant.values(**values)).rowcount == 1


def _record(row: RowMapping) -> Job:
    return Job(**row)
