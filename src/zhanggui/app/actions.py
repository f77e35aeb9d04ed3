"""What a server may run: the function of every command that needs nothing from the place where its user sits.

Nothing heavy is imported before a command runs, so that the command line can be offered at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from zhanggui.app.callers import Caller
from zhanggui.app.commanding import Commanded, Told, action
from zhanggui.app.errors import (
    BackupUnknown,
    ParameterInvalid,
    PathMissing,
    ServerRunning,
    TooManyBackups,
    WorkspaceBusy,
)
from zhanggui.app.locking import SERVER_LOCK
from zhanggui.kernel.limits import MAX_KEPT_BACKUPS

if TYPE_CHECKING:
    from pathlib import Path

    from zhanggui.app.importing import FileReport
    from zhanggui.app.workspace import Workspace


@action
def command_import(
    given: Commanded,
    upload: str,
    path: str | None,
    shop: str | None,
    channel: str | None,
    format: str | None,
    mapping: str | None,
    close: bool,
) -> dict[str, Any]:
    """Import what waits in an upload, or one file of it; what was taken waits no longer."""
    from zhanggui.app.importing import ImportOptions, import_found
    from zhanggui.app.uploads import find_upload, found_in

    room = find_upload(given.workspace, upload)
    files = [room.named(path)] if path else room.files()

    def reported(file: FileReport) -> None:
        given.logged("file", _file_line(file))

    with _mapping_file(given.workspace, mapping) as mapped:
        options = ImportOptions(shop, channel, format, mapped)
        report = import_found(given.workspace, found_in(files), options, given.told, reported)
    refused = {file.path for file in report.files if file.status == "refused"}
    room.forget(one.name for one in files if one.name not in refused)
    is_new = any(file.status in ("accepted", "partial") for file in report.files)
    return {**report.to_json(), "exit_code": report.exit_code, "upload": upload, "closes": close and is_new}


def _file_line(file: FileReport) -> dict[str, Any]:
    told = file.to_json()
    names = ("path", "member", "status", "format", "shop", "rows_seen", "rows_accepted", "rows_refused")
    reason = file.refusals[0]["code"] if file.refusals and file.manifest is None else None
    return {**{name: told[name] for name in names}, "rows_duplicate": file.rows_duplicate, "reason": reason}


def _mapping_file(workspace: Workspace, text: str | None) -> Any:
    """A file with the mapping's text for as long as the block lasts; nothing where there is no mapping."""
    from contextlib import contextmanager

    from zhanggui.app.rooms import open_room

    @contextmanager
    def written() -> Any:
        if text is None:
            yield None
            return
        with open_room(workspace.staging, "mapping-") as folder:
            place = folder / "mapping.yaml"
            place.write_text(text, "utf-8")
            yield place

    return written()


@action
def command_close(given: Commanded, as_of: date | None) -> dict[str, Any]:
    """Close the books."""
    from zhanggui.app.closing import close_books

    closed = close_books(given.workspace, as_of, given.told)
    return {"generation": closed.generation, "as_of": closed.as_of.isoformat(), "steps": closed.step_count}


@action
def command_backup(given: Commanded) -> dict[str, Any]:
    """Back the workspace up into its own folder of backups."""
    from zhanggui.app.backup import backup_workspace
    from zhanggui.kernel.clock import now_utc

    name = f"zhanggui-{now_utc():%Y%m%d-%H%M%S}.zip"
    folder = backups(given.workspace)
    folder.mkdir(mode=0o700, exist_ok=True)
    return {"name": name, **backup_workspace(given.workspace, folder / name, given.told)}


@action
def command_check_backup(given: Commanded, name: str) -> dict[str, Any]:
    """Restore a backup beside the books, look through what came of it, and remove it again."""
    from zhanggui.app.backup import restore_workspace
    from zhanggui.app.rooms import open_room
    from zhanggui.app.workspace import open_workspace
    from zhanggui.warehouse import Warehouse

    source = find_backup(given.workspace, name)
    with open_room(given.workspace.staging, "restored-") as folder:
        place = folder / "workspace"
        manifest = restore_workspace(source, place, given.told)
        with Warehouse.open(open_workspace(place).root) as books:  # looking for stray files writes
            findings = [vars(finding) for finding in books.check()]
    return {"name": name, **manifest, "findings": findings, "is_sound": not findings}


@action
def command_restore_here(given: Commanded, name: str) -> dict[str, Any]:
    """Prepare a backup to take the books' place; the server switches over when this has ended."""
    from zhanggui.app.restoring import prepare_restore

    source, kept = find_backup(given.workspace, name), _kept_before(given.workspace)
    return prepare_restore(given.workspace, given.caller, source, kept, given.told)


def restore_at_once(workspace: Workspace, caller: Caller, source: Path, told: Told) -> dict[str, Any]:
    """Replace the books by a backup where no server runs; raises ServerRunning, PathMissing, BackupDamaged."""
    from zhanggui.app.locking import held_lock
    from zhanggui.app.restoring import prepare_restore, switch_over

    if not source.is_file():
        raise PathMissing(path=str(source))
    try:
        with held_lock(workspace.root / SERVER_LOCK):
            prepared = prepare_restore(workspace, caller, source, _kept_before(workspace), told)
            switch_over(workspace.root)
    except WorkspaceBusy as error:
        raise ServerRunning(address=error.fields["holder"]) from error
    return prepared


def _kept_before(workspace: Workspace) -> Path:
    from zhanggui.kernel.clock import now_utc

    backups(workspace).mkdir(mode=0o700, exist_ok=True)
    return backups(workspace) / f"zhanggui-{now_utc():%Y%m%d-%H%M%S}-before-restore.zip"


@action
def command_compact(given: Commanded) -> dict[str, Any]:
    """Merge small files."""
    from zhanggui.warehouse import Warehouse

    with Warehouse.open(given.workspace.root) as books:
        books.compact()
        return {"generation": books.generation()}


def backups(workspace: Workspace) -> Path:
    """Where the server's backups are kept."""
    return workspace.root / "backups"


def find_backup(workspace: Workspace, name: str) -> Path:
    """The backup of this name; raises BackupUnknown."""
    known = {path.name: path for path in backups(workspace).glob("*.zip")}
    if name not in known:
        raise BackupUnknown(name=name[:200])
    return known[name]


def keep_backup(workspace: Workspace, place: Path) -> dict[str, Any]:
    """Take a file among the backups under a name of ours; raises BackupDamaged where it is none, TooManyBackups."""
    from zhanggui.app.backup import read_manifest
    from zhanggui.kernel.clock import now_utc

    read_manifest(place)
    folder = backups(workspace)
    folder.mkdir(mode=0o700, exist_ok=True)
    if len(list_backups(workspace)) >= MAX_KEPT_BACKUPS:
        raise TooManyBackups(most=MAX_KEPT_BACKUPS)
    kept = folder / f"zhanggui-{now_utc():%Y%m%d-%H%M%S%f}-brought.zip"
    place.chmod(0o600)
    place.rename(kept)
    return {"name": kept.name, "bytes": kept.stat().st_size}


def list_backups(workspace: Workspace) -> list[dict[str, Any]]:
    """The backups that are kept, the newest first: name, bytes."""
    kept = sorted(backups(workspace).glob("*.zip"), key=lambda path: path.name, reverse=True)
    return [{"name": path.name, "bytes": path.stat().st_size} for path in kept]


@action
def command_settings(given: Commanded) -> dict[str, Any]:
    """Every setting."""
    from zhanggui.app.settings import read_all

    return read_all(given.workspace)


@action
def command_settings_change(given: Commanded, settings: dict[str, Any]) -> dict[str, Any]:
    """Change settings."""
    from zhanggui.app.settings import change_settings

    return change_settings(given.workspace, given.caller, settings)


@action
def command_jobs(given: Commanded) -> dict[str, Any]:
    """The newest jobs."""
    from zhanggui.app.jobs import list_jobs, show_job

    lang = given.caller.lang or "zh"
    return {"jobs": [show_job(job, lang) for job in list_jobs(given.workspace)]}


@action
def command_suggest_mapping(given: Commanded, upload: str, path: str) -> dict[str, Any]:
    """Draft a mapping for one file of an upload."""
    from zhanggui.app.formats import suggest_mapping
    from zhanggui.app.uploads import find_upload

    return {"mapping": suggest_mapping(find_upload(given.workspace, upload).named(path).path)}


@action
def command_accept(given: Commanded, decision_id: str, why: str | None, said_at: str | None) -> dict[str, Any]:
    """Accept a decision."""
    return _say(given, decision_id, "accept", why, None, said_at)


@action
def command_dismiss(given: Commanded, decision_id: str, why: str, said_at: str | None) -> dict[str, Any]:
    """Dismiss a decision."""
    return _say(given, decision_id, "dismiss", why, None, said_at)


@action
def command_snooze(
    given: Commanded, decision_id: str, until: date, why: str | None, said_at: str | None
) -> dict[str, Any]:
    """Put a decision off."""
    return _say(given, decision_id, "snooze", why, until, said_at)


@action
def command_reopen(given: Commanded, decision_id: str, said_at: str | None) -> dict[str, Any]:
    """Take back what was said to a decision."""
    return _say(given, decision_id, "reopen", None, None, said_at)


@action
def command_assign(given: Commanded, decision_id: str, person: str | None) -> dict[str, Any]:
    """Give a decision to somebody."""
    from zhanggui.app.verdicts import record_assignment

    said = record_assignment(given.workspace, given.caller, decision_id, person)
    return {"decision_id": said.decision_id, "assignee": said.assignee, "actor": said.actor}


def _say(
    given: Commanded, decision_id: str, verdict: str, why: str | None, until: date | None, said_at: str | None
) -> dict[str, Any]:
    """Record a verdict; one that this person has given already is not recorded twice."""
    from zhanggui.app.verdicts import record_verdict

    said = record_verdict(given.workspace, decision_id, verdict, given.actor, why, until, _instant(said_at))
    told: Mapping[str, Any] = {"decision_id": said.decision_id, "verdict": said.verdict, "actor": said.actor}
    return {**told, "why": said.why, "until_on": said.until_on.isoformat() if said.until_on else None}


def _instant(text: str | None) -> Any:
    from datetime import UTC, datetime

    if text is None:
        return None
    try:
        told = datetime.fromisoformat(text)
    except ValueError as error:
        raise ParameterInvalid(parameter="said_at", value=text[:200], kind="instant") from error
    return told.astimezone(UTC).replace(tzinfo=None) if told.tzinfo else told


@action
def command_simulate(
    given: Commanded, scenario: str, days: int | None, seed: int, size_percent: int, name: str | None
) -> dict[str, Any]:
    """Write a simulated seller into the workspace's own area."""
    from zhanggui.app.simulating import Order, simulate_inside

    return simulate_inside(given.workspace, Order(scenario, seed, days, size_percent / 100), name, given.told)


LINK_VERDICTS = ("confirm", "reject", "merge", "undo")


@action
def command_link(
    given: Commanded, scope: str, alias: str, verdict: str, sku: str | None, alias_kind: str, why: str | None
) -> dict[str, Any]:
    """Say what an alias stands for."""
    from zhanggui.app.verdicts import record_link

    if verdict not in LINK_VERDICTS:
        raise ParameterInvalid(parameter="verdict", value=verdict[:200], kind="|".join(LINK_VERDICTS))
    record_link(given.workspace, (scope, alias_kind, alias), verdict, given.actor, sku, why)
    return {"scope": scope, "alias_kind": alias_kind, "alias": alias, "verdict": verdict, "seller_sku_code": sku}
