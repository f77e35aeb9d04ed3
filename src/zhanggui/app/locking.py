"""One at a time, by a lock that the operating system drops when its holder dies; the file says who holds it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from zhanggui.app.errors import WorkspaceBusy
from zhanggui.kernel.locking import take_lock

SERVER_LOCK = "server.lock"
"""Held by the one server of a workspace."""


@contextmanager
def held_lock(path: Path, wait_seconds: float = 0) -> Iterator[Callable[[str], None]]:
    """Hold the lock; gives what leaves a word about who holds it. Raises WorkspaceBusy, whose `holder` is that word."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not take_lock(descriptor, wait_seconds):
            raise WorkspaceBusy(file=path.name, holder=os.pread(descriptor, 500, 0).decode("utf-8", "replace"))

        def say(word: str) -> None:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, word.encode(), 0)

        say("")
        yield say
    finally:
        os.close(descriptor)  # closing releases the lock
