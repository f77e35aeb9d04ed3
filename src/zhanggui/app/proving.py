"""The books of a workspace beside the truth of the simulated world whose files were imported: every difference, to the cent.

What the files of a channel can prove is said in `shopsim/exports/shown.py`; only that is compared, and all of it. It is
here, and not among the tests, because the demonstration shows it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from zhanggui.app.proving_company import company_checks
from zhanggui.app.proving_tables import Books, Check, Record, Told, Truth, differences, filled, minor_of
from zhanggui.app.workspace import Workspace
from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.exports.shown import SHOWN, Shown, term
from zhanggui.shopsim.world.whole import World

__all__ = ["Check", "prove_books"]

# States that the books may give an order which had come so far; a platform may close one that was given back.
_STATES = {
    "unpaid": {"pending_payment"},
    "paid": {"paid", "partially_shipped", "on_hold", "refunded_closed", "cancelled"},
    "shipped": {"shipped", "delivered", "completed", "refunded_closed", "returned", "cancelled"},
    "cancelled": {"cancelled", "refunded_closed"},
}


def prove_books(world: World, workspace: Workspace) -> list[Check]:
    """Compare everything that the files can prove, shop by shop, then what belongs to the company."""
    books = Books(workspace)
    truth = Truth(world)
    checks = [check for shop in world.shops for check in _ShopComparison(books, truth, shop).checks()]
    return [*checks, *company_checks(books, truth)]


class _ShopComparison:
    """One shop: what its files say beside what happened."""

    def __init__(self, books: Books, truth: Truth, shop: Any) -> None:
        self.books, self.truth, self.shop = books, truth, shop
        self.shown: Shown = SHOWN[shop.channel]
        self.known_at = truth.known_at(shop.shop_no)
        orders = truth.rows("orders")
        self.is_ours = (orders["shop"] == shop.code) & (orders["created_at"] <= self.known_at)
        self.orders = {name: values[self.is_ours] for name, values in orders.items()}
        self.name_of = dict(zip(orders["order_no"].tolist(), orders["platform_order_id"].tolist(), strict=True))
        self.paid_ids = set(self.orders["platform_order_id"][self.orders["paid_at"] <= self.known_at].tolist())
        self.state_of = dict(zip(self.orders["platform_order_id"].tolist(), self._states(), strict=True))

    def checks(self) -> Iterator[Check]:
        """Every comparison that the channel's files allow."""
        yield self._compare_orders()
        yield self._compare_states()
        yield self._compare_lines()
        refunded: dict[str, Callable[[], Check]] = {
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

    def _compare_orders(self) -> Check:
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
        return differences("order", self.shop.code, books, truth)

    def _created(self) -> list[Any]:
        """When orders were made, as exact as the files say."""
        unit, created = self.shown.precision, self.orders["created_at"]
        return created.astype(f"datetime64[{unit}]").tolist() if unit else [None] * len(created)

    def _order(self, row: Record, truth: Told) -> tuple[Any, ...]:
        expected = truth.get(row["platform_order_id"], ())
        told = [minor_of(row[column], row["currency"]) for column in self.shown.orders]
        return (
            row["created_at"],
            *("-" if expected[place : place + 1] == ("-",) else one for place, one in enumerate(told, 1)),
        )

    def _compare_states(self) -> Check:
        """How far every order has come, by the order's own state or, where files tell only those, its lines'."""
        rows = self.books.rows("orders", self.shop.code)
        if not any(row["status"] for row in rows):
            rows = self.books.rows("order_lines", self.shop.code)
        books: dict[str, str | None] = {}
        for row in rows:
            order_id, state = row["platform_order_id"], self.state_of.get(row["platform_order_id"], "unpaid")
            fits = row["status"] in _STATES[state] and books.get(order_id, state) == state
            books[order_id] = state if fits else row["status"]
        return differences("state", self.shop.code, books, self.state_of)

    def _compare_lines(self) -> Check:
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
                tuple(minor_of(row[column], row["currency"]) for column in self.shown.lines),
            )
            for row in self.books.rows("order_lines", self.shop.code)
            if not row["is_superseded"] and self._is_sold(row["platform_order_id"])
        )
        return differences("line", self.shop.code, books, truth)

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

    def _compare_claims(self) -> Check:
        truth = {claim: (order_id, amount, is_paid) for claim, order_id, amount, is_paid in self._claims()}
        books = {
            row["platform_refund_id"]: (
                row["platform_order_id"],
                minor_of(row["amount"] if row["amount_to_buyer"] is None else row["amount_to_buyer"], row["currency"]),
                row["status"] == "refunded",
            )
            for row in self.books.rows("refunds", self.shop.code)
        }
        return differences("claim", self.shop.code, books, truth)

    def _compare_refunds(self) -> Check:
        truth: Counter[str] = Counter()
        for _, order_id, amount, is_paid in self._claims():
            truth[order_id] += amount if is_paid else 0
        books: Counter[str] = Counter()
        table = {"orders": "orders", "lines": "order_lines"}[self.shown.refunded]
        for row in self.books.rows(table, self.shop.code):
            books[row["platform_order_id"]] += minor_of(row["refunded_amount"], row["currency"]) or 0
        return differences("refunded", self.shop.code, filled(books), filled(truth))

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

    def _compare_components(self) -> Check:
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
                books[order_id, one["component"]] += minor_of(one["amount"], row["currency"]) or 0
        return differences("ledger", self.shop.code, filled(books), filled(truth))

    def _wallet(self) -> list[Record]:
        rows = self.books.rows("settlement_lines", self.shop.code)
        return [
            row
            for row in rows
            if row["is_cash"] is not False and not row["account_id"].startswith("platform_statement")
        ]

    def _compare_gross(self) -> Check:
        truth: Counter[tuple[str, str]] = Counter()
        for order_id, component, amount, _ in self._entries():
            truth[order_id, "fee" if component == "payment_fee" and order_id else "gross"] += amount
        books: Counter[tuple[str, str]] = Counter()
        for row in self._wallet():
            for kind in ("gross", "fee"):
                books[row["platform_order_id"] or "", kind] += minor_of(row[f"{kind}_amount"], row["currency"]) or 0
        return differences("ledger", self.shop.code, filled(books), filled(truth))

    def _compare_payouts(self) -> Check:
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
            carried[row["platform_payout_id"] or ""] += minor_of(row["amount"], row["currency"]) or 0
        books = {
            row["platform_payout_id"]: (
                carried[row["platform_payout_id"]]
                if row["amount"] is None
                else minor_of(row["amount"], row["currency"])
            )
            for row in self.books.rows("payouts", self.shop.code)
        }
        return differences("payout", self.shop.code, books, truth)

    def _compare_fees(self, column: str, components: tuple[str, ...]) -> Check:
        truth: Counter[str] = Counter()
        for order_id, component, amount, _ in self._entries():
            if order_id in self.state_of:
                truth[order_id] -= amount if component in components else 0
        books = {
            row["platform_order_id"]: minor_of(row[column], row["currency"]) or 0
            for row in self.books.rows("orders", self.shop.code)
        }
        return differences(column, self.shop.code, filled(books), filled(truth))
