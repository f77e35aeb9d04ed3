"""A cut answer is a part of the whole one: the newest periods, each whole, or the first members."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.metrics.world import World
from zhanggui.metrics import cutting
from zhanggui.metrics.answering import Answer, answer
from zhanggui.metrics.requests import MetricRequest

SALES = ("paid_amount", "orders", "take_rate")
"""Parts of orders by two dates and of the ledger: three aggregations, of which two tell currencies apart."""


def _ask(world: World, request: MetricRequest, most: int | None = None) -> Answer:
    return answer(request, world.table, world.run, most=most)


@pytest.mark.parametrize("most", [2, 3, 5, 8, 20])
@pytest.mark.parametrize("by", [(), ("channel",), ("shop", "currency")])
@pytest.mark.parametrize("grain", ["day", "month"])
def test_with_a_grain_the_newest_periods_are_shown(most: int, by: tuple[str, ...], grain: str) -> None:
    world = World()
    request = MetricRequest(SALES, by, grain)
    whole, cut = _ask(world, request).rows, _ask(world, request, most)
    assert len(cut.rows) <= most and (cut.is_cut or cut.rows == whole)
    periods = sorted({str(row[0]) for row in cut.rows})
    for period in periods[1:]:
        assert [row for row in cut.rows if row[0] == period] == [row for row in whole if row[0] == period]
    if periods:  # the oldest is whole too, or its first members
        oldest = [row for row in cut.rows if row[0] == periods[0]]
        assert oldest == [row for row in whole if row[0] == periods[0]][: len(oldest)]
        assert {str(row[0]) for row in whole if str(row[0]) >= periods[0]} == set(periods)


def test_a_period_of_which_only_a_part_fits_is_left_out() -> None:
    world = World()
    found = _ask(world, MetricRequest(SALES, ("channel",), "day"), 8)
    assert found.is_cut
    assert [row[:3] for row in found.rows] == [
        ("2026-02-10", "amazon", "USD"), ("2026-02-10", "douyin", "CNY"), ("2026-02-10", "taobao", "CNY"), ("2026-02-14", "amazon", "USD"),
    ]  # fmt: skip


@pytest.mark.parametrize("rows_for_each", [1, 2, 16])
@pytest.mark.parametrize("most", [1, 2, 3, 5])
@pytest.mark.parametrize("grain", ["day", "week"])
def test_looking_at_the_newest_days_alone_shows_the_same(
    monkeypatch: pytest.MonkeyPatch, grain: str, most: int, rows_for_each: int
) -> None:
    world = World()
    for by, names in (
        ((), ("paid_amount", "orders")),
        (("channel",), ("units", "product_sales")),
        (("category",), ("units",)),
    ):
        request = MetricRequest(names, by, grain, currency="CNY")
        monkeypatch.setattr(cutting, "ROWS_FOR_EACH", 1000)
        whole = _ask(world, request, most)
        monkeypatch.setattr(cutting, "ROWS_FOR_EACH", rows_for_each)
        part = _ask(world, request, most)
        assert (part.columns, part.rows, part.is_cut) == (whole.columns, whole.rows, whole.is_cut)


@pytest.mark.parametrize("most", [1, 2, 3])
def test_without_a_grain_the_first_members_are_shown(most: int) -> None:
    world = World()
    request = MetricRequest(("paid_amount", "orders"), ("shop",), currency="CNY")
    whole, cut = _ask(world, request), _ask(world, request, most)
    assert (cut.rows, cut.is_cut) == (whole.rows[:most], len(whole.rows) > most)


def test_a_share_is_of_everything_though_only_a_part_is_shown() -> None:
    world = World()
    request = MetricRequest(("channel_share",), ("channel",), currency="CNY")
    assert _ask(world, request, 1).rows == _ask(world, request).rows[:1]


def test_no_aggregation_gives_more_rows_than_are_shown() -> None:
    world, given = World(), []

    def run(expression: Any) -> list[dict[str, Any]]:
        given.append(world.run(expression))
        return given[-1]

    assert answer(MetricRequest(SALES, ("shop",), "day"), world.table, run, most=2).is_cut
    # They come from two tables, so the newest days are not looked at first.
    assert [len(rows) for rows in given] == [3, 2]
