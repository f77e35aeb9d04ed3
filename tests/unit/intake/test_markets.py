"""What a file leaves to the market of its shop: ids that look spoilt, times without a zone, amounts without a currency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.golden.reading_samples import read_sample
from zhanggui.intake.cleaning import clean_ids
from zhanggui.intake.declaration import find_format, read_declaration
from zhanggui.intake.errors import MappingInvalid
from zhanggui.intake.reading import Staged
from zhanggui.intake.writing import write_export

SHOPEE = find_format("shopee_orders").fields["Order ID"].shape


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """Where files are staged."""
    (tmp_path / "room").mkdir()
    return tmp_path / "room"


def _read(room: Path, format_id: str, rows: Sequence[Mapping[str, str]], name: str, **options: Any) -> Staged:
    """Write rows as an export of the format with their own columns only, and stage it."""
    path = write_export(find_format(format_id), rows, room.parent / name, headers=list(rows[0]))
    return read_sample(path, room, **options)


def _column(room: Path, staged: Staged, table: str, column: str) -> list[Any]:
    [manifest] = staged.manifests
    return pl.read_parquet(room / manifest.file_id / table / "*.parquet")[column].to_list()


def _warned(staged: Staged) -> list[str]:
    return [warning.code for warning in staged.manifests[0].warnings]


@pytest.mark.parametrize("told", ["25011300001E55", "250113000000E1", "2501130E000012"])
def test_an_id_of_the_platform_s_own_shape_is_no_spoilt_number(told: str) -> None:
    assert SHOPEE is not None
    cleaned = clean_ids(pl.Series([told]), SHOPEE)
    assert (cleaned.values.to_list(), cleaned.problem.to_list()) == ([told], [None])


@pytest.mark.parametrize("spoilt", ["2.5E+15", "2E+15", "2.50113E+63", "25011300001E5", "25011300001E555"])
def test_what_a_spreadsheet_spoilt_stays_refused(spoilt: str) -> None:
    assert clean_ids(pl.Series([spoilt]), SHOPEE).problem.to_list() == ["id_damaged"]


@pytest.mark.parametrize("told", ["25011300001E55", "2.5E+15"])
def test_where_no_shape_is_declared_every_such_id_is_refused(told: str) -> None:
    assert clean_ids(pl.Series([told])).problem.to_list() == ["id_damaged"]


def test_a_shape_that_is_no_pattern_is_told_with_its_place() -> None:
    text = "id: x\nchannel: shopee\nfields:\n  Order ID: {type: id, shape: '(['}\ntables: {orders: {columns: {platform_order_id: Order ID}}}\n"
    with pytest.raises(MappingInvalid, match=r"Order ID"):
        read_declaration(text, "x.yaml")


def test_an_order_file_with_such_ids_is_read_whole(room: Path) -> None:
    row = {"Order Status": "Completed", "Deal Price": "5.00", "Quantity": "1", "SKU Reference No.": "A"}
    rows = [{"Order ID": told, **row} for told in ("25011300001E55", "25011300001F55")]
    staged = _read(room, "shopee_orders", rows, "Order.all.20250101_20250131.xlsx")
    assert staged.manifests[0].rows_refused == 0
    assert set(_column(room, staged, "orders", "platform_order_id")) == {"25011300001E55", "25011300001F55"}


def _tiktok(room: Path, amount: str, **options: Any) -> Staged:
    row = {
        "Order ID": "576461413038785752", "Seller SKU": "A", "Quantity": "1", "SKU Subtotal Before Discount": amount,
        "Order Amount": amount, "Created Time": "07/08/2026 11:30:00 PM",
    }  # fmt: skip
    return _read(room, "tiktok_orders", [row], "All order-2026-07-09-10_00.csv", **options)


@pytest.mark.parametrize(
    ("amount", "options", "created", "warned"),
    [
        ("USD 16.99", {}, datetime(2026, 7, 9, 6, 30), []),  # the cells name the market
        ("GBP 16.99", {}, datetime(2026, 7, 8, 22, 30), []),
        ("16.99", {"shop_currency": "USD"}, datetime(2026, 7, 9, 6, 30), []),  # the shop's does
        ("USD 16.99", {"shop_timezone": "America/New_York"}, datetime(2026, 7, 9, 3, 30), []),  # told, it counts
        ("16.99", {}, datetime(2026, 7, 8, 23, 30), ["currency_unknown", "zone_unknown"]),  # nobody says: UTC, and told
    ],
)
def test_times_without_a_zone_are_those_of_the_market(
    room: Path, amount: str, options: dict[str, str], created: datetime, warned: list[str]
) -> None:
    staged = _tiktok(room, amount, **options)
    assert _column(room, staged, "orders", "created_at") == [created]
    assert _warned(staged) == warned


def test_stock_without_an_amount_needs_no_currency(room: Path) -> None:
    row = {"sku": "A", "fnsku": "X1", "afn-fulfillable-quantity": "4"}
    staged = _read(room, "amazon_fba_inventory", [row], "fba_inventory_20260708.txt")
    assert _warned(staged) == []
    priced = _read(room, "amazon_fba_inventory", [{**row, "your-price": "9.99"}], "fba_inventory_20260709.txt")
    assert _warned(priced) == ["currency_unknown"]
