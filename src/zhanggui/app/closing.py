"""The daily close: every step in the order of its reads and writes, published as one generation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import zhanggui.app.deciding
import zhanggui.app.references
import zhanggui.metrics.aggregates
import zhanggui.metrics.facts
import zhanggui.metrics.summaries  # noqa: F401 - importing the five declares their steps
from zhanggui.app.errors import NothingImported
from zhanggui.app.policies import Policies, read_policies
from zhanggui.app.workspace import Workspace
from zhanggui.canon.steps import STEPS, Step
from zhanggui.kernel.clock import today
from zhanggui.warehouse import Generation, Warehouse

_POLICY_OF = {"fx_daily": "exchange"}


@dataclass(frozen=True)
class Closed:
    """What a close published."""

    generation: int
    as_of: date
    step_count: int


def close_books(
    workspace: Workspace, as_of: date | None = None, told: Callable[[str, int, int], None] = lambda *_: None
) -> Closed:
    """Run every step and publish; raises NothingImported, WarehouseBusy. Without a date: today in the company's zone."""
    day = as_of or today(workspace.settings.timezone)
    steps = tuple(STEPS.values())
    with Warehouse.open(workspace.root) as warehouse:
        if not warehouse.generation():
            raise NothingImported(directory=str(workspace.root))
        done = 0

        def on_step(step: Step) -> None:
            nonlocal done
            done += 1
            told(step.writes, done, len(steps))

        arguments = step_arguments(workspace, warehouse, day)
        generation = warehouse.publish_steps(steps, arguments, closed_as_of=day, on_step=on_step)
    return Closed(generation, day, len(steps))


def step_arguments(workspace: Workspace, warehouse: Warehouse, as_of: date) -> Callable[[Step], Mapping[str, Any]]:
    """What each step is given by name; the generation is known when the first step asks."""
    policies: Policies = read_policies(workspace.settings.policies)
    shared: dict[str, Any] = {
        "as_of": as_of,
        "policies": policies,
        "base_currency": workspace.settings.base_currency,
        "link_verdicts": workspace.books.read_link_verdicts(),
        "bundle_parts": workspace.books.read_bundle_parts(),
    }

    def arguments(step: Step) -> Mapping[str, Any]:
        if "generation" not in shared:  # asked before the first step writes, inside the close's own transaction
            shared["generation"] = warehouse.next_generation()
        policy = getattr(policies, _POLICY_OF[step.writes]) if step.writes in _POLICY_OF else None
        return {**shared, "policy": policy}

    return arguments


def needs_close(workspace: Workspace) -> bool:
    """Whether something was imported after the last close, or nothing was ever closed."""
    with workspace.read_books() as warehouse:
        return is_stale(warehouse.generations())


def is_stale(generations: Sequence[Generation]) -> bool:
    """Whether something was imported after the last close, or nothing was ever closed."""
    closes = [one for one in generations if one.kind == "close"]
    return not closes or any(one.kind == "import" and one.generation > closes[-1].generation for one in generations)
