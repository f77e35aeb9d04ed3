"""How the records are opened: every transaction says so itself, so that steps of a migration and acts with their audit stand or fall together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

BUSY_SECONDS = 20
_WRITES = "zhanggui_writes"


def open_engine(address: str) -> Engine:
    """The engine of this address; SQLite by default, any database that SQLAlchemy reaches by the same calls."""
    if not address.startswith("sqlite"):
        return create_engine(address)
    engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _: Any) -> None:
        # The driver would begin only at the first change, and leave tables that are made outside of it.
        connection.isolation_level = None
        # Readers go on while a verdict is written, and a verdict that was acknowledged survives a power cut.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes its turn before it reads: what it checked is still so when it writes.
        is_writer = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that changes records; nothing of it stays when it raises."""
    with engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One look at the records as they stand."""
    with engine.connect() as connection:
        yield connection
