"""Arithmetic on parts, in Python's decimals: exact until the one rounding at the end.

A null part makes the value null, except inside `zero()`; a division by zero is null, never zero.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache

from zhanggui.canon.metrics import Formula
from zhanggui.kernel.errors import Fault

EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)
RATIO_TICK = Decimal("0.000001")
AMOUNT_TICK = Decimal("0.0001")

Parts = Mapping[str, Decimal | None]
Calculation = Callable[[Parts], Decimal | None]


class FormulaUnreadable(Fault):
    """A formula uses something else than the arithmetic that is allowed; the field is `formula`."""

    code = "formula_unreadable"


def evaluate(formula: Formula, parts: Parts) -> Decimal | None:
    """The formula's value over the parts, not rounded; null where it cannot be said."""
    return _calculation(formula)(parts)


@cache
def _calculation(formula: Formula) -> Calculation:
    """The arithmetic read once: a figure may be asked for in a hundred thousand groups."""
    return _read(formula.tree)


def rounded(value: Decimal | None, *, is_ratio: bool) -> Decimal | None:
    """Half-even, to six places for a ratio and four for a sum."""
    return None if value is None else value.quantize(RATIO_TICK if is_ratio else AMOUNT_TICK, context=EXACT)


def _read(node: ast.expr) -> Calculation:
    match node:
        case ast.Name(id=name):
            return lambda parts: parts[name]
        case ast.Constant(value=int() as number):
            fixed = Decimal(number)
            return lambda parts: fixed
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            positive = _read(inner)
            return lambda parts: None if (value := positive(parts)) is None else EXACT.minus(value)
        case ast.Call(func=ast.Name(id="zero"), args=[inner]):
            known = _read(inner)
            return lambda parts: known(parts) or Decimal(0)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _COMBINED:
            return _combined(_COMBINED[type(operator)], _read(left), _read(right))
    raise FormulaUnreadable(formula=ast.unparse(node))


def _combined(combine: Combine, left: Calculation, right: Calculation) -> Calculation:
    def calculate(parts: Parts) -> Decimal | None:
        first, second = left(parts), right(parts)
        return None if first is None or second is None else combine(first, second)

    return calculate


def _divided(above: Decimal, below: Decimal) -> Decimal | None:
    return EXACT.divide(above, below) if below else None


Combine = Callable[[Decimal, Decimal], Decimal | None]
_COMBINED: dict[type[ast.operator], Combine] = {
    ast.Add: EXACT.add,
    ast.Sub: EXACT.subtract,
    ast.Mult: EXACT.multiply,
    ast.Div: _divided,
}
