"""Claims never give back more than was paid, their times follow each other, and causes raise them as labelled."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from tests.unit.shopsim.lived import Columns, foreign, small
from zhanggui.canon.vocabularies import VOCABULARIES
from zhanggui.shopsim.business.chances import Chances
from zhanggui.shopsim.randomness import Draws
from zhanggui.shopsim.world.whole import World

BOTH = pytest.mark.parametrize("lived", [small, foreign])


def claimed_lines(world: World) -> tuple[Columns, Columns, Columns]:
    """Claims, their lines and their orders, row by row."""
    chronicle = world.chronicle
    refunds, lines, orders = (chronicle.columns(name) for name in ("refunds", "lines", "orders"))
    at = np.searchsorted(lines["order_no"] * 1000 + lines["line_no"], refunds["order_no"] * 1000 + refunds["line_no"])
    own = np.searchsorted(orders["order_no"], refunds["order_no"])
    return refunds, {name: part[at] for name, part in lines.items()}, {name: part[own] for name, part in orders.items()}


@BOTH
def test_nobody_gets_back_more_than_was_paid(lived: Callable[[], World]) -> None:
    refunds, lines, orders = claimed_lines(lived())
    assert (refunds["amount_minor"] <= lines["paid_minor"] + orders["shipping_minor"]).all()
    assert (refunds["platform_part_minor"] <= lines["platform_discount_minor"]).all()
    assert ((refunds["quantity"] >= 1) & (refunds["quantity"] <= lines["quantity"])).all()
    key = refunds["order_no"] * 1000 + refunds["line_no"]
    assert len(np.unique(key)) == len(key)


@BOTH
def test_the_times_of_a_claim_follow_each_other(lived: Callable[[], World]) -> None:
    refunds, _, orders = claimed_lines(lived())
    steps = ("requested_at", "approved_at", "returned_at", "refunded_at")
    for earlier, later in pairwise(steps):
        assert not (refunds[earlier] > refunds[later]).any()
    assert not (refunds["requested_at"] < orders["paid_at"]).any()
    assert not (refunds["approved_at"] > refunds["refunded_at"]).any()
    assert set(refunds["kind"]) <= VOCABULARIES["refund_kind"].codes
    assert np.isnat(refunds["returned_at"][refunds["kind"] == "refund_only"]).all()


@BOTH
def test_an_order_of_which_nothing_is_kept_never_completes_and_pays_everything_back(lived: Callable[[], World]) -> None:
    world = lived()
    orders, refunds = world.chronicle.columns("orders"), world.chronicle.columns("refunds")
    back = np.zeros(len(orders["order_no"]), dtype=np.int64)
    paid = ~np.isnat(refunds["refunded_at"])
    np.add.at(back, np.searchsorted(orders["order_no"], refunds["order_no"][paid]), refunds["amount_minor"][paid])
    at_shipment = np.array([shop.startswith("amazon") for shop in orders["shop"].tolist()]) & np.isnat(
        orders["shipped_at"]
    )
    void = np.isnat(orders["completed_at"]) & ~np.isnat(orders["paid_at"]) & ~at_shipment
    assert void.any()
    assert np.array_equal(back[void], (orders["paid_minor"] - orders["tax_minor"])[void])


def test_an_order_withdrawn_before_shipping_has_no_parcel_and_no_ledger() -> None:
    world = small()
    orders = world.chronicle.columns("orders")
    gone = orders["order_no"][~np.isnat(orders["cancelled_at"]) & ~np.isnat(orders["paid_at"])]
    assert len(gone) > 10
    assert np.isnat(orders["shipped_at"][np.searchsorted(orders["order_no"], gone)]).all()
    for table in ("parcels", "ledger", "movements"):
        assert not np.isin(gone, world.chronicle.columns(table)["order_no"]).any()
    assert np.isin(gone, world.chronicle.columns("refunds")["order_no"]).all()


def test_goods_that_came_back_sound_are_in_stock_again() -> None:
    world = small()
    moved, (refunds, lines, _) = world.chronicle.columns("movements"), claimed_lines(world)
    back = refunds["is_restocked"] & (refunds["returned_at"] < world.company_day_start(world.day_count))
    units = world.explode(lines["sku_no"][back], refunds["quantity"][back])[2]
    assert moved["quantity"][moved["kind"] == "return"].sum() == units.sum() > 0


def test_brushed_orders_are_never_claimed() -> None:
    _, _, orders = claimed_lines(small())
    assert small().chronicle.columns("orders")["is_fake"].any()
    assert not orders["is_fake"].any()


def test_a_defective_batch_is_claimed_as_often_as_its_label_says() -> None:
    world = small()
    lines, (refunds, own, _) = world.chronicle.columns("lines"), claimed_lines(world)
    events = world.chronicle.columns("events")
    place = events["kind"].tolist().index("defective_batch")
    sold = (lines["batch"] == events["reference"][place]).sum()
    claims = (
        (own["batch"] == events["reference"][place]) & np.isin(refunds["reason"], ["质量问题", "商品破损/开裂"])
    ).sum()
    assert sold > 20
    assert claims / sold == pytest.approx(0.55, abs=0.2)
    assert events["cost_minor"][place] > 0


def test_what_a_buyer_does_depends_on_nobody_else() -> None:
    chances, buyer, line = Chances(Draws(5)), np.arange(1000), np.arange(1000) % 3
    alone = chances.uniform("claim", buyer[::7], 12, line[::7])
    assert np.array_equal(chances.uniform("claim", buyer, 12, line)[::7], alone)
    assert not np.array_equal(chances.uniform("claim", buyer[::7], 13, line[::7]), alone)
    assert not np.array_equal(Chances(Draws(6)).uniform("claim", buyer[::7], 12, line[::7]), alone)


def test_chances_are_uniform() -> None:
    told = Chances(Draws(5)).uniform("claim", np.arange(100_000), 3)
    counts = np.bincount((told * 20).astype(np.int64), minlength=20)
    # 19 degrees of freedom: chi-square exceeds 43.8 once in a thousand samples.
    assert len(counts) == 20 and ((counts - 5000) ** 2 / 5000).sum() < 43.8
