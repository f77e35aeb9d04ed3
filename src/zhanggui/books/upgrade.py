"""Bring the records' tables to the newest step.

Looking at one number decides whether anything is to be done, so that opening a workspace stays fast; the
migration tool is loaded only when there is work for it.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text

NEWEST = "0001"


def upgrade_records(engine: Engine) -> bool:
    """Run the steps that are missing; whether there were any."""
    if read_step(engine) == NEWEST:
        return False
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True


def read_step(engine: Engine) -> str | None:
    """The step at which the records stand; None before the first."""
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
