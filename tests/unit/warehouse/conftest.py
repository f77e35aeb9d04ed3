"""Books to start from: new ones, copied, and a plain file of the engine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from zhanggui.warehouse import Storage, Warehouse


@pytest.fixture(scope="session")
def empty_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with new books, to be copied: making seventy tables takes a second."""
    workspace = tmp_path_factory.mktemp("empty")
    Warehouse.create(workspace).close()
    return workspace


@pytest.fixture
def workspace(tmp_path: Path, empty_books: Path) -> Path:
    shutil.copytree(empty_books, tmp_path / "books")
    return tmp_path / "books"


@pytest.fixture
def books(workspace: Path) -> Iterator[Warehouse]:
    with Warehouse.open(workspace) as warehouse:
        yield warehouse


@pytest.fixture
def single_file_books(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse.create(tmp_path / "single", Storage.DUCKDB) as warehouse:
        yield warehouse
