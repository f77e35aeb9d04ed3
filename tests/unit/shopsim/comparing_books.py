"""The books of a workspace beside the truth of the world whose files were imported: every difference, to the cent.

What the files of a channel can prove is said in `exports/shown.py`; only that is compared, and all of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from zhanggui.app.workspace import Workspace
from zhanggui.kernel.money import minor_unit_places
from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.exports.rendering import month_windows
from zhanggui.shopsim.exports.shown import SHOWN, Shown, term
from zhanggui.warehouse import Warehouse

Record = dict[str, Any]
Told = Mapping[Any, Any]

_SHOWN_AT_MOST = 8  # differences of one kind: one wrong column is told once, not ten thousand times

# States that the books may give an order which had come so far; a platform may close one that was given back.
_STATES = {
    "unpaid": {"pending_payment"},
    "paid": {"paid", "partially_shipped", "on_hold", "refunded_closed", "cancelled"},
    "shipped": {"shipped", "delivered", "completed", "refunded_closed", "returned", "cancelled"},
    "cancelled": {"cancelled", "refunded_closed"},
}


def compare_with_truth(world: Any, workspace: Workspace) -> list[str]:
    """Every difference between the imported books and the chronicle; empty when they are equal."""
    books = _Books(workspace)
    truth = _Truth(world)
    found: list[str] = []
    for shop in world.shops:
        comparison = _ShopComparison(books, truth, shop)
        found += [difference for check in comparison.checks() for difference in check]
    for check in (_compare_bank, _compare_purchases, _compare_parcels, _compare_stock):
        found += check(books, truth)
    return found


def _differences(what: str, books: Told, truth: Told) -> list[str]:
    """Keys that only one side knows, and values that differ."""
    keys = [key for key in {**truth, **books} if books.get(key) != truth.get(key)]
    told = [f"{what} {key}: books {books.get(key)}, truth {truth.get(key)}" for key in keys[:_SHOWN_AT_MOST]]
    return [*told, f"{what}: {len(keys)} differences"] if len(keys) > _SHOWN_AT_MOST else told


def _filled(sums: Mapping[Any, int]) -> dict[Any, int]:
    """Sums that are not zero: a row of nothing may be told or left out."""
    return {key: value for key, value in sums.items() if value}


class _Books:
    """Tables of the imported books as records, read once."""

    def __init__(self, workspace: Workspace) -> None:
        with Warehouse.open(workspace.root, read_only=True) as warehouse:
            self._tables = {name: warehouse.fetch(warehouse.table(name)).to_pylist() for name in _TABLES}

    def rows(self, table: str, shop: str | None = None) -> list[Record]:
        """The rows of a table, of one shop where it is named."""
        return [row for row in self._tables[table] if shop is None or row["shop_id"] == shop]


_TABLES = (
    "orders order_lines refunds settlement_lines settlement_components payouts bank_transactions purchase_orders"
    " purchase_order_lines shipment_charges stock_levels"
).split()


def _minor(amount: Decimal | None, currency: str | None) -> int | None:
    """An amount of the books in minor units; it must be a whole number of them."""
    if amount is None:
        return None
    scaled = amount.scaleb(minor_unit_places(currency or "CNY"))
    assert scaled == scaled.to_integral_value(), f"{amount} {currency}"
    return int(scaled)


class _Truth:
    """The chronicle as records, and when its files were made."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.code = {no: str(code) for no, code in enumerate(world.products.code)}

    def rows(self, table: str) -> dict[str, np.ndarray]:
        """A table of the chronicle."""
        return dict(self.world.chronicle.columns(table))

    def known_at(self, shop_no: int | None = None) -> np.datetime64:
        """Up to when the last files of a shop (None: of the company) tell."""
        return month_windows(self.world, shop_no)[-1].known_at


class _ShopComparison:
    """One shop: what its files say beside what happened."""

    def __init__(self, books: _Books, truth: _Truth, shop: Any) -> None:
        self.books, self.truth, self.shop = books, truth, shop
        self.shown: Shown = SHOWN[shop.channel]
        self.known_at = truth.known_at(shop.shop_no)
        orders = truth.rows("orders")
        self.is_ours = (orders["shop"] == shop.code) & (orders["created_at"] <= self.known_at)
        self.orders = {name: values[self.is_ours] for name, values in orders.items()}
        self.name_of = dict(zip(orders["order_no"].tolist(), orders["platform_order_id"].tolist(), strict=True))
        self.paid_ids = set(self.orders["platform_order_id"][self.orders["paid_at"] <= self.known_at].tolist())
        self.state_of = dict(zip(self.orders["platform_order_id"].tolist(), self._states(), strict=True))

    def checks(self) -> Iterator[list[str]]:
        """Every comparison that the channel's files allow."""
        yield self._compare_orders()
        yield self._compare_states()
        yield self._compare_lines()
        refunded: dict[str, Callable[[], list[str]]] = {
            "claims": self._compare_claims, "orders": self._compare_refunds, "lines": self._compare_refunds
        }  # fmt: skip
        ledger = {"components": self._compare_components, "gross and fee": self._compare_gross}
        if self.shown.refunded:
            yield refunded[self.shown.refunded]()
        if self.shown.ledger:
            yield ledger[self.shown.ledger]()
        if self.shown.has_payouts:
            yield self._compare_payouts()
        for column, components in self.shown.fees.items():
            yield self._compare_fees(column, components)

    def _come(self, column: str) -> np.ndarray:
        return np.asarray(self.orders[column] <= self.known_at)

    def _states(self) -> list[str]:
        steps = np.where(self._come("shipped_at"), "shipped", np.where(self._come("paid_at"), "paid", "unpaid"))
        return list(np.where(self._come("cancelled_at"), "cancelled", steps).tolist())

    def _is_sold(self, order_id: str) -> bool:
        """Whether the order's amounts are told at all."""
        return not self.shown.is_blank_unsold or self.state_of.get(order_id) in ("paid", "shipped")

    # orders -----------------------------------------------------------------------------------------------

    def _compare_orders(self) -> list[str]:
        amounts = {column: term(self.orders, told) for column, told in self.shown.orders.items()}
        paid = self._come("paid_at")
        truth = {
            order_id: (
                created,
                *(
                    int(minor[row]) if paid[row] or column not in self.shown.paid_only else "-"
                    for column, minor in amounts.items()
                ),
            )
            for row, (order_id, created) in enumerate(
                zip(
                    self.orders["platform_order_id"].tolist(),
                    self._created(),
                    strict=True,
                )
            )
        }
        books = {row["platform_order_id"]: self._order(row, truth) for row in self.books.rows("orders", self.shop.code)}
        return _differences(f"{self.shop.code} order", books, truth)

    def _created(self) -> list[Any]:
        """When orders were made, as exact as the files say."""
        unit, created = self.shown.precision, self.orders["created_at"]
        return created.astype(f"datetime64[{unit}]").tolist() if unit else [None] * len(created)

    def _order(self, row: Record, truth: Told) -> tuple[Any, ...]:
        expected = truth.get(row["platform_order_id"], ())
        told = [_minor(row[column], row["currency"]) for column in self.shown.orders]
        return (
            row["created_at"],
            *("-" if expected[place : place + 1] == ("-",) else one for place, one in enumerate(told, 1)),
        )

    def _compare_states(self) -> list[str]:
        wrong = {
            row["platform_order_id"]: (row["status"], self.state_of.get(row["platform_order_id"]))
            for row in self.books.rows("orders", self.shop.code)
            if row["status"] and row["status"] not in _STATES[self.state_of.get(row["platform_order_id"], "unpaid")]
        }
        return _differences(f"{self.shop.code} state", wrong, {})

    def _compare_lines(self) -> list[str]:
        lines = self.truth.rows("lines")
        names = [self.name_of[number] for number in lines["order_no"].tolist()]
        amounts = zip(*(term(lines, told).tolist() for told in self.shown.lines.values()), strict=True)
        codes = [self.truth.code[number] for number in lines["sku_no"].tolist()]
        told = zip(names, codes, lines["quantity"].tolist(), amounts, strict=True)
        truth = Counter(self._line(*row) for row in told if row[0] in self.state_of and self._is_sold(row[0]))
        books = Counter(
            self._line(
                row["platform_order_id"],
                row["seller_sku_code"],
                int(row["quantity"]),
                tuple(_minor(row[column], row["currency"]) for column in self.shown.lines),
            )
            for row in self.books.rows("order_lines", self.shop.code)
            if not row["is_superseded"] and self._is_sold(row["platform_order_id"])
        )
        return _differences(f"{self.shop.code} line", books, truth)

    def _line(self, order_id: str, code: str, quantity: int, amounts: tuple[Any, ...]) -> tuple[Any, ...]:
        """A line as it is compared: amounts that mean nothing before payment are left out of unpaid ones."""
        is_paid = order_id in self.paid_ids
        told = zip(self.shown.lines, amounts, strict=True)
        return (
            order_id,
            code,
            quantity,
            *(one if is_paid or name not in self.shown.paid_only else "-" for name, one in told),
        )

    # refunds ----------------------------------------------------------------------------------------------

    def _claims(self) -> Iterator[tuple[str, str, int, bool]]:
        """Number, order, amount and whether the money went back, of each claim that was made by then."""
        refunds = self.truth.rows("refunds")
        columns = ("platform_refund_id", "order_no", "amount_minor", "requested_at", "refunded_at")
        for claim, order_no, amount, requested, refunded in zip(*(refunds[name] for name in columns), strict=True):
            if self.name_of[int(order_no)] in self.state_of and requested <= self.known_at:
                yield str(claim), self.name_of[int(order_no)], int(amount), bool(refunded <= self.known_at)

    def _compare_claims(self) -> list[str]:
        truth = {claim: (order_id, amount, is_paid) for claim, order_id, amount, is_paid in self._claims()}
        books = {
            row["platform_refund_id"]: (
                row["platform_order_id"],
                _minor(row["amount"] if row["amount_to_buyer"] is None else row["amount_to_buyer"], row["currency"]),
                row["status"] == "refunded",
            )
            for row in self.books.rows("refunds", self.shop.code)
        }
        return _differences(f"{self.shop.code} claim", books, truth)

    def _compare_refunds(self) -> list[str]:
        truth: Counter[str] = Counter()
        for _, order_id, amount, is_paid in self._claims():
            truth[order_id] += amount if is_paid else 0
        books: Counter[str] = Counter()
        table = {"orders": "orders", "lines": "order_lines"}[self.shown.refunded]
        for row in self.books.rows(table, self.shop.code):
            books[row["platform_order_id"]] += _minor(row["refunded_amount"], row["currency"]) or 0
        return _differences(f"{self.shop.code} refunded", _filled(books), _filled(truth))

    # the wallet -------------------------------------------------------------------------------------------

    def _entries(self) -> Iterator[tuple[str, str, int, int]]:
        """Order, component, amount and payout of each entry that the files can tell."""
        ledger, payouts = self.truth.rows("ledger"), self.truth.rows("payouts")
        ended = dict(zip(payouts["payout_no"].tolist(), payouts["period_end"], strict=True))
        columns = ("shop", "posted_at", "component", "order_no", "amount_minor", "payout_no")
        for shop, posted, component, order_no, amount, payout in zip(*(ledger[name] for name in columns), strict=True):
            is_told = shop == self.shop.code and posted <= self.known_at and component not in self.shown.without
            if is_told and self.shown.is_settled_only:
                is_told = int(payout) != NONE and bool(ended[int(payout)] <= self.known_at)
            if is_told:
                yield self.name_of.get(int(order_no), ""), str(component), int(amount), int(payout)

    def _compare_components(self) -> list[str]:
        by_order = bool(self.shown.entry_order)
        truth: Counter[tuple[str, str]] = Counter()
        for order_id, component, amount, _ in self._entries():
            truth[order_id if by_order else "", component] += amount
        parts: defaultdict[tuple[str, str], list[Record]] = defaultdict(list)
        for one in self.books.rows("settlement_components"):
            if not one["is_total"]:
                parts[one["account_id"], one["line_key"]].append(one)
        books: Counter[tuple[str, str]] = Counter()
        for row in self._wallet():
            order_id = (row[self.shown.entry_order] or "") if by_order else ""
            for one in parts[row["account_id"], row["line_key"]] if row["has_components"] else [row]:
                books[order_id, one["component"]] += _minor(one["amount"], row["currency"]) or 0
        return _differences(f"{self.shop.code} ledger", _filled(books), _filled(truth))

    def _wallet(self) -> list[Record]:
        rows = self.books.rows("settlement_lines", self.shop.code)
        return [
            row
            for row in rows
            if row["is_cash"] is not False and not row["account_id"].startswith("platform_statement")
        ]

    def _compare_gross(self) -> list[str]:
        truth: Counter[tuple[str, str]] = Counter()
        for order_id, component, amount, _ in self._entries():
            truth[order_id, "fee" if component == "payment_fee" and order_id else "gross"] += amount
        books: Counter[tuple[str, str]] = Counter()
        for row in self._wallet():
            for kind in ("gross", "fee"):
                books[row["platform_order_id"] or "", kind] += _minor(row[f"{kind}_amount"], row["currency"]) or 0
        return _differences(f"{self.shop.code} ledger", _filled(books), _filled(truth))

    def _compare_payouts(self) -> list[str]:
        """Every payout that was sent, by its amount; where a file states none, by what it carries."""
        payouts = self.truth.rows("payouts")
        last = "period_end" if self.shown.is_settled_only else "paid_at"
        truth = {
            str(number): int(amount)
            for number, amount, shop, at in zip(
                payouts["platform_payout_id"], payouts["amount_minor"], payouts["shop"], payouts[last], strict=True
            )
            if shop == self.shop.code and at <= self.known_at
        }
        carried: Counter[str] = Counter()
        for row in self._wallet():
            carried[row["platform_payout_id"] or ""] += _minor(row["amount"], row["currency"]) or 0
        books = {
            row["platform_payout_id"]: (
                carried[row["platform_payout_id"]] if row["amount"] is None else _minor(row["amount"], row["currency"])
            )
            for row in self.books.rows("payouts", self.shop.code)
        }
        return _differences(f"{self.shop.code} payout", books, truth)

    def _compare_fees(self, column: str, components: tuple[str, ...]) -> list[str]:
        truth: Counter[str] = Counter()
        for order_id, component, amount, _ in self._entries():
            if order_id in self.state_of:
                truth[order_id] -= amount if component in components else 0
        books = {
            row["platform_order_id"]: _minor(row[column], row["currency"]) or 0
            for row in self.books.rows("orders", self.shop.code)
        }
        return _differences(f"{self.shop.code} {column}", _filled(books), _filled(truth))


# the company ------------------------------------------------------------------------------------------------


def _compare_bank(books: _Books, truth: _Truth) -> list[str]:
    bank = truth.rows("bank")
    last = month_windows(truth.world)[-1].covers_to
    told = zip(bank["currency"].tolist(), bank["booked_on"].tolist(), bank["amount_minor"].tolist(), strict=True)
    expected = Counter(row for row in told if np.datetime64(row[1], "D") <= last)
    found = Counter(
        (row["currency"], row["booked_on"], _minor(row["amount"], row["currency"]))
        for row in books.rows("bank_transactions")
    )
    return _differences("bank", found, expected)


def _compare_purchases(books: _Books, truth: _Truth) -> list[str]:
    orders, lines = truth.rows("purchases"), truth.rows("purchase_lines")
    made = orders["created_at"] <= truth.known_at()
    columns = ("platform_order_id", "goods_minor", "shipping_minor", "paid_minor")
    names = dict(zip(orders["po_no"][made].tolist(), orders["platform_order_id"][made].tolist(), strict=True))
    expected = {row[0]: row[1:] for row in zip(*(orders[name][made].tolist() for name in columns), strict=True)}
    found = {
        row["platform_order_id"]: tuple(
            _minor(row[name], row["currency"]) for name in ("goods_amount", "shipping_amount", "paid_amount")
        )
        for row in books.rows("purchase_orders")
    }
    told = zip(lines["po_no"].tolist(), lines["quantity"].tolist(), lines["unit_price_minor"].tolist(), strict=True)
    expected_lines = Counter((names[number], *rest) for number, *rest in told if number in names)
    found_lines = Counter(
        (row["platform_order_id"], int(row["quantity"]), _minor(row["unit_price"], row["currency"]))
        for row in books.rows("purchase_order_lines")
    )
    return [*_differences("purchase", found, expected), *_differences("purchase line", found_lines, expected_lines)]


def _compare_parcels(books: _Books, truth: _Truth) -> list[str]:
    """What carriers billed in yuan; there is no format for the bills of foreign carriers."""
    parcels = truth.rows("parcels")
    parcels = {name: values[parcels["currency"] == "CNY"] for name, values in parcels.items()}
    expected: Counter[str] = Counter()
    columns = ("tracking_no", "billed_minor", "is_duplicate_billed", "shipped_at")
    for tracking, billed, is_double, shipped in zip(*(parcels[name] for name in columns), strict=True):
        expected[str(tracking)] += int(billed) * (1 + int(is_double)) if shipped <= truth.known_at() else 0
    found: Counter[str] = Counter()
    for row in books.rows("shipment_charges"):
        found[row["tracking_number"]] += _minor(row["amount"], row["currency"]) or 0
    return _differences("parcel charge", _filled(found), _filled(expected))


def _compare_stock(books: _Books, truth: _Truth) -> list[str]:
    """Every statement of stock beside the stock at the end of that day."""
    stock, world = truth.rows("stock"), truth.world
    place_of = {name: each.code for each in world.warehouses for name in (each.code, each.name)}
    place_of.update(("FBA", each.code) for each in world.warehouses if each.kind == "fba")
    told = zip(
        stock["day"].tolist(),
        stock["warehouse"].tolist(),
        stock["sku_no"].tolist(),
        stock["on_hand"].tolist(),
        strict=True,
    )
    there = {(day, warehouse, truth.code[sku]): on_hand for day, warehouse, sku, on_hand in told}
    found = {
        (row["as_of_on"], place_of.get(row["warehouse_id"].split("/")[-1]), row["seller_sku_code"]): int(row["on_hand"])
        for row in books.rows("stock_levels")
    }
    return _differences("stock", found, {key: there.get(key) for key in found}) + _missing_stock(truth, found, there)


def _missing_stock(truth: _Truth, found: Told, there: Told) -> list[str]:
    """What shops that tell their stock leave out of it at the end."""
    world, missing = truth.world, []
    for shop in world.shops:
        kind, warehouse = SHOWN[shop.channel].stock, world.warehouses[shop.warehouse_no]
        if kind in ("listed", warehouse.kind):
            day = month_windows(world, shop.shop_no)[-1].covers_to.item()
            own = world.listings.sku_no[world.listings.shop_no == shop.shop_no].tolist()
            wanted = [(day, warehouse.code, truth.code[sku]) for sku in own]
            missing += [f"{shop.code} stock {key}: missing" for key in wanted if key in there and key not in found]
    return missing
