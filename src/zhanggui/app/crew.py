"""The workers of a server: started when something waits, ended with the server, replaced when they die.

A worker that does not stop when somebody cancels its job is ended; the books undo what it had not published.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from zhanggui.app.errors import WorkspaceBusy
from zhanggui.app.jobs import LANES, job_records, kinds_of, settle_job
from zhanggui.app.locking import held_lock
from zhanggui.app.restoring import find_plan, forget_plan
from zhanggui.app.workspace import Workspace
from zhanggui.books.jobs import DONE, QUEUED, RUNNING, Job
from zhanggui.kernel.clock import monotonic_seconds, now_utc
from zhanggui.kernel.limits import JOB_CANCEL_SECONDS

_LOOK_SECONDS = 0.3
_EXCHANGE_AGAIN_SECONDS = 30  # after an attempt in vain: somebody writes from the command line
RESTORE = "restore-here"
_LOG = logging.getLogger("zhanggui.crew")


class Crew:
    """Worker processes, one for each lane that has work, looked after by one thread."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        self.exchange: Callable[[], None] | None = None  # switches over to a backup that was prepared
        self._exchange_after = 0.0
        self._cancelled_at: dict[str, float] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="crew", daemon=True)

    def start(self) -> None:
        """Settle what a server that died left behind, and look after the lanes from now on."""
        for lane in LANES:
            self._settle(lane)
        self._thread.start()

    def _settle(self, lane: str) -> None:
        """What is recorded as running while nobody holds the lane's lock was interrupted."""
        try:
            with held_lock(self.workspace.root / f"worker-{lane}.lock"):
                for job in self._running(lane):
                    state = settle_job(job_records(self.workspace), job)
                    _LOG.warning("job %s was interrupted and is now %s", job.job_id, state)
        except WorkspaceBusy:
            return  # its worker lives

    def _running(self, lane: str) -> list[Job]:
        kinds = set(kinds_of(lane))
        return [job for job in job_records(self.workspace).read((RUNNING,)) if job.kind in kinds]

    def _watch(self) -> None:
        while not self._stopping.wait(_LOOK_SECONDS):
            try:
                if not self._is_exchanging():
                    for lane in LANES:
                        self._look_after(lane)
            except Exception:
                _LOG.exception("the lanes could not be looked after")

    def _is_exchanging(self) -> bool:
        """Whether a backup waits to be switched to; it is, as soon as no job runs. No work is begun meanwhile."""
        if find_plan(self.workspace.root) is None or self.exchange is None:
            return False
        jobs = job_records(self.workspace)
        if jobs.read((RUNNING,)):
            for lane in LANES:  # what is cancelled or has died is settled meanwhile
                worker = self.workers.get(lane)
                if worker is not None and worker.poll() is None:
                    self._end_cancelled(lane, worker)
                else:
                    self._settle(lane)
            return True
        asked = next((job for job in jobs.read() if job.kind == RESTORE), None)
        if asked is None or asked.state != DONE:  # who prepared it did not come to the end
            forget_plan(self.workspace.root)
        elif monotonic_seconds() >= self._exchange_after:
            self._exchange_after = monotonic_seconds() + _EXCHANGE_AGAIN_SECONDS
            self._end_workers(JOB_CANCEL_SECONDS)
            with ExitStack() as locks:
                for lane in LANES:
                    locks.enter_context(held_lock(self.workspace.root / f"worker-{lane}.lock"))
                self.exchange()
        return True

    def _look_after(self, lane: str) -> None:
        worker = self.workers.get(lane)
        if worker is not None and worker.poll() is None:
            self._end_cancelled(lane, worker)
            return
        if worker is not None:
            del self.workers[lane]
            self._settle(lane)
        kinds = set(kinds_of(lane))
        if any(job.kind in kinds for job in job_records(self.workspace).read((QUEUED,))):
            self.workers[lane] = start_worker(self.workspace.root, lane)

    def _end_cancelled(self, lane: str, worker: subprocess.Popen[bytes]) -> None:
        """End a worker that was told to stop its job long enough ago."""
        asked = {job.job_id for job in self._running(lane) if job.cancel_requested}
        now = monotonic_seconds()
        self._cancelled_at = {one: self._cancelled_at.get(one, now) for one in asked}
        if any(now - at > JOB_CANCEL_SECONDS for at in self._cancelled_at.values()):
            worker.kill()

    def stop(self, within_seconds: float) -> None:
        """Ask the workers to stop, and end those that have not within this time."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._end_workers(within_seconds)

    def _end_workers(self, within_seconds: float) -> None:
        for worker in self.workers.values():
            worker.terminate()
        give_up_at = now_utc() + timedelta(seconds=within_seconds)
        for lane, worker in self.workers.items():
            try:
                worker.wait(max(0.1, (give_up_at - now_utc()).total_seconds()))
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
            self._settle(lane)
        self.workers.clear()


def start_worker(root: Path, lane: str) -> subprocess.Popen[bytes]:
    """Start a worker; it ends when its standard input closes, which the end of this process does in any case."""
    program = [sys.executable, "-m", "zhanggui.app.working", "--workspace", str(root), "--lane", lane]
    return subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True)
