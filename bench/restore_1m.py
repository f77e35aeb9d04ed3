"""A backup of 1 million order lines, restored into another directory, beside importing the same file once more.

One Taobao item report is written, imported, closed and backed up; then, each as a whole process: (ours) `zhanggui
restore` of the backup, which checks every file against its digest; (a) reading the same bytes, digesting and writing
them without any ZIP or checks, the least that a restore can cost; (b) `zhanggui import` and `zhanggui close` of the
same file, which is what stays to be done where there is no backup. Target: under 60 s. The restored books must answer
as the old ones do.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from bench.import_exports import write_text
from bench.processes import Result, Row, run_command

LINES = 1_000_000
QUESTIONS = (
    ("ask", "files"),
    ("ask", "products"),
    ("ask", "quality"),
    ("ask", "generations"),
    ("ask", "unmapped_skus"),
)
_COPY = """
import hashlib, pathlib, sys
source, target = map(pathlib.Path, sys.argv[1:])
for path in sorted(source.rglob("*")):
    if path.is_file():
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        content = path.read_bytes()
        hashlib.sha256(content).hexdigest()
        place.write_bytes(content)
"""


def command(workspace: Path, *told: str) -> list[str]:
    """A command of ours in a workspace."""
    return [sys.executable, "-m", "zhanggui.surfaces.cli.main", "-w", str(workspace), *told]


def answers(workspace: Path) -> list[object]:
    """What the books answer."""
    told = [
        subprocess.run(command(workspace, *one, "--json"), capture_output=True, check=True).stdout for one in QUESTIONS
    ]
    return [json.loads(text)["rows"] for text in told]


def fill(workspace: Path, export: Path) -> None:
    """A workspace with the file imported and the books closed."""
    run_command(command(workspace, "init"))
    run_command(command(workspace, "import", str(export), "--shop", "bench"))
    run_command(command(workspace, "close"))


def run(room: Path, scale: float = 1.0) -> list[Result]:
    """The restore beside a plain copy and beside importing again."""
    lines = int(LINES * scale)
    export, backup, books = room / "ExportOrderDetailList2026.csv", room / "backup.zip", room / "books"
    write_text(export, lines)
    fill(books, export)
    run_command(command(books, "backup", str(backup)))
    before = answers(books)
    ours = run_command(command(room / "restored", "restore", str(backup)))
    if answers(room / "restored") != before:
        raise AssertionError("the restored books answer otherwise")
    copied = run_command([sys.executable, "-c", _COPY, str(books), str(room / "copied")])
    run_command(command(room / "again", "init"))
    imported = run_command(command(room / "again", "import", str(export), "--shop", "bench"))
    closed = run_command(command(room / "again", "close"))
    again = Row(
        "(b) import and close again", imported.seconds + closed.seconds, max(imported.peak_bytes, closed.peak_bytes)
    )
    for done in ("books", "restored", "copied", "again"):
        shutil.rmtree(room / done)
    return [
        Result(
            f"Restore of {lines:,} order lines ({backup.stat().st_size / 1e6:.0f} MB of backup)",
            [
                Row("ours: restore, every file checked", ours.seconds, ours.peak_bytes),
                Row("(a) the same bytes, digested and copied", copied.seconds, copied.peak_bytes),
                again,
            ],
            [
                ("seconds of ours, under 60", ours.seconds),
                ("ours ÷ (a)", ours.seconds / copied.seconds),
                ("(b) ÷ ours", again.seconds / ours.seconds),
            ],
        )
    ]
