"""Answers as files: written whole under a name of the server's own, then sent, then removed; no cell is a formula."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from zhanggui.app.access import books_for, guard, record_download
from zhanggui.app.actions import find_backup, keep_backup
from zhanggui.app.auditing import record_act
from zhanggui.app.callers import Caller, authorise, authorise_metrics
from zhanggui.app.catalogue import COMMANDS, QUESTIONS, answer_question, check_question
from zhanggui.app.errors import FileUnknown, OutputKindUnknown
from zhanggui.app.exporting import export_tables
from zhanggui.app.figures import answer_metrics
from zhanggui.app.refusals import read_refused, write_refused
from zhanggui.app.rooms import make_room
from zhanggui.app.writing import KINDS, write_answer
from zhanggui.canon.questions import Parameter
from zhanggui.kernel.clock import now_utc
from zhanggui.surfaces.api.questions import FIGURES, documented, generation_of, key_of, read_request, split, told_of
from zhanggui.surfaces.api.serving import Served, Service
from zhanggui.surfaces.api.sessions import Somebody

router = APIRouter(tags=["downloads"])
_FORMAT = Parameter("format", "code", "csv、xlsx 或 parquet", "csv, xlsx or parquet", default="csv")
_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "zip": "application/zip",
}


def kind_of(request: Request) -> str:
    """The kind of file asked for; raises OutputKindUnknown."""
    kind = request.query_params.get("format") or "csv"
    if kind not in KINDS:
        raise OutputKindUnknown(file=kind[:50], known=", ".join(KINDS))
    return kind


def send(service: Service, stem: str, kind: str, write: Callable[[Path], Any]) -> Response:
    """A file that is written now and removed when it was sent."""
    folder = make_room(service.workspace.staging, "download-")
    place = folder / f"download.{kind}"
    try:
        write(place)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{stem}.{kind}')}"}
    return _Passing(place, media_type=_KINDS[kind], headers=named)


class _Passing(FileResponse):
    """A file that is removed with its room when it was sent, and when whoever wanted it has gone away."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, once."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await run_in_threadpool(shutil.rmtree, Path(self.path).parent, ignore_errors=True)


def _check_export(service: Service, caller: Caller, subject: str) -> None:
    """Files are for those who may export; a guest may take out what was granted."""
    if caller.kind != "guest":
        guard(service.workspace, caller, lambda: authorise(caller, COMMANDS["export"]), subject)


@router.get(
    "/downloads/metrics",
    summary="Figures as a file",
    response_class=FileResponse,
    openapi_extra=documented(*FIGURES, _FORMAT),
)
def download_metrics(request: Request, service: Served, caller: Somebody) -> Response:
    """Figures as a file; the parameters are those of /metrics."""
    kind, asked = kind_of(request), read_request(request, "names")
    compare = told_of(request, FIGURES).get("compare")
    guard(service.workspace, caller, lambda: authorise_metrics(caller, asked.names), "metrics")
    _check_export(service, caller, "metrics")
    answer = answer_metrics(books_for(service.workspace, caller), asked, generation_of(request), compare)
    told = {"format": kind, "asked": str(key_of(asked)), "rows": len(answer.rows)}
    record_download(service.workspace, caller, "metrics", told, answer.generation)
    return send(service, "metrics", kind, lambda place: write_answer(answer, place))


@router.get(
    "/downloads/{question}",
    summary="An answer as a file",
    response_class=FileResponse,
    openapi_extra=documented(_FORMAT),
)
def download(request: Request, service: Served, caller: Somebody, question: str) -> Response:
    """The whole answer to a question as a file; its parameters are those of the question."""
    entry = QUESTIONS.get(question)
    told = told_of(request, entry.question.parameters if entry else ())
    kind, given = kind_of(request), {name: value for name, value in told.items() if name != "format"}
    if entry is None:
        check_question(question, given)
        raise AssertionError(question)
    guard(service.workspace, caller, lambda: authorise(caller, entry.question), question)
    _check_export(service, caller, question)
    answer = answer_question(books_for(service.workspace, caller), question, given, generation_of(request))
    noted = {"format": kind, **given, "rows": len(answer.rows)}
    record_download(service.workspace, caller, question, noted, answer.generation)
    return send(service, question, kind, lambda place: write_answer(answer, place))


@router.get(
    "/refused/{file_id}",
    summary="Refused rows of a file",
    response_class=FileResponse,
    openapi_extra=documented(_FORMAT),
)
def refused(request: Request, service: Served, caller: Somebody, file_id: str) -> Response:
    """The refused rows of a file with their own headers, to be corrected and imported again."""
    kind = "csv" if kind_of(request) == "parquet" else kind_of(request)
    workspace = service.workspace
    guard(workspace, caller, lambda: authorise(caller, COMMANDS["import"]), "refused")
    rows = [row for row in read_refused(workspace, None) if row["file_id"] == file_id]
    if not rows:
        raise FileUnknown(file_id=file_id[:100])
    record_download(workspace, caller, "refused", {"file_id": file_id, "rows": len(rows)}, None)
    return send(service, f"refused-{file_id}", kind, lambda place: write_refused(workspace, rows, place))


@router.get(
    "/export",
    summary="Tables as a ZIP",
    response_class=FileResponse,
    openapi_extra=documented(Parameter("tables", "text", "表，以逗号分隔", "Tables, separated by commas"), _FORMAT),
)
def export(request: Request, service: Served, caller: Somebody) -> Response:
    """Tables (all that have rows, without names) as files in one ZIP."""
    kind, names = kind_of(request), split(request.query_params.get("tables", ""))
    workspace, generation = service.workspace, generation_of(request)
    guard(workspace, caller, lambda: authorise(caller, COMMANDS["export"]), "export")
    record_download(workspace, caller, "export", {"tables": names, "format": kind}, generation)

    def write(place: Path) -> None:
        folder = place.parent / "tables"
        written = export_tables(workspace, folder, kind, names, generation)
        with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for path, _ in written:
                archive.write(path, path.name)
                path.unlink()

    return send(service, "zhanggui-export", "zip", write)


@router.get("/backups", summary="Backups")
def backups(service: Served, caller: Somebody) -> dict[str, Any]:
    """The backups that the server keeps, the newest first."""
    from zhanggui.app.actions import list_backups

    guard(service.workspace, caller, lambda: authorise(caller, COMMANDS["backup"]), "backup")
    return {"backups": list_backups(service.workspace)}


_BACKUP_BODY = {
    "required": True,
    "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
}


@router.post("/backups", status_code=201, summary="Bring a backup", openapi_extra={"requestBody": _BACKUP_BODY})
async def bring_backup(request: Request, service: Served, caller: Somebody) -> dict[str, Any]:
    """Take a backup that was kept elsewhere (the body is the file), so that it can be restored here."""
    workspace = service.workspace
    await run_in_threadpool(
        guard, workspace, caller, lambda: authorise(caller, COMMANDS["restore-here"]), "restore-here"
    )
    folder = make_room(workspace.staging, "brought-")
    try:
        place = folder / "backup.zip"
        with place.open("xb") as file:
            async for chunk in request.stream():
                await run_in_threadpool(file.write, chunk)
        kept = await run_in_threadpool(keep_backup, workspace, place)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    await run_in_threadpool(record_act, workspace, caller, "backup.bring", kept["name"], now_utc())
    return kept


@router.get("/backups/{name}", summary="One backup", response_class=FileResponse)
def backup(service: Served, caller: Somebody, name: str) -> Response:
    """A backup, to be kept elsewhere; the key is in it."""
    guard(service.workspace, caller, lambda: authorise(caller, COMMANDS["backup"]), "backup")
    place = find_backup(service.workspace, name)
    record_download(service.workspace, caller, "backup", {"name": name}, None)
    named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return FileResponse(place, media_type=_KINDS["zip"], headers=named)
