"""People and their sessions: who is let in stays in until the session ends, and nobody locks the house from outside."""

from __future__ import annotations

import stat
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from zhanggui.app import passwords
from zhanggui.app.auditing import list_audit
from zhanggui.app.callers import Caller, local_caller
from zhanggui.app.entry_errors import (
    LastOwner,
    LoginRefused,
    NameInvalid,
    NotAuthenticated,
    NotPermitted,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    PasswordWrong,
    PersonExists,
    PersonUnknown,
    RoleUnknown,
    SetUpAlready,
)
from zhanggui.app.minting import digest_secret, mint_secret
from zhanggui.app.people import (
    add_person,
    change_password,
    change_role,
    disable_person,
    enable_person,
    list_people,
    needs_set_up,
    reset_password,
    set_up,
)
from zhanggui.app.sessions import check_session, log_in, log_out
from zhanggui.app.workspace import Workspace
from zhanggui.canon.questions import Permission
from zhanggui.canon.roles import ROLES
from zhanggui.kernel.limits import MAX_PASSWORD_CHARS, SESSION_IDLE_SECONDS, SESSION_SECONDS

AT = datetime(2026, 8, 1, 9)
PHRASE, OTHER = "four words nobody links", "quite another sentence"
DESK = local_caller("desk")
HERE = "127.0.0.1"


@pytest.fixture
def owned(workspace: Workspace) -> Workspace:
    set_up(workspace, "王老板", PHRASE, AT)
    return workspace


def test_the_first_owner_is_made_once(workspace: Workspace) -> None:
    assert needs_set_up(workspace)
    set_up(workspace, "王老板", PHRASE, AT)
    assert not needs_set_up(workspace)
    with pytest.raises(SetUpAlready):
        set_up(workspace, "another", PHRASE, AT)
    assert [(p["name"], p["role"], p["is_active"]) for p in list_people(workspace)] == [("王老板", "owner", True)]


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("short12345"[:9], PasswordTooShort),
        ("x" * (MAX_PASSWORD_CHARS + 1), PasswordTooLong),
        ("password123", PasswordTooCommon),
        ("Qwertyuiop", PasswordTooCommon),
        ("aaaaaaaaaaaa", PasswordTooCommon),
        ("1234567890", PasswordTooCommon),
        ("woaini1314520", PasswordTooCommon),
        ("wang-li-2026!", PasswordTooCommon),
        ("掌柜小店20260801", PasswordTooCommon),
    ],
)
def test_passwords_that_are_tried_first_are_refused(
    workspace: Workspace, password: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        set_up(workspace, "wangli", password, AT)
    assert needs_set_up(workspace)


@pytest.mark.parametrize(
    "password",
    ["密码里可以有任何字符☃\x00\t", "p" * 5 + "q" * 30 + "r s t", "\ud83d half a sign", "長" * 3 + "x" * 1000 + "yz"],
)
def test_any_characters_and_long_sentences_are_taken(workspace: Workspace, password: str) -> None:
    set_up(workspace, "wang", password, AT)
    assert log_in(workspace, "wang", password, HERE, AT).caller.role == "owner"
    with pytest.raises(LoginRefused):
        log_in(workspace, "wang", password[:-1], HERE, AT)


def test_the_list_of_common_passwords_is_there_and_of_the_right_length() -> None:
    known = passwords.common_passwords()
    assert len(known) > 1000
    assert {len(word) >= 10 for word in known} == {True}


def test_a_password_is_kept_as_argon2id_only(owned: Workspace) -> None:
    with owned.books.reading() as records:
        (kept,) = records.execute(text("SELECT password_hash FROM people")).scalars()
    assert kept.startswith("$argon2id$v=19$m=65536,t=4,p=1$")
    assert PHRASE not in (owned.root / "books.sqlite").read_bytes().decode("latin-1")
    assert stat.S_IMODE((owned.root / "books.sqlite").stat().st_mode) == 0o600


def test_a_session_is_kept_as_a_digest_and_has_256_bits(owned: Workspace) -> None:
    entered = log_in(owned, "王老板", PHRASE, HERE, AT)
    with owned.books.reading() as records:
        assert list(records.execute(text("SELECT session_digest FROM sessions")).scalars()) == [
            digest_secret(entered.secret)
        ]
    assert len({mint_secret() for _ in range(100)}) == 100
    assert {len(mint_secret()) for _ in range(20)} == {43}  # 32 bytes in base 64


def test_a_session_opens_the_house_until_it_is_idle(owned: Workspace) -> None:
    secret = log_in(owned, "王老板", PHRASE, HERE, AT).secret
    told = check_session(owned, secret, AT + timedelta(minutes=29))
    assert told == Caller("person", "王老板", "owner", frozenset(Permission))
    check_session(owned, secret, AT + timedelta(minutes=58))
    with pytest.raises(NotAuthenticated):
        check_session(owned, secret, AT + timedelta(minutes=58, seconds=SESSION_IDLE_SECONDS))


def test_a_session_in_use_ends_after_twelve_hours(owned: Workspace) -> None:
    secret, at = log_in(owned, "王老板", PHRASE, HERE, AT).secret, AT
    while at < AT + timedelta(seconds=SESSION_SECONDS) - timedelta(minutes=20):
        at += timedelta(minutes=20)
        if at < AT + timedelta(seconds=SESSION_SECONDS):
            check_session(owned, secret, at)
    with pytest.raises(NotAuthenticated):
        check_session(owned, secret, AT + timedelta(seconds=SESSION_SECONDS))


def test_logging_in_again_makes_a_new_session_and_ends_the_old(owned: Workspace) -> None:
    first = log_in(owned, "王老板", PHRASE, HERE, AT).secret
    second = log_in(owned, "王老板", PHRASE, HERE, AT, old_secret=first).secret
    assert first != second
    with pytest.raises(NotAuthenticated):
        check_session(owned, first, AT)
    assert check_session(owned, second, AT).name == "王老板"


def test_a_session_is_dead_after_logging_out(owned: Workspace) -> None:
    entered = log_in(owned, "王老板", PHRASE, HERE, AT)
    assert log_out(owned, entered.secret, AT, entered.caller)
    assert not log_out(owned, entered.secret, AT, entered.caller)
    with pytest.raises(NotAuthenticated):
        check_session(owned, entered.secret, AT)


def test_roles_count_from_the_next_request(owned: Workspace) -> None:
    add_person(owned, DESK, "li", "operator", OTHER, AT)
    secret = log_in(owned, "LI ", OTHER, HERE, AT).secret
    assert check_session(owned, secret, AT).permissions == ROLES["operator"].permissions
    change_role(owned, DESK, "li", "viewer", AT)
    assert check_session(owned, secret, AT).permissions == {Permission.READ}


def test_who_is_disabled_is_out_at_once_and_may_come_back(owned: Workspace) -> None:
    add_person(owned, DESK, "li", "viewer", OTHER, AT)
    secret = log_in(owned, "li", OTHER, HERE, AT).secret
    disable_person(owned, DESK, "li", AT)
    with pytest.raises(NotAuthenticated):
        check_session(owned, secret, AT)
    with pytest.raises(LoginRefused):
        log_in(owned, "li", OTHER, HERE, AT)
    enable_person(owned, DESK, "li", AT)
    assert log_in(owned, "li", OTHER, HERE, AT).caller.name == "li"


def test_the_last_owner_stays(owned: Workspace) -> None:
    add_person(owned, DESK, "li", "owner", OTHER, AT)
    disable_person(owned, DESK, "li", AT)
    for leave in (
        lambda: disable_person(owned, DESK, "王老板", AT),
        lambda: change_role(owned, DESK, "王老板", "viewer", AT),
    ):
        with pytest.raises(LastOwner):
            leave()
    enable_person(owned, DESK, "li", AT)
    assert change_role(owned, DESK, "王老板", "viewer", AT).role == "viewer"


def test_names_are_one_name_however_they_are_written(owned: Workspace) -> None:
    add_person(owned, DESK, "Li Lei", "viewer", OTHER, AT)
    for name in ("lilei", "LI LEI", "ＬｉＬｅｉ"):
        with pytest.raises(PersonExists):
            add_person(owned, DESK, name, "viewer", OTHER, AT)


@pytest.mark.parametrize(
    "name", ["", "  ", "a/b", "x" * 101, "line\nbreak", "\x1b[31mred", "me", "Nobody", "\u202eevil"]
)
def test_names_that_mislead_are_refused(owned: Workspace, name: str) -> None:
    with pytest.raises(NameInvalid):
        add_person(owned, DESK, name, "viewer", OTHER, AT)


def test_unknown_people_and_roles_are_told(owned: Workspace) -> None:
    with pytest.raises(RoleUnknown):
        add_person(owned, DESK, "li", "emperor", OTHER, AT)
    with pytest.raises(PersonUnknown):
        disable_person(owned, DESK, "li", AT)


def test_a_new_password_needs_the_present_one_and_ends_the_other_sessions(owned: Workspace) -> None:
    here, there = (log_in(owned, "王老板", PHRASE, HERE, AT) for _ in range(2))
    with pytest.raises(PasswordWrong):
        change_password(owned, here.caller, "not my password", OTHER, AT)
    change_password(owned, here.caller, PHRASE, OTHER, AT, digest_secret(here.secret))
    assert check_session(owned, here.secret, AT).name == "王老板"
    with pytest.raises(NotAuthenticated):
        check_session(owned, there.secret, AT)
    with pytest.raises(LoginRefused):
        log_in(owned, "王老板", PHRASE, HERE, AT)
    assert log_in(owned, "王老板", OTHER, HERE, AT).caller.name == "王老板"


def test_an_owner_resets_others_but_not_the_own_password(owned: Workspace) -> None:
    add_person(owned, DESK, "li", "viewer", OTHER, AT)
    owner = log_in(owned, "王老板", PHRASE, HERE, AT).caller
    reset_password(owned, owner, "li", "a brand new sentence", AT)
    assert log_in(owned, "li", "a brand new sentence", HERE, AT).caller.role == "viewer"
    with pytest.raises(NotPermitted):
        reset_password(owned, owner, "王老板", OTHER, AT)


def test_every_change_of_people_stands_in_the_audit_without_secrets(owned: Workspace) -> None:
    add_person(owned, DESK, "li", "viewer", OTHER, AT)
    change_role(owned, DESK, "li", "finance", AT)
    disable_person(owned, DESK, "li", AT)
    with pytest.raises(LoginRefused):
        log_in(owned, "li", OTHER, HERE, AT)
    with pytest.raises(LoginRefused):
        log_in(owned, OTHER, "typed into the wrong field", HERE, AT)
    told = list_audit(owned)
    acts = [(entry["action"], entry["subject"], entry["actor_kind"]) for entry in reversed(told["entries"])]
    assert acts == [
        ("person.set_up", "王老板", "nobody"),
        ("person.add", "li", "local"),
        ("person.role", "li", "local"),
        ("person.disable", "li", "local"),
        ("login.refused", "li", "nobody"),
        ("login.refused", "-", "nobody"),
    ]
    assert OTHER not in str(told)
    assert PHRASE not in str(told)
