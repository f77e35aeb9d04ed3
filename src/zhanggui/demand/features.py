"""What is known about a series on a day, as numbers: levels, trends, order sizes, promotions, festivals, and the window asked for.

Every feature is a ratio to the series' own base rate or has no unit, so that large and small series teach each other.
Nothing after the day is looked at except what is planned: which days are open, what will be promoted, when festivals
are. A closed day is missing: rates are per open day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhanggui.demand.panel import Panel

SPANS = (7, 14, 28, 56, 91, 182)
"""Days looked back over; doubling from a week to half a year."""
YEAR = 364
"""Whole weeks nearest to a year, so that weekdays meet."""
SHARE_COLUMN = len(SPANS) + 3
"""Where the share of the last 91 days with sales stands among the features."""
_LEAST = 1e-3


@dataclass(frozen=True)
class Cumulated:
    """Running sums of a panel, so that any window is one subtraction. Columns are days, exclusive: column t is before t."""

    panel: Panel
    units: np.ndarray
    squares: np.ndarray
    sales_days: np.ndarray
    open_days: np.ndarray
    last_sale: np.ndarray
    category_units: np.ndarray
    shop_units: np.ndarray
    weekday_weights: np.ndarray
    value: np.ndarray | None
    lines: np.ndarray | None
    special: np.ndarray | None
    promoted: np.ndarray | None
    festivals: np.ndarray | None

    def rate(self, row: np.ndarray, day: np.ndarray, span: int) -> np.ndarray:
        """Units per open day over the `span` days before `day`, from the first sale on."""
        start = np.maximum(day - span, np.minimum(self.panel.first_sale[row], day - 1)).clip(0)
        days = self.open_days[day] - self.open_days[start]
        return np.asarray((self.units[row, day] - self.units[row, start]) / np.maximum(days, 1))


def cumulate(panel: Panel, days_ahead: int) -> Cumulated:
    """Running sums of the panel and of what is planned for `days_ahead` more days."""
    units = panel.units
    sold = units > 0
    index = np.where(sold, np.arange(panel.day_count, dtype=np.int32), np.int32(-1))
    last = np.maximum.accumulate(index, axis=1) if panel.day_count else index
    is_open = np.concatenate([panel.is_open[: panel.day_count], panel.open_ahead(days_ahead)])
    categories = int(panel.categories.max(initial=0)) + 1
    by_category = np.zeros((categories, panel.day_count), dtype=np.float64)
    np.add.at(by_category, panel.categories, units)
    return Cumulated(
        panel,
        _running(units),
        _running(units * units),
        _running(sold),
        _running(is_open[None])[0],
        np.concatenate([np.full((panel.count, 1), -1, dtype=np.int32), last], axis=1),
        _running(by_category),
        _running(by_category.sum(axis=0, keepdims=True)),
        _weekdays(by_category, is_open, panel.day_count),
        None if panel.price is None else _running(units * np.nan_to_num(panel.price)),
        None if panel.lines is None else _running(panel.lines),
        None if panel.special is None else _running(panel.special),
        None if panel.promoted is None else np.stack([_running(kind) for kind in panel.promoted]),
        None if panel.festivals is None else _running(panel.festivals),
    )


def _running(values: np.ndarray) -> np.ndarray:
    total = np.zeros((values.shape[0], values.shape[1] + 1), dtype=np.float32 if values.dtype != np.float64 else None)
    np.cumsum(values, axis=1, dtype=total.dtype, out=total[:, 1:])
    return total


def _weekdays(by_category: np.ndarray, is_open: np.ndarray, day_count: int) -> np.ndarray:
    """[category, day + ahead + 1] running sum of each day's usual weight by weekday, mean 1 over open days.

    Weights are of the whole history: a shop's week changes slowly, and a week of one category holds many lines.
    """
    weekday = np.arange(len(is_open)) % 7
    weights = np.ones((by_category.shape[0], 7))
    for day in range(7):
        at = (weekday[:day_count] == day) & is_open[:day_count]
        weights[:, day] = by_category[:, at].mean(axis=1) if at.any() else 0.0
    counts = np.bincount(weekday[:day_count][is_open[:day_count]], minlength=7)
    mean = (weights * counts).sum(axis=1, keepdims=True) / max(counts.sum(), 1)
    weights = np.divide(weights, mean, out=np.ones_like(weights), where=mean > 0)
    return _running(np.asarray(weights[:, weekday] * is_open))


def base_rate(sums: Cumulated, row: np.ndarray, day: np.ndarray) -> np.ndarray:
    """The rate that everything is measured by: the mean of those of 28, 56 and 91 days, never below a piece in half a year."""
    rate = (sums.rate(row, day, 28) + sums.rate(row, day, 56) + sums.rate(row, day, 91)) / 3
    return np.asarray(np.maximum(rate, 1 / 182))


def feature_names(sums: Cumulated) -> list[str]:
    """The names of the columns that `features` gives, in order."""
    names = [f"level_{span}" for span in SPANS]
    names += ["age_days", "idle_days", "sales_share_28", "sales_share_91", "piece_mean", "piece_spread", "base"]
    names += ["category_trend_7", "category_trend_28", "shop_trend_28", "category"]
    names += ["window_days", "window_open", "window_weight", "last_year", "category_last_year", "price"]
    if sums.lines is not None:
        names += ["lines_7", "lines_28", "lines_91", "line_rate"]
    if sums.special is not None:
        names += ["special_28", "special_56", "special_91"]
    if sums.promoted is not None:
        names += [f"{what}_{kind}" for kind in range(len(sums.promoted)) for what in ("promo_window", "promo_recent")]
    if sums.festivals is not None:
        names += [f"{what}_{kind}" for kind in range(len(sums.festivals)) for what in ("feast_window", "feast_recent")]
    return names


def features(sums: Cumulated, row: np.ndarray, day: np.ndarray, window: np.ndarray) -> np.ndarray:
    """[sample, feature] for each series `row`, first day `day` of the window and its length `window` in days."""
    base = base_rate(sums, row, day)
    columns = [np.log((sums.rate(row, day, span) + _LEAST) / base) for span in SPANS]
    age = day - sums.panel.first_sale[row]
    pieces = sums.units[row, day] / np.maximum(sums.sales_days[row, day], 1)
    second = sums.squares[row, day] / np.maximum(sums.sales_days[row, day], 1)
    columns += [np.minimum(age, 400), np.minimum(day - sums.last_sale[row, day], 200)]
    columns += [_share(sums, row, day, 28), _share(sums, row, day, 91)]
    columns += [np.log(pieces + _LEAST), np.sqrt(np.maximum(second - pieces**2, 0)) / (pieces + _LEAST), np.log(base)]
    category = sums.panel.categories[row]
    columns += [_trend(sums.category_units, category, day, 7, 28), _trend(sums.category_units, category, day, 28, 91)]
    columns += [_trend(sums.shop_units, np.zeros_like(row), day, 28, 91), category]
    columns += _window(sums, category, day, window)
    columns += [_last_year(sums.units, row, day, window), _last_year(sums.category_units, category, day, window)]
    columns += [_price(sums, row, day)]
    columns += _lines(sums, row, day) + _special(sums, row, day)
    for planned in () if sums.promoted is None else sums.promoted:
        columns += _planned(planned, row, day, window)
    for planned in () if sums.festivals is None else sums.festivals:
        columns += _planned(planned[None], np.zeros_like(row), day, window)
    return np.stack(columns, axis=1).astype(np.float32)


def _share(sums: Cumulated, row: np.ndarray, day: np.ndarray, span: int) -> np.ndarray:
    """Share of the last days on which the series sold."""
    start = np.maximum(day - span, 0)
    return np.asarray((sums.sales_days[row, day] - sums.sales_days[row, start]) / span)


def _trend(totals: np.ndarray, row: np.ndarray, day: np.ndarray, short: int, long: int) -> np.ndarray:
    """Logarithm of the rate of the last `short` days over that of the last `long`, of a group."""
    recent = (totals[row, day] - totals[row, np.maximum(day - short, 0)]) / np.minimum(short, np.maximum(day, 1))
    earlier = (totals[row, day] - totals[row, np.maximum(day - long, 0)]) / np.minimum(long, np.maximum(day, 1))
    return np.asarray(np.log((recent + _LEAST) / (earlier + _LEAST)))


def _window(sums: Cumulated, category: np.ndarray, day: np.ndarray, window: np.ndarray) -> list[np.ndarray]:
    """The window's length, its open days, and its weight by the category's weekdays per open day."""
    opened = sums.open_days[day + window] - sums.open_days[day]
    weight = sums.weekday_weights[category, day + window] - sums.weekday_weights[category, day]
    return [window, opened, weight / np.maximum(opened, 1)]


def _last_year(totals: np.ndarray, row: np.ndarray, day: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Logarithm of a year ago's rate in the same window over the 56 days before it; NaN without that history."""
    start = day - YEAR
    known = start >= 56
    start = np.where(known, start, 56)
    end = np.minimum(start + window, day)
    after = (totals[row, end] - totals[row, start]) / np.maximum(window, 1)
    before = (totals[row, start] - totals[row, start - 56]) / 56
    return np.where(known & (before > 0), np.log((after + _LEAST) / (before + _LEAST)), np.nan)


def _price(sums: Cumulated, row: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Logarithm of the mean price of the last 14 days over that of the last 91; NaN where nothing was sold."""
    if sums.value is None:
        return np.full(len(row), np.nan)
    means = []
    for span in (14, 91):
        start = np.maximum(day - span, 0)
        value = sums.value[row, day] - sums.value[row, start]
        units = sums.units[row, day] - sums.units[row, start]
        means.append(np.where((units > 0.5) & (value > 0), value / np.maximum(units, 0.5), np.nan))
    return np.asarray(np.log(means[0] / means[1]))


def _lines(sums: Cumulated, row: np.ndarray, day: np.ndarray) -> list[np.ndarray]:
    """Order lines of the last 7, 28 and 91 days over those of 182, and that rate: a steadier level than pieces."""
    if sums.lines is None:
        return []
    counts = [sums.lines[row, day] - sums.lines[row, np.maximum(day - span, 0)] for span in (7, 28, 91, 182)]
    rates = [count / np.minimum(span, np.maximum(day, 1)) for count, span in zip(counts, (7, 28, 91, 182), strict=True)]
    return [*(np.log((rate + _LEAST) / (rates[3] + _LEAST)) for rate in rates[:3]), np.log(rates[3] + _LEAST)]


def _special(sums: Cumulated, row: np.ndarray, day: np.ndarray) -> list[np.ndarray]:
    """Share of special orders in the units of the last 28, 56 and 91 days."""
    if sums.special is None:
        return []
    shares = []
    for span in (28, 56, 91):
        start = np.maximum(day - span, 0)
        units = sums.units[row, day] - sums.units[row, start]
        shares.append((sums.special[row, day] - sums.special[row, start]) / np.maximum(units, 1))
    return shares


def _planned(totals: np.ndarray, row: np.ndarray, day: np.ndarray, window: np.ndarray) -> list[np.ndarray]:
    """The mean of a plan in the window, and in the 28 days before: what the base rate already holds."""
    end = np.minimum(day + window, totals.shape[1] - 1)
    start = np.minimum(day, totals.shape[1] - 1)
    ahead = (totals[row, end] - totals[row, start]) / np.maximum(end - start, 1)
    before = (totals[row, start] - totals[row, np.maximum(start - 28, 0)]) / 28
    return [ahead, before]
