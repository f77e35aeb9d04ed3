"""Bank statements written in their standards: camt.053, MT940 and OFX, from the same records that the readers give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from xml.sax.saxutils import escape

Record = Mapping[str, str]


def _magnitude(amount: str) -> str:
    return amount.lstrip("+-")


def _mark(amount: str, incoming: str, outgoing: str) -> str:
    return outgoing if amount.startswith("-") else incoming


def _camt_balance(one: Record) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{one['balance_kind']}</Cd></CdOrPrtry></Tp>{_camt_amount(one)}"
        f"<Dt><Dt>{one['balance_on']}</Dt></Dt></Bal>"
    )


def _camt_amount(one: Record) -> str:
    mark = _mark(one["amount"], "CRDT", "DBIT")
    return f'<Amt Ccy="{one["currency"]}">{_magnitude(one["amount"])}</Amt><CdtDbtInd>{mark}</CdtDbtInd>'


def _camt_entry(one: Record) -> str:
    return (
        f"<Ntry>{_camt_amount(one)}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{one['booked_on']}</Dt></BookgDt>"
        f"<ValDt><Dt>{one['value_on'] or one['booked_on']}</Dt></ValDt><AcctSvcrRef>{escape(one['bank_txn_id'])}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls><RmtInf><Ustrd>{escape(one['description'])}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def _write_camt(records: Sequence[Record]) -> str:
    first = records[0]
    balances = "".join(_camt_balance(one) for one in records if one["record"] == "balance")
    entries = "".join(_camt_entry(one) for one in records if one["record"] == "entry")
    account = f"<Acct><Id><Othr><Id>{escape(first['account'])}</Id></Othr></Id><Ccy>{first['currency']}</Ccy></Acct>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        "<GrpHdr><MsgId>TEST</MsgId><CreDtTm>2026-08-01T12:00:00+02:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>TEST</Id>{account}\n{balances}\n{entries}</Stmt></BkToCstmrStmt></Document>\n"
    )


def _short_date(text: str) -> str:
    return text[2:].replace("-", "")


def _comma(amount: str) -> str:
    return _magnitude(amount).replace(".", ",")


def _mt940_line(one: Record) -> str:
    mark = _mark(one["amount"], "C", "D")
    if one["record"] == "balance":
        return f":{one['balance_kind']}:{mark}{_short_date(one['balance_on'])}{one['currency']}{_comma(one['amount'])}"
    day = _short_date(one["booked_on"])
    entry = f":61:{_short_date(one['value_on'] or one['booked_on'])}{day[2:]}{mark}{_comma(one['amount'])}NTRFNONREF"
    return f"{entry}//{one['bank_txn_id']}\n:86:{one['description']}"


def _write_mt940(records: Sequence[Record]) -> str:
    lines = [":20:TEST", f":25:{records[0]['account']}", ":28C:1/1", *(_mt940_line(one) for one in records), "-"]
    return "\n".join(lines) + "\n"


def _ofx_entry(one: Record) -> str:
    kind = _mark(one["amount"], "CREDIT", "DEBIT")
    day = one["booked_on"].replace("-", "")
    value = f"<DTAVAIL>{one['value_on'].replace('-', '')}" if one["value_on"] else ""
    return (
        f"<STMTTRN><TRNTYPE>{kind}<DTPOSTED>{day}{value}<TRNAMT>{one['amount']}<FITID>{escape(one['bank_txn_id'])}"
        f"<NAME>{escape(one['description'])}</STMTTRN>\n"
    )


def _ofx_balance(one: Record) -> str:
    on = one["balance_on"].replace("-", "")
    return f"<{one['balance_kind']}><BALAMT>{one['amount']}<DTASOF>{on}</{one['balance_kind']}>\n"


def _write_ofx(records: Sequence[Record]) -> str:
    bank, _, account = records[0]["account"].partition("/")
    entries = "".join(_ofx_entry(one) for one in records if one["record"] == "entry")
    balances = "".join(_ofx_balance(one) for one in records if one["record"] == "balance")
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\n"
        "OLDFILEUID:NONE\nNEWFILEUID:NONE\n\n"
        f"<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>{records[0]['currency']}"
        f"<BANKACCTFROM><BANKID>{bank}<ACCTID>{account}<ACCTTYPE>CHECKING</BANKACCTFROM>\n"
        f"<BANKTRANLIST>{entries}</BANKTRANLIST>\n{balances}</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    )


STATEMENT_WRITERS: dict[str, Callable[[Sequence[Record]], str]] = {
    "camt": _write_camt,
    "mt940": _write_mt940,
    "ofx": _write_ofx,
}
"""The text of a statement for its records, by container."""
