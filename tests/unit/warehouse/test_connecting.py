"""What docs/connecting.md tells other programs to run is run here, beside an open writer."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.house.checkout import ROOT
from zhanggui.warehouse.engine import extension_path
from zhanggui.warehouse.store import Warehouse

SAID = re.search(r"```sql\n(.*?)```", (ROOT / "docs" / "connecting.md").read_text("utf-8"), re.S)


def test_the_documented_statements_read_the_books_and_cannot_write(books: Warehouse, workspace: Path) -> None:
    books.execute(
        "INSERT INTO books.main.daily_sales (stat_on, channel, shop_id, currency, paid_amount) "
        "VALUES (DATE '2026-03-01', 'taobao', 'taobao/main', 'CNY', 12.34)"
    )
    assert SAID is not None
    other = duckdb.connect()
    # The extensions come from their packages instead of the engine's own download.
    for name in ("sqlite_scanner", "ducklake"):
        other.execute(f"LOAD '{extension_path(name)}'")
    _, *statements = SAID.group(1).replace("WORKSPACE", str(workspace)).split("ATTACH")
    attach, select = ("ATTACH" + statements[0]).split(";")[:2]
    other.execute(attach)
    assert [(channel, str(paid), currency) for channel, paid, currency in other.execute(select).fetchall()] == [
        ("taobao", "12.3400", "CNY")
    ]
    with pytest.raises(duckdb.Error, match="read-only"):
        other.execute("DELETE FROM books.main.daily_sales WHERE stat_on = ?", [date(2026, 3, 1)])
    other.close()
