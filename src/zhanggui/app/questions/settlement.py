"""Whether orders, settlements and the bank agree, what platforms charge, and what each channel's share is."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa

from zhanggui.app.asking import Asked, question
from zhanggui.app.policies import read_policies
from zhanggui.app.questions.parameters import PERIOD, SHOP
from zhanggui.kernel.periods import Period
from zhanggui.money import unreconciled


@question("订单、结算、银行每月对得上吗？", "Do orders, settlements and the bank agree, month by month?", SHOP, PERIOD)
def ask_reconciliation(asked: Asked, shop: str | None, period: Period | None) -> Any:
    """One row for each shop, month and currency; `unexplained_amount` and `overdue_amount` are what is open."""
    policy = read_policies(asked.workspace.settings.policies).unreconciled
    months = unreconciled.measure_months(asked.table("order_facts"), asked.table("ledger_facts"), policy, asked.as_of)
    paid_out = _payouts_by_month(asked)
    joined = months.left_join(paid_out, ["shop_id", "month_on", "currency"])
    joined = joined.mutate(
        open_amount=(joined.overdue_amount + joined.unexplained_amount).cast("decimal(38,4)"),
        **{name: joined[name].cast("decimal(38,4)") for name in joined.columns if name.endswith("_amount")},
    )
    joined = joined.filter(joined.shop_id == shop) if shop else joined
    if period is not None:
        joined = joined.filter(joined.month_on.between(period.from_on, period.to_on))
    columns = (
        "shop_id", "month_on", "currency", "order_count", "paid_amount", "settled_amount", "deducted_amount",
        "pending_amount", "overdue_amount", "unexplained_amount", "open_amount", "paid_out_amount", "in_bank_amount",
    )  # fmt: skip
    return joined.order_by("shop_id", "month_on", "currency").select(*columns)


def _payouts_by_month(asked: Asked) -> Any:
    """What was paid out, and how much of it was found in the bank: shop_id, month_on, currency."""
    payouts = asked.table("payouts").filter(ibis._.paid_on.notnull(), ibis._.shop_id.notnull())
    decided = asked.table("decisions")
    found = decided.filter(decided.kind == unreconciled.PAYOUT_KIND, decided.verdict == "wait").select("subject_id")
    named = payouts.mutate(subject=payouts.account_id + "|" + payouts.platform_payout_id)
    joined = named.left_join(found, named.subject == found.subject_id)
    zero = ibis.literal(Decimal(0), "decimal(18,4)")
    return joined.group_by("shop_id", "currency", month_on=joined.paid_on.truncate("M")).agg(
        paid_out_amount=joined.amount.sum(),
        in_bank_amount=ibis.ifelse(joined.subject_id.notnull(), joined.amount, zero).sum(),
    )


@question("平台各项费用是多少？", "What do the platforms charge, by component?", SHOP, PERIOD)
def ask_fees_by_component(asked: Asked, shop: str | None, period: Period | None) -> Any:
    """One row for each channel, component and currency."""
    ledger = asked.table("daily_ledger")
    ledger = ledger.filter(ledger.shop_id == shop) if shop else ledger
    if period is not None:
        ledger = ledger.filter(ledger.stat_on.between(period.from_on, period.to_on))
    grouped = ledger.group_by("channel", "component", "currency").agg(
        amount=ledger.amount.sum().cast("decimal(38,4)"), entry_count=ledger.entry_count.sum()
    )
    return grouped.order_by("channel", "component", "currency")


@question("各渠道占销售额多少？", "What share of sales does each channel have?", PERIOD)
def ask_channel_share(asked: Asked, period: Period | None) -> Any:
    """One row for each currency and channel; the shares of a currency add up to one."""
    sales = asked.table("daily_sales")
    if period is not None:
        sales = sales.filter(sales.stat_on.between(period.from_on, period.to_on))
    by_channel = sales.group_by("currency", "channel").agg(paid_amount=sales.paid_amount.sum().cast("decimal(38,4)"))
    rows = by_channel.order_by("currency", "channel").to_pyarrow().to_pylist()
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        totals[row["currency"]] += row["paid_amount"] or Decimal(0)
    for row in rows:
        total = totals[row["currency"]]
        row["share"] = (
            (row["paid_amount"] / total).quantize(Decimal("0.000001")) if total and row["paid_amount"] else None
        )
    fields = [("currency", pa.string()), ("channel", pa.string()), ("paid_amount", pa.decimal128(38, 4))]
    return pa.Table.from_pylist(rows, pa.schema([*fields, ("share", pa.decimal128(18, 6))]))
