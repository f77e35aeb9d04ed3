"""Numbers written in digits and letters, as platforms write the ids of orders, items and buyers."""

from __future__ import annotations

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def in_base36(number: int, length: int) -> str:
    """The last `length` places of the number to the base 36, zeros in front."""
    told = ""
    for _ in range(length):
        number, rest = divmod(number, len(_SIGNS))
        told = _SIGNS[rest] + told
    return told
