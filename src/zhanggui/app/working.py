"""The worker: a process that runs long commands one after another, so that the server stays quick and survives them.

Run as `python -m zhanggui.app.working --workspace DIR --lane writing|reading`. It holds the lane's lock, so that two
servers or a restart cannot run one job twice; it ends when nothing waits for a while, and at once when the process
that started it ends (its standard input closes), because the books undo what was not published.
"""

from __future__ import annotations

import argparse
import logging
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from zhanggui.app.callers import SYSTEM, Caller
from zhanggui.app.catalogue import run_command
from zhanggui.app.commanding import Commanded
from zhanggui.app.jobs import (
    LANES,
    job_records,
    kinds_of,
    recover_jobs,
    settle_job,
    submit_announcement,
    submit_close,
    tell_error,
)
from zhanggui.app.locking import held_lock
from zhanggui.app.workspace import Workspace, open_workspace
from zhanggui.books.jobs import CANCELLED, DONE, FAILED, Job, JobRecords
from zhanggui.kernel.clock import monotonic_seconds, now_utc
from zhanggui.kernel.errors import Fault, ZhangguiError
from zhanggui.kernel.limits import JOB_PROGRESS_MILLISECONDS, MAX_JOB_LOG_LINES, WORKER_IDLE_SECONDS, WORKER_NICENESS

_PAUSE_SECONDS = 0.2
_AUTOGROUP = Path("/proc/self/autogroup")
_LOG = logging.getLogger("zhanggui.working")
READING_SHARE = 0.7  # of an import: reading takes longer than publishing


class Cancelled(Exception):
    """Somebody asked for the job to be cancelled."""


class Stopped(Exception):
    """The worker was asked to stop."""


class Progress:
    """Writes down how far a job is, not too often, and stops it where somebody asked for that."""

    def __init__(self, records: JobRecords, job: Job, stopping: threading.Event) -> None:
        self.records, self.job, self.stopping = records, job, stopping
        self.log: list[Mapping[str, Any]] = list(job.log)
        self.values: dict[str, Any] = {}
        self.noted_at = 0.0

    def told(self, stage: str, done: int, total: int) -> None:
        """How far it is."""
        self.values |= {"stage": stage[:60], "message": f"{done}/{total}", "progress": self._share(stage, done, total)}
        self._note()

    def logged(self, code: str, fields: Mapping[str, Any]) -> None:
        """Something to keep."""
        if len(self.log) < MAX_JOB_LOG_LINES:
            self.log.append({"at": f"{now_utc().isoformat(timespec='seconds')}Z", "code": code, **fields})
        self.values["log"] = self.log
        self._note()

    def _share(self, stage: str, done: int, total: int) -> float:
        share = done / total if total else 0.0
        if self.job.kind == "import":
            share = READING_SHARE * share if stage == "reading" else READING_SHARE
        return round(min(share, 0.99), 4)

    def _note(self) -> None:
        if self.stopping.is_set():
            raise Stopped
        if monotonic_seconds() - self.noted_at < JOB_PROGRESS_MILLISECONDS / 1000:
            return
        self.noted_at = monotonic_seconds()
        if self.records.note(self.job.job_id, now_utc(), **self.values):
            raise Cancelled
        self.values = {}


def run_job(workspace: Workspace, job: Job, stopping: threading.Event) -> str:
    """Run a job to whatever end it has; gives its state."""
    records = job_records(workspace)
    progress = Progress(records, job, stopping)
    given = Commanded(workspace, _caller(job), progress.told, progress.logged)
    ended: dict[str, Any]
    try:
        result = run_command(given, job.kind, job.params)
        state, ended = DONE, {"result": result, "progress": 1.0}
        if job.kind == "import" and result["closes"]:
            submit_close(workspace, job.created_by)
    except Cancelled:
        state, ended = CANCELLED, {}
    except Stopped:
        return settle_job(records, job)
    except ZhangguiError as error:
        state, ended = FAILED, {"error": tell_error(error)}
    except Exception:
        incident = secrets.token_hex(6)
        _LOG.exception("incident %s in job %s", incident, job.job_id)
        state, ended = FAILED, {"error": {**tell_error(Fault(incident=incident)), "incident": incident}}
    records.end(job.job_id, state, now_utc(), **{"log": progress.log, **ended})
    if job.kind == "close" and state == DONE:
        _announce(workspace, job)
    return state


def _announce(workspace: Workspace, job: Job) -> None:
    """Have the morning's list sent; whatever is wrong with that, the close is done."""
    try:
        submit_announcement(workspace, job.job_id)
    except ZhangguiError:
        _LOG.exception("the list of close %s was not announced", job.job_id)


def _caller(job: Job) -> Caller:
    """Whoever asked for the job; whether they may was settled when they asked."""
    return SYSTEM if job.created_by == SYSTEM.actor else Caller("person", job.created_by)


def work(root: Path, lane: str, stopping: threading.Event) -> int:
    """Run what waits in a lane until nothing has waited for a while; gives how many jobs were run."""
    kinds, done = kinds_of(lane), 0
    with held_lock(root / f"worker-{lane}.lock"):
        workspace = open_workspace(root)
        recover_jobs(workspace, kinds)
        idle_since = monotonic_seconds()
        while not stopping.is_set() and monotonic_seconds() - idle_since < WORKER_IDLE_SECONDS:
            job = job_records(workspace).claim(kinds, os.getpid(), now_utc())
            if job is None:
                time.sleep(_PAUSE_SECONDS)
                continue
            run_job(open_workspace(root), job, stopping)  # opened anew: the settings may have changed
            done, idle_since = done + 1, monotonic_seconds()
    return done


def make_way() -> None:
    """Let whoever looks at a page go first: an import may take a little longer, a page may not.

    Where Linux shares the processor between sessions (autogroup), a worker's own niceness says nothing to the server's
    session, so that the worker's session is told too.
    """
    if hasattr(os, "nice"):
        os.nice(WORKER_NICENESS)
        with suppress(OSError):
            _AUTOGROUP.write_text(str(WORKER_NICENESS))


def _end_with_parent() -> None:
    """End when standard input closes: whoever started this process has ended."""
    # Not through sys.stdin, whose lock this thread would hold while the interpreter ends.
    while os.read(0, 1):
        continue
    os._exit(1)


def main() -> None:
    """Work until there is nothing to do."""
    parser = argparse.ArgumentParser(prog="zhanggui.app.working")
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--lane", choices=LANES, required=True)
    told = parser.parse_args()
    make_way()
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server is asked, and asks its workers
    threading.Thread(target=_end_with_parent, daemon=True).start()
    work(told.workspace, told.lane, stopping)


if __name__ == "__main__":
    main()
