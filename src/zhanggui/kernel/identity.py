"""How things are recognised again: digests of bytes, ids of files, and keyed hashes that stand for people."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from pathlib import Path

FILE_ID_HEX = 20
KEYED_HASH_HEX = 32
"""128 bits: no two buyers of any shop will meet."""

_CHUNK_BYTES = 1 << 20

_SEPARATOR = "\x1f"  # no field holds the unit separator


def digest_bytes(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def digest_file(path: Path) -> str:
    """SHA-256 in hex of a file, read in chunks."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def make_file_id(content_digest: str, member: str, format_id: str, shop_id: str) -> str:
    """The same content, read as the same format for the same shop, is the same file."""
    return digest_bytes(_SEPARATOR.join((content_digest, member, format_id, shop_id)).encode())[:FILE_ID_HEX]


def normalise_personal(text: str) -> str:
    """One spelling for one person: NFKC, lower case, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def keyed_hash(key: bytes, purpose: str, text: str) -> str | None:
    """HMAC-SHA256 (RFC 2104) of the normalised text, 32 hex digits; None for an empty text.

    `purpose` (such as "buyer" or "phone") keeps hashes of different things apart.
    """
    plain = normalise_personal(text)
    if not plain:
        return None
    return hmac.new(key, f"{purpose}{_SEPARATOR}{plain}".encode(), hashlib.sha256).hexdigest()[:KEYED_HASH_HEX]
