"""Killed at every named step and at random moments: the books are old or new, never between.

Every file states three orders with a line each, all of one amount; a file counts as whole if the books
hold exactly that, and as absent if they hold nothing of it. Times to be ready again are printed, not
asserted, beyond a bound that only a hang would miss.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.publisher import ORDERS_PER_FILE, SHARED, amount_of
from zhanggui.warehouse import Warehouse
from zhanggui.warehouse.faults import CLOSE_POINTS, COMPACT_POINTS, POINTS, PUBLISH_POINTS, VARIABLE

CHECKOUT = Path(__file__).parents[2]
HANG_SECONDS = 30.0
RANDOM_KILLS = 200
LONGEST_LIFE_SECONDS = 1.5  # some four publishes on a slow machine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")


@pytest.fixture(scope="module")
def empty_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = tmp_path_factory.mktemp("empty")
    Warehouse.create(workspace).close()
    return workspace


@pytest.fixture
def workspace(tmp_path: Path, empty_books: Path) -> Path:
    shutil.copytree(empty_books, tmp_path / "books")
    return tmp_path / "books"


def start(workspace: Path, action: str, first: int, count: int = 1, point: str = "") -> subprocess.Popen[str]:
    environment = {**os.environ, VARIABLE: point, "PYTHONPATH": os.pathsep.join([str(CHECKOUT / "src"), str(CHECKOUT)])}
    command = [sys.executable, "-m", "tests.faults.publisher", str(workspace), action, str(first), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=CHECKOUT)


def run(workspace: Path, action: str, first: int, count: int = 1, point: str = "") -> tuple[int, list[str]]:
    """Run a publisher to its end; its exit code and what it said."""
    with start(workspace, action, first, count, point) as process:
        said, _ = process.communicate()
        return process.returncode, said.split()


def reopen(workspace: Path) -> tuple[Warehouse, float]:
    """The books, and how long they took to be ready: opened, cleaned up, answering."""
    began = time.monotonic()
    books = Warehouse.open(workspace)
    books.generation()
    elapsed = time.monotonic() - began
    assert elapsed < HANG_SECONDS
    return books, elapsed


def imported_numbers(books: Warehouse) -> set[int]:
    """The files that the books hold; fails unless each is whole and of all others there is nothing."""
    rows = books.connection.execute("SELECT file_id FROM books.main.import_files").fetchall()
    numbers = {int(file_id.removeprefix("file")) for (file_id,) in rows}
    for table in ("orders", "order_lines"):
        found = books.connection.execute(
            "SELECT split_part(platform_order_id, '-', 1)::INT, count(*), sum(total_amount) "
            f"FROM books.main.{table} WHERE platform_order_id <> ? GROUP BY 1",
            [SHARED],
        ).fetchall()
        assert {number: (count, total) for number, count, total in found} == {
            number: (ORDERS_PER_FILE, ORDERS_PER_FILE * amount_of(number)) for number in numbers
        }
    shared = books.connection.execute(
        "SELECT item_quantity FROM books.main.orders WHERE platform_order_id = ?", [SHARED]
    ).fetchall()
    assert shared == ([(max(numbers),)] if numbers else [])
    assert books.check() == []
    return numbers


def closed_number(books: Warehouse) -> int | None:
    """The close that the books hold; fails if its two tables disagree."""
    values = [
        books.connection.execute(f"SELECT {column}::INT FROM books.main.{table}").fetchall()
        for table, column in (("bundle_components", "quantity"), ("fx_daily", "rate"))
    ]
    assert values[0] == values[1]
    return values[0][0][0] if values[0] else None


def test_every_point_is_tried() -> None:
    assert set(PUBLISH_POINTS + CLOSE_POINTS + COMPACT_POINTS) == POINTS


@pytest.mark.parametrize("point", PUBLISH_POINTS)
def test_killed_in_a_publish(workspace: Path, point: str) -> None:
    assert run(workspace, "import", 1) == (0, ["ready", "1"])
    assert run(workspace, "import", 2, point=point) == (-signal.SIGKILL, ["ready"])
    books, elapsed = reopen(workspace)
    with books:
        assert imported_numbers(books) == ({1, 2} if point == "publish.after_commit" else {1})
    print(f"{point}: ready after {elapsed:.2f} s")
    assert run(workspace, "import", 2, count=2) == (0, ["ready", "2", "3"])
    with Warehouse.open(workspace) as again:
        assert imported_numbers(again) == {1, 2, 3}


@pytest.mark.parametrize("point", CLOSE_POINTS)
def test_killed_in_a_close(workspace: Path, point: str) -> None:
    assert run(workspace, "close", 1) == (0, ["ready", "1"])
    assert run(workspace, "close", 2, point=point) == (-signal.SIGKILL, ["ready"])
    books, elapsed = reopen(workspace)
    with books:
        assert closed_number(books) == (2 if point == "close.after_commit" else 1)
        assert books.check() == []
    print(f"{point}: ready after {elapsed:.2f} s")


@pytest.mark.parametrize("point", COMPACT_POINTS)
def test_killed_in_a_compaction(workspace: Path, point: str) -> None:
    assert run(workspace, "import", 1, count=3)[0] == 0
    assert run(workspace, "compact", 0, point=point) == (-signal.SIGKILL, ["ready"])
    books, _ = reopen(workspace)
    with books:
        assert imported_numbers(books) == {1, 2, 3}


def test_the_harness_sees_a_half_state(workspace: Path) -> None:
    """A canary: were a publish ever half done, these tests would say so."""
    assert run(workspace, "import", 1)[0] == 0
    with Warehouse.open(workspace) as books:
        books.execute("DELETE FROM books.main.order_lines WHERE platform_order_id = '1-0'")
        with pytest.raises(AssertionError):
            imported_numbers(books)


def kill_after(process: subprocess.Popen[str], seconds: float) -> list[str]:
    """Let a publisher live for so long after it is ready; what it acknowledged before it was killed."""
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    time.sleep(seconds)
    process.kill()
    return process.stdout.read().split()


def rounds(workspace: Path, chance: random.Random, count: int) -> Iterator[tuple[set[int], set[int], float]]:
    """Kill again and again; what was acknowledged in all, what the books hold, how long they took to open."""
    acknowledged: set[int] = set()
    held: set[int] = set()
    for _ in range(count):
        first = max(held, default=0) + 1
        with start(workspace, "import", first, count=1000) as process:
            acknowledged |= {int(said) for said in kill_after(process, chance.uniform(0, LONGEST_LIFE_SECONDS))}
        books, elapsed = reopen(workspace)
        with books:
            held = imported_numbers(books)
        shutil.rmtree(workspace / "inbox", ignore_errors=True)
        yield acknowledged, held, elapsed


def kill_at_random(workspace: Path, count: int) -> None:
    seed = int(os.environ.get("ZHANGGUI_SEED", random.randrange(2**32)))
    print(f"seed {seed}")
    waits = []
    for acknowledged, held, elapsed in rounds(workspace, random.Random(seed), count):
        assert acknowledged <= held
        waits.append(elapsed)
    waits.sort()
    print(f"{count} kills, {len(held)} imports held; ready p50 {waits[len(waits) // 2]:.2f} s, max {waits[-1]:.2f} s")


def test_killed_at_random_moments(workspace: Path) -> None:
    kill_at_random(workspace, 4)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_two_hundred_times(workspace: Path) -> None:
    kill_at_random(workspace, RANDOM_KILLS)
