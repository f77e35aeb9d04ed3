"""Wishes become orders whose money adds up, within what stock allows."""

from __future__ import annotations

from functools import cache

import numpy as np

from tests.unit.shopsim.small_worlds import live
from zhanggui.shopsim.chronicle import Chronicle
from zhanggui.shopsim.market.baskets import _first_come


@cache
def _told() -> Chronicle:
    return live(days=25).chronicle


def test_what_was_wanted_was_sold_lost_or_put_off() -> None:
    told = _told().columns("demand")
    assert (told["wanted_units"] == told["sold_units"] + told["lost_units"] + told["deferred_units"]).all()
    assert told["sold_units"].sum() > 500


def test_an_order_is_the_sum_of_its_lines() -> None:
    orders, lines = _told().columns("orders"), _told().columns("lines")

    def total(values: np.ndarray) -> list[int]:
        return np.bincount(lines["order_no"], values, len(orders["order_no"])).astype(np.int64).tolist()

    assert orders["order_no"].tolist() == list(range(len(orders["order_no"])))
    assert orders["goods_minor"].tolist() == total(lines["list_price_minor"] * lines["quantity"])
    for name in ("seller_discount_minor", "platform_discount_minor", "tax_minor"):
        assert orders[name].tolist() == total(lines[name])
    paid = orders["goods_minor"] - orders["seller_discount_minor"] - orders["platform_discount_minor"]
    assert (orders["paid_minor"] == paid + orders["shipping_minor"] + orders["tax_minor"]).all()
    receivable = orders["goods_minor"] - orders["seller_discount_minor"] + orders["shipping_minor"]
    assert (orders["seller_receivable_minor"] == receivable).all()


def test_a_line_is_paid_by_the_buyer_and_the_platform() -> None:
    lines = _told().columns("lines")
    gross = lines["list_price_minor"] * lines["quantity"]
    assert (lines["paid_minor"] == gross - lines["seller_discount_minor"] - lines["platform_discount_minor"]).all()
    assert (lines["seller_receivable_minor"] == lines["paid_minor"] + lines["platform_discount_minor"]).all()
    assert (lines["paid_minor"] > 0).all()
    assert (lines["quantity"] > 0).all()


def test_sold_units_are_the_paid_lines() -> None:
    orders, lines, demand = (_told().columns(name) for name in ("orders", "lines", "demand"))
    is_paid = ~np.isnat(orders["paid_at"])[lines["order_no"]]
    assert lines["quantity"][is_paid].sum() == demand["sold_units"].sum()


def test_numbers_of_orders_and_lines_are_unlike_each_other() -> None:
    orders, lines = _told().columns("orders"), _told().columns("lines")
    for table, name in ((orders, "platform_order_id"), (lines, "platform_line_id")):
        shop = table["shop"] if "shop" in table else orders["shop"][lines["order_no"]]
        assert len(set(zip(shop, table[name], strict=True))) == len(shop)


def test_an_order_of_pinduoduo_has_one_line() -> None:
    orders, lines = _told().columns("orders"), _told().columns("lines")
    count = np.bincount(lines["order_no"])
    is_pdd = orders["shop"] == "pdd/青禾小铺"
    assert set(count[is_pdd].tolist()) == {1}
    assert count[~is_pdd].max() > 1


def test_orders_come_in_the_order_of_time_within_their_day() -> None:
    at = _told().columns("orders")["created_at"]
    local = (at + np.timedelta64(8, "h")).astype("datetime64[D]")
    assert (np.diff(at).astype(int) >= 0).all()
    assert [str(local.min()), str(local.max())] == ["2025-01-01", "2025-01-25"]


def test_an_unpaid_order_is_a_copy_that_is_cancelled_a_day_later() -> None:
    orders = _told().columns("orders")
    unpaid = np.isnat(orders["paid_at"])
    waited = (orders["cancelled_at"] - orders["created_at"])[unpaid].astype(int)
    assert 0 < unpaid.mean() < 0.08
    assert set(waited.tolist()) == {86400}


def test_stock_goes_to_who_comes_first() -> None:
    slot = np.array([1, 0, 1, 1, -1])
    units = np.array([4, 2, 3, 5, 9])
    created = np.array([30, 10, 10, 20, 0])
    assert _first_come(np.array([5, 7]), slot, units, created).tolist() == [0, 2, 3, 4, 9]


def test_stock_never_falls_below_nothing() -> None:
    assert _told().columns("stock")["on_hand"].min() >= 0
