"""The parts of a line's profit add up, and every sum of them is the sum of the table it comes from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.shopsim.lived import calm, foreign, small
from zhanggui.shopsim.business.profit import PARTS, shared_out
from zhanggui.shopsim.world.whole import World

BOTH = pytest.mark.parametrize("lived", [small, foreign])


@BOTH
def test_profit_is_the_sum_of_its_parts(lived: Callable[[], World]) -> None:
    profit = lived().chronicle.columns("profit")
    assert np.array_equal(np.sum([profit[name] for name in PARTS], axis=0), profit["profit_minor"])
    for name in ("refund_minor", "cost_of_goods_minor", "advertising_minor", "parcel_minor", "packaging_minor"):
        assert (profit[name] <= 0).all()
    for name in ("revenue_minor", "shipping_income_minor", "restocked_minor"):
        assert (profit[name] >= 0).all()


@BOTH
def test_every_paid_line_has_its_profit_once(lived: Callable[[], World]) -> None:
    chronicle = lived().chronicle
    profit, lines, orders = (chronicle.columns(name) for name in ("profit", "lines", "orders"))
    paid = ~np.isnat(orders["paid_at"])[np.searchsorted(orders["order_no"], lines["order_no"])]
    assert np.array_equal(profit["order_no"], lines["order_no"][paid])
    assert np.array_equal(profit["line_no"], lines["line_no"][paid])


def test_goods_cost_what_their_movements_say() -> None:
    world = calm()
    profit, moved = world.chronicle.columns("profit"), world.chronicle.columns("movements")
    value = -moved["quantity"] * moved["unit_cost_minor"]
    assert -profit["cost_of_goods_minor"].sum() == value[moved["kind"] == "shipment"].sum()
    assert profit["restocked_minor"].sum() == -value[moved["kind"] == "return"].sum()


def test_parcels_cost_what_the_carriers_bill() -> None:
    world = small()
    profit, parcels = world.chronicle.columns("profit"), world.chronicle.columns("parcels")
    billed = parcels["billed_minor"] * np.where(parcels["is_duplicate_billed"], 2, 1)
    assert -profit["parcel_minor"].sum() == billed.sum()
    assert -profit["packaging_minor"].sum() == 90 * len(billed)


def test_refunds_cost_what_the_claims_say() -> None:
    profit, refunds = small().chronicle.columns("profit"), small().chronicle.columns("refunds")
    paid = ~np.isnat(refunds["refunded_at"])
    assert -profit["refund_minor"].sum() == (refunds["amount_minor"] + refunds["platform_part_minor"])[paid].sum()


def test_a_shops_advertising_of_a_day_is_on_its_lines_of_that_day() -> None:
    chronicle = calm().chronicle
    profit, ads, orders = (chronicle.columns(name) for name in ("profit", "ads", "orders"))
    own = np.searchsorted(orders["order_no"], profit["order_no"])
    day = (orders["created_at"] + np.timedelta64(8, "h")).astype("datetime64[D]")[own]
    for shop in {str(code) for code in ads["shop"]}:
        for when in np.unique(day)[10:14]:
            spent = ads["spend_minor"][(ads["shop"] == shop) & (ads["day"] == when)].sum()
            rows = (orders["shop"][own] == shop) & (day == when)
            assert -profit["advertising_minor"][rows].sum() == spent


@BOTH
def test_the_companys_currency_is_the_days_rate_and_equal_at_home(lived: Callable[[], World]) -> None:
    world = lived()
    profit, orders = world.chronicle.columns("profit"), world.chronicle.columns("orders")
    home = profit["currency"] == world.currency
    assert np.array_equal(profit["profit_minor"][home], profit["profit_base_minor"][home])
    for row in np.flatnonzero(~home)[:20]:
        order = np.searchsorted(orders["order_no"], profit["order_no"][row])
        starts = [world.company_day_start(day) for day in range(world.day_count + 1)]
        day = int(np.searchsorted(starts, orders["created_at"][order], side="right")) - 1
        told = world.rates.to_base(profit["profit_minor"][[row]], str(profit["currency"][row]), max(day, 0))[0]
        assert abs(int(told) - int(profit["profit_base_minor"][row])) <= 1


def test_brushed_orders_earn_nothing_and_cost_their_fees() -> None:
    profit, orders = small().chronicle.columns("profit"), small().chronicle.columns("orders")
    fake = orders["is_fake"][np.searchsorted(orders["order_no"], profit["order_no"])]
    assert fake.any() and (profit["profit_minor"][fake] < 0).all()
    assert (profit["cost_of_goods_minor"][fake] == 0).all()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 10**6)), min_size=1, max_size=40), st.lists(st.integers(0, 10**7), min_size=4, max_size=4))  # fmt: skip
def test_what_is_shared_out_adds_up_to_the_whole(rows: list[tuple[int, int]], totals: list[int]) -> None:
    group, weight = (np.array(part) for part in zip(*rows, strict=True))
    shares = shared_out(np.array(totals), group, weight)
    for number in set(group.tolist()):
        assert shares[group == number].sum() == totals[number]
    assert (shares >= 0).all()
