"""The whole workspace in one file, and back: consistent, checked by digests, never over something that is there.

The file is a ZIP (anyone can open it in thirty years) whose first member lists every other with its size and
SHA-256. The warehouse is copied through its own door, the records through SQLite's, so that a backup taken while
others read and write is one moment of both.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any

import zhanggui
from zhanggui.app.durable import flush_to_disk, replacing
from zhanggui.app.errors import BackupDamaged, DirectoryNotEmpty, DiskTooSmall
from zhanggui.app.rooms import open_room
from zhanggui.app.workspace import SETTINGS_NAME, Workspace, open_workspace
from zhanggui.kernel.clock import now_utc
from zhanggui.kernel.identity import digest_file
from zhanggui.kernel.limits import MAX_MANIFEST_BYTES
from zhanggui.warehouse import Warehouse

MANIFEST = "zhanggui-backup.json"
VERSION = 1
_CHUNK_BYTES = 1 << 20
_PACKED = {".parquet"}  # compressed already

Told = Callable[[str, int, int], None]


def backup_workspace(workspace: Workspace, target: Path, told: Told = lambda *_: None) -> dict[str, Any]:
    """Write the backup; gives its manifest without the list of files."""
    with open_room(workspace.staging, "backup-") as room:
        with Warehouse.open(workspace.root, read_only=True) as warehouse:
            warehouse.backup(room)
            generation = warehouse.generation()
        _copy_records(workspace.root / "books.sqlite", room / "books.sqlite")
        outside = [workspace.root / SETTINGS_NAME, workspace.root / "secret.key"]
        files = {path.relative_to(room).as_posix(): path for path in _files(room)}
        files |= {path.name: path for path in outside}
        files |= {path.relative_to(workspace.root).as_posix(): path for path in _files(workspace.received)}
        return _write(files, target, generation, told)


def _write(files: dict[str, Path], target: Path, generation: int, told: Told) -> dict[str, Any]:
    listed = {name: {"bytes": path.stat().st_size, "sha256": digest_file(path)} for name, path in sorted(files.items())}
    head = {
        "backup": VERSION,
        "version": zhanggui.__version__,
        "made_at": now_utc().isoformat(),
        "generation": generation,
    }
    with replacing(target, mode=0o600) as unfinished:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=1) as archive:
            archive.writestr(MANIFEST, json.dumps({**head, "files": listed}, ensure_ascii=False))
            for place, (name, path) in enumerate(sorted(files.items()), 1):
                told("packing", place, len(files))
                kind = zipfile.ZIP_STORED if path.suffix in _PACKED else zipfile.ZIP_DEFLATED
                archive.write(path, name, compress_type=kind)
        restored = {**head, "file_count": len(files), "bytes": unfinished.stat().st_size}
    return restored


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _copy_records(source: Path, target: Path) -> None:
    """SQLite's own copy: one moment of the records, whatever is written meanwhile."""
    with closing(sqlite3.connect(source)) as ours, closing(sqlite3.connect(target)) as copy:
        ours.backup(copy)


def restore_workspace(source: Path, directory: Path, told: Told = lambda *_: None) -> dict[str, Any]:
    """Unpack into a directory that is not there or empty; raises DirectoryNotEmpty, BackupDamaged.

    Everything is written and checked beside the directory first, and takes its name at the end.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise DirectoryNotEmpty(directory=str(directory))
    directory.parent.mkdir(parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(dir=directory.parent, prefix=f".{directory.name}-"))
    try:
        manifest = unpack_backup(source, room, told)
        (room / "staging").mkdir(exist_ok=True)
        (room / "received").mkdir(exist_ok=True)
        (room / "secret.key").chmod(0o600)
        open_workspace(room)
        if directory.exists():
            directory.rmdir()
        room.rename(directory)
        flush_to_disk(directory.parent)
    except BaseException:
        shutil.rmtree(room, ignore_errors=True)
        raise
    return manifest


def unpack_backup(source: Path, room: Path, told: Told = lambda *_: None) -> dict[str, Any]:
    """Unpack into an empty room; gives the manifest without the list of files. Raises BackupDamaged, DiskTooSmall."""
    try:
        with zipfile.ZipFile(source) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
            listed: dict[str, Any] = manifest.pop("files")
            if manifest["backup"] != VERSION or {*archive.namelist()} != {*listed, MANIFEST}:
                raise BackupDamaged(file=source.name, problem=MANIFEST)
            _check_room(room, sum(int(one["bytes"]) for one in listed.values()))
            for place, (name, stated) in enumerate(listed.items(), 1):
                told("unpacking", place, len(listed))
                _unpack_member(archive, name, stated, room, source)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, OSError) as error:
        raise BackupDamaged(file=source.name, problem=str(error)) from error
    return {**manifest, "file_count": len(listed)}


def _check_room(room: Path, size_bytes: int) -> None:
    free_bytes = shutil.disk_usage(room).free
    if size_bytes > free_bytes:
        raise DiskTooSmall(needed_bytes=size_bytes, free_bytes=free_bytes)


def read_manifest(source: Path) -> dict[str, Any]:
    """What a backup says of itself, without the list of files; raises BackupDamaged where it is none."""
    try:
        with zipfile.ZipFile(source) as archive:
            with archive.open(MANIFEST) as member:
                told: dict[str, Any] = json.loads(member.read(MAX_MANIFEST_BYTES))
            return {"backup": told["backup"], "generation": told["generation"], "file_count": len(told["files"])}
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError) as error:
        raise BackupDamaged(file=source.name, problem=str(error)[:200]) from error


def _unpack_member(archive: zipfile.ZipFile, name: str, stated: dict[str, Any], room: Path, source: Path) -> None:
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts or "\\" in name:
        raise BackupDamaged(file=source.name, problem=name)
    target = room / parts
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size_bytes = hashlib.sha256(), 0
    with archive.open(name) as packed, target.open("wb") as unpacked:
        while chunk := packed.read(_CHUNK_BYTES):
            digest.update(chunk)
            size_bytes += len(chunk)
            if size_bytes > stated["bytes"]:
                break
            unpacked.write(chunk)
    if size_bytes != stated["bytes"] or digest.hexdigest() != stated["sha256"]:
        raise BackupDamaged(file=source.name, problem=name)
    flush_to_disk(target)
