"""The worker gives way: its own niceness, its session's where Linux shares by session, and that of single threads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from zhanggui.kernel.limits import LONG_ANSWER_NICENESS, WORKER_NICENESS

_AUTOGROUP = Path("/proc/self/autogroup")

_WORKER = """
import os
from zhanggui.app.working import make_way
make_way()
print(os.nice(0))
"""
_THREAD = """
import os, threading
from zhanggui.app.remembering import give_way
def run():
    give_way()
    print(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
thread = threading.Thread(target=run)
thread.start()
thread.join()
print(os.getpriority(os.PRIO_PROCESS, os.getpid()))
"""


def _run(program: str) -> list[str]:
    """What the program prints in a session of its own, so that this one keeps its turn."""
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, start_new_session=True
    )
    return told.stdout.split("\n")[:-1]


def test_a_worker_runs_after_the_pages() -> None:
    before = int(_run("import os; print(os.nice(0))")[0])
    assert int(_run(_WORKER)[0]) == before + WORKER_NICENESS


@pytest.mark.skipif(not _AUTOGROUP.exists(), reason="this system does not share the processor by session")
def test_a_workers_session_runs_after_the_servers() -> None:
    told = _run(_WORKER + f"print(open({str(_AUTOGROUP)!r}).read().strip())")
    assert told[1].endswith(f"nice {WORKER_NICENESS}")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux knows the niceness of single threads")
def test_a_long_answer_gives_way_alone() -> None:
    thread, process = (int(line) for line in _run(_THREAD))
    assert thread == process + LONG_ANSWER_NICENESS
