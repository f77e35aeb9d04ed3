"""TikTok Shop's order export.

What it cannot show: fees, commissions, payouts and advertising (there is no income format among the declarations), and
which line a refund was for: an order tells how much was given back, a line how many pieces. Amounts carry the currency,
ids end in a tab; American shops write months first, with AM and PM. The file does not say its zone: its
clock is that of the market, which the currency of its amounts tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from zhanggui.intake.declaration import find_format
from zhanggui.kernel.money import minor_unit_places
from zhanggui.shopsim.exports.rendering import (
    ExportedFile,
    Window,
    blank_where,
    instant_cells,
    joined,
    masked_names,
    masked_phones,
    money_cells,
    number_cells,
    save_columns,
    with_correction,
    worded,
)
from zhanggui.shopsim.exports.sold import NO_CLAIM, PAID, Sold, has_come, sold_between
from zhanggui.shopsim.world.places import Shop

_ORDER_WORDS = ("Unpaid", "To ship", "Shipped", "Shipped", "Completed", "Canceled")
_SUBSTATUS_WORDS = ("Unpaid", "Awaiting shipment", "In transit", "Delivered", "Completed", "Canceled")


def export_tiktok(world: Any, shop: Shop, directory: Path, windows: Sequence[Window]) -> list[ExportedFile]:
    """The orders of each window, named by the minute of the export."""
    files = []
    for window in with_correction(windows):
        cells = _cells(world, shop, sold_between(world, shop, window))
        path = directory / f"All order-{window.stamp('UTC', '%Y-%m-%d-%H_%M')}.csv"
        files.append(save_columns("tiktok_orders", cells, path, shop.code, window))
    return [file for file in files if file is not None]


def _cells(world: Any, shop: Shop, sold: Sold) -> dict[str, Any]:
    of_order = {**_state(sold), **_times(shop, sold), **_order_amounts(shop, sold), **_buyer(world, sold)}
    lines, listing = sold.lines, sold.lines["listing_no"]
    amounts = {
        "SKU Unit Original Price": lines["list_price_minor"],
        "SKU Subtotal Before Discount": lines["list_price_minor"] * lines["quantity"],
        "SKU Platform Discount": lines["platform_discount_minor"],
        "SKU Seller Discount": lines["seller_discount_minor"],
        "SKU Subtotal After Discount": lines["list_price_minor"] * lines["quantity"]
        - lines["platform_discount_minor"]
        - lines["seller_discount_minor"],
    }
    return {
        **sold.spread(of_order),
        **{name: _money(shop, minor) for name, minor in amounts.items()},
        "Cancelation/Return Type": np.where(sold.claim == NO_CLAIM, "", "Return/Refund").astype(object),
        "Normal or Pre-order": "Normal",
        "SKU ID": _tabbed(world.listings.platform_sku_id[listing]),
        "Seller SKU": world.listings.merchant_code[listing],
        "Product Name": world.listings.title[listing],
        "Variation": "Default",
        "Quantity": number_cells(lines["quantity"]),
        "Sku Quantity of return": number_cells(sold.refunded_quantity),
    }


def _money(shop: Shop, minor: np.ndarray) -> pa.Array:
    return joined(f"{shop.currency} ", money_cells(minor, minor_unit_places(shop.currency)))


def _tabbed(ids: np.ndarray) -> pa.Array:
    return joined(ids, "\t")


def _state(sold: Sold) -> dict[str, Any]:
    orders, (tracking, carrier) = sold.orders, sold.tracking
    is_cancelled = has_come(orders["cancelled_at"], sold.instant)
    return {
        "Order ID": _tabbed(orders["platform_order_id"]),
        "Order Status": worded(sold.standing, _ORDER_WORDS),
        "Order Substatus": worded(sold.standing, _SUBSTATUS_WORDS),
        "Cancel By": blank_where(~is_cancelled, np.full(len(tracking), "User", object)),
        "Cancel Reason": blank_where(~is_cancelled, np.full(len(tracking), "No longer needed", object)),
        "Fulfillment Type": np.full(len(tracking), "Fulfillment by seller", object),
        "Warehouse Name": orders["warehouse"],
        "Tracking ID": blank_where(tracking == "", _tabbed(tracking)),
        "Shipping Provider Name": carrier,
        "Payment Method": blank_where(sold.standing < PAID, np.full(len(tracking), "Credit/Debit card", object)),
    }


def _times(shop: Shop, sold: Sold) -> dict[str, Any]:
    form = "%m/%d/%Y %I:%M:%S %p\t" if shop.currency == "USD" else "%Y-%m-%d %H:%M:%S\t"
    names = {"Created Time": "created_at", "Paid Time": "paid_at", "RTS Time": "shipped_at", "Shipped Time": "shipped_at",
             "Delivered Time": "delivered_at", "Cancelled Time": "cancelled_at"}  # fmt: skip
    zone = find_format("tiktok_orders").timezone["by_currency"].get(shop.currency, shop.timezone)
    return {name: instant_cells(sold.so_far(column), zone, form) for name, column in names.items()}


def _order_amounts(shop: Shop, sold: Sold) -> dict[str, Any]:
    orders = sold.orders
    refunded = sold.over_lines(sold.refunded_minor)
    amounts = {
        "Shipping Fee After Discount": orders["shipping_minor"],
        "Original Shipping Fee": orders["shipping_minor"],
        "Taxes": orders["tax_minor"],
        "Order Amount": orders["paid_minor"],
    }
    return {
        **{name: _money(shop, minor) for name, minor in amounts.items()},
        "Order Refund Amount": blank_where(refunded == 0, _money(shop, refunded)),
    }


def _buyer(world: Any, sold: Sold) -> dict[str, Any]:
    orders, buyers = sold.orders, world.buyers
    return {
        "Buyer Username": buyers.nickname[orders["buyer_no"]],
        "Recipient": masked_names(buyers.full_name[orders["buyer_no"]]),
        "Phone #": masked_phones(buyers.phone[orders["buyer_no"]]),
        "Country": orders["country"],
        "State": orders["province"],
        "City": orders["city"],
    }
