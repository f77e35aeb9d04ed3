"""Workspaces that tests of the app share: an empty one for each test, and closed and hand-made ones that no test changes."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.planted import keep
from tests.two_shops import make_workspace
from tests.unit.app.small_books import FILES, ISSUES, SmallBooks, open_small
from zhanggui.app.asking import Asked
from zhanggui.app.reading import BookPool
from zhanggui.app.workspace import Settings, Workspace, create_workspace, open_workspace


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new workspace that no test changes."""
    return create_workspace(tmp_path_factory.mktemp("empty") / "workspace", Settings(company="掌柜小店")).root


@pytest.fixture
def workspace(empty: Path, tmp_path: Path) -> Workspace:
    """A new workspace without files: a copy, which is quicker than making one."""
    return open_workspace(Path(shutil.copytree(empty, tmp_path / "workspace")))


@pytest.fixture(scope="session")
def two_shops(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Closed books of two shops, made once for all processes of a run; who writes records brings some of its own."""
    home = keep(tmp_path_factory, "two-shops", lambda place: make_workspace(place, has_second=True).books.close())
    return keep_open(open_workspace(home / "workspace"))


@pytest.fixture(scope="session")
def one_shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Closed books of the first of them alone."""
    home = keep(tmp_path_factory, "one-shop", lambda place: make_workspace(place, has_second=False).books.close())
    return keep_open(open_workspace(home / "workspace"))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """The hand-made world's books with three files and four issues."""
    books = SmallBooks(import_files=FILES, import_row_issues=ISSUES)
    return open_small(tmp_path_factory.mktemp("small"), books)


def keep_open(workspace: Workspace) -> Workspace:
    """The workspace with its books kept open between questions, as a server keeps them."""
    return replace(workspace, readers=BookPool(workspace.root))
