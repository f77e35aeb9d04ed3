"""Records mapped to canonical rows: cleaned by declared type, split by grain, signed from the seller's side.

One `RowMapper` serves one table of one file. A record either feeds the tables or is refused with its column,
its reason and its raw cells; a blank, skipped or summary record is neither and is not counted as seen.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from zhanggui.intake.cells import RawBatch
from zhanggui.intake.cleaning import clean_column, empty_values, ids_look_rounded, strip_cells
from zhanggui.intake.declaration import Field, Format
from zhanggui.intake.persons import PersonPolicy
from zhanggui.intake.recognition import header_keys
from zhanggui.intake.refusing import find_refusals, with_cells
from zhanggui.intake.sources import FileFacts, SourceBuilder, column_of, flag_of
from zhanggui.intake.stating import FileIdentity, TableMaker

_CURRENCY_NAMES = {
    "人民币": "CNY",
    "RMB": "CNY",
    "CNH": "CNY",
    "￥": "CNY",
    "美元": "USD",
    "欧元": "EUR",
    "港币": "HKD",
}


@dataclass
class Tally:
    """What the mapper counted over all batches of a file."""

    seen: int = 0
    refused: int = 0
    unknown_terms: Counter[tuple[str, str]] = field(default_factory=Counter)
    summary_rows: list[dict[str, str]] = field(default_factory=list)
    rounded_ids: bool = False


@dataclass(frozen=True)
class MappedBatch:
    """The canonical rows of one batch, its refused records and its cleaned fields (for controls)."""

    tables: dict[str, pl.DataFrame]
    refused: pl.DataFrame
    refused_cells: dict[int, dict[str, str]]  # in plain, by source row
    cleaned: pl.DataFrame


class RowMapper:
    """Maps the raw batches of one table of a file to canonical rows."""

    def __init__(
        self,
        declared: Format,
        header: Sequence[str],
        identity: FileIdentity,
        facts: FileFacts,
        persons: PersonPolicy,
        has_footer_rows: bool = True,
    ) -> None:
        self.declared = declared
        self.has_footer_rows = has_footer_rows
        self.facts = facts
        self.tally = Tally()
        self.sources = SourceBuilder(declared.fields, declared.vocabularies, facts)
        self.maker = TableMaker(declared, identity, facts, persons, self.sources)
        self.found = _find_columns(declared, header)
        self.used = _used_fields(declared)
        self._carried: pl.DataFrame | None = None
        self._ended = False
        self._currency_seen: str | None = None
        self.currency_unknown = False

    @property
    def missing_headers(self) -> tuple[str, ...]:
        """Declared fields that the file does not have."""
        return tuple(name for name in self.declared.fields if name not in self.found)

    def _headers_of_type(self, kind: str) -> frozenset[str]:
        return frozenset(header for name, header in self.found.items() if self.declared.fields[name].type == kind)

    def map(self, batch: RawBatch) -> MappedBatch:
        """Map one batch; batches must come in file order."""
        cleaned, problems = self._clean(batch)
        keep = self._data_rows(batch, cleaned)
        if keep is not None:
            cleaned, problems = cleaned.filter(keep), problems.filter(keep)
        cleaned = self._carry_down(cleaned)
        cleaned = cleaned.with_columns(self._currency(cleaned).alias("currency"))
        self.currency_unknown |= self._lacks_currency(cleaned)
        self.tally.seen += len(cleaned)
        bad = find_refusals(self.declared, self.sources, self.used, cleaned, problems, batch.broken)
        good = _without(cleaned, bad)
        tables, keyless = self.maker.make(good)
        if not keyless.is_empty():
            bad = pl.concat([bad, keyless]).unique("row", keep="first", maintain_order=True).sort("row")
            good = _without(cleaned, bad)
            tables, _ = self.maker.make(good)
        refused, plain = with_cells(bad, batch, self._headers_of_type("person"), self._headers_of_type("sensitive"))
        self.tally.refused += len(refused)
        self._count_unknown(good)
        return MappedBatch(tables, refused, plain, good)

    # cleaning ---------------------------------------------------------------------------------------------

    def _clean(self, batch: RawBatch) -> tuple[pl.DataFrame, pl.DataFrame]:
        columns: dict[str, pl.Series] = {"_row": batch.rows}
        problems: dict[str, pl.Series] = {}
        for name, declared in self.used.items():
            header = self.found.get(name)
            if header is None:
                columns[column_of(name)] = empty_values(declared, len(batch))
                continue
            raw = batch.columns[header]
            one = self._with_order(declared, batch)
            zone = self.facts.shop_zone if one.zone == "shop" else self.facts.zone
            cleaned = clean_column(raw.values, one, zone, self.declared.decimal)
            columns[column_of(name)] = raw.spread(cleaned.values)
            if cleaned.flag is not None:
                columns[flag_of(name)] = raw.spread(cleaned.flag)
            if cleaned.problem.null_count() < len(cleaned.problem):
                problems[name] = raw.spread(cleaned.problem)
            if one.type == "id" and one.required and ids_look_rounded(cleaned.values):
                problems[name] = self._rounded(columns[column_of(name)], problems.get(name))
        self._note_currency(batch, columns)
        return pl.DataFrame(columns), pl.DataFrame({"_row": batch.rows, **problems})

    def _rounded(self, ids: pl.Series, problem: pl.Series | None) -> pl.Series:
        """Ids that lost their last digits are refused; shorter ones in the column are as they were."""
        self.tally.rounded_ids = True
        long_ids = ids.str.contains(r"^\d{16,}$").fill_null(False)
        base = problem if problem is not None else pl.Series([None], dtype=pl.String).new_from_index(0, len(ids))
        return base.set(long_ids, "id_rounded")

    def _with_order(self, one: Field, batch: RawBatch) -> Field:
        """Another column may tell which of two numbers is the month (an American zone, an AM/PM clock)."""
        rule = one.mdy_if
        if rule is None or one.order != "auto":
            return one
        header = self.found.get(str(rule["field"]))
        if header is None or not batch.columns[header].values.str.contains(str(rule["matches"])).any():
            return one
        return one.leaning("mdy")

    def _note_currency(self, batch: RawBatch, columns: dict[str, pl.Series]) -> None:
        """A currency written inside the cells of a money column."""
        rule = self.declared.currency
        if not (isinstance(rule, Mapping) and "field" in rule and "pattern" in rule):
            return
        header = self.found.get(str(rule["field"]))
        if header is None:
            return
        raw = batch.columns[header]
        codes = raw.spread(raw.values.str.extract(str(rule["pattern"]), 1))
        columns["_cell_currency"] = codes
        known = codes.drop_nulls()
        if self._currency_seen is None and len(known):
            self._currency_seen = str(known[0])

    def _currency(self, cleaned: pl.DataFrame) -> pl.Expr:
        rule = self.declared.currency
        fallback = pl.lit(self.facts.currency, dtype=pl.String)
        if not isinstance(rule, Mapping) or "field" not in rule:
            return fallback
        if "pattern" in rule:
            cell = pl.col("_cell_currency") if "_cell_currency" in cleaned.columns else pl.lit(None, dtype=pl.String)
            return pl.coalesce([cell, pl.lit(self._currency_seen, dtype=pl.String), fallback])
        code = pl.col(column_of(rule["field"])).str.to_uppercase().str.strip_chars().replace(_CURRENCY_NAMES)
        said = cleaned.select(code.drop_nulls().first()).item() if len(cleaned) else None
        self._currency_seen = self._currency_seen or said
        return pl.coalesce([code, pl.lit(self._currency_seen, dtype=pl.String), fallback])

    def _lacks_currency(self, cleaned: pl.DataFrame) -> bool:
        """Whether an amount stands in a record whose currency nobody says; a file without money needs none."""
        money = [column_of(name) for name, one in self.used.items() if one.type in ("money", "money_text")]
        nobody_says = cleaned.filter(pl.col("currency").is_null()) if money else cleaned.clear()
        return any(nobody_says[name].count() for name in money)

    # which records are data -------------------------------------------------------------------------------

    def _data_rows(self, batch: RawBatch, cleaned: pl.DataFrame) -> pl.Series | None:
        """Which records are data; None when all are."""
        checks = (self._blank(batch), self._summary(batch), self._skipped(cleaned), self._after_footer(batch))
        drop: pl.Series | None = None
        for mask in checks:
            if mask is not None:
                drop = mask if drop is None else drop | mask
        return None if drop is None else ~drop

    def _blank(self, batch: RawBatch) -> pl.Series | None:
        blank: pl.Series | None = None
        for column in batch.columns.values():
            empty = column.spread(strip_cells(column.values).is_null()).fill_null(True)
            blank = empty if blank is None else blank & empty
            if not blank.any():
                return None
        return blank

    def _summary(self, batch: RawBatch) -> pl.Series | None:
        """Rows whose first cell that is not blank reads 合计 and the like; kept aside as control totals."""
        pattern = self.declared.summary
        if not any(column.values.str.contains(pattern).any() for column in batch.columns.values()):
            return None
        frame = pl.DataFrame(
            {name: column.spread(strip_cells(column.values)) for name, column in batch.columns.items()}
        )
        mask = frame.select(pl.coalesce(pl.all())).to_series().str.contains(pattern).fill_null(False)
        names = {header: name for name, header in self.found.items()}
        for row in frame.filter(mask).iter_rows(named=True):
            said = {header: cell for header, cell in row.items() if cell is not None}
            self.tally.summary_rows.append(
                said | {names[header]: cell for header, cell in said.items() if header in names}
            )
        return mask

    def _skipped(self, cleaned: pl.DataFrame) -> pl.Series | None:
        if not self.declared.skip_rows:
            return None
        conditions = [self.sources.condition(one) for one in self.declared.skip_rows]
        return cleaned.select(pl.any_horizontal(conditions)).to_series()

    def _after_footer(self, batch: RawBatch) -> pl.Series | None:
        """In sheets the footer stands in rows of the table: from its first cell on, nothing is data."""
        if not self.has_footer_rows:
            return None  # in text the footer was left out when the table was located
        if self._ended:
            return pl.Series([True]).new_from_index(0, len(batch))
        first = next(iter(batch.columns.values()))
        hits = strip_cells(first.values).str.contains(self.declared.footer).fill_null(False)
        if not hits.any():
            return None
        self._ended = True
        return first.spread(hits).cast(pl.Int8).cum_max().cast(pl.Boolean)

    def _carry_down(self, cleaned: pl.DataFrame) -> pl.DataFrame:
        """Blank cells under a merged cell or a header record take the value above, across batches too."""
        rule = self.declared.carry_down
        if rule is None or cleaned.is_empty():
            return cleaned
        names = [column_of(name) for name in rule["fields"] if column_of(name) in cleaned.columns]
        frame = cleaned if self._carried is None else pl.concat([self._carried, cleaned], how="diagonal_relaxed")
        stands = pl.col(column_of(rule["when_blank"])).is_not_null()
        source = pl.when(stands).then(pl.int_range(pl.len())).otherwise(None).forward_fill()
        filled = frame.with_columns(
            [
                pl.when(stands | pl.col(name).is_not_null())
                .then(pl.col(name))
                .otherwise(pl.col(name).gather(source))
                .alias(name)
                for name in names
            ]
        )
        last = frame.select(source.last()).item()
        self._carried = frame[last : last + 1] if last is not None else self._carried
        return filled.slice(len(frame) - len(cleaned)).select(cleaned.columns)

    # warnings ---------------------------------------------------------------------------------------------

    def _count_unknown(self, good: pl.DataFrame) -> None:
        """Raw terms that no vocabulary knows: their rows are taken, and a person is told."""
        for when, source in _code_sources(self.declared):
            if "otherwise" not in source:
                conditions = [self.sources.condition(one) for one in when]
                self._count_terms(good.filter(conditions) if conditions else good, source)

    def _count_terms(self, good: pl.DataFrame, source: Mapping[str, Any]) -> None:
        vocabulary = str(source["code"])
        of = source["of"] if isinstance(source["of"], list) else [source["of"]]
        raws = good.select([self.sources.text(one).alias(f"o{index}") for index, one in enumerate(of)])
        counted = raws.group_by(raws.columns).len()
        codes = [self.sources.known_codes(vocabulary, pl.col(name)) for name in raws.columns]
        stated = pl.any_horizontal([pl.col(name).is_not_null() for name in raws.columns])
        unknown = counted.filter(stated & pl.coalesce(codes).is_null())
        for term, count in unknown.group_by(raws.columns[-1]).agg(pl.col("len").sum()).iter_rows():
            self.tally.unknown_terms[(vocabulary, term or "")] += count


def _without(cleaned: pl.DataFrame, bad: pl.DataFrame) -> pl.DataFrame:
    if bad.is_empty():
        return cleaned
    return cleaned.join(bad.select("row"), left_on="_row", right_on="row", how="anti", maintain_order="left")


def _code_sources(declared: Format) -> list[tuple[tuple[Mapping[str, Any], ...], Mapping[str, Any]]]:
    """Every vocabulary look-up of a declaration, once, with the condition of the rule that makes it."""
    found: dict[str, tuple[tuple[Mapping[str, Any], ...], Mapping[str, Any]]] = {}

    def walk(when: tuple[Mapping[str, Any], ...], source: Any) -> None:
        if isinstance(source, Mapping):
            if "code" in source and "of" in source:
                found[json.dumps([when, source], ensure_ascii=False, sort_keys=True)] = (when, source)
            for inner in source.values():
                walk(when, inner)
        elif isinstance(source, (list, tuple)):
            for inner in source:
                walk(when, inner)

    for rule in declared.tables:
        walk(rule.when, [*rule.columns.values(), rule.explode])
    return list(found.values())


def told_currency(declared: Format, header: Sequence[str], batch: RawBatch) -> str | None:
    """The first currency written inside the cells of the column that tells it."""
    rule = declared.currency
    if not (isinstance(rule, Mapping) and "field" in rule and "pattern" in rule):
        return None
    column = _find_columns(declared, header).get(str(rule["field"]))
    if column is None:
        return None
    codes = batch.columns[column].values.str.extract(str(rule["pattern"]), 1).drop_nulls()
    return str(codes[0]) if len(codes) else None


def _find_columns(declared: Format, header: Sequence[str]) -> dict[str, str]:
    """Field name → header as found, by any of the field's spellings."""
    spelled: dict[str, str] = {}
    for key, name in zip(header_keys(declared, header), header, strict=True):
        if name:
            spelled.setdefault(key, name)
    found = {}
    for name, one in declared.fields.items():
        hit = next((spelled[spelling] for spelling in one.spellings if spelling in spelled), None)
        if hit is not None:
            found[name] = hit
    return found


def _used_fields(declared: Format) -> dict[str, Field]:
    """The fields that a table, a control or a rule speaks of; the others are not even cleaned."""
    spoken = [
        declared.spec.get("tables"), declared.controls, declared.skip_rows, declared.carry_down,
        declared.header_record, declared.currency, declared.timezone, declared.account_number,
    ]  # fmt: skip
    text = json.dumps(spoken, ensure_ascii=False, default=str)
    names = {json.loads(quoted) for quoted in re.findall(r'"(?:[^"\\]|\\.)*"', text)}
    return {name: one for name, one in declared.fields.items() if name in names or one.required}
