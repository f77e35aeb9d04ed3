"""Receiving files: streamed to the disk as they come, within limits, under numbers instead of strangers' names."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, BinaryIO, cast

from fastapi import APIRouter, Request
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.responses import JSONResponse

from zhanggui.app.access import guard
from zhanggui.app.auditing import record_act
from zhanggui.app.callers import authorise
from zhanggui.app.catalogue import COMMANDS
from zhanggui.app.importing import ImportOptions
from zhanggui.app.jobs import show_job, submit_job
from zhanggui.app.quotas import check_quota, record_sent
from zhanggui.app.uploads import UploadRoom, Waiting, clean_name, open_upload, set_modified, sweep_inbox
from zhanggui.kernel.clock import now_utc
from zhanggui.kernel.limits import MAX_MAPPING_BYTES, MAX_UPLOAD_FILE_BYTES, MAX_UPLOAD_FILES
from zhanggui.surfaces.api.errors import BodyInvalid, BodyTooLarge, TooManyFiles, language_of
from zhanggui.surfaces.api.serving import Served
from zhanggui.surfaces.api.sessions import Somebody

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

router = APIRouter(tags=["files"])
FIELDS = ("shop", "channel", "format", "mapping", "close")
_MOST_PARTS = 2 * MAX_UPLOAD_FILES + len(FIELDS)


class QuotaSpent(Exception):
    """More came than the sender may send today."""


class Receiver:
    """Takes the parts of one upload: files to the disk, fields into memory, neither beyond its limit."""

    def __init__(self, room: UploadRoom, most_bytes: int) -> None:
        self.room = room
        self.left = most_bytes  # of the sender's quota
        self.files: list[Waiting] = []
        self.fields: dict[str, list[str]] = {}
        self.parts = 0
        self._header: tuple[bytes, bytes] = (b"", b"")
        self._headers: dict[bytes, bytes] = {}
        self._name = ""
        self._text = bytearray()
        self._file: BinaryIO | None = None
        self._taken = 0

    def callbacks(self) -> MultipartCallbacks:
        """What the parser calls."""
        names = (
            "part_begin",
            "part_data",
            "part_end",
            "header_field",
            "header_value",
            "header_end",
            "headers_finished",
        )
        return cast("MultipartCallbacks", {f"on_{name}": getattr(self, f"_{name}") for name in names})

    def _part_begin(self) -> None:
        self.parts += 1
        if self.parts > _MOST_PARTS:
            raise TooManyFiles(most=MAX_UPLOAD_FILES)
        self._headers, self._header, self._text, self._taken = {}, (b"", b""), bytearray(), 0

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0] + data[start:end], self._header[1])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0], self._header[1] + data[start:end])

    def _header_end(self) -> None:
        self._headers[self._header[0].lower()] = self._header[1]
        self._header = (b"", b"")

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" in options:
            self._open(options[b"filename"].decode("utf-8", "replace"))

    def _open(self, told: str) -> None:
        name = clean_name(told)
        if name is None:  # a hidden file of a folder, or no file at all
            name = ""
        if len(self.files) >= MAX_UPLOAD_FILES:
            raise TooManyFiles(most=MAX_UPLOAD_FILES)
        place = self.room.place(len(self.files))
        self.files.append(Waiting(place, name))
        self._file = place.open("xb")

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        self._taken += end - start
        if self._file is not None:
            if self._taken > MAX_UPLOAD_FILE_BYTES:
                raise BodyTooLarge(limit_bytes=MAX_UPLOAD_FILE_BYTES)
            self.left -= end - start
            if self.left < 0:
                raise QuotaSpent
            self._file.write(data[start:end])
            return
        if self._taken > MAX_MAPPING_BYTES:
            raise BodyTooLarge(limit_bytes=MAX_MAPPING_BYTES)
        self._text += data[start:end]

    def _part_end(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            return
        self.fields.setdefault(self._name, []).append(self._text.decode("utf-8", "replace"))

    def let_go(self) -> None:
        """Close what is open."""
        if self._file is not None:
            self._file.close()

    def finish(self) -> int:
        """Write down what waits; gives how many files there are, the hidden ones left out."""
        modified = self.fields.get("modified", [])
        for place, waiting in enumerate(self.files):
            set_modified(waiting.path, modified[place] if place < len(modified) else None)
        named = [one for one in self.files if one.name]
        for one in self.files:
            if not one.name:
                one.path.unlink()
        self.room.close(named)
        return len(named)


async def receive(request: Request, room: UploadRoom, most_bytes: int) -> Receiver:
    """The parts of a request; raises BodyInvalid, BodyTooLarge, TooManyFiles, QuotaSpent."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise BodyInvalid(problem="multipart/form-data")
    receiver = Receiver(room, most_bytes)
    try:
        parser = MultipartParser(boundary, receiver.callbacks())
        async for chunk in request.stream():
            parser.write(chunk)
        parser.finalize()
    except ValueError as error:  # the parser's own errors are of this kind
        raise BodyInvalid(problem=str(error)[:200]) from error
    finally:
        receiver.let_go()
    return receiver


_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["files"],
                "properties": {
                    "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                    "modified": {"type": "array", "items": {"type": "string"}},
                    **{name: {"type": "string"} for name in FIELDS},
                },
            }
        }
    },
}


@router.post("/files", status_code=202, summary="Import files", openapi_extra={"requestBody": _BODY})
async def upload(request: Request, service: Served, caller: Somebody) -> JSONResponse:
    """Receive files and have them imported."""
    workspace = service.workspace
    guard(workspace, caller, lambda: authorise(caller, COMMANDS["import"]), "import")
    await asyncio.to_thread(sweep_inbox, workspace)
    stated = request.headers.get("content-length", "")
    left = await asyncio.to_thread(check_quota, workspace, caller, int(stated) if stated.isdigit() else 0, now_utc())
    room = open_upload(workspace)
    try:
        receiver = await receive(request, room, left)
        if not await asyncio.to_thread(receiver.finish):
            raise BodyInvalid(problem="files")
        told = {name: receiver.fields[name][-1] for name in FIELDS if receiver.fields.get(name, [""])[-1]}
        named = [(one.name, one.path) for one in receiver.files if one.name]
        options = ImportOptions(told.get("shop"), told.get("channel"), None, None)
        await asyncio.to_thread(record_sent, workspace, caller, named, options, now_utc())
        job = submit_job(workspace, "import", {"upload": room.upload_id, **told}, caller.actor)
    except QuotaSpent:
        room.remove()
        check_quota(workspace, caller, left + 1, now_utc())
        raise BodyTooLarge(limit_bytes=left) from None
    except BaseException:
        room.remove()
        raise
    detail = {"upload": room.upload_id, "files": len(receiver.files)}
    record_act(workspace, caller, "job.import", job.job_id, now_utc(), detail)
    return JSONResponse({"job": show_job(job, language_of(request)), "upload": room.upload_id}, 202)
