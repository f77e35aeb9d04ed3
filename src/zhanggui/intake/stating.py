"""Canonical rows from cleaned records: what each rule of a declaration states, in canonical types."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from zhanggui.canon.register import TABLES
from zhanggui.canon.tables import Column, Kind, Person, Table
from zhanggui.intake.cleaning import coerce_texts
from zhanggui.intake.dates import business_dates
from zhanggui.intake.declaration import Format, TableRule
from zhanggui.intake.persons import PersonPolicy
from zhanggui.intake.refusing import REASON_SCHEMA
from zhanggui.intake.sources import POLARS_TYPES, FileFacts, SourceBuilder, column_of

_SAID_EACH_TIME = frozenset({"order_lines", "settlement_lines", "settlement_components", "bank_transactions"})
_MONEY_ONLY = frozenset({"settlement_lines", "bank_transactions"})  # an entry without its amount says nothing
_BLANK_KEYS = frozenset({"refund_ref", "variant_key", "source", "terminal", "period", "role", "platform_listing_id"})
_PROVINCE_SUFFIX = "(省|市|特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区)$"  # 浙江省 and 浙江 are one place
_OWNED_LISTINGS = frozenset({"listings"})  # there an empty listing id is no listing


@dataclass(frozen=True)
class FileIdentity:
    """The values that every row of the file shares."""

    file_id: str
    channel: str
    shop_id: str
    account_id: str | None


class TableMaker:
    """Evaluates the table rules of one declaration on batches of cleaned records."""

    def __init__(
        self, declared: Format, identity: FileIdentity, facts: FileFacts, persons: PersonPolicy, sources: SourceBuilder
    ) -> None:
        self.declared = declared
        self.identity = identity
        self.facts = facts
        self.persons = persons
        self.sources = sources

    def make(self, good: pl.DataFrame) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
        """The rows of each table, and the records whose key for the primary table cannot be made."""
        made: dict[str, list[pl.DataFrame]] = {}
        keyless = [pl.DataFrame(schema=REASON_SCHEMA)]
        for rule in self.declared.tables:
            rows, lost = self._rows_of(rule, good)
            if not rows.is_empty():
                made.setdefault(rule.table, []).append(rows)
            if rule.table == self.declared.primary and not lost.is_empty():
                keyless.append(lost)
        tables = {table: pl.concat(parts, how="diagonal_relaxed") for table, parts in made.items()}
        return self._with_component_flags(tables), pl.concat(keyless)

    def _rows_of(self, rule: TableRule, good: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        conditions = [self.sources.condition(one) for one in rule.when]
        if self.declared.header_record:
            record = self.sources.condition(self.declared.header_record)
            conditions.append(record if rule.from_header_record else ~record)
        frame = good.filter(pl.all_horizontal(conditions)) if conditions else good
        if rule.unpack:
            frame = _unpack(frame, rule.unpack)
        table = TABLES[rule.table]
        if rule.explode:
            return self._finish(rule, table, self._exploded(rule, table, frame))
        return self._finish(rule, table, frame.select(self._columns(rule, table)))

    def _columns(self, rule: TableRule, table: Table) -> list[pl.Expr]:
        stated = {name: self._typed(table.by_name[name], source) for name, source in rule.columns.items()}
        stated |= {name: expr for name, expr in self._automatic(rule, table).items() if name not in stated}
        stated |= self._twins(stated, table)
        return [expr.alias(name) for name, expr in stated.items()]

    def _typed(self, column: Column, source: Any) -> pl.Expr:
        expr = self.sources.build(source)
        if column.person is Person.PSEUDONYM:
            return self.persons.hashed(expr.cast(pl.String), column.name)
        if column.person in (Person.DIRECT, Person.SENSITIVE) and not self.persons.keeps(column.person):
            return pl.lit(None, dtype=pl.String)
        if column.name == "province":
            return expr.cast(pl.String).str.replace(_PROVINCE_SUFFIX, "")
        if column.kind in (Kind.TEXT, Kind.ID, Kind.CODE):
            return expr.cast(pl.String)
        if isinstance(source, str) or not _may_be_text(source):
            return expr.cast(POLARS_TYPES[column.kind], strict=False)
        zone, kind = self.facts.zone, column.kind
        if isinstance(source, Mapping) and {"const", "preamble"} & set(source):
            text = pl.select(expr.cast(pl.String)).to_series()
            return pl.lit(coerce_texts(text, kind, zone)[0], dtype=POLARS_TYPES[kind])
        return expr.map_batches(lambda cells: coerce_texts(cells, kind, zone), return_dtype=POLARS_TYPES[kind])

    def _automatic(self, rule: TableRule, table: Table) -> dict[str, pl.Expr]:
        identity = self.identity
        given: dict[str, pl.Expr] = {
            "source_row": pl.col("_row"),
            "shop_id": pl.lit(identity.shop_id),
            "channel": pl.lit(identity.channel),
            "account_id": self._account(),
            "currency": pl.col("currency"),
        }
        if "line_key" in table.by_name and rule.line_key:
            parts = [self.sources.text(source).fill_null("") for source in rule.line_key]
            given["line_key"] = pl.concat_str(parts, separator="|")
        return {name: expr for name, expr in given.items() if name in table.by_name}

    def _account(self) -> pl.Expr:
        """The file's account, or each row's own where a statement covers several."""
        shared = pl.lit(self.identity.account_id, dtype=pl.String)
        name = (self.declared.account_number or {}).get("field")
        if name is None:
            return shared
        number = self.persons.hashed(self.sources.text(name), "platform_account_id")
        return pl.coalesce([pl.lit(f"{self.declared.account}/") + number.str.slice(0, 12), shared])

    def _twins(self, stated: Mapping[str, pl.Expr], table: Table) -> dict[str, pl.Expr]:
        """The business date in the shop's zone beside each instant that has one."""
        twins = {}
        for name, expr in stated.items():
            twin = f"{name[:-3]}_on" if name.endswith("_at") else ""
            if twin in table.by_name and twin not in stated:
                twins[twin] = business_dates(expr, self.facts.shop_zone)
        return twins

    def _exploded(self, rule: TableRule, table: Table, frame: pl.DataFrame) -> pl.DataFrame:
        """One row per component that is stated and not zero; equal components of a line are added up."""
        owner = next((one for one in self.declared.tables if one.table == rule.of), rule)
        keyed = TableRule(rule.table, rule.columns, line_key=rule.line_key or owner.line_key)
        base = self._columns(keyed, table)
        parts = [
            frame.select([*base, component.alias("component"), amount.alias("amount")])
            for component, amount in self._components(rule.explode)
        ]
        rows = pl.concat(parts).filter(pl.col("amount").is_not_null() & (pl.col("amount") != 0))
        names = [name for name in rows.columns if name != "amount"]
        money = POLARS_TYPES[Kind.MONEY]
        return rows.group_by(names, maintain_order=True).agg(pl.col("amount").sum().cast(money))

    def _components(self, explode: Any) -> list[tuple[pl.Expr, pl.Expr]]:
        if isinstance(explode, Mapping):
            return [(pl.lit(name), self.sources.money(source)) for name, source in explode.items()]
        return [(self.sources.text(one["component"]), self.sources.money(one["amount"])) for one in explode]

    def _finish(self, rule: TableRule, table: Table, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Rows with a whole key, each said once where repetition says nothing; and those without a key."""
        if "warehouse_id" in rows.columns:
            rows = rows.with_columns(
                (pl.lit(f"{self.identity.shop_id}/") + pl.col("warehouse_id")).alias("warehouse_id")
            )
        blanks = _BLANK_KEYS - ({"platform_listing_id"} if table.name in _OWNED_LISTINGS else set())
        absent = [name for name in table.key if name not in rows.columns and name in blanks]
        rows = rows.with_columns([pl.lit("").alias(name) for name in absent])
        missing = sorted(set(table.key) - set(rows.columns))
        if missing:
            return rows.clear(), _keyless(rows, missing[0], table.key)
        rows = rows.with_columns([pl.col(name).fill_null("") for name in table.key if name in blanks])
        needed = [*table.key, *(["amount"] if table.name in _MONEY_ONLY and "amount" in rows.columns else [])]
        whole = rows.drop_nulls(needed)
        lost = _keyless(
            rows.filter(pl.any_horizontal(pl.col(needed).is_null())), _first_null(rows, tuple(needed)), table.key
        )
        if table.name not in _SAID_EACH_TIME and not rule.occurrence:
            facts = [name for name in whole.columns if name != "source_row"]
            whole = whole.unique(facts, keep="first", maintain_order=True)
        return whole.select([column.name for column in table.columns if column.name in whole.columns]), lost

    def _with_component_flags(self, tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """has_components is true for the lines that got components, and left unsaid for the others."""
        lines = tables.get("settlement_lines")
        if lines is None or not any(rule.explode for rule in self.declared.tables):
            return tables
        exploded = tables.get("settlement_components")
        owners = exploded["source_row"].unique().to_list() if exploded is not None else []
        flagged = lines.with_columns(pl.col("source_row").is_in(owners).replace(False, None).alias("has_components"))
        order = [column.name for column in TABLES["settlement_lines"].columns if column.name in flagged.columns]
        return {**tables, "settlement_lines": flagged.select(order)}


def _may_be_text(source: Any) -> bool:
    """Whether a source can give text that still has to be read as a cell of the target's kind."""
    if isinstance(source, Mapping):
        if {"extract", "replace", "join", "preamble", "part", "const", "if"} & set(source):
            return True
        return any(_may_be_text(one) for one in source.values() if isinstance(one, (Mapping, list)))
    return isinstance(source, list) and any(_may_be_text(one) for one in source)


def _first_null(rows: pl.DataFrame, key: tuple[str, ...]) -> str:
    return next((name for name in key if rows[name].null_count()), key[-1])


def _keyless(rows: pl.DataFrame, column: str, key: tuple[str, ...]) -> pl.DataFrame:
    """The reason for records that state a row without a key, or a ledger entry without its amount."""
    if rows.is_empty():
        return pl.DataFrame(schema=REASON_SCHEMA)
    code = "key_missing" if column in key else "cell_missing"
    return rows.select(row="source_row", column=pl.lit(column), code=pl.lit(code)).cast(REASON_SCHEMA)  # type: ignore[arg-type]


def _unpack(frame: pl.DataFrame, rule: Mapping[str, str]) -> pl.DataFrame:
    """One row per item packed into a cell; the pattern's named groups become parts."""
    packed = pl.col(column_of(rule["field"])).str.replace_all(rule["separator"], "\x1e").str.split("\x1e")
    parts = frame.with_columns(packed.alias("_part")).explode("_part")
    parts = parts.filter(pl.col("_part").str.strip_chars().str.len_chars() > 0)
    plain = re.sub(r"\(\?P<\w+>", "(", rule["pattern"])
    groups = re.compile(rule["pattern"]).groupindex
    matched = [
        pl.col("_part").str.extract(plain, index).str.strip_chars().alias(f"p:{name}") for name, index in groups.items()
    ]
    return parts.with_columns(matched).drop("_part")
