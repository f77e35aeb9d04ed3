"""Loads the readers and the declarations once, in the process from which children are forked."""

from __future__ import annotations

from contextlib import suppress

from zhanggui.intake.declaration import shipped_formats
from zhanggui.kernel.errors import ZhangguiError


def load_everything() -> None:
    """Parse every shipped declaration; the readers are loaded by being imported."""
    with suppress(ZhangguiError):  # a broken declaration is told by the child that needs it
        shipped_formats()
