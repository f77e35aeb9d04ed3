"""Alembic's entry: the caller hands over an open connection, so that no address stands in a file."""

from __future__ import annotations

from alembic import context

from zhanggui.books.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
