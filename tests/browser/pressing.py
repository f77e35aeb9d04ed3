"""What people do with the console's controls, by the names that they read."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

MOST_SCROLLS = 40
SCROLL_MS = 50
HALF_A_LIST = "list => list.scrollTop += list.clientHeight / 2"


def choose(place: Page | Locator, label: str, option: str) -> None:
    """Open a choice and take one of its options, found by typing where there are many."""
    box = place.get_by_role("combobox", name=label, exact=True).first
    box.click()
    if box.is_editable():
        box.fill(option)
    _take(box, option)


def choose_many(place: Page | Locator, label: str, *options: str) -> None:
    """Add options to a choice of several, and close it."""
    box = place.get_by_role("combobox", name=label, exact=True).first
    box.click()
    for option in options:
        box.fill(option)
        _take(box, option)
    box.press("Escape")


def _take(box: Locator, option: str) -> None:
    """Take an option of the list that is open; on a phone it may be drawn beyond the edge while it opens."""
    opened = box.page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)")
    shown = opened.locator(".ant-select-item-option")
    wanted = shown.filter(has_text=re.compile(f"^{re.escape(option)}")).first
    expect(shown.first).to_be_attached()
    _scroll_to(opened, wanted)
    expect(wanted).to_be_attached()
    wanted.dispatch_event("click")


def _scroll_to(opened: Locator, wanted: Locator) -> None:
    """Scroll a long list until the option is there: only those in view are drawn."""
    for _ in range(MOST_SCROLLS):
        if wanted.count():
            return
        opened.locator(".ant-select-dropdown-list-holder").first.evaluate(HALF_A_LIST)
        opened.page.wait_for_timeout(SCROLL_MS)


def pick(page: Page, option: str) -> None:
    """Press an item of the menu that is open."""
    page.get_by_role("menuitem", name=option).click()


def press(place: Page | Locator, name: str) -> None:
    """Press a button by its exact name."""
    place.get_by_role("button", name=name, exact=True).click()


def expect_address(page: Page, part: str) -> None:
    """Wait until the page's address holds something."""
    expect(page).to_have_url(re.compile(re.escape(part)))


def expect_said(page: Page, text: str) -> None:
    """Wait for a short word at the top of the page."""
    expect(page.locator(".ant-message-notice").filter(has_text=text).first).to_be_visible()
