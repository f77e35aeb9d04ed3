"""How good the data is, rule by rule: a score, the number of failures, and one that failed.

The six dimensions are those of GB/T 36344-2018 (completeness, uniqueness, validity, timeliness, consistency,
accuracy). Rules come from the declarations of canon, so that a new column brings its rules with it. A critical
failure blocks nothing in silence: it is shown, and every answer that stands on the table carries a note.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from enum import Enum
from typing import Any

import ibis
import pyarrow as pa

from zhanggui.canon.register import TABLES
from zhanggui.canon.tables import Kind, Layer, Table
from zhanggui.canon.vocabularies import OPEN_VOCABULARIES, VOCABULARIES

_SCORE = Decimal("0.00000001")


class Severity(Enum):
    """What a failure means for the figures."""

    CRITICAL = "critical"  # figures may be wrong
    MAJOR = "major"  # figures may be incomplete
    MINOR = "minor"


@dataclass(frozen=True)
class QualityPolicy:
    """From what on a failure is worth a look.

    future_days_most: days that a business date may lie after `as_of`; a day, because of time zones.
    earliest_on: no platform whose exports are read existed before; dates before it are typing errors.
    """

    future_days_most: int = 1
    earliest_on: date = date(1995, 1, 1)


@dataclass(frozen=True)
class Rule:
    """One check of one table: what fails, as a condition over its rows."""

    dimension: str
    table: str
    column: str
    severity: Severity

    @property
    def name(self) -> str:
        """Stable: dimension, table, column."""
        return ".".join(part for part in (self.dimension, self.table, self.column) if part)


COMPLETE_COLUMNS: Mapping[str, tuple[tuple[str, Severity], ...]] = {
    "orders": (("status", Severity.MAJOR), ("currency", Severity.MAJOR), ("created_on", Severity.MAJOR)),
    "order_lines": (("quantity", Severity.MAJOR), ("currency", Severity.MAJOR)),
    "refunds": (("status", Severity.MAJOR), ("amount", Severity.MAJOR), ("currency", Severity.MAJOR)),
    "settlement_lines": (
        ("amount", Severity.MAJOR),
        ("posted_on", Severity.MAJOR),
        ("component", Severity.MAJOR),
        ("currency", Severity.MAJOR),
    ),
    "bank_transactions": (("amount", Severity.MAJOR), ("booked_on", Severity.MAJOR)),
    "stock_levels": (("on_hand", Severity.MINOR),),
    "ad_spend": (("spend", Severity.MAJOR), ("currency", Severity.MAJOR)),
}
"""What a table is of little use without; everything else may be left empty by a platform."""

NEVER_NEGATIVE = {
    "order_lines": ("unit_price", "list_price"),
    "refunds": ("amount",),
    "ad_spend": ("spend",),
    "skus": ("weight_grams",),
}
"""Columns whose sign is not the seller's business."""

UNKNOWN_CODES = ("unknown", "unclassified")


def rules_of(table: Table) -> tuple[Rule, ...]:
    """Every rule of a stated table, made from its declaration."""
    rules = [
        Rule("completeness", table.name, column, severity) for column, severity in COMPLETE_COLUMNS.get(table.name, ())
    ]
    for column in table.columns:
        if column.vocabulary in VOCABULARIES and column.vocabulary not in OPEN_VOCABULARIES:
            rules.append(Rule("validity", table.name, column.name, Severity.MINOR))
        if column.kind is Kind.DATE and column.name.endswith("_on") and column.name in _DATED.get(table.name, ()):
            rules.append(Rule("timeliness", table.name, column.name, Severity.MINOR))
    rules += [Rule("consistency", table.name, column, Severity.MAJOR) for column in NEVER_NEGATIVE.get(table.name, ())]
    return (*rules, Rule("uniqueness", table.name, "", Severity.CRITICAL))


_DATED = {
    "orders": ("created_on", "paid_on"),
    "refunds": ("requested_on",),
    "settlement_lines": ("posted_on",),
    "bank_transactions": ("booked_on",),
    "ad_spend": ("stat_on",),
    "traffic_daily": ("stat_on",),
}


def checked_tables() -> tuple[Table, ...]:
    """The tables that have rules of their own."""
    return tuple(
        t for t in TABLES.values() if t.layer is Layer.STATED and (t.name in COMPLETE_COLUMNS or t.name in _DATED)
    )


def measure_quality(rows: ibis.Table, table: Table, policy: QualityPolicy, as_of: date) -> ibis.Table:
    """One row: `row_count`, and for every rule of the table `failed_<n>` and `example_<n>` (a key, or null)."""
    key = ibis.literal("|").join([ibis.coalesce(rows[name].cast("string"), "") for name in table.key])
    sums: dict[str, Any] = {"row_count": rows.count()}
    for place, rule in enumerate(rules_of(table)):
        if rule.dimension == "uniqueness":
            sums[f"failed_{place}"] = rows.count() - key.nunique()
            sums[f"example_{place}"] = key.min(where=ibis.literal(False))
            continue
        fails = _fails(rows, rule, policy, as_of)
        sums[f"failed_{place}"] = rows.count(where=fails)
        sums[f"example_{place}"] = key.min(where=fails)
    return rows.aggregate(**sums)


def _fails(rows: ibis.Table, rule: Rule, policy: QualityPolicy, as_of: date) -> Any:
    value = rows[rule.column]
    if rule.dimension == "completeness":
        return value.isnull()
    if rule.dimension == "validity":
        return value.notnull() & value.isin(UNKNOWN_CODES)
    if rule.dimension == "timeliness":
        latest = date.fromordinal(as_of.toordinal() + policy.future_days_most)
        return value.notnull() & ((value > latest) | (value < policy.earliest_on))
    return value.notnull() & (value < 0)


def judge_quality(measured: Mapping[str, Mapping[str, Any]], controls: Iterable[Mapping[str, Any]]) -> pa.Table:
    """The results of all rules in the shape of `quality_results`, ordered by rule.

    `measured` holds, by table, the row of `measure_quality`; `controls` the control totals of all files
    (path_name, name, agrees), which are the one check of accuracy that a stranger's file offers.
    """
    results = [
        _result(rule, row, place)
        for table, row in measured.items()
        for place, rule in enumerate(rules_of(TABLES[table]))
    ]
    results.append(_judge_controls(list(controls)))
    results.sort(key=lambda result: result["rule"])
    return pa.Table.from_pylist(results, schema=TABLES["quality_results"].arrow_schema)


def _result(rule: Rule, row: Mapping[str, Any], place: int) -> dict[str, Any]:
    return _scored(rule, row["row_count"], row[f"failed_{place}"], row[f"example_{place}"])


def _judge_controls(controls: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    wrong = [control for control in controls if not control["agrees"]]
    rule = Rule("accuracy", "import_files", "controls", Severity.CRITICAL)
    example = min((f"{control['path_name']}: {control['name']}" for control in wrong), default=None)
    return _scored(rule, len(controls), len(wrong), example)


def _scored(rule: Rule, rows: int, failed: int, example: str | None) -> dict[str, Any]:
    passed = Decimal(rows - failed) / rows if rows else Decimal(1)
    return {
        "rule": rule.name,
        "dimension": rule.dimension,
        "table_name": rule.table,
        "column_name": rule.column,
        "row_count": rows,
        "failed_count": failed,
        "score": passed.quantize(_SCORE, ROUND_HALF_EVEN),
        "severity": rule.severity.value,
        "example": example,
    }
