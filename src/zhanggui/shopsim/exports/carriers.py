"""Carriers' monthly bills: SF's own layout, and the free one that every other branch office writes.

A bill names parcels, never shops. A parcel that was billed twice stands in the bill twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from zhanggui.shopsim.exports.rendering import (
    Cells,
    ExportedFile,
    Window,
    date_cells,
    local_days,
    money_cells,
    save_columns,
    text_cells,
)
from zhanggui.shopsim.exports.sold import Rows, take

ZONE = "Asia/Shanghai"
SF = "顺丰速运"


def export_carriers(world: Any, directory: Path, windows: Sequence[Window]) -> list[ExportedFile]:
    """The bills in the company's currency of every carrier, month by month, by the day on which parcels left."""
    parcels = world.chronicle.columns("parcels")
    parcels = take(parcels, np.flatnonzero(parcels["currency"] == "CNY"))
    made = []
    for window in windows:
        left = take(parcels, window.holds(parcels["shipped_at"]))
        for carrier in sorted(set(left["carrier"].tolist())):
            made.append(_bill(carrier, take(left, np.flatnonzero(left["carrier"] == carrier)), directory, window))
    return [file for file in made if file is not None]


def _bill(carrier: str, parcels: Rows, directory: Path, window: Window) -> ExportedFile | None:
    repeated = np.repeat(np.arange(len(parcels["parcel_no"])), 1 + parcels["is_duplicate_billed"].astype(np.int64))
    rows = take(parcels, repeated)
    days = date_cells(local_days(rows["shipped_at"], ZONE))
    if carrier == SF:
        name = f"顺丰月结账单_{window.stamp(ZONE)}.csv"
        return save_columns("sf_monthly_bill", _sf_cells(rows, days), directory / name, "", window)
    name = f"{carrier}对账单_{window.stamp(ZONE)}.csv"
    return save_columns("express_bill_generic", _free_cells(carrier, rows, days), directory / name, "", window)


def kilograms(grams: np.ndarray) -> pa.Array:
    """Grams as kilograms with three places."""
    return money_cells(grams, 3)


def _sf_cells(rows: Rows, days: pa.Array) -> dict[str, Cells]:
    return {
        "日期": days,
        "运单号码": text_cells(rows["tracking_no"]),
        "对方地区": text_cells(rows["city"]),
        "计费重量": kilograms(rows["billed_weight_grams"]),
        "产品类型": "顺丰标快",
        "付款方式": "寄付月结",
        "费用(元)": money_cells(rows["billed_minor"]),
        "折扣/促销": "0.00",
        "应付金额": money_cells(rows["billed_minor"]),
    }


def _free_cells(carrier: str, rows: Rows, days: pa.Array) -> dict[str, Cells]:
    return {
        "业务日期": days,
        "运单号": text_cells(rows["tracking_no"]),
        "快递公司": carrier,
        "目的省份": text_cells(rows["province"]),
        "目的城市": text_cells(rows["city"]),
        "重量": kilograms(rows["weight_grams"]),
        "计费重量": kilograms(rows["billed_weight_grams"]),
        "运费": money_cells(rows["billed_minor"]),
        "其他费用": "0.00",
        "合计": money_cells(rows["billed_minor"]),
    }
