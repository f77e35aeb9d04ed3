"""Today: every decision can be answered by pressing, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.looking import EN_DARK_PHONE, ZH, Look, Window, find_violations
from tests.browser.pressing import choose, pick, press
from tests.browser.serving import Served

WORDS = {
    "zh": {
        "accept": "采纳", "dismiss": "驳回", "more": "更多", "snooze": "稍后", "assign": "交给", "reopen": "重新打开",
        "accepted": "已采纳", "dismissed": "已驳回：", "off": "推迟到", "tomorrow": "明天", "with": "交给 operator",
        "all": "也显示等待与无法判断的", "why": "一句话即可；下次判断时会看到。", "whom": "交给谁？", "needed": "请写明原因",
    },
    "en": {
        "accept": "Accept", "dismiss": "Dismiss", "more": "More", "snooze": "Snooze", "assign": "Assign", "reopen": "Reopen",
        "accepted": "Accepted", "dismissed": "Dismissed: ", "off": "Put off until", "tomorrow": "Tomorrow", "with": "With operator",
        "all": "Also show what waits", "why": "A sentence will do; it is shown beside the next judgement.", "whom": "To whom?",
        "needed": "Please say why",
    },
}  # fmt: skip


def told(seen: Window, decision_id: str) -> dict[str, Any]:
    """What the server says of a decision."""
    answer = seen.page.request.get(f"{seen.address}/api/v1/todo", params={"all": "true", "size": 500}).json()
    return next(one for one in answer["decisions"] if one["decision_id"] == decision_id)


@contextmanager
def confirmed(page: Page, command: str) -> Iterator[None]:
    """Wait until the server has taken an answer: the page shows it before."""
    with page.expect_response(f"**/commands/{command}") as answer:
        yield
    assert answer.value.ok


def show_all(page: Page, label: str) -> None:
    page.get_by_role("switch", name=label).click()
    expect(page.locator("li.decision")).to_have_count(30)


def card_of(page: Page, place: int) -> Locator:
    return page.locator("li.decision").nth(place)


def decision_at(seen: Window, place: int) -> str:
    answer = seen.page.request.get(f"{seen.address}/api/v1/todo", params={"all": "true", "size": 30}).json()
    return str(answer["decisions"][place]["decision_id"])


@pytest.mark.parametrize("look", [ZH, EN_DARK_PHONE], ids=str)
def test_a_decision_is_accepted_dismissed_put_off_and_given_away(
    open_window: OpenWindow, own_shop: Served, look: Look
) -> None:
    words = WORDS[look.lang]
    seen = open_window(look, at=own_shop)
    page = seen.open("/")
    show_all(page, words["all"])
    ids = [decision_at(seen, place) for place in range(4)]

    with confirmed(page, "accept"):
        press(card_of(page, 0), words["accept"])
    expect(card_of(page, 0)).to_contain_text(words["accepted"])
    with confirmed(page, "reopen"):
        press(card_of(page, 0), words["reopen"])
    expect(card_of(page, 0).get_by_role("button", name=words["accept"], exact=True)).to_be_visible()
    assert told(seen, ids[0])["answer"] in (None, "reopen")

    press(card_of(page, 1), words["dismiss"])
    dialog = page.get_by_role("dialog")
    press(dialog, words["dismiss"])
    expect(dialog).to_contain_text(words["needed"])
    assert find_violations(page) == []
    page.get_by_label(words["why"]).fill("<b>已和平台核对</b>")
    with confirmed(page, "dismiss"):
        press(dialog, words["dismiss"])
    expect(card_of(page, 1)).to_contain_text(words["dismissed"] + "<b>已和平台核对</b>")
    assert told(seen, ids[1])["answer"] == "dismiss"

    press(card_of(page, 2), words["more"])
    pick(page, words["snooze"])
    assert find_violations(page) == []
    press(page.get_by_role("dialog"), words["tomorrow"])
    with confirmed(page, "snooze"):
        press(page.get_by_role("dialog"), words["snooze"])
    expect(card_of(page, 2)).to_contain_text(words["off"])
    assert told(seen, ids[2])["answer"] == "snooze"

    press(card_of(page, 3), words["more"])
    pick(page, words["assign"])
    choose(page, words["whom"], "operator")
    assert find_violations(page) == []
    with confirmed(page, "assign"):
        press(page.get_by_role("dialog"), words["assign"])
    expect(card_of(page, 3)).to_contain_text(words["with"])
    assert told(seen, ids[3])["assignee"] == "operator"
    assert seen.complaints == []


def test_decisions_are_ranked_by_money_with_reasons_and_paged(open_window: OpenWindow) -> None:
    seen = open_window()
    page = seen.open("/")
    answer = page.request.get(f"{seen.address}/api/v1/todo", headers={"Accept-Language": "zh"}).json()
    cards = page.locator("li.decision")
    expect(cards).to_have_count(len(answer["decisions"]))
    amounts = [float(one["impact_amount"]) for one in answer["decisions"]]
    assert amounts == sorted(amounts, reverse=True) and amounts[0] > 0
    expect(cards.first).to_contain_text(answer["decisions"][0]["sentences"]["why"][0])
    expect(cards.first).to_contain_text(f"{amounts[0]:,.2f}")
    show_all(page, WORDS["zh"]["all"])
    first = cards.first.inner_text()
    page.get_by_role("listitem", name="2", exact=True).or_(page.get_by_title("2", exact=True)).first.click()
    expect(cards.first).not_to_have_text(first)
    choose(page, "所有类别", "商品未对应")
    expect(cards.first).to_contain_text("商品未对应货品")


def test_key_figures_stand_against_their_expected_range(open_window: OpenWindow) -> None:
    page = open_window().open("/")
    tile = page.locator("li.tile").first
    expect(tile).to_contain_text("实付金额")
    expect(tile).to_contain_text("预期")
    press(tile, "“实付金额”的定义")
    expect(page.get_by_role("tooltip")).to_contain_text("已付款订单")
    page.get_by_role("link", name="从哪来").click()
    expect(page.get_by_role("heading", name="一个数字从哪里来")).to_be_visible()


def test_a_viewer_sees_decisions_and_cannot_answer(open_window: OpenWindow) -> None:
    page = open_window(who="viewer").open("/")
    expect(page.locator("li.decision").first).to_be_visible()
    expect(page.get_by_role("button", name="采纳", exact=True)).to_have_count(0)
