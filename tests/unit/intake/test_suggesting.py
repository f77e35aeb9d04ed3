"""A mapping suggested for an unknown layout loads, imports, and says what a person would have said."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from zhanggui.intake.declaration import Format, find_format, read_declaration, read_mapping
from zhanggui.intake.errors import FormatUnknown
from zhanggui.intake.headers import normalise_header
from zhanggui.intake.plausible_rows import leaves, make_rows
from zhanggui.intake.reading import Staged, StageJob, stage_file
from zhanggui.intake.suggesting import suggest_mapping
from zhanggui.intake.writing import write_export

_KEY = b"suggested-mappings-use-this-key!"
_MAPPINGS = Path(__file__).parents[3] / "examples" / "mappings"
_LEAST_SHARE = 0.8
_ALTERED = (
    "taobao_items_csv", "pdd_orders", "douyin_aftersale", "wechat_fund_bill", "shopify_orders", "jst_stock",
    "kuaishou_orders", "alipay_ledger_v2",
)  # fmt: skip
# Mapping in examples/mappings → the data set it was written for.
_REAL = {
    "online_retail": "online_retail/OnlineRetail.zip",
    "tmall_order_report": "tmall/tmall_order_report.csv",
    "olist_orders": "olist_sample/olist_orders_dataset.csv",
    "olist_order_items": "olist_sample/olist_order_items_dataset.csv",
    "olist_payments": "olist_sample/olist_order_payments_dataset.csv",
    "olist_reviews": "olist_sample/olist_order_reviews_dataset.csv",
    "olist_products": "olist_sample/olist_products_dataset.csv",
    "alipay_app_bill": "bills/alipay",
    "wechat_app_bill": "bills/wechat",
    "abc_debit": "bills/abc_debit",
    "boc_debit": "bills/boc/debit",
    "bocom_debit": "bills/bocom_debit",
    "cmb_debit": "bills/cmb/debit",
    "spdb_debit": "bills/spdb_debit",
    "bmo_debit": "bills/bmo/debit",
    "hsbc_hk_debit": "bills/hsbchk/debit",
}


def stage_suggested(path: Path, folder: Path) -> tuple[Format, Staged]:
    """Import a file with what is suggested for it, unchanged."""
    text = suggest_mapping(path)
    mapping = folder / "suggested.yaml"
    mapping.write_text(text, "utf-8")
    job = StageJob(path=path, staging=folder, key=_KEY, mapping_path=mapping)
    return read_declaration(text, "suggested.yaml"), stage_file(job)


def columns_by_header(declared: Format) -> dict[str, set[str]]:
    """Normalised header → the canonical columns that it feeds."""
    found: dict[str, set[str]] = {}
    for rule in declared.tables:
        for column, source in rule.columns.items():
            for name in leaves(source["of"] if isinstance(source, dict) and "code" in source else source):
                for spelling in declared.fields[name].spellings:
                    found.setdefault(spelling, set()).add(column)
    return found


def share_right(suggested: Format, written_by_hand: Format) -> tuple[int, int]:
    """How many headers that the hand-written mapping reads were given one of its columns, and how many it reads."""
    ours, theirs = columns_by_header(suggested), columns_by_header(written_by_hand)
    present = [header for header in theirs if header in ours or header in _all_headers(suggested)]
    return sum(1 for header in present if ours.get(header, set()) & theirs[header]), len(present)


def _all_headers(declared: Format) -> set[str]:
    return {normalise_header(one) for one in (*declared.fields, *declared.ignored)}


def write_csv(path: Path, *rows: tuple[str, ...]) -> Path:
    """A small file; the first row is the header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_english_invoice_lines_become_lines_and_their_orders(tmp_path: Path) -> None:
    """
    Invoice No, StockCode, Item Description, Qty, InvoiceDate, Unit Price, CustomerID
    """
    path = write_csv(
        tmp_path / "sales.csv",
        ("Invoice No", "StockCode", "Item Description", "Qty", "InvoiceDate", "Unit Price", "CustomerID"),
        ("536365", "85123A", "WHITE LANTERN", "6", "2026-07-13 08:26:00", "2.55", "17850"),
        ("536365", "71053", "METAL LANTERN", "6", "2026-07-13 08:26:00", "3.39", "17850"),
        ("536366", "22633", "HAND WARMER", "2", "2026-07-13 08:28:00", "1.85", "17851"),
    )
    declared, staged = stage_suggested(path, tmp_path)
    columns = columns_by_header(declared)
    assert declared.primary == "order_lines"
    assert "platform_order_id" in columns["invoice no"]
    assert columns["stockcode"] == {"seller_sku_code"}
    assert "quantity" in columns["qty"]
    assert "unit_price" in columns["unit price"]
    assert columns["invoicedate"] == {"created_at"}
    assert declared.tables[0].columns["total_amount"] == {"multiply": ["Qty", "Unit Price"]}
    assert declared.fields["CustomerID"].type == "person"
    assert (staged.manifests[0].rows_seen, staged.manifests[0].rows_refused) == (3, 0)
    assert staged.manifests[0].tables["order_lines"].rows == 3


def test_two_sides_of_a_bank_statement_become_one_signed_amount(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "流水.csv",
        ("交易日期", "收入金额(元)", "支出金额(元)", "本次余额", "对方户名", "交易摘要"),
        ("2026-07-13", "100.00", "", "1100.00", "测试甲", "货款"),
        ("2026-07-14", "", "30.50", "1069.50", "测试乙", "运费"),
    )
    declared, staged = stage_suggested(path, tmp_path)
    assert declared.primary == "bank_transactions"
    assert declared.tables[0].columns["amount"] == {"in": "收入金额(元)", "out": "支出金额(元)"}
    assert declared.fields["对方户名"].type == "person"
    assert staged.manifests[0].rows_refused == 0


def test_an_amount_with_a_direction_is_signed_by_it(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "账单.csv",
        ("交易时间", "交易单号", "收/支", "金额(元)", "备注"),
        ("2026-07-13 10:00:00", "42000000000000000001", "收入", "100.00", ""),
        ("2026-07-13 11:00:00", "42000000000000000002", "支出", "30.50", ""),
    )
    declared, _ = stage_suggested(path, tmp_path)
    amount = declared.tables[0].columns["amount"]
    assert (amount["amount"], amount["direction"], amount["incoming"]) == ("金额(元)", "收/支", ["收入"])


def test_telephones_and_unknown_columns_are_left_out(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "orders.csv",
        ("Order ID", "Order Date", "Grand Total", "Contact", "Zzyzx"),
        ("A-1001", "2026-07-13 10:00:00", "10.00", "13000000001", "q"),
        ("A-1002", "2026-07-13 11:00:00", "12.00", "13000000002", "w"),
    )
    declared, _ = stage_suggested(path, tmp_path)
    assert declared.primary == "orders"
    assert {"Contact", "Zzyzx"} <= set(declared.ignored)


def test_every_line_says_how_sure_it_is(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "orders.csv", ("Order ID", "Order Date", "Grand Total"), ("A1", "2026-07-13 10:00:00", "10.00")
    )
    lines = [line for line in suggest_mapping(path).splitlines() if line.startswith('  "')]
    assert lines
    assert all(" sure" in line or "please check" in line for line in lines)


def test_a_file_that_no_table_explains_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatUnknown):
        suggest_mapping(write_csv(tmp_path / "x.csv", ("qqq", "www"), ("1", "2")))


@pytest.mark.parametrize("format_id", _ALTERED)
def test_altered_headers_of_known_formats_are_understood(format_id: str, tmp_path: Path) -> None:
    """Each header with a suffix in brackets, and a space within."""
    declared = find_format(format_id)
    rows = make_rows(declared, 12)
    headers = list(declared.fields)
    renamed = {name: f"{name}（导出）" if not name.isascii() else f"{name} (export)" for name in headers}
    path = write_csv(
        tmp_path / "altered.csv",
        tuple(renamed.values()),
        *(tuple(row.get(name, "") for name in headers) for row in rows),
    )
    suggested, staged = stage_suggested(path, tmp_path)
    assert staged.manifests and staged.manifests[0].rows_refused == 0
    ours = columns_by_header(suggested)
    plain = {normalise_header(renamed[name]): name for name in headers}
    theirs = {
        name: {column for rule in declared.tables for column, source in rule.columns.items() if source == name}
        for name in headers
    }
    main = next(rule for rule in declared.tables if rule.table == declared.primary)
    read = [
        name
        for name in headers
        if any(source == name for source in main.columns.values()) and declared.fields[name].type != "person"
    ]
    right = [name for spelling, name in plain.items() if name in read and ours.get(spelling, set()) & theirs[name]]
    assert len(right) / len(read) >= 0.6, sorted(set(read) - set(right))


@pytest.mark.real_data
def test_suggestions_agree_with_mappings_written_by_hand(shared_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    right = total = 0
    for mapping, place in _REAL.items():
        path = shared_data / place
        path = path if path.is_file() else next(one for one in sorted(path.rglob("*")) if one.is_file())
        suggested = read_declaration(suggest_mapping(path), mapping)
        good, all_of_them = share_right(suggested, read_mapping(_MAPPINGS / f"{mapping}.yaml"))
        right, total = right + good, total + all_of_them
    with capsys.disabled():
        print(f" {right} of {total} columns as by hand ({right / total:.0%})", end="")
    assert right / total >= _LEAST_SHARE


def test_written_exports_are_understood_too(tmp_path: Path) -> None:
    """The suggestion reads what the writer wrote, preamble and all."""
    declared = find_format("bank_csv_cn")
    path = write_export(declared, make_rows(declared, 6), tmp_path / "b.csv", with_totals=False)
    suggested = read_declaration(suggest_mapping(path), "b")
    assert suggested.primary == "bank_transactions"
