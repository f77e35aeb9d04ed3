"""ISO 20022 bank statements: camt.053, the interim report camt.052 and the notification camt.054."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from zhanggui.intake.errors import EncodingUnknown, EntitiesRefused
from zhanggui.intake.statement_records import (
    Record,
    StatementBroken,
    is_date,
    listed,
    make_record,
    number_records,
    own_reference,
    plain,
)

_STATEMENTS = frozenset({"Stmt", "Rpt", "Ntfctn"})
_AMOUNT = re.compile(r"\d{1,18}(\.\d{1,5})?")
_OFFSET = re.compile(r"(Z|[+-]\d{2}:\d{2})$")
_LINE = "zhanggui:line"


class _LocalNames(TreeBuilder):
    """Builds elements without namespaces, because its version differs by bank, and notes their lines."""

    line_now: Callable[[], int]

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        return super().start(tag.rpartition("}")[2], {**attrs, _LINE: str(self.line_now())})

    def end(self, tag: str, /) -> Element:
        return super().end(tag.rpartition("}")[2])


def read_camt(data: bytes) -> list[Record]:
    """The entries and balances of all statements, reports or notifications of a camt file.

    A batch entry with many transaction details is one record; the references of its details are kept together.

    Raises:
        EntitiesRefused: the XML declares entities or a document type.
        StatementBroken: it is no well-formed camt, or an amount, sign or date is not of the standard.
    """
    statements = [node for node in _parse_xml(data).iter() if node.tag in _STATEMENTS]
    if not statements:
        raise StatementBroken(kind="camt", line=1, cause="no statement, report or notification")
    return number_records(record for statement in statements for record in _statement(statement))


def _parse_xml(data: bytes) -> Element:
    builder = _LocalNames()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    builder.line_now = lambda: int(parser.parser.CurrentLineNumber)
    try:
        parser.feed(data)
        root: Element = parser.close()
    except DefusedXmlException as error:
        raise EntitiesRefused(file="camt") from error
    except ParseError as error:
        raise StatementBroken(kind="camt", line=error.position[0], cause=str(error)) from error
    except (ValueError, LookupError) as error:
        raise EncodingUnknown(file="camt", tried=["as the XML declares"]) from error
    return root


def _line(node: Element) -> int:
    return int(node.get(_LINE, "0"))


def _broken(node: Element, cause: str) -> StatementBroken:
    return StatementBroken(kind="camt", line=_line(node), cause=cause)


def _text(node: Element, *paths: str) -> str:
    """The first of the paths that holds text."""
    for path in paths:
        for found in node.findall(path):
            if found.text and found.text.strip():
                return found.text.strip()
    return ""


def _statement(statement: Element) -> Iterator[Record]:
    account = _text(statement, "Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/BBAN", "Acct/Id/PrtryAcct/Id")
    if not account:
        raise _broken(statement, "the statement names no account")
    bank = _text(statement, "Acct/Svcr/FinInstnId/Nm", "Acct/Svcr/FinInstnId/BICFI", "Acct/Svcr/FinInstnId/BIC")
    shared = {"account": account, "bank_name": bank}
    balances = [
        (_text(node, "Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry", "Tp/Cd"), node) for node in statement.findall("Bal")
    ]
    has_opening = any(kind == "OPBD" for kind, _ in balances)
    for kind, node in balances:
        if kind == "PRCD" and has_opening:
            continue  # the same balance under the name of the day before
        yield _balance(kind, node, shared)
    for node in statement.findall("Ntry"):
        yield _entry(node, shared)


def _money(node: Element) -> dict[str, str]:
    amount, sign = node.find("Amt"), _text(node, "CdtDbtInd")
    text = (amount.text or "").strip() if amount is not None else ""
    if amount is None or not _AMOUNT.fullmatch(text):
        raise _broken(node, f"amount {text!r}")
    if sign not in ("CRDT", "DBIT"):
        raise _broken(node, f"credit or debit {sign!r}")
    currency = amount.get("Ccy", "")
    if not re.fullmatch("[A-Z]{3}", currency):
        raise _broken(node, f"currency {currency!r}")
    signed = Decimal(text) if sign == "CRDT" else -Decimal(text)
    return {"amount": plain(signed), "sign": sign, "currency": currency}


def _day(node: Element, path: str) -> tuple[str, str]:
    """The local date, and the instant where its offset is stated."""
    day, moment = _text(node, f"{path}/Dt"), _text(node, f"{path}/DtTm")
    on = (day or moment)[:10]
    if on and not is_date(on):
        raise _broken(node, f"date {day or moment!r}")
    return on, moment if _OFFSET.search(moment) else ""


def _balance(kind: str, node: Element, shared: dict[str, str]) -> Record:
    on, _ = _day(node, "Dt")
    return make_record("balance", **shared, **_money(node), balance_kind=kind, balance_on=on)


def _entry(node: Element, shared: dict[str, str]) -> Record:
    details = node.findall("NtryDtls/TxDtls")
    money = _money(node)
    booked_on, booked_at = _day(node, "BookgDt")
    value_on, _ = _day(node, "ValDt")
    # A reversal's sign is already turned, so its parties are those of the entry that it takes back.
    incoming = (money["sign"] == "CRDT") != (_text(node, "RvslInd") in ("true", "1"))
    other = "Dbtr" if incoming else "Cdtr"
    booked = _text(node, "Sts/Cd", "Sts") in ("BOOK", "")
    return make_record(
        "entry" if booked else "pending",
        **shared,
        **money,
        booked_on=booked_on or value_on,
        booked_at=booked_at,
        value_on=value_on,
        bank_txn_id=own_reference(_text(node, "AcctSvcrRef") or _single(details, "Refs/AcctSvcrRef")),
        end_to_end_id=listed(own_reference(_text(one, "Refs/EndToEndId")) for one in details),
        type=_type(node),
        counterparty=_single(details, f"RltdPties/{other}/Nm", f"RltdPties/{other}/Pty/Nm"),
        counterparty_account=_single(details, f"RltdPties/{other}Acct/Id/IBAN", f"RltdPties/{other}Acct/Id/Othr/Id"),
        description=listed(map(_purpose, details)) or _text(node, "AddtlNtryInf"),
        reference=listed(_text(one, "RmtInf/Strd/CdtrRefInf/Ref", "Refs/InstrId") for one in details),
    )


def _single(details: list[Element], *paths: str) -> str:
    """What the only detail says; the parts of a batch have each their own."""
    return _text(details[0], *paths) if len(details) == 1 else ""


def _purpose(detail: Element) -> str:
    lines = [(line.text or "").strip() for line in detail.findall("RmtInf/Ustrd")]
    return " ".join(line for line in lines if line) or _text(detail, "AddtlTxInf")


def _type(node: Element) -> str:
    domain = [_text(node, f"BkTxCd/Domn/{path}") for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")]
    return "-".join(part for part in domain if part) or _text(node, "BkTxCd/Prtry/Cd")
