"""Reference tables: the bank's own digits, and the reasons why a word is said in both languages."""

from __future__ import annotations

import ast
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import zhanggui
from zhanggui.app.catalogue import QUESTIONS, list_questions, render_reference
from zhanggui.app.references import read_ecb_rates
from zhanggui.kernel.phrases import check_phrases, phrases

SOURCE = Path(zhanggui.__file__).parent
ROOT = SOURCE.parent.parent


def test_rates_are_what_the_bank_published() -> None:
    rates = {(rate.rate_on, rate.quote): rate.rate for rate in read_ecb_rates()}
    assert rates[date(1999, 1, 4), "USD"] == Decimal("1.1789")  # the euro's first fixing
    assert rates[date(2020, 1, 2), "USD"] == Decimal("1.1193")
    assert (date(2020, 1, 1), "USD") not in rates


def test_both_languages_say_the_same() -> None:
    assert check_phrases() == []


@pytest.mark.parametrize("room", ["money/unreconciled.py", "monitor/data_gaps.py", "monitor/concentration.py"])
def test_every_reason_has_its_sentence(room: str) -> None:
    tree = ast.parse((SOURCE / room).read_text("utf-8"))
    codes = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in ("Reason", "_share")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert codes
    assert {code for code in codes if f"reason.{code}" not in phrases("zh")} == set()


def test_every_question_is_a_sentence_in_both_languages() -> None:
    assert len(QUESTIONS) >= 16
    assert all(one.zh.endswith("？") and one.en.endswith("?") for one in list_questions())


def test_the_reference_document_matches_the_catalogue() -> None:
    assert (ROOT / "docs" / "commands.md").read_text("utf-8") == render_reference()
