"""Tokens: shown once, kept as digests, never worth more than their owner, and dead when they should be."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from zhanggui.app.access import check_bearer
from zhanggui.app.callers import Caller, local_caller
from zhanggui.app.entry_errors import (
    ExpiryInvalid,
    NotAuthenticated,
    NotPermitted,
    PermissionExceeded,
    PermissionUnknown,
    PersonUnknown,
    TokenUnknown,
    TooManyKept,
)
from zhanggui.app.people import add_person, change_role, disable_person, enable_person, set_up
from zhanggui.app.sessions import log_in
from zhanggui.app.tokens import check_token, create_token, list_tokens, revoke_token
from zhanggui.app.workspace import Workspace
from zhanggui.canon.questions import Permission
from zhanggui.kernel.limits import MAX_TOKEN_DAYS, MAX_TOKENS_PER_PERSON

AT = datetime(2026, 8, 1, 9)
PHRASE = "four words nobody links"
DESK = local_caller("desk")


@pytest.fixture
def peopled(workspace: Workspace) -> Workspace:
    set_up(workspace, "wang", PHRASE, AT)
    add_person(workspace, DESK, "li", "operator", PHRASE, AT)
    return workspace


@pytest.fixture
def li(peopled: Workspace) -> Caller:
    return log_in(peopled, "li", PHRASE, "127.0.0.1", AT).caller


def test_a_token_acts_for_its_owner_with_a_part_of_the_permissions(peopled: Workspace, li: Caller) -> None:
    made = create_token(peopled, li, "BI", ["read"], AT)
    caller = check_bearer(peopled, made.secret, AT, "10.0.0.1")
    assert (caller.kind, caller.name, caller.permissions, caller.remote) == (
        "token",
        "li",
        {Permission.READ},
        "10.0.0.1",
    )
    assert caller.actor == f"li ({made.told['token_id']})"


def test_a_token_is_shown_once_and_kept_as_a_digest(peopled: Workspace, li: Caller) -> None:
    made = create_token(peopled, li, "BI", ["read"], AT)
    assert made.secret.startswith("zgt_")
    assert made.secret not in str(list_tokens(peopled, li, AT))
    with peopled.books.reading() as records:
        assert made.secret not in str(records.execute(text("SELECT * FROM tokens")).all())
        assert made.secret not in str(records.execute(text("SELECT * FROM audit")).all())


def test_a_token_never_does_more_than_its_owner_may_today(peopled: Workspace, li: Caller) -> None:
    with pytest.raises(PermissionExceeded):
        create_token(peopled, li, "BI", ["export"], AT)
    made = create_token(peopled, li, "loader", ["read", "import"], AT)
    change_role(peopled, DESK, "li", "viewer", AT)
    assert check_token(peopled, made.secret, AT).permissions == {Permission.READ}
    disable_person(peopled, DESK, "li", AT)
    with pytest.raises(NotAuthenticated):
        check_token(peopled, made.secret, AT)
    enable_person(peopled, DESK, "li", AT)
    assert check_token(peopled, made.secret, AT).name == "li"


@pytest.mark.parametrize("permission", ["own", "everything", ""])
def test_no_token_owns_the_house(peopled: Workspace, permission: str) -> None:
    with pytest.raises(PermissionUnknown):
        create_token(peopled, DESK, "admin", [permission], AT, owner="wang")


def test_a_token_ends_when_it_expires_or_is_revoked(peopled: Workspace, li: Caller) -> None:
    short = create_token(peopled, li, "short", [], AT, days=1)
    assert check_token(peopled, short.secret, AT + timedelta(hours=23, minutes=59))
    with pytest.raises(NotAuthenticated):
        check_token(peopled, short.secret, AT + timedelta(days=1))
    long = create_token(peopled, li, "long", [], AT)
    revoke_token(peopled, li, long.told["token_id"], AT)
    with pytest.raises(NotAuthenticated):
        check_token(peopled, long.secret, AT)
    with pytest.raises(TokenUnknown):
        revoke_token(peopled, li, long.told["token_id"], AT)


@pytest.mark.parametrize("days", [0, -1, MAX_TOKEN_DAYS + 1])
def test_no_token_lasts_for_ever(peopled: Workspace, li: Caller, days: int) -> None:
    with pytest.raises(ExpiryInvalid):
        create_token(peopled, li, "x", [], AT, days=days)


def test_people_see_and_revoke_their_own_tokens_and_owners_all(peopled: Workspace, li: Caller) -> None:
    wang = log_in(peopled, "wang", PHRASE, "127.0.0.1", AT).caller
    theirs = create_token(peopled, wang, "mine", ["read"], AT)
    ours = create_token(peopled, wang, "for li", ["read"], AT, owner="Li")
    assert [token["token_id"] for token in list_tokens(peopled, li, AT)] == [ours.told["token_id"]]
    assert len(list_tokens(peopled, wang, AT)) == 2
    with pytest.raises(TokenUnknown):
        revoke_token(peopled, li, theirs.told["token_id"], AT)
    with pytest.raises(NotPermitted):
        create_token(peopled, li, "x", ["read"], AT, owner="wang")


def test_a_token_makes_no_tokens(peopled: Workspace, li: Caller) -> None:
    made = create_token(peopled, li, "BI", ["read"], AT)
    with pytest.raises(NotPermitted):
        create_token(peopled, check_token(peopled, made.secret, AT), "child", ["read"], AT)


def test_tokens_need_somebody_to_act_for_and_are_not_without_number(peopled: Workspace, li: Caller) -> None:
    with pytest.raises(PersonUnknown):
        create_token(peopled, DESK, "x", ["read"], AT, owner="nobody else")
    for number in range(MAX_TOKENS_PER_PERSON):
        create_token(peopled, li, f"t{number}", [], AT, days=1)
    with pytest.raises(TooManyKept):
        create_token(peopled, li, "one more", [], AT)
    assert create_token(peopled, li, "the day after", [], AT + timedelta(days=1)).told["is_valid"]


@pytest.mark.parametrize("secret", ["", "zgt_", "zgg_", "zgt_" + "A" * 43, "\ud800"])
def test_invented_secrets_open_nothing(peopled: Workspace, secret: str) -> None:
    with pytest.raises(NotAuthenticated):
        check_bearer(peopled, secret, AT)
