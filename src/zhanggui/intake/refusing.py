"""Why a record is not taken: unreadable or missing cells, amounts without a sign, broken bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from zhanggui.canon.register import TABLES
from zhanggui.intake.cells import RawBatch
from zhanggui.intake.declaration import Field, Format, TableRule
from zhanggui.intake.sources import SourceBuilder, column_of

REASON_SCHEMA = {"row": pl.Int64, "column": pl.String, "code": pl.String}
REFUSED_SCHEMA = {
    "source_row": pl.Int64,
    "column": pl.String,
    "code": pl.String,
    "message": pl.String,
    "cells": pl.String,
}


def find_refusals(
    declared: Format,
    sources: SourceBuilder,
    used: Mapping[str, Field],
    cleaned: pl.DataFrame,
    problems: pl.DataFrame,
    broken: pl.DataFrame,
) -> pl.DataFrame:
    """row, column and code of each refused record; the first reason in field order."""
    found = [
        problems.filter(pl.col(name).is_not_null()).select(row="_row", column=pl.lit(name), code=name)
        for name in problems.columns[1:]
    ]
    found += [
        _missing(cleaned, name) for name in used if declared.fields[name].required or name in _key_fields(declared)
    ]
    found += list(_directionless(declared, sources, cleaned))
    found.append(broken.select("row", "column", pl.lit("encoding_broken").alias("code")))
    whole = pl.concat([one.cast(REASON_SCHEMA) for one in found])  # type: ignore[arg-type]
    if whole.is_empty():
        return whole
    kept = whole.join(cleaned.select(row="_row"), on="row", how="semi", maintain_order="left")
    return kept.unique("row", keep="first", maintain_order=True).sort("row")


def _key_fields(declared: Format) -> set[str]:
    """Fields that are the key of the primary table, where one rule states it for every row."""
    rules = [rule for rule in declared.tables if rule.table == declared.primary]
    if len(rules) != 1 or rules[0].when:
        return set()
    key = TABLES[rules[0].table].key
    return {source for column in key if isinstance(source := rules[0].columns.get(column), str)}


def _missing(cleaned: pl.DataFrame, name: str) -> pl.DataFrame:
    missing = cleaned.filter(pl.col(column_of(name)).is_null())
    return missing.select(row="_row", column=pl.lit(name), code=pl.lit("cell_missing"))


def _directionless(declared: Format, sources: SourceBuilder, cleaned: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Amounts whose direction is not known have no sign, and money without a sign is not money."""
    for rule, source in _directed_sources(declared):
        amount, signed = sources.build(source["amount"]), sources.build(source)
        applies = [sources.condition(one) for one in rule.when]
        lost = cleaned.filter(amount.is_not_null() & signed.is_null(), *applies)
        column = str(source["direction"])
        yield lost.select(row="_row", column=pl.lit(column), code=pl.lit("direction_unknown"))


def _directed_sources(declared: Format) -> Iterator[tuple[TableRule, Mapping[str, Any]]]:
    for rule in declared.tables:
        for source in rule.columns.values():
            if isinstance(source, Mapping) and "direction" in source:
                yield rule, source


HIDDEN = "*"
"""What stands for a personal cell in the books; the plain cells of refused rows lie beside the books, with the rows."""


def with_cells(
    bad: pl.DataFrame, batch: RawBatch, personal: frozenset[str], sensitive: frozenset[str]
) -> tuple[pl.DataFrame, dict[int, dict[str, str]]]:
    """The refused records with their raw cells as JSON (personal ones hidden), and the cells in plain by row.

    Sensitive cells stand in neither.
    """
    if bad.is_empty():
        return pl.DataFrame(schema=REFUSED_SCHEMA), {}
    wanted = set(bad["row"].to_list())
    places = {row: place for place, row in enumerate(batch.rows.to_list()) if row in wanted}
    plain: dict[int, dict[str, str]] = {row: {} for row in places}
    for name, column in batch.columns.items():
        for row, place in places.items():
            code = column.codes[place]
            cell = (column.values[code] if code is not None else None) or ""
            plain[row][name] = "" if name in sensitive else cell
    rows, columns = bad["row"].to_list(), bad["column"].to_list()
    shown = {
        row: {name: HIDDEN if cell and name in personal else cell for name, cell in cells.items()}
        for row, cells in plain.items()
    }
    messages = [shown[row].get(column, "")[:500] for row, column in zip(rows, columns, strict=True)]
    frame = bad.select(
        pl.col("row").alias("source_row"),
        "column",
        "code",
        pl.Series("message", messages, dtype=pl.String),
        pl.Series("cells", [json.dumps(shown[row], ensure_ascii=False) for row in rows], dtype=pl.String),
    )
    return frame, plain
