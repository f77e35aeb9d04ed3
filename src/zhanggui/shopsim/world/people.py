"""The buyers: names, addresses and habits, made up, drawn for each shop in the order in which they will first appear."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from zhanggui.shopsim.numbering import in_base36
from zhanggui.shopsim.randomness import Draws
from zhanggui.shopsim.scenario import Scenario
from zhanggui.shopsim.world.places import Buyers, Listings, Products, Shop

_WORDS = Path(__file__).with_name("people.yaml")
_ROOM = 1.6
"""More buyers than expected, so that promotions find new ones."""

Columns = dict[str, np.ndarray]


def draw_buyers(scenario: Scenario, shops: list[Shop], listings: Listings, products: Products, draws: Draws) -> Buyers:
    """Buyers of all shops, shop by shop; as many as a year can need."""
    parts = [_draw_shop(scenario, shop, _expected(scenario, shop, listings, products), draws) for shop in shops]
    return Buyers(**{name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def _expected(scenario: Scenario, shop: Shop, listings: Listings, products: Products) -> int:
    own = listings.shop_no == shop.shop_no
    units = float((products.popularity[listings.sku_no[own]] * listings.share[own]).sum()) * scenario.scale
    orders = units * scenario.company.days / scenario.buyers.lines_mean
    return int(orders * scenario.buyers.new_share * _ROOM) + 200


def _draw_shop(scenario: Scenario, shop: Shop, count: int, draws: Draws) -> Columns:
    rng = draws.stream("buyers", shop.code)
    plan = scenario.buyers
    shares = scenario.shops[shop.shop_no].countries or {shop.country: 1.0}
    chance = np.array(list(shares.values())) / sum(shares.values())
    country = np.array(list(shares), dtype=object)[rng.choice(len(shares), count, p=chance)]
    return {
        "shop_no": np.full(count, shop.shop_no),
        "country": country,
        **_draw_persons(rng, country, count),
        "rate": rng.gamma(plan.rate_shape, 1.0 / (plan.rate_shape * plan.mean_days_between), count),
        "dropout": rng.beta(2 * plan.dropout_mean, 2 * (1 - plan.dropout_mean), count),
    }


def _draw_persons(rng: np.random.Generator, country: np.ndarray, count: int) -> Columns:
    """Names and addresses: Chinese ones in China, others by the words of their country (else those of the US)."""
    columns = {
        name: np.empty(count, dtype=object)
        for name in ("nickname", "full_name", "phone", "province", "city", "street", "postcode", "language")
    }
    for code in sorted(set(country.tolist())):
        own = np.flatnonzero(country == code)
        words = _words()
        drawn = _persons(rng, words.get(code, words["US"]), len(own))
        for name, values in drawn.items():
            columns[name][own] = values
    return columns


def _persons(rng: np.random.Generator, words: dict[str, Any], count: int) -> Columns:
    places = words["places"]
    weight = np.array([float(place[2]) for place in places])
    chosen = rng.choice(len(places), count, p=weight / weight.sum())
    family = _pick(rng, words["family"], count)
    given = _pick(rng, words["given"], count)
    joined = family + given if words["family_first"] else given + np.array([" "] * count, dtype=object) + family
    street = _pick(rng, words["streets"], count)
    number = rng.integers(1, 999, count)
    return {
        "full_name": joined,
        "nickname": _nicknames(rng, words, count),
        "phone": np.array([words["phone"] % number for number in rng.integers(0, 10**9, count).tolist()], dtype=object),
        "province": np.array([place[0] for place in places], dtype=object)[chosen],
        "city": np.array([place[1] for place in places], dtype=object)[chosen],
        "street": np.array(
            [words["address"].format(s=s, n=n) for s, n in zip(street, number.tolist(), strict=True)], dtype=object
        ),
        "postcode": np.array([place[3] for place in places], dtype=object)[chosen],
        "language": np.full(count, words["language"], dtype=object),
    }


def _pick(rng: np.random.Generator, words: list[str], count: int) -> np.ndarray:
    return np.array(words, dtype=object)[rng.integers(len(words), size=count)]


def _nicknames(rng: np.random.Generator, words: dict[str, Any], count: int) -> np.ndarray:
    marks = rng.integers(0, 36**5, count)
    first = _pick(rng, words["nicks"], count)
    return np.array([f"{nick}{_letters(int(mark))}" for nick, mark in zip(first, marks, strict=True)], dtype=object)


def _letters(number: int) -> str:
    return in_base36(number, 5)[::-1].lower()


def places_of(country: str) -> tuple[list[str], tuple[float, ...]]:
    """Provinces of delivery of a country, one for each place that people live in, and the weights of these places."""
    told = _words().get(country, _words()["US"])["places"]
    return [place[0] for place in told], tuple(float(place[2]) for place in told)


@cache
def _words() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(_WORDS.read_text("utf-8"))
    return told
