"""A whole world: the scenario drawn out by a seed into shops, goods and people, its rates, events and chronicle."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from zhanggui.canon.references import CHANNELS
from zhanggui.kernel.money import minor_unit_places
from zhanggui.shopsim.chronicle import Chronicle
from zhanggui.shopsim.events import EventBook
from zhanggui.shopsim.randomness import Draws
from zhanggui.shopsim.scenario import Scenario, ShopPlan, SupplierPlan
from zhanggui.shopsim.world.people import draw_buyers
from zhanggui.shopsim.world.places import Buyers, Category, Listings, Products, Shop, Supplier, Warehouse
from zhanggui.shopsim.world.planting import plant_events
from zhanggui.shopsim.world.products import draw_listings, draw_products
from zhanggui.shopsim.world.rates import Rates, read_rates


@dataclass
class World:
    """Everything about one simulated seller; `chronicle` is empty until it was simulated."""

    scenario: Scenario
    seed: int
    day_count: int
    shops: list[Shop]
    warehouses: list[Warehouse]
    suppliers: list[Supplier]
    categories: list[Category]
    products: Products
    listings: Listings
    buyers: Buyers
    rates: Rates
    events: EventBook
    chronicle: Chronicle = field(default_factory=Chronicle)
    money: dict[str, Any] = field(default_factory=dict)
    """Figures at the end, company currency in minor units: `final_profit_minor`, `cash_minor`, `stock_minor`."""

    @property
    def currency(self) -> str:
        """The company's currency."""
        return self.scenario.company.currency

    @property
    def first_day(self) -> np.datetime64:
        """The first business date."""
        return np.datetime64(self.scenario.company.started_on, "D")

    def day(self, day_index: int) -> np.datetime64:
        """The business date of a day index."""
        return self.first_day + np.timedelta64(day_index, "D")

    def day_start(self, shop_no: int, day_index: int) -> np.datetime64:
        """The UTC instant at which the day begins in the shop's zone."""
        return midnight(self.shops[shop_no].timezone, self.scenario.company.started_on.toordinal(), day_index)

    def company_day_start(self, day_index: int) -> np.datetime64:
        """The UTC instant at which the day begins for the company."""
        return midnight(self.scenario.company.timezone, self.scenario.company.started_on.toordinal(), day_index)

    @property
    def ended_at(self) -> np.datetime64:
        """The UTC instant at which the last simulated day is over for the company."""
        return self.company_day_start(self.day_count)

    def explode(self, sku_no: np.ndarray, quantity: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Position of the row, SKU and units of what must be taken from stock: bundles become their components."""
        sku_no, quantity = np.asarray(sku_no), np.asarray(quantity)
        bundled = np.flatnonzero(self.products.is_bundle[sku_no])
        plain = np.flatnonzero(~self.products.is_bundle[sku_no])
        parts = [
            (place, part, int(quantity[place]) * units)
            for place in bundled
            for part, units in self.products.components[int(sku_no[place])]
        ]
        extra = np.array(parts, dtype=np.int64).reshape(-1, 3)
        places = np.concatenate([plain, extra[:, 0]])
        return places, np.concatenate([sku_no[plain], extra[:, 1]]), np.concatenate([quantity[plain], extra[:, 2]])

    @cached_property
    def shop_codes(self) -> np.ndarray:
        """Codes of the shops as an array of texts."""
        return np.array([shop.code for shop in self.shops], dtype=object)

    @cached_property
    def listing_category(self) -> np.ndarray:
        """[listing] category number."""
        return np.asarray(self.products.category_no[self.listings.sku_no])

    @cached_property
    def listing_cost_minor(self) -> np.ndarray:
        """[listing] the SKU's cost in the shop's currency on the first day."""
        cost = self.products.cost_minor[self.listings.sku_no]
        told: np.ndarray = np.zeros_like(cost)
        for shop in self.shops:
            own = self.listings.shop_no == shop.shop_no
            told[own] = self.rates.from_base(cost[own], shop.currency, 0)
        return told


_START_CACHE: dict[tuple[str, int, int], np.datetime64] = {}


def midnight(zone: str, first_ordinal: int, day_index: int) -> np.datetime64:
    """The UTC instant at which a zone's day begins; days are counted from the first one's ordinal."""
    key = (zone, first_ordinal, day_index)
    if key not in _START_CACHE:
        local = datetime.fromordinal(first_ordinal) + timedelta(days=day_index)
        offset = local.replace(tzinfo=ZoneInfo(zone)).utcoffset() or timedelta()
        _START_CACHE[key] = np.datetime64(local - offset, "s")
    return _START_CACHE[key]


def build_world(scenario: Scenario, seed: int, days: int | None = None) -> World:
    """Draw the standing parts of a world; equal seeds give equal worlds, whatever the number of days."""
    draws = Draws(seed)
    day_count = days or scenario.company.days
    warehouses = [
        Warehouse(no, each.code, each.name, each.kind, each.country, each.province, each.lead_days)
        for no, each in enumerate(scenario.warehouses)
    ]
    shops = [open_shop(scenario, no, plan) for no, plan in enumerate(scenario.shops)]
    categories = [
        Category(
            no, each.code, each.zh, each.en, each.elasticity, each.return_share, each.shelf_life_days,
            _normalised(each.season), each.weather_sensitivity, each.cross_effect, scenario.buyers.lines_mean, each.terms,
        )
        for no, each in enumerate(scenario.categories)
    ]  # fmt: skip
    suppliers = [_supplier(no, each) for no, each in enumerate(scenario.suppliers)]
    currencies = (scenario.company.currency, *(shop.currency for shop in shops))
    rates = read_rates(scenario.company.currency, currencies, scenario.company.started_on, scenario.company.days)
    products = draw_products(scenario, draws)
    listings = draw_listings(scenario, shops, products, rates, draws)
    world = World(
        scenario, seed, day_count, shops, warehouses, suppliers, categories, products, listings,
        draw_buyers(scenario, shops, listings, products, draws), rates, EventBook(),
    )  # fmt: skip
    world.events = EventBook(plant_events(world, draws))
    return world


def minor(amount: float, currency: str) -> int:
    """Whole units of a currency as minor units."""
    return round(amount * 10.0 ** minor_unit_places(currency))


def open_shop(scenario: Scenario, no: int, plan: ShopPlan) -> Shop:
    """The shop of a plan; what the plan leaves open is as its channel and company have it."""
    channel = CHANNELS[plan.channel]
    warehouse_no = [each.code for each in scenario.warehouses].index(plan.warehouse)
    company = scenario.company
    filled = replace(
        plan,
        currency=plan.currency or channel.currency or company.currency,
        timezone=plan.timezone or channel.timezone or company.timezone,
        country=plan.country or channel.country or company.country,
    )
    return Shop(
        no, plan.code, plan.channel, plan.name, plan.code.replace("/", "-"), filled.currency, filled.timezone,
        filled.country, plan.marketplace, warehouse_no, plan.weight, vars(filled),
    )  # fmt: skip


def _supplier(no: int, plan: SupplierPlan) -> Supplier:
    return Supplier(
        no, plan.name, plan.country, plan.lead_mean_days, plan.lead_sd_days, plan.short_share, plan.short_depth,
        plan.moq_units, plan.closes_spring_festival, plan.payment_terms_days,
    )  # fmt: skip


def _normalised(season: tuple[float, ...]) -> np.ndarray:
    told = np.array(season)
    return np.asarray(told / told.mean())
