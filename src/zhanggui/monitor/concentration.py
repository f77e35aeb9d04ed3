"""How much of the business hangs on one platform, and how long the cash lasts if that platform stops.

Sales are taken over a window before `as_of` in one currency. The Herfindahl–Hirschman index is the sum of the
squared shares (Hirschman 1964, "The Paternity of an Index"; used by the DOJ/FTC Merger Guidelines 2023,
section 2.1), here from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

import ibis
import pyarrow as pa

from zhanggui.canon.decisions import Decision, Impact, Reason, Subject, Verdict, decision_table

KIND = "concentration"
MODEL = "share-of-sales"
_SHARE = Decimal("0.000001")


@dataclass(frozen=True)
class ConcentrationPolicy:
    """When one platform is too much.

    share_limit: share of sales, 0 to 1. Half is the threshold that surveys of online sellers use for dependence
    on a platform; the owner may set another.
    window_days: days of sales looked at; a quarter, so that one campaign does not decide.
    history_days_least: with fewer days with sales than this nothing is said; four weeks hold every weekday four times.
    expiry_days: how long the verdict stands; the share moves slowly.
    """

    share_limit: Decimal = Decimal("0.50")
    window_days: int = 90
    history_days_least: int = 28
    expiry_days: int = 30


def measure_channel_sales(sales: ibis.Table, as_of: date, policy: ConcentrationPolicy) -> ibis.Table:
    """Sales by channel in the window: one row for each channel (channel, amount, day_count, first_on, last_on).

    `sales` holds stat_on, channel and paid_amount in one currency, one row for each day and channel.
    """
    since = as_of - timedelta(days=policy.window_days - 1)
    window = sales.filter(sales.stat_on.between(since, as_of), sales.paid_amount != 0)
    return window.group_by("channel").agg(
        amount=window.paid_amount.sum(), day_count=window.stat_on.nunique(), first_on=window.stat_on.min()
    )


@dataclass(frozen=True)
class CashPosition:
    """What is in the bank, and what leaves it each day; None where no statement says it."""

    balance: Decimal | None = None
    daily_outflow: Decimal | None = None


def decide_concentration(
    channel_sales: pa.Table,
    cash: CashPosition,
    currency: str,
    policy: ConcentrationPolicy,
    as_of: date,
    generation: int,
) -> pa.Table:
    """One decision for each channel with sales; `act` when its share is over the limit.

    `impact_amount` is what was sold over the limit in the window, `impact_high` all that the channel sold.
    """
    sold = {row["channel"]: Decimal(row["amount"]) for row in channel_sales.to_pylist()}
    total = sum(sold.values(), Decimal(0))
    history_days = max((row["day_count"] for row in channel_sales.to_pylist()), default=0)
    company = Subject(KIND, "company", "company", MODEL, policy, as_of, generation)
    if total <= 0 or history_days < policy.history_days_least:
        return decision_table([_no_history(company, history_days, currency, policy)])
    hhi = sum(((amount / total) ** 2 for amount in sold.values()), Decimal(0))
    decisions = []
    for channel in sorted(sold):
        reasons = [
            _share("share_of_sales", sold[channel] / total),
            _share("share_limit", policy.share_limit, source="policy"),
            _share("hhi", hhi),
            *_cash_reasons(sold, channel, cash, policy),
        ]
        asked = replace(company, subject_kind="channel", subject_id=channel)
        decisions.append(_judge(asked, sold[channel], total, reasons, currency, policy))
    return decision_table(decisions)


def _judge(
    asked: Subject,
    amount: Decimal,
    total: Decimal,
    reasons: Sequence[Reason],
    currency: str,
    policy: ConcentrationPolicy,
) -> Decision:
    over = (amount - policy.share_limit * total).quantize(Decimal("0.0001"), ROUND_HALF_EVEN)
    basis = "sales_over_limit_in_window"
    if amount > policy.share_limit * total:
        return asked.decide(Verdict.ACT, reasons, impact=Impact(over, over, amount, currency, basis))
    return asked.decide(Verdict.WAIT, reasons, impact=Impact(Decimal(0), Decimal(0), Decimal(0), currency, basis))


def _cash_reasons(
    sold: dict[str, Decimal], channel: str, cash: CashPosition, policy: ConcentrationPolicy
) -> Iterator[Reason]:
    """How many days the cash lasts when this channel brings nothing and everything else goes on."""
    if cash.balance is None or cash.daily_outflow is None:
        yield Reason("cash_days_unknown", "", "", "bank_transactions")
        return
    others = sum((amount for name, amount in sold.items() if name != channel), Decimal(0)) / policy.window_days
    burn = cash.daily_outflow - others
    if burn <= 0:
        yield Reason("cash_lasts_without", "", "", "bank_transactions")
        return
    days = max(int(cash.balance / burn), 0)
    yield Reason("cash_days_without", str(days), "day", "bank_balances")


def _no_history(company: Subject, history_days: int, currency: str, policy: ConcentrationPolicy) -> Decision:
    reasons = (
        Reason("history_days", str(history_days), "day", "daily_sales"),
        Reason("history_days_least", str(policy.history_days_least), "day", "policy"),
    )
    return company.decide(Verdict.CANNOT_SAY, reasons, impact=Impact(currency=currency))


def _share(code: str, value: Decimal, source: str = "daily_sales") -> Reason:
    return Reason(code, str(value.quantize(_SHARE, ROUND_HALF_EVEN)), "share", source)
