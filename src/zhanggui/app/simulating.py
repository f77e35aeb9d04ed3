"""Sellers made to order: a scenario is lived and written into a directory that is whole or not there at all.

What is written lies beside its place under another name first, and an earlier simulation gives way only when the new one
is complete. Anything else that lies there is left alone and refused.
"""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhanggui.app.errors import DirectoryNotEmpty, ParameterInvalid, TooManySimulations
from zhanggui.app.workspace import Workspace
from zhanggui.kernel.limits import MAX_KEPT_SIMULATIONS, MAX_SERVED_SIMULATION_DAYS, MAX_SIMULATION_SCALE

if TYPE_CHECKING:
    from zhanggui.shopsim.scenario import Scenario
    from zhanggui.shopsim.world.whole import World

LABEL = "SIMULATED.txt"
"""The file by which a simulation is known for one."""

Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Order:
    """What is to be simulated; what is not given is the scenario's own."""

    scenario: str
    """A shipped scenario, or the path of a YAML file."""
    seed: int = 1
    days: int | None = None
    scale: float | None = None
    sellers: int = 1
    """How many of a template's sellers; a scenario that is no template has one."""


@dataclass(frozen=True)
class SimulatedSeller:
    """One seller that was written: where, what it has, and what its trade came to in minor units of its currency."""

    directory: Path
    company: str
    currency: str
    shops: tuple[str, ...]
    first_on: date
    last_on: date
    file_count: int
    counts: Mapping[str, int]
    """Orders, lines, refunds, parcels and labelled events."""
    final_profit_minor: int

    @property
    def as_of(self) -> date:
        """The day after the last, as of which its books are closed."""
        return self.last_on + timedelta(days=1)

    def to_json(self) -> dict[str, Any]:
        """The same for a program."""
        days = {"from": self.first_on.isoformat(), "to": self.last_on.isoformat(), "as_of": self.as_of.isoformat()}
        return {
            "directory": str(self.directory),
            "company": self.company,
            "currency": self.currency,
            "shops": list(self.shops),
            **days,
            "files": self.file_count,
            **self.counts,
            "final_profit_minor": self.final_profit_minor,
        }


_COUNTED = ("orders", "lines", "refunds", "parcels", "events")


def list_scenarios() -> list[dict[str, Any]]:
    """The shipped scenarios: name, company, channels, days, how many sellers."""
    from zhanggui.shopsim.scenario import load_scenario, shipped_scenarios

    told = [load_scenario(name) for name in shipped_scenarios()]
    return [
        {
            "name": one.name,
            "company": one.company.name,
            "channels": [shop.channel for shop in one.shops],
            "days": one.company.days,
            "sellers": one.sellers,
        }
        for one in told
    ]


def simulate_sellers(directory: Path, order: Order, told: Told = lambda *_: None) -> list[SimulatedSeller]:
    """Write a seller into the directory, or several into folders below it, each beside its truth.

    Raises ScenarioUnknown, ScenarioInvalid, ParameterInvalid, DirectoryNotEmpty.
    """
    scenarios = find_sellers(order)
    with replacing_simulation(directory) as unfinished:
        if len(scenarios) == 1:
            return [_placed(write_world(live(scenarios[0], order, told), unfinished, told), directory)]
        written = []
        for place, scenario in enumerate(scenarios):
            told("sellers", place, len(scenarios))
            seller = write_world(live(scenario, order), unfinished / scenario.name)
            written.append(_placed(seller, directory / scenario.name))
        (unfinished / LABEL).write_text(_label_of(order, len(scenarios)), "utf-8")
        return written


def find_sellers(order: Order) -> list[Scenario]:
    """The sellers that an order means; raises ScenarioUnknown, ScenarioInvalid, ParameterInvalid."""
    from zhanggui.shopsim.scenario import load_scenario, sellers

    scenario = load_scenario(order.scenario)
    _check(order, scenario)
    if order.scale is not None:
        scenario = replace(scenario, scale=order.scale)
    return sellers(scenario, order.seed)[: order.sellers]


def _check(order: Order, scenario: Scenario) -> None:
    from zhanggui.shopsim.scenario import MAX_DAYS

    most = {"days": (order.days, MAX_DAYS), "sellers": (order.sellers, scenario.sellers)}
    for name, (value, limit) in most.items():
        if value is not None and not 1 <= value <= limit:
            raise ParameterInvalid(parameter=name, value=str(value), kind=f"1–{limit}")
    if order.scale is not None and not 0 < order.scale <= MAX_SIMULATION_SCALE:
        raise ParameterInvalid(parameter="scale", value=str(order.scale), kind=f"0–{MAX_SIMULATION_SCALE}")


def live(scenario: Scenario, order: Order, told: Told = lambda *_: None) -> World:
    """Live a seller's days."""
    from zhanggui.shopsim.days import simulate

    return simulate(scenario, order.seed, order.days, told=lambda done, total: told("living", done, total))


def write_world(world: World, directory: Path, told: Told = lambda *_: None) -> SimulatedSeller:
    """Write a world's files and its truth; gives what was written."""
    from zhanggui.shopsim.simulated import write_seller

    told("writing", 0, 1)
    files = write_seller(world, directory)
    told("writing", 1, 1)
    return SimulatedSeller(
        directory=directory,
        company=world.scenario.company.name,
        currency=world.scenario.company.currency,
        shops=tuple(shop.code for shop in world.shops),
        first_on=_day(world, 0),
        last_on=_day(world, world.day_count - 1),
        file_count=len(files),
        counts={name: world.chronicle.table(name).num_rows for name in _COUNTED},
        final_profit_minor=world.money["final_profit_minor"],
    )


def _day(world: World, index: int) -> date:
    return date.fromisoformat(str(world.day(index)))


def _placed(seller: SimulatedSeller, directory: Path) -> SimulatedSeller:
    return replace(seller, directory=directory)


def _label_of(order: Order, count: int) -> str:
    return (
        "模拟数据：以下文件夹均由掌柜的模拟器生成，并无其人其事。\n"
        "Simulated data: the sellers in the folders below are made up by Zhanggui's simulator.\n"
        f"scenario = {Path(order.scenario).stem}\nseed = {order.seed}\nsellers = {count}\n"
    )


@contextmanager
def replacing_simulation(directory: Path) -> Iterator[Path]:
    """A folder beside `directory` to write into; it takes the place of what is there when the block ends well.

    Raises DirectoryNotEmpty where something lies that is no simulation, or books were made of one.
    """
    place = directory.expanduser().resolve()
    check_place(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_name(f".{place.name}.{secrets.token_hex(6)}")
    try:
        yield unfinished
        _swap(unfinished, place)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def check_place(directory: Path) -> None:
    """Raises DirectoryNotEmpty unless there is nothing, an empty folder, or an earlier simulation."""
    if not directory.exists():
        return
    has_books = (directory / "secret.key").exists()
    if not directory.is_dir() or has_books or (any(directory.iterdir()) and not (directory / LABEL).is_file()):
        raise DirectoryNotEmpty(directory=str(directory))


def _swap(unfinished: Path, place: Path) -> None:
    """Put the new in the place of the old; between the two names there is nothing, and never half of either."""
    former = place.with_name(f".{place.name}.{secrets.token_hex(6)}")
    if place.exists():
        place.rename(former)
    unfinished.rename(place)
    shutil.rmtree(former, ignore_errors=True)


# what is kept inside a workspace -----------------------------------------------------------------------------

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def simulate_inside(
    workspace: Workspace, order: Order, name: str | None, told: Told = lambda *_: None
) -> dict[str, Any]:
    """Write a seller into the workspace's own area under a name; whoever asks over the network chooses no path.

    Raises ScenarioUnknown, ParameterInvalid, TooManySimulations.
    """
    from zhanggui.shopsim.scenario import ScenarioUnknown, shipped_scenarios

    if order.scenario not in shipped_scenarios():  # a path would read what lies on the server
        raise ScenarioUnknown(name=order.scenario[:80], known=", ".join(shipped_scenarios()))
    if order.days is None or order.days > MAX_SERVED_SIMULATION_DAYS:
        raise ParameterInvalid(parameter="days", value=str(order.days), kind=f"1–{MAX_SERVED_SIMULATION_DAYS}")
    kept = name or f"{order.scenario}-{order.seed}"
    if not _NAME.fullmatch(kept):
        raise ParameterInvalid(parameter="name", value=kept[:100], kind=_NAME.pattern)
    area = workspace.root / "simulations"
    there = {path.name for path in area.iterdir() if not path.name.startswith(".")} if area.is_dir() else set()
    if kept not in there and len(there) >= MAX_KEPT_SIMULATIONS:
        raise TooManySimulations(most=MAX_KEPT_SIMULATIONS)
    [seller] = simulate_sellers(area / kept, order, told)
    return {**seller.to_json(), "name": kept, "directory": f"simulations/{kept}"}


# canonical tables at scale -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class CanonicalOrder:
    """Tables of the books' own language for so many order lines over so many sellers."""

    lines: int | None = None
    sellers: int | None = None
    processes: int = 0


def write_canonical_tables(
    directory: Path, order: Order, size: CanonicalOrder, told: Told = lambda *_: None
) -> dict[str, Any]:
    """Write canonical Parquet; raises ScenarioUnknown, ScenarioInvalid and the refusal of a directory with something in it."""
    from zhanggui.shopsim.scale import write_canonical
    from zhanggui.shopsim.scenario import load_scenario

    scenario = load_scenario(order.scenario)
    written = write_canonical(
        scenario,
        order.seed,
        directory,
        order_lines=size.lines,
        sellers=size.sellers,
        days=order.days,
        processes=size.processes,
        told=lambda lines: told("lines", lines, size.lines or 0),
    )
    return {
        "directory": str(written.directory),
        "tables": dict(written.counts),
        "sellers": written.sellers,
        "bytes": written.bytes,
        "seconds": round(written.seconds, 1),
    }
