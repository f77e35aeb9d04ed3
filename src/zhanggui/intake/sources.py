"""Column sources of a declaration, turned into expressions over the cleaned fields of a batch.

A source is a field's name or one small operation on sources (see docs/formats.md). Expressions are built
once per file and evaluated on every batch.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from zhanggui.canon.tables import Kind
from zhanggui.intake.dates import business_dates, join_instants
from zhanggui.intake.declaration import Field

MONEY = pl.Decimal(18, 4)
POLARS_TYPES: dict[Kind, Any] = {
    Kind.ID: pl.String,
    Kind.TEXT: pl.String,
    Kind.CODE: pl.String,
    Kind.COUNT: pl.Int64,
    Kind.QUANTITY: MONEY,
    Kind.MONEY: MONEY,
    Kind.RATE: pl.Decimal(18, 8),
    Kind.DATE: pl.Date,
    Kind.INSTANT: pl.Datetime("us"),
    Kind.FLAG: pl.Boolean,
}


@dataclass(frozen=True)
class FileFacts:
    """What is known of the file as a whole and may stand in a column."""

    name: str
    stated_at: datetime
    currency: str | None
    header_currency: str | None
    shop_zone: str
    zone: str
    preamble: tuple[str, ...] = ()
    is_zone_guessed: bool = False


def column_of(field: str) -> str:
    """The batch column that holds a cleaned field."""
    return f"f:{field}"


def flag_of(field: str) -> str:
    """The batch column that says whether a money text was an estimate."""
    return f"e:{field}"


def canonical_raw(text: str) -> str:
    """How raw terms of vocabularies are compared: NFKC, so that both commas and brackets are one."""
    return unicodedata.normalize("NFKC", text).strip()


class SourceBuilder:
    """Builds expressions for the sources of one format, for one file."""

    def __init__(
        self, fields: Mapping[str, Field], vocabularies: Mapping[str, Mapping[str, str]], facts: FileFacts
    ) -> None:
        self.fields = fields
        self.vocabularies = vocabularies
        self.facts = facts

    def build(self, source: Any) -> pl.Expr:
        """The expression of a source; types are cast by the caller to the target column's."""
        if isinstance(source, str):
            return pl.col(column_of(source))
        if isinstance(source, list):
            return pl.coalesce([self.build(one) for one in source])
        for name, operation in _OPERATIONS.items():
            if name in source:
                return operation(self, source)
        raise ValueError(f"no such source: {source}")

    def many(self, sources: Any) -> list[pl.Expr]:
        """The expressions of a list of sources."""
        return [self.build(one) for one in (sources if isinstance(sources, list) else [sources])]

    def money(self, source: Any) -> pl.Expr:
        """A source as an exact decimal."""
        return self.build(source).cast(MONEY)

    def text(self, source: Any) -> pl.Expr:
        """A source as text; decimals keep their four places so that the text is stable."""
        return self.build(source).cast(pl.String)

    def condition(self, condition: Mapping[str, Any]) -> pl.Expr:
        """A row condition: present, absent, in, not_in, matches."""
        value = self.build(condition["field"])
        if "present" in condition:
            return value.is_not_null() if condition["present"] else value.is_null()
        if "absent" in condition:
            return value.is_null() if condition["absent"] else value.is_not_null()
        text = value.cast(pl.String)
        if "in" in condition:
            return text.is_in([str(one) for one in condition["in"]]).fill_null(False)
        if "not_in" in condition:
            return ~text.is_in([str(one) for one in condition["not_in"]]).fill_null(False)
        if "not_matches" in condition:
            return ~text.str.contains(condition["not_matches"]).fill_null(False)
        return text.str.contains(condition["matches"]).fill_null(False)

    def code(self, source: Mapping[str, Any]) -> pl.Expr:
        """Raw terms mapped to the codes of a vocabulary; unknown terms get the vocabulary's unknown code."""
        vocabulary = source["code"]
        raws = [self.text(one) for one in _as_list(source["of"])]
        mapped = [self.known_codes(vocabulary, raw) for raw in raws]
        unknown = pl.when(pl.any_horizontal([raw.is_not_null() for raw in raws])).then(pl.lit(unknown_code(vocabulary)))
        otherwise = source.get("otherwise")
        last = pl.lit(otherwise) if otherwise else unknown.otherwise(None)
        return pl.coalesce([*mapped, last])

    def known_codes(self, vocabulary: str, raw: pl.Expr) -> pl.Expr:
        """The codes of the raw terms that the declaration knows; null for the others."""
        terms = {canonical_raw(str(term)): code for term, code in self.vocabularies.get(vocabulary, {}).items()}

        def look_up(values: pl.Series) -> pl.Series:
            distinct = values.drop_nulls().unique().to_list()
            codes = {value: terms.get(canonical_raw(value)) for value in distinct}
            return values.replace_strict(codes, default=None, return_dtype=pl.String)

        return raw.map_batches(look_up, return_dtype=pl.String, is_elementwise=True)  # a literal stays one


def unknown_code(vocabulary: str) -> str:
    """What an unknown raw term becomes."""
    return "unclassified" if vocabulary == "settlement_component" else "unknown"


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _zero(expr: pl.Expr) -> pl.Expr:
    return expr.fill_null(pl.lit(0).cast(MONEY))


def _in_out(build: SourceBuilder, source: Mapping[str, Any]) -> pl.Expr:
    incoming, outgoing = build.money(source["in"]), build.money(source["out"])
    stated = incoming.is_not_null() | outgoing.is_not_null()
    return pl.when(stated).then(_zero(incoming.abs()) - _zero(outgoing.abs())).otherwise(None).cast(MONEY)


def _directed(build: SourceBuilder, source: Mapping[str, Any]) -> pl.Expr:
    amount = build.money(source["amount"]).abs()
    direction = build.text(source["direction"]).str.normalize("NFKC").str.strip_chars()

    def is_one_of(name: str) -> pl.Expr:
        return direction.is_in([canonical_raw(str(one)) for one in source.get(name) or ()])

    goes_out = is_one_of("outgoing") if source.get("outgoing") else direction.is_not_null()
    otherwise = pl.when(goes_out).then(-amount).otherwise(None)
    ignored = pl.when(is_one_of("ignored")).then(pl.lit(0).cast(MONEY)).otherwise(otherwise)
    return pl.when(is_one_of("incoming")).then(amount).otherwise(ignored)


def _sum(build: SourceBuilder, source: Mapping[str, Any]) -> pl.Expr:
    parts = [build.money(one) for one in source["sum"]]
    stated = pl.any_horizontal([part.is_not_null() for part in parts])
    total = _zero(parts[0])
    for part in parts[1:]:
        total = total + _zero(part)
    return pl.when(stated).then(total.cast(MONEY)).otherwise(None)


def _minus(build: SourceBuilder, source: Mapping[str, Any]) -> pl.Expr:
    left, right = (build.money(one) for one in source["minus"])
    return pl.when(left.is_not_null()).then((left - _zero(right)).cast(MONEY)).otherwise(None)


def _multiply(build: SourceBuilder, source: Mapping[str, Any]) -> pl.Expr:
    left, right = (build.money(one) for one in source["multiply"])
    return (left * right).cast(MONEY)


def _scale(build: SourceBuilder, source: Mapping[str, Any]) -> pl.Expr:
    return (build.money(source["scale"]) * pl.lit(str(source["by"])).cast(MONEY)).cast(MONEY)


def _join(build: SourceBuilder, source: Mapping[str, Any]) -> pl.Expr:
    parts = [build.text(one) for one in source["join"]]
    joined = pl.concat_str(parts, separator=source.get("with", " "), ignore_nulls=True)
    return pl.when(pl.any_horizontal([part.is_not_null() for part in parts])).then(joined).otherwise(None)


def _extract(build: SourceBuilder, source: Mapping[str, Any]) -> pl.Expr:
    return build.text(source["extract"]).str.extract(source["pattern"], 1)


def _replace(build: SourceBuilder, source: Mapping[str, Any]) -> pl.Expr:
    return build.text(source["replace"]).str.replace_all(source["pattern"], source["by"])


def _equals(build: SourceBuilder, source: Mapping[str, Any]) -> pl.Expr:
    wanted = [canonical_raw(str(one)) for one in _as_list(source["to"])]
    return build.text(source["equals"]).str.normalize("NFKC").str.strip_chars().is_in(wanted)


def _date_of(build: SourceBuilder, source: Mapping[str, Any]) -> pl.Expr:
    field = source["date_of"]
    if isinstance(field, str) and build.fields[field].type == "date":
        return build.build(field)
    return business_dates(build.build(field), build.facts.shop_zone)


def _file(build: SourceBuilder, source: Mapping[str, Any]) -> pl.Expr:
    facts = build.facts
    if source["file"] == "name":
        return pl.lit(facts.name)
    stated = pl.lit(facts.stated_at).cast(pl.Datetime("us"))
    return business_dates(stated, facts.shop_zone) if source["file"] == "stated_on" else stated


def _instant(build: SourceBuilder, source: Mapping[str, Any]) -> pl.Expr:
    parts = [build.text(one).alias(f"i{index}") for index, one in enumerate(source["instant"])]
    zone = build.facts.zone
    return pl.struct(parts).map_batches(lambda cells: join_instants(cells.struct.unnest(), zone), pl.Datetime("us"))


def _preamble(build: SourceBuilder, source: Mapping[str, Any]) -> pl.Expr:
    hits = (re.search(source["preamble"], line) for line in build.facts.preamble)
    return pl.lit(next((hit.group(1) for hit in hits if hit), None), dtype=pl.String)


def _if(build: SourceBuilder, source: Mapping[str, Any]) -> pl.Expr:
    conditions = [build.condition(one) for one in _as_list(source["if"])]
    otherwise = build.build(source["else"]) if "else" in source else None
    return pl.when(pl.all_horizontal(conditions)).then(build.build(source["then"])).otherwise(otherwise)


_OPERATIONS: dict[str, Callable[[SourceBuilder, Mapping[str, Any]], pl.Expr]] = {
    "if": _if,
    "preamble": _preamble,
    "const": lambda _, source: pl.lit(source["const"]),
    "first": lambda build, source: pl.coalesce(build.many(source["first"])),
    "code": lambda build, source: build.code(source),
    "in": _in_out,
    "amount": _directed,
    "negate": lambda build, source: -build.money(source["negate"]),
    "absolute": lambda build, source: build.money(source["absolute"]).abs(),
    "minus": _minus,
    "sum": _sum,
    "multiply": _multiply,
    "scale": _scale,
    "join": _join,
    "extract": _extract,
    "replace": _replace,
    "present": lambda build, source: build.build(source["present"]).is_not_null(),
    "equals": _equals,
    "estimated": lambda _, source: pl.col(flag_of(source["estimated"])),
    "date_of": _date_of,
    "instant": _instant,
    "file": _file,
    "part": lambda _, source: pl.col(f"p:{source['part']}"),
    "header_currency": lambda build, _: pl.lit(build.facts.header_currency, dtype=pl.String),
}
