"""Every place of the console, with the address of one thing of each kind."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from playwright.sync_api import APIRequestContext

from tests.served import API

FIXED = {
    "today": "/",
    "performance": "/performance",
    "explore": "/explore",
    "products": "/products",
    "stock": "/stock",
    "orders": "/orders",
    "customers": "/customers",
    "lookup": "/lookup",
    "data-files": "/data/files",
    "data-refused": "/data/refused",
    "data-calendar": "/data/calendar",
    "data-links": "/data/links",
    "data-mapping": "/data/mapping",
    "data-dictionary": "/data/dictionary",
    "data-lineage": "/data/lineage",
    "settings-company": "/settings/company",
    "settings-people": "/settings/people",
    "settings-tokens": "/settings/tokens",
    "settings-grants": "/settings/grants",
    "settings-schedule": "/settings/schedule",
    "settings-notifications": "/settings/notifications",
    "settings-backup": "/settings/backup",
    "settings-audit": "/settings/audit",
    "settings-own": "/settings/own",
    "missing": "/no/such/place",
}
THINGS = ("product", "stock-item", "order", "customer")
NAMES = (*FIXED, *THINGS)


def find_places(request: APIRequestContext, address: str) -> dict[str, str]:
    """Every place with its address; the things are the busiest ones of the books."""

    def first(question: str, sort: str, *columns: str) -> list[str]:
        answer = request.get(f"{address}{API}/questions/{question}", params={"sort": sort, "size": 1})
        assert answer.status == 200, answer.text()
        return [quote(str(_value(answer.json(), column)), safe="") for column in columns]

    [sku] = first("products", "-recent_net_amount", "sku_id")
    [buyer] = first("customers", "-paid_amount", "buyer_key")
    shop, order = first("orders", "-paid_amount", "shop_id", "platform_order_id")
    return {
        **FIXED,
        "product": f"/products/{sku}",
        "stock-item": f"/stock/{sku}",
        "order": f"/orders/{shop}/{order}",
        "customer": f"/customers/{buyer}",
    }


def _value(told: dict[str, Any], column: str) -> Any:
    names = [one["name"] for one in told["columns"]]
    return told["rows"][0][names.index(column)]
