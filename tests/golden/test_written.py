"""Every shipped format is read back from a file written from its declaration, and the declarations keep their own rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.golden.reading_samples import read_sample
from zhanggui.canon.imports import FileManifest
from zhanggui.canon.register import TABLES
from zhanggui.canon.tables import Kind, Person
from zhanggui.canon.vocabularies import VOCABULARIES
from zhanggui.intake.declaration import Format, TableRule, find_format, format_ids
from zhanggui.intake.plausible_rows import all_sources, leaves, make_rows
from zhanggui.intake.reading import recognise_file
from zhanggui.intake.recognition import find_candidates
from zhanggui.intake.writing import full_header, header_written, write_sample

FORMATS_OF_THE_CATALOGUE = """
taobao_orders_csv taobao_items_csv taobao_orders_xlsx taobao_items_xlsx taobao_refunds taobao_wallet_wechat
sycm_items taobao_ads_wanxiang jd_orders jd_settlement_v1 jd_settlement_v3 pdd_orders pdd_ledger pdd_ads
douyin_orders douyin_aftersale douyin_settlement douyin_fund kuaishou_orders kuaishou_settlement kuaishou_fund
xhs_orders xhs_settlement weixin_shop_orders weixin_shop_fund youzan_orders alibaba1688_orders alipay_ledger_csv
alipay_ledger_v2 wechat_trade_bill wechat_fund_bill jst_order_items jst_stock wdt_orders sf_monthly_bill
express_bill_generic amazon_all_orders amazon_fba_inventory amazon_settlement_v2 amazon_date_range amazon_sqp
amazon_sp_search_term shopify_orders shopify_inventory shopify_payments shopify_products woocommerce_products
shopee_orders lazada_orders tiktok_orders ebay_orders paypal_activity stripe_balance wise_statement bank_camt053
bank_mt940 bank_ofx bank_csv_cn payoneer_csv walmart_orders aliexpress_orders woocommerce_orders weidian_orders
sycm_keywords sycm_flow taobao_item_export taobao_review_export guanjiapo_kingdee waybill_label_csv
"""
LAYOUT_UNKNOWN = {
    "weidian_orders": "the catalogue found no evidence of any layout",
    "guanjiapo_kingdee": "columns are set by each user; suggest_mapping serves them",
}
STATEMENTS = ("camt", "mt940", "ofx")
ROWS = 8
WITHOUT_CONTROL = {
    "bank_ofx": "a closing balance without an opening one proves nothing",
    "douyin_fund": "several accounts share the file, so the balances of its rows do not chain",
    "jd_settlement_v3": "amounts come signed, without total, balance or direction",
    "taobao_wallet_wechat": "neither balance nor total is exported; one side of each amount is all there is",
    "xhs_fees": "one amount per row, without total or balance",
}
"""Formats of ledgers whose platform states nothing that rows could be checked against, and why."""


def read_written(format_id: str, folder: Path) -> tuple[FileManifest, dict[str, pl.DataFrame]]:
    """The manifest and the tables of a written sample, read without a hint."""
    path = write_sample(format_id, folder, ROWS)
    staged = read_sample(path, folder)
    assert not staged.refused
    (manifest,) = staged.manifests
    return manifest, {
        name: pl.read_parquet(folder / manifest.file_id / name / "part-*.parquet") for name in manifest.tables
    }


@pytest.mark.parametrize("format_id", format_ids())
def test_a_written_file_is_recognised_and_nothing_is_lost(format_id: str, tmp_path: Path) -> None:
    path = write_sample(format_id, tmp_path, ROWS)
    assert recognise_file(path)[0].format.id == format_id
    manifest, _ = read_written(format_id, tmp_path)
    assert manifest.format == format_id
    written = len(make_rows(find_format(format_id), ROWS))
    assert (manifest.rows_seen, manifest.rows_accepted, manifest.rows_refused) == (written, written, 0)
    assert [one for one in manifest.controls if not one.agrees] == []
    assert manifest.unknown_headers == ()
    assert [one for one in manifest.warnings if one.code == "term_unknown"] == []


@pytest.mark.parametrize("format_id", format_ids())
def test_the_rows_state_what_was_written(format_id: str, tmp_path: Path) -> None:
    declared = find_format(format_id)
    _, tables = read_written(format_id, tmp_path)
    rows = [row for row in make_rows(declared, ROWS) if not _is_beside(declared, row)]
    read = tables[declared.primary]
    rules = [one for one in declared.tables if one.table == declared.primary and not one.from_header_record]
    if declared.primary not in _keyed_by_line() and declared.carry_down is None:
        assert len(read) == len(rows)
    for rule in rules[:1] if len(rules) == 1 else []:
        for column, source in rule.columns.items():
            kind = TABLES[rule.table].by_name[column].kind
            expected = _expected(declared, rows, kind, source)
            if (
                expected is not None
                and column in read.columns
                and TABLES[rule.table].by_name[column].person is Person.NONE
            ):
                assert _shown(read, column, kind) == expected, column


def _keyed_by_line() -> set[str]:
    return {"settlement_components"}


def _is_beside(declared: Format, row: Mapping[str, str]) -> bool:
    """Rows that feed other tables than the primary: header records and balances."""
    record = declared.header_record
    return bool(record and row[record["field"]]) or row.get("record") == "balance"


def _expected(declared: Format, rows: list[dict[str, str]], kind: Kind, source: Any) -> Any:
    """What the cells say, where the meaning is as plain as an id, an amount or an amount with its direction."""
    carried = set((declared.carry_down or {}).get("fields", ()))
    if set(leaves(source)) & carried:
        return None
    if isinstance(source, str) and kind is Kind.ID and declared.fields[source].type == "id":
        return sorted(row[source] for row in rows if row[source])
    if kind is Kind.MONEY and isinstance(source, str) and declared.fields[source].type == "money":
        return sum((_money(row[source]) for row in rows), Decimal(0))
    sides = list(source.values()) if isinstance(source, Mapping) and list(source) == ["in", "out"] else []
    if kind is Kind.MONEY and sides and all(isinstance(side, str) for side in sides):
        return sum((abs(_money(row[sides[0]])) - abs(_money(row[sides[1]])) for row in rows), Decimal(0))
    if (
        kind is Kind.MONEY
        and isinstance(source, Mapping)
        and "direction" in source
        and isinstance(source["amount"], str)
    ):
        incoming = [str(one) for one in source["incoming"]]
        signs = (1 if row[source["direction"]] in incoming else -1 for row in rows)
        return sum(
            (sign * abs(_money(row[source["amount"]])) for sign, row in zip(signs, rows, strict=True)), Decimal(0)
        )
    if (
        kind is Kind.DATE
        and isinstance(source, str)
        and declared.fields[source].type == "date"
        and declared.fields[source].order == "ymd"
    ):
        return sorted(row[source][:10] for row in rows) if declared.fields[source].form is None else None
    return None


def _money(cell: str) -> Decimal:
    return Decimal(cell.removeprefix("USD ") or 0)


def _shown(read: pl.DataFrame, column: str, kind: Kind) -> Any:
    values = read[column].drop_nulls()
    if kind is Kind.MONEY:
        return sum(values.to_list(), Decimal(0))
    return sorted(str(value) for value in values.to_list())


def test_equal_seeds_write_equal_rows_and_others_do_not() -> None:
    declared = find_format("taobao_items_csv")
    assert make_rows(declared, 4, seed=1) == make_rows(declared, 4, seed=1)
    assert make_rows(declared, 4, seed=1) != make_rows(declared, 4, seed=2)


def test_every_format_of_the_catalogue_with_a_known_layout_is_declared() -> None:
    assert set(FORMATS_OF_THE_CATALOGUE.split()) - set(LAYOUT_UNKNOWN) <= set(format_ids())


@pytest.mark.parametrize("format_id", format_ids())
def test_a_declaration_keeps_its_own_rules(format_id: str) -> None:
    declared = find_format(format_id)
    for source in [*all_sources(declared), *(one["field"] for rule in declared.tables for one in rule.when)]:
        assert set(leaves(source)) <= set(declared.fields)
    for name, terms in declared.vocabularies.items():
        codes = {term.code for term in VOCABULARIES[name].terms}
        assert set(map(str, terms.values())) <= codes, name
    for rule in declared.tables:
        for column, source in rule.columns.items():
            assert list(_misplaced_person_fields(declared, rule, column, source)) == [], column


def _misplaced_person_fields(declared: Format, rule: TableRule, column: str, source: Any) -> Iterator[str]:
    """Sensitive fields that are mapped at all, and persons mapped to columns that are not protected as such."""
    person = TABLES[rule.table].by_name[column].person
    for name in leaves(source):
        kind = declared.fields[name].type
        cut = isinstance(source, Mapping) and bool({"extract", "present", "equals"} & set(source))
        if kind == "sensitive" or (kind == "person" and person is Person.NONE and not cut):
            yield name


@pytest.mark.parametrize("format_id", [one for one in format_ids() if find_format(one).account])
def test_a_ledger_has_an_account_and_a_control_or_the_reason_why_not(format_id: str) -> None:
    declared = find_format(format_id)
    states_ledger = {rule.table for rule in declared.tables} & {"settlement_lines", "bank_transactions"}
    if states_ledger:
        assert declared.controls or format_id in WITHOUT_CONTROL


@pytest.mark.parametrize("format_id", format_ids())
def test_a_format_that_states_a_ledger_has_an_account(format_id: str) -> None:
    declared = find_format(format_id)
    if {rule.table for rule in declared.tables} & {"settlement_lines", "bank_transactions", "payouts"}:
        assert declared.account


@pytest.mark.parametrize("format_id", format_ids())
def test_the_full_header_of_a_format_is_never_taken_for_another(format_id: str) -> None:
    """Not even under a name that tells nothing."""
    declared = find_format(format_id)
    header = [header_written(declared, name) for name in full_header(declared)]
    everything = [find_format(one) for one in format_ids()]
    kind = declared.containers[0]
    best, *others = find_candidates([header], everything, "file", kind if kind in STATEMENTS else "text")
    if kind in STATEMENTS:  # one shape serves the three standards; the container tells them apart
        assert best.format.containers == declared.containers
    else:
        assert best.format.id == format_id
        assert all(other.score < best.score for other in others)
