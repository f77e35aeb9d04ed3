"""From paths to published rows: every file received, read in a limited child, published, and accounted for.

A file belongs to the shop that the caller names, else the shop of the first rule in zhanggui.toml that its name
matches, else `main`; never to one guessed from what was imported before, so that any order of imports gives the
same books. What was refused is in the report with its reason, and stands beside the books for correction.
"""

from __future__ import annotations

import fnmatch
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from zhanggui.app.durable import copy_durably
from zhanggui.app.errors import ChannelUnknown, PathMissing, SettingsInvalid
from zhanggui.app.rooms import claim_room, sweep_rooms
from zhanggui.app.workspace import DEFAULT_SHOP, Workspace, check_market
from zhanggui.canon.imports import FileManifest
from zhanggui.canon.references import CHANNELS
from zhanggui.intake.errors import FileTooLarge
from zhanggui.intake.reading import Staged, StageJob, UnitRefused
from zhanggui.intake.sandbox import Outcome, Sandbox
from zhanggui.kernel.clock import now_utc
from zhanggui.kernel.errors import Passing, Refusal, ZhangguiError
from zhanggui.kernel.identity import digest_file
from zhanggui.kernel.limits import MAX_FILE_BYTES
from zhanggui.warehouse import Published, PublishedFile, StagedFile, Warehouse

BATCH_FILES = 64  # published together: a transaction costs the same for one file as for many
BATCH_ROWS = 2_000_000  # and no more rows than these, so that a kill loses little
REFUSALS_SHOWN = 1000  # in a report; all of them stand in import_row_issues

NOT_EXPORTS = (".*", "~$*", "Thumbs.db", "desktop.ini")

Told = Callable[[str, int, int], None]
"""Told of progress: what is being done, how much of it is, of how much."""

Reported = Callable[["FileReport"], None]
"""Told of what became of each file, in the order in which it became clear."""


@dataclass(frozen=True)
class ImportOptions:
    """How to read; everything that is not given follows from the files and the settings."""

    shop: str | None = None
    channel: str | None = None
    format_id: str | None = None
    mapping: Path | None = None
    is_dry_run: bool = False
    stated_at: datetime | None = None  # UTC; for files that do not say when they were exported
    currency: str | None = None  # of amounts that have none in the file
    timezone: str | None = None  # of times that have none in the file


@dataclass(frozen=True)
class FileReport:
    """What became of one file or archive member."""

    path: str
    member: str
    digest: str
    status: str
    manifest: FileManifest | None
    rows_accepted: int = 0
    rows_refused: int = 0
    rows_duplicate: int = 0
    rows_replaced: int = 0
    refusals: tuple[dict[str, Any], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The documented shape of one file in an import's report."""
        known = self.manifest
        return {
            "path": self.path,
            "member": self.member,
            "file_id": known.file_id if known else None,
            "digest": self.digest,
            "status": self.status,
            "format": known.format if known else None,
            "variant": known.format_variant if known else None,
            "channel": known.channel if known else None,
            "shop": known.shop_id if known else None,
            "period_from": known.period_from.isoformat() if known and known.period_from else None,
            "period_to": known.period_to.isoformat() if known and known.period_to else None,
            "rows_seen": known.rows_seen if known else 0,
            "rows_accepted": self.rows_accepted,
            "rows_refused": self.rows_refused,
            "rows_duplicate": self.rows_duplicate,
            "rows_replaced": self.rows_replaced,
            "controls": [vars(control) for control in known.controls] if known else [],
            "warnings": [vars(warning) for warning in known.warnings] if known else [],
            "refusals": list(self.refusals),
        }


@dataclass(frozen=True)
class ImportReport:
    """What became of an import."""

    import_id: str
    generation: int | None
    files: tuple[FileReport, ...]
    is_dry_run: bool = False
    errors: tuple[ZhangguiError, ...] = field(default=())

    @property
    def exit_code(self) -> int:
        """0 all taken; 3 refused in part; 4 refused whole; 5 try again; 1 ours."""
        if any(not isinstance(error, Refusal) for error in self.errors):
            return 5 if all(isinstance(error, Refusal | Passing) for error in self.errors) else 1
        if all(file.status == "refused" for file in self.files):
            return 4
        return 3 if any(file.rows_refused or file.status == "refused" for file in self.files) else 0

    def to_json(self) -> dict[str, Any]:
        """The documented shape of an import's report."""
        return {
            "import_id": self.import_id,
            "generation": self.generation,
            "dry_run": self.is_dry_run,
            "files": [file.to_json() for file in self.files],
        }


@dataclass(frozen=True)
class Found:
    """A file to import: where it is and how its owner calls it."""

    path: Path
    name: str


def import_paths(
    workspace: Workspace, paths: Sequence[Path], options: ImportOptions, told: Told = lambda *_: None
) -> ImportReport:
    """Import files and folders; raises PathMissing, ChannelUnknown, WarehouseBusy."""
    check_options(options)
    return import_found(workspace, list(find_files(paths)), options, told)


def check_options(options: ImportOptions) -> None:
    """Raises ChannelUnknown, SettingsInvalid where nothing could be imported like that."""
    if options.channel is not None and options.channel not in CHANNELS:
        raise ChannelUnknown(channel=options.channel, known=", ".join(CHANNELS))
    if options.shop is not None and ("/" in options.shop or not options.shop.strip()):
        raise SettingsInvalid(file="--shop", problem=options.shop)
    check_market(options.currency, options.timezone)


def import_found(
    workspace: Workspace,
    found: Sequence[Found],
    options: ImportOptions,
    told: Told = lambda *_: None,
    reported: Reported = lambda _: None,
) -> ImportReport:
    """Import files that were found already; each is reported as soon as it is published or refused."""
    check_options(options)
    import_id = make_import_id(now_utc())
    sweep_rooms(workspace.staging)
    room = workspace.staging / import_id
    room.mkdir(parents=True, exist_ok=True)
    claim_room(room)
    try:
        return _Import(workspace, options, import_id, room, told, reported).run(found)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def make_import_id(at: datetime) -> str:
    """An id that sorts by time and is never given twice."""
    return f"{at:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def find_files(paths: Iterable[Path]) -> Iterator[Found]:
    """The files meant by these paths, folders walked in the order of names; raises PathMissing."""
    for path in paths:
        if path.is_file():
            yield Found(path, path.name)
        elif path.is_dir():
            inside = [p for p in sorted(path.rglob("*")) if p.is_file() and not is_hidden(p.relative_to(path))]
            yield from (Found(p, p.relative_to(path).as_posix()) for p in inside)
        else:
            raise PathMissing(path=str(path))


def is_hidden(path: Path) -> bool:
    """Whether a file of this path is none that a seller exported (a lock, a thumbnail, a hidden folder)."""
    return any(fnmatch.fnmatch(part, pattern) for part in path.parts for pattern in NOT_EXPORTS)


def resolve_shop(workspace: Workspace, name: str, options: ImportOptions) -> tuple[str, str | None]:
    """The shop's name and channel (None: the format's) for a file of this name."""
    if options.shop is not None:
        return options.shop.strip(), options.channel
    for rule in workspace.settings.shops:
        if fnmatch.fnmatch(name.casefold(), rule.pattern.casefold()):
            return rule.shop, options.channel or rule.channel
    return DEFAULT_SHOP, options.channel


def resolve_market(workspace: Workspace, name: str, options: ImportOptions) -> tuple[str | None, str | None]:
    """Currency and time zone of the shop of a file of this name, as far as the caller or its rule says."""
    rule = None
    if options.shop is None:
        rules = workspace.settings.shops
        rule = next((one for one in rules if fnmatch.fnmatch(name.casefold(), one.pattern.casefold())), None)
    told = (rule.currency, rule.timezone) if rule is not None else (None, None)
    return options.currency or told[0], options.timezone or told[1]


class _Import:
    """One run of an import."""

    def __init__(
        self,
        workspace: Workspace,
        options: ImportOptions,
        import_id: str,
        room: Path,
        told: Told,
        reported: Reported,
    ) -> None:
        self.workspace, self.options, self.import_id = workspace, options, import_id
        self.room, self.told, self.reported = room, told, reported
        self.reports: list[FileReport] = []
        self.errors: list[ZhangguiError] = []
        self.generation: int | None = None
        self.is_new: dict[Path, bool] = {}

    def run(self, found: Sequence[Found]) -> ImportReport:
        batch: list[tuple[StageJob, StagedFile]] = []
        with Sandbox() as sandbox:
            jobs = (job for place, file in enumerate(found) for job in self._jobs(place, file))
            for place, outcome in enumerate(sandbox.stage_all(jobs)):
                self.told("reading", place + 1, len(found))
                batch += self._take(outcome)
                if _is_full(batch):
                    self._publish(batch)
                    batch = []
        self._publish(batch)
        self._forget_refused()
        return ImportReport(
            self.import_id, self.generation, tuple(self.reports), self.options.is_dry_run, tuple(self.errors)
        )

    def _jobs(self, place: int, found: Found) -> Iterator[StageJob]:
        """The job of a file, once the file is safely received; none when it is too large to be."""
        size_bytes = found.path.stat().st_size
        if size_bytes > MAX_FILE_BYTES:
            self._refuse_whole(
                found.name, "", FileTooLarge(file=found.name, size_bytes=size_bytes, limit_bytes=MAX_FILE_BYTES)
            )
            return
        shop, channel = resolve_shop(self.workspace, found.name, self.options)
        currency, timezone = resolve_market(self.workspace, found.name, self.options)
        settings = self.workspace.settings
        yield StageJob(
            path=found.path if self.options.is_dry_run else self._receive(found.path),
            staging=self.room / f"{place:06d}",
            key=self.workspace.key,
            name=found.name,
            shop=shop,
            channel=channel,
            format_id=self.options.format_id,
            mapping_path=self.options.mapping.resolve() if self.options.mapping else None,
            base_currency=settings.base_currency,
            shop_currency=currency,
            shop_timezone=timezone,
            stated_at=self.options.stated_at,
            modified_at=datetime.fromtimestamp(int(found.path.stat().st_mtime), UTC).replace(tzinfo=None),
            keep_personal=settings.keep_personal,
        )

    def _receive(self, path: Path) -> Path:
        arriving = self.room / f"arriving-{secrets.token_hex(4)}"
        shutil.copyfile(path, arriving)  # first its own bytes, so that the digest is of what is kept
        kept = self.workspace.received_path(digest_file(arriving))
        if not kept.exists():
            copy_durably(arriving, kept)
            self.is_new[kept] = True
        arriving.unlink()
        return kept

    def _take(self, outcome: Outcome) -> list[tuple[StageJob, StagedFile]]:
        """What of an outcome is to be published; what was refused goes into the report."""
        job = outcome.job
        if outcome.staged is None:
            assert outcome.error is not None
            self._refuse_whole(job.name, digest_file(job.path), outcome.error)
            return []
        for unit in outcome.staged.refused:
            self._report(_refused_unit(job, unit))
        staged = [StagedFile(_directory(outcome.staged, job, m), m) for m in outcome.staged.manifests]
        if staged:
            self.is_new.pop(job.path, None)
        return [(job, file) for file in staged]

    def _publish(self, batch: Sequence[tuple[StageJob, StagedFile]]) -> None:
        if not batch:
            return
        refusals = [tuple(read_refusals(file.directory)) for _, file in batch]
        if self.options.is_dry_run:
            for (job, file), refused in zip(batch, refusals, strict=True):
                self._report(_counted(job, file.manifest, refused))
            return
        self.told("publishing", len(batch), len(batch))
        with Warehouse.open(self.workspace.root) as warehouse:
            published: Published = warehouse.publish_files([file for _, file in batch], self.import_id, now_utc())
        self.generation = published.generation
        for (job, _), done, refused in zip(batch, published.files, refusals, strict=True):
            self._report(_published(job, done, refused))

    def _report(self, report: FileReport) -> None:
        self.reports.append(report)
        self.reported(report)

    def _refuse_whole(self, name: str, digest: str, error: ZhangguiError) -> None:
        self.errors.append(error)
        refusal = {"row": None, "column": None, "code": error.code, "message": "", "fields": _told(error.fields)}
        self._report(FileReport(name, "", digest, "refused", None, refusals=(refusal,)))

    def _forget_refused(self) -> None:
        """A file of which nothing was taken is not kept."""
        for path in self.is_new:
            path.unlink(missing_ok=True)


def _is_full(batch: Sequence[tuple[StageJob, StagedFile]]) -> bool:
    return len(batch) >= BATCH_FILES or sum(file.manifest.rows_seen for _, file in batch) >= BATCH_ROWS


def _directory(staged: Staged, job: StageJob, manifest: FileManifest) -> Path:
    return staged.directory(job.staging, manifest)


def _told(fields: dict[str, object]) -> dict[str, Any]:
    return {name: value if isinstance(value, int | float | list) else str(value) for name, value in fields.items()}


def _refused_unit(job: StageJob, unit: UnitRefused) -> FileReport:
    refusal = {"row": None, "column": None, "code": unit.code, "message": "", "fields": dict(unit.fields)}
    return FileReport(job.name, unit.member, digest_file(job.path), "refused", None, refusals=(refusal,))


def _counted(job: StageJob, manifest: FileManifest, refused: tuple[dict[str, Any], ...]) -> FileReport:
    """The report of a file that was only looked at: whether its rows are new is not known."""
    status = "refused" if not manifest.rows_accepted else "partial" if manifest.rows_refused else "accepted"
    return FileReport(
        path=job.name,
        member=manifest.member,
        digest=manifest.digest,
        status=status,
        manifest=manifest,
        rows_accepted=manifest.rows_accepted,
        rows_refused=manifest.rows_refused,
        refusals=refused,
    )


def _published(job: StageJob, file: PublishedFile, refused: tuple[dict[str, Any], ...]) -> FileReport:
    report = replace(
        _counted(job, file.manifest, refused),
        status=file.status,
        rows_accepted=file.rows_accepted,
        rows_refused=file.rows_refused,
        rows_duplicate=file.rows_duplicate,
        rows_replaced=file.rows_replaced,
    )
    if file.refusal is None:
        return report
    told = {"row": None, "column": None, "code": file.refusal.code, "message": "", "fields": _told(file.refusal.fields)}
    return replace(report, status="refused", refusals=(told,))


def read_refusals(directory: Path) -> Iterator[dict[str, Any]]:
    """The refused rows beside a staged file, up to what a report shows."""
    path = directory / "refused.parquet"
    if not path.exists() or not os.path.getsize(path):
        return
    shown = pq.ParquetFile(path).iter_batches(columns=["source_row", "column", "code", "message"])
    left = REFUSALS_SHOWN
    for batch in shown:
        for row in batch.to_pylist()[:left]:
            yield {"row": row["source_row"], "column": row["column"], "code": row["code"], "message": row["message"]}
        left -= min(left, batch.num_rows)
        if not left:
            return
