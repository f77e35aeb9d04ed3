"""Commands measured as whole processes: seconds on the clock, and the peak resident memory of their whole tree."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Measured:
    """One finished command."""

    seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Row:
    """One contestant in a result."""

    name: str
    seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Result:
    """One comparison: its contestants and the ratios that the targets speak of."""

    title: str
    rows: Sequence[Row]
    ratios: Sequence[tuple[str, float]]

    def to_markdown(self) -> str:
        """The comparison as it stands in docs/benchmarks.md."""
        lines = [f"### {self.title}", "", "| | seconds | peak memory |", "|---|---:|---:|"]
        lines += [f"| {row.name} | {row.seconds:.2f} | {row.peak_bytes / (1 << 20):,.0f} MiB |" for row in self.rows]
        lines += ["", *(f"- {name}: **{value:.2f}**" for name, value in self.ratios), ""]
        return "\n".join(lines)


@dataclass(frozen=True)
class Table:
    """Figures that are not one comparison: named columns, rows of texts, and what the targets speak of."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    facts: Sequence[tuple[str, float]]

    def to_markdown(self) -> str:
        """The figures as they stand in docs/benchmarks.md."""
        lines = [f"### {self.title}", "", f"| {' | '.join(self.heads)} |", f"|---|{'---:|' * (len(self.heads) - 1)}"]
        lines += [f"| {' | '.join(row)} |" for row in self.rows]
        lines += ["", *(f"- {name}: **{value:,.2f}**" for name, value in self.facts), ""]
        return "\n".join(lines)


def run_command(command: Sequence[str]) -> Measured:
    """Run a command to its end; raises CalledProcessError when it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        peak = max(peak, _resident(watched))
        time.sleep(_POLL_SECONDS)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Measured(seconds, peak)


def _resident(root: psutil.Process) -> int:
    """Resident bytes of the whole tree of processes, shared pages counted once for each."""
    try:
        return sum(one.memory_info().rss for one in [root, *root.children(recursive=True)])
    except psutil.NoSuchProcess:
        return 0
