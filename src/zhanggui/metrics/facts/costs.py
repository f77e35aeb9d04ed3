"""What the goods of a line cost, and where that is known from.

First the cost price valid on the day of payment (of order, where unpaid), then the prices of a bundle's
components, then what the ERP says of the same line, and last what it says of the same order and SKU. A cost in
another currency is converted at the rate of that day; where no rate is known the cost is unknown, never zero.
"""

from __future__ import annotations

from typing import Any

import ibis

from zhanggui.metrics.expressions import converted, money, null_of, prefixed, product

METHODS = ("landed", "average", "standard", "last")
"""Where a SKU has prices by several methods, the first of these is used for all its days."""

_LINE = ("shop_id", "platform_order_id", "line_key")
_NEVER = "9999-12-31"


def price_intervals(cost_prices: Any) -> Any:
    """One row for each SKU and span of days [since, until), from one method for each SKU: (sku, unit_cost, currency)."""
    cases = [(cost_prices.method == method, place) for place, method in enumerate(METHODS)]
    ranked = cost_prices.mutate(place=ibis.cases(*cases, else_=len(METHODS)))
    best = prefixed(ranked.group_by("seller_sku_code").aggregate(place=ranked.place.min()), "best_")
    rows = ranked.inner_join(
        best, [ranked.seller_sku_code == best.best_seller_sku_code, ranked.place == best.best_place]
    )
    # Two unknown methods may share a rank; the name decides, so that a day has one price.
    once = ibis.window(group_by=[rows.seller_sku_code, rows.valid_from], order_by=[rows.method])
    rows = rows.mutate(turn=ibis.row_number().over(once))
    rows = rows.filter(rows.turn == 0)
    along = ibis.window(group_by=[rows.seller_sku_code], order_by=[rows.valid_from])
    never = ibis.date(_NEVER)
    return rows.select(
        price_sku=rows.seller_sku_code,
        price_since=rows.valid_from,
        price_next=ibis.coalesce(rows.valid_from.lead(1).over(along), never),
        price_last=ibis.coalesce(rows.valid_to, never),
        price_unit_cost=rows.unit_cost,
        price_currency=rows.currency,
    )


def _price_join(rows: Any, prices: Any, sku: str) -> Any:
    return rows.left_join(
        prices,
        [
            rows[sku] == prices.price_sku,
            rows.cost_on >= prices.price_since,
            rows.cost_on < prices.price_next,
            rows.cost_on <= prices.price_last,
        ],
    )


def _bundle_costs(lines: Any, bundle_components: Any, prices: Any) -> Any:
    """The unit cost of every line that sells a bundle of which each component has a price in one currency."""
    parts = prefixed(bundle_components, "part_")
    opened = lines.select(*_LINE, "sku_id", "cost_on").inner_join(parts, [lines.sku_id == parts.part_bundle_sku_code])
    priced = _price_join(opened, prices, "part_component_sku_code")
    priced = priced.mutate(part_cost=product(priced.price_unit_cost, priced.part_quantity))
    sums = priced.group_by(list(_LINE)).aggregate(
        unit_cost=priced.part_cost.sum(),
        currency=priced.price_currency.min(),
        is_whole=(priced.count() == priced.part_cost.count()) & (priced.price_currency.nunique() <= 1),
    )
    whole = sums.filter(sums.is_whole)
    return prefixed(whole.mutate(unit_cost=money(whole.unit_cost)).drop("is_whole"), "bundle_")


def _erp_costs(erp_order_lines: Any, key: str, prefix: str) -> Any:
    """What the ERP's lines of one order and `key` cost together."""
    rows = erp_order_lines.filter(erp_order_lines.platform_order_id.notnull() & erp_order_lines[key].notnull())
    rows = rows.mutate(cost=ibis.coalesce(rows.cost_amount, product(rows.unit_cost, rows.quantity)))
    sums = rows.filter(rows.cost.notnull()).group_by(["platform_order_id", key])
    totals = sums.aggregate(
        cost=lambda t: t.cost.sum(), quantity=lambda t: t.quantity.sum(), unit_cost=lambda t: t.unit_cost.min(),
        currency=lambda t: t.currency.min(),
    )  # fmt: skip
    totals = totals.mutate(cost=money(totals.cost), quantity=money(totals.quantity))
    return prefixed(totals, prefix)


def _with_sources(lines: Any, cost_prices: Any, erp_order_lines: Any, bundle_components: Any) -> Any:
    prices = price_intervals(cost_prices)
    bundles = _bundle_costs(lines, bundle_components, prices)
    rows = _price_join(lines, prices, "sku_id")
    rows = rows.left_join(bundles, [rows[name] == bundles[f"bundle_{name}"] for name in _LINE])
    by_line = _erp_costs(erp_order_lines, "platform_line_id", "erpline_")
    rows = rows.left_join(
        by_line,
        [
            rows.platform_order_id == by_line.erpline_platform_order_id,
            rows.platform_line_id == by_line.erpline_platform_line_id,
        ],
    )
    by_sku = _erp_costs(erp_order_lines, "seller_sku_code", "erpsku_")
    return rows.left_join(
        by_sku,
        [
            rows.platform_order_id == by_sku.erpsku_platform_order_id,
            rows.seller_sku_code == by_sku.erpsku_seller_sku_code,
        ],
    )


def _chosen(rows: Any) -> Any:
    """Add the cost in its own currency, that currency, and the basis."""
    priced = product(rows.price_unit_cost, rows.quantity)
    bundled = product(rows.bundle_unit_cost, rows.quantity)
    same = rows.erpsku_quantity == rows.quantity
    by_sku = ibis.ifelse(same, rows.erpsku_cost, product(rows.erpsku_unit_cost, rows.quantity))
    erp = ibis.coalesce(rows.erpline_cost, by_sku)
    pairs = ((priced, "cost_price"), (bundled, "bundle"), (erp, "erp"))
    basis = ibis.cases(*((value.notnull(), ibis.literal(name)) for value, name in pairs), else_=ibis.literal("none"))
    erp_currency = ibis.ifelse(rows.erpline_cost.notnull(), rows.erpline_currency, rows.erpsku_currency)
    currency = ibis.cases(
        (priced.notnull(), rows.price_currency), (bundled.notnull(), rows.bundle_currency), else_=erp_currency
    )
    return rows.mutate(
        own_cost=ibis.coalesce(priced, bundled, erp),
        own_currency=ibis.coalesce(currency, rows.currency),
        cost_basis=basis,
    )


def with_costs(lines: Any, cost_prices: Any, erp_order_lines: Any, bundle_components: Any, fx_daily: Any) -> Any:
    """Add `cost_amount` in the line's currency and `cost_basis`; lines carry sku_id, cost_on, quantity and currency."""
    rows = _chosen(_with_sources(lines, cost_prices, erp_order_lines, bundle_components))
    rates = prefixed(fx_daily.select("rate_on", "base", "quote", "rate"), "fx_")
    rows = rows.left_join(
        rates,
        [rows.cost_on == rates.fx_rate_on, rows.own_currency == rates.fx_base, rows.currency == rates.fx_quote],
    )
    abroad = converted(rows.own_cost, rows.fx_rate).cast("decimal(38,12)").cast("decimal(18,4)")
    cost = ibis.ifelse(rows.own_currency == rows.currency, rows.own_cost, abroad)
    is_known = cost.notnull()
    return rows.mutate(
        cost_amount=cost,
        cost_basis=ibis.ifelse(is_known, rows.cost_basis, ibis.literal("none")),
        costed_net_amount=ibis.ifelse(is_known, rows.net_amount, null_of("decimal(18,4)")),
    )
