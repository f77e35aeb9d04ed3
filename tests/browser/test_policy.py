"""Nothing leaves the origin, and the content policy stands while every page is used."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.looking import EN_DARK_PHONE
from tests.browser.places import find_places


def test_every_page_works_under_the_policy_and_asks_nobody_else(open_window: OpenWindow) -> None:
    seen = open_window(EN_DARK_PHONE, bypass_csp=False, service_workers="allow")
    answer = seen.page.goto(f"{seen.address}/")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy and "script-src 'self'" in policy and "unsafe-eval" not in policy
    for path in find_places(seen.page.context.request, seen.address).values():
        seen.page.goto(seen.address + path)
        expect(seen.page.get_by_role("heading", level=1)).to_be_visible()
        seen.settle()
    assert seen.complaints == []
    outside = [url for url in seen.asked if not url.startswith((seen.address, "data:", "blob:"))]
    assert outside == []
