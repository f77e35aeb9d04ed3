"""The simulated files through the real importer: into a workspace of their own, and the books' tables back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from zhanggui.app.importing import ImportOptions, ImportReport, import_paths
from zhanggui.app.workspace import Settings, ShopRule, create_workspace
from zhanggui.warehouse import Warehouse

Row = dict[str, Any]


def import_folder(directory: Path, root: Path, shops: Mapping[str, tuple[str, str | None]]) -> ImportReport:
    """Import every file below a folder without any hint on formats; pattern of the path to shop and channel."""
    rules = tuple(ShopRule(pattern, shop, channel) for pattern, (shop, channel) in shops.items())
    workspace = create_workspace(root, Settings(company="测试", shops=rules))
    return import_paths(workspace, [directory], ImportOptions())


def problems_of(report: ImportReport) -> list[str]:
    """Everything that a report holds against its files; a repeated download is known and no problem."""
    told = []
    for file in report.files:
        manifest = file.manifest
        if file.status not in ("accepted", "duplicate") or file.rows_refused or manifest is None:
            told.append(f"{file.path}: {file.status} {file.refusals[:1]}")
            continue
        told += [f"{file.path}: {warning}" for warning in manifest.warnings]
        told += [f"{file.path}: {control}" for control in manifest.controls if not control.agrees]
    return told


def formats_of(report: ImportReport) -> dict[tuple[str, str], str]:
    """Folder and file name to the format that it was recognised as."""
    read = [(Path(file.path), file.manifest) for file in report.files]
    return {(path.parent.name, path.name): manifest.format for path, manifest in read if manifest}


def books_tables(root: Path, tables: Iterable[str]) -> dict[str, list[Row]]:
    """All rows of some tables of the books."""
    with Warehouse.open(root, read_only=True) as warehouse:
        return {table: list(warehouse.fetch(warehouse.table(table)).to_pylist()) for table in tables}


def yuan(minor: Any) -> Decimal:
    """Minor units as the books hold them."""
    return Decimal(int(minor)).scaleb(-2)


def utc(at: np.datetime64) -> Any:
    """An instant as the books hold it, None where it never comes."""
    return None if np.isnat(at) else at.astype("datetime64[us]").item()


def tally(rows: Iterable[Any], key: Callable[[Any], Any], amount: Callable[[Any], Decimal]) -> Mapping[Any, Decimal]:
    """Sums by key, without those that are nothing."""
    totals: Counter[Any] = Counter()
    for row in rows:
        totals[key(row)] += amount(row)  # type: ignore[assignment]
    return {name: total for name, total in totals.items() if total}


def ledger_by_component(books: Mapping[str, list[Row]], account: str) -> Mapping[Any, Decimal]:
    """(order, component) to money: lines by themselves, or by their components where they have some."""
    lines = [row for row in books["settlement_lines"] if row["account_id"] == account]
    whole = [row for row in lines if not row["has_components"]]
    parts = [row for row in books["settlement_components"] if row["account_id"] == account]
    order_of = {row["line_key"]: row["platform_order_id"] for row in lines}
    told = [(row["platform_order_id"] or "", row["component"], row["amount"]) for row in whole]
    told += [(order_of[row["line_key"]] or "", row["component"], row["amount"]) for row in parts]
    return tally(told, lambda one: one[:2], lambda one: one[2])
