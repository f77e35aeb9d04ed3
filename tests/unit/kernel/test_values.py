"""Identity, quantities and phrases: exact values."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from zhanggui.kernel import limits
from zhanggui.kernel.clock import monotonic_seconds, now_utc, today
from zhanggui.kernel.errors import Refusal
from zhanggui.kernel.identity import digest_bytes, digest_file, keyed_hash, make_file_id
from zhanggui.kernel.money import AmountUnreadable
from zhanggui.kernel.phrases import PhraseMissing, check_phrases, error_sentences, phrase
from zhanggui.kernel.quantities import QuantityUnreadable, parse_number, parse_percent, to_grams, to_millimetres


def test_digests_are_sha256(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"abc")
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, appendix B.1
    assert digest_bytes(b"abc") == digest_file(tmp_path / "f") == known


def test_a_file_is_itself_only_for_its_shop_and_format() -> None:
    same = make_file_id("d", "", "alipay", "taobao/main")
    assert same == make_file_id("d", "", "alipay", "taobao/main") and len(same) == 20
    assert same != make_file_id("d", "", "alipay", "taobao/two")
    assert make_file_id("d", "ab", "c", "") != make_file_id("d", "a", "bc", "")


def test_one_person_has_one_hash_for_each_purpose_and_key() -> None:
    once = keyed_hash(b"k", "buyer", "Ｔｏｍ 李")
    assert once == keyed_hash(b"k", "buyer", " tom李 ") and once is not None and re.fullmatch("[0-9a-f]{32}", once)
    assert len({once, keyed_hash(b"k", "phone", "tom李"), keyed_hash(b"l", "buyer", "tom李")}) == 3
    assert keyed_hash(b"k", "buyer", " ") is None


def test_quantities_are_converted_exactly() -> None:
    assert to_grams(Decimal("0.35"), "KG") == Decimal("350.0000")
    assert to_grams(Decimal(1), "lb") == Decimal("453.5924")
    assert to_millimetres(Decimal("2.5"), "厘米") == Decimal("25.0000")
    assert parse_percent("78.15%") == Decimal("0.7815")
    assert parse_number("1,234.5") == Decimal("1234.5")
    for wrong in ("1,2", "12,34", "", "x"):
        with pytest.raises(QuantityUnreadable):
            parse_number(wrong)
    with pytest.raises(QuantityUnreadable):
        parse_percent("0.5")
    with pytest.raises(QuantityUnreadable):
        to_grams(Decimal(1), "stone")


def test_the_phrase_book_is_whole() -> None:
    assert check_phrases() == []


def test_phrases_are_filled_in() -> None:
    assert phrase("verdict.wait", "zh") == "可以等待"
    assert error_sentences(AmountUnreadable(text="x"), "en") == ('"x" is not an amount.', "Write it like 1234.50.")
    with pytest.raises(PhraseMissing):
        phrase("error.amount_unreadable.what", "en")
    with pytest.raises(PhraseMissing):
        phrase("nothing", "zh")


def test_an_error_without_its_own_phrase_speaks_for_its_family() -> None:
    class ColumnMissing(Refusal):
        code = "column_missing"

    what, _ = error_sentences(ColumnMissing(column="订单编号"), "en")
    assert what == "The input was not taken: column_missing: column=订单编号. The books are unchanged."


def test_the_clock_is_naive_utc() -> None:
    assert now_utc().tzinfo is None
    assert abs((today("UTC") - now_utc().date()).days) <= 1
    assert monotonic_seconds() <= monotonic_seconds()


def test_limits_are_positive_whole_numbers() -> None:
    named = {name: value for name, value in vars(limits).items() if name.isupper()}
    assert all(isinstance(value, int) and value > 0 for value in named.values())
    assert limits.EXPANSION_RATIO_FLOOR_BYTES < limits.MAX_FILE_BYTES < limits.MAX_UNPACKED_BYTES
