"""The first records: verdicts on decisions and links, stated bundle parts, jobs, and an audit nobody can rewrite."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, and have the database itself refuse to change an audit entry."""
    _create_verdicts()
    _create_links()
    op.create_table(
        "jobs",
        sa.Column("job_id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("detail", sa.JSON, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("audit_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(400), nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
    )
    _protect_audit()


def _create_verdicts() -> None:
    op.create_table(
        "verdicts",
        sa.Column("verdict_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("decision_id", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("until_on", sa.String(10)),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("decided_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_verdicts_decision_id", "verdicts", ["decision_id"])


def _create_links() -> None:
    op.create_table(
        "sku_link_verdicts",
        sa.Column("link_verdict_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("scope", sa.String(200), nullable=False),
        sa.Column("alias_kind", sa.String(40), nullable=False),
        sa.Column("alias", sa.String(400), nullable=False),
        sa.Column("seller_sku_code", sa.String(400)),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("decided_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_sku_link_verdicts_alias", "sku_link_verdicts", ["scope", "alias_kind", "alias"])
    op.create_table(
        "bundle_parts",
        sa.Column("bundle_part_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("bundle_sku_code", sa.String(400), nullable=False),
        sa.Column("component_sku_code", sa.String(400), nullable=False),
        sa.Column("quantity", sa.String(24), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("decided_at", sa.DateTime, nullable=False),
    )


def _protect_audit() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$ LANGUAGE plpgsql"
    )
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()"
    )


def downgrade() -> None:
    """Back to nothing."""
    for table in ("audit", "jobs", "bundle_parts", "sku_link_verdicts", "verdicts"):
        op.drop_table(table)
