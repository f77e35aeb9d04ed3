"""The register of metrics: one name, one formula, one unit, one definition in each language."""

from __future__ import annotations

from zhanggui.canon.metrics import Metric
from zhanggui.metrics.definitions import marketing, money, people, sales, stock, voice

_ALL = (*sales.METRICS, *people.METRICS, *money.METRICS, *marketing.METRICS, *stock.METRICS, *voice.METRICS)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}

SUBJECTS: dict[str, tuple[str, str]] = {
    "sales": ("销售与退款", "Sales and refunds"),
    "people": ("买家", "Buyers"),
    "money": ("费用、结算与利润", "Fees, settlement and profit"),
    "marketing": ("流量与广告", "Traffic and advertising"),
    "stock": ("库存", "Stock"),
    "service": ("评价与客服", "Reviews and service"),
}
"""The subjects in the order of the reference, with their titles."""

assert len(METRICS) == len(_ALL), "a metric is declared twice"
