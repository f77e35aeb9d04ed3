"""What the close publishes: every derived table or none."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.unit.warehouse.stagings import order, stage
from zhanggui.canon.register import TABLES
from zhanggui.canon.steps import Step
from zhanggui.warehouse import KeyStatedTwice, TableUnknown, Warehouse
from zhanggui.warehouse.errors import DerivedTableMalformed

DAY = date(2026, 1, 31)
NOW = datetime(2026, 2, 1)


def rate(base: str, value: str, day: date = DAY) -> dict[str, Any]:
    filled = {"rate_on": day, "base": base, "quote": "CNY", "rate": Decimal(value)}
    return {name: filled.get(name) for name in TABLES["fx_daily"].by_name}


def rates(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=TABLES["fx_daily"].arrow_schema)


def stored_rates(books: Warehouse) -> list[tuple[str, Decimal]]:
    rows = books.table("fx_daily").select("base", "rate").order_by("base").to_pyarrow().to_pylist()
    return [(row["base"], row["rate"]) for row in rows]


def test_a_derived_table_is_replaced_whole_and_kept_by_generation(books: Warehouse, workspace: Path) -> None:
    first = books.publish_tables({"fx_daily": rates(rate("USD", "7.1"), rate("EUR", "7.8"))}, closed_as_of=DAY)
    second = books.publish_tables({"fx_daily": rates(rate("USD", "7.2"))}, closed_as_of=DAY, closed_at=NOW)
    assert stored_rates(books) == [("USD", Decimal("7.2"))]
    assert (books.generations()[-1].generation, books.generations()[-1].kind) == (second, "close")
    assert books.generations()[-1].closed_as_of == DAY
    with Warehouse.open(workspace, generation=first) as then:
        assert stored_rates(then) == [("EUR", Decimal("7.8")), ("USD", Decimal("7.1"))]


def test_expressions_over_the_books_are_published_as_well(books: Warehouse) -> None:
    books.publish_tables({"fx_daily": rates(rate("USD", "7"))}, closed_as_of=DAY)
    doubled = books.table("fx_daily").mutate(rate=lambda table: table.rate * 2)
    books.publish_tables({"fx_daily": doubled}, closed_as_of=DAY)
    assert stored_rates(books) == [("USD", Decimal(14))]


@pytest.mark.parametrize("name", ["orders", "colours"])
def test_stated_and_unknown_tables_are_not_replaced(books: Warehouse, name: str) -> None:
    with pytest.raises(TableUnknown):
        books.publish_tables({name: rates(rate("USD", "7"))}, closed_as_of=DAY)


def test_a_table_of_another_shape_is_refused(books: Warehouse) -> None:
    with pytest.raises(DerivedTableMalformed) as raised:
        books.publish_tables({"fx_daily": rates(rate("USD", "7")).drop_columns(["rate"])}, closed_as_of=DAY)
    assert raised.value.fields["columns"] == ["rate"]


def test_a_repeated_key_takes_the_whole_close_back(books: Warehouse) -> None:
    before = books.publish_tables({"fx_daily": rates(rate("USD", "7"))}, closed_as_of=DAY)
    good = pa.Table.from_pylist([], schema=TABLES["sku_links"].arrow_schema)
    with pytest.raises(KeyStatedTwice):
        books.publish_tables({"sku_links": good, "fx_daily": rates(rate("EUR", "8"), rate("EUR", "8"))})
    assert stored_rates(books) == [("USD", Decimal(7))]
    assert books.generation() == before


def make_rates(orders: Any, *, as_of: date) -> pa.Table:
    return rates(rate("USD", str(orders.count().to_pyarrow().as_py()), as_of))


def raise_rates(fx_daily: Any, *, as_of: date) -> Any:
    return fx_daily.select(
        **{name: fx_daily[name] for name in TABLES["fx_daily"].by_name if name != "rate"}, rate=fx_daily.rate + 1
    )


def read_later(fx_daily: Any, *, as_of: date) -> pa.Table:
    (count,) = fx_daily.rate.to_pyarrow().to_pylist()
    row = dict.fromkeys(TABLES["bundle_components"].by_name)
    row |= {"bundle_sku_code": "B", "component_sku_code": "C", "quantity": count + 1}
    return pa.Table.from_pylist([row], schema=TABLES["bundle_components"].arrow_schema)


def arguments(step: Step) -> dict[str, Any]:
    return {"as_of": DAY}


def test_steps_see_what_earlier_steps_wrote(books: Warehouse, workspace: Path) -> None:
    staged = stage(workspace, "a", datetime(2026, 1, 1), {"orders": [order("1"), order("2")]})
    books.publish_files([staged], "import", NOW)
    later = Step("read_later", ("fx_daily",), "bundle_components", read_later)
    first = Step("make_rates", ("orders",), "fx_daily", make_rates)
    told: list[str] = []
    generation = books.publish_steps(
        [later, first], arguments, closed_as_of=DAY, closed_at=NOW, on_step=lambda step: told.append(step.name)
    )
    assert told == ["make_rates", "read_later"]
    assert books.generation() == generation
    assert books.table("bundle_components").quantity.to_pyarrow().to_pylist() == [Decimal(3)]
    assert books.generations()[-1].import_seq == 1


def fail(orders: Any, *, as_of: date) -> Any:
    raise ZeroDivisionError


def test_a_failing_step_publishes_nothing(books: Warehouse) -> None:
    first = Step("make_rates", ("orders",), "fx_daily", make_rates)
    wrong = Step("fail", ("fx_daily",), "bundle_components", fail)
    with pytest.raises(ZeroDivisionError):
        books.publish_steps([first, wrong], arguments, closed_as_of=DAY)
    assert stored_rates(books) == []
    assert books.generation() == 0


def count_by_shop(orders: pa.Table, fx_daily: pa.Table, *, as_of: date) -> pa.Table:
    (shop_id,) = set(orders["shop_id"].to_pylist())
    row = dict.fromkeys(TABLES["bundle_components"].by_name)
    row |= {"bundle_sku_code": shop_id, "component_sku_code": str(fx_daily.num_rows), "quantity": orders.num_rows}
    return pa.Table.from_pylist([row], schema=TABLES["bundle_components"].arrow_schema)


def test_a_partitioned_step_gets_each_partition_once(books: Warehouse, workspace: Path) -> None:
    tables = {"orders": [order("1"), order("2"), order("3", "jd/main")]}
    books.publish_files([stage(workspace, "a", datetime(2026, 1, 1), tables)], "import", NOW)
    step = Step("count_by_shop", ("orders", "fx_daily"), "bundle_components", count_by_shop, ("shop_id",))
    books.publish_steps([step], arguments, closed_as_of=DAY)
    stored = books.table("bundle_components").order_by("bundle_sku_code").to_pyarrow().to_pylist()
    assert [(row["bundle_sku_code"], row["component_sku_code"], row["quantity"]) for row in stored] == [
        ("jd/main", "0", Decimal(1)),
        ("taobao/main", "0", Decimal(2)),
    ]
