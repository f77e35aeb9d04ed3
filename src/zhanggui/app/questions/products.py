"""Products: the list of internal SKUs, one of them with its shops and months, and what a scanned code stands for."""

from __future__ import annotations

from typing import Any

import ibis

from zhanggui.app.asking import Asked, question
from zhanggui.app.listings import Listing
from zhanggui.app.questions.parameters import CHANNEL, SHOP, SKU, narrowed, share
from zhanggui.canon.questions import Parameter
from zhanggui.metrics.summaries.products import summed_by_sku

_SOLD = (
    "first_sold_on", "last_sold_on", "line_count", "units", "net_amount", "cost_amount", "margin_rate", "refunded_amount",
    "refund_rate", "recent_units", "recent_net_amount",
)  # fmt: skip
_LISTED = ("sku_id", "title", "category", "gtin", "shop_count", *_SOLD, "on_hand", "currency")
_FACTS = ("style_code", "option1", "option2", "option3", "brand")

_PRODUCTS = Listing(
    key=("sku_id",),
    sorts=("sku_id", "title", "category", "shop_count", *_SOLD, "on_hand"),
    default="-recent_net_amount",
    searches=("sku_id", "title", "gtin"),
)


def _with_rates(rows: Any) -> Any:
    return rows.mutate(
        margin_rate=share(rows.costed_net_amount - rows.cost_amount, rows.costed_net_amount),
        refund_rate=share(rows.refunded_amount, rows.net_amount),
    )


def _products(asked: Asked, rows: Any) -> Any:
    """Rows of the summary by SKU, with what is on hand."""
    return _with_rates(summed_by_sku(rows, asked.table("stock_summary"))).select(*_LISTED)


@question(
    "有哪些货品，各卖了多少？",
    "Which products are there, and how do they sell?",
    SHOP,
    CHANNEL,
    Parameter("category", "text", "类目", "Category"),
    listing=_PRODUCTS,
    of_close=True,
)
def ask_products(asked: Asked, shop: str | None, channel: str | None, category: str | None) -> Any:
    """One row for each internal SKU; amounts in the base currency."""
    if shop is None and channel is None and asked.sees_every_shop:
        return _with_rates(narrowed(asked.table("product_totals"), category=category)).select(*_LISTED)
    return _products(asked, narrowed(asked.table("product_summary"), shop_id=shop, channel=channel, category=category))


@question("这个货品是什么，卖得如何？", "What is one product, and how does it sell?", SKU)
def ask_product(asked: Asked, sku: str) -> Any:
    """One row with the product's master data and its sales over all shops."""
    found = _products(asked, narrowed(asked.table("product_summary"), sku_id=sku))
    known = asked.table("skus").select(known_sku="seller_sku_code", **{name: name for name in _FACTS})
    costs = asked.table("cost_prices")
    newest = costs.filter(costs.seller_sku_code == sku, costs.valid_from <= ibis.date(asked.as_of.isoformat()))
    newest = newest.order_by(newest.valid_from.desc(), "method").limit(1)
    newest = newest.select(cost_sku="seller_sku_code", unit_cost="unit_cost", cost_currency="currency")
    rows = found.left_join(known, found.sku_id == known.known_sku)
    rows = rows.left_join(newest, rows.sku_id == newest.cost_sku)
    return rows.select(
        "sku_id", "title", "gtin", *_FACTS, "category", "unit_cost", "cost_currency", "shop_count", *_SOLD, "on_hand", "currency"
    )  # fmt: skip


@question("这个货品在各店铺卖得如何？", "How does one product sell in each shop?", SKU, of_close=True)
def ask_product_shops(asked: Asked, sku: str) -> Any:
    """One row for each shop that sold or offers it."""
    rows = narrowed(asked.table("product_summary"), sku_id=sku)
    rows = _with_rates(rows.filter(rows.shop_id != ""))
    return rows.order_by(rows.net_amount.desc(), "shop_id").select("shop_id", "channel", *_SOLD, "currency")


@question(
    "哪些平台商品、编码对应这个货品？",
    "Which listings and codes stand for one product?",
    SKU,
    codes={"status": "link_status"},
)
def ask_product_listings(asked: Asked, sku: str) -> Any:
    """One row for each alias."""
    links = asked.table("sku_links")
    links = links.filter(links.seller_sku_code == sku, links.status != "rejected")
    columns = ("scope", "alias_kind", "alias", "rule", "confidence", "status")
    return links.order_by("scope", "alias_kind", "alias").select(*columns)


@question("这个货品各渠道各月卖了多少？", "What did one product sell, by month and channel?", SKU)
def ask_product_history(asked: Asked, sku: str) -> Any:
    """One row for each month, shop and currency."""
    rows = narrowed(asked.table("product_months"), sku_id=sku)
    columns = (
        "month_on", "channel", "shop_id", "currency", "line_count", "units", "net_amount", "cost_amount", "refunded_amount",
    )  # fmt: skip
    return rows.order_by("month_on", "shop_id", "currency").select(*columns)


@question(
    "这个条码、商家编码或 SKU 是哪个货品？",
    "Which product does a barcode, seller's code or SKU stand for?",
    Parameter("code", "text", "条码、商家编码或 SKU", "Barcode, seller's code or SKU", required=True),
)
def ask_product_by_code(asked: Asked, code: str) -> Any:
    """One row for each product and way in which the code leads to it; compared whole."""
    wanted = code.strip()
    products = asked.table("product_summary")
    links = asked.table("sku_links")
    links = links.filter(links.status.isin(["exact", "confirmed"]), links["alias"] == wanted)
    ways = ibis.union(
        products.filter(products.sku_id == wanted).select(sku_id="sku_id", matched_by=ibis.literal("sku")),
        products.filter(products.gtin == wanted).select(sku_id="sku_id", matched_by=ibis.literal("gtin")),
        links.select(sku_id="seller_sku_code", matched_by="alias_kind"),
        distinct=True,
    )
    ways = ways.select(way_sku="sku_id", matched_by="matched_by")
    found = _products(asked, products.semi_join(ways, products.sku_id == ways.way_sku))
    rows = ways.inner_join(found, ways.way_sku == found.sku_id).order_by("sku_id", "matched_by")
    return rows.select(
        "matched_by", "sku_id", "title", "gtin", "category", "net_amount", "recent_units", "on_hand", "currency"
    )
