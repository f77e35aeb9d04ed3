"""The roles that a person may have, and what each may do: said once, for every surface and for the authorization tests."""

from __future__ import annotations

from dataclasses import dataclass

from zhanggui.canon.questions import Permission


@dataclass(frozen=True)
class Role:
    """A role, its name in both languages, and its permissions."""

    name: str
    zh: str
    en: str
    permissions: frozenset[Permission]


_READ, _EXPORT, _IMPORT, _DECIDE = Permission.READ, Permission.EXPORT, Permission.IMPORT, Permission.DECIDE

_ALL = (
    Role("owner", "所有者", "Owner", frozenset(Permission)),
    Role("operator", "运营", "Operator", frozenset({_READ, _IMPORT, _DECIDE})),
    Role("finance", "财务", "Finance", frozenset({_READ, _DECIDE, _EXPORT})),
    Role("viewer", "查看者", "Viewer", frozenset({_READ})),
)

ROLES: dict[str, Role] = {role.name: role for role in _ALL}

TOKEN_PERMISSIONS = frozenset(Permission) - {Permission.OWN}
"""What a program may hold: people, grants and personal data need a person who logged in."""
