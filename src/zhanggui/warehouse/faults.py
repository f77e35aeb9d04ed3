"""Named places where a test may kill the process, to prove that the books survive it.

A point is inert unless the environment variable `ZHANGGUI_FAULT_POINT` names it. Every point is
registered here, so that the fault tests can die at each of them and a new one cannot be forgotten.
"""

from __future__ import annotations

import os
import signal

VARIABLE = "ZHANGGUI_FAULT_POINT"

PUBLISH_POINTS = (
    "publish.before_move",
    "publish.after_first_move",
    "publish.after_move",
    "publish.in_transaction",
    "publish.after_merge",
    "publish.before_commit",
    "publish.after_commit",
)
CLOSE_POINTS = (
    "close.before_transaction",
    "close.in_transaction",
    "close.before_commit",
    "close.after_commit",
)
COMPACT_POINTS = ("compact.after_merge", "compact.before_cleanup")

POINTS = frozenset(PUBLISH_POINTS + CLOSE_POINTS + COMPACT_POINTS)


def fault_point(name: str) -> None:
    """Die here, at once and without any clean-up, if the environment names this point."""
    assert name in POINTS, name
    if os.environ.get(VARIABLE) == name:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
