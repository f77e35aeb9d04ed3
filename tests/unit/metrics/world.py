"""A small shop whose every figure can be computed by hand, as stated tables in an in-memory engine.

Orders (CNY unless said otherwise):
  A1  taobao/main  b1  paid 2026-01-31  order states payable 100.00 and paid 90.00, two lines 60 + 40
  A2  taobao/main  b1  paid 2026-02-02  order states no money; two lines 33.33 + 66.67
  A3  taobao/main  b2  cancelled before payment, payable 50.00
  A4  taobao/main  b2  brushed (fake), paid 999.00
  A5  taobao/main  b3  paid 2026-02-10, payable 100.00 over three equal lines of 10.00
  D1  douyin/main  b9  paid 2026-02-10, payable 300.00, refund claim of 30.00 repaid 2026-02-12
  U1  amazon/us    b7  paid 2026-02-10 (Tuesday), USD 20.00
  U2  amazon/us    b7  paid 2026-02-14 (Saturday), USD 10.00
  S1  known from a settlement only: no money, no lines
  R1  website/uk   b5  sold 2026-02-01: 3 × 5.00 GBP; C1 reverses 2 of them on 2026-02-20
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import ibis
import pyarrow as pa

import zhanggui.metrics.aggregates
import zhanggui.metrics.facts
import zhanggui.metrics.summaries  # noqa: F401  (declares the steps)
from zhanggui.canon.register import TABLES
from zhanggui.canon.steps import STEPS, Step, order_steps
from zhanggui.canon.tables import Kind

Row = dict[str, Any]
D = date


def metric_steps() -> tuple[Step, ...]:
    """The steps of this room, in order."""
    return order_steps(step for step in STEPS.values() if step.run.__module__.startswith("zhanggui.metrics"))


def order(shop: str, number: str, **stated: Any) -> Row:
    return {"shop_id": shop, "platform_order_id": number, "source_file_id": "f1", "source_row": 1, **stated}


def line(shop: str, number: str, key: str, **stated: Any) -> Row:
    row = {"shop_id": shop, "platform_order_id": number, "line_key": key, "source_file_id": "f2", "source_row": 2}
    return {**row, **stated}


TB, DY, US, UK = "taobao/main", "douyin/main", "amazon/us", "website/uk"

ORDERS = [
    order(TB, "A1", status="completed", created_on=D(2026, 1, 30), paid_on=D(2026, 1, 31), completed_on=D(2026, 2, 8),
          currency="CNY", payable_amount="100", paid_amount="90", seller_discount_amount="10", shipping_amount="5",
          buyer_key="b1", province="浙江"),
    order(TB, "A2", status="paid", created_on=D(2026, 2, 2), paid_on=D(2026, 2, 2), currency="CNY", buyer_key="b1"),
    order(TB, "A3", status="cancelled", created_on=D(2026, 2, 3), currency="CNY", payable_amount="50", buyer_key="b2"),
    order(TB, "A4", status="completed", kind="fake", created_on=D(2026, 2, 4), paid_on=D(2026, 2, 4), currency="CNY",
          payable_amount="999", buyer_key="b2"),
    order(TB, "A5", status="shipped", created_on=D(2026, 2, 10), paid_on=D(2026, 2, 10), currency="CNY",
          payable_amount="100", buyer_key="b3", province="江苏"),
    order(DY, "D1", status="completed", created_on=D(2026, 2, 10), paid_on=D(2026, 2, 10), currency="CNY",
          payable_amount="300", buyer_key="b9", platform_discount_amount="20"),
    order(US, "U1", status="shipped", created_on=D(2026, 2, 10), paid_on=D(2026, 2, 10), currency="USD",
          total_amount="20", buyer_key="b7", country="US"),
    order(US, "U2", status="shipped", created_on=D(2026, 2, 14), paid_on=D(2026, 2, 14), currency="USD",
          total_amount="10", buyer_key="b7", country="US", refunded_amount="4"),
    order(TB, "S1", settled_at=datetime(2026, 2, 20)),
    order(UK, "R1", status="completed", created_on=D(2026, 2, 1), currency="GBP", buyer_key="b5"),
    order(UK, "C1", kind="cancellation", status="completed", created_on=D(2026, 2, 20), currency="GBP", buyer_key="b5"),
]  # fmt: skip

LINES = [
    line(TB, "A1", "A1-1", total_amount="60", quantity="2", seller_sku_code="SKU-1", platform_listing_id="L1", platform_line_id="A1-1"),
    line(TB, "A1", "A1-2", total_amount="40", quantity="1", seller_sku_code="SKU-2", platform_listing_id="L2", platform_line_id="A1-2"),
    line(TB, "A1", "A1#1", total_amount="60", quantity="2", is_superseded=True),
    line(TB, "A2", "A2-1", unit_price="33.33", quantity="1", seller_sku_code="SKU-1", platform_listing_id="L1"),
    line(TB, "A2", "A2-2", unit_price="66.67", quantity="1", seller_sku_code="OLD-2", platform_listing_id="L2"),
    line(TB, "A5", "A5-1", unit_price="10", quantity="1", seller_sku_code="SKU-1"),
    line(TB, "A5", "A5-2", unit_price="10", quantity="1", seller_sku_code="SKU-2"),
    line(TB, "A5", "A5-3", unit_price="10", quantity="1", seller_sku_code="SKU-3"),
    line(DY, "D1", "D1-1", total_amount="300", quantity="3", seller_sku_code="SKU-1", platform_line_id="D1-1"),
    line(US, "U1", "U1-1", total_amount="20", quantity="2", seller_sku_code="SKU-1", currency="USD"),
    line(UK, "R1", "R1-1", unit_price="5", quantity="3", seller_sku_code="SKU-9", currency="GBP"),
    line(UK, "C1", "C1-1", unit_price="5", quantity="-2", seller_sku_code="SKU-9", currency="GBP"),
]  # fmt: skip

REFUNDS = [
    {"shop_id": DY, "platform_refund_id": "RF1", "platform_order_id": "D1", "platform_line_id": "D1-1", "status": "refunded",
     "kind": "refund_only", "requested_on": D(2026, 2, 11), "refunded_on": D(2026, 2, 12), "amount": "30", "currency": "CNY"},
    {"shop_id": DY, "platform_refund_id": "RF2", "platform_order_id": "D1", "status": "requested", "requested_on": D(2026, 3, 1),
     "amount": "5", "currency": "CNY"},
]  # fmt: skip


def entry(key: str, component: str | None, amount: str, **stated: Any) -> Row:
    row = {"account_id": "platform_wallet/taobao/main", "line_key": key, "component": component, "amount": amount}
    return {**row, "shop_id": TB, "posted_on": D(2026, 2, 9), "currency": "CNY", "status": "settled", **stated}


SETTLEMENT_LINES = [
    entry("T1", "sale", "90", platform_order_id="A1"),
    entry("T2", "commission", "-4.5", platform_order_id="A1"),
    entry("T3", None, "95", has_components=True, platform_order_id="A2"),
    entry("T4", "payout", "-150"),
    entry("P1", "sale", "9.41", account_id="paypal/website/uk", shop_id=UK, currency="GBP", gross_amount="10", fee_amount="-0.59"),
]  # fmt: skip

COMPONENTS = [
    {"account_id": "platform_wallet/taobao/main", "line_key": "T3", "component": component, "amount": amount,
     "currency": "CNY", "is_total": component == "income_total"}
    for component, amount in (("sale", "100"), ("commission", "-3"), ("payment_fee", "-2"), ("income_total", "100"))
]  # fmt: skip


def traffic(shop: str, day: date, visitors: int, paid: int, listing: str = "", **stated: Any) -> Row:
    row = {
        "shop_id": shop,
        "stat_on": day,
        "period_to_on": day,
        "platform_listing_id": listing,
        "source": "",
        "terminal": "",
    }
    return {
        **row,
        "visitors": visitors,
        "page_views": visitors * 3,
        "paid_buyers": paid,
        "cart_users": visitors // 2,
        **stated,
    }


TRAFFIC = [
    traffic(TB, D(2026, 2, 2), 100, 10),
    traffic(TB, D(2026, 2, 10), 300, 15),
    traffic(TB, D(2026, 2, 10), 250, 12, listing="L1"),
    traffic(TB, D(2026, 2, 1), 999, 99, period_to_on=D(2026, 2, 28)),
]


def ad(key: str, spend: str, **stated: Any) -> Row:
    row = {"shop_id": TB, "stat_on": D(2026, 2, 10), "ad_platform": "wanxiangtai", "line_key": key, "spend": spend}
    return {
        **row,
        "currency": "CNY",
        "impressions": 1000,
        "clicks": 50,
        "attributed_sales": "80",
        "attributed_orders": "2",
        **stated,
    }


ADS = [
    ad("c1", "20", campaign_name="春节"),
    ad("k1", "20", campaign_name="春节", targeting="围巾", search_term="围巾 女"),
]

STOCK = [
    {
        "warehouse_id": "own/main",
        "seller_sku_code": sku,
        "as_of_on": day,
        "on_hand": on_hand,
        "unit_cost": cost,
        "currency": "CNY",
    }
    for sku, day, on_hand, cost in (
        ("SKU-1", D(2026, 1, 31), "100", "10"),
        ("SKU-1", D(2026, 2, 15), "80", "10"),
        ("SKU-2", D(2026, 2, 14), "5", None),
    )
]

COST_PRICES = [
    {
        "seller_sku_code": "SKU-1",
        "method": "standard",
        "valid_from": D(2026, 1, 1),
        "unit_cost": "10",
        "currency": "CNY",
    },
    {
        "seller_sku_code": "SKU-1",
        "method": "standard",
        "valid_from": D(2026, 2, 10),
        "unit_cost": "12",
        "currency": "CNY",
    },
    {"seller_sku_code": "SKU-1", "method": "last", "valid_from": D(2026, 1, 1), "unit_cost": "99", "currency": "CNY"},
]

ERP_LINES = [
    {"erp": "jushuitan", "erp_order_id": "E1", "line_key": "1", "platform_order_id": "A1", "platform_line_id": "A1-2",
     "seller_sku_code": "SKU-2", "quantity": "1", "cost_amount": "7", "currency": "CNY"},
    {"erp": "jushuitan", "erp_order_id": "E5", "line_key": "1", "platform_order_id": "A5", "seller_sku_code": "SKU-2",
     "quantity": "1", "unit_cost": "8", "currency": "CNY"},
]  # fmt: skip

ECB = [
    {"rate_on": day, "base": "EUR", "quote": quote, "rate": rate, "source": "ecb"}
    for day, quote, rate in (
        (D(2026, 2, 10), "USD", "1.25"), (D(2026, 2, 10), "CNY", "8"), (D(2026, 2, 10), "GBP", "0.8"),
        (D(2026, 2, 13), "USD", "1.2"), (D(2026, 2, 13), "CNY", "8.4"), (D(2026, 2, 13), "GBP", "0.8"),
    )
]  # fmt: skip

CALENDAR = [{"day_on": D(2026, 1, 1) + timedelta(days=place)} for place in range(120)]

STATED: dict[str, list[Row]] = {
    "shops": [{"shop_id": TB, "channel": "taobao", "currency": "CNY"}, {"shop_id": US, "channel": "amazon", "currency": "USD"}],
    "orders": ORDERS,
    "order_lines": LINES,
    "refunds": REFUNDS,
    "settlement_lines": SETTLEMENT_LINES,
    "settlement_components": COMPONENTS,
    "traffic_daily": TRAFFIC,
    "ad_spend": ADS,
    "stock_levels": STOCK,
    "cost_prices": COST_PRICES,
    "erp_order_lines": ERP_LINES,
    "ecb_rates": ECB,
    "calendar": CALENDAR,
    "sku_links": [
        {"scope": TB, "alias_kind": "seller_sku_code", "alias": "OLD-2", "seller_sku_code": "SKU-2", "status": "confirmed"},
        {"scope": "taobao", "alias_kind": "seller_sku_code", "alias": "SKU-3", "seller_sku_code": "WRONG", "status": "suggested"},
    ],
    "skus": [{"seller_sku_code": "SKU-1", "category_raw": "围巾"}],
    "bundle_components": [
        {"bundle_sku_code": "SKU-3", "component_sku_code": "SKU-1", "quantity": "2"},
    ],
    "shipments": [{"carrier_name": "ZTO", "tracking_number": "Z1", "shop_id": TB, "platform_order_id": "A1"}],
    "shipment_charges": [
        {"carrier_name": "ZTO", "line_key": "1", "tracking_number": "Z1", "billed_on": D(2026, 2, 5), "amount": "3.2", "currency": "CNY"},
        {"carrier_name": "ZTO", "line_key": "2", "tracking_number": "Z1", "billed_on": D(2026, 2, 6), "amount": "1", "currency": "CNY"},
        {"carrier_name": "ZTO", "line_key": "3", "billed_on": D(2026, 2, 6), "amount": "2", "currency": "CNY"},
    ],
    "reviews": [
        {"shop_id": TB, "review_key": key, "created_on": D(2026, 2, 11), "rating": rating} for key, rating in (("r1", "5"), ("r2", "4"), ("r3", None))
    ],
    "service_messages": [
        {"shop_id": TB, "conversation_id": key, "started_on": D(2026, 2, 11), "first_response_seconds": seconds}
        for key, seconds in (("m1", 60), ("m2", 90000), ("m3", None))
    ],
}  # fmt: skip


def arrow_table(name: str, rows: list[Row]) -> pa.Table:
    """Rows in the declared shape of the table; what a row does not state is null."""
    arrays = []
    for column in TABLES[name].columns:
        values = [row.get(column.name) for row in rows]
        if column.kind in (Kind.MONEY, Kind.QUANTITY, Kind.RATE):
            values = [None if value is None else Decimal(value) for value in values]
        arrays.append(pa.array(values, type=column.kind.arrow))
    return pa.Table.from_arrays(arrays, schema=TABLES[name].arrow_schema)


@cache
def step_queries() -> tuple[tuple[str, str], ...]:
    """Each step's query for the embedded engine: the same for every world, so compiled once."""
    shapes = {name: ibis.Schema.from_pyarrow(declared.arrow_schema) for name, declared in TABLES.items()}
    made = [
        (step.writes, step(*(ibis.table(shapes[name], name=name) for name in step.reads))) for step in metric_steps()
    ]
    return tuple((name, str(ibis.to_sql(expression, dialect="duckdb"))) for name, expression in made)


class World:
    """Stated tables and what the steps make of them, in one in-memory engine."""

    def __init__(self, stated: dict[str, list[Row]] | None = None) -> None:
        self.engine = ibis.duckdb.connect()
        reads = {name for step in metric_steps() for name in step.reads}
        written = {step.writes for step in metric_steps()}
        for name in sorted(reads - written):
            self.put(name, arrow_table(name, (STATED if stated is None else stated).get(name, [])))
        for name, sql in step_queries():
            made = self.engine.con.execute(sql).to_arrow_table()
            assert made.column_names == TABLES[name].arrow_schema.names, name
            self.put(name, made.cast(TABLES[name].arrow_schema))

    def put(self, name: str, rows: pa.Table) -> None:
        self.engine.con.register(f"{name}_rows", rows)
        self.engine.con.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM {name}_rows')

    def table(self, name: str) -> Any:
        return self.engine.table(name)

    def run(self, expression: Any) -> list[Row]:
        # Not by Ibis, which would round the result to the narrower types that it expects of sums and products.
        rows: list[Row] = self.engine.con.execute(self.engine.compile(expression)).to_arrow_table().to_pylist()
        return rows

    def rows(self, name: str, *columns: str, **where: Any) -> list[tuple[Any, ...]]:
        """The chosen columns of the rows that hold these values, in order."""
        found = [row for row in self.run(self.table(name)) if all(row[key] == value for key, value in where.items())]
        return sorted((tuple(row[column] for column in columns) for row in found), key=str)
