"""Every code that intake can give a file, a row or a warning has its sentences in both languages."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import zhanggui.intake
from zhanggui.kernel.errors import ZhangguiError
from zhanggui.kernel.phrases import LANGUAGES, fields_of, phrases

SOURCES = {path.name: path.read_text("utf-8") for path in Path(zhanggui.intake.__file__).parent.glob("*.py")}
_ROW_CODE = re.compile(
    r'"((?:[a-z]+_(?:unreadable|damaged|rounded|unclosed|unterminated)|wrong_cell_count|cell_missing|key_missing|direction_unknown|encoding_broken|[a-z]+_too_long))"'
)
_WARNING = re.compile(r'Warning_\("(\w+)"')


def error_codes() -> set[str]:
    """The codes of all errors that the room raises."""
    for module in pkgutil.iter_modules(zhanggui.intake.__path__):
        importlib.import_module(f"zhanggui.intake.{module.name}")

    def below(kind: type[ZhangguiError]) -> set[str]:
        own = {kind.code} if kind.__module__.startswith("zhanggui.intake") else set()
        return own.union(*(below(one) for one in kind.__subclasses__()))

    return below(ZhangguiError)


def found_in_sources(pattern: re.Pattern[str]) -> set[str]:
    """The codes that the sources name in one of these places."""
    return {code for text in SOURCES.values() for code in pattern.findall(text)}


ROW_CODES = {
    "id_damaged", "id_rounded", "money_unreadable", "instant_unreadable", "date_unreadable", "count_unreadable",
    "quantity_unreadable", "rate_unreadable", "flag_unreadable", "cell_missing", "key_missing", "direction_unknown",
    "encoding_broken", "wrong_cell_count", "quote_unclosed", "line_unterminated", "line_too_long", "cell_too_long",
}  # fmt: skip
WARNINGS = {
    "term_unknown", "ids_rounded", "stated_at_from_file_time", "last_line_unterminated", "currency_unknown", "zone_unknown",
}  # fmt: skip


def test_the_lists_of_codes_are_whole() -> None:
    assert found_in_sources(_ROW_CODE) - WARNINGS <= ROW_CODES
    assert found_in_sources(_WARNING) <= WARNINGS


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_error_says_what_happened_and_what_to_do(lang: str) -> None:
    known = phrases(lang)
    assert [
        code for code in sorted(error_codes()) if not {f"error.{code}.what", f"error.{code}.next"} <= known.keys()
    ] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_refused_row_says_why(lang: str) -> None:
    known = phrases(lang)
    assert [code for code in sorted(ROW_CODES) if f"refusal.{code}" not in known] == []
    assert {field for code in ROW_CODES for field in fields_of(known[f"refusal.{code}"])} <= {"value"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_warning_has_a_sentence(lang: str) -> None:
    known = phrases(lang)
    assert [code for code in sorted(WARNINGS) if f"warning.{code}" not in known] == []
    told = {"message", "column", "count"}
    assert {field for code in WARNINGS for field in fields_of(known[f"warning.{code}"])} <= told
