"""A backup brought back where it is kept: the books are those of the backup, who may enter is as it was, nothing is half there."""

from __future__ import annotations

import shutil
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.two_shops import PHRASE
from zhanggui.app import restoring
from zhanggui.app.actions import backups, keep_backup, list_backups, restore_at_once
from zhanggui.app.asking import answer_question
from zhanggui.app.callers import local_caller
from zhanggui.app.catalogue import run_command
from zhanggui.app.commanding import Commanded
from zhanggui.app.errors import BackupDamaged, RestoreUnderWay, ServerRunning
from zhanggui.app.locking import SERVER_LOCK, held_lock
from zhanggui.app.people import add_person, disable_person, list_people
from zhanggui.app.reading import BookPool
from zhanggui.app.restoring import PARTS, find_plan, forget_plan, prepare_restore, switch_over
from zhanggui.app.settings import change_settings, read_all
from zhanggui.app.verdicts import list_todo, record_verdict
from zhanggui.app.workspace import Workspace, open_workspace
from zhanggui.kernel.clock import now_utc
from zhanggui.warehouse import Warehouse

WANG = local_caller("wang")
AT = datetime(2026, 8, 1, 9)


@pytest.fixture(scope="session")
def lived_in(two_shops: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Books of two shops with a backup in which a decision was accepted, and what happened since."""
    root = Path(shutil.copytree(two_shops.root, tmp_path_factory.mktemp("lived") / "house"))
    workspace = open_workspace(root)
    add_person(workspace, WANG, "li", "owner", PHRASE, AT)
    add_person(workspace, WANG, "zhao", "operator", PHRASE, AT)
    known = list_todo(workspace, has_all=True).decisions
    record_verdict(workspace, known[0]["decision_id"], "accept", "li")
    made = run_command(Commanded(workspace, WANG), "backup", {})
    backups(workspace).joinpath(made["name"]).rename(backups(workspace) / "monday.zip")
    record_verdict(workspace, known[0]["decision_id"], "reopen", "li")
    record_verdict(workspace, known[1]["decision_id"], "dismiss", "li", "no")
    disable_person(workspace, WANG, "zhao", now_utc())
    change_settings(workspace, WANG, {"company": "后来改名", "lang": "en"})
    with Warehouse.open(root) as books:
        books.connection.execute("DELETE FROM books.main.order_facts")
    workspace.books.close()
    return root


@pytest.fixture(scope="session")
def ready(lived_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with Monday's backup prepared to take its place."""
    workspace = open_workspace(Path(shutil.copytree(lived_in, tmp_path_factory.mktemp("ready") / "house")))
    prepared(workspace)
    workspace.books.close()
    return workspace.root


@pytest.fixture
def house(lived_in: Path, tmp_path: Path) -> Workspace:
    return open_workspace(Path(shutil.copytree(lived_in, tmp_path / "house")))


@pytest.fixture
def ready_house(ready: Path, tmp_path: Path) -> Workspace:
    return open_workspace(Path(shutil.copytree(ready, tmp_path / "house")))


def answers(workspace: Workspace) -> tuple[Any, ...]:
    """What the books, the records and the settings say."""
    workspace = open_workspace(workspace.root)
    orders = answer_question(workspace, "orders", {}).total
    with workspace.read_books() as books:
        facts = books.table("order_facts").count().to_pyarrow().as_py()
    said = sorted(verdict.verdict for verdict in workspace.books.read_verdicts().values())
    told = read_all(workspace)
    people = {one["name"]: one["is_active"] for one in list_people(workspace)}
    workspace.books.close()
    return orders, facts, said, told["company"], told["lang"], people


BEFORE = (10, 0, ["dismiss", "reopen"], "后来改名", "en", {"li": True, "zhao": False})
AFTER = (10, 10, ["accept"], "甲乙公司", "zh", {"li": True, "zhao": False})


def prepared(workspace: Workspace) -> dict[str, Any]:
    kept = backups(workspace) / "before.zip"
    return prepare_restore(workspace, WANG, backups(workspace) / "monday.zip", kept)


def test_the_books_come_back_and_nobody_is_let_in_again(house: Workspace) -> None:
    assert answers(house) == BEFORE
    heard = len(house.books.read_audit())
    made = restore_at_once(house, WANG, backups(house) / "monday.zip", lambda *_: None)
    assert answers(house) == AFTER
    audit = open_workspace(house.root).books.read_audit()
    assert (len(audit), audit[-1].action, audit[-1].subject, audit[-1].actor) == (
        heard + 1,
        "restore",
        "monday.zip",
        "wang",
    )
    assert sorted(path.name for path in house.root.iterdir() if path.name.startswith("restoring")) == ["restoring.lock"]
    restore_at_once(open_workspace(house.root), WANG, backups(house) / made["kept"], lambda *_: None)
    assert answers(house) == BEFORE


def test_preparing_changes_nothing_and_can_be_given_up(house: Workspace) -> None:
    assert prepared(house)["kept"] == "before.zip"
    assert find_plan(house.root) is not None
    assert answers(house) == BEFORE
    forget_plan(house.root)
    assert find_plan(house.root) is None
    assert not (house.root / restoring.ROOM).exists()


class Killed(BaseException):
    """The process ended here."""


@pytest.mark.parametrize(
    "moves",
    [n if n in (2, 9) else pytest.param(n, marks=pytest.mark.slow) for n in range(1, 2 * len(PARTS) + 1)],
)
def test_a_switch_that_was_interrupted_is_ended_by_whoever_comes_next(
    ready_house: Workspace, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    done, rename = 0, Path.rename

    def dying(path: Path, target: Path) -> Path:
        nonlocal done
        if path.parent.name not in ("new", ready_house.root.name) or path.name not in PARTS:
            return rename(path, target)
        done += 1
        if done == moves:
            raise Killed
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", dying)
    with pytest.raises(Killed):
        switch_over(ready_house.root)
    monkeypatch.undo()
    assert answers(ready_house) == AFTER
    assert find_plan(ready_house.root) is None


def test_who_comes_while_it_is_switched_is_asked_to_wait(ready_house: Workspace) -> None:
    plan = find_plan(ready_house.root)
    assert plan is not None
    restoring._write(ready_house.root, restoring.Plan(**{**vars(plan), "is_switching": True}))
    with held_lock(ready_house.root / restoring.LOCK), pytest.raises(RestoreUnderWay):
        open_workspace(ready_house.root)
    assert answers(ready_house) == AFTER


def test_not_beside_a_running_server(house: Workspace) -> None:
    with held_lock(house.root / SERVER_LOCK) as say:
        say("http://127.0.0.1:8600")
        with pytest.raises(ServerRunning) as refused:
            restore_at_once(house, WANG, backups(house) / "monday.zip", lambda *_: None)
    assert refused.value.fields["address"] == "http://127.0.0.1:8600"
    assert answers(house) == BEFORE


def spoiled(source: Path, target: Path, name: str) -> Path:
    """A copy of a backup without one of its files."""
    import json

    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(target, "w") as part:
        manifest = json.loads(whole.read("zhanggui-backup.json"))
        del manifest["files"][name]
        part.writestr("zhanggui-backup.json", json.dumps(manifest))
        for one in manifest["files"]:
            part.writestr(one, whole.read(one))
    return target


@pytest.mark.parametrize("part", ["secret.key", "zhanggui.toml", "books.sqlite"])
def test_a_backup_without_a_part_is_refused_and_changes_nothing(house: Workspace, tmp_path: Path, part: str) -> None:
    damaged = spoiled(backups(house) / "monday.zip", tmp_path / "damaged.zip", part)
    with pytest.raises(BackupDamaged):
        restore_at_once(house, WANG, damaged, lambda *_: None)
    assert answers(house) == BEFORE
    assert find_plan(house.root) is None


def test_what_is_brought_must_be_a_backup(house: Workspace, tmp_path: Path) -> None:
    brought = Path(shutil.copyfile(backups(house) / "monday.zip", tmp_path / "from a stick.zip"))
    kept = keep_backup(house, brought)
    assert {one["name"] for one in list_backups(house)} == {"monday.zip", kept["name"]}
    for content in (b"", b"PK\x03\x04 nothing", b"x" * 1000):
        (tmp_path / "other.zip").write_bytes(content)
        with pytest.raises(BackupDamaged):
            keep_backup(house, tmp_path / "other.zip")
    assert len(list_backups(house)) == 2


def test_a_pool_lends_nothing_while_the_books_are_exchanged(two_shops: Workspace) -> None:
    pool = BookPool(two_shops.root)
    with pool.lend():
        with pytest.raises(RestoreUnderWay), pool.set_aside(0.1):
            raise AssertionError("somebody still reads")
        assert pool.newest() > 0
    with pool.set_aside(1):
        for ask in (pool.newest, lambda: pool.lend().__enter__(), lambda: pool.lend(1).__enter__()):
            with pytest.raises(RestoreUnderWay):
                ask()
    with pool.lend() as books:
        assert books.generations()[-1].closed_as_of == date(2026, 7, 31)
    pool.close()
