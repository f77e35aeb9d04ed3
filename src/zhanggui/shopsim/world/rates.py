"""The real reference rates of the European Central Bank, as the books use them: on a day without one, the last before it."""

from __future__ import annotations

import bisect
import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import numpy as np

from zhanggui.kernel.money import minor_unit_places
from zhanggui.shopsim.scenario import ScenarioInvalid

LEAD_DAYS = 10
"""Days before the first day that are looked at, for a start on a holiday."""

_PLACES = Decimal("1e-12")
"""To where a cross rate is carried out."""


@dataclass(frozen=True)
class Rates:
    """Units of the company's currency for one unit of another, by day index."""

    base: str
    by_currency: dict[str, list[Decimal]]

    def of(self, currency: str, day_index: int) -> float:
        """The day's rate; 1 for the company's own currency. Days after the last one keep its rate."""
        return float(self.exact(currency, day_index))

    def exact(self, currency: str, day_index: int) -> Decimal:
        """The same as an exact decimal."""
        if currency == self.base:
            return Decimal(1)
        told = self.by_currency[currency]
        return told[min(day_index, len(told) - 1)]

    def text(self, currency: str, day_index: int) -> str:
        """The exact decimal in writing."""
        return f"{self.exact(currency, day_index):f}"

    def to_base(self, minor: np.ndarray, currency: str, day_index: int) -> np.ndarray:
        """Amounts of a currency in the company's, rounded half to even to its minor unit."""
        factor = 10.0 ** (minor_unit_places(self.base) - minor_unit_places(currency))
        return np.rint(np.asarray(minor) * (self.of(currency, day_index) * factor)).astype(np.int64)

    def from_base(self, minor: np.ndarray, currency: str, day_index: int) -> np.ndarray:
        """Amounts of the company's currency in another, rounded half to even."""
        factor = 10.0 ** (minor_unit_places(currency) - minor_unit_places(self.base))
        return np.rint(np.asarray(minor) * (factor / self.of(currency, day_index))).astype(np.int64)


def read_rates(base: str, currencies: tuple[str, ...], first: date, days: int) -> Rates:
    """The rates of these currencies over the days.

    Raises:
        ScenarioInvalid: the bank's history does not hold a currency at the start.
    """
    wanted = tuple(currency for currency in sorted(set(currencies)) if currency != base)
    return Rates(base, {currency: _cross_rates(base, currency, first, days) for currency in wanted})


def worst_window(rates: Rates, currency: str, days: int, day_count: int) -> tuple[int, int]:
    """First and last day index of the window of `days` in which the currency lost most against the company's."""
    if days >= day_count:
        return 0, day_count - 1
    told = np.array([rates.of(currency, place) for place in range(day_count)])
    start = int(np.argmin(told[days:] / told[:-days]))
    return start, start + days


def _cross_rates(base: str, currency: str, first: date, days: int) -> list[Decimal]:
    own, other = _quotes(base), _quotes(currency)
    if not _covers(own, first) or not _covers(other, first):
        raise ScenarioInvalid(where="company.started_on", told=f"{currency} {first}")
    return [
        (_on(own, day) / _on(other, day)).quantize(_PLACES)
        for day in (first + timedelta(days=place) for place in range(days))
    ]


def _covers(quotes: list[tuple[date, Decimal]], first: date) -> bool:
    return bool(quotes) and quotes[0][0] <= first <= quotes[-1][0] + timedelta(days=LEAD_DAYS)


def _on(quotes: list[tuple[date, Decimal]], day: date) -> Decimal:
    return quotes[bisect.bisect_right(quotes, day, key=lambda quote: quote[0]) - 1][1]


@cache
def _quotes(currency: str) -> list[tuple[date, Decimal]]:
    """What one euro was worth, by day of publication, ascending."""
    if currency == "EUR":
        return [(day, Decimal(1)) for day, _ in _quotes("USD")]
    rows = [
        (date.fromisoformat(row["Date"]), Decimal(row[currency].strip()))
        for row in _history()
        if (row.get(currency) or "N/A").strip() not in ("N/A", "")
    ]
    return sorted(rows)


@cache
def _history() -> list[dict[str, str]]:
    from currency_converter.currency_converter import CURRENCY_FILE

    with zipfile.ZipFile(CURRENCY_FILE) as archive:
        text = archive.read(archive.namelist()[0]).decode("ascii")
    return list(csv.DictReader(io.StringIO(text)))
