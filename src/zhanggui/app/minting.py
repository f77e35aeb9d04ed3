"""Secrets for sessions, tokens and guests: made at random, shown once, kept only as a digest.

A secret of 256 random bits needs no slow hash: nobody tries them all.
"""

from __future__ import annotations

import secrets

from zhanggui.kernel.identity import digest_bytes
from zhanggui.kernel.limits import SECRET_BYTES

TOKEN_PREFIX, GUEST_PREFIX = "zgt_", "zgg_"  # so that a secret that got lost is recognised for what it is
_ID_BYTES = 5


def mint_secret(prefix: str = "") -> str:
    """A new secret."""
    return prefix + secrets.token_urlsafe(SECRET_BYTES)


def mint_id() -> str:
    """A short id that says nothing."""
    return secrets.token_hex(_ID_BYTES)


def digest_secret(secret: str) -> str:
    """What is kept of a secret."""
    return digest_bytes(secret.encode("utf-8", "surrogatepass"))
