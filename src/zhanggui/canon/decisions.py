"""What a decision is: one row for every subject asked about, with reasons as codes and numbers, never sentences."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol

import pyarrow as pa


class Verdict(Enum):
    """What the seller should do; missing history gives CANNOT_SAY, never zero."""

    ACT = "act"
    WAIT = "wait"
    CANNOT_SAY = "cannot_say"


@dataclass(frozen=True)
class Reason:
    """A code of the phrase book (`reason.<code>`), its figure, the figure's unit, and where it was read."""

    code: str
    value: str
    unit: str
    source: str


@dataclass(frozen=True)
class Decision:
    """One verdict on one subject; the impact is money gained or kept by acting, with its range."""

    kind: str
    subject_kind: str
    subject_id: str
    verdict: Verdict
    quantity: Decimal | None
    unit: str | None
    impact_amount: Decimal | None
    impact_low: Decimal | None
    impact_high: Decimal | None
    currency: str | None
    impact_basis: str | None
    reasons: tuple[Reason, ...]
    model: str
    policy_digest: str
    generation: int
    as_of: date
    expires_on: date | None

    @property
    def decision_id(self) -> str:
        """The same for the same question on the same day, so that a person's answer finds it again."""
        parts = (self.kind, self.subject_kind, self.subject_id, self.as_of.isoformat())
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


class Lasting(Protocol):
    """A policy says how many days its verdicts stand."""

    @property
    def expiry_days(self) -> int:
        """Days."""


@dataclass(frozen=True)
class Impact:
    """Money gained or kept by acting, with its range, and what the figure is of."""

    amount: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    currency: str | None = None
    basis: str | None = None


NO_IMPACT = Impact()


@dataclass(frozen=True)
class Subject:
    """What all decisions on one subject share."""

    kind: str
    subject_kind: str
    subject_id: str
    model: str
    policy: Lasting
    as_of: date
    generation: int

    def about(self, subject_id: str) -> Subject:
        """Another subject of the same kind."""
        return dataclasses.replace(self, subject_id=subject_id)

    def decide(
        self,
        verdict: Verdict,
        reasons: Iterable[Reason],
        quantity: Decimal | None = None,
        unit: str | None = None,
        impact: Impact = NO_IMPACT,
    ) -> Decision:
        """The decision on this subject."""
        return Decision(
            kind=self.kind,
            subject_kind=self.subject_kind,
            subject_id=self.subject_id,
            verdict=verdict,
            quantity=quantity,
            unit=unit,
            impact_amount=impact.amount,
            impact_low=impact.low,
            impact_high=impact.high,
            currency=impact.currency,
            impact_basis=impact.basis,
            reasons=tuple(reasons),
            model=self.model,
            policy_digest=policy_digest(self.policy),
            generation=self.generation,
            as_of=self.as_of,
            expires_on=self.as_of + timedelta(days=self.policy.expiry_days),
        )


_AMOUNT = pa.decimal128(18, 4)

_REASON = pa.struct([(name, pa.string()) for name in ("code", "value", "unit", "source")])

DECISIONS: pa.Schema = pa.schema([
    pa.field("kind", pa.string(), nullable=False),
    pa.field("subject_kind", pa.string(), nullable=False),
    pa.field("subject_id", pa.string(), nullable=False),
    pa.field("verdict", pa.string(), nullable=False),
    pa.field("quantity", _AMOUNT),
    pa.field("unit", pa.string()),
    pa.field("impact_amount", _AMOUNT),
    pa.field("impact_low", _AMOUNT),
    pa.field("impact_high", _AMOUNT),
    pa.field("currency", pa.string()),
    pa.field("impact_basis", pa.string()),
    pa.field("reasons", pa.list_(_REASON), nullable=False),
    pa.field("model", pa.string(), nullable=False),
    pa.field("policy_digest", pa.string(), nullable=False),
    pa.field("generation", pa.int64(), nullable=False),
    pa.field("as_of", pa.date32(), nullable=False),
    pa.field("expires_on", pa.date32()),
])  # fmt: skip
"""The shape of every table of decisions: one row for every subject asked about."""


def decision_table(decisions: Iterable[Decision]) -> pa.Table:
    """The decisions as a table of the shape DECISIONS, in the order given."""
    rows = [{**dataclasses.asdict(decision), "verdict": decision.verdict.value} for decision in decisions]
    return pa.Table.from_pylist(rows, schema=DECISIONS)


def policy_digest(policy: Any) -> str:
    """The first 16 hex digits of the SHA-256 of a frozen policy's fields: two runs by one policy share it."""
    fields = {"policy": type(policy).__name__, **dataclasses.asdict(policy)}
    return hashlib.sha256(json.dumps(fields, sort_keys=True, default=str).encode()).hexdigest()[:16]
