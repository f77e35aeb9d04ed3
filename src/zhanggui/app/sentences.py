"""Decisions in words: the title and the reasons, from the phrase book in the reader's language."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from zhanggui.canon.references import CHANNELS
from zhanggui.kernel.phrases import PhraseMissing, phrase

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_CURRENCY = re.compile(r"[A-Z]{3}")


def with_sentences(answer: dict[str, Any], lang: str) -> dict[str, Any]:
    """The answer to /todo with sentences in every decision."""
    return {**answer, "decisions": [{**one, "sentences": sentences(one, lang)} for one in answer["decisions"]]}


def sentences(decision: dict[str, Any], lang: str) -> dict[str, Any]:
    """The title of a decision and why it was made."""
    verdict = said(f"verdict.{decision['verdict']}", lang)
    subject = name_subject(decision["subject_id"], lang)
    title = said(f"decision.{decision['kind']}", lang, subject=subject, verdict=verdict)
    return {"title": title, "verdict": verdict, "why": [reason(one, lang) for one in decision["reasons"]]}


def reason(one: dict[str, Any], lang: str) -> str:
    """A reason in words."""
    unit = one.get("unit") or ""
    return said(f"reason.{one['code']}", lang, value=write_value(one.get("value") or "", unit), unit=unit)


def name_subject(subject: str, lang: str) -> str:
    """What a decision is about as people call it: `taobao/main|2025-01|CNY` is Taobao · main · 2025-01 · CNY."""
    return " · ".join(_name_part(part, lang) for part in subject.split("|"))


def _name_part(part: str, lang: str) -> str:
    code, slash, rest = part.partition("/")
    channel = CHANNELS.get(code)
    if channel is None:
        return part
    name = channel.zh if lang == "zh" else channel.en
    return f"{name} · {rest}" if slash else name


def write_value(value: str, unit: str) -> str:
    """A reason's value as people write it: money to the cent, shares in per cent; what is no number stays."""
    if not _NUMBER.fullmatch(value):
        return value
    if unit == "share":
        return f"{Decimal(value) * 100:.1f}%"
    return f"{Decimal(value):,.2f}" if _CURRENCY.fullmatch(unit) else value


def said(key: str, lang: str, **fields: object) -> str:
    """The sentence; its key where the book has none."""
    try:
        return phrase(key, lang, **fields)
    except PhraseMissing:
        return key
