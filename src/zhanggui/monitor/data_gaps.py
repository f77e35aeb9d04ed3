"""What the books lack: reports that are late by their own rhythm, holes in what they cover, and money without its pair.

Nothing here knows a calendar of platforms: how often a report comes, and how long after an order its money
comes, is read from what came before. Without enough of that the verdict is `cannot_say`.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import ibis
import pyarrow as pa

from zhanggui.canon.decisions import NO_IMPACT, Decision, Impact, Reason, Subject, Verdict, decision_table

REPORT_KIND = "data_gap"
GIVEN_BACK = ("refunded_closed", "cancelled", "returned")
SETTLEMENT_KIND = "unsettled_orders"
ORDERLESS_KIND = "orderless_settlement"
UNMAPPED_KIND = "unmapped_skus"
MODEL = "own-rhythm"


@dataclass(frozen=True)
class DataGapsPolicy:
    """When data counts as missing.

    reports_least: reports of one kind needed before a rhythm is believed; two gaps, so that one is no rule.
    late_factor: a report is late after this many of its own intervals.
    grace_days: and never before this many days; exports are made by people, who rest at week-ends.
    hole_days_least: days without any data inside what a report covers that count as a hole; shorter ones are quiet days.
    settled_orders_least: settled orders needed to know a shop's lag; with 30 a 95th percentile has one order beyond it.
    lag_quantile: share of orders that were settled within the usual lag.
    unmapped_share_limit: share of a shop's sales that may be without an internal SKU; 1 % is about rounding.
    expiry_days: tomorrow's data changes the verdict.
    """

    reports_least: int = 3
    late_factor: Decimal = Decimal("1.5")
    grace_days: int = 3
    hole_days_least: int = 3
    settled_orders_least: int = 30
    lag_quantile: Decimal = Decimal("0.95")
    unmapped_share_limit: Decimal = Decimal("0.01")
    expiry_days: int = 1


def measure_settlement_lags(orders: ibis.Table, ledger: ibis.Table) -> ibis.Table:
    """How many orders waited how long for their first money: shop_id, lag_days, order_count."""
    posted = _first_posted(ledger)
    joined = orders.filter(orders.is_paid, orders.paid_on.notnull()).inner_join(
        posted, ["shop_id", "platform_order_id"]
    )
    lag = joined.mutate(lag_days=joined.first_on.delta(joined.paid_on, unit="day"))
    return lag.group_by("shop_id", "lag_days").agg(order_count=lag.count())


def measure_unsettled_orders(orders: ibis.Table, ledger: ibis.Table) -> ibis.Table:
    """Paid orders without any money: shop_id, currency, paid_on, order_count, amount (paid less refunded).

    An order that was closed because its money went back is owed none, whether or not its report names the amount.
    """
    posted = _first_posted(ledger)
    is_open = ~orders.status.isin(GIVEN_BACK).fill_null(False)
    paid = orders.filter(orders.is_paid, orders.paid_on.notnull(), is_open)
    lonely = paid.anti_join(posted, ["shop_id", "platform_order_id"])
    owed = lonely.mutate(owed=lonely.paid_amount.fill_null(0) - lonely.refunded_amount.fill_null(0))
    open_ones = owed.filter(owed.owed > 0)
    return open_ones.group_by("shop_id", "currency", "paid_on").agg(
        order_count=open_ones.count(), amount=open_ones.owed.sum()
    )


def measure_orderless_settlements(orders: ibis.Table, ledger: ibis.Table) -> ibis.Table:
    """Money for orders that no order report states: shop_id, currency, entry_count, order_count, amount."""
    named = ledger.filter(ledger.platform_order_id.notnull(), ledger.is_cash.fill_null(True), ledger.shop_id.notnull())
    lonely = named.anti_join(orders, ["shop_id", "platform_order_id"])
    return lonely.group_by("shop_id", "currency").agg(
        entry_count=lonely.count(), order_count=lonely.platform_order_id.nunique(), amount=lonely.amount.sum()
    )


def measure_shops(orders: ibis.Table, ledger: ibis.Table) -> ibis.Table:
    """What each shop has: shop_id, source ("orders" or "ledger"), row_count."""
    having = [
        table.filter(table.shop_id.notnull())
        .group_by("shop_id")
        .agg(row_count=lambda t: t.count())
        .mutate(source=ibis.literal(source))
        for source, table in (("orders", orders), ("ledger", ledger))
    ]
    return ibis.union(having[0], having[1])


def measure_unmapped(lines: ibis.Table) -> ibis.Table:
    """Sales by shop and whether an internal SKU is known: shop_id, currency, is_mapped, amount, item_count."""
    sold = lines.filter(~lines.is_cancelled.fill_null(False))
    keyed = sold.mutate(
        is_mapped=sold.sku_id.notnull(),
        item=sold.platform_listing_id.fill_null("")
        + "|"
        + ibis.coalesce(sold.platform_variant_id, sold.variant_text, sold.title, ""),
    )
    return keyed.group_by("shop_id", "currency", "is_mapped").agg(
        amount=keyed.net_amount.sum(), item_count=keyed.item.nunique()
    )


def measure_daily_worth(sales: ibis.Table) -> ibis.Table:
    """What a shop's data is about in a day: shop_id, currency, amount, day_count."""
    dated = sales.filter(sales.stat_on.notnull())
    return dated.group_by("shop_id", "currency").agg(amount=dated.paid_amount.sum(), day_count=dated.stat_on.nunique())


def _first_posted(ledger: ibis.Table) -> ibis.Table:
    named = ledger.filter(ledger.platform_order_id.notnull(), ledger.is_cash.fill_null(True))
    return named.group_by("shop_id", "platform_order_id").agg(first_on=named.posted_on.min())


def decide_data_gaps(
    files: pa.Table, daily_worth: pa.Table, policy: DataGapsPolicy, as_of: date, generation: int
) -> pa.Table:
    """One decision for each shop and report: late, with holes, complete, or not to be said yet.

    `files` has one row for each file: shop_id, format, period_from, period_to. `impact` is the shop's mean daily
    sales times the days missing, from half of it (a quiet spell) to one and a half.
    """
    covered: dict[tuple[str, str], list[tuple[date, date]]] = defaultdict(list)
    for row in files.to_pylist():
        if row["period_from"] is not None and row["period_to"] is not None:
            covered[row["shop_id"], row["format"]].append((row["period_from"], row["period_to"]))
    worth = _worth_by_shop(daily_worth)
    seen = sorted({(row["shop_id"], row["format"]) for row in files.to_pylist()})
    return decision_table(
        _judge_report(shop, report, covered[shop, report], worth.get(shop), policy, as_of, generation)
        for shop, report in seen
    )


def _worth_by_shop(daily_worth: pa.Table) -> dict[str, tuple[Decimal, str]]:
    worth: dict[str, tuple[Decimal, str]] = {}
    for row in sorted(daily_worth.to_pylist(), key=lambda r: (r["shop_id"], -(r["amount"] or 0), r["currency"] or "")):
        if row["day_count"] and row["amount"] and row["shop_id"] not in worth:
            worth[row["shop_id"]] = (Decimal(row["amount"]) / row["day_count"], row["currency"])
    return worth


def _judge_report(
    shop: str,
    report: str,
    periods: Sequence[tuple[date, date]],
    worth: tuple[Decimal, str] | None,
    policy: DataGapsPolicy,
    as_of: date,
    generation: int,
) -> Decision:
    asked = Subject(REPORT_KIND, "report", f"{shop}|{report}", MODEL, policy, as_of, generation)
    ends = sorted({end for _, end in periods})
    if len(ends) < policy.reports_least:
        reasons = [Reason("report_count", str(len(ends)), "report", "import_files")]
        reasons.append(Reason("report_count_least", str(policy.reports_least), "report", "policy"))
        return asked.decide(Verdict.CANNOT_SAY, reasons)
    rhythm = _median_gap(ends)
    silent_days = (as_of - ends[-1]).days
    late_days = max(silent_days - days_allowed(rhythm, policy), 0)
    holes = list(_holes(periods, max(policy.hole_days_least, rhythm)))
    hole_days = sum((to - start).days + 1 for start, to in holes)
    reasons = [Reason("report_rhythm", str(rhythm), "day", "import_files")]
    reasons += [Reason("report_last", ends[-1].isoformat(), "date", "import_files")]
    if late_days:
        reasons.append(Reason("report_late", str(silent_days), "day", "import_files"))
    reasons += [
        Reason("period_missing", f"{start.isoformat()}/{to.isoformat()}", "period", "import_files")
        for start, to in holes
    ]
    missing = hole_days + (silent_days if late_days else 0)
    if not missing:
        return asked.decide(Verdict.WAIT, reasons)
    impact = _worth_of_days(worth, missing)
    return asked.decide(Verdict.ACT, reasons, Decimal(missing), "day", impact)


def _worth_of_days(worth: tuple[Decimal, str] | None, missing_days: int) -> Impact:
    if worth is None:
        return NO_IMPACT
    amount = (worth[0] * missing_days).quantize(Decimal("0.0001"))
    return Impact(amount, _half(amount), amount + _half(amount), worth[1], "daily_sales_times_days")


def days_allowed(rhythm: int, policy: DataGapsPolicy) -> int:
    """The days of silence after which a report of this rhythm is late."""
    return max(int(rhythm * policy.late_factor), rhythm + policy.grace_days)


def _half(amount: Decimal) -> Decimal:
    return (amount / 2).quantize(Decimal("0.0001"), ROUND_HALF_EVEN)


def _median_gap(ends: Sequence[date]) -> int:
    gaps = sorted((later - earlier).days for earlier, later in itertools.pairwise(ends))
    return max(gaps[len(gaps) // 2], 1)


def _holes(periods: Iterable[tuple[date, date]], least_days: int) -> Iterable[tuple[date, date]]:
    """Days between two reports that none covers, when there are at least so many."""
    reached: date | None = None
    for start, end in sorted(periods):
        if reached is not None and (start - reached).days - 1 >= least_days:
            yield reached + timedelta(days=1), start - timedelta(days=1)
        reached = end if reached is None else max(reached, end)


def decide_settlement_gaps(
    shops: pa.Table,
    lags: pa.Table,
    unsettled: pa.Table,
    orderless: pa.Table,
    policy: DataGapsPolicy,
    as_of: date,
    generation: int,
) -> pa.Table:
    """For every shop: orders still without money after its usual lag, and money without its order."""
    having: dict[str, set[str]] = defaultdict(set)
    for row in shops.to_pylist():
        having[row["shop_id"]].add(row["source"])
    decisions = []
    for shop in sorted(having):
        missing_of = {"shop_id": shop, "having": having[shop]}
        decisions += _judge_unsettled(missing_of, _of(lags, shop), _of(unsettled, shop), policy, as_of, generation)
        decisions += _judge_orderless(missing_of, _of(orderless, shop), policy, as_of, generation)
    return decision_table(decisions)


def _up_to(amount: Decimal, currency: str | None, basis: str) -> Impact:
    """Money of which nothing or all may come."""
    return Impact(amount, Decimal(0), amount, currency or None, basis)


def _of(table: pa.Table, shop: str) -> list[dict[str, Any]]:
    return [row for row in table.to_pylist() if row["shop_id"] == shop]


def usual_lag_days(lags: Iterable[Mapping[str, Any]], policy: DataGapsPolicy) -> int | None:
    """The least number of days within which `lag_quantile` of the settled orders had their money; None if too few."""
    waits: dict[int, int] = defaultdict(int)
    for row in lags:
        waits[max(row["lag_days"], 0)] += row["order_count"]
    total = sum(waits.values())
    if total < policy.settled_orders_least:
        return None
    reached = 0
    for days in sorted(waits):
        reached += waits[days]
        if reached >= policy.lag_quantile * total:
            return days
    return max(waits)


def _judge_unsettled(
    shop: Mapping[str, Any],
    lags: list[dict[str, Any]],
    unsettled: list[dict[str, Any]],
    policy: DataGapsPolicy,
    as_of: date,
    generation: int,
) -> list[Decision]:
    asked = Subject(SETTLEMENT_KIND, "shop", shop["shop_id"], MODEL, policy, as_of, generation)
    if "orders" not in shop["having"]:
        return [asked.decide(Verdict.CANNOT_SAY, [Reason("no_order_report", "", "", "order_facts")])]
    if "ledger" not in shop["having"]:
        return [asked.decide(Verdict.CANNOT_SAY, [Reason("no_ledger", "", "", "ledger_facts")])]
    lag = usual_lag_days(lags, policy)
    if lag is None:
        settled = sum(row["order_count"] for row in lags)
        return [
            asked.decide(Verdict.CANNOT_SAY, [Reason("settled_order_count", str(settled), "order", "ledger_facts")])
        ]
    overdue = [row for row in unsettled if row["paid_on"] < as_of - timedelta(days=lag)]
    reasons = [Reason("usual_lag", str(lag), "day", "ledger_facts")]
    if not overdue:
        return [asked.decide(Verdict.WAIT, reasons)]
    decisions = []
    for currency in sorted({row["currency"] or "" for row in overdue}):
        rows = [row for row in overdue if (row["currency"] or "") == currency]
        amount, orders = (
            sum((Decimal(row["amount"]) for row in rows), Decimal(0)),
            sum(row["order_count"] for row in rows),
        )
        told = [*reasons, Reason("orders_without_settlement", str(orders), "order", "order_facts")]
        named = (
            asked if len({row["currency"] for row in overdue}) == 1 else asked.about(f"{shop['shop_id']}|{currency}")
        )
        decisions.append(
            named.decide(Verdict.ACT, told, Decimal(orders), "order", _up_to(amount, currency, "owed_by_platform"))
        )
    return decisions


def _judge_orderless(
    shop: Mapping[str, Any], orderless: list[dict[str, Any]], policy: DataGapsPolicy, as_of: date, generation: int
) -> list[Decision]:
    asked = Subject(ORDERLESS_KIND, "shop", shop["shop_id"], MODEL, policy, as_of, generation)
    if "ledger" not in shop["having"]:
        return [asked.decide(Verdict.CANNOT_SAY, [Reason("no_ledger", "", "", "ledger_facts")])]
    if "orders" not in shop["having"]:
        return [asked.decide(Verdict.CANNOT_SAY, [Reason("no_order_report", "", "", "order_facts")])]
    if not orderless:
        return [asked.decide(Verdict.WAIT, [Reason("settlements_without_orders", "0", "entry", "ledger_facts")])]
    decisions = []
    for row in sorted(orderless, key=lambda r: r["currency"] or ""):
        amount = abs(Decimal(row["amount"] or 0))
        told = [Reason("settlements_without_orders", str(row["entry_count"]), "entry", "ledger_facts")]
        named = asked if len(orderless) == 1 else asked.about(f"{shop['shop_id']}|{row['currency']}")
        count = Decimal(row["order_count"])
        decisions.append(
            named.decide(Verdict.ACT, told, count, "order", _up_to(amount, row["currency"], "unexplained_settlement"))
        )
    return decisions


def decide_unmapped_skus(unmapped: pa.Table, policy: DataGapsPolicy, as_of: date, generation: int) -> pa.Table:
    """One decision for each shop and currency: how much of its sales has no internal SKU."""
    sums: dict[tuple[str, str], dict[bool, tuple[Decimal, int]]] = defaultdict(dict)
    for row in unmapped.to_pylist():
        sums[row["shop_id"], row["currency"] or ""][row["is_mapped"]] = (Decimal(row["amount"] or 0), row["item_count"])
    by_shop: dict[str, int] = defaultdict(int)
    for shop, _ in sums:
        by_shop[shop] += 1
    decisions = []
    for (shop, currency), found in sorted(sums.items()):
        subject = shop if by_shop[shop] == 1 else f"{shop}|{currency}"
        asked = Subject(UNMAPPED_KIND, "shop", subject, MODEL, policy, as_of, generation)
        lost, items = found.get(False, (Decimal(0), 0))
        total = lost + found.get(True, (Decimal(0), 0))[0]
        share = (lost / total).quantize(Decimal("0.000001")) if total > 0 else Decimal(0)
        reasons = [
            Reason("unmapped_share", str(share), "share", "line_facts"),
            Reason("unmapped_items", str(items), "item", "line_facts"),
        ]
        if total <= 0:
            decisions.append(asked.decide(Verdict.CANNOT_SAY, reasons))
        elif share > policy.unmapped_share_limit:
            impact = _up_to(lost, currency, "sales_without_sku")
            decisions.append(asked.decide(Verdict.ACT, reasons, Decimal(items), "item", impact))
        else:
            decisions.append(asked.decide(Verdict.WAIT, reasons))
    return decision_table(decisions)
