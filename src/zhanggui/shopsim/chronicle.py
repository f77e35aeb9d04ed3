"""What happened in a simulated world: one table for each kind of thing, appended to day by day, read-only afterwards.

The engine writes it, the exporters render it as platforms would (as known at the moment of each export), and the
truth tables are it. Amounts are whole minor units (分, cents) of the currency of their row, instants are UTC seconds,
so that every total is exact and equal on any machine. A time that has not come (or never comes) is NaT; `NONE` (-1)
stands for "no such row". Nothing after the last simulated instant is in the files: exporters compare times themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

NONE = -1
"""No such row."""

INT, FLAG, AT, DAY, TEXT, RATE = "int64", "bool", "datetime64[s]", "datetime64[D]", "text", "float64"
"""Kinds of columns; texts are object arrays of str, RATE is for drivers and rates that are no money."""

_SCHEMA: Mapping[str, str] = {
    # One row per order, as the platform would know it at the end of time.
    "orders": """order_no:int64 shop:text platform_order_id:text buyer_no:int64 created_at:at paid_at:at cancelled_at:at
        shipped_at:at delivered_at:at completed_at:at currency:text goods_minor:int64 seller_discount_minor:int64
        platform_discount_minor:int64 shipping_minor:int64 tax_minor:int64 paid_minor:int64 seller_receivable_minor:int64
        country:text province:text city:text warehouse:text payment_method:text affiliate_no:int64 is_fake:bool""",
    # One row per order line. paid = list x quantity - seller discount - platform discount; receivable = paid + platform discount.
    "lines": """order_no:int64 line_no:int64 platform_line_id:text listing_no:int64 sku_no:int64 quantity:int64
        list_price_minor:int64 seller_discount_minor:int64 platform_discount_minor:int64 paid_minor:int64
        seller_receivable_minor:int64 tax_minor:int64 promotion:text batch:text""",
    # One row per after-sale claim of a line. amount = what the buyer gets back; refunded_at NaT when refused or still open.
    "refunds": """refund_no:int64 platform_refund_id:text order_no:int64 line_no:int64 kind:text quantity:int64
        amount_minor:int64 platform_part_minor:int64 requested_at:at approved_at:at returned_at:at refunded_at:at
        is_restocked:bool reason:text""",
    # The platform's or wallet's ledger, one row per component (canon settlement_component); + is to the seller.
    "ledger": """entry_no:int64 account:text shop:text platform_txn_id:text posted_at:at component:text amount_minor:int64
        currency:text order_no:int64 line_no:int64 refund_no:int64 payout_no:int64 note:text""",
    "payouts": """payout_no:int64 platform_payout_id:text account:text shop:text period_start:at period_end:at paid_at:at
        amount_minor:int64 currency:text is_missing:bool""",
    # The seller's bank accounts, in the order of booking; kind payout | supplier | carrier | ads | wages | rent | tax | loan | fx | other.
    "bank": """entry_no:int64 account:text booked_on:day amount_minor:int64 currency:text kind:text reference:text
        counterparty:text balance_minor:int64 payout_no:int64 po_no:int64""",
    # One row per parcel; charge = what the contract says, billed = what the carrier's bill says.
    "parcels": """parcel_no:int64 order_no:int64 shop:text carrier:text tracking_no:text warehouse:text country:text
        province:text city:text shipped_at:at delivered_at:at weight_grams:int64 billed_weight_grams:int64
        charge_minor:int64 billed_minor:int64 currency:text is_lost:bool is_duplicate_billed:bool""",
    # Signed quantities; kind as canon's movement_kind.
    "movements": """movement_no:int64 warehouse:text sku_no:int64 occurred_at:at kind:text quantity:int64
        unit_cost_minor:int64 currency:text order_no:int64 po_no:int64 batch:text""",
    # Stock at the end of each business day.
    "stock": "day:day warehouse:text sku_no:int64 on_hand:int64 incoming:int64 unit_cost_minor:int64 currency:text",
    "purchases": """po_no:int64 platform_order_id:text supplier_no:int64 warehouse:text created_at:at paid_at:at
        shipped_at:at received_at:at goods_minor:int64 shipping_minor:int64 paid_minor:int64 currency:text is_duplicate_invoice:bool""",
    "purchase_lines": """po_no:int64 line_no:int64 sku_no:int64 quantity:int64 quantity_received:int64
        unit_price_minor:int64 amount_minor:int64 batch:text""",
    "traffic": """day:day shop:text listing_no:int64 source:text impressions:int64 visitors:int64 page_views:int64
        favorite_users:int64 cart_users:int64 cart_units:int64 order_buyers:int64 order_units:int64 order_minor:int64
        paid_buyers:int64 paid_units:int64 paid_minor:int64 refunded_minor:int64""",
    "searches": """day:day shop:text listing_no:int64 term:text impressions:int64 clicks:int64 carts:int64 orders:int64
        paid_minor:int64""",
    # attributed_* is what the platform claims; incremental_units is the truth.
    "ads": """day:day shop:text listing_no:int64 campaign:text impressions:int64 clicks:int64 spend_minor:int64
        currency:text attributed_orders:int64 attributed_units:int64 attributed_minor:int64 incremental_units:int64""",
    "reviews": """review_no:int64 platform_review_id:text shop:text order_no:int64 line_no:int64 listing_no:int64
        created_at:at replied_at:at rating:int64 language:text text:text reply:text aspects:text batch:text""",
    "messages": """conversation_no:int64 shop:text buyer_no:int64 order_no:int64 started_at:at first_reply_at:at closed_at:at
        message_count:int64 topic:text language:text text:text""",
    "competitors": "day:day listing_no:int64 competitor:text price_minor:int64 currency:text sales_count:int64",
    # Truth: units wanted before stock ran out; wanted = sold + lost + deferred away.
    "demand": """day:day shop:text listing_no:int64 sku_no:int64 wanted_units:int64 sold_units:int64 lost_units:int64
        deferred_units:int64""",
    # Truth: the multipliers behind the expected demand of the day (expected = product of all).
    "drivers": """day:day shop:text listing_no:int64 base:float64 trend:float64 season:float64 weekday:float64
        promotion:float64 price:float64 advertising:float64 weather:float64 life_cycle:float64 event:float64 expected_units:float64""",
    # Truth: profit of an order line in the shop's currency and in the company's; every part signed, profit = their sum.
    "profit": """order_no:int64 line_no:int64 currency:text revenue_minor:int64 shipping_income_minor:int64
        refund_minor:int64 cost_of_goods_minor:int64 restocked_minor:int64 platform_fees_minor:int64 payment_fees_minor:int64
        affiliate_minor:int64 advertising_minor:int64 parcel_minor:int64 packaging_minor:int64 other_minor:int64
        profit_minor:int64 profit_base_minor:int64""",
    # What was planted. `cost_minor` is what it truly cost (company currency, may be 0); detail is JSON.
    "events": """event_no:int64 kind:text from_on:day to_on:day shop:text sku_no:int64 listing_no:int64 carrier:text
        supplier_no:int64 reference:text cost_minor:int64 currency:text detail:text""",
    "fx": "day:day currency:text rate:float64 rate_text:text",
}
"""fx: units of the company's currency for one of `currency`, ECB's own day; rate_text is the exact decimal used."""

_KINDS = {"int64": INT, "bool": FLAG, "at": AT, "day": DAY, "text": TEXT, "float64": RATE}

TABLES: Mapping[str, Mapping[str, str]] = {
    name: {part.split(":")[0]: _KINDS[part.split(":")[1]] for part in told.split()} for name, told in _SCHEMA.items()
}
"""Column kinds by table and column."""

Columns = Mapping[str, Any]
"""Arrays of equal length by column name."""


@dataclass
class Chronicle:
    """The tables of one world; `add` while it runs, `table` afterwards."""

    _parts: dict[str, list[dict[str, np.ndarray]]] = field(default_factory=dict)

    def add(self, name: str, columns: Columns) -> None:
        """Append rows: every declared column must be given; scalars are repeated to the length of the arrays.

        Raises:
            ValueError: a column is missing, unknown, or of another length.
        """
        declared = TABLES[name]
        if set(columns) != set(declared):
            raise ValueError(f"{name}: {sorted(set(columns) ^ set(declared))}")
        length = max((len(value) for value in columns.values() if isinstance(value, np.ndarray | list)), default=1)
        if length:
            rows = {column: _as_array(columns[column], kind, length) for column, kind in declared.items()}
            if any(len(values) != length for values in rows.values()):
                raise ValueError(f"{name}: columns of different lengths")
            self._parts.setdefault(name, []).append(rows)

    def columns(self, name: str) -> dict[str, np.ndarray]:
        """A whole table as arrays, in the order in which it was written."""
        parts = self._parts.get(name, [])
        if len(parts) > 1:
            joined = {column: np.concatenate([part[column] for part in parts]) for column in TABLES[name]}
            self._parts[name] = parts = [joined]
        return dict(parts[0]) if parts else {c: _as_array([], kind, 0) for c, kind in TABLES[name].items()}

    def replace(self, name: str, columns: Columns) -> None:
        """Put another state in the place of a table (cancellations after the fact, late dates)."""
        self._parts[name] = []
        self.add(name, columns)

    def table(self, name: str) -> pa.Table:
        """A whole table as Arrow: texts as strings, minor units as int64, NaT as null."""
        return pa.table({
            column: pa.array(values, pa.string()) if TABLES[name][column] == TEXT else pa.array(values)
            for column, values in self.columns(name).items()
        })  # fmt: skip


def _as_array(value: Any, kind: str, length: int) -> np.ndarray:
    dtype = object if kind == TEXT else np.dtype(kind)
    if isinstance(value, np.ndarray | list):
        return np.asarray(value, dtype=dtype)
    filled = np.empty(length, dtype=dtype)
    filled[:] = value
    return filled
