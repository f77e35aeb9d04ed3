"""Reading ahead: the next batch is split and decoded while the one before is cleaned and written.

Arrow, polars and the disk all work outside of Python's lock, so two cores are used where one would wait.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import TypeVar

_Item = TypeVar("_Item")
_AHEAD = 1  # a batch is some 100 MiB: one being worked on, one waiting, one being made


def read_ahead(items: Iterator[_Item]) -> Iterator[_Item]:
    """The same items in the same order, made in a thread of their own; an error comes where it happened."""
    made: queue.Queue[tuple[_Item | None, BaseException | None]] = queue.Queue(_AHEAD)
    stopped = threading.Event()

    def put(entry: tuple[_Item | None, BaseException | None]) -> bool:
        while not stopped.is_set():
            try:
                made.put(entry, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def make() -> None:
        try:
            for item in items:
                if not put((item, None)):
                    return
            put((None, None))
        except BaseException as error:  # whatever it is, it belongs to the reader
            put((None, error))

    worker = threading.Thread(target=make, name="read-ahead", daemon=True)
    worker.start()
    try:
        while True:
            item, error = made.get()
            if error is not None:
                raise error
            if item is None:
                return
            yield item
    finally:
        stopped.set()
        worker.join()
