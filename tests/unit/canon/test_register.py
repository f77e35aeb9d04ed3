"""Laws of the declarations: keys, units, twins, currencies and vocabularies."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest

from zhanggui.canon.references import CHANNELS
from zhanggui.canon.register import SUBJECTS, TABLES, UnknownTable, table, tables_of
from zhanggui.canon.tables import Kind, Layer, Person, Table
from zhanggui.canon.vocabularies import OPEN_VOCABULARIES, VOCABULARIES

EVERY = pytest.mark.parametrize("declared", TABLES.values(), ids=list(TABLES))


@EVERY
def test_key_columns_are_required_and_never_money(declared: Table) -> None:
    key = [declared.by_name[name] for name in declared.key]
    assert all(column.required for column in key)
    assert not {column.kind for column in key} & {Kind.MONEY, Kind.QUANTITY, Kind.RATE}


@EVERY
def test_money_has_a_unit_and_its_currency_on_the_row(declared: Table) -> None:
    units = {column.unit for column in declared.columns if column.kind is Kind.MONEY}
    wanted = {(unit or "none").split("/")[0] for unit in units}
    assert wanted <= declared.by_name.keys()


@EVERY
def test_names_say_their_kind(declared: Table) -> None:
    for column in declared.columns:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", column.name)
        assert column.name.endswith("_at") <= (column.kind is Kind.INSTANT), column.name
        assert column.name.endswith("_on") <= (column.kind is Kind.DATE), column.name
        assert column.name.startswith(("is_", "has_")) <= (column.kind is Kind.FLAG), column.name
        assert column.kind not in {Kind.COUNT, Kind.QUANTITY, Kind.RATE} or column.unit, column.name


@EVERY
def test_meanings_stand_in_both_languages(declared: Table) -> None:
    assert declared.subject in SUBJECTS
    assert all((declared.zh, declared.en, declared.grain_zh, declared.grain_en))
    for column in declared.columns:
        assert re.search(r"[\u4e00-\u9fff]", column.zh), column.name
        assert (column.en.isprintable() and column.en[0].isupper()) or column.en.startswith('"'), column.name


@EVERY
def test_codes_name_a_vocabulary(declared: Table) -> None:
    for column in declared.columns:
        assert (column.kind is Kind.CODE) == (column.vocabulary is not None), column.name
        assert column.vocabulary is None or column.vocabulary in VOCABULARIES.keys() | OPEN_VOCABULARIES


def test_plain_personal_data_stands_in_two_tables_only() -> None:
    plain = {(t.name, c.name) for t in TABLES.values() for c in t.columns if c.person is Person.DIRECT}
    assert plain == {
        ("customers", "display_name"),
        ("customers", "email"),
        ("customers", "phone"),
        ("addresses", "recipient_name"),
        ("addresses", "phone"),
        ("addresses", "full_text"),
        ("addresses", "postal_code"),
    }


def test_every_stated_table_ends_with_its_source() -> None:
    for declared in tables_of(Layer.STATED):
        assert [column.name for column in declared.columns[-3:]] == ["source_file_id", "source_row", "stated_at"]


def test_an_unknown_table_is_refused_by_name() -> None:
    assert table("orders").key == ("shop_id", "platform_order_id")
    with pytest.raises(UnknownTable) as refused:
        table("order")
    assert refused.value.fields == {"name": "order"}


def test_stored_types_are_exact() -> None:
    schema = table("payments").arrow_schema
    assert schema.field("amount").type == pa.decimal128(18, 4)
    assert schema.field("fee_rate").type == pa.decimal128(18, 8)
    assert schema.field("paid_at").type == pa.timestamp("us")
    assert schema.field("platform_payment_id").type == pa.string()


def test_vocabularies_have_no_double_codes() -> None:
    for vocabulary in VOCABULARIES.values():
        assert len(vocabulary.codes) == len(vocabulary.terms), vocabulary.name
    assert VOCABULARIES["order_status"].term("paid").zh == "已付款待发货"
    assert len(CHANNELS) == 33
    assert {channel.kind for channel in CHANNELS.values()} <= VOCABULARIES["channel_kind"].codes
