"""The forecast's laws: quantiles in order, longer windows need more, scale and order of articles do not matter, no look ahead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.demand.panels import constant_panel, poisson_panel
from zhanggui.demand.analogues import AnaloguePolicy, estimate_launch
from zhanggui.demand.backtest import accuracy, active_rows, coverage, pinball_ratio, report_backtest, roll
from zhanggui.demand.calibration import pinball
from zhanggui.demand.ceiling import accuracy_ceiling
from zhanggui.demand.classes import CLASSES, classify
from zhanggui.demand.distributions import LEVELS, mix_quantiles, negative_binomial_quantiles
from zhanggui.demand.explaining import explain_forecast
from zhanggui.demand.features import cumulate, feature_names, features
from zhanggui.demand.festivals import nearness
from zhanggui.demand.forecasting import MODEL_SHORT, Fitted, ForecastPolicy, estimate_demand
from zhanggui.demand.learning import LearningPolicy
from zhanggui.demand.overrides import MODEL_OVERRIDE, Override, apply_overrides, measure_overrides, worth_of
from zhanggui.demand.panel import Panel
from zhanggui.demand.totals import add_up

QUICK = ForecastPolicy(learning=LearningPolicy(window_count=6_000, rounds=30))


@cache
def fitted() -> Fitted:
    """Learned once for all laws."""
    return estimate_demand(poisson_panel(), QUICK)


def test_quantiles_are_in_order_and_never_below_nothing() -> None:
    found = fitted().forecast(18)
    assert (np.diff(found.quantiles, axis=1) >= 0).all()
    assert (found.quantiles >= 0).all()
    assert (found.at(0.95) >= found.at(0.5)).all()


def test_constant_rates_are_found() -> None:
    found = fitted().forecast(28)
    true = np.geomspace(0.2, 5.0, 60) * 28
    assert abs(found.mean.sum() / true.sum() - 1) < 0.05
    assert np.median(np.abs(found.mean / true - 1)) < 0.15


def test_a_longer_window_expects_more() -> None:
    means = [fitted().forecast(days).mean.sum() for days in (3, 7, 14, 28, 35, 60, 90)]
    assert means == sorted(means)


def test_windows_may_differ_by_article() -> None:
    lengths = np.where(np.arange(60) % 2, 7, 28)
    both = fitted().forecast(lengths)
    assert np.allclose(both.mean[lengths == 7], fitted().forecast(7).mean[lengths == 7])
    assert np.allclose(both.quantiles[lengths == 28], fitted().forecast(28).quantiles[lengths == 28])


def test_the_same_panel_gives_the_same_forecast() -> None:
    again = estimate_demand(poisson_panel(), QUICK).forecast(18)
    assert (again.quantiles == fitted().forecast(18).quantiles).all()


def test_nothing_after_the_origin_is_looked_at() -> None:
    panel = poisson_panel()
    changed = replace(panel, units=panel.units.copy())
    changed.units[:, 200:] *= 9
    one, other = (estimate_demand(each.until(200), QUICK).forecast(14) for each in (panel, changed))
    assert (one.quantiles == other.quantiles).all()


def test_no_feature_changes_when_the_future_does() -> None:
    panel = poisson_panel()
    changed = replace(panel, units=panel.units.copy(), lines=panel.units.copy())
    changed.units[:, 150:], changed.lines[:, 150:] = 77.0, 77.0  # type: ignore[index]
    row, day, length = np.arange(60), np.full(60, 150), np.full(60, 14)
    sums = cumulate(panel, 35)
    known, other = features(sums, row, day, length), features(cumulate(changed, 35), row, day, length)
    weekday = feature_names(sums).index("window_weight")  # the shop's week is of the whole panel, and cut with it
    kept = [column for column in range(known.shape[1]) if column != weekday]
    assert np.array_equal(known[:, kept], other[:, kept], equal_nan=True)
    assert len(feature_names(sums)) == known.shape[1]


def test_too_little_history_is_smoothed_and_says_so() -> None:
    found = estimate_demand(constant_panel([2.0, 5.0], 60), ForecastPolicy()).forecast(14)
    assert set(found.model) == {MODEL_SHORT}
    assert found.mean.tolist() == pytest.approx([28.0, 70.0])


def test_an_article_without_sales_expects_nothing() -> None:
    found = estimate_demand(constant_panel([0.0, 5.0], 60), ForecastPolicy()).forecast(14)
    assert found.mean[0] == 0
    assert found.at(0.95)[0] == 0


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 200))
def test_any_window_can_be_asked_for(days: int) -> None:
    found = fitted().forecast(days)
    assert np.isfinite(found.quantiles).all()
    assert (found.window_days == days).all()


def test_a_certain_lead_time_is_a_mixture_of_one() -> None:
    mixed = fitted().forecast_mixture(np.array([11]), np.array([1.0]))
    assert np.allclose(mixed.quantiles, fitted().forecast(11).quantiles)


def test_an_uncertain_lead_time_spreads_demand() -> None:
    mixed = fitted().forecast_mixture(np.array([5, 11, 17]), np.full(3, 1 / 3))
    sure = fitted().forecast(11)
    wide = (mixed.at(0.95) - mixed.at(0.05)).sum()
    assert wide > (sure.at(0.95) - sure.at(0.05)).sum()
    assert mixed.mean.sum() == pytest.approx(sure.mean.sum(), rel=0.05)


def test_a_mixture_lies_between_its_cases() -> None:
    cases = np.stack([np.linspace(0, 10, len(LEVELS))[None], np.linspace(5, 30, len(LEVELS))[None]])
    mixed = mix_quantiles(cases, np.array([0.5, 0.5]))
    assert (mixed >= cases.min(axis=0) - 1e-9).all()
    assert (mixed <= cases.max(axis=0) + 1e-9).all()


def test_negative_binomial_quantiles_are_those_of_scipy() -> None:
    from scipy.stats import nbinom

    found = negative_binomial_quantiles(np.array([12.0]), np.array([2.5]), LEVELS)
    assert found[0].tolist() == nbinom.ppf(LEVELS, 12.0 / 1.5, 1 / 2.5).tolist()


def test_pinball_is_that_of_koenker_and_bassett() -> None:
    assert pinball(np.array([[10.0], [10.0]]), np.array([14.0, 6.0]), np.array([0.9])).tolist() == pytest.approx(
        [3.6, 0.4]
    )


def test_classes_are_those_of_syntetos_boylan_and_croston() -> None:
    units = np.zeros((5, 120), dtype=np.float32)
    units[0] = 5  # every day alike
    units[1] = np.tile([1, 1, 1, 20], 30)  # every day, uneven
    units[2, ::3] = 5  # rare, alike
    units[3, ::3] = np.tile([1, 1, 1, 20], 10)  # rare, uneven
    units[4, 90:] = 5  # young
    panel = Panel(pl.DataFrame({"sku_id": list("abcde")}), date(2025, 1, 1), units, np.ones(120, dtype=bool))
    found = classify(cumulate(panel, 7), np.arange(5), np.full(5, 120))
    assert [CLASSES[one] for one in found] == ["smooth", "erratic", "intermittent", "lumpy", "new"]


def test_totals_are_the_sums_of_their_parts() -> None:
    panel = poisson_panel()
    mean = fitted().forecast(28).mean
    shop, *categories = add_up(panel, mean, 28)
    assert shop.bottom_up == pytest.approx(mean.sum())
    assert sum(one.bottom_up for one in categories) == pytest.approx(shop.bottom_up)
    assert sum(one.own for one in categories) == pytest.approx(shop.own)
    assert sum(one.difference for one in categories) == pytest.approx(shop.difference)


def test_a_constant_shop_forecasts_itself() -> None:
    shop, *_ = add_up(constant_panel([2.0, 5.0], 60), np.array([14.0, 35.0]), 7)
    assert (shop.bottom_up, shop.own, shop.difference) == (49.0, 49.0, 0.0)


def test_the_ceiling_of_certain_demand_is_one_and_chance_lowers_it() -> None:
    panel = poisson_panel()
    few, many = accuracy_ceiling(panel, np.arange(10), 28), accuracy_ceiling(panel, np.arange(50, 60), 28)
    assert 0.5 < few < many < 0.97


def test_a_new_article_begins_as_its_like_did() -> None:
    panel = constant_panel([3.0] * 12, 120)
    for row in range(12):
        panel.units[row, : 30 + row] = 0
    launch = estimate_launch(panel, None, None, 14, AnaloguePolicy())
    assert launch is not None
    assert launch.mean == 42.0
    assert launch.quantiles.tolist() == [42.0] * len(LEVELS)


def test_too_few_beginnings_say_nothing() -> None:
    assert estimate_launch(constant_panel([3.0] * 12, 120), None, None, 14, AnaloguePolicy()) is None


def test_a_person_s_figure_counts_and_is_named() -> None:
    before = fitted().forecast(14)
    from_on = fitted().sums.panel.end_on
    said = Override(0, from_on, 14, float(before.mean[0]) * 2, "a school has asked", "ann")
    after = apply_overrides(before, [said], from_on)
    assert after.model[0] == MODEL_OVERRIDE
    assert after.mean[0] == before.mean[0] * 2
    assert np.allclose(after.quantiles[0], before.quantiles[0] * 2)
    assert (after.quantiles[1:] == before.quantiles[1:]).all()


def test_an_override_of_another_window_changes_nothing() -> None:
    before, from_on = fitted().forecast(14), fitted().sums.panel.end_on
    after = apply_overrides(before, [Override(0, from_on, 28, 99.0, "", "ann")], from_on)
    assert (after.mean == before.mean).all()


def test_the_worth_of_judgement_is_the_error_that_it_took_away() -> None:
    kept = pl.DataFrame(
        {
            "person": ["ann", "ann", "bob"],
            "ours": [10.0, 20.0, 5.0],
            "theirs": [14.0, 20.0, 9.0],
            "demand": [15.0, 24.0, 5.0],
        }
    )
    measured = measure_overrides(kept)
    assert measured["person"].to_list() == [None, "ann", "bob"]
    assert measured["count"].to_list() == [3, 2, 1]
    assert measured["better_count"].to_list() == [1, 1, 0]
    assert measured["error_ours"].to_list() == [9.0, 9.0, 0.0]
    assert measured["error_theirs"].to_list() == [9.0, 5.0, 4.0]
    assert measured["value"].to_list() == [0.0, pytest.approx(4 / 9), None]
    assert worth_of(kept) == 0.0


def test_a_forecast_is_explained_in_one_sentence_of_each_language() -> None:
    short = estimate_demand(constant_panel([2.0, 5.0], 60), ForecastPolicy())
    told = explain_forecast(short, short.forecast(18), 0)
    assert told.sentence("en") == (
        "You sold 112 in the last 8 weeks (14.0 a week, steady); over 18 days we expect 36, and 9 times in 10 it is at "
        "most 44; by smoothed weeks only, as there is too little history to learn from."
    )
    assert told.sentence("zh") == (
        "最近 8 周售出 112 件（每周 14.0 件，平稳）；未来 18 天预计售出 36 件，十次中有九次不超过 44 件；"
        "历史太短，仅依据平滑的周销量。"
    )


def test_the_back_test_knows_what_a_perfect_and_a_naive_forecast_are_worth() -> None:
    panel = poisson_panel()
    scored = roll(panel, [184, 212], [7, 28], QUICK)
    month = [one for one in scored if one.window_days == 28]
    perfect = [replace(one, mean=one.demand, naive=one.demand * 0.9) for one in month]
    assert accuracy(perfect).accuracy == 1.0
    assert accuracy(perfect).naive == pytest.approx(0.9)
    assert accuracy([replace(one, mean=one.demand * 1.2) for one in month]).bias_share == pytest.approx(0.2)
    assert pinball_ratio([replace(one, quantiles=one.textbook) for one in month]) == 1.0
    assert coverage([replace(one, quantiles=one.quantiles + 1e9) for one in month]).tolist() == [1.0] * 4


def test_the_report_names_level_ceiling_and_method() -> None:
    report = report_backtest(poisson_panel(), QUICK, windows=(7, 28), origin_count=2)
    assert [(one.level, one.window_days) for one in report.accuracies] == [("sku", 7), ("sku", 28)]
    assert all(one.accuracy <= one.ceiling + 0.05 for one in report.accuracies)
    assert sum(report.models.values()) == 60


def test_an_article_is_active_that_sold_lately_and_is_not_just_born() -> None:
    panel = constant_panel([1.0, 1.0, 1.0], 120)
    panel.units[1, 20:] = 0
    panel.units[2, :100] = 0
    assert active_rows(panel).tolist() == [0]


def test_spring_festival_comes_by_the_moon_and_rises_before_it() -> None:
    near = nearness("chinese", date(2026, 1, 20), 40)
    assert near[0, (date(2026, 2, 17) - date(2026, 1, 20)).days] == 1.0
    assert near[0, (date(2026, 2, 23) - date(2026, 1, 20)).days] == 1.0
    assert near[0, (date(2026, 2, 24) - date(2026, 1, 20)).days] == 0.0
    rising = near[0, 8:28]
    assert (np.diff(rising) > 0).all()


def test_western_days_fall_where_they_fall() -> None:
    near = nearness("western", date(2025, 11, 1), 60)
    codes = near[:, (date(2025, 11, 28) - date(2025, 11, 1)).days]
    assert codes[-1] == 1.0
    assert near[0, (date(2025, 12, 25) - date(2025, 11, 1)).days] == 1.0
