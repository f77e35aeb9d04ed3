"""Numbers as the platforms write them: each channel's orders and lines have a shape that its files are known by."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from zhanggui.shopsim.numbering import in_base36
from zhanggui.shopsim.world.places import Shop

Namer = Callable[[Shop, np.ndarray, str, np.ndarray], list[str]]


def order_ids(shop: Shop, numbers: np.ndarray, day: np.datetime64, rng: np.random.Generator) -> np.ndarray:
    """Platform order numbers, unlike each other: the running number is part of each."""
    tail = rng.integers(0, 10**6, len(numbers))
    told = _NAMERS.get(shop.channel, _long)(shop, numbers, str(day).replace("-", ""), tail)
    return np.array(told, dtype=object)


def line_ids(shop: Shop, order_id: np.ndarray, line_no: np.ndarray, is_single: np.ndarray) -> np.ndarray:
    """Platform line numbers: a sub-order's own where the platform has them, the order's own for single lines."""
    if shop.channel == "amazon":
        told = [
            f"{int(o.replace('-', '')) % 10**13 * 10 + n:014d}" for o, n in zip(order_id, line_no.tolist(), strict=True)
        ]
    elif shop.channel in ("taobao", "tmall", "douyin", "weixin_shop", "tiktok_shop"):
        told = [
            o if one else str(int(o) + n)
            for o, n, one in zip(order_id, line_no.tolist(), is_single.tolist(), strict=True)
        ]
    else:
        told = [f"{o}-{n}" for o, n in zip(order_id, line_no.tolist(), strict=True)]
    return np.array(told, dtype=object)


def _long(shop: Shop, numbers: np.ndarray, day: str, tail: np.ndarray) -> list[str]:
    """Nineteen digits; the last two leave room for the numbers of the lines, and the two before are not zeros as well:
    a lone number that ends in four would look as if a spreadsheet had rounded it."""
    first = {"taobao": 3, "tmall": 4, "douyin": 6, "weixin_shop": 3, "tiktok_shop": 5}.get(shop.channel, 2)
    return [
        f"{first}{shop.shop_no % 10}{n:09d}{t | 1:06d}00" for n, t in zip(numbers.tolist(), tail.tolist(), strict=True)
    ]


def _jd(shop: Shop, numbers: np.ndarray, day: str, tail: np.ndarray) -> list[str]:
    return [f"{300 + shop.shop_no % 100}{n:09d}" for n in numbers.tolist()]


def _pdd(shop: Shop, numbers: np.ndarray, day: str, tail: np.ndarray) -> list[str]:
    return [f"{day[2:]}-{n:09d}{t:06d}" for n, t in zip(numbers.tolist(), tail.tolist(), strict=True)]


def _xhs(shop: Shop, numbers: np.ndarray, day: str, tail: np.ndarray) -> list[str]:
    return [f"P7{n:010d}{t:06d}" for n, t in zip(numbers.tolist(), tail.tolist(), strict=True)]


def _amazon(shop: Shop, numbers: np.ndarray, day: str, tail: np.ndarray) -> list[str]:
    return [
        f"{111 + t % 4}-{t:06d}{n // 10**7 % 10}-{n % 10**7:07d}"
        for n, t in zip(numbers.tolist(), tail.tolist(), strict=True)
    ]


def _shopify(shop: Shop, numbers: np.ndarray, day: str, tail: np.ndarray) -> list[str]:
    return [f"#{n + 1001}" for n in numbers.tolist()]


def _shopee(shop: Shop, numbers: np.ndarray, day: str, tail: np.ndarray) -> list[str]:
    # E is among the letters: some ids look like numbers that a spreadsheet has spoilt, as some real ones do.
    return [
        f"{day[2:]}{in_base36(n * 1000 + t % 1000, 8)}" for n, t in zip(numbers.tolist(), tail.tolist(), strict=True)
    ]


_NAMERS: dict[str, Namer] = {
    "jd": _jd, "pdd": _pdd, "xhs": _xhs, "amazon": _amazon, "shopify": _shopify, "shopee": _shopee,
}  # fmt: skip
