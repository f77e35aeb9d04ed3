"""One transaction over all tables, durable before it counts, and tried again when a rival wins.

The writer's lock keeps rivals out; a conflict is still possible from a tool that does not know the
lock, so a transaction is repeated a limited number of times.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb

from zhanggui.kernel.limits import MAX_PUBLISH_RETRIES
from zhanggui.warehouse.engine import Layout, Storage
from zhanggui.warehouse.errors import WarehouseBusy
from zhanggui.warehouse.quoting import BOOKS
from zhanggui.warehouse.rows import sync_directory, sync_file

PAUSE_SECONDS = 0.05
CLOCK_SLACK_SECONDS = 2.0  # a file system may stamp its files a little coarser than the clock

Result = TypeVar("Result")


def in_transaction(connection: duckdb.DuckDBPyConnection, body: Callable[[], Result]) -> Result:
    """Run the body and commit; roll back on any error, repeat on a conflict, raise WarehouseBusy at last."""
    for attempt in range(MAX_PUBLISH_RETRIES):
        connection.execute("BEGIN TRANSACTION")
        try:
            result = body()
            connection.execute("COMMIT")
            return result
        except duckdb.Error as error:
            roll_back(connection)
            if not _is_conflict(error):
                raise
            time.sleep(PAUSE_SECONDS * (attempt + 1))
        except BaseException:
            roll_back(connection)
            raise
    raise WarehouseBusy(attempts=MAX_PUBLISH_RETRIES)


def roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    """End the transaction without effect; a commit that failed has ended it already."""
    with contextlib.suppress(duckdb.TransactionException):
        connection.execute("ROLLBACK")


def _is_conflict(error: duckdb.Error) -> bool:
    said = str(error).lower()
    return "conflict" in said or "database is locked" in said


def current_snapshot(connection: duckdb.DuckDBPyConnection, storage: Storage) -> int:
    """The number of the newest published state."""
    query = (
        f"SELECT id FROM {BOOKS}.current_snapshot()"
        if storage is Storage.DUCKLAKE
        else f"SELECT coalesce(max(generation), 0) FROM {BOOKS}.main.generations"
    )
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def sync_data(layout: Layout, since: float) -> None:
    """Bring every data file written since an instant to the disk, before a catalog refers to it."""
    for directory, _, files in os.walk(layout.data):
        paths = [Path(directory) / file for file in files]
        fresh = [path for path in paths if path.stat().st_mtime >= since - CLOCK_SLACK_SECONDS]
        for path in fresh:
            sync_file(path)
        if fresh:
            sync_directory(Path(directory))
