"""What is planted in a world, with its label: the parts of the engine ask what is active, act, and say what it cost.

A label is written at the end, when its true cost is known. Costs are in minor units of the company's currency; a cost
below zero is a gain (a viral day). Where the cost is what did not happen (sales lost), it is the expected units lost
times the contribution of one, both known to the engine and to nobody else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zhanggui.shopsim.chronicle import NONE, Chronicle


@dataclass
class Event:
    """One thing planted; `from_index` to `to_index` are day indexes, both included; -1 and "" mean none."""

    event_no: int
    kind: str
    from_index: int
    to_index: int
    shop_no: int = NONE
    listing_no: int = NONE
    sku_no: int = NONE
    carrier: str = ""
    supplier_no: int = NONE
    strength: Mapping[str, Any] = field(default_factory=dict)
    cost_minor: int = 0
    reference: str = ""
    detail: dict[str, Any] = field(default_factory=dict)

    def number(self, name: str, default: float) -> float:
        """A figure of its strength."""
        return float(self.strength.get(name, default))


@dataclass
class EventBook:
    """All events of a world."""

    events: list[Event] = field(default_factory=list)

    def active(self, kind: str, day_index: int) -> list[Event]:
        """The events of a kind on a day."""
        return [each for each in self.events if each.kind == kind and each.from_index <= day_index <= each.to_index]

    def of(self, kind: str) -> list[Event]:
        """All events of a kind."""
        return [each for each in self.events if each.kind == kind]

    def charge(self, event_no: int, base_minor: int) -> None:
        """Add to what an event cost, company currency."""
        self.events[event_no].cost_minor += int(base_minor)

    def happen(self, event_no: int, day_index: int) -> None:
        """Narrow a label to the one day on which the thing was done."""
        self.events[event_no].from_index = self.events[event_no].to_index = day_index

    def refer(self, event_no: int, reference: str) -> None:
        """Name a document in which the event can be seen; several are joined by a blank."""
        event = self.events[event_no]
        event.reference = f"{event.reference} {reference}".strip()

    def note(self, event_no: int, **detail: Any) -> None:
        """Add to the label's detail."""
        self.events[event_no].detail.update(detail)


def write_events(chronicle: Chronicle, world: Any) -> None:
    """The labels as rows of `events`, in the order of their numbers."""
    booked = world.events.events
    if booked:
        chronicle.add("events", {
            "event_no": [each.event_no for each in booked],
            "kind": [each.kind for each in booked],
            "from_on": [world.day(each.from_index) for each in booked],
            "to_on": [world.day(each.to_index) for each in booked],
            "shop": ["" if each.shop_no == NONE else world.shops[each.shop_no].code for each in booked],
            "sku_no": [each.sku_no for each in booked],
            "listing_no": [each.listing_no for each in booked],
            "carrier": [each.carrier for each in booked],
            "supplier_no": [each.supplier_no for each in booked],
            "reference": [each.reference for each in booked],
            "cost_minor": [each.cost_minor for each in booked],
            "currency": world.scenario.company.currency,
            "detail": [_detail(each) for each in booked],
        })  # fmt: skip


def _detail(event: Event) -> str:
    return json.dumps({**event.strength, **event.detail}, ensure_ascii=False, sort_keys=True)
