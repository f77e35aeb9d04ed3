"""Cross-border and WeChat exports through the real importer: recognised without a hint, nothing refused, equal to the cent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.shopsim.foreign_world import make_world
from zhanggui.app.importing import ImportOptions, ImportReport, import_paths
from zhanggui.app.proving import prove_books
from zhanggui.app.workspace import Workspace, create_workspace, read_settings
from zhanggui.shopsim.chronicle import NONE
from zhanggui.shopsim.exports import EXPORTERS
from zhanggui.shopsim.exports.amazon import export_amazon
from zhanggui.shopsim.exports.rendering import ExportedFile, month_windows
from zhanggui.shopsim.exports.sold import split_whole
from zhanggui.shopsim.simulated import render_rules
from zhanggui.shopsim.world.whole import World
from zhanggui.warehouse import Warehouse

# What the importer may say of these files: what they truly do not say themselves.
_SAID = {"currency_unknown", "stated_at_from_file_time", "zone_unknown"}


def _rows(workspace: Workspace, table: str) -> list[dict[str, Any]]:
    """All rows of a table of the books."""
    with Warehouse.open(workspace.root, read_only=True) as warehouse:
        return list(warehouse.fetch(warehouse.table(table)).to_pylist())


class Seller:
    """The made world, its files, and the books into which they were imported."""

    def __init__(self, directory: Path) -> None:
        self.world: World = make_world()
        self.files: list[ExportedFile] = []
        for shop in self.world.shops:
            for export in EXPORTERS[shop.channel]:
                folder = directory / "files" / shop.folder
                self.files += export(self.world, shop, folder, month_windows(self.world, shop.shop_no))
        (directory / "rules.toml").write_text(render_rules(self.world), "utf-8")
        self.workspace: Workspace = create_workspace(directory / "books", read_settings(directory / "rules.toml"))
        self.report: ImportReport = import_paths(self.workspace, [directory / "files"], ImportOptions())


@pytest.fixture(scope="module")
def seller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seller]:
    """Written and imported once: no test here changes it."""
    yield Seller(tmp_path_factory.mktemp("foreign"))


def test_every_file_is_recognised_and_taken_whole(seller: Seller) -> None:
    written = Counter((file.path.name, file.format_id) for file in seller.files)
    read = Counter((Path(file.path).name, file.manifest.format) for file in seller.report.files if file.manifest)
    assert read == written
    assert {name for _, name in read} == {
        "amazon_all_orders", "amazon_settlement_v2", "amazon_fba_inventory", "amazon_sp_search_term", "shopify_orders",
        "shopify_payments", "shopify_inventory", "shopify_products", "shopee_orders", "tiktok_orders", "weixin_shop_orders",
        "weixin_shop_fund",
    }  # fmt: skip
    assert [file.path for file in seller.report.files if file.rows_refused or file.status == "refused"] == []


def test_every_word_is_known_and_every_control_agrees(seller: Seller) -> None:
    manifests = [file.manifest for file in seller.report.files if file.manifest]
    assert {warning.code for one in manifests for warning in one.warnings} <= _SAID
    controls = [control for one in manifests for control in one.controls]
    assert {control.name for control in controls} == {"payout_total", "row_sum", "balance"}
    assert [control for control in controls if not control.agrees] == []


def _wrong(seller: Seller) -> list[str]:
    """What is wrong in the shops; the company's own files are not written here."""
    return [told for check in prove_books(seller.world, seller.workspace) if check.shop for told in check.told]


def test_the_books_equal_what_happened_to_the_cent(seller: Seller) -> None:
    assert _wrong(seller) == []


def test_the_comparison_sees_one_cent(seller: Seller) -> None:
    chronicle = seller.world.chronicle
    ledger = chronicle.columns("ledger")
    amounts = ledger["amount_minor"].copy()
    amounts[np.flatnonzero((ledger["component"] == "commission") & (ledger["payout_no"] != NONE))[0]] += 1
    chronicle.replace("ledger", {**ledger, "amount_minor": amounts})
    try:
        found = _wrong(seller)
    finally:
        chronicle.replace("ledger", ledger)
    assert len(found) == 1
    assert "commission" in found[0]


def test_a_currency_without_cents_has_none(seller: Seller) -> None:
    rows = [row for row in _rows(seller.workspace, "orders") if row["shop_id"] == "tiktok_shop/jp"]
    orders = seller.world.chronicle.columns("orders")
    ours = orders["shop"] == "tiktok_shop/jp"
    truth = dict(zip(orders["platform_order_id"][ours], orders["paid_minor"][ours].tolist(), strict=True))
    assert {row["currency"] for row in rows} == {"JPY"}
    assert {row["platform_order_id"]: row["total_amount"] for row in rows} == {
        order_id: Decimal(yen) for order_id, yen in truth.items()
    }


def test_receivers_are_masked_and_no_direct_person_is_stated(seller: Seller) -> None:
    names = set(seller.world.buyers.full_name.tolist())
    texts = [
        file.path.read_text("utf-8-sig")
        for file in seller.files
        if file.path.suffix in (".csv", ".txt") and not file.format_id.startswith("shopify")
    ]
    assert [name for name in names if any(name in text for text in texts)] == []


def test_advertising_by_term_sums_to_what_was_spent(seller: Seller) -> None:
    spent: Counter[object] = Counter()
    for row in _rows(seller.workspace, "ad_spend"):
        spent[row["stat_on"]] += row["spend"]
    ads = seller.world.chronicle.columns("ads")
    ours = ads["shop"] == "amazon/us"
    truth: Counter[object] = Counter()
    for day, minor in zip(ads["day"][ours].tolist(), ads["spend_minor"][ours].tolist(), strict=True):
        truth[day] += Decimal(minor).scaleb(-2)
    assert spent == truth


def test_equal_worlds_write_equal_bytes(tmp_path: Path) -> None:
    written = []
    for name in ("one", "other"):
        world = make_world()
        shop = world.shops[0]
        files = export_amazon(world, shop, tmp_path / name, month_windows(world, shop.shop_no))
        written.append([(file.path.name, file.path.read_bytes()) for file in files])
    assert written[0] == written[1]


def test_parts_of_a_whole_lose_nothing() -> None:
    totals, place = np.array([10, 7, 0]), np.array([0, 0, 0, 1, 2, 2])
    share = np.array([1, 1, 1, 5, 2, 3])
    assert split_whole(totals, place, share).tolist() == [3, 3, 4, 7, 0, 0]
