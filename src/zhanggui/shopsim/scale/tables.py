"""Which column of the published tables says what: orders, lines, claims, ledger entries, payouts, and the standing ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import numpy as np
import pyarrow as pa

from zhanggui.kernel.money import minor_unit_places
from zhanggui.shopsim.business.aftersales import REASONS
from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.market.baskets import PAYMENT_METHODS
from zhanggui.shopsim.scale import chances
from zhanggui.shopsim.scale.claims import CLAIM_STATES, ORDER_STATES
from zhanggui.shopsim.scale.digits import blank_rows, put_hex, put_number, texts
from zhanggui.shopsim.scale.ledgers import Entries, Ledger, Payouts, Texts
from zhanggui.shopsim.scale.numbers import Numbered, claim_numbers, line_numbers, order_numbers
from zhanggui.shopsim.scale.orders import NEVER, Columns, Drawn
from zhanggui.shopsim.scale.periods import Period, local_days
from zhanggui.shopsim.scale.sellers import Group, currency_scale
from zhanggui.shopsim.scale.shaping import (
    Fields,
    Words,
    always,
    amounts,
    dates,
    flags,
    instants,
    looked_up,
    pieces,
    pointing,
    shape,
    whole,
)  # fmt: skip
from zhanggui.shopsim.world.people import places_of

SOURCE_ID = "simulated"
"""Stands where the id of a received file stands in books: no file states these facts."""

Tables = dict[str, pa.Table]


@dataclass(frozen=True)
class Writer:
    """Shapes the tables of one group."""

    group: Group
    first_day: int
    """Day number (since 1970) of the world's first day."""
    ended_at: np.ndarray
    """[shop] UTC seconds at which what is known ends."""

    @cached_property
    def scale(self) -> np.ndarray:
        """[shop] ten-thousandths in a minor unit of its currency."""
        return np.array([currency_scale(each) for each in self.group.shops])

    @property
    def base_scale(self) -> int:
        """The same for the company's currency."""
        return int(10 ** (4 - minor_unit_places(self.group.company.company.currency)))

    @cached_property
    def shop_ids(self) -> Words:
        """[shop] ids as the books have them."""
        return Words([each.shop.code for each in self.group.shops])

    @cached_property
    def currencies(self) -> Words:
        """[shop] what it sells in."""
        return Words([each.shop.currency for each in self.group.shops])

    @cached_property
    def accounts(self) -> Words:
        """[shop] ids of the accounts in which the platforms keep the money."""
        return Words([each.account for each in self.group.shops])

    @cached_property
    def goods(self) -> dict[str, Words]:
        """By column: what the listings say of themselves, [listing]."""
        goods = self.group.goods
        return {
            "platform_listing_id": Words(goods.platform_product_id.tolist()),
            "seller_sku_code": Words(goods.sku_code.tolist()),
            "title": Words(goods.title.tolist()),
        }

    @cached_property
    def payout_names(self) -> Words:
        """[day] numbers of the payouts made on it."""
        company = self.group.company.company
        return Words([f"PO{company.started_on + timedelta(days=place):%Y%m%d}" for place in range(company.days)])

    @cached_property
    def _salts(self) -> np.ndarray:
        streams = (self.group.draws.stream("canonical buyers", each.shop.code) for each in self.group.shops)
        return np.array([stream.integers(1 << 63) for stream in streams]).astype(np.uint64)

    def source(self, count: int) -> Fields:
        """The columns that every stated fact has."""
        stated = instants(np.full(count, int(self.ended_at.max())))
        return {"source_file_id": always(SOURCE_ID, count), "stated_at": stated}

    def of_shop(self, shop: np.ndarray) -> Fields:
        """Whose a row is, and its currency."""
        return {"shop_id": looked_up(self.shop_ids, shop), "currency": looked_up(self.currencies, shop)}

    def days(self, drawn: Drawn, shop: np.ndarray, at: np.ndarray) -> pa.Array:
        """Dates of instants in each shop's zone."""
        known = at < NEVER
        return dates(local_days(drawn.clocks, shop, np.where(known, at, self.ended_at[shop])), self.first_day, known)

    def name_rows(self, period: Period, drawn: Drawn, claims: Columns) -> Texts:
        """Numbers of orders, lines and claims in the shapes of their channels."""
        orders, lines = drawn.orders, drawn.lines
        day_text = np.array([int(f"{day:%y%m%d}") for day in period.dates])[orders["day"]]
        channels = [each.shop.channel for each in self.group.shops]
        seller = np.array([each.seller_no for each in self.group.shops])
        told: tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]] = ([], [], [])
        for channel in dict.fromkeys(channels):
            first = channels.index(channel)
            ends = (first, first + channels.count(channel))
            own, of_line, of_claim = (
                slice(*np.searchsorted(shop, ends).tolist())
                for shop in (orders["shop"], lines["shop"], lines["shop"][claims["line"]])
            )
            of = Numbered(seller[orders["shop"][own]], orders["running"][own], orders["tail"][own], day_text[own])
            rows = order_numbers(channel, of)
            line = claims["line"][of_claim]
            told[0].append(rows)
            told[1].append(line_numbers(rows, lines["order"][of_line] - own.start, lines["line_no"][of_line]))
            told[2].append(claim_numbers(rows, lines["order"][line] - own.start, lines["line_no"][line]))
        return Texts(*(texts(parts) for parts in told))

    def tell_orders(self, drawn: Drawn, named: Texts) -> pa.Table:
        """The table `orders`."""
        orders, shop = drawn.orders, drawn.orders["shop"]
        count, scale = len(shop), self.scale[shop]
        is_paid = orders["paid"] < NEVER
        goods = orders["paid_goods"]
        total = goods + orders["shipping"] + orders["tax"]
        discount = orders["seller_discount"] + orders["platform_discount"]
        moments = {f"{name}_at": instants(orders[name]) for name in ("created", "paid", "shipped", "completed")}
        on = {f"{name}_on": self.days(drawn, shop, orders[name]) for name in ("paid", "shipped", "completed")}
        money = {
            "goods_amount": orders["gross"], "shipping_amount": orders["shipping"], "tax_amount": orders["tax"],
            "discount_amount": discount, "seller_discount_amount": orders["seller_discount"],
            "platform_discount_amount": orders["platform_discount"], "total_amount": total, "payable_amount": total,
            "seller_receivable_amount": goods + orders["platform_discount"] + orders["shipping"],
            "refunded_amount": orders["refunded"],
        }  # fmt: skip
        return shape("orders", count, {
            **self.of_shop(shop), "platform_order_id": named.order, "kind": always("normal", count),
            "status": looked_up(ORDER_STATES, orders["state"]), "refund_state": looked_up(CLAIM_STATES, orders["claim_state"]),
            **moments, **on, "created_on": dates(local_days(drawn.clocks, shop, orders["created"]), self.first_day),
            "cancelled_at": instants(orders["cancelled"]), **{name: amounts(minor, scale) for name, minor in money.items()},
            "paid_amount": amounts(total, scale, is_paid), "buyer_key": self._buyer_keys(orders),
            "item_quantity": pieces(orders["quantity"]), "distinct_item_count": whole(orders["line_count"]),
            **self._places(orders), **self.source(count),
        })  # fmt: skip

    def _buyer_keys(self, orders: Columns) -> pa.Array:
        """A hash of shop and buyer for each order: sixteen hexadecimal digits."""
        with np.errstate(over="ignore"):
            mixed = (orders["buyer"].astype(np.uint64) + self._salts[orders["shop"]]) * np.uint64(0x9E3779B97F4A7C15)
            mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            mixed ^= mixed >> np.uint64(27)
        rows = blank_rows(len(mixed), "0" * 16)
        put_hex(rows, 0, mixed)
        return texts([rows])

    def _places(self, orders: Columns) -> Fields:
        """Country and province of delivery, and how was paid."""
        shop, countries = orders["shop"], [each.shop.country for each in self.group.shops]
        known = sorted(set(countries))
        country = np.array([known.index(each) for each in countries])[shop]
        names: list[str] = []
        province = np.zeros(len(shop), dtype=np.int64)
        for number, code in enumerate(known):
            provinces, weights = places_of(code)
            rows = np.flatnonzero(country == number)
            province[rows] = len(names) + chances.weighted(weights)[orders["place"][rows]]
            names += provinces
        methods = [PAYMENT_METHODS.get(each.shop.channel, "other") for each in self.group.shops]
        return {
            "country": looked_up(known, country), "province": looked_up(names, province),
            "payment_method": looked_up(methods, shop),
        }  # fmt: skip

    def tell_lines(self, drawn: Drawn, named: Texts) -> pa.Table:
        """The table `order_lines`."""
        orders, lines = drawn.orders, drawn.lines
        shop, place = lines["shop"], lines["order"]
        count, scale = len(shop), self.scale[shop]
        money = {
            "list_price": lines["price"], "unit_price": lines["price"], "gross_amount": lines["gross"],
            "discount_amount": lines["seller_discount"] + lines["platform_discount"],
            "seller_discount_amount": lines["seller_discount"], "platform_discount_amount": lines["platform_discount"],
            "tax_amount": lines["tax"], "total_amount": lines["paid"], "seller_receivable_amount": lines["receivable"],
            "refunded_amount": lines["refunded"],
        }  # fmt: skip
        shipped = orders["shipped"][place]
        return shape("order_lines", count, {
            **self.of_shop(shop), "platform_order_id": pointing(named.order, place), "line_key": named.line,
            "platform_line_id": named.line, "identity_rank": whole(np.full(count, 2)),
            **{name: looked_up(words, lines["listing"]) for name, words in self.goods.items()}, "quantity": pieces(lines["quantity"]),
            "quantity_shipped": pieces(np.where(shipped < NEVER, lines["quantity"], 0)),
            "quantity_returned": pieces(lines["returned"]),
            **{name: amounts(minor, scale) for name, minor in money.items()},
            "paid_amount": amounts(lines["paid"], scale, (orders["paid"] < NEVER)[place]),
            "is_gift": flags(False, count), "status": looked_up(ORDER_STATES, orders["state"][place]),
            "refund_state": looked_up(CLAIM_STATES, lines["claim_state"]), "shipped_at": instants(shipped),
            "is_superseded": flags(False, count), **self.source(count),
        })  # fmt: skip

    def tell_refunds(self, drawn: Drawn, claims: Columns, named: Texts) -> pa.Table:
        """The table `refunds`: claims that are known at the end."""
        rows = np.flatnonzero(claims["is_known"])
        told = {name: values[rows] for name, values in claims.items()}
        line = told["line"]
        shop, listing = drawn.lines["shop"][line], drawn.lines["listing"][line]
        count, scale = len(rows), self.scale[shop]
        reasons = [*REASONS["zh"]["usual"], *REASONS["en"]["usual"]]
        is_zh = np.array([each.shop.country == "CN" for each in self.group.shops])[shop]
        zh, en = len(REASONS["zh"]["usual"]), len(REASONS["en"]["usual"])
        line_ids = named.line.take(whole(line))
        reason = np.where(is_zh, told["word"] % zh, zh + told["word"] % en)
        return shape("refunds", count, {
            **self.of_shop(shop), "platform_refund_id": named.claim.take(whole(rows)),
            "platform_order_id": named.order.take(whole(drawn.lines["order"][line])),
            "platform_line_id": line_ids, "line_key_hint": line_ids,
            "platform_listing_id": looked_up(self.goods["platform_listing_id"], listing),
            "seller_sku_code": looked_up(self.goods["seller_sku_code"], listing),
            "kind": looked_up(("return_refund", "refund_only"), told["is_only"].astype(np.int32)),
            "status": looked_up(CLAIM_STATES, told["state"]), "requested_at": instants(told["requested"]),
            "requested_on": self.days(drawn, shop, told["requested"]), "approved_at": instants(told["approved"]),
            "refunded_at": instants(told["refunded"]), "refunded_on": self.days(drawn, shop, told["refunded"]),
            "quantity": pieces(told["quantity"]), "amount": amounts(told["amount"], scale),
            "amount_to_buyer": amounts(told["amount"], scale), "amount_to_platform": amounts(told["platform_part"], scale),
            "goods_amount": amounts(told["amount"], scale), "reason": looked_up(reasons, reason),
            "requires_return": flags(~told["is_only"], count), **self.source(count),
        })  # fmt: skip

    def tell_entries(self, period: Period, ledger: Ledger, entries: Entries) -> pa.Table:
        """The table `settlement_lines`."""
        told, shop = entries.columns, entries.columns["shop"]
        count, scale = len(shop), self.scale[shop]
        names = list(ledger.names)
        within = np.arange(count) - np.searchsorted(shop, np.arange(len(self.group.shops)))[shop]
        rows = blank_rows(count, f"{period.on:%Y%m%d}" + "0" * 9)
        put_number(rows, 8, 9, within)
        keys = texts([rows])
        return shape("settlement_lines", count, {
            **self.of_shop(shop), "account_id": looked_up(self.accounts, shop), "line_key": keys, "platform_txn_id": keys,
            "platform_payout_id": self._payout_ids(ledger, shop, told["payout"]), "posted_at": instants(told["posted"]),
            "posted_on": dates(told["day"], self.first_day), "status": always("settled", count),
            "component": looked_up([name[0] for name in names], told["name"]),
            "type_raw": looked_up([name[1] for name in names], told["name"]), "amount": amounts(told["amount"], scale),
            "is_cash": flags(True, count), "has_components": flags(False, count),
            "platform_order_id": pointing(entries.texts.order, told["order"]),
            "platform_line_id": pointing(entries.texts.line, told["line"]),
            "platform_refund_id": pointing(entries.texts.claim, told["claim"]), **self.source(count),
        })  # fmt: skip

    def _payout_ids(self, ledger: Ledger, shop: np.ndarray, payout: np.ndarray) -> pa.Array:
        """The payout's day as its number; null while the payout is still to come."""
        day = payout * ledger.every[shop]
        return looked_up(self.payout_names, np.where(day < self.group.company.company.days, day, NONE))

    def tell_payouts(self, ledger: Ledger, drawn: Drawn, payouts: Payouts) -> pa.Table:
        """The table `payouts`."""
        told, shop = payouts.columns, payouts.columns["shop"]
        count = len(shop)
        midnights = np.array([each.midnights for each in drawn.clocks])
        begun = np.maximum(told["day"] - ledger.every[shop], 0)
        return shape("payouts", count, {
            **self.of_shop(shop), "account_id": looked_up(self.accounts, shop),
            "platform_payout_id": self._payout_ids(ledger, shop, told["payout"]),
            "period_start": instants(midnights[shop, begun]), "period_end": instants(midnights[shop, told["day"]]),
            "paid_at": instants(told["posted"]), "paid_on": dates(told["day"], self.first_day),
            "amount": amounts(told["amount"], self.scale[shop]), **self.source(count),
        })  # fmt: skip
