"""What people decided: written once, never changed; and the door to all other records.

Callers give the instant and the actor, so that the same calls leave the same records.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from zhanggui.books.audit import AuditEntry, add_audit, read_audit
from zhanggui.books.opening import open_engine, reading, writing
from zhanggui.books.tables import BUNDLE_PARTS, LINK_VERDICTS, VERDICTS
from zhanggui.books.upgrade import upgrade_records

OWNER_ONLY = 0o600


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


class Books:
    """The records of one workspace."""

    def __init__(self, address: str) -> None:
        self.engine = open_engine(address)
        upgrade_records(self.engine)

    @classmethod
    def at(cls, path: Path) -> Books:
        """The records kept in one SQLite file, which its owner alone can read: it holds what passwords are checked by."""
        path.touch(mode=OWNER_ONLY)
        if path.stat().st_mode & 0o077:  # made by an earlier release
            with suppress(PermissionError):
                path.chmod(OWNER_ONLY)
        return cls(f"sqlite:///{path}")

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()

    def add_verdict(self, verdict: Verdict) -> None:
        """Record a verdict; the newest on a decision counts."""
        values = {**vars(verdict), "until_on": verdict.until_on.isoformat() if verdict.until_on else None}
        with self.writing() as connection:
            connection.execute(insert(VERDICTS).values(**values))

    def read_verdicts(self) -> dict[str, Verdict]:
        """The newest verdict on every decision."""
        return {row["decision_id"]: _verdict(row) for row in self._rows(VERDICTS, VERDICTS.c.verdict_id)}

    def add_link_verdict(self, verdict: LinkVerdict) -> None:
        """Record a verdict on an alias."""
        with self.writing() as connection:
            connection.execute(insert(LINK_VERDICTS).values(**vars(verdict)))

    def read_link_verdicts(self) -> list[LinkVerdict]:
        """Every verdict on aliases, oldest first."""
        rows = self._rows(LINK_VERDICTS, LINK_VERDICTS.c.link_verdict_id)
        return [LinkVerdict(**{k: v for k, v in row.items() if k != "link_verdict_id"}) for row in rows]

    def add_bundle_part(self, part: BundlePart) -> None:
        """Record a component of a bundle."""
        with self.writing() as connection:
            connection.execute(insert(BUNDLE_PARTS).values(**{**vars(part), "quantity": str(part.quantity)}))

    def read_bundle_parts(self) -> list[BundlePart]:
        """The components that stand, by bundle and component; the newest statement of each pair counts."""
        newest = {
            (r["bundle_sku_code"], r["component_sku_code"]): r for r in self._rows(BUNDLE_PARTS, BUNDLE_PARTS.c[0])
        }
        parts = [_bundle_part(newest[pair]) for pair in sorted(newest)]
        return [part for part in parts if part.quantity]

    def add_audit(self, entry: AuditEntry) -> None:
        """Record an act; it can never be changed or taken out."""
        with self.writing() as connection:
            add_audit(connection, entry)

    def read_audit(self) -> list[AuditEntry]:
        """Every act, oldest first."""
        with self.reading() as connection:
            return read_audit(connection)

    def writing(self) -> AbstractContextManager[Connection]:
        """One transaction for the functions of the other modules here: an act and its audit stand or fall together."""
        return writing(self.engine)

    def reading(self) -> AbstractContextManager[Connection]:
        """One look at the records for the functions of the other modules here."""
        return reading(self.engine)

    def _rows(self, table: Any, order: Any) -> list[RowMapping]:
        with self.reading() as connection:
            return list(connection.execute(select(table).order_by(order)).mappings())


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
