"""The register of all canonical tables, in the order in which the dictionary shows them."""

from __future__ import annotations

from zhanggui.canon.schema import (
    aftersales,
    aggregates,
    banks,
    decided,
    erp,
    facts,
    ledgers,
    marketing,
    orders,
    parcels,
    people,
    products,
    purchasing,
    records,
    shops,
    stock,
    summaries,
    voice,
)
from zhanggui.canon.tables import Layer, Table
from zhanggui.kernel.errors import UsageRefusal

_MODULES = (
    shops, orders, aftersales, ledgers, banks, products, stock, purchasing,
    people, parcels, voice, marketing, erp, records, facts, decided, aggregates, summaries,
)  # fmt: skip

TABLES: dict[str, Table] = {declared.name: declared for module in _MODULES for declared in module.TABLES}

SUBJECTS: dict[str, tuple[str, str]] = {
    "shops": ("店铺与渠道", "Shops and channels"),
    "orders": ("订单与售后", "Orders and refunds"),
    "ledgers": ("收款与结算", "Payments and settlements"),
    "banks": ("银行与汇率", "Banks and exchange rates"),
    "products": ("货品", "Products"),
    "stock": ("库存", "Stock"),
    "purchasing": ("采购", "Purchasing"),
    "people": ("买家与推广者", "Buyers and affiliates"),
    "parcels": ("物流", "Parcels"),
    "voice": ("评价与客服", "Reviews and service"),
    "marketing": ("流量与广告", "Traffic and advertising"),
    "erp": ("ERP", "ERP"),
    "records": ("仓库记录", "The warehouse's records"),
    "facts": ("结账事实与汇总", "Facts and aggregates of the close"),
    "lists": ("列表与明细页", "Lists and pages of things"),
}
"""The subjects in the order of the dictionary, with their titles in Chinese and English."""


class UnknownTable(UsageRefusal):
    """No canonical table has that name; the field is `name`."""

    code = "unknown_table"


def table(name: str) -> Table:
    """The table of that name; raises UnknownTable."""
    try:
        return TABLES[name]
    except KeyError:
        raise UnknownTable(name=name) from None


def tables_of(layer: Layer) -> tuple[Table, ...]:
    """The tables of one layer, in the register's order."""
    return tuple(declared for declared in TABLES.values() if declared.layer is layer)
