"""What written cells state by their declaration, one row at a time, in exact decimals.

The same small language of sources as in sources.py, evaluated without an engine: totals under a table that is
written must be right by themselves, and a second reading of the language keeps the first one honest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from zhanggui.intake.declaration import Format
from zhanggui.intake.sources import canonical_raw

Row = Mapping[str, str]
_DRESS = re.compile(r"[A-Z]{3}\s+|[¥￥$€£,%\s]|元")


def read_decimal(cell: str | None) -> Decimal | None:
    """The number in a written cell, or nothing."""
    try:
        return Decimal(_DRESS.sub("", cell)) if cell else None
    except InvalidOperation:
        return None


def evaluate(source: Any, row: Row) -> str | None:
    """A source as text; blank is nothing."""
    if isinstance(source, str):
        return row.get(source) or None
    if isinstance(source, list):
        return next((text for one in source if (text := evaluate(one, row)) is not None), None)
    for name, operation in _TEXTS.items():
        if name in source:
            return operation(source, row)
    number = evaluate_money(source, row)
    return None if number is None else format(number, "f")


def evaluate_money(source: Any, row: Row) -> Decimal | None:
    """A source as an amount."""
    if isinstance(source, Mapping):
        for name, operation in _AMOUNTS.items():
            if name in source:
                return operation(source, row)
        if not any(name in source for name in _TEXTS):
            return None
    return read_decimal(evaluate(source, row))


def holds(condition: Mapping[str, Any], row: Row) -> bool:
    """Whether a row condition holds."""
    text = evaluate(condition["field"], row)
    if "present" in condition:
        return (text is not None) == bool(condition["present"])
    if "absent" in condition:
        return (text is None) == bool(condition["absent"])
    if "in" in condition:
        return text in [str(one) for one in condition["in"]]
    if "not_in" in condition:
        return text not in [str(one) for one in condition["not_in"]]
    if "not_matches" in condition:
        return text is None or re.search(condition["not_matches"], text) is None
    return text is not None and re.search(condition["matches"], text) is not None


def stated_amounts(declared: Format, rows: Sequence[Row], table: str, column: str) -> Iterator[Decimal]:
    """The amounts that the rows state in a column of a canonical table."""
    for row in rows:
        for rule in declared.tables:
            if rule.table == table and column in rule.columns and all(holds(one, row) for one in rule.when):
                amount = evaluate_money(rule.columns[column], row)
                if amount is not None:
                    yield amount


def _first(sources: Any, row: Row) -> str | None:
    return evaluate(list(sources), row)


def _join(source: Mapping[str, Any], row: Row) -> str | None:
    parts = [text for one in source["join"] if (text := evaluate(one, row)) is not None]
    return str(source.get("with", " ")).join(parts) if parts else None


def _extract(source: Mapping[str, Any], row: Row) -> str | None:
    found = re.search(source["pattern"], evaluate(source["extract"], row) or "")
    return found.group(1) if found else None


def _replace(source: Mapping[str, Any], row: Row) -> str | None:
    text = evaluate(source["replace"], row)
    return None if text is None else re.sub(source["pattern"], str(source["by"]), text)


def _if(source: Mapping[str, Any], row: Row) -> str | None:
    conditions = source["if"] if isinstance(source["if"], list) else [source["if"]]
    branch = "then" if all(holds(one, row) for one in conditions) else "else"
    return evaluate(source[branch], row) if source.get(branch) is not None else None


_TEXTS: dict[str, Callable[[Mapping[str, Any], Row], str | None]] = {
    "if": _if,
    "const": lambda source, _: None if source["const"] is None else str(source["const"]),
    "first": lambda source, row: _first(source["first"], row),
    "join": _join,
    "extract": _extract,
    "replace": _replace,
}


def _in_out(source: Mapping[str, Any], row: Row) -> Decimal | None:
    incoming, outgoing = evaluate_money(source["in"], row), evaluate_money(source["out"], row)
    if incoming is None and outgoing is None:
        return None
    return abs(incoming or Decimal(0)) - abs(outgoing or Decimal(0))


def _directed(source: Mapping[str, Any], row: Row) -> Decimal | None:
    amount, direction = evaluate_money(source["amount"], row), evaluate(source["direction"], row)
    if amount is None or direction is None:
        return None
    said = canonical_raw(direction)
    if said in [canonical_raw(str(one)) for one in source["incoming"]]:
        return abs(amount)
    if said in [canonical_raw(str(one)) for one in source.get("ignored") or ()]:
        return Decimal(0)
    if "outgoing" in source and said not in [canonical_raw(str(one)) for one in source["outgoing"]]:
        return None
    return -abs(amount)


def _sum(source: Mapping[str, Any], row: Row) -> Decimal | None:
    parts = [part for one in source["sum"] if (part := evaluate_money(one, row)) is not None]
    return sum(parts, Decimal(0)) if parts else None


def _minus(source: Mapping[str, Any], row: Row) -> Decimal | None:
    left, right = (evaluate_money(one, row) for one in source["minus"])
    return None if left is None else left - (right or Decimal(0))


def _multiply(source: Mapping[str, Any], row: Row) -> Decimal | None:
    left, right = (evaluate_money(one, row) for one in source["multiply"])
    return None if left is None or right is None else left * right


def _scale(source: Mapping[str, Any], row: Row) -> Decimal | None:
    number = evaluate_money(source["scale"], row)
    return None if number is None else number * Decimal(str(source["by"]))


def _negate(source: Mapping[str, Any], row: Row) -> Decimal | None:
    number = evaluate_money(source["negate"], row)
    return None if number is None else -number


def _absolute(source: Mapping[str, Any], row: Row) -> Decimal | None:
    number = evaluate_money(source["absolute"], row)
    return None if number is None else abs(number)


_AMOUNTS: dict[str, Callable[[Mapping[str, Any], Row], Decimal | None]] = {
    "in": _in_out,
    "amount": _directed,
    "negate": _negate,
    "absolute": _absolute,
    "minus": _minus,
    "sum": _sum,
    "multiply": _multiply,
    "scale": _scale,
}
