"""Periods as people write them (2026-11, 2026-W46, 2026-Q4) and the days they have."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from zhanggui.metrics.requests import MetricRequest


def period_label(start: date | None, grain: str | None) -> str | None:
    """The period that begins on that day."""
    if start is None:
        return None
    match grain:
        case "week":
            year, week, _ = start.isocalendar()
            return f"{year}-W{week:02d}"
        case "month":
            return f"{start:%Y-%m}"
        case "quarter":
            return f"{start.year}-Q{(start.month + 2) // 3}"
        case "year":
            return f"{start.year}"
    return start.isoformat()


def period_end(start: date, grain: str) -> date:
    """The last day of the period that begins on that day."""
    months = {"month": 1, "quarter": 3, "year": 12}.get(grain)
    if months is None:
        return start + timedelta(days=6 if grain == "week" else 0)
    place = start.year * 12 + start.month - 1 + months
    return date(place // 12, place % 12 + 1, 1) - timedelta(days=1)


def days_within(request: MetricRequest, start: date | None) -> Decimal | None:
    """The days of the period, within the dates asked for; unknown where neither says where it ends."""
    first, last = request.date_from, request.date_to
    if request.grain and start:
        first = max(start, first or start)
        last = min(period_end(start, request.grain), last or date.max)
    if first is None or last is None:
        return None
    return Decimal((last - first).days + 1)
