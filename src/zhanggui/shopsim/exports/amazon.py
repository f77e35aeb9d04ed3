"""Amazon's reports of a shop: orders, settlements, stock in its warehouses, search terms of its advertising.

What they cannot show: amounts of orders that are unpaid or cancelled (their cells are blank, a cancelled line has the
quantity 0), who bears a discount (one column holds both parts), claims apart from the settlement, and anything booked
after the last settlement was closed. Settlements come in Amazon's own cycles, one file each, whatever the windows are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from zhanggui.kernel.money import minor_unit_places
from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.exports.rendering import (
    ExportedFile,
    Window,
    blank_where,
    date_cells,
    instant_cells,
    looked_up,
    money_cells,
    number_cells,
    save_columns,
    with_correction,
)
from zhanggui.shopsim.exports.sold import (
    CANCELLED,
    UNPAID,
    Rows,
    Sold,
    has_come,
    line_places,
    sold_between,
    split_whole,
    take,
)
from zhanggui.shopsim.world.places import Shop

_SITES: Mapping[str, str] = {
    "US": "Amazon.com", "CA": "Amazon.ca", "MX": "Amazon.com.mx", "GB": "Amazon.co.uk", "UK": "Amazon.co.uk",
    "DE": "Amazon.de", "FR": "Amazon.fr", "IT": "Amazon.it", "ES": "Amazon.es", "JP": "Amazon.co.jp",
}  # fmt: skip
_ORDER_WORDS = (
    "Pending",
    "Unshipped",
    "Shipped",
    "Shipped - Delivered to Buyer",
    "Shipped - Delivered to Buyer",
    "Cancelled",
)
_FBA_WORDS = (
    "Pending",
    "Unshipped",
    "Shipped",
    "Shipped",
    "Shipped",
    "Cancelled",
)  # what leaves Amazon's own stock stays Shipped

_OTHER = "other-transaction"
# The three words of a settlement's line by component. Money taken back from or given back to a buyer is a Refund.
_WORDS: Mapping[str, tuple[str, str, str]] = {
    "sale": ("Order", "ItemPrice", "Principal"),
    "shipping": ("Order", "ItemPrice", "Shipping"),
    "tax": ("Order", "ItemPrice", "Tax"),
    "withheld_tax": ("Order", "ItemWithheldTax", "MarketplaceFacilitatorTax-Principal"),
    "seller_discount": ("Order", "Promotion", "Principal"),
    "commission": ("Order", "ItemFees", "Commission"),
    "payment_fee": ("Order", "ItemFees", "GetPaidFasterFee"),
    "fulfillment_fee": ("Order", "ItemFees", "FBAPerUnitFulfillmentFee"),
    "refund": ("Refund", "ItemPrice", "Principal"),
    "chargeback": ("Chargeback Refund", "ItemPrice", "Principal"),
    "storage_fee": (_OTHER, _OTHER, "Storage Fee"),
    "platform_fee": (_OTHER, _OTHER, "Subscription Fee"),
    "ad_spend": ("ServiceFee", "Cost of Advertising", "TransactionTotalAmount"),
    "shipping_label": (_OTHER, _OTHER, "Shipping label purchase"),
    "compensation": (_OTHER, "FBA Inventory Reimbursement", "WAREHOUSE_LOST"),
    "adjustment": (_OTHER, _OTHER, "NonSubscriptionFeeAdj"),
    "reserve": (_OTHER, _OTHER, "Current Reserve Amount"),
    "transfer": (_OTHER, _OTHER, "Payable to Amazon"),
    "topup": (_OTHER, _OTHER, "Successful charge"),
    "other": (_OTHER, _OTHER, _OTHER),
}
_FREED = "Previous Reserve Amount Balance"


def export_amazon(world: Any, shop: Shop, directory: Path, windows: Sequence[Window]) -> list[ExportedFile]:
    """Every report of the shop."""
    files = [_orders(world, shop, directory, window) for window in with_correction(windows)]
    files += _settlements(world, shop, directory, windows[-1].known_at)
    files += [_stock(world, shop, directory, window) for window in windows if _fba_codes(world, shop)]
    files += [_search_terms(world, shop, directory, window) for window in windows]
    return [file for file in files if file is not None]


def _site(shop: Shop) -> str:
    return shop.marketplace or _SITES.get(shop.country, "Amazon.com")


def _fba_codes(world: Any, shop: Shop) -> list[str]:
    """The platform's warehouse, where the shop sells from it."""
    return [each.code for each in world.warehouses if each.kind == "fba" and each.warehouse_no == shop.warehouse_no]


# orders ---------------------------------------------------------------------------------------------------


def _orders(world: Any, shop: Shop, directory: Path, window: Window) -> ExportedFile | None:
    sold = sold_between(world, shop, window)
    name = f"all_orders_{window.stamp('UTC')}.txt"
    return save_columns("amazon_all_orders", _order_cells(world, shop, sold), directory / name, shop.code, window)


def _order_cells(world: Any, shop: Shop, sold: Sold) -> dict[str, Any]:
    orders, lines, place = sold.orders, sold.lines, sold.place
    standing = sold.on_lines(sold.standing)
    cells = {
        "amazon-order-id": sold.on_lines(orders["platform_order_id"]),
        "purchase-date": _iso(sold.on_lines(orders["created_at"])),
        "last-updated-date": _iso(sold.on_lines(_touched_at(sold))),
        "fulfillment-channel": np.where(_is_fba(world, sold), "Amazon", "Merchant").astype(object)[place],
        "sales-channel": _site(shop),
        "ship-service-level": "Standard",
        "product-name": world.listings.title[lines["listing_no"]],
        "sku": world.listings.merchant_code[lines["listing_no"]],
        "asin": world.listings.platform_product_id[lines["listing_no"]],
        "quantity": number_cells(np.where(standing == CANCELLED, 0, lines["quantity"])),
        "ship-city": sold.on_lines(orders["city"]),
        "ship-state": sold.on_lines(orders["province"]),
        "ship-postal-code": world.buyers.postcode[sold.on_lines(orders["buyer_no"])],
        "ship-country": sold.on_lines(orders["country"]),
        "promotion-ids": lines["promotion"],
        "is-business-order": "false",
        "is-iba": "false",
    }
    words = np.where(_is_fba(world, sold), np.array(_FBA_WORDS)[sold.standing], np.array(_ORDER_WORDS)[sold.standing])
    cells["order-status"] = cells["item-status"] = words.astype(object)[place]
    return cells | _order_amounts(sold, np.isin(standing, (UNPAID, CANCELLED)), shop.currency)


def _order_amounts(sold: Sold, is_blank: np.ndarray, currency: str) -> dict[str, Any]:
    """Amounts of lines; what is of the order alone (its shipping and the tax on that) stands with the first line."""
    orders, lines, places = sold.orders, sold.lines, minor_unit_places(currency)
    shipping_tax = orders["tax_minor"] - sold.over_lines(lines["tax_minor"])
    amounts = {
        "item-price": lines["list_price_minor"] * lines["quantity"],
        "item-tax": lines["tax_minor"],
        "shipping-price": sold.at_first(orders["shipping_minor"]),
        "shipping-tax": sold.at_first(shipping_tax),
        "item-promotion-discount": lines["seller_discount_minor"] + lines["platform_discount_minor"],
    }
    cells = {name: blank_where(is_blank, money_cells(minor, places)) for name, minor in amounts.items()}
    return cells | {"currency": np.where(is_blank, "", currency).astype(object)}


def _iso(at: np.ndarray) -> pa.Array:
    return instant_cells(at, "UTC", "%Y-%m-%dT%H:%M:%S+00:00")


def _touched_at(sold: Sold) -> np.ndarray:
    """When the order last changed, as far as it has by now."""
    names = ("created", "paid", "shipped", "delivered", "cancelled")
    return np.asarray(np.fmax.reduce([sold.so_far(f"{name}_at") for name in names]))


def _is_fba(world: Any, sold: Sold) -> np.ndarray:
    fba = [each.code for each in world.warehouses if each.kind == "fba"]
    return np.isin(sold.orders["warehouse"].astype(str), fba)


# settlements ----------------------------------------------------------------------------------------------


def _settlements(world: Any, shop: Shop, directory: Path, instant: np.datetime64) -> list[ExportedFile | None]:
    """One file for each settlement that was closed by then."""
    payouts = world.chronicle.columns("payouts")
    closed = (payouts["shop"] == shop.code) & has_come(payouts["period_end"], instant)
    ledger = world.chronicle.columns("ledger")
    ledger = take(ledger, (ledger["shop"] == shop.code) & (ledger["component"] != "payout"))
    return [
        _settlement(world, shop, directory, take(payouts, np.array([row])), ledger) for row in np.flatnonzero(closed)
    ]


def _settlement(world: Any, shop: Shop, directory: Path, payout: Rows, ledger: Rows) -> ExportedFile | None:
    entries = take(ledger, ledger["payout_no"] == payout["payout_no"][0])
    number = payout["platform_payout_id"][0]
    header = _settlement_header(payout, shop)
    cells = _settlement_cells(world, shop, entries) | {
        "settlement-id": np.full(len(entries["entry_no"]), number, object)
    }
    names = dict.fromkeys([*header, *cells])
    count = len(entries["entry_no"])
    blank = np.full(count, "", object)
    both = {
        name: np.concatenate([[header.get(name, "")], np.asarray(cells.get(name, blank), object)]) for name in names
    }
    window = Window.of(payout["period_start"][0], payout["period_end"][0])
    return save_columns("amazon_settlement_v2", both, directory / f"settlement_v2_{number}.txt", shop.code, window)


def _settlement_header(payout: Rows, shop: Shop) -> dict[str, str]:
    moments = {
        "settlement-start-date": "period_start", "settlement-end-date": "period_end", "deposit-date": "paid_at"
    }  # fmt: skip
    cells = {name: str(_zoned(payout[column])[0]) for name, column in moments.items()}
    total = money_cells(payout["amount_minor"], minor_unit_places(shop.currency))[0].as_py()
    return {**cells, "settlement-id": payout["platform_payout_id"][0], "total-amount": total, "currency": shop.currency}


def _zoned(at: np.ndarray) -> pa.Array:
    return instant_cells(at, "UTC", "%Y-%m-%d %H:%M:%S UTC")


def _settlement_cells(world: Any, shop: Shop, entries: Rows) -> dict[str, Any]:
    words = _entry_words(entries)
    orders, lines = world.chronicle.columns("orders"), world.chronicle.columns("lines")
    refunds = world.chronicle.columns("refunds")
    of_line = line_places(lines, entries["order_no"], entries["line_no"])
    is_item = of_line != NONE
    sold_units = number_cells(lines["quantity"])
    return {
        "transaction-type": words[:, 0],
        "amount-type": words[:, 1],
        "amount-description": words[:, 2],
        "order-id": looked_up(orders["platform_order_id"], entries["order_no"]),
        "adjustment-id": looked_up(refunds["platform_refund_id"], entries["refund_no"]),
        "marketplace-name": np.where(is_item, _site(shop), "").astype(object),
        "amount": money_cells(entries["amount_minor"], minor_unit_places(shop.currency)),
        "fulfillment-id": np.where(is_item, "AFN" if _fba_codes(world, shop) else "MFN", "").astype(object),
        "posted-date": instant_cells(entries["posted_at"], "UTC", "%Y-%m-%d"),
        "posted-date-time": _zoned(entries["posted_at"]),
        "order-item-code": looked_up(lines["platform_line_id"], of_line),
        "sku": looked_up(world.listings.merchant_code[lines["listing_no"]], of_line),
        "quantity-purchased": looked_up(
            np.asarray(sold_units, object), np.where(entries["component"] == "sale", of_line, NONE)
        ),
    }


def _entry_words(entries: Rows) -> np.ndarray:
    """Type, group and description of each entry; raises KeyError for a component that Amazon has no words for."""
    words = np.array([_WORDS[component] for component in entries["component"].tolist()], object).reshape(-1, 3)
    is_back = entries["refund_no"] != NONE
    words[is_back & (words[:, 0] == "Order"), 0] = "Refund"
    words[(entries["component"] == "reserve") & (entries["amount_minor"] > 0), 2] = _FREED
    return words


# stock and advertising ------------------------------------------------------------------------------------


def _stock(world: Any, shop: Shop, directory: Path, window: Window) -> ExportedFile | None:
    """Amazon's own stock at the end of the window's last day."""
    stock = world.chronicle.columns("stock")
    stock = take(
        stock, (stock["day"] == window.covers_to) & np.isin(stock["warehouse"].astype(str), _fba_codes(world, shop))
    )
    listing_of = np.full(world.products.count, NONE)
    own = np.flatnonzero(world.listings.shop_no == shop.shop_no)
    listing_of[world.listings.sku_no[own]] = own
    stock = take(stock, listing_of[stock["sku_no"]] != NONE)
    listing = listing_of[stock["sku_no"]]
    cells = {
        "sku": world.listings.merchant_code[listing],
        "fnsku": world.listings.platform_sku_id[listing],
        "asin": world.listings.platform_product_id[listing],
        "product-name": world.listings.title[listing],
        "condition": "New",
        "your-price": money_cells(world.listings.list_price_minor[listing], minor_unit_places(shop.currency)),
        "mfn-listing-exists": "No",
        "afn-listing-exists": "Yes",
        "afn-warehouse-quantity": number_cells(stock["on_hand"]),
        "afn-fulfillable-quantity": number_cells(stock["on_hand"]),
        "afn-inbound-shipped-quantity": number_cells(stock["incoming"]),
        "afn-total-quantity": number_cells(stock["on_hand"] + stock["incoming"]),
    }
    zeros = (
        "afn-unsellable-quantity",
        "afn-reserved-quantity",
        "afn-inbound-working-quantity",
        "afn-inbound-receiving-quantity",
    )
    name = f"fba_myi_inventory_{str(window.covers_to).replace('-', '')}.txt"
    return save_columns("amazon_fba_inventory", cells | dict.fromkeys(zeros, "0"), directory / name, shop.code, window)


def _search_terms(world: Any, shop: Shop, directory: Path, window: Window) -> ExportedFile | None:
    """What advertising cost, by day, campaign and the words that were searched for."""
    ads = world.chronicle.columns("ads")
    ads = take(ads, (ads["shop"] == shop.code) & (ads["day"] >= window.covers_from) & (ads["day"] <= window.covers_to))
    place, term, share = _terms(world, shop, ads)
    places, listing = minor_unit_places(shop.currency), ads["listing_no"][place]
    part = {column: split_whole(ads[column], place, share) for column in _AD_FIGURES}
    sales = money_cells(part["attributed_minor"], places)
    cells = {
        "Date": date_cells(ads["day"][place], "%b %d, %Y"),
        "Currency": shop.currency,
        "Campaign Name": ads["campaign"][place],
        "Ad Group Name": looked_up(world.listings.merchant_code, listing),
        "Country": shop.country,
        "Targeting": "*",
        "Match Type": "-",
        "Customer Search Term": term,
        "Impressions": number_cells(part["impressions"]),
        "Clicks": number_cells(part["clicks"]),
        "Spend": money_cells(part["spend_minor"], places),
        "7 Day Total Sales": sales,
        "7 Day Total Orders (#)": number_cells(part["attributed_orders"]),
        "7 Day Total Units (#)": number_cells(part["attributed_units"]),
        "7 Day Advertised SKU Sales": sales,
    }
    name = f"Sponsored Products Search term report {window.covers_from} {window.covers_to}.csv"
    return save_columns("amazon_sp_search_term", cells, directory / name, shop.code, window)


_AD_FIGURES = ("impressions", "clicks", "spend_minor", "attributed_orders", "attributed_units", "attributed_minor")


def _terms(world: Any, shop: Shop, ads: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The terms under which each advertised listing was seen that day: whose part, the words, their weight.

    Where nothing was searched for, the whole of the row stands under the automatic target.
    """
    searches = world.chronicle.columns("searches")
    searches = take(searches, searches["shop"] == shop.code)
    keys = {key: row for row, key in enumerate(_day_keys(ads))}
    rows = np.array([keys.get(key, NONE) for key in _day_keys(searches)], dtype=np.int64)
    bare = np.setdiff1d(np.arange(len(ads["day"])), rows)
    place = np.concatenate([rows[rows != NONE], bare])
    term = np.concatenate([searches["term"][rows != NONE], np.full(len(bare), "*", object)])
    share = np.concatenate([np.maximum(searches["impressions"][rows != NONE], 1), np.ones(len(bare), np.int64)])
    order = np.argsort(place, kind="stable")
    return place[order], term[order], share[order]


def _day_keys(rows: Rows) -> list[tuple[int, int]]:
    """Day and listing of each row; a listing that is advertised twice a day shows its terms with the last campaign."""
    return list(zip(rows["day"].astype(np.int64).tolist(), rows["listing_no"].tolist(), strict=True))
