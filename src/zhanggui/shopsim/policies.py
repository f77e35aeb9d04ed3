"""The seller's habits as plug-ins: when to order, what to charge, what to spend on advertising, when to borrow.

A policy sees what a seller can see (`…View`): its own sales and stock, never the demand that it lost. The defaults are
what small sellers do: a reorder point from a moving average, list prices, a share of the trade for advertising.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from zhanggui.shopsim.scenario import AdsPlan, BorrowingPlan, OrderingPlan


@dataclass(frozen=True)
class StockView:
    """What is known when goods are ordered. Arrays are [warehouse, sku] unless said otherwise; bundles are never ordered."""

    day_index: int
    on_hand: np.ndarray
    reserved: np.ndarray
    on_order: np.ndarray
    sold: np.ndarray
    """[day, warehouse, sku] units sold on the days before today, the latest last, at most `HISTORY_DAYS`."""
    was_out: np.ndarray
    """[day, warehouse, sku] whether nothing was free at the end of those days."""
    lead_mean_days: np.ndarray
    """[warehouse, sku] the supplier's mean lead time and the way to the warehouse."""
    unit_cost_minor: np.ndarray
    """[sku] company currency."""
    pack_units: np.ndarray
    """[sku]"""
    moq_units: np.ndarray
    """[sku]"""
    shelf_life_days: np.ndarray
    """[sku] 0: does not spoil."""
    is_sold_here: np.ndarray
    """[warehouse, sku] whether a listing is served from there today."""
    cash_minor: int


HISTORY_DAYS = 91
"""How many days of sales a view holds."""


@dataclass(frozen=True)
class PriceView:
    """What is known when prices are set; arrays are [listing], amounts in the shop's minor units."""

    day_index: int
    list_price_minor: np.ndarray
    price_minor: np.ndarray
    cost_minor: np.ndarray
    free: np.ndarray
    """Units that can still be sold from the listing's warehouse."""
    sold_week: np.ndarray
    """Units that the listing sold in the last seven days."""
    competitor_minor: np.ndarray
    """Lowest competitor's price seen, 0 where none is watched."""


@dataclass(frozen=True)
class AdView:
    """What is known when advertising is budgeted; arrays are [listing]."""

    day_index: int
    interest_month_minor: np.ndarray
    """Value of what visitors of the last 28 days put into carts to buy, in stock or not, shop currency."""
    is_live: np.ndarray


@dataclass(frozen=True)
class CashView:
    """What is known when money is borrowed; company currency, minor units."""

    day_index: int
    cash_minor: int
    loan_minor: int


class Ordering(Protocol):
    """Decides what to order from suppliers."""

    def order(self, view: StockView) -> np.ndarray:
        """[warehouse, sku] units to order today, whole packs, 0 for nothing."""
        ...


class Pricing(Protocol):
    """Decides prices."""

    def price(self, view: PriceView) -> np.ndarray:
        """[listing] today's prices in minor units."""
        ...


class Advertising(Protocol):
    """Decides advertising budgets."""

    def budget(self, view: AdView) -> np.ndarray:
        """[listing] today's budgets in minor units."""
        ...


class Borrowing(Protocol):
    """Decides loans."""

    def borrow(self, view: CashView) -> int:
        """Minor units to borrow (above zero) or to pay back (below zero)."""
        ...


@dataclass(frozen=True)
class ReorderPoint:
    """Order up to lead time + cover when stock and orders fall below lead time + safety, by the average of the last days.

    The textbook's (s, S) policy under periodic review (Silver, Pyke and Thomas 2017, 6.5) with days in the place of units.
    """

    plan: OrderingPlan = field(default_factory=OrderingPlan)

    def order(self, view: StockView) -> np.ndarray:
        """See Ordering. A SKU that has not sold keeps what it has."""
        if view.day_index % self.plan.review_days or not len(view.sold):
            return np.zeros_like(view.on_hand)
        recent = view.sold[-self.plan.average_days :]
        mean = recent.sum(axis=0) / len(recent)
        position = view.on_hand - view.reserved + view.on_order
        point = mean * (view.lead_mean_days + self.plan.safety_days)
        target = mean * (view.lead_mean_days + self.plan.safety_days + self.plan.cover_days)
        target = np.where(view.shelf_life_days > 0, np.minimum(target, mean * view.shelf_life_days), target)
        wanted = np.where((position <= point) & view.is_sold_here, np.maximum(target - position, 0), 0)
        return whole_packs(wanted, view)


def whole_packs(units: np.ndarray, view: StockView) -> np.ndarray:
    """Units raised to the supplier's minimum and to whole packs; nothing stays nothing."""
    units = np.where(units > 0, np.maximum(units, np.minimum(view.moq_units, np.maximum(view.pack_units, 1))), 0)
    return np.asarray(np.ceil(units / view.pack_units) * view.pack_units, dtype=np.int64)


@dataclass(frozen=True)
class ListPrices:
    """Charge the list price, always."""

    def price(self, view: PriceView) -> np.ndarray:
        """See Pricing."""
        return view.list_price_minor


@dataclass(frozen=True)
class ShareOfInterest:
    """Spend a share of what the last month's visitors wanted to buy, on the listings that they wanted most."""

    plan: AdsPlan = field(default_factory=AdsPlan)

    def budget(self, view: AdView) -> np.ndarray:
        """See Advertising. On the first day, without visitors yet, nothing is spent."""
        count = int(len(view.interest_month_minor) * self.plan.listing_share)
        best = np.argsort(-view.interest_month_minor, kind="stable")[:count]
        told = np.zeros(len(view.interest_month_minor), dtype=np.int64)
        share = self.plan.budget_share / max(_held_share(view.interest_month_minor, best), 0.01)
        told[best] = np.rint(view.interest_month_minor[best] / 28 * share)
        return np.where(view.is_live, told, 0)


def _held_share(interest: np.ndarray, best: np.ndarray) -> float:
    total = float(interest.sum())
    return float(interest[best].sum()) / total if total else 1.0


@dataclass(frozen=True)
class BorrowBelowFloor:
    """Borrow a step when cash falls below the floor, up to the limit; pay back what lies above a line."""

    plan: BorrowingPlan = field(default_factory=BorrowingPlan)
    unit: int = 100
    """Minor units of one whole unit of the company's currency."""

    def borrow(self, view: CashView) -> int:
        """See Borrowing."""
        plan = self.plan
        if view.cash_minor < plan.floor * self.unit:
            return max(0, min(round(plan.step * self.unit), round(plan.limit * self.unit) - view.loan_minor))
        above = view.cash_minor - round(plan.repay_above * self.unit)
        return -min(view.loan_minor, above) if above > 0 else 0


@dataclass(frozen=True)
class Policies:
    """The four habits of a seller; what is not named is the default of the scenario."""

    ordering: Ordering = field(default_factory=ReorderPoint)
    pricing: Pricing = field(default_factory=ListPrices)
    advertising: Advertising = field(default_factory=ShareOfInterest)
    borrowing: Borrowing = field(default_factory=BorrowBelowFloor)
