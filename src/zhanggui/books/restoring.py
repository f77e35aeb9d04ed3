"""What people said, taken back from a backup; who may enter, what was done and where notices go stay as they are.

A backup must not let somebody in again who was shut out since, nor revive a token or a grant, nor shorten the audit.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, Table, delete, insert, select

from zhanggui.books.opening import reading
from zhanggui.books.tables import ASSIGNMENTS, BUNDLE_PARTS, LINK_VERDICTS, SAVED_VIEWS, SESSIONS, SETTINGS, VERDICTS

SAID: tuple[Table, ...] = (VERDICTS, LINK_VERDICTS, BUNDLE_PARTS, ASSIGNMENTS, SAVED_VIEWS, SETTINGS)
"""The tables that come back."""


def take_back(connection: Connection, source: Engine) -> None:
    """Put what another engine's records say in the place of what these say, and end every session."""
    with reading(source) as backup:
        told = {table: [dict(row) for row in backup.execute(select(table)).mappings()] for table in SAID}
    for table, rows in told.items():
        connection.execute(delete(table))
        if rows:
            connection.execute(insert(table), rows)
    connection.execute(delete(SESSIONS))
