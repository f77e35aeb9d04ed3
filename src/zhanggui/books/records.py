"""What people decided, which jobs ran, and who did what: written once, never changed.

Callers give the instant and the actor, so that the same calls leave the same records. SQLite by default;
any database that SQLAlchemy reaches by the same calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, RowMapping, create_engine, event, insert, select, update

from zhanggui.books.tables import AUDIT, BUNDLE_PARTS, JOBS, LINK_VERDICTS, VERDICTS
from zhanggui.books.upgrade import upgrade_records

BUSY_SECONDS = 20


@dataclass(frozen=True)
class Verdict:
    """What a person said to a decision: accept, dismiss (with why) or snooze (until a day)."""

    decision_id: str
    verdict: str
    actor: str
    decided_at: datetime
    why: str | None = None
    until_on: date | None = None


@dataclass(frozen=True)
class LinkVerdict:
    """What a person said about an alias and an internal SKU: confirm, reject, merge (an alias moved) or undo."""

    scope: str
    alias_kind: str
    alias: str
    verdict: str
    actor: str
    decided_at: datetime
    seller_sku_code: str | None = None
    why: str | None = None


@dataclass(frozen=True)
class BundlePart:
    """A component of a bundle as the seller states it; a quantity of 0 takes it out again."""

    bundle_sku_code: str
    component_sku_code: str
    quantity: Decimal
    actor: str
    decided_at: datetime


@dataclass(frozen=True)
class Job:
    """One run of a long command."""

    job_id: str
    kind: str
    state: str
    started_at: datetime
    ended_at: datetime | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class AuditEntry:
    """Who did what to what, and when."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)


class Books:
    """The records of one workspace."""

    def __init__(self, address: str) -> None:
        self.engine = _open_engine(address)
        upgrade_records(self.engine)

    @classmethod
    def at(cls, path: Path) -> Books:
        """The records kept in one SQLite file."""
        return cls(f"sqlite:///{path}")

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()

    def add_verdict(self, verdict: Verdict) -> None:
        """Record a verdict; the newest on a decision counts."""
        values = {**vars(verdict), "until_on": verdict.until_on.isoformat() if verdict.until_on else None}
        with self.engine.begin() as connection:
            connection.execute(insert(VERDICTS).values(**values))

    def read_verdicts(self) -> dict[str, Verdict]:
        """The newest verdict on every decision."""
        return {row["decision_id"]: _verdict(row) for row in self._rows(VERDICTS, VERDICTS.c.verdict_id)}

    def add_link_verdict(self, verdict: LinkVerdict) -> None:
        """Record a verdict on an alias."""
        with self.engine.begin() as connection:
            connection.execute(insert(LINK_VERDICTS).values(**vars(verdict)))

    def read_link_verdicts(self) -> list[LinkVerdict]:
        """Every verdict on aliases, oldest first."""
        rows = self._rows(LINK_VERDICTS, LINK_VERDICTS.c.link_verdict_id)
        return [LinkVerdict(**{k: v for k, v in row.items() if k != "link_verdict_id"}) for row in rows]

    def add_bundle_part(self, part: BundlePart) -> None:
        """Record a component of a bundle."""
        with self.engine.begin() as connection:
            connection.execute(insert(BUNDLE_PARTS).values(**{**vars(part), "quantity": str(part.quantity)}))

    def read_bundle_parts(self) -> list[BundlePart]:
        """The components that stand, by bundle and component; the newest statement of each pair counts."""
        newest = {
            (r["bundle_sku_code"], r["component_sku_code"]): r for r in self._rows(BUNDLE_PARTS, BUNDLE_PARTS.c[0])
        }
        parts = [_bundle_part(newest[pair]) for pair in sorted(newest)]
        return [part for part in parts if part.quantity]

    def start_job(self, job: Job) -> None:
        """Record that a job began."""
        with self.engine.begin() as connection:
            connection.execute(insert(JOBS).values(**{**vars(job), "detail": dict(job.detail)}))

    def end_job(self, job_id: str, state: str, ended_at: datetime, detail: Mapping[str, Any]) -> None:
        """Record how a job ended."""
        values = {"state": state, "ended_at": ended_at, "detail": dict(detail)}
        with self.engine.begin() as connection:
            connection.execute(update(JOBS).where(JOBS.c.job_id == job_id).values(**values))

    def read_jobs(self) -> list[Job]:
        """Every job, oldest first."""
        return [Job(**row) for row in self._rows(JOBS, JOBS.c.started_at)]

    def add_audit(self, entry: AuditEntry) -> None:
        """Record an act; it can never be changed or taken out."""
        with self.engine.begin() as connection:
            connection.execute(insert(AUDIT).values(**{**vars(entry), "detail": dict(entry.detail)}))

    def read_audit(self) -> list[AuditEntry]:
        """Every act, oldest first."""
        rows = self._rows(AUDIT, AUDIT.c.audit_id)
        return [AuditEntry(**{k: v for k, v in row.items() if k != "audit_id"}) for row in rows]

    def _rows(self, table: Any, order: Any) -> list[RowMapping]:
        with self.engine.connect() as connection:
            return list(connection.execute(select(table).order_by(order)).mappings())


def _open_engine(address: str) -> Engine:
    if not address.startswith("sqlite"):
        return create_engine(address)
    engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _: Any) -> None:
        # Readers go on while a verdict is written, and a verdict that was acknowledged survives a power cut.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    return engine


def _verdict(row: RowMapping) -> Verdict:
    until = row["until_on"]
    return Verdict(
        decision_id=row["decision_id"],
        verdict=row["verdict"],
        actor=row["actor"],
        decided_at=row["decided_at"],
        why=row["why"],
        until_on=date.fromisoformat(until) if until else None,
    )


def _bundle_part(row: RowMapping) -> BundlePart:
    return BundlePart(
        bundle_sku_code=row["bundle_sku_code"],
        component_sku_code=row["component_sku_code"],
        quantity=Decimal(row["quantity"]),
        actor=row["actor"],
        decided_at=row["decided_at"],
    )
