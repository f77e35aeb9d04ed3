"""The morning's list reaches whom it is meant for, says what the console says, and never tells an address."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.listener import Listener, listening
from tests.two_shops import AS_OF
from zhanggui.app import addresses, notifying
from zhanggui.app.addresses import KINDS, check_reach, mask_address, open_address, read_address
from zhanggui.app.callers import SYSTEM, local_caller
from zhanggui.app.catalogue import run_command
from zhanggui.app.closing import Closed
from zhanggui.app.commanding import Commanded
from zhanggui.app.errors import NotifyAddressInvalid, NotifyFailed, NotifyKindUnknown, NotifyTargetUnknown
from zhanggui.app.jobs import job_records, list_jobs, submit_close, submit_morning
from zhanggui.app.notifying import compose_notice, deliver_notice, list_targets
from zhanggui.app.sentences import sentences
from zhanggui.app.settings import change_settings
from zhanggui.app.verdicts import Todo, list_todo
from zhanggui.app.working import run_job
from zhanggui.app.workspace import Workspace, open_workspace
from zhanggui.kernel.clock import now_utc

BUYER = "b0" * 16
TOKEN = "plantedsecrettoken0123456789"
WANG = local_caller("wang")
ADDRESSES = {
    "dingtalk": (f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}", f"dingtalk://{TOKEN}/"),
    "wecom": (f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}", f"wecombot://{TOKEN}/"),
    "feishu": (f"https://open.feishu.cn/open-apis/bot/v2/hook/{TOKEN}", f"feishu://{TOKEN}/"),
    "email": (f"mailtos://a%40b.cn:{TOKEN}@smtp.b.cn:465?to=boss@b.cn", f"mailtos://a%40b.cn:{TOKEN}@smtp.b.cn:465?to=boss@b.cn"),
    "webhook": (f"https://b.cn/hook?key={TOKEN}", f"jsons://b.cn/hook?-key={TOKEN}"),
}  # fmt: skip


@pytest.fixture
def heard() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture
def shop(two_shops: Workspace, tmp_path: Path) -> Workspace:
    return open_workspace(Path(shutil.copytree(two_shops.root, tmp_path / "shop")))


def command(workspace: Workspace, entry: str, /, **told: object) -> dict[str, object]:
    return run_command(Commanded(workspace, WANG), entry, told)


def tell(workspace: Workspace, heard: Listener, path: str = f"/hook?key={TOKEN}", name: str = "老板群") -> str:
    added = command(workspace, "notify-add", name=name, kind="webhook", address=heard.address(path))
    return str(added["target_id"])


def deliver(workspace: Workspace) -> tuple[list[float], list[tuple[str, str, int]]]:
    """The pauses and the log of one delivery."""
    pauses: list[float] = []
    log: list[tuple[str, str, int]] = []
    deliver_notice(
        compose_notice(workspace),
        list_targets(workspace),
        told=lambda *_: None,
        logged=lambda code, fields: log.append((code, str(fields["target"]), int(fields["attempt"]))),
        pause=pauses.append,
    )
    return pauses, log


@pytest.mark.parametrize("kind", KINDS)
def test_an_address_as_the_service_shows_it_is_understood(kind: str) -> None:
    pasted, library = ADDRESSES[kind]
    assert read_address(kind, f" {pasted} ") == library
    assert open_address(kind, pasted) is not None
    assert TOKEN not in mask_address(kind, pasted)


def test_a_signed_robot_and_the_one_abroad() -> None:
    signed = f"{ADDRESSES['dingtalk'][0]}&secret=SEC0123456789abcdef"
    assert read_address("dingtalk", signed) == f"dingtalk://SEC0123456789abcdef@{TOKEN}/"
    assert read_address("feishu", f"https://open.larksuite.com/open-apis/bot/v2/hook/{TOKEN}") == f"lark://{TOKEN}/"
    assert mask_address("email", "mailtos://u:p@smtp.b.cn?to=boss@b.cn") == "b…@b.cn"


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("dingtalk", f"https://evil.example/robot/send?access_token={TOKEN}"),
        ("dingtalk", f"http://oapi.dingtalk.com/robot/send?access_token={TOKEN}"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send"),
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a/../b"),
        ("feishu", f"https://open.feishu.cn/other/{TOKEN}"),
        ("email", f"mailtos://u:{TOKEN}@smtp.b.cn"),
        ("webhook", f"file:///etc/passwd?{TOKEN}"),
        ("webhook", f"syslog://{TOKEN}"),
        ("webhook", f"https://b.cn/{TOKEN}\nHost: evil"),
        ("webhook", f"https://[{TOKEN}"),
        ("webhook", f"http://169.254.169.254/latest/meta-data?{TOKEN}"),
        ("webhook", f"http://[fe80::1]/{TOKEN}"),
        ("webhook", f"http://[::ffff:169.254.169.254]/{TOKEN}"),
        ("webhook", f"http://0.0.0.0:8600/{TOKEN}"),
        ("webhook", "https://b.cn/" + "x" * 1000),
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(kind: str, address: str) -> None:
    with pytest.raises(NotifyAddressInvalid) as refused:
        read_address(kind, address)
    assert refused.value.fields == {"kind": kind}
    assert TOKEN not in repr(refused.value) + repr(refused.value.__cause__)


@pytest.mark.parametrize(
    "place", ["127.0.0.1", "169.254.169.254", "::1", "fe80::1%eth0", "::ffff:127.0.0.1", "0.0.0.0"]
)
def test_a_name_that_leads_to_this_machine_is_not_sent_to(
    shop: Workspace, heard: Listener, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    command(shop, "notify-add", name="群", kind="webhook", address=f"http://hook.b.cn:{heard.port}/{TOKEN}")

    def resolve(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", ("203.0.113.7", 0)), (2, 1, 6, "", (place, 0))]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", resolve)
    with pytest.raises(NotifyAddressInvalid) as refused:
        check_reach("webhook", f"http://hook.b.cn/{TOKEN}")
    assert refused.value.fields == {"kind": "webhook"}
    with pytest.raises(NotifyFailed):
        deliver(shop)
    assert heard.came == []


def test_this_machine_is_reached_where_the_owner_wrote_it_and_a_name_elsewhere_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    elsewhere = [(2, 1, 6, "", ("203.0.113.7", 0)), (10, 1, 6, "", ("2001:db8::7", 0, 0, 0))]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_, **__: elsewhere)
    for host in ("localhost", "127.0.0.1", "[::1]", "192.168.1.20", "hook.b.cn"):
        check_reach("webhook", f"http://{host}:8000/hook")
        assert open_address("webhook", f"http://{host}:8000/hook") is not None


def test_nobody_who_answers_chooses_another_place(shop: Workspace, heard: Listener) -> None:
    tell(shop, heard)
    heard.refusals, heard.moved_to = [307, 308, 302], heard.address("/elsewhere")
    with pytest.raises(NotifyFailed):
        deliver(shop)
    assert heard.came == []


def test_a_number_that_only_the_machine_reads_as_its_own_address_is_a_name() -> None:
    with pytest.raises(NotifyAddressInvalid):
        check_reach("webhook", "http://127.1/hook")


def test_other_kinds_are_named() -> None:
    with pytest.raises(NotifyKindUnknown):
        read_address("pager", "https://b.cn")


@pytest.fixture
def todo(shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> Todo:
    """A list with two things to do, and one about a buyer."""
    every = list_todo(shop, has_all=True)
    acts = [{**row, "verdict": "act", "impact_amount": Decimal(90), "currency": "CNY"} for row in every.decisions[:2]]
    about_a_buyer = {**acts[0], "subject_kind": "buyer", "subject_id": BUYER}
    found = replace(every, decisions=(about_a_buyer, *acts))
    monkeypatch.setattr(notifying, "list_todo", lambda _: found)
    return found


def test_the_list_says_what_the_console_says_and_names_no_buyer(shop: Workspace, heard: Listener, todo: Todo) -> None:
    change_settings(shop, WANG, {"lang": "en"})
    tell(shop, heard)
    command(shop, "notify")
    [(path, told)] = heard.came
    assert path == f"/hook?key={TOKEN}"
    assert told["title"] == f"Zhanggui · 甲乙公司 · {AS_OF}"
    first, second = (sentences(row, "en")["title"] for row in todo.decisions[1:])
    assert told["message"].splitlines() == [
        "2 things to decide today:",
        f"1. {first} (90 CNY)",
        f"2. {second} (90 CNY)",
        "Data: no report is late.",
    ]
    assert BUYER not in str(told)


def test_a_late_report_is_named(shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    late = {"shop_id": "taobao/甲店", "report": "taobao_orders_csv", "last_on": date(2026, 7, 28), "late_days": 3}
    rows = [{**late, "state": "late"}] * 11 + [{**late, "state": "complete"}]
    monkeypatch.setattr(notifying, "_late", lambda *_: rows)
    told = compose_notice(shop).body.splitlines()
    assert told[1:3] == [
        "数据：11 份报表晚到，数字可能不全：",
        "· taobao/甲店 taobao_orders_csv：最近到 2026-07-28，晚 3 天",
    ]
    assert (len(told), told[-1]) == (1 + 1 + 10 + 1, "……另有 1 条")


def test_what_fails_is_tried_again_and_then_told(shop: Workspace, heard: Listener) -> None:
    tell(shop, heard)
    heard.refusals[:] = [500]
    assert deliver(shop) == ([20], [("notice_not_sent", "老板群", 1), ("notice_sent", "老板群", 2)])
    heard.refusals[:] = [500, 500, 500]
    with pytest.raises(NotifyFailed) as failed:
        deliver(shop)
    assert failed.value.fields == {"targets": "老板群", "attempts": 3}
    assert len(heard.came) == 1


def test_one_that_fails_does_not_hold_up_the_others(shop: Workspace, heard: Listener) -> None:
    with listening() as gone:
        dead = gone.address("/")
    command(shop, "notify-add", name="坏的", kind="webhook", address=dead)
    tell(shop, heard, "/good")
    with pytest.raises(NotifyFailed):
        deliver(shop)
    assert [path for path, _ in heard.came] == ["/good"]


def test_a_test_goes_to_one_or_to_all_and_a_silenced_one_gets_no_list(shop: Workspace, heard: Listener) -> None:
    first, second = tell(shop, heard, "/a", "甲"), tell(shop, heard, "/b", "乙")
    tested = command(shop, "notify-test", target_id=second)
    assert tested == {"targets": [{"target_id": second, "name": "乙", "is_sent": True}]}
    assert heard.came.pop()[1]["title"] == "掌柜 · 甲乙公司 · 测试"
    command(shop, "notify-switch", target_id=first, is_on=False)
    assert command(shop, "notify")["sent"] == ["乙"]
    command(shop, "notify-remove", target_id=second)
    assert [one["name"] for one in command(shop, "notify-list")["targets"]] == ["甲"]  # type: ignore[attr-defined]
    with pytest.raises(NotifyTargetUnknown):
        command(shop, "notify-test", target_id=second)


def run_queued(workspace: Workspace) -> list[tuple[str, str, str]]:
    """Run what waits until nothing does; gives every job's kind, state and who asked."""
    records = job_records(workspace)
    while job := records.claim(["close", "notify"], 1, now_utc()):
        run_job(workspace, job, threading.Event())
    return [(job.kind, job.state, job.created_by) for job in reversed(list_jobs(workspace))]


@pytest.fixture
def closed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The close itself is not what is tried here."""
    monkeypatch.setattr("zhanggui.app.closing.close_books", lambda *_: Closed(3, AS_OF, 1))


@pytest.mark.usefixtures("closed_at_once")
def test_only_the_morning_close_is_followed_by_the_list(shop: Workspace, heard: Listener) -> None:
    tell(shop, heard)
    submit_close(shop, SYSTEM.actor)
    assert run_queued(shop) == [("close", "done", "zhanggui")]
    submit_morning(shop)
    assert submit_morning(shop).job_id == list_jobs(shop, ("queued",))[0].job_id
    assert run_queued(shop)[1:] == [("close", "done", "zhanggui"), ("notify", "done", "zhanggui")]
    assert len(heard.came) == 1


@pytest.mark.usefixtures("closed_at_once")
def test_nothing_tells_the_address(
    shop: Workspace, heard: Listener, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG, "zhanggui")
    caplog.set_level(logging.DEBUG, "apprise")
    tell(shop, heard)
    heard.refusals[:] = [500] * 9
    submit_morning(shop)
    monkeypatch.setattr(notifying, "NOTIFY_WAIT_SECONDS", 0)
    assert run_queued(shop)[-1] == ("notify", "failed", "zhanggui")
    job = list_jobs(shop)[0]
    assert [line["code"] for line in job.log] == ["notice_not_sent"] * 3
    assert job.error is not None and job.error["code"] == "notify_failed"
    told = repr([job, command(shop, "notify-list"), shop.books.read_audit(), list_targets(shop)]) + caplog.text
    assert TOKEN not in told
