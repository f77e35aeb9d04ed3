"""Canonical tables by the hundred million rows: groups of sellers, month by month, each group by one process.

DIR/<table>/<YYYY-MM>/sellers-00001-00050.parquet     orders, order_lines and refunds by the month of the order,
                                                      settlement_lines and payouts by the month of booking
DIR/<table>/standing/sellers-00001-00050.parquet      shops, payment_accounts, skus, listings, cost_prices
DIR/SIMULATED.txt                                     that nobody in it exists

What stands in a file depends on scenario, seed, sellers, days and lines alone: neither on the number of processes nor on
the machine. A seller's rows do not depend on who else is in its group.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from zhanggui.kernel.errors import UsageRefusal
from zhanggui.shopsim.scale.claims import draw_claims, tell_states
from zhanggui.shopsim.scale.files import write_table
from zhanggui.shopsim.scale.ledgers import Ledger
from zhanggui.shopsim.scale.orders import draw_period
from zhanggui.shopsim.scale.periods import Period, clock, cut_periods
from zhanggui.shopsim.scale.sellers import Group, draw_sellers, expected_lines, gather_group
from zhanggui.shopsim.scale.standing import tell_standing
from zhanggui.shopsim.scale.tables import Tables, Writer
from zhanggui.shopsim.scenario import Scenario

LINES_AT_ONCE = 60_000
"""Order lines of a group and period: what keeps the arrays in memory small and the columns long."""
MOST_PARTS = 28
LABEL = "SIMULATED.txt"
_LABEL = """模拟数据：本目录由掌柜的模拟器生成，店铺、买家、订单与金额均为虚构。
Simulated data: the shops, buyers, orders and amounts in this folder are made up by Zhanggui's simulator.
scenario = {scenario}
seed = {seed}
sellers = {sellers}
days = {days}
"""


class ScaleTargetNotEmpty(UsageRefusal):
    """The directory holds something already; the field is `directory`."""

    code = "scale_target_not_empty"


@dataclass(frozen=True)
class Written:
    """What was written: rows by table, sellers, bytes of all files, seconds."""

    directory: Path
    counts: dict[str, int]
    sellers: int
    bytes: int
    seconds: float

    @property
    def order_lines(self) -> int:
        """Order lines, by which size is counted."""
        return self.counts["order_lines"]


@dataclass(frozen=True)
class _Task:
    """One group as it is sent to a process."""

    template: Scenario
    drawn: tuple[Scenario, ...]
    first: int
    seed: int
    factor: float
    parts: int
    directory: Path


def write_canonical(
    scenario: Scenario,
    seed: int,
    directory: Path,
    *,
    order_lines: int | None = None,
    sellers: int | None = None,
    days: int | None = None,
    processes: int = 0,
    told: Callable[[int], None] | None = None,
) -> Written:
    """Write the canonical tables of many sellers as Parquet.

    Demand is scaled so that about `order_lines` are expected (none: as the scenario declares). `sellers` are drawn from
    the scenario as a template (none: as many as it says), `processes` 0 is one for each core. `told` is called with the
    order lines written so far.

    Raises:
        ScaleTargetNotEmpty: the directory is not empty.
    """
    started = time.perf_counter()
    if directory.exists() and any(directory.iterdir()):
        raise ScaleTargetNotEmpty(directory=str(directory))
    template = replace(scenario, company=replace(scenario.company, days=days or scenario.company.days))
    tasks = list(_cut_groups(template, seed, directory, order_lines, sellers))
    counts: Counter[str] = Counter()
    size = 0
    for rows, written in _carry_out(tasks, processes or os.cpu_count() or 1):
        counts.update(rows)
        size += written
        if told is not None:
            told(counts["order_lines"])
    count = sum(len(task.drawn) for task in tasks)
    told_days = template.company.days
    label = _LABEL.format(scenario=scenario.name, seed=seed, sellers=count, days=told_days)
    (directory / LABEL).write_text(label, "utf-8")
    return Written(directory, dict(sorted(counts.items())), count, size, time.perf_counter() - started)


def _carry_out(tasks: list[_Task], processes: int) -> Iterator[tuple[Counter[str], int]]:
    """The groups' rows and bytes, as they are finished."""
    if processes == 1 or len(tasks) == 1:
        yield from (_write_group(task) for task in tasks)
        return
    with ProcessPoolExecutor(min(processes, len(tasks)), mp_context=get_context("spawn")) as pool:
        for done in as_completed([pool.submit(_write_group, task) for task in tasks]):
            yield done.result()


def _cut_groups(
    template: Scenario, seed: int, directory: Path, order_lines: int | None, count: int | None
) -> Iterator[_Task]:  # fmt: skip
    """Sellers in groups of about as many lines a month as are written at once."""
    drawn = draw_sellers(template, seed, count)
    days = template.company.days
    expected = [expected_lines(seller, days) for seller in drawn]
    factor = order_lines / sum(expected) if order_lines else 1.0
    monthly = np.array(expected) * factor * min(1.0, 30 / days)
    parts = int(np.clip(np.ceil(monthly.max() / LINES_AT_ONCE / 2), 1, MOST_PARTS))
    room = LINES_AT_ONCE * parts
    first, held = 0, 0.0
    for place, lines in enumerate(monthly.tolist()):
        if held and held + lines > room:
            yield _Task(template, tuple(drawn[first:place]), first + 1, seed, factor, parts, directory)
            first, held = place, 0.0
        held += lines
    yield _Task(template, tuple(drawn[first:]), first + 1, seed, factor, parts, directory)


def _write_group(task: _Task) -> tuple[Counter[str], int]:
    """Write all periods of a group in order; the rows by table and the bytes."""
    group = gather_group(task.template, task.drawn, task.first, task.seed, task.factor)
    company = task.template.company
    writer = Writer(group, _day_number(company.started_on), _ends(group))
    counts: Counter[str] = Counter()
    size = _save(tell_standing(writer), task.directory, "standing", _name(group), counts)
    ledger = Ledger(group)
    for period in cut_periods(company.started_on, company.days, task.parts):
        name = _name(group) + (f"-{period.part + 1}" if task.parts > 1 else "")
        size += _save(_tell_period(writer, ledger, period), task.directory, period.month, name, counts)
    return counts, size


def _tell_period(writer: Writer, ledger: Ledger, period: Period) -> Tables:
    drawn = draw_period(writer.group, period)
    claims = draw_claims(writer.group, drawn)
    tell_states(drawn, claims, writer.ended_at)
    named = writer.name_rows(period, drawn, claims)
    told = {
        "orders": writer.tell_orders(drawn, named),
        "order_lines": writer.tell_lines(drawn, named),
        "refunds": writer.tell_refunds(drawn, claims, named),
    }
    entries, payouts = ledger.post(period, drawn, claims, named)
    told["settlement_lines"] = writer.tell_entries(period, ledger, entries)
    told["payouts"] = writer.tell_payouts(ledger, drawn, payouts)
    return told


def _save(tables: Tables, directory: Path, folder: str, name: str, counts: Counter[str]) -> int:
    size = 0
    for table, rows in tables.items():
        counts[table] += rows.num_rows
        size += write_table(rows, directory / table / folder / f"{name}.parquet")
    return size


def _name(group: Group) -> str:
    return f"sellers-{group.first:05d}-{group.last:05d}"


def _day_number(on: date) -> int:
    return on.toordinal() - date(1970, 1, 1).toordinal()


def _ends(group: Group) -> np.ndarray:
    """[shop] UTC seconds of the midnight after the last day."""
    company = group.company.company
    return np.array([
        clock(each.shop.timezone, company.started_on, company.days).midnights[company.days] for each in group.shops
    ])  # fmt: skip
