"""Long work: asked for here, done by worker processes, followed by whoever wants to know.

Jobs that write wait for each other in one lane, those that only read have another, so that a backup does not hold up
an import. An import that was interrupted begins again, because importing the same file twice changes nothing; any
other job that was interrupted says that it stopped.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from zhanggui.app.callers import SYSTEM
from zhanggui.app.commanding import find_command, read_arguments
from zhanggui.app.commands import COMMANDS
from zhanggui.app.errors import CommandUnknown, JobEnded, JobUnknown, TooManyJobs
from zhanggui.app.workspace import Workspace
from zhanggui.books.choices import read_settings, write_setting
from zhanggui.books.jobs import QUEUED, RUNNING, STOPPED, Job, JobRecords
from zhanggui.books.targets import read_targets
from zhanggui.kernel.clock import now_utc
from zhanggui.kernel.errors import ZhangguiError
from zhanggui.kernel.limits import MAX_WAITING_JOBS
from zhanggui.kernel.phrases import PhraseMissing, error_sentences, phrase, phrases

READING_KINDS = frozenset({"backup", "check-backup", "notify", "report", "simulate"})
RESUMED_KINDS = frozenset({"import"})
LANES = ("writing", "reading")


def kinds_of(lane: str) -> list[str]:
    """The kinds of jobs that a lane takes."""
    long = [command.name for command in COMMANDS.values() if command.is_job]
    return [kind for kind in long if (kind in READING_KINDS) == (lane == "reading")]


def job_records(workspace: Workspace) -> JobRecords:
    """The jobs of a workspace."""
    return JobRecords(workspace.books.engine)


def submit_job(workspace: Workspace, kind: str, told: Mapping[str, Any], actor: str) -> Job:
    """Have a long command run; raises CommandUnknown, ParameterInvalid and their like, TooManyJobs."""
    command = find_command(kind)
    if not command.is_job:
        raise CommandUnknown(command=kind, known=", ".join(name for lane in LANES for name in kinds_of(lane)))
    read_arguments(command, told)
    records = job_records(workspace)
    if len(records.read((QUEUED,), MAX_WAITING_JOBS)) >= MAX_WAITING_JOBS:
        raise TooManyJobs(most=MAX_WAITING_JOBS)
    at = now_utc()
    job = Job(f"{at:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}", kind, actor, at, dict(told))
    records.add(job)
    return job


def submit_close(workspace: Workspace, actor: str) -> Job | None:
    """Have the books closed, unless that waits already."""
    return None if _waiting_close(workspace) else submit_job(workspace, "close", {}, actor)


def _waiting_close(workspace: Workspace) -> Job | None:
    waiting = [job for job in job_records(workspace).read((QUEUED,)) if job.kind == "close" and not job.params]
    return waiting[0] if waiting else None


_ANNOUNCED = "announce_after"


def submit_morning(workspace: Workspace) -> Job:
    """The scheduled close (the one that waits, where one does), after which the list is sent."""
    job = _waiting_close(workspace) or submit_job(workspace, "close", {}, SYSTEM.actor)
    with workspace.books.writing() as records:
        write_setting(records, _ANNOUNCED, job.job_id, SYSTEM.actor, now_utc())
    return job


def submit_announcement(workspace: Workspace, job_id: str) -> Job | None:
    """Have the list sent, if it waits for this close and there is somebody to be told."""
    with workspace.books.writing() as records:
        if read_settings(records).get(_ANNOUNCED) != job_id:
            return None
        write_setting(records, _ANNOUNCED, None, SYSTEM.actor, now_utc())
        if not any(target.is_on for target in read_targets(records)):
            return None
    return submit_job(workspace, "notify", {}, SYSTEM.actor)


def find_job(workspace: Workspace, job_id: str) -> Job:
    """The job of this id; raises JobUnknown."""
    job = job_records(workspace).find(job_id)
    if job is None:
        raise JobUnknown(job_id=job_id[:100])
    return job


def cancel_job(workspace: Workspace, job_id: str) -> Job:
    """Cancel a waiting job, ask a running one to stop; raises JobUnknown, JobEnded."""
    find_job(workspace, job_id)
    if not job_records(workspace).cancel(job_id, now_utc()):
        raise JobEnded(job_id=job_id)
    return find_job(workspace, job_id)


def recover_jobs(workspace: Workspace, kinds: Iterable[str]) -> list[tuple[str, str]]:
    """Settle what dead workers left running: ids and what became of them. The lane's lock must be held."""
    records, settled, meant = job_records(workspace), [], set(kinds)
    for job in records.read((RUNNING,)):
        if job.kind in meant:
            settled.append((job.job_id, settle_job(records, job)))
    return settled


def settle_job(records: JobRecords, job: Job) -> str:
    """An interrupted job begins again or is stopped; gives its new state."""
    if job.kind in RESUMED_KINDS and not job.cancel_requested:
        records.requeue(job.job_id)
        return QUEUED
    records.end(job.job_id, "cancelled" if job.cancel_requested else STOPPED, now_utc())
    return STOPPED


def show_job(job: Job, lang: str) -> dict[str, Any]:
    """The documented shape of a job, its sentences in a language; instants are UTC."""
    return {
        "job_id": job.job_id,
        "kind": job.kind,
        "state": job.state,
        "progress": job.progress,
        "stage": job.stage,
        "message": _message(job, lang),
        "upload": job.params.get("upload"),
        "log": [{**line, "message": _line(line, lang)} for line in job.log],
        "result": job.result,
        "error": _error(job.error, lang),
        "created_at": _instant(job.created_at),
        "started_at": _instant(job.started_at),
        "ended_at": _instant(job.ended_at),
        "created_by": job.created_by,
        "is_cancelling": job.state == RUNNING and job.cancel_requested,
    }


def _message(job: Job, lang: str) -> str:
    key = f"progress.{job.stage}"
    told = phrase(key, lang) if job.stage and key in phrases(lang) else job.stage
    state = phrase(f"job.state.{job.state}", lang)
    return f"{state}: {told} {job.message}".strip() if job.state == RUNNING and told else state


def _line(line: Mapping[str, Any], lang: str) -> str:
    fields = {name: "–" if value is None else value for name, value in line.items()}
    refused = f"error.{line.get('reason')}.what"  # a file that was refused as a whole says why
    try:
        if refused in phrases(lang):
            return phrase(refused, lang, **{**fields, "file": line.get("path")})
        return phrase(f"job.{line['code']}", lang, **fields)
    except PhraseMissing:
        return str(line["code"])


class _Told(ZhangguiError):
    """An error as a job's record tells it."""


def _error(told: Mapping[str, Any] | None, lang: str) -> dict[str, Any] | None:
    """An error of another process, in this reader's language."""
    if told is None:
        return None
    fields = dict(told.get("fields", {}))
    for family in (told.get("code", "fault"), *told.get("families", ())):
        kind = type("Told", (_Told,), {"code": family})
        try:
            what, following = error_sentences(kind(**fields), lang)
        except PhraseMissing:
            continue
        return {"code": told.get("code"), "fields": fields, "message": what, "next": following}
    return {"code": told.get("code"), "fields": fields, "message": str(told.get("code")), "next": ""}


def tell_error(error: ZhangguiError) -> dict[str, Any]:
    """An error as a job's record keeps it: enough for its sentences in any language."""
    fields = {
        name: value if isinstance(value, int | float | list | None) else str(value)
        for name, value in error.fields.items()
    }
    families = [getattr(kind, "code", None) for kind in type(error).__mro__]
    return {"code": error.code, "fields": fields, "families": [one for one in families if one]}


def _instant(at: datetime | None) -> str | None:
    return f"{at.isoformat(timespec='milliseconds')}Z" if at else None


def list_jobs(workspace: Workspace, states: Sequence[str] = (), most: int = 100) -> list[Job]:
    """Jobs, the newest first."""
    return job_records(workspace).read(states, most)
