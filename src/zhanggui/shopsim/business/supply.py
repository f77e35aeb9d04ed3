"""Stock and where it comes from: purchase orders, receipts, transfers, goods that spoil or are missing at the count.

Everything that changes stock is a movement, so that stock is the sum of its movements, in every warehouse on every day.
What lies there is valued at the moving average of landed costs (price and the order's freight, by value).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhanggui.shopsim.business.chances import seconds
from zhanggui.shopsim.business.fulfilment import write_movements
from zhanggui.shopsim.business.memory import Running, running
from zhanggui.shopsim.business.purchasing import Receipt, buy
from zhanggui.shopsim.state import State


@dataclass(frozen=True)
class StockPolicy:
    """What happens in warehouses, and when goods are moved between them."""

    shrinkage_month: float = 0.0012
    """Share of the units missing at a month's count (retail shrinkage is of the order of 1.4 % of sales a year)."""
    transfer_every_days: int = 7
    transfer_below_days: float = 21.0
    """Cover below which a foreign warehouse is filled up from the first own one …"""
    transfer_to_days: float = 45.0
    keep_days: float = 30.0
    """… which keeps this cover for itself."""
    pace_days: int = 28


HABITS = StockPolicy()


def open(state: State, opening: np.ndarray) -> None:
    """The stock of the first morning, [warehouse, sku], as movements; every SKU gets its first batch."""
    memory = running(state)
    state.on_hand = np.asarray(opening, dtype=np.int64).copy()
    warehouse, sku = np.nonzero(state.on_hand)
    memory.received[0][warehouse, sku] += state.on_hand[warehouse, sku].astype(np.int32)
    codes = [
        f"B0{place:02d}{number:05d}"
        for place in range(state.on_hand.shape[0])
        for number in range(state.on_hand.shape[1])
    ]
    state.batch = np.array(codes, dtype=object).reshape(state.on_hand.shape)
    state.batch[:, state.world.products.is_bundle] = ""
    at = np.full(len(sku), memory.company_starts[0])
    if len(sku):
        write_movements(
            state, warehouse, sku, at, "adjustment", state.on_hand[warehouse, sku], batch=state.batch[warehouse, sku]
        )


def receive(state: State) -> None:
    """The morning: deliveries come in, what has spoilt goes, on the first of a month stock is counted."""
    memory = running(state)
    for receipt in state.agenda.take("receipt", state.day_index):
        _take_in(state, memory, receipt)
    _mark_batches(state, memory)
    _write_off_spoilt(state, memory)
    if state.day_index and str(state.day)[-2:] == "01":
        _count(state, memory)
    if state.day_index % HABITS.transfer_every_days == HABITS.transfer_every_days - 1:
        _transfer(state, memory)


def order(state: State, units: np.ndarray) -> None:
    """The evening: what the policy wants, [warehouse, sku], is ordered from its suppliers, in whole packs."""
    packs = state.world.products.pack_units
    wanted = np.asarray(units, dtype=np.int64)
    wanted = np.where(state.world.products.is_bundle, 0, -(-np.maximum(wanted, 0) // packs) * packs)
    supplier = state.world.products.supplier_no
    for warehouse_no, supplier_no in _pairs(wanted, supplier):
        skus = np.flatnonzero((wanted[warehouse_no] > 0) & (supplier == supplier_no))
        buy(state, warehouse_no, supplier_no, skus, wanted[warehouse_no, skus])


def _pairs(wanted: np.ndarray, supplier: np.ndarray) -> list[tuple[int, int]]:
    warehouse, sku = np.nonzero(wanted)
    return sorted({(int(w), int(s)) for w, s in zip(warehouse, supplier[sku], strict=True)})


def _take_in(state: State, memory: Running, receipt: Receipt) -> None:
    """Raise stock, average the cost, and open a new batch."""
    at, skus, units = receipt.warehouse_no, receipt.skus, receipt.received
    there = state.on_hand[at, skus]
    total = np.maximum(there + units, 1)
    value = there * state.unit_cost_minor[at, skus] + units * receipt.landed_minor
    state.unit_cost_minor[at, skus] = np.where(
        units > 0, (value + total // 2) // total, state.unit_cost_minor[at, skus]
    )
    state.on_hand[at, skus] += units
    state.on_order[at, skus] -= receipt.ordered
    memory.received[state.day_index, at, skus] += units.astype(np.int32)
    state.batch[at, skus] = receipt.batch
    came = np.flatnonzero(units > 0)
    if len(came):
        where = np.full(len(came), at)
        when = np.full(len(came), receipt.at)
        write_movements(
            state, where, skus[came], when, receipt.kind, units[came], po_no=receipt.po_no, batch=receipt.batch[came]
        )


def _mark_batches(state: State, memory: Running) -> None:
    """A defective batch is what is sold of the SKU while its event lasts; before and after it the batches are others."""
    for event in state.world.events.of("defective_batch"):
        if state.day_index == event.from_index:
            code = f"BQ{event.event_no:02d}{event.sku_no:05d}"
            memory.sick_batches[code] = event.event_no
            state.world.events.refer(event.event_no, code)
        if event.from_index <= state.day_index <= event.to_index:
            state.batch[:, event.sku_no] = f"BQ{event.event_no:02d}{event.sku_no:05d}"
        elif state.day_index == event.to_index + 1:
            state.batch[:, event.sku_no] = f"BR{event.event_no:02d}{event.sku_no:05d}"


def _write_off_spoilt(state: State, memory: Running) -> None:
    """Units older than their shelf life: what came in that long ago less all that has gone out since the beginning."""
    shelf = state.world.products.shelf_life_days
    skus = np.flatnonzero((shelf > 0) & (shelf <= state.day_index))
    totals = state.own.setdefault("aged", np.zeros((2, *state.on_hand.shape), dtype=np.int64))
    totals[0][:, skus] += memory.received[state.day_index - shelf[skus], :, skus].T
    if state.day_index:
        totals[1] += memory.left[state.day_index - 1]
    if len(skus):
        spoilt = np.zeros_like(state.on_hand)
        spoilt[:, skus] = np.clip((totals[0] - totals[1])[:, skus], 0, state.free[:, skus])
        _lose(state, memory, spoilt, "write_off")


def _count(state: State, memory: Running) -> None:
    """Units that are not where they should be."""
    warehouse, sku = np.indices(state.on_hand.shape)
    uniform = memory.chances.uniform("count", warehouse.ravel(), sku.ravel(), state.day_index).reshape(
        state.on_hand.shape
    )
    missing = np.floor(state.on_hand * HABITS.shrinkage_month + uniform).astype(np.int64)
    _lose(state, memory, np.clip(missing, 0, state.free), "adjustment")


def _lose(state: State, memory: Running, units: np.ndarray, kind: str) -> None:
    warehouse, sku = np.nonzero(units)
    if len(sku):
        lost = units[warehouse, sku]
        state.on_hand[warehouse, sku] -= lost
        memory.left[state.day_index][warehouse, sku] += lost.astype(np.int32)
        state.own["waste_minor"] = state.own.get("waste_minor", 0) + int(
            (lost * state.unit_cost_minor[warehouse, sku]).sum()
        )
        at = np.full(len(sku), memory.company_starts[state.day_index] + np.timedelta64(7 * 3600, "s"))
        write_movements(state, warehouse, sku, at, kind, -lost, batch=state.batch[warehouse, sku])


def _transfer(state: State, memory: Running) -> None:
    """Fill FBA and overseas warehouses from the first own one, as far as that one keeps its own cover."""
    warehouses = state.world.warehouses
    home = next((each.warehouse_no for each in warehouses if each.kind == "own"), None)
    if home is None:
        return
    days = memory.left[max(0, state.day_index - HABITS.pace_days) : state.day_index]
    pace = np.maximum(days.sum(axis=0), 0) / max(len(days), 1)
    for target in (each for each in warehouses if each.kind != "own"):
        to = target.warehouse_no
        cover = state.free[to] + state.on_order[to]
        wanted = np.where(cover < pace[to] * HABITS.transfer_below_days, pace[to] * HABITS.transfer_to_days - cover, 0)
        spare = np.maximum(state.free[home] - pace[home] * HABITS.keep_days, 0)
        send(state, home, to, np.floor(np.minimum(wanted, spare)).astype(np.int64))


def send(state: State, source: int, target: int, units: np.ndarray) -> None:
    """Move units [sku] between two warehouses; they arrive after the target's `lead_days` (a day at least)."""
    memory = running(state)
    skus = np.flatnonzero((units > 0) & ~state.world.products.is_bundle)
    if not len(skus):
        return
    moved, count = np.minimum(units[skus], state.free[source, skus]), len(skus)
    start = memory.company_starts[state.day_index] + seconds(np.array([9.0]))[0]
    batch = state.batch[source, skus]
    state.on_hand[source, skus] -= moved
    memory.left[state.day_index, source, skus] += moved.astype(np.int32)
    write_movements(state, np.full(count, source), skus, np.full(count, start), "transfer_out", -moved, batch=batch)
    state.on_order[target, skus] += moved
    lead = max(1, state.world.warehouses[target].lead_days)
    arrival = start + np.timedelta64(lead, "D")
    landed = state.unit_cost_minor[source, skus]
    state.agenda.put(
        "receipt",
        state.day_index + lead,
        Receipt(-1, target, skus, moved, moved, landed, batch, arrival, "transfer_in"),
    )
