"""The script that a seller's helper writes: pandas, the same mapping, one Parquet file, no books."""

from __future__ import annotations

import sys
from decimal import Decimal

import pandas as pd

_STATES = {
    "等待买家付款": "pending_payment",
    "买家已付款，等待卖家发货": "paid",
    "卖家已发货，等待买家确认": "shipped",
    "交易成功": "completed",
    "交易关闭": "cancelled",
}
_REFUNDS = {"没有申请退款": "none", "退款成功": "refunded", "退款关闭": "closed"}


def _clean(cells: pd.Series) -> pd.Series:
    cells = cells.str.strip(" \t\u00a0\u200b")
    cells = cells.str.replace(r'^="(.*)"$', r"\1", regex=True).str.replace(r"^['`]", "", regex=True)
    return cells.mask(cells.isin(["", "-", "--", "null", "NULL"]))


def _money(cells: pd.Series) -> pd.Series:
    return _clean(cells).str.replace(r"[¥￥$,元]", "", regex=True).map(Decimal, na_action="ignore")


def _instant(cells: pd.Series) -> pd.Series:
    local = pd.to_datetime(_clean(cells), format="%Y-%m-%d %H:%M:%S")
    return local.dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC").dt.tz_localize(None)


def _map_text(path: str) -> pd.DataFrame:
    read = pd.read_csv(path, encoding="gb18030", dtype=str, keep_default_na=False)
    rows = pd.DataFrame({"platform_order_id": _clean(read["订单编号"])})
    rows["line_key"] = rows["platform_order_id"] + "#" + (rows.groupby("platform_order_id").cumcount() + 1).astype(str)
    rows["unit_price"], rows["quantity"] = _money(read["价格"]), _money(read["购买数量"])
    rows["seller_sku_code"] = _clean(read["外部系统编号"]).fillna(_clean(read["商家编码"]))
    texts = {
        "title": "标题",
        "variant_text": "商品属性",
        "bundle_text": "套餐信息",
        "seller_note": "备注",
        "seller_code": "商家编码",
    }
    for name, header in texts.items():
        rows[name] = _clean(read[header])
    return _with_status(rows, read)


def _map_sheet(path: str) -> pd.DataFrame:
    read = pd.read_excel(path, dtype=str, keep_default_na=False)
    rows = pd.DataFrame({"platform_order_id": _clean(read["主订单编号"]), "line_key": _clean(read["子订单编号"])})
    moneys = {
        "unit_price": "商品价格",
        "quantity": "购买数量",
        "total_amount": "买家应付货款",
        "paid_amount": "买家实付金额",
        "refunded_amount": "退款金额",
    }
    for name, header in moneys.items():
        rows[name] = _money(read[header])
    times = {
        "created_at": "订单创建时间",
        "paid_at": "订单付款时间",
        "shipped_at": "发货时间",
        "completed_at": "确认收货时间",
    }
    for name, header in times.items():
        rows[name] = _instant(read[header])
        rows[name.replace("_at", "_on")] = (rows[name] + pd.Timedelta(hours=8)).dt.date
    texts = {"title": "商品标题", "variant_text": "商品属性", "platform_listing_id": "商品ID", "seller_code": "商家编码",
             "seller_sku_code": "外部系统编号", "tracking_number": "物流单号", "carrier_name": "物流公司"}  # fmt: skip
    for name, header in texts.items():
        rows[name] = _clean(read[header])
    rows["refund_state"] = _clean(read["退款状态"]).map(_REFUNDS)
    return _with_status(rows, read)


def _with_status(rows: pd.DataFrame, read: pd.DataFrame) -> pd.DataFrame:
    rows["status_raw"] = _clean(read["订单状态"])
    rows["status"] = rows["status_raw"].map(_STATES).fillna("unknown")
    rows["source_row"] = read.index + 2
    rows = rows[rows["platform_order_id"].notna() & rows["unit_price"].notna()]
    return rows.drop_duplicates("line_key", keep="last")


def main(kind: str, path: str, target: str) -> None:
    """Map the file and write Parquet."""
    rows = _map_text(path) if kind == "text" else _map_sheet(path)
    rows.to_parquet(target)
    print(len(rows), rows["unit_price"].sum())


if __name__ == "__main__":
    main(*sys.argv[1:4])
