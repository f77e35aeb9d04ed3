"""Purchase orders: prices, lead times, holidays of suppliers, short deliveries, invoices that come twice, payments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhanggui.shopsim.business.memory import Dues, running
from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.market.calendar import is_spring_festival
from zhanggui.shopsim.state import State
from zhanggui.shopsim.world.places import Supplier

PRICE_SPREAD_PPM = 40_000
"""Width of the band in which a supplier's price lies around the product's cost."""
FREIGHT_PPM = 15_000
"""Freight of a purchase, of its goods' value."""
LEAST_FREIGHT_MINOR = 800
ON_THE_WAY_DAYS = 2
"""Of a lead time: the days on the road."""
PPM = 1_000_000


@dataclass(frozen=True)
class Receipt:
    """A delivery on its way: units ordered and received and landed unit costs [sku of `skus`]; po_no NONE for a transfer."""

    po_no: int
    warehouse_no: int
    skus: np.ndarray
    ordered: np.ndarray
    received: np.ndarray
    landed_minor: np.ndarray
    batch: np.ndarray
    at: np.datetime64
    kind: str = "receipt"


def buy(state: State, warehouse_no: int, supplier_no: int, skus: np.ndarray, units: np.ndarray) -> int:
    """Order goods; answers the number of the purchase order."""
    chances, supplier = running(state).chances, state.world.suppliers[supplier_no]
    uniform = chances.uniform("purchase price", supplier_no, skus, state.day_index)
    cost = state.world.products.cost_minor[skus]
    prices = np.maximum(cost + np.rint(cost * (uniform - 0.5) * (PRICE_SPREAD_PPM / PPM)).astype(np.int64), 1)
    amounts = prices * units
    goods = int(amounts.sum())
    freight = max(LEAST_FREIGHT_MINOR, goods * FREIGHT_PPM // PPM)
    days = _lead_days(state, warehouse_no, supplier)
    received = _delivered(state, warehouse_no, supplier, skus, units)
    number = int(state.numbers.take("po", 1)[0])
    batch = np.array(
        [f"B{str(state.day)[2:].replace('-', '')}{number:05d}{int(sku):05d}" for sku in skus], dtype=object
    )
    landed = (amounts + freight * amounts // max(goods, 1)) // units
    at = running(state).company_starts[state.day_index] + np.timedelta64((days * 24 + 9) * 3600, "s")
    state.on_order[warehouse_no, skus] += units
    state.agenda.put(
        "receipt", state.day_index + days, Receipt(number, warehouse_no, skus, units, received, landed, batch, at)
    )
    _write(
        state, number, warehouse_no, supplier, at, (skus, units, received, prices, batch), freight, is_duplicate=False
    )
    _invoice_twice(state, warehouse_no, supplier, (skus, units, np.zeros_like(units), prices, batch), freight)
    return number


def _lead_days(state: State, warehouse_no: int, supplier: Supplier) -> int:
    """Days until the goods arrive: gamma distributed; nobody sends anything over the Spring Festival."""
    shape = (supplier.lead_mean_days / max(supplier.lead_sd_days, 0.1)) ** 2
    rng = state.stream("lead time", supplier.supplier_no, warehouse_no)
    days = max(1, round(float(rng.gamma(shape, supplier.lead_mean_days / shape))))
    if supplier.closes_spring_festival:
        sent = state.day + np.timedelta64(max(days - ON_THE_WAY_DAYS, 0), "D")
        while is_spring_festival(sent.astype(object)):
            sent, days = sent + np.timedelta64(1, "D"), days + 1
    return days + state.world.warehouses[warehouse_no].lead_days


def _delivered(state: State, warehouse_no: int, supplier: Supplier, skus: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Units that arrive: some deliveries fall short in some of their lines."""
    chances, keys = running(state).chances, (supplier.supplier_no, warehouse_no, state.day_index)
    if float(chances.uniform("short", *keys)) >= supplier.short_share:
        return units.copy()
    depth = chances.uniform("short depth", *keys, skus) * 2.0 * supplier.short_depth
    return np.asarray(units - np.floor(units * np.minimum(depth, 1.0)).astype(np.int64))


def _invoice_twice(
    state: State, warehouse_no: int, supplier: Supplier, parts: tuple[np.ndarray, ...], freight: int
) -> None:
    """The same order invoiced and paid a second time, by event; nothing is delivered for it."""
    for event in state.world.events.of("duplicate_invoice"):
        done = running(state).missed
        begun = event.from_index <= state.day_index and event.event_no not in done
        if begun and event.supplier_no in (NONE, supplier.supplier_no):
            done.add(event.event_no)
            number = int(state.numbers.take("po", 1)[0])
            never = np.datetime64("NaT", "s")
            minor = _write(state, number, warehouse_no, supplier, never, parts, freight, is_duplicate=True)
            state.world.events.charge(event.event_no, minor)
            state.world.events.refer(event.event_no, purchase_id(number))
            state.world.events.happen(event.event_no, state.day_index)


def purchase_id(number: int) -> str:
    """The platform's number of a purchase order; none ends in zeros, as numbers do that a spreadsheet has rounded."""
    return f"2{number:011d}0{(2 * number + 1) * 7919 % 1000000:06d}"


def _write(
    state: State, number: int, warehouse_no: int, supplier: Supplier, received_at: np.datetime64,
    parts: tuple[np.ndarray, ...], freight: int, *, is_duplicate: bool,
) -> int:  # fmt: skip
    """Rows of the order, and its payment on the agenda; answers what is paid."""
    skus, units, received, prices, batch = parts
    goods = int((units * prices).sum())
    created = running(state).company_starts[state.day_index] + np.timedelta64(17 * 3600 + number % 3000, "s")
    paid_at = created + np.timedelta64(supplier.payment_terms_days, "D") + np.timedelta64(1200, "s")
    sent = (
        received_at
        if is_duplicate
        else max(received_at - np.timedelta64(ON_THE_WAY_DAYS, "D"), created + np.timedelta64(3, "h"))
    )
    state.chronicle.add("purchases", {
        "po_no": number, "platform_order_id": purchase_id(number), "supplier_no": supplier.supplier_no,
        "warehouse": state.world.warehouses[warehouse_no].code, "created_at": created, "paid_at": paid_at,
        "shipped_at": sent,
        "received_at": received_at, "goods_minor": goods, "shipping_minor": freight, "paid_minor": goods + freight,
        "currency": state.world.currency, "is_duplicate_invoice": is_duplicate,
    })  # fmt: skip
    state.chronicle.add("purchase_lines", {
        "po_no": np.full(len(skus), number), "line_no": np.arange(1, len(skus) + 1), "sku_no": skus, "quantity": units,
        "quantity_received": received, "unit_price_minor": prices, "amount_minor": units * prices, "batch": batch,
    })  # fmt: skip
    due = Dues(
        str(state.own["main_account"]), state.world.currency, -(goods + freight), "supplier", purchase_id(number),
        supplier.name, po_no=number,
    )  # fmt: skip
    state.agenda.put(
        "bank", state.day_index + max(supplier.payment_terms_days, 1), due
    )  # the bank books an evening's payment next day
    return goods + freight
