"""Tokens: what a program enters with. A part of its owner's permissions, never more than the owner has today, and never the owner's own right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from zhanggui.app.auditing import make_entry
from zhanggui.app.callers import Caller
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
from zhanggui.app.minting import TOKEN_PREFIX, digest_secret, mint_id, mint_secret
from zhanggui.app.people import check_name, fold_name
from zhanggui.app.workspace import Workspace
from zhanggui.books import access as kept
from zhanggui.books.access import Token
from zhanggui.books.audit import add_audit
from zhanggui.books.people import read_person
from zhanggui.canon.questions import Permission
from zhanggui.canon.roles import ROLES, TOKEN_PERMISSIONS
from zhanggui.kernel.limits import MAX_TOKEN_DAYS, MAX_TOKENS_PER_PERSON, TOKEN_DAYS


@dataclass(frozen=True)
class Minted:
    """Something new with its secret, which is told this once."""

    secret: str
    told: dict[str, Any]


def create_token(
    workspace: Workspace,
    caller: Caller,
    name: str,
    permissions: Iterable[str],
    at: datetime,
    days: int | None = None,
    owner: str | None = None,
) -> Minted:
    """Make a token for the caller, or (for owners) for another; raises PermissionUnknown, PermissionExceeded,
    ExpiryInvalid, PersonUnknown, NotPermitted, TooManyKept."""
    scopes = _read_permissions(permissions)
    lasting = TOKEN_DAYS if days is None else days
    if not 0 < lasting <= MAX_TOKEN_DAYS:
        raise ExpiryInvalid(until=f"{lasting} d", most_days=MAX_TOKEN_DAYS)
    for_whom = _owner_meant(caller, owner)
    secret = mint_secret(TOKEN_PREFIX)
    ends = at + timedelta(days=lasting)
    names = tuple(sorted(scope.value for scope in scopes))
    token = Token(mint_id(), check_name(name), digest_secret(secret), for_whom, names, caller.actor, at, ends)
    with workspace.books.writing() as records:
        _check_owner(records, token, scopes, at)
        kept.add_token(records, token)
        told = {"name": token.name, "permissions": names, "expires_at": ends}
        add_audit(records, make_entry(caller, "token.create", token.token_id, at, told))
    return Minted(secret, tell_token(token, at))


def _read_permissions(names: Iterable[str]) -> frozenset[Permission]:
    known = {permission.value: permission for permission in TOKEN_PERMISSIONS}
    for name in (told := list(names)):
        if name not in known:
            raise PermissionUnknown(permission=name[:50], known=", ".join(sorted(known)))
    return frozenset(known[name] for name in told) or frozenset({Permission.READ})


def _owner_meant(caller: Caller, owner: str | None) -> str:
    meant = fold_name(owner) if owner else fold_name(caller.name)
    is_own = caller.kind == "person" and meant == fold_name(caller.name)
    is_allowed = caller.kind in ("person", "local") and Permission.OWN in caller.permissions
    if not (is_own or is_allowed):
        raise NotPermitted(entry="token-create", permission=Permission.OWN.value)
    return meant


def _check_owner(records: Any, token: Token, scopes: frozenset[Permission], at: datetime) -> None:
    person = read_person(records, token.owner)
    if person is None or not person.is_active:
        raise PersonUnknown(name=token.owner)
    for scope in sorted(scopes - ROLES[person.role].permissions, key=lambda one: one.value):
        raise PermissionExceeded(permission=scope.value)
    if sum(one.is_valid(at) for one in kept.read_tokens(records, token.owner)) >= MAX_TOKENS_PER_PERSON:
        raise TooManyKept(what="tokens", most=MAX_TOKENS_PER_PERSON)


def check_token(workspace: Workspace, secret: str, at: datetime, remote: str | None = None) -> Caller:
    """The caller behind a token, with what its owner may still do; raises NotAuthenticated."""
    with workspace.books.reading() as records:
        token = kept.find_token(records, digest_secret(secret))
        person = read_person(records, token.owner) if token else None
    if token is None or person is None or not token.is_valid(at) or not person.is_active:
        raise NotAuthenticated(entry="token")
    held = frozenset(Permission(name) for name in token.permissions)
    allowed = held & ROLES[person.role].permissions & TOKEN_PERMISSIONS
    return Caller("token", person.name, person.role, allowed, key_id=token.token_id, lang=person.lang, remote=remote)


def list_tokens(workspace: Workspace, caller: Caller, at: datetime) -> list[dict[str, Any]]:
    """The caller's tokens; everybody's for an owner. Never the secrets."""
    owner = None if Permission.OWN in caller.permissions else fold_name(caller.name)
    with workspace.books.reading() as records:
        return [tell_token(token, at) for token in kept.read_tokens(records, owner)]


def tell_token(token: Token, at: datetime) -> dict[str, Any]:
    """What is said of a token: token_id, name, owner, permissions, created_by, created_at, expires_at, revoked_at, is_valid."""
    told = {name: getattr(token, name) for name in ("token_id", "name", "owner", "created_by")}
    instants = {name: getattr(token, name) for name in ("created_at", "expires_at", "revoked_at")}
    shown = {name: value.isoformat(timespec="seconds") if value else None for name, value in instants.items()}
    return {**told, "permissions": list(token.permissions), **shown, "is_valid": token.is_valid(at)}


def revoke_token(workspace: Workspace, caller: Caller, token_id: str, at: datetime) -> None:
    """End one of the caller's tokens (anybody's for an owner) at once; raises TokenUnknown."""
    owner = None if Permission.OWN in caller.permissions else fold_name(caller.name)
    with workspace.books.writing() as records:
        is_theirs = any(token.token_id == token_id for token in kept.read_tokens(records, owner))
        if not is_theirs or not kept.revoke_token(records, token_id, at):
            raise TokenUnknown(token_id=token_id[:16])
        add_audit(records, make_entry(caller, "token.revoke", token_id, at))
