"""The reference of metrics, rendered from the register: `python -m zhanggui.metrics.reference [--check]`."""

from __future__ import annotations

import sys
from pathlib import Path

from zhanggui.canon.metrics import Metric, Shape
from zhanggui.metrics.dimensions import BY_DAILY_TABLE, DIMENSIONS, GRAINS
from zhanggui.metrics.parts import PARTS, PERIOD_DAYS
from zhanggui.metrics.registry import METRICS, SUBJECTS

PAGE = Path("docs/metrics.md")

_HEAD = """# 指标口径 · Metrics

由 `src/zhanggui/metrics` 的声明生成，请勿手改；重新生成：`python -m zhanggui.metrics.reference`。
Generated from the declarations in `src/zhanggui/metrics`; do not edit. To make it again: `python -m zhanggui.metrics.reference`.

- 比率按所问的粒度由其组成部分重新相除（十进制精确计算，四舍六入五成双，保留 6 位小数），从不取平均；除数为零时为空。
- 一次回答里有多个币种而未指定币种时，按币种分列，从不相加；指定币种时，每个金额按其自身业务日的汇率折算，并注明所用汇率与未能折算的金额。
- “空”表示无法判断（没有相应的报表或成本），不是零。
- 期间按各组成部分自己的业务日期筛选，含首尾两日；既不给期间也不给粒度时，没有日期的事实也计入。
- Ratios are divided anew from their parts at the grain asked for (exact decimals, half-even, six places), never
  averaged; a division by zero is empty.
- Where amounts are in several currencies and none is asked for, the answer is split by currency and never added
  up; where one is asked for, every amount converts at the rate of its own business date, and the answer names the
  rates used and what could not be converted.
- Empty means that it cannot be said (no report, no cost), and is not zero.
- A period filters each part by its own business date, both ends included; without a period and a grain, facts
  without a date count too.
"""


def render_reference() -> str:
    """The whole page."""
    sections = [_HEAD, _grains(), _dimensions()]
    for subject, (zh, en) in SUBJECTS.items():
        sections.append(f"## {zh} · {en}\n")
        sections += [_metric(metric) for metric in METRICS.values() if metric.subject == subject]
    sections.append(_parts())
    return "\n".join(sections)


def _grains() -> str:
    names = " · ".join(f"`{name}` {zh} {en}" for name, (zh, en, _) in GRAINS.items())
    return f"粒度 · Grains: {names}\n"


def _dimensions() -> str:
    rows = [f"| `{one.name}` | {one.zh} | {one.en} |" for one in DIMENSIONS.values()]
    return "\n".join(("## 维度 · Dimensions\n", "| 名称 name | 中文 | English |", "| --- | --- | --- |", *rows, ""))


def _metric(metric: Metric) -> str:
    dimensions = ", ".join(f"`{name}`" for name in metric.over)
    return "\n".join(
        (
            f"### `{metric.name}` {metric.zh} · {metric.en}\n",
            metric.definition_zh,
            "",
            metric.definition_en,
            "",
            f"- 公式 formula: `{_formula(metric)}`",
            f"- 单位 unit: {metric.unit}",
            f"- 维度 dimensions: {dimensions}",
            "",
        )
    )


def _formula(metric: Metric) -> str:
    formula = metric.formula
    match formula.shape:
        case Shape.SHARE:
            return f"{formula.text} / Σ over {formula.member}"
        case Shape.HHI:
            return f"Σ over {formula.member} of (share of {formula.text})²"
        case Shape.TOP:
            return f"{formula.text} of the {formula.top} largest by {formula.member} / {formula.text}"
    return formula.text


def _parts() -> str:
    head = (
        "## 组成部分 · Parts\n",
        f"`{PERIOD_DAYS}`：期间天数，与所问日期取交集 · the days of the period, within the dates asked for.\n",
        "| 名称 name | 事实表 fact table | 计算 aggregate | 条件 where | 日期 date | 每日汇总 daily aggregate |",
        "| --- | --- | --- | --- | --- | --- |",
    )
    return "\n".join((*head, *(_part(name) for name in PARTS), ""))


def _part(name: str) -> str:
    part = PARTS[name]
    where = "; ".join(f"{column} = {', '.join(map(str, values)).lower()}" for column, values in part.where.items())
    held = f"`{part.daily[0]}.{part.daily[1]}`" if part.daily and part.daily[0] in BY_DAILY_TABLE else ""
    measure = f"{part.aggregate.value}({part.column or '*'})"
    return f"| `{name}` | `{part.table}` | {measure} | {where} | `{part.date_column}` | {held} |"


def main(arguments: list[str]) -> int:
    """Write the page; with --check, only say whether it is up to date."""
    rendered = render_reference()
    if "--check" in arguments:
        is_current = PAGE.exists() and PAGE.read_text("utf-8") == rendered
        sys.stdout.write(
            "" if is_current else f"{PAGE} differs from the declarations: python -m zhanggui.metrics.reference\n"
        )
        return 0 if is_current else 1
    PAGE.write_text(rendered, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
