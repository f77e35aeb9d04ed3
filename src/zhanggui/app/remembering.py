"""Answers that were given already: the same question of the same generation has the same answer, so it is kept.

Whoever asks what is being computed for somebody else waits for that one computation. What is kept is bounded in bytes,
and what was asked for longest ago goes first; a new generation makes the old answers go by themselves.
What takes long is made by threads of its own that give way: who asks for little is not held up by who asks for much.
"""

from __future__ import annotations

import os
import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock
from typing import Literal

from zhanggui.kernel.limits import ANSWER_CACHE_BYTES, ANSWER_THREADS, LONG_ANSWER_NICENESS, LONG_ANSWER_THREADS


@dataclass(frozen=True)
class Remembered:
    """An answer, and whether it was kept, made for this asker, or shared with one for whom it was being made."""

    body: bytes
    how: Literal["kept", "made", "shared"]


def give_way() -> None:
    """Have this thread, and those that an engine starts in it, run after the others; only Linux knows single threads."""
    if sys.platform == "linux":
        os.nice(LONG_ANSWER_NICENESS)


def _slow_threads() -> ThreadPoolExecutor:
    """Threads for what takes long; none runs before the first is needed."""
    return ThreadPoolExecutor(LONG_ANSWER_THREADS, thread_name_prefix="slow", initializer=give_way)


class RememberedAnswers:
    """Answers as bytes, by what was asked, of whom nothing is withheld and of which generation."""

    def __init__(self, most_bytes: int = ANSWER_CACHE_BYTES, at_once: int = ANSWER_THREADS) -> None:
        self.most_bytes = most_bytes
        self.held_bytes = 0
        self._lock = Lock()
        self._turns = BoundedSemaphore(at_once)
        self._slow = _slow_threads()
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._coming: dict[Hashable, Future[bytes]] = {}

    def answer(self, key: Hashable, make: Callable[[], bytes], *, is_long: bool = False) -> Remembered:
        """The answer kept under this key, else what `make` gives; an error is told to all who wait and not kept.

        Long ones wait for each other and give way to the short ones.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return Remembered(self._kept[key], "kept")
            coming = self._coming.get(key)
            is_mine = coming is None
            if coming is None:
                coming = self._coming[key] = Future()
        if is_mine:
            self._make(key, self._slowly(make) if is_long else self._in_turn(make), coming)
        return Remembered(coming.result(), "made" if is_mine else "shared")

    def close(self) -> None:
        """Give up what takes long and has not begun; whoever asks later gets new threads."""
        given_up, self._slow = self._slow, _slow_threads()
        given_up.shutdown(wait=False, cancel_futures=True)

    def _in_turn(self, make: Callable[[], bytes]) -> Callable[[], bytes]:
        def made() -> bytes:
            with self._turns:
                return make()

        return made

    def _slowly(self, make: Callable[[], bytes]) -> Callable[[], bytes]:
        return lambda: self._slow.submit(make).result()

    def _make(self, key: Hashable, make: Callable[[], bytes], coming: Future[bytes]) -> None:
        try:
            answer = make()
        except BaseException as error:
            with self._lock:
                del self._coming[key]
            coming.set_exception(error)
            return
        with self._lock:
            del self._coming[key]
            self._keep(key, answer)
        coming.set_result(answer)

    def _keep(self, key: Hashable, answer: bytes) -> None:
        if len(answer) > self.most_bytes // 4:  # one that would push out most of the others
            return
        self._kept[key] = answer
        self.held_bytes += len(answer)
        while self.held_bytes > self.most_bytes:
            self.held_bytes -= len(self._kept.popitem(last=False)[1])
