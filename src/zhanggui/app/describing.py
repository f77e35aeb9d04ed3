"""The words of the figures as a program is told them: every metric and dimension in both languages."""

from __future__ import annotations

from functools import cache
from typing import Any

from zhanggui.metrics.dimensions import DIMENSIONS, GRAINS
from zhanggui.metrics.registry import METRICS


@cache
def describe_metrics() -> dict[str, list[dict[str, Any]]]:
    """`metrics`, `dimensions` and `grains`, as the catalogue tells them."""
    names = ("name", "zh", "en", "definition_zh", "definition_en", "unit")
    metrics = [{**{n: getattr(one, n) for n in names}, "dimensions": list(one.over)} for one in METRICS.values()]
    dimensions = [{"name": one.name, "zh": one.zh, "en": one.en} for one in DIMENSIONS.values()]
    grains = [{"name": name, "zh": titles[0], "en": titles[1]} for name, titles in GRAINS.items()]
    return {"metrics": metrics, "dimensions": dimensions, "grains": grains}
