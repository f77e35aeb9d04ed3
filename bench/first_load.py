"""The console's first load: from opening the address in a browser that has never been here to the first decision on Today.

The server has answered Today before, as it has when a second person comes in the morning; the browser has nothing: a new
context for each of five loads, over the loopback, somebody signed in. What is counted: the time until the first decision
can be read, the bytes as they came over the line, and the requests to any other origin. Targets: a median of at most
1.5 s, at most 600 kB, no request elsewhere.
"""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path
from typing import Any

from bench.console_20m import KEPT_VARIABLE, LINES, serving
from bench.console_books import PASSWORD, PEOPLE, make_workspace
from bench.processes import Table

ROUNDS = 5
BROWSER_VARIABLE = "ZHANGGUI_CHROMIUM"
BROWSER = "/usr/bin/chromium"
FIRST_DECISION = "ol .decision"


def _session(address: str) -> dict[str, str]:
    import httpx

    headers = {"X-Zhanggui": "1", "Origin": address}
    answer = httpx.post(
        f"{address}/api/v1/session", json={"name": PEOPLE[0], "password": PASSWORD}, headers=headers, timeout=60
    )
    answer.raise_for_status()
    return dict(answer.cookies)


def _load(browser: Any, address: str, cookies: dict[str, str]) -> tuple[float, int, int, int]:
    """Seconds, bytes, requests, and requests to other origins of one first load."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    watched, size = context.new_cdp_session(page), [0]
    watched.send("Network.enable")
    watched.on("Network.loadingFinished", lambda event: size.append(int(event["encodedDataLength"])))
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(FIRST_DECISION, timeout=60_000)
    seconds = time.perf_counter() - began
    page.wait_for_timeout(1000)  # what comes after the first decision counts in bytes
    context.close()
    return seconds, sum(size), len(asked), sum(not url.startswith((address, "data:", "blob:")) for url in asked)


def run(room: Path, scale: float = 1.0) -> list[Table]:
    """Measure; `scale` shrinks the books."""
    from playwright.sync_api import sync_playwright

    folder = make_workspace(Path(os.environ.get(KEPT_VARIABLE, room / "workspace")), int(LINES * scale))
    with serving(folder) as address, sync_playwright() as playwright:
        cookies = _session(address)
        path = os.environ.get(BROWSER_VARIABLE, BROWSER)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        _load(browser, address, cookies)  # the server's turn to warm up, and the browser program's
        loads = [_load(browser, address, cookies) for _ in range(ROUNDS)]
        browser.close()
    rows = [
        (f"{number + 1}", f"{one[0]:.2f}", f"{one[1] / 1000:,.0f}", f"{one[2]}") for number, one in enumerate(loads)
    ]
    facts = [
        ("median, seconds (at most 1.5)", statistics.median(one[0] for one in loads)),
        ("bytes over the line, kB (at most 600)", max(one[1] for one in loads) / 1000),
        ("requests to other origins (0)", float(sum(one[3] for one in loads))),
    ]
    return [Table("first load of Today", ("load", "seconds", "kB", "requests"), rows, facts)]
