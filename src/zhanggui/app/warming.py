"""Making the books ready before somebody asks: the first question after a start or a close would otherwise pay for all.

What is first is dear: the programs that answer are loaded, the closed generation is opened, its files' ends are read,
and every question is written down as a statement once. A thread does it as soon as it sees another close.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from zhanggui.app.reading import BookPool
from zhanggui.app.workspace import Workspace
from zhanggui.kernel.errors import ZhangguiError

_LOOK_SECONDS = 1.0
_OPENING_METRICS = ("paid_amount", "paid_orders")  # what Performance shows as it opens
_LOG = logging.getLogger("zhanggui.warming")


def warm_up(workspace: Workspace, generation: int) -> None:
    """Ask what Today and Performance ask as they open; nothing is kept of it but open books and known statements."""
    from zhanggui.app.catalogue import answer_question
    from zhanggui.app.figures import answer_metrics, make_request
    from zhanggui.app.verdicts import list_todo

    list_todo(workspace, generation)
    for name in ("key_figures", "late_data"):
        answer_question(workspace, name, {}, generation)
    asked = make_request(_OPENING_METRICS, ("channel",), "month", None, None, {}, None)
    answer_metrics(workspace, asked, generation)


class Warming:
    """A thread that warms up each close's books, as long as a server runs."""

    def __init__(self, find_workspace: Callable[[], Workspace], pool: BookPool) -> None:
        self.find_workspace, self.pool = find_workspace, pool
        self.warmed: int | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="warming", daemon=True)

    def start(self) -> None:
        """Warm up now, and again after each close."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after what is under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Warm up the newest close's books unless that was done; what is wrong with them is told to whoever asks."""
        try:
            closed = self.pool.closed()
            if closed and closed != self.warmed:
                self.warmed = closed
                warm_up(self.find_workspace(), closed)
        except ZhangguiError as error:
            _LOG.info("the books were not warmed up: %s", error.code)
        except Exception:
            _LOG.exception("the books were not warmed up")

    def _watch(self) -> None:
        self.look()
        while not self._stopping.wait(_LOOK_SECONDS):
            self.look()
