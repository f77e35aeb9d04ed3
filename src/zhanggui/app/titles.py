"""What a column of an answer is called in either language: the titles of metrics, dimensions and canonical columns."""

from __future__ import annotations

from functools import cache

from zhanggui.canon.register import TABLES
from zhanggui.kernel.phrases import phrase, phrases
from zhanggui.metrics.dimensions import DIMENSIONS, GRAINS
from zhanggui.metrics.registry import METRICS


def title_of(name: str, lang: str) -> str:
    """The title, or the name itself where none is declared."""
    if f"column.{name}" in phrases(lang):
        return phrase(f"column.{name}", lang)
    pair = _titles().get(name)
    if pair is None:
        return name
    return pair[0 if lang == "zh" else 1]


@cache
def _titles() -> dict[str, tuple[str, str]]:
    told: dict[str, set[str]] = {}
    for table in TABLES.values():
        for column in table.columns:
            # The gloss in brackets belongs to the dictionary, not to the head of a table.
            told.setdefault(column.name, set()).add(column.zh.split("（")[0].split("：")[0])
    # A name that means one thing here and another there is no title; the phrase book may have one for it.
    titles = {name: (next(iter(words)), name) for name, words in told.items() if len(words) == 1}
    titles |= {name: (pair[0].split("（")[0], pair[1]) for name, pair in GRAINS.items()}
    titles |= {name: (dimension.zh, dimension.en) for name, dimension in DIMENSIONS.items()}
    titles |= {name: (metric.zh, metric.en) for name, metric in METRICS.items()}
    return titles
