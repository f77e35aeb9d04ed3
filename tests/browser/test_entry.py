"""The way in: the first run, the sign-in, and out again."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import OpenWindow
from tests.browser.looking import EN_DARK_PHONE, ZH, Look, find_violations, window
from tests.browser.pressing import choose, pick, press
from tests.browser.serving import served
from tests.served import PASSWORD
from zhanggui.app.workspace import Settings, create_workspace


@pytest.mark.parametrize("look", [ZH, EN_DARK_PHONE], ids=str)
def test_the_first_run_sets_the_company_up(chromium: Browser, tmp_path: Path, look: Look) -> None:
    create_workspace(tmp_path / "workspace", Settings()).books.close()
    is_zh = look.lang == "zh"
    with served(tmp_path / "workspace", has_people=False) as fresh, window(chromium, fresh, look, who=None) as seen:
        page = seen.open("/")
        assert find_violations(page) == []
        page.get_by_label("公司或店铺名称" if is_zh else "Company").fill("青禾礼品")
        choose(page, "记账币种" if is_zh else "Currency of the books", "EUR")
        page.get_by_label("主人的账号" if is_zh else "Name of the owner").fill("王掌柜")
        first, again = page.locator("input[type=password]").all()
        first.fill(PASSWORD)
        again.fill("something else")
        press(page, "建立" if is_zh else "Set up")
        expect(page.get_by_text("两次输入不同" if is_zh else "The two differ")).to_be_visible()
        again.fill(PASSWORD)
        press(page, "建立" if is_zh else "Set up")
        expect(page.get_by_role("heading", level=1)).to_have_text("今日" if is_zh else "Today")
        expect(page.get_by_text("还没有销售" if is_zh else "No sales yet")).to_be_visible()
        session = page.request.get(f"{seen.address}/api/v1/session").json()
        assert (session["name"], session["company"], session["base_currency"]) == ("王掌柜", "青禾礼品", "EUR")
        assert session["role"] == "owner"


def test_a_wrong_password_is_said_and_the_right_one_opens(open_window: OpenWindow) -> None:
    seen = open_window(who=None)
    page = seen.open("/orders?size=100")
    page.get_by_label("姓名或账号").fill("viewer")
    page.get_by_label("密码", exact=True).fill("not this one")
    press(page, "登录")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    press(page, "登录")
    expect(page.get_by_role("heading", level=1)).to_have_text("订单")
    press(page, "账号 viewer")
    pick(page, "退出")
    expect(page.get_by_label("姓名或账号")).to_be_visible()
    assert page.request.get(f"{seen.address}/api/v1/session").status == 401


def test_language_and_theme_change_in_place(open_window: OpenWindow) -> None:
    page = open_window().open("/products")
    page.get_by_role("searchbox").or_(page.get_by_placeholder("编码、标题或条码")).first.fill("typed and not sent")
    press(page, "English")
    expect(page.get_by_role("heading", level=1)).to_have_text("Products")
    expect(page.get_by_placeholder("Code, title or barcode")).to_have_value("typed and not sent")
    press(page, "Account owner")
    pick(page, "Dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Products")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
