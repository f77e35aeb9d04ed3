"""Markup in every text that strangers can write is shown as text on every page: nothing of it runs, nothing of it becomes a part of the page.

The pages are opened twice: without the server's content policy, so that anything that is taken for markup would run,
and with it, so that nothing on any page needs what the policy forbids.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looking import EN_DARK_PHONE, ZH, Look, Window, window
from tests.browser.places import FIXED
from tests.browser.serving import Served, served
from tests.planted import MARKUP, PERSON, RAN, VIEW, WHY, keep, make_planted
from tests.served import PASSWORD
from zhanggui.app.callers import Caller, local_caller
from zhanggui.app.catalogue import answer_question
from zhanggui.app.grants import create_grant, list_shops
from zhanggui.app.people import add_person
from zhanggui.app.settings import change_settings
from zhanggui.app.tokens import create_token
from zhanggui.app.verdicts import record_verdict
from zhanggui.app.views import keep_view
from zhanggui.app.workspace import Workspace, open_workspace
from zhanggui.kernel.clock import now_utc

OWNER = Caller("person", "owner", "owner", local_caller("desk").permissions)
LITERAL = f"window.{RAN}="
NOTES = """
window.__violations = [];
document.addEventListener('securitypolicyviolation', (seen) => window.__violations.push(seen.violatedDirective + ' ' + seen.blockedURI));
"""
MADE_OF_MARKUP = (
    "[onerror], [onload], [ontoggle], [onfocus], [onmouseover], [onbegin], iframe, object, embed, math, "
    "a[href^='javascript:' i], img[src='x'], script:not([src])"
)
"""What stands in a page only where a text was taken for markup."""
SHOWS = (
    "today", "products", "stock", "orders", "data-files", "data-refused", "data-links", "settings-people",
    "settings-tokens", "settings-grants", "settings-audit", "settings-company", "product", "stock-item", "order",
)  # fmt: skip
"""Pages on which something that strangers wrote is to be seen; on the others it may be."""


def write_everywhere(workspace: Workspace) -> None:
    """Markup in what people of the house write: names, views, reasons, tokens, grants, the company and its shops."""
    at = now_utc()
    add_person(workspace, local_caller("test"), PERSON, "viewer", PASSWORD, at)
    keep_view(workspace, OWNER, "orders", VIEW, {"search": MARKUP[1]})
    create_token(workspace, OWNER, MARKUP[1], ["read"], at)
    [shop, *_] = list_shops(workspace)
    create_grant(workspace, OWNER, MARKUP[10], ["orders"], [shop], at.replace(year=at.year + 1, month=1, day=1), at)
    known = [row[0] for row in answer_question(workspace, "decisions", {}).rows]
    record_verdict(workspace, known[0], "dismiss", "owner", WHY)
    record_verdict(workspace, known[1], "snooze", "owner", MARKUP[0], date(2030, 1, 1))
    rules = [{"pattern": f"*{MARKUP[1]}*", "shop": MARKUP[1], "channel": "taobao"}]
    change_settings(workspace, OWNER, {"company": MARKUP[1], "shops": rules})
    workspace.books.close()


@pytest.fixture(scope="module")
def hostile(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server on the planted workspace."""
    made = keep(tmp_path_factory, "planted", make_planted) / "workspace"
    root = Path(shutil.copytree(made, tmp_path_factory.mktemp("hostile") / "workspace"))
    write_everywhere(open_workspace(root))
    with served(root, has_people=False) as running:
        yield running


@pytest.fixture(scope="module")
def places(hostile: Served) -> dict[str, str]:
    """Every page, and the pages of things whose names are markup."""
    workspace = open_workspace(hostile.root)

    def find(question: str, wanted: str, *columns: str) -> list[str]:
        answer = answer_question(workspace, question, {})
        names = [one.name for one in answer.columns]
        row = next(row for row in answer.rows if LITERAL in str(row[names.index(wanted)]))
        return [quote(str(row[names.index(name)]), safe="") for name in columns]

    [sku] = find("products", "sku_id", "sku_id")
    [kept] = find("stock_items", "sku_id", "sku_id")
    shop, order = find("orders", "shop_id", "shop_id", "platform_order_id")
    buyer, *_ = find("customers", "shop_id", "buyer_key")
    things = {"product": f"/products/{sku}", "stock-item": f"/stock/{kept}", "order": f"/orders/{shop}/{order}"}
    return {**FIXED, **things, "customer": f"/customers/{buyer}", "searched": f"/orders?search={quote(MARKUP[1])}"}


def open_place(seen: Window, path: str) -> dict[str, Any]:
    """Open a page, look at all of it, and tell what became of the texts."""
    page = seen.open(path)
    for corner in ("Tab", "Tab", "Tab", "End"):
        page.keyboard.press(corner)
    page.wait_for_timeout(100)
    return {
        "ran": page.evaluate(f"window.{RAN} ?? null"),
        "made": page.evaluate(
            "(what) => [...document.querySelectorAll(what)].map((one) => one.outerHTML.slice(0, 200))", MADE_OF_MARKUP
        ),
        "violations": page.evaluate("window.__violations ?? []"),
    }


NOTHING = {"ran": None, "made": [], "violations": []}


def watched(page: Page) -> list[str]:
    """Every dialog that a page opens."""
    dialogs: list[str] = []

    def note(dialog: Any) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    return dialogs


@pytest.mark.parametrize("look", [ZH, EN_DARK_PHONE], ids=str)
@pytest.mark.parametrize("has_policy", [False, True], ids=["without the policy", "with the policy"])
def test_no_page_runs_what_strangers_wrote(
    chromium: Browser, hostile: Served, places: dict[str, str], look: Look, has_policy: bool
) -> None:
    if has_policy and look is not ZH:
        pytest.skip("the policy is the same in every look")
    with window(chromium, hostile, look, bypass_csp=not has_policy) as seen:
        seen.page.add_init_script(NOTES)
        dialogs = watched(seen.page)
        told = {name: open_place(seen, path) for name, path in places.items()}
        assert told == dict.fromkeys(places, NOTHING)
        assert dialogs == []
        assert {url.split("/")[2] for url in seen.asked if url.startswith("http")} == {hostile.address.split("/")[2]}


def test_what_strangers_wrote_is_shown_as_they_wrote_it(
    chromium: Browser, hostile: Served, places: dict[str, str]
) -> None:
    with window(chromium, hostile, ZH) as seen:
        shown = {name: LITERAL in seen.open(places[name]).locator("body").inner_text() for name in SHOWS}
    assert shown == dict.fromkeys(SHOWS, True)


def test_markup_that_is_let_through_is_noticed(chromium: Browser, hostile: Served) -> None:
    with window(chromium, hostile, ZH) as seen:
        page = seen.open("/orders")
        page.evaluate("(text) => document.body.insertAdjacentHTML('beforeend', text)", MARKUP[1])
        page.wait_for_function(f"window.{RAN} === 2")
        assert page.locator(MADE_OF_MARKUP).count() == 1
