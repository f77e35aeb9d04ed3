"""Shopify's exports of a shop: orders, Shopify Payments, stock by location, products.

What they cannot show: when and on which line something was given back (an order only tells how much), the composition
of a charge (goods, shipping, tax and discount are one amount, the fee stands beside it), the payouts' own entries, and
costs, because the shop keeps its books in another currency. Times carry the shop's offset.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhanggui.kernel.money import minor_unit_places
from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.exports.rendering import (
    ExportedFile,
    Window,
    blank_where,
    date_cells,
    instant_cells,
    joined,
    local_days,
    looked_up,
    money_cells,
    number_cells,
    save_columns,
    with_correction,
)
from zhanggui.shopsim.exports.sold import CANCELLED, UNPAID, Rows, Sold, has_come, sold_between, take
from zhanggui.shopsim.world.places import Shop

_CHARGED = ("sale", "shipping", "tax", "withheld_tax", "seller_discount", "platform_subsidy")
# Types of entries that belong to no order, and of those of an order that are neither charged nor given back with it.
_TYPES = {
    "sale": "charge", "shipping": "charge", "tax": "tax_adjustment", "withheld_tax": "tax_adjustment",
    "seller_discount": "adjustment", "platform_subsidy": "adjustment", "payment_fee": "dispute_fee",
    "commission": "billing_debit", "refund": "refund", "adjustment": "adjustment", "chargeback": "chargeback",
    "compensation": "seller_protection_credit", "platform_fee": "billing_debit", "reserve": "reserve",
    "transfer": "transfer", "topup": "transfer",
}  # fmt: skip


def export_shopify(world: Any, shop: Shop, directory: Path, windows: Sequence[Window]) -> list[ExportedFile]:
    """Every export of the shop."""
    files = [
        _orders(world, shop, directory, window, number) for number, window in enumerate(with_correction(windows), 1)
    ]
    files += [_payments(world, shop, directory, window, number) for number, window in enumerate(windows, 1)]
    files += [_stock(world, shop, directory, window, number) for number, window in enumerate(windows, 1)]
    files += [_products(world, shop, directory, windows[-1])]
    return [file for file in files if file is not None]


# orders ---------------------------------------------------------------------------------------------------


def _orders(world: Any, shop: Shop, directory: Path, window: Window, number: int) -> ExportedFile | None:
    sold = sold_between(world, shop, window, with_newest=True)
    path = directory / f"orders_export_{number}.csv"
    return save_columns("shopify_orders", _order_cells(world, shop, sold), path, shop.code, window)


def _order_cells(world: Any, shop: Shop, sold: Sold) -> dict[str, Any]:
    """One row per line; what is of the order stands only in the row of its first line."""
    orders, lines = sold.orders, sold.lines
    buyers = orders["buyer_no"]
    of_order = {
        **_order_state(shop, sold),
        **_order_amounts(shop, sold),
        "Shipping Name": world.buyers.full_name[buyers],
        "Shipping City": orders["city"],
        "Shipping Zip": world.buyers.postcode[buyers],
        "Shipping Country": orders["country"],
        "Shipping Province Name": orders["province"],
        "Payment Method": np.where(sold.standing == UNPAID, "", "Shopify Payments").astype(object),
        "Id": _numbered("55", orders["order_no"]),
        "Source": np.full(len(buyers), "web", object),
    }
    cells = {name: blank_where(~sold.is_first, told) for name, told in sold.spread(of_order).items()}
    listing, places = lines["listing_no"], minor_unit_places(shop.currency)
    is_sent = sold.on_lines(has_come(orders["shipped_at"], sold.instant))
    return cells | {
        "Name": sold.on_lines(orders["platform_order_id"]),
        "Email": joined(world.buyers.nickname[sold.on_lines(buyers)], "@example.com"),
        "Created at": _offset(sold.on_lines(orders["created_at"]), shop),
        "Lineitem quantity": number_cells(lines["quantity"]),
        "Lineitem name": world.listings.title[listing],
        "Lineitem price": money_cells(lines["list_price_minor"], places),
        "Lineitem sku": world.listings.merchant_code[listing],
        "Lineitem requires shipping": "true",
        "Lineitem taxable": "true",
        "Lineitem fulfillment status": np.where(is_sent, "fulfilled", "pending").astype(object),
        "Lineitem discount": money_cells(lines["seller_discount_minor"] + lines["platform_discount_minor"], places),
        "Vendor": shop.name,
    }


def _order_state(shop: Shop, sold: Sold) -> dict[str, Any]:
    orders, refunded = sold.orders, sold.over_lines(sold.refunded_minor)
    is_sent = has_come(orders["shipped_at"], sold.instant)
    is_unpaid = ~has_come(orders["paid_at"], sold.instant)
    words = np.where(refunded >= orders["paid_minor"], "refunded", "partially_refunded")
    words = np.where(refunded > 0, words, "paid")
    words = np.where(is_unpaid, np.where(sold.standing == CANCELLED, "voided", "pending"), words)
    return {
        "Financial Status": words.astype(object),
        "Paid at": _offset(sold.so_far("paid_at"), shop),
        "Fulfillment Status": np.where(is_sent, "fulfilled", "unfulfilled").astype(object),
        "Fulfilled at": _offset(sold.so_far("shipped_at"), shop),
        "Cancelled at": _offset(sold.so_far("cancelled_at"), shop),
        "Accepts Marketing": np.full(len(words), "no", object),
        "Risk Level": np.full(len(words), "Low", object),
    }


def _order_amounts(shop: Shop, sold: Sold) -> dict[str, Any]:
    orders = sold.orders
    discount = orders["seller_discount_minor"] + orders["platform_discount_minor"]
    is_unpaid = ~has_come(orders["paid_at"], sold.instant)
    amounts = {
        "Subtotal": orders["goods_minor"] - discount,
        "Shipping": orders["shipping_minor"],
        "Taxes": orders["tax_minor"],
        "Total": orders["paid_minor"],
        "Discount Amount": discount,
        "Refunded Amount": sold.over_lines(sold.refunded_minor),
        "Outstanding Balance": np.where(is_unpaid, orders["paid_minor"], 0),
    }
    places = minor_unit_places(shop.currency)
    return {
        "Currency": np.full(len(discount), shop.currency, object),
        **{name: money_cells(minor, places) for name, minor in amounts.items()},
    }


def _offset(at: np.ndarray, shop: Shop) -> pa.Array:
    """Local times with the offset that held then; blank where there is none."""
    zoned = (
        pa.array(np.asarray(at, "datetime64[s]")).cast(pa.timestamp("s", "UTC")).cast(pa.timestamp("s", shop.timezone))
    )
    offset = pc.fill_null(pc.strftime(zoned, format=" %z"), "")
    return joined(instant_cells(at, shop.timezone), offset)


def _numbered(prefix: str, numbers: np.ndarray) -> np.ndarray:
    """Thirteen digits from a running number."""
    return np.array([f"{prefix}{number:011d}" for number in numbers.tolist()], object)


# payments -------------------------------------------------------------------------------------------------


def _payments(world: Any, shop: Shop, directory: Path, window: Window, number: int) -> ExportedFile | None:
    ledger = world.chronicle.columns("ledger")
    posted = ledger["posted_at"]
    ledger = take(ledger, window.holds(posted) & (ledger["shop"] == shop.code) & (ledger["component"] != "payout"))
    moved = _movements(ledger)
    path = directory / f"payment_transactions_export_{number}.csv"
    return save_columns(
        "shopify_payments", _payment_cells(world, shop, moved, window.known_at), path, shop.code, window
    )


def _movements(ledger: Rows) -> Rows:
    """Entries that are one movement of money: what an order was charged, or what it got back, at one instant."""
    kind = _types(ledger)
    is_alone = ledger["order_no"] == NONE
    keys = np.array(
        [ledger["posted_at"].astype(np.int64), ledger["order_no"], ledger["refund_no"], np.unique(kind, return_inverse=True)[1],
         np.where(is_alone, ledger["entry_no"], NONE)]
    )  # fmt: skip
    _, first, group = np.unique(keys, axis=1, return_index=True, return_inverse=True)
    is_fee = ledger["component"] == "payment_fee"
    gross, fee = np.zeros((2, len(first)), np.int64)
    group = group.reshape(-1)
    is_apart = is_fee & ~np.isin(kind, ("charge", "refund"))
    np.add.at(gross, group, np.where(is_fee & ~is_apart, 0, ledger["amount_minor"]))
    np.add.at(fee, group, np.where(is_fee & ~is_apart, -ledger["amount_minor"], 0))
    return {**take(ledger, first), "kind": kind[first], "gross_minor": gross, "fee_minor": fee}


def _types(ledger: Rows) -> np.ndarray:
    """The type of the movement that each entry belongs to; raises KeyError for what Shopify has no word for."""
    words = np.array([_TYPES[component] for component in ledger["component"].tolist()], object)
    of_order = ledger["order_no"] != NONE
    is_back = (
        of_order
        & (ledger["refund_no"] != NONE)
        & np.isin(ledger["component"].astype(str), (*_CHARGED, "refund", "payment_fee"))
    )
    is_charge = of_order & ~is_back & np.isin(ledger["component"].astype(str), (*_CHARGED, "payment_fee"))
    words[is_back] = "refund"
    words[is_charge] = "charge"
    return words


def _payment_cells(world: Any, shop: Shop, moved: Rows, instant: np.datetime64) -> dict[str, Any]:
    places, orders = minor_unit_places(shop.currency), world.chronicle.columns("orders")
    gross = money_cells(moved["gross_minor"], places)
    is_card = np.isin(moved["kind"].astype(str), ("charge", "refund"))
    return {
        "Transaction Date": _offset(moved["posted_at"], shop),
        "Type": moved["kind"],
        "Order": looked_up(orders["platform_order_id"], moved["order_no"]),
        "Card Brand": np.where(is_card, "visa", "").astype(object),
        "Card Source": np.where(is_card, "online", "").astype(object),
        "Amount": gross,
        "Fee": money_cells(moved["fee_minor"], places),
        "Net": money_cells(moved["gross_minor"] - moved["fee_minor"], places),
        "Checkout": blank_where(~is_card, joined("#", _numbered("43", np.maximum(moved["order_no"], 0)))),
        "Payment Method Name": np.where(is_card, "card", "").astype(object),
        "Presentment Amount": blank_where(~is_card, gross),
        "Presentment Currency": np.where(is_card, shop.currency, "").astype(object),
        "Currency": shop.currency,
        "VAT": money_cells(np.zeros(len(is_card), np.int64), places),
        **_payout_cells(world, shop, moved, instant),
    }


def _payout_cells(world: Any, shop: Shop, moved: Rows, instant: np.datetime64) -> dict[str, Any]:
    """The payout of each movement, as far as there is one by now."""
    payouts, number = world.chronicle.columns("payouts"), moved["payout_no"]
    if not len(payouts["payout_no"]):
        return {"Payout Status": "pending"}
    row = np.maximum(number, 0)
    is_closed = (number != NONE) & has_come(payouts["period_end"][row], instant)
    is_paid = (number != NONE) & has_come(payouts["paid_at"][row], instant)
    status = np.where(is_paid, "paid", np.where(is_closed, "in_transit", "pending"))
    paid_on = date_cells(local_days(payouts["paid_at"][row], shop.timezone), "%Y-%m-%d")
    return {
        "Payout Status": status.astype(object),
        "Payout Date": blank_where(~is_paid, paid_on),
        "Payout ID": looked_up(payouts["platform_payout_id"], np.where(is_paid, row, NONE)),
        "Available On": blank_where(~is_paid, paid_on),
    }


# stock and products ---------------------------------------------------------------------------------------


def _listing_of_sku(world: Any, shop: Shop) -> np.ndarray:
    """The shop's listing of each SKU, NONE where it offers none."""
    found = np.full(world.products.count, NONE)
    own = np.flatnonzero(world.listings.shop_no == shop.shop_no)
    found[world.listings.sku_no[own]] = own
    return found


def _stock(world: Any, shop: Shop, directory: Path, window: Window, number: int) -> ExportedFile | None:
    """What lies in the shop's warehouse at the end of the window's last day; the file's own time tells the day."""
    stock, warehouse = world.chronicle.columns("stock"), world.warehouses[shop.warehouse_no]
    listing_of = _listing_of_sku(world, shop)
    inside = (
        (stock["day"] == window.covers_to)
        & (stock["warehouse"] == warehouse.code)
        & (listing_of[stock["sku_no"]] != NONE)
    )
    stock = take(stock, inside)
    listing = listing_of[stock["sku_no"]]
    cells = {
        "Handle": world.listings.platform_product_id[listing],
        "Title": world.listings.title[listing],
        "Option1 Name": "Title",
        "Option1 Value": "Default Title",
        "SKU": world.listings.merchant_code[listing],
        "Location": warehouse.code,
        "Incoming (not editable)": number_cells(stock["incoming"]),
        "Unavailable (not editable)": "0",
        "Committed (not editable)": "0",
        "Available (not editable)": number_cells(stock["on_hand"]),
        "On hand (current)": number_cells(stock["on_hand"]),
    }
    path = directory / f"inventory_export_{number}.csv"
    return save_columns(
        "shopify_inventory", cells, path, shop.code, replace(window, exported_at=_end_of(window.covers_to))
    )


def _end_of(day: np.datetime64) -> np.datetime64:
    """The last second of a day in UTC: the file says no date, and its own time is read as the day of the stock."""
    return np.datetime64((day + np.timedelta64(1, "D")).astype("datetime64[s]") - np.timedelta64(1, "s"), "s")


def _products(world: Any, shop: Shop, directory: Path, window: Window) -> ExportedFile | None:
    own = np.flatnonzero(world.listings.shop_no == shop.shop_no)
    sku = world.listings.sku_no[own]
    categories = np.array([each.en for each in world.categories], object)
    cells = {
        "Handle": world.listings.platform_product_id[own],
        "Title": world.listings.title[own],
        "Vendor": shop.name,
        "Type": categories[world.products.category_no[sku]],
        "Published": "true",
        "Option1 Name": "Title",
        "Option1 Value": "Default Title",
        "Variant SKU": world.listings.merchant_code[own],
        "Variant Grams": number_cells(world.products.weight_grams[sku].astype(np.int64)),
        "Variant Price": money_cells(world.listings.list_price_minor[own], minor_unit_places(shop.currency)),
        "Variant Barcode": joined("'", world.products.barcode[sku]),
        "Status": "active",
    }
    return save_columns("shopify_products", cells, directory / "products_export_1.csv", shop.code, window)
