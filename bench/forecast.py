"""Forecasts on three public sets beside named baselines, every active article at rolling origins; and their speed.

Protocol: an article is active that sold in the last 91 days and is 28 days old. Accuracy is 1 − WAPE pooled over articles
and origins, of all demand with special orders in it. Pinball is the mean over .5/.8/.9/.95, scaled by each article's mean
absolute change from day to day (as in M5), origins weighed alike. Origins: the last four blocks of 28 days (gifts, grocery),
seven that are 52 days apart (fresh food). The last origin was not looked at while methods were chosen; it also stands
alone. `python -m bench.forecast NAME…` runs parts; the data is read where ZHANGGUI_SHARED says, and a missing set is said.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bench.censoring import run_censored
from bench.demand_sets import DataMissing, completejourney, online_retail, vegetables
from bench.forecast_speed import run_speed
from bench.processes import Result, Table
from zhanggui.demand.backtest import Scored, accuracy, coverage, group_accuracy, pinball_ratio, roll
from zhanggui.demand.ceiling import accuracy_ceiling
from zhanggui.demand.forecasting import ForecastPolicy
from zhanggui.demand.panel import Panel

WINDOWS = (7, 18, 28)
HEADS = ("", "all origins", "final origin alone", "target", "ceiling")


def last_blocks(panel: Panel, count: int = 4) -> list[int]:
    """The first days of the last blocks of 28 days."""
    return [panel.day_count - 28 * (back + 1) for back in reversed(range(count))]


def spread_origins(panel: Panel, count: int = 7) -> list[int]:
    """Origins over the last year, 52 days apart."""
    return [panel.day_count - 28 - 52 * back for back in reversed(range(count))]


def measure(name: str, panel: Panel, origins: Sequence[int], targets: dict[str, str]) -> Table:
    """All figures of one set."""
    scored = roll(panel, origins, WINDOWS, ForecastPolicy())
    final = [one for one in scored if one.origin == origins[-1]]
    month, last_month = _of(scored, 28), _of(final, 28)
    whole, last = accuracy(month), accuracy(last_month)
    rows = month[-1].row[:: max(len(month[-1].row) // 600, 1)]
    ceiling = accuracy_ceiling(panel, rows, 28)
    table = [
        ("SKU-28d accuracy", f"{whole.accuracy:.3f}", f"{last.accuracy:.3f}", targets["accuracy"], f"{ceiling:.2f}"),
        ("bias", f"{whole.bias_share:+.1%}", f"{last.bias_share:+.1%}", "within 12 %", "0"),
        (
            "WAPE ÷ MA28",
            f"{whole.wape_to_naive:.3f}",
            f"{last.wape_to_naive:.3f}",
            targets["wape"],
            _wape_floor(whole, ceiling),
        ),
        (
            "SKU-7d accuracy",
            f"{accuracy(_of(scored, 7)).accuracy:.3f}",
            f"{accuracy(_of(final, 7)).accuracy:.3f}",
            "",
            "",
        ),
    ]
    ratios = {window: (pinball_ratio(_of(scored, window)), pinball_ratio(_of(final, window))) for window in WINDOWS}
    means = [float(np.mean([pair[place] for pair in ratios.values()])) for place in (0, 1)]
    table.append(("pinball ÷ textbook normal", f"{means[0]:.3f}", f"{means[1]:.3f}", targets["pinball"], "not known"))
    for window, (every, alone) in ratios.items():
        table.append((f"… {window} days", f"{every:.3f}", f"{alone:.3f}", "", ""))
    for window in WINDOWS:
        covered = (_levels(coverage(_of(scored, window))), _levels(coverage(_of(final, window))))
        table.append((f"coverage at .8/.9/.95, {window} days", *covered, targets["coverage"], ".80 .90 .95"))
    table += _aggregates(panel, origins, targets)
    return Table(f"{name}: {len(month[-1].row):,} active articles, {len(origins)} origins", HEADS, table, [])


def _of(scored: Sequence[Scored], window: int) -> list[Scored]:
    return [one for one in scored if one.window_days == window]


def _levels(covered: np.ndarray) -> str:
    return " ".join(f"{share:.3f}".lstrip("0") for share in covered[1:])


def _wape_floor(whole: object, ceiling: float) -> str:
    naive = getattr(whole, "naive", 0.0)
    return f"{(1 - ceiling) / (1 - naive):.2f}"


def _aggregates(panel: Panel, origins: Sequence[int], targets: dict[str, str]) -> list[tuple[str, ...]]:
    """Totals and categories by their own forecast: 28 days, and weeks of the four weeks ahead."""
    rows = []
    for label, step, by_category in (
        ("total-28d", 28, False),
        ("total-week", 7, False),
        ("category-28d", 28, True),
    ):
        if by_category and "category" not in panel.keys.columns:
            continue
        every = group_accuracy(panel, origins, 28, step, by_category=by_category)
        alone = group_accuracy(panel, origins[-1:], 28, step, by_category=by_category)
        rows.append((f"{label} accuracy", f"{every:.3f}", f"{alone:.3f}", targets.get(label, ""), ""))
    return rows


def run_gifts() -> list[Table]:
    """The British gift seller."""
    targets = {"accuracy": "≥ 0.515", "wape": "≤ 0.93", "pinball": "≤ 0.84", "coverage": "± .025"}
    panel = online_retail()
    return [measure("online_retail", panel, last_blocks(panel), targets)]


def run_grocery() -> list[Table]:
    """The grocery chain, without plans, and with the mailers and displays that it plans."""
    targets = {"accuracy": "≥ 0.615", "wape": "≤ 0.92", "pinball": "≤ 0.90", "coverage": "± .025"}
    totals = {"total-28d": "≥ 0.96", "total-week": "≥ 0.93", "category-28d": "≥ 0.96"}
    plain, _ = completejourney()
    return [measure("completejourney", plain, last_blocks(plain), targets | totals)]


def run_grocery_plans() -> list[Table]:
    """The same with mailers and displays: not the protocol of the targets, so it stands apart."""
    _, planned = completejourney()
    none = {"accuracy": "", "wape": "", "pinball": "", "coverage": "± .025"}
    return [measure("completejourney with its promotion plan", planned, last_blocks(planned), none)]


def run_fresh() -> list[Table]:
    """The fresh market."""
    targets = {"accuracy": "≥ 0.625", "wape": "≤ 0.84", "pinball": "≤ 0.66", "coverage": "± .08"}
    panel = vegetables()
    return [measure("vegetables", panel, spread_origins(panel), targets)]


PARTS: dict[str, Callable[[], Sequence[Result | Table]]] = {
    "gifts": run_gifts,
    "grocery": run_grocery,
    "grocery_plans": run_grocery_plans,
    "fresh": run_fresh,
    "censored": run_censored,
    "speed": run_speed,
}


def run(room: Path, scale: float) -> list[Result | Table]:
    """All parts; below full scale only the fresh market and the speed, which are the quickest."""
    del room
    names = list(PARTS) if scale >= 1 else ["fresh", "speed"]
    return [table for name in names for table in _run_part(name)]


def _run_part(name: str) -> Sequence[Result | Table]:
    try:
        return PARTS[name]()
    except (DataMissing, ModuleNotFoundError) as missing:
        return [Table(f"forecast, {name}: not measured", ("", "why"), [("not measured", str(missing))], [])]


if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        for result in _run_part(part):
            print(result.to_markdown(), flush=True)
