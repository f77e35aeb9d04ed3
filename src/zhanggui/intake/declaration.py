"""Format declarations: what one export looks like and what its rows state.

A declaration is a YAML file, one per format, in `intake/formats/` or given by the user with `--mapping`.
Loading validates everything that can be validated without a file, so that a mistake is told with its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from zhanggui.canon.register import TABLES
from zhanggui.intake.errors import FormatNameUnknown, MappingInvalid
from zhanggui.intake.headers import normalise_header

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FIELD_TYPES = frozenset(
    "id id_list text html money money_text quantity count percent rate date instant flag person sensitive".split()
)
CONTAINERS = frozenset({"text", "sheet", "camt", "mt940", "ofx"})
DEFAULT_SUMMARY = r"^(合\s*计|总\s*计|小\s*计|汇\s*总|[Gg]rand [Tt]otal|TOTAL|Total|Totals)\s*[:：]?$"
DEFAULT_FOOTER = r"^#[^0-9]"  # "#1001" is an order of a shop system, not a footer


@dataclass(frozen=True)
class Field:
    """How one column of a file is read."""

    name: str
    type: str
    also: tuple[str, ...] = ()
    required: bool = False
    order: str = "ymd"
    form: str | None = None
    zone: str | None = None
    nulls: tuple[str, ...] = ()
    mdy_if: Mapping[str, Any] | None = None
    shape: str | None = None
    """A pattern of the platform's own ids, for those that could be taken for a number in scientific notation."""
    leans: str | None = None

    def leaning(self, order: str) -> Field:
        """The same field, with the order that decides where its own column does not."""
        return replace(self, leans=order)

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """Normalised headers under which the column may appear."""
        return tuple(normalise_header(header) for header in (self.name, *self.also))


@dataclass(frozen=True)
class TableRule:
    """What a row states in one canonical table."""

    table: str
    columns: Mapping[str, Any]
    when: tuple[Mapping[str, Any], ...] = ()
    line_key: tuple[Any, ...] = ()
    occurrence: bool = False
    of: str | None = None
    explode: Any = None
    unpack: Mapping[str, str] | None = None
    from_header_record: bool = False


@dataclass(frozen=True)
class Format:
    """One declared format."""

    id: str
    channel: str
    platform: str
    report_zh: str
    report_en: str
    confidence: str
    containers: tuple[str, ...]
    fields: Mapping[str, Field]
    ignored: tuple[str, ...]
    signature: tuple[tuple[str, ...], ...]
    absent: tuple[str, ...]
    tables: tuple[TableRule, ...]
    primary: str
    vocabularies: Mapping[str, Mapping[str, str]]
    controls: tuple[Mapping[str, Any], ...]
    file_names: tuple[str, ...] = ()
    exported_at: str | None = None
    delimiter: str = ","
    quoting: str = "double"
    encodings: tuple[str, ...] = ("utf-8", "gb18030")
    timezone: Any = "Asia/Shanghai"
    currency: Any = "CNY"
    account: str | None = None
    account_number: Mapping[str, str] | None = None
    sheet: str | None = None
    decimal: str = "point"
    skip_rows: tuple[Mapping[str, Any], ...] = ()
    rows_after_header: int = 0
    footer: str = DEFAULT_FOOTER
    summary: str = DEFAULT_SUMMARY
    carry_down: Mapping[str, Any] | None = None
    header_record: Mapping[str, Any] | None = None
    headers: tuple[str, ...] | None = None
    every_sheet: bool = False
    exported_in: str | None = None
    surplus_commas_in: str | None = None
    pads_short_rows: bool = False
    spec: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def header_cut(self) -> str | None:
        """What is cut out of every header before names are compared: a currency that stands inside them."""
        return str(self.currency["header"]) if isinstance(self.currency, dict) and "header" in self.currency else None

    @cached_property
    def known_headers(self) -> frozenset[str]:
        """Every normalised header that this format may show."""
        spelled = {spelling for one in self.fields.values() for spelling in one.spellings}
        return frozenset(spelled | {normalise_header(header) for header in self.ignored})

    @cached_property
    def core_headers(self) -> frozenset[str]:
        """The normalised main spellings, without aliases: what a full file shows."""
        return frozenset(one.spellings[0] for one in self.fields.values()) | {normalise_header(h) for h in self.ignored}

    @cached_property
    def signature_keys(self) -> tuple[frozenset[str], ...]:
        """Normalised alternatives for each header that must be present; a field's own spellings count."""
        return tuple(self._alternatives(names) for names in self.signature)

    def _alternatives(self, names: tuple[str, ...]) -> frozenset[str]:
        spelled = {normalise_header(name) for name in names}
        for name in names:
            if name in self.fields:
                spelled.update(self.fields[name].spellings)
        return frozenset(spelled)


def read_declaration(text: str, origin: str) -> Format:
    """Parse and validate one declaration.

    Raises:
        MappingInvalid: with the place and the cause.
    """
    try:
        raw = yaml.load(text, Loader=_LOADER)  # a safe loader, in C where there is one
    except yaml.YAMLError as error:
        raise MappingInvalid(file=origin, place="yaml", cause=str(error).replace("\n", " ")) from error
    if not isinstance(raw, dict):
        raise MappingInvalid(file=origin, place="yaml", cause="a mapping is expected")
    return _Reader(raw, origin).read()


class _Reader:
    """Turns the raw YAML mapping into a Format, telling the place of any mistake."""

    def __init__(self, raw: dict[str, Any], origin: str) -> None:
        self.raw = raw
        self.origin = origin

    def fail(self, place: str, cause: str) -> MappingInvalid:
        return MappingInvalid(file=self.origin, place=place, cause=cause)

    def read(self) -> Format:
        raw = self.raw
        for name in ("id", "channel", "fields", "tables"):
            if not raw.get(name):
                raise self.fail(name, "missing")
        fields = {str(name): self.field(str(name), spec) for name, spec in raw["fields"].items()}
        tables = tuple(self.table(name, spec, fields) for name, spec in self._rules(raw["tables"]))
        report = raw.get("report", raw["id"])
        texts = report if isinstance(report, dict) else {"zh": report, "en": report}
        locale = raw.get("locale")
        primary = raw.get("primary", tables[0].table)
        if primary not in {rule.table for rule in tables}:
            raise self.fail("primary", f"{primary} is not among the tables")
        return Format(
            id=str(raw["id"]),
            channel=str(raw["channel"]),
            platform=str(raw.get("platform", raw["channel"])),
            report_zh=str(texts.get("zh", raw["id"])),
            report_en=str(texts.get("en", raw["id"])),
            confidence=str(raw.get("confidence", "mapping")),
            containers=self.containers(raw.get("container", ["text", "sheet"])),
            fields=fields,
            ignored=tuple(str(header) for header in raw.get("ignored", ())),
            signature=self.signature(raw, fields),
            absent=tuple(normalise_header(str(header)) for header in raw.get("absent", ())),
            tables=tables,
            primary=primary,
            vocabularies={name: dict(terms) for name, terms in (raw.get("vocabularies") or {}).items()},
            controls=tuple(raw.get("controls") or ()),
            file_names=tuple(raw.get("file_names") or ()),
            exported_at=raw.get("exported_at"),
            delimiter=str(raw.get("delimiter", ",")),
            quoting=str(raw.get("quoting", "double")),
            encodings=tuple(raw.get("encodings") or ("utf-8", "gb18030")),
            timezone=raw.get("timezone", "Asia/Shanghai"),
            currency=raw.get("currency", "CNY"),
            account=raw.get("account"),
            account_number=raw.get("account_number"),
            sheet=raw.get("sheet"),
            decimal=str(locale.get("decimal", "point")) if isinstance(locale, dict) else "point",
            skip_rows=self._many(raw.get("skip_rows")),
            rows_after_header=int(raw.get("rows_after_header", 0)),
            footer=str(raw.get("footer", DEFAULT_FOOTER)),
            summary=str(raw.get("summary", DEFAULT_SUMMARY)),
            carry_down=raw.get("carry_down"),
            header_record=raw.get("header_record"),
            headers=tuple(str(h) for h in raw["headers"]) if raw.get("headers") else None,
            every_sheet=raw.get("sheets") == "all",
            exported_in=raw.get("exported_in"),
            surplus_commas_in=raw.get("surplus_commas_in"),
            pads_short_rows=raw.get("short_rows") == "pad",
            spec=raw,
        )

    def containers(self, value: Any) -> tuple[str, ...]:
        kinds = (value,) if isinstance(value, str) else tuple(value)
        unknown = set(kinds) - CONTAINERS
        if unknown:
            raise self.fail("container", f"unknown kind {sorted(unknown)}")
        return kinds

    def signature(self, raw: dict[str, Any], fields: Mapping[str, Field]) -> tuple[tuple[str, ...], ...]:
        given = raw.get("signature") or [name for name, one in fields.items() if one.required] or list(fields)[:4]
        return tuple((entry,) if isinstance(entry, str) else tuple(map(str, entry)) for entry in given)

    def check_pattern(self, place: str, pattern: str) -> None:
        try:
            re.compile(pattern)
        except re.error as error:
            raise self.fail(place, f"no pattern: {error}") from None

    def field(self, name: str, spec: Any) -> Field:
        options: dict[Any, Any] = {"type": spec} if isinstance(spec, str) else dict(spec)
        kind = options.pop("type", "text")
        if kind not in FIELD_TYPES:
            raise self.fail(f"fields.{name}", f"unknown type {kind}")
        if None in options:  # YAML reads a bare `null:` as nothing
            options["nulls"] = options.pop(None)
        unknown = set(options) - {"also", "required", "order", "form", "zone", "nulls", "mdy_if", "shape"}
        if unknown:
            raise self.fail(f"fields.{name}", f"unknown option {sorted(unknown)}")
        shape = options.get("shape")
        if shape is not None:
            self.check_pattern(f"fields.{name}.shape", str(shape))
        return Field(
            name=name,
            type=kind,
            also=tuple(str(header) for header in options.get("also", ())),
            required=bool(options.get("required", False)),
            order=str(options.get("order", "ymd")),
            form=options.get("form"),
            zone=options.get("zone"),
            nulls=tuple(str(token) for token in options.get("nulls", ())),
            mdy_if=options.get("mdy_if"),
            shape=None if shape is None else str(shape),
        )

    @staticmethod
    def _rules(tables: Any) -> list[tuple[str, Any]]:
        """A table may be stated by several rules: `payments`, and `payments (refund)` with other conditions."""
        return [(re.sub(r"\s*\(.*\)$", "", str(name)), spec) for name, spec in tables.items()]

    def table(self, name: str, spec: Any, fields: Mapping[str, Field]) -> TableRule:
        if name not in TABLES:
            raise self.fail(f"tables.{name}", "no such canonical table")
        columns = dict(spec.get("columns") or {})
        known = TABLES[name].by_name
        for column, source in columns.items():
            if column not in known:
                raise self.fail(f"tables.{name}.{column}", "no such column")
            self.check_source(f"tables.{name}.{column}", source, fields)
        explode = spec.get("explode") or {}
        for component, source in explode.items() if isinstance(explode, dict) else enumerate(explode):
            self.check_source(f"tables.{name}.explode.{component}", source, fields)
        for source in spec.get("line_key") or ():
            self.check_source(f"tables.{name}.line_key", source, fields)
        conditions = self._many(spec.get("when"))
        for condition in conditions:
            self.check_source(f"tables.{name}.when", condition.get("field"), fields)
        return TableRule(
            table=name,
            columns=columns,
            when=conditions,
            line_key=tuple(spec.get("line_key") or ()),
            occurrence=bool(spec.get("occurrence", False)),
            of=spec.get("of"),
            explode=spec.get("explode"),
            unpack=spec.get("unpack"),
            from_header_record=spec.get("from") == "header_record",
        )

    def check_source(self, place: str, source: Any, fields: Mapping[str, Field]) -> None:
        if isinstance(source, str):
            if source not in fields:
                raise self.fail(place, f"no field {source}")
        elif isinstance(source, list):
            for one in source:
                self.check_source(place, one, fields)
        elif isinstance(source, dict):
            is_condition = "field" in source  # there `in` lists values, not sources
            for key, one in source.items():
                if key == "field" or (key in SOURCE_OPERANDS and not is_condition):
                    self.check_source(place, one, fields)

    @staticmethod
    def _many(value: Any) -> tuple[Mapping[str, Any], ...]:
        if not value:
            return ()
        return (value,) if isinstance(value, dict) else tuple(value)


SOURCE_OPERANDS = frozenset(
    "first of in out amount direction negate absolute minus sum multiply scale join extract replace present equals estimated date_of instant field if then else component".split()
)


def _folder() -> Any:
    return resources.files("zhanggui.intake") / "formats"


@cache
def format_ids() -> tuple[str, ...]:
    """The ids of every format that comes with the product."""
    return tuple(
        sorted(entry.name.removesuffix(".yaml") for entry in _folder().iterdir() if entry.name.endswith(".yaml"))
    )


@cache
def _shipped(format_id: str) -> Format:
    return read_declaration((_folder() / f"{format_id}.yaml").read_text("utf-8"), f"{format_id}.yaml")


@cache
def shipped_formats() -> dict[str, Format]:
    """Every format that comes with the product, by id, in the order of their ids."""
    return {format_id: _shipped(format_id) for format_id in format_ids()}


def find_format(format_id: str) -> Format:
    """The shipped format of that id.

    Raises:
        FormatNameUnknown: with the ids that look alike.
    """
    if format_id in format_ids():
        return _shipped(format_id)
    raise FormatNameUnknown(format=format_id, near=get_close_matches(format_id, format_ids(), 5, 0.4))


def read_mapping(path: Path) -> Format:
    """A user's mapping file."""
    return read_declaration(path.read_text("utf-8-sig"), path.name)
