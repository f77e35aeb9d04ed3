"""The tables of the application's records, as SQLAlchemy sees them.

The migrations create them; a test compares both, so that neither can move alone. Verdicts and audit entries
are only ever added: the newest verdict on a thing is the one that counts, and the ones before it stay readable.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

VERDICTS = Table(
    "verdicts",
    METADATA,
    Column("verdict_id", Integer, primary_key=True, autoincrement=True),
    Column("decision_id", String(64), nullable=False),
    Column("verdict", String(16), nullable=False),  # accept | dismiss | snooze
    Column("why", Text),
    Column("until_on", String(10)),  # ISO date; only for snooze
    Column("actor", String(200), nullable=False),
    Column("decided_at", DateTime, nullable=False),  # UTC
    Index("ix_verdicts_decision_id", "decision_id"),
)

LINK_VERDICTS = Table(
    "sku_link_verdicts",
    METADATA,
    Column("link_verdict_id", Integer, primary_key=True, autoincrement=True),
    Column("scope", String(200), nullable=False),
    Column("alias_kind", String(40), nullable=False),
    Column("alias", String(400), nullable=False),
    Column("seller_sku_code", String(400)),
    Column("verdict", String(16), nullable=False),  # confirm | reject | merge | undo
    Column("why", Text),
    Column("actor", String(200), nullable=False),
    Column("decided_at", DateTime, nullable=False),
    Index("ix_sku_link_verdicts_alias", "scope", "alias_kind", "alias"),
)

BUNDLE_PARTS = Table(
    "bundle_parts",
    METADATA,
    Column("bundle_part_id", Integer, primary_key=True, autoincrement=True),
    Column("bundle_sku_code", String(400), nullable=False),
    Column("component_sku_code", String(400), nullable=False),
    Column("quantity", String(24), nullable=False),  # exact decimal as text; "0" takes the component out
    Column("actor", String(200), nullable=False),
    Column("decided_at", DateTime, nullable=False),
)

JOBS = Table(
    "jobs",
    METADATA,
    Column("job_id", String(32), primary_key=True),
    Column("kind", String(40), nullable=False),  # import | close | backup | …
    Column("state", String(16), nullable=False),  # queued | running | done | failed | cancelled | stopped
    Column("progress", Float),  # 0 to 1; null while nobody can say
    Column("stage", String(60), nullable=False),
    Column("message", Text, nullable=False),
    Column("log", JSON, nullable=False),  # the last lines
    Column("params", JSON, nullable=False),
    Column("result", JSON),
    Column("error", JSON),
    Column("created_by", String(200), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("started_at", DateTime),
    Column("ended_at", DateTime),
    Column("worker_pid", Integer),
    Column("heartbeat_at", DateTime),
    Column("cancel_requested", Boolean, nullable=False),
    Index("ix_jobs_state", "state"),
)

ASSIGNMENTS = Table(
    "assignments",
    METADATA,
    Column("assignment_id", Integer, primary_key=True, autoincrement=True),
    Column("decision_id", String(64), nullable=False),
    Column("assignee", String(200)),  # the person's name; null: with nobody any more
    Column("actor", String(200), nullable=False),
    Column("decided_at", DateTime, nullable=False),
    Index("ix_assignments_decision_id", "decision_id"),
)

UPLOADS = Table(
    "uploads",
    METADATA,
    Column("upload_row_id", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("shop", String(200), nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("files", Integer, nullable=False),
    Index("ix_uploads_at", "at"),
)

NOTIFY_TARGETS = Table(
    "notify_targets",
    METADATA,
    Column("target_id", String(16), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("address", Text, nullable=False),  # holds a secret: read by what sends, shown to nobody
    Column("is_on", Boolean, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("created_at", DateTime, nullable=False),
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("audit_id", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String(400), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("actor_kind", String(16), nullable=False),  # local | person | token | guest | system | nobody
    Column("generation", Integer),  # of the books that were read
    Column("remote", String(64)),  # the address from which it was asked
)

PEOPLE = Table(
    "people",
    METADATA,
    Column("person_id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(200), nullable=False),
    Column("folded_name", String(200), nullable=False),  # one person, however the name is written
    Column("role", String(16), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("lang", String(2)),
    Column("created_by", String(200), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("password_changed_at", DateTime, nullable=False),
    Column("disabled_at", DateTime),
    UniqueConstraint("folded_name"),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("session_digest", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),  # person | guest
    Column("subject", String(200), nullable=False),  # the person's folded name, or the grant's id
    Column("created_at", DateTime, nullable=False),
    Column("seen_at", DateTime, nullable=False),
    Index("ix_sessions_subject", "kind", "subject"),
)

LOGIN_ATTEMPTS = Table(
    "login_attempts",
    METADATA,
    Column("attempt_id", Integer, primary_key=True, autoincrement=True),
    Column("name_digest", String(32), nullable=False),  # keyed: people type their password where the name belongs
    Column("remote", String(64), nullable=False),
    Column("at", DateTime, nullable=False),
    Column("is_failure", Boolean, nullable=False),
    Index("ix_login_attempts_name", "name_digest", "at"),
    Index("ix_login_attempts_remote", "remote", "at"),
)

TOKENS = Table(
    "tokens",
    METADATA,
    Column("token_id", String(16), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("owner", String(200), nullable=False),  # the person's folded name
    Column("permissions", JSON, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("expires_at", DateTime, nullable=False),
    Column("revoked_at", DateTime),
    UniqueConstraint("digest"),
)

GRANTS = Table(
    "grants",
    METADATA,
    Column("grant_id", String(16), primary_key=True),
    Column("guest", String(200), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("questions", JSON, nullable=False),
    Column("shops", JSON, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("until_at", DateTime, nullable=False),
    Column("revoked_at", DateTime),
    UniqueConstraint("digest"),
)

SAVED_VIEWS = Table(
    "saved_views",
    METADATA,
    Column("view_id", Integer, primary_key=True, autoincrement=True),
    Column("owner", String(200), nullable=False),  # the person's folded name
    Column("page", String(60), nullable=False),
    Column("name", String(200), nullable=False),
    Column("state", JSON, nullable=False),
    Column("changed_at", DateTime, nullable=False),
    UniqueConstraint("owner", "page", "name"),
)

SETTINGS = Table(
    "settings",
    METADATA,
    Column("key", String(100), primary_key=True),
    Column("value", JSON, nullable=False),
    Column("changed_by", String(200), nullable=False),
    Column("changed_at", DateTime, nullable=False),
)
