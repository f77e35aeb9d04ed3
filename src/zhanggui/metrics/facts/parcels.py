"""Parcel facts: what carriers charged for each tracking number, all lines of their bills together."""

from __future__ import annotations

from typing import Any

import ibis

from zhanggui.canon.steps import step
from zhanggui.metrics.expressions import channel_of, conformed, known_currency, money, or_zero, prefixed


@step(reads=("shipment_charges", "shipments"), writes="parcel_facts")
def parcel_facts(shipment_charges: Any, shipments: Any, **_: object) -> Any:
    """One row for each carrier, tracking number and currency; a bill line without a number is a parcel by itself."""
    charges = shipment_charges.mutate(
        tracking_number=ibis.coalesce(shipment_charges.tracking_number, shipment_charges.line_key),
        currency=known_currency(shipment_charges.currency),
        owed=or_zero(
            ibis.coalesce(
                shipment_charges.amount,
                shipment_charges.gross_amount - or_zero(shipment_charges.discount_amount),
                shipment_charges.base_amount + or_zero(shipment_charges.extra_amount),
            )
        ),
    )
    key = ["carrier_name", "tracking_number", "currency"]
    rows = charges.group_by(key).aggregate(
        owed=charges.owed.sum(),
        billed_on=charges.billed_on.min(),
        source_file_id=charges.source_file_id.min(),
        source_row=charges.source_row.min(),
    )
    known = prefixed(
        shipments.select("carrier_name", "tracking_number", "shop_id", "platform_order_id", "province", "shipped_on"),
        "s_",
    )
    rows = rows.left_join(
        known, [rows.carrier_name == known.s_carrier_name, rows.tracking_number == known.s_tracking_number]
    )
    rows = rows.mutate(
        amount=money(rows.owed),
        shop_id=ibis.coalesce(rows.s_shop_id, ibis.literal("")),
        platform_order_id=rows.s_platform_order_id,
        billed_on=ibis.coalesce(rows.billed_on, rows.s_shipped_on),
        province=rows.s_province,
    )
    return conformed(rows.mutate(channel=channel_of(rows.shop_id)), "parcel_facts")
