"""Data: files are dropped and followed to the row, unknown reports are taught, listings get their SKU."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.looking import read_download
from tests.browser.pressing import choose, expect_said, press
from tests.browser.serving import Served
from tests.unit.surfaces.conftest import DAMAGED, ITEMS, ORDERS

LONG_MS = 150_000
UNKNOWN = """日期,单号,商品名称,件数,成交额,币种
2025-03-01,X-1,竹编茶垫,2,58.00,CNY
2025-03-02,X-2,竹编茶垫,1,29.00,CNY
"""
KNOWN_TITLE = "锦鲤中秋礼盒"
"""A title that the books know under a code; the listing below has none."""


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "gb18030")
    return folder / name


def bring_in(page: Page, *paths: Path) -> None:
    page.get_by_label("选文件", exact=True).locator("visible=false").or_(
        page.locator("input[type=file]")
    ).first.set_input_files([str(path) for path in paths])


def expect_done(page: Page) -> None:
    expect(page.locator(".import-job").first).to_contain_text("完成", timeout=LONG_MS)


def test_files_are_brought_in_and_refused_rows_come_back_to_be_mended(
    open_window: OpenWindow, own_shop: Served, tmp_path: Path
) -> None:
    seen = open_window(at=own_shop)
    page = seen.open("/data/files")
    good = write(tmp_path / "in", "ExportOrderList202607081818.csv", ORDERS)
    bad = write(tmp_path / "in", "ExportOrderList202607091818.csv", DAMAGED)
    bring_in(page, good, bad)
    job = page.locator(".import-job").first
    expect(job.get_by_role("progressbar")).to_be_visible()
    expect_done(page)
    expect(job.locator("li", has_text=good.name)).to_contain_text("接受 3 行，拒收 0 行，重复 0 行")
    refused = job.locator("li", has_text=bad.name)
    expect(refused).to_contain_text("拒收 2 行")
    refused.get_by_role("link", name="拒收的行").click()
    rows = page.get_by_role("table").locator("tbody tr.ant-table-row")
    expect(rows).to_have_count(2)
    book = load_workbook(read_download(page, lambda: rows.first.get_by_role("link").click(), tmp_path))
    assert "八元" in [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    page.get_by_role("link", name="导入", exact=True).click()
    line = page.get_by_role("row", name=good.name).first
    press(line, "打开")
    manifest = page.get_by_role("dialog")
    expect(manifest).to_contain_text("共 3 行：接受 3，拒收 0，重复 0，更新 0")
    expect(manifest).to_contain_text("2026-07-01 至 2026-07-03")
    assert seen.complaints == []


def test_an_unknown_report_is_taught_and_its_rows_come_in(
    open_window: OpenWindow, own_shop: Served, tmp_path: Path
) -> None:
    seen = open_window(at=own_shop)
    page = seen.open("/data/files")
    bring_in(page, write(tmp_path / "in", "团长小店.csv", UNKNOWN))
    link = page.get_by_role("link", name="教它认识这种报表")
    expect(link).to_be_visible(timeout=LONG_MS)
    link.click()
    press(page, "起草")
    table = page.get_by_role("region", name="对列")
    expect(table.get_by_role("row", name="商品名称")).to_be_visible(timeout=LONG_MS)
    press(table.get_by_role("row", name="币种"), "不要")
    expect(table.get_by_role("row", name="币种")).to_contain_text("不要这一列")
    press(page, "用它导入")
    expect(page.get_by_text("已开始导入；进度见“导入”。")).to_be_visible(timeout=LONG_MS)
    page.get_by_role("link", name="导入", exact=True).click()
    expect_done(page)
    expect(page.locator(".import-job").first).to_contain_text("接受 2 行，拒收 0 行")


def test_a_listing_gets_the_sku_that_is_suggested(open_window: OpenWindow, own_shop: Served, tmp_path: Path) -> None:
    seen = open_window(at=own_shop)
    page = seen.open("/data/files")
    items = ITEMS.replace("雪平锅", KNOWN_TITLE).replace("POT-18", "").replace("POT", "")
    bring_in(
        page,
        write(tmp_path / "in", "ExportOrderList202607081818.csv", ORDERS),
        write(tmp_path / "in", "ExportOrderDetailList202607081819.csv", items),
    )
    expect_done(page)
    expect(page.get_by_role("button", name="任务", exact=True)).to_be_visible(timeout=LONG_MS)
    page.get_by_role("link", name="货品对应").click()
    row = page.get_by_role("row", name=KNOWN_TITLE).first
    expect(row).to_be_visible(timeout=LONG_MS)
    press(row, "确认")
    expect_said(page, "已记下，下次结账时生效")
    press(page, "现在结账使其生效")
    page.get_by_text("已确认", exact=True).click()
    expect(page.get_by_role("row", name="owner").first).to_be_visible(timeout=LONG_MS)
    press(page.get_by_role("row", name="owner").first, "撤销")
    expect_said(page, "已记下，下次结账时生效")


def test_the_calendar_shows_which_days_a_report_covers(open_window: OpenWindow) -> None:
    page = open_window().open("/data/calendar")
    expect(page.get_by_label("月份")).to_have_value("2025-03")
    press(page, "上个月")
    expect(page.get_by_label("月份")).to_have_value("2025-02")
    row = page.get_by_role("row", name="淘宝 · 青禾礼品").filter(has_text="订单").first
    expect(row).to_contain_text("2025-02-14：有数据")
    expect(row).to_contain_text("齐全")


def test_meanings_and_origins_are_told(open_window: OpenWindow) -> None:
    seen = open_window()
    page = seen.open("/data/dictionary")
    page.get_by_label("搜索").fill("毛利率")
    expect(page.locator("dl.definitions dt").first).to_contain_text("毛利率")
    page.get_by_text("表与列", exact=True).click()
    page.get_by_placeholder("表名、列名或含义").fill("order_lines")
    page.get_by_placeholder("表名、列名或含义").press("Enter")
    page.get_by_role("button", name="order_lines", exact=True).first.click()
    expect(page.get_by_role("dialog").get_by_role("row", name="seller_sku_code").first).to_be_visible()
    seen.open("/data/lineage")
    choose(page, "指标", "实付金额")
    expect(page.get_by_role("heading", name="文件")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="ExportOrderList").first).to_be_visible()
