"""The platforms' ledgers and payouts: what each line brings when, what is paid into which bank account, what is kept.

Entries are made on the order's day with the instants at which they will be posted; each shop's sum by day is enough to
pay out, so the ledger itself is put in order once, at the end. An entry belongs to the payout whose days hold it.
"""

from __future__ import annotations

import numpy as np

from zhanggui.shopsim.business.aftersales import first_lines
from zhanggui.shopsim.business.entries import APART, REFUND, Columns, post_lines
from zhanggui.shopsim.business.fulfilment import to_base
from zhanggui.shopsim.business.memory import Dues, Running, running, shop_day
from zhanggui.shopsim.business.platforms import PPM, Platform, platform
from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.state import Rows, State
from zhanggui.shopsim.world.places import Shop

LATE = np.timedelta64(48 * 3600, "s")
"""After so long without shipping, platforms fine the seller."""
CREDIT_SHARE = 0.22
"""Buyers who pay on credit, where a channel charges the seller for it."""
PAYOUT_AFTER = np.timedelta64(10 * 3600, "s")
"""A payout is made at ten in the morning, for the days before."""
LEAST_PAYOUT_MINOR = 100
STORAGE_UNIT_CM3 = 1_000_000


def post(state: State) -> None:
    """Enter the day's orders into the ledgers, take the week's advertising and the month's fees, pay out what is due."""
    memory = running(state)
    for shop in state.world.shops:
        rule = platform(shop.channel)
        _post_orders(state, memory, shop, rule)
        _post_advertising(state, memory, shop, rule)
        _post_month(state, memory, shop, rule)
        _pay_out(state, memory, shop, rule)


def account_of(shop: Shop) -> str:
    """The ledger's account, as the books name it."""
    return f"{platform(shop.channel).account}/{shop.code}"


def bank_account_of(state: State, shop: Shop) -> str:
    """The bank account into which a shop is paid: its own by the scenario, the company's, or one for its currency."""
    told = str(shop.options.get("account", "")) if shop.options else ""
    if told:
        return told
    return main_account(state) if shop.currency == state.world.currency else f"bank/{shop.currency.lower()}"


def main_account(state: State) -> str:
    """The company's own bank account."""
    return f"bank/{state.world.scenario.company.bank}"


def _post_orders(state: State, memory: Running, shop: Shop, rule: Platform) -> None:
    lines = memory.today.get("lines")
    if lines is None:
        return
    rows = np.flatnonzero(lines["shop_no"] == shop.shop_no)
    if not len(rows):
        return
    columns = _line_columns(state, memory, rule, rows)
    extra = _fee_rises(state, shop)
    posting, surplus = post_lines(rule, columns, sum(extra.values()))
    first = memory.line_count
    memory.line_count += len(rows)
    if posting.parts:
        told = posting.columns()
        place = rows[told["line"]]
        movement = np.where(told["movement"] == APART, NONE, (first + told["line"]) * 2 + (told["movement"] == REFUND))
        codes = np.array([memory.names.setdefault(name, len(memory.names)) for name in posting.names])
        _enter(
            memory, shop.shop_no, told["amount_minor"], told["posted_at"], codes[told["name"]],
            lines["order_no"][place], lines["line_no"][place], told["refund_no"], movement,
        )  # fmt: skip
    _charge_fee_rises(state, shop, extra, surplus)


def _line_columns(state: State, memory: Running, rule: Platform, rows: np.ndarray) -> Columns:
    """What the entries of these lines (positions of the day) depend on; see entries.post_lines."""
    world, orders, lines = state.world, memory.today["orders"], memory.today["lines"]
    place = lines["order_place"][rows]
    is_first = lines["line_no"][rows] == first_lines(lines)[place]
    keys = (orders["buyer_no"][place], state.day_index, orders["shop_no"][place])
    lag = np.timedelta64(rule.lag_hours * 3600, "s")
    moment = {"payment": "paid_at", "shipment": "shipped_at", "completion": "completed_at"}[rule.money]
    is_fba = np.array([each.kind == "fba" for each in world.warehouses])
    return {
        "receivable": lines["seller_receivable_minor"][rows], "platform": lines["platform_discount_minor"][rows],
        "discount": lines["seller_discount_minor"][rows], "tax": lines["tax_minor"][rows],
        "shipping": np.where(is_first, orders["shipping_minor"][place], 0), "quantity": lines["quantity"][rows],
        "grams": world.products.weight_grams[lines["sku_no"][rows]].astype(np.int64), "is_first": is_first,
        "settle_at": orders[moment][place] + lag, "affiliate": orders["affiliate_no"][place] != NONE,
        "credit": memory.chances.uniform("credit", *keys) < CREDIT_SHARE,
        "late": (orders["shipped_at"][place] - orders["paid_at"][place]) > LATE,
        "fba": is_fba[lines["warehouse_no"][rows]], **_claims_by_line(memory.today["claims"], len(lines["line_no"]), rows),
    }  # fmt: skip


def _claims_by_line(claims: Rows, count: int, rows: np.ndarray) -> Columns:
    """The paid claim of each line: amounts, instant and number."""
    money, platform_part = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    at, number = np.full(count, np.datetime64("NaT", "s")), np.full(count, NONE)
    if len(claims.get("line_place", ())):
        paid = np.flatnonzero(~claims["is_refused"])
        line = claims["line_place"][paid]
        money[line], platform_part[line] = claims["amount_minor"][paid], claims["platform_part_minor"][paid]
        at[line], number[line] = claims["refunded_at"][paid], claims["refund_no"][paid]
    return {
        "refund_minor": money[rows],
        "refund_platform": platform_part[rows],
        "refund_at": at[rows],
        "refund_no": number[rows],
    }


def _fee_rises(state: State, shop: Shop) -> dict[int, int]:
    """Parts per million that events add to the channel's first fee today, by event."""
    active = state.world.events.active("fee_rise", state.day_index)
    return {
        event.event_no: round(event.number("share", 0.02) * PPM)
        for event in active
        if event.shop_no in (NONE, shop.shop_no)
    }


def _charge_fee_rises(state: State, shop: Shop, extra: dict[int, int], surplus: np.ndarray) -> None:
    total = int(to_base(state, np.array([surplus.sum()]), shop.currency)[0])
    for event_no, ppm in extra.items():
        state.world.events.charge(event_no, total * ppm // sum(extra.values()))


def _enter(
    memory: Running, shop_no: int, minor: np.ndarray, at: np.ndarray, name: np.ndarray, order_no: np.ndarray,
    line_no: np.ndarray, refund_no: np.ndarray, movement: np.ndarray,
) -> None:  # fmt: skip
    """Remember entries, and what their days are due to bring."""
    day = np.clip(shop_day(memory, shop_no, at), 0, memory.due_minor.shape[1] - 1)
    np.add.at(memory.due_minor[shop_no], day, minor)
    columns = (
        ("amount_minor", minor), ("posted_at", at), ("name", name), ("order_no", order_no), ("line_no", line_no),
        ("refund_no", refund_no), ("movement", movement), ("day", day), ("shop_no", np.full(len(minor), shop_no)),
        ("payout_no", np.full(len(minor), NONE)),
    )  # fmt: skip
    for column, values in columns:
        memory.ledger[column].append(values)


def enter_one(memory: Running, shop_no: int, name: tuple[str, str], minor: int, at: np.datetime64) -> None:
    """An entry without an order."""
    none = np.array([NONE])
    code = memory.names.setdefault(name, len(memory.names))
    _enter(memory, shop_no, np.array([minor]), np.array([at]), np.array([code]), none, none, none, none)


def _post_advertising(state: State, memory: Running, shop: Shop, rule: Platform) -> None:
    """Once a week, what was spent on advertising since."""
    if state.day_index % 7 != 6:
        return
    spent = state.own.get("ad_spend")
    minor = int(spent[shop.shop_no]) if spent is not None else 0
    if minor <= 0:
        return
    state.own["ad_spend"][shop.shop_no] = 0
    if rule.ads == "bank":
        due = Dues(bank_account_of(state, shop), shop.currency, -minor, "ads", f"{shop.code} {state.day}", shop.name)
        state.agenda.put("bank", state.day_index, due)
    else:
        note = "充值" if rule.ads == "topup" else "推广充值"
        enter_one(
            memory,
            shop.shop_no,
            (rule.ads, note),
            -minor,
            memory.starts[shop.shop_no, state.day_index] + 2 * PAYOUT_AFTER,
        )


def _post_month(state: State, memory: Running, shop: Shop, rule: Platform) -> None:
    """On the first of a month: subscriptions, and storage by the room that the stock takes."""
    if int((state.day - state.day.astype("datetime64[M]")).astype(int)) or not state.day_index:
        return
    at = memory.starts[shop.shop_no, state.day_index] + np.timedelta64(3600, "s")
    for fee in rule.monthly:
        enter_one(memory, shop.shop_no, (fee["component"], fee["note"]), -int(fee["minor"]), at)
    warehouse_no = shop.warehouse_no
    first_here = min(each.shop_no for each in state.world.shops if each.warehouse_no == warehouse_no)
    if rule.storage and state.world.warehouses[warehouse_no].kind == "fba" and first_here == shop.shop_no:
        room = int((state.on_hand[warehouse_no] * state.world.products.volume_cm3).sum())
        minor = room * int(rule.storage["minor_per_m3"]) // STORAGE_UNIT_CM3
        if minor:
            enter_one(memory, shop.shop_no, (rule.storage["component"], rule.storage["note"]), -minor, at)


def _pay_out(state: State, memory: Running, shop: Shop, rule: Platform) -> None:
    """Pay what the days since the last payout brought, less the reserve, unless the channel is closed."""
    day, shop_no = state.day_index, shop.shop_no
    if day == 0 or day % rule.every_days != (2 * shop_no + 1) % rule.every_days or _is_closed(state, shop):
        return
    first = int(memory.paid_through[shop_no])
    total = int(memory.due_minor[shop_no, first:day].sum())
    recent = int(memory.due_minor[shop_no, max(day - rule.reserve_days, 0) : day].sum())
    reserve = max(0, min(total, recent)) * rule.reserve_ppm // PPM
    if total - reserve < LEAST_PAYOUT_MINOR:
        return
    if reserve:
        at = memory.starts[shop_no, day]
        enter_one(memory, shop_no, ("reserve", "Current Reserve Amount"), -reserve, at - np.timedelta64(1, "s"))
        enter_one(memory, shop_no, ("reserve", "Previous Reserve Amount Balance"), reserve, at)
    memory.paid_through[shop_no] = day
    _book_payout(state, memory, shop, rule, first, total - reserve)


def _is_closed(state: State, shop: Shop) -> bool:
    return any(
        event.shop_no in (NONE, shop.shop_no) for event in state.world.events.active("channel_closed", state.day_index)
    )


def _book_payout(state: State, memory: Running, shop: Shop, rule: Platform, first: int, minor: int) -> None:
    number, day = int(state.numbers.take("payout", 1)[0]), state.day_index
    written = f"{shop.shop_no + 11}{str(state.day).replace('-', '')}{number:05d}"
    paid_at = memory.starts[shop.shop_no, day] + PAYOUT_AFTER
    event_no = _missing(state, memory, shop, rule)
    memory.payouts.append({
        "payout_no": number, "platform_payout_id": written, "account": account_of(shop), "shop": shop.code,
        "period_start": memory.starts[shop.shop_no, first], "period_end": memory.starts[shop.shop_no, day],
        "paid_at": paid_at, "amount_minor": minor, "currency": shop.currency, "is_missing": event_no != NONE,
        "shop_no": shop.shop_no, "day": day,
    })  # fmt: skip
    if event_no == NONE:
        due = Dues(bank_account_of(state, shop), shop.currency, minor, "payout", written, shop.name, payout_no=number)
        state.agenda.put("bank", day + rule.bank_days, due)
    else:
        memory.missed.add(event_no)
        state.world.events.refer(event_no, written)
        state.world.events.happen(event_no, day)
        state.world.events.charge(event_no, int(to_base(state, np.array([minor]), shop.currency)[0]))


def _missing(state: State, memory: Running, shop: Shop, rule: Platform) -> int:
    """The event that keeps this payout from the bank: the shop's first payout after the event begins."""
    for event in state.world.events.of("missing_settlement"):
        latest = max(event.to_index, event.from_index + rule.every_days)
        begun = event.from_index <= state.day_index <= latest
        if begun and event.event_no not in memory.missed and event.shop_no in (NONE, shop.shop_no):
            return event.event_no
    return NONE


def finish(state: State) -> None:
    """Write `ledger` and `payouts`: entries by instant, each with the payout that its day fell into."""
    memory = running(state)
    if memory.payouts:
        columns = [name for name in memory.payouts[0] if name not in ("shop_no", "day")]
        state.chronicle.add("payouts", {name: [each[name] for each in memory.payouts] for name in columns})
    _enter_payouts(memory)
    if memory.ledger:
        columns_ = {name: np.concatenate(parts) for name, parts in memory.ledger.items()}
        columns_["payout_no"] = _payouts_of(memory, columns_)
        order = np.lexsort((columns_["shop_no"], columns_["posted_at"]))
        _write_ledger(state, memory, {name: values[order] for name, values in columns_.items()})


def _enter_payouts(memory: Running) -> None:
    """The payouts' own entries; they are not due to anybody."""
    code = memory.names.setdefault(("payout", "提现"), len(memory.names))
    count = len(memory.payouts)
    if not count:
        return
    none = np.full(count, NONE)
    due = memory.due_minor.copy()
    for shop_no in {each["shop_no"] for each in memory.payouts}:
        own = [each for each in memory.payouts if each["shop_no"] == shop_no]
        some = none[: len(own)]
        at = np.array([each["paid_at"] for each in own], dtype="datetime64[s]")
        minor = np.array([-each["amount_minor"] for each in own])
        _enter(memory, shop_no, minor, at, np.full(len(own), code), some, some, some, some)
        memory.ledger["payout_no"][-1] = np.array([each["payout_no"] for each in own])
    memory.due_minor = due


def _payouts_of(memory: Running, columns: Columns) -> np.ndarray:
    """Number of the payout of each entry, NONE where it was not paid out yet."""
    told = columns["payout_no"].copy()
    for shop_no in {each["shop_no"] for each in memory.payouts}:
        own = [each for each in memory.payouts if each["shop_no"] == shop_no]
        ends, numbers = np.array([each["day"] for each in own]), np.array([each["payout_no"] for each in own])
        rows = np.flatnonzero((columns["shop_no"] == shop_no) & (told == NONE))
        place = np.searchsorted(ends, columns["day"][rows], side="right")
        told[rows] = np.where(place < len(ends), numbers[np.minimum(place, len(ends) - 1)], NONE)
    return told


def _write_ledger(state: State, memory: Running, columns: Columns) -> None:
    shops = state.world.shops
    names = sorted(memory.names, key=memory.names.__getitem__)
    count = len(columns["day"])
    entry_no = np.arange(count)
    is_line = np.array([platform(shop.channel).is_line_movement for shop in shops])[columns["shop_no"]]
    shared = is_line & (columns["movement"] != NONE)
    numbers = 10**17 + np.where(shared, columns["movement"] * 2 + 1, entry_no * 2)

    def by_shop(values: list[str]) -> np.ndarray:
        return np.array(values, dtype=object)[columns["shop_no"]]

    state.chronicle.add("ledger", {
        "entry_no": entry_no, "account": by_shop([account_of(shop) for shop in shops]),
        "shop": by_shop([shop.code for shop in shops]),
        "platform_txn_id": np.array(list(map(str, numbers.tolist())), dtype=object), "posted_at": columns["posted_at"],
        "component": np.array([name for name, _ in names], dtype=object)[columns["name"]],
        "amount_minor": columns["amount_minor"], "currency": by_shop([shop.currency for shop in shops]),
        "order_no": columns["order_no"], "line_no": columns["line_no"], "refund_no": columns["refund_no"],
        "payout_no": columns["payout_no"], "note": np.array([note for _, note in names], dtype=object)[columns["name"]],
    })  # fmt: skip
