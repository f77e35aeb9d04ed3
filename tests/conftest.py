"""What every test may count on: where the public data lies, what a mark needs, and a seed that can be replayed.

A test that lacks its prerequisite is skipped and says why. Under CI a missing Java is a failure instead,
so that the cluster is never left out silently.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# Imports, closes and engines are slower than Hypothesis expects of one example, and share two cores.
settings.register_profile(
    "house", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow], database=None
)
settings.load_profile("house")


def find_shared() -> Path:
    """The folder of public data and format samples: ZHANGGUI_SHARED, else `shared` beside the checkout."""
    named = os.environ.get("ZHANGGUI_SHARED")
    return Path(named) if named else ROOT.parent / "shared"


def pytest_report_header() -> str:
    state = "present" if (find_shared() / "data").is_dir() else "absent: tests marked real_data are skipped"
    return f"public data: {state}; java: {'present' if shutil.which('java') else 'absent'}"


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("real_data") and not (find_shared() / "data").is_dir():
        pytest.skip("needs the public data sets (ZHANGGUI_SHARED, or a folder `shared` beside the checkout)")
    if item.get_closest_marker("spark") and not shutil.which("java"):
        if os.environ.get("CI"):
            pytest.fail("the cluster tests need Java 17, and CI must not leave them out")
        pytest.skip("needs Java 17 (on Debian and Ubuntu: apt-get install openjdk-17-jre-headless)")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Where the public data sets lie; for tests marked `real_data`."""
    return find_shared() / "data"


@pytest.fixture(scope="session")
def shared_formats() -> Path:
    """Where the synthetic samples of every format lie, beside the public data."""
    folder = find_shared() / "formats"
    if not folder.is_dir():
        pytest.skip("needs the format samples (ZHANGGUI_SHARED, or a folder `shared` beside the checkout)")
    return folder
