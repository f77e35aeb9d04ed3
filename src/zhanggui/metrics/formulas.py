"""Arithmetic on parts, in Python's decimals: exact until the one rounding at the end.

A null part makes the value null, except inside `zero()`; a division by zero is null, never zero.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal

from zhanggui.canon.metrics import Formula
from zhanggui.kernel.errors import Fault

EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)
RATIO_TICK = Decimal("0.000001")
AMOUNT_TICK = Decimal("0.0001")

Parts = Mapping[str, Decimal | None]


class FormulaUnreadable(Fault):
    """A formula uses something else than the arithmetic that is allowed; the field is `formula`."""

    code = "formula_unreadable"


def evaluate(formula: Formula, parts: Parts) -> Decimal | None:
    """The formula's value over the parts, not rounded; null where it cannot be said."""
    return _value(formula.tree, parts)


def rounded(value: Decimal | None, *, is_ratio: bool) -> Decimal | None:
    """Half-even, to six places for a ratio and four for a sum."""
    return None if value is None else value.quantize(RATIO_TICK if is_ratio else AMOUNT_TICK, context=EXACT)


def _value(node: ast.expr, parts: Parts) -> Decimal | None:
    match node:
        case ast.Name(id=name):
            return parts[name]
        case ast.Constant(value=int() as number):
            return Decimal(number)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            value = _value(inner, parts)
            return None if value is None else EXACT.minus(value)
        case ast.Call(func=ast.Name(id="zero"), args=[inner]):
            return _value(inner, parts) or Decimal(0)
        case ast.BinOp(left=left, op=operator, right=right):
            return _combined(operator, _value(left, parts), _value(right, parts))
    raise FormulaUnreadable(formula=ast.unparse(node))


def _combined(operator: ast.operator, left: Decimal | None, right: Decimal | None) -> Decimal | None:
    if left is None or right is None:
        return None
    match operator:
        case ast.Add():
            return EXACT.add(left, right)
        case ast.Sub():
            return EXACT.subtract(left, right)
        case ast.Mult():
            return EXACT.multiply(left, right)
        case ast.Div():
            return EXACT.divide(left, right) if right else None
    raise FormulaUnreadable(formula=type(operator).__name__)
