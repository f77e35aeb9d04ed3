"""The console under twenty people: Today, Performance and the lists over 20 million order lines while files come in.

`zhanggui serve` runs on the workspace of `console_books`. Twenty signed-in people each open a page, look at it for one
to three seconds, open the next. What they open is drawn with a fixed seed: Today as it is, Performance with other metrics,
dimensions, periods, comparisons and filters each time, lists with other orders, searches and pages; one page in a
hundred asks for what no aggregate holds (buyers, every article) and is told by itself. Meanwhile item
reports are imported through the server, one after another; every import publishes a generation, so that no answer kept
before it counts any more. Server time is what the server itself says of each request (`Server-Timing`), from its
arrival to the beginning of the answer; client time stands beside it. Targets: p95 of Today and Performance at most
300 ms of server time, no errors.

Baseline in the same run, on the quiet machine before the people come: a sample of the same questions as hand-written
SQL on the facts, without aggregates, summaries or kept answers, one at a time.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.baselines.console_by_hand import QUESTIONS_BY_HAND
from bench.console_books import PASSWORD, PEOPLE, make_workspace
from bench.import_exports import write_text
from bench.processes import Result, Table

LINES = 20_000_000
PEOPLE_SECONDS = 50.0
WARM_UP_SECONDS = (
    10.0  # of people at work before their requests count: the answers kept are then those of a running day
)
THINKING_SECONDS = (1.0, 3.0)
FILE_LINES = 100_000
ROUNDS = 1  # of each question by hand: its figure only has to show an order of magnitude
TARGET_SECONDS = 0.3
KEPT_VARIABLE = "ZHANGGUI_BENCH_BOOKS"  # a directory for the books, made once and used again

_ORDERS = b'"=""351500'  # how every order number of the written files begins
_TIMING = re.compile(r"(\w+);(?:dur=([\d.]+)|desc=(\w+))")

Request = tuple[str, str, dict[str, Any]]
"""Its name in the report, its address, its parameters."""

METRICS = (
    "paid_amount", "paid_orders", "gmv", "orders", "units", "aov", "net_sales", "refunds_by_payment", "refund_rate_amount",
    "gross_profit", "gross_margin", "total_fees", "take_rate", "net_settlement", "cancellation_rate",
)  # fmt: skip
_SALES = ("units", "product_sales", "cost_of_goods", "gross_margin", "price_per_unit")
"""What can be cut by article and category."""

SPANS = (
    {}, {"from": "2026-12-01", "to": "2026-12-30"}, {"from": "2026-10-01", "to": "2026-12-31"},
    {"from": "2026-01-01", "to": "2026-12-31"}, {"from": "2026-11-01", "to": "2026-11-30"},
)  # fmt: skip
CHANNELS = ("taobao", "tmall", "jd", "pdd", "douyin", "kuaishou", "xhs", "amazon", "shopify", "shopee", "lazada")


@dataclass(frozen=True)
class Seen:
    """One answered request."""

    page: str
    name: str
    server: float
    client: float
    how: str
    status: int


@dataclass
class Watch:
    """What the people of one run saw."""

    seen: list[Seen] = field(default_factory=list)
    pages: list[tuple[str, float, float]] = field(default_factory=list)
    begins_at: float = 0.0
    imports: list[float] = field(default_factory=list)
    generations: set[str] = field(default_factory=set)


def today(_: random.Random) -> list[Request]:
    """What the page Today asks for."""
    return [
        ("todo", "/todo", {"size": 30}),
        ("key_figures", "/questions/key_figures", {}),
        ("late_data", "/questions/late_data", {}),
        ("jobs", "/jobs", {}),
    ]


def performance(draw: random.Random) -> list[Request]:
    """The page Performance: a third of the time as it opens, else with other figures, cuts and periods."""
    if draw.random() < 0.34:
        opened = {"names": "paid_amount,paid_orders", "by": "channel", "grain": "month"}
        return [("metrics, default view", "/metrics", opened), _VIEWS]
    is_fine = draw.random() < 0.25
    by = draw.choice(("category", "channel,category") if is_fine else ("channel", "shop", "channel,shop", ""))
    names = draw.sample(_SALES if is_fine else METRICS, draw.randint(1, 3))
    grain = draw.choice(("day", "week", "month", "month", ""))
    return [("metrics by category" if is_fine else "metrics", "/metrics", _asked(draw, names, by, grain)), _VIEWS]


def from_facts(draw: random.Random) -> list[Request]:
    """Performance with what no aggregate holds: buyers, which cannot be added up, and a hundred thousand articles."""
    if draw.random() < 0.5:
        asked = _asked(draw, ["buyers", "repeat_rate"], draw.choice(("channel", "")), "month")
        return [("metrics with buyers", "/metrics", asked), _VIEWS]
    return [("metrics by article", "/metrics", _asked(draw, draw.sample(_SALES, 2), "sku", "")), _VIEWS]


def _asked(draw: random.Random, names: Sequence[str], by: str, grain: str) -> dict[str, str]:
    asked = {"names": ",".join(names), "by": by, "grain": grain, **draw.choice(SPANS)}
    if grain or "from" in asked:
        asked["compare"] = draw.choice(("", "", "previous", "year"))
    if draw.random() < 0.3:
        asked["where"] = f"channel:{draw.choice(CHANNELS)}"
    return {name: value for name, value in asked.items() if value}


_VIEWS: Request = ("views", "/views", {"page": "performance"})

_LISTS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "products",
        ("-recent_net_amount", "-net_amount", "sku_id", "-margin_rate", "-last_sold_on"),
        ("", "SKU77", "SKU1"),
    ),
    ("customers", ("-paid_amount", "-last_paid_on", "-order_count"), ("",)),
    ("orders", ("-created_on", "-paid_amount", "created_on"), ("", "", "N1234", "N777777")),
)


def lists(draw: random.Random) -> list[Request]:
    """A list in some order, on some page, perhaps of one channel or searched."""
    name, sorts, searches = draw.choice(_LISTS)
    told: dict[str, Any] = {"page": draw.choice((1, 1, 1, 2, 3)), "size": 50, "sort": draw.choice(sorts)}
    told["search"] = draw.choice(searches)
    if draw.random() < 0.3:
        told["channel"] = draw.choice(CHANNELS)
    return [(f"list of {name}", f"/questions/{name}", {key: value for key, value in told.items() if value})]


PAGES = {"Today": today, "Performance": performance, "Lists": lists, "From the facts": from_facts}
_SHARES = (("Today", 0.35), ("Performance", 0.45), ("Lists", 0.19), ("From the facts", 0.01))


async def _ask(client: Any, page: str, request: Request, watch: Watch) -> float:
    name, path, told = request
    began = time.perf_counter()
    answer = await client.get(f"/api/v1{path}", params=told)
    client_seconds = time.perf_counter() - began
    timing = {
        word: (float(spent) / 1000 if spent else said)
        for word, spent, said in _TIMING.findall(answer.headers.get("server-timing", ""))
    }
    server = float(timing.get("server", 0.0))
    if began >= watch.begins_at:
        watch.seen.append(Seen(page, name, server, client_seconds, str(timing.get("answer", "-")), answer.status_code))
        watch.generations.add(answer.headers.get("x-generation", ""))
    return server


async def _person(client: Any, number: int, until: float, watch: Watch) -> None:
    draw = random.Random(number)
    await asyncio.sleep(draw.uniform(0, THINKING_SECONDS[1]))
    while time.perf_counter() < until:
        page = draw.choices([name for name, _ in _SHARES], [share for _, share in _SHARES])[0]
        began = time.perf_counter()
        spent = await asyncio.gather(*(_ask(client, page, one, watch) for one in PAGES[page](draw)))
        if began >= watch.begins_at:
            watch.pages.append((page, max(spent), time.perf_counter() - began))
        await asyncio.sleep(draw.uniform(*THINKING_SECONDS))


def _write_file(path: Path, model: bytes, number: int) -> None:
    """The model's lines as those of other orders: kept books have seen the ones of earlier runs."""
    path.write_bytes(model.replace(_ORDERS, b'"=""%06d' % number))


async def _importing(client: Any, model: bytes, room: Path, until: float, watch: Watch) -> None:
    """Import one file after another, each of other orders, until the people leave."""
    headers = {"X-Zhanggui": "1", "Origin": str(client.base_url).rstrip("/")}
    number = int(time.time()) % 800_000 + 100_000
    while time.perf_counter() < until:
        path = room / f"ExportOrderDetailList2026070818{number % 100:02d}.csv"
        await asyncio.to_thread(_write_file, path, model, number)
        number += 1
        began = time.perf_counter()
        with path.open("rb") as file:
            told = {"shop": "bench", "close": "no"}
            sent = await client.post("/api/v1/files", files={"files": (path.name, file)}, data=told, headers=headers)
        sent.raise_for_status()
        await _ended(client, sent.json()["job"]["job_id"])
        watch.imports.append(time.perf_counter() - began)
        path.unlink()


async def _ended(client: Any, job_id: str) -> None:
    while True:
        job = (await client.get(f"/api/v1/jobs/{job_id}")).json()
        job = job.get("job", job)
        if job["state"] not in ("queued", "running"):
            assert job["state"] == "done" and not job["result"]["exit_code"], job
            return
        await asyncio.sleep(0.5)


async def _crowd(address: str, seconds: float, room: Path) -> Watch:
    import httpx

    clients = [httpx.AsyncClient(base_url=address, timeout=120) for _ in PEOPLE]
    for client, name in zip(clients, PEOPLE, strict=True):
        headers = {"X-Zhanggui": "1", "Origin": address}
        answer = await client.post("/api/v1/session", json={"name": name, "password": PASSWORD}, headers=headers)
        answer.raise_for_status()
    write_text(room / "model.csv", FILE_LINES)
    model = (room / "model.csv").read_bytes()
    begins_at = time.perf_counter() + WARM_UP_SECONDS
    watch, until = Watch(begins_at=begins_at), begins_at + seconds
    importing = asyncio.create_task(_importing(clients[0], model, room, until, watch))
    await asyncio.gather(*(_person(client, number, until, watch) for number, client in enumerate(clients)))
    await importing
    for client in clients:
        await client.aclose()
    return watch


async def _first(address: str) -> list[tuple[str, float, float]]:
    """What the first person after the start waits for, page by page, alone."""
    import httpx

    watch, found = Watch(), []
    async with httpx.AsyncClient(base_url=address, timeout=300) as client:
        headers = {"X-Zhanggui": "1", "Origin": address}
        (
            await client.post("/api/v1/session", json={"name": PEOPLE[0], "password": PASSWORD}, headers=headers)
        ).raise_for_status()
        for turn in ("first", "again"):
            for page in ("Today", "Performance"):
                began = time.perf_counter()
                draw = random.Random(3)  # its first figures are those of the default view
                spent = await asyncio.gather(*(_ask(client, page, one, watch) for one in PAGES[page](draw)))
                found.append((f"{page}, {turn} after the start", max(spent), time.perf_counter() - began))
    return found


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A server on the workspace, ended with the block; gives its address."""
    command = [sys.executable, "-m", "zhanggui.surfaces.cli.main", "-w", str(folder), "serve", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    address = ""
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            address = found.group()
            break
    assert address, "the server said no address"
    _wait_for(address)
    threading.Thread(target=lambda: [sys.stderr.write(line) for line in process.stdout], daemon=True).start()
    try:
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait_for(address: str) -> None:
    """Until the server answers: it says its address before it listens."""
    import httpx

    until = time.perf_counter() + 60
    while True:
        try:
            httpx.get(f"{address}/api/v1/health").raise_for_status()
            return
        except httpx.TransportError:
            assert time.perf_counter() < until, "the server does not answer"
            time.sleep(0.05)


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _line(name: str, server: list[float], client: list[float], kept: str) -> tuple[str, ...]:
    told = [f"{quantile(server, share) * 1000:,.0f}" for share in (0.5, 0.95, 0.99)]
    return (name, f"{len(server):,}", *told, f"{quantile(client, 0.95) * 1000:,.0f}", kept)


_HEADS = ("", "count", "p50", "p95", "p99", "client p95", "kept or shared")


def _by_page(watch: Watch) -> list[tuple[str, ...]]:
    rows = []
    for page in PAGES:
        found = [(server, client) for name, server, client in watch.pages if name == page]
        if not found:
            continue
        rows.append(_line(f"{page}: the slowest request", [one for one, _ in found], [one for _, one in found], ""))
        groups: dict[str, list[Seen]] = defaultdict(list)
        for one in watch.seen:
            if one.page == page:
                groups[one.name].append(one)
        for name, some in sorted(groups.items()):
            how = Counter(one.how for one in some)
            share = (how["kept"] + how["shared"]) / len(some)
            kept = f"{share:.0%}" if how["made"] or how["kept"] else "not kept"
            rows.append(_line(f"– {name}", [one.server for one in some], [one.client for one in some], kept))
    return rows


def _by_hand(folder: Path) -> list[tuple[str, ...]]:
    """Seconds of each question asked by hand from the facts, alone."""
    from zhanggui.warehouse import Warehouse

    rows = []
    with Warehouse.open(folder, read_only=True) as books:
        for name, statement in QUESTIONS_BY_HAND.items():
            spent = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                books.connection.execute(statement).fetchall()
                spent.append(time.perf_counter() - began)
            rows.append((name, f"{min(spent) * 1000:,.0f}"))
    return rows


def run(room: Path, scale: float = 1.0) -> list[Result | Table]:
    """Make the workspace (or use the kept one), ask by hand, then let the people in; `scale` shrinks the books."""
    lines = int(LINES * scale)
    folder = make_workspace(Path(os.environ.get(KEPT_VARIABLE, room / "workspace")), lines)
    by_hand = _by_hand(folder)
    with serving(folder) as address:
        first = asyncio.run(_first(address))
        watch = asyncio.run(_crowd(address, PEOPLE_SECONDS if scale == 1 else PEOPLE_SECONDS / 3, room))
    errors = [one for one in watch.seen if one.status != 200]
    server = {
        page: quantile([spent for name, spent, _ in watch.pages if name == page], 0.95)
        for page in ("Today", "Performance")
    }
    facts = [
        *((f"{page}: p95 of server time, seconds (at most {TARGET_SECONDS})", server[page]) for page in ("Today", "Performance")),
        ("errors (0)", float(len(errors))),
        ("files imported meanwhile", float(len(watch.imports))),
        ("generations seen", float(len(watch.generations - {""}))),
    ]  # fmt: skip
    return [
        Table(f"the console under {len(PEOPLE)} people, {lines:,} order lines, milliseconds", _HEADS, _by_page(watch), facts),
        Table("the first questions after the start, one person, milliseconds", ("", "server", "client"),
              [(name, f"{one * 1000:,.0f}", f"{other * 1000:,.0f}") for name, one, other in first], []),
        Table("the same questions by hand from the facts, alone, milliseconds", ("", "DuckDB"), by_hand, []),
    ]  # fmt: skip
