"""A small world on five channels with a chronicle made by rules that can be read: what exporters are tested on without the engine."""

from __future__ import annotations

from typing import Any

import numpy as np

from zhanggui.shopsim.chronicle import NONE, TABLES
from zhanggui.shopsim.market.identifiers import line_ids, order_ids
from zhanggui.shopsim.scenario import read_scenario
from zhanggui.shopsim.world.places import Shop
from zhanggui.shopsim.world.whole import World, build_world

DAYS = 45
ORDERS = 60
NEVER = np.datetime64("NaT", "s")

SCENARIO = """
company: {name: 测试出海, currency: CNY, timezone: Asia/Shanghai, country: CN, started_on: 2026-01-10, days: 45}
shops:
  - {code: amazon/us, channel: amazon, name: us, warehouse: FBA, currency: USD, country: US, timezone: America/Los_Angeles}
  - {code: shopify/home, channel: shopify, name: home, warehouse: LA, currency: EUR, country: DE, timezone: Europe/Berlin}
  - {code: shopee/ph, channel: shopee, name: ph, warehouse: SZ, currency: PHP, country: PH, timezone: Asia/Manila}
  - {code: tiktok_shop/us, channel: tiktok_shop, name: us, warehouse: LA, currency: USD, country: US, timezone: America/Los_Angeles}
  - {code: tiktok_shop/jp, channel: tiktok_shop, name: jp, warehouse: SZ, currency: JPY, country: JP, timezone: Asia/Tokyo}
  - {code: weixin_shop/fruit, channel: weixin_shop, name: fruit, warehouse: SZ}
warehouses:
  - {code: SZ, name: 深圳仓}
  - {code: FBA, name: FBA, kind: fba, country: US}
  - {code: LA, name: LA, kind: overseas, country: US}
suppliers: [{name: 一厂, categories: [home]}]
categories:
  - {code: home, zh: 家居, en: Home, products: 12, price_band: [30, 200], cost_share: 0.4, units_day: 40, terms: [lamp, desk lamp],
     nouns_zh: [灯, 盒], nouns_en: [Lamp, Box], traits_zh: [白, 黑], traits_en: [White, Black]}
"""


def make_world() -> World:
    """The world, with its chronicle."""
    world = build_world(read_scenario(SCENARIO, "foreign"), seed=3)
    maker = _Maker(world)
    for shop in world.shops:
        maker.sell(shop)
    maker.finish()
    return world


def _at(day: float) -> np.datetime64:
    """So many days after the first midnight in UTC, to the second."""
    return np.datetime64("2026-01-10T00:00:00") + np.timedelta64(round(day * 86400), "s")


class _Maker:
    """Writes orders one after the other; every seventh is cancelled, every ninth unpaid, every fifth given back."""

    def __init__(self, world: World) -> None:
        self.world, self.rng = world, np.random.default_rng(7)
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}

    def add(self, table: str, **row: Any) -> int:
        self.rows[table].append(row)
        return len(self.rows[table]) - 1

    def sell(self, shop: Shop) -> None:
        listings = np.flatnonzero(self.world.listings.shop_no == shop.shop_no)
        first = len(self.rows["orders"])
        numbers = np.arange(first, first + ORDERS)
        names = order_ids(shop, numbers, np.datetime64("2026-01-10"), self.rng)
        for place, name in enumerate(names.tolist()):
            self.order(shop, listings, name, place, 0.5 + place * (DAYS - 2) / ORDERS)
        self.advertise(shop, listings)

    def order(self, shop: Shop, listings: np.ndarray, name: str, place: int, day: float) -> None:
        buyer = int(self.rng.choice(np.flatnonzero(self.world.buyers.shop_no == shop.shop_no)))
        is_unpaid, is_cancelled = place % 9 == 8, place % 7 == 6
        count = 1 + place % 3
        lines = [self.line(int(self.rng.choice(listings)), number, shop) for number in range(1, count + 1)]
        shipping, unit = (500, 1) if place % 2 else (0, 1)
        names = line_ids(
            shop, np.array([name] * count, object), np.arange(1, count + 1), np.array([count == 1] * count)
        )
        total = {key: sum(line[key] for line in lines) for key in lines[0] if key.endswith("_minor")}
        goods = sum(line["list_price_minor"] * line["quantity"] for line in lines)
        is_sent = not is_unpaid and not is_cancelled
        number = self.add(
            "orders", order_no=len(self.rows["orders"]), shop=shop.code, platform_order_id=name, buyer_no=buyer,
            created_at=_at(day), paid_at=NEVER if is_unpaid else _at(day + 0.01),
            cancelled_at=_at(day + 0.5) if is_unpaid or is_cancelled else NEVER,
            shipped_at=_at(day + 1) if is_sent else NEVER, delivered_at=_at(day + 5) if is_sent else NEVER,
            completed_at=_at(day + 9) if is_sent else NEVER, currency=shop.currency, goods_minor=goods,
            seller_discount_minor=total["seller_discount_minor"], platform_discount_minor=total["platform_discount_minor"],
            shipping_minor=shipping * unit, tax_minor=total["tax_minor"] + (40 if shop.channel == "amazon" and shipping else 0),
            paid_minor=0, seller_receivable_minor=goods - total["seller_discount_minor"] + shipping, country=shop.country,
            province=self.world.buyers.province[buyer], city=self.world.buyers.city[buyer],
            warehouse=self.world.warehouses[shop.warehouse_no].code, payment_method="card",
            affiliate_no=place if place % 4 == 0 else NONE, is_fake=False,
        )  # fmt: skip
        order = self.rows["orders"][number]
        order["paid_minor"] = order["seller_receivable_minor"] - order["platform_discount_minor"] + order["tax_minor"]
        for line, line_name in zip(lines, names.tolist(), strict=True):
            self.rows["lines"].append({**line, "order_no": number, "platform_line_id": line_name})
        if is_sent:
            self.ship(shop, number, day)
            self.settle(shop, order, lines, day)
        if is_sent and place % 5 == 4:
            self.give_back(shop, order, lines[0], day, place)

    def line(self, listing: int, number: int, shop: Shop) -> dict[str, Any]:
        price, quantity = int(self.world.listings.list_price_minor[listing]), int(self.rng.integers(1, 4))
        whole = price * quantity
        seller, platform = whole // 13, whole // 29 if shop.channel not in ("amazon", "shopify") else 0
        return {
            "line_no": number, "listing_no": listing, "sku_no": int(self.world.listings.sku_no[listing]), "quantity": quantity,
            "list_price_minor": price, "seller_discount_minor": seller, "platform_discount_minor": platform,
            "paid_minor": whole - seller - platform, "seller_receivable_minor": whole - seller,
            "tax_minor": whole // 12 if shop.channel == "amazon" else 0, "promotion": "", "batch": "B1",
        }  # fmt: skip

    def ship(self, shop: Shop, number: int, day: float) -> None:
        self.add(
            "parcels", parcel_no=len(self.rows["parcels"]), order_no=number, shop=shop.code, carrier="USPS",
            tracking_no=f"9400{number:018d}", warehouse="LA", country=shop.country, province="", city="", shipped_at=_at(day + 1),
            delivered_at=_at(day + 5), weight_grams=300, billed_weight_grams=300, charge_minor=0, billed_minor=0,
            currency="CNY", is_lost=False, is_duplicate_billed=False,
        )  # fmt: skip

    def settle(self, shop: Shop, order: dict[str, Any], lines: list[dict[str, Any]], day: float) -> None:
        at = _at(day + {"amazon": 1, "shopify": 0.01, "weixin_shop": 0.01}.get(shop.channel, 10))
        for line in lines:
            whole = line["list_price_minor"] * line["quantity"]
            parts = {"sale": whole, "seller_discount": -line["seller_discount_minor"]}
            parts |= {"tax": line["tax_minor"], "withheld_tax": -line["tax_minor"]}
            if shop.channel not in ("amazon", "shopify"):
                parts = {"sale": line["paid_minor"], "platform_subsidy": line["platform_discount_minor"]}
            parts |= (
                {"shipping": order["shipping_minor"]}
                if line["line_no"] == 1 and shop.channel in ("amazon", "shopify")
                else {}
            )
            self.post(shop, at, parts | _fees(shop.channel, whole), order=order["order_no"], line=line["line_no"])

    def give_back(self, shop: Shop, order: dict[str, Any], line: dict[str, Any], day: float, place: int) -> None:
        amount = line["paid_minor"]
        number = self.add(
            "refunds", refund_no=len(self.rows["refunds"]), platform_refund_id=f"R{len(self.rows['refunds']):09d}",
            order_no=order["order_no"], line_no=line["line_no"], kind="return_refund", quantity=line["quantity"],
            amount_minor=amount, platform_part_minor=line["platform_discount_minor"], requested_at=_at(day + 6),
            approved_at=_at(day + 7), returned_at=_at(day + 12), refunded_at=NEVER if place % 2 else _at(day + 13), is_restocked=True,
            reason="坏",
        )  # fmt: skip
        if place % 2 == 0:
            fee = {"commission": 7} if shop.channel == "amazon" else {}
            self.post(shop, _at(day + 13), {"refund": -amount, **fee}, order["order_no"], line["line_no"], number)

    def post(
        self, shop: Shop, at: Any, parts: dict[str, int], order: int = NONE, line: int = NONE, refund: int = NONE
    ) -> None:
        shared = f"T{len(self.rows['ledger']):012d}"
        for component, amount in parts.items():
            if amount:
                number = len(self.rows["ledger"])
                txn = shared if shop.channel == "shopify" else f"T{number:012d}"
                self.add(
                    "ledger", entry_no=number, account=f"platform_wallet/{shop.code}", shop=shop.code, platform_txn_id=txn,
                    posted_at=at, component=component, amount_minor=amount, currency=shop.currency, order_no=order, line_no=line,
                    refund_no=refund, payout_no=NONE, note="",
                )  # fmt: skip

    def advertise(self, shop: Shop, listings: np.ndarray) -> None:
        for day in range(DAYS):
            when = np.datetime64("2026-01-10") + day
            listing = int(listings[day % len(listings)])
            self.add(
                "ads", day=when, shop=shop.code, listing_no=listing, campaign="c1", impressions=1000 + day, clicks=31, spend_minor=701,
                currency=shop.currency, attributed_orders=3, attributed_units=4, attributed_minor=9999, incremental_units=1,
            )  # fmt: skip
            for term in ("lamp", "desk lamp") if day % 3 else ():
                self.add(
                    "searches", day=when, shop=shop.code, listing_no=listing, term=term, impressions=7 * len(term), clicks=3,
                    carts=1, orders=1, paid_minor=100,
                )  # fmt: skip

    def finish(self) -> None:
        self.pay_out()
        for index in range(DAYS):
            for warehouse in self.world.warehouses:
                for sku in range(self.world.products.count):
                    self.add(
                        "stock", day=np.datetime64("2026-01-10") + index, warehouse=warehouse.code, sku_no=sku, on_hand=100 + sku - index,
                        incoming=index % 5, unit_cost_minor=1234, currency="CNY",
                    )  # fmt: skip
        for table, rows in self.rows.items():
            if rows:
                self.world.chronicle.add(table, {column: [row[column] for row in rows] for column in rows[0]})

    def pay_out(self) -> None:
        """A payout of every shop for each fortnight that is over; Shopify's come after three days, every week."""
        for shop in self.world.shops:
            step = 7 if shop.channel == "shopify" else 14
            for start in range(0, DAYS - step, step):
                self.pay(shop, _at(start), _at(start + step))

    def pay(self, shop: Shop, start: Any, end: Any) -> None:
        entries = [
            row
            for row in self.rows["ledger"]
            if row["shop"] == shop.code and row["component"] != "payout" and start <= row["posted_at"] < end
        ]
        total = sum(row["amount_minor"] for row in entries)
        number = self.add(
            "payouts", payout_no=len(self.rows["payouts"]), platform_payout_id=f"18{len(self.rows['payouts']):09d}",
            account=f"platform_wallet/{shop.code}", shop=shop.code, period_start=start, period_end=end,
            paid_at=end + np.timedelta64(86400, "s"), amount_minor=total, currency=shop.currency, is_missing=False,
        )  # fmt: skip
        for row in entries:
            row["payout_no"] = number
        self.post(shop, end, {"payout": -total})
        self.rows["ledger"][-1]["payout_no"] = number


def _fees(channel: str, whole: int) -> dict[str, int]:
    """What the platform keeps of a line."""
    told = {
        "amazon": {"commission": -(whole * 15 // 100), "fulfillment_fee": -321},
        "shopify": {"payment_fee": -(whole * 29 // 1000)},
        "shopee": {"commission": -(whole * 5 // 100), "platform_fee": -(whole // 50), "payment_fee": -(whole // 45)},
        "tiktok_shop": {"commission": -(whole // 20)},
        "weixin_shop": {"platform_fee": -(whole // 100), "affiliate_commission": -(whole // 33)},
    }
    return told[channel]
