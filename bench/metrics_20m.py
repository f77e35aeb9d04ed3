"""Forty metrics by channel and month over 20 million order lines, beside hand-written SQL on the same engine.

The facts are made inside the engine, into real books of their own. Each contestant is a fresh process that opens
the books and answers once: (ours) the metric layer on the facts, all forty in one request; (a) one hand-written
statement with the same result. Equality is verified: sums exactly, ratios to the sixth place. Then each metric that
the daily aggregates hold is asked by itself. Targets: ours at most 1.2 × (a) and under 10 s; an aggregate under 0.3 s.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.baselines.metrics_by_hand import STATEMENT
from bench.processes import Measured, Result, Row, run_command

LINES = 20_000_000
ROUNDS = 3
MONEY = "decimal(18,4)"

FORTY = (
    "gmv", "orders", "paid_orders", "paid_amount", "cancelled_orders", "units_ordered", "units", "product_sales",
    "shipping_income", "seller_discounts", "platform_discounts", "refunds_by_request", "refunds_by_payment",
    "refund_requests", "refund_count", "net_sales", "buyers", "new_buyers", "repeat_buyers", "cost_of_goods",
    "gross_profit", "total_fees", "commissions", "payment_fees", "net_settlement", "cancellation_rate", "payment_rate",
    "units_per_order", "aov", "price_per_unit", "seller_discount_rate", "platform_discount_rate", "refund_rate_amount",
    "refund_rate_orders", "channel_share", "repeat_rate", "spend_per_buyer", "cost_coverage", "gross_margin", "take_rate",
)  # fmt: skip

SKU = "'SKU' || hash(line) % 5000"
"""Which of 5,000 articles a line is of, each as often as any other."""

_CHANNELS = "['taobao','tmall','jd','pdd','douyin','kuaishou','xhs','amazon','shopify','shopee','lazada','tiktok_shop']"
_CHANNEL = f"{_CHANNELS}[(o % 12 + 1)::int]"


def drawn(numbers: str, also: str = "") -> str:
    """What an order's number `o` says about it: the same for its lines, refunds and ledger entries."""
    return f"""
      SELECT {also} o, {_CHANNEL} AS channel, {_CHANNEL} || '/main' AS shop_id, 'N' || o AS platform_order_id,
      'b' || hash(o) % 2000000 AS buyer_key, date '2025-01-01' + (hash(o, 1) % 730)::int AS created_on,
      hash(o, 2) % 20 <> 0 AS is_paid, (hash(o, 3) % 50000 / 100 + 1)::{MONEY} AS amount
      FROM (SELECT {numbers})"""


def selected(name: str, columns: dict[str, str], source: str) -> str:
    """A select of every declared column; what the bench does not make is null."""
    from zhanggui.canon.register import TABLES

    cast = (f"CAST({columns.get(one.name, 'NULL')} AS {one.kind.sql}) AS {one.name}" for one in TABLES[name].columns)
    return f"SELECT {', '.join(cast)} FROM (SELECT *, CASE WHEN is_paid THEN created_on END AS paid_on FROM ({source}))"


def _orders(lines: int) -> str:
    source = drawn(f"range AS o FROM range({lines // 2})")
    columns = {
        "shop_id": "shop_id", "channel": "channel", "platform_order_id": "platform_order_id", "buyer_key": "buyer_key",
        "status": "'completed'", "is_counted": "true", "is_paid": "is_paid", "is_cancelled": "NOT is_paid",
        "created_on": "created_on", "paid_on": "paid_on", "currency": "'CNY'", "gmv_amount": "amount * 2",
        "paid_amount": "CASE WHEN is_paid THEN amount * 2 END", "net_amount": "amount * 2", "shipping_amount": "o % 10",
        "seller_discount_amount": "o % 7", "platform_discount_amount": "o % 5", "quantity": "3", "line_count": "2",
        "amount_basis": "'order'", "is_first_order": "is_paid AND hash(o, 4) % 3 = 0",
        "is_repeat_order": "is_paid AND hash(o, 4) % 3 > 0", "source_file_id": "'f'", "source_row": "o",
    }  # fmt: skip
    return selected("order_facts", columns, source)


def _lines(lines: int, sku: str = SKU) -> str:
    source = drawn(f"range // 2 AS o, range AS line FROM range({lines})", "line,")
    columns = {
        "shop_id": "shop_id", "channel": "channel", "platform_order_id": "platform_order_id", "line_key": "'L' || line",
        "buyer_key": "buyer_key", "created_on": "created_on", "paid_on": "paid_on", "is_counted": "true",
        "is_paid": "is_paid", "is_cancelled": "NOT is_paid", "seller_sku_code": sku,
        "sku_id": sku, "category": f"'category ' || hash({sku}) % 40", "currency": "'CNY'", "quantity": "line % 2 + 1", "gross_amount": "amount",
        "net_amount": "amount", "cost_amount": "CASE WHEN line % 4 > 0 THEN amount / 2 END",
        "costed_net_amount": "CASE WHEN line % 4 > 0 THEN amount END", "cost_basis": "'cost_price'",
        "source_file_id": "'f'", "source_row": "line",
    }  # fmt: skip
    return selected("line_facts", columns, source)


def _refunds(lines: int) -> str:
    source = drawn(f"range * 20 + range % 20 AS o FROM range({lines // 40})")
    columns = {
        "shop_id": "shop_id", "channel": "channel", "platform_refund_id": "'R' || o", "platform_order_id": "platform_order_id",
        "status": "'refunded'", "requested_on": "created_on + 3", "refunded_on": "CASE WHEN o % 3 > 0 THEN created_on + 5 END",
        "basis": "'claim'", "is_matched": "true", "is_refunded": "o % 3 > 0", "quantity": "1", "amount": "amount",
        "currency": "'CNY'", "source_file_id": "'f'", "source_row": "o",
    }  # fmt: skip
    return selected("refund_facts", columns, source)


def _ledger(lines: int) -> str:
    source = drawn(f"range // 2 AS o, range % 2 AS part FROM range({lines // 2})", "part,")
    columns = {
        "account_id": "'platform_wallet/' || shop_id", "line_key": "'T' || o || '-' || part",
        "component": "CASE WHEN part = 0 THEN 'sale' WHEN o % 3 = 0 THEN 'commission' WHEN o % 3 = 1 THEN 'payment_fee' ELSE 'payout' END",
        "shop_id": "shop_id", "channel": "channel", "posted_on": "created_on + 10", "status": "'settled'", "is_cash": "true",
        "amount": "CASE WHEN part = 0 THEN amount * 2 ELSE -amount / 10 END", "currency": "'CNY'",
        "platform_order_id": "platform_order_id", "source_file_id": "'f'", "source_row": "o",
    }  # fmt: skip
    return selected("ledger_facts", columns, source)


def insert_facts(books: Any, lines: int, sku: str = SKU) -> None:
    """The facts of a seller with that many order lines, of articles chosen by an expression over `line`."""
    made = {
        "order_facts": _orders(lines), "line_facts": _lines(lines, sku), "refund_facts": _refunds(lines),
        "ledger_facts": _ledger(lines),
    }  # fmt: skip
    for name, rows in made.items():
        books.execute(f"INSERT INTO books.main.{name} {rows}")


def make_books(folder: Path, lines: int) -> None:
    """Facts and daily aggregates of a seller with that many order lines."""
    from zhanggui.metrics.aggregates import daily_ledger, daily_sales
    from zhanggui.warehouse.store import Warehouse

    with Warehouse.create(folder) as books:
        insert_facts(books, lines)
        books.publish_steps([daily_sales, daily_ledger], lambda _: {}, closed_as_of=date(2026, 12, 31))


def _answered(books: Any, names: tuple[str, ...], *, use_aggregates: bool) -> Any:
    from zhanggui.metrics.answering import answer
    from zhanggui.metrics.requests import MetricRequest

    request = MetricRequest(names, ("channel",), "month")
    return answer(request, books.table, lambda one: books.fetch(one).to_pylist(), use_aggregates=use_aggregates)


def answer_once(folder: Path, contestant: str, out: Path) -> None:
    """One contestant, in this process: the rows and the seconds of the answer itself, libraries loaded, nothing read."""
    import zhanggui.metrics.answering  # noqa: F401
    from zhanggui.warehouse.store import Warehouse

    with Warehouse.open(folder, read_only=True) as books:
        books.ibis()
        started = time.perf_counter()
        if contestant == "ours":
            found = _answered(books, FORTY, use_aggregates=False)
            rows = [list(row) for row in found.rows]
        else:
            result = books.connection.execute(STATEMENT)
            places = [[one[0] for one in result.description].index(name) for name in ("month", "channel", *FORTY)]
            rows = [[row[place] for place in places] for row in result.fetchall()]
        seconds = time.perf_counter() - started
    out.write_text(json.dumps({"seconds": seconds, "rows": rows}, default=str), "utf-8")


def check_equal(ours: list[list[Any]], by_hand: list[list[Any]]) -> int:
    """How many figures were compared; raises AssertionError where they differ."""
    assert [row[:2] for row in ours] == [row[:2] for row in by_hand], "the groups differ"
    compared = 0
    for row, other in zip(ours, by_hand, strict=True):
        for name, left, right in zip(FORTY, row[2:], other[2:], strict=True):
            slack = Decimal("0.000001") if isinstance(right, float) else Decimal(0)
            # SQL's sum of no rows is null where the layer says 0.
            same = abs(Decimal(left or 0) - Decimal(str(right or 0))) <= slack
            assert same, f"{row[:2]} {name}: {left} and {right}"
            compared += 1
    return compared


Found = tuple[Measured, dict[str, Any]]


def _measured(folder: Path, room: Path) -> dict[str, Found]:
    """The best round of each contestant; they take turns, so that a busy machine slows both."""
    best: dict[str, Found] = {}
    for _ in range(ROUNDS):
        for contestant in ("by_hand", "ours"):
            out = room / f"{contestant}.json"
            measured = run_command([sys.executable, "-m", "bench.metrics_20m", str(folder), contestant, str(out)])
            found = json.loads(out.read_text("utf-8"))
            if contestant not in best or found["seconds"] < best[contestant][1]["seconds"]:
                best[contestant] = measured, found
    return best


def _from_aggregates(folder: Path) -> list[tuple[str, float]]:
    """Seconds of each metric that the daily aggregates can answer, each asked by itself."""
    from zhanggui.metrics.parts import PARTS, PERIOD_DAYS
    from zhanggui.metrics.registry import METRICS
    from zhanggui.warehouse.store import Warehouse

    held = [
        name for name in FORTY
        if all(part == PERIOD_DAYS or PARTS[part].daily for part in METRICS[name].formula.parts)
    ]  # fmt: skip
    seconds = []
    with Warehouse.open(folder, read_only=True) as books:
        for name in held:
            started = time.perf_counter()
            _answered(books, (name,), use_aggregates=True)
            seconds.append((name, time.perf_counter() - started))
    return seconds


def run(room: Path, scale: float = 1.0) -> list[Result]:
    """Make the books, measure both contestants and the aggregates; `scale` shrinks the books for a quick look."""
    lines, folder = int(LINES * scale), room / "books"
    make_books(folder, lines)
    best = _measured(folder, room)
    (by_hand, sql), (ours, layer) = best["by_hand"], best["ours"]
    compared = check_equal(layer["rows"], sql["rows"])
    singles = _from_aggregates(folder)
    title = f"forty metrics by channel and month, {lines:,} order lines ({compared:,} figures equal)"
    together = Result(
        title,
        [
            Row("metric layer, on facts", layer["seconds"], ours.peak_bytes),
            Row("hand-written SQL", sql["seconds"], by_hand.peak_bytes),
        ],
        [
            ("ours ÷ hand-written SQL (at most 1.2)", layer["seconds"] / sql["seconds"]),
            ("whole process, seconds (under 10)", ours.seconds),
        ],
    )
    slowest = max(singles, key=lambda single: single[1])
    middle = sorted(second for _, second in singles)[len(singles) // 2]
    alone = Result(
        f"one metric from the daily aggregates, {len(singles)} metrics each by itself",
        [Row(f"slowest ({slowest[0]})", slowest[1], 0), Row("median", middle, 0)],
        [("slowest, seconds (under 0.3)", slowest[1])],
    )
    return [together, alone]


if __name__ == "__main__":
    answer_once(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
