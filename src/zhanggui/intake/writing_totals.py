"""The totals that a written file states of itself: a row of sums, sentences under the table, a footer of names and values.

They are computed from what is written, by rows or by whole columns, and never by the engine that reads files back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from zhanggui.intake.declaration import Format
from zhanggui.intake.patterns import render_pattern
from zhanggui.intake.stated_cells import Row, read_decimal, stated_amounts

Side = tuple[int, Decimal]
"""How many amounts are on a side, and their sum."""


class Figures(Protocol):
    """Where totals come from."""

    def total(self, name: str) -> Decimal:
        """The sum of a field over all rows; a blank is nothing."""

    def side(self, table: str, column: str, side: str) -> Side:
        """Number and sum of what the rows state in a canonical column; side is all, in or out."""


@dataclass(frozen=True)
class RowFigures:
    """Totals of rows given as cells by field name."""

    declared: Format
    rows: Sequence[Row]

    def total(self, name: str) -> Decimal:
        """The sum of a field over all rows; a blank is nothing."""
        return sum((read_decimal(row.get(name)) or Decimal(0) for row in self.rows), Decimal(0))

    def side(self, table: str, column: str, side: str) -> Side:
        """Number and sum of what the rows state in a canonical column; side is all, in or out."""
        amounts = stated_amounts(self.declared, self.rows, table, column)
        kept = [one for one in amounts if side == "all" or (one > 0 if side == "in" else one < 0)]
        return len(kept), sum(kept, Decimal(0))


def summary_rows(declared: Format, figures: Figures, names: Sequence[str]) -> list[list[str]]:
    """A row of totals, for formats whose controls are read from one."""
    summed = {
        str(one["summary_field"]): _plain(figures.total(one["equals"]["sum_field"]))
        for one in declared.controls
        if "summary_field" in one
    }
    if not summed:
        return []
    cells = [summed.get(name, "") for name in names]
    cells[next(place for place, name in enumerate(names) if name not in summed)] = "合计"
    return [cells]


def _plain(amount: Decimal) -> str:
    return format(amount, "f")


def footer_lines(declared: Format, figures: Figures, tick: str = "") -> list[list[str]]:
    """Lines of totals under the table: sentences, or one line of names and one of values (each behind the tick)."""
    sentences: dict[str, dict[int, str]] = {}
    pairs: dict[str, str] = {}
    for control in declared.controls:
        if "text" in control:
            sentences.setdefault(str(control["text"]), {})[int(control.get("group", 1))] = _stated(figures, control)
        if "footer_field" in control:
            pairs[str(control["footer_field"])] = _stated(figures, control)
    texts = [render_pattern(pattern, groups) for pattern, groups in _merged(sentences).items()]
    lines = [[f"#{text}" if re.search(declared.footer, f"#{text}") else text] for text in texts]
    return [*lines, list(pairs), [f"{tick}{value}" for value in pairs.values()]] if pairs else lines


def _merged(sentences: Mapping[str, dict[int, str]]) -> dict[str, dict[int, str]]:
    """A pattern that is the beginning of another speaks of the same line."""
    whole = {}
    for pattern, groups in sentences.items():
        longer = next((other for other in sentences if other != pattern and other.startswith(pattern)), None)
        if longer is None:
            inner = {
                key: text
                for other, given in sentences.items()
                if pattern.startswith(other)
                for key, text in given.items()
            }
            whole[pattern] = {**inner, **groups}
    return whole


def _stated(figures: Figures, control: Mapping[str, Any]) -> str:
    """The figure that a control will look for."""
    equals = control["equals"]
    if "sum_field" in equals:
        return _plain(figures.total(equals["sum_field"]))
    table, _, column = str(equals.get("sum") or equals["count"]).partition(".")
    count, total = figures.side(table, column or "amount", equals.get("side", "all"))
    return str(count) if "count" in equals else _plain(abs(total) if equals.get("absolute") else total)
