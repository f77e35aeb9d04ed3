"""The hand-made world as open books, so that questions are asked of figures that anybody can add up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

import zhanggui.app.questions  # noqa: F401  (registers the questions)
from tests.unit.metrics.world import TB, US, Row, World, arrow_table
from zhanggui.app.answers import Answer
from zhanggui.app.asking import Asked, answer_question_in, check_question
from zhanggui.app.workspace import Settings, Workspace
from zhanggui.canon.register import TABLES
from zhanggui.canon.steps import STEPS
from zhanggui.warehouse import Generation

AS_OF = date(2026, 2, 28)
SUMMARIES = ("product_summary", "product_months", "customer_summary", "stock_summary", "product_totals", "order_index")


def imported(file_id: str, shop: str, report: str, since: date | None, until: date | None, **also: Any) -> Row:
    """A received file that covers these days."""
    row = {"file_id": file_id, "import_id": "i1", "import_seq": 1, "path_name": f"{file_id}.csv", "member": ""}
    counts = {"rows_seen": 9, "rows_accepted": 9, "rows_refused": 0, "rows_duplicate": 0, "rows_replaced": 0}
    period = {"period_from": since, "period_to": until}
    told = {"format": report, "channel": shop.split("/")[0], "shop_id": shop, "imported_at": datetime(2026, 2, 28, 1)}
    return {**row, **counts, **period, **told, "status": "accepted", "warnings": "[]", "controls": "[]", **also}


FILES = [
    imported("f1", TB, "taobao_orders_csv", date(2026, 2, 1), date(2026, 2, 10)),
    imported("f2", TB, "taobao_orders_csv", date(2026, 2, 10), date(2026, 2, 12), rows_refused=2, status="partial"),
    imported("f3", US, "amazon_orders", date(2026, 2, 11), date(2026, 2, 11), imported_at=datetime(2026, 2, 27)),
]

ISSUES = [
    {"file_id": "f2", "issue_no": 1, "source_row": 7, "column_name": "金额", "code": "amount_unreadable", "message": "八元",
     "cells": "{}", "severity": "refused"},
    {"file_id": "f2", "issue_no": 2, "source_row": 7, "column_name": "订单号", "code": "id_damaged", "message": "4.9E+18",
     "cells": "{}", "severity": "refused"},
    {"file_id": "f2", "issue_no": 3, "source_row": 9, "column_name": "订单号", "code": "id_damaged", "message": "5.0E+18",
     "cells": "{}", "severity": "refused"},
    {"file_id": "f2", "issue_no": 4, "source_row": 1, "column_name": "新列", "code": "unknown_header", "message": "新列",
     "severity": "warning"},
]  # fmt: skip


class SmallBooks:
    """What questions use of a warehouse, over the tables of a world."""

    def __init__(self, world: World | None = None, as_of: date = AS_OF, **tables: list[Row]) -> None:
        self.world = world or World()
        for name in sorted(TABLES.keys() - set(self.world.engine.list_tables())):
            self.world.put(name, arrow_table(name, []))
        for name in SUMMARIES:  # the world's own are made without a day
            step = STEPS[name]
            made = step(*(self.world.table(read) for read in step.reads), as_of=as_of, base_currency="CNY")
            self.world.put(name, self.fetch(made).cast(TABLES[name].arrow_schema))
        for name, rows in tables.items():
            self.world.put(name, arrow_table(name, rows))
        self.as_of = as_of

    def table(self, name: str) -> Any:
        return self.world.table(name)

    def fetch(self, expression: Any) -> pa.Table:
        return self.world.engine.con.execute(self.world.engine.compile(expression)).to_arrow_table()

    def known(self, _: str, read: Callable[[], Any]) -> Any:
        return read()

    def generation(self) -> int:
        return 7

    def generations(self) -> list[Generation]:
        return [Generation(7, "close", self.as_of, datetime(2026, 3, 2), 1)]


def open_small(root: Path, books: SmallBooks) -> Asked:
    """The books as a question sees them."""
    return Asked(Workspace(root, Settings()), books, books.as_of)  # type: ignore[arg-type]


def put(asked: Asked, name: str, **given: str) -> Answer:
    """The answer to a question with these arguments."""
    return answer_question_in(asked, name, check_question(name, given))


def cells(answer: Answer, *columns: str) -> list[tuple[Any, ...]]:
    """The chosen columns of an answer's rows."""
    places = [[column.name for column in answer.columns].index(name) for name in columns]
    return [tuple(row[place] for place in places) for row in answer.rows]
