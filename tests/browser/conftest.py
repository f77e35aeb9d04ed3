"""One simulated seller, one server and one browser for all tests; those that change the books get a copy of their own.

`ZHANGGUI_BROWSER_BOOKS` names a folder with books that were built before, for whoever works on a page.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.looking import ZH, Look, Window, find_chromium, is_under_ci, start_chromium, window
from tests.browser.seller import build_books
from tests.browser.serving import STATIC, Served, served

OpenWindow = Callable[..., Window]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with `workspace` and, beside it, the seller's files; nobody changes it."""
    made = os.environ.get("ZHANGGUI_BROWSER_BOOKS")
    if made:
        return Path(made)
    home = tmp_path_factory.mktemp("books")
    build_books(home).books.close()
    return home


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    missing = _what_is_missing()
    if missing and is_under_ci():
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = start_chromium(playwright)
        yield browser
        browser.close()


def _what_is_missing() -> str | None:
    if find_chromium() is None:
        return "needs Chromium on the PATH (on Debian and Ubuntu: apt-get install chromium)"
    if not STATIC.exists():
        return "needs the built console (make console)"
    return None


def copy_books(books: Path, home: Path) -> Path:
    shutil.copytree(books / "workspace", home / "workspace")
    return home / "workspace"


@pytest.fixture(scope="session")
def shop(books: Path, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server that most tests read from; its books get no new files."""
    with served(copy_books(books, tmp_path_factory.mktemp("shop"))) as running:
        yield running


@pytest.fixture
def own_shop(books: Path, chromium: Browser, tmp_path: Path) -> Iterator[Served]:
    """A server on a copy of the books, for a test that changes them."""
    with served(copy_books(books, tmp_path)) as running:
        yield running


@pytest.fixture
def open_window(chromium: Browser, shop: Served) -> Iterator[OpenWindow]:
    """Open windows with a look, signed in as the owner unless told otherwise; all close with the test."""
    with ExitStack() as stack:

        def open_one(look: Look = ZH, who: str | None = "owner", at: Served = shop, **options: object) -> Window:
            return stack.enter_context(window(chromium, at, look, who, **options))

        yield open_one
