"""The policies in force: those of the code, with what zhanggui.toml says instead."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from zhanggui.app.errors import SettingsInvalid
from zhanggui.app.workspace import SETTINGS_NAME
from zhanggui.metrics.facts.exchange import RatePolicy
from zhanggui.money.unreconciled import UnreconciledPolicy
from zhanggui.monitor.concentration import ConcentrationPolicy
from zhanggui.monitor.data_gaps import DataGapsPolicy
from zhanggui.monitor.expecting import ExpectingPolicy
from zhanggui.monitor.quality import QualityPolicy
from zhanggui.products.identity import IdentityPolicy

Policy = TypeVar("Policy")


@dataclasses.dataclass(frozen=True)
class Policies:
    """One policy for each thing that is decided."""

    concentration: ConcentrationPolicy = dataclasses.field(default_factory=ConcentrationPolicy)
    data_gaps: DataGapsPolicy = dataclasses.field(default_factory=DataGapsPolicy)
    exchange: RatePolicy = dataclasses.field(default_factory=RatePolicy)
    expecting: ExpectingPolicy = dataclasses.field(default_factory=ExpectingPolicy)
    identity: IdentityPolicy = dataclasses.field(default_factory=IdentityPolicy)
    quality: QualityPolicy = dataclasses.field(default_factory=QualityPolicy)
    unreconciled: UnreconciledPolicy = dataclasses.field(default_factory=UnreconciledPolicy)


def read_policies(told: Mapping[str, Mapping[str, Any]]) -> Policies:
    """The policies with what the settings say; raises SettingsInvalid naming what is not known or not readable."""
    policies = Policies()
    known = {field.name for field in dataclasses.fields(Policies)}
    for name in told:
        if name not in known:
            raise SettingsInvalid(file=SETTINGS_NAME, problem=f"policies.{name}")
    changed = {name: _apply(getattr(policies, name), name, values) for name, values in told.items()}
    return dataclasses.replace(policies, **changed)


def _apply(policy: Policy, name: str, values: Mapping[str, Any]) -> Policy:
    kinds = {field.name: type(getattr(policy, field.name)) for field in dataclasses.fields(policy)}  # type: ignore[arg-type]
    read = {}
    for key, value in values.items():
        if key not in kinds:
            raise SettingsInvalid(file=SETTINGS_NAME, problem=f"policies.{name}.{key}")
        read[key] = _read(kinds[key], value, f"policies.{name}.{key}")
    return dataclasses.replace(policy, **read)  # type: ignore[type-var]


def _read(kind: type, value: Any, place: str) -> Any:
    try:
        if kind is Decimal:
            return Decimal(str(value))
        if kind is date:
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        return kind(value)
    except (InvalidOperation, ValueError, TypeError) as error:
        raise SettingsInvalid(file=SETTINGS_NAME, problem=f"{place} = {value!r}") from error
