"""Performance and Explore: figures chosen by pressing, kept in the address, drilled into and taken along."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.looking import EN_DARK_PHONE, ZH, Look, read_download
from tests.browser.pressing import choose, choose_many, expect_address, pick, press


def state_of(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def table_of(page: Page, name: str) -> list[list[str]]:
    rows = page.get_by_role("region", name=name).locator("tbody tr.ant-table-row").all()
    return [row.locator("td").all_inner_texts() for row in rows]


def test_figures_are_chosen_compared_and_converted_and_the_address_keeps_it(open_window: OpenWindow) -> None:
    seen = open_window()
    page = seen.open("/performance")
    expect(page.get_by_text("多个币种没有相加")).to_be_visible()
    choose_many(page, "指标", "净销售额")
    choose(page, "币种", "CNY")
    choose(page, "对比", "上一期")
    choose(page, "期间", "月")
    expect(page.get_by_text("多个币种没有相加")).to_have_count(0)
    seen.settle()
    rows = table_of(page, "表")
    assert {row[1] for row in rows} == {"淘宝", "抖店", "Shopify"}
    asked = state_of(page)
    page.reload()
    seen.settle()
    assert state_of(page) == asked and table_of(page, "表") == rows
    expect(page.get_by_role("img", name="实付金额 的图；下面的表里有同样的数字").locator("canvas")).to_be_visible()
    press(page, "加筛选")
    choose(page.get_by_role("tooltip"), "按", "渠道")
    choose(page.get_by_role("tooltip"), "取值（可多个）", "淘宝")
    expect_address(page, "taobao")
    table = page.get_by_role("region", name="表")
    expect(table.get_by_text("抖店")).to_have_count(0)
    expect(table.get_by_text("淘宝").first).to_be_visible()
    seen.settle()
    assert {row[1] for row in table_of(page, "表")} == {"淘宝"}
    assert seen.complaints == []


def test_a_figure_opens_to_its_rows(open_window: OpenWindow) -> None:
    seen = open_window()
    page = seen.open("/performance")
    page.get_by_role("region", name="表").locator("tbody button.link-button").first.click()
    behind = page.get_by_role("dialog")
    expect(behind.locator("tbody tr.ant-table-row").first).to_be_visible()
    expect(behind).to_contain_text("2025-01-")
    behind.get_by_role("link", name="这个数字来自哪些文件").click()
    expect_address(page, "metric=paid_amount&period=2025-01")
    expect(page.get_by_role("heading", name="文件")).to_be_visible()


def test_a_view_is_saved_opened_and_dropped(open_window: OpenWindow) -> None:
    seen = open_window()
    page = seen.open("/performance?grain=day&by=channel&metrics=net_sales")
    press(page, "视图")
    page.get_by_label("视图名称").fill("每天净额")
    press(page, "存为视图")
    expect(page.get_by_role("link", name="每天净额")).to_be_visible()
    seen.open("/performance")
    press(page, "视图")
    page.get_by_role("link", name="每天净额").click()
    expect_address(page, "grain=day")
    press(page, "删除 每天净额")
    expect(page.get_by_text("还没有存过视图。")).to_be_visible()


@pytest.mark.parametrize("look", [ZH, EN_DARK_PHONE], ids=str)
def test_figures_are_taken_along_without_formulas(open_window: OpenWindow, tmp_path: Path, look: Look) -> None:
    seen = open_window(look)
    page = seen.open("/performance")
    export, csv, excel = (
        ("导出", "导出 CSV", "导出 Excel") if look.lang == "zh" else ("Export", "Export CSV", "Export Excel")
    )
    shown = page.request.get(
        f"{seen.address}/api/v1/metrics", params={"names": "paid_amount,paid_orders", "by": "channel", "grain": "month"}
    ).json()
    press(page, export)
    text = read_download(page, lambda: page.get_by_role("link", name=csv).click(), tmp_path).read_text("utf-8-sig")
    assert len(text.splitlines()) == len(shown["rows"]) + 1
    press(page, export)
    book = load_workbook(read_download(page, lambda: page.get_by_role("link", name=excel).click(), tmp_path))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(str(cell.value).startswith("75617.19") for cell in cells if cell.value is not None)


def test_a_pivot_is_put_together_turned_and_shaded(open_window: OpenWindow) -> None:
    seen = open_window()
    page = seen.open("/explore")
    expect(page.locator("table.pivot tbody th").first).to_have_text("抖店")
    choose_many(page, "列", "原币种")
    press(page, "行列互换")
    seen.settle()
    assert "rows=" in page.url or "by=" in page.url
    page.get_by_role("switch", name="底色深浅").click()
    expect(page.locator("table.pivot td[style*=background]").first).to_be_visible()
    press(page, "导出")
    expect(page.get_by_role("link", name="导出 CSV")).to_be_visible()
    pick(page, "导出 CSV")
    assert seen.complaints == []
