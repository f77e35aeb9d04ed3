"""Stock is the sum of its movements, never below zero; what is ordered arrives late, short or twice invoiced, as labelled."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.unit.shopsim.lived import calm, foreign, morning, small
from zhanggui.canon.vocabularies import VOCABULARIES
from zhanggui.shopsim.business import supply
from zhanggui.shopsim.business.memory import running
from zhanggui.shopsim.business.purchasing import buy
from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.world.whole import World


def at_the_end(world: World, quantity: np.ndarray, warehouse: np.ndarray, sku_no: np.ndarray) -> np.ndarray:
    """[warehouse, sku] sums."""
    codes = {each.code: each.warehouse_no for each in world.warehouses}
    told = np.zeros((len(codes), world.products.count), dtype=np.int64)
    np.add.at(told, (np.array([codes[code] for code in warehouse], dtype=np.int64), sku_no), quantity)
    return told


@pytest.mark.parametrize("lived", [small, foreign])
def test_stock_is_the_sum_of_its_movements_and_never_below_zero(lived: Callable[[], World]) -> None:
    world = lived()
    moved, stock = world.chronicle.columns("movements"), world.chronicle.columns("stock")
    last = stock["day"] == world.day(world.day_count - 1)
    held = at_the_end(world, stock["on_hand"][last], stock["warehouse"][last], stock["sku_no"][last])
    assert np.array_equal(held, at_the_end(world, moved["quantity"], moved["warehouse"], moved["sku_no"]))
    assert (stock["on_hand"] >= 0).all() and (stock["incoming"] >= 0).all()
    assert set(moved["kind"]) <= VOCABULARIES["movement_kind"].codes


def test_receipts_are_what_the_purchases_say_was_received() -> None:
    world = calm()
    moved, lines = world.chronicle.columns("movements"), world.chronicle.columns("purchase_lines")
    purchases = world.chronicle.columns("purchases")
    arrived = purchases["received_at"] < world.company_day_start(world.day_count)
    received = lines["quantity_received"][arrived[lines["po_no"]]].sum()
    assert received == moved["quantity"][moved["kind"] == "receipt"].sum() > 0
    assert (lines["quantity_received"] <= lines["quantity"]).all()
    assert (purchases["shipped_at"] <= purchases["received_at"]).all()
    assert (purchases["created_at"] < purchases["paid_at"]).all()


@pytest.mark.parametrize("lived", [small, foreign])
def test_a_purchase_is_its_lines_and_freight(lived: Callable[[], World]) -> None:
    chronicle = lived().chronicle
    purchases, lines = chronicle.columns("purchases"), chronicle.columns("purchase_lines")
    assert np.array_equal(lines["amount_minor"], lines["unit_price_minor"] * lines["quantity"])
    assert np.array_equal(np.bincount(lines["po_no"], lines["amount_minor"]).astype(np.int64), purchases["goods_minor"])
    assert np.array_equal(purchases["goods_minor"] + purchases["shipping_minor"], purchases["paid_minor"])


def test_the_order_invoiced_twice_is_paid_twice_and_delivered_once() -> None:
    world = small()
    purchases, events = world.chronicle.columns("purchases"), world.chronicle.columns("events")
    twice = np.flatnonzero(purchases["is_duplicate_invoice"])
    place = events["kind"].tolist().index("duplicate_invoice")
    assert purchases["platform_order_id"][twice].tolist() == [events["reference"][place]]
    assert purchases["paid_minor"][twice].tolist() == [events["cost_minor"][place]]
    assert purchases["paid_minor"][twice - 1].tolist() == purchases["paid_minor"][twice].tolist()
    assert np.isnat(purchases["received_at"][twice]).all()
    made_on = (purchases["created_at"][twice] + np.timedelta64(8, "h")).astype("datetime64[D]")
    assert made_on.tolist() == [events["from_on"][place].item()] == [events["to_on"][place].item()]
    bank = world.chronicle.columns("bank")
    assert -bank["amount_minor"][bank["po_no"] == twice[0]] == purchases["paid_minor"][twice]


def test_nothing_leaves_a_supplier_over_the_spring_festival() -> None:
    state = morning()
    state.day_index = 20  # 21 January 2025; the festival is on the 29th
    number = buy(state, 0, 0, np.array([0]), np.array([10]))
    sent = state.chronicle.columns("purchases")["shipped_at"][number].astype("datetime64[D]")
    assert not np.datetime64("2025-01-25") <= sent <= np.datetime64("2025-02-05")


def test_the_cost_of_stock_is_the_moving_average_of_landed_costs() -> None:
    state = morning()
    sku = int(np.flatnonzero((state.on_hand[0] > 0) & ~state.world.products.is_bundle)[0])
    there, cost = int(state.on_hand[0, sku]), int(state.unit_cost_minor[0, sku])
    buy(state, 0, 0, np.array([sku]), np.array([500]))
    (receipt,) = state.agenda.rest("receipt")
    for day in range(60):
        state.day_index = day
        for due in state.agenda.take("receipt", day):
            supply._take_in(state, running(state), due)
    came, landed = int(receipt.received[0]), int(receipt.landed_minor[0])
    total = there + came
    assert state.unit_cost_minor[0, sku] == (there * cost + came * landed + total // 2) // total
    assert state.on_hand[0, sku] == total and state.on_order[0, sku] == 0


def test_goods_past_their_shelf_life_are_written_off_first_in_first_out() -> None:
    state = morning()
    memory = running(state)
    sku = int(np.flatnonzero(~state.world.products.is_bundle)[0])
    state.world.products.shelf_life_days[:] = 0
    state.world.products.shelf_life_days[sku] = 3
    state.on_hand[0, sku] = 10
    memory.received[0, 0, sku], memory.left[1, 0, sku] = 14, 4
    for day in (1, 2, 3):
        state.day_index = day
        supply._write_off_spoilt(state, memory)
    moved = state.chronicle.columns("movements")
    spoilt = moved["kind"] == "write_off"
    assert state.on_hand[0, sku] == 0
    assert moved["quantity"][spoilt].tolist() == [-10]
    assert state.own["waste_minor"] == 10 * int(state.unit_cost_minor[0, sku])


def test_what_is_promised_to_buyers_is_neither_counted_away_nor_sent_elsewhere() -> None:
    state = morning()
    state.reserved[:] = state.on_hand
    state.day_index = 31
    supply.receive(state)
    assert np.array_equal(state.on_hand, state.reserved)


def test_a_transfer_leaves_one_warehouse_and_reaches_the_other() -> None:
    world = foreign()
    moved = world.chronicle.columns("movements")
    out, came = (moved["quantity"][moved["kind"] == kind].sum() for kind in ("transfer_out", "transfer_in"))
    state = morning()
    units = np.where(state.world.products.is_bundle, 0, 5)
    assert -out >= came >= 0
    before = state.on_hand.sum()
    supply.send(state, 0, 0, units)
    assert before - state.on_hand.sum() == state.on_order.sum() > 0
    state.day_index = 1
    supply.receive(state)
    assert state.on_hand.sum() == before and state.on_order.sum() == 0


def test_a_defective_batch_has_its_own_code_while_the_event_lasts() -> None:
    world = small()
    events, lines, orders = (world.chronicle.columns(name) for name in ("events", "lines", "orders"))
    place = events["kind"].tolist().index("defective_batch")
    code, sku = events["reference"][place], events["sku_no"][place]
    sick = lines["batch"] == code
    assert set(lines["sku_no"][sick]) == {sku} and sku != NONE
    day = (
        orders["created_at"][np.searchsorted(orders["order_no"], lines["order_no"][sick])] + np.timedelta64(8, "h")
    ).astype("datetime64[D]")
    assert events["from_on"][place] <= day.min() and day.max() <= events["to_on"][place]
