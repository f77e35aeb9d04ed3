"""The words of the figures as a program is told them: every metric and dimension in both languages."""

from __future__ import annotations

from functools import cache
from typing import Any

from zhanggui.app.callers import Caller
from zhanggui.app.formats import list_formats
from zhanggui.app.people import list_people
from zhanggui.app.workspace import Workspace
from zhanggui.canon.questions import Permission
from zhanggui.canon.roles import ROLES
from zhanggui.canon.vocabularies import VOCABULARIES
from zhanggui.kernel.phrases import phrases
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


@cache
def describe_vocabularies() -> dict[str, list[dict[str, str]]]:
    """What every code means, by vocabulary: `code`, `zh`, `en`; the report formats and why rows are refused are two."""
    formats = [{"code": one["format"], "zh": one["zh"], "en": one["en"]} for one in list_formats()]
    said = {name: [dict(vars(term)) for term in one.terms] for name, one in VOCABULARIES.items()}
    return {**said, "format": formats, "refusal": _refusals()}


def _refusals() -> list[dict[str, str]]:
    zh, en = phrases("zh"), phrases("en")
    keys = (key for key in zh if key.startswith("refusal."))
    return [{"code": key.removeprefix("refusal."), "zh": zh[key], "en": en[key]} for key in keys]


def describe_shops(workspace: Workspace, caller: Caller, generation: int | None = None) -> list[dict[str, str]]:
    """The shops that the caller may see: `shop_id`, `channel`, `name`. A guest's are those that were granted."""
    if caller.shops is not None:
        return [_shop(shop_id, None) for shop_id in sorted(caller.shops)]
    from zhanggui.app.catalogue import answer_question

    told = answer_question(workspace, "shops", {}, generation)
    places = [[column.name for column in told.columns].index(name) for name in ("shop_id", "name")]
    return [_shop(*(row[place] for place in places)) for row in told.rows]


def _shop(shop_id: str, name: str | None) -> dict[str, str]:
    channel, _, rest = shop_id.partition("/")
    return {"shop_id": shop_id, "channel": channel, "name": name or rest or shop_id}


def describe_people(workspace: Workspace, caller: Caller) -> list[str]:
    """Whom the caller may give a decision to: everybody who may decide. Names are told only to those who decide too."""
    if Permission.DECIDE not in caller.permissions:
        return []
    return [
        one["name"]
        for one in list_people(workspace)
        if one["is_active"] and Permission.DECIDE in ROLES[one["role"]].permissions
    ]
