"""Money that does not agree: orders against settlements, payouts against the bank, files against their own totals.

For a shop and a month the paid amount of its orders is laid against what the ledger says of the same orders. What
is not there is *pending* while the shop's usual lag lasts and *overdue* after it; what differs where both are
there is *unexplained*. Fees, commissions and subsidies are components of their own and explain the way from what
buyers paid to what arrived; they are no difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

import ibis
import pyarrow as pa

from zhanggui.canon.decisions import Decision, Impact, Reason, Subject, Verdict, decision_table

MONTH_KIND = "unreconciled_month"
PAYOUT_KIND = "unmatched_payout"
CONTROL_KIND = "control_total"
MODEL = "ledger-by-order"

BUYERS_SIDE = ("sale", "shipping", "tax", "seller_discount", "unclassified")
"""Components that repeat what buyers paid; every other component explains what became of it."""
GIVEN_BACK = ("refunded_closed", "cancelled", "returned")
"""States of an order that was paid and whose money went back: without an entry it is owed nothing more."""


@dataclass(frozen=True)
class UnreconciledPolicy:
    """When a difference is one.

    tolerance: in the currency's major unit for each order; a cent, because platforms round shares of a discount.
    bank_days: days that a payout may take to the bank; three banking days and a week-end.
    pending_days: days that an order's money may be under way when the shop's own lag is not known; Chinese platforms
    pay when the buyer confirms, at the latest after 15 days, plus returns (7 days without reason by law).
    expiry_days: tomorrow's data changes the verdict.
    """

    tolerance: Decimal = Decimal("0.01")
    bank_days: int = 5
    pending_days: int = 22
    expiry_days: int = 1


def measure_months(orders: ibis.Table, ledger: ibis.Table, policy: UnreconciledPolicy, as_of: date) -> ibis.Table:
    """Orders against the ledger by shop, month of payment and currency.

    Out: shop_id, month_on, currency, order_count, paid_amount, settled_amount (buyers' side), pending_amount,
    overdue_amount, unexplained_amount (absolute, over the tolerance), unexplained_count, deducted_amount.
    """
    by_order = _ledger_by_order(ledger)
    paid = orders.filter(orders.is_paid, orders.paid_on.notnull())
    paid = paid.select(
        "shop_id",
        "platform_order_id",
        "currency",
        "paid_on",
        month_on=paid.paid_on.truncate("M"),
        paid=paid.paid_amount.fill_null(0),
        refunded=paid.refunded_amount.fill_null(0),
        is_given_back=paid.status.isin(GIVEN_BACK).fill_null(False),  # some order reports name no amount with it
    )
    joined = paid.left_join(by_order, ["shop_id", "platform_order_id"])
    is_settled = joined.entry_count.notnull()
    owed = ibis.ifelse(joined.is_given_back, 0, ibis.greatest(joined.paid - joined.refunded, 0))
    is_late = joined.paid_on < as_of - timedelta(days=policy.pending_days)
    difference = joined.paid - joined.buyers_side.fill_null(0)
    # A refund before the settlement may have been netted out of the sale, so both are right.
    netted = (difference - joined.refunded).abs() <= policy.tolerance
    differs = is_settled & (difference.abs() > policy.tolerance) & ~netted
    shaped = joined.mutate(
        settled=ibis.ifelse(is_settled, joined.buyers_side, 0),
        deducted=ibis.ifelse(is_settled, joined.other_side, 0),
        pending=ibis.ifelse(~is_settled & ~is_late, owed, 0),
        overdue=ibis.ifelse(~is_settled & is_late, owed, 0),
        unexplained=ibis.ifelse(differs, difference.abs(), 0),
        is_unexplained=ibis.ifelse(differs, 1, 0),
    )
    return shaped.group_by("shop_id", "month_on", "currency").agg(
        order_count=shaped.count(),
        paid_amount=shaped.paid.sum(),
        settled_amount=shaped.settled.sum(),
        deducted_amount=shaped.deducted.sum(),
        pending_amount=shaped.pending.sum(),
        overdue_amount=shaped.overdue.sum(),
        unexplained_amount=shaped.unexplained.sum(),
        unexplained_count=shaped.is_unexplained.sum(),
    )


def _ledger_by_order(ledger: ibis.Table) -> ibis.Table:
    named = ledger.filter(
        ledger.platform_order_id.notnull(),
        ledger.is_cash.fill_null(True),
        ~ledger.component.isin(("refund", "transfer", "payout")),
    )
    is_buyers = named.component.isin(BUYERS_SIDE)
    return named.group_by("shop_id", "platform_order_id").agg(
        buyers_side=ibis.ifelse(is_buyers, named.amount, 0).sum(),
        other_side=ibis.ifelse(is_buyers, 0, named.amount).sum(),
        entry_count=named.count(),
    )


def decide_unreconciled_months(
    months: pa.Table, ledger_shops: Sequence[str], policy: UnreconciledPolicy, as_of: date, generation: int
) -> pa.Table:
    """One decision for each shop, month and currency; `cannot_say` where the shop has no ledger at all."""
    decisions = []
    for row in sorted(months.to_pylist(), key=lambda r: (r["shop_id"], r["month_on"], r["currency"] or "")):
        subject = f"{row['shop_id']}|{row['month_on'].isoformat()[:7]}|{row['currency'] or ''}"
        asked = Subject(MONTH_KIND, "shop_month", subject, MODEL, policy, as_of, generation)
        reasons = [_money(name, row[f"{name}_amount"], row["currency"]) for name in ("paid", "settled", "deducted")]
        if row["shop_id"] not in ledger_shops:
            decisions.append(
                asked.decide(Verdict.CANNOT_SAY, [*reasons[:1], Reason("no_ledger", "", "", "ledger_facts")])
            )
            continue
        reasons += [
            _money(name, row[f"{name}_amount"], row["currency"]) for name in ("pending", "overdue", "unexplained")
        ]
        open_amount = Decimal(row["overdue_amount"]) + Decimal(row["unexplained_amount"])
        if open_amount == 0:
            decisions.append(asked.decide(Verdict.WAIT, reasons))
            continue
        impact = Impact(open_amount, Decimal(0), open_amount, row["currency"], "unexplained_between_orders_and_ledger")
        decisions.append(asked.decide(Verdict.ACT, reasons, Decimal(row["unexplained_count"]), "order", impact))
    return decision_table(decisions)


def measure_payouts(payouts: ibis.Table, ledger: ibis.Table) -> ibis.Table:
    """What was sent to the bank: account_id, platform_payout_id, paid_on, amount (positive), currency.

    Payouts that a report states as such; and, of accounts without such a report, the ledger's own withdrawals (提现),
    named by their line.
    """
    columns = ("account_id", "platform_payout_id", "paid_on", "amount", "currency")
    drawn = ledger.filter(ledger.component == "payout", ledger.amount < 0, ledger.is_cash.fill_null(True))
    alone = drawn.anti_join(payouts, "account_id")
    named = alone.select(
        "account_id", "currency", platform_payout_id=alone.line_key, paid_on=alone.posted_on, amount=-alone.amount
    )
    stated = payouts.select(*columns)
    return ibis.union(stated, named.select(*columns).cast(stated.schema()))


def decide_unmatched_payouts(
    payouts: pa.Table, bank: pa.Table, policy: UnreconciledPolicy, as_of: date, generation: int
) -> pa.Table:
    """One decision for each payout: found in the bank to the cent within the days allowed, under way, or missing.

    `payouts`: account_id, platform_payout_id, paid_on, amount (positive), currency. `bank`: account_id, line_key,
    booked_on, amount, currency. A bank line answers one payout; the nearest day is taken first.
    """
    entries = [row for row in bank.to_pylist() if row["amount"] is not None and row["amount"] > 0 and row["booked_on"]]
    covered = _coverage(entries)
    free: dict[tuple[Decimal, str | None], list[dict[str, Any]]] = defaultdict(list)
    for entry in sorted(entries, key=lambda r: (r["booked_on"], r["account_id"], r["line_key"])):
        free[entry["amount"], entry["currency"]].append(entry)
    decisions = []
    for payout in sorted(payouts.to_pylist(), key=_payout_order):
        subject = f"{payout['account_id']}|{payout['platform_payout_id']}"
        asked = Subject(PAYOUT_KIND, "payout", subject, MODEL, policy, as_of, generation)
        decisions.append(_judge_payout(payout, free, covered, asked, policy))
    return decision_table(decisions)


def _payout_order(row: dict[str, Any]) -> tuple[date, str, str]:
    return row["paid_on"] or date.min, row["account_id"], row["platform_payout_id"]


def _coverage(entries: Iterable[dict[str, Any]]) -> dict[str | None, tuple[date, date]]:
    """First and last day on which the bank says anything in a currency."""
    covered: dict[str | None, tuple[date, date]] = {}
    for entry in entries:
        first, last = covered.get(entry["currency"], (entry["booked_on"], entry["booked_on"]))
        covered[entry["currency"]] = min(first, entry["booked_on"]), max(last, entry["booked_on"])
    return covered


def _judge_payout(
    payout: dict[str, Any],
    free: dict[tuple[Decimal, str | None], list[dict[str, Any]]],
    covered: dict[str | None, tuple[date, date]],
    asked: Subject,
    policy: UnreconciledPolicy,
) -> Decision:
    paid_on, amount, currency = payout["paid_on"], payout["amount"], payout["currency"]
    reasons = [_money("payout", amount, currency)]
    reaches = covered.get(currency)
    if (
        paid_on is None
        or amount is None
        or reaches is None
        or not reaches[0] <= paid_on + timedelta(days=policy.bank_days)
    ):
        return asked.decide(Verdict.CANNOT_SAY, [*reasons, Reason("no_bank_statement", "", "", "bank_transactions")])
    window = [e for e in free[amount, currency] if 0 <= (e["booked_on"] - paid_on).days <= policy.bank_days]
    if window:
        free[amount, currency].remove(window[0])
        found = Reason("found_in_bank", window[0]["booked_on"].isoformat(), "date", "bank_transactions")
        return asked.decide(Verdict.WAIT, [*reasons, found])
    if reaches[1] < paid_on + timedelta(days=policy.bank_days):
        told = Reason("bank_statement_ends", reaches[1].isoformat(), "date", "bank_transactions")
        return asked.decide(Verdict.CANNOT_SAY, [*reasons, told])
    impact = Impact(amount, Decimal(0), amount, currency, "payout_not_in_bank")
    told = Reason("not_in_bank_after", str(policy.bank_days), "day", "policy")
    return asked.decide(Verdict.ACT, [*reasons, told], Decimal(1), "payout", impact)


def decide_control_totals(controls: pa.Table, policy: UnreconciledPolicy, as_of: date, generation: int) -> pa.Table:
    """One decision for each file that states totals: `act` when one of them differs from its rows.

    `controls`: file_id, path_name, name, stated, computed (decimal texts), agrees.
    """
    by_file: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in controls.to_pylist():
        by_file[row["file_id"]].append(row)
    decisions = []
    for file_id in sorted(by_file):
        asked = Subject(CONTROL_KIND, "file", file_id, MODEL, policy, as_of, generation)
        wrong = [row for row in by_file[file_id] if not row["agrees"]]
        if not wrong:
            decisions.append(
                asked.decide(
                    Verdict.WAIT, [Reason("controls_agree", str(len(by_file[file_id])), "control", "import_files")]
                )
            )
            continue
        reasons = [Reason("file", wrong[0]["path_name"] or "", "name", "import_files")]
        for row in sorted(wrong, key=lambda r: r["name"]):
            reasons.append(Reason("control_stated", f"{row['name']}={row['stated']}", "", "import_files"))
            reasons.append(Reason("control_computed", f"{row['name']}={row['computed']}", "", "import_files"))
        decisions.append(asked.decide(Verdict.ACT, reasons, _largest_difference(wrong), "as_stated"))
    return decision_table(decisions)


def _largest_difference(rows: Iterable[dict[str, Any]]) -> Decimal | None:
    differences = []
    for row in rows:
        try:
            differences.append(abs(Decimal(row["stated"]) - Decimal(row["computed"])))
        except InvalidOperation:
            continue
    return max(differences, default=Decimal(0)).quantize(Decimal("0.0001"), ROUND_HALF_EVEN) if differences else None


def _money(code: str, amount: object, currency: str | None) -> Reason:
    return Reason(f"{code}_amount", str(amount if amount is not None else 0), currency or "", "order_facts")
