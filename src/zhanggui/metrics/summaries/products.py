"""Products: what each internal SKU sold in each shop, in all and by month, and those that never sold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import ibis

from zhanggui.canon.register import table as declared_table
from zhanggui.canon.steps import step
from zhanggui.metrics.expressions import channel_of, conformed, money, month_of, null_of, prefixed
from zhanggui.metrics.facts.identity import with_sku
from zhanggui.metrics.summaries.amounts import BASE_CURRENCY, is_recent, summed, with_base_amounts

_KEY = ("shop_id", "sku_id")
_MONTH_KEY = (*_KEY, "month_on", "currency")
_TYPES = {"line_count": "int64", "unconverted_count": "int64", "first_sold_on": "date", "last_sold_on": "date"}
_TEXTS = ("title", "gtin")
_LEAST = frozenset({"first_sold_on"})
_MOST = frozenset({"last_sold_on", "category", "currency", *_TEXTS})
_AMOUNTS = ("net_amount", "cost_amount", "costed_net_amount")


def _sold(line_facts: Any) -> Any:
    """The paid lines of known products."""
    return line_facts.filter(line_facts.is_paid, line_facts.sku_id.notnull(), line_facts.paid_on.notnull())


def _repaid(refund_facts: Any) -> Any:
    return refund_facts.filter(
        refund_facts.is_refunded, refund_facts.sku_id.notnull(), refund_facts.refunded_on.notnull()
    )


def _filled(leg: Any, columns: dict[str, str], key: tuple[str, ...]) -> Any:
    """The leg with every column; those it does not have are null."""
    known = {name: leg[name].cast(kind) if name in leg.columns else null_of(kind) for name, kind in columns.items()}
    return leg.select(*key, **known)


def _columns(name: str, key: tuple[str, ...], *also: str) -> dict[str, str]:
    """The engine's types of the columns that the legs of a table bring."""
    chosen = [c for c in declared_table(name).measures if c not in (*key, "channel", "currency", "category")]
    return {
        column: _TYPES.get(column, "string" if column in _TEXTS else "decimal(18,4)") for column in (*chosen, *also)
    }


def _sales_leg(line_facts: Any, fx_daily: Any, as_of: date, base_currency: str) -> Any:
    rows = with_base_amounts(_sold(line_facts), "paid_on", _AMOUNTS, fx_daily, base_currency)
    recent = is_recent(rows.paid_on, as_of)
    return rows.group_by(list(_KEY)).aggregate(
        title=rows.title.max(),
        first_sold_on=rows.paid_on.min(),
        last_sold_on=rows.paid_on.max(),
        line_count=rows.count(),
        units=money(rows.quantity.sum()),
        **{name: summed(rows[name]) for name in _AMOUNTS},
        recent_units=money(rows.quantity.sum(where=recent)),
        recent_net_amount=summed(rows.net_amount, recent),
        unconverted_count=rows.count(where=rows.is_unconverted),
    )


def _refund_leg(refund_facts: Any, fx_daily: Any, base_currency: str) -> Any:
    rows = with_base_amounts(_repaid(refund_facts), "refunded_on", ("amount",), fx_daily, base_currency)
    return rows.group_by(list(_KEY)).aggregate(
        refunded_amount=summed(rows.amount), unconverted_count=rows.count(where=rows.is_unconverted)
    )


def _offered_leg(listings: Any, sku_links: Any) -> Any:
    offered = with_sku(listings, sku_links)
    offered = offered.filter(offered.sku_id.notnull())
    return offered.group_by(list(_KEY)).aggregate(title=offered.title.max(), gtin=offered.gtin.max())


def _summed_legs(legs: list[Any]) -> Any:
    columns = _columns("product_summary", _KEY)
    rows = ibis.union(*(_filled(leg, columns, _KEY) for leg in legs))
    return rows.group_by(list(_KEY)).aggregate(**_put_together(rows, columns))


def _put_together(rows: Any, names: Iterable[str]) -> dict[str, Any]:
    """What several rows of a product say together: the first and last day, one of the texts, the sum of all else."""
    return {
        name: rows[name].min() if name in _LEAST else rows[name].max() if name in _MOST else _total(rows[name])
        for name in names
    }


def _total(column: Any) -> Any:
    """The sum; of counts a count, where an engine would answer with a wider number."""
    is_count = column.type().is_integer()
    return column.sum().cast("decimal(38,0)").cast("int64") if is_count else column.sum()


@step(
    reads=("line_facts", "refund_facts", "listings", "skus", "sku_links", "fx_daily"),
    writes="product_summary",
)
def product_summary(
    line_facts: Any,
    refund_facts: Any,
    listings: Any,
    skus: Any,
    sku_links: Any,
    fx_daily: Any,
    *,
    as_of: date = date.max,
    base_currency: str = BASE_CURRENCY,
    **_: object,
) -> Any:
    """One row for each shop and SKU that it sold or offers; a SKU that none has stands under the empty shop."""
    rows = _summed_legs(
        [
            _sales_leg(line_facts, fx_daily, as_of, base_currency),
            _refund_leg(refund_facts, fx_daily, base_currency),
            _offered_leg(listings, sku_links),
        ]
    )
    known = prefixed(skus.select("seller_sku_code", "title", "category_raw", "gtin"), "known_")
    rows = rows.outer_join(known, [rows.sku_id == known.known_seller_sku_code])
    counts = {name: ibis.coalesce(rows[name], 0) for name in ("line_count", "unconverted_count")}
    zero = {
        name: ibis.coalesce(money(rows[name]), money(ibis.literal(0)))
        for name in ("units", "net_amount", "costed_net_amount", "refunded_amount", "recent_units", "recent_net_amount")
    }
    rows = rows.mutate(
        **counts,
        **zero,
        shop_id=ibis.coalesce(rows.shop_id, ibis.literal("")),
        sku_id=ibis.coalesce(rows.sku_id, rows.known_seller_sku_code),
        title=ibis.coalesce(rows.known_title, rows.title),
        gtin=ibis.coalesce(rows.known_gtin, rows.gtin),
        category=rows.known_category_raw,
        currency=ibis.literal(base_currency),
    )
    return conformed(rows.mutate(channel=channel_of(rows.shop_id)), "product_summary")


def summed_by_sku(rows: Any, stock: Any) -> Any:
    """Rows of `product_summary`, of whichever shops, by SKU as `product_totals` holds them; `stock` says what is on hand."""
    shared = [name for name in declared_table("product_totals").measures if name in rows.columns]
    sums = rows.group_by("sku_id").aggregate(
        shop_count=rows.count(where=rows.shop_id != ""), **_put_together(rows, shared)
    )
    lying = stock.group_by(stock_sku=stock.sku_id).aggregate(on_hand=stock.on_hand.sum())
    return conformed(sums.left_join(lying, sums.sku_id == lying.stock_sku), "product_totals")


@step(reads=("product_summary", "stock_summary"), writes="product_totals")
def product_totals(product_summary: Any, stock_summary: Any, **_: object) -> Any:
    """One row for each SKU over all shops, laid out as the list of products shows them."""
    rows = summed_by_sku(product_summary, stock_summary)
    return rows.order_by([rows.recent_net_amount.desc(), "sku_id"])


@step(reads=("line_facts", "refund_facts"), writes="product_months")
def product_months(line_facts: Any, refund_facts: Any, **_: object) -> Any:
    """One row for each shop, SKU, month and currency with a paid sale or a repayment."""
    sold, repaid = _sold(line_facts), _repaid(refund_facts)
    sold = sold.mutate(month_on=month_of(sold.paid_on))
    repaid = repaid.mutate(month_on=month_of(repaid.refunded_on))
    sales = sold.group_by(list(_MONTH_KEY)).aggregate(
        line_count=sold.count(),
        units=money(sold.quantity.sum()),
        net_amount=money(sold.net_amount.sum()),
        cost_amount=money(sold.cost_amount.sum()),
    )
    back = repaid.group_by(list(_MONTH_KEY)).aggregate(refunded_amount=money(repaid.amount.sum()))
    columns = _columns("product_months", _MONTH_KEY)
    rows = ibis.union(*(_filled(leg, columns, _MONTH_KEY) for leg in (sales, back)))
    sums = rows.group_by(list(_MONTH_KEY)).aggregate(**{name: rows[name].sum() for name in columns})
    nothing = {
        name: ibis.coalesce(money(sums[name]), money(ibis.literal(0)))
        for name in ("units", "net_amount", "refunded_amount")
    }
    sums = sums.mutate(line_count=ibis.coalesce(sums.line_count, 0), **nothing)
    return conformed(sums.mutate(channel=channel_of(sums.shop_id)), "product_months")
