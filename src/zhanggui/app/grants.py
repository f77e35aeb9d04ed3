"""Grants: a lender or an accountant reads named questions of named shops until a day. Every read is recorded, and a grant can be ended at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from zhanggui.app.auditing import make_entry
from zhanggui.app.callers import METRIC, Caller
from zhanggui.app.entry_errors import (
    ExpiryInvalid,
    GrantEmpty,
    GrantUnknown,
    NotAuthenticated,
    QuestionNotGrantable,
    ShopUnknown,
    TooManyKept,
)
from zhanggui.app.errors import QuestionUnknown
from zhanggui.app.minting import GUEST_PREFIX, digest_secret, mint_id, mint_secret
from zhanggui.app.people import check_name
from zhanggui.app.tokens import Minted
from zhanggui.app.workspace import Workspace
from zhanggui.books import access as kept
from zhanggui.books.access import Grant
from zhanggui.books.audit import add_audit
from zhanggui.books.people import Session, add_session, end_sessions
from zhanggui.canon.questions import Permission
from zhanggui.kernel.limits import MAX_GRANT_DAYS, MAX_GRANTS


def create_grant(
    workspace: Workspace,
    caller: Caller,
    guest: str,
    questions: Iterable[str],
    shops: Iterable[str],
    until_at: datetime,
    at: datetime,
) -> Minted:
    """Let a guest ask these questions (or figures, as `metric:NAME`) of these shops until an instant; raises GrantEmpty,
    QuestionUnknown, QuestionNotGrantable, ShopUnknown, ExpiryInvalid, NameInvalid, TooManyKept."""
    asked, of = read_grantable(questions), tuple(dict.fromkeys(shops))
    if not asked or not of:
        raise GrantEmpty()
    _check_shops(workspace, of)
    if not at < until_at <= at + timedelta(days=MAX_GRANT_DAYS):
        raise ExpiryInvalid(until=until_at.date().isoformat(), most_days=MAX_GRANT_DAYS)
    secret = mint_secret(GUEST_PREFIX)
    grant = Grant(mint_id(), check_name(guest), digest_secret(secret), asked, of, caller.actor, at, until_at)
    with workspace.books.writing() as records:
        if sum(one.is_valid(at) for one in kept.read_grants(records)) >= MAX_GRANTS:
            raise TooManyKept(what="grants", most=MAX_GRANTS)
        kept.add_grant(records, grant)
        told = {"guest": grant.guest, "questions": asked, "shops": of, "until_at": until_at}
        add_audit(records, make_entry(caller, "grant.create", grant.grant_id, at, told))
    return Minted(secret, tell_grant(grant, at))


def read_grantable(names: Iterable[str]) -> tuple[str, ...]:
    """The names as a grant holds them, each once; refuses those that are no question or figure, or need more than reading."""
    return tuple(dict.fromkeys(_read_grantable(name) for name in names))


def _read_grantable(name: str) -> str:
    from zhanggui.app.catalogue import QUESTIONS
    from zhanggui.metrics.requests import metric_named

    if name.startswith(METRIC):
        return METRIC + metric_named(name.removeprefix(METRIC)).name
    if name not in QUESTIONS:
        raise QuestionUnknown(question=name, known=", ".join(sorted(QUESTIONS)))
    if QUESTIONS[name].question.permission is not Permission.READ:
        raise QuestionNotGrantable(question=name)
    return name


def _check_shops(workspace: Workspace, shops: Iterable[str]) -> None:
    known = list_shops(workspace)
    for shop in shops:
        if shop not in known:
            raise ShopUnknown(shop=shop[:200], known=", ".join(known) or "–")


def list_shops(workspace: Workspace) -> list[str]:
    """Every shop of which the books hold files."""
    with workspace.read_books() as books:
        files = books.table("import_files")
        found = files.filter(files.shop_id.notnull()).select("shop_id").distinct().to_pyarrow()
    return sorted(found["shop_id"].to_pylist())


def check_grant(workspace: Workspace, secret: str, at: datetime, remote: str | None = None) -> Caller:
    """The guest behind a secret; raises NotAuthenticated when the grant ended or never was."""
    with workspace.books.reading() as records:
        grant = kept.find_grant(records, digest_secret(secret))
    return _guest(grant, at, remote)


def guest_caller_of(records: Any, grant_id: str, at: datetime, remote: str | None) -> Caller:
    """The guest whom a grant lets in; raises NotAuthenticated."""
    return _guest(next((one for one in kept.read_grants(records) if one.grant_id == grant_id), None), at, remote)


def _guest(grant: Grant | None, at: datetime, remote: str | None) -> Caller:
    if grant is None or not grant.is_valid(at):
        raise NotAuthenticated(entry="grant")
    return Caller(
        "guest",
        grant.guest,
        None,
        frozenset({Permission.READ}),
        frozenset(grant.shops),
        frozenset(grant.questions),
        key_id=grant.grant_id,
        remote=remote,
    )


def enter_as_guest(workspace: Workspace, secret: str, at: datetime, remote: str | None = None) -> tuple[str, Caller]:
    """A session for the browser of a guest, so that the grant's own secret stands in no address; raises NotAuthenticated."""
    caller = check_grant(workspace, secret, at, remote)
    session = mint_secret()
    with workspace.books.writing() as records:
        add_session(records, Session(digest_secret(session), "guest", caller.key_id or "", at, at))
        add_audit(records, make_entry(caller, "login.done", caller.key_id or "", at))
    return session, caller


def list_grants(workspace: Workspace, at: datetime) -> list[dict[str, Any]]:
    """Every grant, those that ended too; never the secrets."""
    with workspace.books.reading() as records:
        return [tell_grant(grant, at) for grant in kept.read_grants(records)]


def tell_grant(grant: Grant, at: datetime) -> dict[str, Any]:
    """What is said of a grant: grant_id, guest, questions, shops, created_by, created_at, until_at, revoked_at, is_valid."""
    told = {name: getattr(grant, name) for name in ("grant_id", "guest", "created_by")}
    instants = {name: getattr(grant, name) for name in ("created_at", "until_at", "revoked_at")}
    shown = {name: value.isoformat(timespec="seconds") if value else None for name, value in instants.items()}
    lists = {"questions": list(grant.questions), "shops": list(grant.shops)}
    return {**told, **lists, **shown, "is_valid": grant.is_valid(at)}


def revoke_grant(workspace: Workspace, caller: Caller, grant_id: str, at: datetime) -> None:
    """End a grant and its guest's sessions at once; raises GrantUnknown."""
    with workspace.books.writing() as records:
        if not kept.revoke_grant(records, grant_id, at):
            raise GrantUnknown(grant_id=grant_id[:16])
        end_sessions(records, "guest", grant_id)
        add_audit(records, make_entry(caller, "grant.revoke", grant_id, at))
