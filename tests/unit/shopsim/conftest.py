"""Books that several files look at, imported once: the seller to whom everything happens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.unit.shopsim.eventful_seller import make_world
from zhanggui.app.importing import ImportOptions, ImportReport, import_paths
from zhanggui.app.workspace import Workspace, create_workspace, read_settings
from zhanggui.shopsim.simulated import write_seller
from zhanggui.shopsim.world.whole import World
from zhanggui.warehouse import Warehouse


@dataclass(frozen=True)
class Label:
    """What the label file says of one event, with goods by their code."""

    kind: str
    first: date
    last: date
    shop: str
    sku: str
    product: str
    carrier: str
    supplier: str
    reference: str
    cost_minor: int
    detail: dict[str, Any]


@dataclass(frozen=True)
class Imported:
    """A simulated seller on disk, and the books into which its files were imported."""

    world: World
    out: Path
    workspace: Workspace
    report: ImportReport
    warehouse: Warehouse

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        """Rows of an SQL query over the books' tables."""
        return self.warehouse.connection.execute(question).fetchall()

    def truth(self, table: str) -> list[dict[str, Any]]:
        """Rows of a truth table as it lies beside the files."""
        return list(pq.read_table(self.out / "truth" / f"{table}.parquet").to_pylist())

    def labels(self) -> list[Label]:
        """The label file."""
        products, listings = self.truth("products"), self.truth("listings")
        suppliers = self.truth("suppliers")
        return [
            Label(
                row["kind"], row["from_on"], row["to_on"], row["shop"],
                products[row["sku_no"]]["code"] if row["sku_no"] >= 0 else "",
                listings[row["listing_no"]]["platform_product_id"] if row["listing_no"] >= 0 else "",
                row["carrier"], suppliers[row["supplier_no"]]["name"] if row["supplier_no"] >= 0 else "",
                row["reference"], row["cost_minor"], json.loads(row["detail"]),
            )
            for row in self.truth("events")
        ]  # fmt: skip


@pytest.fixture(scope="session")
def eventful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    """Every kind of event, written and imported; no test changes it."""
    home = tmp_path_factory.mktemp("eventful")
    world = make_world()
    write_seller(world, home / "out")
    workspace = create_workspace(home / "books", read_settings(home / "out" / "zhanggui.toml"))
    report = import_paths(workspace, [home / "out" / "files"], ImportOptions())
    with Warehouse.open(workspace.root, read_only=True) as warehouse:
        warehouse.connection.execute("USE books.main")
        yield Imported(world, home / "out", workspace, report, warehouse)
