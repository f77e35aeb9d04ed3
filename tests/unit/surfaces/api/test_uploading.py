"""Receiving files: what waits is what was sent, within limits, and a day's worth is a day's worth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.served import API, error_of, signed_in
from zhanggui.app import quotas
from zhanggui.app.callers import local_caller
from zhanggui.app.errors import UploadQuotaReached
from zhanggui.app.importing import ImportOptions
from zhanggui.app.jobs import list_jobs
from zhanggui.app.quotas import check_quota, record_sent
from zhanggui.app.uploads import inbox
from zhanggui.app.workspace import Workspace, open_workspace
from zhanggui.kernel.clock import now_utc
from zhanggui.surfaces.api import files


@pytest.fixture
def operator(own: Path) -> Iterator[TestClient]:
    with signed_in(own, "operator") as client:
        yield client


def send(client: TestClient, *named: tuple[str, bytes], **fields: str) -> Any:
    return client.post(f"{API}/files", files=[("files", one) for one in named], data=fields)


def workspace_of(client: TestClient) -> Workspace:
    workspace: Workspace = client.app.state.service.workspace  # type: ignore[attr-defined]
    return workspace


def waiting(client: TestClient) -> list[str]:
    """Everything that lies in the inbox, files and rooms."""
    place = inbox(workspace_of(client))
    return sorted(path.name for path in place.rglob("*")) if place.exists() else []


def test_what_was_sent_waits_under_numbers(operator: TestClient) -> None:
    answer = send(
        operator, ("a/甲.csv", b"one"), ("../../b.csv", b"two"), ("a/.DS_Store", b"x"), shop="小店", close="false"
    )
    assert answer.status_code == 202
    told = answer.json()
    room = inbox(workspace_of(operator)) / told["upload"]
    assert waiting(operator) == sorted([told["upload"], "000000", "000001", "files.json"])
    assert [(room / name).read_bytes() for name in ("000000", "000001")] == [b"one", b"two"]
    [job] = list_jobs(workspace_of(operator))
    assert dict(job.params) == {"upload": told["upload"], "shop": "小店", "close": "false"}


@pytest.mark.parametrize(
    ("limit", "sent", "code", "status"),
    [
        ("MAX_UPLOAD_FILE_BYTES", [("a.csv", b"x" * 101)], "body_too_large", 413),
        ("MAX_UPLOAD_FILES", [(f"{n}.csv", b"x") for n in range(101)], "too_many_files", 413),
    ],
)
def test_what_is_beyond_a_limit_leaves_nothing(
    operator: TestClient, monkeypatch: pytest.MonkeyPatch, limit: str, sent: list[Any], code: str, status: int
) -> None:
    monkeypatch.setattr(files, limit, 100)
    answer = send(operator, *sent)
    assert (answer.status_code, error_of(answer), waiting(operator)) == (status, code, [])
    assert list_jobs(workspace_of(operator)) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"--x\r\nContent-Disposition: form-data; name=files\r\n\r\n", b"not at all", b"--x--\r\n"],
)
def test_what_is_torn_leaves_nothing_and_can_be_sent_again(operator: TestClient, body: bytes) -> None:
    torn = operator.post(f"{API}/files", content=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert (torn.status_code, error_of(torn), waiting(operator)) == (400, "body_invalid", [])
    assert send(operator, ("a.csv", b"one")).status_code == 202


def test_a_person_sends_a_days_worth_in_a_day(operator: TestClient, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "MAX_DAY_UPLOAD_BYTES", 1000)
    assert send(operator, ("a.csv", b"x" * 600)).status_code == 202
    held = waiting(operator)
    for sent in ([("b.csv", b"x" * 500)], [("b.csv", b"x" * 100), ("c.csv", b"x" * 10_000)]):
        refused = send(operator, *sent)
        assert (refused.status_code, error_of(refused), waiting(operator)) == (429, "upload_quota_reached", held)
        assert 86_000 < int(refused.headers["Retry-After"]) <= 86_400
    told = refused.json()["error"]["fields"]
    assert {name: told[name] for name in ("of", "name", "limit")} == {"of": "person", "name": "operator", "limit": 1000}
    with signed_in(own, "owner") as other:
        assert send(other, ("b.csv", b"x" * 100)).status_code == 202


def test_a_body_that_does_not_say_how_long_it_is_is_counted_as_it_comes(
    operator: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotas, "MAX_DAY_UPLOAD_BYTES", 1000)
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'

    def body() -> Iterator[bytes]:
        yield head
        for _ in range(20):
            yield b"y" * 100
        yield b"\r\n--x--\r\n"

    refused = operator.post(f"{API}/files", content=body(), headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert (refused.status_code, error_of(refused), waiting(operator)) == (429, "upload_quota_reached", [])


def test_files_and_shops_have_quotas_too_and_a_day_ends(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotas, "MAX_DAY_UPLOAD_FILES", 3)
    monkeypatch.setattr(quotas, "MAX_SHOP_DAY_UPLOAD_BYTES", 10)
    workspace, at = open_workspace(own), now_utc()
    wang, li = local_caller("wang"), local_caller("li")
    path = tmp_path / "a.csv"
    path.write_bytes(b"123456")
    record_sent(workspace, wang, [("a.csv", path)], ImportOptions("甲店"), at)
    with pytest.raises(UploadQuotaReached) as shop:
        record_sent(workspace, li, [("b.csv", path)], ImportOptions("甲店"), at)
    assert (shop.value.fields["of"], shop.value.fields["name"], shop.value.fields["seconds"]) == (
        "shop",
        "甲店",
        86_400,
    )
    record_sent(workspace, li, [("b.csv", path)], ImportOptions("乙店"), at)
    record_sent(workspace, wang, [("b.csv", path)], ImportOptions("丙店"), at)
    record_sent(workspace, wang, [("b.csv", path)], ImportOptions("丁店"), at)
    with pytest.raises(UploadQuotaReached) as full:
        check_quota(workspace, wang, 1, at)
    assert full.value.fields["of"] == "files"
    check_quota(workspace, wang, 1, at + timedelta(hours=24, seconds=1))
    record_sent(workspace, li, [("b.csv", path)], ImportOptions("甲店"), at + timedelta(hours=24, seconds=1))
