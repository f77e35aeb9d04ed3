"""Notices from the command line: the address is read unseen, shown masked, and works."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.listener import listening
from tests.unit.surfaces.conftest import Ask

SECRET = "plantedsecret0123"


def test_a_place_is_added_tested_silenced_and_forgotten(
    copied: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening() as heard:
        monkeypatch.setattr("sys.stdin", io.StringIO(heard.address(f"/{SECRET}") + "\n"))
        code, added = ask(copied, "notify", "add", "老板群", "--kind", "webhook")
        assert (code, added["address_masked"]) == (0, f"http://127.0.0.1:{heard.port}/…")
        code, sent = ask(copied, "notify", "send")
        assert (code, sent["sent"]) == (0, ["老板群"])
        assert [path for path, _ in heard.came] == [f"/{SECRET}"]
        target = added["target_id"]
        assert ask(copied, "notify", "switch", target, "--off")[1]["is_on"] is False
        assert ask(copied, "notify", "send")[1]["sent"] == []
        assert ask(copied, "notify", "test", target)[1]["targets"][0]["is_sent"] is True
        listed = ask(copied, "notify", "list")[1]
        assert SECRET not in str(listed)
        assert ask(copied, "notify", "remove", target)[1] == {"target_id": target}
        assert ask(copied, "notify", "list")[1] == {"targets": []}
        assert ask(copied, "notify", "test", target)[0] == 2


def test_what_is_no_address_is_not_repeated(
    copied: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"ftp://{SECRET}\n"))
    code, told = ask(copied, "notify", "add", "x", "--kind", "webhook")
    assert code == 2
    assert told is None or told["error"]["code"] == "notify_address_invalid"
    assert SECRET not in str(told) + capsys.readouterr().err
