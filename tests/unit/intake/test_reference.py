"""The reference of formats is made from the declarations and is current."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhanggui.intake import reference
from zhanggui.intake.declaration import FIELD_TYPES, SOURCE_OPERANDS, format_ids, read_declaration, shipped_formats

_ROOT = Path(__file__).parents[3]


def test_the_document_is_current(monkeypatch: pytest.MonkeyPatch) -> None:
    """When this fails: python -m zhanggui.intake.reference"""
    monkeypatch.chdir(_ROOT)
    assert reference.main(["--check"]) == 0


def test_the_document_names_every_format_type_and_operation() -> None:
    text = reference.render_reference(shipped_formats())
    assert [one for one in format_ids() if f"### {one}\n" not in text] == []
    assert [one for one in FIELD_TYPES if f"`{one}`" not in text] == []
    told_otherwise = {"of", "out", "direction", "extract"}
    assert [one for one in SOURCE_OPERANDS - told_otherwise if f"{one}: " not in text] == []


def test_the_example_of_the_document_is_a_declaration() -> None:
    text = reference.render_reference(shipped_formats())
    example = text.split("```yaml\n")[1].split("```")[0]
    assert read_declaration(example, "docs/formats.md").primary == "orders"
