"""One constructor for all definitions: the dimensions of a metric follow from its parts."""

from __future__ import annotations

from zhanggui.canon.metrics import Formula, Metric, Shape
from zhanggui.metrics.parts import PARTS, PERIOD_DAYS


def common_dimensions(formula: Formula) -> tuple[str, ...]:
    """The dimensions that every part of the formula has, in the order of the first part."""
    parts = [PARTS[name] for name in formula.parts if name != PERIOD_DAYS]
    others = [set(part.dimensions) for part in parts[1:]]
    return tuple(name for name in parts[0].dimensions if all(name in other for other in others))


def metric(
    subject: str, name: str, unit: str, formula: str | Formula, zh: tuple[str, str], en: tuple[str, str]
) -> Metric:
    """A metric from its title and definition in Chinese and in English."""
    computed = Formula(formula) if isinstance(formula, str) else formula
    over = common_dimensions(computed)
    if computed.shape in (Shape.HHI, Shape.TOP):
        over = tuple(dimension for dimension in over if dimension != computed.member)
    return Metric(name, zh[0], en[0], zh[1], en[1], unit, computed, over, subject)
