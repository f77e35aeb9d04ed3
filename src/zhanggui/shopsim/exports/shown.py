"""Which truth the files of each channel can prove: what the books must equal to the cent after an import, and what they cannot know.

A term is a signed sum of the chronicle's columns, `goods -seller_discount shipping`, each without its `_minor`; `gross` is
list price by quantity. What is not named here is in no file of the channel, and nobody may compare it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

Rows = Mapping[str, np.ndarray]

_LINE = {"gross_amount": "gross"}
_BORNE = {"seller_discount_amount": "seller_discount", "platform_discount_amount": "platform_discount"}


@dataclass(frozen=True)
class Shown:
    """What the files of one channel tell."""

    orders: Mapping[str, str] = field(default_factory=dict)
    """Amounts of an order, by the books' column."""
    lines: Mapping[str, str] = field(default_factory=dict)
    """Amounts of a line, by the books' column."""
    paid_only: tuple[str, ...] = ("paid_amount",)
    """Of these, amounts that mean nothing before the order is paid."""
    is_blank_unsold: bool = False
    """Whether orders that are unpaid or cancelled show no amounts."""
    refunded: str = ""
    """Where money that went back is told: `claims`, `orders`, `lines`, or nowhere but in the ledger."""
    ledger: str = ""
    """How the wallet is told: `components`, each by itself; `gross and fee`; or not at all."""
    without: tuple[str, ...] = ()
    """Components that stand in the wallet and in no row of its files."""
    is_settled_only: bool = False
    """Whether an entry is told only with the closed settlement that carries it."""
    entry_order: str = "platform_order_id"
    """The books' column by which an entry knows its order; empty where its files do not say."""
    fees: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Fees that stand on the order, positive, by the books' column: the components of the ledger that they sum."""
    stock: str = ""
    """Kind of warehouse whose stock the channel tells: `fba`, `listed` (that of the shop), or none."""
    has_payouts: bool = False
    """Whether payouts are stated as such."""
    precision: str = "s"
    """Unit of the time at which an order was made; empty where it is not told."""


SHOWN: dict[str, Shown] = {
    "amazon": Shown(
        lines={**_LINE, "discount_amount": "seller_discount platform_discount", "tax_amount": "tax"},
        is_blank_unsold=True,
        ledger="components",
        without=("payout",),
        is_settled_only=True,
        has_payouts=True,
        stock="fba",
    ),
    "shopify": Shown(
        orders={
            "goods_amount": "goods -seller_discount -platform_discount",
            "shipping_amount": "shipping",
            "tax_amount": "tax",
            "discount_amount": "seller_discount platform_discount",
            "total_amount": "paid",
            "paid_amount": "paid",
        },
        lines={**_LINE, "discount_amount": "seller_discount platform_discount"},
        refunded="orders",
        ledger="gross and fee",
        without=("payout",),
        has_payouts=True,
        stock="listed",
    ),
    "shopee": Shown(
        orders={"shipping_amount": "shipping", "total_amount": "paid", "paid_amount": "paid"},
        lines={
            **_LINE,
            "discount_amount": "seller_discount platform_discount",
            **_BORNE,
            "total_amount": "gross -seller_discount -platform_discount",
        },
        fees={"platform_fee_amount": ("commission", "platform_fee", "payment_fee")},
        precision="m",
    ),
    "tiktok_shop": Shown(
        orders={"shipping_amount": "shipping", "tax_amount": "tax", "total_amount": "paid", "paid_amount": "paid"},
        lines={
            **_LINE,
            **_BORNE,
            "total_amount": "gross -seller_discount -platform_discount",
        },
        refunded="orders",
    ),
    "weixin_shop": Shown(
        orders={
            "goods_amount": "goods",
            "shipping_amount": "shipping",
            "discount_amount": "seller_discount platform_discount",
            "paid_amount": "paid",
            "seller_receivable_amount": "seller_receivable",
        },
        lines={**_LINE, "platform_discount_amount": "platform_discount", "paid_amount": "paid"},
        refunded="lines",
        ledger="components",
        has_payouts=True,
        fees={"platform_fee_amount": ("platform_fee",), "affiliate_fee_amount": ("affiliate_commission",)},
    ),
    "pdd": Shown(
        orders={
            **_BORNE,
            "goods_amount": "goods",
            "shipping_amount": "shipping",
            "paid_amount": "paid",
            "seller_receivable_amount": "seller_receivable",
        },
        lines={**_LINE, **_BORNE},
        ledger="components",
        precision="",
    ),
    "jd": Shown(
        orders={
            "shipping_amount": "shipping",
            "total_amount": "goods -seller_discount shipping",
            "payable_amount": "paid",
            "paid_amount": "paid",
            "seller_receivable_amount": "seller_receivable",
        },
        lines=_LINE,
        ledger="components",
    ),
    "douyin": Shown(
        lines={**_LINE, **_BORNE, "discount_amount": "seller_discount platform_discount"},
        refunded="claims",
        ledger="components",
    ),
    "xhs": Shown(
        lines={**_LINE, **_BORNE, "paid_amount": "paid", "seller_receivable_amount": "paid platform_discount"},
        ledger="components",
    ),
    "taobao": Shown(
        orders={
            "goods_amount": "goods -seller_discount",
            "shipping_amount": "shipping",
            "total_amount": "goods -seller_discount shipping",
            "paid_amount": "paid",
        },
        lines={**_LINE, "total_amount": "gross -seller_discount", "paid_amount": "paid"},
        refunded="claims",
        ledger="components",
    ),
}
"""By channel."""
SHOWN["tmall"] = SHOWN["taobao"]


def term(rows: Rows, told: str) -> np.ndarray:
    """The value of a term for each row, in minor units."""
    total = np.zeros(len(next(iter(rows.values()))), np.int64)
    for word in told.split():
        column = f"{word.lstrip('-')}_minor"
        values = rows["list_price_minor"] * rows["quantity"] if column == "gross_minor" else rows[column]
        total = total - values if word.startswith("-") else total + values
    return total
