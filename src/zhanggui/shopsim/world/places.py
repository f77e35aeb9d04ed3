"""The standing parts of a world as records and columns: shops, warehouses, suppliers, products, listings, buyers.

Numbers (`shop_no`, `sku_no`, …) are positions in these columns, so that the engine indexes arrays and never searches.
Amounts are minor units; a product's cost is in the company's currency, a listing's price in its shop's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Shop:
    """One shop on one channel; `code` is the books' shop_id (`channel/name`), `folder` its folder of exports."""

    shop_no: int
    code: str
    channel: str
    name: str
    folder: str
    currency: str
    timezone: str
    country: str
    marketplace: str
    warehouse_no: int
    weight: float
    options: Mapping[str, Any]


@dataclass(frozen=True)
class Warehouse:
    """A place of stock; kind is own, fba or overseas. `lead_days` is added to a supplier's lead time (the sea)."""

    warehouse_no: int
    code: str
    name: str
    kind: str
    country: str
    province: str
    lead_days: int


@dataclass(frozen=True)
class Supplier:
    """Who delivers: lead time is gamma distributed, a share of deliveries falls short, some close over Spring Festival."""

    supplier_no: int
    name: str
    country: str
    lead_mean_days: float
    lead_sd_days: float
    short_share: float
    short_depth: float
    moq_units: int
    closes_spring_festival: bool
    payment_terms_days: int


@dataclass(frozen=True)
class Category:
    """A kind of goods and how it sells; shares are between 0 and 1."""

    category_no: int
    code: str
    zh: str
    en: str
    elasticity: float
    return_share: float
    shelf_life_days: int
    season: np.ndarray
    """Twelve multipliers of the months, mean 1."""
    weather_sensitivity: float
    cross_effect: float
    basket_lines: float
    search_terms: tuple[str, ...]


@dataclass(frozen=True)
class Products:
    """One row per SKU. A bundle (`is_bundle`) has no stock of its own: its `components` have."""

    code: np.ndarray
    barcode: np.ndarray
    name_zh: np.ndarray
    name_en: np.ndarray
    category_no: np.ndarray
    supplier_no: np.ndarray
    cost_minor: np.ndarray
    price_minor: np.ndarray
    pack_units: np.ndarray
    weight_grams: np.ndarray
    volume_cm3: np.ndarray
    shelf_life_days: np.ndarray
    return_share: np.ndarray
    popularity: np.ndarray
    """Expected units a day over all shops at scale 1."""
    dispersion: np.ndarray
    """k of the negative binomial; inf is Poisson."""
    lump_units: np.ndarray
    """Mean units of one demand event (1: singles)."""
    launched: np.ndarray
    """Day index of the launch; negative: long ago."""
    retired: np.ndarray
    """Day index of the end; beyond the horizon: never."""
    is_bundle: np.ndarray
    components: Mapping[int, tuple[tuple[int, int], ...]]
    """(sku_no, units) of each bundle."""

    @property
    def count(self) -> int:
        """How many SKUs there are."""
        return len(self.code)


@dataclass(frozen=True)
class Listings:
    """One row per offer of a SKU in a shop, as its platform numbers it."""

    shop_no: np.ndarray
    sku_no: np.ndarray
    platform_product_id: np.ndarray
    platform_sku_id: np.ndarray
    merchant_code: np.ndarray
    title: np.ndarray
    list_price_minor: np.ndarray
    share: np.ndarray
    """Share of the SKU's demand that falls on this shop."""
    warehouse_no: np.ndarray

    @property
    def count(self) -> int:
        """How many listings there are."""
        return len(self.shop_no)


@dataclass(frozen=True)
class Buyers:
    """One row per buyer of a shop. `rate` is purchases a day while alive (gamma), dropout is chance after each one."""

    shop_no: np.ndarray
    nickname: np.ndarray
    full_name: np.ndarray
    phone: np.ndarray
    country: np.ndarray
    province: np.ndarray
    city: np.ndarray
    street: np.ndarray
    postcode: np.ndarray
    language: np.ndarray
    rate: np.ndarray
    dropout: np.ndarray

    @property
    def count(self) -> int:
        """How many buyers there are."""
        return len(self.shop_no)
