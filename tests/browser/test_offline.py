"""On a phone and without a network: the console can be installed, looks up barcodes, and sends later what was said offline."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.looking import EN_DARK_PHONE, Look
from tests.browser.pressing import press
from tests.browser.serving import Served

PHONE = Look("zh", "light", 390)


def test_the_console_can_be_installed(open_window: OpenWindow) -> None:
    seen = open_window(PHONE, service_workers="allow")
    page = seen.open("/")
    manifest = page.request.get(seen.address + str(page.locator("link[rel=manifest]").get_attribute("href"))).json()
    assert manifest["display"] == "standalone" and manifest["start_url"] == "/"
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    for icon in manifest["icons"]:
        assert page.request.get(seen.address + icon["src"]).status == 200
    assert page.evaluate("navigator.serviceWorker.ready.then(one => one.active.scriptURL)") == f"{seen.address}/sw.js"


def test_what_is_accepted_offline_is_sent_later(open_window: OpenWindow, own_shop: Served) -> None:
    seen = open_window(PHONE, at=own_shop, service_workers="allow")
    page = seen.open("/")
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    seen.settle()
    cards = page.locator("li.decision")
    count = cards.count()
    seen.page.context.set_offline(True)
    page.reload()
    expect(cards).to_have_count(count)
    expect(page.get_by_text("连不上服务器。页面保留原样")).to_be_visible()
    press(cards.first, "采纳")
    expect(page.get_by_text("1 条处理等待发送")).to_be_visible()
    assert answers(seen.page.context.request, seen.address) == []
    seen.page.context.set_offline(False)
    expect(page.get_by_text("离线时的 1 条处理已送达。")).to_be_visible()
    assert answers(seen.page.context.request, seen.address) == ["accept"]


def answers(request: Any, address: str) -> list[str]:
    told = request.get(f"{address}/api/v1/todo", params={"all": "true", "size": 500}).json()
    return [one["answer"] for one in told["decisions"] if one["answer"]]


def test_ten_seconds_without_a_network_leave_the_page_as_it_is(open_window: OpenWindow) -> None:
    seen = open_window(service_workers="allow")
    page = seen.open("/performance")
    rows = page.get_by_role("region", name="表").locator("tbody tr.ant-table-row")
    before = rows.all_inner_texts()
    page.context.set_offline(True)
    press(page, "English")
    expect(page.get_by_text("The server cannot be reached.").first).to_be_visible()
    page.wait_for_timeout(10_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Performance")
    page.context.set_offline(False)
    press(page, "中文")
    expect(page.get_by_text("连不上服务器。页面保留原样")).to_have_count(0)
    seen.settle()
    assert rows.all_inner_texts() == before


def test_a_barcode_is_looked_up_by_typing(open_window: OpenWindow) -> None:
    seen = open_window(EN_DARK_PHONE)
    page = seen.open("/lookup")
    told = page.request.get(f"{seen.address}/api/v1/questions/products", params={"size": 500}).json()
    names = [one["name"] for one in told["columns"]]
    row = next(row for row in told["rows"] if row[names.index("gtin")])
    page.get_by_label("Barcode or SKU code").fill(row[names.index("gtin")])
    page.keyboard.press("Enter")
    page.get_by_role("link", name=row[names.index("title")]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(row[names.index("title")])
    seen.open("/lookup?code=0000000000000")
    expect(page.get_by_text("No product has the barcode or code")).to_be_visible()
