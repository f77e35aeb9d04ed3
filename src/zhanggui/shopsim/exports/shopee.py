"""Shopee's order export, one workbook for each period.

What it cannot show: the money of refunds (only that and how many pieces came back), payouts, advertising and the
commission of affiliates; there is no ledger among the formats. Fees stand per order once it is settled, in three
columns. Times are local to the site and exact to the minute, receivers are masked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from zhanggui.intake.declaration import find_format
from zhanggui.intake.writing_columns import write_columns
from zhanggui.kernel.money import minor_unit_places
from zhanggui.shopsim.exports.rendering import (
    ExportedFile,
    Window,
    instant_cells,
    masked_names,
    masked_phones,
    money_cells,
    number_cells,
    stamp_file,
    with_correction,
    worded,
)
from zhanggui.shopsim.exports.sold import Sold, has_come, sold_between
from zhanggui.shopsim.world.places import Shop

_ORDER_WORDS = ("Unpaid", "To ship", "Shipping", "Delivered", "Completed", "Cancelled")
_CLAIM_WORDS = ("", "Requested", "Accepted", "Returning", "Refund Paid", "Request Rejected")


def export_shopee(world: Any, shop: Shop, directory: Path, windows: Sequence[Window]) -> list[ExportedFile]:
    """The orders of each window; a workbook is named by the first and last day that it covers."""
    sales = [(window, sold_between(world, shop, window)) for window in with_correction(windows)]
    return [_save(_cells(world, shop, sold), directory, shop, window) for window, sold in sales if len(sold.place)]


def _save(cells: Mapping[str, Any], directory: Path, shop: Shop, window: Window) -> ExportedFile:
    """Write the workbook; its amounts bear the shop's currency in their headers."""
    declared = replace(find_format("shopee_orders"), currency={"header": rf"\({shop.currency}\)"})
    days = "_".join(str(day).replace("-", "") for day in (window.covers_from, window.covers_to))
    path = directory / f"Order.all.{days}.xlsx"
    directory.mkdir(parents=True, exist_ok=True)
    write_columns(declared, cells, path)
    stamp_file(path, window.exported_at)
    return ExportedFile(path, declared.id, shop.code, window.covers_from, window.covers_to, window.exported_at)


def _cells(world: Any, shop: Shop, sold: Sold) -> dict[str, Any]:
    of_order = {**_state(shop, sold), **_order_amounts(shop, sold), **_buyer(world, sold)}
    listing = sold.lines["listing_no"]
    return {
        **sold.spread(of_order),
        "Parent SKU Reference No.": world.listings.merchant_code[listing],
        "Product Name": world.listings.title[listing],
        "SKU Reference No.": world.listings.merchant_code[listing],
        "Quantity": number_cells(sold.lines["quantity"]),
        "Returned quantity": number_cells(sold.refunded_quantity),
        **_line_amounts(shop, sold),
    }


def _state(shop: Shop, sold: Sold) -> dict[str, Any]:
    orders, (tracking, _) = sold.orders, sold.tracking

    def minute(column: str) -> Any:
        return instant_cells(sold.so_far(column), shop.timezone, "%Y-%m-%d %H:%M")

    return {
        "Order ID": orders["platform_order_id"],
        "Order Status": worded(sold.standing, _ORDER_WORDS),
        "Cancel reason": np.where(has_come(orders["cancelled_at"], sold.instant), "Cancelled by buyer", ""),
        "Return / Refund Status": worded(sold.newest_claim(), _CLAIM_WORDS),
        "Tracking Number*": tracking,
        "Shipping Option": np.full(len(tracking), "Standard Local", object),
        "Ship Time": minute("shipped_at"),
        "Order Creation Date": minute("created_at"),
        "Order Paid Time": minute("paid_at"),
        "Order Complete Time": minute("completed_at"),
    }


def _order_amounts(shop: Shop, sold: Sold) -> dict[str, Any]:
    """Discounts of price stand on the lines; what an order bears beyond them are vouchers."""
    orders, lines, places = sold.orders, sold.lines, minor_unit_places(shop.currency)
    amounts = {
        "Seller Voucher": orders["seller_discount_minor"] - sold.over_lines(lines["seller_discount_minor"]),
        "Shopee Voucher": orders["platform_discount_minor"] - sold.over_lines(lines["platform_discount_minor"]),
        "Buyer Paid Shipping Fee": orders["shipping_minor"],
        "Grand Total": orders["paid_minor"],
    }
    fees = {"Commission Fee": "commission", "Service Fee": "platform_fee", "Transaction Fee": "payment_fee"}
    return {
        **{name: money_cells(minor, places) for name, minor in amounts.items()},
        **sold.fee_cells(fees, places),
    }


def _line_amounts(shop: Shop, sold: Sold) -> dict[str, Any]:
    lines, places = sold.lines, minor_unit_places(shop.currency)
    discount = lines["seller_discount_minor"] + lines["platform_discount_minor"]
    subtotal = lines["list_price_minor"] * lines["quantity"] - discount
    amounts = {
        "Original Price": lines["list_price_minor"],
        "Deal Price": subtotal // np.maximum(lines["quantity"], 1),
        "Product Subtotal": subtotal,
        "Total Discount": discount,
        "Price Discount(from Seller)": lines["seller_discount_minor"],
        "Shopee Rebate": lines["platform_discount_minor"],
    }
    return {name: money_cells(minor, places) for name, minor in amounts.items()}


def _buyer(world: Any, sold: Sold) -> dict[str, Any]:
    orders, buyers = sold.orders, world.buyers
    return {
        "Username (Buyer)": buyers.nickname[orders["buyer_no"]],
        "Receiver Name": masked_names(buyers.full_name[orders["buyer_no"]]),
        "Phone Number": masked_phones(buyers.phone[orders["buyer_no"]]),
        "City": orders["city"],
        "Province": orders["province"],
        "Country": orders["country"],
    }
