"""What a metric is: one name, one formula, one unit and one definition in each language.

A `Part` is one aggregate over one table; it can be cut by the dimensions its table has. A `Formula` is
arithmetic over parts, computed at the grain asked for, so a ratio is recomputed and never averaged. How a
part becomes an Ibis expression, and how a formula is divided, is the affair of the room `metrics`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from zhanggui.canon.register import table
from zhanggui.kernel.errors import Fault


class Aggregate(Enum):
    """How the rows of a part come together."""

    SUM = "sum"
    COUNT = "count"  # rows
    DISTINCT = "distinct"  # different values of the column
    LAST = "last"  # sum of the values that each thing had last within the period (stocks, balances)


class Shape(Enum):
    """What is done with a formula's value."""

    PLAIN = "plain"
    SHARE = "share"  # of the total over all members of a dimension
    HHI = "hhi"  # Herfindahl-Hirschman index over the members of a dimension, 0 to 1
    TOP = "top"  # share of the largest members of a dimension


class MetricWrong(Fault):
    """A metric is declared on a table, column or part that is not there; the fields say which."""

    code = "metric_wrong"


@dataclass(frozen=True)
class Part:
    """One aggregate over one table: `where` keeps rows whose column holds one of the values.

    `dimensions` are names of the metric layer's dimensions. Where a group has no rows, or
    only nulls, the part is 0 unless it is said to be unknown.
    """

    name: str
    table: str
    aggregate: Aggregate
    column: str | None
    date_column: str
    dimensions: tuple[str, ...]
    where: Mapping[str, tuple[str | bool, ...]] = field(default_factory=dict)
    is_money: bool = False
    is_unknown_when_empty: bool = False  # no rows: nobody reported
    is_unknown_when_null: bool = False  # rows, but none states a value
    daily: tuple[str, str] | None = None  # (aggregate table, column) that holds the same figure by day

    def __post_init__(self) -> None:
        named = {self.date_column, *self.where} | ({self.column} if self.column else set())
        missing = named - set(table(self.table).by_name)
        if self.daily and self.daily[1] not in table(self.daily[0]).by_name:
            missing.add(".".join(self.daily))
        if missing:
            raise MetricWrong(part=self.name, table=self.table, missing=sorted(missing))
        if (self.column is None) != (self.aggregate is Aggregate.COUNT):
            raise MetricWrong(part=self.name, aggregate=self.aggregate.value, column=self.column)

    @property
    def is_additive(self) -> bool:
        """Whether the part may be summed over dates."""
        return self.aggregate in (Aggregate.SUM, Aggregate.COUNT)


@dataclass(frozen=True)
class Formula:
    """Arithmetic over parts: `+ - * /`, parentheses, whole numbers and `zero(x)` (null counts as 0).

    A `SHARE`, `HHI` or `TOP` is taken of the arithmetic's value over the members of the dimension `member`.
    """

    text: str
    shape: Shape = Shape.PLAIN
    member: str | None = None
    top: int = 0

    @cached_property
    def tree(self) -> ast.expr:
        """The parsed arithmetic."""
        return ast.parse(self.text, mode="eval").body

    @cached_property
    def is_ratio(self) -> bool:
        """Whether the formula divides."""
        return self.shape is not Shape.PLAIN or any(isinstance(node, ast.Div) for node in ast.walk(self.tree))

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The names of the parts, each once, in order of appearance; `zero` is a function, not a part."""
        names = [node for node in ast.walk(self.tree) if isinstance(node, ast.Name) and node.id != "zero"]
        ordered = sorted(names, key=lambda node: (node.lineno, node.col_offset))
        return tuple(dict.fromkeys(node.id for node in ordered))


@dataclass(frozen=True)
class Metric:
    """A business word: its names, definitions and formula over parts.

    `unit` is "currency", "order", "share" …; `over` lists the dimensions that every part can be cut by.
    """

    name: str
    zh: str
    en: str
    definition_zh: str
    definition_en: str
    unit: str
    formula: Formula
    over: tuple[str, ...] = ()
    subject: str = ""
