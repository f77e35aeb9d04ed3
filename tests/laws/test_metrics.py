"""Laws of the metrics, on random small shops: scaling, splitting, ratios of parts, aggregates equal to facts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.metrics.world import Row, World, line, order
from zhanggui.canon.metrics import Shape
from zhanggui.metrics.answering import Answer, answer
from zhanggui.metrics.parts import PARTS, PERIOD_DAYS
from zhanggui.metrics.registry import METRICS
from zhanggui.metrics.requests import MetricRequest

SHOPS = ("taobao/main", "douyin/main", "douyin/second")
START = date(2026, 1, 20)
MONEY = (
    "payable_amount",
    "paid_amount",
    "seller_discount_amount",
    "total_amount",
    "unit_price",
    "amount",
    "spend",
    "unit_cost",
)

amounts = st.integers(1, 99_999).map(lambda cents: str(Decimal(cents) / 100))
days = st.integers(0, 30).map(lambda offset: START + timedelta(days=offset))


@st.composite
def _order(draw: st.DrawFn, number: int) -> tuple[Row, list[Row]]:
    shop, placed = draw(st.sampled_from(SHOPS)), draw(days)
    status = draw(st.sampled_from(("completed", "paid", "cancelled", "pending_payment")))
    head = order(
        shop, f"N{number}", status=status, created_on=placed, currency="CNY",
        paid_on=placed + timedelta(days=draw(st.integers(0, 2))) if status in ("completed", "paid") else None,
        buyer_key=draw(st.sampled_from(("b1", "b2", "b3", None))), payable_amount=draw(st.none() | amounts),
        seller_discount_amount=draw(st.none() | amounts), kind=draw(st.sampled_from((None, None, "normal", "fake"))),
    )  # fmt: skip
    lines = [
        line(shop, f"N{number}", f"N{number}-{place}", unit_price=draw(amounts), quantity=str(draw(st.integers(1, 3))),
             seller_sku_code=draw(st.sampled_from(("S1", "S2", "S3"))))
        for place in range(draw(st.integers(1, 3)))
    ]  # fmt: skip
    return head, lines


@st.composite
def shops(draw: st.DrawFn) -> dict[str, list[Row]]:
    """A seller with a handful of orders, refunds, ledger entries, ads and cost prices."""
    drawn = [draw(_order(number)) for number in range(draw(st.integers(1, 6)))]
    heads = [head for head, _ in drawn]
    refunds = [
        {"shop_id": head["shop_id"], "platform_refund_id": f"R{place}", "platform_order_id": head["platform_order_id"],
         "status": draw(st.sampled_from(("refunded", "requested"))), "requested_on": draw(days), "amount": draw(amounts), "currency": "CNY"}
        for place, head in enumerate(heads[: draw(st.integers(0, 3))])
    ]  # fmt: skip
    ledger = [
        {"account_id": "platform_wallet/main", "line_key": str(place), "shop_id": draw(st.sampled_from(SHOPS)), "posted_on": draw(days),
         "component": draw(st.sampled_from(("sale", "commission", "payment_fee", "payout"))), "amount": draw(amounts), "currency": "CNY"}
        for place in range(draw(st.integers(0, 4)))
    ]  # fmt: skip
    ads = [
        {"shop_id": draw(st.sampled_from(SHOPS)), "stat_on": draw(days), "ad_platform": "p", "line_key": str(place),
         "spend": draw(amounts), "clicks": draw(st.integers(0, 9)), "currency": "CNY"}
        for place in range(draw(st.integers(0, 3)))
    ]  # fmt: skip
    cost = {
        "seller_sku_code": "S1",
        "method": "standard",
        "valid_from": START,
        "unit_cost": draw(amounts),
        "currency": "CNY",
    }
    return {
        "orders": heads, "order_lines": [row for _, lines in drawn for row in lines], "refunds": refunds,
        "settlement_lines": ledger, "ad_spend": ads, "cost_prices": [cost],
    }  # fmt: skip


DATES = {"orders": ("created_on", "paid_on"), "refunds": ("requested_on",), "settlement_lines": ("posted_on",)}


@st.composite
def undated_shops(draw: st.DrawFn) -> dict[str, list[Row]]:
    """The same, of which some facts do not say when they happened."""
    stated = draw(shops())
    for name, columns in DATES.items():
        for row in stated[name]:
            row.update(dict.fromkeys(draw(st.sampled_from(((), (), columns, columns[-1:])))))
    return stated


def _free(*dimensions: str) -> tuple[str, ...]:
    """The metrics that can be asked by these dimensions, without those that need one of their own."""
    return tuple(
        name for name, metric in METRICS.items()
        if set(dimensions) <= set(metric.over) and metric.formula.shape is not Shape.SHARE
    )  # fmt: skip


def _additive(*dimensions: str) -> tuple[str, ...]:
    """The plain sums and counts among them."""
    return tuple(
        name for name in _free(*dimensions)
        if not METRICS[name].formula.is_ratio
        and all(part != PERIOD_DAYS and PARTS[part].is_additive for part in METRICS[name].formula.parts)
        and "zero" not in METRICS[name].formula.text and len(METRICS[name].formula.parts) == 1
    )  # fmt: skip


def _ask(world: World, names: tuple[str, ...], *, use_aggregates: bool = True, **request: Any) -> Answer:
    return answer(MetricRequest(names, **request), world.table, world.run, use_aggregates=use_aggregates)


def _total(found: Answer) -> dict[str, Decimal]:
    """Each metric summed over the rows of the answer."""
    first = next(place for place, column in enumerate(found.columns) if column.name in METRICS)
    return {
        column.name: sum((Decimal(row[place] or 0) for row in found.rows), Decimal(0))  # type: ignore[arg-type]
        for place, column in enumerate(found.columns)
        if place >= first
    }


def _scaled(stated: dict[str, list[Row]], factor: int) -> dict[str, list[Row]]:
    return {
        name: [
            {
                key: str(Decimal(value) * factor) if key in MONEY and value is not None else value
                for key, value in row.items()
            }
            for row in rows
        ]
        for name, rows in stated.items()
    }


@settings(max_examples=4)
@given(shops(), st.sampled_from((2, 10)))
def test_scaling_money_scales_amounts_and_nothing_else(stated: dict[str, list[Row]], factor: int) -> None:
    # These divide by allocated lines: of a line of 0.0003 the rounding is a third, so their parts are scaled instead.
    rounded = ("gross_margin", "cost_coverage")
    names = tuple(
        name for name in _free("channel") if METRICS[name].formula.shape is Shape.PLAIN and name not in rounded
    )
    plain = _ask(World(stated), names, by=("channel",), grain="month", currency="CNY")
    scaled = _ask(World(_scaled(stated, factor)), names, by=("channel",), grain="month", currency="CNY")
    assert [row[:2] for row in scaled.rows] == [row[:2] for row in plain.rows]
    for before, after in zip(plain.rows, scaled.rows, strict=True):
        for name, old, new in zip(names, before[2:], after[2:], strict=True):
            is_amount = METRICS[name].unit.startswith("currency")
            expected = old * factor if is_amount and isinstance(old, Decimal) else old
            assert new == expected or _is_near(name, new, expected, factor, len(stated["order_lines"])), name


def _is_near(name: str, new: Any, expected: Any, factor: int, lines: int) -> bool:
    """A ratio is rounded to six places, and allocated lines to four, before they are multiplied here."""
    if new is None or expected is None:
        return False
    if METRICS[name].formula.is_ratio:
        return bool(abs(new - expected) <= Decimal("0.000001") * factor)
    return name == "gross_profit" and bool(abs(new - expected) <= Decimal("0.0001") * factor * lines)


@settings(max_examples=4)
@given(shops())
def test_splitting_by_a_dimension_or_a_period_sums_to_the_total(stated: dict[str, list[Row]]) -> None:
    world = World(stated)
    for dimension in ("channel", "shop", "currency", "sku", "province", "listing"):
        names = _additive(dimension)
        whole = _total(_ask(world, names))
        assert _total(_ask(world, names, by=(dimension,))) == whole
    names = _additive()
    whole = _total(_ask(world, names))
    for grain in ("day", "week", "month", "quarter", "year"):
        assert _total(_ask(world, names, grain=grain)) == whole


@settings(max_examples=4)
@given(undated_shops())
def test_daily_aggregates_answer_as_the_facts_do(stated: dict[str, list[Row]]) -> None:
    world = World(stated)
    for request in (
        {},
        {"by": ("shop",)},
        {"by": ("category", "channel")},
        {"where": {"channel": (SHOPS[0].partition("/")[0],)}, "currency": "USD"},
        {"by": ("channel",), "date_to": START + timedelta(days=9)},
        {"by": ("channel",), "grain": "month"},
        {"by": ("shop",), "grain": "week"},
        {"grain": "day", "currency": "CNY"},
    ):
        by = request.get("by", ())
        names = _free(*by, *request.get("where", ())) if by != ("channel",) else (*_free(*by), "channel_share")
        assert _ask(world, names, **request).rows == _ask(world, names, use_aggregates=False, **request).rows


RATIOS = {
    "aov": ("paid_amount", "paid_orders"),
    "cancellation_rate": ("cancelled_orders", "orders"),
    "price_per_unit": ("product_sales", "units"),
    "refund_rate_amount": ("refunds_by_payment", "paid_amount"),
    "take_rate": ("total_fees", "paid_amount"),
    "cpc": ("ad_spend", "ad_clicks"),
}


@settings(max_examples=4)
@given(shops(), st.sampled_from(("week", "month", "year")))
def test_a_ratio_is_the_ratio_of_its_parts_at_the_grain_asked_for(stated: dict[str, list[Row]], grain: str) -> None:
    world = World(stated)
    names = (*RATIOS, *dict.fromkeys(part for parts in RATIOS.values() for part in parts))
    found = _ask(world, names, by=("channel",), grain=grain)
    places = {column.name: place for place, column in enumerate(found.columns)}
    for row in found.rows:
        for ratio, (above, below) in RATIOS.items():
            top, bottom = row[places[above]], row[places[below]]
            known = top is not None and bottom
            expected = (Decimal(top) / Decimal(bottom)).quantize(Decimal("0.000001")) if known else None  # type: ignore[arg-type]
            assert row[places[ratio]] == expected, ratio


@lru_cache(maxsize=1)
def _world_of_lines() -> World:
    return World({})


@settings(max_examples=25)
@given(st.lists(st.integers(0, 999_999), min_size=1, max_size=7), st.integers(0, 9_999_999))
def test_lines_always_add_up_to_their_order(weights: list[int], whole: int) -> None:
    import ibis
    import pyarrow as pa

    from zhanggui.metrics.facts.allocation import with_net_amount

    money = pa.decimal128(18, 4)
    rows = pa.table(
        {
            "shop_id": ["s"] * len(weights),
            "platform_order_id": ["o"] * len(weights),
            "line_key": [str(place) for place in range(len(weights))],
            "weight": pa.array([Decimal(weight) / 100 for weight in weights], money),
            "order_amount": pa.array([Decimal(whole) / 100] * len(weights), money),
        }
    )
    found = _world_of_lines().engine.to_pyarrow(with_net_amount(ibis.memtable(rows))).to_pylist()
    assert sum(row["net_amount"] for row in found) == Decimal(whole) / 100
