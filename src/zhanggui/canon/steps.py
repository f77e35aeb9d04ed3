"""A step of the close: a pure function with declared reads and writes, run in the order these imply."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from zhanggui.kernel.errors import Fault


class StepsWrong(Fault):
    """The steps cannot be ordered: two write one table, or they wait for each other."""

    code = "steps_wrong"


@dataclass(frozen=True)
class Step:
    """`run` takes the tables of `reads` in that order, then policy and as_of by name; gives the table `writes`."""

    name: str
    reads: tuple[str, ...]
    writes: str
    run: Callable[..., Any]
    per: tuple[str, ...] = ()

    def __call__(self, *tables: Any, **named: Any) -> Any:
        """Run the function itself."""
        return self.run(*tables, **named)


STEPS: dict[str, Step] = {}
"""Every step declared so far, by the table it writes."""


def step(*, reads: Sequence[str], writes: str, per: Sequence[str] = ()) -> Callable[[Callable[..., Any]], Step]:
    """Declare a step; with `per`, the function maps Arrow partitions cut by those columns."""

    def declare(run: Callable[..., Any]) -> Step:
        declared = Step(run.__name__, tuple(reads), writes, run, tuple(per))
        known = STEPS.get(writes)
        if known is not None and known.run.__qualname__ != run.__qualname__:
            raise StepsWrong(table=writes, steps=[known.name, declared.name])
        STEPS[writes] = declared
        return declared

    return declare


def order_steps(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Every step after the steps whose tables it reads; ties in order of table name. Raises StepsWrong."""
    by_table: dict[str, Step] = {}
    for declared in steps:
        if declared.writes in by_table:
            raise StepsWrong(table=declared.writes, steps=[by_table[declared.writes].name, declared.name])
        by_table[declared.writes] = declared
    waits = {name: sorted(set(by_table[name].reads) & by_table.keys()) for name in sorted(by_table)}
    return tuple(by_table[name] for name in _sorted(waits))


def _sorted(waits: dict[str, list[str]]) -> list[str]:
    sorter = TopologicalSorter(waits)
    try:
        sorter.prepare()
    except CycleError as wrong:
        raise StepsWrong(cycle=list(wrong.args[1])) from None
    ordered: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered += ready
        sorter.done(*ready)
    return ordered
