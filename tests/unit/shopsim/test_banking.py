"""Every account's balance follows from the one before it; every payment has its reason in another table."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.unit.shopsim.lived import calm, foreign, morning, small
from zhanggui.shopsim.business import banking
from zhanggui.shopsim.business.memory import Dues
from zhanggui.shopsim.world.whole import World

BOTH = pytest.mark.parametrize("lived", [small, foreign])
KINDS = {"payout", "supplier", "carrier", "ads", "wages", "rent", "tax", "loan", "fx", "other"}


@BOTH
def test_each_balance_is_the_one_before_and_the_movement(lived: Callable[[], World]) -> None:
    bank = lived().chronicle.columns("bank")
    for account in set(bank["account"]):
        own = bank["account"] == account
        assert np.array_equal(np.cumsum(bank["amount_minor"][own]), bank["balance_minor"][own])
        assert len(set(bank["currency"][own])) == 1
        assert (np.diff(bank["booked_on"][own]) >= np.timedelta64(0, "D")).all()
    assert set(bank["kind"]) <= KINDS
    assert (bank["amount_minor"] != 0).all()


def test_the_first_entry_is_the_opening_cash_of_the_scenario() -> None:
    bank = calm().chronicle.columns("bank")
    assert bank["amount_minor"][0] == round(calm().scenario.company.opening_cash * 100)
    assert bank["account"][0] == "bank/" + calm().scenario.company.bank


@BOTH
def test_suppliers_are_paid_what_their_orders_say(lived: Callable[[], World]) -> None:
    world = lived()
    bank, purchases = world.chronicle.columns("bank"), world.chronicle.columns("purchases")
    paid = {int(n): -int(minor) for n, minor in zip(bank["po_no"], bank["amount_minor"], strict=True) if n >= 0}
    assert {n: int(purchases["paid_minor"][n]) for n in paid} == paid
    early = purchases["paid_at"] < world.company_day_start(world.day_count - 2)
    assert set(np.flatnonzero(early).tolist()) <= set(paid)
    assert not np.count_nonzero(bank["kind"][bank["po_no"] >= 0] != "supplier")


def test_carriers_are_paid_the_bills_of_the_month_before() -> None:
    world = small()
    bank, parcels = world.chronicle.columns("bank"), world.chronicle.columns("parcels")
    local = (parcels["shipped_at"] + np.timedelta64(8, "h")).astype("datetime64[M]")
    january = local == np.datetime64(world.first_day, "M")
    billed = parcels["billed_minor"] * np.where(parcels["is_duplicate_billed"], 2, 1)
    assert -bank["amount_minor"][bank["kind"] == "carrier"].sum() == billed[january].sum() > 0


@BOTH
def test_advertising_is_paid_to_the_cent_by_bank_or_ledger(lived: Callable[[], World]) -> None:
    world = lived()
    ads, bank, ledger = (world.chronicle.columns(name) for name in ("ads", "bank", "ledger"))
    for shop in world.shops:
        weeks = world.day_count // 7 * 7
        own = (ads["shop"] == shop.code) & (ads["day"] < world.day(weeks))
        by_bank = -bank["amount_minor"][
            np.array([text.startswith(shop.code + " ") for text in bank["reference"]]) & (bank["kind"] == "ads")
        ]
        is_ad = (ledger["component"] == "topup") | (ledger["component"] == "ad_spend")
        by_ledger = -ledger["amount_minor"][(ledger["shop"] == shop.code) & is_ad]
        assert by_bank.sum() + by_ledger.sum() == ads["spend_minor"][own].sum()


def test_a_conversion_is_the_central_banks_rate_less_the_spread() -> None:
    world = foreign()
    bank = world.chronicle.columns("bank")
    rows = np.flatnonzero(bank["kind"] == "fx")
    assert len(rows) and len(rows) % 2 == 0
    for sold, bought in zip(rows[::2], rows[1::2], strict=True):
        day = int((bank["booked_on"][sold] - world.first_day).astype(int))
        worth = int(world.rates.to_base(-bank["amount_minor"][[sold]], str(bank["currency"][sold]), day)[0])
        assert bank["amount_minor"][bought] == worth - worth * 4000 // 1_000_000
        assert bank["currency"][bought] == world.currency != bank["currency"][sold]


def test_foreign_money_is_converted_every_monday() -> None:
    bank = foreign().chronicle.columns("bank")
    days = bank["booked_on"][bank["kind"] == "fx"]
    assert {day.weekday() for day in days.astype(object)} == {0}
    assert len(set(days.tolist())) >= 4


def test_brushers_get_their_fee_and_their_money_back() -> None:
    world = small()
    bank, orders = world.chronicle.columns("bank"), world.chronicle.columns("orders")
    given = -bank["amount_minor"][bank["counterparty"] == "个人"].sum()
    bought = orders["paid_minor"][orders["is_fake"] & ~np.isnat(orders["paid_at"])].sum()
    fee = 800  # where the event does not say
    [event] = world.events.of("fake_orders")
    days = event.to_index - event.from_index + 1
    assert given == bought + fee * days * int(event.number("orders_day", 20))


def test_nobody_pays_back_more_than_is_owed() -> None:
    state = morning()
    banking.borrow(state, 50000)
    banking.borrow(state, -80000)
    assert state.loan_minor == 0
    assert state.cash_minor[state.own["main_account"]] == round(state.world.scenario.company.opening_cash * 100)


def test_receipts_are_booked_before_payments() -> None:
    state = morning()
    account = state.own["main_account"]
    for minor in (-300, 200, -100):
        state.agenda.put("bank", 0, Dues(account, "CNY", minor, "other", "x"))
    banking.post(state)
    banking.finish(state)
    assert state.chronicle.columns("bank")["amount_minor"][1:].tolist() == [200, -300, -100]
