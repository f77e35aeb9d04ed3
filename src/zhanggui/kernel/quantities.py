"""Weights, lengths and percentages as files write them, turned into the units of the books without a float."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal

from zhanggui.kernel.errors import Refusal

_GRAMS = {
    "g": Decimal(1), "克": Decimal(1), "kg": Decimal(1000), "千克": Decimal(1000), "公斤": Decimal(1000),
    "斤": Decimal(500), "lb": Decimal("453.59237"), "lbs": Decimal("453.59237"), "oz": Decimal("28.349523125"),
}  # fmt: skip
# International pound of 1959 (exactly 0.45359237 kg); 市斤 by the State Council's order of 1959.

_MILLIMETRES = {
    "mm": Decimal(1), "毫米": Decimal(1), "cm": Decimal(10), "厘米": Decimal(10),
    "m": Decimal(1000), "米": Decimal(1000), "in": Decimal("25.4"), "inch": Decimal("25.4"),
}  # fmt: skip

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)")

_FOUR_PLACES = Decimal("0.0001")


class QuantityUnreadable(Refusal):
    """The number or its unit cannot be read; the fields are `value` and `unit`."""

    code = "quantity_unreadable"


def parse_number(text: str) -> Decimal:
    """A plain decimal number with optional thousands separators; raises QuantityUnreadable."""
    bare = (
        text.strip().replace(",", "") if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text.strip()) else text.strip()
    )
    if _NUMBER.fullmatch(bare) is None:
        raise QuantityUnreadable(value=text[:80], unit="")
    return Decimal(bare)


def to_grams(value: Decimal, unit: str) -> Decimal:
    """A weight in grams, to four places."""
    return _convert(value, unit, _GRAMS)


def to_millimetres(value: Decimal, unit: str) -> Decimal:
    """A length in millimetres, to four places."""
    return _convert(value, unit, _MILLIMETRES)


def _convert(value: Decimal, unit: str, factors: dict[str, Decimal]) -> Decimal:
    factor = factors.get(unit.strip().lower())
    if factor is None:
        raise QuantityUnreadable(value=str(value), unit=unit)
    return (value * factor).quantize(_FOUR_PLACES, rounding=ROUND_HALF_EVEN)


def parse_percent(text: str) -> Decimal:
    """A written percentage as a share: `78.15%` is 0.7815. Without the sign it is refused: nobody can know."""
    bare = text.strip().replace("％", "%")
    if not bare.endswith("%"):
        raise QuantityUnreadable(value=text[:80], unit="%")
    return parse_number(bare[:-1]).scaleb(-2)
