"""What a parcel costs by contract: carriers' routes, zones and prices from carriers.yaml, as arrays to compute with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from zhanggui.shopsim.scenario import ScenarioInvalid

MIDDLE_ZONE = 2
"""The zone of places that no list names."""


@dataclass(frozen=True)
class Carrier:
    """One carrier's contract; prices [zone] = (first weight, each further step), minor units of its currency."""

    name: str
    currency: str
    prefix: str
    digits: int
    first_grams: int
    step_grams: int
    days: np.ndarray
    prices: np.ndarray


@dataclass(frozen=True)
class Tariffs:
    """All carriers, by position in `carriers`."""

    carriers: tuple[Carrier, ...]
    routes: tuple[Mapping[str, Any], ...]
    zone_by_start: Mapping[str, int]
    lost_share: float
    packaging_grams: int
    packaging_minor: Mapping[str, int]
    empty_parcel_grams: int
    peak_months: tuple[int, ...]
    peak_minor: Mapping[str, int]

    def place(self, name: str) -> int:
        """Position of a carrier. Raises ScenarioInvalid where nobody has this name."""
        names = [carrier.name for carrier in self.carriers]
        if name not in names:
            raise ScenarioInvalid(where="events.carrier", told=name)
        return names.index(name)

    def route(self, kind: str, country: str, is_home: bool) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the carriers that serve a warehouse, and their shares."""
        for told in self.routes:
            to = {"home": is_home, "abroad": not is_home, "any": True}[told["to"]]
            if told["kind"] == kind and told["country"] in ("*", country) and to:
                return np.array([self.place(name) for name in told["carriers"]]), np.array(
                    list(told["carriers"].values())
                )
        raise LookupError(f"no carrier serves {kind} {country}")

    def zones(self, provinces: np.ndarray) -> np.ndarray:
        """Zone of each province."""
        known = self.zone_by_start
        return np.array([known.get(province[:2], MIDDLE_ZONE) for province in provinces.tolist()], dtype=np.int64)

    def prices(self, carrier_no: int, zone: np.ndarray, grams: np.ndarray, month: int) -> np.ndarray:
        """Contract prices in minor units of the carrier's currency."""
        carrier = self.carriers[carrier_no]
        steps = np.maximum(-(-(grams - carrier.first_grams) // carrier.step_grams), 0)
        told = carrier.prices[zone, 0] + carrier.prices[zone, 1] * steps
        extra = self.peak_minor.get(carrier.currency, 0) if month in self.peak_months else 0
        return np.asarray(np.where(told > 0, told + extra, 0), dtype=np.int64)

    def billed_grams(self, carrier_no: int, grams: np.ndarray) -> np.ndarray:
        """The weight up to which a parcel is billed: the first weight or whole steps above it."""
        carrier = self.carriers[carrier_no]
        steps = np.maximum(-(-(grams - carrier.first_grams) // carrier.step_grams), 0)
        return np.asarray(carrier.first_grams + steps * carrier.step_grams, dtype=np.int64)


@cache
def load_tariffs() -> Tariffs:
    """The shipped tariffs."""
    told = yaml.safe_load((Path(__file__).parent / "carriers.yaml").read_text("utf-8"))
    return Tariffs(
        tuple(_carrier(name, each) for name, each in told["carriers"].items()),
        tuple(told["routes"]),
        {start: zone for zone, starts in told["zones"].items() for start in starts},
        told["lost_share"], told["packaging_grams"], told["packaging_minor"], told["empty_parcel_grams"],
        tuple(told["peak"]["months"]), told["peak"]["surcharge_minor"],
    )  # fmt: skip


def _carrier(name: str, told: Mapping[str, Any]) -> Carrier:
    return Carrier(
        str(name), told["currency"], str(told["prefix"]), told["digits"], told["first_grams"], told["step_grams"],
        np.array(told["days"], dtype=np.float64), np.array(told["prices"], dtype=np.int64),
    )  # fmt: skip
