"""Two habits in the same world: the money that each leaves, seed by seed, and a t interval of the paired difference.

All policies meet the same wishes of buyers (common random numbers), so that the difference between them has a far smaller
spread than either; the interval is Student's over the seeds (Student 1908; Law 2015, Simulation Modeling, 10.2.1).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhanggui.kernel.money import minor_unit_places
from zhanggui.shopsim.days import simulate
from zhanggui.shopsim.policies import Policies
from zhanggui.shopsim.scenario import Scenario

_T975 = (
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010, 2.1788, 2.1604, 2.1448, 2.1314,
    2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
)  # fmt: skip
"""97.5 % points of Student's t for 1 to 30 degrees of freedom (NIST Handbook, 1.3.6.7.2)."""
_Z975 = 1.959964


@dataclass(frozen=True)
class Comparison:
    """What one policy leaves more than the first one, whole units of the company's currency, with its 95 % interval."""

    name: str
    against: str
    mean: float
    low: float
    high: float
    currency: str
    differences: tuple[float, ...]
    """One per seed."""

    @property
    def is_better(self) -> bool:
        """Whether the whole interval lies above zero."""
        return self.low > 0


def compare_policies(
    scenario: Scenario, policies: Mapping[str, Policies], seeds: Sequence[int], days: int | None = None
) -> list[Comparison]:
    """Run every policy under every seed; one row for each policy after the first, which they are measured against.

    Money is the final true profit: the lines' profit less waste, interest and the capital cost of stock.

    Raises:
        ValueError: fewer than two policies or two seeds.
    """
    if len(policies) < 2 or len(seeds) < 2:
        raise ValueError("two policies and two seeds are the least that can be compared")
    places = minor_unit_places(scenario.company.currency)
    money = {
        name: [simulate(scenario, seed, days, policy).money["final_profit_minor"] / 10**places for seed in seeds]
        for name, policy in policies.items()
    }
    first = next(iter(policies))
    return [
        _compare(name, first, money[name], money[first], scenario.company.currency)
        for name in policies
        if name != first
    ]


def _compare(name: str, against: str, own: list[float], other: list[float], currency: str) -> Comparison:
    differences = tuple(a - b for a, b in zip(own, other, strict=True))
    mean, low, high = t_interval(differences)
    return Comparison(name, against, mean, low, high, currency, differences)


def t_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean and 95 % interval of the mean of independent values."""
    count = len(values)
    mean = math.fsum(values) / count
    variance = math.fsum((value - mean) ** 2 for value in values) / (count - 1)
    reach = t975(count - 1) * math.sqrt(variance / count)
    return mean, mean - reach, mean + reach


def t975(freedom: int) -> float:
    """The 97.5 % point of Student's t; above 30 degrees of freedom by Cornish and Fisher's expansion (error < 0.0001)."""
    if freedom <= len(_T975):
        return _T975[freedom - 1]
    z = _Z975
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
