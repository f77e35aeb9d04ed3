"""A scenario is what its file says; what cannot be meant is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhanggui.shopsim.scenario import (
    EVENT_KINDS,
    SHIPPED,
    ScenarioInvalid,
    ScenarioUnknown,
    load_scenario,
    read_scenario,
    sellers,
    shipped_scenarios,
)

SMALLEST = """
company: {name: 小店, currency: CNY, timezone: Asia/Shanghai, country: CN, started_on: 2025-01-01}
shops: [{code: taobao/小店, channel: taobao, name: 小店, warehouse: home}]
warehouses: [{code: home, name: 家}]
suppliers: [{name: 厂, categories: [cups]}]
categories: [{code: cups, zh: 杯, en: Cups, products: 3, price_band: [10, 20], cost_share: 0.5, units_day: 2}]
"""


def test_four_scenarios_are_shipped() -> None:
    assert shipped_scenarios() == ["cross_border_home", "fruit_farm", "gift_shop", "service_centre"]
    assert [len(load_scenario(name).shops) for name in shipped_scenarios()] == [4, 3, 5, 6]


def test_together_they_plant_every_kind_of_event() -> None:
    planted = {event.kind for name in shipped_scenarios() for event in load_scenario(name).events}
    assert planted == set(EVENT_KINDS)
    assert len(EVENT_KINDS) == 14


def test_what_is_not_said_has_its_default() -> None:
    told = read_scenario(SMALLEST, "smallest")
    assert (told.name, told.scale, told.sellers, told.company.days) == ("smallest", 1.0, 1, 365)
    assert told.categories[0].season == (1.0,) * 12
    assert told.categories[0].price_band == (10.0, 20.0)


@pytest.mark.parametrize(
    ("instead", "by", "where"),
    [
        ("country: CN,", "country: CN, colour: red,", "odd.company.colour"),
        ("units_day: 2", "units: 2", "odd.categories[0].units"),
        ("cost_share: 0.5, ", "", "odd.categories[0].cost_share"),
        ("products: 3", "products: three", "odd.categories[0].products"),
        ("price_band: [10, 20]", "price_band: [10]", "odd.categories[0].price_band"),
        ("warehouse: home", "warehouse: moon", "shops.taobao/小店.warehouse"),
        ("channel: taobao", "channel: tobacco", "shops.taobao/小店.channel"),
        ("categories: [cups]", "categories: []", "categories.cups"),
        ("products: 3", "products: 0", "categories.cups.products"),
        ("name: 家}", "name: 家, kind: cellar}", "warehouses.home.kind"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(instead: str, by: str, where: str) -> None:
    assert instead in SMALLEST
    with pytest.raises(ScenarioInvalid) as refused:
        read_scenario(SMALLEST.replace(instead, by, 1), "odd")
    assert refused.value.fields["where"] == where


@pytest.mark.parametrize("text", ["- a list", "", "company: [", "events: [{kind: flood, day: 1}]" + SMALLEST])
def test_a_text_that_is_no_scenario_is_refused(text: str) -> None:
    with pytest.raises(ScenarioInvalid):
        read_scenario(text, "odd")


def test_a_scenario_is_read_from_a_path_too(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SMALLEST, "utf-8")
    assert load_scenario(path) == read_scenario(SMALLEST, "mine")
    assert load_scenario(SHIPPED / "fruit_farm.yaml") == load_scenario("fruit_farm")


def test_an_unknown_name_is_told_what_is_known() -> None:
    with pytest.raises(ScenarioUnknown) as refused:
        load_scenario("flower_shop")
    assert refused.value.fields == {
        "name": "flower_shop",
        "known": "cross_border_home, fruit_farm, gift_shop, service_centre",
    }


def test_a_service_centre_has_a_thousand_unlike_sellers_of_one_to_three_shops() -> None:
    told = sellers(load_scenario("service_centre"))
    assert len(told) == 1000
    assert len({shop.code for seller in told for shop in seller.shops}) == sum(len(seller.shops) for seller in told)
    assert {len(seller.shops) for seller in told} == {1, 2, 3}
    assert len({seller.scale for seller in told}) == 1000
    assert all(
        {code for each in seller.suppliers for code in each.categories} >= {c.code for c in seller.categories}
        for seller in told
    )
    assert told == sellers(load_scenario("service_centre"))
    assert told != sellers(load_scenario("service_centre"), seed=1)


def test_a_single_seller_is_its_own_only_seller() -> None:
    assert sellers(load_scenario("gift_shop")) == [load_scenario("gift_shop")]
