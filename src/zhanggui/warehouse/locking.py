"""One writer at a time, by a lock that the operating system drops when its holder dies.

The lock is on an open file, not on the file's existence: a crash leaves nothing to clean up and
nothing to wait for. Readers never take it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zhanggui.kernel.limits import LOCK_WAIT_SECONDS
from zhanggui.warehouse.errors import WarehouseBusy

POLL_SECONDS = 0.02

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


@contextmanager
def writer_lock(path: Path, wait_seconds: float = LOCK_WAIT_SECONDS) -> Iterator[None]:
    """Hold the writer's lock; raises WarehouseBusy when another holds it for longer than the wait."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait_for(descriptor, wait_seconds)
        yield
    finally:
        os.close(descriptor)  # closing releases the lock


def _wait_for(descriptor: int, wait_seconds: float) -> None:
    give_up_at = time.monotonic() + wait_seconds
    while not _try_lock(descriptor):
        if time.monotonic() >= give_up_at:
            raise WarehouseBusy(waited_seconds=wait_seconds)
        time.sleep(POLL_SECONDS)
