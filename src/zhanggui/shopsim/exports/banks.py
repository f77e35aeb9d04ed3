"""Bank statements: a Chinese bank's entries for accounts in yuan, camt.053 for accounts in other currencies.

Wallets that keep their own layouts (`payoneer/…`, `wise/…`) are no banks here. Statements overlap like all downloads;
each opens with the balance before its first entry, so that balances chain within a file and between files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from zhanggui.intake.statement_records import COLUMNS
from zhanggui.kernel.money import minor_unit_places
from zhanggui.shopsim.exports.rendering import (
    Cells,
    ExportedFile,
    Window,
    blank_where,
    date_cells,
    money_cells,
    save_columns,
    text_cells,
)
from zhanggui.shopsim.exports.sold import Rows, take

ZONE = "Asia/Shanghai"
KINDS: Mapping[str, str] = {
    "payout": "货款提现", "supplier": "采购付款", "carrier": "快递费", "ads": "推广费", "wages": "代发工资", "rent": "房租",
    "tax": "税款", "loan": "贷款", "fx": "结售汇", "other": "其他",
}  # fmt: skip


def export_banks(world: Any, directory: Path, windows: Sequence[Window]) -> list[ExportedFile]:
    """The statements of every bank account."""
    bank = world.chronicle.columns("bank")
    made = []
    for account in sorted({name for name in bank["account"].tolist() if name.startswith("bank/")}):
        rows = take(bank, np.flatnonzero(bank["account"] == account))
        write = _yuan if rows["currency"][0] == "CNY" else _foreign
        made += [write(account, _within(rows, window), directory, window) for window in windows]
    return [file for file in made if file is not None]


def account_number(account: str) -> str:
    """Sixteen digits that stand for an account, the same in every statement."""
    return f"62{int(hashlib.sha256(account.encode()).hexdigest()[:12], 16) % 10**14:014d}"


def _within(rows: Rows, window: Window) -> Rows:
    return take(rows, (rows["booked_on"] >= window.covers_from) & (rows["booked_on"] <= window.covers_to))


def _yuan(account: str, rows: Rows, directory: Path, window: Window) -> ExportedFile | None:
    minor = rows["amount_minor"]
    kinds, codes = np.unique(rows["kind"].astype(str), return_inverse=True)
    cells: dict[str, Cells] = {
        "交易日期": date_cells(rows["booked_on"]),
        "贷方发生额": _side(minor > 0, minor),
        "借方发生额": _side(minor < 0, -minor),
        "余额": money_cells(rows["balance_minor"]),
        "币种": "人民币",
        "对方户名": text_cells(rows["counterparty"]),
        "摘要": text_cells(np.array([KINDS.get(kind, kind) for kind in kinds.tolist()], dtype=object)[codes]),
        "附言": text_cells(rows["reference"]),
        "流水号": text_cells(np.array([f"{number:012d}" for number in rows["entry_no"].tolist()], dtype=object)),
    }
    headers = ["交易日期", "流水号", "借方发生额", "贷方发生额", "余额", "币种", "对方户名", "摘要", "附言"]
    number = account_number(account)
    preamble = [f"账号：{number}", f"起始日期：{window.covers_from}  截止日期：{window.covers_to}"]
    name = f"银行交易明细_{number[-4:]}_{window.stamp(ZONE)}.csv"
    return save_columns("bank_csv_cn", cells, directory / name, "", window, headers=headers, preamble=preamble)


def _side(mask: np.ndarray, minor: np.ndarray) -> Cells:
    return blank_where(~mask, money_cells(np.where(mask, minor, 0)))


def _foreign(account: str, rows: Rows, directory: Path, window: Window) -> ExportedFile | None:
    """camt.053: the opening balance, the entries, the closing balance."""
    if not len(rows["entry_no"]):
        return None
    currency = str(rows["currency"][0])
    places = minor_unit_places(currency)
    amounts = money_cells(rows["amount_minor"], places).to_pylist()
    opening = int(rows["balance_minor"][0] - rows["amount_minor"][0])
    days = date_cells(rows["booked_on"]).to_pylist()
    shared = {"account": account_number(account), "currency": currency}
    records = [_balance("OPBD", opening, str(window.covers_from), places, shared)]
    records += [
        _record(
            shared,
            record="entry",
            amount=amount,
            booked_on=day,
            value_on=day,
            bank_txn_id=f"ZG{number:010d}",
            description=text,
        )
        for amount, day, number, text in zip(amounts, days, rows["entry_no"], _purposes(rows), strict=True)
    ]
    records.append(_balance("CLBD", int(rows["balance_minor"][-1]), str(window.covers_to), places, shared))
    columns = {name: [record[name] for record in records] for name in COLUMNS}
    name = f"camt053_{currency}_{window.stamp(ZONE)}.xml"
    return save_columns("bank_camt053", columns, directory / name, "", window, container="camt")


def _purposes(rows: Rows) -> list[str]:
    told = zip(rows["kind"].tolist(), rows["counterparty"].tolist(), rows["reference"].tolist(), strict=True)
    return [" ".join(part for part in parts if part) for parts in told]


def _balance(kind: str, minor: int, on: str, places: int, shared: Mapping[str, str]) -> dict[str, str]:
    amount = money_cells(np.array([minor]), places)[0].as_py()
    return _record(shared, record="balance", amount=amount, balance_kind=kind, balance_on=on)


def _record(shared: Mapping[str, str], **cells: str) -> dict[str, str]:
    return {**dict.fromkeys(COLUMNS, ""), **shared, **cells}
