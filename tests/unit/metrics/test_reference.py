"""The reference page says what the register says; formulas compute what they print."""

from __future__ import annotations

from decimal import Decimal as D
from pathlib import Path

import pytest

from zhanggui.canon.metrics import Formula
from zhanggui.metrics.formulas import FormulaUnreadable, evaluate, rounded
from zhanggui.metrics.reference import render_reference

ROOT = Path(__file__).resolve().parents[3]


def test_the_reference_is_up_to_date() -> None:
    assert (ROOT / "docs" / "metrics.md").read_text("utf-8") == render_reference()


@pytest.mark.parametrize(
    ("text", "parts", "value"),
    [
        ("a / b", {"a": D(1), "b": D(3)}, D("0.333333")),
        ("a / b", {"a": D(1), "b": D(0)}, None),
        ("a - b", {"a": D(1), "b": None}, None),
        ("a - zero(b)", {"a": D(1), "b": None}, D(1)),
        ("-(a + b) * 2", {"a": D(1), "b": D(2)}, D(-6)),
        ("a / 2", {"a": D("0.000001")}, D("0.000000")),  # half to even
        ("a / 2", {"a": D("0.000003")}, D("0.000002")),
    ],
)
def test_formulas_are_exact_and_null_where_unknown(text: str, parts: dict[str, D | None], value: D | None) -> None:
    assert rounded(evaluate(Formula(text), parts), is_ratio=True) == value


def test_a_formula_allows_arithmetic_only() -> None:
    with pytest.raises(FormulaUnreadable):
        evaluate(Formula("a ** 2"), {"a": D(2)})
    with pytest.raises(FormulaUnreadable):
        evaluate(Formula("open(a)"), {"a": D(2)})
