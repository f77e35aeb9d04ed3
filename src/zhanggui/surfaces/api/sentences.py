"""Decisions in words: the title and the reasons, from the phrase book in the reader's language."""

from __future__ import annotations

from typing import Any

from zhanggui.kernel.phrases import PhraseMissing, phrase


def with_sentences(answer: dict[str, Any], lang: str) -> dict[str, Any]:
    """The answer to /todo with sentences in every decision."""
    return {**answer, "decisions": [{**one, "sentences": sentences(one, lang)} for one in answer["decisions"]]}


def sentences(decision: dict[str, Any], lang: str) -> dict[str, Any]:
    """The title of a decision and why it was made."""
    verdict = said(f"verdict.{decision['verdict']}", lang)
    title = said(f"decision.{decision['kind']}", lang, subject=decision["subject_id"], verdict=verdict)
    return {"title": title, "verdict": verdict, "why": [reason(one, lang) for one in decision["reasons"]]}


def reason(one: dict[str, Any], lang: str) -> str:
    """A reason in words."""
    return said(f"reason.{one['code']}", lang, value=one.get("value") or "", unit=one.get("unit") or "")


def said(key: str, lang: str, **fields: object) -> str:
    """The sentence; its key where the book has none."""
    try:
        return phrase(key, lang, **fields)
    except PhraseMissing:
        return key
