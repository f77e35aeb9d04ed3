"""Books kept open: one engine for a generation, however many ask; old ones are let go when nobody holds them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from zhanggui.app import reading
from zhanggui.app.reading import BookPool
from zhanggui.app.workspace import Workspace
from zhanggui.warehouse import GenerationUnknown, Warehouse


@pytest.fixture
def pool(two_shops: Workspace) -> Iterator[BookPool]:
    opened = BookPool(two_shops.root)
    yield opened
    opened.close()


@pytest.fixture
def openings(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """The generations for which books were opened anew."""
    heard: list[int | None] = []
    opening = Warehouse.open

    def counted(*places: object, **named: object) -> Warehouse:
        heard.append(named.get("generation"))  # type: ignore[arg-type]
        return opening(*places, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Warehouse, "open", counted)
    return heard


def rows_of(pool: BookPool, generation: int | None) -> int:
    with pool.lend(generation) as books:
        return int(books.fetch(books.table("orders").aggregate(n=books.table("orders").count()))["n"][0].as_py())


def test_many_who_ask_share_one_opening(pool: BookPool, openings: list[int | None]) -> None:
    newest = pool.newest()
    openings.clear()
    with ThreadPoolExecutor(6) as crew:
        assert list(crew.map(lambda _: rows_of(pool, None), range(12))) == [10] * 12
    assert rows_of(pool, newest) == 10
    assert openings.count(newest) == 1  # looking which one is the newest is another matter


def test_each_generation_says_what_it_said(pool: BookPool) -> None:
    with pool.lend() as books:
        numbers = [one.generation for one in books.generations()]
    assert [rows_of(pool, number) for number in numbers] == [5, 10, 10]


def test_the_oldest_goes_when_nobody_holds_it(pool: BookPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "OPEN_GENERATIONS", 1)
    newest = pool.newest()
    with pool.lend(newest) as held:
        rows_of(pool, newest - 1)
        assert newest in pool._shelves
        assert held.generation() == newest
    rows_of(pool, newest - 1)
    assert list(pool._shelves) == [newest - 1]
    pool.close()
    assert list(pool._shelves) == []


def test_a_generation_that_never_was_is_refused(pool: BookPool) -> None:
    with pytest.raises(GenerationUnknown), pool.lend(999):
        raise AssertionError("nothing was published under this number")
    assert 999 not in pool._shelves
