"""What is written agrees with its label: aspects, defects, language; replies come after what they answer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.unit.shopsim.lived import foreign, small
from zhanggui.shopsim.business.voice import voices
from zhanggui.shopsim.world.whole import World

BOTH = pytest.mark.parametrize("lived", [small, foreign])


@BOTH
def test_every_labelled_opinion_stands_in_the_text(lived: Callable[[], World]) -> None:
    world = lived()
    reviews = world.chronicle.columns("reviews")
    assert len(reviews["review_no"]) > 50
    for text, aspects, language in zip(reviews["text"], reviews["aspects"], reviews["language"], strict=True):
        told = voices()["reviews"][language]
        for aspect, sign in (part.split(":") for part in aspects.split(";")):
            sentences = told[aspect]["good" if sign == "+1" else "poor"]
            known = sentences + (told["defect"] if (aspect, sign) == ("quality", "-1") else [])
            assert any(sentence.split("{item}")[-1] in text for sentence in known), (text, aspects)


@BOTH
def test_reviews_and_replies_come_in_their_order(lived: Callable[[], World]) -> None:
    world = lived()
    reviews, orders = world.chronicle.columns("reviews"), world.chronicle.columns("orders")
    own = np.searchsorted(orders["order_no"], reviews["order_no"])
    assert (reviews["created_at"] > orders["delivered_at"][own]).all()
    assert not (reviews["replied_at"] < reviews["created_at"]).any()
    assert np.array_equal(np.isnat(reviews["replied_at"]), reviews["reply"] == "")
    assert ((reviews["rating"] >= 1) & (reviews["rating"] <= 5)).all()
    assert len(set(reviews["platform_review_id"])) == len(reviews["review_no"])


def test_brushed_orders_praise() -> None:
    reviews, orders = small().chronicle.columns("reviews"), small().chronicle.columns("orders")
    fake = orders["is_fake"][np.searchsorted(orders["order_no"], reviews["order_no"])]
    assert fake.any() and set(reviews["rating"][fake]) == {5}


def test_a_defective_batch_is_written_about_and_costs_stars() -> None:
    reviews, events = small().chronicle.columns("reviews"), small().chronicle.columns("events")
    code = events["reference"][events["kind"].tolist().index("defective_batch")]
    sick = reviews["batch"] == code
    assert sick.any()
    assert reviews["rating"][sick].mean() < reviews["rating"][~sick].mean() - 1
    assert all("quality:-1" in aspects for aspects in reviews["aspects"][sick].tolist())


@BOTH
def test_buyers_write_in_the_language_of_their_shop(lived: Callable[[], World]) -> None:
    world = lived()
    country = {shop.code: shop.country for shop in world.shops}
    for table in ("reviews", "messages"):
        rows = world.chronicle.columns(table)
        told = ["zh" if country[shop] == "CN" else "en" for shop in rows["shop"]]
        assert rows["language"].tolist() == told
        assert all(text and "{" not in text for text in rows["text"])


@BOTH
def test_conversations_are_answered_after_they_begin_and_in_opening_hours(lived: Callable[[], World]) -> None:
    messages = lived().chronicle.columns("messages")
    answered = ~np.isnat(messages["first_reply_at"])
    assert (messages["first_reply_at"] > messages["started_at"])[answered].all()
    assert (messages["closed_at"] > messages["first_reply_at"])[answered].all()
    assert (messages["message_count"][answered] >= 2).all() and (messages["message_count"][~answered] == 1).all()
    waited = (messages["first_reply_at"] - messages["started_at"])[answered] / np.timedelta64(3600, "s")
    assert waited.max() < 12
    assert 0 < np.median(waited) < 1
