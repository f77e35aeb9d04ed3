"""How much may be sent in through the network in a day, by one person and for one shop.

A limit on one upload keeps a mistake from filling the disk; these keep a program gone wild, or a stolen token, from
doing so upload by upload. The command line and the watched folder are for whoever sits at the machine, and have none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from zhanggui.app.callers import Caller
from zhanggui.app.errors import UploadQuotaReached
from zhanggui.app.importing import ImportOptions, resolve_shop
from zhanggui.app.people import fold_name
from zhanggui.app.workspace import Workspace
from zhanggui.books.uploading import Sent, Taken, add_sent, read_taken
from zhanggui.kernel.limits import (
    MAX_DAY_UPLOAD_BYTES,
    MAX_DAY_UPLOAD_FILES,
    MAX_SHOP_DAY_UPLOAD_BYTES,
    UPLOAD_QUOTA_HOURS,
)

_SPAN = timedelta(hours=UPLOAD_QUOTA_HOURS)


def check_quota(workspace: Workspace, caller: Caller, stated_bytes: int, at: datetime) -> int:
    """How many bytes this person may still send; raises UploadQuotaReached where what is stated is more, or none is left."""
    with workspace.books.reading() as records:
        taken = read_taken(records, at - _SPAN, actor=fold_name(caller.name))
    left = MAX_DAY_UPLOAD_BYTES - taken.bytes
    if left < max(stated_bytes, 1):
        raise _reached("person", caller.name, MAX_DAY_UPLOAD_BYTES, taken, at)
    if taken.files >= MAX_DAY_UPLOAD_FILES:
        raise _reached("files", caller.name, MAX_DAY_UPLOAD_FILES, taken, at)
    return left


def record_sent(
    workspace: Workspace, caller: Caller, files: Iterable[tuple[str, Path]], options: ImportOptions, at: datetime
) -> None:
    """Count what was received, by the shop to which each file belongs; raises UploadQuotaReached, and then counts nothing."""
    sizes: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for name, path in files:
        shop = resolve_shop(workspace, name, options)[0]
        sizes[shop] += path.stat().st_size
        counts[shop] += 1
    actor, since = fold_name(caller.name), at - _SPAN
    with workspace.books.writing() as records:
        own = read_taken(records, since, actor=actor)
        if own.bytes + sizes.total() > MAX_DAY_UPLOAD_BYTES:
            raise _reached("person", caller.name, MAX_DAY_UPLOAD_BYTES, own, at)
        if own.files + counts.total() > MAX_DAY_UPLOAD_FILES:
            raise _reached("files", caller.name, MAX_DAY_UPLOAD_FILES, own, at)
        for shop, size_bytes in sizes.items():
            taken = read_taken(records, since, shop=shop)
            if taken.bytes + size_bytes > MAX_SHOP_DAY_UPLOAD_BYTES:
                raise _reached("shop", shop, MAX_SHOP_DAY_UPLOAD_BYTES, taken, at)
            add_sent(records, Sent(at, actor, shop, size_bytes, counts[shop]), since)


def _reached(of: str, name: str, limit: int, taken: Taken, at: datetime) -> UploadQuotaReached:
    oldest = taken.oldest_at or at
    seconds = max(1, int((oldest + _SPAN - at).total_seconds()))
    return UploadQuotaReached(of=of, name=name, limit=limit, hours=UPLOAD_QUOTA_HOURS, seconds=seconds)
