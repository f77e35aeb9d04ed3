"""A small drawn world with a whole chronicle, made without the engine: every kind of row that an exporter renders.

Nothing in it is plausible trade; everything in it is consistent: lines sum to orders, ledgers to balances, quantities to
stock. What happens after the last day is there too, because exporters have to leave it out.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from zhanggui.shopsim.chronicle import NONE, TABLES, Chronicle
from zhanggui.shopsim.world.places import Shop

DAY = 86_400
START = np.datetime64("2026-02-10T16:00:00", "s")  # midnight of 11 February in Shanghai
NAT = np.datetime64("NaT", "s")
WIDE = {"douyin", "xhs"}
KINDS = {"taobao": "alipay"}
# What each channel's ledger holds of a line that is settled, in thousandths of what was paid.
FEES = {
    "taobao": {"commission": -20, "affiliate_commission": -10, "payment_fee": -6, "shipping_insurance": -3},
    "jd": {"commission": -50, "payment_fee": -8, "shipping_insurance": -4, "penalty": -1},
    "pdd": {"platform_fee": -6, "affiliate_commission": -20, "shipping_insurance": -5},
    "douyin": {"platform_fee": -40, "affiliate_commission": -90, "agency_fee": -10},
    "xhs": {"platform_fee": -50, "payment_fee": -7, "affiliate_commission": -60},
}


class DrawnWorld(SimpleNamespace):
    """What exporters ask of a world."""

    def day(self, index: int) -> np.datetime64:
        return (START + np.timedelta64(8 * 3600 + index * DAY, "s")).astype("datetime64[D]")

    def day_start(self, shop_no: int, index: int) -> np.datetime64:
        return START + np.timedelta64(index * DAY, "s")

    def company_day_start(self, index: int) -> np.datetime64:
        return self.day_start(0, index)


def draw_world(channel: str, orders: int = 90, days: int = 36, seed: int = 1) -> DrawnWorld:
    """A world of one shop on a channel."""
    rng = np.random.default_rng(seed)
    shop = Shop(
        0, f"{channel}/礼物店", channel, "礼物店", f"{channel}-礼物店", "CNY", "Asia/Shanghai", "CN", "", 0, 1.0, {}
    )
    world = DrawnWorld(
        shops=[shop], day_count=days, currency="CNY", chronicle=Chronicle(), rng=rng, shop=shop,
        warehouses=[SimpleNamespace(code="主仓", kind="own", warehouse_no=0)],
        suppliers=[SimpleNamespace(name=f"第{number}工厂") for number in range(3)],
        products=_products(), listings=_listings(), buyers=_buyers(rng),
    )  # fmt: skip
    _add_orders(world, orders)
    _add_refunds(world)
    _add_ledger(world)
    _add_goods(world)
    _add_company(world)
    _add_statistics(world)
    return world


def _texts(form: str, count: int, first: int = 0) -> np.ndarray:
    return np.array([form.format(number) for number in range(first, first + count)], dtype=object)


def _products() -> Any:
    return SimpleNamespace(
        code=_texts("ZG{:05d}", 12, 10001),
        barcode=_texts("69{:011d}", 12),
        name_zh=_texts("杯子，“{}”号", 12),
        count=12,
    )


def _listings() -> Any:
    count = np.arange(12)
    return SimpleNamespace(
        sku_no=count, platform_product_id=_texts("6{:011d}", 12), platform_sku_id=_texts("5{:012d}", 12),
        merchant_code=_texts("ZG{:05d}", 12, 10001), title=_texts('杯子 "{}" 号,大', 12), count=12,
    )  # fmt: skip


def _buyers(rng: np.random.Generator) -> Any:
    phones = np.array([f"13{number:09d}" for number in rng.integers(0, 10**9, 40).tolist()], dtype=object)
    return SimpleNamespace(
        nickname=_texts("小鱼{}", 40), full_name=_texts("王测{}", 40), phone=phones, street=_texts("人民路{}号", 40)
    )


def _seconds(rng: np.random.Generator, low: int, high: int, count: int) -> np.ndarray:
    return rng.integers(low, high, count).astype("timedelta64[s]")


def _where(mask: np.ndarray, at: np.ndarray) -> np.ndarray:
    return np.where(mask, at, NAT)


def _add_orders(world: DrawnWorld, count: int) -> None:
    rng, channel = world.rng, world.shop.channel
    per_order = np.ones(count, np.int64) if channel == "pdd" else rng.integers(1, 4, count)
    order = np.repeat(np.arange(count), per_order)
    first = np.cumsum(per_order) - per_order
    line_no = np.arange(len(order)) - first[order]
    quantity = rng.integers(1, 4, len(order))
    price = rng.integers(500, 30_000, len(order))
    seller, platform = rng.integers(0, 200, len(order)), rng.integers(0, 150, len(order))
    paid = price * quantity - seller - platform
    created = np.sort(START + _seconds(rng, 0, world.day_count * DAY, count))
    is_paid, is_cancelled = rng.random(count) < 0.93, rng.random(count) < 0.05
    paid_at = _where(is_paid, created + _seconds(rng, 5, 900, count))
    shipped = _where(is_paid & ~is_cancelled, paid_at + _seconds(rng, 3600, 3 * DAY, count))
    delivered = shipped + _seconds(rng, DAY, 4 * DAY, count)
    ids = np.array([_order_id(channel, number) for number in range(count)], dtype=object)
    listing = (np.arange(len(order)) * 5 + line_no) % 12

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(order, values, count).astype(np.int64)

    shipping = np.where(rng.random(count) < 0.2, 600, 0)
    goods, by_seller, by_platform = total(price * quantity), total(seller), total(platform)
    buyer = rng.integers(0, 40, count)
    world.chronicle.add("orders", {
        "order_no": np.arange(count), "shop": world.shop.code, "platform_order_id": ids, "buyer_no": buyer,
        "created_at": created, "paid_at": paid_at, "cancelled_at": _where(~is_paid | is_cancelled, created + np.timedelta64(5400, "s")),
        "shipped_at": shipped, "delivered_at": delivered, "completed_at": delivered + _seconds(rng, DAY, 9 * DAY, count),
        "currency": "CNY", "goods_minor": goods, "seller_discount_minor": by_seller, "platform_discount_minor": by_platform,
        "shipping_minor": shipping, "tax_minor": np.zeros(count, np.int64), "paid_minor": goods - by_seller - by_platform + shipping,
        "seller_receivable_minor": goods - by_seller + shipping, "country": "CN", "province": "浙江省", "city": "杭州市",
        "warehouse": "主仓", "payment_method": "支付宝", "affiliate_no": np.where(rng.random(count) < 0.2, 3, NONE), "is_fake": False,
    })  # fmt: skip
    world.chronicle.add("lines", {
        "order_no": order, "line_no": line_no, "platform_line_id": np.array([f"{ids[o]}{n}" for o, n in zip(order, line_no, strict=True)], dtype=object),
        "listing_no": listing, "sku_no": listing, "quantity": quantity, "list_price_minor": price, "seller_discount_minor": seller,
        "platform_discount_minor": platform, "paid_minor": paid, "seller_receivable_minor": paid + platform,
        "tax_minor": np.zeros(len(order), np.int64), "promotion": "", "batch": "B1",
    })  # fmt: skip


def _order_id(channel: str, number: int) -> str:
    return {"pdd": f"260211-{number:015d}", "jd": f"3{number:011d}", "xhs": f"P7{number:017d}"}.get(
        channel, f"42{number:017d}"
    )


def _add_refunds(world: DrawnWorld) -> None:
    rng, orders, lines = world.rng, world.chronicle.columns("orders"), world.chronicle.columns("lines")
    paid_at = orders["paid_at"][lines["order_no"]]
    claimed = np.flatnonzero(~np.isnat(paid_at) & (rng.random(len(paid_at)) < 0.2))
    count, order = len(claimed), lines["order_no"][claimed]
    is_return = (rng.random(count) < 0.5) & ~np.isnat(orders["shipped_at"][order])
    requested = np.fmax(paid_at[claimed], orders["delivered_at"][order]) + _seconds(rng, 60, 12 * DAY, count)
    approved = _where(rng.random(count) < 0.9, requested + _seconds(rng, 60, DAY, count))
    returned = _where(is_return, approved + _seconds(rng, DAY, 4 * DAY, count))
    share = np.where(rng.random(count) < 0.6, 100, 40)
    world.chronicle.add("refunds", {
        "refund_no": np.arange(count), "platform_refund_id": _texts("88{:014d}", count), "order_no": order,
        "line_no": lines["line_no"][claimed], "kind": np.where(is_return, "return_refund", "refund_only").astype(object),
        "quantity": lines["quantity"][claimed], "amount_minor": lines["paid_minor"][claimed] * share // 100,
        "platform_part_minor": lines["platform_discount_minor"][claimed] * share // 100, "requested_at": requested, "approved_at": approved,
        "returned_at": returned, "refunded_at": np.where(is_return, returned, approved) + np.timedelta64(7200, "s"),
        "is_restocked": is_return, "reason": "质量问题",
    })  # fmt: skip


def _add_ledger(world: DrawnWorld) -> None:
    """Settlements after completion, refunds, and payouts; wide movements share one number."""
    channel, shop = world.shop.channel, world.shop
    orders, lines, refunds = (world.chronicle.columns(name) for name in ("orders", "lines", "refunds"))
    rows: list[tuple[np.datetime64, str, int, int, int, int, str]] = []
    for line in np.flatnonzero(~np.isnat(orders["completed_at"][lines["order_no"]])).tolist():
        order, at = int(lines["order_no"][line]), orders["completed_at"][lines["order_no"][line]]
        paid, platform = int(lines["paid_minor"][line]), int(lines["platform_discount_minor"][line])
        parts = {"sale": paid, "platform_subsidy": platform} | {
            name: paid * share // 1000 for name, share in FEES[channel].items()
        }
        rows += [
            (at, name, amount, order, int(lines["line_no"][line]), NONE, f"S{line}")
            for name, amount in parts.items()
            if amount
        ]
    for number in np.flatnonzero(~np.isnat(refunds["refunded_at"])).tolist():
        order, line_no = int(refunds["order_no"][number]), int(refunds["line_no"][number])
        parts = {
            "refund": -int(refunds["amount_minor"][number]),
            "platform_subsidy": -int(refunds["platform_part_minor"][number]),
        }
        rows += [
            (refunds["refunded_at"][number], name, amount, order, line_no, number, f"R{number}")
            for name, amount in parts.items()
            if amount
        ]
    rows += [
        (START + np.timedelta64(week * 7 * DAY + 3600, "s"), "payout", -10_000 * week, NONE, NONE, NONE, f"P{week}")
        for week in range(1, 6)
    ]
    rows.sort(key=lambda row: row[0])
    at, component, amount, order_no, line_no, refund_no, movement = zip(*rows, strict=True)
    numbers = [f"{1 + place:020d}" for place in range(len(rows))]
    if channel in WIDE:
        ranks = {name: place for place, name in enumerate(dict.fromkeys(movement))}
        numbers = [f"{1 + ranks[name]:020d}" for name in movement]
    world.chronicle.add("ledger", {
        "entry_no": np.arange(len(rows)), "account": f"{KINDS.get(channel, 'platform_wallet')}/{shop.code}", "shop": shop.code,
        "platform_txn_id": np.array(numbers, dtype=object), "posted_at": np.array(at), "component": np.array(component, dtype=object),
        "amount_minor": np.array(amount), "currency": "CNY", "order_no": np.array(order_no), "line_no": np.array(line_no),
        "refund_no": np.array(refund_no), "payout_no": NONE, "note": "",
    })  # fmt: skip


def _add_goods(world: DrawnWorld) -> None:
    """Parcels of two carriers (one billed twice), movements of what left, stock of every day."""
    rng, orders, lines = world.rng, world.chronicle.columns("orders"), world.chronicle.columns("lines")
    sent = np.flatnonzero(~np.isnat(orders["shipped_at"]))
    count = len(sent)
    grams, charge = rng.integers(200, 3000, count), rng.integers(250, 2500, count)
    world.chronicle.add("parcels", {
        "parcel_no": np.arange(count), "order_no": sent, "shop": world.shop.code,
        "carrier": np.where(sent % 2 == 0, "顺丰速运", "圆通速递").astype(object),
        "tracking_no": np.array([f"{'SF' if number % 2 == 0 else 'YT'}{number:013d}" for number in sent.tolist()], dtype=object),
        "warehouse": "主仓", "country": "CN", "province": "浙江省", "city": "杭州市", "shipped_at": orders["shipped_at"][sent],
        "delivered_at": orders["delivered_at"][sent], "weight_grams": grams, "billed_weight_grams": grams + 100, "charge_minor": charge,
        "billed_minor": charge + 10, "currency": "CNY", "is_lost": False, "is_duplicate_billed": np.arange(count) % 17 == 3,
    })  # fmt: skip
    left = np.flatnonzero(~np.isnat(orders["shipped_at"][lines["order_no"]]))
    world.chronicle.add("movements", {
        "movement_no": np.arange(len(left)), "warehouse": "主仓", "sku_no": lines["sku_no"][left],
        "occurred_at": orders["shipped_at"][lines["order_no"][left]], "kind": "sale", "quantity": -lines["quantity"][left],
        "unit_cost_minor": 300 + lines["sku_no"][left], "currency": "CNY", "order_no": lines["order_no"][left], "po_no": NONE, "batch": "B1",
    })  # fmt: skip
    days = np.repeat([world.day(index) for index in range(world.day_count)], 12)
    world.chronicle.add("stock", {
        "day": days, "warehouse": "主仓", "sku_no": np.tile(np.arange(12), world.day_count), "on_hand": rng.integers(0, 90, len(days)),
        "incoming": rng.integers(0, 30, len(days)), "unit_cost_minor": 300 + np.tile(np.arange(12), world.day_count), "currency": "CNY",
    })  # fmt: skip


def _add_company(world: DrawnWorld) -> None:
    """Purchases of one to three goods, and the accounts in yuan and dollars."""
    rng, count = world.rng, 9
    created = START + np.arange(count) * np.timedelta64(5 * DAY, "s") + np.timedelta64(3600, "s")
    order = np.repeat(np.arange(count), rng.integers(1, 4, count))
    line_no = np.arange(len(order)) - np.searchsorted(order, order)
    quantity, price = rng.integers(10, 60, len(order)), rng.integers(100, 900, len(order))
    goods = np.bincount(order, quantity * price, count).astype(np.int64)
    world.chronicle.add("purchases", {
        "po_no": np.arange(count), "platform_order_id": _texts("25{:016d}", count), "supplier_no": np.arange(count) % 3, "warehouse": "主仓",
        "created_at": created, "paid_at": created + np.timedelta64(600, "s"), "shipped_at": created + np.timedelta64(2 * DAY, "s"),
        "received_at": created + np.timedelta64(6 * DAY, "s"), "goods_minor": goods, "shipping_minor": 1500, "paid_minor": goods + 1500,
        "currency": "CNY", "is_duplicate_invoice": False,
    })  # fmt: skip
    world.chronicle.add("purchase_lines", {
        "po_no": order, "line_no": line_no, "sku_no": (order * 3 + line_no) % 12, "quantity": quantity, "quantity_received": quantity,
        "unit_price_minor": price, "amount_minor": quantity * price, "batch": "B1",
    })  # fmt: skip
    for account, currency in (("bank/主账户", "CNY"), ("bank/usd", "USD")):
        amounts = np.concatenate([[500_000], rng.integers(-20_000, 30_000, 40)])
        days = np.sort(rng.integers(0, world.day_count, len(amounts)))
        world.chronicle.add("bank", {
            "entry_no": np.arange(len(amounts)), "account": account, "booked_on": np.array([world.day(int(day)) for day in days]),
            "amount_minor": amounts, "currency": currency, "kind": np.where(amounts > 0, "payout", "supplier").astype(object),
            "reference": _texts("ref{}", len(amounts)), "counterparty": "测试工厂", "balance_minor": np.cumsum(amounts),
            "payout_no": NONE, "po_no": NONE,
        })  # fmt: skip


def _add_statistics(world: DrawnWorld) -> None:
    """Visits by source, search terms, advertising, reviews."""
    rng, listings = world.rng, np.arange(12)
    names = [name for name, kind in TABLES["traffic"].items() if kind == "int64" and name != "listing_no"]
    for index in range(world.day_count):
        shared = {"day": world.day(index), "shop": world.shop.code, "listing_no": np.tile(listings, 2)}
        source = np.repeat(np.array(["手淘搜索", "我的淘宝"], dtype=object), 12)
        world.chronicle.add("traffic", shared | {"source": source} | {name: rng.integers(0, 90, 24) for name in names})
        told = {name: rng.integers(0, 50, 24) for name in ("impressions", "clicks", "carts", "orders", "paid_minor")}
        world.chronicle.add(
            "searches", shared | {"term": np.repeat(np.array(["杯子", "马克杯 大"], dtype=object), 12)} | told
        )
        spent = {name: rng.integers(0, 900, 24) for name in TABLES["ads"] if name.endswith(("s", "minor"))}
        world.chronicle.add("ads", shared | {"campaign": "c1", "currency": "CNY"} | spent)
    orders, lines = world.chronicle.columns("orders"), world.chronicle.columns("lines")
    rated = np.flatnonzero(~np.isnat(orders["completed_at"][lines["order_no"]]))[::3]
    created = orders["completed_at"][lines["order_no"][rated]] + np.timedelta64(3600, "s")
    world.chronicle.add("reviews", {
        "review_no": np.arange(len(rated)), "platform_review_id": _texts("r{}", len(rated)), "shop": world.shop.code,
        "order_no": lines["order_no"][rated], "line_no": lines["line_no"][rated], "listing_no": lines["listing_no"][rated],
        "created_at": created, "replied_at": created + np.timedelta64(2 * DAY, "s"), "rating": rng.integers(1, 6, len(rated)),
        "language": "zh", "text": "很好，\n喜欢", "reply": "谢谢", "aspects": "", "batch": "B1",
    })  # fmt: skip
