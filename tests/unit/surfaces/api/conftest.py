"""Browsers on the closed workspace of the command line's tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.served import let_in, signed_in


@pytest.fixture(scope="session")
def peopled(closed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed workspace with one person of every role; for tests that only read."""
    home = tmp_path_factory.mktemp("served") / "workspace"
    shutil.copytree(closed, home)
    let_in(home)
    return home


@pytest.fixture
def own(peopled: Path, tmp_path: Path) -> Path:
    """A copy of it, for tests that change something."""
    shutil.copytree(peopled, tmp_path / "workspace")
    return tmp_path / "workspace"


@pytest.fixture
def owner(peopled: Path) -> Iterator[TestClient]:
    """The owner's browser, for tests that only read."""
    with signed_in(peopled) as client:
        yield client
