"""What may be asked of the metrics, and what is said when it cannot be answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from zhanggui.canon.metrics import Metric, Shape
from zhanggui.kernel.errors import UsageRefusal
from zhanggui.metrics.dimensions import DIMENSIONS, GRAINS
from zhanggui.metrics.registry import METRICS


class UnknownMetric(UsageRefusal):
    """No metric has that name; `near` holds names that look like it."""

    code = "unknown_metric"


class UnknownDimension(UsageRefusal):
    """No dimension has that name; `near` holds names that look like it."""

    code = "unknown_dimension"


class UnknownGrain(UsageRefusal):
    """The grain is none of day, week, month, quarter, year."""

    code = "unknown_grain"


class DimensionNotAvailable(UsageRefusal):
    """The metric cannot be cut by that dimension; `available` says by which it can."""

    code = "dimension_not_available"


class DimensionNeeded(UsageRefusal):
    """The metric is a share of a dimension's members, and must be asked by that dimension."""

    code = "dimension_needed"


class PeriodReversed(UsageRefusal):
    """The period ends before it begins."""

    code = "period_reversed"


class NothingAsked(UsageRefusal):
    """The request names no metric."""

    code = "nothing_asked"


Where = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class MetricRequest:
    """Metrics by dimensions and period; `where` keeps the named members; `currency` converts every amount.

    A period filters each part by its own business date, both ends included. Without grain and period, facts of
    which no date is known count too.
    """

    names: tuple[str, ...]
    by: tuple[str, ...] = ()
    grain: str | None = None
    date_from: date | None = None
    date_to: date | None = None
    where: Where = field(default_factory=dict)
    currency: str | None = None


def near_names(name: str, names: Iterable[str]) -> list[str]:
    """At most five names that look like it, or contain it."""
    known = list(names)
    holding = [other for other in known if name and (name in other or other in name)]
    return list(dict.fromkeys([*get_close_matches(name, known, n=5, cutoff=0.5), *holding]))[:5]


def metric_named(name: str) -> Metric:
    """The metric of that name, or of that title in Chinese or English; raises UnknownMetric."""
    if name in METRICS:
        return METRICS[name]
    for metric in METRICS.values():
        if name.casefold() in (metric.zh.casefold(), metric.en.casefold()):
            return metric
    raise UnknownMetric(name=name, near=near_names(name, METRICS))


def checked(request: MetricRequest) -> tuple[Metric, ...]:
    """The metrics asked for; raises the refusal that says what is wrong with the request."""
    if not request.names:
        raise NothingAsked()
    if request.grain is not None and request.grain not in GRAINS:
        raise UnknownGrain(grain=request.grain, available=list(GRAINS))
    if request.date_from and request.date_to and request.date_to < request.date_from:
        raise PeriodReversed(date_from=request.date_from.isoformat(), date_to=request.date_to.isoformat())
    for name in (*request.by, *request.where):
        if name not in DIMENSIONS:
            raise UnknownDimension(name=name, near=near_names(name, DIMENSIONS))
    metrics = tuple(metric_named(name) for name in dict.fromkeys(request.names))
    for metric in metrics:
        _check_dimensions(metric, request)
    return metrics


def _check_dimensions(metric: Metric, request: MetricRequest) -> None:
    for name in (*request.by, *request.where):
        if name not in metric.over:
            raise DimensionNotAvailable(metric=metric.name, dimension=name, available=list(metric.over))
    member = metric.formula.member
    if metric.formula.shape is Shape.SHARE and member not in request.by:
        raise DimensionNeeded(metric=metric.name, dimension=member)
