"""The Olist joining sample: every table imports with its published number of rows, and the parts meet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.anchors.imports import Anchor

pytestmark = pytest.mark.real_data

# file, mapping, rows: the folder's README for the first four, the lines of the files for the rest
TABLES = (
    ("olist_orders_dataset", "olist_orders", 3_000),
    ("olist_order_items_dataset", "olist_order_items", 3_397),
    ("olist_order_reviews_dataset", "olist_reviews", 2_993),
    ("olist_order_payments_dataset", "olist_payments", 3_170),
    ("olist_customers_dataset", "olist_customers", 3_000),
    ("olist_geolocation_dataset", "olist_geolocation", 8_940),
    ("olist_products_dataset", "olist_products", 2_452),
    ("olist_sellers_dataset", "olist_sellers", 938),
    ("product_category_name_translation", "olist_category_names", 71),
)


def test_every_table_with_its_published_rows(shared_data: Path, anchor: Callable[[str], Anchor]) -> None:
    books = anchor("BRL")
    for name, mapping, rows in TABLES:
        file = books.take(shared_data / "olist_sample" / f"{name}.csv", mapping)
        assert (name, file["rows_seen"], file["rows_accepted"]) == (name, rows, rows)
    assert len({order["platform_order_id"] for order in books.rows("orders")}) == 3_000
    assert len(books.rows("order_lines")) == 3_397
    assert len(books.rows("payments")) == 3_170
    assert len(books.rows("reviews")) == 2_993
