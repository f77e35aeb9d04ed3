"""The facts that the steps make of the hand-made world, figure by figure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from typing import Any

from tests.unit.metrics.world import DY, STATED, TB, UK, World, line, order
from zhanggui.metrics.aggregates import daily_parts
from zhanggui.metrics.facts.exchange import RatePolicy, fx_daily


def test_amounts_come_from_the_order_else_from_its_live_lines(world: World) -> None:
    rows = world.rows("order_facts", "platform_order_id", "gmv_amount", "paid_amount", "amount_basis", shop_id=TB)
    assert rows == [
        ("A1", D(100), D(90), "order"),
        ("A2", D(100), D(100), "lines"),
        ("A3", D(50), None, "order"),
        ("A4", D(999), None, "order"),
        ("A5", D(100), D(100), "order"),
    ]


def test_an_order_known_from_a_settlement_only_is_no_order(world: World) -> None:
    assert world.rows("order_facts", "platform_order_id", platform_order_id="S1") == []


def test_brushed_and_reversing_orders_do_not_count(world: World) -> None:
    uncounted = world.rows("order_facts", "platform_order_id", "is_paid", is_counted=False)
    assert uncounted == [("A4", False), ("C1", False)]


def test_cancelled_before_payment_is_not_paid(world: World) -> None:
    assert world.rows("order_facts", "is_cancelled", "is_paid", "paid_on", platform_order_id="A3") == [
        (True, False, None)
    ]


def test_the_first_order_of_a_buyer_is_known(world: World) -> None:
    rows = world.rows("order_facts", "platform_order_id", "is_first_order", "is_repeat_order", buyer_key="b1")
    assert rows == [("A1", True, False), ("A2", False, True)]


def test_superseded_lines_leave_the_facts(world: World) -> None:
    assert [key for (key,) in world.rows("line_facts", "line_key", platform_order_id="A1")] == ["A1-1", "A1-2"]


def test_lines_add_up_to_their_order_to_the_last_ten_thousandth(world: World) -> None:
    assert world.rows("line_facts", "net_amount", platform_order_id="A1") == [(D(36),), (D(54),)]
    thirds = world.rows("line_facts", "line_key", "net_amount", platform_order_id="A5")
    assert thirds == [("A5-1", D("33.3334")), ("A5-2", D("33.3333")), ("A5-3", D("33.3333"))]
    assert sum(net for _, net in thirds) == D(100)


def test_costs_come_from_prices_then_bundles_then_the_erp(world: World) -> None:
    rows = world.rows("line_facts", "line_key", "cost_amount", "cost_basis")
    assert {key: (cost, basis) for key, cost, basis in rows} == {
        "A1-1": (D(20), "cost_price"),  # 2 × 10, before the price changed
        "A1-2": (D(7), "erp"),  # by the platform's line id
        "A2-1": (D(10), "cost_price"),
        "A2-2": (None, "none"),
        "A5-1": (D(12), "cost_price"),
        "A5-2": (D(8), "erp"),  # by order and SKU
        "A5-3": (D(24), "bundle"),  # 2 × SKU-1 at 12
        "C1-1": (None, "none"),
        "D1-1": (D(36), "cost_price"),
        "R1-1": (None, "none"),
        "U1-1": (D("3.75"), "cost_price"),  # 24 CNY at 0.15625 USD
    }


def test_a_confirmed_link_names_the_sku_and_a_suggestion_does_not(world: World) -> None:
    rows = dict(world.rows("line_facts", "line_key", "sku_id", shop_id=TB))
    assert rows["A2-2"] == "SKU-2" and rows["A5-3"] == "SKU-3"


def test_each_refund_is_stated_once(world: World) -> None:
    rows = world.rows(
        "refund_facts", "platform_refund_id", "platform_order_id", "basis", "is_refunded", "amount", "currency"
    )
    assert rows == [
        ("RF1", "D1", "claim", True, D(30), "CNY"),
        ("RF2", "D1", "claim", False, D(5), "CNY"),
        ("order:U2", "U2", "order", True, D(4), "USD"),
        ("reversal:C1|C1-1", "R1", "reversal", True, D(10), "GBP"),
    ]


def test_a_claim_learns_its_sku_from_the_line_it_names(world: World) -> None:
    assert world.rows("refund_facts", "sku_id", "line_key", platform_refund_id="RF1") == [("SKU-1", "D1-1")]


def test_a_refund_on_a_line_counts_where_neither_claim_nor_order_states_one() -> None:
    world = World(
        {
            "orders": [
                order(TB, "X1", status="completed", paid_on=date(2026, 2, 1), currency="CNY", payable_amount="10"),
                order(TB, "X2", status="completed", paid_on=date(2026, 2, 1), currency="CNY", payable_amount="10", refunded_amount="3"),
            ],
            "order_lines": [
                line(TB, "X1", "1", total_amount="10", quantity="1", refunded_amount="2"),
                line(TB, "X2", "1", total_amount="10", quantity="1", refunded_amount="3"),
            ],
        }
    )  # fmt: skip
    rows = world.rows("refund_facts", "platform_order_id", "basis", "amount")
    assert rows == [("X1", "line", D(2)), ("X2", "order", D(3))]


def test_a_reversal_that_matches_no_sale_stays_with_itself() -> None:
    reversal = order(UK, "C2", created_on=date(2026, 1, 1), currency="GBP", buyer_key="b5", status="completed")
    world = World(
        {**STATED, "orders": [*STATED["orders"], reversal],
         "order_lines": [*STATED["order_lines"], line(UK, "C2", "1", unit_price="5", quantity="-1", seller_sku_code="SKU-9")]}
    )  # fmt: skip
    rows = world.rows("refund_facts", "platform_order_id", "is_matched", "amount", basis="reversal")
    assert rows == [("C2", False, D(5)), ("R1", True, D(10))]


def test_the_ledger_holds_every_component_once_and_no_totals(world: World) -> None:
    assert world.rows("ledger_facts", "line_key", "component", "amount") == [
        ("P1", "payment_fee", D("-0.59")),
        ("P1", "sale", D(10)),
        ("T1", "sale", D(90)),
        ("T2", "commission", D("-4.5")),
        ("T3", "commission", D(-3)),
        ("T3", "payment_fee", D(-2)),
        ("T3", "sale", D(100)),
        ("T4", "payout", D(-150)),
    ]


def _entry(account: str, key: str, **stated: Any) -> dict[str, Any]:
    row = {"account_id": account, "line_key": key, "shop_id": DY, "currency": "CNY", "posted_on": date(2026, 2, 1)}
    return {**row, "source_file_id": "f9", "source_row": 1, **stated}


def test_a_statement_and_a_wallet_tell_of_the_same_money_once() -> None:
    wallet, statement = "platform_wallet/douyin/main", "platform_statement/douyin/main"
    world = World(
        {
            "settlement_lines": [
                _entry(wallet, "net", platform_order_id="O1", component="sale", amount="95"),
                _entry(statement, "s1", platform_order_id="O1", component="sale", amount="95", has_components=True),
                _entry(wallet, "sale", platform_order_id="O2", component="sale", amount="50"),
                _entry(wallet, "fee", platform_order_id="O2", component="platform_fee", amount="-2"),
                _entry(statement, "s2", platform_order_id="O2", component="sale", amount="48", has_components=True),
                _entry(statement, "s3", platform_order_id="O3", component="sale", amount="7"),
                _entry(wallet, "out", platform_payout_id="P1", component="payout", amount="-90"),
                _entry(statement, "s4", platform_payout_id="P1", component="payout", amount="-90"),
            ],
            "settlement_components": [
                {"account_id": statement, "line_key": "s1", "component": "sale", "amount": "100", "currency": "CNY"},
                {"account_id": statement, "line_key": "s1", "component": "platform_fee", "amount": "-5", "currency": "CNY"},
                {"account_id": statement, "line_key": "s2", "component": "sale", "amount": "48", "currency": "CNY"},
            ],
        }
    )  # fmt: skip
    assert world.rows("ledger_facts", "line_key", "component", "amount") == [
        ("fee", "platform_fee", D(-2)),
        ("out", "payout", D(-90)),
        ("s1", "platform_fee", D(-5)),
        ("s1", "sale", D(100)),
        ("s3", "sale", D(7)),
        ("sale", "sale", D(50)),
    ]


def test_rates_hold_over_the_weekend_and_not_for_ever(world: World) -> None:
    rows = world.rows("fx_daily", "rate_on", "rate", "stated_on", base="USD", quote="CNY")
    by_day = {day: (rate, stated) for day, rate, stated in rows}
    assert by_day[date(2026, 2, 10)] == (D("6.4"), date(2026, 2, 10))
    assert by_day[date(2026, 2, 14)] == (D(7), date(2026, 2, 13))  # a Saturday, at Friday's rate
    assert max(by_day) == date(2026, 2, 13 + RatePolicy().bank_carry_days)
    assert min(by_day) == date(2026, 2, 10)


def test_the_sellers_own_rate_goes_before_the_banks() -> None:
    own = {"rate_on": date(2026, 2, 1), "base": "USD", "quote": "CNY", "source": "customs", "rate": "6.5"}
    world = World({**STATED, "fx_rates": [own]})
    rows = world.rows("fx_daily", "rate_on", "rate", "source", base="USD", quote="CNY")
    assert (date(2026, 2, 14), D("6.5"), "customs") in rows
    assert world.rows("fx_daily", "rate", rate_on=date(2026, 2, 14), base="CNY", quote="USD") == [(D("0.15384615"),)]
    assert world.rows("fx_daily", "source", rate_on=date(2026, 2, 14), base="EUR", quote="CNY") == [("ecb",)]


def test_the_steps_policy_decides_how_long_a_rate_is_carried(world: World) -> None:
    tables = [world.table(name) for name in fx_daily.reads]
    rows = world.run(fx_daily(*tables, policy=RatePolicy(bank_carry_days=0)))
    assert {row["rate_on"] for row in rows} == {date(2026, 2, 10), date(2026, 2, 13)}


def test_spend_that_two_reports_show_is_primary_once(world: World) -> None:
    assert world.rows("ad_facts", "line_key", "detail", "is_primary") == [
        ("c1", "campaign", True),
        ("k1", "term", False),
    ]


def test_stock_knows_its_latest_statement_and_its_value(world: World) -> None:
    assert world.rows("stock_facts", "seller_sku_code", "on_hand", "stock_value", "is_latest") == [
        ("SKU-1", D(100), D(1000), False),
        ("SKU-1", D(80), D(800), True),
        ("SKU-2", D(5), None, True),
    ]


def test_all_charges_of_a_parcel_come_together(world: World) -> None:
    assert world.rows("parcel_facts", "tracking_number", "amount", "shop_id") == [("3", D(2), ""), ("Z1", D("4.2"), TB)]


def test_traffic_over_several_days_is_left_out(world: World) -> None:
    assert world.rows("traffic_facts", "visitors", "detail") == [(100, ""), (250, "listing"), (300, "")]


def test_daily_sales_hold_every_part_that_says_so(world: World) -> None:
    held = {part.name for parts in daily_parts("daily_sales").values() for part in parts}
    assert held == set(world.table("daily_sales").columns) - {"stat_on", "channel", "shop_id", "currency"}
    rows = world.rows(
        "daily_sales",
        "orders",
        "gmv_amount",
        "paid_orders",
        "paid_units",
        "cost_amount",
        stat_on=date(2026, 2, 10),
        shop_id=DY,
    )
    assert rows == [(1, D(300), 1, D(3), D(36))]
