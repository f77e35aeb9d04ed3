"""Shipped scenarios in few days: the year's events moved into them, in the season that the seed chooses."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

from zhanggui.shopsim.scenario import EventPlan, Scenario, load_scenario, sellers

# The first quarter with Spring Festival, the weeks of 618, those of Double 11 and Black Friday.
STARTS = (date(2025, 1, 13), date(2025, 5, 26), date(2025, 10, 24))
_YEAR = 365


def seller_of(name: str, seed: int) -> Scenario:
    """A shipped scenario; `service_centre/500` is the 501st of its sellers."""
    template, _, place = name.partition("/")
    scenario = load_scenario(template)
    return sellers(scenario, seed)[int(place)] if place else scenario


def short_year(scenario: Scenario, seed: int, days: int, scale: float) -> Scenario:
    """The scenario from the seed's season on, with every one of its events within the days."""
    start = STARTS[seed % len(STARTS)]
    return replace(
        scenario,
        company=replace(scenario.company, started_on=start, days=days),
        events=tuple(_moved(event, days) for event in scenario.events),
        scale=scenario.scale * scale,
    )


def _moved(event: EventPlan, days: int) -> EventPlan:
    return replace(event, day=event.day * days // _YEAR, days=max(2, math.ceil(event.days * days / _YEAR)))
