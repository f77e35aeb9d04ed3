"""What may be expected: a range that a few wild values do not move, and none where little is known."""

from __future__ import annotations

from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from zhanggui.monitor.expecting import Expected, ExpectingPolicy, expect, median

POLICY = ExpectingPolicy()
VALUES = st.lists(st.integers(0, 10**9).map(D), min_size=4, max_size=12)


def test_the_range_is_the_median_and_three_scaled_deviations() -> None:
    """Of 90, 100, 110, 100, 1000 the median is 100; the deviations 10, 0, 10, 0, 900 have the median 10."""
    history = [D(90), D(100), D(110), D(100), D(1000)]
    assert expect(history, POLICY) == Expected(D("55.522"), D(100), D("144.478"))


def test_little_history_says_nothing() -> None:
    assert expect([D(1), D(2), D(3)], POLICY) is None


def test_what_never_was_negative_is_not_expected_to_be() -> None:
    assert expect([D(0), D(10), D(20), D(30)], POLICY) == Expected(D(0), D(15), D(15) + D("44.478"))
    found = expect([D(-1), D(10), D(20), D(30)], POLICY)
    assert found is not None and found.low < 0


def test_a_value_is_within_at_the_ends() -> None:
    expected = Expected(D(1), D(2), D(3))
    assert [expected.judge(D(value)) for value in ("0.9999", "1", "3", "3.0001")] == [
        "below", "within", "within", "above",
    ]  # fmt: skip


def test_an_even_count_has_the_mean_of_the_middle() -> None:
    assert (median([D(4), D(1), D(3), D(2)]), median([D(3), D(1), D(2)])) == (D("2.5"), D(2))


@given(VALUES, st.integers(1, 1000))
def test_scaling_money_scales_the_range_only(history: list[D], factor: int) -> None:
    one, other = expect(history, POLICY), expect([value * factor for value in history], POLICY)
    assert one is not None and other is not None
    assert (other.low, other.middle, other.high) == (one.low * factor, one.middle * factor, one.high * factor)


@given(VALUES)
def test_the_order_of_history_does_not_matter(history: list[D]) -> None:
    assert expect(history, POLICY) == expect(sorted(history), POLICY)
