"""The contracts: manifests that round-trip, steps in order, metrics that cannot be declared wrongly, decisions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from zhanggui.canon.decisions import DECISIONS, Decision, Reason, Verdict, decision_table, policy_digest
from zhanggui.canon.dictionary import PAGE, main, render_dictionary
from zhanggui.canon.imports import Control, FileManifest, StagedTable, Warning_
from zhanggui.canon.metrics import Aggregate, Formula, MetricWrong, Part
from zhanggui.canon.steps import Step, StepsWrong, order_steps

MANIFEST = FileManifest(
    file_id="f" * 20, digest="d" * 64, path_name="订单.csv", member="", size_bytes=12, format="taobao_orders_csv",
    format_variant="", channel="taobao", shop_id="taobao/main", account_id=None, currency="CNY", encoding="gb18030",
    sheet=None, header_row=1, header_fingerprint="ab", unknown_headers=("新列",), missing_headers=(),
    stated_at=datetime(2026, 7, 1, 2, 3, 4), period_from=date(2026, 6, 1), period_to=None, rows_seen=3,
    rows_accepted=2, rows_refused=1, controls=(Control("合计", "10.00", "9.99", False),),
    warnings=(Warning_("unknown_header", "新列", "新列"),), primary_table="orders",
    tables={"orders": StagedTable(2), "order_lines": StagedTable(4, occurrence=True)},
)  # fmt: skip


def test_a_manifest_survives_json() -> None:
    text = MANIFEST.to_json()
    assert FileManifest.from_json(text) == MANIFEST
    assert FileManifest.from_json(text).to_json() == text
    assert '"occurrence": true' in text and '"2026-07-01T02:03:04"' in text


def _step(writes: str, *reads: str) -> Step:
    return Step(f"make_{writes}", reads, writes, lambda *tables: tables)


def test_steps_run_after_what_they_read() -> None:
    steps = [
        _step("daily_sales", "order_facts", "line_facts"),
        _step("line_facts", "order_facts"),
        _step("order_facts", "orders"),
    ]
    assert [step.writes for step in order_steps(steps)] == ["order_facts", "line_facts", "daily_sales"]
    assert order_steps(reversed(steps)) == order_steps(steps)


def test_steps_that_wait_for_each_other_are_a_fault() -> None:
    with pytest.raises(StepsWrong):
        order_steps([_step("a", "b"), _step("b", "a")])
    with pytest.raises(StepsWrong):
        order_steps([_step("a"), _step("a")])


def test_a_part_on_a_missing_column_is_a_fault() -> None:
    part = Part("paid", "order_facts", Aggregate.SUM, "paid_amount", "paid_on", ("channel", "shop_id"), is_money=True)
    with pytest.raises(MetricWrong) as wrong:
        replace(part, column="payed_amount")
    assert wrong.value.fields["missing"] == ["payed_amount"]
    with pytest.raises(MetricWrong):
        replace(part, aggregate=Aggregate.COUNT)


def test_a_formula_names_its_parts_once() -> None:
    formula = Formula("(paid - zero(refunded)) / paid")
    assert formula.is_ratio and formula.parts == ("paid", "refunded")


def test_decisions_make_a_table_of_the_contract() -> None:
    decision = Decision(
        "data_gap", "shop", "taobao/main", Verdict.CANNOT_SAY, None, None, Decimal("1.5000"), None, None, "CNY", None,
        (Reason("file_late", "3", "day", "import_files"),), "rule", "0" * 16, 7, date(2026, 7, 1), None,
    )  # fmt: skip
    table = decision_table([decision])
    assert table.schema == DECISIONS
    assert table.to_pylist()[0]["verdict"] == "cannot_say"
    assert table.to_pylist()[0]["reasons"] == [
        {"code": "file_late", "value": "3", "unit": "day", "source": "import_files"}
    ]
    assert decision.decision_id == replace(decision, generation=8).decision_id
    assert decision_table([]).num_rows == 0


def test_policies_differ_by_digest() -> None:
    @dataclass(frozen=True)
    class SharePolicy:
        limit_share: Decimal

    assert policy_digest(SharePolicy(Decimal("0.5"))) == policy_digest(SharePolicy(Decimal("0.5")))
    assert policy_digest(SharePolicy(Decimal("0.5"))) != policy_digest(SharePolicy(Decimal("0.6")))


def test_the_committed_dictionary_is_current(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.chdir(request.config.rootpath)
    assert PAGE.read_text(encoding="utf-8") == render_dictionary()
    assert main(["--check"]) == 0
