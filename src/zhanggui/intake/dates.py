"""Dates and instants in the spellings that platforms and spreadsheets give them.

Instants come out as UTC without a zone; a time without an offset is read in the zone of the format. Which
of two numbers is the day is inferred over a whole column, and refused where nothing decides it.
"""

from __future__ import annotations

import polars as pl

from zhanggui.intake.declaration import Field
from zhanggui.intake.errors import DateOrderAmbiguous

INSTANT = pl.Datetime("us")
_YMD = r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]*\d{1,2}[:：时].*)?\s*$"
_OFFSET = r"(Z|UTC|GMT|[+-]\d{2}:?\d{2})\s*$"
_MONTHS = {
    name: f"{index:02d}" for index, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}
_ABBREVIATIONS = {
    "PDT": "-0700",
    "PST": "-0800",
    "EST": "-0500",
    "EDT": "-0400",
    "MST": "-0700",
    "MDT": "-0600",
    "CST": "-0600",
    "CDT": "-0500",
    "UTC": "+0000",
    "GMT": "+0000",
    "Z": "+0000",
    "BST": "+0100",
    "CET": "+0100",
    "CEST": "+0200",
    "JST": "+0900",
    "AEST": "+1000",
    "AEDT": "+1100",
}
_EXCEL_EPOCH_DAYS = 25569


def clean_instants(texts: pl.Series, field: Field, zone: str) -> pl.Series:
    """Instants in UTC (microseconds, no zone); null where a text cannot be read."""
    common = _read_common(texts)
    if common is not None:
        return pl.DataFrame({"l": common}).select(_to_utc(pl.col("l"), zone)).to_series().cast(INSTANT)
    parts = _split_texts(texts, field)
    local = _to_datetimes(parts)
    offset = _offset_minutes(parts["offset"])
    if field.form == "unix_seconds":
        return pl.from_epoch(texts.cast(pl.Int64, strict=False), "s").cast(INSTANT)
    shifted = pl.DataFrame({"l": local, "o": offset}).select(
        pl.when(pl.col("o").is_not_null())
        .then(pl.col("l") - pl.duration(minutes=pl.col("o")))
        .otherwise(_to_utc(pl.col("l"), zone))
    )
    return shifted.to_series().cast(INSTANT)


def clean_dates(texts: pl.Series, field: Field) -> pl.Series:
    """Calendar dates; the time of day, where there is one, is dropped."""
    return _to_datetimes(_split_texts(texts, field)).dt.date()


def _read_common(texts: pl.Series) -> pl.Series | None:
    """The spelling that nearly every export uses, read at once when the whole column keeps to it."""
    if not (texts.str.len_chars() == 19).fill_null(True).all():
        return None
    read = texts.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")
    return read if read.null_count() == texts.null_count() else None


_PLAIN = Field("clock", "instant")


def join_instants(parts: pl.DataFrame, zone: str) -> pl.Series:
    """A date, a clock and perhaps a zone name, each in its own cell, as one instant in UTC.

    A clock cell that already holds a date stands alone; the instant is null where date or clock is blank.
    """
    clock = pl.col("i1").str.replace(r"^(\d{2})(\d{2})(\d{2})$", "${1}:${2}:${3}")
    whole = pl.when(clock.str.contains(r"^\d{4}-?\d{2}")).then(clock).otherwise(pl.col("i0") + " " + clock)
    frame = parts.select(text=whole, zone=pl.col("i2") if "i2" in parts.columns else pl.lit(None, dtype=pl.String))
    read = pl.Series([None], dtype=INSTANT).new_from_index(0, len(frame))
    for name in frame["zone"].unique().to_list():
        mask = frame["zone"].eq_missing(name)
        suffix = f" {name}" if name in _ABBREVIATIONS else ""
        local_zone = zone if name is None or suffix else str(name)
        texts = frame.select(pl.when(mask).then(pl.col("text") + suffix).otherwise(None)).to_series()
        read = read.zip_with(~mask, clean_instants(texts, _PLAIN, local_zone))
    return read


def business_dates(instants: pl.Expr, zone: str) -> pl.Expr:
    """The date in the shop's zone of each UTC instant."""
    return instants.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.date()


def _to_utc(local: pl.Expr, zone: str) -> pl.Expr:
    if zone in ("UTC", "Etc/UTC"):
        return local
    zoned = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    # An hour that the clock skips in spring does not exist; what is written then means the hour after.
    skipped = (local + pl.duration(hours=1)).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return pl.coalesce(zoned, skipped).dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def _split_texts(texts: pl.Series, field: Field) -> pl.DataFrame:
    """Year, month, day, hour, minute, second, fraction, afternoon mark and offset, each as text."""
    value = pl.col("v")
    frame = pl.DataFrame({"v": texts.str.strip_chars()})
    frame = frame.with_columns(
        offset=value.str.extract(r"\s([A-Z]{1,4})\s*$", 1).fill_null(
            value.str.extract(r":\d{2}(?:\.\d+)?\s*" + _OFFSET, 1)
        ),
        afternoon=value.str.extract(r"(?i)\d\s*([ap])\.?m\.?\b", 1).str.to_lowercase(),
    )
    order = _column_order(texts, field)
    return frame.with_columns(*_date_parts(order), *_time_parts()).drop("v")


def _date_parts(order: str) -> list[pl.Expr]:
    value = pl.col("v")
    compact = r"^(\d{4})(\d{2})(\d{2})(?:\d{6}|[ T]+\d{1,2}[:：]\d{2}.*)?$"
    numbers = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})\b"
    first, second = (1, 2) if order == "dmy" else (2, 1)
    named_dmy = r"^(\d{1,2})[\s-]+([A-Za-z]{3})[a-z]*\.?[\s-]+(\d{4}|\d{2})\b"
    named_mdy = r"^([A-Za-z]{3})[a-z]*\.?[\s-]+(\d{1,2})(?:,\s*|[\s-]+)(\d{4}|\d{2})\b"
    month_name = value.str.extract(named_dmy, 2).fill_null(value.str.extract(named_mdy, 1)).str.to_lowercase()
    serial = value.str.extract(r"^(\d{5})(?:\.\d+)?$", 1)
    day = (
        value.str.extract(_YMD, 3)
        .fill_null(value.str.extract(compact, 3))
        .fill_null(value.str.extract(named_dmy, 1))
        .fill_null(value.str.extract(named_mdy, 2))
        .fill_null(value.str.extract(numbers, first))
    )
    month = (
        value.str.extract(_YMD, 2)
        .fill_null(value.str.extract(compact, 2))
        .fill_null(month_name.replace_strict(_MONTHS, default=None, return_dtype=pl.String))
        .fill_null(value.str.extract(numbers, second))
    )
    year = (
        value.str.extract(_YMD, 1)
        .fill_null(value.str.extract(compact, 1))
        .fill_null(value.str.extract(named_dmy, 3))
        .fill_null(value.str.extract(named_mdy, 3))
        .fill_null(value.str.extract(numbers, 3))
    )
    year = pl.when(year.str.len_chars() == 2).then(pl.lit("20") + year).otherwise(year)
    fraction_of_day = value.str.extract(r"^\d{5}(\.\d+)$", 1)
    return [
        year.alias("year"),
        month.alias("month"),
        day.alias("day"),
        serial.alias("serial"),
        fraction_of_day.alias("day_fraction"),
    ]


def _time_parts() -> list[pl.Expr]:
    value = pl.col("v")
    compact = r"^\d{8}(\d{2})(\d{2})(\d{2})$"
    any_time = r"[\sT日](\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2}))?"
    return [
        value.str.extract(any_time, 1).fill_null(value.str.extract(compact, 1)).fill_null("0").alias("hour"),
        value.str.extract(any_time, 2).fill_null(value.str.extract(compact, 2)).fill_null("0").alias("minute"),
        value.str.extract(any_time, 3).fill_null(value.str.extract(compact, 3)).fill_null("0").alias("second"),
        value.str.extract(r":\d{2}\.(\d{1,6})", 1).fill_null("0").str.pad_end(6, "0").alias("fraction"),
    ]


def _to_datetimes(parts: pl.DataFrame) -> pl.Series:
    hour = pl.col("hour").cast(pl.Int32, strict=False)
    hour = (
        pl.when((pl.col("afternoon") == "p") & (hour < 12))
        .then(hour + 12)
        .when((pl.col("afternoon") == "a") & (hour == 12))
        .then(0)
        .otherwise(hour)
    )
    padded = [pl.col(name).str.pad_start(2, "0") for name in ("month", "day")]
    day = (pl.col("year") + "-" + padded[0] + "-" + padded[1]).str.to_date("%Y-%m-%d", strict=False)
    serial_day = pl.date(1970, 1, 1) + pl.duration(
        days=pl.col("serial").cast(pl.Int64, strict=False) - _EXCEL_EPOCH_DAYS
    )
    serial_seconds = (
        (pl.col("day_fraction").cast(pl.Float64, strict=False).fill_null(0.0) * 86400).round(0).cast(pl.Int64)
    )
    clock = (hour * 3600 + _number("minute") * 60 + _number("second")).cast(pl.Int64)
    valid = hour.is_between(0, 23) & _number("minute").is_between(0, 59) & _number("second").is_between(0, 60)
    written = day.cast(INSTANT) + pl.duration(seconds=clock, microseconds=_number("fraction"))
    serial = serial_day.cast(INSTANT) + pl.duration(seconds=serial_seconds)
    chosen = pl.when(pl.col("serial").is_not_null()).then(serial).when(valid).then(written).otherwise(None)
    return parts.select(chosen.cast(INSTANT)).to_series()


def _number(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Int64, strict=False)


def _offset_minutes(offset: pl.Series) -> pl.Series:
    if offset.null_count() == len(offset):
        return pl.Series([None], dtype=pl.Int64).new_from_index(0, len(offset))
    plain = offset.replace(_ABBREVIATIONS).str.replace(":", "")
    sign = pl.when(pl.col("o").str.starts_with("-")).then(-1).otherwise(1)
    minutes = pl.col("o").str.slice(1, 2).cast(pl.Int64, strict=False) * 60 + pl.col("o").str.slice(3, 2).cast(
        pl.Int64, strict=False
    )
    return pl.DataFrame({"o": plain}).select((sign * minutes).cast(pl.Int64)).to_series()


def _column_order(texts: pl.Series, field: Field) -> str:
    """Day-month or month-day, for dates that are written with two small numbers and a year last."""
    if field.form in ("dmy", "dmy_month_name"):
        return "dmy"
    if field.form in ("mdy", "us_month_name", "mmm_dd_yy"):
        return "mdy"
    if field.order in ("dmy", "mdy"):
        return field.order
    numbers = texts.str.extract_groups(r"^(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d{2})\b")
    frame = numbers.struct.unnest().drop_nulls()
    if frame.is_empty():
        return "mdy"
    if texts.str.contains(r"^\d{1,2}\.\d{1,2}\.\d{2,4}").any():  # a dot always puts the day first
        return "dmy"
    first, second = (frame.to_series(index).cast(pl.Int32).max() for index in (0, 1))
    if isinstance(first, int) and first > 12:
        return "dmy"
    if isinstance(second, int) and second > 12:
        return "mdy"
    if field.leans:
        return field.leans
    raise DateOrderAmbiguous(field=field.name, example=str(texts.drop_nulls()[0]))
