"""The ledger adds up: by line, by payout, by bank; fees to the minor unit as the platforms round them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.shopsim.lived import foreign, line_sums, small
from zhanggui.canon.vocabularies import VOCABULARIES
from zhanggui.shopsim.business.entries import Columns, half_up, post_lines
from zhanggui.shopsim.business.platforms import platform
from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.world.whole import World

CHANNELS = (
    "taobao",
    "tmall",
    "jd",
    "pdd",
    "douyin",
    "xhs",
    "weixin_shop",
    "amazon",
    "shopify",
    "shopee",
    "tiktok_shop",
)
PAID, LATER, EARLIER = (np.datetime64(f"2025-03-{day:02d}T08:00:00", "s") for day in (10, 20, 5))


def one_line(**told: object) -> Columns:
    """A line of 100.00 of which the platform pays 10.00, with shipping of 5.00, as settlement sees it."""
    line: dict[str, object] = {
        "receivable": 10000, "platform": 1000, "discount": 500, "tax": 0, "shipping": 500, "quantity": 1, "grams": 300,
        "is_first": True, "settle_at": PAID, "affiliate": False, "credit": False, "late": False, "fba": False,
        "refund_minor": 0, "refund_platform": 0, "refund_at": np.datetime64("NaT", "s"), "refund_no": NONE, **told,
    }  # fmt: skip
    return {name: np.array([value]) for name, value in line.items()}


def entries(channel: str, lines: Columns, extra_ppm: int = 0) -> list[tuple[str, int]]:
    """(component, amount) in the order of posting."""
    posting, _ = post_lines(platform(channel), lines, extra_ppm)
    if not posting.parts:
        return []
    told = posting.columns()
    return [
        (posting.names[name][0], int(minor)) for name, minor in zip(told["name"], told["amount_minor"], strict=True)
    ]


def test_taobao_takes_six_thousandths_of_what_it_settles() -> None:
    assert entries("taobao", one_line()) == [
        ("sale", 9500), ("platform_subsidy", 1000), ("platform_fee", -63), ("shipping_insurance", -68),
    ]  # fmt: skip


def test_jd_shows_shipping_apart_and_gives_every_fee_of_a_rate_back() -> None:
    lines = one_line(refund_minor=9500, refund_platform=1000, refund_at=LATER, refund_no=7)
    assert entries("jd", lines) == [
        ("sale", 9000), ("shipping", 500), ("platform_subsidy", 1000), ("refund", -9500), ("platform_subsidy", -1000),
        ("commission", -525), ("commission", 525), ("payment_fee", -57), ("payment_fee", 57), ("shipping_insurance", -55),
    ]  # fmt: skip


def test_douyin_gives_the_affiliates_commission_back_as_a_fee() -> None:
    lines = one_line(affiliate=True, refund_minor=4500, refund_platform=500, refund_at=LATER, refund_no=7)
    assert entries("douyin", lines)[-5:] == [
        ("platform_fee", -525), ("platform_fee", 250), ("affiliate_commission", -950), ("platform_fee", 450),
        ("shipping_insurance", -60),
    ]  # fmt: skip


def test_amazon_states_list_price_and_discount_and_hands_the_tax_over() -> None:
    assert entries("amazon", one_line(tax=825, fba=True)) == [
        ("sale", 10500), ("seller_discount", -500), ("shipping", 500), ("tax", 825), ("withheld_tax", -825),
        ("commission", -1575), ("fulfillment_fee", -322),
    ]  # fmt: skip


def test_amazon_keeps_a_fifth_of_the_commission_of_a_refund() -> None:
    lines = one_line(platform=0, refund_minor=10500, refund_at=LATER, refund_no=1)
    assert [minor for name, minor in entries("amazon", lines) if name == "commission"] == [-1575, 1260]


def test_a_line_given_back_before_its_money_is_in_no_ledger() -> None:
    lines = one_line(refund_minor=9500, refund_platform=1000, refund_at=EARLIER, refund_no=3)
    assert [entries(channel, lines) for channel in ("taobao", "jd", "pdd", "douyin", "xhs")] == [[]] * 5


def test_money_given_back_in_part_before_the_settlement_lowers_taobaos_sale() -> None:
    lines = one_line(refund_minor=4500, refund_platform=500, refund_at=EARLIER, refund_no=3)
    assert entries("taobao", lines)[:3] == [("sale", 5000), ("platform_subsidy", 500), ("platform_fee", -33)]
    assert entries("pdd", lines)[:3] == [("sale", 9500), ("platform_subsidy", 1000), ("refund", -4500)]


def test_a_parcel_that_leaves_late_is_fined() -> None:
    assert ("penalty", -300) in entries("pdd", one_line(late=True))


@pytest.mark.parametrize(
    ("base", "ppm", "fee"), [(83, 6000, 0), (84, 6000, 1), (250, 6000, 2), (249, 6000, 1), (0, 6000, 0)]
)
def test_half_a_minor_unit_is_rounded_up(base: int, ppm: int, fee: int) -> None:
    assert half_up(np.array([base]), ppm).tolist() == [fee]


@settings(max_examples=150, deadline=None)
@given(
    channel=st.sampled_from(CHANNELS), own=st.integers(0, 10**6), part=st.integers(0, 10**5), shipping=st.integers(0, 2000),
    percent=st.integers(0, 100), when=st.sampled_from([EARLIER, PAID, LATER]), flag=st.booleans(), extra=st.integers(0, 50000),
)  # fmt: skip
def test_the_entries_of_a_line_are_its_receivable_less_refund_and_fees_kept(
    channel: str, own: int, part: int, shipping: int, percent: int, when: np.datetime64, flag: bool, extra: int
) -> None:
    given_back, platform_back = own * percent // 100, part * percent // 100
    lines = one_line(
        receivable=own + part, platform=part, shipping=shipping, tax=own // 10, affiliate=flag, credit=flag, fba=flag,
        refund_minor=given_back, refund_platform=platform_back, refund_at=when, refund_no=1,
    )  # fmt: skip
    told = entries(channel, lines, extra)
    goods = ("sale", "shipping", "platform_subsidy", "seller_discount", "tax", "withheld_tax", "refund")
    fees = sum(minor for name, minor in told if name not in goods)
    expected = own + part + shipping - given_back - platform_back if told else 0
    back_as_fee = sum(minor for _, minor in told) - fees
    assert back_as_fee == expected
    assert fees <= 0


def test_a_fee_rise_takes_exactly_its_share() -> None:
    posting, surplus = post_lines(platform("jd"), one_line(), 20000)
    usual, _ = post_lines(platform("jd"), one_line(), 0)
    assert int(surplus[0]) == 210
    assert usual.columns()["amount_minor"].sum() - posting.columns()["amount_minor"].sum() == 210


@pytest.mark.parametrize("lived", [small, foreign])
def test_the_ledger_of_every_line_is_its_revenue_refund_and_fees(lived: Callable[[], World]) -> None:
    world = lived()
    profit, sums = line_sums(world.chronicle)
    orders = world.chronicle.columns("orders")
    fake = orders["is_fake"][np.searchsorted(orders["order_no"], profit["order_no"])]
    named = "revenue_minor shipping_income_minor refund_minor platform_fees_minor payment_fees_minor affiliate_minor".split()
    assert np.array_equal(sum(profit[name] for name in named)[~fake], sums[~fake])
    assert len(sums) > 1000


@pytest.mark.parametrize("lived", [small, foreign])
def test_a_payout_is_the_sum_of_its_entries(lived: Callable[[], World]) -> None:
    world = lived()
    payouts, ledger = world.chronicle.columns("payouts"), world.chronicle.columns("ledger")
    is_payout = ledger["component"] == "payout"
    paid = np.zeros(len(payouts["payout_no"]), dtype=np.int64)
    own = (ledger["payout_no"] != NONE) & ~is_payout
    np.add.at(paid, ledger["payout_no"][own], ledger["amount_minor"][own])
    assert np.array_equal(paid, payouts["amount_minor"])
    assert sorted(-ledger["amount_minor"][is_payout]) == sorted(payouts["amount_minor"])
    inside = ledger["posted_at"][own]
    number = ledger["payout_no"][own]
    assert (inside >= payouts["period_start"][number]).all() and (inside < payouts["period_end"][number]).all()


@pytest.mark.parametrize("lived", [small, foreign])
def test_every_payout_is_in_the_bank_unless_it_is_missing_or_on_its_way(lived: Callable[[], World]) -> None:
    world = lived()
    payouts, bank = world.chronicle.columns("payouts"), world.chronicle.columns("bank")
    booked = {int(n): int(minor) for n, minor in zip(bank["payout_no"], bank["amount_minor"], strict=True) if n != NONE}
    due = payouts["paid_at"] < world.ended_at - np.timedelta64(4, "D")
    expected = np.flatnonzero(due & ~payouts["is_missing"])
    assert {int(n): int(payouts["amount_minor"][n]) for n in expected}.items() <= booked.items()
    assert not set(np.flatnonzero(payouts["is_missing"]).tolist()) & set(booked)


def test_the_missing_payout_is_labelled_with_its_number_and_amount() -> None:
    world = small()
    payouts, events = world.chronicle.columns("payouts"), world.chronicle.columns("events")
    place = events["kind"].tolist().index("missing_settlement")
    missing = np.flatnonzero(payouts["is_missing"])
    assert payouts["platform_payout_id"][missing].tolist() == [events["reference"][place]]
    assert payouts["amount_minor"][missing].tolist() == [events["cost_minor"][place]]
    paid_on = (payouts["paid_at"][missing] + np.timedelta64(8, "h")).astype("datetime64[D]")
    assert paid_on.tolist() == [events["from_on"][place].item()] == [events["to_on"][place].item()]


def test_amazons_reserve_comes_back_with_the_next_settlement() -> None:
    ledger = foreign().chronicle.columns("ledger")
    amounts = ledger["amount_minor"][ledger["component"] == "reserve"]
    assert len(amounts) and len(amounts) % 2 == 0 and amounts.sum() == 0


@pytest.mark.parametrize("lived", [small, foreign])
def test_components_are_the_canons_and_entries_stand_in_order(lived: Callable[[], World]) -> None:
    ledger = lived().chronicle.columns("ledger")
    assert set(ledger["component"]) <= VOCABULARIES["settlement_component"].codes
    assert (np.diff(ledger["posted_at"]) >= np.timedelta64(0, "s")).all()
    assert np.array_equal(ledger["entry_no"], np.arange(len(ledger["entry_no"])))
    assert (ledger["amount_minor"] != 0).all()
