"""What all exporters share: the periods of files, cells from columns of the chronicle, masked persons, files on disk.

A seller downloads month by month, each file reaching a few days back into the month before, and once more, at the end,
everything that changed since it was last told. What a file says is what its platform knew at that moment.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhanggui.intake.declaration import find_format
from zhanggui.intake.writing_columns import write_columns

OVERLAP_DAYS = 5
"""How far a month's file reaches back into the month before."""

EXPORT_HOUR = 9
"""Local hour at which files of the days before are downloaded."""

Cells: TypeAlias = "str | np.ndarray | pa.Array"
"""One text for all rows, or a text for each row."""


@dataclass(frozen=True)
class Window:
    """One download: what it covers, when it is made, what was known then. Instants are UTC seconds."""

    covers_from: np.datetime64
    covers_to: np.datetime64
    starts_at: np.datetime64
    ends_at: np.datetime64
    exported_at: np.datetime64
    known_at: np.datetime64
    corrects: tuple[Window, ...] = ()

    @staticmethod
    def of(starts_at: np.datetime64, ends_at: np.datetime64) -> Window:
        """The window of a statement that closes by itself and is downloaded at its end."""
        first, last = starts_at.astype("datetime64[D]"), ends_at.astype("datetime64[D]")
        return Window(first, last, starts_at, ends_at, ends_at, ends_at)

    def stamp(self, zone: str, form: str = "%Y%m%d%H%M%S") -> str:
        """The moment of the download in a zone, as file names have it."""
        return str(instant_cells(np.array([self.exported_at]), zone, form)[0].as_py())

    def holds(self, at: np.ndarray) -> np.ndarray:
        """Whether each instant lies in the period and is known."""
        return np.asarray((at >= self.starts_at) & (at < self.ends_at) & (at <= self.known_at))

    def takes(self, created: np.ndarray, *changes: np.ndarray) -> np.ndarray:
        """Whether a row belongs into the file: made in its period, or for a correction changed since it was last told."""
        if not self.corrects:
            return self.holds(created)
        told_at = np.full(len(created), np.datetime64("NaT"), "datetime64[s]")
        for window in self.corrects:
            told_at = np.where(window.holds(created), window.known_at, told_at)
        taken = np.zeros(len(created), bool)
        for at in changes:
            taken |= (at > told_at) & (at <= self.known_at)
        return taken


@dataclass(frozen=True)
class ExportedFile:
    """A file as a seller has it: format, shop (empty: the company's), local dates covered, UTC instant of the export."""

    path: Path
    format_id: str
    shop: str
    covers_from: np.datetime64
    covers_to: np.datetime64
    exported_at: np.datetime64


def month_windows(world: Any, shop_no: int | None = None) -> list[Window]:
    """The monthly downloads of a shop (None: of the company), in the order in which they are made."""
    days = np.array([world.day(index) for index in range(world.day_count)], "datetime64[D]")
    months = days.astype("datetime64[M]")
    last_days = [*np.flatnonzero(months[1:] != months[:-1]), world.day_count - 1]
    first_days = [0, *(int(last) + 1 for last in last_days[:-1])]
    pairs = zip(first_days, last_days, strict=True)
    return [_window(world, shop_no, max(0, first - OVERLAP_DAYS), int(last)) for first, last in pairs]


def correction(windows: Sequence[Window]) -> Window:
    """The last download, an hour later: everything that changed since the others told it."""
    first, last = windows[0], windows[-1]
    later = last.exported_at + np.timedelta64(3600, "s")
    return replace(
        last,
        covers_from=first.covers_from,
        starts_at=first.starts_at,
        exported_at=later,
        corrects=tuple(windows),
    )


def with_correction(windows: Sequence[Window]) -> list[Window]:
    """The monthly downloads and the late one that brings every order up to date; a single month needs none."""
    return [*windows, correction(windows)] if len(windows) > 1 else list(windows)


def _window(world: Any, shop_no: int | None, first: int, last: int) -> Window:
    def start(index: int) -> np.datetime64:
        at = world.company_day_start(index) if shop_no is None else world.day_start(shop_no, index)
        return np.datetime64(at, "s")

    exported_at = start(last + 1) + np.timedelta64(EXPORT_HOUR * 3600 + 420 * ((shop_no or 0) + 1), "s")
    is_last = last == world.day_count - 1
    known_at = start(last + 1) - np.timedelta64(1, "s") if is_last else exported_at
    return Window(world.day(first), world.day(last), start(first), start(last + 1), exported_at, known_at)


# cells ----------------------------------------------------------------------------------------------------

_FRACTIONS = {places: pa.array([f".{part:0{places}d}" for part in range(10**places)]) for places in (2, 3)}


def money_cells(minor: np.ndarray, places: int = 2) -> pa.Array:
    """Minor units as plain decimals: -1205 is -12.05."""
    minor = np.asarray(minor, np.int64)
    if not places:
        return number_cells(minor)
    size = np.abs(minor)
    sign = pa.array(["", "-"]).take(pa.array((minor < 0).astype(np.int8)))
    fraction = _FRACTIONS[places].take(pa.array(size % 10**places))
    return pc.binary_join_element_wise(sign, number_cells(size // 10**places), fraction, "")


def number_cells(numbers: np.ndarray) -> pa.Array:
    """Whole numbers as texts."""
    return pa.array(np.asarray(numbers, np.int64)).cast(pa.string())


def instant_cells(at: np.ndarray, zone: str, form: str | None = None) -> pa.Array:
    """UTC instants as local times, 2026-07-08 00:42:32 or by a pattern of strftime; blank where there is none."""
    utc = pa.array(np.asarray(at, "datetime64[s]")).cast(pa.timestamp("s", "UTC"))
    local = pc.local_timestamp(utc.cast(pa.timestamp("s", zone)))
    told = local.cast(pa.string()) if form is None else pc.strftime(local, format=form)
    return pc.fill_null(told, "")


def date_cells(days: np.ndarray, form: str | None = None) -> pa.Array:
    """Business dates, 2026-07-08 or by a pattern of strftime; blank where there is none."""
    dates = pa.array(np.asarray(days, "datetime64[D]"))
    told = dates.cast(pa.string()) if form is None else pc.strftime(dates.cast(pa.timestamp("s")), format=form)
    return pc.fill_null(told, "")


def local_days(at: np.ndarray, zone: str) -> np.ndarray:
    """The local date of each UTC instant."""
    utc = pa.array(np.asarray(at, "datetime64[s]")).cast(pa.timestamp("s", "UTC"))
    local = pc.local_timestamp(utc.cast(pa.timestamp("s", zone)))
    return np.asarray(local.to_numpy(zero_copy_only=False), "datetime64[D]")


def text_cells(texts: np.ndarray) -> pa.Array:
    """Texts of the chronicle; what is missing is blank."""
    return pc.fill_null(pa.array(texts, pa.string()), "")


def worded(codes: np.ndarray, words: Sequence[str]) -> pa.Array:
    """The word of each code, which is a position among the words."""
    return pa.array(words, pa.string()).take(pa.array(np.asarray(codes, np.int64)))


def looked_up(values: np.ndarray, places: np.ndarray) -> pa.Array:
    """The value at each place; blank where the place is negative."""
    places = np.asarray(places, np.int64)
    if not len(values):
        return pa.array(np.full(len(places), "", dtype=object), pa.string())
    return blank_where(places < 0, pa.array(values[np.maximum(places, 0)], pa.string()))


def joined(*parts: Cells) -> pa.Array:
    """Texts put together row by row; at least one of them is a column."""
    arrays = [part if isinstance(part, str) else _as_cells(part) for part in parts]
    return pc.binary_join_element_wise(*arrays, "")


def blank_where(mask: np.ndarray, cells: Cells) -> pa.Array:
    """The cells, blank where the mask is true."""
    told = cells if isinstance(cells, str) else _as_cells(cells)
    return pc.if_else(pa.array(np.asarray(mask, bool)), "", told)


def as_of(at: np.ndarray, known_at: np.datetime64) -> np.ndarray:
    """Times that had come by then; the others are NaT."""
    return np.where(at <= known_at, at, np.datetime64("NaT", "s"))


def _as_cells(part: Any) -> pa.Array:
    return part if isinstance(part, pa.Array) else pa.array(part, pa.string())


# persons --------------------------------------------------------------------------------------------------


def masked_names(names: np.ndarray) -> pa.Array:
    """张三丰 becomes 张**: the first character stays."""
    return joined(pc.utf8_slice_codeunits(text_cells(names), 0, 1), "**")


def masked_phones(phones: np.ndarray) -> pa.Array:
    """13012345678 becomes 130****5678."""
    told = text_cells(phones)
    return joined(pc.utf8_slice_codeunits(told, 0, 3), "****", pc.utf8_slice_codeunits(told, -4))


# files ----------------------------------------------------------------------------------------------------


def save_columns(
    format_id: str, cells: Mapping[str, Cells], path: Path, shop: str, window: Window, **options: Any
) -> ExportedFile | None:
    """Write a file of a format and give it the time of its export; nothing is written where there are no rows."""
    length = max((len(one) for one in cells.values() if not isinstance(one, str)), default=0)
    if not length:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    write_columns(find_format(format_id), cells, path, **options)
    stamp_file(path, window.exported_at)
    return ExportedFile(path, format_id, shop, window.covers_from, window.covers_to, window.exported_at)


def stamp_file(path: Path, at: np.datetime64) -> None:
    """The file's own time is that of its export, as a download's would be."""
    seconds = int(at.astype("datetime64[s]").astype(np.int64))
    os.utime(path, (seconds, seconds))


def repeat_download(file: ExportedFile) -> ExportedFile:
    """The same file once more, as a browser names what it already has."""
    again = file.path.with_name(f"{file.path.stem} (1){file.path.suffix}")
    shutil.copyfile(file.path, again)
    stamp_file(again, file.exported_at)
    return replace(file, path=again)
