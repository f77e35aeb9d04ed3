"""People, tokens, grants and the audit on the command line: stable shapes, exit codes, and no secret where it does not belong."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from zhanggui.kernel.clock import today
from zhanggui.surfaces.cli.main import run

Ask = Callable[..., Any]
PHRASE = "four words nobody links"
PERSON = {"name", "role", "lang", "is_active", "created_by", "created_at", "password_changed_at", "disabled_at"}
TOKEN = {"token_id", "name", "owner", "permissions", "created_by", "created_at", "expires_at", "revoked_at", "is_valid"}
GRANT = {"grant_id", "guest", "questions", "shops", "created_by", "created_at", "until_at", "revoked_at", "is_valid"}
ENTRY = {"audit_id", "at", "actor", "actor_kind", "action", "subject", "detail", "generation", "remote"}


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """What stands on standard input."""
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


@pytest.fixture
def peopled(copied: Path, ask: Ask, typed: Callable[[str], None]) -> Path:
    """The closed workspace with an owner."""
    typed(PHRASE + "\n")
    code, told = ask(copied, "user", "add", "王老板", "--role", "owner", "--password-stdin")
    assert (code, set(told), told["role"]) == (0, PERSON, "owner")
    return copied


def test_a_password_is_read_from_standard_input_and_never_an_argument(
    peopled: Path, ask: Ask, typed: Callable[[str], None]
) -> None:
    typed("password123\n")
    code, told = ask(peopled, "user", "add", "li", "--role", "viewer")
    assert (code, told["error"]["code"]) == (4, "password_too_common")
    assert run(["--workspace", str(peopled), "user", "add", "li", "--role", "viewer", "--password", PHRASE]) == 2
    assert [person["name"] for person in ask(peopled, "user", "list")[1]["people"]] == ["王老板"]


def test_people_are_changed_and_the_last_owner_stays(peopled: Path, ask: Ask, typed: Callable[[str], None]) -> None:
    typed(PHRASE + "\n")
    assert ask(peopled, "user", "add", "li", "--role", "viewer")[0] == 0
    assert ask(peopled, "user", "role", "li", "finance")[1]["role"] == "finance"
    assert ask(peopled, "user", "disable", "li")[1]["is_active"] is False
    assert ask(peopled, "user", "enable", "li")[1]["is_active"] is True
    typed("quite another sentence\n")
    assert ask(peopled, "user", "password", "li")[0] == 0
    code, told = ask(peopled, "user", "disable", "王老板")
    assert (code, told["error"]["code"]) == (4, "last_owner")
    assert ask(peopled, "user", "role", "nobody-here", "viewer")[0] == 2


def test_a_token_is_told_once(peopled: Path, ask: Ask) -> None:
    code, made = ask(peopled, "token", "create", "BI", "--for", "王老板", "--can", "read,export", "--days", "7")
    assert (code, set(made), made["permissions"]) == (0, TOKEN | {"secret"}, ["export", "read"])
    (listed,) = ask(peopled, "token", "list")[1]["tokens"]
    assert (set(listed), listed["is_valid"]) == (TOKEN, True)
    assert ask(peopled, "token", "revoke", made["token_id"]) == (0, {"token_id": made["token_id"]})
    assert ask(peopled, "token", "revoke", made["token_id"])[0] == 2


def test_a_grant_is_made_listed_and_ended(peopled: Path, ask: Ask) -> None:
    named = ["--questions", "orders,metric:gmv", "--shops", "taobao/小店"]
    last = today("Asia/Shanghai") + timedelta(days=30)
    code, made = ask(peopled, "grant", "create", "某银行", *named, "--until", last.isoformat())
    assert (code, set(made)) == (0, GRANT | {"secret"})
    assert made["until_at"] == f"{last}T16:00:00"  # midnight in Shanghai
    assert [set(grant) for grant in ask(peopled, "grant", "list")[1]["grants"]] == [GRANT]
    assert ask(peopled, "grant", "revoke", made["grant_id"])[0] == 0
    assert (
        ask(peopled, "grant", "create", "x", "--questions", "orders", "--shops", "nowhere", "--until", str(last))[0]
        == 2
    )


def test_the_audit_says_who_did_what_and_never_a_secret(peopled: Path, ask: Ask) -> None:
    made = ask(peopled, "token", "create", "BI", "--for", "王老板")[1]
    code, told = ask(peopled, "audit", "--size", "2")
    assert (code, set(told)) == (0, {"entries", "total"})
    assert [(entry["action"], entry["actor_kind"]) for entry in told["entries"]] == [
        ("token.create", "local"),
        ("person.add", "local"),
    ]
    assert set(told["entries"][0]) == ENTRY
    assert made["secret"] not in str(told)
    assert PHRASE not in str(told)
    assert [entry["action"] for entry in ask(peopled, "audit", "--action", "person.")[1]["entries"]] == ["person.add"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_lists_for_people_have_titles_in_both_languages(
    peopled: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    for words in (["user", "list"], ["token", "list"], ["grant", "list"], ["audit"]):
        assert run(["--workspace", str(peopled), *words, "--lang", lang]) == 0
    told = capsys.readouterr().out
    assert all(
        word in told
        for word in (
            {"zh": ("姓名", "权限", "被授权人", "动作")}.get(lang) or ("Name", "Permissions", "Guest", "Action")
        )
    )
