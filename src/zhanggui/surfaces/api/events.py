"""Telling browsers what happens: every change of a job and every new generation, as server-sent events.

One task looks at the records for all listeners, and only while there are any. Whoever comes is told the present state
first, so that a lost connection loses nothing.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

from zhanggui.app.jobs import find_job, list_jobs, show_job
from zhanggui.kernel.errors import Passing
from zhanggui.kernel.limits import MAX_LISTENERS, MAX_WAITING_JOBS
from zhanggui.surfaces.api.errors import TooManyListeners
from zhanggui.surfaces.api.serving import Service

LOOK_SECONDS = 0.5
KEEP_ALIVE_SECONDS = 15.0
LATEST = 20  # jobs that whoever comes is told of
_GOING = ("queued", "running")
ENDED = frozenset({"done", "failed", "cancelled", "stopped"})
_LOG = logging.getLogger("zhanggui.events")

Change = tuple[str, Any]
"""What kind of event, and the job or the generation."""


class Hub:
    """Listeners and the one task that looks for them."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.listeners: set[asyncio.Queue[Change | None]] = set()
        self.is_closed = False
        self._task: asyncio.Task[None] | None = None

    def look(self) -> tuple[dict[str, Any], int]:
        """The newest jobs and all that have not ended by id, the oldest first, and the newest generation."""
        workspace = self.service.workspace
        jobs = (*list_jobs(workspace, _GOING, MAX_WAITING_JOBS), *list_jobs(workspace, most=LATEST))
        told = {job.job_id: job for job in sorted(jobs, key=lambda job: (job.created_at, job.job_id))}
        return told, self.service.pool.newest()

    async def _watch(self) -> None:
        known: dict[str, Any] | None = None
        generation = -1
        while self.listeners and not self.is_closed:
            try:
                jobs, newest = await asyncio.to_thread(self.look)
                # What went on for so long that others are newer is told of once more, at its end.
                going = [one for one, job in (known or {}).items() if one not in jobs and job.state not in ENDED]
                ended = await asyncio.to_thread(self._find, going)
            except Passing:
                continue  # such as while a backup is restored
            except Exception:
                _LOG.exception("the jobs could not be looked at")
                continue
            finally:
                await asyncio.sleep(LOOK_SECONDS)
            if known is not None:
                changes = [("job", job) for job_id, job in {**ended, **jobs}.items() if known.get(job_id) != job]
                self._tell(changes + ([("generation", newest)] if newest != generation else []))
            known, generation = jobs, newest

    def _find(self, job_ids: list[str]) -> dict[str, Any]:
        return {job_id: find_job(self.service.workspace, job_id) for job_id in job_ids}

    def _tell(self, changes: list[Change]) -> None:
        for change in changes:
            for listener in self.listeners:
                if listener.qsize() < LATEST * 10:  # one that does not read is told the state when it comes back
                    listener.put_nowait(change)

    async def listen(self, lang: str, wanted: str | None, is_welcome: Callable[[], bool]) -> AsyncIterator[str]:
        """Events for one listener, about one job where it is wanted, until it leaves or is not welcome any more."""
        listener: asyncio.Queue[Change | None] = asyncio.Queue()
        self.listeners.add(listener)
        try:
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._watch())
            jobs, newest = await asyncio.to_thread(self.look)
            if wanted is not None and wanted not in jobs:
                jobs = await asyncio.to_thread(self._find, [wanted])
            first: list[Change] = [("generation", newest), *(("job", job) for job in jobs.values())]
            for change in first:
                if told := told_of(change, lang, wanted):
                    yield told
            if wanted is not None and jobs[wanted].state in ENDED:
                return
            async for told in self._follow(listener, lang, wanted, is_welcome):
                yield told
        finally:
            self.listeners.discard(listener)

    async def _follow(
        self,
        listener: asyncio.Queue[Change | None],
        lang: str,
        wanted: str | None,
        is_welcome: Callable[[], bool],
    ) -> AsyncIterator[str]:
        while not self.is_closed:
            try:
                change = await asyncio.wait_for(listener.get(), KEEP_ALIVE_SECONDS)
            except TimeoutError:
                if not await asyncio.to_thread(is_welcome):
                    return
                yield ": \n\n"
                continue
            if change is None:
                return
            if told := told_of(change, lang, wanted):
                yield told
            if wanted and change[0] == "job" and change[1].job_id == wanted and change[1].state in ENDED:
                return

    def check_room(self) -> None:
        """Raises TooManyListeners."""
        if len(self.listeners) >= MAX_LISTENERS:
            raise TooManyListeners(most=MAX_LISTENERS)

    def close(self) -> None:
        """End every stream, so that a server that stops need not wait for them."""
        self.is_closed = True
        for listener in self.listeners:
            listener.put_nowait(None)


def told_of(change: Change, lang: str, wanted: str | None) -> str:
    """An event as it is sent; nothing where it is about another job than the one wanted."""
    kind, what = change
    if kind == "generation":
        return "" if wanted else event(kind, {"generation": what})
    return "" if wanted and what.job_id != wanted else event(kind, show_job(what, lang))


def event(kind: str, data: dict[str, Any]) -> str:
    """One event of a stream."""
    return f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
