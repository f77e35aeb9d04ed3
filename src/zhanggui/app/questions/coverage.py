"""Which days each channel's reports cover, by month and by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import ibis
import pyarrow as pa

from zhanggui.app.asking import Asked, question
from zhanggui.app.errors import ParameterInvalid
from zhanggui.app.questions.parameters import CHANNEL, SHOP, narrowed
from zhanggui.canon.questions import Parameter
from zhanggui.kernel.limits import MAX_CALENDAR_DAYS
from zhanggui.kernel.periods import Grain, Period, periods_between


@question("每个渠道每种报表各月齐不齐？", "Which months does each channel's report cover?", SHOP)
def ask_completeness(asked: Asked, shop: str | None) -> pa.Table:
    """One row for each shop, report and month from its first to the last month closed."""
    files = asked.table("import_files").filter(ibis._.period_from.notnull(), ibis._.period_to.notnull())
    files = files.filter(files.shop_id == shop) if shop else files
    days: dict[tuple[str, str], set[date]] = defaultdict(set)
    for row in files.select("shop_id", "format", "period_from", "period_to").to_pyarrow().to_pylist():
        days[row["shop_id"] or "", row["format"]].update(Period(row["period_from"], row["period_to"], Grain.DAY).days())
    rows = [row for key in sorted(days) for row in _months(*key, days[key], asked.as_of)]
    fields = [("shop_id", pa.string()), ("report", pa.string()), ("month", pa.string())]
    return pa.Table.from_pylist(rows, pa.schema([*fields, ("days_covered", pa.int64()), ("days", pa.int64())]))


def _months(shop: str, report: str, covered: set[date], as_of: date) -> Iterator[dict[str, Any]]:
    for month in periods_between(min(covered), max(as_of, *covered), Grain.MONTH):
        days = sum(1 for day in month.days() if day in covered)
        yield {"shop_id": shop, "report": report, "month": str(month), "days_covered": days, "days": month.day_count}


_SHOWN_DAYS = 90  # a quarter fits on a screen


@question(
    "每个渠道每种报表每天齐不齐？",
    "Which days does each channel's report cover?",
    SHOP,
    CHANNEL,
    Parameter("from_on", "date", "起始日（默认 90 天前）", "First day (90 days before the last)"),
    Parameter("to_on", "date", "截止日（默认结账日）", "Last day (that of the close)"),
)
def ask_completeness_days(
    asked: Asked, shop: str | None, channel: str | None, from_on: date | None, to_on: date | None
) -> pa.Table:
    """One row for each shop, report and day, with the number of files that cover it."""
    last = to_on or asked.as_of
    first = from_on or last - timedelta(days=_SHOWN_DAYS - 1)
    if not 0 <= (last - first).days < MAX_CALENDAR_DAYS:
        raise ParameterInvalid(parameter="from_on", value=first.isoformat(), kind=f"≤ {MAX_CALENDAR_DAYS} d")
    files = narrowed(asked.table("import_files"), shop_id=shop, channel=channel)
    files = files.filter(files.status != "refused")
    counts: dict[tuple[str, str, str], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for row in asked.fetch(files.select("shop_id", "channel", "format", "period_from", "period_to")).to_pylist():
        covered = counts[row["shop_id"] or "", row["channel"] or "", row["format"]]
        for day in _days_within(row["period_from"], row["period_to"], first, last):
            covered[day] += 1
    days = list(Period(first, last, Grain.DAY).days())
    rows = [
        {"shop_id": key[0], "channel": key[1], "report": key[2], "day_on": day, "is_covered": day in counts[key],
         "file_count": counts[key].get(day, 0)}
        for key in sorted(counts)
        for day in days
    ]  # fmt: skip
    texts = [(name, pa.string()) for name in ("shop_id", "channel", "report")]
    shape = [*texts, ("day_on", pa.date32()), ("is_covered", pa.bool_()), ("file_count", pa.int64())]
    return pa.Table.from_pylist(rows, pa.schema(shape))


def _days_within(start: date | None, end: date | None, first: date, last: date) -> Iterator[date]:
    """The days of a file's period that are looked at."""
    if start is not None and end is not None and max(start, first) <= min(end, last):
        yield from Period(max(start, first), min(end, last), Grain.DAY).days()
