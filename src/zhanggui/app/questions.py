"""The questions that the books answer, each one function: what came in, what is missing, what agrees, where a figure is from."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa

from zhanggui.app.asking import Asked, question
from zhanggui.app.policies import read_policies
from zhanggui.canon.questions import Parameter
from zhanggui.canon.register import TABLES
from zhanggui.canon.steps import STEPS
from zhanggui.canon.tables import Layer
from zhanggui.kernel.periods import Grain, Period, periods_between
from zhanggui.money import unreconciled

_SHOP = Parameter("shop", "text", "店铺（渠道/店铺名）", "Shop (channel/name)")
_PERIOD = Parameter("period", "period", "期间，如 2026-07", "Period, such as 2026-07")


def _texts(*names: str) -> pa.Schema:
    return pa.schema([(name, pa.string()) for name in names])


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


@question("收到了哪些文件，各有多少行？", "Which files were received, and what became of their rows?", _SHOP)
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


@question("每个渠道每种报表各月齐不齐？", "Which months does each channel's report cover?", _SHOP)
def ask_completeness(asked: Asked, shop: str | None) -> pa.Table:
    """One row for each shop, report and month from its first to the last month closed."""
    files = asked.table("import_files").filter(ibis._.period_from.notnull(), ibis._.period_to.notnull())
    files = files.filter(files.shop_id == shop) if shop else files
    days: dict[tuple[str, str], set[date]] = defaultdict(set)
    for row in files.select("shop_id", "format", "period_from", "period_to").to_pyarrow().to_pylist():
        days[row["shop_id"] or "", row["format"]].update(Period(row["period_from"], row["period_to"], Grain.DAY).days())
    rows = [row for key in sorted(days) for row in _months(*key, days[key], asked.as_of)]
    fields = [("shop_id", pa.string()), ("report", pa.string()), ("month", pa.string())]
    return pa.Table.from_pylist(rows, pa.schema([*fields, ("days_covered", pa.int64()), ("days", pa.int64())]))


def _months(shop: str, report: str, covered: set[date], as_of: date) -> Iterator[dict[str, Any]]:
    for month in periods_between(min(covered), max(as_of, *covered), Grain.MONTH):
        days = sum(1 for day in month.days() if day in covered)
        yield {"shop_id": shop, "report": report, "month": str(month), "days_covered": days, "days": month.day_count}


@question(
    "订单、结算、银行每月对得上吗？", "Do orders, settlements and the bank agree, month by month?", _SHOP, _PERIOD
)
def ask_reconciliation(asked: Asked, shop: str | None, period: Period | None) -> Any:
    """One row for each shop, month and currency; `unexplained_amount` and `overdue_amount` are what is open."""
    policy = read_policies(asked.workspace.settings.policies).unreconciled
    months = unreconciled.measure_months(asked.table("order_facts"), asked.table("ledger_facts"), policy, asked.as_of)
    paid_out = _payouts_by_month(asked)
    joined = months.left_join(paid_out, ["shop_id", "month_on", "currency"])
    joined = joined.mutate(
        open_amount=(joined.overdue_amount + joined.unexplained_amount).cast("decimal(38,4)"),
        **{name: joined[name].cast("decimal(38,4)") for name in joined.columns if name.endswith("_amount")},
    )
    joined = joined.filter(joined.shop_id == shop) if shop else joined
    if period is not None:
        joined = joined.filter(joined.month_on.between(period.from_on, period.to_on))
    columns = (
        "shop_id", "month_on", "currency", "order_count", "paid_amount", "settled_amount", "deducted_amount",
        "pending_amount", "overdue_amount", "unexplained_amount", "open_amount", "paid_out_amount", "in_bank_amount",
    )  # fmt: skip
    return joined.order_by("shop_id", "month_on", "currency").select(*columns)


def _payouts_by_month(asked: Asked) -> Any:
    """What was paid out, and how much of it was found in the bank: shop_id, month_on, currency."""
    payouts = asked.table("payouts").filter(ibis._.paid_on.notnull(), ibis._.shop_id.notnull())
    decided = asked.table("decisions")
    found = decided.filter(decided.kind == unreconciled.PAYOUT_KIND, decided.verdict == "wait").select("subject_id")
    named = payouts.mutate(subject=payouts.account_id + "|" + payouts.platform_payout_id)
    joined = named.left_join(found, named.subject == found.subject_id)
    zero = ibis.literal(Decimal(0), "decimal(18,4)")
    return joined.group_by("shop_id", "currency", month_on=joined.paid_on.truncate("M")).agg(
        paid_out_amount=joined.amount.sum(),
        in_bank_amount=ibis.ifelse(joined.subject_id.notnull(), joined.amount, zero).sum(),
    )


@question("平台各项费用是多少？", "What do the platforms charge, by component?", _SHOP, _PERIOD)
def ask_fees_by_component(asked: Asked, shop: str | None, period: Period | None) -> Any:
    """One row for each channel, component and currency."""
    ledger = asked.table("daily_ledger")
    ledger = ledger.filter(ledger.shop_id == shop) if shop else ledger
    if period is not None:
        ledger = ledger.filter(ledger.stat_on.between(period.from_on, period.to_on))
    grouped = ledger.group_by("channel", "component", "currency").agg(
        amount=ledger.amount.sum().cast("decimal(38,4)"), entry_count=ledger.entry_count.sum()
    )
    return grouped.order_by("channel", "component", "currency")


@question("各渠道占销售额多少？", "What share of sales does each channel have?", _PERIOD)
def ask_channel_share(asked: Asked, period: Period | None) -> Any:
    """One row for each currency and channel; the shares of a currency add up to one."""
    sales = asked.table("daily_sales")
    if period is not None:
        sales = sales.filter(sales.stat_on.between(period.from_on, period.to_on))
    by_channel = sales.group_by("currency", "channel").agg(paid_amount=sales.paid_amount.sum().cast("decimal(38,4)"))
    rows = by_channel.order_by("currency", "channel").to_pyarrow().to_pylist()
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        totals[row["currency"]] += row["paid_amount"] or Decimal(0)
    for row in rows:
        total = totals[row["currency"]]
        row["share"] = (
            (row["paid_amount"] / total).quantize(Decimal("0.000001")) if total and row["paid_amount"] else None
        )
    fields = [("currency", pa.string()), ("channel", pa.string()), ("paid_amount", pa.decimal128(38, 4))]
    return pa.Table.from_pylist(rows, pa.schema([*fields, ("share", pa.decimal128(18, 6))]))


@question(
    "平台商品对应哪个内部货品，依据什么？",
    "Which SKU does each listing stand for, and by which rule?",
    Parameter("status", "code", "状态", "State", vocabulary="link_status"),
)
def ask_sku_links(asked: Asked, status: str | None) -> Any:
    """One row for each alias."""
    links = asked.table("sku_links")
    links = links.filter(links.status == status) if status else links
    return links.order_by("scope", "alias_kind", "alias")


@question("哪些卖出的商品还没有对应货品？", "Which things sold have no SKU yet?", _SHOP)
def ask_unmapped_skus(asked: Asked, shop: str | None) -> Any:
    """One row for each shop and item, those with the most sales first."""
    lines = asked.table("line_facts")
    lines = lines.filter(lines.sku_id.isnull())
    lines = lines.filter(lines.shop_id == shop) if shop else lines
    grouped = lines.group_by(
        "shop_id", "platform_listing_id", "platform_variant_id", "variant_text", "title", "currency"
    ).agg(amount=lines.net_amount.sum().cast("decimal(38,4)"), line_count=lines.count())
    return grouped.order_by(grouped.amount.desc(), "shop_id", "platform_listing_id", "variant_text", "title")


@question("数据质量如何？", "How good is the data?")
def ask_quality(asked: Asked) -> Any:
    """One row for each rule, failures first."""
    results = asked.table("quality_results")
    return results.order_by(results.failed_count.desc(), "rule")


@question("组合装由什么组成？", "What do bundles consist of?")
def ask_bundles(asked: Asked) -> Any:
    """One row for each component of a bundle."""
    return asked.table("bundle_components").order_by("bundle_sku_code", "component_sku_code")


@question(
    "这个指标从哪些表、哪些文件来？",
    "From which tables and files does a figure come?",
    Parameter("metric", "text", "指标或表名", "Metric or table", required=True),
)
def ask_lineage(asked: Asked, metric: str) -> pa.Table:
    """One row for each thing a figure is made of: table, the step that writes it, and the files that state it."""
    rows: list[dict[str, Any]] = []
    waiting, seen = list(_tables_of(metric)), set[str]()
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        step = STEPS.get(name)
        rows.append(
            {
                "kind": "table",
                "name": name,
                "made_by": step.name if step else None,
                "of": ", ".join(step.reads) if step else None,
            }
        )
        waiting += step.reads if step else ()
    stated = [name for name in seen if TABLES[name].layer is Layer.STATED]
    rows += _files_of(asked, sorted(stated))
    return pa.Table.from_pylist(rows, _texts("kind", "name", "made_by", "of"))


def _tables_of(metric: str) -> Iterator[str]:
    from zhanggui.app.errors import ParameterInvalid
    from zhanggui.metrics.parts import PARTS
    from zhanggui.metrics.registry import METRICS

    if metric in TABLES:
        yield metric
        return
    if metric not in METRICS:
        raise ParameterInvalid(parameter="metric", value=metric, kind="metric")
    for part in METRICS[metric].formula.parts:
        if part in PARTS:
            yield PARTS[part].table


def _files_of(asked: Asked, tables: list[str]) -> Iterator[dict[str, Any]]:
    files = asked.table("import_files")
    for name in tables:
        used = asked.table(name).select(file_id="source_file_id").distinct()
        found = (
            files.semi_join(used, "file_id").order_by("path_name", "member").select("file_id", "path_name", "format")
        )
        for row in found.to_pyarrow().to_pylist():
            yield {"kind": "file", "name": row["path_name"], "made_by": row["format"], "of": name}


@question(
    "这张订单在所有报表里怎么说？",
    "What do all reports say about one order?",
    Parameter("order", "text", "平台订单号", "The platform's order number", required=True),
)
def ask_order(asked: Asked, order: str) -> pa.Table:
    """One row for each value that any table states about the order."""
    rows = []
    for name, table in TABLES.items():
        if "platform_order_id" not in table.by_name or table.layer is Layer.AGGREGATE:
            continue
        found = asked.table(name)
        for row in found.filter(found.platform_order_id == order).to_pyarrow().to_pylist():
            key = "|".join(str(row[part]) for part in table.key)
            told = ((column, row[column]) for column in table.measures if row[column] is not None)
            rows += [{"table": name, "key": key, "column": column, "value": str(value)} for column, value in told]
    return pa.Table.from_pylist(rows, _texts("table", "key", "column", "value"))


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
    texts = ("table", "column", "type", "unit", "person")
    fields = [
        *((name, pa.string()) for name in texts),
        ("is_key", pa.bool_()),
        ("zh", pa.string()),
        ("en", pa.string()),
    ]
    return pa.Table.from_pylist(rows, pa.schema(fields))


@question("有哪些指标，怎么定义？", "Which metrics are there, and how are they defined?")
def ask_metrics(asked: Asked) -> pa.Table:
    """One row for each metric."""
    from zhanggui.metrics.registry import METRICS

    names = ("name", "zh", "en", "unit", "definition_zh", "definition_en")
    rows = [
        {**{name: getattr(metric, name) for name in names}, "over": ", ".join(metric.over)}
        for metric in METRICS.values()
    ]
    return pa.Table.from_pylist(rows, _texts(*names, "over"))


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


@question("账册有哪些版本？", "Which generations of the books are there?")
def ask_generations(asked: Asked) -> Any:
    """One row for each publication."""
    return asked.table("generations").order_by("generation")


@question(
    "所有决策（包括等待与无法判断的）？",
    "Every decision, those to wait and those that cannot be said too?",
    Parameter("kind", "text", "决策类别", "Kind of decision"),
    Parameter("verdict", "code", "判断", "Verdict", vocabulary="verdict"),
)
def ask_decisions(asked: Asked, kind: str | None, verdict: str | None) -> Any:
    """One row for each kind and subject."""
    decided = asked.table("decisions")
    decided = decided.filter(decided.kind == kind) if kind else decided
    decided = decided.filter(decided.verdict == verdict) if verdict else decided
    return decided.order_by("kind", "subject_kind", "subject_id")


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
        rows, _texts("path_name", "member", "name", "stated", "computed").append(pa.field("agrees", pa.bool_()))
    )
