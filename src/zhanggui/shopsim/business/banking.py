"""The seller's bank accounts: what comes in and goes out each day, in the order of booking, with the balance after it.

Every account holds one currency. Platforms pay shops of another currency into an account of theirs, from which most is
converted into the company's once a week at the European Central Bank's rate less the bank's spread.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhanggui.kernel.money import minor_unit_places
from zhanggui.shopsim.business.memory import Dues, Running, running
from zhanggui.shopsim.business.settlement import bank_account_of, main_account
from zhanggui.shopsim.business.tariffs import load_tariffs
from zhanggui.shopsim.state import State

PPM = 1_000_000


@dataclass(frozen=True)
class BankPolicy:
    """When the company pays what, and what converting costs."""

    wages_on: int = 10
    rent_on: int = 5
    tax_on: int = 15
    carriers_on: int = 8
    interest_on: int = 21
    convert_on: int = 0
    """The weekday, Monday is 0."""
    spread_ppm: int = 4_000
    """What the bank keeps of a conversion."""
    kept_share: float = 0.1
    """Left in a foreign account, for advertising and carriers there."""


HABITS = BankPolicy()


def open(state: State) -> None:
    """Opening cash; `state.own["main_account"]` is the company's account."""
    company = state.world.scenario.company
    state.own["main_account"] = main_account(state)
    _book(state, running(state), Dues(
        main_account(state), company.currency, _minor(state, company.opening_cash), "other", "opening", company.name
    ))  # fmt: skip


def post(state: State) -> None:
    """Book what is due today: receipts first, then payments."""
    memory = running(state)
    due: list[Dues] = state.agenda.take("bank", state.day_index)
    due += _monthly(state) + _brushers(state, memory)
    for each in sorted(due, key=lambda one: one.amount_minor < 0):
        _book(state, memory, each)
    if state.day.astype(object).weekday() == HABITS.convert_on:
        _convert(state, memory)


def finish(state: State) -> None:
    """Write `bank`."""
    rows = running(state).bank
    columns = (
        "entry_no account booked_on amount_minor currency kind reference counterparty balance_minor payout_no po_no"
    ).split()
    if rows:
        state.chronicle.add(
            "bank", {name: list(values) for name, values in zip(columns, zip(*rows, strict=True), strict=True)}
        )


def _book(state: State, memory: Running, due: Dues) -> None:
    if due.amount_minor:
        state.cash_minor[due.account] += due.amount_minor
        memory.bank.append((
            len(memory.bank), due.account, state.day, due.amount_minor, due.currency, due.kind, due.reference,
            due.counterparty, state.cash_minor[due.account], due.payout_no, due.po_no,
        ))  # fmt: skip


def _minor(state: State, amount: float) -> int:
    return round(amount * float(10 ** minor_unit_places(state.world.currency)))


def _day_of_month(state: State) -> int:
    return int(str(state.day)[-2:])


def _monthly(state: State) -> list[Dues]:
    """Wages, rent, tax on the month before, interest, and the carriers' bills of the month before."""
    company, today, account = state.world.scenario.company, _day_of_month(state), main_account(state)
    month = str(state.day)[:7]

    def pay(minor: int, kind: str, whom: str) -> Dues:
        return Dues(account, company.currency, -minor, kind, f"{kind} {month}", whom)

    due = []
    if today == HABITS.wages_on:
        due.append(pay(_minor(state, company.wages_month), "wages", "员工工资"))
    if today == HABITS.rent_on:
        due.append(pay(_minor(state, company.rent_month), "rent", "房租"))
    if today == HABITS.tax_on:
        received = _received_last_month(state)
        due.append(pay(round(received * company.tax_share), "tax", "税务局"))
    if today == HABITS.interest_on and state.loan_minor:
        interest = round(state.loan_minor * state.world.scenario.policies.borrowing.rate_year * 30 / 360)
        state.own["interest_minor"] = state.own.get("interest_minor", 0) + interest
        due.append(pay(interest, "loan", company.bank))
    if today == HABITS.carriers_on:
        due += _carrier_bills(state)
    return due


def _brushers(state: State, memory: Running) -> list[Dues]:
    """What those are paid who buy the shop's own goods to raise its sales: their fee, and what the goods cost them."""
    account, currency = main_account(state), state.world.currency
    told = [
        Dues(account, currency, -minor, "other", f"{state.world.shops[shop_no].code} {state.day}", "个人")
        for shop_no, minor in state.agenda.take("brushing", state.day_index)
    ]
    orders = memory.today.get("orders", {})
    if not len(orders.get("is_fake", ())) or not orders["is_fake"].any():
        return told
    for shop in state.world.shops:
        rows = orders["is_fake"] & (orders["shop_no"] == shop.shop_no) & ~np.isnat(orders["paid_at"])
        minor = int(orders["paid_minor"][rows].sum())
        if minor:
            told.append(
                Dues(bank_account_of(state, shop), shop.currency, -minor, "other", f"{shop.code} {state.day}", "个人")
            )
    return told


def _received_last_month(state: State) -> int:
    """Platforms' payouts booked in the month before, in the company's currency at today's rates."""
    month = state.day.astype("datetime64[M]") - 1
    total = 0
    for row in running(state).bank:
        if row[5] == "payout" and row[2].astype("datetime64[M]") == month:
            total += int(_to_base(state, row[3], row[4]))
    return total


def _to_base(state: State, minor: int, currency: str) -> int:
    if currency == state.world.currency:
        return minor
    return int(state.world.rates.to_base(np.array([minor]), currency, state.day_index)[0])


def _carrier_bills(state: State) -> list[Dues]:
    """One payment to each carrier for the parcels of the month before, from an account in its currency."""
    month = int(state.day.astype("datetime64[M]").astype(np.int64)) - 1
    owed: dict[int, int] = {}
    for place, minor in state.agenda.take("carrier bills", month):
        owed[place] = owed.get(place, 0) + minor
    told = []
    for place, minor in sorted(owed.items()):
        carrier = load_tariffs().carriers[place]
        account = _account_in(state, carrier.currency)
        currency = carrier.currency if account != main_account(state) else state.world.currency
        due = minor if currency == carrier.currency else _to_base(state, minor, carrier.currency)
        written = f"{carrier.name} {np.datetime64(month, 'M')}"
        told.append(Dues(account, currency, -due, "carrier", written, carrier.name))
    return told


def _account_in(state: State, currency: str) -> str:
    """An account in the currency, else the company's."""
    found = (bank_account_of(state, shop) for shop in state.world.shops if shop.currency == currency)
    return main_account(state) if currency == state.world.currency else next(found, main_account(state))


def _convert(state: State, memory: Running) -> None:
    """Change most of each foreign balance into the company's currency."""
    currencies = {bank_account_of(state, shop): shop.currency for shop in state.world.shops}
    for account, currency in sorted(currencies.items()):
        sold = int(state.cash_minor.get(account, 0) * (1 - HABITS.kept_share)) // 100 * 100
        if currency == state.world.currency or sold <= 0:
            continue
        bought = _to_base(state, sold, currency)
        got = bought - bought * HABITS.spread_ppm // PPM
        written = f"FX {currency}{state.world.currency} {state.world.rates.text(currency, state.day_index)}"
        _book(state, memory, Dues(account, currency, -sold, "fx", written, account))
        _book(state, memory, Dues(main_account(state), state.world.currency, got, "fx", written, account))


def borrow(state: State, minor: int) -> None:
    """A loan paid out (above zero) or paid back (below); nobody pays back more than is owed."""
    minor = max(minor, -state.loan_minor)
    if minor:
        state.loan_minor += minor
        bank = state.world.scenario.company.bank
        _book(state, running(state), Dues(main_account(state), state.world.currency, minor, "loan", "principal", bank))
