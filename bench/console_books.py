"""The workspace that the console's benchmark asks: the seller of `metrics_20m` with articles, files and people.

The facts are made inside the engine; everything that a close makes from facts (aggregates, summaries, decisions) is
made by the close's own steps and published as one generation. The orders and lines as platforms state them are there
too, so that an import merges into tables of full size. A directory that is there already is used again.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.metrics_20m import drawn, insert_facts, selected

AS_OF = date(2026, 12, 31)
PASSWORD = "a long enough password"  # of people who exist in this workspace only
PEOPLE = tuple(f"person{number:02d}" for number in range(20))
SKUS = 100_000
SKU = f"'SKU' || (power(hash(line) % 1000000 / 1000000.0, 3) * {SKUS})::int"
"""A few articles are sold often, most of them now and then."""

FORMATS = ("taobao_orders_csv", "taobao_refunds", "alipay_ledger_csv")
_FACTS = frozenset({"order_facts", "line_facts", "refund_facts", "ledger_facts"})


def _stated_orders(lines: int) -> str:
    columns = {
        "shop_id": "shop_id", "platform_order_id": "platform_order_id", "status": "'completed'", "created_on": "created_on",
        "paid_on": "paid_on", "currency": "'CNY'", "payable_amount": "amount * 2", "buyer_key": "buyer_key",
        "paid_amount": "CASE WHEN is_paid THEN amount * 2 END", "source_file_id": "'f'", "source_row": "o",
        "stated_at": "TIMESTAMP '2026-12-31'",
    }  # fmt: skip
    return selected("orders", columns, drawn(f"range AS o FROM range({lines // 2})"))


def _stated_lines(lines: int) -> str:
    columns = {
        "shop_id": "shop_id", "platform_order_id": "platform_order_id", "line_key": "'L' || line", "seller_sku_code": SKU,
        "quantity": "line % 2 + 1", "gross_amount": "amount", "total_amount": "amount", "currency": "'CNY'",
        "status": "'completed'", "is_superseded": "false", "source_file_id": "'f'", "source_row": "line",
        "stated_at": "TIMESTAMP '2026-12-31'",
    }  # fmt: skip
    return selected("order_lines", columns, drawn(f"range // 2 AS o, range AS line FROM range({lines})", "line,"))


def _files(shops: list[str]) -> list[dict[str, Any]]:
    """A report of each kind for each shop and month, but for some that are missing."""
    from zhanggui.kernel.periods import Grain, period_of

    found = []
    for number, shop in enumerate(shops):
        for place, kind in enumerate(FORMATS):
            month = period_of(date(2025, 1, 1), Grain.MONTH)
            for turn in range(24):
                if (turn + number + place) % 11:
                    found.append(_file(shop, kind, month.from_on, month.to_on))
                month = month.next
    return found


def _file(shop: str, kind: str, first: date, last: date) -> dict[str, Any]:
    name = f"{shop}-{kind}-{first}"
    at = datetime.combine(last, datetime.min.time()) + timedelta(days=2)
    return {
        "file_id": name, "import_id": "made", "import_seq": 1, "digest": name, "path_name": f"{name}.csv", "member": "",
        "size_bytes": 1, "format": kind, "channel": shop.partition("/")[0], "shop_id": shop, "period_from": first,
        "period_to": last, "rows_seen": 1, "rows_accepted": 1, "rows_refused": 0, "rows_duplicate": 0, "rows_replaced": 0,
        "controls": "[]", "warnings": "[]", "imported_at": at, "stated_at": at, "status": "accepted",
    }  # fmt: skip


def make_workspace(folder: Path, lines: int) -> Path:
    """The workspace of that many order lines, made unless it is there."""
    from zhanggui.app.workspace import Settings, create_workspace

    done = folder / f"made-{lines}"
    if done.exists():
        return folder
    workspace = create_workspace(folder, Settings(company="Bench", base_currency="CNY"))
    _fill(workspace, lines)
    _let_in(workspace)
    done.touch()
    return folder


def _fill(workspace: Any, lines: int) -> None:
    import pyarrow as pa

    from zhanggui.app import closing
    from zhanggui.canon.register import TABLES
    from zhanggui.canon.steps import STEPS
    from zhanggui.warehouse import Warehouse

    steps = [step for step in STEPS.values() if step.writes not in _FACTS]
    with Warehouse.open(workspace.root, memory_limit_bytes=6 << 30) as books:
        insert_facts(books, lines, SKU)
        books.execute(f"INSERT INTO books.main.orders {_stated_orders(lines)}")
        books.execute(f"INSERT INTO books.main.order_lines {_stated_lines(lines)}")
        shops = books.fetch(books.table("order_facts").select("shop_id").distinct())["shop_id"].to_pylist()
        books.publish_tables({"import_files": pa.Table.from_pylist(_files(shops), TABLES["import_files"].arrow_schema)})
        books.publish_steps(steps, closing.step_arguments(workspace, books, AS_OF), closed_as_of=AS_OF)


def _let_in(workspace: Any) -> None:
    from zhanggui.app.callers import local_caller
    from zhanggui.app.people import add_person, set_up
    from zhanggui.kernel.clock import now_utc

    set_up(workspace, "owner", PASSWORD, now_utc())
    for name in PEOPLE:
        add_person(workspace, local_caller("bench"), name, "operator", PASSWORD, now_utc())
