"""The pages of things: lists and parts with exact figures of the hand-made world."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal as D
from pathlib import Path

import pytest

from tests.unit.app.small_books import SmallBooks, cells, open_small, put
from tests.unit.metrics.world import DY, TB, UK, US
from zhanggui.app.asking import Asked
from zhanggui.app.errors import ParameterInvalid
from zhanggui.canon.register import TABLES
from zhanggui.canon.tables import Person

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


def test_products_add_their_shops_up_in_the_base_currency(small: Asked) -> None:
    """SKU-1: 54 + 33.33 + 33.3334 CNY, 300 CNY and 20 USD at 6.4; what was sold in GBP before any rate is left out."""
    answer = put(small, "products")
    assert cells(answer, "sku_id", "shop_count", "line_count", "units", "net_amount", "cost_amount") == [
        ("SKU-1", 3, 5, D("9.0000"), D("548.6634"), D("102.0000")),
        ("SKU-2", 1, 3, D("3.0000"), D("136.0033"), D("15.0000")),
        ("SKU-3", 1, 1, D("1.0000"), D("33.3333"), D("24.0000")),
        ("SKU-9", 1, 1, D("3.0000"), D("0.0000"), None),
    ]
    assert cells(answer, "refunded_amount", "refund_rate", "margin_rate", "on_hand", "currency")[0] == (
        D("30.0000"), D("0.054678"), D("0.814094"), D("80.0000"), "CNY",
    )  # fmt: skip
    assert {c.name: c.unit for c in answer.columns}["refund_rate"] == "share"


def test_products_of_one_shop_are_its_own(small: Asked) -> None:
    found = cells(put(small, "products", shop=TB, sort="sku_id"), "sku_id", "shop_count", "net_amount", "units")
    assert found == [
        ("SKU-1", 1, D("120.6634"), D("4.0000")),
        ("SKU-2", 1, D("136.0033"), D("3.0000")),
        ("SKU-3", 1, D("33.3333"), D("1.0000")),
    ]
    assert put(small, "products", category="围巾").total == 1


def test_a_product_has_its_master_data_and_the_newest_cost(small: Asked) -> None:
    """Of the costs that hold by 28 February the newest is 12.00; the one stated for January is past."""
    assert cells(put(small, "product", sku="SKU-1"), "sku_id", "category", "unit_cost", "cost_currency", "units") == [
        ("SKU-1", "围巾", D("12.0000"), "CNY", D("9.0000"))
    ]
    assert put(small, "product", sku="nothing").rows == ()


def test_a_product_has_a_history_across_channels(small: Asked) -> None:
    assert cells(put(small, "product_shops", sku="SKU-1"), "shop_id", "net_amount") == [
        (DY, D("300.0000")), (US, D("128.0000")), (TB, D("120.6634")),
    ]  # fmt: skip
    columns = ("month_on", "shop_id", "currency", "units", "net_amount", "cost_amount", "refunded_amount")
    assert cells(put(small, "product_history", sku="SKU-1"), *columns) == [
        (JANUARY, TB, "CNY", D(2), D(54), D(20), D(0)),
        (FEBRUARY, US, "USD", D(2), D(20), D("3.75"), D(0)),
        (FEBRUARY, DY, "CNY", D(3), D(300), D(36), D(30)),
        (FEBRUARY, TB, "CNY", D(2), D("66.6634"), D(22), D(0)),
    ]


def test_a_code_leads_to_its_product_by_link_or_by_itself_but_never_by_a_mere_suggestion(small: Asked) -> None:
    assert cells(put(small, "product_by_code", code=" OLD-2 "), "matched_by", "sku_id") == [
        ("seller_sku_code", "SKU-2")
    ]
    assert cells(put(small, "product_by_code", code="SKU-1"), "matched_by", "sku_id", "on_hand") == [
        ("sku", "SKU-1", D(80))
    ]
    assert put(small, "product_by_code", code="WRONG").rows == ()
    assert cells(put(small, "product_listings", sku="SKU-2"), "alias", "status") == [("OLD-2", "confirmed")]


def test_customers_are_known_by_their_keys_alone(small: Asked) -> None:
    answer = put(small, "customers")
    found = cells(answer, "buyer_key", "order_count", "units", "paid_amount", "refunded_amount", "recent_orders")
    assert found == [
        ("b9", 1, D(3), D(300), D(30), 1),
        ("b7", 2, D(2), D(198), D(28), 2),
        ("b1", 2, D(5), D(190), D(0), 2),
        ("b3", 1, D(3), D(100), D(0), 1),
        ("b5", 1, D(3), D(0), D(105), 1),
    ]
    plain = {c.name for t in TABLES.values() for c in t.columns if c.person in (Person.DIRECT, Person.SENSITIVE)}
    assert plain.isdisjoint(column.name for column in answer.columns)


def test_a_customer_has_a_history_by_month(small: Asked) -> None:
    assert cells(put(small, "customer", buyer="b1"), "shop_id", "province", "first_paid_on", "last_paid_on") == [
        (TB, "浙江", date(2026, 1, 31), date(2026, 2, 2))
    ]
    columns = ("month_on", "shop_id", "currency", "order_count", "units", "paid_amount", "refunded_amount")
    assert cells(put(small, "customer_history", buyer="b7"), *columns) == [(FEBRUARY, US, "USD", 2, D(2), D(30), D(4))]
    assert cells(put(small, "customer_history", buyer="b1"), "month_on", "paid_amount") == [
        (JANUARY, D(90)), (FEBRUARY, D(100)),
    ]  # fmt: skip


def test_stock_lasts_as_long_as_it_sells(small: Asked) -> None:
    """80 on hand, 9 sold in 30 days over all shops: 266.7 days."""
    columns = ("seller_sku_code", "as_of_on", "on_hand", "stock_value", "recent_units", "cover_days")
    assert cells(put(small, "stock_items"), *columns) == [
        ("SKU-1", date(2026, 2, 15), D(80), D(800), D(9), D("266.666667")),
        ("SKU-2", date(2026, 2, 14), D(5), None, D(3), D(50)),
    ]
    assert cells(put(small, "stock_item", sku="SKU-2"), "warehouse_id", "on_hand") == [("own/main", D(5))]
    assert cells(put(small, "stock_history", sku="SKU-1"), "month_on", "as_of_on", "on_hand") == [
        (JANUARY, date(2026, 1, 31), D(100)), (FEBRUARY, date(2026, 2, 15), D(80)),
    ]  # fmt: skip


def test_orders_are_narrowed(small: Asked) -> None:
    def numbers(**given: str) -> list[str]:
        return sorted(number for (number,) in cells(put(small, "orders", **given), "platform_order_id"))

    assert numbers(sku="SKU-2") == ["A1", "A2", "A5"]
    assert numbers(period="2026-01") == ["A1"]
    assert numbers(buyer="b7") == ["U1", "U2"]
    assert numbers(status="cancelled") == ["A3"]
    assert numbers(channel="douyin") == numbers(shop=DY) == ["D1"]


def test_an_order_has_its_parts(small: Asked) -> None:
    head = ("paid_amount", "settled_amount", "line_count", "completed_on", "seller_discount_amount", "province")
    assert cells(put(small, "order_head", order="A1"), *head) == [
        (D(90), D("85.5"), 2, date(2026, 2, 8), D(10), "浙江")
    ]
    assert cells(put(small, "order_lines", order="A1"), "line_key", "sku_id", "net_amount", "cost_amount") == [
        ("A1-1", "SKU-1", D(54), D(20)), ("A1-2", "SKU-2", D(36), D(7)),
    ]  # fmt: skip
    assert cells(put(small, "order_refunds", order="D1"), "platform_refund_id", "amount", "refunded_on") == [
        ("RF1", D(30), date(2026, 2, 12)), ("RF2", D(5), None),
    ]  # fmt: skip
    assert cells(put(small, "order_ledger", order="A2"), "component", "amount") == [
        ("commission", D(-3)), ("payment_fee", D(-2)), ("sale", D(100)),
    ]  # fmt: skip
    assert cells(put(small, "order_parcels", order="A1"), "tracking_number", "billed_amount", "currency") == [
        ("Z1", D("4.2"), "CNY")
    ]
    assert put(small, "order_lines", order="A1", shop=DY).rows == ()


def test_shops_have_their_span_and_files(small: Asked) -> None:
    assert cells(put(small, "shops"), "shop_id", "channel", "first_on", "order_count", "file_count") == [
        (US, "amazon", date(2026, 2, 10), 2, 1),
        (DY, "douyin", date(2026, 2, 10), 1, 0),
        (TB, "taobao", date(2026, 1, 30), 4, 2),
        (UK, "website", date(2026, 2, 1), 1, 0),
    ]


def test_the_manifest_is_newest_first_and_narrowed(small: Asked) -> None:
    assert cells(put(small, "import_files"), "file_id") == [("f1",), ("f2",), ("f3",)]
    assert cells(put(small, "import_files", status="partial"), "file_id", "rows_refused") == [("f2", 2)]
    assert put(small, "import_files", search="amazon").total == 1


def test_a_refused_row_tells_all_that_is_wrong_with_it(small: Asked) -> None:
    assert cells(put(small, "refused_rows"), "source_row", "issue_count", "codes", "columns", "messages") == [
        (7, 2, "amount_unreadable; id_damaged", "金额; 订单号", "八元; 4.9E+18"),
        (9, 1, "id_damaged", "订单号", "5.0E+18"),
    ]
    assert cells(put(small, "import_issues", severity="warning"), "issue_no", "code") == [(4, "unknown_header")]
    assert put(small, "import_issues", file_id="f1").total == 0


def test_completeness_counts_the_files_of_each_day(small: Asked) -> None:
    answer = put(small, "completeness_days", from_on="2026-02-09", to_on="2026-02-12", shop=TB)
    assert cells(answer, "report", "day_on", "is_covered", "file_count") == [
        ("taobao_orders_csv", date(2026, 2, 9), True, 1),
        ("taobao_orders_csv", date(2026, 2, 10), True, 2),
        ("taobao_orders_csv", date(2026, 2, 11), True, 1),
        ("taobao_orders_csv", date(2026, 2, 12), True, 1),
    ]
    assert len(put(small, "completeness_days").rows) == 2 * 90
    with pytest.raises(ParameterInvalid):
        put(small, "completeness_days", from_on="2026-02-12", to_on="2026-02-09")
    with pytest.raises(ParameterInvalid):
        put(small, "completeness_days", from_on="0001-01-01", to_on="2026-02-09")


def test_suggestions_wait_and_confirmed_links_do_not(small: Asked) -> None:
    assert cells(put(small, "link_suggestions"), "alias", "seller_sku_code") == [("SKU-3", "WRONG")]
    assert cells(put(small, "links", status="confirmed"), "alias", "seller_sku_code") == [("OLD-2", "SKU-2")]


def test_lineage_goes_from_the_figure_to_its_files(small: Asked) -> None:
    found = cells(put(small, "lineage", metric="net_sales"), "kind", "name", "of", "row_count")
    assert found[0] == ("metric", "net_sales", "order_facts, refund_facts", None)
    assert [row for row in found if row[0] == "file"] == [
        ("file", "f2.csv", "order_lines", 12), ("file", "f1.csv", "orders", 11),
    ]  # fmt: skip
    named = {row[1] for row in found}
    assert {name for row in found if row[0] == "table" and row[2] for name in row[2].split(", ")} <= named
    january = cells(put(small, "lineage", metric="orders", period="2026-01"), "kind", "name")
    assert ("file", "f1.csv") not in january


def test_definitions_name_every_table_and_formula(small: Asked) -> None:
    assert ("aov", "paid_amount / paid_orders", "order_facts") in cells(
        put(small, "metric_definitions"), "name", "formula", "tables"
    )
    assert cells(put(small, "dictionary", search="order_index"), "table", "layer", "key") == [
        ("order_index", "aggregate", "shop_id, platform_order_id")
    ]


def decision(subject: str, verdict: str, quantity: str | None, *reasons: tuple[str, str]) -> dict[str, object]:
    told = [{"code": code, "value": value, "unit": "", "source": "import_files"} for code, value in reasons]
    return {
        "decision_id": subject, "kind": "data_gap", "subject_kind": "report", "subject_id": subject, "verdict": verdict,
        "quantity": quantity, "reasons": json.dumps(told), "as_of": date(2026, 2, 28),
    }  # fmt: skip


def test_late_reports_stand_before_holes_and_what_is_complete(tmp_path: Path) -> None:
    """A daily report silent for nine days is five late: three days of grace and the day itself are allowed."""
    last = ("report_last", "2026-02-19")
    rows = [
        decision(f"{TB}|a", "wait", None, ("report_rhythm", "1"), ("report_last", "2026-02-27")),
        decision(f"{TB}|b", "act", "9", ("report_rhythm", "1"), last, ("report_late", "9")),
        decision(f"{TB}|c", "act", "4", ("report_rhythm", "7"), ("report_last", "2026-02-27"),
                 ("period_missing", "2026-02-01/2026-02-04")),
        decision(f"{TB}|d", "cannot_say", None, ("report_count", "1"), ("report_count_least", "3")),
    ]  # fmt: skip
    asked = open_small(tmp_path, SmallBooks(decisions=rows))
    columns = ("report", "state", "silent_days", "rhythm_days", "late_days", "missing_days", "missing_periods")
    assert cells(put(asked, "late_data"), *columns) == [
        ("b", "late", 9, 1, 5, 9, None),
        ("c", "hole", 1, 7, 0, 4, "2026-02-01/2026-02-04"),
        ("d", "cannot_say", None, None, None, None, None),
        ("a", "complete", 1, 1, 0, None, None),
    ]
