"""Open Financial Exchange statements, OFX and QFX: 1.x (SGML, without closing tags) and 2.x (XML) alike."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from zhanggui.intake.errors import EntitiesRefused
from zhanggui.intake.statement_records import (
    Record,
    StatementBroken,
    StatementCut,
    decode_statement,
    is_date,
    listed,
    make_record,
    number_records,
    plain,
)

_TOKEN = re.compile(r"<(/?)([A-Za-z0-9._]+)\s*/?>([^<]*)")
_DATE = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?(?:\.\d+)?)?\s*(?:\[([+-]?\d{1,2}(?:\.\d+)?)(?::\w*)?\])?"
)
_AMOUNT = re.compile(r"[+-]?\d{1,18}([.,]\d*)?")
_DEPTH = 20
_AGGREGATES = frozenset(
    "OFX STMTTRNRS CCSTMTTRNRS STMTRS CCSTMTRS BANKACCTFROM CCACCTFROM BANKTRANLIST STMTTRN LEDGERBAL AVAILBAL "
    "PAYEE BANKACCTTO CCACCTTO CURRENCY ORIGCURRENCY BALLIST BAL BANKTRANLISTP STMTTRNP".split()
)


@dataclass
class _Aggregate:
    """An element that holds others: leaves by name, and aggregates in order."""

    tag: str
    line: int
    leaves: dict[str, str] = field(default_factory=dict)
    inner: list[_Aggregate] = field(default_factory=list)

    def all(self, *tags: str) -> Iterator[_Aggregate]:
        """Every aggregate of those names below this one."""
        for one in self.inner:
            if one.tag in tags:
                yield one
            yield from one.all(*tags)

    def leaf(self, name: str, inside: tuple[str, ...] = ()) -> str:
        """A leaf of this aggregate, or of the named ones directly inside."""
        if not inside:
            return self.leaves.get(name, "")
        return next((one.leaves[name] for one in self.inner if one.tag in inside and name in one.leaves), "")

    def broken(self, cause: str) -> StatementBroken:
        return StatementBroken(kind="ofx", line=self.line, cause=cause)


def read_ofx(data: bytes) -> list[Record]:
    """The entries and balances of all bank and card statements of an OFX or QFX file, of either generation.

    Raises:
        EntitiesRefused: the file declares entities or a document type.
        StatementBroken: an element is closed out of turn, or an entry lacks its amount, date or id.
        StatementCut: the file ends before </OFX>.
        EncodingUnknown: the bytes are no text.
    """
    root = _read_elements(decode_statement(data, "ofx", "cp1252"))
    statements = list(root.all("STMTRS", "CCSTMTRS"))
    if not statements:
        raise root.broken("no bank or card statement")
    bank = root.leaf("ORG")
    return number_records(record for statement in statements for record in _statement(statement, bank))


def _read_elements(text: str) -> _Aggregate:
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise EntitiesRefused(file="ofx")
    text = re.sub(r"<!\[CDATA\[(.*?)\]\]>", lambda found: html.escape(found[1]), text, flags=re.DOTALL)
    start = re.search(r"<OFX\s*>", text, re.IGNORECASE)
    if not start:
        raise StatementBroken(kind="ofx", line=1, cause="no <OFX> element")
    root = _Aggregate("", 1)
    stack = [root]
    line = text.count("\n", 0, start.start()) + 1
    place = start.start()
    while place < len(text):
        token = _TOKEN.match(text, place)
        if not token:
            raise StatementBroken(kind="ofx", line=line, cause=f"no element: {text[place : place + 80]!r}")
        _take_element(stack, token, line)
        line += text.count("\n", place, token.end())
        place = token.end()
    if len(stack) > 1:
        raise StatementCut(kind="ofx", line=line)
    return root.inner[0]


def _take_element(stack: list[_Aggregate], token: re.Match[str], line: int) -> None:
    """Leaves need no closing tag; the aggregates that matter do. Others, such as the sign-on, are looked through."""
    closing, tag, value = token[1], token[2].upper(), html.unescape(token[3]).strip()
    if tag not in _AGGREGATES:
        if not closing and value:
            stack[-1].leaves.setdefault(tag, value)
        return
    if value:
        raise StatementBroken(kind="ofx", line=line, cause=f"text after <{token[1]}{tag}>")
    if not closing:
        if len(stack) > _DEPTH:
            raise StatementBroken(kind="ofx", line=line, cause="elements stand too deep in each other")
        stack.append(_Aggregate(tag, line))
        stack[-2].inner.append(stack[-1])
    elif stack[-1].tag == tag:
        stack.pop()
    else:
        raise StatementBroken(kind="ofx", line=line, cause=f"</{tag}> closes <{stack[-1].tag}>")


def _statement(statement: _Aggregate, bank: str) -> Iterator[Record]:
    accounts = ("BANKACCTFROM", "CCACCTFROM")
    numbers = [statement.leaf("BANKID", accounts), statement.leaf("ACCTID", accounts)]
    if not numbers[1] or not statement.leaf("CURDEF"):
        raise statement.broken("the statement names no account or no currency")
    shared = {"account": "/".join(number for number in numbers if number), "bank_name": bank}
    for entry in statement.all("STMTTRN"):
        yield _entry(entry, shared, statement.leaf("CURDEF"))
    for balance in statement.inner:
        if balance.tag in ("LEDGERBAL", "AVAILBAL"):
            on, _ = _moment(balance, "DTASOF")
            amount = _amount(balance, "BALAMT")
            yield make_record(
                "balance", **shared, currency=statement.leaf("CURDEF"), amount=amount, balance_kind=balance.tag, balance_on=on
            )  # fmt: skip


def _entry(entry: _Aggregate, shared: dict[str, str], currency: str) -> Record:
    for name in ("TRNTYPE", "FITID"):
        if not entry.leaf(name):
            raise entry.broken(f"an entry without {name}")
    booked_on, booked_at = _moment(entry, "DTPOSTED")
    name = entry.leaf("NAME") or entry.leaf("NAME", ("PAYEE",))
    return make_record(
        "entry",
        **shared,
        # <CURRENCY> says that the amount itself is foreign; <ORIGCURRENCY> that it was converted already.
        currency=entry.leaf("CURSYM", ("CURRENCY",)) or currency,
        amount=_amount(entry, "TRNAMT"),
        booked_on=booked_on,
        booked_at=booked_at,
        value_on=_moment(entry, "DTAVAIL")[0] if entry.leaf("DTAVAIL") else "",
        bank_txn_id=entry.leaf("FITID"),
        type=entry.leaf("TRNTYPE"),
        counterparty=name,
        counterparty_account=entry.leaf("ACCTID", ("BANKACCTTO", "CCACCTTO")),
        description=listed([name, entry.leaf("MEMO")], " "),
        reference=entry.leaf("REFNUM") or entry.leaf("CHECKNUM"),
    )


def _amount(holder: _Aggregate, name: str) -> str:
    text = holder.leaf(name)
    if not _AMOUNT.fullmatch(text):
        raise holder.broken(f"{name} {text!r}")
    return plain(Decimal(text.replace(",", ".")))


def _moment(holder: _Aggregate, name: str) -> tuple[str, str]:
    """The date as written, and the instant where both the time and its offset are stated."""
    text = holder.leaf(name)
    found = _DATE.fullmatch(text)
    on = f"{found[1]}-{found[2]}-{found[3]}" if found else ""
    if not found or not is_date(on):
        raise holder.broken(f"{name} {text!r}")
    if not found[4] or not found[7]:
        return on, ""
    minutes = int(Decimal(found[7]) * 60)
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    return on, f"{on}T{found[4]}:{found[5]}:{found[6] or '00'}{sign}{hours:02d}:{rest:02d}"
