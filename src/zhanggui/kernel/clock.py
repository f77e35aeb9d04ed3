"""The one place that reads the time; everything else is handed an instant or a date."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now_utc() -> datetime:
    """The present instant, UTC and naive, as the books store it."""
    return datetime.now(UTC).replace(tzinfo=None)


def today(timezone: str) -> date:
    """The present date in a zone (IANA name)."""
    return datetime.now(ZoneInfo(timezone)).date()


def instant_in(instant: datetime, zone: ZoneInfo) -> datetime:
    """A stored instant (UTC, naive) as the clocks of a zone showed it."""
    return instant.replace(tzinfo=UTC).astimezone(zone)


def monotonic_seconds() -> float:
    """Seconds that only grow: for limits and progress, never stored."""
    return time.monotonic()
