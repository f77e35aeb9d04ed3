"""A fresh workspace for every anchor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.anchors.imports import Anchor


@pytest.fixture
def anchor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[str], Anchor]:
    """Make a workspace with this base currency."""
    return lambda currency: Anchor(tmp_path / "workspace", capsys, currency)
