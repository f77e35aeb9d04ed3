"""The children and the process they come from: nothing is left of them, and nothing half-read is handed over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.hostile.conftest import GOOD, KEY
from zhanggui.intake.errors import ChildFailed, ChildLimitExceeded
from zhanggui.intake.reading import StageJob
from zhanggui.intake.sandbox import ChildLimits, Sandbox

RECORD = GOOD.splitlines()[1]
SOURCES = str(Path(__file__).resolve().parents[2] / "src")


@pytest.fixture
def long_file(tmp_path: Path) -> Path:
    """A file that takes a few seconds to read."""
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(GOOD)
        for index in range(200_000):
            file.write(f'{4999000000000012346 + index},"title {index}\nof two lines",1.00,1,a,b,c,d,交易成功,e\n')
    return path


def descendants() -> list[psutil.Process]:
    """The processes under this one."""
    return list(psutil.Process().children(recursive=True))


def wait_for(condition: object, seconds: float = 20.0) -> bool:
    """Whether a condition came true in time."""
    assert callable(condition)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox of its own, since these tests harm it."""
    before = {one.pid for one in descendants()}
    with Sandbox(2) as running:
        yield running
    assert wait_for(lambda: {one.pid for one in descendants()} <= before)


def stage_beside(sandbox: Sandbox, job: StageJob) -> tuple[threading.Thread, list[BaseException]]:
    """Start a job in a thread; its error is kept."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            sandbox.stage(job)
        except (ChildFailed, ChildLimitExceeded) as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, errors


def reading_children(before: set[int]) -> list[psutil.Process]:
    """The children that read, which are the grandchildren of this process."""
    return [child for one in descendants() if one.pid not in before for child in one.children()]


@pytest.mark.parametrize("kills_origin", [False, True])
def test_a_killed_child_leaves_nothing(sandbox: Sandbox, long_file: Path, tmp_path: Path, kills_origin: bool) -> None:
    before = {one.pid for one in descendants()}
    thread, errors = stage_beside(sandbox, StageJob(path=long_file, staging=tmp_path / "s", key=KEY))
    assert wait_for(lambda: any((tmp_path / "s").glob(".reading-*/*")))
    (child,) = reading_children(before)
    origin = child.parent()
    assert origin is not None
    (origin if kills_origin else child).kill()
    thread.join(30)
    assert [type(error) for error in errors] == [ChildFailed if kills_origin else ChildLimitExceeded]
    assert list((tmp_path / "s").iterdir()) == []
    good = tmp_path / "good.csv"
    good.write_text(GOOD, "utf-8")
    assert sandbox.stage(StageJob(path=good, staging=tmp_path / "s", key=KEY)).manifests[0].rows_accepted == 1
    assert wait_for(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


@pytest.mark.parametrize(
    "allowed",
    [ChildLimits(cpu_seconds=1), ChildLimits(wall_seconds=1), ChildLimits(memory_bytes=760 << 20, stall_seconds=5)],
    ids=["time", "patience", "memory"],
)
def test_a_child_over_a_limit_is_told_apart(long_file: Path, tmp_path: Path, allowed: ChildLimits) -> None:
    with Sandbox(1, allowed) as sandbox, pytest.raises(ChildLimitExceeded):
        sandbox.stage(StageJob(path=long_file, staging=tmp_path / "s", key=KEY))
    assert list((tmp_path / "s").iterdir()) == []


def test_a_child_that_no_longer_moves_is_ended(long_file: Path, tmp_path: Path) -> None:
    before = {one.pid for one in descendants()}
    with Sandbox(1, ChildLimits(stall_seconds=2)) as sandbox:
        thread, errors = stage_beside(sandbox, StageJob(path=long_file, staging=tmp_path / "s", key=KEY))
        assert wait_for(lambda: any((tmp_path / "s").glob(".reading-*/*")))
        (child,) = reading_children(before)
        child.suspend()
        thread.join(60)
    assert [type(error) for error in errors] == [ChildLimitExceeded]
    assert list((tmp_path / "s").iterdir()) == []


def test_a_sandbox_that_is_left_early_ends_its_children(long_file: Path, tmp_path: Path) -> None:
    before = {one.pid for one in descendants()}
    jobs = [StageJob(path=long_file, staging=tmp_path / str(index), key=KEY) for index in range(4)]
    began = time.monotonic()
    with Sandbox(2) as sandbox:
        thread, _ = stage_beside(sandbox, jobs[0])
        assert wait_for(lambda: bool(reading_children(before)))
    thread.join(10)
    assert not thread.is_alive()
    assert {one.pid for one in descendants()} <= before
    assert time.monotonic() - began < 30


SCRIPT = """
import sys
from pathlib import Path
from zhanggui.intake.reading import StageJob
from zhanggui.intake.sandbox import Sandbox
print("begun", flush=True)
sandbox = Sandbox(1)
staged = sandbox.stage(StageJob(path=Path(sys.argv[1]), staging=Path(sys.argv[2]), key=bytes(32)))
print("rows", staged.manifests[0].rows_accepted, flush=True)
"""


def test_a_program_needs_no_guard_and_leaves_no_process(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(GOOD, "utf-8")
    (tmp_path / "polars.py").write_text("raise SystemExit('the working directory is not to be trusted')", "utf-8")
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin" / "program"
    script.write_text(SCRIPT, "utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "good.csv"), str(tmp_path / "s")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": SOURCES},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["begun", "rows", "1"]
    assert not _processes_with(tmp_path)


def _processes_with(folder: Path) -> list[int]:
    """Processes whose command line or working directory is in a folder."""
    found = []
    for one in psutil.process_iter(["cmdline", "cwd"]):
        told = [*(one.info["cmdline"] or []), one.info["cwd"] or ""]
        if any(str(folder) in word for word in told):
            found.append(one.pid)
    return found


def test_a_killed_parent_takes_its_children_along(long_file: Path, tmp_path: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(long_file), str(tmp_path / "s")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": SOURCES},
        stdout=subprocess.DEVNULL,
    )
    assert wait_for(lambda: any((tmp_path / "s").glob(".reading-*/*")))
    program.send_signal(signal.SIGKILL)
    program.wait(10)
    assert wait_for(lambda: not _processes_with(tmp_path))
    assert [path.name[:9] for path in (tmp_path / "s").iterdir()] == [".reading-"]


def test_outcomes_come_in_the_order_of_the_jobs(sandbox: Sandbox, tmp_path: Path) -> None:
    paths = []
    for index in range(9):
        path = tmp_path / f"{index}.csv"
        path.write_text(GOOD.replace("12345", f"{index:05d}") if index % 3 else "nothing,here\n", "utf-8")
        paths.append(path)
    jobs = [StageJob(path=path, staging=tmp_path / "s", key=KEY) for path in paths]
    outcomes = list(sandbox.stage_all(jobs))
    assert [outcome.job.path for outcome in outcomes] == paths
    assert [bool(outcome.staged and outcome.staged.manifests) for outcome in outcomes] == [
        index % 3 != 0 for index in range(9)
    ]
