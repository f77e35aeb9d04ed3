"""The lock of an open file, which the operating system drops when its holder dies: a crash leaves nothing to wait for.

It stands below every room because the warehouse (one writer) and the application (one server, one close) both take
it, and each says in its own words that another holds it.
"""

from __future__ import annotations

import sys
import time

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


POLL_SECONDS = 0.02


def take_lock(descriptor: int, wait_seconds: float) -> bool:
    """Lock an open file for its holder alone; false when another holds it for longer than the wait.

    Closing the file gives the lock back.
    """
    give_up_at = monotonic_seconds() + wait_seconds
    while not _try_lock(descriptor):
        if monotonic_seconds() >= give_up_at:
            return False
        time.sleep(POLL_SECONDS)
    return True
