"""What happens by itself: the morning close, and the import of what appears in the watched folder.

A file of the watched folder is taken when it has not changed between two looks, so that one that is still being written
waits; what was taken is remembered by its digest, so that it is not imported again under another name.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zhanggui.app.callers import SYSTEM
from zhanggui.app.durable import write_durably
from zhanggui.app.importing import find_files
from zhanggui.app.jobs import submit_job, submit_morning
from zhanggui.app.settings import read_choices
from zhanggui.app.uploads import Waiting, open_upload
from zhanggui.app.workspace import Workspace, open_workspace
from zhanggui.kernel.identity import digest_file
from zhanggui.kernel.limits import MAX_FILE_BYTES, MAX_UPLOAD_FILES, WATCH_SECONDS

MEMORY_NAME = "watched.json"
Stamp = tuple[int, int]
"""Size and time of the last change."""

_LOG = logging.getLogger("zhanggui.schedule")


@dataclass
class WatchedFolder:
    """A folder whose new files are imported."""

    workspace: Workspace
    folder: Path
    seen: dict[Path, Stamp] = field(default_factory=dict)

    def look(self) -> str | None:
        """Have what is new and no longer changes imported; gives the job's id where there is anything."""
        if not self.folder.is_dir():
            return None
        memory = self._read()
        found = dict(self._stamps())
        steady = [path for path, stamp in found.items() if self.seen.get(path) == stamp]
        self.seen = found
        fresh = self._fresh(steady, memory)
        job_id = self._submit(fresh) if fresh else None
        if memory != self._read():
            write_durably(self.workspace.root / MEMORY_NAME, json.dumps(memory).encode(), mode=0o600)
        return job_id

    def _stamps(self) -> Iterator[tuple[Path, Stamp]]:
        for one in find_files([self.folder]):
            try:
                told = one.path.stat()
            except OSError:
                continue  # it went between two looks
            if told.st_size <= MAX_FILE_BYTES:
                yield one.path, (told.st_size, told.st_mtime_ns)

    def _fresh(self, steady: list[Path], memory: dict[str, Any]) -> list[Path]:
        """Those whose content was not taken before; the memory is told of all of them."""
        fresh: list[Path] = []
        for path in steady:
            stamp = list(self.seen[path])
            if memory["files"].get(str(path)) == stamp:
                continue
            if len(fresh) >= MAX_UPLOAD_FILES:
                break  # the others at the next look
            digest = digest_file(path)
            memory["files"][str(path)] = stamp
            if digest not in memory["digests"]:
                memory["digests"].append(digest)
                fresh.append(path)
        return fresh

    def _submit(self, fresh: list[Path]) -> str:
        room = open_upload(self.workspace)
        room.close([Waiting(path, path.relative_to(self.folder).as_posix(), is_ours=False) for path in fresh])
        return submit_job(self.workspace, "import", {"upload": room.upload_id}, SYSTEM.actor).job_id

    def _read(self) -> dict[str, Any]:
        try:
            told: dict[str, Any] = json.loads((self.workspace.root / MEMORY_NAME).read_text("utf-8"))
            return {"files": dict(told["files"]), "digests": list(told["digests"])}
        except (OSError, ValueError, KeyError, TypeError):
            return {"files": {}, "digests": []}


class Schedule:
    """The clock of one server."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._clock: Any = None
        self._watched: WatchedFolder | None = None

    def start(self) -> None:
        """Begin, by the settings as they stand."""
        from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]

        self._clock = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": 3600})
        self.read_settings()
        self._clock.start()

    def read_settings(self) -> None:
        """Follow the settings as they stand now."""
        if self._clock is None:
            return
        workspace = open_workspace(self.root)
        chosen = read_choices(workspace)
        self._clock.remove_all_jobs()
        if chosen["close_at"]:
            hour, minute = chosen["close_at"].split(":")
            zone = workspace.settings.timezone
            self._clock.add_job(self.close, "cron", hour=hour, minute=minute, timezone=zone, max_instances=1)
        self._watched = WatchedFolder(workspace, Path(chosen["watch_folder"])) if chosen["watch_folder"] else None
        if self._watched is not None:
            self._clock.add_job(self._watched.look, "interval", seconds=WATCH_SECONDS, max_instances=1)

    def close(self) -> None:
        """The morning close."""
        from zhanggui.warehouse import Warehouse

        workspace = open_workspace(self.root)
        with Warehouse.open(self.root, read_only=True) as books:
            is_empty = not books.generation()
        if not is_empty:
            _LOG.info("the morning close is job %s", submit_morning(workspace).job_id)

    def stop(self) -> None:
        """End; what was asked for stays asked for."""
        if self._clock is not None:
            self._clock.shutdown(wait=False)
