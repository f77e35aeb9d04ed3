"""Reading ahead changes nothing but the time."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from zhanggui.intake.ahead import read_ahead


def test_items_come_in_order() -> None:
    assert list(read_ahead(iter(range(100)))) == list(range(100))


def test_an_error_comes_where_it_happened() -> None:
    def failing() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("third")

    taken = []
    with pytest.raises(ValueError, match="third"):
        for item in read_ahead(failing()):
            taken.append(item)
    assert taken == [1, 2]


def test_a_reader_that_stops_early_leaves_no_thread() -> None:
    reader = read_ahead(iter(range(1000)))
    assert next(reader) == 0
    reader.close()  # type: ignore[attr-defined]
    assert [one.name for one in threading.enumerate() if one.name == "read-ahead"] == []
