"""The whole way, shown twice: on public transactions, and on a simulated seller whose truth is known.

The two are two companies in two workspaces, so that nobody takes the one for the other. The simulated seller's files go
through the ordinary importer, and the books that come of it are compared with what really happened.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhanggui.app.answers import Answer
from zhanggui.app.callers import local_caller
from zhanggui.app.closing import close_books
from zhanggui.app.demo_panel import import_panel, panel_figures
from zhanggui.app.errors import DirectoryNotEmpty
from zhanggui.app.figures import answer_metrics, make_request
from zhanggui.app.importing import ImportOptions, ImportReport, import_paths
from zhanggui.app.people import set_up
from zhanggui.app.proving import Check, prove_books
from zhanggui.app.settings import change_settings
from zhanggui.app.simulating import Order, SimulatedSeller, find_sellers, live, write_world
from zhanggui.app.verdicts import Todo, list_todo
from zhanggui.app.workspace import SETTINGS_NAME, Workspace, create_workspace, read_settings
from zhanggui.kernel.clock import monotonic_seconds, now_utc

if TYPE_CHECKING:
    from zhanggui.shopsim.scenario import Scenario
    from zhanggui.shopsim.world.whole import World

SCENARIO, SEED, DAYS, SCALE = "gift_shop", 1, 120, 0.25
"""Four months, at a size that imports in about a minute."""
OWNER = "demo"
PARTS = ("panel-files", "panel-books", "simulated-seller", "simulated-books")
"""Folders that a demonstration makes in its directory; nothing else there is touched."""
FORMER_PARTS = ("workspace", "public-panel", "synthetic-samples")
LABEL = "·模拟simulated"
"""What is put behind the name of every simulated shop."""

Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Part:
    """One company of the demonstration: its books, what was imported, its figures and what waits."""

    workspace: Path
    imports: tuple[ImportReport, ...]
    figures: tuple[tuple[str, Answer], ...]
    todo: Todo

    def to_json(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "workspace": str(self.workspace),
            "imports": [report.to_json() for report in self.imports],
            "figures": {title: answer.to_json() for title, answer in self.figures},
            "todo": self.todo.to_json(),
        }


@dataclass(frozen=True)
class PlantedEvent:
    """Something that was planted, and what it really cost in the company's currency."""

    kind: str
    from_on: date
    shop: str
    cost_minor: int
    currency: str


@dataclass(frozen=True)
class Demonstration:
    """What the demonstration shows."""

    panel: Part
    seller: Part
    simulated: SimulatedSeller
    checks: tuple[Check, ...]
    events: tuple[PlantedEvent, ...]
    password: str
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def is_true(self) -> bool:
        """Whether the books equal the truth."""
        return not any(check.different for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "panel": self.panel.to_json(),
            "seller": {**self.seller.to_json(), "simulated": self.simulated.to_json()},
            "truth": [vars(check) for check in self.checks],
            "events": [{**vars(event), "from_on": event.from_on.isoformat()} for event in self.events],
            "owner": {"name": OWNER, "password": self.password},
            "seconds": {name: round(value, 1) for name, value in self.seconds.items()},
        }


def run_demo(directory: Path, told: Told = lambda *_: None, order: Order | None = None) -> Demonstration:
    """Make everything anew in this directory; raises DemoDataMissing, and DirectoryNotEmpty over what is not a demo."""
    home = directory.expanduser().resolve()
    clear(home)
    seconds: dict[str, float] = {}
    with _timed(seconds, "panel"):
        panel = _show_panel(home, told)
    with _timed(seconds, "simulate"):
        world, simulated = _write_seller(home / "simulated-seller", order or Order(SCENARIO, SEED, DAYS, SCALE), told)
    workspace = create_workspace(home / "simulated-books", read_settings(simulated.directory / SETTINGS_NAME))
    with _timed(seconds, "import"):
        report = import_paths(workspace, [simulated.directory / "files"], ImportOptions(), told)
    with _timed(seconds, "prove"):
        told("proving", 0, 1)
        checks = prove_books(world, workspace)
    with _timed(seconds, "close"):
        close_books(workspace, simulated.as_of, told)
        seller = Part(workspace.root, (report,), tuple(_seller_figures(workspace, simulated)), list_todo(workspace))
    password = _let_owner_in(workspace)
    return Demonstration(panel, seller, simulated, tuple(checks), tuple(_events(world)), password, seconds)


@contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    started = monotonic_seconds()
    yield
    seconds[name] = monotonic_seconds() - started


def clear(directory: Path) -> None:
    """Take away what an earlier demonstration made, and nothing else; raises DirectoryNotEmpty over what is none."""
    if not directory.exists() or not any(directory.iterdir()):
        return
    if not any((directory / name).is_dir() for name in (*PARTS, *FORMER_PARTS)):
        raise DirectoryNotEmpty(directory=str(directory))
    for name in (*PARTS, *FORMER_PARTS):
        shutil.rmtree(directory / name, ignore_errors=True)


def _show_panel(home: Path, told: Told) -> Part:
    workspace, reports = import_panel(home / "panel-files", home / "panel-books", told)
    return Part(workspace.root, tuple(reports), tuple(panel_figures(workspace)), list_todo(workspace))


def labelled(scenario: Scenario) -> Scenario:
    """The scenario with every name saying, in both languages, that it is simulated."""
    shops = tuple(replace(shop, code=shop.code + LABEL, name=shop.name + LABEL) for shop in scenario.shops)
    events = tuple(replace(event, shop=event.shop and event.shop + LABEL) for event in scenario.events)
    company = replace(scenario.company, name=f"{scenario.company.name}（模拟 simulated）")
    return replace(scenario, company=company, shops=shops, events=events)


def gathered(scenario: Scenario, days: int) -> Scenario:
    """The scenario with all that is planted in its year gathered, in the same order, into the days that are shown."""
    share = days / scenario.company.days
    events = tuple(
        replace(event, day=int(event.day * share), days=max(2, int(event.days * share))) for event in scenario.events
    )
    return replace(scenario, events=events)


def _write_seller(directory: Path, order: Order, told: Told) -> tuple[World, SimulatedSeller]:
    scenario = find_sellers(order)[0]
    world = live(labelled(gathered(scenario, order.days or scenario.company.days)), order, told)
    return world, write_world(world, directory, told)


def _seller_figures(workspace: Workspace, seller: SimulatedSeller) -> list[tuple[str, Answer]]:
    names = ("paid_orders", "paid_amount", "channel_share", "aov", "platform_fees")
    days = (seller.first_on, seller.last_on)
    by_channel = make_request(names, ("channel",), None, *days, {}, None)
    return [("key_figures", answer_metrics(workspace, by_channel))]


def _let_owner_in(workspace: Workspace) -> str:
    """An owner with a password drawn anew, and no close in the morning: the demonstration's day stands still."""
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    set_up(workspace, OWNER, password, now_utc())
    change_settings(workspace, local_caller("demo"), {"close_at": ""})
    return password


def _events(world: World) -> Iterator[PlantedEvent]:
    told = world.chronicle.columns("events")
    columns = ("kind", "from_on", "shop", "cost_minor", "currency")
    for kind, from_on, shop, cost, currency in zip(*(told[name].tolist() for name in columns), strict=True):
        yield PlantedEvent(kind, from_on, shop, cost, currency)
