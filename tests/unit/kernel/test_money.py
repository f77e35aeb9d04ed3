"""Amounts are read without guessing, rounded half to even, and split without losing a cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.kernel.money import AmountUnreadable, allocate, format_amount, parse_amount, quantise

AMOUNTS = st.decimals("-1e12", "1e12", places=4)
WEIGHTS = st.lists(st.decimals(0, "1e9", places=4), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("¥1,234.50", "1234.50"),
        ("-3", "-3"),
        ("(12.00)", "-12.00"),
        ("12.5元", "12.5"),
        ("￥ .5", "0.5"),
        ("−7.10", "-7.10"),
    ],
)
def test_written_amounts_are_read(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "12,34", "1.234,50", "1e5", "--1", "(-1)", "NaN", "."])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(AmountUnreadable):
        parse_amount(text)


def test_rounding_is_half_even_by_currency() -> None:
    assert quantise(Decimal("1.005"), "CNY") == Decimal("1.00")
    assert quantise(Decimal("1.015"), "CNY") == Decimal("1.02")
    assert quantise(Decimal("2.5"), "JPY") == Decimal("2")
    assert quantise(Decimal("1.0005"), "KWD") == Decimal("1.000")
    assert format_amount(Decimal("1234567.891"), "CNY") == "1,234,567.89"
    assert format_amount(Decimal("1234.5"), "JPY") == "1,234"


def test_the_largest_remainder_gets_the_last_cent() -> None:
    assert allocate(Decimal("100.00"), [Decimal(1)] * 3, places=2) == [
        Decimal("33.34"),
        Decimal("33.33"),
        Decimal("33.33"),
    ]
    assert allocate(Decimal("-0.05"), [Decimal(3), Decimal(7)], places=2) == [Decimal("-0.02"), Decimal("-0.03")]
    assert allocate(Decimal("1.00"), [Decimal(0), Decimal(0)], places=2) == [Decimal("0.50"), Decimal("0.50")]


@given(AMOUNTS, WEIGHTS)
def test_shares_sum_to_the_amount(amount: Decimal, weights: list[Decimal]) -> None:
    assert sum(allocate(amount, weights)) == amount


@given(AMOUNTS, WEIGHTS)
def test_a_share_is_within_one_unit_of_its_quota(amount: Decimal, weights: list[Decimal]) -> None:
    total = sum(weights)
    for share, weight in zip(allocate(amount, weights), weights, strict=True):
        if total:
            assert abs(share * total - amount * weight) < Decimal("0.0001") * total


def test_weights_must_be_there_and_not_negative() -> None:
    for weights in ([], [Decimal(-1), Decimal(2)]):
        with pytest.raises(ValueError, match="weights"):
            allocate(Decimal(1), weights)
