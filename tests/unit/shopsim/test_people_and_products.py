"""The standing parts of a world: goods, listings, buyers, rates."""

from __future__ import annotations

from functools import cache

import numpy as np

from tests.unit.shopsim.small_worlds import live, small_scenario
from zhanggui.shopsim.scenario import load_scenario
from zhanggui.shopsim.world.whole import World, build_world


@cache
def _world() -> World:
    return build_world(small_scenario(), 1)


def test_a_category_sells_what_its_scenario_says() -> None:
    products = _world().products
    single = ~products.is_bundle
    per_category = np.bincount(products.category_no[single], products.popularity[single])
    assert np.allclose(per_category, [30.0, 30.0])


def test_a_barcode_ends_with_its_check_digit() -> None:
    for code in _world().products.barcode:
        digits = [int(digit) for digit in code]
        assert len(digits) == 13
        assert (sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10 == 0


def test_demand_of_a_sku_is_divided_among_its_shops() -> None:
    listings = _world().listings
    assert np.allclose(np.bincount(listings.sku_no, listings.share), 1.0)
    assert len(set(zip(listings.shop_no, listings.sku_no, strict=True))) == listings.count


def test_goods_have_names_of_their_own_and_cost_less_than_their_price() -> None:
    products = build_world(load_scenario("gift_shop"), 1).products
    assert len(set(products.code)) == products.count
    names = list(zip(products.name_zh, products.category_no, strict=True))
    assert len(set(names)) == len(names)
    assert (products.cost_minor < products.price_minor).mean() > 0.98


def test_a_bundle_is_taken_from_stock_as_its_parts() -> None:
    world = _world()
    ((bundle, parts),) = world.products.components.items()
    place, sku, units = world.explode(np.array([0, bundle]), np.array([3, 2]))
    assert place.tolist() == [0, *[1] * len(parts)]
    assert sku.tolist() == [0, *(part for part, _ in parts)]
    assert units.tolist() == [3, *(2 * count for _, count in parts)]
    assert world.products.price_minor[bundle] < sum(
        int(world.products.price_minor[part]) * count for part, count in parts
    )


def test_buyers_come_back_at_unlike_rates_and_most_come_once() -> None:
    world = live(days=60)
    orders = world.chronicle.columns("orders")
    count = np.bincount(orders["buyer_no"][~np.isnat(orders["paid_at"])])
    count = count[count > 0]
    assert 0.55 < (count == 1).mean() < 0.95
    assert count.max() >= 4
    assert set(world.buyers.shop_no[orders["buyer_no"]].tolist()) == {0, 1}


def test_a_buyer_buys_in_its_own_shop() -> None:
    world = live(days=10)
    orders = world.chronicle.columns("orders")
    codes = world.shop_codes[world.buyers.shop_no[orders["buyer_no"]]]
    assert codes.tolist() == orders["shop"].tolist()


def test_rates_are_the_central_bank_s() -> None:
    world = build_world(load_scenario("cross_border_home"), 1)
    # ECB, 2 January 2025: 1 EUR = 1.0321 USD = 7.5338 CNY; the first of January keeps the rate of 31 December.
    assert world.rates.text("USD", 1) == "7.299486483868"
    assert world.rates.of("USD", 0) == float("7.299355087111")
    assert world.rates.to_base(np.array([100, -250]), "USD", 1).tolist() == [730, -1825]
    assert world.rates.from_base(np.array([730]), "USD", 1).tolist() == [100]
    assert world.rates.of("CNY", 5) == 1.0
