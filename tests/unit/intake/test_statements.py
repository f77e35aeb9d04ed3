"""Bank statements come out whole and signed from the account's side, or are refused; nothing is skipped."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.intake.errors import EncodingUnknown, EntitiesRefused
from zhanggui.intake.statements import COLUMNS, Record, StatementBroken, StatementCut, read_camt, read_mt940, read_ofx
from zhanggui.kernel.errors import Refusal


def entries(records: list[Record]) -> list[Record]:
    return [record for record in records if record["record"] == "entry"]


def movements(records: list[Record]) -> Decimal:
    return sum((Decimal(record["amount"]) for record in entries(records)), Decimal(0))


# camt ----------------------------------------------------------------------------------------------------------

BALANCES = """
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-07-30</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-07-29</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">20.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Dt><DtTm>2026-07-31T23:00:00</DtTm></Dt></Bal>
"""

BATCH = """
<Ntry><Amt Ccy="EUR">30.10</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><DtTm>2026-07-31T10:00:00+02:00</DtTm></BookgDt>
<ValDt><Dt>2026-08-01</Dt></ValDt><AcctSvcrRef>B1</AcctSvcrRef><BkTxCd><Prtry><Cd>NTRF</Cd></Prtry></BkTxCd><NtryDtls>
<TxDtls><Refs><EndToEndId>po_1</EndToEndId></Refs><RltdPties><Dbtr><Nm>First</Nm></Dbtr></RltdPties><RmtInf><Ustrd>one</Ustrd></RmtInf></TxDtls>
<TxDtls><Refs><EndToEndId>po_2</EndToEndId></Refs><RltdPties><Dbtr><Nm>Second</Nm></Dbtr></RltdPties><RmtInf><Ustrd>two</Ustrd></RmtInf></TxDtls>
</NtryDtls></Ntry>
"""


def camt(body: str, version: str = "camt.053.001.08", kind: str = "BkToCstmrStmt", statement: str = "Stmt") -> bytes:
    account = "<Acct><Id><IBAN>DE00</IBAN></Id><Svcr><FinInstnId><BIC>TESTDEXX</BIC></FinInstnId></Svcr></Acct>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:{version}">'
        f"<{kind}><{statement}>{account}{body}</{statement}></{kind}></Document>"
    ).encode()


def camt_entry(
    extra: str = "", sign: str = "DBIT", status: str = "<Sts><Cd>BOOK</Cd></Sts>", amount: str = "5.00"
) -> str:
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{status}'
        f"<BookgDt><Dt>2026-07-31</Dt></BookgDt>{extra}</Ntry>"
    )


def test_a_batch_is_booked_once_and_keeps_the_references_of_its_parts() -> None:
    (batch,) = entries(read_camt(camt(BATCH)))
    assert (batch["amount"], batch["end_to_end_id"], batch["bank_txn_id"]) == ("30.10", "po_1; po_2", "B1")
    assert (batch["counterparty"], batch["description"], batch["type"]) == ("", "one; two", "NTRF")


def test_a_camt_instant_stands_only_with_its_offset() -> None:
    (batch,) = entries(read_camt(camt(BATCH)))
    assert (batch["booked_on"], batch["booked_at"], batch["value_on"]) == (
        "2026-07-31",
        "2026-07-31T10:00:00+02:00",
        "2026-08-01",
    )
    naive = camt(BATCH.replace("+02:00", ""))
    assert entries(read_camt(naive))[0]["booked_at"] == ""


def test_camt_balances_are_signed_and_the_previous_close_is_not_a_second_opening() -> None:
    balances = [record for record in read_camt(camt(BALANCES)) if record["record"] == "balance"]
    shown = [(one["balance_kind"], one["amount"], one["balance_on"]) for one in balances]
    assert shown == [("OPBD", "1000.00", "2026-07-30"), ("CLBD", "-20.00", "2026-07-31")]
    assert balances[0]["bank_name"] == "TESTDEXX"


@pytest.mark.parametrize("version", ["camt.053.001.02", "camt.053.001.04", "camt.053.001.13"])
def test_any_version_of_the_namespace_is_read(version: str) -> None:
    assert movements(read_camt(camt(BATCH, version))) == Decimal("30.10")


@pytest.mark.parametrize(("kind", "statement"), [("BkToCstmrAcctRpt", "Rpt"), ("BkToCstmrDbtCdtNtfctn", "Ntfctn")])
def test_reports_and_notifications_are_read_as_statements_are(kind: str, statement: str) -> None:
    assert movements(read_camt(camt(BATCH, kind=kind, statement=statement))) == Decimal("30.10")


def test_a_reversal_has_its_sign_turned_already_and_the_parties_of_what_it_reverses() -> None:
    parties = "<RltdPties><Dbtr><Nm>Us</Nm></Dbtr><Cdtr><Pty><Nm>Shop</Nm></Pty></Cdtr></RltdPties>"
    details = f"<NtryDtls><TxDtls>{parties}</TxDtls></NtryDtls>"
    paid = entries(read_camt(camt(camt_entry(details))))[0]
    back = entries(read_camt(camt(camt_entry(f"<RvslInd>true</RvslInd>{details}", "CRDT"))))[0]
    assert (paid["amount"], paid["counterparty"]) == ("-5.00", "Shop")
    assert (back["amount"], back["counterparty"]) == ("5.00", "Shop")


def test_what_the_bank_has_not_booked_is_pending() -> None:
    records = read_camt(camt(camt_entry(status="<Sts>PDNG</Sts>")))
    assert [record["record"] for record in records] == ["pending"]


@pytest.mark.parametrize(
    "body",
    [
        camt_entry(amount="5,00"),
        camt_entry(amount="-5.00"),
        camt_entry(sign="CREDIT"),
        camt_entry().replace("2026-07-31", "2026-07-32"),
        camt_entry().replace('Ccy="EUR"', ""),
    ],
    ids=["comma", "signed", "unknown sign", "no such day", "no currency"],
)
def test_camt_entries_outside_the_standard_are_refused(body: str) -> None:
    with pytest.raises(StatementBroken):
        read_camt(camt(body))


def test_xml_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><Document>&b;</Document>'
    with pytest.raises(EntitiesRefused):
        read_camt(bomb)


@pytest.mark.parametrize("cut", [60, 200, 500, -1])
def test_a_cut_camt_is_refused_with_its_line(cut: int) -> None:
    with pytest.raises(StatementBroken) as caught:
        read_camt(camt(BALANCES + BATCH)[:cut])
    assert caught.value.fields["line"]


# MT940 ---------------------------------------------------------------------------------------------------------

MT940 = """{1:F01TESTDEXXXXXX0000000000}{2:I940TESTDEXXXXXXN}{4:
:20:TEST1
:25:00000000/0000000000
:28C:1/1
:60F:C260101EUR1000,00
:61:2512311231D10,5NTRFINV-7//B-1
extra words
:61:2601020102C52,62NTRFNONREF//B-2
:86:166?20EREF+po_1?21SVWZ+STRIPE PAYOUT OF A W?22EEK?31DE11?32STRIPE PAY?33MENTS
:61:260103RC2,00NRTIX
:86:free text of exactly sixty-five characters is cut within a word he
re and goes on
:61:260103RD1,00NRTI
:62F:C260103EUR1041,12
:86:a note on the statement itself
-}
:20:TEST2
:25:00000000/0000000000
:28C:2/1
:60F:C260103EUR1041,12
:62F:D260104EUR0,
-
"""


def test_the_reversal_of_a_credit_goes_out_and_that_of_a_debit_comes_in() -> None:
    shown = [(one["sign"], one["amount"]) for one in entries(read_mt940(MT940.encode()))]
    assert shown == [("D", "-10.5"), ("C", "52.62"), ("RC", "-2"), ("RD", "1")]


def test_entries_lead_from_the_opening_to_the_closing_balance() -> None:
    records = read_mt940(MT940.encode())
    balances = {
        (one["balance_kind"], one["balance_on"]): Decimal(one["amount"])
        for one in records
        if one["record"] == "balance"
    }
    assert balances[("60F", "2026-01-01")] + movements(records) == balances[("62F", "2026-01-03")]


def test_the_date_of_booking_takes_the_year_that_is_nearest() -> None:
    def booked(entry: str) -> str:
        return entries(read_mt940(MT940.replace("2512311231D", entry).encode()))[0]["booked_on"]

    assert booked("2512310102D") == "2026-01-02"
    assert booked("2601011231D") == "2025-12-31"
    assert booked("2402280229D") == "2024-02-29"


def test_sub_fields_of_86_give_purpose_party_and_end_to_end_reference() -> None:
    second = entries(read_mt940(MT940.encode()))[1]
    assert second["description"] == "EREF+po_1 SVWZ+STRIPE PAYOUT OF A W EEK"
    assert (second["end_to_end_id"], second["type"], second["bank_txn_id"]) == ("po_1", "NTRF/166", "B-2")
    assert (second["counterparty"], second["counterparty_account"], second["reference"]) == (
        "STRIPE PAY MENTS",
        "DE11",
        "",
    )


def test_a_purpose_line_of_full_length_goes_on_without_a_blank() -> None:
    full = "A" * 27
    text = MT940.replace("?20EREF+po_1?21SVWZ+STRIPE PAYOUT OF A W?22EEK", f"?20{full}?21BC?22D")
    assert entries(read_mt940(text.encode()))[1]["description"] == f"{full}BC D"


def test_words_without_sub_fields_stay_as_they_are() -> None:
    first, _, third, _ = entries(read_mt940(MT940.encode()))
    assert (first["description"], first["reference"], first["bank_txn_id"]) == ("extra words", "INV-7", "B-1")
    assert third["description"] == "free text of exactly sixty-five characters is cut within a word here and goes on"


def test_a_note_on_the_statement_is_not_the_description_of_its_last_entry() -> None:
    assert entries(read_mt940(MT940.encode()))[-1]["description"] == ""


def test_several_statements_in_one_file_are_all_read() -> None:
    kinds = [one["balance_kind"] for one in read_mt940(MT940.encode()) if one["record"] == "balance"]
    assert kinds == ["60F", "62F", "60F", "62F"]


def test_latin_1_and_utf_8_give_the_same_words() -> None:
    text = MT940.replace("extra words", "Müller größer")
    assert read_mt940(text.encode("latin-1")) == read_mt940(text.encode("utf-8"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (":61:2601020102C52,62", ":61:2601020102C52.62"),
        (":61:2601020102C52,62", ":6l:2601020102C52,62"),
        (":61:2601020102C52,62", ":61:2613020102C52,62"),
        (":60F:C260101EUR1000,00", ":60F:C260101EUR1000"),
        (":25:00000000/0000000000\n:28C:1/1", ":28C:1/1"),
    ],
    ids=["decimal point", "no such tag", "no such month", "no comma", "no account"],
)
def test_mt940_lines_outside_the_standard_are_refused(old: str, new: str) -> None:
    with pytest.raises(StatementBroken):
        read_mt940(MT940.replace(old, new, 1).encode())


def test_a_statement_without_its_closing_balance_is_cut() -> None:
    with pytest.raises(StatementCut):
        read_mt940(MT940[: MT940.index(":62F:")].encode())


@given(st.integers(1, len(MT940.encode()) - 1))
def test_an_mt940_cut_anywhere_is_refused_or_keeps_whole_statements(cut: int) -> None:
    whole = read_mt940(MT940.encode())
    try:
        read = read_mt940(MT940.encode()[:cut])
    except Refusal:
        return
    assert [one["amount"] for one in entries(read)] == [one["amount"] for one in entries(whole)]


INTERIM = """:20:I1
:25:0000
:28C:1/1
:34F:EUR0,
:13D:2601021200+0100
:61:2601020102C52,62NTRFNONREF
:61:260102EC9,00NTRFNONREF
:90D:0EUR0,
:90C:2EUR61,62
-
"""


def test_an_interim_report_needs_no_balances_and_its_expected_entries_are_pending() -> None:
    records = read_mt940(INTERIM.encode())
    assert [(one["record"], one["amount"], one["currency"]) for one in records] == [
        ("entry", "52.62", "EUR"),
        ("pending", "9", "EUR"),
    ]


def test_an_interim_report_with_fewer_entries_than_it_states_is_refused() -> None:
    with pytest.raises(StatementBroken, match="2 entries are stated and 1 were found"):
        read_mt940(INTERIM.replace(":61:260102EC9,00NTRFNONREF\n", "").encode())


def test_an_interim_report_without_totals_must_reach_its_end_mark() -> None:
    without = INTERIM.replace(":90D:0EUR0,\n:90C:2EUR61,62\n", "")
    assert len(read_mt940(without.encode())) == 2
    with pytest.raises(StatementCut):
        read_mt940(without.removesuffix("-\n").encode())


# OFX -----------------------------------------------------------------------------------------------------------

OFX_1 = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
ENCODING:USASCII
CHARSET:1252

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><FI><ORG>Test Bank</FI></SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD
<BANKACCTFROM><BANKID>000<ACCTID>0001<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260701<DTEND>20260731
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260731120000[-5:EST]<TRNAMT>52.62<FITID>R1<NAME>A &amp; B<MEMO>payout</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260730<TRNAMT>-10,5<FITID>R1<CHECKNUM>7<NAME>Shop
<MEMO></STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260729080000<TRNAMT>-3<FITID>R2<CURRENCY><CURRATE>1.1<CURSYM>EUR</CURRENCY>
<PAYEE><NAME>Payee</PAYEE><BANKACCTTO><BANKID>9<ACCTID>0099</BANKACCTTO></STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>-5.00<DTASOF>20260731</LEDGERBAL><AVAILBAL><BALAMT>95.00<DTASOF>20260731</AVAILBAL>
</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""

OFX_2 = """<?xml version="1.0" encoding="UTF-8"?><?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE"?>
<OFX><CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>USD</CURDEF><CCACCTFROM><ACCTID>4000</ACCTID></CCACCTFROM>
<BANKTRANLIST><STMTTRN><TRNTYPE>DEBIT</TRNTYPE><DTPOSTED>20260731235959.000[+5.50:IST]</DTPOSTED><TRNAMT>-1.00</TRNAMT>
<FITID>C1</FITID><NAME>Köln</NAME><MEMO><![CDATA[a <b> & c]]></MEMO></STMTTRN></BANKTRANLIST></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>
"""


def test_elements_without_closing_tags_are_read() -> None:
    first, second, _ = entries(read_ofx(OFX_1.encode()))
    assert (first["account"], first["bank_name"], first["amount"], first["currency"]) == (
        "000/0001",
        "Test Bank",
        "52.62",
        "USD",
    )
    assert (first["booked_on"], first["booked_at"]) == ("2026-07-31", "2026-07-31T12:00:00-05:00")
    assert (first["counterparty"], first["description"]) == ("A & B", "A & B payout")
    assert (second["amount"], second["reference"], second["description"]) == ("-10.5", "7", "Shop")


def test_a_repeated_fitid_keeps_both_entries() -> None:
    assert [one["bank_txn_id"] for one in entries(read_ofx(OFX_1.encode()))] == ["R1", "R1", "R2"]


def test_a_foreign_entry_names_its_own_currency_and_a_time_without_zone_is_only_a_date() -> None:
    third = entries(read_ofx(OFX_1.encode()))[2]
    assert (third["currency"], third["booked_on"], third["booked_at"]) == ("EUR", "2026-07-29", "")
    assert (third["counterparty"], third["counterparty_account"]) == ("Payee", "0099")


def test_ofx_balances_are_told_apart() -> None:
    balances = [(one["balance_kind"], one["amount"]) for one in read_ofx(OFX_1.encode()) if one["record"] == "balance"]
    assert balances == [("LEDGERBAL", "-5.00"), ("AVAILBAL", "95.00")]


def test_the_xml_generation_is_read_alike() -> None:
    (entry,) = entries(read_ofx(OFX_2.encode()))
    assert (entry["account"], entry["amount"], entry["description"]) == ("4000", "-1.00", "Köln a <b> & c")
    assert entry["booked_at"] == "2026-07-31T23:59:59+05:30"


def test_windows_1252_is_read_where_utf_8_does_not_fit() -> None:
    text = OFX_1.replace("Shop", "Café")
    assert read_ofx(text.encode("cp1252")) == read_ofx(text.encode("utf-8"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<TRNAMT>52.62", "<TRNAMT>1,052.62"),
        ("<TRNAMT>52.62", ""),
        ("<DTPOSTED>20260730", "<DTPOSTED>20260732"),
        ("<FITID>R2", ""),
        ("</STMTTRN>\n</BANKTRANLIST>", "</BANKTRANLIST>"),
        ("<CURDEF>USD", ""),
        ("<NAME>Shop", "<NAME>Shop < Co"),
    ],
    ids=["thousands", "no amount", "no such day", "no id", "unclosed entry", "no currency", "loose bracket"],
)
def test_ofx_outside_the_standard_is_refused(old: str, new: str) -> None:
    with pytest.raises(StatementBroken):
        read_ofx(OFX_1.replace(old, new, 1).encode())


def test_ofx_entities_and_deep_nesting_are_refused() -> None:
    with pytest.raises(EntitiesRefused):
        read_ofx(b'<!DOCTYPE OFX [<!ENTITY x "y">]>' + OFX_2.encode())
    with pytest.raises(StatementBroken, match="too deep"):
        read_ofx(b"<OFX>" * 100_000)


@given(st.integers(1, len(OFX_1.encode()) - len("</OFX>\n")))
def test_an_ofx_cut_anywhere_is_refused(cut: int) -> None:
    with pytest.raises(Refusal):
        read_ofx(OFX_1.encode()[:cut])


# all three -----------------------------------------------------------------------------------------------------


def test_every_record_has_the_same_columns_and_its_own_number() -> None:
    for records in (read_camt(camt(BALANCES + BATCH)), read_mt940(MT940.encode()), read_ofx(OFX_1.encode())):
        assert all(tuple(record) == COLUMNS for record in records)
        assert [record["line"] for record in records] == [str(number) for number in range(1, len(records) + 1)]


@pytest.mark.parametrize("read", [read_camt, read_mt940, read_ofx])
@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(read: object, data: bytes) -> None:
    assert callable(read)
    with suppress(Refusal):
        read(data)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(EncodingUnknown):
        read_ofx(b"<OFX>\x81\x8d")
