"""The hand-made world, built once: no test here changes it."""

from __future__ import annotations

import pytest

from tests.unit.metrics.world import World


@pytest.fixture(scope="package")
def world() -> World:
    return World()
