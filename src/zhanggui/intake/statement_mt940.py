"""SWIFT bank statements: MT940, and its interim report MT942."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from zhanggui.intake.statement_records import (
    Record,
    StatementBroken,
    StatementCut,
    decode_statement,
    is_date,
    listed,
    make_record,
    number_records,
    own_reference,
    plain,
)

_TAGS = frozenset("20 21 25 25P 28 28C 13 13D 34F 60F 60M 61 62F 62M 64 65 86 90C 90D NS".split())
_TAG = re.compile(r":(\d{2}[A-Z]?|NS):(.*)", re.DOTALL)
_BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})(\d{1,15},\d{0,4})")
_ENTRY = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4})?(?P<mark>R[CD]|E[CD]|[CD])(?P<funds>[A-Z])?(?P<amount>\d{1,15},\d{0,4})"
    r"(?P<type>[A-Z][A-Z0-9]{3})(?P<customer>(?:(?!//).)*)(?://(?P<bank>.*))?"
)
_TOTAL = re.compile(r"(\d{1,5})([A-Z]{3})(\d{1,15},\d{0,4})")
_STRUCTURED = re.compile(r"(?P<code>\d{3})?(?P<mark>[?~|^@<])(?=\d{2})")
_PURPOSE_KEYS = frozenset([f"{number}" for number in (*range(20, 30), *range(60, 64))])
_SEPA_KEYS = "EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|COAM|OAMT|PURP"
_WRAP_CHARS = 27  # a purpose line of full length goes on in the next without a blank
_INFORMATION_CHARS = 65


@dataclass
class _Field:
    """One tagged field with its continuation lines."""

    line: int
    tag: str
    texts: list[str]

    @property
    def first(self) -> str:
        return self.texts[0].strip()

    def broken(self, cause: str) -> StatementBroken:
        return StatementBroken(kind="mt940", line=self.line, cause=cause)


@dataclass
class _Message:
    """The fields between :20: and the end mark, and what was read of them so far."""

    fields: list[_Field] = field(default_factory=list)
    is_ended: bool = False

    def has(self, *tags: str) -> bool:
        return any(one.tag in tags for one in self.fields)


def read_mt940(data: bytes) -> list[Record]:
    """The entries and balances of all statements of an MT940 or MT942 file.

    Raises:
        StatementBroken: a line is no field of the standard, or a field is not of its form.
        StatementCut: a statement lacks its closing balance, or an interim report its end.
        EncodingUnknown: the bytes are no text.
    """
    messages = _split_messages(decode_statement(data, "mt940", "latin-1"))
    if not messages:
        raise StatementBroken(kind="mt940", line=1, cause="no statement")
    return number_records(record for message in messages for record in _read_message(message))


def _split_messages(text: str) -> list[_Message]:
    messages: list[_Message] = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if not line.strip() or _is_envelope(line.strip()):
            continue
        if line.strip() == "-" or line.startswith("-}"):
            if messages:
                messages[-1].is_ended = True
            continue
        _take_line(messages, number, line)
    return messages


def _is_envelope(line: str) -> bool:
    """The blocks that SWIFT puts around a message: {1:…}{2:…}{4: before it, {5:…} after it."""
    return line.startswith("{") and line.endswith(("{4:", "}"))


def _take_line(messages: list[_Message], number: int, line: str) -> None:
    tagged = _TAG.fullmatch(line)
    if tagged and tagged[1] in _TAGS:
        if tagged[1] == "20":
            messages.append(_Message())
        if messages and not messages[-1].is_ended:
            messages[-1].fields.append(_Field(number, tagged[1], [tagged[2]]))
            return
    elif messages and messages[-1].fields and not line.startswith(":") and not messages[-1].is_ended:
        messages[-1].fields[-1].texts.append(line)
        return
    raise StatementBroken(kind="mt940", line=number, cause=f"no field of a statement: {line[:80]!r}")


def _read_message(message: _Message) -> list[Record]:
    _check_whole(message)
    account = next((one.first for one in message.fields if one.tag in ("25", "25P")), "")
    if not account:
        raise message.fields[0].broken("the statement names no account")
    currency, records = "", []
    for one in message.fields:
        if one.tag in ("60F", "60M", "62F", "62M", "64", "65"):
            records.append(_balance(one, account))
            currency = records[-1]["currency"]
        elif one.tag == "34F":
            currency = one.first[:3]
        elif one.tag == "61":
            records.append(_entry(one, account, currency))
        elif one.tag == "86" and records and records[-1]["record"] != "balance":
            _add_information(records[-1], one)
    _check_totals(message, records)
    return records


def _check_whole(message: _Message) -> None:
    last = message.fields[-1]
    if message.has("60F", "60M"):
        if not message.has("62F", "62M"):
            raise StatementCut(kind="mt940", line=last.line)
    elif not message.has("34F", "13D", "90C", "90D"):
        raise last.broken("neither an opening balance nor an interim report")
    elif not message.is_ended and not message.has("90C", "90D"):
        raise StatementCut(kind="mt940", line=last.line)


def _check_totals(message: _Message, records: list[Record]) -> None:
    """An interim report states how many debits and credits it holds: fewer mean that lines are lost."""
    for one in message.fields:
        if one.tag not in ("90C", "90D"):
            continue
        stated = _TOTAL.fullmatch(one.first)
        if not stated:
            raise one.broken(f"total {one.first!r}")
        entries = [record for record in records if record["record"] != "balance"]
        found = sum(record["amount"].startswith("-") == (one.tag == "90D") for record in entries)
        if found != int(stated[1]):
            raise one.broken(f"{stated[1]} entries are stated and {found} were found")


def _decimal_comma(text: str) -> Decimal:
    return Decimal(text.replace(",", ".")).normalize()


def _century(text: str) -> str:
    return f"{'19' if text[:2] >= '80' else '20'}{text[:2]}-{text[2:4]}-{text[4:6]}"


def _balance(one: _Field, account: str) -> Record:
    found = _BALANCE.fullmatch(one.first)
    if not found or not is_date(_century(found[2])):
        raise one.broken(f"balance {one.first!r}")
    amount = _decimal_comma(found[4])
    return make_record(
        "balance",
        account=account,
        currency=found[3],
        sign=found[1],
        amount=plain(amount if found[1] == "C" else -amount),
        balance_kind=one.tag,
        balance_on=_century(found[2]),
    )


def _entry(one: _Field, account: str, currency: str) -> Record:
    found = _ENTRY.fullmatch(one.first)
    if not found or not currency:
        raise one.broken(f"entry {one.first!r}" if currency else "an entry stands before any currency")
    value_on = _century(found["value"])
    booked_on = _nearest_year(found["entry"], value_on) if is_date(value_on) and found["entry"] else value_on
    if not booked_on or not is_date(value_on):
        raise one.broken(f"date of entry {one.first!r}")
    # C and D say credit and debit; RC takes a credit back, RD a debit; EC and ED are only expected.
    incoming = found["mark"] in ("C", "RD", "EC")
    amount = _decimal_comma(found["amount"])
    return make_record(
        "pending" if found["mark"].startswith("E") else "entry",
        account=account,
        currency=currency,
        sign=found["mark"],
        amount=plain(amount if incoming else -amount),
        booked_on=booked_on,
        value_on=value_on,
        bank_txn_id=own_reference(found["bank"] or ""),
        type=found["type"],
        description=" ".join(text.strip() for text in one.texts[1:] if text.strip()),
        reference=own_reference(found["customer"]),
    )


def _nearest_year(month_day: str, value_on: str) -> str:
    """The entry's date has no year: around New Year it is the year that lies nearest to the value date."""
    value = date.fromisoformat(value_on)
    days = [f"{year}-{month_day[:2]}-{month_day[2:]}" for year in (value.year - 1, value.year, value.year + 1)]
    possible = [date.fromisoformat(day) for day in days if is_date(day)]
    return min(possible, key=lambda day: abs((day - value).days)).isoformat() if possible else ""


def _add_information(record: Record, one: _Field) -> None:
    """Put field 86 into the entry before it: its sub-fields where it has them, else the text as it is."""
    structured = _STRUCTURED.match(one.first)
    if structured:
        _add_structured(record, "".join(one.texts), structured)
    else:
        text = _rejoined(one.texts, _INFORMATION_CHARS)
        record["description"] = listed([text, record["description"]], " ")
    record["end_to_end_id"] = _end_to_end(record["description"])


def _add_structured(record: Record, text: str, found: re.Match[str]) -> None:
    pieces = re.split(re.escape(found["mark"]) + r"(\d{2})", text)
    parts = list(zip(pieces[1::2], pieces[2::2], strict=True))
    if found["code"]:
        record["type"] = f"{record['type']}/{found['code']}"
    purpose = _rejoined([value for key, value in parts if key in _PURPOSE_KEYS], _WRAP_CHARS)
    posting = " ".join(value.strip() for key, value in parts if key == "00")
    record["description"] = purpose or posting or record["description"]
    record["counterparty"] = _rejoined([value for key, value in parts if key in ("32", "33")], _WRAP_CHARS)
    record["counterparty_account"] = next((value.strip() for key, value in parts if key == "31"), "")


def _rejoined(texts: list[str], full_chars: int) -> str:
    """Lines put together again: one of full length was cut within a word, a shorter one ended by itself."""
    joined = ""
    for text in texts:
        joined += text if len(text) >= full_chars else f"{text.strip()} "
    return joined.strip()


def _end_to_end(description: str) -> str:
    found = re.search(rf"EREF\+(.*?)(?=(?:{_SEPA_KEYS})\+|$)", description) or re.search(r"/EREF/([^/]+)", description)
    return own_reference(found[1]) if found else ""
