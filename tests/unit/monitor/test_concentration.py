"""Concentration: exact shares, what is over the limit in money, and the laws of every decision."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.canon.decisions import policy_digest
from zhanggui.monitor.concentration import CashPosition, ConcentrationPolicy, decide_concentration

DAY = date(2026, 7, 31)
POLICY = ConcentrationPolicy()


def sales(days: int = 90, **amounts: str) -> pa.Table:
    rows = [{"channel": name, "amount": Decimal(amount), "day_count": days} for name, amount in amounts.items()]
    schema = [("channel", pa.string()), ("amount", pa.decimal128(38, 4)), ("day_count", pa.int64())]
    return pa.Table.from_pylist(rows, pa.schema(schema))


NO_CASH = CashPosition()


UNKNOWN = CashPosition()


def decide(table: pa.Table, cash: CashPosition = UNKNOWN, policy: ConcentrationPolicy = POLICY) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = decide_concentration(table, cash, "CNY", policy, DAY, 7).to_pylist()
    return rows


def reasons(row: dict[str, Any]) -> dict[str, str]:
    return {reason["code"]: reason["value"] for reason in row["reasons"]}


def test_a_platform_over_half_is_acted_on_with_what_is_over_it() -> None:
    taobao, pdd = decide(sales(taobao="800", pdd="200"))[::-1]
    assert (taobao["subject_id"], taobao["verdict"]) == ("taobao", "act")
    assert (taobao["impact_amount"], taobao["impact_low"], taobao["impact_high"]) == (300, 300, 800)
    assert reasons(taobao) == {
        "share_of_sales": "0.800000", "share_limit": "0.500000", "hhi": "0.680000", "cash_days_unknown": "",
    }  # fmt: skip
    assert (pdd["subject_id"], pdd["verdict"], pdd["impact_amount"]) == ("pdd", "wait", 0)
    assert (taobao["generation"], taobao["as_of"], taobao["policy_digest"]) == (7, DAY, policy_digest(POLICY))


def test_exactly_at_the_limit_waits() -> None:
    assert [row["verdict"] for row in decide(sales(a="500", b="500"))] == ["wait", "wait"]


def test_cash_days_without_a_platform() -> None:
    # 100 a day go out; without taobao 900/90 = 10 a day come in: 90 a day burn, 1,000 last 11 whole days.
    cash = CashPosition(Decimal(1000), Decimal(100))
    found = {row["subject_id"]: reasons(row) for row in decide(sales(taobao="9900", pdd="900"), cash)}
    assert found["taobao"]["cash_days_without"] == "11"
    assert "cash_lasts_without" in found["pdd"]


def test_too_little_history_cannot_say() -> None:
    assert [(r["subject_id"], r["verdict"], r["impact_amount"]) for r in decide(sales(days=27, a="9"))] == [
        ("company", "cannot_say", None)
    ]
    assert [row["verdict"] for row in decide(sales())] == ["cannot_say"]


amounts = st.dictionaries(
    st.sampled_from(["taobao", "pdd", "jd", "douyin", "amazon"]), st.integers(1, 10**9), min_size=1, max_size=5
)


@given(amounts)
def test_same_input_same_bytes(given_amounts: dict[str, int]) -> None:
    table = sales(**{name: str(value) for name, value in given_amounts.items()})
    assert json.dumps(decide(table), default=str) == json.dumps(decide(table), default=str)


@given(amounts, st.sampled_from([10, 100, 1000]))
def test_scaling_money_scales_the_impact_only(given_amounts: dict[str, int], factor: int) -> None:
    small = decide(sales(**{name: str(value) for name, value in given_amounts.items()}))
    large = decide(sales(**{name: str(value * factor) for name, value in given_amounts.items()}))
    scaled = ("impact_amount", "impact_low", "impact_high")
    for one, other in zip(small, large, strict=True):
        assert {k: v for k, v in one.items() if k not in scaled} == {k: v for k, v in other.items() if k not in scaled}
        assert all(one[name] * factor == other[name] for name in scaled)


@given(amounts, st.integers(1, 10**6), st.integers(1, 10**6))
def test_more_cash_never_lasts_shorter(given_amounts: dict[str, int], cash: int, more: int) -> None:
    table = sales(**{name: str(value) for name, value in given_amounts.items()})
    outflow = Decimal(10**9)
    for one, other in zip(
        decide(table, CashPosition(Decimal(cash), outflow)),
        decide(table, CashPosition(Decimal(cash + more), outflow)),
        strict=True,
    ):
        days = [int(reasons(row).get("cash_days_without", "0")) for row in (one, other)]
        assert days[0] <= days[1]
