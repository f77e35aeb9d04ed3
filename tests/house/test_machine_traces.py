"""Nothing committed may point at one person's machine or at one registry: a clone works anywhere, or it is not a clone."""

from __future__ import annotations

import re

import pytest

from tests.house.checkout import shown, text_files

# Joined here, so that this file does not name what it forbids.
REGISTRIES = [
    ".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))
]
REGISTRIES += [".".join(("npmmirror", "com")), ".".join(("deb", "debian", "org")), ".".join(("tuna", "tsinghua"))]
REGISTRY = re.compile("|".join(re.escape(host) for host in REGISTRIES))
INDEX_OPTION = re.compile(r"--(?:extra-)?index[-]url\b|--find[-]links\b|\bfile:/{3}(?!etc/)")  # an attack may name etc
MACHINE_PATH = re.compile(r"(?<![\w.:/*-])/(?:work|root|opt|home|Users)/\w|(?<![\w.])/tmp/[w]/|\b[A-Z]:\\Users[\\]")


def find_traces(text: str) -> list[tuple[int, str]]:
    """Lines that name a machine's folder, a registry's host or an index."""
    patterns = (REGISTRY, INDEX_OPTION, MACHINE_PATH)
    lines = enumerate(text.splitlines(), 1)
    return [(number, line.strip()) for number, line in lines if any(pattern.search(line) for pattern in patterns)]


def test_no_file_names_a_machine_or_a_registry() -> None:
    traces = [
        f"{shown(path)}:{number} {line[:120]}" for path, text in text_files() for number, line in find_traces(text)
    ]
    assert traces == []


@pytest.mark.parametrize(
    "line",
    [
        "cd /" + "work/main",
        "open('/" + "home/ann/orders.csv')",
        "DATA = '/" + "Users/ann/Desktop'",
        "resolved https://registry." + REGISTRIES[2] + "/react",
        "pip install --extra" + "-index-url https://example.invalid/simple x",
        "source = file:" + "///srv/packages",
    ],
)
def test_a_trace_is_seen(line: str) -> None:
    assert find_traces(line) == [(1, line)]


@pytest.mark.parametrize(
    "line", ["https://example.com/home/index.html", "a/home/b", "uv pip compile --no-emit-index-url"]
)
def test_an_innocent_line_passes(line: str) -> None:
    assert find_traces(line) == []
