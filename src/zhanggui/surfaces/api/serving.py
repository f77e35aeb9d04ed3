"""What the routes of one server share: the workspace with its open books, the workers, the answers that are kept."""

from __future__ import annotations

import gzip
import json
import secrets
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import Response

from zhanggui.app.closing import is_stale
from zhanggui.app.crew import Crew
from zhanggui.app.errors import RestoreUnderWay
from zhanggui.app.reading import BookPool
from zhanggui.app.remembering import RememberedAnswers
from zhanggui.app.restoring import switch_over
from zhanggui.app.rooms import sweep_rooms
from zhanggui.app.schedule import Schedule
from zhanggui.app.warming import Warming
from zhanggui.app.workspace import SETTINGS_NAME, Workspace, open_workspace, read_settings
from zhanggui.kernel.limits import PACKED_BYTES, RESTORE_DRAIN_SECONDS, WORKER_STOP_SECONDS


@dataclass
class Service:
    """One server's workspace and everything that lives as long as the server."""

    root: Path
    pool: BookPool
    slow_pool: BookPool  # the same books for what takes long: an engine of its own, whose threads give way
    crew: Crew
    answers: RememberedAnswers = field(default_factory=RememberedAnswers)
    schedule: Schedule | None = None
    warming: Warming | None = None
    set_up_code: str = field(default_factory=lambda: secrets.token_hex(4))
    has_local_set_up: bool = True
    is_exchanging: bool = False
    _workspace: Workspace | None = None
    _stamp: tuple[int, int] = (0, 0)

    @property
    def workspace(self) -> Workspace:
        """The workspace with the settings as they stand, and its books kept open; raises RestoreUnderWay."""
        if self.is_exchanging:
            raise RestoreUnderWay(name="-")
        found = (self.root / SETTINGS_NAME).stat()
        stamp = (found.st_mtime_ns, found.st_size)
        if self._workspace is None:
            self._workspace = replace(open_workspace(self.root), readers=self.pool)
            self._stamp = stamp
        elif stamp != self._stamp:
            self._workspace = _changed(self._workspace, settings=read_settings(self.root / SETTINGS_NAME))
            self._stamp = stamp
        return self._workspace

    def workspace_for(self, is_long: bool) -> Workspace:
        """The workspace as an answer reads it that takes long, or not."""
        return _changed(self.workspace, readers=self.slow_pool) if is_long else self.workspace

    def start(self) -> None:
        """Settle what was interrupted, look after the workers, follow the clock."""
        sweep_rooms(self.root / "staging")
        self.crew.start()
        if self.schedule is not None:
            self.schedule.start()
        if self.warming is not None:
            self.warming.start()

    def stop(self) -> None:
        """Ask the workers to stop, and let go of the books."""
        for thread in (self.schedule, self.warming):
            if thread is not None:
                thread.stop()
        self.crew.stop(WORKER_STOP_SECONDS)
        self.answers.close()
        self.slow_pool.close()
        self.pool.close()

    def exchange(self) -> None:
        """Switch over to a backup that was prepared: nobody is answered until the last reader is gone and it is done."""
        self.is_exchanging = True
        try:
            drain = RESTORE_DRAIN_SECONDS
            with self.pool.set_aside(drain), self.slow_pool.set_aside(drain):
                switch_over(self.root)
                self.answers.close()
                self.answers, self._stamp = RememberedAnswers(), (0, 0)
        finally:
            self.is_exchanging = False
        self.changed_settings()

    def changed_settings(self) -> None:
        """Follow settings that were changed."""
        if self.schedule is not None:
            self.schedule.read_settings()

    def is_stale(self) -> bool:
        """Whether something was imported after the last close."""
        known = self.pool.generations()
        return bool(known) and is_stale(known)

    def remembered(
        self,
        key: Hashable,
        generation: int | None,
        make: Callable[[int | None], bytes],
        *,
        request: Request | None = None,
        of_close: bool = False,
        is_long: bool = False,
    ) -> Response:
        """A JSON answer to what was asked of a generation (None: the newest), computed once.

        What is made from derived tables only (`of_close`) stays true until the next close, whatever is imported.
        """
        number = self.pool.newest() if generation is None else generation
        read = self.pool.closed() if of_close and generation is None else number
        stamp = self._stamp
        found = self.answers.answer((read, stamp, key), lambda: make(read or None), is_long=is_long)
        # No text of an answer can hold this unescaped, and what stands before it has no such name.
        body = found.body if read == number else found.body.replace(_says(read), _says(number), 1)
        headers = {"X-Generation": str(number), "Server-Timing": f"answer;desc={found.how}"}
        return answer_json(body, request, headers)


def _changed(workspace: Workspace, **changes: Any) -> Workspace:
    """The workspace with something else in it; its records stay open."""
    kept, changed = workspace.books, replace(workspace, **changes)
    changed.__dict__["books"] = kept
    return changed


def _says(generation: int) -> bytes:
    return b'],"generation":%d,' % generation


def make_service(root: Path) -> Service:
    """The service of a workspace; nothing runs before `crew.start()`."""
    service = Service(root, BookPool(root), BookPool(root), Crew(open_workspace(root)), schedule=Schedule(root))
    service.crew.exchange = service.exchange
    service.warming = Warming(lambda: service.workspace, service.pool)
    return service


def find_service(request: Request) -> Service:
    """The service of the application that was asked."""
    service: Service = request.app.state.service
    return service


Served = Annotated[Service, Depends(find_service)]


def answer_json(body: bytes, request: Request | None, headers: Mapping[str, str] = MappingProxyType({})) -> Response:
    """JSON for this asker, packed where it is long and the asker can unpack it."""
    told = {**headers, "Vary": "Accept-Encoding"}
    accepted = request.headers.get("accept-encoding", "") if request is not None else ""
    if len(body) > PACKED_BYTES and "gzip" in accepted:
        body, told["Content-Encoding"] = gzip.compress(body, compresslevel=1, mtime=0), "gzip"
    return Response(body, media_type="application/json", headers=told)


def as_json(told: Any) -> bytes:
    """JSON as it is sent."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
