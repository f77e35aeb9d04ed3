"""Amounts as people and platforms write them, and those that say nothing certain."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from zhanggui.intake.cleaning import MONEY, clean_decimals


def read(text: str, decimal: str = "point") -> Decimal | None:
    """One amount; None when it cannot be read."""
    value = clean_decimals(pl.Series([text]), MONEY, "money_unreadable", decimal).values[0]
    return value if value is None else Decimal(value).normalize()


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12.50", "12.5"), ("+12.50", "12.5"), ("-12.50", "-12.5"), ("−12.50", "-12.5"), ("12.50-", "-12.5"), ("(12.50)", "-12.5"),
        ("¥12.50", "12.5"), ("￥ -12.50", "-12.5"), ("-￥12.50", "-12.5"), ("12.50元", "12.5"), ("USD 12.50", "12.5"), ("USD (12.50)", "-12.5"),
        ("US$12.50", "12.5"), ("12.50 cny", "12.5"), ("1,234.50", "1234.5"), ("12,34,567", "1234567"), ("1 234.50", "1234.5"),
        ("1\u202f234\u00a0567", "1234567"), ("1，234.50", "1234.5"), (".5", "0.5"), ("5.", "5"), ("1.25E+3", "1250"), ("12%", "12"),
    ],
)  # fmt: skip
def test_amounts_are_read(text: str, amount: str) -> None:
    assert read(text) == Decimal(amount).normalize()


@pytest.mark.parametrize(
    "text",
    ["43.%0", "4\t5.50", "479.\r00", "12￥0", "1元2", "1 2.50", "12 50", "1,2.50", "12,50", "--5", "+-5", "-￥-5", "1.2.3", "twelve", "-", "5-3", "-5-"],
)  # fmt: skip
def test_a_sign_between_digits_makes_an_amount_unreadable(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [("12,50", "12.5"), ("1.234,50", "1234.5"), ("1.234", "1234"), ("-1 234,5 €", "-1234.5"), ("12", "12")],
)
def test_decimal_commas_are_read(text: str, amount: str) -> None:
    assert read(text, "comma") == Decimal(amount).normalize()


@pytest.mark.parametrize("text", ["12.50", "1.2", "1.2345,6", "1,234.50"])
def test_a_point_that_groups_no_thousands_is_no_decimal_comma(text: str) -> None:
    assert read(text, "comma") is None
