"""What belongs to the company beside the truth: bank, purchases, carriers' bills, stock and what goods cost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from zhanggui.app.proving_tables import Books, Check, Told, Truth, differences, filled, minor_of
from zhanggui.shopsim.exports.jushuitan import stock_days
from zhanggui.shopsim.exports.rendering import month_windows
from zhanggui.shopsim.exports.shown import SHOWN


def company_checks(books: Books, truth: Truth) -> Iterator[Check]:
    """Every comparison that the company's own files allow."""
    for compare in (
        _compare_bank, _compare_purchases, _compare_purchase_lines, _compare_parcels, _compare_stock,
        _compare_stock_cost, _compare_goods,
    ):  # fmt: skip
        yield compare(books, truth)


def _compare_bank(books: Books, truth: Truth) -> Check:
    bank = truth.rows("bank")
    last = month_windows(truth.world)[-1].covers_to
    told = zip(bank["currency"].tolist(), bank["booked_on"].tolist(), bank["amount_minor"].tolist(), strict=True)
    expected = Counter(row for row in told if np.datetime64(row[1], "D") <= last)
    found = Counter(
        (row["currency"], row["booked_on"], minor_of(row["amount"], row["currency"]))
        for row in books.rows("bank_transactions")
    )
    return differences("bank", "", found, expected)


def _compare_purchases(books: Books, truth: Truth) -> Check:
    orders = truth.rows("purchases")
    made = orders["created_at"] <= truth.known_at()
    columns = ("platform_order_id", "goods_minor", "shipping_minor", "paid_minor")
    expected = {row[0]: row[1:] for row in zip(*(orders[name][made].tolist() for name in columns), strict=True)}
    found = {
        row["platform_order_id"]: tuple(
            minor_of(row[name], row["currency"]) for name in ("goods_amount", "shipping_amount", "paid_amount")
        )
        for row in books.rows("purchase_orders")
    }
    return differences("purchase", "", found, expected)


def _compare_purchase_lines(books: Books, truth: Truth) -> Check:
    orders, lines = truth.rows("purchases"), truth.rows("purchase_lines")
    made = orders["created_at"] <= truth.known_at()
    names = dict(zip(orders["po_no"][made].tolist(), orders["platform_order_id"][made].tolist(), strict=True))
    columns = ("po_no", "sku_no", "quantity", "unit_price_minor", "amount_minor")
    told = zip(*(lines[name].tolist() for name in columns), strict=True)
    expected = Counter((names[number], truth.code[sku], *rest) for number, sku, *rest in told if number in names)
    found = Counter(
        (
            row["platform_order_id"],
            row["seller_sku_code"],
            int(row["quantity"]),
            minor_of(row["unit_price"], row["currency"]),
            minor_of(row["amount"], row["currency"]),
        )
        for row in books.rows("purchase_order_lines")
    )
    return differences("purchase line", "", found, expected)


def _compare_parcels(books: Books, truth: Truth) -> Check:
    """What carriers billed in yuan; there is no format for the bills of foreign carriers."""
    parcels = truth.rows("parcels")
    parcels = {name: values[parcels["currency"] == "CNY"] for name, values in parcels.items()}
    expected: Counter[str] = Counter()
    known_at = truth.known_at()
    columns = ("tracking_no", "billed_minor", "is_duplicate_billed", "shipped_at")
    for tracking, billed, is_double, shipped in zip(*(parcels[name] for name in columns), strict=True):
        expected[str(tracking)] += int(billed) * (1 + int(is_double)) if shipped <= known_at else 0
    found: Counter[str] = Counter()
    for row in books.rows("shipment_charges"):
        found[row["tracking_number"]] += minor_of(row["amount"], row["currency"]) or 0
    return differences("parcel charge", "", filled(found), filled(expected))


def _compare_stock(books: Books, truth: Truth) -> Check:
    """Every statement of stock beside the stock at the end of that day, and whether every one was made that is due."""
    there = _stock(truth, "on_hand")
    place_of = _places(truth)
    found = {
        (row["as_of_on"], place_of.get(row["warehouse_id"].split("/")[-1]), row["seller_sku_code"]): int(row["on_hand"])
        for row in books.rows("stock_levels")
    }
    due = {key: there[key] for key in (*_told_by_shops(truth, there), *_counted(truth, there))}
    return differences("stock", "", found, {key: there.get(key) for key in found} | due)


def _compare_stock_cost(books: Books, truth: Truth) -> Check:
    """What the company's own warehouses have on order, and the cost of what lies there."""
    incoming, cost = _stock(truth, "incoming"), _stock(truth, "unit_cost_minor")
    place_of = _places(truth)
    found = {
        (row["as_of_on"], place_of.get(row["warehouse_id"].split("/")[-1]), row["seller_sku_code"]): (
            int(row["incoming"]),
            minor_of(row["unit_cost"], row["currency"]),
        )
        for row in books.rows("stock_levels")
        if row["unit_cost"] is not None
    }
    expected = {key: (incoming[key], cost[key]) for key in _counted(truth, incoming)}
    return differences("stock cost", "", found, expected)


def _compare_goods(books: Books, truth: Truth) -> Check:
    """Units that left the company's own warehouses for each order, and what they had cost."""
    moved = truth.rows("movements")
    own = np.isin(moved["warehouse"].astype(str), _own(truth)) & (moved["order_no"] >= 0) & (moved["quantity"] < 0)
    own &= moved["occurred_at"] <= truth.known_at()
    names = truth.rows("orders")["platform_order_id"]
    columns = ("order_no", "sku_no", "quantity", "unit_cost_minor")
    expected: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for order_no, sku, quantity, cost in zip(*(moved[name][own].tolist() for name in columns), strict=True):
        sums = expected[names[order_no], truth.code[sku]]
        sums[0], sums[1] = sums[0] - quantity, sums[1] - quantity * cost
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in books.rows("erp_order_lines"):
        sums = found[row["platform_order_id"], row["seller_sku_code"]]
        sums[0] += int(row["quantity"])
        sums[1] += minor_of(row["cost_amount"], row["currency"]) or 0
    return differences("goods", "", found, expected)


def _stock(truth: Truth, column: str) -> dict[Any, int]:
    """A figure of the stock by day, warehouse and SKU."""
    stock = truth.rows("stock")
    told = zip(*(stock[name].tolist() for name in ("day", "warehouse", "sku_no", column)), strict=True)
    return {(day, warehouse, truth.code[sku]): figure for day, warehouse, sku, figure in told}


def _places(truth: Truth) -> dict[str, str]:
    """Warehouse by every name under which files know it."""
    warehouses = truth.world.warehouses
    place_of = {name: each.code for each in warehouses for name in (each.code, each.name)}
    return {**place_of, "FBA": next((each.code for each in warehouses if each.kind == "fba"), "")}


def _own(truth: Truth) -> list[str]:
    return [each.code for each in truth.world.warehouses if each.kind == "own"]


def _counted(truth: Truth, there: Told) -> list[Any]:
    """What the company's own stock files hold: every SKU that was ever there, on each day of a count."""
    days = {truth.world.day(index).item() for index in stock_days(truth.world.day_count)}
    own = set(_own(truth))
    return [key for key in there if key[0] in days and key[1] in own]


def _told_by_shops(truth: Truth, there: Told) -> list[Any]:
    """What shops that tell their stock must have told at the end."""
    world, told = truth.world, []
    for shop in world.shops:
        kind, warehouse = SHOWN[shop.channel].stock, world.warehouses[shop.warehouse_no]
        if kind in ("listed", warehouse.kind):
            day = month_windows(world, shop.shop_no)[-1].covers_to.item()
            own = world.listings.sku_no[world.listings.shop_no == shop.shop_no].tolist()
            told += [key for sku in own if (key := (day, warehouse.code, truth.code[sku])) in there]
    return told
