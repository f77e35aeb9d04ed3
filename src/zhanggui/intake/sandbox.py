"""Reading strangers' bytes in child processes with little power: memory, time and files are limited.

Children are forked from a server process that has loaded the readers but opened nothing, so that starting one
costs milliseconds; where forking is not to be had, they are spawned. A child that passes a limit dies, the
parent says which file it was, and goes on.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import traceback
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from zhanggui.intake.errors import ChildFailed, ChildLimitExceeded
from zhanggui.intake.reading import Staged, StageJob, stage_file
from zhanggui.kernel import limits
from zhanggui.kernel.errors import ZhangguiError

_METHOD = "forkserver" if sys.platform != "win32" else "spawn"
_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Outcome:
    """What came of one job: what was staged, or the error that ended it."""

    job: StageJob
    staged: Staged | None
    error: ZhangguiError | None


class Sandbox:
    """Runs jobs in limited children, several at once, and gives their outcomes in the order of the jobs."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or max(1, min(4, os.cpu_count() or 1))
        self._context = multiprocessing.get_context(_METHOD)
        if _METHOD == "forkserver":
            self._context.set_forkserver_preload(["zhanggui.intake.preloaded"])

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def stage(self, job: StageJob) -> Staged:
        """Run one job.

        Raises:
            Refusal: what the reading refused, or ChildLimitExceeded; ChildFailed when it is our fault.
        """
        outcome = self._run(job)
        if outcome.error is not None:
            raise outcome.error
        assert outcome.staged is not None
        return outcome.staged

    def stage_all(self, jobs: Iterable[StageJob]) -> Iterator[Outcome]:
        """Run jobs side by side; outcomes come in the order of the jobs, each as soon as its turn is there."""
        with ThreadPoolExecutor(self.workers) as threads:
            waiting: list[Future[Outcome]] = []
            for job in jobs:
                waiting.append(threads.submit(self._run, job))
                while len(waiting) > 2 * self.workers:
                    wait(waiting[:1], return_when=FIRST_COMPLETED)
                    yield waiting.pop(0).result()
            for future in waiting:
                yield future.result()

    def _run(self, job: StageJob) -> Outcome:
        job.staging.mkdir(parents=True, exist_ok=True)
        receiver, sender = self._context.Pipe(duplex=False)
        child = self._context.Process(target=_child, args=(sender, job), daemon=True)
        child.start()
        sender.close()
        answer = _await(receiver, child)
        child.join()
        if isinstance(answer, Staged):
            return Outcome(job, answer, None)
        _clear(job)
        return Outcome(job, None, answer or _reason_of_death(job, child.exitcode))


def _await(receiver: Connection, child: multiprocessing.process.BaseProcess) -> Staged | ZhangguiError | None:
    """The child's answer; None when it died without one or took longer than a file may."""
    waited = 0.0
    while waited < limits.CHILD_WALL_SECONDS:
        with suppress(EOFError, OSError):
            if receiver.poll(_POLL_SECONDS * 20):
                answer = receiver.recv()
                return answer if isinstance(answer, (Staged, ZhangguiError)) else None
            waited += _POLL_SECONDS * 20
            if child.is_alive():
                continue
        return None
    child.kill()
    return None


def _reason_of_death(job: StageJob, exit_code: int | None) -> ZhangguiError:
    """A child that its limits killed was given too much; any other death is ours to explain."""
    if exit_code is not None and (exit_code < 0 or exit_code == _MEMORY_EXIT):
        return ChildLimitExceeded(
            file=job.name or job.path.name, memory_bytes=limits.CHILD_MEMORY_BYTES, cpu_seconds=limits.CHILD_CPU_SECONDS
        )
    return ChildFailed(file=job.name or job.path.name, exit_code=exit_code)


def _clear(job: StageJob) -> None:
    """What a dead child left behind, if the staging directory is the job's own."""
    for leftover in job.staging.glob("room-*"):
        shutil.rmtree(leftover, ignore_errors=True)


_MEMORY_EXIT = 77


def _child(sender: Connection, job: StageJob) -> None:
    """The child's whole life: limits first, then one file, then its answer."""
    limit_self(limits.CHILD_MEMORY_BYTES, limits.CHILD_CPU_SECONDS)
    try:
        answer: Staged | ZhangguiError = stage_file(job)
    except ZhangguiError as error:
        answer = error
    except MemoryError:
        os._exit(_MEMORY_EXIT)
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        answer = ChildFailed(file=job.name or job.path.name, cause=f"{type(error).__name__}: {error}"[:500])
    sender.send(answer)
    sender.close()


def limit_self(memory_bytes: int, cpu_seconds: int) -> None:
    """Lower this process's own limits, where the system has them."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        for name, value in (
            (resource.RLIMIT_AS, memory_bytes),
            (resource.RLIMIT_CPU, cpu_seconds),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_NOFILE, limits.CHILD_OPEN_FILES),
        ):
            with suppress(ValueError, OSError):
                resource.setrlimit(name, (value, value))


def staging_room(root: Path, name: str) -> Path:
    """A directory of its own for one job."""
    room = root / name
    room.mkdir(parents=True, exist_ok=True)
    return room
