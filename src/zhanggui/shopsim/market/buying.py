"""Who buys and at what hour: buyers come back by rates of their own and stop for good at some time.

Purchases while alive are Poisson with a gamma distributed rate, and after every purchase there is a chance (beta
distributed over buyers) that it was the last: the BG/NBD model (Fader, Hardie and Lee 2005, Marketing Science 24(2)).
"""

from __future__ import annotations

import numpy as np

from zhanggui.shopsim.randomness import Draws
from zhanggui.shopsim.state import State
from zhanggui.shopsim.world.whole import World

HOURS = np.array(
    [
        1.5,
        0.8,
        0.5,
        0.3,
        0.3,
        0.5,
        1.2,
        2.2,
        3.4,
        4.6,
        5.4,
        5.2,
        5.0,
        5.0,
        5.2,
        5.2,
        5.0,
        4.8,
        5.0,
        6.2,
        7.8,
        8.4,
        6.8,
        3.6,
    ]
)
"""Orders by hour of the shop's own clock; the evening is best."""
_FIRST_KNOWN = 0.12
"""Share of all buyers that a shop knows on the first day."""
_GREATEST_REPEAT = 0.8


class Circle:
    """The buyers of one shop: who is known and has not dropped out has a rate above zero."""

    def __init__(self, world: World, shop_no: int, draws: Draws) -> None:
        """The first buyers are known from before."""
        own = np.flatnonzero(world.buyers.shop_no == shop_no)
        self.first, self.count = int(own[0]), len(own)
        self.next = int(self.count * _FIRST_KNOWN)
        self.rate = np.zeros(self.count)
        alive = draws.stream("first buyers", world.shops[shop_no].code).random(self.next) < 0.5
        self.rate[: self.next] = np.where(alive, world.buyers.rate[own[: self.next]], 0.0)

    def choose(self, world: World, count: int, rng: np.random.Generator) -> np.ndarray:
        """Buyers of `count` orders: those who come back by their rates, new ones for the rest."""
        reach = np.cumsum(self.rate[: self.next])
        total = float(reach[-1]) if self.next else 0.0
        uniform, pick, leaves = rng.random(count), rng.random(count), rng.random(count)
        share = min(_GREATEST_REPEAT, total / max(count, 1)) if total else 0.0
        is_back = uniform < share if self.next + count <= self.count else np.full(count, total > 0)
        told = np.minimum(np.searchsorted(reach, pick * total, side="right"), max(self.next - 1, 0))
        fresh = np.flatnonzero(~is_back)
        told[fresh] = (self.next + np.arange(len(fresh))) % self.count
        self.rate[told[fresh]] = world.buyers.rate[self.first + told[fresh]]
        self.next = min(self.next + len(fresh), self.count)
        self.rate[told[leaves < world.buyers.dropout[self.first + told]]] = 0.0
        return np.asarray(self.first + told)


def choose_buyers(state: State, order_shop: np.ndarray) -> np.ndarray:
    """[order] buyer numbers, from each shop's own circle."""
    circles = state.own.setdefault("circles", {})
    told = np.zeros(len(order_shop), dtype=np.int64)
    for shop in state.world.shops:
        if shop.shop_no not in circles:
            circles[shop.shop_no] = Circle(state.world, shop.shop_no, state.draws)
        own = np.flatnonzero(order_shop == shop.shop_no)
        told[own] = circles[shop.shop_no].choose(state.world, len(own), state.stream("buyers", shop.code))
    return told


def draw_seconds(state: State, count: int) -> np.ndarray:
    """Seconds after midnight, by the hours in which people shop."""
    rng = state.stream("hours")
    edges = np.concatenate([[0.0], np.cumsum(HOURS / HOURS.sum())])
    at = np.interp(rng.random(count), edges, np.arange(25) * 3600.0)
    return np.asarray(np.minimum(at, 86399), dtype=np.int64)
