"""What words mean: tables, columns, metrics, and the generations of the books."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from zhanggui.app.asking import Asked, question
from zhanggui.app.listings import Listing
from zhanggui.app.questions.parameters import texts
from zhanggui.canon.metrics import Metric
from zhanggui.canon.questions import Parameter
from zhanggui.canon.register import TABLES
from zhanggui.metrics.parts import PARTS
from zhanggui.metrics.registry import METRICS


@question(
    "每张表每一列是什么意思？",
    "What does every table and column mean?",
    Parameter("table", "text", "表名", "Table"),
)
def ask_data_dictionary(asked: Asked, table: str | None) -> pa.Table:
    """One row for each column."""
    rows = [
        {
            "table": declared.name,
            "column": column.name,
            "type": column.kind.value,
            "unit": column.unit,
            "person": column.person.value,
            "is_key": column.name in declared.key,
            "zh": column.zh,
            "en": column.en,
        }
        for declared in TABLES.values()
        if table in (None, declared.name)
        for column in declared.columns
    ]
    named = texts("table", "column", "type", "unit", "person").append(pa.field("is_key", pa.bool_()))
    return pa.Table.from_pylist(rows, pa.schema([*named, *texts("zh", "en")]))


@question("有哪些指标，怎么定义？", "Which metrics are there, and how are they defined?")
def ask_metrics(asked: Asked) -> pa.Table:
    """One row for each metric."""
    names = ("name", "zh", "en", "unit", "definition_zh", "definition_en")
    rows = [
        {**{name: getattr(metric, name) for name in names}, "over": ", ".join(metric.over)}
        for metric in METRICS.values()
    ]
    return pa.Table.from_pylist(rows, texts(*names, "over"))


@question("账册有哪些版本？", "Which generations of the books are there?", codes={"kind": "generation_kind"})
def ask_generations(asked: Asked) -> Any:
    """One row for each publication."""
    return asked.table("generations").order_by("generation")


_TABLE_TEXTS = ("table", "subject", "layer", "zh", "en", "grain_zh", "grain_en", "key")


@question(
    "数据字典：有哪些表？",
    "The data dictionary: which tables are there?",
    Parameter("subject", "text", "主题", "Subject"),
    listing=Listing(
        key=("table",),
        sorts=("table", "subject", "layer", "column_count"),
        default="subject",
        searches=("table", "zh", "en", "grain_zh", "grain_en"),
    ),
)
def ask_dictionary(asked: Asked, subject: str | None) -> pa.Table:
    """One row for each table."""
    rows = [
        {
            **{name: getattr(table, name) for name in ("subject", "zh", "en", "grain_zh", "grain_en")},
            "table": table.name,
            "layer": table.layer.value,
            "key": ", ".join(table.key),
            "column_count": len(table.columns),
        }
        for table in TABLES.values()
        if subject in (None, table.subject)
    ]
    return pa.Table.from_pylist(rows, texts(*_TABLE_TEXTS).append(pa.field("column_count", pa.int64())))


@question("每个指标怎么算：公式、来源表、可用维度？", "How is each metric made: formula, tables, dimensions?")
def ask_metric_definitions(asked: Asked) -> pa.Table:
    """One row for each metric."""
    names = ("name", "zh", "en", "subject", "unit")
    rows = [
        {
            **{name: getattr(metric, name) for name in (*names, "definition_zh", "definition_en")},
            "formula": metric.formula.text,
            "over": ", ".join(metric.over),
            "tables": ", ".join(_tables(metric)),
        }
        for metric in METRICS.values()
    ]
    return pa.Table.from_pylist(rows, texts(*names, "formula", "over", "tables", "definition_zh", "definition_en"))


def _tables(metric: Metric) -> list[str]:
    return list(dict.fromkeys(PARTS[part].table for part in metric.formula.parts if part in PARTS))
