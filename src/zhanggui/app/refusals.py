"""Refused rows, as they came: to be corrected in a spreadsheet and imported again.

The file has the original headers first and three columns of reasons after them; intake knows those three by name
and does not read them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zhanggui.app.errors import ImportUnknown
from zhanggui.app.workspace import Workspace
from zhanggui.app.writing import write_rows
from zhanggui.intake.staging import REFUSED_CELLS

REASON_COLUMNS = ("问题行号", "问题列", "问题原因")


def read_refused(workspace: Workspace, import_id: str | None) -> list[dict[str, Any]]:
    """Every issue of a refused row with its file, in the order of files and rows; raises ImportUnknown."""
    with workspace.read_books() as warehouse:
        files = warehouse.table("import_files").select("file_id", "import_id", "path_name", "member", "format")
        if import_id is not None:
            files = files.filter(files.import_id == import_id)
            if not files.count().to_pyarrow().as_py():
                raise ImportUnknown(import_id=import_id)
        issues = warehouse.table("import_row_issues")
        joined = issues.filter(issues.severity == "refused").inner_join(files, "file_id")
        rows: list[dict[str, Any]] = joined.order_by("path_name", "member", "issue_no").to_pyarrow().to_pylist()
    return rows


def _with_plain(workspace: Workspace, rows: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[int, Any]]]:
    """Each row with the plain cells of its file, which lie beside the books with the file's rows."""
    known: dict[str, dict[int, Any]] = {}
    for row in rows:
        if row["file_id"] not in known:
            path = workspace.root / "rows" / row["file_id"] / REFUSED_CELLS
            lines = path.read_text("utf-8").splitlines() if path.is_file() else []
            known[row["file_id"]] = {entry["row"]: entry["cells"] for entry in map(json.loads, lines)}
        yield row, known[row["file_id"]]


def write_refused(workspace: Workspace, rows: list[dict[str, Any]], path: Path) -> list[Path]:
    """Write the rows with their original headers; one file for each format, since headers differ. What was written."""
    by_format: dict[str, list[dict[str, Any]]] = {}
    for row, plain in _with_plain(workspace, rows):
        by_format.setdefault(row["format"], []).append({**row, "plain": plain.get(row["source_row"])})
    written = []
    for name, refused in sorted(by_format.items()):
        target = path if len(by_format) == 1 else path.with_name(f"{path.stem}-{name}{path.suffix}")
        headers = list(dict.fromkeys(header for row in refused for header in _cells(row)))
        write_rows([*headers, *REASON_COLUMNS], _lines(refused, headers), target)
        written.append(target)
    return written


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    """The plain cells where they are kept, else those that the books show; a line that was not split has none."""
    cells: dict[str, Any] = row.get("plain") or json.loads(row["cells"] or "{}")
    return {header: cell for header, cell in cells.items() if header}


def _lines(rows: list[dict[str, Any]], headers: list[str]) -> Iterator[list[Any]]:
    """One line for each row; several issues of one row stand together in its reason."""
    merged: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in rows:
        merged.setdefault((row["file_id"], row["source_row"]), []).append(row)
    for issues in merged.values():
        cells = _cells(issues[0])
        columns = "; ".join(dict.fromkeys(issue["column_name"] or "" for issue in issues))
        whole_line = (issues[0].get("plain") or {}).get("", "")
        reasons = "; ".join(f"{issue['code']}: {issue['message'] or whole_line}" for issue in issues)
        yield [*(cells.get(header) for header in headers), issues[0]["source_row"], columns, reasons]
