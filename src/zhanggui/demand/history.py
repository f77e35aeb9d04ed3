"""From order lines to the demand that they show: reversals out, later returns apart, special orders set apart.

What was ordered and taken back within a day was an error of typing, not demand. A return that comes later is demand
that was met, and a matter of the article. A line far above a SKU's usual lines is a special order: stock is not kept
for it, yet it is shown, and never cut down silently. Measured on the public sets (docs/benchmarks.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class HistoryPolicy:
    """What counts as demand.

    reversal_days: a line taken back within so many days, with the same SKU, buyer and quantity, was never demand;
    one day holds 95 % of typing errors in the public gift shop's lines.
    special_units: a line of at most so many pieces is never special; two dozen is a household's or small shop's order.
    special_quantile: above this quantile of the SKU's own lines a line is special.
    """

    reversal_days: int = 1
    special_units: float = 24.0
    special_quantile: float = 0.98


@dataclass(frozen=True)
class CleanLines:
    """Lines apart: `sales` are demand, `reversed_lines` never were, `returns` came back later."""

    sales: pl.DataFrame
    reversed_lines: pl.DataFrame
    returns: pl.DataFrame


def clean_lines(lines: pl.DataFrame, policy: HistoryPolicy) -> CleanLines:
    """Part lines (sku_id, buyer_key, sold_on, sold_at, units; returns below zero) into demand and what is not.

    Every return takes the latest earlier line of the same SKU, buyer and quantity within `reversal_days`, one each.
    """
    numbered = lines.sort("sold_at").with_row_index("line")
    sold = numbered.filter(pl.col("units") > 0)
    taken_back = numbered.filter(pl.col("units") < 0).with_columns(units=-pl.col("units"))
    group = ["sku_id", "buyer_key", "units"]
    pairs = (
        taken_back.select(*group, return_line="line", returned_at="sold_at")
        .join(sold.select(*group, "line", "sold_at"), on=group, nulls_equal=True)
        .filter(
            pl.col("sold_at") <= pl.col("returned_at"),
            pl.col("returned_at") - pl.col("sold_at") <= pl.duration(days=policy.reversal_days),
        )
        .sort("return_line", "sold_at", "line", descending=[False, True, True])
    )
    reversed_lines, reversing = _pair(pairs["return_line"].to_list(), pairs["line"].to_list())
    is_reversed = pl.col("line").is_in(reversed_lines)
    return CleanLines(
        sold.filter(~is_reversed).drop("line"),
        sold.filter(is_reversed).drop("line"),
        taken_back.filter(~pl.col("line").is_in(reversing)).drop("line"),
    )


def _pair(returns: list[int], lines: list[int]) -> tuple[list[int], list[int]]:
    """Lines and the returns that take them back, in the order of candidates; neither twice."""
    taken: dict[int, int] = {}
    met: set[int] = set()
    for returned, line in zip(returns, lines, strict=True):
        if line not in taken and returned not in met:
            taken[line] = returned
            met.add(returned)
    return list(taken), list(met)


def mark_special(sales: pl.DataFrame, policy: HistoryPolicy) -> pl.DataFrame:
    """The sales with `is_special`: more than `special_units` pieces and above the SKU's own quantile of lines."""
    line = pl.col("units").quantile(policy.special_quantile, interpolation="higher").over("sku_id")
    return sales.with_columns(is_special=(pl.col("units") > policy.special_units) & (pl.col("units") > line))
