"""The lists of things: sorted, filtered, searched and paged by the server, and each row leads to its page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.looking import EN_DARK_PHONE, Look, read_download
from tests.browser.pressing import choose, expect_address, press

ENGLISH = Look("en", "light", 1440)
LISTS = {
    "products": ("Net", "-net_amount", "sku_id", "Products"),
    "stock": ("On hand", "-on_hand", "seller_sku_code", "Stock"),
    "orders": ("Paid", "-paid_amount", "platform_order_id", "Orders"),
    "customers": ("Orders", "-order_count", "buyer_key", "Customers"),
}
QUESTIONS = {"stock": "stock_items"}


def first_of(page: Page, address: str, question: str, column: str, **query: str) -> str:
    told = page.request.get(f"{address}/api/v1/questions/{question}", params={"size": "50", **query}).json()
    return str(told["rows"][0][[one["name"] for one in told["columns"]].index(column)])


@pytest.mark.parametrize("name", LISTS)
def test_a_list_sorts_pages_and_opens_a_thing(open_window: OpenWindow, name: str) -> None:
    head, sort, column, title = LISTS[name]
    seen = open_window(ENGLISH)
    page = seen.open(f"/{name}")
    page.get_by_role("columnheader", name=head, exact=True).first.click()
    expect_address(page, f"sort={sort}")
    seen.settle()
    wanted = first_of(page, seen.address, QUESTIONS.get(name, name), column, sort=sort)
    link = page.locator("tbody tr.ant-table-row a.linked").first
    expect(link).to_contain_text(wanted[:10])
    if name != "stock":
        page.get_by_title("2", exact=True).first.click()
        expect_address(page, "page=2")
        seen.settle()
        page.go_back()
        seen.settle()
        expect(link).to_contain_text(wanted[:10])
    page.locator("tbody tr.ant-table-row a.linked").first.click()
    expect(page.get_by_role("heading", name="In short")).to_be_visible()
    page.get_by_role("link", name=f"‹ {title}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert seen.complaints == []


def test_orders_are_filtered_searched_and_taken_along(open_window: OpenWindow, tmp_path: Path) -> None:
    seen = open_window(ENGLISH)
    page = seen.open("/orders")
    choose(page, "Channel", "Shopify")
    expect_address(page, "shopify")
    seen.settle()
    channels = page.locator("tbody tr.ant-table-row td:nth-child(2)")
    expect(channels.filter(has_not_text="Shopify")).to_have_count(0)
    assert set(channels.all_inner_texts()) == {"Shopify"}
    order = page.locator("tbody a.linked").first.inner_text()
    page.get_by_placeholder("Order number or title").fill(order)
    page.keyboard.press("Enter")
    seen.settle()
    expect(page.locator("tbody a.linked")).to_have_count(1)
    press(page, "Export")
    path = read_download(page, lambda: page.get_by_role("link", name="Export CSV").click(), tmp_path)
    assert len(path.read_text("utf-8-sig").splitlines()) == 2
    page.get_by_placeholder("Order number or title").fill("nothing is called this")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing matches")).to_be_visible()


def test_columns_are_chosen(open_window: OpenWindow) -> None:
    seen = open_window(ENGLISH)
    page = seen.open("/products")
    press(page, "Columns")
    page.get_by_role("checkbox", name="Category").uncheck()
    expect(page.get_by_role("columnheader", name="Category")).to_have_count(0)
    assert "columns=" in page.url


def test_a_phone_shows_cards_that_open(open_window: OpenWindow) -> None:
    seen = open_window(EN_DARK_PHONE)
    page = seen.open("/products")
    choose(page, "Sort", "Net, 30 days")
    expect_address(page, "sort=-recent_net_amount")
    seen.settle()
    page.locator("a.thing-card").first.click()
    expect(page.get_by_role("heading", name="In short")).to_be_visible()


def test_an_order_tells_its_lines_money_and_parcels(open_window: OpenWindow) -> None:
    seen = open_window(ENGLISH)
    page = seen.open("/orders?sort=-paid_amount")
    page.locator("tbody a.linked").first.click()
    for title in ("Lines", "Claims", "Money", "Parcels", "What each report says"):
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    expect(page.get_by_role("region", name="Lines").locator("tbody tr.ant-table-row").first).to_be_visible()
