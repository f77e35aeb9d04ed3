"""Bring the records' tables to the newest step.

Looking at one number decides whether anything is to be done, so that opening a workspace stays fast; the
migration tool is loaded only when there is work for it.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from zhanggui.books.opening import reading, writing
from zhanggui.kernel.errors import Refusal

NEWEST = "0003"


class BooksNewer(Refusal):
    """The records were written by a newer release; the fields are `step` and `known`."""

    code = "books_newer"


def upgrade_records(engine: Engine) -> bool:
    """Run the steps that are missing, all or none; whether there were any. Raises BooksNewer."""
    step = read_step(engine)
    if step == NEWEST:
        return False
    if step is not None and step > NEWEST:
        raise BooksNewer(step=step, known=NEWEST)
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with writing(engine) as connection:
        if _step_of(connection) == NEWEST:  # another process was faster
            return False
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True


def read_step(engine: Engine) -> str | None:
    """The step at which the records stand; None before the first."""
    with reading(engine) as connection:
        return _step_of(connection)


def _step_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
