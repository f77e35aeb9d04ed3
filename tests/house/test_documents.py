"""Documents say what is so: their commands exist, their links lead somewhere, and both languages say the same."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import zhanggui
from tests.house.checkout import ROOT, project_files, shown

ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
LONGEST_RECORD_LINES = 30


def documents() -> list[Path]:
    """Every page; texts below src/ are parts of pages that are generated, and are checked there."""
    return [path for path in project_files() if path.suffix == ".md" and "src" not in path.relative_to(ROOT).parts]


def command_lines(text: str) -> list[str]:
    """The command lines in a document's shell blocks, without their comments."""
    blocks = [block for language, block in FENCE.findall(text) if language in {"sh", "bash", "console"}]
    lines = (re.sub(r"\s+#.*$|^#.*$", "", line).strip() for block in blocks for line in block.splitlines())
    return [line for line in lines if line]


def outline(text: str) -> list[int]:
    """The depth of every heading, in order."""
    return [len(marks) for marks in re.findall(r"^(#+) ", FENCE.sub("", text), re.M)]


def make_targets(makefile: str) -> set[str]:
    """The targets that a Makefile declares as commands."""
    return {name for names in re.findall(r"^\.PHONY: (.+)$", makefile, re.M) for name in names.split()}


def broken_links(path: Path) -> list[str]:
    """Links of a document to files that are not there."""
    targets = [t for t in LINK.findall(FENCE.sub("", path.read_text("utf-8"))) if "://" not in t and ":" not in t[:8]]
    return [f"{shown(path)} → {target}" for target in targets if not (path.parent / target).exists()]


def commands_offered() -> set[str]:
    """The subcommands that `zhanggui --help` lists."""
    script = "import sys; from zhanggui.surfaces.cli.main import main; sys.argv = ['zhanggui', '--help']; main()"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    return set(re.findall(r"^\W*([a-z][a-z-]+) ", told.stdout, re.M))


@pytest.mark.parametrize("readme", [ENGLISH, CHINESE], ids=lambda path: path.name)
def test_make_commands_of_the_readme_exist(readme: Path) -> None:
    targets = make_targets((ROOT / "Makefile").read_text("utf-8"))
    named = set(re.findall(r"\bmake ([a-z]+)", "\n".join(command_lines(readme.read_text("utf-8")))))
    assert named <= targets
    assert {"demo", "test"} <= named


def test_commands_of_the_readme_exist() -> None:
    text = "\n".join(command_lines(ENGLISH.read_text("utf-8")))
    named = set(re.findall(r"\bzhanggui (?:--\w+ \S+ )*([a-z][a-z-]+)", text))
    assert named
    assert named - commands_offered() == set()


def test_both_readmes_have_the_same_sections_and_commands() -> None:
    english, chinese = ENGLISH.read_text("utf-8"), CHINESE.read_text("utf-8")
    assert outline(english) == outline(chinese)
    assert command_lines(english) == command_lines(chinese)


def test_links_lead_somewhere() -> None:
    assert [link for path in documents() for link in broken_links(path)] == []


def test_the_changelog_names_this_version() -> None:
    versions = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert zhanggui.__version__ in versions


def test_decision_records_are_short_and_numbered_once() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [path.name[:4] for path in records]
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name) for path in records)
    assert len(set(numbers)) == len(numbers)
    lengths = {path.name: path.read_text("utf-8").count("\n") for path in records}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_RECORD_LINES} == {}


def test_every_decision_record_is_listed() -> None:
    listed = (ROOT / "docs" / "index.md").read_text("utf-8")
    assert [p.name for p in sorted((ROOT / "docs" / "decisions").glob("*.md")) if p.name not in listed] == []


def test_the_checks_see_what_they_look_for(tmp_path: Path) -> None:
    document = (
        "# A\n\n```sh\nmake demo   # everything\n# only a remark\nzhanggui import x.csv\n```\n\n## B\n\n[x](gone.md)\n"
    )
    page = tmp_path / "page.md"
    page.write_text(document, "utf-8")
    assert command_lines(document) == ["make demo", "zhanggui import x.csv"]
    assert outline(document) == [1, 2]
    assert make_targets(".PHONY: demo test\ndemo: x\n") == {"demo", "test"}
    assert broken_links(page) == [f"{shown(page)} → gone.md"]
