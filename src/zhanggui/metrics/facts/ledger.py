"""Ledger facts: every component of every ledger entry once, signed from the seller's side.

An entry that intake exploded counts by its components, without the totals a file states for checking; any other
entry counts by itself. Where an entry states gross, fee and net that add up, the fee is split off, so that a
payment provider's fees are seen although the file hides them in a net amount.

A platform's settlement statement (account kind `platform_statement`) and its wallet tell of the same money. For each
order the one that tells more is taken: the wallet where it breaks the order down itself, else the statement; and
wherever both carry the same payout id, the wallet.
"""

from __future__ import annotations

from typing import Any

import ibis

from zhanggui.canon.steps import step
from zhanggui.metrics.expressions import channel_of, conformed, is_true, known_currency, money, prefixed
from zhanggui.metrics.facts.identity import with_sku

_ENTRY = ("account_id", "line_key")
_ORDER = ("shop_id", "platform_order_id")
_PAYOUT = ("shop_id", "platform_payout_id")
STATEMENT_PREFIX = "platform_statement/"
_COLUMNS = (
    *_ENTRY, "component", "shop_id", "posted_on", "status", "is_cash", "amount", "currency", "platform_order_id",
    "platform_listing_id", "seller_sku_code", "type_raw", "source_file_id", "source_row",
)  # fmt: skip


def _entries(settlement_lines: Any, payment_accounts: Any) -> Any:
    accounts = prefixed(payment_accounts.select("account_id", "shop_id", "currency"), "a_")
    rows = settlement_lines.left_join(accounts, [settlement_lines.account_id == accounts.a_account_id])
    return rows.mutate(
        shop_id=ibis.coalesce(rows.shop_id, rows.a_shop_id, ibis.literal("")),
        posted_on=ibis.coalesce(rows.posted_on, rows.statement_on, rows.available_on),
        status=ibis.coalesce(rows.status, ibis.literal("unknown")),
        is_cash=ibis.coalesce(rows.is_cash, ibis.literal(True)),
        component=ibis.coalesce(rows.component, ibis.literal("unclassified")),
        currency=known_currency(rows.currency, rows.a_currency),
    )


def _said_once(entries: Any) -> Any:
    """Entries without those that another account of the same platform tells in more detail."""
    is_statement = entries.account_id.startswith(STATEMENT_PREFIX)
    wallet, statement = entries.filter(~is_statement), entries.filter(is_statement)
    told = prefixed(_detail(wallet), "w_")
    stated = prefixed(statement.filter(statement.platform_order_id.notnull()).select(*_ORDER).distinct(), "s_")
    paid_out = prefixed(wallet.filter(wallet.platform_payout_id.notnull()).select(*_PAYOUT).distinct(), "y_")
    statement = statement.left_join(told, _same(statement, told, "w_", _ORDER))
    statement = statement.left_join(paid_out, _same(statement, paid_out, "y_", _PAYOUT))
    kept = ~is_true(statement.w_is_detailed) & statement.y_platform_payout_id.isnull()
    wallet = wallet.left_join(told, _same(wallet, told, "w_", _ORDER))
    wallet = wallet.left_join(stated, _same(wallet, stated, "s_", _ORDER))
    told_better = (wallet.w_is_detailed == ibis.literal(False)) & wallet.s_platform_order_id.notnull()
    wallet = wallet.filter(~is_true(told_better))
    return wallet.select(*entries.columns).union(statement.filter(kept).select(*entries.columns))


def _detail(wallet: Any) -> Any:
    """Whether the wallet breaks an order down: into components, or into entries of several kinds."""
    orders = wallet.filter(wallet.platform_order_id.notnull()).group_by(list(_ORDER))
    counted = orders.aggregate(
        parts=lambda rows: ibis.ifelse(is_true(rows.has_components), 1, 0).max(),
        kinds=lambda rows: rows.component.nunique(),
    )
    return counted.select(*_ORDER, is_detailed=(counted.parts > 0) | (counted.kinds > 1))


def _same(left: Any, right: Any, prefix: str, names: tuple[str, ...]) -> list[Any]:
    return [left[name] == right[f"{prefix}{name}"] for name in names]


def _whole(entries: Any) -> Any:
    """Entries that were not exploded, with a hidden fee as a component of its own."""
    rows = entries.filter(~is_true(entries.has_components))
    hides_fee = is_true(rows.gross_amount + rows.fee_amount == rows.amount) & is_true(rows.fee_amount != 0)
    rows = rows.mutate(hides_fee=hides_fee & (rows.component != "payment_fee"))
    fees = rows.filter(rows.hides_fee)
    fees = fees.mutate(component=ibis.literal("payment_fee"), amount=fees.fee_amount)
    rows = rows.mutate(amount=ibis.ifelse(rows.hides_fee, rows.gross_amount, rows.amount))
    return _shaped(rows).union(_shaped(fees))


def _exploded(entries: Any, settlement_components: Any) -> Any:
    parts = prefixed(settlement_components.filter(~is_true(settlement_components.is_total)), "p_")
    rows = entries.filter(is_true(entries.has_components))
    rows = rows.inner_join(parts, [rows[name] == parts[f"p_{name}"] for name in _ENTRY])
    currency = ibis.coalesce(rows.p_currency, rows.currency)
    return _shaped(rows.mutate(component=rows.p_component, amount=rows.p_amount, currency=currency))


def _shaped(rows: Any) -> Any:
    return rows.select(**{**{name: rows[name] for name in _COLUMNS}, "amount": money(rows.amount)})


@step(
    reads=("settlement_lines", "settlement_components", "payment_accounts", "sku_links"),
    writes="ledger_facts",
)
def ledger_facts(
    settlement_lines: Any, settlement_components: Any, payment_accounts: Any, sku_links: Any, **_: object
) -> Any:
    """One row for each component of a ledger entry, by (account_id, line_key, component)."""
    entries = _said_once(_entries(settlement_lines, payment_accounts))
    rows = with_sku(_whole(entries).union(_exploded(entries, settlement_components)), sku_links)
    return conformed(rows.mutate(channel=channel_of(rows.shop_id)), "ledger_facts")
