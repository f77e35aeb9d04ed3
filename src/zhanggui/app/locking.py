"""One at a time, by a lock that the operating system drops when its holder dies; the file says who holds it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from zhanggui.app.errors import WorkspaceBusy
from zhanggui.kernel.clock import monotonic_seconds

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


_POLL_SECONDS = 0.05
SERVER_LOCK = "server.lock"
"""Held by the one server of a workspace."""


@contextmanager
def held_lock(path: Path, wait_seconds: float = 0) -> Iterator[Callable[[str], None]]:
    """Hold the lock; gives what leaves a word about who holds it. Raises WorkspaceBusy, whose `holder` is that word."""
    from time import sleep

    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        give_up_at = monotonic_seconds() + wait_seconds
        while not _try_lock(descriptor):
            if monotonic_seconds() >= give_up_at:
                raise WorkspaceBusy(file=path.name, holder=os.pread(descriptor, 500, 0).decode("utf-8", "replace"))
            sleep(_POLL_SECONDS)

        def say(word: str) -> None:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, word.encode(), 0)

        say("")
        yield say
    finally:
        os.close(descriptor)  # closing releases the lock
