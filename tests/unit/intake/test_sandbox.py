"""What a child's answer means, and that errors come back as what they were."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zhanggui.intake.errors import ArchiveSuspicious, ChildFailed, ChildLimitExceeded, FileMissing, FormatMismatch
from zhanggui.intake.forking import MEMORY_EXIT, ChildLimits, Request, pack_error
from zhanggui.intake.reading import Staged, StageJob
from zhanggui.intake.sandbox import Sandbox, understand
from zhanggui.kernel.errors import ZhangguiError

REQUEST = Request(StageJob(Path("orders.csv"), Path("staging"), b""), Path("staging/work"), ChildLimits(1000, 2, 3))


@pytest.mark.parametrize("ending", [b"-9", b"-24", b"-14", b"-6", b"-11", str(MEMORY_EXIT).encode()])
def test_a_child_that_was_killed_had_passed_a_limit(ending: bytes) -> None:
    answer = understand(REQUEST, b"", ending)
    assert isinstance(answer, ChildLimitExceeded)
    assert answer.fields == {"file": "orders.csv", "memory_bytes": 1000, "cpu_seconds": 2}


@pytest.mark.parametrize("ending", [b"", b"1", b'{"manifests": []}', b"0x"])
def test_any_other_end_is_ours(ending: bytes) -> None:
    assert isinstance(understand(REQUEST, b"", ending), ChildFailed)


def test_an_answer_of_a_child_that_died_after_it_counts_for_nothing() -> None:
    assert isinstance(understand(REQUEST, b'{"manifests": [], "refused": []}', b"-9"), ChildLimitExceeded)


@pytest.mark.parametrize("answer", [b"", b"not json", b"[]", b'{"manifests": [{}], "refused": []}', b'{"error": "x"}'])
def test_an_answer_that_is_none_is_ours(answer: bytes) -> None:
    assert isinstance(understand(REQUEST, answer, b"0"), ChildFailed)


@pytest.mark.parametrize(
    "error",
    [
        ArchiveSuspicious(file="a.zip", ratio=300, limit=100),
        FormatMismatch(file="a", format="b", signature=["c", "d/e"]),
    ],
)
def test_errors_come_back_as_what_they_were(error: ZhangguiError) -> None:
    told = understand(REQUEST, json.dumps(pack_error(error)).encode(), b"0")
    assert isinstance(told, ZhangguiError)
    assert (type(told), told.fields) == (type(error), error.fields)


def test_a_missing_file_is_told_by_its_code(tmp_path: Path) -> None:
    with Sandbox(1) as sandbox, pytest.raises(FileMissing):
        sandbox.stage(StageJob(tmp_path / "nothing.csv", tmp_path / "s", b"k" * 32))


def test_an_empty_answer_is_an_answer() -> None:
    assert understand(REQUEST, b'{"manifests": [], "refused": []}', b"0") == Staged((), ())
