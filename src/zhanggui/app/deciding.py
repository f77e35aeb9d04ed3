"""The steps of the close that identify, judge the data's quality, and decide.

The rooms below give expressions that reduce the books to a few rows, and pure functions that judge these rows;
here the one is handed to the other.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa

from zhanggui.app.errors import DecisionsDisagree
from zhanggui.app.policies import Policies
from zhanggui.books import BundlePart, LinkVerdict
from zhanggui.canon.register import TABLES
from zhanggui.canon.steps import step
from zhanggui.money import unreconciled
from zhanggui.monitor import concentration, data_gaps, quality
from zhanggui.monitor.concentration import CashPosition
from zhanggui.products import identity

CASH_WINDOW_DAYS = 90  # a quarter of payments holds rent, wages and taxes at least once


@step(reads=("listings", "order_lines", "erp_order_lines", "skus", "cost_prices"), writes="sku_links")
def sku_links(
    listings: Any,
    order_lines: Any,
    erp_order_lines: Any,
    skus: Any,
    cost_prices: Any,
    *,
    policies: Policies,
    link_verdicts: Sequence[LinkVerdict],
    **_: object,
) -> pa.Table:
    """Every alias of a product with the SKU it stands for."""
    items = identity.measure_items(listings, order_lines).to_pyarrow()
    matches = identity.measure_erp_matches(order_lines, erp_order_lines).to_pyarrow()
    words = [
        identity.PersonsWord(v.scope, v.alias_kind, v.alias, v.verdict, v.actor, v.decided_at, v.seller_sku_code)
        for v in link_verdicts
    ]
    return identity.link_items(
        items, _known_skus(skus, erp_order_lines, cost_prices), matches, words, policies.identity
    )


def _known_skus(skus: Any, erp_lines: Any, cost_prices: Any) -> pa.Table:
    """The SKUs of the master data, and those that only the ERP or the cost table name."""
    columns = ("gtin", "style_code", "title", "option1", "option2", "option3")
    price = ibis.null("decimal(18,4)")
    stated = skus.select("seller_sku_code", *columns, price=price)
    named = erp_lines.filter(erp_lines.seller_sku_code.notnull()).anti_join(skus, "seller_sku_code")
    from_erp = named.group_by("seller_sku_code").agg(
        style_code=named.style_code.max(),
        title=named.title.max(),
        option1=named.variant_text.max(),
        price=named.unit_price.max(),
    )
    from_erp = from_erp.mutate(**{name: ibis.null("string") for name in ("gtin", "option2", "option3")})
    costed = cost_prices.select("seller_sku_code").distinct()
    costed = costed.anti_join(skus, "seller_sku_code").anti_join(named, "seller_sku_code")
    nameless = costed.mutate(**{name: ibis.null("string") for name in columns}, price=price)
    order = ("seller_sku_code", *columns, "price")
    return ibis.union(*[table.select(*order) for table in (stated, from_erp, nameless)]).order_by(order).to_pyarrow()


@step(reads=("order_lines", "erp_order_lines"), writes="bundle_components")
def bundle_components(
    order_lines: Any, erp_order_lines: Any, *, bundle_parts: Sequence[BundlePart], **_: object
) -> pa.Table:
    """What bundles consist of."""
    stated = [(part.bundle_sku_code, part.component_sku_code, part.quantity) for part in bundle_parts]
    return identity.compose_bundles(identity.measure_bundles(order_lines, erp_order_lines).to_pyarrow(), stated)


@step(reads=("import_files", *(table.name for table in quality.checked_tables())), writes="quality_results")
def quality_results(import_files: Any, *tables: Any, policies: Policies, as_of: date, **_: object) -> pa.Table:
    """Every rule of data quality with its score."""
    measured = {}
    for table, rows in zip(quality.checked_tables(), tables, strict=True):
        found = quality.measure_quality(rows, table, policies.quality, as_of).to_pyarrow().to_pylist()[0]
        if found["row_count"]:
            measured[table.name] = found
    return quality.judge_quality(measured, _controls(import_files).to_pylist())


_CONTROL = pa.schema([(name, pa.string()) for name in ("file_id", "path_name", "name", "stated", "computed")]).append(
    pa.field("agrees", pa.bool_())
)


def _controls(import_files: Any) -> pa.Table:
    """Every control total of every file."""
    rows = []
    for file in import_files.select("file_id", "path_name", "controls").order_by("file_id").to_pyarrow().to_pylist():
        for control in json.loads(file["controls"] or "[]"):
            rows.append({"file_id": file["file_id"], "path_name": file["path_name"], **control})
    return pa.Table.from_pylist(rows, schema=_CONTROL)


@step(
    reads=(
        "import_files", "order_facts", "line_facts", "ledger_facts", "daily_sales", "fx_daily", "payouts",
        "bank_transactions", "bank_balances",
    ),
    writes="decisions",
)  # fmt: skip
def decisions(
    import_files: Any,
    order_facts: Any,
    line_facts: Any,
    ledger_facts: Any,
    daily_sales: Any,
    fx_daily: Any,
    payouts: Any,
    bank_transactions: Any,
    bank_balances: Any,
    *,
    policies: Policies,
    as_of: date,
    generation: int,
    base_currency: str,
    **_: object,
) -> pa.Table:
    """Every decision, in the order of kind and subject."""
    named: dict[str, Any] = {"as_of": as_of, "generation": generation}
    told = [
        *_decide_gaps(import_files, order_facts, line_facts, ledger_facts, daily_sales, policies, named),
        *_decide_money(import_files, order_facts, ledger_facts, payouts, bank_transactions, policies, named),
        concentration.decide_concentration(
            _channel_sales(daily_sales, fx_daily, base_currency, as_of, policies),
            read_cash(bank_balances, bank_transactions, base_currency, as_of),
            base_currency,
            policies.concentration,
            **named,
        ),
    ]
    return shape_decisions(told)


def _decide_gaps(
    import_files: Any,
    orders: Any,
    lines: Any,
    ledger: Any,
    sales: Any,
    policies: Policies,
    named: dict[str, Any],
) -> list[pa.Table]:
    files = import_files.filter(import_files.status != "refused")
    periods = files.select("shop_id", "format", "period_from", "period_to").to_pyarrow()
    gaps = policies.data_gaps
    return [
        data_gaps.decide_data_gaps(periods, data_gaps.measure_daily_worth(sales).to_pyarrow(), gaps, **named),
        data_gaps.decide_settlement_gaps(
            data_gaps.measure_shops(orders, ledger).to_pyarrow(),
            data_gaps.measure_settlement_lags(orders, ledger).to_pyarrow(),
            data_gaps.measure_unsettled_orders(orders, ledger).to_pyarrow(),
            data_gaps.measure_orderless_settlements(orders, ledger).to_pyarrow(),
            gaps,
            **named,
        ),
        data_gaps.decide_unmapped_skus(data_gaps.measure_unmapped(lines).to_pyarrow(), gaps, **named),
    ]


def _decide_money(
    import_files: Any,
    orders: Any,
    ledger: Any,
    payouts: Any,
    bank: Any,
    policies: Policies,
    named: dict[str, Any],
) -> list[pa.Table]:
    policy = policies.unreconciled
    months = unreconciled.measure_months(orders, ledger, policy, named["as_of"]).to_pyarrow()
    shops = ledger.filter(ledger.shop_id.notnull()).select("shop_id").distinct().to_pyarrow()["shop_id"].to_pylist()
    booked = bank.select("account_id", "line_key", "booked_on", "amount", "currency").to_pyarrow()
    posted = ledger if booked.num_rows else ledger.limit(0)  # without a bank nothing can be said of withdrawals
    sent = unreconciled.measure_payouts(payouts, posted).to_pyarrow()
    return [
        unreconciled.decide_unreconciled_months(months, shops, policy, **named),
        unreconciled.decide_unmatched_payouts(sent, booked, policy, **named),
        unreconciled.decide_control_totals(_controls(import_files), policy, **named),
    ]


def _channel_sales(sales: Any, fx: Any, base_currency: str, as_of: date, policies: Policies) -> pa.Table:
    """Sales by channel in the base currency, each at the rate of its own day."""
    rates = fx.filter(fx.quote == base_currency).select(rate_on=fx.rate_on, code=fx.base, rate=fx.rate)
    joined = sales.left_join(rates, [sales.stat_on == rates.rate_on, sales.currency == rates.code])
    rate = ibis.ifelse(joined.currency == base_currency, ibis.literal(Decimal(1), "decimal(18,8)"), joined.rate)
    converted = (joined.paid_amount.cast("decimal(22,8)") * rate).cast("decimal(38,8)").cast("decimal(18,4)")
    in_base = joined.mutate(paid_amount=converted).filter(rate.notnull()).select("stat_on", "channel", "paid_amount")
    return concentration.measure_channel_sales(in_base, as_of, policies.concentration).to_pyarrow()


def read_cash(balances: Any, bank: Any, currency: str, as_of: date) -> CashPosition:
    """The newest closing balance of every account in the currency together, and what left them each day."""
    closing = balances.filter(balances.kind == "closing", balances.currency == currency, balances.balance_on <= as_of)
    newest: dict[str, tuple[date, Decimal]] = {}
    for row in closing.select("account_id", "balance_on", "amount").to_pyarrow().to_pylist():
        if row["amount"] is not None:
            newest[row["account_id"]] = max(
                newest.get(row["account_id"], (date.min, Decimal(0))), (row["balance_on"], row["amount"])
            )
    since = as_of - timedelta(days=CASH_WINDOW_DAYS - 1)
    spent = bank.filter(bank.amount < 0, bank.currency == currency, bank.booked_on.between(since, as_of))
    total = spent.aggregate(amount=spent.amount.sum()).to_pyarrow().to_pylist()[0]["amount"]
    balance = sum((amount for _, amount in newest.values()), Decimal(0)) if newest else None
    return CashPosition(balance, -total / CASH_WINDOW_DAYS if total else None)


def shape_decisions(tables: Sequence[pa.Table]) -> pa.Table:
    """Decisions by the contract as rows of the stored table; raises DecisionsDisagree when two have one identity."""
    from zhanggui.canon.decisions import Decision, Reason, Verdict

    rows = {}
    for found in (row for table in tables for row in table.to_pylist()):
        reasons = tuple(Reason(**reason) for reason in found["reasons"])
        decision = Decision(**{**found, "verdict": Verdict(found["verdict"]), "reasons": reasons})
        if decision.decision_id in rows:
            raise DecisionsDisagree(decision_id=decision.decision_id, subject=decision.subject_id)
        told = json.dumps([vars(reason) for reason in reasons], ensure_ascii=False, sort_keys=True)
        rows[decision.decision_id] = {**found, "decision_id": decision.decision_id, "reasons": told}
    ordered = sorted(rows.values(), key=lambda row: (row["kind"], row["subject_kind"], row["subject_id"]))
    return pa.Table.from_pylist(ordered, schema=TABLES["decisions"].arrow_schema)
