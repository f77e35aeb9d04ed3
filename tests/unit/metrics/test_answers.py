"""Answers over the hand-made world: exact values, currencies apart, rates named, refusals that help."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from tests.unit.metrics.world import World
from zhanggui.metrics.answering import Answer, answer
from zhanggui.metrics.compiling import rows_behind
from zhanggui.metrics.registry import METRICS
from zhanggui.metrics.requests import (
    DimensionNeeded,
    DimensionNotAvailable,
    MetricRequest,
    NothingAsked,
    PeriodReversed,
    UnknownDimension,
    UnknownGrain,
    UnknownMetric,
)

FEBRUARY = {"date_from": date(2026, 2, 1), "date_to": date(2026, 2, 28)}


def ask(world: World, *names: str, **request: Any) -> Answer:
    return answer(MetricRequest(names, **request), world.table, world.run)


def rows(world: World, *names: str, **request: Any) -> list[tuple[Any, ...]]:
    return list(ask(world, *names, **request).rows)


def test_currencies_stand_apart_when_none_is_asked_for(world: World) -> None:
    found = ask(world, "gmv", "orders", "buyers", "net_sales", by=("channel",), grain="month", **FEBRUARY)
    assert [column.name for column in found.columns] == [
        "month",
        "channel",
        "currency",
        "gmv",
        "orders",
        "buyers",
        "net_sales",
    ]
    assert list(found.rows) == [
        ("2026-02", "amazon", "USD", D("30.0000"), 2, 1, D("26.0000")),
        ("2026-02", "douyin", "CNY", D("300.0000"), 1, 1, D("270.0000")),
        ("2026-02", "taobao", "CNY", D("250.0000"), 3, 2, D("200.0000")),
        ("2026-02", "website", "GBP", D("15.0000"), 1, 1, D("5.0000")),
    ]
    assert [note.code for note in found.notes] == ["several_currencies"]


def test_amounts_convert_at_the_rate_of_their_own_day(world: World) -> None:
    """100 + 100 + 300 CNY, 20 USD on the 10th at 6.4 and 10 USD on Saturday the 14th at Friday's 7."""
    found = ask(world, "paid_amount", currency="CNY", **FEBRUARY)
    assert found.rows == ((D("698.0000"),),)
    assert found.columns[0].unit == "CNY"
    used = [note.facts for note in found.notes if note.code == "converted" and note.facts["currency"] == "USD"]
    assert [(fact["rate_from"], fact["rate_to"], fact["lowest"], fact["highest"], fact["source"]) for fact in used] == [
        ("2026-02-10", "2026-02-13", "6.40000000", "7.00000000", "ecb")
    ]


def test_what_has_no_rate_is_named_and_not_dropped_silently(world: World) -> None:
    found = ask(world, "paid_amount", currency="CNY", **FEBRUARY)
    missing = [note.facts for note in found.notes if note.code == "not_converted"]
    assert [(fact["currency"], fact["paid_amount"]) for fact in missing] == [("GBP", D("15.0000"))]


def test_one_currency_needs_no_column(world: World) -> None:
    found = ask(world, "paid_amount", "aov", by=("channel",), where={"channel": ("taobao",)}, grain="month")
    assert [(column.name, column.unit) for column in found.columns] == [
        ("month", None), ("channel", None), ("paid_amount", "CNY"), ("aov", "CNY/order"),
    ]  # fmt: skip
    assert list(found.rows) == [
        ("2026-01", "taobao", D("90.0000"), D("90.000000")),
        ("2026-02", "taobao", D("200.0000"), D("100.000000")),
    ]


def test_shares_add_up_and_the_condition_leaves_the_total(world: World) -> None:
    shares = rows(world, "channel_share", by=("channel",), currency="CNY", **FEBRUARY)
    assert shares == [("amazon", D("0.283668")), ("douyin", D("0.429799")), ("taobao", D("0.286533"))]
    assert rows(
        world, "channel_share", by=("channel",), where={"channel": ("douyin",)}, currency="CNY", **FEBRUARY
    ) == [("douyin", D("0.429799"))]


def test_concentration_is_the_sum_of_squared_shares(world: World) -> None:
    (value,), *_ = rows(world, "channel_hhi", currency="CNY", **FEBRUARY)
    exact = (D(198) ** 2 + D(300) ** 2 + D(200) ** 2) / D(698) ** 2
    assert value == exact.quantize(D("0.000001"))


def test_the_best_skus_share(world: World) -> None:
    assert rows(world, "top10_sku_share", currency="CNY", **FEBRUARY) == [(D("1.000000"),)]


def test_fees_and_margins(world: World) -> None:
    names = ("total_fees", "commissions", "penalties", "net_settlement", "payouts", "take_rate")
    assert rows(world, *names, where={"currency": ("CNY",)}, **FEBRUARY) == [
        (D("9.5000"), D("7.5000"), D("0.0000"), D("180.5000"), D("150.0000"), D("0.019000"))
    ]
    names = ("cost_of_goods", "gross_profit", "gross_margin", "cost_coverage")
    assert rows(world, *names, where={"channel": ("douyin",)}, **FEBRUARY) == [
        (D("36.0000"), D("264.0000"), D("0.880000"), D("1.000000"))
    ]


def test_a_margin_without_costs_is_unknown_and_its_coverage_is_zero(world: World) -> None:
    names = ("gross_profit", "gross_margin", "contribution", "cost_coverage")
    assert rows(world, *names, where={"channel": ("website",)}, **FEBRUARY) == [(None, None, None, D("0.000000"))]


def test_fees_without_a_ledger_are_unknown_and_not_zero(world: World) -> None:
    assert rows(world, "total_fees", "take_rate", where={"channel": ("douyin",)}, **FEBRUARY) == [(None, None)]


def test_stock_is_the_last_of_each_period(world: World) -> None:
    names = ("stock_on_hand", "stock_value", "days_of_cover", "sell_through")
    assert rows(world, *names, grain="month", where={"currency": ("CNY",)}, date_to=date(2026, 2, 28)) == [
        ("2026-01", D("100.0000"), D("1000.0000"), D("1033.333333"), D("0.029126")),
        ("2026-02", D("85.0000"), D("800.0000"), D("297.500000"), D("0.086022")),
    ]


def test_turnover_needs_a_period(world: World) -> None:
    """Mean value 800 over one stated day × 28 days ÷ cost 10 + 44 + 36 = 90."""
    assert rows(world, "turnover_days", where={"currency": ("CNY",)}, **FEBRUARY) == [(D("248.888889"),)]
    found = ask(world, "turnover_days", where={"currency": ("CNY",)})
    assert found.rows == ((None,),) and [note.code for note in found.notes] == ["period_needed"]


def test_traffic_and_advertising_are_counted_once(world: World) -> None:
    names = ("visitors", "conversion_rate", "ad_spend", "roas", "cpc", "ctr")
    assert rows(world, *names, **FEBRUARY) == [
        (400, D("0.062500"), D("20.0000"), D("4.000000"), D("0.400000"), D("0.050000"))
    ]
    assert rows(world, "visitors", by=("listing",)) == [("L1", 250)]
    assert rows(world, "ad_spend", by=("search_term",)) == [("围巾 女", D("20.0000"))]


def test_service_means_are_sums_over_counts(world: World) -> None:
    names = ("review_rating", "first_response_seconds", "reply_rate_24h", "shipping_cost_per_parcel")
    assert rows(world, *names) == [(D("4.500000"), D("45030.000000"), D("0.500000"), D("3.100000"))]


def test_buyers_who_come_back(world: World) -> None:
    found = rows(world, "buyers", "new_buyers", "repeat_buyers", "repeat_rate", **FEBRUARY)
    assert found == [(5, 4, 2, D("0.400000"))]


def test_a_week_is_named_by_iso(world: World) -> None:
    assert rows(world, "orders", grain="week", where={"channel": ("douyin",)}) == [("2026-W07", 1)]


@pytest.mark.parametrize(
    ("names", "request_", "refusal", "fields"),
    [
        (("gvm",), {}, UnknownMetric, {"name": "gvm"}),
        (("gmv",), {"by": ("sku",)}, DimensionNotAvailable, {"metric": "gmv", "dimension": "sku"}),
        (("gmv",), {"by": ("chanel",)}, UnknownDimension, {"name": "chanel"}),
        (("gmv",), {"grain": "hour"}, UnknownGrain, {"grain": "hour"}),
        (("channel_share",), {}, DimensionNeeded, {"dimension": "channel"}),
        (("gmv",), {"date_from": date(2026, 2, 2), "date_to": date(2026, 2, 1)}, PeriodReversed, {}),
        ((), {}, NothingAsked, {}),
    ],
)
def test_refusals_say_what_is_wrong(
    world: World, names: tuple[str, ...], request_: dict[str, Any], refusal: type[Exception], fields: dict[str, Any]
) -> None:
    with pytest.raises(refusal) as refused:
        ask(world, *names, **request_)
    assert fields.items() <= refused.value.fields.items()  # type: ignore[attr-defined]


def test_an_unknown_name_brings_near_ones(world: World) -> None:
    with pytest.raises(UnknownMetric) as refused:
        ask(world, "gvm")
    assert "gmv" in refused.value.fields["near"]  # type: ignore[operator]


def test_a_metric_answers_to_its_titles(world: World) -> None:
    assert rows(world, "客单价（每单）", currency="CNY") == rows(world, "aov", currency="CNY")


def test_every_figure_opens_to_its_rows(world: World) -> None:
    """Net sales of Douyin in February: one order and one refund, each with its file and line."""
    request = MetricRequest((), where={"channel": ("douyin",)}, **FEBRUARY)
    behind = rows_behind("net_sales", request, world.table)
    found = {one.table: world.run(one.rows) for one in behind}
    assert [
        (row["platform_order_id"], row["paid_amount"], row["source_file_id"], row["source_row"])
        for row in found["order_facts"]
    ] == [("D1", D(300), "f1", 1)]
    assert [(row["platform_refund_id"], row["amount"]) for row in found["refund_facts"]] == [("RF1", D(30))]


def test_rows_behind_can_be_had_for_every_metric(world: World) -> None:
    for name, metric in METRICS.items():
        by = (metric.formula.member,) if metric.formula.member in metric.over else ()
        behind = rows_behind(name, MetricRequest((), tuple(filter(None, by))), world.table)
        assert {part for one in behind for part in one.parts} == set(metric.formula.parts) - {"period_days"}
        for one in behind:
            assert {"source_file_id", "source_row"} <= set(one.rows.columns)


def test_there_are_the_metrics_that_sellers_name() -> None:
    assert len(METRICS) >= 44
    for metric in METRICS.values():
        assert metric.definition_zh and metric.definition_en and metric.over and metric.subject
