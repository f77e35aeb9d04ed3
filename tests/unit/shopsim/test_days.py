"""The same seed is the same seller; another habit of ordering leaves what buyers want as it was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.unit.shopsim.small_worlds import live, small_scenario
from zhanggui.shopsim.chronicle import TABLES
from zhanggui.shopsim.days import default_policies, simulate
from zhanggui.shopsim.policies import Policies, StockView
from zhanggui.shopsim.world.whole import World, build_world


@dataclass(frozen=True)
class OrderNothing:
    """Lets stock run out."""

    def order(self, view: StockView) -> np.ndarray:
        """Nothing, ever."""
        return np.zeros_like(view.on_hand)


@dataclass(frozen=True)
class Remember:
    """Keeps the views that it was shown."""

    views: list[StockView]

    def order(self, view: StockView) -> np.ndarray:
        """Nothing, but it looks."""
        self.views.append(view)
        return np.zeros_like(view.on_hand)


def _differing(one: World, other: World) -> set[str]:
    return {name for name in TABLES if not one.chronicle.table(name).equals(other.chronicle.table(name))}


def test_the_same_seed_is_the_same_seller() -> None:
    one, other = live(days=12), live(days=12)
    assert _differing(one, other) == set()
    assert one.money == other.money


def test_another_seed_is_another_seller() -> None:
    assert {"orders", "lines", "demand", "drivers"} <= _differing(live(days=4), live(days=4, seed=2))


def test_another_habit_of_ordering_leaves_the_demand_as_it_was() -> None:
    usual, idle = live(days=60), live(days=60, policies=Policies(ordering=OrderNothing()))
    wanted = [world.chronicle.columns("demand")["wanted_units"] for world in (usual, idle)]
    assert np.array_equal(wanted[0], wanted[1])
    lost = [int(world.chronicle.columns("demand")["lost_units"].sum()) for world in (usual, idle)]
    assert lost[1] > lost[0]
    assert usual.money["final_profit_minor"] != idle.money["final_profit_minor"]


def test_the_world_does_not_depend_on_how_long_it_is_lived() -> None:
    short, long = build_world(small_scenario(), 1, 3), build_world(small_scenario(), 1, 30)
    assert np.array_equal(short.products.popularity, long.products.popularity)
    assert np.array_equal(short.buyers.rate, long.buyers.rate)
    wanted = [simulate(small_scenario(), 1, days).chronicle.columns("demand") for days in (3, 6)]
    first = wanted[1]["day"] < np.datetime64("2025-01-04")
    assert np.array_equal(wanted[0]["wanted_units"], wanted[1]["wanted_units"][first])


def test_a_policy_sees_its_sales_and_not_the_demand_it_lost() -> None:
    seen = Remember([])
    world = simulate(small_scenario(), 1, 6, Policies(ordering=seen))
    orders, lines = world.chronicle.columns("orders"), world.chronicle.columns("lines")
    paid = ~np.isnat(orders["paid_at"])[lines["order_no"]]
    _, _, units = world.explode(lines["sku_no"][paid], lines["quantity"][paid])
    assert [len(view.sold) for view in seen.views] == [1, 2, 3, 4, 5, 6]
    assert seen.views[-1].sold.sum() == units.sum()


def test_stock_at_the_end_of_a_day_is_the_sum_of_its_movements() -> None:
    world = live(days=40)
    stock, moved = world.chronicle.columns("stock"), world.chronicle.columns("movements")
    for day_index in (0, 17, 39):
        until = world.company_day_start(day_index + 1)
        before = moved["occurred_at"] < until
        total = np.zeros((2, world.products.count), dtype=np.int64)
        codes = [each.code for each in world.warehouses]
        at = np.array([codes.index(code) for code in moved["warehouse"][before]])
        np.add.at(total, (at, moved["sku_no"][before]), moved["quantity"][before])
        today = stock["day"] == world.day(day_index)
        told = np.zeros_like(total)
        told[[codes.index(code) for code in stock["warehouse"][today]], stock["sku_no"][today]] = stock["on_hand"][
            today
        ]
        assert np.array_equal(told, total)


def test_the_scenario_s_habits_are_the_default() -> None:
    scenario = small_scenario()
    told = default_policies(scenario)
    assert told.ordering.plan == scenario.policies.ordering  # type: ignore[attr-defined]
    assert simulate(scenario, 1, 5).money == simulate(scenario, 1, 5, told).money


def test_drivers_and_demand_have_a_row_for_every_listing_on_offer() -> None:
    world = live(days=3)
    on_offer = (world.products.launched[world.listings.sku_no] <= 0).sum()
    told = world.chronicle.columns("drivers")
    assert (told["day"] == world.day(0)).sum() == on_offer
    assert np.array_equal(told["listing_no"], world.chronicle.columns("demand")["listing_no"])


def test_money_given_back_stands_in_the_statistics_of_its_day() -> None:
    world = live(days=30)
    traffic, refunds = world.chronicle.columns("traffic"), world.chronicle.columns("refunds")
    done = ~np.isnat(refunds["refunded_at"])
    done[done] = refunds["refunded_at"][done] < world.ended_at
    assert traffic["refunded_minor"].sum() == refunds["amount_minor"][done].sum() > 0
