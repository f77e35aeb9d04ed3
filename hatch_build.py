"""Builds the web console into the package before a wheel or source archive is packed, so that installing needs no Node.

Run by hatchling as a build hook, and by `make console` as a program. An archive that already carries the built
console is taken as it is; where neither it nor npm is there, the build fails rather than pack a server without pages.
"""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = Path("src/zhanggui/surfaces/web/static")
SOURCES = Path("webui")
PACKED = frozenset({".js", ".css", ".html", ".svg", ".json", ".webmanifest"})
LEAST_PACKED_BYTES = 1024  # below this a second file costs more than it saves


class ConsoleMissing(Exception):
    """The console is not built and cannot be built here."""


def build_console(root: Path) -> None:
    """Install the locked packages, build, and write `.gz` twins; raises ConsoleMissing and CalledProcessError."""
    npm = shutil.which("npm")
    if npm is None:
        raise ConsoleMissing("npm is not on the PATH: install Node.js 20.19 or newer, then run `make console`")
    for arguments in (["ci", "--ignore-scripts"], ["run", "build"]):
        subprocess.run([npm, *arguments], cwd=root / SOURCES, check=True)
    check_console(root)
    pack_twins(root / STATIC)


def check_console(root: Path) -> None:
    """Raises ConsoleMissing where the built console has no first page."""
    if not (root / STATIC / "index.html").is_file():
        raise ConsoleMissing(f"{STATIC}/index.html is missing after the build")


def pack_twins(static: Path) -> None:
    """A compressed twin beside every text file: the server sends it without compressing at each request."""
    for path in sorted(static.rglob("*")):
        if path.suffix in PACKED and path.stat().st_size >= LEAST_PACKED_BYTES:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


class ConsoleHook(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling's hook: see the head of this module."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the console unless it is there, or the installation is an editable one."""
        root = Path(self.root)
        if version == "editable" or (root / STATIC / "index.html").is_file():
            return
        build_console(root)


if __name__ == "__main__":
    try:
        build_console(Path(__file__).parent)
    except ConsoleMissing as error:
        sys.exit(f"The console was not built: {error}")
