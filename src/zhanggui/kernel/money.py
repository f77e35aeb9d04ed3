"""Amounts of money: read, rounded to the currency's minor unit, written, and split without losing a cent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal, localcontext

from zhanggui.kernel.errors import Refusal

STORED_PLACES = 4
"""Decimal places of a stored amount: ERP costs are stated in hundredths of a cent."""

_MINOR = {
    **dict.fromkeys(("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF").split(), 0),
    **dict.fromkeys(("BHD IQD JOD KWD LYD OMR TND").split(), 3),
    **dict.fromkeys(("CLF UYW").split(), 4),
}
# ISO 4217:2015 minor units where they are not 2.

_PRECISION = 60  # digits; enough for any stored amount times any stored weight

_WRITTEN = re.compile(r"([+-]?)(\d+|\d{1,3}(?:,\d{3})+)?(\.\d+)?")

_DRESS = re.compile(r"[\s¥￥$€£₩元]+|CNY|RMB|USD")


class AmountUnreadable(Refusal):
    """The text is not an amount; the field is `text`."""

    code = "amount_unreadable"


def minor_unit_places(currency: str) -> int:
    """Decimal places of the currency by ISO 4217."""
    return _MINOR.get(currency, 2)


def parse_amount(text: str) -> Decimal:
    """Read a written amount: `¥1,234.50`, `-3`, `(12.00)`, `12.5元`. Raises AmountUnreadable; never guesses a comma."""
    bare = _DRESS.sub("", text.replace("−", "-").replace("，", ","))
    is_bracketed = bare.startswith("(") and bare.endswith(")")
    match = _WRITTEN.fullmatch(bare[1:-1] if is_bracketed else bare)
    if match is None or not (match[2] or match[3]) or (is_bracketed and match[1]):
        raise AmountUnreadable(text=text[:80])
    amount = Decimal(match[1] + (match[2] or "0").replace(",", "") + (match[3] or ""))
    return -amount if is_bracketed else amount


def quantise(amount: Decimal, currency: str) -> Decimal:
    """Round half to even, to the currency's minor unit."""
    return _round(amount, minor_unit_places(currency))


def _round(amount: Decimal, places: int) -> Decimal:
    with localcontext() as context:
        context.prec = _PRECISION
        return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)


def format_amount(amount: Decimal, currency: str) -> str:
    """The amount as people read it, with separators and the currency's places: `1,234.50`."""
    return f"{quantise(amount, currency):,f}"


def allocate(amount: Decimal, weights: Sequence[Decimal], places: int = STORED_PLACES) -> list[Decimal]:
    """Split `amount` over non-negative weights so that the shares sum to it exactly.

    Largest remainder (Hare–Niemeyer): shares are cut at `places`, the units left over go to the largest
    remainders, the earlier first. All weights zero: equal weights. An amount finer than `places` is
    split at its own places.
    """
    if not weights or any(weight < 0 for weight in weights):
        raise ValueError("weights must be there and not negative")
    with localcontext() as context:
        context.prec = _PRECISION
        places = max(places, -int(amount.as_tuple().exponent))
        unit = Decimal(1).scaleb(-places)
        units = int(abs(amount) / unit)
        shares = _share_units(units, weights if any(weights) else [Decimal(1)] * len(weights))
        return [(unit * share).copy_sign(amount) if share else unit * 0 for share in shares]


def _share_units(units: int, weights: Sequence[Decimal]) -> list[int]:
    scale = max(0, *(-int(weight.as_tuple().exponent) for weight in weights))
    whole = [int(weight.scaleb(scale).to_integral_value(ROUND_DOWN)) for weight in weights]
    total = sum(whole)
    shares = [units * weight // total for weight in whole]
    by_remainder = sorted(range(len(whole)), key=lambda place: (-(units * whole[place] % total), place))
    for place in by_remainder[: units - sum(shares)]:
        shares[place] += 1
    return shares
