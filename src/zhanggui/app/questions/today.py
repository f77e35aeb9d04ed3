"""What a person looks at first: the decisions, and the reports that are late."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from zhanggui.app.asking import Asked, question
from zhanggui.app.policies import read_policies
from zhanggui.canon.questions import Parameter
from zhanggui.monitor.data_gaps import REPORT_KIND, DataGapsPolicy, days_allowed


@question(
    "所有决策（包括等待与无法判断的）？",
    "Every decision, those to wait and those that cannot be said too?",
    Parameter("kind", "text", "决策类别", "Kind of decision"),
    Parameter("verdict", "code", "判断", "Verdict", vocabulary="verdict"),
    of_close=True,
)
def ask_decisions(asked: Asked, kind: str | None, verdict: str | None) -> Any:
    """One row for each kind and subject."""
    decided = asked.table("decisions")
    decided = decided.filter(decided.kind == kind) if kind else decided
    decided = decided.filter(decided.verdict == verdict) if verdict else decided
    return decided.order_by("kind", "subject_kind", "subject_id")


_LATE = pa.schema([
    ("shop_id", pa.string()),
    ("report", pa.string()),
    ("last_on", pa.date32()),
    ("silent_days", pa.int64()),
    ("rhythm_days", pa.int64()),
    ("late_days", pa.int64()),
    ("missing_days", pa.int64()),
    ("state", pa.string()),
    ("missing_periods", pa.string()),
    ("impact_amount", pa.decimal128(18, 4)),
    ("currency", pa.string()),
    ("decision_id", pa.string()),
])  # fmt: skip
_STATES = ("late", "hole", "cannot_say", "complete")


@question("哪些报表该来没来？", "Which reports are later than their own rhythm, or have holes?", of_close=True)
def ask_late_data(asked: Asked) -> pa.Table:
    """One row for each shop and report, the late ones first."""
    decided = asked.table("decisions")
    policy = read_policies(asked.workspace.settings.policies).data_gaps
    rows = [_lateness(row, policy) for row in asked.fetch(decided.filter(decided.kind == REPORT_KIND)).to_pylist()]
    rows.sort(key=lambda row: (_STATES.index(row["state"]), -(row["missing_days"] or 0), row["shop_id"], row["report"]))
    return pa.Table.from_pylist(rows, _LATE)


def _lateness(decision: Mapping[str, Any], policy: DataGapsPolicy) -> dict[str, Any]:
    """What a decision about a report says, in columns."""
    reasons = json.loads(decision["reasons"] or "[]")
    said = {reason["code"]: reason["value"] for reason in reasons}
    holes = [reason["value"] for reason in reasons if reason["code"] == "period_missing"]
    shop, _, report = decision["subject_id"].rpartition("|")
    last = date.fromisoformat(said["report_last"]) if "report_last" in said else None
    rhythm = int(said["report_rhythm"]) if "report_rhythm" in said else None
    silent = (decision["as_of"] - last).days if last else None
    is_late = "report_late" in said and silent is not None and rhythm is not None
    state = {"cannot_say": "cannot_say", "wait": "complete"}.get(decision["verdict"], "late" if is_late else "hole")
    return {
        "shop_id": shop,
        "report": report,
        "last_on": last,
        "silent_days": silent,
        "rhythm_days": rhythm,
        "late_days": max((silent or 0) - days_allowed(rhythm, policy), 0) if rhythm is not None else None,
        "missing_days": int(decision["quantity"]) if decision["quantity"] is not None else None,
        "state": state,
        "missing_periods": ", ".join(holes) or None,
        **{name: decision[name] for name in ("impact_amount", "currency", "decision_id")},
    }
