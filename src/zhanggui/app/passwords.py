"""Passwords: which are taken, how they are kept (argon2id, RFC 9106), and how one is checked in the same time whether or not there is anybody."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from zhanggui.app.entry_errors import PasswordTooCommon, PasswordTooLong, PasswordTooShort
from zhanggui.kernel.limits import (
    MAX_PASSWORD_CHARS,
    MIN_PASSWORD_CHARS,
    PASSWORD_MEMORY_KIB,
    PASSWORD_ROUNDS,
    PASSWORD_THREADS_AT_ONCE,
)

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_AT_ONCE = BoundedSemaphore(PASSWORD_THREADS_AT_ONCE)
_FEWEST_KINDS = 4  # different characters: "aaaaaaaaaa" and "1212121212" are guessed first
_STEMS = (
    "password", "passw0rd", "qwerty", "abc123", "admin", "administrator", "welcome", "letmein", "iloveyou",
    "woaini", "wodemima", "mima", "zhanggui", "taobao", "tmall", "alibaba", "jingdong", "pinduoduo", "douyin",
    "掌柜", "密码", "我爱你",
)  # fmt: skip


def check_new_password(password: str, *personal: str) -> None:
    """Refuse what is too short, too long, common, or made of the names given; raises PasswordTooShort and its like."""
    if len(password) < MIN_PASSWORD_CHARS:
        raise PasswordTooShort(least=MIN_PASSWORD_CHARS)
    if len(password) > MAX_PASSWORD_CHARS:
        raise PasswordTooLong(most=MAX_PASSWORD_CHARS)
    if is_common(password, *personal):
        raise PasswordTooCommon()


def is_common(password: str, *personal: str) -> bool:
    """Whether it is tried early: on the list, few different characters, a row of digits, or a common word and digits."""
    folded = password.casefold()
    if folded in common_passwords() or len(set(folded)) < _FEWEST_KINDS or _is_row(folded):
        return True
    stem = re.sub(r"[\W\d_]+", "", folded)
    return stem in {*_STEMS, *(name.casefold() for name in personal if name)}


def _is_row(text: str) -> bool:
    rows = ("01234567890" * 4, "09876543210" * 4, "abcdefghijklmnopqrstuvwxyz")
    return any(text in row for row in rows)


@cache
def common_passwords() -> frozenset[str]:
    """The commonest passwords of the least length and more."""
    text = resources.files("zhanggui.app").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=PASSWORD_ROUNDS, memory_cost=PASSWORD_MEMORY_KIB, parallelism=1)


@cache
def _decoy() -> str:
    return _hasher().hash("nobody has this password, and nobody can log in with it")


def hash_password(password: str) -> str:
    """What is kept of a password."""
    with _AT_ONCE:
        return _hasher().hash(_bytes(password))


def verify_password(kept: str | None, password: str) -> bool:
    """Whether it is the password; without anything kept, the same work is done and the answer is no."""
    from argon2.exceptions import InvalidHashError, VerificationError

    is_possible = kept is not None and len(password) <= MAX_PASSWORD_CHARS
    meant = (kept if is_possible else None) or _decoy()
    with _AT_ONCE:
        try:
            _hasher().verify(meant, _bytes(password[:MAX_PASSWORD_CHARS]))
        except (VerificationError, InvalidHashError):
            return False
    return is_possible


def warm_up() -> None:
    """Make what unknown names are checked against, so that the first of them takes no longer than others."""
    _decoy()


def needs_new_hash(kept: str) -> bool:
    """Whether the password was kept with other parameters than today's."""
    return _hasher().check_needs_rehash(kept)


def _bytes(password: str) -> bytes:
    # Any characters are allowed, those too that a program sent in halves.
    return password.encode("utf-8", "surrogatepass")
