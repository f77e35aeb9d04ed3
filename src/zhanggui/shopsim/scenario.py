"""A seller as declared in YAML, read into records; everything that a world is drawn from except its seed.

A declaration that cannot be meant (an unknown key, a missing one, a shop without its warehouse) is refused with the
place where it stands. Amounts are written in whole units of the company's currency and become minor units here never:
the world does that, when it draws.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import yaml

from zhanggui.canon.references import CHANNELS
from zhanggui.kernel.errors import Refusal
from zhanggui.shopsim.randomness import Draws

SHIPPED = Path(__file__).parent / "scenarios"
"""Where the scenarios that come with the programme stand."""

EVENT_KINDS = (
    "fee_rise stock_out listing_suspended delayed_carrier defective_batch price_war promotion viral_day channel_closed"
    " currency_shock duplicate_invoice overcharged_parcel missing_settlement fake_orders"
).split()
"""Everything that can be planted."""

PROMOTIONS = (
    "spring_festival valentine 38 618 qixi mid_autumn national_day double11 double12 prime_day black_friday christmas new_year"
).split()
"""Promotions that the calendar knows; their dates stand in market/calendar.py."""

MAX_DAYS = 3700
"""Ten years, the longest that is lived."""

WAREHOUSE_KINDS = ("own", "fba", "overseas")


class ScenarioInvalid(Refusal):
    """The declaration cannot be meant; `where` is the place, `told` what stands there."""

    code = "scenario_invalid"


class ScenarioUnknown(Refusal):
    """Neither a shipped scenario nor a file has this name; `known` are the shipped ones."""

    code = "scenario_unknown"


@dataclass(frozen=True)
class Company:
    """The seller itself; opening cash, wages and rent in whole units of its currency."""

    name: str
    currency: str
    timezone: str
    country: str
    started_on: date
    days: int = 365
    bank: str = "招商银行"
    opening_cash: float = 300000
    wages_month: float = 30000
    rent_month: float = 8000
    tax_share: float = 0.01


@dataclass(frozen=True)
class ShopPlan:
    """One shop; `price_level` multiplies the products' prices, `range_share` of the products are listed in it."""

    code: str
    channel: str
    name: str
    warehouse: str
    weight: float = 1.0
    price_level: float = 1.0
    range_share: float = 0.6
    currency: str = ""
    timezone: str = ""
    country: str = ""
    marketplace: str = ""
    countries: Mapping[str, float] = field(default_factory=dict)
    affiliate_share: float = 0.0
    platform_coupon_share: float = 0.05
    unpaid_share: float = 0.03
    free_shipping_from: float = 0.0
    shipping_fee: float = 0.0
    tax_share: float = 0.0
    weekend: float = 1.0
    account: str = ""


@dataclass(frozen=True)
class WarehousePlan:
    """A place of stock; `lead_days` is added to the suppliers' lead times."""

    code: str
    name: str
    kind: str = "own"
    country: str = "CN"
    province: str = "浙江省"
    lead_days: int = 0


@dataclass(frozen=True)
class SupplierPlan:
    """Who delivers the categories named; days are calendar days."""

    name: str
    categories: tuple[str, ...]
    country: str = "CN"
    lead_mean_days: float = 8.0
    lead_sd_days: float = 3.0
    short_share: float = 0.06
    short_depth: float = 0.3
    moq_units: int = 10
    closes_spring_festival: bool = True
    payment_terms_days: int = 0


@dataclass(frozen=True)
class CategoryPlan:
    """A kind of goods and how it sells; bands are [low, high], shares between 0 and 1."""

    code: str
    zh: str
    en: str
    products: int
    price_band: tuple[float, float]
    cost_share: float
    units_day: float
    """Expected units a day of the whole category over all shops at scale 1."""
    elasticity: float = 1.5
    return_share: float = 0.05
    shelf_life_days: int = 0
    season: tuple[float, ...] = (1.0,) * 12
    weather_sensitivity: float = 0.0
    cross_effect: float = 0.15
    intermittent_share: float = 0.25
    lumpy_share: float = 0.08
    erratic_share: float = 0.2
    tail: float = 1.0
    """Spread of popularity (sigma of the log-normal): the greater, the more the best sellers hold."""
    weight_band: tuple[float, float] = (150, 800)
    volume_band: tuple[float, float] = (300, 4000)
    nouns_zh: tuple[str, ...] = ()
    nouns_en: tuple[str, ...] = ()
    traits_zh: tuple[str, ...] = ()
    traits_en: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    new_share: float = 0.12
    """Share of the products launched during the year."""
    retired_share: float = 0.06


@dataclass(frozen=True)
class PromotionPlan:
    """A promotion in which all shops of these channels take part (none named: all)."""

    name: str
    uplift: float
    discount: float
    channels: tuple[str, ...] = ()
    platform_part: float = 0.25
    """Share of the discount that the platform bears."""


@dataclass(frozen=True)
class BuyersPlan:
    """How people come back: rate of purchase gamma distributed with this shape, dropout after a purchase beta with this mean."""

    new_share: float = 0.7
    rate_shape: float = 0.6
    mean_days_between: float = 55.0
    dropout_mean: float = 0.45
    lines_mean: float = 1.35
    pair_share: float = 0.14
    """Chance that a further unit of a listing goes into the same line."""


@dataclass(frozen=True)
class AdsPlan:
    """Advertising: share of revenue spent, the most it can lift demand, what a click costs (company currency)."""

    budget_share: float = 0.06
    listing_share: float = 0.25
    greatest_lift: float = 0.35
    half_share: float = 0.08
    click_price: float = 0.9
    claimed_organic_share: float = 0.3


@dataclass(frozen=True)
class EventPlan:
    """What is planted: from day `day` on (0 is the first) for `days` days; `rank` chooses the n-th best seller."""

    kind: str
    day: int
    days: int = 1
    shop: str = ""
    rank: int = 0
    carrier: str = ""
    strength: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OrderingPlan:
    """Defaults of the reorder point policy: average over so many days, cover the lead time and these days."""

    average_days: int = 28
    cover_days: float = 14.0
    safety_days: float = 7.0
    review_days: int = 7


@dataclass(frozen=True)
class BorrowingPlan:
    """Defaults of borrowing: up to the limit when cash falls below the floor; rate a year (simple, days/360)."""

    floor: float = 20000
    limit: float = 0.0
    step: float = 50000
    rate_year: float = 0.12
    repay_above: float = 150000


@dataclass(frozen=True)
class PoliciesPlan:
    """The seller's habits, where no other policy is given."""

    ordering: OrderingPlan = OrderingPlan()
    borrowing: BorrowingPlan = BorrowingPlan()


@dataclass(frozen=True)
class DemandPlan:
    """What concerns all demand: yearly growth, opening cover of stock, deferral, wholesale outliers."""

    growth_year: float = 0.15
    opening_cover_days: float = 35.0
    defer_share: float = 0.25
    defer_days: int = 5
    wholesale_day_share: float = 0.00006
    wholesale_units: float = 60.0


@dataclass(frozen=True)
class Scenario:
    """One seller as declared. `sellers` > 1 makes it a template from which so many sellers are drawn."""

    name: str
    company: Company
    shops: tuple[ShopPlan, ...]
    warehouses: tuple[WarehousePlan, ...]
    suppliers: tuple[SupplierPlan, ...]
    categories: tuple[CategoryPlan, ...]
    promotions: tuple[PromotionPlan, ...] = ()
    buyers: BuyersPlan = BuyersPlan()
    ads: AdsPlan = AdsPlan()
    demand: DemandPlan = DemandPlan()
    events: tuple[EventPlan, ...] = ()
    policies: PoliciesPlan = PoliciesPlan()
    bundles: int = 0
    scale: float = 1.0
    sellers: int = 1
    options: Mapping[str, Any] = field(default_factory=dict)
    """Anything that one part of the engine reads for itself, by the part's name."""


def shipped_scenarios() -> list[str]:
    """Names of the scenarios that come with the programme."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Read a shipped scenario by its name, or a file.

    Raises:
        ScenarioUnknown: there is no such scenario.
        ScenarioInvalid: the declaration cannot be meant.
    """
    path = Path(name_or_path)
    if str(name_or_path) in shipped_scenarios():
        path = SHIPPED / f"{name_or_path}.yaml"
    if not path.is_file():
        raise ScenarioUnknown(name=str(name_or_path)[:80], known=", ".join(shipped_scenarios()))
    return read_scenario(path.read_text("utf-8"), path.stem)


def read_scenario(text: str, name: str) -> Scenario:
    """The scenario that a YAML text declares. Raises ScenarioInvalid."""
    try:
        told = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ScenarioInvalid(where=name, told=str(error)[:200]) from None
    if not isinstance(told, dict):
        raise ScenarioInvalid(where=name, told=type(told).__name__)
    scenario: Scenario = _read(Scenario, {"name": name, **told}, name)
    _check(scenario)
    return scenario


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, told: Any, where: str) -> Any:
    """A value of the kind that the record's field declares."""
    if dataclasses.is_dataclass(kind):
        return _read_record(kind, told, where)
    origin = get_origin(kind)
    if origin is tuple:
        return _read_list(kind, told, where)
    if origin in (Union, UnionType):
        return None if told is None else _read(get_args(kind)[0], told, where)
    if origin is not None or kind is Any:
        return _expect(isinstance(told, Mapping), told, where)
    if kind is float:
        return float(_expect(isinstance(told, int | float) and not isinstance(told, bool), told, where))
    if kind is str:
        return str(_expect(isinstance(told, str | int) and not isinstance(told, bool), told, where))
    return _expect(type(told) is kind, told, where)


def _read_record(kind: Any, told: Any, where: str) -> Any:
    _expect(isinstance(told, Mapping), told, where)
    known = {each.name: each for each in dataclasses.fields(kind)}
    if strange := sorted(set(told) - set(known)):
        raise ScenarioInvalid(where=f"{where}.{strange[0]}", told="?")
    missing = [name for name, each in known.items() if name not in told and not _has_default(each)]
    if missing:
        raise ScenarioInvalid(where=f"{where}.{missing[0]}", told="")
    return kind(**{name: _read(_hints(kind)[name], value, f"{where}.{name}") for name, value in told.items()})


def _has_default(each: dataclasses.Field[Any]) -> bool:
    return each.default is not dataclasses.MISSING or each.default_factory is not dataclasses.MISSING


def _read_list(kind: Any, told: Any, where: str) -> tuple[Any, ...]:
    _expect(isinstance(told, list | tuple), told, where)
    inner = get_args(kind)
    if inner[-1] is not Ellipsis:
        _expect(len(told) == len(inner), told, where)
    return tuple(_read(inner[0], value, f"{where}[{place}]") for place, value in enumerate(told))


def _expect(is_so: bool, told: Any, where: str) -> Any:
    if not is_so:
        raise ScenarioInvalid(where=where, told=str(told)[:80])
    return told


def _check(scenario: Scenario) -> None:
    """Raise ScenarioInvalid at the first thing that does not fit the rest."""
    for is_so, where, told in _conditions(scenario):
        _expect(is_so, told, where)


def _conditions(scenario: Scenario) -> Iterator[tuple[bool, str, Any]]:
    warehouses = {each.code for each in scenario.warehouses}
    categories = {each.code for each in scenario.categories}
    supplied = {code for each in scenario.suppliers for code in each.categories}
    shops = {each.code for each in scenario.shops}
    yield bool(scenario.shops), "shops", ""
    yield len(shops) == len(scenario.shops), "shops.code", [each.code for each in scenario.shops]
    yield 0 < scenario.company.days <= MAX_DAYS, "company.days", scenario.company.days
    yield scenario.scale > 0, "scale", scenario.scale
    for shop in scenario.shops:
        yield shop.channel in CHANNELS, f"shops.{shop.code}.channel", shop.channel
        yield shop.code.split("/")[0] == shop.channel, f"shops.{shop.code}.code", shop.code
        yield shop.warehouse in warehouses, f"shops.{shop.code}.warehouse", shop.warehouse
    for warehouse in scenario.warehouses:
        yield warehouse.kind in WAREHOUSE_KINDS, f"warehouses.{warehouse.code}.kind", warehouse.kind
    for category in scenario.categories:
        yield category.code in supplied, f"categories.{category.code}", "suppliers"
        yield len(category.season) == 12, f"categories.{category.code}.season", category.season
        yield category.products > 0, f"categories.{category.code}.products", category.products
    for supplier in scenario.suppliers:
        yield set(supplier.categories) <= categories, f"suppliers.{supplier.name}.categories", supplier.categories
    for promotion in scenario.promotions:
        yield promotion.name in PROMOTIONS, "promotions.name", promotion.name
    for event in scenario.events:
        yield event.kind in EVENT_KINDS, "events.kind", event.kind
        yield not event.shop or event.shop in shops, f"events.{event.kind}.shop", event.shop


def sellers(scenario: Scenario, seed: int = 0) -> list[Scenario]:
    """The sellers of a template: each keeps one to three of its shops and categories, with a size of its own (log-normal)."""
    if scenario.sellers == 1:
        return [scenario]
    return [_draw_seller(scenario, place, Draws(seed)) for place in range(scenario.sellers)]


def _draw_seller(template: Scenario, place: int, draws: Draws) -> Scenario:
    rng = draws.stream("seller", place)
    shop_count = min(int(rng.choice([1, 2, 3], p=[0.55, 0.3, 0.15])), len(template.shops))
    chosen = sorted(rng.permutation(len(template.shops))[:shop_count])
    kinds = sorted(rng.permutation(len(template.categories))[: 1 + int(rng.integers(min(3, len(template.categories))))])
    categories = tuple(template.categories[kind] for kind in kinds)
    codes = {category.code for category in categories}
    suppliers = tuple(
        dataclasses.replace(each, categories=tuple(code for code in each.categories if code in codes))
        for each in template.suppliers
        if codes & set(each.categories)
    )
    shops = tuple(_renamed(template.shops[each], place) for each in chosen)
    renamed = {template.shops[each].code: shop.code for each, shop in zip(chosen, shops, strict=True)}
    events = tuple(
        dataclasses.replace(each, shop=renamed.get(each.shop, ""))
        for each in template.events
        if (not each.shop or each.shop in renamed) and rng.random() < 0.4
    )
    return dataclasses.replace(
        template, name=f"{template.name}-{place + 1:04d}", sellers=1, shops=shops, categories=categories, suppliers=suppliers,
        events=events, scale=template.scale * float(rng.lognormal(-0.3, 0.8)),
        company=dataclasses.replace(template.company, name=f"{template.company.name}{place + 1:04d}"),
    )  # fmt: skip


def _renamed(shop: ShopPlan, place: int) -> ShopPlan:
    return dataclasses.replace(shop, code=f"{shop.code}-{place + 1:04d}", name=f"{shop.name}{place + 1:04d}")
