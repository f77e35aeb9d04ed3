"""Answers that are kept: one computation for all who ask the same, nothing kept of a failure, the oldest goes first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from time import monotonic, sleep

import pytest

from zhanggui.app.remembering import Remembered, RememberedAnswers


def test_twenty_who_ask_the_same_at_once_cost_one_computation() -> None:
    answers, together, made = RememberedAnswers(), Barrier(20), []

    def make() -> bytes:
        made.append(1)
        sleep(0.2)
        return b"42"

    def ask(_: int) -> Remembered:
        together.wait()
        return answers.answer("the same", make)

    with ThreadPoolExecutor(20) as people:
        found = list(people.map(ask, range(20)))
    assert len(made) == 1
    assert {one.body for one in found} == {b"42"}
    assert sorted(one.how for one in found) == ["made"] + ["shared"] * 19
    assert answers.answer("the same", make) == Remembered(b"42", "kept")


def test_a_failure_is_told_and_not_kept() -> None:
    answers = RememberedAnswers()

    def fail() -> bytes:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        answers.answer("key", fail)
    assert answers.answer("key", lambda: b"mended") == Remembered(b"mended", "made")


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    answers = RememberedAnswers(most_bytes=40)
    for key in "abcd":
        answers.answer(key, lambda: b"x" * 10)
    answers.answer("a", lambda: b"never made")
    answers.answer("e", lambda: b"x" * 10)
    assert answers.held_bytes == 40
    assert answers.answer("a", lambda: b"") == Remembered(b"x" * 10, "kept")
    assert answers.answer("b", lambda: b"new") == Remembered(b"new", "made")


def test_an_answer_that_would_push_out_the_others_is_not_kept() -> None:
    answers = RememberedAnswers(most_bytes=40)
    assert answers.answer("long", lambda: b"x" * 11).how == "made"
    assert answers.answer("long", lambda: b"x" * 11).how == "made"
    assert answers.held_bytes == 0


def test_a_long_answer_does_not_hold_up_the_short_ones() -> None:
    answers, ended = RememberedAnswers(at_once=1), Event()

    def long() -> bytes:
        assert ended.wait(10)
        return b"long"

    with ThreadPoolExecutor(2) as people:
        first = people.submit(answers.answer, "long", long, is_long=True)
        second = people.submit(answers.answer, "other long", long, is_long=True)
        began = monotonic()
        assert answers.answer("short", lambda: b"short").body == b"short"
        assert monotonic() - began < 5
        assert not first.done()
        assert not second.done()
        ended.set()
        assert {first.result().body, second.result().body} == {b"long"}


def test_what_takes_long_is_made_by_new_threads_after_an_end() -> None:
    answers = RememberedAnswers()
    for _ in range(2):
        assert answers.answer("list", lambda: b"[]", is_long=True).how in ("made", "kept")
        answers.close()
    assert answers.answer("another", lambda: b"{}", is_long=True) == Remembered(b"{}", "made")
    answers.close()
