"""Unreconciled money: one figure for each shop and month, payouts found to the cent, totals that disagree."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa
import pytest

from zhanggui.money.unreconciled import (
    UnreconciledPolicy,
    decide_control_totals,
    decide_unmatched_payouts,
    decide_unreconciled_months,
    measure_months,
    measure_payouts,
)

POLICY = UnreconciledPolicy()
JULY = date(2026, 7, 1)
AS_OF = date(2026, 8, 1)
D = Decimal
STORED = pa.decimal128(18, 4)


def orders(*rows: tuple[str, date, str, str], status: str | None = None) -> ibis.Table:
    told = [
        {
            "shop_id": "pdd/main", "platform_order_id": key, "paid_on": day, "is_paid": True, "currency": "CNY",
            "status": status, "paid_amount": D(paid), "refunded_amount": D(refunded),
        }
        for key, day, paid, refunded in rows
    ]  # fmt: skip
    names = [
        ("shop_id", pa.string()),
        ("platform_order_id", pa.string()),
        ("paid_on", pa.date32()),
        ("is_paid", pa.bool_()),
    ]
    names.append(("status", pa.string()))
    kinds = [*names, ("currency", pa.string()), ("paid_amount", STORED), ("refunded_amount", STORED)]
    return ibis.memtable(pa.Table.from_pylist(told, pa.schema(kinds)))


def ledger(*rows: tuple[str, str, str]) -> ibis.Table:
    told = [
        {"shop_id": "pdd/main", "platform_order_id": key, "component": component, "amount": D(amount), "is_cash": True}
        for key, component, amount in rows
    ]
    names = [("shop_id", pa.string()), ("platform_order_id", pa.string()), ("component", pa.string())]
    return ibis.memtable(pa.Table.from_pylist(told, pa.schema([*names, ("amount", STORED), ("is_cash", pa.bool_())])))


def month(sold: ibis.Table, posted: ibis.Table) -> dict[str, Any]:
    rows: list[dict[str, Any]] = measure_months(sold, posted, POLICY, AS_OF).to_pyarrow().to_pylist()
    assert len(rows) == 1
    return {name.removesuffix("_amount"): value for name, value in rows[0].items()}


def test_a_month_that_agrees_is_explained_by_its_fees() -> None:
    found = month(
        orders(("a", JULY, "100", "0")),
        ledger(("a", "sale", "100"), ("a", "commission", "-5"), ("a", "platform_subsidy", "2")),
    )
    assert (found["paid"], found["settled"], found["deducted"]) == (100, 100, -3)
    assert (found["pending"], found["overdue"], found["unexplained"], found["unexplained_count"]) == (0, 0, 0, 0)


def test_what_is_not_settled_is_pending_then_overdue() -> None:
    young, old = AS_OF - timedelta(days=22), AS_OF - timedelta(days=23)
    found = month(orders(("young", young, "30", "10"), ("old", old, "50", "0")), ledger())
    assert (found["pending"], found["overdue"], found["settled"]) == (20, 50, 0)


@pytest.mark.parametrize(("status", "overdue"), [("refunded_closed", 0), ("cancelled", 0), ("shipped", 50), (None, 50)])
def test_an_order_whose_money_went_back_is_owed_nothing(status: str | None, overdue: int) -> None:
    found = month(orders(("old", AS_OF - timedelta(days=40), "50", "0"), status=status), ledger())
    assert (found["overdue"], found["pending"]) == (overdue, 0)


def test_a_difference_over_a_cent_is_unexplained() -> None:
    sold = orders(("a", JULY, "100", "0"), ("b", JULY, "100", "0"))
    found = month(sold, ledger(("a", "sale", "99.99"), ("b", "sale", "99.98")))
    assert (found["unexplained"], found["unexplained_count"]) == (D("0.02"), 1)


def test_a_refund_netted_before_settlement_is_no_difference() -> None:
    assert month(orders(("a", JULY, "100", "40")), ledger(("a", "sale", "60")))["unexplained"] == 0
    assert (
        month(orders(("a", JULY, "100", "40")), ledger(("a", "sale", "100"), ("a", "refund", "-40")))["unexplained"]
        == 0
    )


def test_the_decision_adds_what_is_open() -> None:
    sold = orders(("a", JULY, "100", "0"), ("b", JULY, "70", "0"))
    months = measure_months(sold, ledger(("a", "sale", "90")), POLICY, AS_OF).to_pyarrow()
    [row] = decide_unreconciled_months(months, ["pdd/main"], POLICY, AS_OF, 3).to_pylist()
    assert (row["subject_id"], row["verdict"], row["impact_amount"]) == ("pdd/main|2026-07|CNY", "act", 80)
    [unsaid] = decide_unreconciled_months(months, [], POLICY, AS_OF, 3).to_pylist()
    assert (unsaid["verdict"], unsaid["impact_amount"]) == ("cannot_say", None)


def payouts(*rows: tuple[str, date, str]) -> pa.Table:
    told = [
        {"account_id": "pp/main", "platform_payout_id": key, "paid_on": day, "amount": D(amount), "currency": "CNY"}
        for key, day, amount in rows
    ]
    names = [("account_id", pa.string()), ("platform_payout_id", pa.string()), ("paid_on", pa.date32())]
    return pa.Table.from_pylist(told, pa.schema([*names, ("amount", STORED), ("currency", pa.string())]))


def bank(*rows: tuple[str, date, str]) -> pa.Table:
    told = [
        {"account_id": "bank/main", "line_key": key, "booked_on": day, "amount": D(amount), "currency": "CNY"}
        for key, day, amount in rows
    ]
    names = [("account_id", pa.string()), ("line_key", pa.string()), ("booked_on", pa.date32())]
    return pa.Table.from_pylist(told, pa.schema([*names, ("amount", STORED), ("currency", pa.string())]))


def matched(sent: pa.Table, booked: pa.Table) -> dict[str, tuple[str, Any]]:
    rows = decide_unmatched_payouts(sent, booked, POLICY, AS_OF, 1).to_pylist()
    return {row["subject_id"].split("|")[1]: (row["verdict"], row["impact_amount"]) for row in rows}


def test_a_payout_is_found_to_the_cent_within_five_days() -> None:
    lines = bank(("1", JULY + timedelta(days=5), "100"), ("2", JULY + timedelta(days=20), "1"))
    assert matched(payouts(("p", JULY, "100")), lines) == {"p": ("wait", None)}
    assert matched(payouts(("p", JULY, "100.01")), lines) == {"p": ("act", D("100.01"))}


def test_withdrawals_in_a_ledger_are_payouts_where_no_report_states_them() -> None:
    kinds = pa.schema([
        ("account_id", pa.string()), ("line_key", pa.string()), ("component", pa.string()), ("posted_on", pa.date32()),
        ("amount", STORED), ("currency", pa.string()), ("is_cash", pa.bool_()),
    ])  # fmt: skip
    entries = [
        ("wallet/a", "1", "payout", JULY, D(-70), "CNY", True),
        ("wallet/a", "2", "payout", JULY, D(5), "CNY", True),  # one that came back
        ("wallet/a", "3", "sale", JULY, D(-9), "CNY", True),
        ("wallet/b", "4", "payout", JULY, D(-30), "CNY", True),  # b has a report of its payouts
        ("wallet/a", "5", "payout", JULY, D(-8), "CNY", False),
    ]
    posted = pa.Table.from_pylist([dict(zip(kinds.names, entry, strict=True)) for entry in entries], kinds)
    stated = ibis.memtable(payouts(("b-1", JULY, "30")).set_column(0, "account_id", pa.array(["wallet/b"])))
    found = measure_payouts(stated, ibis.memtable(posted)).to_pyarrow().to_pylist()
    assert sorted((row["account_id"], row["platform_payout_id"], row["amount"]) for row in found) == [
        ("wallet/a", "1", 70), ("wallet/b", "b-1", 30),
    ]  # fmt: skip


def test_a_bank_line_answers_one_payout() -> None:
    lines = bank(("1", JULY, "100"), ("2", JULY + timedelta(days=20), "1"))
    assert matched(payouts(("p", JULY, "100"), ("q", JULY, "100")), lines) == {"p": ("wait", None), "q": ("act", 100)}


def test_a_statement_that_does_not_reach_cannot_say() -> None:
    assert matched(payouts(("p", JULY, "100")), bank()) == {"p": ("cannot_say", None)}
    assert matched(payouts(("p", JULY, "100")), bank(("1", JULY + timedelta(days=4), "1"))) == {
        "p": ("cannot_say", None)
    }


def test_totals_that_disagree_are_told_with_both_figures() -> None:
    names = ("file_id", "path_name", "name", "stated", "computed")
    rows = [
        ("f1", "账单.csv", "收入", "10.00", "9.00", False),
        ("f1", "账单.csv", "支出", "5", "5", True),
        ("f2", "b.csv", "n", "1", "1", True),
    ]
    schema = pa.schema([*((name, pa.string()) for name in names), ("agrees", pa.bool_())])
    table = pa.table([list(column) for column in zip(*rows, strict=True)], schema=schema)
    wrong, right = decide_control_totals(table, POLICY, AS_OF, 1).to_pylist()
    assert (wrong["verdict"], wrong["quantity"]) == ("act", 1)
    assert [r["value"] for r in wrong["reasons"]] == ["账单.csv", "收入=10.00", "收入=9.00"]
    assert right["verdict"] == "wait"


def test_a_total_of_many_places_is_compared_to_four() -> None:
    schema = pa.schema(
        [*((n, pa.string()) for n in ("file_id", "path_name", "name", "stated", "computed")), ("agrees", pa.bool_())]
    )
    table = pa.table([["f"], ["a.csv"], ["n"], ["1.123456"], ["一"], [False]], schema=schema)
    assert decide_control_totals(table, POLICY, AS_OF, 1)["quantity"].to_pylist() == [None]
    table = pa.table([["f"], ["a.csv"], ["n"], ["1.123456"], ["1"], [False]], schema=schema)
    assert decide_control_totals(table, POLICY, AS_OF, 1)["quantity"].to_pylist() == [D("0.1235")]


def test_scaling_money_scales_the_impact_only() -> None:
    for factor in (1, 1000):
        sold = orders(("a", JULY, str(100 * factor), "0"))
        months = measure_months(sold, ledger(("a", "sale", str(90 * factor))), POLICY, AS_OF).to_pyarrow()
        [row] = decide_unreconciled_months(months, ["pdd/main"], POLICY, AS_OF, 1).to_pylist()
        assert (row["verdict"], row["impact_amount"], row["quantity"]) == ("act", 10 * factor, 1)
