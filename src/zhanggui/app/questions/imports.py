"""What came in: imports, files, refused rows, control totals, and how good the data is."""

from __future__ import annotations

import json
from typing import Any

import ibis
import pyarrow as pa

from zhanggui.app.asking import Asked, question
from zhanggui.app.listings import Listing
from zhanggui.app.questions.parameters import FILE, IMPORT, SHOP, narrowed, texts
from zhanggui.canon.questions import Parameter
from zhanggui.canon.register import TABLES
from zhanggui.canon.tables import Layer


@question("导入了哪些批次？", "Which imports were there?")
def ask_imports(asked: Asked) -> Any:
    """One row for each import."""
    files = asked.table("import_files")
    return (
        files.group_by("import_id", "import_seq")
        .agg(
            imported_at=files.imported_at.min(),
            file_count=files.count(),
            rows_seen=files.rows_seen.sum(),
            rows_accepted=files.rows_accepted.sum(),
            rows_refused=files.rows_refused.sum(),
            rows_duplicate=files.rows_duplicate.sum(),
            rows_replaced=files.rows_replaced.sum(),
        )
        .order_by("import_seq")
    )


@question(
    "收到了哪些文件，各有多少行？",
    "Which files were received, and what became of their rows?",
    SHOP,
    codes={"status": "import_status"},
)
def ask_files(asked: Asked, shop: str | None) -> Any:
    """One row for each file."""
    files = asked.table("import_files")
    files = files.filter(files.shop_id == shop) if shop else files
    columns = (
        "file_id", "import_id", "path_name", "member", "format", "format_variant", "shop_id", "period_from", "period_to",
        "rows_seen", "rows_accepted", "rows_refused", "rows_duplicate", "rows_replaced", "status",
    )  # fmt: skip
    return files.order_by("import_seq", "path_name", "member").select(*columns)


@question(
    "哪些行被拒收，为什么？",
    "Which rows were refused, and why?",
    Parameter("import_id", "text", "导入批次", "Import"),
)
def ask_refused(asked: Asked, import_id: str | None) -> Any:
    """One row for each issue of a row."""
    files = asked.table("import_files").select("file_id", "import_id", "path_name", "member")
    files = files.filter(files.import_id == import_id) if import_id else files
    joined = asked.table("import_row_issues").inner_join(files, "file_id")
    columns = ("import_id", "path_name", "member", "source_row", "column_name", "code", "message", "severity", "cells")
    return joined.order_by("path_name", "member", "issue_no").select(*columns)


@question("文件自带的合计与明细对得上吗？", "Do the totals that files state agree with their rows?")
def ask_controls(asked: Asked) -> pa.Table:
    """One row for each control total."""
    files = asked.table("import_files").order_by("path_name", "member")
    rows = []
    for file in files.select("file_id", "path_name", "member", "controls").to_pyarrow().to_pylist():
        for control in json.loads(file["controls"] or "[]"):
            told = {name: control[name] for name in ("name", "stated", "computed", "agrees")}
            rows.append({"path_name": file["path_name"], "member": file["member"], **told})
    return pa.Table.from_pylist(
        rows, texts("path_name", "member", "name", "stated", "computed").append(pa.field("agrees", pa.bool_()))
    )


@question("数据质量如何？", "How good is the data?")
def ask_quality(asked: Asked) -> Any:
    """One row for each rule, failures first."""
    results = asked.table("quality_results")
    return results.order_by(results.failed_count.desc(), "rule")


@question("哪些原始状态还不认识？", "Which raw states are not understood yet?")
def ask_status_unknown(asked: Asked) -> pa.Table:
    """One row for each table, column and raw value that was read as `unknown` or `unclassified`."""
    rows = []
    for name, table in TABLES.items():
        if table.layer is not Layer.STATED:
            continue
        for column in table.columns:
            raw = {"component": "type_raw"}.get(column.name, f"{column.name}_raw")
            if column.vocabulary and raw in table.by_name:
                rows += _unknown_values(asked.table(name), name, column.name, raw)
    fields = [("table", pa.string()), ("column", pa.string()), ("raw_value", pa.string()), ("row_count", pa.int64())]
    return pa.Table.from_pylist(rows, pa.schema(fields))


def _unknown_values(table: Any, name: str, column: str, raw: str) -> list[dict[str, Any]]:
    unknown = table.filter(table[column].isin(["unknown", "unclassified"]))
    counted = unknown.group_by(raw_value=unknown[raw]).agg(row_count=unknown.count()).order_by("raw_value")
    return [{"table": name, "column": column, **row} for row in counted.to_pyarrow().to_pylist()]


_FILE_COLUMNS = (
    "file_id", "import_id", "imported_at", "path_name", "member", "format", "format_variant", "channel", "shop_id",
    "period_from", "period_to", "rows_seen", "rows_accepted", "rows_refused", "rows_duplicate", "rows_replaced", "status",
    "size_bytes", "warnings", "controls",
)  # fmt: skip


@question(
    "收到的每个文件，来龙去脉如何？",
    "What became of every file received?",
    SHOP,
    IMPORT,
    Parameter("status", "code", "导入结果", "Outcome", vocabulary="import_status"),
    listing=Listing(
        key=("file_id",),
        sorts=tuple(name for name in _FILE_COLUMNS if name not in ("warnings", "controls")),
        default="-imported_at",
        searches=("path_name", "member", "format"),
    ),
    codes={"status": "import_status"},
)
def ask_import_files(asked: Asked, shop: str | None, import_id: str | None, status: str | None) -> Any:
    """One row for each file; warnings and control totals as JSON."""
    files = narrowed(asked.table("import_files"), shop_id=shop, import_id=import_id, status=status)
    return files.select(*_FILE_COLUMNS)


def _issues(asked: Asked, import_id: str | None, file_id: str | None) -> Any:
    files = narrowed(asked.table("import_files"), import_id=import_id, file_id=file_id)
    return asked.table("import_row_issues").inner_join(files.select("file_id", "path_name", "member"), "file_id")


_ISSUE_COLUMNS = (
    "file_id", "path_name", "member", "issue_no", "source_row", "column_name", "code", "message", "severity", "cells",
)  # fmt: skip


@question(
    "每个文件的问题与提示？",
    "What was wrong or odd in each file?",
    IMPORT,
    FILE,
    Parameter("code", "text", "原因代码", "Code of the reason"),
    Parameter("severity", "code", "严重程度", "Severity", vocabulary="issue_severity"),
    listing=Listing(
        key=("file_id", "issue_no"),
        sorts=("path_name", "source_row", "column_name", "code", "severity", "issue_no"),
        default="path_name",
        searches=("column_name", "code", "message", "cells"),
    ),
)
def ask_import_issues(
    asked: Asked, import_id: str | None, file_id: str | None, code: str | None, severity: str | None
) -> Any:
    """One row for each issue."""
    return narrowed(_issues(asked, import_id, file_id), code=code, severity=severity).select(*_ISSUE_COLUMNS)


@question(
    "有哪些被拒收的行，每行错在哪里？",
    "Which rows were refused, and where is each wrong?",
    IMPORT,
    FILE,
    listing=Listing(
        key=("file_id", "source_row"),
        sorts=("path_name", "source_row", "issue_count"),
        default="path_name",
        searches=("messages", "cells"),
    ),
)
def ask_refused_rows(asked: Asked, import_id: str | None, file_id: str | None) -> Any:
    """One row for each refused row of a file, with all its issues in order."""
    rows = narrowed(_issues(asked, import_id, file_id), severity="refused")
    first = ibis.window(group_by=[rows.file_id, rows.source_row], order_by=[rows.issue_no])
    told = rows.mutate(place=ibis.row_number().over(first))
    grouped = told.group_by("file_id", "path_name", "member", "source_row")
    return grouped.agg(
        issue_count=lambda t: t.count(),
        **{
            f"{name}s": lambda t, part=part: t[part].group_concat(sep="; ", order_by=t.place)
            for name, part in (("code", "code"), ("column", "column_name"), ("message", "message"))
        },
        cells=lambda t: t.cells.max(),
    )
