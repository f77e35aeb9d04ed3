"""A mapping proposed for a file whose layout nobody has declared, for a person to read and correct.

Three witnesses are heard: the header compared with every header that is known, what the cells look like, and which
canonical table explains most columns. The answer is a declaration that can be used as it is, in which each line says
how sure it is and what came second; what stays below the bar is left out and listed, never guessed into the books.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhanggui.canon.register import TABLES
from zhanggui.canon.tables import Column, Kind, Person
from zhanggui.canon.vocabularies import VOCABULARIES
from zhanggui.intake.cell_contents import Contents
from zhanggui.intake.errors import FormatUnknown
from zhanggui.intake.known_headers import TABLES_SUGGESTED, known_headers, known_terms, nearest, places_of, plain_header
from zhanggui.intake.sources import unknown_code
from zhanggui.intake.unknown_layouts import Layout, read_layout

_SUGGESTED_FROM = 0.5  # below, a column is listed as ignored with what it may be
_SURE_FROM = 0.75
_SIDE_FROM = 0.8
_SIGN_WORTH = 1.5  # columns
_AUTOMATIC = frozenset({"shop_id", "account_id", "channel", "line_key", "currency"})
_FILLED: Mapping[str, Any] = {
    "warehouse_id": {"const": "main"},
    "as_of_on": {"file": "stated_on"},
    "observed_on": {"file": "stated_on"},
    "valid_from": {"file": "stated_on"},
    "method": {"const": "manual"},
    "carrier_name": {"const": "快递"},
    "source": {"const": "file"},
    "refund_ref": {"const": ""},
    "kind": {"const": "payment"},
    "line_key": None,
}
# Keys that another column of the same row can stand for.
_STANDS_FOR = {
    "review_key": ("platform_review_id", "platform_order_id"),
    "platform_payment_id": ("platform_order_id",),
    "listing_ref": ("platform_listing_id", "title"),
}
_ACCOUNTS = {"settlement_lines": "platform_wallet", "bank_transactions": "bank", "payments": "platform_wallet"}
_TYPES = {Kind.ID: "id", Kind.TEXT: "text", Kind.CODE: "text", Kind.COUNT: "count", Kind.QUANTITY: "quantity",
          Kind.MONEY: "money", Kind.RATE: "rate", Kind.DATE: "date", Kind.INSTANT: "instant", Kind.FLAG: "flag"}  # fmt: skip


@dataclass(frozen=True)
class Match:
    """One header given to one canonical column, with what came second."""

    header: str
    column: str
    score: float
    runner_up: str

    @property
    def words(self) -> str:
        """The comment behind the line."""
        sure = "sure" if self.score >= _SURE_FROM else "please check"
        return f"{self.score:.2f} {sure}" + (f"; next: {self.runner_up}" if self.runner_up else "")


@dataclass(frozen=True)
class Suggestion:
    """A table with its matched columns; `amount` is the signed amount where one header alone does not say it."""

    table: str
    matches: tuple[Match, ...]
    amount: Mapping[str, Any] | None
    orders: tuple[Match, ...] = ()  # for lines: what the same rows say of their orders


def suggest_mapping(path: Path, name: str = "", mapping_id: str = "", channel: str = "other") -> str:
    """A declaration for the file, as YAML for a person to edit; `name` is how the seller knows the file.

    Raises:
        Refusal: when the file cannot be opened; FormatUnknown when no canonical table explains its columns.
    """
    layout = read_layout(path, name or path.name)
    suggestion = choose_table(layout)
    if suggestion is None:
        raise FormatUnknown(file=layout.name)
    return render_mapping(layout, suggestion, mapping_id or _id_of(layout.name), channel)


def _id_of(name: str) -> str:
    return re.sub(r"\W+", "_", Path(name).stem.lower(), flags=re.ASCII).strip("_") or "mapping"


# the table -----------------------------------------------------------------------------------------------


def choose_table(layout: Layout) -> Suggestion | None:
    """The canonical table that explains most of the columns and whose key the file has."""
    found = [one for table in TABLES_SUGGESTED if (one := _suggest_table(layout, table)) is not None]
    whole = [_split_orders(layout, one) if one.table in ("orders", "order_lines") else one for one in found]
    return max(whole, key=_worth, default=None)


def _worth(one: Suggestion) -> float:
    """How much of the file a suggestion explains; a signed amount is what makes rows movements of money."""
    explained = {match.header: match.score for match in (*one.orders, *one.matches)}
    return sum(explained.values()) + (_SIGN_WORTH if one.amount is not None else 0.0)


def _suggest_table(layout: Layout, table: str) -> Suggestion | None:
    matches = match_columns(layout, table)
    amount = _signed_amount(layout, table, matches)
    given = {match.column for match in matches} | ({"amount"} if amount else set())
    if table in _ACCOUNTS and "amount" not in given:
        return None
    known = TABLES[table].by_name
    there = given | _AUTOMATIC | set(_FILLED) | {key for key, others in _STANDS_FOR.items() if given & set(others)}
    missing = [one for one in TABLES[table].key if one not in there and known[one].kind is not Kind.TEXT]
    if "line_key" in TABLES[table].key and len(given) < 2:
        return None
    return None if missing or not matches else Suggestion(table, tuple(matches), amount)


def _split_orders(layout: Layout, best: Suggestion) -> Suggestion:
    """Rows of lines also state their order; rows of orders that repeat the order's id are lines."""
    lines = _suggest_table(layout, "order_lines")
    orders = _suggest_table(layout, "orders")
    order_id = next((match.header for match in best.matches if match.column == "platform_order_id"), None)
    repeats = order_id is not None and not layout.contents[order_id].is_unique
    has_lines = lines is not None and {"quantity", "title", "seller_sku_code"} & {
        one.column for one in lines.matches if one.score >= _SURE_FROM
    }
    if lines is None or not (best.table == "order_lines" or (repeats and has_lines)):
        return best
    taken = {match.header for match in lines.matches if match.column != "platform_order_id"}
    beside = (
        tuple(match for match in orders.matches if match.header not in taken and not _is_money(match)) if orders else ()
    )
    better = {match.header: match.score for match in beside}
    kept = tuple(
        match
        for match in lines.matches
        if match.column == "platform_order_id" or better.get(match.header, 0) <= match.score
    )
    return Suggestion("order_lines", kept, None, beside)


def _is_money(match: Match) -> bool:
    """Order money is never taken from lines: it would be the money of one line."""
    return TABLES["orders"].by_name[match.column].kind is Kind.MONEY


def match_columns(layout: Layout, table: str) -> list[Match]:
    """Headers given to the columns of a table, the surest first, each to one."""
    offers = sorted(_offers(layout, table), key=lambda one: (-one[0], layout.header.index(one[1])))
    taken_headers: set[str] = set()
    taken_columns: set[str] = set()
    matches = []
    for score, header, column in offers:
        if header in taken_headers or column in taken_columns or score < _SUGGESTED_FROM:
            continue
        taken_headers.add(header)
        taken_columns.add(column)
        others = [(other, name) for other, offered, name in offers if offered == header and name != column]
        runner = max(others, default=None)
        matches.append(Match(header, column, score, f"{runner[1]} {runner[0]:.2f}" if runner else ""))
    return matches


def _offers(layout: Layout, table: str) -> Iterator[tuple[float, str, str]]:
    known = TABLES[table].by_name
    for header in layout.header:
        contents = layout.contents[header]
        for (place, column), score in places_of(header).items():
            if place == table and column in known and (fit := _fit(contents, header, known[column])):
                yield round(score * fit, 4), header, column


def _fit(contents: Contents, header: str, column: Column) -> float:
    """How far the cells allow the column: nothing where they cannot be read into it or would tell of a person."""
    if column.name in ("line_key", "is_cash", "currency") or column.kind is Kind.FLAG:
        return 0.0
    if column.name in ("status_raw", "refund_state_raw", "kind_raw") or not contents.fits(column.kind):
        return 0.0
    named = (
        plain_header(header) in known_headers().persons and contents.look != "long_id"
    )  # an order's Name is its number
    personal = contents.is_personal or named
    if personal and column.person is Person.NONE:
        return 0.0
    if column.person in (Person.DIRECT, Person.SENSITIVE):
        return 0.0
    return 0.9 if contents.look == "blank" else 1.0


def _signed_amount(layout: Layout, table: str, matches: Sequence[Match]) -> dict[str, Any] | None:
    """Two sides, an amount with a direction, or one amount that carries its own sign."""
    if table not in _ACCOUNTS or table == "payments":
        return None
    known = known_headers()
    numeric = [one for one in layout.header if layout.contents[one].fits(Kind.MONEY)]
    incoming = max(numeric, key=lambda one: nearest(one, known.incoming) - nearest(one, known.outgoing), default=None)
    outgoing = max(numeric, key=lambda one: nearest(one, known.outgoing) - nearest(one, known.incoming), default=None)
    if incoming and outgoing and incoming != outgoing:
        sides = nearest(incoming, known.incoming), nearest(outgoing, known.outgoing)
        apart = nearest(incoming, known.outgoing) < sides[0] and nearest(outgoing, known.incoming) < sides[1]
        if min(sides) >= _SIDE_FROM and apart:
            return {"in": incoming, "out": outgoing}
    amount = next((match.header for match in matches if match.column == "amount"), None)
    direction = next((one for one in layout.header if _is_direction(layout.contents[one])), None)
    if amount and direction and not layout.contents[amount].has_negative:
        words = layout.contents[direction].distinct
        return {"amount": amount, "direction": direction,
                "incoming": [one for one in words if one in _words_in()],
                "ignored": [one for one in words if one not in _words_in() | _words_out()]}  # fmt: skip
    return None


def _words_in() -> set[str]:
    return known_headers().words_in | {"收入", "收", "贷", "贷方", "Credit", "CR", "IN", "+"}


def _words_out() -> set[str]:
    return known_headers().words_out | {"支出", "支", "借", "借方", "Debit", "DR", "OUT", "-"}


def _is_direction(contents: Contents) -> bool:
    words = set(contents.distinct)
    return (
        bool(words & (_words_in() | _words_out())) and len(words - _words_in() - _words_out()) <= 1 and len(words) <= 4
    )


# the text ------------------------------------------------------------------------------------------------


def render_mapping(layout: Layout, one: Suggestion, mapping_id: str, channel: str) -> str:
    """The suggestion as a declaration with comments."""
    fields = _fields(layout, one)
    ignored = [header for header in layout.header if header not in fields]
    lines = [
        "# 建议的映射：请核对每一行后再用于导入。行尾为把握程度（0 到 1）与第二候选。",
        "# A suggested mapping: check each line before you import with it. Behind each line: how sure, and what came second.",
        f"id: {_quoted(mapping_id)}",
        f"channel: {_quoted(channel)}",
        *([f"account: {_ACCOUNTS[one.table]}"] if one.table in _ACCOUNTS else []),
        f"report: {{zh: {_quoted(layout.name)}, en: {_quoted(layout.name)}}}",
        "container: [text, sheet]",
        f"delimiter: {_quoted(layout.delimiter)}",
        *([f"encodings: [{layout.encoding}]"] if layout.encoding == "cp1252" else []),
        f"timezone: {_zone(layout)}   # guessed",
        f"currency: {_currency(layout)}   # guessed",
        f"signature: [{', '.join(_quoted(header) for header in list(fields)[:4])}]",
        "fields:",
        *(f"  {_quoted(header)}: {spec}" for header, spec in fields.items()),
        *(["ignored:", *(f"  - {_quoted(header)}{_may_be(header)}" for header in ignored)] if ignored else []),
        *_vocabulary_lines(layout, one),
        "tables:",
        *_table_lines(one.table, one.matches, one.amount, list(fields), _clock(layout, one)),
        *(
            _table_lines("orders", one.orders, None, [])
            if any(m.column == "platform_order_id" for m in one.orders)
            else []
        ),
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _zone(layout: Layout) -> str:
    if any(
        re.search(r"[+-]\d{2}:?\d{2}$|Z$", cell)
        for one in layout.contents.values()
        if one.look == "instant"
        for cell in one.distinct
    ):
        return "in_value"
    return "UTC" if all(header.isascii() for header in layout.header) else "Asia/Shanghai"


def _currency(layout: Layout) -> str:
    for header in layout.header:
        if layout.contents[header].look == "currency":
            return f"{{field: {_quoted(header)}}}"
        if found := re.search(r"[(（]([A-Z]{3})[)）]", header):
            return found.group(1)
    return "shop" if all(header.isascii() for header in layout.header) else "CNY"


def _may_be(header: str) -> str:
    places = places_of(header)
    if not places:
        return ""
    (table, column), score = max(places.items(), key=lambda one: one[1])
    return f"   # perhaps {table}.{column} {score:.2f}"


def _fields(layout: Layout, one: Suggestion) -> dict[str, str]:
    """Every header that is read, keys first, with its type."""
    fields: dict[str, str] = {}
    keys = {"platform_order_id", "platform_refund_id", "seller_sku_code", "bank_txn_id"}
    for table, matches in ((one.table, one.matches), ("orders", one.orders)):
        for match in sorted(matches, key=lambda each: each.column not in keys):
            column = TABLES[table].by_name[match.column]
            fields.setdefault(
                match.header,
                f"{_type(layout.contents[match.header], column, table)}   # {table}.{column.name} {match.words}",
            )
    for key in ("in", "out", "amount", "direction"):
        if one.amount and key in one.amount:
            fields.setdefault(str(one.amount[key]), f"{{type: {'text' if key == 'direction' else 'money'}}}")
    clock = _clock(layout, one)
    if clock is not None:
        fields.setdefault(clock[1], "{type: date, order: auto}")
        fields.setdefault(clock[2], "{type: text}")
    for header in layout.header:
        if layout.contents[header].look == "currency":
            fields.setdefault(header, "{type: text}")
    return fields


def _clock(layout: Layout, one: Suggestion) -> tuple[str, str, str] | None:
    """The instant of a row whose day and time of day stand in two columns: column, day, time."""
    known = TABLES[one.table].by_name
    for match in one.matches:
        instant = match.column.removesuffix("_on") + "_at" if match.column.endswith("_on") else ""
        if instant in known and not any(other.column == instant for other in one.matches):
            clock = next((header for header in layout.header if layout.contents[header].look == "clock"), None)
            return (instant, match.header, clock) if clock else None
    return None


def _type(contents: Contents, column: Column, table: str) -> str:
    options = [f"type: {'person' if column.person is not Person.NONE else _TYPES[column.kind]}"]
    if column.kind in (Kind.DATE, Kind.INSTANT) and any(
        re.match(r"\d{1,2}[-/.]\d{1,2}[-/.]", cell) for cell in contents.distinct
    ):
        options.append("order: auto")
    if column.name in TABLES[table].key:
        options.append("required: true")
    return f"{{{', '.join(options)}}}"


def _coded(matches: Sequence[Match], table: str) -> Iterator[tuple[Match, str]]:
    for match in matches:
        vocabulary = TABLES[table].by_name[match.column].vocabulary
        if vocabulary:
            yield match, vocabulary


def _vocabulary_lines(layout: Layout, one: Suggestion) -> Iterator[str]:
    """The words of the file with the code that most platforms give them; unknown ones are marked."""
    coded = [*_coded(one.matches, one.table), *_coded(one.orders, "orders")]
    if not coded:
        return
    yield "vocabularies:"
    yield "  # Codes that exist are listed in docs/data-dictionary.md."
    for vocabulary in dict.fromkeys(name for _, name in coded):
        yield f"  {vocabulary}:"
        words = dict.fromkeys(
            word for match, name in coded if name == vocabulary for word in layout.contents[match.header].distinct
        )
        for word in words or ("—",):
            code = known_terms().get(vocabulary, {}).get(word.casefold()) or _same_word(vocabulary, word)
            yield f"    {_quoted(word)}: {code or unknown_code(vocabulary)}" + ("" if code else "   # please say")


def _same_word(vocabulary: str, word: str) -> str | None:
    terms = VOCABULARIES[vocabulary].terms
    said = word.casefold()
    return next((term.code for term in terms if said in (term.code, term.zh.casefold(), term.en.casefold())), None)


def _table_lines(
    table: str,
    matches: Sequence[Match],
    amount: Mapping[str, Any] | None,
    fields: list[str],
    clock: tuple[str, str, str] | None = None,
) -> Iterator[str]:
    yield f"  {table}:"
    known = TABLES[table]
    if "line_key" in known.key:
        parts = [
            match.header
            for match in matches
            if match.column in ("platform_line_id", "platform_txn_id", "bank_txn_id", "tracking_number")
        ]
        yield f"    line_key: [{', '.join(_quoted(one) for one in parts or _line_parts(matches, amount, fields))}]"
        yield "    occurrence: true"
    yield "    columns:"
    for match in matches:
        vocabulary = known.by_name[match.column].vocabulary
        if match.column == "amount" and amount is not None:
            continue
        source = f"{{code: {vocabulary}, of: {_quoted(match.header)}}}" if vocabulary else _quoted(match.header)
        yield f"      {match.column}: {source}   # {match.words}"
        if (
            vocabulary
            and f"{match.column}_raw" in known.by_name
            and f"{match.column}_raw" not in {one.column for one in matches}
        ):
            yield f"      {match.column}_raw: {_quoted(match.header)}"
    given = {match.column: match.header for match in matches}
    if table == "order_lines" and {"quantity", "unit_price"} <= set(given) and "total_amount" not in given:
        yield f"      total_amount: {{multiply: [{_quoted(given['quantity'])}, {_quoted(given['unit_price'])}]}}"
    if amount is not None:
        yield f"      amount: {json.dumps(amount, ensure_ascii=False)}"
    if clock is not None:
        yield f"      {clock[0]}: {{instant: [{_quoted(clock[1])}, {_quoted(clock[2])}]}}   # day and time stand apart"
    yield from _filled_lines(table, given)


def _line_parts(matches: Sequence[Match], amount: Mapping[str, Any] | None, fields: list[str]) -> list[str]:
    """What tells lines apart when they have no number: their order and item, or day, amount and balance."""
    wanted = (
        "platform_order_id",
        "seller_sku_code",
        "platform_listing_id",
        "booked_on",
        "booked_at",
        "posted_at",
        "amount",
        "balance_after",
    )
    parts = [match.header for match in matches if match.column in wanted]
    parts += [str(amount[key]) for key in ("in", "out", "amount") if amount and key in amount]
    return list(dict.fromkeys(parts)) or fields[:3]


def _filled_lines(table: str, given: Mapping[str, str]) -> Iterator[str]:
    known = TABLES[table]
    for column in known.key:
        source = next((given[one] for one in _STANDS_FOR.get(column, ()) if one in given), None) or _FILLED.get(column)
        if column not in given and source is not None:
            yield f"      {column}: {json.dumps(source, ensure_ascii=False)}   # not in the file"
    if table == "settlement_lines":
        yield "      is_cash: {const: true}"
    if table == "order_lines":
        yield f"      identity_rank: {{const: {2 if 'platform_line_id' in given else 1}}}"
