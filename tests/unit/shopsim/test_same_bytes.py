"""The same seed is the same bytes: whatever the process, the threads, the hash seed, the zone, the locale, the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.shopsim.seeded_worlds import NAMES, PINNED, digests, small
from zhanggui.shopsim.days import simulate
from zhanggui.shopsim.simulated import write_seller

ROOT = Path(__file__).parents[3]
SEED = 5

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS", "ARROW_IO_THREADS")

ELSEWHERE: tuple[dict[str, str], ...] = (
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C", **dict.fromkeys(THREADS, "1")},
    {"PYTHONHASHSEED": "4242", "TZ": "America/Los_Angeles", "LC_ALL": "C.UTF-8", **dict.fromkeys(THREADS, "2")},
)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """What two processes in different surroundings print: a digest for each file, and the one that is pinned."""
    folders = [tmp_path_factory.mktemp(f"process{place}") for place in range(len(ELSEWHERE))]
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.unit.shopsim.seeded_worlds", str(folder / "out"), str(SEED)],
            env={**os.environ, **surroundings}, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )
        for folder, surroundings in zip(folders, ELSEWHERE, strict=True)
    ]  # fmt: skip
    told = [process.communicate(timeout=120)[0].splitlines() for process in started]
    assert [process.returncode for process in started] == [0, 0]
    return told


def test_every_file_has_the_same_bytes_in_every_process(printed: list[list[str]]) -> None:
    one, other = printed
    assert one == other
    for name in (*NAMES, "scale"):
        assert sum(f" {name}/" in line for line in one) > 10, name


def test_every_machine_writes_the_pinned_world(printed: list[list[str]]) -> None:
    """Text files byte by byte and canonical tables value by value; after an intended change see seeded_worlds."""
    assert printed[0][-1] == PINNED.read_text("ascii").strip()


@pytest.mark.parametrize("name", NAMES)
def test_another_seed_is_another_seller(tmp_path: Path, name: str) -> None:
    """No file of the platforms has the bytes of any file of the other seller."""
    for seed in (1, 2):
        write_seller(simulate(small(name, seed), seed, 2), tmp_path / str(seed))
    one, other = (digests(tmp_path / str(seed)) for seed in (1, 2))
    assert not {told for path, told in one.items() if path.startswith("files/")} & set(other.values())
