"""What was sent and what the carriers charged for it."""

from __future__ import annotations

from zhanggui.canon.columns import (
    code,
    currency,
    ident,
    instant,
    line_key,
    moment,
    money,
    on,
    order,
    quantity,
    shop,
    text,
)
from zhanggui.canon.tables import Table, stated

SHIPMENTS = stated(
    "shipments", "包裹", "Shipments", "每个运单一行", "one row for each tracking number of a carrier",
    ["carrier_name", "tracking_number"],
    [
        text("carrier_name", "物流公司", "Carrier"),
        ident("tracking_number", "运单号", "Tracking number"),
        shop(),
        order(),
        ident("purchase_platform_order_id", "采购单号", "Purchase order that the parcel brings"),
        code("direction", "ship_direction", "方向", "Out to a buyer, back from one, or in from a supplier"),
        ident("platform_package_id", "平台包裹号", "The platform's id of the parcel"),
        text("service_level", "快递产品", "Service of the carrier"),
        text("payment_term", "付款方式原文", "Who pays the carrier, as the source words it"),
        *moment("shipped", "寄件", "the parcel was sent"),
        instant("delivered_at", "签收时间", "When the parcel was delivered (UTC)"),
        quantity("weight_grams", "实际重量（克）", "Weight", unit="gram"),
        quantity("billed_weight_grams", "计费重量（克）", "Weight that is charged", unit="gram"),
        text("destination_text", "目的地原文", "Destination as the source words it"),
        text("province", "目的省份", "Province or state of destination"),
        text("country", "目的国家（ISO 3166-1）", "Country of destination (ISO 3166-1 alpha-2)"),
        money("cost_amount", "运费成本", "What the parcel cost the seller, positive"),
        currency(),
    ],
    "parcels",
)  # fmt: skip

SHIPMENT_CHARGES = stated(
    "shipment_charges", "快递账单", "Shipment charges", "快递账单的每一行一行", "one row for each line of a carrier's bill",
    ["carrier_name", "line_key"],
    [
        text("carrier_name", "物流公司", "Carrier"),
        line_key(),
        ident("tracking_number", "运单号", "Tracking number"),
        on("billed_on", "计费日期", "Day that is billed"),
        money("base_amount", "基础运费", "Basic charge"),
        money("extra_amount", "附加费", "Surcharges"),
        text("extra_text", "附加费说明", "What the surcharges are for"),
        money("discount_amount", "折扣金额", "Discount, positive"),
        money("gross_amount", "折前金额", "Charge before discount"),
        money("amount", "应付金额", "What the seller owes the carrier, positive"),
        currency(),
        quantity("billed_weight_grams", "计费重量（克）", "Weight that is charged", unit="gram"),
        text("destination_text", "目的地原文", "Destination as the source words it"),
    ],
    "parcels",
)  # fmt: skip

TABLES: tuple[Table, ...] = (SHIPMENTS, SHIPMENT_CHARGES)
