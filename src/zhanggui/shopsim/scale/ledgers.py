"""The platforms' ledgers of a group, period by period: entries by line, payouts, and what waits for a later period.

Entries are those of business/entries.py, to the minor unit. A payout empties the wallet: it is the sum of the entries
that name it. What is below nothing when it falls due is kept back and set against the next one, by two `reserve` entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from zhanggui.shopsim.business.entries import post_lines
from zhanggui.shopsim.business.platforms import Platform, platform
from zhanggui.shopsim.business.settlement import CREDIT_SHARE, LATE, LEAST_PAYOUT_MINOR
from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.scale import chances
from zhanggui.shopsim.scale.orders import NEVER, Columns, Drawn
from zhanggui.shopsim.scale.periods import Period, local_days
from zhanggui.shopsim.scale.sellers import Group
from zhanggui.shopsim.scale.shaping import whole

PAYOUT_SECONDS = 10 * 3600
"""A payout is made at ten in the morning, for the days before."""
KEPT = ("reserve", "待结转")
RETURNED = ("reserve", "上期结转")
PAID_OUT = ("payout", "提现")

_NUMBERS = ("shop", "name", "amount", "posted", "order", "line", "claim")
_POOLS = ("order", "line", "claim")


@dataclass
class Texts:
    """Numbers of orders, lines and claims that entries point to by position."""

    order: pa.StringArray
    line: pa.StringArray
    claim: pa.StringArray


@dataclass(frozen=True)
class Entries:
    """Entries in order of shop and instant; `texts` holds what `order`, `line` and `claim` point to (-1: nothing)."""

    columns: Columns
    texts: Texts


@dataclass(frozen=True)
class Payouts:
    """One row for each payout: shop, number, amount, and the day index on which it was made."""

    columns: Columns


class Ledger:
    """The wallets of a group's shops while its periods are written in order."""

    def __init__(self, group: Group) -> None:
        """Empty wallets on the first day."""
        self.group = group
        self.rules = [platform(each.shop.channel) for each in group.shops]
        self.every = np.array([rule.every_days for rule in self.rules])
        self.names: dict[tuple[str, str], int] = {}
        self.waiting: Entries | None = None
        self.open = np.zeros(len(group.shops), dtype=np.int64)
        """[shop] sum of the entries that the next payout will hold."""
        self.kept = np.zeros(len(group.shops), dtype=np.int64)

    def post(self, period: Period, drawn: Drawn, claims: Columns, texts: Texts) -> tuple[Entries, Payouts]:
        """Enter the period's orders; the entries booked and the payouts made in the period. Call in order of periods."""
        fresh = self._entries(drawn, claims, texts)
        both = fresh if self.waiting is None else _joined(self.waiting, fresh)
        told = both.columns
        told["day"] = local_days(drawn.clocks, told["shop"], told["posted"])
        told["payout"] = told["day"] // self.every[told["shop"]] + 1
        is_now = told["day"] < period.end
        self.waiting = _compact(both, np.flatnonzero(~is_now))
        now = np.flatnonzero(is_now)
        made, payouts = self._pay_out(period, drawn, *(told[name][now] for name in ("shop", "payout", "amount")))
        place = np.concatenate([now, np.arange(len(is_now), len(is_now) + len(made["shop"]))])
        whole = {name: np.concatenate([values, made[name].astype(values.dtype)]) for name, values in told.items()}
        ranked = place[_ranked(whole["shop"][place], whole["posted"][place])]
        return Entries({name: values[ranked] for name, values in whole.items()}, both.texts), Payouts(payouts)

    def _entries(self, drawn: Drawn, claims: Columns, texts: Texts) -> Entries:
        """The entries of all lines of the period, channel by channel."""
        parts: list[Columns] = []
        for rule, rows in self._by_channel(drawn.lines["shop"]):
            posting, _ = post_lines(rule, _line_columns(rule, drawn, claims, rows))
            if posting.parts:
                told = posting.columns()
                names = np.array([self.names.setdefault(name, len(self.names)) for name in posting.names])
                line = told["line"] + rows.start
                parts.append({
                    "shop": drawn.lines["shop"][line], "name": names[told["name"]], "amount": told["amount_minor"],
                    "posted": told["posted_at"].astype(np.int64), "order": drawn.lines["order"][line], "line": line,
                    "claim": told["refund_no"],
                })  # fmt: skip
        return Entries(_stacked(parts, _NUMBERS), texts)

    def _by_channel(self, shop: np.ndarray) -> Iterator[tuple[Platform, slice]]:
        """The rows of each channel: shops are in order of channel, rows in order of shop."""
        channels = [rule.channel for rule in self.rules]
        for channel in dict.fromkeys(channels):
            first = channels.index(channel)
            last = first + channels.count(channel)
            rows = slice(int(np.searchsorted(shop, first)), int(np.searchsorted(shop, last)))
            if rows.stop > rows.start:
                yield self.rules[first], rows

    def _pay_out(
        self, period: Period, drawn: Drawn, shop: np.ndarray, payout: np.ndarray, amount: np.ndarray
    ) -> tuple[Columns, Columns]:
        """The payouts of the period as entries and as payouts; what is not yet due stays open."""
        first, last = -(-period.first // self.every), (period.end - 1) // self.every
        rounds = int((last - first).max(initial=-1)) + 1
        place = np.clip(payout - first[shop], 0, rounds)
        sums = _sums(shop.astype(np.int64) * (rounds + 1) + place, amount, len(self.every) * (rounds + 1))
        sums = sums.reshape(len(self.every), rounds + 1)
        entries: list[Columns] = []
        payouts: list[Columns] = []
        for each in range(rounds):
            due = np.flatnonzero(first + each <= last)
            due = due[(first + each)[due] > 0]
            made = self._pay_round(drawn, due, (first + each)[due], self.open[due] + sums[due, each])
            self.open[due] = 0
            entries += made[0]
            payouts += made[1]
        self.open += np.take_along_axis(sums, np.maximum(last - first + 1, 0)[:, None], axis=1)[:, 0]
        columns = ("shop", "payout", "amount", "day", "posted")
        return _stacked(entries, (*_NUMBERS, "day", "payout")), _stacked(payouts, columns)

    def _pay_round(
        self, drawn: Drawn, shop: np.ndarray, payout: np.ndarray, sums: np.ndarray
    ) -> tuple[list[Columns], list[Columns]]:
        """One payout of each of these shops; less than the least is kept back, and given back with the next."""
        day = payout * self.every[shop]
        midnights = np.array([drawn.clocks[s].midnights[d] for s, d in zip(shop.tolist(), day.tolist(), strict=True)])
        midnights = midnights.astype(np.int64).reshape(-1)
        before, total = self.kept[shop], sums + self.kept[shop]
        is_paid = total >= LEAST_PAYOUT_MINOR
        self.kept[shop] = np.where(is_paid, 0, total)
        told = [
            self._own_entries(RETURNED, shop, payout, day, midnights, before),
            self._own_entries(KEPT, shop, payout, day, midnights, np.where(is_paid, 0, -total)),
            self._own_entries(PAID_OUT, shop, payout, day, midnights + PAYOUT_SECONDS, np.where(is_paid, -total, 0)),
        ]
        made = {"shop": shop, "payout": payout, "amount": total, "day": day, "posted": midnights + PAYOUT_SECONDS}
        return told, [{name: values[is_paid] for name, values in made.items()}]

    def _own_entries(
        self, name: tuple[str, str], shop: np.ndarray, payout: np.ndarray, day: np.ndarray, at: np.ndarray, amount: np.ndarray
    ) -> Columns:  # fmt: skip
        """Entries that belong to no order, of the shops for which the amount is not nothing."""
        rows = np.flatnonzero(amount)
        nothing = np.full(len(rows), NONE)
        return {
            "shop": shop[rows], "name": np.full(len(rows), self.names.setdefault(name, len(self.names))),
            "amount": amount[rows], "posted": at[rows], "order": nothing, "line": nothing, "claim": nothing,
            "day": day[rows], "payout": payout[rows],
        }  # fmt: skip


def _sums(place: np.ndarray, amount: np.ndarray, count: int) -> np.ndarray:
    """Sums of whole numbers by place; in two halves, so that a float holds each of them exactly."""
    high, low = np.divmod(amount, 1 << 20)
    return np.asarray(
        np.bincount(place, high, count).astype(np.int64) * (1 << 20) + np.bincount(place, low, count).astype(np.int64)
    )


def _ranked(shop: np.ndarray, posted: np.ndarray) -> np.ndarray:
    """Positions in order of shop and instant, equal ones as they stood.

    Shop, instant and position in one number: sorting such numbers is several times as fast as sorting positions.
    """
    begin = int(posted.min(initial=0)) if len(posted) else 0
    width, room = len(posted).bit_length(), int(posted.max(initial=0) - begin).bit_length()
    if int(shop.max(initial=0)).bit_length() + room + width > 63:
        return np.lexsort((posted, shop))
    told = np.sort((shop.astype(np.int64) << (room + width)) | ((posted - begin) << width) | np.arange(len(posted)))
    return np.asarray(told & ((1 << width) - 1))


def _stacked(parts: list[Columns], names: tuple[str, ...]) -> Columns:
    """The columns of all parts one behind the other; amounts and instants are wide, positions narrow."""
    told = {}
    for name in names:
        kind = np.int64 if name in ("amount", "posted") else np.int32
        told[name] = np.concatenate([part[name] for part in parts] or [np.zeros(0)], dtype=kind, casting="unsafe")
    return told


def _line_columns(rule: Platform, drawn: Drawn, claims: Columns, rows: slice) -> Columns:
    """What the entries of one channel's lines depend on; see entries.post_lines."""
    orders, lines = drawn.orders, {name: values[rows] for name, values in drawn.lines.items()}
    place = lines["order"]
    moment = {"payment": "paid", "shipment": "shipped", "completion": "completed"}[rule.money]
    is_first = lines["line_no"] == 1
    return {
        "receivable": lines["receivable"], "platform": lines["platform_discount"], "discount": lines["seller_discount"],
        "tax": lines["tax"], "shipping": np.where(is_first, orders["shipping"][place], 0), "quantity": lines["quantity"],
        "grams": lines["grams"], "is_first": is_first, "fba": lines["fba"],
        "settle_at": _instants(orders[moment][place], rule.lag_hours * 3600),
        "affiliate": orders["affiliate"][place], "credit": orders["credit"][place] < chances.threshold(CREDIT_SHARE),
        "late": (orders["shipped"] - orders["paid"])[place] > LATE.astype(np.int64), **_claimed(claims, rows),
    }  # fmt: skip


def _instants(at: np.ndarray, lag_seconds: int = 0) -> np.ndarray:
    """UTC seconds as instants; what never comes is none."""
    told = (at + lag_seconds).astype("datetime64[s]")
    told[at >= NEVER] = np.datetime64("NaT", "s")
    return told


def _claimed(claims: Columns, rows: slice) -> Columns:
    """The paid claim of each line: amounts, instant and position."""
    count = rows.stop - rows.start
    own = np.flatnonzero(claims["is_paid"] & (claims["line"] >= rows.start) & (claims["line"] < rows.stop))
    line = claims["line"][own] - rows.start
    told = {name: np.zeros(count, dtype=np.int64) for name in ("refund_minor", "refund_platform")}
    at, number = np.full(count, np.datetime64("NaT", "s")), np.full(count, NONE)
    told["refund_minor"][line], told["refund_platform"][line] = claims["amount"][own], claims["platform_part"][own]
    at[line], number[line] = _instants(claims["refunded"][own]), own
    return {**told, "refund_at": at, "refund_no": number}


def _joined(one: Entries, other: Entries) -> Entries:
    """Two sets of entries with one set of texts."""
    columns = {}
    for name in _NUMBERS:
        moved = other.columns[name]
        if name in _POOLS:
            moved = np.where(moved >= 0, moved + len(getattr(one.texts, name)), moved)
        columns[name] = np.concatenate([one.columns[name], moved])
    texts = Texts(*(pa.concat_arrays([getattr(one.texts, name), getattr(other.texts, name)]) for name in _POOLS))
    return Entries(columns, texts)


def _compact(entries: Entries, rows: np.ndarray) -> Entries:
    """Some of the entries, with only the texts that they need."""
    columns = {name: entries.columns[name][rows] for name in _NUMBERS}
    texts = {}
    for name in _POOLS:
        used, place = np.unique(columns[name], return_inverse=True)
        if len(used) and used[0] < 0:
            used, place = used[1:], place - 1
        columns[name] = place.astype(np.int32)
        texts[name] = getattr(entries.texts, name).take(whole(used))
    return Entries(columns, Texts(**texts))
