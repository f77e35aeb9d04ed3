"""What buyers want: the product of its drivers, drawn by inversion, indifferent to what is in stock."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from tests.unit.shopsim.small_worlds import live, small_scenario
from zhanggui.shopsim.days import open_state
from zhanggui.shopsim.market.demand import DRIVERS, DemandModel, normal_quantile, poisson_by_inversion
from zhanggui.shopsim.state import State
from zhanggui.shopsim.world.whole import build_world


def _morning() -> tuple[State, DemandModel]:
    state = open_state(build_world(small_scenario(), 1, 5))
    return state, DemandModel(state.world, state.draws)


def test_inversion_gives_the_least_count_whose_distribution_reaches_the_number() -> None:
    mean = 2.5
    cumulative = np.cumsum([math.exp(-mean) * mean**k / math.factorial(k) for k in range(12)])
    just_below, just_above = cumulative[:10] - 1e-9, cumulative[:10] + 1e-9
    assert poisson_by_inversion(np.full(10, mean), just_below).tolist() == list(range(10))
    assert poisson_by_inversion(np.full(10, mean), just_above).tolist() == list(range(1, 11))


def test_nothing_is_drawn_from_nothing_and_more_from_more() -> None:
    assert poisson_by_inversion(np.zeros(3), np.array([0.0, 0.5, 0.999])).tolist() == [0, 0, 0]
    rising = np.linspace(0.01, 49.9, 400)
    assert (np.diff(poisson_by_inversion(rising, np.full(400, 0.7))) >= 0).all()


def test_the_draws_have_the_mean_of_their_distribution() -> None:
    uniform = (np.arange(20_000) + 0.5) / 20_000
    for mean in (0.1, 3.0, 30.0, 400.0):
        assert abs(poisson_by_inversion(np.full(20_000, mean), uniform).mean() / mean - 1) < 0.01


def test_the_normal_quantile_is_the_table_s() -> None:
    told = normal_quantile(np.array([0.5, 0.975, 0.025, 0.841345]))
    assert np.abs(told - [0.0, 1.959964, -1.959964, 1.0]).max() < 4.5e-4


def test_expected_units_are_the_product_of_the_drivers() -> None:
    told = live(days=5).chronicle.columns("drivers")
    product = np.prod([told[name] for name in DRIVERS], axis=0)
    assert np.array_equal(np.round(product, 6), told["expected_units"])


def test_a_higher_price_never_raises_the_demand_for_itself() -> None:
    state, model = _morning()
    usual = model.want(state)
    state.price_minor = state.price_minor.copy()
    state.price_minor[0] *= 2
    dear = model.want(state)
    elasticity = model.elasticity[0]
    assert dear.units[0] <= usual.units[0]
    assert dear.drivers["price"][0] < 2**-elasticity * 1.3
    assert (dear.units[1:] >= usual.units[1:]).all()


def test_advertising_lifts_half_of_the_most_at_its_half_share() -> None:
    state, model = _morning()
    plan = state.world.scenario.ads
    usual = model.base * state.world.listings.list_price_minor
    state.ad_budget_minor = usual * plan.half_share
    assert np.allclose(model.want(state).drivers["advertising"], 1 + plan.greatest_lift / 2, atol=1e-6)


def test_a_listing_sells_nothing_before_its_launch_and_after_its_end() -> None:
    state, model = _morning()
    model.launched, model.retired = model.launched.copy(), model.retired.copy()
    model.launched[0], model.retired[1] = 3, 0
    assert model.want(state).units[[0, 1]].tolist() == [0, 0]


def test_the_weather_moves_only_what_depends_on_it() -> None:
    scenario = small_scenario()
    hot = tuple(replace(each, weather_sensitivity=0.8 * place) for place, each in enumerate(scenario.categories))
    state = open_state(build_world(replace(scenario, categories=hot), 1, 5))
    model = DemandModel(state.world, state.draws)
    weather = model.want(state).drivers["weather"]
    by_category = [set(weather[model.category == number].tolist()) for number in (0, 1)]
    assert by_category[0] == {1.0}
    assert by_category[1] == {round(math.exp(0.08 * model.anomaly[0]), 6)}
