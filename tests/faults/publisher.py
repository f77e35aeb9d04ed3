"""A process that imports and closes until it is killed, and says what it has done.

Run as `python -m tests.faults.publisher WORKSPACE ACTION FIRST COUNT`. Every line on standard output is
an acknowledgement: the file's number, written after the publish has returned.
"""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from tests.unit.warehouse.stagings import line, order, stage
from zhanggui.canon.register import TABLES
from zhanggui.warehouse import StagedFile, Warehouse

ORDERS_PER_FILE = 3
SHARED = "shared"
"""An order that every file states, so that every publish also replaces a row."""


def amount_of(number: int) -> Decimal:
    """What each order of a file amounts to."""
    return Decimal(number) + Decimal("0.0001")


def stage_number(workspace: Path, number: int) -> StagedFile:
    """The file of a number: three orders of its own, each with a line, and the shared order."""
    own = [f"{number}-{place}" for place in range(ORDERS_PER_FILE)]
    stated_at = datetime(2026, 1, 1) + timedelta(minutes=number)
    orders = [order(key, total_amount=amount_of(number)) for key in own]
    lines = [line(key, "1", identity_rank=2, total_amount=amount_of(number)) for key in own]
    shared = order(SHARED, item_quantity=Decimal(number))
    scratch = workspace / "inbox" / f"{number}-{datetime.now().timestamp()}"
    return stage(scratch, f"file{number:06}", stated_at, {"orders": [*orders, shared], "order_lines": lines})


def import_numbers(books: Warehouse, workspace: Path, first: int, count: int) -> None:
    """Import files one by one and acknowledge each."""
    for number in range(first, first + count):
        staged = stage_number(workspace, number)
        books.publish_files([staged], f"import-{number}", datetime(2026, 2, 1))
        say(str(number))


def close_numbers(books: Warehouse, first: int) -> None:
    """A close of two tables that must agree: the number stands in both."""
    bundle = {"bundle_sku_code": "B", "component_sku_code": "C", "quantity": Decimal(first)}
    fx = {"rate_on": date(2026, 1, 1), "base": "USD", "quote": "CNY", "rate": Decimal(first)}
    tables = {
        name: pa.Table.from_pylist(
            [{column: row.get(column) for column in TABLES[name].by_name}], schema=TABLES[name].arrow_schema
        )
        for name, row in (("bundle_components", bundle), ("fx_daily", fx))
    }
    books.publish_tables(tables, closed_as_of=date(2026, 1, 1))
    say(str(first))


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    workspace, action, first, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    with Warehouse.open(workspace) as books:
        say("ready")
        if action == "import":
            import_numbers(books, workspace, first, count)
        elif action == "close":
            close_numbers(books, first)
        else:
            books.compact()
            say("compacted")


if __name__ == "__main__":
    main()
