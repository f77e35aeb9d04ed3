"""Who asks, and whether they may: one rule for every surface. Nothing here reads or writes; callers are made where people, tokens and grants are known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zhanggui.app.commands import COMMANDS, Command
from zhanggui.app.entry_errors import NotAuthenticated, NotPermitted
from zhanggui.canon.questions import Permission, Question

METRIC = "metric:"
"""A grant names a question of the catalogue, or a metric with this before its name."""


@dataclass(frozen=True)
class Caller:
    """Who asks. `kind` is local (the command line, on the machine), person, token, guest, system (schedule) or nobody.

    `shops` and `questions` are None where nothing is withheld; a guest has both.
    """

    kind: str
    name: str
    role: str | None = None
    permissions: frozenset[Permission] = frozenset()
    shops: frozenset[str] | None = None
    questions: frozenset[str] | None = None
    key_id: str | None = None  # of the token or the grant
    lang: str | None = None
    remote: str | None = None

    @property
    def actor(self) -> str:
        """How the records name the caller: a token acts for its owner."""
        return f"{self.name} ({self.key_id})" if self.key_id else self.name


def local_caller(name: str) -> Caller:
    """Whoever runs the command line can read the files, so nothing is refused."""
    return Caller("local", name, "owner", frozenset(Permission))


def nobody(remote: str | None = None) -> Caller:
    """A stranger."""
    return Caller("nobody", "nobody", remote=remote)


SYSTEM = Caller("system", "zhanggui", None, frozenset({Permission.READ, Permission.IMPORT}))
"""The house itself: the scheduled close, the watched folder."""


def authorise(caller: Caller, entry: Question | Command) -> None:
    """Let the caller ask or command this entry of the catalogue; raises NotAuthenticated, NotPermitted."""
    if caller.kind == "nobody":
        raise NotAuthenticated(entry=entry.name)
    if not may(caller, entry):
        raise NotPermitted(entry=entry.name, permission=entry.permission.value)


def may(caller: Caller, entry: Question | Command) -> bool:
    """Whether the caller may ask or command this entry."""
    if isinstance(entry, Command):
        if caller.questions is not None or (entry.is_personal and caller.kind not in ("local", "person")):
            return False
    elif caller.questions is not None and entry.name not in caller.questions:
        return False
    return entry.permission in caller.permissions


def authorise_metrics(caller: Caller, names: Iterable[str]) -> None:
    """Let the caller see these figures: a guest only those that were granted; raises as `authorise` does."""
    if caller.questions is None:
        authorise(caller, COMMANDS["metrics"])
        return
    for name in names:
        if METRIC + name not in caller.questions:
            raise NotPermitted(entry=METRIC + name, permission=Permission.READ.value)
