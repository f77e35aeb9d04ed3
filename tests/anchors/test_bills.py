"""Masked statements of Alipay, WeChat Pay and banks: real layouts, every row accounted for.

The values are masked, so that totals and balances in these files do not agree with their rows; the books must say so.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.anchors.imports import Anchor

pytestmark = pytest.mark.real_data

# folder, mapping, rows as counted by hand in the files
BILLS = (
    ("alipay", "alipay_app_bill", 10),
    ("wechat", "wechat_app_bill", 27),
    ("abc_debit", "abc_debit", 5),
    ("boc/credit", "boc_credit_card", 14),
    ("boc/debit", "boc_debit", 17),
    ("bocom_credit", "bocom_credit_card", 8),
    ("bocom_debit", "bocom_debit", 6),
    ("cgb_credit", "cgb_credit_card", 4),
    ("citic/credit", "citic_credit_card", 13),
    ("cmb/debit", "cmb_debit", 5),
    ("icbc/credit", "icbc_credit_card", 9),
    ("icbc/debit-v1", "icbc_debit", 11),
    ("spdb_debit", "spdb_debit", 4),
    ("td", "td_account", 9),
    ("bmo/credit", "bmo_credit_card", 3),
    ("bmo/debit", "bmo_debit", 4),
)


@pytest.mark.parametrize(("folder", "mapping", "rows"), BILLS, ids=[mapping for _, mapping, _ in BILLS])
def test_a_statement_imports_whole(
    shared_data: Path, anchor: Callable[[str], Anchor], folder: str, mapping: str, rows: int
) -> None:
    path = sorted(path for path in (shared_data / "bills" / folder).iterdir() if path.suffix in (".csv", ".xls"))[0]
    books = anchor("CNY")
    file = books.take(path, mapping)
    assert (file["rows_seen"], file["rows_accepted"]) == (rows, rows)
    again = books.take(path, mapping)
    assert (again["status"], again["rows_duplicate"]) == ("duplicate", rows)


def test_the_same_bill_as_workbook_states_nothing_new(shared_data: Path, anchor: Callable[[str], Anchor]) -> None:
    books = anchor("CNY")
    folder = shared_data / "bills" / "wechat"
    first = books.take(folder / "example-wechat-records.csv", "wechat_app_bill")
    second = books.take(folder / "example-wechat-records.xlsx", "wechat_app_bill")
    assert (first["rows_accepted"], second["rows_duplicate"]) == (27, 27)
    assert [control["agrees"] for control in first["controls"]] == [False]  # masked
