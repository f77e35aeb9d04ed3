"""No page keeps anybody out: axe-core finds nothing serious or critical, and nothing sticks out of the window.

Every page is opened once in each language and width; light and dark follow the system in place, as they do at dusk.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.looking import EN_DARK_PHONE, HEIGHTS, ZH, Look, Window, find_violations
from tests.browser.places import find_places

FOLLOWING = tuple(Look(lang, "system", width) for lang in ("zh", "en") for width in HEIGHTS)
THEMES = ("light", "dark")
OPENERS = {
    "zh": ("任务", "账号 owner", "“实付金额”的定义", "更多"),
    "en": ("Jobs", "Account owner", "What “Paid amount” means", "More"),
}


@pytest.mark.timeout(600)  # every page of the console, twice
@pytest.mark.parametrize("look", FOLLOWING, ids=str)
def test_every_page_is_open_to_everybody(open_window: OpenWindow, look: Look) -> None:
    seen = open_window(look, color_scheme=THEMES[0])
    found = []
    for name, path in find_places(seen.page.context.request, seen.address).items():
        seen.open(path)
        found += [f"{name}, {told}" for told in find_barriers(seen)]
    assert not found, "\n".join(found)
    assert seen.complaints == []


@pytest.mark.parametrize("look", FOLLOWING, ids=str)
def test_the_way_in_is_open_to_everybody(open_window: OpenWindow, look: Look) -> None:
    seen = open_window(look, who=None, color_scheme=THEMES[0])
    page = seen.open("/")
    assert list(find_barriers(seen)) == []
    page.get_by_role("button", name="登录" if look.lang == "zh" else "Sign in", exact=True).click()
    expect(page.get_by_text("请填写" if look.lang == "zh" else "Please fill this in").first).to_be_visible()
    assert list(find_barriers(seen)) == []
    page.get_by_role("button", name="用授权码进入" if look.lang == "zh" else "Enter with the key of a grant").click()
    assert list(find_barriers(seen)) == []


@pytest.mark.parametrize("look", [ZH, EN_DARK_PHONE], ids=str)
def test_what_opens_over_a_page_is_open_to_everybody(open_window: OpenWindow, look: Look) -> None:
    seen = open_window(look)
    for name in OPENERS[look.lang]:
        page = seen.open("/")
        page.get_by_role("button", name=name, exact=True).last.click()
        expect(page.locator(".ant-popover, .ant-dropdown, .ant-drawer").filter(visible=True).first).to_be_visible()
        assert find_violations(page) == [], name
    assert seen.complaints == []


def find_barriers(seen: Window) -> Iterator[str]:
    """What is wrong with the page that is open, in light and in dark."""
    for theme in THEMES:
        seen.page.emulate_media(color_scheme=theme)
        expect(seen.page.locator("html")).to_have_attribute("data-theme", theme)
        yield from (f"{theme}: {told}" for told in find_violations(seen.page))
    width = seen.page.evaluate("document.documentElement.scrollWidth")
    if width > seen.look.width:
        yield f"sticks out of the window: {width} px"
