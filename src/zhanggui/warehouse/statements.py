"""Statements that were written already: the same expression becomes the same SQL, whichever generation it is asked of.

Writing one costs a tenth of a second of this process's time, more than most answers cost the engine. Expressions over
the books are equal when they ask the same of the same tables, so a new generation finds its statements written.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from zhanggui.kernel.limits import KEPT_STATEMENTS


class Statements:
    """Statements by what they ask; what was asked for longest ago goes first."""

    def __init__(self, most: int = KEPT_STATEMENTS) -> None:
        self.most = most
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, str] = OrderedDict()

    def find(self, asked: Hashable, write: Callable[[], str]) -> str:
        """The statement for what is asked, written unless it is kept."""
        with self._lock:
            found = self._kept.get(asked)
            if found is not None:
                self._kept.move_to_end(asked)
                return found
        statement = write()
        with self._lock:
            self._kept[asked] = statement
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)
        return statement

    def __len__(self) -> int:
        return len(self._kept)


WRITTEN = Statements()
"""Those of this process."""
