"""The reference of the declaration language, and the overview of every shipped format made from its declaration.

`docs/formats.md` has two parts: what a person wrote about the language, kept below as text, and the overview, which is
generated. `python -m zhanggui.intake.reference` writes the file; with `--check` it only says whether it is current.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

from zhanggui.intake.declaration import Format, shipped_formats

DOCUMENT = Path("docs/formats.md")
_CONFIDENCE = {
    "real": "真实导出 real export",
    "real-columns": "真实表头 real headers",
    "standard": "标准 published standard",
    "inferred": "推断 inferred",
}


def render_reference(formats: Mapping[str, Format]) -> str:
    """The whole document."""
    language = resources.files("zhanggui.intake").joinpath("declaration_language.md").read_text("utf-8")
    return f"{language.rstrip()}\n\n{_overview(list(formats.values()))}"


def _overview(formats: Sequence[Format]) -> str:
    lines = [
        "## 已声明的格式 / Declared formats",
        "",
        f"共 {len(formats)} 种，由声明文件生成。{len(formats)} formats, generated from their declarations.",
        "",
        "| 格式 id | 平台 platform | 报表 report | 容器 container | 主表 primary | 其他表 other tables | 字段 fields | 核对 controls | 依据 evidence |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_row(one) for one in formats),
        "",
        "## 各格式的识别字段 / What each format is recognised by",
        "",
        *(line for one in formats for line in _details(one)),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _row(one: Format) -> str:
    others = sorted({rule.table for rule in one.tables} - {one.primary})
    controls = "、".join(_cell(str(control["name"])) for control in one.controls) or "–"
    return (
        f"| `{one.id}` | {_cell(one.platform)} | {_cell(one.report_zh)}<br>{_cell(one.report_en)} | {', '.join(one.containers)} "
        f"| {one.primary} | {', '.join(others) or '–'} | {len(one.fields)} | {controls} | {_CONFIDENCE.get(one.confidence, one.confidence)} |"
    )


def _details(one: Format) -> list[str]:
    signature = "、".join(" / ".join(_code(name) for name in names) for names in one.signature)
    names = "、".join(_code(pattern) for pattern in one.file_names) or "–"
    handled = [f"- {text}" for text in one.spec.get("traps_handled") or ()]
    return [f"### {one.id}", "", f"- 表头 header: {signature}", f"- 文件名 file names: {names}", *handled, ""]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _code(text: str) -> str:
    return f"`{_cell(text)}`"


def main(arguments: Sequence[str]) -> int:
    """Write the document, or with --check compare it; 1 when it is not current."""
    text = render_reference(shipped_formats())
    if "--check" in arguments:
        current = DOCUMENT.is_file() and DOCUMENT.read_text("utf-8") == text
        sys.stdout.write(
            f"{DOCUMENT}: {'current' if current else 'not current; run python -m zhanggui.intake.reference'}\n"
        )
        return 0 if current else 1
    DOCUMENT.write_text(text, "utf-8")
    sys.stdout.write(f"{DOCUMENT}: written\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
