"""Settings: company, people, tokens, grants and what a guest sees, schedule, notifications, backups, one's own choices."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.looking import read_download
from tests.browser.pressing import choose, choose_many, expect_said, press
from tests.browser.serving import Served
from tests.served import PASSWORD

LONG_MS = 150_000


@pytest.fixture(scope="module")
def kept(books: Path, chromium: object, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One server for all tests of this file: they change its settings."""
    from tests.browser.conftest import copy_books
    from tests.browser.serving import served

    with served(copy_books(books, tmp_path_factory.mktemp("settings"))) as running:
        yield running


def test_the_company_and_its_rules_are_changed(open_window: OpenWindow, kept: Served) -> None:
    seen = open_window(at=kept)
    page = seen.open("/settings/company")
    page.get_by_label("公司名称").fill("青禾文创")
    press(page, "添加规则")
    page.get_by_label("文件名规则").last.fill("*门店*")
    page.get_by_label("店铺名").last.fill("门店")
    press(page, "保存")
    expect_said(page, "已保存")
    page.reload()
    expect(page.get_by_label("公司名称")).to_have_value("青禾文创")
    expect(page.get_by_label("文件名规则").last).to_have_value("*门店*")


def test_somebody_is_let_in_promoted_and_shut_out(open_window: OpenWindow, kept: Served) -> None:
    seen = open_window(at=kept)
    page = seen.open("/settings/people")
    press(page, "添加人员")
    page.get_by_label("账号", exact=True).fill("小李")
    page.get_by_label("初始密码").fill("four words nobody links")
    press(page.get_by_role("dialog"), "添加")
    row = page.get_by_role("row", name="小李")
    expect(row).to_contain_text("可登录")
    other = open_window(who=None, at=kept).page
    other.goto(kept.address)
    other.get_by_label("姓名或账号").fill("小李")
    other.get_by_label("密码", exact=True).fill("four words nobody links")
    press(other, "登录")
    expect(other.get_by_role("heading", level=1)).to_have_text("今日")
    press(row, "新密码")
    page.get_by_role("dialog").get_by_label("新密码", exact=True).fill("five other words nobody links")
    press(page.get_by_role("dialog"), "保存")
    expect_said(page, "已保存")
    other.reload()
    other.get_by_label("姓名或账号").fill("小李")
    other.get_by_label("密码", exact=True).fill("five other words nobody links")
    press(other, "登录")
    expect(other.get_by_role("heading", level=1)).to_have_text("今日")
    press(row, "移除")
    page.locator(".ant-popconfirm").get_by_role("button").last.click()
    expect(row).to_contain_text("已停用")
    other.reload()
    expect(other.get_by_label("姓名或账号")).to_be_visible()


def test_a_token_is_shown_once_works_and_ends(open_window: OpenWindow, kept: Served) -> None:
    seen = open_window(at=kept)
    page = seen.open("/settings/tokens")
    press(page, "新建令牌")
    page.get_by_label("用途").fill("报表工具")
    press(page.get_by_role("dialog"), "添加")
    secret = page.get_by_role("dialog").locator("code")
    expect(secret).to_be_visible()
    text = secret.inner_text().strip()
    asked = {"url": f"{kept.address}/api/v1/questions/shops", "headers": {"Authorization": f"Bearer {text}"}}
    stranger = open_window(who=None, at=kept).page.request
    assert stranger.get(**asked).status == 200
    page.get_by_role("dialog").get_by_role("button").last.click()
    press(page.get_by_role("row", name="报表工具"), "收回")
    expect(page.get_by_role("row", name="报表工具")).to_contain_text("已失效")
    assert stranger.get(**asked).status == 401


def test_a_guest_reads_what_was_granted_until_it_is_taken_back(open_window: OpenWindow, kept: Served) -> None:
    seen = open_window(at=kept)
    page = seen.open("/settings/grants")
    press(page, "新建授权")
    page.get_by_label("给谁").fill("张会计")
    choose_many(page, "可看的问题", "有哪些店铺")
    choose_many(page, "可看的店铺", "淘宝")
    press(page.get_by_role("dialog"), "添加")
    secret = page.get_by_role("dialog").locator("code")
    expect(secret).to_be_visible()
    text = secret.inner_text().strip()
    guest = open_window(who=None, at=kept)
    guest.page.goto(kept.address)
    press(guest.page, "用授权码进入")
    guest.page.get_by_label("授权码").fill(text)
    press(guest.page, "登录")
    expect(guest.page.get_by_text("张会计 可看：淘宝 · 青禾礼品")).to_be_visible()
    expect(guest.page.locator("tbody tr.ant-table-row").first).to_be_visible()
    expect(guest.page.get_by_text("抖店")).to_have_count(0)
    page.get_by_role("dialog").get_by_role("button").last.click()
    press(page.get_by_role("row", name="张会计"), "收回")
    guest.page.reload()
    expect(guest.page.get_by_label("姓名或账号")).to_be_visible()
    seen.open("/settings/audit")
    expect(page.get_by_role("row", name="张会计").first).to_be_visible()


def test_the_close_is_scheduled_and_a_folder_watched(open_window: OpenWindow, kept: Served, tmp_path: Path) -> None:
    page = open_window(at=kept).open("/settings/schedule")
    page.get_by_label("每天结账的时间").fill("05:45")
    page.get_by_label("监视的文件夹").fill(str(tmp_path))
    press(page, "保存")
    expect_said(page, "已保存")
    page.reload()
    expect(page.get_by_label("每天结账的时间")).to_have_value("05:45")
    expect(page.get_by_label("监视的文件夹")).to_have_value(str(tmp_path))


class _Hook(BaseHTTPRequestHandler):
    said: ClassVar[list[Any]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.said.append(json.loads(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """The test says what went wrong."""


def test_a_place_is_told_tried_and_removed(open_window: OpenWindow, kept: Served) -> None:
    hook = HTTPServer(("127.0.0.1", 0), _Hook)
    threading.Thread(target=hook.serve_forever, daemon=True).start()
    try:
        page = open_window(at=kept).open("/settings/notifications")
        press(page, "添加接收处")
        choose(page, "方式", "自定义接口")
        page.get_by_label("名称").fill("值班群")
        page.get_by_label("地址").fill(f"http://127.0.0.1:{hook.server_port}/said")
        press(page.get_by_role("dialog"), "添加")
        row = page.get_by_role("row", name="值班群")
        press(row, "试发")
        expect_said(page, "已发到“值班群”")
        assert len(_Hook.said) == 1
        row.get_by_role("switch").click()
        expect(row.get_by_role("switch")).not_to_be_checked()
        press(row, "删除")
        page.locator(".ant-popconfirm").get_by_role("button", name="删除").click()
        expect(page.get_by_text("还没有接收处")).to_be_visible()
    finally:
        hook.shutdown()
        hook.server_close()


def test_a_backup_is_made_tried_downloaded_and_put_back(
    open_window: OpenWindow, own_shop: Served, tmp_path: Path
) -> None:
    page = open_window(at=own_shop).open("/settings/backup")
    press(page, "现在备份")
    line = page.locator("li.file-line").first
    expect(line).to_be_visible(timeout=LONG_MS)
    path = read_download(page, lambda: line.get_by_role("link", name="下载备份").click(), tmp_path)
    assert path.stat().st_size > 1_000_000
    press(line, "试恢复")
    expect(page.get_by_text("试恢复备份")).to_be_visible()
    before = page.request.get(f"{own_shop.address}/api/v1/questions/shops").json()["rows"]
    expect(page.get_by_role("button", name="任务", exact=True)).to_be_visible(timeout=LONG_MS)
    press(line, "恢复")
    page.locator(".ant-popconfirm").get_by_role("button", name="恢复").click()
    expect(page.get_by_label("姓名或账号")).to_be_visible(timeout=LONG_MS)
    page.get_by_label("姓名或账号").fill("owner")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    press(page, "登录")
    expect(page.get_by_role("heading", level=1)).to_have_text("设置")
    assert page.request.get(f"{own_shop.address}/api/v1/questions/shops").json()["rows"] == before
