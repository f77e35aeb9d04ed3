"""Data: files are dropped and followed to the row, unknown reports are taught, listings get their SKU."""

from __future__ import annotations

import base64
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.dressing import KNOWN_TITLE, UNKNOWN
from tests.browser.looking import read_download
from tests.browser.pressing import choose, expect_said, press
from tests.browser.serving import Served
from tests.unit.surfaces.conftest import DAMAGED, ITEMS, ORDERS

LONG_MS = 150_000
RIGHT = {"4.999E+18": "4999000000000010004", "八元": "8.00"}
DRAGGED = """([name, text]) => {
  const carried = new DataTransfer()
  carried.items.add(new File([Uint8Array.from(atob(text), one => one.charCodeAt(0))], name))
  return carried
}"""
SHOP = "属于哪个店铺（可不选，自动判断）"


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, "gb18030")
    return folder / name


def bring_in(page: Page, *paths: Path) -> None:
    page.get_by_label("选文件", exact=True).locator("visible=false").or_(
        page.locator("input[type=file]")
    ).first.set_input_files([str(path) for path in paths])


def bring_folder_in(page: Page, folder: Path) -> None:
    page.locator("input[type=file][webkitdirectory]").set_input_files(str(folder))


def drop(page: Page, path: Path) -> None:
    """Let a file fall on the page, as from a folder's window."""
    told = [path.name, base64.b64encode(path.read_bytes()).decode()]
    transfer = page.evaluate_handle(DRAGGED, told)
    page.locator(".drop").dispatch_event("drop", {"dataTransfer": transfer})


def mend(path: Path) -> Path:
    """The sheet of refused rows, put right by hand."""
    book = load_workbook(path)
    for cell in (cell for row in book.worksheets[0].iter_rows() for cell in row):
        cell.value = RIGHT.get(str(cell.value), cell.value)
    book.save(path)
    return path


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
    expect(rows.first).to_contain_text("编号被表格软件改成了科学计数或被截断（4.999E+18）")
    expect(rows.last).to_contain_text("不是金额：八元")
    sheet = read_download(page, lambda: rows.first.get_by_role("link").click(), tmp_path)
    assert "八元" in [cell.value for row in load_workbook(sheet).worksheets[0].iter_rows() for cell in row]
    page.get_by_role("link", name="导入", exact=True).click()
    drop(page, mend(sheet))
    expect(page.locator(".import-job").first).to_contain_text("接受 2 行，拒收 0 行", timeout=LONG_MS)
    expect_done(page)
    line = page.get_by_role("row", name=good.name).first
    press(line, "打开")
    manifest = page.get_by_role("dialog")
    expect(manifest).to_contain_text("共 3 行：接受 3，拒收 0，重复 0，更新 0")
    expect(manifest).to_contain_text("2026-07-01 至 2026-07-03")
    assert seen.complaints == []


def test_a_folder_is_brought_in_for_a_shop(open_window: OpenWindow, own_shop: Served, tmp_path: Path) -> None:
    page = open_window(at=own_shop).open("/data/files")
    write(tmp_path / "七月" / "上旬", "ExportOrderList202607081818.csv", ORDERS)
    write(tmp_path / "七月" / "上旬", "ExportOrderDetailList202607081819.csv", ITEMS)
    choose(page, SHOP, "淘宝")
    bring_folder_in(page, tmp_path / "七月")
    expect_done(page)
    files = page.locator(".import-job").first.locator("li")
    expect(files).to_have_count(2)
    expect(files.first).to_contain_text("七月/上旬/ExportOrder")
    rows = page.get_by_role("row", name="ExportOrderList202607081818.csv")
    expect(rows.first).to_contain_text("淘宝 · 青禾礼品")


def test_an_unknown_report_is_taught_and_its_rows_come_in(
    open_window: OpenWindow, own_shop: Served, tmp_path: Path
) -> None:
    seen = open_window(at=own_shop)
    page = seen.open("/data/files")
    bring_in(page, write(tmp_path / "in", "团长小店.csv", UNKNOWN))
    link = page.get_by_role("link", name="教它认识这种报表")
    expect(link).to_be_visible(timeout=LONG_MS)
    expect(page.get_by_text("“团长小店.csv”不是认识的报表。")).to_be_visible()
    link.click()
    press(page, "起草")
    table = page.get_by_role("region", name="对列")
    expect(table.get_by_role("row", name="商品名称")).to_be_visible(timeout=LONG_MS)
    expect(table.get_by_role("row", name="币种")).to_contain_text("金额的币种")
    expect(table.get_by_role("row", name="日期")).to_contain_text("请核对")
    choose(table, "日期: 意思", "下单日期")
    press(table.get_by_role("row", name="商品名称"), "不要")
    expect(table.get_by_role("row", name="商品名称")).to_contain_text("不要这一列")
    choose(page, SHOP, "抖店")
    press(page, "用它导入")
    expect(page.get_by_text("已开始导入；进度见“导入”。")).to_be_visible(timeout=LONG_MS)
    page.get_by_role("link", name="导入", exact=True).click()
    expect_done(page)
    expect(page.locator(".import-job").first).to_contain_text("接受 2 行，拒收 0 行")
    expect(page.get_by_role("row", name="团长小店.csv").filter(has_text="抖店").first).to_be_visible()


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
    page.get_by_text("没有对应", exact=True).click()
    expect(row).to_be_visible()
    press(page.get_by_role("row", name="勺子").first, "选货品…")
    dialog = page.get_by_role("dialog")
    choose(dialog, "对应到哪个货品？", first_sku(page, own_shop.address))
    press(dialog, "确认")
    expect_said(page, "已记下，下次结账时生效")
    page.get_by_text("建议", exact=True).click()
    press(row, "确认")
    expect_said(page, "已记下，下次结账时生效")
    press(page, "现在结账使其生效")
    expect(page.get_by_role("button", name="任务", exact=True)).to_have_count(0)
    expect(page.get_by_role("button", name="任务", exact=True)).to_be_visible(timeout=LONG_MS)
    page.get_by_text("没有对应", exact=True).click()
    expect(page.get_by_text("卖出的商品都有货品")).to_be_visible()
    page.get_by_text("已确认", exact=True).click()
    expect(page.get_by_role("row", name="owner")).to_have_count(2)
    press(page.get_by_role("row", name="owner").first, "撤销")
    expect_said(page, "已记下，下次结账时生效")


def first_sku(page: Page, address: str) -> str:
    told = page.request.get(f"{address}/api/v1/questions/products", params={"size": 1, "sort": "sku_id"}).json()
    return str(told["rows"][0][[one["name"] for one in told["columns"]].index("sku_id")])


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
    choose(page, "店铺", "Shopify")
    expect(page.get_by_role("listitem").filter(has_text="ExportOrderList")).to_have_count(0)
    expect(page.get_by_role("listitem").filter(has_text="orders_export").first).to_be_visible()
