"""What the close concludes: decisions by the contract of `canon.decisions`, and how good the data is."""

from __future__ import annotations

from zhanggui.canon.columns import code, count, currency, ident, money, on, quantity, rate, text
from zhanggui.canon.tables import Layer, Table, kept

DECISIONS = kept(
    Layer.DERIVED, "decisions", "决策", "Decisions", "每个被判断的对象每类决策一行", "one row for each kind of decision and subject",
    ["kind", "subject_kind", "subject_id"],
    [
        ident("decision_id", "决策编号", "Id of the decision: digest of kind, subject and day"),
        ident("kind", "决策类别", "Kind of decision"),
        ident("subject_kind", "对象类别", "What kind of thing is judged"),
        ident("subject_id", "对象", "The thing judged"),
        code("verdict", "verdict", "判断", "Act, wait, or cannot say"),
        quantity("quantity", "数量", "Quantity that the decision is about", unit="unit"),
        text("unit", "数量单位", "Unit of the quantity"),
        money("impact_amount", "影响金额", "Money gained or kept by acting"),
        money("impact_low", "影响金额下限", "Least that the impact may be"),
        money("impact_high", "影响金额上限", "Most that the impact may be"),
        currency(),
        text("impact_basis", "金额依据", "How the impact was computed"),
        text("reasons", "理由（JSON：代码、数值、单位、来源）", "Reasons (JSON: code, value, unit, source)"),
        text("model", "模型", "Model that judged"),
        ident("policy_digest", "政策摘要", "Digest of the policy"),
        count("generation", "账册版本号", "Generation of the books that it was computed for", unit="generation"),
        on("as_of", "判断日期", "Day of the judgement"),
        on("expires_on", "有效期至", "Day after which it no longer stands"),
    ],
    "facts",
)  # fmt: skip

QUALITY_RESULTS = kept(
    Layer.DERIVED, "quality_results", "数据质量结果", "Data quality results", "每条质量规则一行", "one row for each rule of data quality",
    ["rule"],
    [
        ident("rule", "规则", "The rule: dimension, table and column"),
        text("dimension", "质量维度", "Dimension (GB/T 36344-2018; ISO/IEC 25012)"),
        text("table_name", "表", "Table"),
        text("column_name", "列", "Column; empty when the rule is about rows"),
        count("row_count", "检查行数", "Rows checked", unit="row"),
        count("failed_count", "未通过行数", "Rows that failed", unit="row"),
        rate("score", "得分（通过行占比）", "Share of rows that passed"),
        text("severity", "严重程度", "What a failure means: critical, major or minor"),
        text("example", "示例", "One key that failed"),
    ],
    "facts",
)  # fmt: skip

TABLES: tuple[Table, ...] = (DECISIONS, QUALITY_RESULTS)
