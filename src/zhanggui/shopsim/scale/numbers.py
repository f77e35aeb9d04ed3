"""Order, line and claim numbers in the shape that each channel gives them, for whole columns at a time.

Numbers are unlike each other: the seller, the day and the running number of the day are part of each. A line's number is the
order's with the place of the line at the end, as market/identifiers.py has it for the day by day engine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from zhanggui.shopsim.scale.digits import Rows, blank_rows, put_number

SELLER_DIGITS = 5
RUNNING_DIGITS = 10
"""Day index and running number of the day: a million orders a day for ten thousand days."""


@dataclass(frozen=True)
class Numbered:
    """What the numbers of orders are made of, [order]."""

    seller: np.ndarray
    """Number of the seller."""
    running: np.ndarray
    """Day index times a million, and the place within the shop's day."""
    tail: np.ndarray
    """Random digits."""
    day_text: np.ndarray
    """The day as the number yymmdd."""


def order_numbers(channel: str, of: Numbered) -> Rows:
    """Platform order numbers of one channel."""
    return _WRITERS.get(channel, _long("2"))(of)


def line_numbers(order: Rows, place: np.ndarray, line_no: np.ndarray) -> Rows:
    """Platform line numbers: `place` is the order of each line. The order's number, a hyphen, the place of the line."""
    told = np.empty((len(place), order.shape[1] + 3), dtype=np.uint8)
    told[:, : order.shape[1]] = order[place]
    told[:, order.shape[1]] = ord("-")
    put_number(told, order.shape[1] + 1, 2, line_no)
    return told


def claim_numbers(order: Rows, place: np.ndarray, line_no: np.ndarray) -> Rows:
    """Claim numbers: R, the order's number without its marks, the place of the line."""
    told = blank_rows(len(place), "R" + "0" * (order.shape[1] + 2))
    told[:, 1:-2] = order[place]
    put_number(told, order.shape[1] + 1, 2, line_no)
    return told


def _shared(of: Numbered, pattern: str, first: int) -> Rows:
    """The pattern with seller and running number at byte `first`: fifteen digits."""
    rows = blank_rows(len(of.running), pattern)
    put_number(rows, first, SELLER_DIGITS, of.seller)
    put_number(rows, first + SELLER_DIGITS, RUNNING_DIGITS, of.running)
    return rows


def _long(first: str) -> Callable[[Numbered], Rows]:
    def write(of: Numbered) -> Rows:
        rows = _shared(of, first + "0" * 18, 1)
        put_number(rows, 16, 3, of.tail)
        return rows

    return write


def _jd(of: Numbered) -> Rows:
    return _shared(of, "3" + "0" * 15, 1)


def _pdd(of: Numbered) -> Rows:
    rows = _shared(of, "000000-" + "0" * 15, 7)
    put_number(rows, 0, 6, of.day_text)
    return rows


def _xhs(of: Numbered) -> Rows:
    rows = _shared(of, "P7" + "0" * 16, 2)
    put_number(rows, 17, 1, of.tail)
    return rows


def _amazon(of: Numbered) -> Rows:
    rows = blank_rows(len(of.running), "111-0000000-0000000")
    put_number(rows, 4, 4, of.seller)
    put_number(rows, 8, 3, of.running // 10**7)
    put_number(rows, 12, 7, of.running)
    return rows


def _shopify(of: Numbered) -> Rows:
    return _shared(of, "#" + "0" * 15, 1)


def _shopee(of: Numbered) -> Rows:
    rows = blank_rows(len(of.running), "0" * 17)
    put_number(rows, 0, 6, of.day_text)
    put_number(rows, 6, SELLER_DIGITS, of.seller)
    put_number(rows, 11, 6, of.running)
    return rows


_WRITERS: dict[str, Callable[[Numbered], Rows]] = {
    "taobao": _long("3"), "tmall": _long("4"), "douyin": _long("6"), "weixin_shop": _long("1"), "tiktok_shop": _long("5"),
    "jd": _jd, "pdd": _pdd, "xhs": _xhs, "amazon": _amazon, "shopify": _shopify, "shopee": _shopee,
}  # fmt: skip
