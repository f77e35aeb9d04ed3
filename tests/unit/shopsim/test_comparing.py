"""Two habits are compared in the same worlds, by the money they leave and Student's interval of the difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from tests.unit.shopsim.small_worlds import small_scenario
from zhanggui.shopsim.comparing import compare_policies, t975, t_interval
from zhanggui.shopsim.policies import Policies, PriceView, ReorderPoint, StockView, whole_packs
from zhanggui.shopsim.scenario import OrderingPlan


@dataclass(frozen=True)
class GiveAway:
    """Everything for a tenth of its price."""

    def price(self, view: PriceView) -> np.ndarray:
        """See Pricing."""
        return view.list_price_minor // 10


def test_the_interval_is_student_s() -> None:
    # Student 1908, the sleep data as differences: mean 1.58, standard error 0.3890, 9 degrees of freedom.
    mean, low, high = t_interval([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4])
    assert (round(mean, 4), round(low, 4), round(high, 4)) == (1.58, 0.7001, 2.4599)


@pytest.mark.parametrize(("freedom", "point"), [(1, 12.7062), (9, 2.2622), (30, 2.0423), (40, 2.0211), (120, 1.9799)])
def test_the_points_of_the_distribution_are_the_table_s(freedom: int, point: float) -> None:
    assert abs(t975(freedom) - point) < 1e-4


def test_a_policy_differs_from_itself_by_nothing() -> None:
    (told,) = compare_policies(small_scenario(), {"usual": Policies(), "same": Policies()}, [1, 2], 4)
    assert (told.mean, told.low, told.high, told.differences) == (0.0, 0.0, 0.0, (0.0, 0.0))
    assert (told.name, told.against, told.currency, told.is_better) == ("same", "usual", "CNY", False)


def test_giving_goods_away_loses_money_on_every_seed() -> None:
    (told,) = compare_policies(
        small_scenario(), {"give away": Policies(pricing=GiveAway()), "list prices": Policies()}, [1, 2, 3], 8
    )
    assert all(difference > 0 for difference in told.differences)
    assert told.low < told.mean < told.high
    assert told.mean == sum(told.differences) / 3


def test_one_policy_or_one_seed_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="two policies and two seeds"):
        compare_policies(small_scenario(), {"usual": Policies()}, [1, 2])
    with pytest.raises(ValueError, match="two policies and two seeds"):
        compare_policies(small_scenario(), {"usual": Policies(), "other": Policies()}, [1])


def _view(sold_a_day: int, on_hand: int, on_order: int = 0, day_index: int = 7) -> StockView:
    def one(value: int) -> np.ndarray:
        return np.array([[value]])

    return StockView(
        day_index, one(on_hand), one(0), one(on_order), np.full((28, 1, 1), sold_a_day), np.zeros((28, 1, 1), dtype=bool),
        np.array([[8.0]]), np.array([500]), np.array([6]), np.array([10]), np.array([0]), np.array([[True]]), 0,
    )  # fmt: skip


def test_the_reorder_point_orders_up_to_its_target_in_whole_packs() -> None:
    policy = ReorderPoint(OrderingPlan(average_days=28, cover_days=14, safety_days=7, review_days=7))
    # Two a day: the point is 2 x (8 + 7) = 30, the target 2 x (8 + 7 + 14) = 58.
    assert policy.order(_view(2, on_hand=31)).tolist() == [[0]]
    assert policy.order(_view(2, on_hand=30)).tolist() == [[30]]
    assert policy.order(_view(2, on_hand=20, on_order=5)).tolist() == [[36]]
    assert policy.order(_view(2, on_hand=0, day_index=8)).tolist() == [[0]]
    assert policy.order(_view(0, on_hand=0)).tolist() == [[0]]


def test_orders_are_raised_to_whole_packs_and_nothing_stays_nothing() -> None:
    assert whole_packs(np.array([[1]]), _view(1, 0)).tolist() == [[6]]
    assert whole_packs(np.array([[13]]), _view(1, 0)).tolist() == [[18]]
    assert whole_packs(np.array([[0]]), _view(1, 0)).tolist() == [[0]]
