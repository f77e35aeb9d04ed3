"""People, their sessions, tokens and grants, saved views and settings; jobs that can be followed; an audit that says more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, carry the jobs over, and let nobody replace an audit entry."""
    _create_people()
    _create_attempts()
    _create_access("tokens", "token_id", "name", "owner", ("permissions",), "expires_at")
    _create_access("grants", "grant_id", "guest", None, ("questions", "shops"), "until_at")
    _create_choices()
    _widen_jobs()
    _widen_audit()


def _create_people() -> None:
    op.create_table(
        "people",
        sa.Column("person_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("folded_name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("lang", sa.String(2)),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("password_changed_at", sa.DateTime, nullable=False),
        sa.Column("disabled_at", sa.DateTime),
        sa.UniqueConstraint("folded_name", name="uq_people_folded_name"),
    )
    op.create_table(
        "sessions",
        sa.Column("session_digest", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_sessions_subject", "sessions", ["kind", "subject"])


def _create_attempts() -> None:
    op.create_table(
        "login_attempts",
        sa.Column("attempt_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name_digest", sa.String(32), nullable=False),
        sa.Column("remote", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("is_failure", sa.Boolean, nullable=False),
    )
    op.create_index("ix_login_attempts_name", "login_attempts", ["name_digest", "at"])
    op.create_index("ix_login_attempts_remote", "login_attempts", ["remote", "at"])


def _create_access(table: str, key: str, name: str, owner: str | None, lists: tuple[str, ...], end: str) -> None:
    owned = [sa.Column(owner, sa.String(200), nullable=False)] if owner else []
    op.create_table(
        table,
        sa.Column(key, sa.String(16), primary_key=True),
        sa.Column(name, sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        *owned,
        *(sa.Column(one, sa.JSON, nullable=False) for one in lists),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column(end, sa.DateTime, nullable=False),
        sa.Column("revoked_at", sa.DateTime),
        sa.UniqueConstraint("digest", name=f"uq_{table}_digest"),
    )


def _create_choices() -> None:
    op.create_table(
        "saved_views",
        sa.Column("view_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("page", sa.String(60), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("state", sa.JSON, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("owner", "page", "name", name="uq_saved_views_owner"),
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.String(100), primary_key=True),
        sa.Column("value", sa.JSON, nullable=False),
        sa.Column("changed_by", sa.String(200), nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
    )


def _widen_jobs() -> None:
    op.rename_table("jobs", "jobs_0001")
    op.create_table(
        "jobs",
        sa.Column("job_id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("progress", sa.Float),
        sa.Column("stage", sa.String(60), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        *(sa.Column(name, sa.JSON, nullable=False) for name in ("log", "params")),
        *(sa.Column(name, sa.JSON) for name in ("result", "error")),
        sa.Column("created_by", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        *(sa.Column(name, sa.DateTime) for name in ("started_at", "ended_at")),
        sa.Column("worker_pid", sa.Integer),
        sa.Column("heartbeat_at", sa.DateTime),
        sa.Column("cancel_requested", sa.Boolean, nullable=False),
    )
    op.create_index("ix_jobs_state", "jobs", ["state"])
    # What ran under the old step either ended or died with its process: nothing is running while this runs.
    op.execute(
        "INSERT INTO jobs (job_id, kind, state, stage, message, log, params, result, error, created_by, created_at, "
        "started_at, ended_at, cancel_requested) SELECT job_id, kind, "
        "CASE WHEN state = 'running' THEN 'stopped' ELSE state END, '', '', '[]', '{}', "
        "CASE WHEN state = 'done' THEN detail END, CASE WHEN state = 'failed' THEN detail END, "
        "'local', started_at, started_at, ended_at, false FROM jobs_0001"
    )
    op.drop_table("jobs_0001")


def _widen_audit() -> None:
    # Until this step only the command line wrote here.
    op.add_column("audit", sa.Column("actor_kind", sa.String(16), nullable=False, server_default="local"))
    op.add_column("audit", sa.Column("generation", sa.Integer))
    op.add_column("audit", sa.Column("remote", sa.String(64)))
    if op.get_bind().dialect.name == "sqlite":
        # INSERT OR REPLACE deletes a row without waking a trigger on DELETE.
        op.execute(
            "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit "
            "WHEN EXISTS (SELECT 1 FROM audit WHERE audit_id = NEW.audit_id) "
            "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
        )
