"""The parameters that several questions take, and the small turns of expression that their answers share."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa

from zhanggui.canon.questions import Parameter

SHOP = Parameter("shop", "text", "店铺（渠道/店铺名）", "Shop (channel/name)")
CHANNEL = Parameter("channel", "code", "渠道", "Channel", vocabulary="channel")
PERIOD = Parameter("period", "period", "期间，如 2026-07", "Period, such as 2026-07")
IMPORT = Parameter("import_id", "text", "导入批次", "Import")
FILE = Parameter("file_id", "text", "文件编号", "Id of the file")
SKU = Parameter("sku", "text", "内部货品编码", "Internal SKU", required=True)
BUYER = Parameter("buyer", "text", "买家假名", "Key of the buyer", required=True)
ORDER = Parameter("order", "text", "平台订单号", "The platform's order number", required=True)


def texts(*names: str) -> pa.Schema:
    """A shape of texts only."""
    return pa.schema([(name, pa.string()) for name in names])


def narrowed(rows: Any, **wanted: object) -> Any:
    """The rows that hold these values; None asks for nothing."""
    conditions = [rows[name] == value for name, value in wanted.items() if value is not None]
    return rows.filter(conditions) if conditions else rows


def share(above: Any, below: Any) -> Any:
    """A ratio of two sums to six places; null where there is nothing to divide by."""
    divisor = below.cast("float64")
    ratio = above.cast("float64") / ibis.ifelse(divisor > 0, divisor, ibis.null("float64"))
    return ratio.round(6).cast("decimal(18,6)")
