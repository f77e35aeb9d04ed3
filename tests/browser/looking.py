"""How a page is looked at: language, theme and width; what it says in its log; and what axe-core finds wrong with it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.browser.serving import CHECKOUT, Served
from tests.served import API, PASSWORD

AXE = CHECKOUT / "webui/node_modules/axe-core/axe.min.js"
WAIT_MS = 60_000
QUIET_MS = 250
HEIGHTS = {1440: 900, 390: 844}
BLOCKED = "Service Worker registration blocked by Playwright"
GRAVE = ("serious", "critical")

expect.set_options(timeout=WAIT_MS)


@dataclass(frozen=True)
class Look:
    """Language, theme and width of a window."""

    lang: str = "zh"
    theme: str = "light"
    width: int = 1440

    @property
    def is_narrow(self) -> bool:
        return self.width < 800

    def __str__(self) -> str:
        return f"{self.lang}-{self.theme}-{'narrow' if self.is_narrow else 'wide'}"


ZH, EN_DARK_PHONE = Look(), Look("en", "dark", 390)
EVERY_LOOK = tuple(
    Look(lang, theme, width) for lang in ("zh", "en") for theme in ("light", "dark") for width in HEIGHTS
)


def find_chromium() -> str | None:
    """The machine's Chromium, or None."""
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


def start_chromium(playwright: Playwright) -> Browser:
    """A browser without a window; it needs no sandbox of its own where tests run as root."""
    return playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])


@dataclass
class Window:
    """A page with what it asked for and complained of."""

    page: Page
    address: str
    look: Look
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def note(self, kind: str, text: str) -> None:
        """Keep what the browser's log calls an error or a warning, but for what this very harness does."""
        if kind in ("error", "warning") and text != BLOCKED:
            self.complaints.append(text)

    def open(self, path: str) -> Page:
        """Go to a path of the console and wait until it is drawn."""
        self.page.goto(self.address + path)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until nothing is being fetched or loaded any more."""
        self.page.locator("main").first.wait_for()
        expect(self.page.locator(".ant-skeleton, .ant-spin-spinning, [aria-busy=true]")).to_have_count(0)
        self.page.wait_for_timeout(QUIET_MS)


@contextmanager
def window(
    browser: Browser, served: Served, look: Look = ZH, who: str | None = "owner", **options: Any
) -> Iterator[Window]:
    """A window in a profile of its own, signed in as somebody of `let_in` (None: nobody)."""
    context = open_context(browser, served, look, who, **options)
    try:
        yield watch(context.new_page(), served.address, look)
    finally:
        context.close()


def open_context(
    browser: Browser, served: Served, look: Look = ZH, who: str | None = "owner", **options: Any
) -> BrowserContext:
    """The profile of a window: it has chosen its language and theme."""
    context = browser.new_context(
        viewport={"width": look.width, "height": HEIGHTS[look.width]},
        locale="zh-CN" if look.lang == "zh" else "en-GB",
        timezone_id="Asia/Shanghai",
        accept_downloads=True,
        # Playwright's and axe's own scripts are not what the policy is about; test_policy.py keeps it.
        **{"bypass_csp": True, "service_workers": "block", "reduced_motion": "reduce", **options},
    )
    context.set_default_timeout(WAIT_MS)
    chosen = json.dumps({"lang": look.lang, "theme": look.theme})
    context.add_init_script(
        f"localStorage.getItem('zhanggui.preferences') ?? localStorage.setItem('zhanggui.preferences', {json.dumps(chosen)})"
    )
    if who is not None:
        sign_in(context, served.address, who)
    return context


def sign_in(context: BrowserContext, address: str, who: str) -> None:
    """Give the profile a session without the form; the form has its own test."""
    answer = context.request.post(
        f"{address}{API}/session",
        data={"name": who, "password": PASSWORD},
        headers={"X-Zhanggui": "1", "Origin": address},
    )
    assert answer.status == 200, answer.text()


def watch(page: Page, address: str, look: Look) -> Window:
    """Note every request, and everything that the page complains of."""
    seen = Window(page, address, look)
    page.on("console", lambda said: seen.note(said.type, said.text))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("request", lambda request: seen.asked.append(request.url))
    return seen


def find_violations(page: Page) -> list[str]:
    """What axe-core calls serious or critical, one line for each rule with the first places."""
    if not AXE.exists():
        raise FileNotFoundError("axe-core is missing: run `npm ci` in webui/ (make browser does)")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [_tell(one) for one in found["violations"] if one["impact"] in GRAVE]


def _tell(violation: dict[str, Any]) -> str:
    places = [f"{node['target']}: {node.get('failureSummary', '')[:240]}" for node in violation["nodes"][:4]]
    return f"{violation['impact']} {violation['id']} ({len(violation['nodes'])} places)\n  " + "\n  ".join(places)


def is_under_ci() -> bool:
    """Whether a missing browser is a failure."""
    return bool(os.environ.get("CI"))


def read_download(page: Page, press: Any, folder: Path) -> Path:
    """The file that pressing something gives, below `folder` under its own name."""
    with page.expect_download() as expected:
        press()
    path = folder / expected.value.suggested_filename
    expected.value.save_as(path)
    return path
