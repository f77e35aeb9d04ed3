"""Identity: exact rules in their order, suggestions with their parts, a person's word over both, and undoing it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from zhanggui.products.identity import (
    IdentityPolicy,
    PersonsWord,
    compose_bundles,
    has_check_digit,
    link_items,
    normalise_code,
    score_match,
)

TEXTS = ("shop_id", "platform_listing_id", "variant", "variant_text", "seller_sku_code", "seller_code", "gtin", "title")
SKU_TEXTS = ("seller_sku_code", "gtin", "style_code", "title", "option1", "option2", "option3")
AMOUNT = pa.decimal128(18, 4)


def items(*rows: dict[str, Any]) -> pa.Table:
    schema = pa.schema([*((name, pa.string()) for name in TEXTS), ("price", AMOUNT), ("amount", AMOUNT)])
    return pa.Table.from_pylist([{"shop_id": "taobao/main", "variant": "", **row} for row in rows], schema)


def skus(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(
        list(rows), pa.schema([*((name, pa.string()) for name in SKU_TEXTS), ("price", AMOUNT)])
    )


def erp(*rows: dict[str, Any]) -> pa.Table:
    names = ("shop_id", "platform_listing_id", "variant", "seller_sku_code")
    return pa.Table.from_pylist(
        list(rows), pa.schema([*((name, pa.string()) for name in names), ("line_count", pa.int64())])
    )


def linked(table: pa.Table) -> dict[str, tuple[Any, ...]]:
    return {
        row["alias"]: (row["seller_sku_code"], row["rule"], row["confidence"], row["status"])
        for row in table.to_pylist()
    }


def link(
    found: pa.Table, known: pa.Table, matches: pa.Table | None = None, *words: PersonsWord
) -> dict[str, tuple[Any, ...]]:
    return linked(link_items(found, known, matches if matches is not None else erp(), words, IdentityPolicy()))


ONE = Decimal("1.00000000")


def word(verdict: str, alias: str, sku: str | None = None, day: int = 1) -> PersonsWord:
    return PersonsWord("taobao/main", "listing", alias, verdict, "老板", datetime(2026, 7, day), sku)


@pytest.mark.parametrize(
    ("gtin", "is_right"),
    [
        ("6901234567892", True),  # the example of GS1 China
        ("4006381333931", True),
        ("96385074", True),
        ("036000291452", True),
        ("10614141000415", True),
        ("6901234567891", False),
        ("0000000000000", False),
        ("690123456789", False),
        ("６901234567892", False),
        (None, False),
    ],
)
def test_a_barcode_counts_only_with_its_check_digit(gtin: str | None, is_right: bool) -> None:
    assert has_check_digit(gtin) is is_right


def test_codes_are_one_in_any_width_and_case() -> None:
    assert normalise_code(" ＡＢ－01 ") == normalise_code("ab-01")


def test_the_sellers_own_code_links_first() -> None:
    found = items({"platform_listing_id": "L1", "seller_sku_code": "ab-1", "gtin": "6901234567892"})
    known = skus({"seller_sku_code": "AB-1"}, {"seller_sku_code": "OTHER", "gtin": "6901234567892"})
    assert link(found, known) == {"L1|": ("AB-1", "same_seller_sku_code", ONE, "exact")}


def test_a_code_that_no_master_data_knows_stands_for_itself() -> None:
    assert link(items({"platform_listing_id": "L1", "seller_sku_code": "new"}), skus()) == {
        "L1|": ("new", "same_seller_sku_code", ONE, "exact")
    }


def test_a_barcode_links_where_its_check_digit_is_right() -> None:
    known = skus({"seller_sku_code": "A", "gtin": "6901234567892"}, {"seller_sku_code": "B", "gtin": "6901234567891"})
    found = items(
        {"platform_listing_id": "L1", "gtin": "6901234567892"}, {"platform_listing_id": "L2", "gtin": "6901234567891"}
    )
    assert link(found, known) == {"L1|": ("A", "same_gtin", ONE, "exact")}


def test_a_barcode_of_two_skus_links_to_none() -> None:
    known = skus({"seller_sku_code": "A", "gtin": "6901234567892"}, {"seller_sku_code": "B", "gtin": "6901234567892"})
    assert link(items({"platform_listing_id": "L1", "gtin": "6901234567892"}), known) == {}


def test_what_the_erp_shipped_links_when_it_always_shipped_the_same() -> None:
    found = items({"platform_listing_id": "L1", "variant": "红"}, {"platform_listing_id": "L2", "variant": "红"})
    shipped = erp(
        {"shop_id": "taobao/main", "platform_listing_id": "L1", "variant": "红", "seller_sku_code": "A"},
        {"shop_id": "taobao/main", "platform_listing_id": "L2", "variant": "红", "seller_sku_code": "A"},
        {"shop_id": "taobao/main", "platform_listing_id": "L2", "variant": "红", "seller_sku_code": "B"},
    )
    assert link(found, skus(), shipped) == {"L1|红": ("A", "erp_order_line", ONE, "exact")}


def test_the_product_code_links_last() -> None:
    found = items({"platform_listing_id": "L1", "seller_code": "A"})
    assert link(found, skus({"seller_sku_code": "A"})) == {"L1|": ("A", "same_seller_code", ONE, "exact")}


def test_an_item_without_listing_is_named_by_its_title() -> None:
    row = {"title": "杯子", "seller_sku_code": "A", "variant": "蓝"}
    table = link_items(items(row), skus(), erp(), (), IdentityPolicy()).to_pylist()
    assert [(one["alias_kind"], one["alias"]) for one in table] == [("title", "杯子|蓝")]


def test_a_score_is_the_weighted_mean_of_what_can_be_compared() -> None:
    item = {"title": "abc", "variant_text": "ab", "price": Decimal("8")}
    sku = {"title": "abd", "option1": "ab", "option2": None, "option3": None, "price": Decimal("10"), "style_code": "S"}
    score = score_match(item, sku, {"S": 3, "T": 1}, IdentityPolicy())
    # title: {ab, bc} and {ab, bd} share one of four: 2 × 1 / 4; price 8/10; three of four sisters
    assert (score.title, score.variant, score.price, score.sisters) == (
        Decimal("0.5"), Decimal(1), Decimal("0.8"), Decimal("0.75")
    )  # fmt: skip
    assert score.total == Decimal("0.6550")  # 0.5×0.6 + 1×0.2 + 0.8×0.1 + 0.75×0.1
    bare = score_match({**item, "price": None}, {**sku, "style_code": None}, {}, IdentityPolicy())
    assert bare.total == Decimal("0.6250")  # (0.5×0.6 + 1×0.2) / 0.8


def test_a_suggestion_waits_and_shows_its_parts() -> None:
    found = items({"platform_listing_id": "L1", "title": "纯棉短袖T恤 男", "variant_text": "白色 L"})
    known = skus(
        {"seller_sku_code": "TS-W-L", "title": "纯棉短袖T恤男", "option1": "白色", "option2": "L"},
        {"seller_sku_code": "TS-B-L", "title": "纯棉短袖T恤男", "option1": "黑色", "option2": "L"},
        {"seller_sku_code": "CUP", "title": "玻璃杯"},
    )
    assert link(found, known) == {"L1|": ("TS-W-L", "similar: title 1.0000, variant 1.0000", ONE, "suggested")}


def test_nothing_alike_is_suggested_to_nobody() -> None:
    found = items({"platform_listing_id": "L1", "title": "不锈钢保温杯"})
    assert link(found, skus({"seller_sku_code": "A", "title": "纯棉短袖T恤男"})) == {}


def test_a_person_confirms_merges_rejects_and_undoes() -> None:
    found = items({"platform_listing_id": "L1", "title": "纯棉短袖T恤", "variant_text": None})
    known = skus({"seller_sku_code": "A", "title": "纯棉短袖T恤"}, {"seller_sku_code": "B", "title": "纯棉短袖T恤衫"})
    suggested = ("A", "similar: title 1.0000", ONE, "suggested")
    assert link(found, known)["L1|"] == suggested
    assert link(found, known, None, word("confirm", "L1|", "A"))["L1|"] == ("A", "confirmed", ONE, "confirmed")
    merged = (word("confirm", "L1|", "A"), word("merge", "L1|", "B", 2))
    assert link(found, known, None, *merged)["L1|"] == ("B", "merged", ONE, "confirmed")
    assert link(found, known, None, *merged, word("undo", "L1|", None, 3))["L1|"] == (
        "A",
        "confirmed",
        ONE,
        "confirmed",
    )
    undone = (*merged, word("undo", "L1|", None, 3), word("undo", "L1|", None, 4))
    assert link(found, known, None, *undone)["L1|"] == suggested
    no_a = word("reject", "L1|", "A")
    assert link(found, known, None, no_a)["L1|"] == ("B", "similar: title 0.9091", Decimal("0.9091"), "suggested")
    neither = link(found, known, None, no_a, word("reject", "L1|", "B", 2))["L1|"]
    assert neither == ("B", "rejected", Decimal(0), "rejected")


def test_a_persons_word_goes_before_an_exact_rule() -> None:
    found = items({"platform_listing_id": "L1", "seller_sku_code": "A"})
    assert link(found, skus(), None, word("merge", "L1|", "B"))["L1|"][:2] == ("B", "merged")


def test_a_person_may_reject_what_a_rule_found() -> None:
    found = items({"platform_listing_id": "L1", "seller_sku_code": "A"})
    assert link(found, skus(), None, word("reject", "L1|", "A"))["L1|"] == ("A", "rejected", Decimal(0), "rejected")


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [{"platform_listing_id": f"L{n}", "title": f"纯棉短袖T恤{n}"} for n in range(6)]
    known = [{"seller_sku_code": f"S{n}", "title": f"纯棉短袖T恤{n}"} for n in range(6)]
    forwards = link_items(items(*rows), skus(*known), erp(), (), IdentityPolicy())
    backwards = link_items(items(*rows[::-1]), skus(*known[::-1]), erp(), (), IdentityPolicy())
    assert forwards.equals(backwards)


def bundles(*rows: tuple[str, str, str, str]) -> pa.Table:
    names = ("bundle_code", "component", "part_quantity", "bundle_quantity")
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    arrays = [pa.array(c, pa.string()) for c in columns[:2]]
    arrays += [pa.array([Decimal(v) for v in c], AMOUNT) for c in columns[2:]]
    return pa.table(arrays, names=list(names))


def test_a_bundle_is_taken_apart_when_every_order_agrees() -> None:
    measured = bundles(("SET", "A", "4", "2"), ("SET", "A", "2", "1"), ("SET", "B", "1", "1"), ("SET", "B", "3", "1"))
    assert [tuple(row.values()) for row in compose_bundles(measured, ()).to_pylist()] == [
        ("SET", "A", Decimal("2.0000"), "erp")
    ]


def test_the_sellers_word_on_a_bundle_replaces_the_erps() -> None:
    stated = compose_bundles(bundles(("SET", "A", "2", "1")), [("SET", "C", Decimal(3))])
    assert [tuple(row.values()) for row in stated.to_pylist()] == [("SET", "C", Decimal("3.0000"), "seller")]
