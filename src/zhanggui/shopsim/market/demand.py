"""What buyers want: the expected units of every listing and day as a product of drivers, and the units drawn from it.

The draw is by inversion of one uniform number per listing and day (common random numbers): a driver that rises can
only raise the units. Overdispersion is a gamma factor (Poisson-gamma is the negative binomial: Greenwood and Yule 1920),
lumps are a compound Poisson, both with streams of their own. What is in stock plays no part here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from zhanggui.shopsim.market.calendar import promotion_share, spring_festival_share
from zhanggui.shopsim.randomness import Draws, round_at_random
from zhanggui.shopsim.scenario import PromotionPlan
from zhanggui.shopsim.state import State
from zhanggui.shopsim.world.whole import World

DRIVERS = "base trend season weekday promotion price advertising weather life_cycle event".split()
"""The factors in the order in which they are multiplied."""

_PLACES = 6
"""Drivers are rounded, so that the last bit of a machine's exponential function shows nowhere."""

_WEEK = np.array([1.03, 1.01, 0.99, 0.98, 0.97, 0.99, 1.03])
_STANDSTILL = 0.7
"""Share of demand that Spring Festival takes away at its height."""
_PARTICIPATES = 0.7
"""Share of the listings that take part in a promotion's prices."""
_INVERSION_UNTIL = 50.0
_RAMP_DAYS, _NOVELTY_DAYS, _NOVELTY, _FADE_DAYS = 9.0, 40.0, 0.6, 30.0


@dataclass(frozen=True)
class Wanted:
    """One day's demand by listing."""

    drivers: dict[str, np.ndarray]
    expected: np.ndarray
    units: np.ndarray
    wholesale_units: np.ndarray
    depth: np.ndarray
    """Share of the price given away by the day's promotion."""
    platform_part: np.ndarray
    """Share of that which the platform bears."""
    promotion: np.ndarray
    """Its name, or empty."""


class DemandModel:
    """The demand of one world, day by day."""

    def __init__(self, world: World, draws: Draws) -> None:
        """Prepare what does not change from day to day."""
        self.world, self.draws = world, draws
        products, listings = world.products, world.listings
        sku = listings.sku_no
        self.base = np.round(products.popularity[sku] * listings.share * world.scenario.scale, _PLACES)
        self.category = world.listing_category
        self.elasticity = np.array([each.elasticity for each in world.categories])[self.category]
        self.cross = np.array([each.cross_effect for each in world.categories])[self.category]
        self.launched, self.retired = products.launched[sku], products.retired[sku]
        self.dispersion, self.lump = products.dispersion[sku], products.lump_units[sku]
        self.takes_part = {
            plan.name: draws.stream("participation", plan.name).random(listings.count) < _PARTICIPATES
            for plan in world.scenario.promotions
        }
        self.anomaly = _temperature_anomalies(draws, world.scenario.company.days)
        self.group = listings.shop_no * len(world.categories) + self.category

    def want(self, state: State) -> Wanted:
        """The demand of the state's day, given today's prices and advertising."""
        day = self.world.day(state.day_index).astype(object)
        promotion, depth, part, name = self._promotions(day, state.day_index)
        drivers = {
            "base": self.base,
            "trend": np.full(len(self.base), (1 + self.world.scenario.demand.growth_year) ** (state.day_index / 365)),
            "season": self._season(day),
            "weekday": self._weekday(day),
            "promotion": promotion,
            "price": self._price(state.price_minor),
            "advertising": self._advertising(state),
            "weather": self._weather(state.day_index),
            "life_cycle": self._life_cycle(state.day_index),
            "event": self._events(state.day_index),
        }
        drivers = {driver: np.round(values, _PLACES) for driver, values in drivers.items()}
        expected = np.round(np.prod([drivers[driver] for driver in DRIVERS], axis=0), _PLACES)
        units, wholesale = self._draw(state, expected)
        return Wanted(drivers, expected, units, wholesale, depth, part, name)

    def _season(self, day: date) -> np.ndarray:
        """The month's multiplier, straight from the middle of one month to the middle of the next, less the standstill."""
        place = day.month - 1 + (day.day - 15) / 30
        low = int(np.floor(place))
        share = place - low
        told = np.array(
            [
                each.season[low % 12] * (1 - share) + each.season[(low + 1) % 12] * share
                for each in self.world.categories
            ]
        )
        still = spring_festival_share(day) if self.world.scenario.company.country == "CN" else 0.0
        is_chinese = np.array([shop.country == "CN" for shop in self.world.shops])[self.world.listings.shop_no]
        return np.asarray(told[self.category] * np.where(is_chinese, 1 - _STANDSTILL * still, 1.0))

    def _weekday(self, day: date) -> np.ndarray:
        weekend = np.array([plan.weekend for plan in self.world.scenario.shops])
        told = np.full(len(weekend), _WEEK[day.weekday()])
        told = told * np.where(day.weekday() >= 5, weekend, (7 - 2 * weekend) / 5)
        return np.asarray(told[self.world.listings.shop_no])

    def _promotions(self, day: date, day_index: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Multiplier, depth of the discount, the platform's part of it, and its name; the deepest one counts."""
        count = len(self.base)
        uplift, depth, part = np.ones(count), np.zeros(count), np.zeros(count)
        name = np.full(count, "", dtype=object)
        for plan in self.world.scenario.promotions:
            share = promotion_share(plan.name, day)
            if share > 0:
                concerned = self.takes_part[plan.name] & self._in_channels(plan)
                uplift = uplift + np.where(concerned, 1.0, 0.35) * self._in_channels(plan) * (plan.uplift - 1) * share
                deeper = concerned & (plan.discount > depth)
                depth, part = np.where(deeper, plan.discount, depth), np.where(deeper, plan.platform_part, part)
                name[deeper] = plan.name
        for event in self.world.events.active("promotion", day_index):
            concerned = self.concerned(event)
            discount = event.number("discount", 0.2)
            depth, part = np.where(concerned, discount, depth), np.where(concerned, 0.0, part)
            name[concerned] = "shop_promotion"
        return uplift, depth, part, name

    def _in_channels(self, plan: PromotionPlan) -> np.ndarray:
        told = np.array([not plan.channels or shop.channel in plan.channels for shop in self.world.shops])
        return np.asarray(told[self.world.listings.shop_no])

    def concerned(self, event: object) -> np.ndarray:
        """Which listings an event touches: one listing, a SKU's, a shop's, or all."""
        listings = self.world.listings
        told = np.ones(listings.count, dtype=bool)
        for column, number in (
            (np.arange(listings.count), getattr(event, "listing_no", -1)),
            (listings.sku_no, getattr(event, "sku_no", -1)),
            (listings.shop_no, getattr(event, "shop_no", -1)),
        ):
            told &= (column == number) if number >= 0 else True
        return told

    def _price(self, price_minor: np.ndarray) -> np.ndarray:
        """Own price elasticity, and the pull of the shop's other goods of the category (cross effect)."""
        ratio = np.maximum(price_minor, 1) / self.world.listings.list_price_minor
        total = np.bincount(self.group, ratio)
        others = total[self.group] / np.bincount(self.group)[self.group]
        return np.asarray(ratio**-self.elasticity * others**self.cross)

    def _advertising(self, state: State) -> np.ndarray:
        """A concave lift by the budget's share of the listing's usual revenue (half of the greatest at `half_share`)."""
        plan = self.world.scenario.ads
        usual = np.maximum(self.base * self.world.listings.list_price_minor, 1)
        share = state.ad_budget_minor / usual
        return np.asarray(1 + plan.greatest_lift * share / (share + plan.half_share))

    def _weather(self, day_index: int) -> np.ndarray:
        sensitivity = np.array([each.weather_sensitivity for each in self.world.categories])
        anomaly = self.anomaly[day_index % len(self.anomaly)]
        return np.asarray(np.exp(sensitivity * anomaly / 10)[self.category])

    def _life_cycle(self, day_index: int) -> np.ndarray:
        """A launch rises in days and keeps some novelty for weeks; the end fades."""
        age = np.clip(day_index - self.launched, 0, 10_000)
        told = (1 - np.exp(-(age + 1) / _RAMP_DAYS)) * (1 + _NOVELTY * np.exp(-age / _NOVELTY_DAYS))
        left = np.clip(self.retired - day_index, 0, 10_000)
        told = told * np.minimum(1.0, left / _FADE_DAYS)
        return np.where(day_index < self.launched, 0.0, told)

    def _events(self, day_index: int) -> np.ndarray:
        told = np.ones(len(self.base))
        for kind, effect in EVENT_MULTIPLIERS.items():
            for event in self.world.events.active(kind, day_index):
                told = np.where(self.concerned(event), told * event.number("demand", effect), told)
        return told

    def _draw(self, state: State, expected: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rng = state.stream("demand")
        uniform, fraction = rng.random(len(expected)), rng.random(len(expected))
        shape = np.where(np.isfinite(self.dispersion), self.dispersion, 1.0)
        heat = np.where(np.isfinite(self.dispersion), rng.gamma(shape) / shape, 1.0)
        bursts = poisson_by_inversion(expected * heat / self.lump, uniform)
        sizes = 1 + rng.gamma(2.0, np.maximum(self.lump - 1, 0) / 2)
        units = round_at_random(bursts * np.where(self.lump > 1, sizes, 1.0), fraction)
        plan = self.world.scenario.demand
        is_large = rng.random(len(expected)) < plan.wholesale_day_share * (expected > 0)
        large = np.rint(20 + rng.gamma(1.5, plan.wholesale_units / 1.5, len(expected))).astype(np.int64)
        return units, np.where(is_large, large, 0)


EVENT_MULTIPLIERS = {
    "listing_suspended": 0.0, "channel_closed": 0.0, "price_war": 0.5, "promotion": 1.8, "viral_day": 8.0,
}  # fmt: skip
"""What an event of a kind does to demand, where its strength does not say otherwise (`demand`)."""


def poisson_by_inversion(mean: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """The least k whose Poisson distribution function reaches the uniform number; above a mean of 50 the normal's.

    Non-decreasing in both arguments below the change, by construction (Devroye 1986, X.3.3).
    """
    told = np.zeros(len(mean), dtype=np.int64)
    small = mean <= _INVERSION_UNTIL
    active = np.flatnonzero(small & (mean > 0))
    rate, target = mean[active], np.minimum(uniform[active], 1 - 1e-15)
    term = np.exp(-rate)
    reached, k = term.copy(), 0
    while len(active):
        open_ = (reached < target) & (k < 400)
        told[active[~open_]] = k
        active, rate, target, term, reached = active[open_], rate[open_], target[open_], term[open_], reached[open_]
        k += 1
        term = term * rate / k
        reached = reached + term
    large = ~small
    told[large] = np.maximum(np.rint(mean[large] + np.sqrt(mean[large]) * normal_quantile(uniform[large])), 0)
    return told


def normal_quantile(share: np.ndarray) -> np.ndarray:
    """The standard normal's quantile to 4.5e-4 (Abramowitz and Stegun 1964, 26.2.23)."""
    tail = np.clip(np.minimum(share, 1 - share), 1e-12, 0.5)
    t: np.ndarray = np.sqrt(-2 * np.log(tail))
    told = t - (2.515517 + 0.802853 * t + 0.010328 * t**2) / (1 + 1.432788 * t + 0.189269 * t**2 + 0.001308 * t**3)
    return np.asarray(np.where(share < 0.5, -told, told))


def _temperature_anomalies(draws: Draws, days: int) -> np.ndarray:
    """Degrees above or below the season's usual: an autoregression with memory 0.7 and a spread of about 3.5 degrees."""
    shocks = draws.stream("weather").normal(0, 2.5, days)
    told = np.zeros(days)
    for day_index in range(days):
        told[day_index] = (0.7 * told[day_index - 1] if day_index else 0.0) + shocks[day_index]
    return told
