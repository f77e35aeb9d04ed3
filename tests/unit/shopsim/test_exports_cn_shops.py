"""Chinese platforms' files of a shop: what the importer makes of them is the chronicle, to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.shopsim.chronicles import DrawnWorld, draw_world
from tests.unit.shopsim.imported import (
    Row,
    books_tables,
    formats_of,
    import_folder,
    ledger_by_component,
    problems_of,
    tally,
    utc,
    yuan,
)
from zhanggui.app.importing import ImportReport
from zhanggui.shopsim.exports import COMPANY_EXPORTERS, EXPORTERS
from zhanggui.shopsim.exports.jushuitan import stock_days
from zhanggui.shopsim.exports.rendering import ExportedFile, month_windows, repeat_download

CHANNELS = ("taobao", "jd", "pdd", "douyin", "xhs")
CLAIMED = ("taobao", "douyin")


@dataclass(frozen=True)
class Imported:
    """A drawn world of one channel, its files, and the books in which all channels stand."""

    channel: str
    world: DrawnWorld
    files: list[ExportedFile]
    books: Mapping[str, list[Row]]

    @property
    def ended_at(self) -> np.datetime64:
        return self.world.company_day_start(self.world.day_count)

    def all(self, table: str) -> list[Row]:
        """Rows of the chronicle."""
        columns = self.world.chronicle.columns(table)
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def known(self, table: str, column: str) -> list[Row]:
        """Rows of the chronicle whose time has come before the end."""
        return [row for row in self.all(table) if row[column] < self.ended_at]

    def rows(self, table: str) -> list[Row]:
        """Rows of the books that are this shop's."""
        return [row for row in self.books[table] if row["shop_id"] == self.world.shop.code]


@dataclass(frozen=True)
class Together:
    """All channels and the company's own files, imported at once: a child process is slow to start."""

    channels: Mapping[str, Imported]
    company_files: list[ExportedFile]
    report: ImportReport


TABLES = (
    "orders order_lines refunds settlement_lines settlement_components traffic_daily ad_spend search_terms reviews "
    "bank_transactions purchase_orders purchase_order_lines shipment_charges stock_levels cost_prices erp_order_lines"
).split()


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Together:
    place = tmp_path_factory.mktemp("cn")
    worlds = {channel: draw_world(channel) for channel in CHANNELS}
    files = {channel: _write_shop(world, place / "files" / channel) for channel, world in worlds.items()}
    company = _write_company(worlds["taobao"], place / "files" / "company")
    rules = {f"{channel}/*": (world.shop.name, channel) for channel, world in worlds.items()}
    report = import_folder(place / "files", place / "books", {**rules, "company/*": ("company", None)})
    books = books_tables(place / "books", TABLES)
    channels = {channel: Imported(channel, worlds[channel], files[channel], books) for channel in CHANNELS}
    return Together(channels, company, report)


def _write_shop(world: DrawnWorld, directory: Path) -> list[ExportedFile]:
    windows = month_windows(world, 0)
    files = [file for export in EXPORTERS[world.shop.channel] for file in export(world, world.shop, directory, windows)]
    return [*files, repeat_download(files[0])]


def _write_company(world: DrawnWorld, directory: Path) -> list[ExportedFile]:
    windows = month_windows(world)
    return [file for export in COMPANY_EXPORTERS for file in export(world, directory, windows)]


@pytest.fixture(params=CHANNELS)
def imported(request: pytest.FixtureRequest, together: Together) -> Imported:
    return together.channels[request.param]


def test_every_file_is_recognised_and_nothing_is_refused_unknown_or_in_disagreement(together: Together) -> None:
    written = [file for one in together.channels.values() for file in one.files] + together.company_files
    assert problems_of(together.report) == []
    assert formats_of(together.report) == {(file.path.parent.name, file.path.name): file.format_id for file in written}


def test_a_repeated_download_says_nothing_new(imported: Imported, together: Together) -> None:
    first, again = imported.files[0].path, imported.files[-1].path
    assert first.read_bytes() == again.read_bytes()
    statuses = {Path(file.path).name: file.status for file in together.report.files}
    assert sorted((statuses[first.name], statuses[again.name])) == ["accepted", "duplicate"]


def test_orders_are_those_of_the_chronicle_as_they_stood_at_the_end(imported: Imported) -> None:
    expected = {row["platform_order_id"]: row for row in imported.known("orders", "created_at")}
    stated = {row["platform_order_id"]: row for row in imported.rows("orders")}
    assert set(stated) == set(expected)
    for number, order in expected.items():
        _check_order(imported, stated[number], order)


def _check_order(imported: Imported, stated: Row, order: Row) -> None:
    paid_at, completed_at = (
        order[name] if order[name] < imported.ended_at else np.datetime64("NaT") for name in ("paid_at", "completed_at")
    )
    assert stated["paid_at"] == utc(paid_at)
    assert stated["completed_at"] == utc(completed_at)
    assert stated["province"] == "浙江"
    for name, amount in _order_amounts(imported.channel, order, not np.isnat(paid_at)).items():
        assert stated[name] == amount, name


def _order_amounts(channel: str, order: Row, is_paid: bool) -> Mapping[str, Decimal | None]:
    """The amounts that a channel's order file tells."""
    paid = yuan(order["paid_minor"]) if is_paid else Decimal(0)
    after_seller = yuan(order["goods_minor"] - order["seller_discount_minor"])
    receivable = yuan(order["seller_receivable_minor"])
    shipping = yuan(order["shipping_minor"])
    return {
        "taobao": {"goods_amount": after_seller, "shipping_amount": shipping, "total_amount": receivable, "paid_amount": paid},
        "jd": {"total_amount": receivable, "paid_amount": paid if is_paid else None, "seller_receivable_amount": receivable, "shipping_amount": shipping},
        "pdd": {
            "goods_amount": yuan(order["goods_minor"]), "paid_amount": paid, "seller_receivable_amount": receivable,
            "seller_discount_amount": yuan(order["seller_discount_minor"]),
            "platform_discount_amount": yuan(order["platform_discount_minor"]),
        },
        "douyin": {},
        "xhs": {},
    }[channel]  # fmt: skip


def test_lines_sum_to_the_chronicle_by_sku(imported: Imported) -> None:
    orders = {row["order_no"]: row for row in imported.known("orders", "created_at")}
    lines = [row for row in imported.all("lines") if row["order_no"] in orders]
    code = imported.world.products.code

    def expected(amount: Any) -> Mapping[Any, Decimal]:
        return tally(lines, lambda row: (orders[row["order_no"]]["platform_order_id"], code[row["sku_no"]]), amount)

    def stated(name: str) -> Mapping[Any, Decimal]:
        return tally(
            imported.rows("order_lines"),
            lambda row: (row["platform_order_id"], row["seller_sku_code"]),
            lambda row: Decimal(row[name] or 0),
        )

    assert stated("quantity") == expected(lambda row: Decimal(int(row["quantity"])))
    assert stated("gross_amount") == expected(lambda row: yuan(row["list_price_minor"] * row["quantity"]))
    if imported.channel in ("pdd", "douyin", "xhs"):
        assert stated("seller_discount_amount") == expected(lambda row: yuan(row["seller_discount_minor"]))
        assert stated("platform_discount_amount") == expected(lambda row: yuan(row["platform_discount_minor"]))


def test_buyers_paid_what_the_chronicle_says(imported: Imported) -> None:
    if imported.channel == "jd":
        pytest.skip("the order's money stands in the order alone")
    orders = [row for row in imported.known("orders", "created_at") if row["paid_at"] < imported.ended_at]
    without_shipping = imported.channel in ("taobao", "xhs")
    expected = sum(int(row["paid_minor"]) - (int(row["shipping_minor"]) if without_shipping else 0) for row in orders)
    paid = {row["platform_order_id"] for row in orders}
    stated = sum(row["paid_amount"] for row in imported.rows("order_lines") if row["platform_order_id"] in paid)
    assert stated == yuan(expected)


def test_claims_are_those_of_the_chronicle(imported: Imported) -> None:
    if imported.channel not in CLAIMED:
        pytest.skip("this platform has no file of claims")
    part = (lambda row: row["platform_part_minor"]) if imported.channel == "taobao" else (lambda row: 0)
    expected = {
        row["platform_refund_id"]: (yuan(row["amount_minor"] + part(row)), row["refunded_at"] < imported.ended_at)
        for row in imported.known("refunds", "requested_at")
    }
    stated = {
        row["platform_refund_id"]: (row["amount"], row["status"] == "refunded") for row in imported.rows("refunds")
    }
    assert stated == expected


@pytest.mark.parametrize("kind", ["wallet", "statement"])
def test_the_ledger_is_the_chronicle_by_order_and_component(imported: Imported, kind: str) -> None:
    if kind == "statement" and imported.channel != "douyin":
        pytest.skip("one account tells everything")
    account = (
        {"taobao": "alipay"}.get(imported.channel, "platform_wallet") if kind == "wallet" else "platform_statement"
    )
    numbers = imported.world.chronicle.columns("orders")["platform_order_id"]
    entries = [row for row in imported.known("ledger", "posted_at") if kind == "wallet" or row["order_no"] >= 0]
    expected = tally(
        entries,
        lambda row: (numbers[row["order_no"]] if row["order_no"] >= 0 else "", row["component"]),
        lambda row: yuan(row["amount_minor"]),
    )
    assert ledger_by_component(imported.books, f"{account}/{imported.world.shop.code}") == expected


def test_statistics_are_those_of_the_chronicle(imported: Imported) -> None:
    if imported.channel != "taobao":
        pytest.skip("only Taobao's analytics have a format")
    visits = imported.all("traffic")
    by_source = tally(imported.rows("traffic_daily"), lambda row: row["source"], lambda row: Decimal(row["visitors"]))
    expected = tally(visits, lambda row: row["source"], lambda row: Decimal(int(row["visitors"])))
    assert by_source == {**expected, "": sum(expected.values())}
    spend = sum(row["spend"] for row in imported.rows("ad_spend"))
    assert spend == yuan(imported.world.chronicle.columns("ads")["spend_minor"].sum())
    terms = sum(row["paid_amount"] for row in imported.rows("search_terms"))
    assert terms == yuan(imported.world.chronicle.columns("searches")["paid_minor"].sum())
    written = imported.known("reviews", "created_at")
    assert len(imported.rows("reviews")) == len(written)


# the company ----------------------------------------------------------------------------------------------


def test_bank_entries_are_the_chronicle_by_currency(together: Together) -> None:
    world = together.channels["taobao"]
    expected = tally(world.all("bank"), lambda row: row["currency"], lambda row: yuan(row["amount_minor"]))
    stated = tally(world.books["bank_transactions"], lambda row: row["currency"], lambda row: row["amount"])
    assert stated == expected
    assert len(world.books["bank_transactions"]) == len(world.all("bank"))


def test_purchases_are_the_chronicle_with_their_lines(together: Together) -> None:
    world = together.channels["taobao"]
    expected = {
        row["platform_order_id"]: (yuan(row["goods_minor"]), yuan(row["shipping_minor"]), yuan(row["paid_minor"]))
        for row in world.known("purchases", "created_at")
    }
    orders = world.books["purchase_orders"]
    assert {
        row["platform_order_id"]: (row["goods_amount"], row["shipping_amount"], row["paid_amount"]) for row in orders
    } == expected
    numbers, code = world.world.chronicle.columns("purchases")["platform_order_id"], world.world.products.code
    known = [row for row in world.all("purchase_lines") if numbers[row["po_no"]] in expected]
    lines = tally(
        known,
        lambda row: (numbers[row["po_no"]], code[row["sku_no"]]),
        lambda row: yuan(row["amount_minor"]),
    )
    assert (
        tally(
            world.books["purchase_order_lines"],
            lambda row: (row["platform_order_id"], row["seller_sku_code"]),
            lambda row: row["amount"],
        )
        == lines
    )


def test_parcels_cost_what_was_billed_and_twice_where_it_was_billed_twice(together: Together) -> None:
    world = together.channels["taobao"]
    expected = tally(
        world.known("parcels", "shipped_at"),
        lambda row: (row["carrier"], row["tracking_no"]),
        lambda row: yuan(row["billed_minor"] * (1 + row["is_duplicate_billed"])),
    )
    stated = tally(
        world.books["shipment_charges"],
        lambda row: ("顺丰速运" if row["tracking_number"].startswith("SF") else "圆通速递", row["tracking_number"]),
        lambda row: row["amount"],
    )
    assert stated == expected


def test_stock_and_cost_are_the_chronicle_on_the_days_that_were_counted(together: Together) -> None:
    world = together.channels["taobao"]
    days = {world.world.day(index) for index in stock_days(world.world.day_count)}
    code = world.world.products.code
    expected = {
        (str(row["day"]), code[row["sku_no"]]): (Decimal(int(row["on_hand"])), yuan(row["unit_cost_minor"]))
        for row in world.all("stock")
        if row["day"] in days
    }
    levels = world.books["stock_levels"]
    assert {
        (str(row["as_of_on"]), row["seller_sku_code"]): (row["on_hand"], row["unit_cost"]) for row in levels
    } == expected


def test_goods_that_left_have_their_cost(together: Together) -> None:
    world = together.channels["taobao"]
    cost = sum(-row["quantity"] * row["unit_cost_minor"] for row in world.known("movements", "occurred_at"))
    assert sum(row["cost_amount"] for row in world.books["erp_order_lines"]) == yuan(cost)
