"""What lies in the warehouses and how fast it leaves. A stock is the last of its period, never a sum over days."""

from __future__ import annotations

from functools import partial

from zhanggui.canon.metrics import Metric
from zhanggui.metrics.definitions.declaring import metric

_stock = partial(metric, "stock")

_LAST_ZH = "每个仓库、每个货品取期间内最后一次库存"
_LAST_EN = "the last statement of each warehouse and SKU within the period"

METRICS: tuple[Metric, ...] = (
    _stock(
        "stock_on_hand", "piece", "stock_on_hand",
        ("实物库存", f"{_LAST_ZH}的实物数量之和；跨期间不可相加。"),
        ("Stock on hand", f"Pieces on hand: {_LAST_EN}, added over warehouses and SKUs, never over periods."),
    ),
    _stock(
        "stock_available", "piece", "stock_available",
        ("可售库存", f"{_LAST_ZH}的可售数量之和。"),
        ("Stock available", f"Pieces available to sell: {_LAST_EN}."),
    ),
    _stock(
        "stock_incoming", "piece", "stock_incoming",
        ("在途库存", f"{_LAST_ZH}的在途数量之和。"),
        ("Stock incoming", f"Pieces on their way: {_LAST_EN}."),
    ),
    _stock(
        "stock_value", "currency", "stock_value",
        ("库存金额", f"{_LAST_ZH}的实物数量 × 单位成本；没有成本的不计，全部没有时为空。"),
        ("Stock value", f"On hand × unit cost, {_LAST_EN}; without a cost left out, empty where no cost is known."),
    ),
    _stock(
        "turnover_days", "day", "stock_value * period_days / cost_amount",
        ("库存周转天数", "期末库存金额 × 期间天数 ÷ 销货成本（期末库存口径：各仓盘点日不同，日均库存没有可靠的依据）。须给定期间。"),
        ("Turnover days", "Stock value at the end × days of the period ÷ cost of goods (by the closing stock: warehouses are counted on different days, so a daily mean has no sound base). Needs a period."),
    ),
    _stock(
        "days_of_cover", "day", "stock_on_hand * period_days / paid_units",
        ("可售天数", "期末实物库存 ÷ 期间日均销售件数（销售件数 ÷ 期间天数）。须给定期间。"),
        ("Days of cover", "Stock on hand at the end ÷ mean units sold a day (units sold ÷ days of the period). Needs a period."),
    ),
    _stock(
        "sell_through", "share", "paid_units / (paid_units + stock_on_hand)",
        ("售罄率", "销售件数 ÷（销售件数 + 期末实物库存）。"),
        ("Sell-through", "Units sold ÷ (units sold + stock on hand at the end)."),
    ),
)  # fmt: skip
