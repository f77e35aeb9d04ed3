"""The process from which reading children are forked, and the whole life of one child.

It has loaded the readers and the declarations but opened no file, so that starting a child costs milliseconds.
It is a program of its own and not a fork of the caller: the caller's main module is never imported again, its
threads and open files are not inherited, and when the caller ends, in whatever way, the control socket closes
and every child is killed.

One job is one socket. The caller sends the job and closes its side for writing; the child answers; after the
child's death this process adds a last line with its exit code, so that half an answer is never taken for one.
"""

from __future__ import annotations

import ctypes
import json
import os
import pickle
import select
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

from zhanggui.intake.errors import ChildFailed
from zhanggui.intake.preloaded import load_everything
from zhanggui.intake.reading import Staged, StageJob, stage_file
from zhanggui.kernel import limits
from zhanggui.kernel.errors import ZhangguiError

MEMORY_EXIT = 77
_WATCH_SECONDS = 2.0
_PR_SET_PDEATHSIG = 1
_REFUSED_EVENTS = frozenset(
    {"socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork"}
)


@dataclass(frozen=True)
class ChildLimits:
    """What one child may use."""

    memory_bytes: int = limits.CHILD_MEMORY_BYTES
    cpu_seconds: int = limits.CHILD_CPU_SECONDS
    wall_seconds: int = limits.CHILD_WALL_SECONDS
    stall_seconds: int = limits.CHILD_STALL_SECONDS


@dataclass
class _Child:
    """A living child: its process, the socket of its job, and when it was last seen to have used the processor."""

    process: int
    job_socket: socket.socket
    ticks: int = -1
    moved_at: float = field(default_factory=time.monotonic)

    def is_stalled(self, now: float, stall_seconds: int) -> bool:
        """Whether it has used no processor time for too long: a native reader out of memory may wait for itself."""
        ticks = _processor_ticks(self.process)
        if ticks is None or ticks != self.ticks:
            self.ticks, self.moved_at = (-1 if ticks is None else ticks), now
        return now - self.moved_at > stall_seconds


def _processor_ticks(process: int) -> int | None:
    """What all threads of a process have used, where the system tells it."""
    try:
        told = Path(f"/proc/{process}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    used = told.rpartition(")")[2].split()
    return int(used[11]) + int(used[12])


@dataclass(frozen=True)
class Request:
    """One job as it is sent: where the child writes, and under which limits."""

    job: StageJob
    work: Path
    limits: ChildLimits


def serve(control: socket.socket, stall_seconds: int) -> None:
    """Fork a child for every socket that arrives; end stalled ones, and all of them when the caller is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller is interrupted and closes the control socket
    children: dict[int, _Child] = {}  # by the read end of the life line
    while True:
        ready, _, _ = select.select([control.fileno(), *children], [], [], _WATCH_SECONDS if children else None)
        for life_line in children.keys() & set(ready):
            _bury(children.pop(life_line))
            os.close(life_line)
        now = time.monotonic()
        for child in children.values():
            if child.is_stalled(now, stall_seconds):
                os.kill(child.process, signal.SIGKILL)  # its life line closes, and it is buried as one over a limit
        if control.fileno() not in ready:
            continue
        _, arrived, _, _ = socket.recv_fds(control, 1, 1)
        if not arrived:
            break
        job_socket = socket.socket(fileno=arrived[0])
        life_line, process = _fork(
            job_socket, [control, *(one.job_socket for one in children.values())], list(children)
        )
        children[life_line] = _Child(process, job_socket)
    for child in children.values():
        os.kill(child.process, signal.SIGKILL)
        _bury(child)


def _fork(job_socket: socket.socket, sockets: list[socket.socket], pipes: list[int]) -> tuple[int, int]:
    """The life line of a new child, which closes when the child dies in whatever way, and its process id."""
    life_line, held = os.pipe()
    process = os.fork()
    if process:
        os.close(held)
        return life_line, process
    try:
        os.close(life_line)
        for one in sockets:
            one.close()
        for pipe in pipes:
            os.close(pipe)
        _live(job_socket)
    finally:
        os._exit(1)


def _bury(child: _Child) -> None:
    """Tell the caller how the child ended."""
    _, status = os.waitpid(child.process, 0)
    with child.job_socket as job_socket, suppress(OSError):
        job_socket.sendall(f"\n{os.waitstatus_to_exitcode(status)}".encode())
        job_socket.shutdown(socket.SHUT_RDWR)


def _live(job_socket: socket.socket) -> None:
    """The child's whole life: limits first, then one file, then its answer."""
    with job_socket, job_socket.makefile("rb") as sent:
        request: Request = pickle.load(sent)  # from the caller, who is trusted; the answer is not, and is plain JSON
        limit_self(request.limits)
        answer = json.dumps(_answer(request), ensure_ascii=True).encode()
        job_socket.sendall(answer)
    os._exit(0)


def _answer(request: Request) -> dict[str, Any]:
    name = request.job.name or request.job.path.name
    try:
        return _packed(stage_file(replace(request.job, staging=request.work)))
    except ZhangguiError as error:
        return pack_error(error)
    except MemoryError:
        os._exit(MEMORY_EXIT)
    except BaseException as error:  # a panic of a native reader is no Exception
        traceback.print_exc(file=sys.stderr)
        return pack_error(ChildFailed(file=name, cause=f"{type(error).__name__}: {error}"[:500]))


def _packed(staged: Staged) -> dict[str, Any]:
    units = [{**vars(unit), "fields": dict(unit.fields)} for unit in staged.refused]
    return {"manifests": [manifest.to_json() for manifest in staged.manifests], "refused": units}


def pack_error(error: ZhangguiError) -> dict[str, Any]:
    """An error as plain data."""
    fields = {
        name: value if isinstance(value, str | int | float | list) else str(value)
        for name, value in error.fields.items()
    }
    return {"error": error.code, "fields": fields}


def limit_self(allowed: ChildLimits) -> None:
    """Lower this process's own limits, where the system has them; no network and no other programs after this."""
    _die_with_origin()
    signal.setitimer(signal.ITIMER_REAL, allowed.wall_seconds)
    with suppress(ImportError):
        import resource

        for name, value in (
            (resource.RLIMIT_AS, allowed.memory_bytes),
            (resource.RLIMIT_CPU, allowed.cpu_seconds),
            (resource.RLIMIT_FSIZE, limits.MAX_UNPACKED_BYTES),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_NOFILE, limits.CHILD_OPEN_FILES),
        ):
            with suppress(ValueError, OSError):
                resource.setrlimit(name, (value, value))
    sys.addaudithook(_refuse_event)


def _die_with_origin() -> None:
    """Where the system can do it, a child is killed when the process that forked it dies."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _refuse_event(event: str, _: tuple[object, ...]) -> None:
    if event in _REFUSED_EVENTS:
        raise PermissionError(event)


class _WithoutPandas(MetaPathFinder):
    """Arrow loads pandas, where it is installed, only to ask whether a text is one of its frames; each child would."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        """Refuse it, and leave every other module to the other finders."""
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def main(fileno: int, stall_seconds: int) -> None:
    """Load everything once, then serve."""
    sys.meta_path.insert(0, _WithoutPandas())
    load_everything()
    with socket.socket(fileno=fileno) as control:
        serve(control, stall_seconds)
