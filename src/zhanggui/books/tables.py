"""The tables of the application's records, as SQLAlchemy sees them.

The migrations create them; a test compares both, so that neither can move alone. Verdicts and audit entries
are only ever added: the newest verdict on a thing is the one that counts, and the ones before it stay readable.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, DateTime, Index, Integer, MetaData, String, Table, Text

METADATA = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"})

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
    Column("state", String(16), nullable=False),  # running | done | failed
    Column("started_at", DateTime, nullable=False),
    Column("ended_at", DateTime),
    Column("detail", JSON, nullable=False),
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
)
