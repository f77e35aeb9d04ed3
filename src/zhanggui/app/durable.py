"""Writing so that a power cut leaves the old file or the new one, never half of either."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHUNK_BYTES = 1 << 20


def write_durably(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write, flush to the disk, and only then take the name."""
    with replacing(path, mode) as unfinished:
        unfinished.write_bytes(content)


@contextmanager
def replacing(path: Path, mode: int = 0o644) -> Iterator[Path]:
    """A name beside `path` to write under; it takes the name when the block ends well and vanishes when it does not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
        yield unfinished
        flush_to_disk(unfinished)
        unfinished.replace(path)
        flush_to_disk(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def copy_durably(source: Path, target: Path) -> None:
    """A copy with its own bytes, never a link: what the owner does to the original later does not reach it."""
    with replacing(target) as unfinished:
        shutil.copyfile(source, unfinished)


def flush_to_disk(path: Path) -> None:
    """Have the operating system put this file (or this folder's names) on the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows has no handle on a folder's names
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest_file(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
