"""What a figure was to be expected at, by its own history: the median, and how far values usually lie from it.

The median absolute deviation times 1.4826 is the standard deviation where values are normal, and unlike that it is
not moved by a few sales days; see Leys et al., "Detecting outliers", Journal of Experimental Social Psychology 49 (2013).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from zhanggui.metrics.formulas import EXACT


@dataclass(frozen=True)
class ExpectingPolicy:
    """How a range is drawn.

    history_count: earlier periods looked at; twelve weeks are a season.
    history_least: with fewer than four the range says nothing.
    scale: makes the median absolute deviation a standard deviation of normal values.
    width: deviations on either side; three by the source above.
    """

    history_count: int = 12
    history_least: int = 4
    scale: Decimal = Decimal("1.4826")
    width: Decimal = Decimal(3)


@dataclass(frozen=True)
class Expected:
    """The middle and the ends of the range."""

    low: Decimal
    middle: Decimal
    high: Decimal

    def judge(self, value: Decimal) -> str:
        """`within`, `above` or `below`."""
        return "above" if value > self.high else "below" if value < self.low else "within"


def expect(history: Sequence[Decimal], policy: ExpectingPolicy) -> Expected | None:
    """The range that the history lets expect; None where it is too short. Never below 0 where the history never was."""
    if len(history) < policy.history_least:
        return None
    middle = median(history)
    deviation = median([abs(EXACT.subtract(value, middle)) for value in history])
    reach = EXACT.multiply(EXACT.multiply(deviation, policy.scale), policy.width)
    low = EXACT.subtract(middle, reach)
    return Expected(max(low, Decimal(0)) if min(history) >= 0 else low, middle, EXACT.add(middle, reach))


def median(values: Sequence[Decimal]) -> Decimal:
    """The middle value, or the mean of the two in the middle."""
    ordered, half = sorted(values), len(values) // 2
    if len(ordered) % 2:
        return ordered[half]
    return EXACT.divide(EXACT.add(ordered[half - 1], ordered[half]), Decimal(2))
