"""One received file, from its bytes to staged canonical rows: the whole way through intake.

Runs in the child process (see sandbox.py). Every member of an archive is a unit of its own; a unit that cannot
be taken is reported with its reason and does not hold up the others.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import polars as pl

from zhanggui.canon.imports import FileManifest, StagedTable, Warning_
from zhanggui.canon.references import CHANNELS
from zhanggui.intake.ahead import read_ahead
from zhanggui.intake.cells import RawBatch
from zhanggui.intake.containers import Kind, Unit, check_workbook, unpack_units
from zhanggui.intake.controls import ControlChecker
from zhanggui.intake.dates import clean_dates
from zhanggui.intake.declaration import Field, Format, find_format, read_mapping, shipped_formats
from zhanggui.intake.errors import FormatMismatch, FormatUnknown, NoRows
from zhanggui.intake.mapping import RowMapper, told_currency
from zhanggui.intake.opening import OpenTable, open_tables
from zhanggui.intake.persons import PersonPolicy
from zhanggui.intake.recognition import Candidate, header_keys
from zhanggui.intake.refusing import REFUSED_SCHEMA
from zhanggui.intake.sources import FileFacts
from zhanggui.intake.staging import StagingWriter
from zhanggui.intake.stating import FileIdentity
from zhanggui.intake.text_tables import BadRecord, NotPlain
from zhanggui.kernel.errors import Refusal
from zhanggui.kernel.identity import digest_bytes, digest_file, make_file_id

_EXPORT_TIME = re.compile(r"(\d{4})\D?(\d{2})\D?(\d{2})(?:\D{0,3}(\d{2})\D?(\d{2})(?:\D?(\d{2}))?)?")


@dataclass(frozen=True)
class StageJob:
    """What to read and how: everything the child needs, and nothing of the workspace but its key."""

    path: Path
    staging: Path
    key: bytes
    name: str = ""  # the name the seller knows the file by; default: the path's
    shop: str = "main"
    channel: str | None = None  # overrides the format's channel (tmall instead of taobao, a mapping for `offline`)
    format_id: str | None = None
    mapping_path: Path | None = None
    base_currency: str = "CNY"
    shop_currency: str | None = None
    shop_timezone: str | None = None
    stated_at: datetime | None = None  # UTC, naive; for files that do not say when they were exported
    modified_at: datetime | None = None  # UTC, naive; the file's own time, the last resort; default: the path's
    keep_personal: bool = False


@dataclass(frozen=True)
class UnitRefused:
    """A file or member that was not taken as a whole."""

    name: str
    member: str
    code: str
    fields: Mapping[str, Any]
    format_id: str | None = None


@dataclass(frozen=True)
class Staged:
    """What came of one job: the staged units with their manifests, and the refused ones."""

    manifests: tuple[FileManifest, ...]
    refused: tuple[UnitRefused, ...]

    def directory(self, staging: Path, manifest: FileManifest) -> Path:
        """Where the unit's rows are."""
        return staging / manifest.file_id


def stage_file(job: StageJob) -> Staged:
    """Read a file and stage every unit in it.

    Raises:
        Refusal: when the file as a whole cannot be opened (size, archive, container).
    """
    manifests: list[FileManifest] = []
    refused: list[UnitRefused] = []
    job = job if job.name else replace(job, name=job.path.name)
    with tempfile.TemporaryDirectory(dir=job.staging, prefix="room-") as folder:
        room = Path(folder)
        for unit in unpack_units(job.path, job.name, room):
            try:
                manifests.extend(_stage_unit(job, unit, room))
            except Refusal as refusal:
                refused.append(UnitRefused(unit.name, unit.member, refusal.code, _plain(refusal.fields), job.format_id))
    return Staged(tuple(manifests), tuple(refused))


def _plain(fields: Mapping[str, object]) -> dict[str, Any]:
    return {name: value if isinstance(value, (int, float, list)) else str(value) for name, value in fields.items()}


def recognise_file(path: Path, name: str = "") -> list[Candidate]:
    """The candidates for each table of a file, best first (the best of each sheet first)."""
    found: list[Candidate] = []
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        for unit in unpack_units(path, name or path.name, room):
            for table in _opened(unit, room, tuple(shipped_formats().values())):
                found.extend(table.candidates)
    unique = {candidate.format.id: candidate for candidate in sorted(found, key=lambda one: one.score)}
    return sorted(unique.values(), key=lambda one: (-one.score, one.format.id))


def _opened(unit: Unit, room: Path, formats: Sequence[Format]) -> list[OpenTable]:
    if unit.kind is Kind.WORKBOOK:
        check_workbook(unit.path)
    return open_tables(unit, room, formats)


def _formats(job: StageJob) -> tuple[Format, ...]:
    if job.mapping_path is not None:
        return (read_mapping(job.mapping_path),)
    return (find_format(job.format_id),) if job.format_id else tuple(shipped_formats().values())


def _stage_unit(job: StageJob, unit: Unit, room: Path) -> Iterator[FileManifest]:
    formats = _formats(job)
    tables = [table for table in _opened(unit, room, formats) if table.candidates]
    if not tables:
        if job.format_id or job.mapping_path:
            raise FormatMismatch(file=unit.name, format=formats[0].id, signature=_signature(formats[0]))
        raise FormatUnknown(file=unit.name)
    best = max(tables, key=lambda table: table.candidates[0].score)
    chosen = [table for table in tables if table.candidates[0].format.id == best.candidates[0].format.id]
    if not best.candidates[0].format.every_sheet:
        chosen = [best]
    digest = digest_file(unit.path)
    for table in chosen:
        sheet = table.sheet if len(chosen) > 1 else ""
        yield _stage_table(job, unit, table, digest, "/".join(filter(None, (unit.member, sheet))))


def _signature(declared: Format) -> list[str]:
    return ["/".join(names) for names in declared.signature]


def _stage_table(job: StageJob, unit: Unit, table: OpenTable, digest: str, member: str) -> FileManifest:
    candidate = table.candidates[0]
    declared = candidate.format
    channel = job.channel or declared.channel
    shop_id = f"{channel}/{job.shop}"
    file_id = make_file_id(digest, member, declared.id, shop_id)
    stated_at, source = _stated_at(job, unit, declared, table)
    identity = FileIdentity(file_id, channel, shop_id, _account(job, declared, table, channel))
    if stated_at is None and _speaks_of_export(declared):
        stated_at, source = _modified(job), "file_time"
    writer = StagingWriter(job.staging / file_id, file_id, stated_at)
    facts = _facts(job, unit, declared, table, channel, stated_at or datetime(1970, 1, 1))
    mapper, checker, bad = _read_all(job, declared, table, identity, facts, writer)
    if mapper.tally.seen + bad == 0:
        raise NoRows(file=unit.name, format=declared.id)
    if stated_at is None:
        stated_at, source = _latest(writer, job)
    seen = mapper.tally.seen + bad
    refused_rows = mapper.tally.refused + bad
    manifest = FileManifest(
        file_id=file_id,
        digest=digest,
        path_name=unit.name,
        member=member,
        size_bytes=unit.size_bytes,
        format=declared.id,
        format_variant=_variant(declared, candidate),
        channel=channel,
        shop_id=shop_id,
        account_id=identity.account_id,
        currency=facts.currency,
        encoding=table.encoding,
        sheet=table.sheet or None,
        header_row=candidate.header_index + 1,
        header_fingerprint=digest_bytes("\x1f".join(candidate.header).encode())[:16],
        unknown_headers=_unknown_headers(declared, candidate),
        missing_headers=mapper.missing_headers,
        stated_at=stated_at,
        period_from=writer.period_from,
        period_to=writer.period_to,
        rows_seen=seen,
        rows_accepted=seen - refused_rows,
        rows_refused=refused_rows,
        controls=tuple(checker.answer(mapper.tally, [*table.footer_texts(), *table.preamble])),
        warnings=tuple(_warnings(mapper, source, table.is_unterminated)),
        primary_table=declared.primary,
        tables=_staged_tables(declared, writer),
    )
    writer.finish(manifest)
    return manifest


def _read_all(
    job: StageJob, declared: Format, table: OpenTable, identity: FileIdentity, facts: FileFacts, writer: StagingWriter
) -> tuple[RowMapper, ControlChecker, int]:
    """Read every batch; a text that turns out not to be plain is read again, carefully."""
    try:
        return _read_once(job, declared, table, identity, facts, writer, careful=False)
    except NotPlain:
        writer.restart()
        return _read_once(job, declared, table, identity, facts, writer, careful=True)


def _read_once(
    job: StageJob,
    declared: Format,
    table: OpenTable,
    identity: FileIdentity,
    facts: FileFacts,
    writer: StagingWriter,
    careful: bool,
) -> tuple[RowMapper, ControlChecker, int]:
    persons = PersonPolicy(job.key, job.keep_personal)
    header = table.candidates[0].header
    first, batches = _peek(read_ahead(table.batches(careful)))
    facts = _told_by_rows(job, declared, facts, identity.channel, header, first)
    mapper = RowMapper(declared, header, identity, facts, persons, has_footer_rows=table.grid is not None)
    checker = ControlChecker(declared.controls, mapper.sources)
    bad = 0
    for batch in batches:
        if isinstance(batch, BadRecord):
            bad += 1
            writer.refuse(_bad_frame(batch), {batch.row: {"": batch.text}})
            continue
        mapped = mapper.map(_without_first(batch, declared.rows_after_header, table))
        checker.add(mapped)
        writer.add(mapped)
    return mapper, checker, bad


def _peek(
    batches: Iterator[RawBatch | BadRecord],
) -> tuple[RawBatch | BadRecord | None, Iterator[RawBatch | BadRecord]]:
    """The first batch, and all of them."""
    first = next(batches, None)
    return first, iter(()) if first is None else chain([first], batches)


def _told_by_rows(
    job: StageJob, declared: Format, facts: FileFacts, channel: str, header: Sequence[str], first: RawBatch | BadRecord | None
) -> FileFacts:  # fmt: skip
    """The zone of a market that only the cells name, by their currency."""
    rule = declared.timezone
    if not (isinstance(rule, Mapping) and "by_currency" in rule and isinstance(first, RawBatch)):
        return facts
    currency = told_currency(declared, header, first)
    if currency is None or job.shop_timezone or currency not in rule["by_currency"]:
        return facts
    zone = _zone(job, declared, channel, currency)
    return replace(facts, zone=zone, shop_zone=zone, is_zone_guessed=False)


def _without_first(batch: RawBatch, count: int, table: OpenTable) -> RawBatch:
    """Description rows right under the header."""
    keep = batch.rows >= table.first_row + count
    if count == 0 or keep.all():
        return batch
    columns = {name: replace(column, codes=column.codes.filter(keep)) for name, column in batch.columns.items()}
    return RawBatch(columns, batch.rows.filter(keep), batch.broken)


def _bad_frame(bad: BadRecord) -> pl.DataFrame:
    """A line that could not be split; whose cells are whose is not known, so the books do not show its text."""
    return pl.DataFrame([(bad.row, "", bad.code, "", "{}")], schema=REFUSED_SCHEMA, orient="row")


def _stated_at(job: StageJob, unit: Unit, declared: Format, table: OpenTable) -> tuple[datetime | None, str]:
    """When the export was made: said inside, else in the file's name, else by the person, else not known yet."""
    zone = _zone(job, declared, declared.channel)
    if declared.exported_in:
        for text in [*table.footer_texts(), *table.preamble]:
            found = re.search(declared.exported_in, text)
            if found and (instant := _export_time(found.group(1), zone)):
                return instant, "content"
    if declared.exported_at:
        found = re.search(declared.exported_at, unit.name)
        if found and (instant := _named_time(found, zone)):
            return instant, "name"
    return job.stated_at, "given"


def _named_time(found: re.Match[str], zone: str) -> datetime | None:
    if "unix" in found.re.groupindex:
        return datetime.fromtimestamp(int(found.group("unix")), UTC).replace(tzinfo=None)
    return _export_time(found.group(1), zone)


def _named_day(text: str, zone: str) -> datetime | None:
    """A day with its month as a word, as in Jul-08-2026: its last second."""
    day = clean_dates(pl.Series([text]), Field("export", "date", form="us_month_name"))[0]
    return None if day is None else _export_time(f"{day:%Y%m%d}", zone)


def _export_time(text: str, zone: str) -> datetime | None:
    from zoneinfo import ZoneInfo

    found = _EXPORT_TIME.search(text)
    if not found:
        return _named_day(text, zone)
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=ZoneInfo(zone))
    except ValueError:
        return None
    if not found.group(4):
        local = local.replace(hour=23, minute=59, second=59)
    return local.astimezone(UTC).replace(tzinfo=None)


def _latest(writer: StagingWriter, job: StageJob) -> tuple[datetime, str]:
    """The latest instant that the rows speak of, else the end of their period, else the file's own time."""
    if writer.latest is not None:
        return writer.latest, "rows"
    if writer.period_to is not None:
        return datetime.combine(writer.period_to, datetime.max.time()).replace(microsecond=0), "rows"
    return _modified(job), "file_time"


def _modified(job: StageJob) -> datetime:
    if job.modified_at is not None:
        return job.modified_at
    return datetime.fromtimestamp(job.path.stat().st_mtime, UTC).replace(tzinfo=None, microsecond=0)


def _speaks_of_export(declared: Format) -> bool:
    """Whether rows carry the time of the export itself, as snapshots do."""
    return any(
        isinstance(source, Mapping) and str(source.get("file", "")).startswith("stated")
        for rule in declared.tables
        for source in rule.columns.values()
    )


def _zone(job: StageJob, declared: Format, channel: str, currency: str | None = None) -> str:
    """The zone of times without an offset."""
    rule = declared.timezone
    if isinstance(rule, str) and ("/" in rule or rule == "UTC"):
        return rule
    if job.shop_timezone:
        return job.shop_timezone
    if isinstance(rule, Mapping) and currency in rule.get("by_currency", {}):
        return str(rule["by_currency"][currency])
    known = CHANNELS.get(channel)
    if known and known.timezone:
        return known.timezone
    return str(rule["default"]) if isinstance(rule, Mapping) and "default" in rule else "UTC"


def _facts(
    job: StageJob, unit: Unit, declared: Format, table: OpenTable, channel: str, stated_at: datetime
) -> FileFacts:
    known = CHANNELS.get(channel)
    header = _header_currency(table.candidates[0].header)
    currency = _currency(declared, table, header, job.shop_currency or (known.currency if known else None))
    zone = _zone(job, declared, channel, currency)
    shop_zone = job.shop_timezone or (zone if zone != "UTC" else None) or (known.timezone if known else None) or zone
    preamble = (*table.preamble, *table.footer_texts())
    is_said = declared.timezone in ("UTC", "in_value") or (
        isinstance(declared.timezone, Mapping) and "field" in declared.timezone
    )
    is_guessed = zone == "UTC" and not is_said
    return FileFacts(unit.name, stated_at, currency, header, shop_zone, zone, tuple(preamble), is_guessed)


def _currency(declared: Format, table: OpenTable, header: str | None, shop: str | None) -> str | None:
    """The file's currency, as far as it or the shop says; nobody's guess is put in its place."""
    rule = declared.currency
    if isinstance(rule, str):
        return shop if rule == "shop" else rule
    if "pattern" in rule and "field" not in rule:
        for text in [*table.preamble, *table.footer_texts()]:
            if found := re.search(rule["pattern"], text):
                return found.group(1)
    if "header" in rule:
        for name in table.candidates[0].header:
            if found := re.search(rule["header"], name):
                return found.group(1)
    return rule.get("default") or header or shop


def _header_currency(header: Sequence[str]) -> str | None:
    for name in header:
        if found := re.search(r"[(（]([A-Z]{3})[)）]", name):
            return found.group(1)
    return None


def _account(job: StageJob, declared: Format, table: OpenTable, channel: str) -> str | None:
    """The account that a ledger belongs to: by its number where the file tells it, else by its shop."""
    if declared.account is None:
        return None
    rule = declared.account_number or {}
    if "const" in rule:
        return f"{declared.account}/{rule['const']}/{job.shop}"
    if "pattern" in rule:
        for text in [*table.preamble, *table.footer_texts()]:
            if found := re.search(rule["pattern"], text):
                hashed = PersonPolicy(job.key).hash_one(found.group(1), "account") or ""
                return f"{declared.account}/{hashed[:12]}"
    return f"{declared.account}/{channel}/{job.shop}"


def _variant(declared: Format, candidate: Candidate) -> str:
    present = sum(1 for name in candidate.header if name)
    return f"{present} columns"


def _unknown_headers(declared: Format, candidate: Candidate) -> tuple[str, ...]:
    keys = header_keys(declared, candidate.header)
    return tuple(
        name for key, name in zip(keys, candidate.header, strict=True) if key and key not in declared.known_headers
    )


def _warnings(mapper: RowMapper, source: str, is_unterminated: bool) -> Iterator[Warning_]:
    for (vocabulary, raw), count in sorted(mapper.tally.unknown_terms.items()):
        yield Warning_("term_unknown", raw, vocabulary, count)
    if mapper.tally.rounded_ids:
        yield Warning_("ids_rounded", "", "", 1)
    if mapper.currency_unknown:
        yield Warning_("currency_unknown", "", "currency", 1)
    if mapper.facts.is_zone_guessed:
        yield Warning_("zone_unknown", "UTC", "", 1)
    if source == "file_time":
        yield Warning_("stated_at_from_file_time", "", "", 1)
    if is_unterminated:
        yield Warning_("last_line_unterminated", "", "", 1)


def _staged_tables(declared: Format, writer: StagingWriter) -> dict[str, StagedTable]:
    numbered = {rule.table for rule in declared.tables if rule.occurrence}
    numbered |= {rule.table for rule in declared.tables if rule.of in numbered}
    return {table: StagedTable(rows, table in numbered) for table, rows in sorted(writer.rows.items())}
