"""Parcels cost what the contract says; what the bill says besides is labelled; goods leave once, at the hour told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.unit.shopsim.lived import calm, foreign, small
from zhanggui.shopsim.business.tariffs import load_tariffs
from zhanggui.shopsim.days import simulate
from zhanggui.shopsim.scenario import EventPlan, ScenarioInvalid, load_scenario
from zhanggui.shopsim.world.whole import World

BOTH = pytest.mark.parametrize("lived", [small, foreign])


@pytest.mark.parametrize(
    ("carrier", "zone", "grams", "month", "minor"),
    [
        ("圆通速递", 0, 900, 3, 260), ("圆通速递", 0, 1000, 3, 260), ("圆通速递", 0, 1001, 3, 320), ("圆通速递", 3, 2500, 3, 3500),
        ("顺丰速运", 1, 1400, 3, 1450), ("顺丰速运", 1, 1400, 11, 1480), ("Amazon Logistics", 0, 5000, 11, 0), ("USPS", 2, 901, 3, 840),
    ],
)  # fmt: skip
def test_a_parcel_costs_its_first_weight_and_whole_steps(
    carrier: str, zone: int, grams: int, month: int, minor: int
) -> None:
    tariffs = load_tariffs()
    told = tariffs.prices(tariffs.place(carrier), np.array([zone]), np.array([grams]), month)
    assert told.tolist() == [minor]


def test_zones_follow_the_province() -> None:
    provinces = np.array(["浙江省", "广东省", "四川省", "新疆维吾尔自治区", "CA"], dtype=object)
    assert load_tariffs().zones(provinces).tolist() == [0, 1, 2, 3, 2]


def test_a_carrier_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ScenarioInvalid, match="飞鸽"):
        load_tariffs().place("飞鸽")


@BOTH
def test_every_shipped_order_has_one_parcel_with_its_times(lived: Callable[[], World]) -> None:
    world = lived()
    orders, parcels = world.chronicle.columns("orders"), world.chronicle.columns("parcels")
    shipped = np.flatnonzero(~np.isnat(orders["shipped_at"]))
    assert np.array_equal(orders["order_no"][shipped], np.sort(parcels["order_no"]))
    own = np.searchsorted(orders["order_no"], parcels["order_no"])
    assert np.array_equal(orders["shipped_at"][own], parcels["shipped_at"])
    assert np.array_equal(orders["delivered_at"][own], parcels["delivered_at"], equal_nan=True)
    assert (parcels["shipped_at"] > orders["paid_at"][own]).all()
    assert np.array_equal(np.isnat(parcels["delivered_at"]), parcels["is_lost"])
    assert len(np.unique(parcels["tracking_no"].astype(str))) == len(parcels["tracking_no"])


@BOTH
def test_a_completed_order_was_delivered_before(lived: Callable[[], World]) -> None:
    orders = lived().chronicle.columns("orders")
    done = ~np.isnat(orders["completed_at"])
    assert done.any()
    assert (orders["completed_at"][done] > orders["delivered_at"][done]).all()


def test_without_an_event_the_bill_is_the_contract() -> None:
    parcels = calm().chronicle.columns("parcels")
    assert np.array_equal(parcels["charge_minor"], parcels["billed_minor"])
    assert not parcels["is_duplicate_billed"].any()
    assert (parcels["billed_weight_grams"] >= parcels["weight_grams"]).all()


def test_what_is_billed_too_much_is_the_events_cost_and_named_by_its_parcels() -> None:
    world = small()
    parcels, events = world.chronicle.columns("parcels"), world.chronicle.columns("events")
    place = events["kind"].tolist().index("overcharged_parcel")
    twice = parcels["is_duplicate_billed"]
    over = parcels["billed_minor"] - parcels["charge_minor"] + np.where(twice, parcels["billed_minor"], 0)
    assert twice.any() and (over[~twice] > 0).any()
    assert set(parcels["tracking_no"][over > 0]) == set(events["reference"][place].split())
    assert set(parcels["carrier"][over > 0]) == {"韵达速递"}
    assert over.sum() == events["cost_minor"][place]


def test_only_bills_that_the_seller_gets_can_be_wrong() -> None:
    """An event without a carrier strikes those who bill in the company's currency: the others' bills are in no file."""
    told = load_scenario("cross_border_home")
    everywhere = EventPlan("overcharged_parcel", 0, 20, strength={"share": 0.5, "duplicate_share": 0.2})
    world = simulate(replace(told, scale=0.2, events=(everywhere,)), 1, 15)
    parcels = world.chronicle.columns("parcels")
    over = (parcels["billed_minor"] > parcels["charge_minor"]) | parcels["is_duplicate_billed"]
    assert set(parcels["currency"]) == {"CNY", "USD"}
    assert over.sum() > 5 and set(parcels["currency"][over]) == {"CNY"}


def test_a_delayed_carrier_is_slower_by_the_days_of_its_label() -> None:
    world = small()
    parcels, events = world.chronicle.columns("parcels"), world.chronicle.columns("events")
    place = events["kind"].tolist().index("delayed_carrier")
    day = (parcels["shipped_at"] - np.timedelta64(1, "D") + np.timedelta64(8, "h")).astype("datetime64[D]")
    late = (
        (parcels["carrier"] == events["carrier"][place])
        & (day >= events["from_on"][place])
        & (day < events["to_on"][place])
    )
    days = (parcels["delivered_at"] - parcels["shipped_at"]) / np.timedelta64(1, "D")
    usual = days[(parcels["carrier"] == events["carrier"][place]) & ~late & ~parcels["is_lost"]]
    assert late.sum() > 20
    assert np.nanmedian(days[late]) - np.median(usual) == pytest.approx(6, abs=1)
    assert events["cost_minor"][place] > 0


def test_what_left_is_what_was_shipped_within_the_days() -> None:
    world = calm()
    orders, lines, moved = (world.chronicle.columns(name) for name in ("orders", "lines", "movements"))
    own = np.searchsorted(orders["order_no"], lines["order_no"])
    left = (orders["shipped_at"] < world.company_day_start(world.day_count))[own] & ~orders["is_fake"][own]
    units = world.explode(lines["sku_no"][left], lines["quantity"][left])[2]
    assert -moved["quantity"][moved["kind"] == "shipment"].sum() == units.sum() > 0
