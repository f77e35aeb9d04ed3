"""Pictures of every page for the documents: `python -m tests.browser.pictures`, or `make pictures`."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.dressing import dress_books, dress_server
from tests.browser.looking import EN_DARK_PHONE, EVERY_LOOK, ZH, Look, start_chromium, window
from tests.browser.places import NAMES, find_places
from tests.browser.pressing import press
from tests.browser.seller import AS_OF, build_books
from tests.browser.serving import CHECKOUT, Served, served

FOLDER = CHECKOUT / "docs/console"
MAIN = ("today", "performance")
QUALITY = 72
FULLEST = {
    "data-calendar": "/data/calendar?month=2025-02",
    "data-lineage": "/data/lineage?metric=paid_amount&period=2025-02",
}
"""Where a page shows more than it does at first."""
DRAFT = {"zh": "起草", "en": "Make a draft"}


def looks_of(place: str, every: bool) -> tuple[Look, ...]:
    """The main pages are shown in every look, the others in two far ones."""
    return EVERY_LOOK if every or place in MAIN else (ZH, EN_DARK_PHONE)


def take_pictures(browser: Browser, shop: Served, folder: Path, names: Iterable[str], every: bool) -> list[Path]:
    """One picture of each page in each of its looks; their paths."""
    taken = []
    wanted = list(names)
    for look in EVERY_LOOK:
        with window(browser, shop, look) as seen:
            places = {**find_places(seen.page.context.request, shop.address), **FULLEST}
            for name in wanted:
                if look not in looks_of(name, every):
                    continue
                seen.open(places[name])
                if name == "data-mapping":
                    press(seen.page, DRAFT[look.lang])
                    seen.page.locator("table.plain").wait_for()
                    seen.settle()
                taken.append(save_picture(seen.page, folder / f"{name}-{look}.webp"))
    return taken


def save_picture(page: Page, path: Path) -> Path:
    """The window as it is seen, small enough for a repository."""
    path.parent.mkdir(parents=True, exist_ok=True)
    seen = Image.open(BytesIO(page.screenshot()))
    seen.convert("RGB").save(path, "WEBP", quality=QUALITY, method=6)
    return path


def main() -> None:
    """Build the seller's books, or take those that were built before, and picture every page."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--into", type=Path, default=FOLDER)
    given.add_argument("--every", action="store_true", help="every page in every look")
    given.add_argument("names", nargs="*", help=f"pages (all): {' '.join(NAMES)}")
    told = given.parse_args()
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        home = Path(os.environ.get("ZHANGGUI_BROWSER_BOOKS") or made)
        if str(home) == made:
            build_books(home).books.close()
        root = Path(made) / "shown" / "workspace"
        shutil.copytree(home / "workspace", root)
        dress_books(root, AS_OF)
        with served(root) as shop:
            browser = start_chromium(playwright)
            with window(browser, shop) as first:
                dress_server(first.page.context.request, shop.address)
            for path in take_pictures(browser, shop, told.into, told.names or NAMES, told.every):
                print(path)


if __name__ == "__main__":
    main()
