"""The data dictionary, rendered from the declarations: `python -m zhanggui.canon.dictionary [--check]`."""

from __future__ import annotations

import sys
from pathlib import Path

from zhanggui.canon.register import SUBJECTS, TABLES
from zhanggui.canon.tables import Column, Layer, Person, Table
from zhanggui.canon.vocabularies import VOCABULARIES, Vocabulary

PAGE = Path("docs/data-dictionary.md")

_LAYERS = {
    Layer.STATED: "陈述 stated",
    Layer.DERIVED: "结账 derived",
    Layer.AGGREGATE: "汇总 aggregate",
    Layer.RECORD: "记录 record",
}

_PERSONS = {
    Person.NONE: "",
    Person.PSEUDONYM: "假名 pseudonym",
    Person.DIRECT: "直接 direct",
    Person.SENSITIVE: "敏感 sensitive",
}

_HEAD = """# 数据字典 · Data dictionary

由 `src/zhanggui/canon` 的声明生成，请勿手改；重新生成：`python -m zhanggui.canon.dictionary`。
Generated from the declarations in `src/zhanggui/canon`; do not edit. To make it again: `python -m zhanggui.canon.dictionary`.

- 编号一律为文本；金额为 `DECIMAL(18,4)` 主单位，币种在同一行；时间为 UTC；以 `_on` 结尾的日期按店铺时区；比率为小数（0.05 即 5%）。
- Ids are text; amounts are `DECIMAL(18,4)` in major units with the currency on the same row; instants are UTC; dates
  ending in `_on` are in the shop's zone; rates are fractions (0.05 is 5 %).
- 键列以 🔑 标出 · Key columns are marked 🔑.
"""


def render_dictionary() -> str:
    """The whole page as Markdown."""
    subjects = [_render_subject(name, zh, en) for name, (zh, en) in SUBJECTS.items()]
    terms = [_render_vocabulary(vocabulary) for vocabulary in VOCABULARIES.values()]
    return "\n".join([_HEAD, *subjects, "## 词表 · Vocabularies\n", *terms])


def _render_subject(name: str, zh: str, en: str) -> str:
    tables = [_render_table(table) for table in TABLES.values() if table.subject == name]
    return "\n".join([f"## {zh} · {en}\n", *tables])


def _render_table(table: Table) -> str:
    lines = [
        f"### {table.name}\n",
        f"{table.zh} · {table.en} — {_LAYERS[table.layer]}  ",
        f"{table.grain_zh} · {table.grain_en}\n",
        "| 列 column | 类型 type | 单位 unit | 个人信息 personal | 词表 vocabulary | 含义 | meaning |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(_render_column(column, column.name in table.key) for column in table.columns),
    ]
    return "\n".join(lines) + "\n"


def _render_column(column: Column, is_key: bool) -> str:
    is_listed = column.vocabulary in VOCABULARIES
    vocabulary = f"[{column.vocabulary}](#{column.vocabulary})" if is_listed else _open(column)
    cells = (
        f"`{column.name}`{' 🔑' if is_key else ''}",
        column.kind.sql,
        column.unit or "",
        _PERSONS[column.person],
        vocabulary,
        column.zh,
        column.en,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _open(column: Column) -> str:
    return "ISO 4217" if column.vocabulary == "currency" or column.name == "currency" else ""


def _render_vocabulary(vocabulary: Vocabulary) -> str:
    rows = [f"| `{term.code}` | {term.zh} | {term.en} |" for term in vocabulary.terms]
    head = [
        f"### {vocabulary.name}\n",
        f"{vocabulary.zh} · {vocabulary.en}\n",
        "| code | 中文 | English |",
        "| --- | --- | --- |",
    ]
    return "\n".join([*head, *rows]) + "\n"


def main(arguments: list[str]) -> int:
    """Write the page; with `--check`, only say (1) that it is stale or (0) that it is not."""
    page = render_dictionary()
    if "--check" in arguments:
        is_current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page
        return 0 if is_current else 1
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
