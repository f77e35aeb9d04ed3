"""A backup brought back into the workspace it is kept in, while a server runs there.

Two parts, so that nothing is ever half there. *Preparing* is long and changes nothing: what stands now is backed up,
the chosen backup is unpacked beside the books and looked through. *Switching* takes a moment: a plan is written
first, then each part is moved aside and its successor moved in; whoever opens the workspace after a crash finds the
plan and carries it to its end. The server switches when its workers rest and nobody reads, and refuses meanwhile.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhanggui.app.auditing import make_entry
from zhanggui.app.backup import backup_workspace, unpack_backup
from zhanggui.app.callers import Caller
from zhanggui.app.durable import flush_to_disk, write_durably
from zhanggui.app.errors import BackupDamaged, RestoreUnderWay, WorkspaceBusy
from zhanggui.app.locking import held_lock
from zhanggui.app.workspace import SETTINGS_NAME, Workspace, read_settings
from zhanggui.books import Books
from zhanggui.books.audit import add_audit
from zhanggui.books.restoring import take_back
from zhanggui.kernel.clock import now_utc
from zhanggui.kernel.limits import LOCK_WAIT_SECONDS
from zhanggui.warehouse import Warehouse
from zhanggui.warehouse.locking import writer_lock

ROOM, PLAN, LOCK = "restoring", "restoring.json", "restoring.lock"
PARTS = ("warehouse", "rows", "received", "secret.key", SETTINGS_NAME)
"""What is moved, the settings last: they make a directory a workspace."""

Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Plan:
    """What is to be switched to, and who wants it."""

    name: str
    kept: str
    actor: str
    actor_kind: str
    is_switching: bool = False


def prepare_restore(
    workspace: Workspace, caller: Caller, source: Path, kept: Path, told: Told = lambda *_: None
) -> dict[str, Any]:
    """Back up what is there, unpack the backup beside it and look through it; raises BackupDamaged. Nothing changes yet."""
    room = workspace.root / ROOM
    shutil.rmtree(room, ignore_errors=True)
    new = room / "new"
    new.mkdir(parents=True, mode=0o700)
    try:
        manifest = unpack_backup(source, new, told)
        _check(new, source)
        backup_workspace(workspace, kept, told)
    except BaseException:
        shutil.rmtree(room, ignore_errors=True)
        raise
    _write(workspace.root, Plan(source.name, kept.name, caller.actor, caller.kind))
    return {"name": source.name, "kept": kept.name, "generation": manifest["generation"]}


def _check(new: Path, source: Path) -> None:
    """Everything that a workspace has, settings that can be followed, records of a step we know, books without a fault."""
    missing = [part for part in (*PARTS[:2], *PARTS[3:], "books.sqlite") if not (new / part).exists()]
    if missing:
        raise BackupDamaged(file=source.name, problem=", ".join(missing))
    (new / "received").mkdir(exist_ok=True)
    (new / "secret.key").chmod(0o600)
    read_settings(new / SETTINGS_NAME)
    Books.at(new / "books.sqlite").close()
    with Warehouse.open(new) as books:  # looking for files that nothing refers to writes into the catalog
        findings = books.check()
    if findings:
        raise BackupDamaged(file=source.name, problem=str(findings[0]))


def _write(root: Path, plan: Plan) -> None:
    write_durably(root / PLAN, json.dumps(vars(plan), ensure_ascii=False).encode(), mode=0o600)


def find_plan(root: Path) -> Plan | None:
    """What is to be switched to, if anything is."""
    try:
        return Plan(**json.loads((root / PLAN).read_text("utf-8")))
    except FileNotFoundError:
        return None


def switch_over(root: Path) -> Plan:
    """Carry the plan out; raises WorkspaceBusy, WarehouseBusy while others write. Nobody may read meanwhile.

    Every step can be done again, so that a switch that was interrupted is ended by doing it once more.
    """
    with held_lock(root / LOCK):
        plan = find_plan(root)
        assert plan is not None, "only what was prepared is switched to"
        lock = root / "warehouse" / "writer.lock"
        if not plan.is_switching and lock.parent.is_dir():
            with writer_lock(lock, LOCK_WAIT_SECONDS):
                _move(root, plan)
        else:
            _move(root, plan)
    return plan


def _move(root: Path, plan: Plan) -> None:
    _write(root, Plan(**{**vars(plan), "is_switching": True}))
    new, old = root / ROOM / "new", root / ROOM / "old"
    old.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        if (new / part).exists():
            if (root / part).exists() and not (old / part).exists():
                (root / part).rename(old / part)
            (new / part).rename(root / part)
    flush_to_disk(root)
    if (new / "books.sqlite").exists():
        _take_back_records(root, new, plan)
    (root / "watched.json").unlink(missing_ok=True)  # what came since the backup comes again
    (root / PLAN).unlink()
    flush_to_disk(root)
    shutil.rmtree(root / ROOM, ignore_errors=True)


def _take_back_records(root: Path, new: Path, plan: Plan) -> None:
    source, records = Books.at(new / "books.sqlite"), Books.at(root / "books.sqlite")
    caller = Caller(plan.actor_kind, plan.actor)
    with records.writing() as connection:
        take_back(connection, source.engine)
        told = {"kept": plan.kept}
        add_audit(connection, make_entry(caller, "restore", plan.name, now_utc(), told))
    source.close()
    records.close()


def finish_switch(root: Path) -> None:
    """End a switch that was interrupted; raises RestoreUnderWay where somebody is just doing it."""
    plan = find_plan(root)
    if plan is None or not plan.is_switching:
        return
    with suppress(FileNotFoundError):
        try:
            switch_over(root)
        except (WorkspaceBusy, AssertionError) as error:
            raise RestoreUnderWay(name=plan.name) from error


def forget_plan(root: Path) -> None:
    """Give up what was prepared and not yet begun."""
    plan = find_plan(root)
    if plan is not None and not plan.is_switching:
        (root / PLAN).unlink()
        shutil.rmtree(root / ROOM, ignore_errors=True)
