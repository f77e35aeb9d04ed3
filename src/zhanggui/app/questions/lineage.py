"""Where a figure is from: its metric, the tables that the close makes on the way, and the files at the bottom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ibis
import pyarrow as pa

from zhanggui.app.asking import Asked, question
from zhanggui.app.errors import ParameterInvalid
from zhanggui.app.questions.parameters import PERIOD, SHOP, narrowed
from zhanggui.canon.questions import Parameter
from zhanggui.canon.register import TABLES
from zhanggui.canon.steps import STEPS
from zhanggui.canon.tables import Layer
from zhanggui.kernel.periods import Period
from zhanggui.metrics.parts import PARTS
from zhanggui.metrics.registry import METRICS

_TEXTS = ("kind", "name", "made_by", "of", "layer", "zh", "en")
_SHAPE = pa.schema([*((name, pa.string()) for name in _TEXTS), ("row_count", pa.int64())])


@question(
    "这个指标从哪些表、哪些文件来？",
    "From which tables and files does a figure come?",
    Parameter("metric", "text", "指标或表名", "Metric or table", required=True),
    SHOP,
    PERIOD,
)
def ask_lineage(asked: Asked, metric: str, shop: str | None, period: Period | None) -> pa.Table:
    """One row for each thing a figure is made of: `of` names what it reads, and for a file the table that it states."""
    rows = list(_of_metric(metric))
    waiting, seen = list(_tables_of(metric)), set[str]()
    while waiting:
        name = waiting.pop(0)
        if name not in seen:
            seen.add(name)
            rows.append(_of_table(name))
            waiting += STEPS[name].reads if name in STEPS else ()
    stated = [name for name in seen if TABLES[name].layer is Layer.STATED]
    rows += _files_of(asked, sorted(stated), shop, period)
    return pa.Table.from_pylist(rows, _SHAPE)


def _of_metric(name: str) -> Iterator[dict[str, Any]]:
    """The metric itself; a table has no metric above it."""
    if name in METRICS:
        metric = METRICS[name]
        told = {"made_by": metric.formula.text, "of": ", ".join(_tables_of(name)), "zh": metric.zh, "en": metric.en}
        yield {"kind": "metric", "name": name, **told}


def _of_table(name: str) -> dict[str, Any]:
    table, step = TABLES[name], STEPS.get(name)
    told = {"made_by": step.name, "of": ", ".join(step.reads)} if step else {}
    return {"kind": "table", "name": name, **told, "layer": table.layer.value, "zh": table.zh, "en": table.en}


def _tables_of(metric: str) -> list[str]:
    if metric in TABLES:
        return [metric]
    if metric not in METRICS:
        raise ParameterInvalid(parameter="metric", value=metric, kind="metric")
    return list(dict.fromkeys(PARTS[part].table for part in METRICS[metric].formula.parts if part in PARTS))


def _files_of(asked: Asked, tables: list[str], shop: str | None, period: Period | None) -> Iterator[dict[str, Any]]:
    """The files that state rows of the tables, with how many each states."""
    files = narrowed(asked.table("import_files"), shop_id=shop)
    if period is not None:  # a file without a period may hold any day
        files = files.filter(
            files.period_from.isnull() | (files.period_from <= period.to_on),
            files.period_to.isnull() | (files.period_to >= period.from_on),
        )
    stating = [_stating(asked.table(name), name) for name in tables]
    if not stating:
        return
    every = ibis.union(*stating) if len(stating) > 1 else stating[0]
    found = files.select("file_id", "path_name", "member", "format").inner_join(every, "file_id")
    for row in asked.fetch(found.order_by("stated_table", "path_name", "member")).to_pylist():
        told = {"made_by": row["format"], "of": row["stated_table"], "row_count": row["row_count"]}
        yield {"kind": "file", "name": row["path_name"], **told}


def _stating(rows: Any, name: str) -> Any:
    """How many rows of the table each file states; one query for all tables is planned sooner than one for each."""
    counted = rows.group_by(file_id=rows.source_file_id).agg(row_count=rows.count())
    return counted.mutate(stated_table=ibis.literal(name))
