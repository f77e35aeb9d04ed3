"""Orders become parcels: who withdraws in time, when goods leave, by which carrier, when they arrive, what is billed.

All times of an order are known when it is composed (they may lie after the last day); stock moves on the day on which
the parcel leaves. What the contract says and what the carrier bills differ only where an event makes them differ, so
that every wrong charge has its label.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhanggui.shopsim.business.chances import choose, seconds, spread
from zhanggui.shopsim.business.memory import Running, by_day, company_day, running
from zhanggui.shopsim.business.tariffs import Tariffs, load_tariffs
from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.state import Rows, State

NAT = np.datetime64("NaT", "s")


@dataclass(frozen=True)
class FulfilmentPolicy:
    """Habits of buyers and warehouses; hours and shares."""

    withdrawn_share: float = 0.022
    """Paid orders that the buyer withdraws before they leave (of the order of 2 % on Chinese platforms)."""
    withdrawn_hours: float = 2.0
    handling_least_hours: float = 3.0
    handling_mean_hours: float = 13.0
    handling_most_hours: float = 66.0
    confirmed_share: float = 0.4
    """Buyers who confirm receipt by hand; the platform does it for the others after `confirmed_after_days`."""
    confirmed_mean_hours: float = 40.0
    confirmed_after_days: float = 10.0


HABITS = FulfilmentPolicy()


def ship(state: State, orders: Rows, lines: Rows) -> None:
    """Fill the times of the day's orders, write parcels, and let the parcels that are due leave the warehouses."""
    memory = running(state)
    if len(orders["order_no"]):
        _withdraw(state, memory, orders)
        sent = np.flatnonzero(np.isnat(orders["cancelled_at"]) & ~np.isnat(orders["paid_at"]))
        if len(sent):
            grams = weigh(state, orders, lines)[sent]
            _write_parcels(state, memory, orders, sent, grams)
        _plan_leaving(state, memory, orders, lines)
    _leave(state, memory)
    _free(state)


def weigh(state: State, orders: Rows, lines: Rows) -> np.ndarray:
    """Weight of each order's parcel in grams, with its packaging."""
    tariffs = load_tariffs()
    goods = state.world.products.weight_grams[lines["sku_no"]] * lines["quantity"]
    grams = np.bincount(lines["order_place"], weights=goods, minlength=len(orders["order_no"])).astype(np.int64)
    return np.where(orders["is_fake"], tariffs.empty_parcel_grams, grams + tariffs.packaging_grams)


def _withdraw(state: State, memory: Running, orders: Rows) -> None:
    """Buyers who change their mind before the parcel leaves: their orders are cancelled, their stock is free again."""
    keys = (orders["buyer_no"], state.day_index, orders["shop_no"])
    open_ = np.isnat(orders["cancelled_at"]) & ~np.isnat(orders["paid_at"]) & ~orders["is_fake"]
    gone = open_ & (memory.chances.uniform("withdraw", *keys) < HABITS.withdrawn_share)
    after = seconds(0.2 + spread(memory.chances.uniform("withdraw after", *keys), HABITS.withdrawn_hours))
    orders["cancelled_at"][gone] = (orders["paid_at"] + after)[gone]


def _write_parcels(state: State, memory: Running, orders: Rows, sent: np.ndarray, grams: np.ndarray) -> None:
    chances = memory.chances
    keys = (orders["buyer_no"][sent], state.day_index, orders["shop_no"][sent])
    shipped_at = orders["paid_at"][sent] + _handling(chances.uniform("handling", *keys))
    carrier_no = _choose_carriers(state, orders, sent, chances.uniform("carrier", *keys))
    zone = load_tariffs().zones(orders["province"][sent])
    is_lost = (chances.uniform("lost", *keys) < load_tariffs().lost_share) & ~orders["is_fake"][sent]
    days = _transit_days(carrier_no, zone, chances.uniform("transit", *keys))
    days += _delays(state, memory, orders["order_no"][sent], carrier_no)
    delivered_at = np.where(is_lost, NAT, shipped_at + seconds(days * 24.0))
    orders["shipped_at"][sent], orders["delivered_at"][sent] = shipped_at, delivered_at
    orders["completed_at"][sent] = delivered_at + _confirming(chances.uniform("confirm", *keys))
    charges = _charge(state, memory, carrier_no, zone, grams, keys)
    _chronicle_parcels(state, memory, orders, sent, carrier_no, grams, is_lost, charges)


def _handling(uniform: np.ndarray) -> np.ndarray:
    hours = HABITS.handling_least_hours + spread(uniform, HABITS.handling_mean_hours)
    return seconds(np.minimum(hours, HABITS.handling_most_hours))


def _confirming(uniform: np.ndarray) -> np.ndarray:
    share = HABITS.confirmed_share
    by_hand = spread(np.minimum(uniform / share, 0.999), HABITS.confirmed_mean_hours) + 1.0
    latest = HABITS.confirmed_after_days * 24.0
    return seconds(np.where(uniform < share, np.minimum(by_hand, latest), latest))


def _choose_carriers(state: State, orders: Rows, sent: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """Position of each order's carrier, by the shares of its warehouse's route."""
    told = np.zeros(len(sent), dtype=np.int64)
    at = orders["warehouse_no"][sent]
    countries = orders["country"][sent]
    for warehouse_no in np.unique(at):
        warehouse = state.world.warehouses[int(warehouse_no)]
        is_home = countries == warehouse.country
        for home in (True, False):
            rows = np.flatnonzero((at == warehouse_no) & (is_home == home))
            if len(rows):
                places, shares = load_tariffs().route(warehouse.kind, warehouse.country, home)
                told[rows] = places[choose(uniform[rows], shares)]
    return told


def _transit_days(carrier_no: np.ndarray, zone: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """Days on the way: three quarters of the mean at least, the rest by chance."""
    means = np.array([carrier.days for carrier in load_tariffs().carriers])[carrier_no, zone]
    return np.asarray(0.75 * means + spread(uniform, 0.25 * means))


def _delays(state: State, memory: Running, order_no: np.ndarray, carrier_no: np.ndarray) -> np.ndarray:
    """Further days by event; the orders held up are remembered for their buyers' claims."""
    extra = np.zeros(len(order_no))
    memory.delayed = {}
    for event in state.world.events.active("delayed_carrier", state.day_index):
        late = (
            carrier_no == load_tariffs().place(event.carrier) if event.carrier else np.ones(len(order_no), dtype=bool)
        )
        extra += np.where(late, event.number("days", 4.0), 0.0)
        memory.delayed[event.event_no] = order_no[late]
    return extra


def _charge(
    state: State,
    memory: Running,
    carrier_no: np.ndarray,
    zone: np.ndarray,
    grams: np.ndarray,
    keys: tuple[np.ndarray | int, ...],
) -> dict[str, np.ndarray]:
    """Contract charge, billed weight and amount of each parcel, before duplicates."""
    tariffs, month = load_tariffs(), _month(state)
    extra, duplicate, event_no = _overcharges(state, memory, carrier_no, keys)
    told = {name: np.zeros(len(grams), dtype=np.int64) for name in ("charge", "billed", "billed_grams")}
    for place in np.unique(carrier_no):
        rows = np.flatnonzero(carrier_no == place)
        billed_grams = tariffs.billed_grams(int(place), grams[rows]) + extra[rows]
        told["billed_grams"][rows] = billed_grams
        told["charge"][rows] = tariffs.prices(int(place), zone[rows], grams[rows], month)
        told["billed"][rows] = tariffs.prices(int(place), zone[rows], np.maximum(grams[rows], billed_grams), month)
    return {**told, "duplicate": duplicate, "event_no": event_no}


def _overcharges(
    state: State, memory: Running, carrier_no: np.ndarray, keys: tuple[np.ndarray | int, ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Grams added to the bill, whether it is billed twice, and by which event, for each parcel."""
    count = len(carrier_no)
    extra, duplicate, event_no = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=bool), np.full(count, NONE)
    for event in state.world.events.active("overcharged_parcel", state.day_index):
        # Carriers abroad send no bill that the seller could check (exports/carriers.py).
        checked = np.array([carrier.currency == state.world.currency for carrier in load_tariffs().carriers])[
            carrier_no
        ]
        hit = carrier_no == load_tariffs().place(event.carrier) if event.carrier else checked
        uniform = memory.chances.uniform("overcharge", event.event_no, *keys)
        heavy = hit & (uniform < event.number("share", 0.04))
        twice = hit & ~heavy & (uniform > 1.0 - event.number("duplicate_share", 0.01))
        extra[heavy] += int(event.number("extra_grams", 2000))
        duplicate |= twice
        event_no[heavy | twice] = event.event_no
    return extra, duplicate, event_no


def _month(state: State) -> int:
    return int(state.day.astype("datetime64[M]").astype(np.int64)) % 12 + 1


def _chronicle_parcels(
    state: State, memory: Running, orders: Rows, sent: np.ndarray, carrier_no: np.ndarray, grams: np.ndarray,
    is_lost: np.ndarray, charges: dict[str, np.ndarray],
) -> None:  # fmt: skip
    tariffs = load_tariffs()
    numbers = state.numbers.take("parcel", len(sent))
    names = np.array([carrier.name for carrier in tariffs.carriers], dtype=object)[carrier_no]
    currencies = np.array([carrier.currency for carrier in tariffs.carriers], dtype=object)[carrier_no]
    tracking = _tracking(tariffs, carrier_no, numbers)
    warehouses = np.array([each.code for each in state.world.warehouses], dtype=object)
    state.chronicle.add("parcels", {
        "parcel_no": numbers, "order_no": orders["order_no"][sent], "shop": orders["shop"][sent], "carrier": names,
        "tracking_no": tracking, "warehouse": warehouses[orders["warehouse_no"][sent]],
        "country": orders["country"][sent], "province": orders["province"][sent], "city": orders["city"][sent],
        "shipped_at": orders["shipped_at"][sent], "delivered_at": orders["delivered_at"][sent],
        "weight_grams": grams, "billed_weight_grams": charges["billed_grams"], "charge_minor": charges["charge"],
        "billed_minor": charges["billed"], "currency": currencies, "is_lost": is_lost,
        "is_duplicate_billed": charges["duplicate"],
    })  # fmt: skip
    _owe_carriers(state, memory, orders, sent, carrier_no, charges)
    _label_overcharges(state, tracking, carrier_no, charges)


def _tracking(tariffs: Tariffs, carrier_no: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Tracking numbers: the carrier's prefix and digits that are unlike each other."""
    shapes = [(carrier.prefix, carrier.digits) for carrier in tariffs.carriers]
    pairs = zip(carrier_no.tolist(), (numbers * 100003 + 310000000).tolist(), strict=True)
    return np.array([f"{shapes[place][0]}{number:0{shapes[place][1]}d}" for place, number in pairs], dtype=object)


def _owe_carriers(
    state: State,
    memory: Running,
    orders: Rows,
    sent: np.ndarray,
    carrier_no: np.ndarray,
    charges: dict[str, np.ndarray],
) -> None:
    """Remember what each carrier bills for the month in which a parcel left, and each order's share of the cost."""
    billed = charges["billed"] * np.where(charges["duplicate"], 2, 1)
    days = np.minimum(company_day(memory, orders["shipped_at"][sent]), state.world.day_count)
    month = (state.world.first_day + days).astype("datetime64[M]").astype(np.int64)
    group = month * 1000 + carrier_no
    for key in np.unique(group):
        state.agenda.put("carrier bills", int(key) // 1000, (int(key) % 1000, int(billed[group == key].sum())))
    memory.parcels.append((orders["order_no"][sent], _in_base(state, carrier_no, billed)))


def _in_base(state: State, carrier_no: np.ndarray, minor: np.ndarray) -> np.ndarray:
    told = np.zeros(len(minor), dtype=np.int64)
    for place in np.unique(carrier_no):
        rows = carrier_no == place
        currency = load_tariffs().carriers[int(place)].currency
        told[rows] = to_base(state, minor[rows], currency)
    return told


def to_base(state: State, minor: np.ndarray, currency: str) -> np.ndarray:
    """Amounts in the company's currency at the day's rate."""
    if currency == state.world.currency:
        return np.asarray(minor, dtype=np.int64)
    return np.asarray(state.world.rates.to_base(minor, currency, state.day_index), dtype=np.int64)


def _label_overcharges(
    state: State, tracking: np.ndarray, carrier_no: np.ndarray, charges: dict[str, np.ndarray]
) -> None:
    over = charges["billed"] - charges["charge"] + np.where(charges["duplicate"], charges["billed"], 0)
    for event_no in np.unique(charges["event_no"][charges["event_no"] >= 0]):
        rows = np.flatnonzero(charges["event_no"] == event_no)
        state.world.events.charge(int(event_no), int(_in_base(state, carrier_no[rows], over[rows]).sum()))
        state.world.events.refer(int(event_no), " ".join(tracking[rows].tolist()))


def _plan_leaving(state: State, memory: Running, orders: Rows, lines: Rows) -> None:
    """Put what leaves the warehouses, and what is free again, on the agenda of its day."""
    place = lines["order_place"]
    is_kept = ~(orders["is_fake"] | np.isnat(orders["paid_at"]))[place]
    rows, sku_no, units = state.world.explode(lines["sku_no"], lines["quantity"])
    rows, sku_no, units = (part[is_kept[rows]] for part in (rows, sku_no, units))
    shipped, cancelled = orders["shipped_at"][place[rows]], orders["cancelled_at"][place[rows]]
    is_gone = ~np.isnat(cancelled)
    at = np.where(is_gone, cancelled, shipped)
    day = np.maximum(company_day(memory, at), state.day_index)
    for kind, wanted in (("leave", ~is_gone), ("free", is_gone)):
        chosen = np.flatnonzero(wanted)
        for when, part in by_day(day[chosen], np.iinfo(np.int64).max):
            own = chosen[part]
            state.agenda.put(kind, when, (
                lines["warehouse_no"][rows[own]], sku_no[own], units[own], lines["order_no"][rows[own]],
                lines["line_no"][rows[own]], at[own], lines["batch"][rows[own]],
            ))  # fmt: skip


def _leave(state: State, memory: Running) -> None:
    """Take the goods of the parcels that leave today out of stock, at their cost of today."""
    due = state.agenda.take("leave", state.day_index)
    if not due:
        return
    warehouse, sku, units, order_no, line_no, at, batch = (np.concatenate(parts) for parts in zip(*due, strict=True))
    np.subtract.at(state.on_hand, (warehouse, sku), units)
    np.subtract.at(state.reserved, (warehouse, sku), units)
    np.add.at(memory.left[state.day_index], (warehouse, sku), units)
    cost = state.unit_cost_minor[warehouse, sku]
    memory.costs.append((order_no, line_no, cost * units))
    own_batch = state.batch[warehouse, sku]
    write_movements(
        state, warehouse, sku, at, "shipment", -units, order_no=order_no, batch=np.where(batch == "", own_batch, batch)
    )


def _free(state: State) -> None:
    """Stock of withdrawn orders can be promised to others again."""
    for warehouse, sku, units, *_ in state.agenda.take("free", state.day_index):
        np.subtract.at(state.reserved, (warehouse, sku), units)


def write_movements(
    state: State, warehouse: np.ndarray, sku: np.ndarray, at: np.ndarray, kind: str, quantity: np.ndarray, *,
    order_no: np.ndarray | int = NONE, po_no: np.ndarray | int = NONE, batch: np.ndarray | str = "",
) -> None:  # fmt: skip
    """Rows of `movements`, valued at what the goods cost now."""
    codes = np.array([each.code for each in state.world.warehouses], dtype=object)
    state.chronicle.add("movements", {
        "movement_no": state.numbers.take("movement", len(sku)), "warehouse": codes[warehouse], "sku_no": sku,
        "occurred_at": at, "kind": kind, "quantity": quantity, "unit_cost_minor": state.unit_cost_minor[warehouse, sku],
        "currency": state.world.currency, "order_no": order_no, "po_no": po_no, "batch": batch,
    })  # fmt: skip
