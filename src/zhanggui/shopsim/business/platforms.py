"""How each channel counts money with its sellers, read from platforms.yaml into records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PPM = 1_000_000


@dataclass(frozen=True)
class Fee:
    """One fee: a share of its base in ppm, a fixed amount per order, or a price per piece by weight."""

    component: str
    note: str
    ppm: int = 0
    base: str = "receivable"
    when: str = ""
    back: int = 0
    fixed: int = 0
    per_unit: tuple[int, int, int, int] | None = None
    apart: bool = False
    """Whether it moves money by itself where the channel's fees usually move together with the sale."""


@dataclass(frozen=True)
class Platform:
    """One channel's rules; see the head of platforms.yaml."""

    channel: str
    account: str
    money: str
    lag_hours: int
    fees: tuple[Fee, ...]
    every_days: int
    bank_days: int
    ads: str
    sale_note: str
    is_shipping_own: bool
    is_subsidy_own: bool
    is_gross: bool
    has_tax: bool
    is_refund_netted: bool
    is_line_movement: bool
    back_as: str
    reserve_ppm: int
    reserve_days: int
    monthly: tuple[Mapping[str, Any], ...]
    storage: Mapping[str, Any] | None


@cache
def platform(channel: str) -> Platform:
    """The rules of a channel; a channel without its own settles as a plain marketplace does (shopee's rules)."""
    told = _told()
    rule = told.get(channel, told["shopee"])
    reserve = rule.get("reserve", {})
    return Platform(
        channel=channel, account=rule["account"], money=rule["money"], lag_hours=rule["lag_hours"],
        fees=tuple(_fee(each) for each in rule["fees"]),
        every_days=rule["payout"]["every_days"], bank_days=rule["payout"]["bank_days"], ads=rule["ads"],
        sale_note=rule["sale_note"], is_shipping_own=rule.get("shipping") == "own",
        is_subsidy_own=rule.get("subsidy", "own") == "own", is_gross=rule.get("gross", False),
        has_tax=rule.get("tax", False), is_refund_netted=rule.get("early_refund") == "net",
        is_line_movement=rule.get("movement") == "line", back_as=rule.get("back_as", ""),
        reserve_ppm=reserve.get("share_ppm", 0), reserve_days=reserve.get("days", 0),
        monthly=tuple(rule.get("monthly", ())), storage=rule.get("storage"),
    )  # fmt: skip


@cache
def _told() -> Mapping[str, Any]:
    told: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "platforms.yaml").read_text("utf-8"))
    return told


def _fee(told: Mapping[str, Any]) -> Fee:
    per_unit = tuple(told["per_unit"]) if "per_unit" in told else None
    return Fee(**{**told, "per_unit": per_unit})
