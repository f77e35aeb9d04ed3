"""Numbers become texts, decimals and instants exactly, without a row being looked at by itself."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pytest

from zhanggui.shopsim.scale import chances, digits, periods, shaping
from zhanggui.shopsim.scale.ledgers import _ranked, _sums
from zhanggui.shopsim.scale.numbers import Numbered, line_numbers, order_numbers
from zhanggui.shopsim.scale.orders import NEVER


def test_digits_are_those_of_the_number() -> None:
    numbers = np.array([0, 7, 12_345, 99_999_999, 123_456_789_012])
    for width in (1, 3, 4, 5, 8, 12):
        rows = digits.blank_rows(len(numbers), "<" + "x" * width + ">")
        digits.put_number(rows, 1, width, numbers)
        assert digits.texts([rows]).to_pylist() == [f"<{number % 10**width:0{width}d}>" for number in numbers.tolist()]


def test_hexadecimal_digits_too() -> None:
    numbers = np.array([0, 2**64 - 1, 0x0123456789ABCDEF], dtype=np.uint64)
    rows = digits.blank_rows(3, "0" * 16)
    digits.put_hex(rows, 0, numbers)
    assert digits.texts([rows]).to_pylist() == [f"{number:016x}" for number in numbers.tolist()]


def test_texts_of_several_widths_stand_one_behind_the_other() -> None:
    parts = [digits.blank_rows(2, "ab"), digits.blank_rows(0, "no"), digits.blank_rows(1, "three")]
    assert digits.texts(parts).to_pylist() == ["ab", "ab", "three"]
    assert digits.texts([]).to_pylist() == []


@pytest.mark.parametrize(
    ("channel", "told"),
    [
        ("taobao", "3000420364000007123"), ("jd", "3000420364000007"), ("pdd", "251231-000420364000007"),
        ("xhs", "P70004203640000073"), ("amazon", "111-0042036-4000007"), ("shopify", "#000420364000007"),
        ("shopee", "25123100042000007"), ("another", "2000420364000007123"),
    ],
)  # fmt: skip
def test_order_numbers_have_their_channel_s_shape(channel: str, told: str) -> None:
    of = Numbered(np.array([42]), np.array([364_000_007]), np.array([987_123]), np.array([251_231]))
    rows = order_numbers(channel, of)
    assert digits.texts([rows]).to_pylist() == [told]
    lines = line_numbers(rows, np.array([0, 0]), np.array([1, 12]))
    assert digits.texts([lines]).to_pylist() == [f"{told}-01", f"{told}-12"]


def test_amounts_are_exact_to_the_last_digit() -> None:
    minor = np.array([0, 1, -1, 10**13 + 7, -123_456_789_012_345])
    known = np.array([True, True, True, True, False])
    told = shaping.amounts(minor, 100, known).to_pylist()
    assert told == [*(Decimal(number) / 100 for number in minor[:4].tolist()), None]
    assert shaping.amounts(np.array([5, 7]), np.array([100, 10_000])).to_pylist() == [Decimal("0.05"), Decimal(7)]


def test_instants_and_dates_that_never_come_are_null() -> None:
    assert shaping.instants(np.array([86_400, NEVER])).to_pylist() == [datetime(1970, 1, 2), None]
    told = shaping.dates(np.array([3, 9]), 20_000, np.array([True, False])).to_pylist()
    assert told == [date(2024, 10, 7), None]


def test_texts_that_occur_twice_are_held_once() -> None:
    words = shaping.Words(["甲", "乙", "甲"])
    column = shaping.looked_up(words, np.array([0, 1, 2, -1]))
    assert column.to_pylist() == ["甲", "乙", "甲", None]
    assert column.dictionary.to_pylist() == ["甲", "乙"]


def test_sums_are_exact_where_floats_are_not() -> None:
    amounts = np.array([2**53, 1, -(2**53), 1, 5])
    assert _sums(np.array([0, 0, 0, 0, 2]), amounts, 3).tolist() == [2, 0, 5]


def test_equal_instants_keep_their_order() -> None:
    shop, posted = np.array([1, 0, 1, 0, 1], dtype=np.int32), np.array([9, 9, 3, 9, 3])
    assert _ranked(shop, posted).tolist() == [1, 3, 2, 4, 0]
    assert _ranked(shop, posted * 2**58).tolist() == [1, 3, 2, 4, 0]
    assert _ranked(shop[:0], posted[:0]).tolist() == []


def test_periods_are_months_or_parts_of_them() -> None:
    whole = periods.cut_periods(date(2024, 12, 30), 35, 1)
    assert [(one.first, one.days, one.month) for one in whole] == [
        (0, 2, "2024-12"),
        (2, 31, "2025-01"),
        (33, 2, "2025-02"),
    ]
    parts = periods.cut_periods(date(2025, 1, 1), 31, 4)
    assert [(one.first, one.end, one.part) for one in parts] == [(0, 7, 0), (7, 15, 1), (15, 23, 2), (23, 31, 3)]


def test_a_zone_with_summer_time_has_its_own_midnights() -> None:
    clock = periods.clock("America/Los_Angeles", date(2025, 3, 8), 5)
    at = [datetime(2025, 3, 9, 7, 59), datetime(2025, 3, 9, 8), datetime(2025, 3, 10, 6, 59), datetime(2025, 3, 10, 7)]
    seconds = np.array(at, dtype="datetime64[s]").astype(np.int64)
    assert not clock.is_steady and clock.day_index(seconds).tolist() == [0, 1, 1, 2]
    assert periods.clock("Asia/Shanghai", date(2025, 3, 8), 5).is_steady


def test_tables_of_chance_have_the_means_that_they_are_named_for() -> None:
    assert chances.waiting_seconds(1.0, 10.0).mean() == pytest.approx(11 * 3600, rel=0.001)
    assert chances.repeated(0.2, 8).mean() == pytest.approx(1.25, rel=0.001)
    assert np.bincount(chances.weighted((1.0, 3.0))).tolist() == [16_384, 49_152]
    assert (np.diff(chances.shopping_seconds()) >= 0).all() and chances.shopping_seconds()[-1] <= 86_399
