"""Lists in pages: every order is total, pages fit together, and what cannot be asked is refused."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.app.small_books import cells, put
from zhanggui.app.asking import QUESTIONS, Asked, check_question
from zhanggui.app.errors import ParameterInvalid
from zhanggui.app.listings import PAGING

LISTED = sorted(name for name, entry in QUESTIONS.items() if entry.listing)
SORTED = [(name, sort) for name in LISTED for sort in QUESTIONS[name].listing.sorts]  # type: ignore[union-attr]


def test_pages_fit_together_without_gaps_and_repetitions(small: Asked) -> None:
    whole = put(small, "orders").rows
    pages = [put(small, "orders", page=str(number), size="3") for number in range(1, 5)]
    assert [row for page in pages for row in page.rows] == list(whole)
    assert [(len(page.rows), page.total, page.is_cut) for page in pages] == [
        (3, 10, False), (3, 10, False), (3, 10, False), (1, 10, False),
    ]  # fmt: skip


@pytest.mark.parametrize("way", ["", "-"])
@pytest.mark.parametrize(("name", "sort"), [one for one in SORTED if QUESTIONS[one[0]].listing.is_long])  # type: ignore[union-attr]
def test_the_pages_of_a_long_list_are_its_rows_in_any_order(small: Asked, name: str, sort: str, way: str) -> None:
    whole = put(small, name, sort=way + sort)
    pages = [put(small, name, sort=way + sort, page=str(number), size="2") for number in range(1, whole.total // 2 + 2)]
    assert [row for page in pages for row in page.rows] == list(whole.rows)
    assert {page.total for page in pages} == {len(whole.rows)}


def test_a_page_beyond_the_end_is_empty_and_still_knows_the_whole(small: Asked) -> None:
    answer = put(small, "orders", page="9", size="5")
    assert (answer.rows, answer.total) == ((), 10)


def test_the_key_decides_between_equals(small: Asked) -> None:
    """Three orders of 10 February: by shop, whichever way the dates run."""
    equal = [("amazon/us", "U1"), ("douyin/main", "D1"), ("taobao/main", "A5")]
    for sort in ("created_on", "-created_on"):
        answer = put(small, "orders", sort=sort)
        found = cells(answer, "created_on", "shop_id", "platform_order_id")
        assert [row[1:] for row in found if row[0] == date(2026, 2, 10)] == equal


def test_what_is_not_known_stands_last_both_ways(small: Asked) -> None:
    for sort in ("paid_amount", "-paid_amount"):
        amounts = [amount for (amount,) in cells(put(small, "orders", sort=sort), "paid_amount")]
        assert amounts[-3:] == [None] * 3 and None not in amounts[:-3]


def test_a_search_looks_into_texts_without_case_and_at_the_beginning_of_order_numbers(small: Asked) -> None:
    assert cells(put(small, "products", search="sku-9"), "sku_id") == [("SKU-9",)]
    assert cells(put(small, "orders", search="A", sort="platform_order_id"), "platform_order_id") == [
        ("A1",), ("A2",), ("A3",), ("A4",), ("A5",),
    ]  # fmt: skip
    assert put(small, "orders", search="5").total == 0


def test_a_search_is_a_text_and_no_pattern(small: Asked) -> None:
    assert put(small, "products", search="%").total == 0
    assert put(small, "products", search="' or 1=1 --").total == 0


def test_a_list_in_memory_has_pages_too(small: Asked) -> None:
    first = put(small, "dictionary", subject="lists", page="1", size="2", sort="table")
    assert (cells(first, "table"), first.total) == ([("customer_summary",), ("order_index",)], 6)
    assert cells(put(small, "dictionary", search="order index"), "table") == [("order_index",)]


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({"sort": "buyer_key"}, "sort"),
        ({"sort": "-nosuch"}, "sort"),
        ({"size": "501"}, "size"),
        ({"size": "0"}, "size"),
        ({"page": "0"}, "page"),
        ({"page": "x"}, "page"),
        ({"search": "x" * 201}, "search"),
    ],
)
def test_what_cannot_be_asked_of_a_list_is_refused(given: dict[str, str], parameter: str) -> None:
    with pytest.raises(ParameterInvalid) as refused:
        check_question("orders", given)
    assert refused.value.fields["parameter"] == parameter


@pytest.mark.parametrize(("name", "sort"), SORTED, ids=[f"{name}-{sort}" for name, sort in SORTED])
def test_every_list_is_sorted_by_every_column_it_offers(small: Asked, name: str, sort: str) -> None:
    up, down = (put(small, name, sort=f"{sign}{sort}", page="1", size="500") for sign in ("", "-"))
    assert up.total == down.total == len(up.rows)
    known = [cell for (cell,) in cells(up, sort) if cell is not None]
    assert known == sorted(known)
    assert [cell for (cell,) in cells(down, sort) if cell is not None] == sorted(known, reverse=True)
    wanted = QUESTIONS[name].listing
    assert wanted is not None and len(set(cells(up, *wanted.key))) == len(up.rows)


@pytest.mark.parametrize("name", LISTED)
def test_every_list_can_be_searched_in_every_text_it_names(small: Asked, name: str) -> None:
    assert put(small, name, search="no such text").total == 0


def test_listings_take_paging_and_others_do_not() -> None:
    for one in (entry.question for entry in QUESTIONS.values()):
        taken = [parameter for parameter in one.parameters if parameter in PAGING]
        assert len(taken) == (len(PAGING) if one.name in LISTED else 0)
