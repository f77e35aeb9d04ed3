"""Books are made ready before somebody asks: once for each close, and whatever is wrong with them is told to who asks."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from zhanggui.app import warming
from zhanggui.app.asking import answer_question
from zhanggui.app.closing import close_books
from zhanggui.app.reading import BookPool
from zhanggui.app.warming import Warming
from zhanggui.app.workspace import Workspace, open_workspace
from zhanggui.kernel.clock import monotonic_seconds
from zhanggui.warehouse import Warehouse


@pytest.fixture
def own(two_shops: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of the two shops, of which a pool lends the books."""
    root = Path(shutil.copytree(two_shops.root, tmp_path / "workspace"))
    pool = BookPool(root)
    yield replace(open_workspace(root), readers=pool)
    pool.close()


def warming_of(workspace: Workspace) -> Warming:
    assert isinstance(workspace.readers, BookPool)
    return Warming(lambda: workspace, workspace.readers)


def count_calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The generations that were warmed up."""
    heard: list[int] = []
    doing = warming.warm_up

    def counted(workspace: Workspace, generation: int) -> None:
        heard.append(generation)
        doing(workspace, generation)

    monkeypatch.setattr(warming, "warm_up", counted)
    return heard


def test_what_was_warmed_up_is_open_when_somebody_asks(own: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    warming_of(own).look()

    def refuse(*_: object, **__: object) -> Warehouse:
        raise AssertionError("the books are opened again")

    monkeypatch.setattr(Warehouse, "open", refuse)
    assert answer_question(own, "key_figures", {}).rows


def test_each_close_is_warmed_up_once(own: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    heard, one = count_calls(monkeypatch), warming_of(own)
    one.look()
    one.look()
    close_books(open_workspace(own.root), date(2026, 8, 2))
    one.look()
    closes = [found.generation for found in one.pool.generations() if found.kind == "close"]
    assert heard == closes[-2:]


def test_before_the_first_close_there_is_nothing_to_do(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = count_calls(monkeypatch)
    pool = BookPool(workspace.root)
    Warming(lambda: workspace, pool).look()
    pool.close()
    assert heard == []


@pytest.mark.parametrize("problem", [RuntimeError("what nobody foresaw"), MemoryError()])
def test_what_is_wrong_is_no_business_of_the_thread(
    own: Workspace, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def fail(*_: object) -> None:
        raise problem

    monkeypatch.setattr(warming, "warm_up", fail)
    one = warming_of(own)
    one.look()
    assert one.warmed == one.pool.closed()


def test_the_thread_begins_at_once_and_stops_when_asked(own: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    heard, one = count_calls(monkeypatch), warming_of(own)
    one.start()
    began = monotonic_seconds()
    while not heard and monotonic_seconds() - began < 20:
        time.sleep(0.02)
    one.stop()
    assert len(heard) == 1
