"""Back up, wipe, restore somewhere else: fifty questions are answered as before, to the last digit, and so are the records."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.planted import keep, make_planted
from zhanggui.app.backup import backup_workspace, restore_workspace
from zhanggui.app.catalogue import QUESTIONS, answer_question
from zhanggui.app.figures import answer_metrics, make_request
from zhanggui.app.verdicts import list_todo, record_verdict
from zhanggui.app.workspace import Workspace, open_workspace
from zhanggui.metrics.registry import METRICS

SHOPS, COUNTED = ("", "taobao"), 20


def asked_of(workspace: Workspace) -> list[tuple[str, dict[str, str]]]:
    """Questions with what they are given: each as it stands, then again narrower or in another order."""

    def first(question: str, column: str) -> str:
        answer = answer_question(workspace, question, {})
        place = [one.name for one in answer.columns].index(column)
        return next(str(row[place]) for row in answer.rows if row[place])

    sku = first("products", "sku_id")
    given = {"order": first("orders", "platform_order_id"), "buyer": first("customers", "buyer_key"), "sku": sku, "code": sku,
             "metric": "paid_amount"}  # fmt: skip
    asked = []
    for name, entry in QUESTIONS.items():
        needed = {one.name: given[one.name] for one in entry.question.parameters if one.required}
        asked.append((name, needed))
        names = {one.name for one in entry.question.parameters}
        if entry.listing is not None:
            asked.append((name, {**needed, "page": "2", "size": "3", "sort": f"-{entry.listing.sorts[0]}"}))
            asked.append((name, {**needed, "search": "1"}))
        elif "period" in names:
            asked.append((name, {**needed, "period": "2026-07"}))
    return asked


def answers(workspace: Workspace, asked: list[tuple[str, dict[str, str]]]) -> dict[str, Any]:
    """Every answer with its columns, rows, notes and generation."""
    told: dict[str, Any] = {}
    for name, given in asked:
        told[f"{name} {sorted(given.items())}"] = answer_question(workspace, name, given)
    names = tuple(METRICS)[:COUNTED]
    for grain in (None, "month", "day"):
        for name in names:
            by = tuple(cut for cut in ("shop",) if cut in METRICS[name].over)
            told[f"{name} by {by} {grain}"] = answer_metrics(
                workspace, make_request((name,), by, grain, None, None, {}, None)
            )
    told["todo"] = list_todo(workspace, has_all=True)
    return told


@pytest.fixture
def filled(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Workspace:
    """A copy of the planted workspace in which one decision was answered."""
    made = keep(tmp_path_factory, "planted", make_planted) / "workspace"
    workspace = open_workspace(Path(shutil.copytree(made, tmp_path / "first")))
    record_verdict(workspace, answer_question(workspace, "decisions", {}).rows[0][0], "accept", "owner", "故")
    return workspace


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_fifty_questions_are_answered_as_before(filled: Workspace, tmp_path: Path) -> None:
    asked = asked_of(filled)
    before = answers(filled, asked)
    assert len(before) >= 50 + COUNTED
    assert sum(bool(answer.rows) for key, answer in before.items() if key != "todo") > 50, "most have something to say"
    audit, people, key = filled.books.read_audit(), filled.books.read_verdicts(), filled.key
    backup_workspace(filled, tmp_path / "kept.zip")
    filled.books.close()
    shutil.rmtree(filled.root)
    restore_workspace(tmp_path / "kept.zip", tmp_path / "elsewhere" / "second")
    second = open_workspace(tmp_path / "elsewhere" / "second")
    after = answers(second, asked)
    assert {name for name in before if after[name] != before[name]} == set()
    assert (second.books.read_audit(), second.books.read_verdicts(), second.key) == (audit, people, key)
    assert (second.root / "secret.key").stat().st_mode & 0o077 == 0
