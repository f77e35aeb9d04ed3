"""Reading strangers' bytes in child processes with little power: memory, time and files are limited.

The children come from a process of their own kind (see forking.py), started with the first job and ended with
the sandbox. A child that passes a limit dies, the caller says which file it was, and goes on. A child writes
into a directory of its own inside the staging; only what was read to its end is moved to where the caller looks.
"""

from __future__ import annotations

import json
import os
import pickle
import re
import secrets
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from zhanggui.canon.imports import FileManifest
from zhanggui.intake.errors import ChildFailed, ChildLimitExceeded
from zhanggui.intake.forking import MEMORY_EXIT, ChildLimits, Request
from zhanggui.intake.reading import Staged, StageJob, UnitRefused
from zhanggui.kernel.errors import Refusal, ZhangguiError

__all__ = ["ChildLimits", "Outcome", "Sandbox"]

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[2]); from zhanggui.intake.forking import main; "
    "main(int(sys.argv[1]), int(sys.argv[3]))"
)
_EXIT_CODE = re.compile(rb"-?\d{1,3}")
_MAX_ANSWER_BYTES = 256 * 1024 * 1024  # the manifests of a thousand members, with room
_END_SECONDS = 10  # for the process to end its children and itself, before it is ended


@dataclass(frozen=True)
class Outcome:
    """What came of one job: what was staged, or the error that ended it."""

    job: StageJob
    staged: Staged | None
    error: ZhangguiError | None


class Sandbox:
    """Runs jobs in limited children, several at once, and gives their outcomes in the order of the jobs."""

    def __init__(self, workers: int | None = None, allowed: ChildLimits | None = None) -> None:
        self.workers = workers or max(1, min(4, os.cpu_count() or 1))
        self.allowed = allowed or ChildLimits()
        self._origin: _Origin | None = None
        self._starting = threading.Lock()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the process that children come from, and with it any child that still reads."""
        with self._starting:
            if self._origin is not None:
                self._origin.end()
            self._origin = None

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
            try:
                for job in jobs:
                    waiting.append(threads.submit(self._run, job))
                    while len(waiting) > 2 * self.workers:
                        wait(waiting[:1], return_when=FIRST_COMPLETED)
                        yield waiting.pop(0).result()
                while waiting:
                    yield waiting.pop(0).result()
            finally:  # nobody waits any more: end what is being read instead of finishing it
                if waiting:
                    for future in waiting:
                        future.cancel()
                    self.close()

    def _run(self, job: StageJob) -> Outcome:
        work = job.staging / f".reading-{secrets.token_hex(6)}"
        work.mkdir(parents=True)
        try:
            answer = self._ask(Request(job, work, self.allowed))
            if isinstance(answer, Staged):
                _hand_over(work, job.staging, answer)
                return Outcome(job, answer, None)
            return Outcome(job, None, answer)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _ask(self, request: Request) -> Staged | ZhangguiError:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                self._forking().fork(theirs)
            with suppress(OSError):
                ours.sendall(pickle.dumps(request))
                ours.shutdown(socket.SHUT_WR)
            answer, _, ending = _receive(ours).rpartition(b"\n")
        return understand(request, answer, ending)

    def _forking(self) -> _Origin:
        with self._starting:
            if self._origin is not None and not self._origin.is_alive():
                self._origin.end()
                self._origin = None
            if self._origin is None:
                self._origin = _Origin(self.allowed.stall_seconds)
            return self._origin


class _Origin:
    """The process that children are forked from, as its caller sees it."""

    def __init__(self, stall_seconds: int) -> None:
        self._control, theirs = socket.socketpair()
        self._sending = threading.Lock()
        path = json.dumps([entry or os.getcwd() for entry in sys.path])
        with theirs:
            # Isolated: neither the working directory nor the environment may put other modules in the way.
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, str(theirs.fileno()), path, str(stall_seconds)],
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )

    def is_alive(self) -> bool:
        """Whether it can still fork."""
        return self._process.poll() is None

    def fork(self, job_socket: socket.socket) -> None:
        """Give it one socket to fork a child for; a dead origin shows in the answer that does not come."""
        with self._sending, suppress(OSError):
            socket.send_fds(self._control, [b"j"], [job_socket.fileno()])

    def end(self) -> None:
        """Close the control socket, at which it ends its children and itself."""
        self._control.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __del__(self) -> None:
        if self._process.returncode is None:
            self.end()


def _receive(ours: socket.socket) -> bytes:
    parts: list[bytes] = []
    size = 0
    with suppress(OSError):
        while (part := ours.recv(1 << 16)) and size <= _MAX_ANSWER_BYTES:
            parts.append(part)
            size += len(part)
    return b"".join(parts)


def understand(request: Request, answer: bytes, ending: bytes) -> Staged | ZhangguiError:
    """What the child said, if it lived to its end; otherwise what its death means."""
    name = request.job.name or request.job.path.name
    if not _EXIT_CODE.fullmatch(ending):
        return ChildFailed(file=name, cause="the reading process ended")
    exit_code = int(ending)
    if exit_code == 0:
        try:
            return _unpacked(json.loads(answer))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return ChildFailed(file=name, cause=f"the answer is none: {error}"[:200])
    if exit_code < 0 or exit_code == MEMORY_EXIT:
        allowed = request.limits
        return ChildLimitExceeded(file=name, memory_bytes=allowed.memory_bytes, cpu_seconds=allowed.cpu_seconds)
    return ChildFailed(file=name, exit_code=exit_code)


def _unpacked(answer: dict[str, Any]) -> Staged | ZhangguiError:
    if "error" in answer:
        kind = _kinds(ZhangguiError).get(answer["error"], Refusal)
        return kind(**answer["fields"])
    refused = tuple(UnitRefused(**unit) for unit in answer["refused"])
    return Staged(tuple(FileManifest.from_json(text) for text in answer["manifests"]), refused)


def _kinds(kind: type[ZhangguiError]) -> dict[str, type[ZhangguiError]]:
    """Every class of error by its code."""
    found = {kind.code: kind}
    for below in kind.__subclasses__():
        found |= _kinds(below)
    return found


def _hand_over(work: Path, staging: Path, staged: Staged) -> None:
    """Move what was read to its end to where the caller looks for it."""
    for manifest in staged.manifests:
        target = staging / manifest.file_id
        if target.exists():
            shutil.rmtree(target)
        (work / manifest.file_id).rename(target)
