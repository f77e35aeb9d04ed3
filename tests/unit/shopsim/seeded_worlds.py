"""Small worlds of all scenarios on disk and the digests of their files: run as a program, to compare processes and machines.

`python -m tests.unit.shopsim.seeded_worlds DIR SEED` writes every shipped scenario for some days and a few sellers of the
canonical tables, and prints one digest for each file, then the one that `pinned_world.txt` holds. After a change that is
meant to change what is simulated or written, put the new last line there.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from zhanggui.shopsim.days import simulate
from zhanggui.shopsim.scale import write_canonical
from zhanggui.shopsim.scenario import Scenario, load_scenario, sellers
from zhanggui.shopsim.simulated import write_seller

NAMES = ("gift_shop", "cross_border_home", "fruit_farm", "service_centre")
DAYS, SCALE, GOODS = 14, 0.05, 8
PINNED = Path(__file__).with_name("pinned_world.txt")
TEXTS = (".csv", ".txt", ".toml", ".xml")
"""Files whose bytes are our own; containers (Parquet, workbooks, archives) are made by libraries with versions."""


def small(name: str, seed: int) -> Scenario:
    """A shipped scenario with few goods and little demand; of the service centre, its first seller."""
    told = sellers(load_scenario(name), seed)[0]
    categories = tuple(replace(each, products=GOODS) for each in told.categories)
    return replace(told, categories=categories, scale=SCALE, company=replace(told.company, days=30))


def write_worlds(directory: Path, seed: int) -> dict[str, str]:
    """Write them all; digests by path."""
    for name in NAMES:
        write_seller(simulate(small(name, seed), seed, DAYS), directory / name)
    write_canonical(
        load_scenario("service_centre"), seed, directory / "scale", order_lines=1500, sellers=4, days=35, processes=1
    )
    return digests(directory)


def digests(directory: Path) -> dict[str, str]:
    """SHA-256 of every file by its path."""
    return {
        path.relative_to(directory).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def pin(directory: Path, told: dict[str, str]) -> str:
    """One digest of all text files, and of the values in the canonical tables row by row."""
    lines = [f"{digest} {path}" for path, digest in told.items() if path.endswith(TEXTS)]
    for path in sorted((directory / "scale").rglob("*.parquet")):
        rows = pq.read_table(path).to_pylist()
        lines += [str(path.relative_to(directory).as_posix()), *(repr(list(row.values())) for row in rows)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


if __name__ == "__main__":
    written = write_worlds(Path(sys.argv[1]), int(sys.argv[2]))
    for name, told_digest in written.items():
        print(told_digest, name)
    print(pin(Path(sys.argv[1]), written))
