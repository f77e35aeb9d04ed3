"""No page keeps anybody out: axe-core finds nothing serious or critical, and nothing sticks out of the window."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import OpenWindow
from tests.browser.looking import EVERY_LOOK, Look, find_violations, window
from tests.browser.places import find_places
from tests.browser.serving import Served


@pytest.mark.parametrize("look", EVERY_LOOK, ids=str)
def test_every_page_is_open_to_everybody(open_window: OpenWindow, look: Look) -> None:
    seen = open_window(look)
    places = find_places(seen.page.context.request, seen.address)
    found = {}
    for name, path in places.items():
        seen.open(path)
        violations = find_violations(seen.page)
        width = seen.page.evaluate("document.documentElement.scrollWidth")
        if width > look.width:
            violations.append(f"sticks out of the window: {width} px")
        found |= {name: violations} if violations else {}
    assert not found, "\n".join(f"{name}:\n" + "\n".join(told) for name, told in found.items())
    assert seen.complaints == []


@pytest.mark.parametrize("look", EVERY_LOOK, ids=str)
def test_the_way_in_is_open_to_everybody(chromium: Browser, shop: Served, look: Look) -> None:
    with window(chromium, shop, look, who=None) as seen:
        seen.open("/")
        assert find_violations(seen.page) == []
        title = "登录" if look.lang == "zh" else "Sign in"
        seen.page.get_by_role("button", name=title, exact=True).click()
        assert find_violations(seen.page) == []
