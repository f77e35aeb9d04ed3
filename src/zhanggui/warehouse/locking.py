"""One writer at a time, by a lock that the operating system drops when its holder dies.

The lock is on an open file, not on the file's existence: a crash leaves nothing to clean up and
nothing to wait for. Readers never take it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zhanggui.kernel.limits import LOCK_WAIT_SECONDS
from zhanggui.kernel.locking import take_lock
from zhanggui.warehouse.errors import WarehouseBusy


@contextmanager
def writer_lock(path: Path, wait_seconds: float = LOCK_WAIT_SECONDS) -> Iterator[None]:
    """Hold the writer's lock; raises WarehouseBusy when another holds it for longer than the wait."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not take_lock(descriptor, wait_seconds):
            raise WarehouseBusy(waited_seconds=wait_seconds)
        yield
    finally:
        os.close(descriptor)  # closing releases the lock
