"""The commands about who may enter, as a server and the command line run them; the work is done in the rooms beside."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from zhanggui.app.commanding import Commanded, action
from zhanggui.kernel.clock import now_utc


@action
def command_user_add(given: Commanded, name: str, role: str, password: str, lang: str | None) -> dict[str, Any]:
    """Let somebody in."""
    from zhanggui.app.people import add_person, tell_person

    return tell_person(add_person(given.workspace, given.caller, name, role, password, now_utc(), lang))


@action
def command_user_list(given: Commanded) -> dict[str, Any]:
    """Everybody."""
    from zhanggui.app.people import list_people

    return {"people": list_people(given.workspace)}


@action
def command_user_role(given: Commanded, name: str, role: str) -> dict[str, Any]:
    """Give another role."""
    from zhanggui.app.people import change_role, tell_person

    return tell_person(change_role(given.workspace, given.caller, name, role, now_utc()))


@action
def command_user_disable(given: Commanded, name: str) -> dict[str, Any]:
    """Shut somebody out."""
    from zhanggui.app.people import disable_person, tell_person

    return tell_person(disable_person(given.workspace, given.caller, name, now_utc()))


@action
def command_user_enable(given: Commanded, name: str) -> dict[str, Any]:
    """Let somebody in again."""
    from zhanggui.app.people import enable_person, tell_person

    return tell_person(enable_person(given.workspace, given.caller, name, now_utc()))


@action
def command_user_password(given: Commanded, name: str, password: str) -> dict[str, Any]:
    """Give a new password."""
    from zhanggui.app.people import reset_password, tell_person

    return tell_person(reset_password(given.workspace, given.caller, name, password, now_utc()))


@action
def command_token_create(
    given: Commanded, name: str, permissions: list[str] | None, days: int | None, owner: str | None
) -> dict[str, Any]:
    """Make a token; its secret is in the answer, this once."""
    from zhanggui.app.tokens import create_token

    made = create_token(given.workspace, given.caller, name, permissions or (), now_utc(), days, owner)
    return {**made.told, "secret": made.secret}


@action
def command_token_list(given: Commanded) -> dict[str, Any]:
    """The tokens that the caller may know of."""
    from zhanggui.app.tokens import list_tokens

    return {"tokens": list_tokens(given.workspace, given.caller, now_utc())}


@action
def command_token_revoke(given: Commanded, token_id: str) -> dict[str, Any]:
    """End a token."""
    from zhanggui.app.tokens import revoke_token

    revoke_token(given.workspace, given.caller, token_id, now_utc())
    return {"token_id": token_id}


@action
def command_grant_create(
    given: Commanded, guest: str, questions: list[str], shops: list[str], until: date
) -> dict[str, Any]:
    """Let a guest in; the secret is in the answer, this once."""
    from zhanggui.app.grants import create_grant

    ends = end_of_day(until, given.workspace.settings.timezone)
    made = create_grant(given.workspace, given.caller, guest, questions, shops, ends, now_utc())
    return {**made.told, "secret": made.secret}


@action
def command_grant_list(given: Commanded) -> dict[str, Any]:
    """Every grant."""
    from zhanggui.app.grants import list_grants

    return {"grants": list_grants(given.workspace, now_utc())}


@action
def command_grant_revoke(given: Commanded, grant_id: str) -> dict[str, Any]:
    """End a grant."""
    from zhanggui.app.grants import revoke_grant

    revoke_grant(given.workspace, given.caller, grant_id, now_utc())
    return {"grant_id": grant_id}


@action
def command_audit(given: Commanded, page: int, size: int, actor: str | None, action: str | None) -> dict[str, Any]:
    """A page of the audit."""
    from zhanggui.app.auditing import list_audit

    return list_audit(given.workspace, page, size, actor, action)


def end_of_day(day: date, timezone: str) -> datetime:
    """The instant (UTC) at which a day is over in a zone."""
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(timezone))
    return midnight.astimezone(UTC).replace(tzinfo=None)
