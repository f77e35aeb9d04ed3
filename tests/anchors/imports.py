"""What every anchor needs: a workspace made, files imported and closed by the command line, and the books it left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from zhanggui.surfaces.cli.main import run
from zhanggui.warehouse import Warehouse

ROOT = Path(__file__).resolve().parent.parent.parent
MAPPINGS = ROOT / "examples" / "mappings"


class Anchor:
    """One workspace, used as a seller would use it."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str], currency: str) -> None:
        self.home, self.capsys = home, capsys
        assert run(["init", str(home), "--currency", currency]) == 0

    def command(self, *arguments: str) -> tuple[int, Any]:
        """Run a command with --json; its exit code and its answer."""
        self.capsys.readouterr()
        code = run(["--workspace", str(self.home), *arguments, "--json"])
        return code, json.loads(self.capsys.readouterr().out)

    def take(self, path: Path, mapping: str) -> dict[str, Any]:
        """Import one file with a mapping that the project ships; the report of the one file in it."""
        code, report = self.command("import", str(path), "--mapping", str(MAPPINGS / f"{mapping}.yaml"))
        [file] = report["files"]
        assert code == (3 if file["rows_refused"] else 0)
        assert file["rows_accepted"] + file["rows_refused"] + file["rows_duplicate"] == file["rows_seen"]
        return dict(file)

    def close(self, as_of: str) -> None:
        """Close the books."""
        assert self.command("close", "--as-of", as_of)[0] == 0

    def figures(self, names: str, *more: str) -> dict[str, Any]:
        """The figures of the whole, by name."""
        _, answer = self.command("metrics", names, *more)
        [row] = answer["rows"]
        return dict(zip((column["name"] for column in answer["columns"]), row, strict=True))

    def rows(self, table: str) -> list[dict[str, Any]]:
        """A table of the books."""
        with Warehouse.open(self.home, read_only=True) as warehouse:
            found: list[dict[str, Any]] = warehouse.table(table).to_pyarrow().to_pylist()
        return found
