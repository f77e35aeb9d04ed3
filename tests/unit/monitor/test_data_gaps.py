"""Data gaps: a report is late by its own rhythm, holes are named, and money without its pair is counted."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa

from zhanggui.monitor.data_gaps import (
    DataGapsPolicy,
    decide_data_gaps,
    decide_settlement_gaps,
    decide_unmapped_skus,
    measure_orderless_settlements,
    measure_settlement_lags,
    measure_unsettled_orders,
    usual_lag_days,
)

POLICY = DataGapsPolicy()
AMOUNT = pa.decimal128(38, 4)
JULY = date(2026, 7, 1)


def files(*periods: tuple[date, date], shop: str = "pdd/main") -> pa.Table:
    rows = [{"shop_id": shop, "format": "pdd_orders", "period_from": a, "period_to": b} for a, b in periods]
    names = [("shop_id", pa.string()), ("format", pa.string())]
    return pa.Table.from_pylist(rows, pa.schema([*names, ("period_from", pa.date32()), ("period_to", pa.date32())]))


def worth(amount: str = "1000", days: int = 10) -> pa.Table:
    row = {"shop_id": "pdd/main", "currency": "CNY", "amount": Decimal(amount), "day_count": days}
    schema = pa.schema(
        [("shop_id", pa.string()), ("currency", pa.string()), ("amount", AMOUNT), ("day_count", pa.int64())]
    )
    return pa.Table.from_pylist([row], schema)


def weeks(count: int) -> list[tuple[date, date]]:
    return [(JULY + timedelta(days=7 * n), JULY + timedelta(days=7 * n + 6)) for n in range(count)]


def gaps(table: pa.Table, as_of: date) -> dict[str, Any]:
    row: dict[str, Any] = decide_data_gaps(table, worth(), POLICY, as_of, 1).to_pylist()[0]
    return {**row, "told": [(r["code"], r["value"]) for r in row["reasons"]]}


def test_a_weekly_report_is_not_late_after_ten_days_and_late_after_eleven() -> None:
    last = weeks(4)[-1][1]
    assert gaps(files(*weeks(4)), last + timedelta(days=10))["verdict"] == "wait"
    late = gaps(files(*weeks(4)), last + timedelta(days=11))
    assert late["verdict"] == "act"
    assert late["told"] == [("report_rhythm", "7"), ("report_last", "2026-07-28"), ("report_late", "11")]
    # 1,000 in 10 days is 100 a day; eleven days are missing
    assert (late["impact_amount"], late["impact_low"], late["impact_high"]) == (1100, 550, 1650)
    assert (late["quantity"], late["unit"], late["currency"]) == (11, "day", "CNY")


def test_a_hole_is_named_with_its_days() -> None:
    periods = [*weeks(3), (date(2026, 7, 30), date(2026, 8, 5))]
    found = gaps(files(*periods), date(2026, 8, 6))
    assert ("period_missing", "2026-07-22/2026-07-29") in found["told"]
    assert (found["verdict"], found["quantity"], found["impact_amount"]) == ("act", 8, 800)


def test_overlapping_reports_leave_no_hole() -> None:
    periods = [(JULY, JULY + timedelta(days=6)), (JULY + timedelta(days=3), JULY + timedelta(days=13)), *weeks(3)]
    assert gaps(files(*periods), date(2026, 7, 22))["verdict"] == "wait"


def test_an_odd_amount_is_halved_to_four_places() -> None:
    table = files(*weeks(4))
    row = decide_data_gaps(table, worth("0.0003", 3), POLICY, date(2026, 8, 8), 1).to_pylist()[0]
    assert (row["impact_amount"], row["impact_low"]) == (Decimal("0.0011"), Decimal("0.0006"))


def test_two_reports_are_no_rhythm() -> None:
    found = gaps(files(*weeks(2)), date(2027, 1, 1))
    assert (found["verdict"], found["impact_amount"]) == ("cannot_say", None)
    assert found["told"] == [("report_count", "2"), ("report_count_least", "3")]


def orders(*rows: tuple[str, date, str], status: str | None = None) -> ibis.Table:
    told = [
        {
            "shop_id": "pdd/main", "platform_order_id": key, "paid_on": day, "is_paid": True, "currency": "CNY",
            "status": status, "paid_amount": Decimal(amount), "refunded_amount": None,
        }
        for key, day, amount in rows
    ]  # fmt: skip
    names = [
        ("shop_id", pa.string()),
        ("platform_order_id", pa.string()),
        ("paid_on", pa.date32()),
        ("is_paid", pa.bool_()),
    ]
    names.append(("status", pa.string()))
    amounts = [("paid_amount", pa.decimal128(18, 4)), ("refunded_amount", pa.decimal128(18, 4))]
    return ibis.memtable(pa.Table.from_pylist(told, pa.schema([*names, ("currency", pa.string()), *amounts])))


def ledger(*rows: tuple[str | None, date, str]) -> ibis.Table:
    told = [
        {
            "shop_id": "pdd/main",
            "platform_order_id": key,
            "posted_on": day,
            "is_cash": True,
            "amount": Decimal(amount),
            "currency": "CNY",
        }
        for key, day, amount in rows
    ]
    names = [
        ("shop_id", pa.string()),
        ("platform_order_id", pa.string()),
        ("posted_on", pa.date32()),
        ("is_cash", pa.bool_()),
    ]
    return ibis.memtable(
        pa.Table.from_pylist(told, pa.schema([*names, ("amount", pa.decimal128(18, 4)), ("currency", pa.string())]))
    )


def shops(*sources: str) -> pa.Table:
    return pa.table({"shop_id": ["pdd/main"] * len(sources), "source": list(sources)})


def test_an_order_whose_money_went_back_is_not_waited_for() -> None:
    row = ("a", date(2026, 6, 1), "50")
    counts = [
        measure_unsettled_orders(orders(row, status=status), ledger()).to_pyarrow().num_rows
        for status in ("refunded_closed", "cancelled", "returned", "completed", None)
    ]
    assert counts == [0, 0, 0, 1, 1]


def settle(having: tuple[str, ...], sold: ibis.Table, posted: ibis.Table, as_of: date) -> dict[str, dict[str, Any]]:
    found = decide_settlement_gaps(
        shops(*having),
        measure_settlement_lags(sold, posted).to_pyarrow(),
        measure_unsettled_orders(sold, posted).to_pyarrow(),
        measure_orderless_settlements(sold, posted).to_pyarrow(),
        POLICY,
        as_of,
        1,
    )
    return {
        row["kind"]: {**row, "told": [(r["code"], r["value"]) for r in row["reasons"]]} for row in found.to_pylist()
    }


def test_orders_without_money_after_the_shops_own_lag() -> None:
    settled = [(f"o{n}", JULY, "10") for n in range(40)]
    sold = orders(*settled, ("late", JULY, "99.50"), ("young", JULY + timedelta(days=8), "50"))
    # 38 came after five days, two after nine: within five days 95 % had their money
    posted = ledger(*((f"o{n}", JULY + timedelta(days=5 if n < 38 else 9), "10") for n in range(40)))
    found = settle(("orders", "ledger"), sold, posted, JULY + timedelta(days=10))["unsettled_orders"]
    assert found["told"] == [("usual_lag", "5"), ("orders_without_settlement", "1")]
    assert (found["verdict"], found["impact_amount"], found["quantity"]) == ("act", Decimal("99.5"), 1)


def test_money_without_its_order() -> None:
    posted = ledger(("gone", JULY, "30"), ("gone", JULY, "-3"), (None, JULY, "7"))
    found = settle(("orders", "ledger"), orders(("o1", JULY, "10")), posted, JULY)["orderless_settlement"]
    assert found["told"] == [("settlements_without_orders", "2")]
    assert (found["verdict"], found["impact_amount"], found["quantity"]) == ("act", 27, 1)


def test_a_shop_without_ledger_or_orders_cannot_say() -> None:
    for having, code in (((("orders",)), "no_ledger"), ((("ledger",)), "no_order_report")):
        found = settle(having, orders(), ledger(), JULY)
        assert {row["verdict"] for row in found.values()} == {"cannot_say"}
        assert {row["told"][0][0] for row in found.values()} == {code}


def test_too_few_settled_orders_know_no_lag() -> None:
    assert usual_lag_days([{"lag_days": 3, "order_count": 29}], POLICY) is None
    assert usual_lag_days([{"lag_days": 3, "order_count": 30}], POLICY) == 3


def test_unmapped_goods_by_money() -> None:
    schema = [("shop_id", pa.string()), ("currency", pa.string()), ("is_mapped", pa.bool_()), ("amount", AMOUNT)]
    rows = [
        ("pdd/main", "CNY", False, Decimal(2), 1),
        ("pdd/main", "CNY", True, Decimal(98), 5),
        ("jd/main", "CNY", False, Decimal(1), 1),
    ]
    table = pa.table(
        [list(c) for c in zip(*rows, strict=True)], schema=pa.schema([*schema, ("item_count", pa.int64())])
    )
    jd, pdd = decide_unmapped_skus(table, POLICY, JULY, 1).to_pylist()
    assert (jd["subject_id"], jd["verdict"], jd["impact_amount"]) == ("jd/main", "act", 1)
    assert (pdd["verdict"], pdd["reasons"][0]["value"], pdd["impact_amount"], pdd["impact_high"]) == (
        "act",
        "0.020000",
        2,
        2,
    )
