"""The phrase book: every sentence in Chinese and English, kept apart from the code that decides what to say.

The sentences stand beside this file in `phrases/zh.yaml` and `phrases/en.yaml`, and by room in `phrases/zh/*.yaml`
and `phrases/en/*.yaml`; both languages hold the same keys with the same fields, which `check_phrases` proves.
"""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from zhanggui.kernel.errors import Fault, ZhangguiError
from zhanggui.kernel.limits import MAX_PHRASE_CHARS

LANGUAGES = ("zh", "en")

# The loader in C reads the book in a fraction of the time; every error message waits for it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class PhraseMissing(Fault):
    """No such phrase, language or field; the fields say which."""

    code = "phrase_missing"


@cache
def phrases(lang: str) -> Mapping[str, str]:
    """All phrases of a language, by dotted key; raises PhraseMissing for a language that has no book."""
    if lang not in LANGUAGES:
        raise PhraseMissing(lang=lang)
    found: dict[str, str] = {}
    for read in _files(lang).values():
        found |= read
    return found


@cache
def _files(lang: str) -> Mapping[str, Mapping[str, str]]:
    """The phrases of every file of a language, by the file's name."""
    folder = resources.files("zhanggui.kernel").joinpath("phrases")
    rooms = sorted(
        (one for one in folder.joinpath(lang).iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name
    )
    files = (folder.joinpath(f"{lang}.yaml"), *rooms)
    return {
        file.name: dict(_flatten(yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER), "")) for file in files
    }


def _flatten(tree: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in tree.items():
        key = f"{prefix}{name}"
        found += _flatten(value, f"{key}.") if isinstance(value, Mapping) else [(key, str(value))]
    return found


def phrase(key: str, lang: str, **fields: object) -> str:
    """The sentence in that language with its fields filled in; raises PhraseMissing."""
    known = phrases(lang)
    if key not in known:
        raise PhraseMissing(key=key, lang=lang)
    missing = fields_of(known[key]) - fields.keys()
    if missing:
        raise PhraseMissing(key=key, lang=lang, fields=sorted(missing))
    return known[key].format(**fields)[:MAX_PHRASE_CHARS]


def error_sentences(error: ZhangguiError, lang: str) -> tuple[str, str]:
    """What happened and what to do; an error without its own phrase uses its family's."""
    fields = {"code": error.code, "detail": str(error), **error.fields}
    known = phrases(lang)
    for kind in type(error).__mro__:
        what, following = (known.get(f"error.{getattr(kind, 'code', '')}.{part}") for part in ("what", "next"))
        # A sentence that names a field which this error does not carry would hide the error: the family's is taken.
        if what and following and fields_of(what) | fields_of(following) <= fields.keys():
            return what.format(**fields)[:MAX_PHRASE_CHARS], following.format(**fields)[:MAX_PHRASE_CHARS]
    raise PhraseMissing(key=f"error.{error.code}", lang=lang)


def fields_of(text: str) -> set[str]:
    """The names of the fields in a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def check_phrases() -> list[str]:
    """What is wrong with the phrase book: keys of one language only or said twice, and sentences whose fields differ."""
    zh, en = phrases("zh"), phrases("en")
    lonely = [f"{key}: only in one language" for key in sorted(zh.keys() ^ en.keys())]
    unequal = [
        f"{key}: fields differ" for key in sorted(zh.keys() & en.keys()) if fields_of(zh[key]) != fields_of(en[key])
    ]
    return lonely + unequal + [twice for lang in LANGUAGES for twice in _said_twice(lang)]


def _said_twice(lang: str) -> list[str]:
    every = Counter(key for read in _files(lang).values() for key in read)
    return [f"{key}: twice in {lang}" for key, count in sorted(every.items()) if count > 1]
