"""The one shape in which bank statements come out, whatever their standard, and how they are refused.

The readers are our own because a statement must be whole or refused: a library that skips the line it does not
understand loses money silently. An entry is one record; what a bank has not booked yet is marked `pending`;
stated balances are records too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from zhanggui.intake.errors import EncodingUnknown
from zhanggui.kernel.errors import Refusal

Record = dict[str, str]

COLUMNS = (
    "line", "record", "account", "bank_name", "currency", "sign", "amount", "booked_on", "booked_at", "value_on", "bank_txn_id",
    "end_to_end_id", "type", "counterparty", "counterparty_account", "description", "reference", "balance_kind", "balance_on",
)  # fmt: skip
"""What every record has. `line` is its place among the records of the file; `record` is entry, pending or balance; `sign` is the file's own mark; `amount` is signed, plus is to
the account; `booked_at` stands only where the file states the offset from UTC."""

_DESCRIPTION_CHARS = 2000  # a batch of thousands of payments is described by its first ones
_NO_REFERENCE = frozenset({"", "NONREF", "NOTPROVIDED", "NOT PROVIDED"})


class StatementBroken(Refusal):
    """A line or element of the statement is not what its standard allows there."""

    code = "statement_broken"


class StatementCut(Refusal):
    """The statement ends before its closing record: the file is not whole."""

    code = "statement_cut"


def make_record(record: str, **cells: str) -> Record:
    """A record with every column; those not given are blank, and its number is given at the end."""
    return {**dict.fromkeys(COLUMNS, ""), "record": record, **cells}


def number_records(records: Iterable[Record]) -> list[Record]:
    """The records with their places in the file, from one: many may share one line of XML or SGML."""
    return [{**record, "line": str(number)} for number, record in enumerate(records, 1)]


def decode_statement(data: bytes, kind: str, fallback: str) -> str:
    """UTF-8 where it is valid, which ASCII always is; else the older encoding, strictly.

    Raises:
        EncodingUnknown: the bytes are in neither.
    """
    for encoding in ("utf-8-sig", fallback):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise EncodingUnknown(file=kind, tried=["utf-8", fallback])


def plain(number: Decimal) -> str:
    """A decimal without an exponent."""
    return format(number, "f")


def is_date(text: str) -> bool:
    """Whether the text is a day of the calendar, written 2026-07-31."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-07-31")


def own_reference(reference: str) -> str:
    """A reference, unless it only says that there is none."""
    return "" if reference.strip().upper() in _NO_REFERENCE else reference.strip()


def listed(texts: Iterable[str], separator: str = "; ") -> str:
    """Each text once, in order."""
    return separator.join(dict.fromkeys(text for text in texts if text))[:_DESCRIPTION_CHARS]
