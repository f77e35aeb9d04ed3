"""Control totals: what a file says of itself, checked against what was read from it, never imported.

Sums are kept while batches pass, so that a check needs no second reading and no memory for the rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

import polars as pl

from zhanggui.canon.imports import Control
from zhanggui.intake.cleaning import MONEY, clean_decimals
from zhanggui.intake.mapping import MappedBatch, Tally
from zhanggui.intake.sources import SourceBuilder, column_of

_SIDES = ("in", "out", "all")


@dataclass
class _Sum:
    amounts: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(_SIDES, Decimal(0)))
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_SIDES, 0))

    def add(self, values: pl.Series) -> None:
        values = values.drop_nulls()
        incoming, outgoing = values.filter(values > 0), values.filter(values < 0)
        for side, part in (("in", incoming), ("out", outgoing), ("all", values)):
            self.amounts[side] += _total(part)
            self.counts[side] += len(part)


def _total(values: pl.Series) -> Decimal:
    return Decimal(str(values.cast(pl.Decimal(38, 4)).sum() or 0))


class ControlChecker:
    """Follows the batches of one file and answers its declared controls at the end."""

    def __init__(self, controls: Sequence[Mapping[str, Any]], sources: SourceBuilder) -> None:
        self.controls = controls
        self.sources = sources
        self._columns: dict[tuple[str, str], _Sum] = {}
        self._fields: dict[str, Decimal] = {}
        self._differing: dict[str, int] = {}
        self._chain = {str(one["name"]): _Chain(one["chain"]) for one in controls if "chain" in one}
        self._balances = {str(one["name"]): _Balances(one["balances"]) for one in controls if "balances" in one}
        self._record: dict[str, str] = {}

    def watch(self, mapped: MappedBatch) -> None:
        """Add one batch."""
        for control in self.controls:
            self._watch_one(control, mapped)

    def _watch_one(self, control: Mapping[str, Any], mapped: MappedBatch) -> None:
        name = str(control["name"])
        if "each_row" in control:
            self._differing[name] = self._differing.get(name, 0) + self._count_differing(
                control["each_row"], mapped.cleaned
            )
        if "chain" in control:
            self._chain[name].add(mapped.tables.get("settlement_lines", mapped.tables.get("bank_transactions")))
        if "balances" in control:
            self._balances[name].add(mapped.cleaned)
        if "header_field" in control:
            self._note_record(str(control["header_field"]), mapped.cleaned)

    def _note_record(self, name: str, cleaned: pl.DataFrame) -> None:
        stated = cleaned[column_of(name)].drop_nulls()
        if name not in self._record and len(stated):
            self._record[name] = str(stated[0])

    def _count_differing(self, rule: Mapping[str, Any], cleaned: pl.DataFrame) -> int:
        left, right = self.sources.money(rule["left"]), self.sources.money(rule["right"])
        differs = left.is_not_null() & right.is_not_null() & (left != right)
        return int(cleaned.select(differs.sum()).item() or 0)

    def watch_sums(self, mapped: MappedBatch) -> None:
        """Keep the sums that any declared control compares with."""
        for control in self.controls:
            target = (control.get("equals") or {}).get("sum") or (control.get("equals") or {}).get("count")
            if target:
                self._add_column(str(target), mapped)
            summed = (control.get("equals") or {}).get("sum_field")
            if summed:
                total = _total(mapped.cleaned[column_of(summed)].cast(MONEY))
                self._fields[summed] = self._fields.get(summed, Decimal(0)) + total

    def _add_column(self, target: str, mapped: MappedBatch) -> None:
        table, _, column = target.partition(".")
        key = (table, column or "amount")
        if key in self._done_this_batch:
            return
        self._done_this_batch.add(key)
        rows = mapped.tables.get(table)
        if rows is not None and key[1] in rows.columns:
            self._columns.setdefault(key, _Sum()).add(rows[key[1]])

    _done_this_batch: set[tuple[str, str]]

    def add(self, mapped: MappedBatch) -> None:
        """Everything about one batch, once."""
        self._done_this_batch = set()
        self.watch(mapped)
        self.watch_sums(mapped)

    def answer(self, tally: Tally, texts: Sequence[str]) -> list[Control]:
        """The controls that the file states; one that it does not state is left out."""
        answers = [self._answer_one(control, tally, texts) for control in self.controls]
        return [answer for answer in answers if answer is not None]

    def _answer_one(self, control: Mapping[str, Any], tally: Tally, texts: Sequence[str]) -> Control | None:
        name = str(control["name"])
        if "each_row" in control:
            differing = self._differing.get(name, 0)
            return Control(name, "0", str(differing), differing == 0)
        if "chain" in control:
            return self._chain[name].answer(name)
        balances = self._balances.get(name)
        stated = balances.movement() if balances else self._stated(control, tally, texts)
        if stated is None:
            return None
        stated = abs(stated) if control["equals"].get("absolute") else stated
        return _compare(name, stated, self._computed(control["equals"]))

    def _stated(self, control: Mapping[str, Any], tally: Tally, texts: Sequence[str]) -> Decimal | None:
        if "text" in control:
            return _from_text(control, texts)
        if "footer_field" in control:
            return _from_footer(str(control["footer_field"]), texts)
        if "summary_field" in control:
            return _from_summary(str(control["summary_field"]), tally)
        if "header_field" in control:
            return _decimal(self._record.get(str(control["header_field"])))
        return None

    def _computed(self, equals: Mapping[str, Any]) -> Decimal:
        side = str(equals.get("side", "all"))
        if "sum_field" in equals:
            return self._fields.get(equals["sum_field"], Decimal(0))
        table, _, column = str(equals.get("sum") or equals.get("count")).partition(".")
        kept = self._columns.get((table, column or "amount"), _Sum())
        if "count" in equals:
            return Decimal(kept.counts[side])
        amount = kept.amounts[side]
        return abs(amount) if equals.get("absolute") else amount


class _Chain:
    """Each balance is the one before plus the movement, forwards or backwards through the file.

    Balances run side by side where the rule says `by: currency`; rows that move no cash do not take part where it
    says `cash_only`.
    """

    def __init__(self, rule: Mapping[str, Any]) -> None:
        self.rule = rule
        self.forward = self.backward = self.rows = 0
        self._last: dict[str, pl.DataFrame] = {}

    def add(self, rows: pl.DataFrame | None) -> None:
        """Follow the lines of one batch, in the order of the file: several rules may have stated them."""
        if rows is None or not {"amount", "balance_after"} <= set(rows.columns):
            return
        if self.rule.get("cash_only") and "is_cash" in rows.columns:
            rows = rows.filter(pl.col("is_cash").fill_null(True))
        kept = rows.sort("source_row").select(
            "amount", "balance_after", run=pl.col("currency") if self.rule.get("by") == "currency" else pl.lit("")
        )
        for (run,), part in kept.drop_nulls().group_by("run", maintain_order=True):
            self._follow(str(run), part.select("amount", "balance_after"))

    def _follow(self, run: str, part: pl.DataFrame) -> None:
        line = part if run not in self._last else pl.concat([self._last[run], part])
        amount, balance = pl.col("amount"), pl.col("balance_after")
        forward, backward = line.select(
            forward=(balance != balance.shift(1) + amount).sum(),
            backward=(balance.shift(1) != balance + amount.shift(1)).sum(),
        ).row(0)
        self.forward += forward
        self.backward += backward
        self.rows += len(line) - 1
        self._last[run] = line.tail(1)

    def answer(self, name: str) -> Control | None:
        """The number of breaks in the better direction; nothing to say of a single line."""
        if self.rows == 0:
            return None
        breaks = min(self.forward, self.backward)
        return Control(name, "0", str(breaks), breaks == 0)


class _Balances:
    """Closing minus opening balances, as statement records give them."""

    def __init__(self, rule: Mapping[str, Any]) -> None:
        self.rule = rule
        self.opening: list[Decimal] = []
        self.closing: list[Decimal] = []

    def add(self, cleaned: pl.DataFrame) -> None:
        kinds, amounts = column_of(self.rule["kind"]), column_of(self.rule["amount"])
        for kind, amount in cleaned.select(kinds, amounts).drop_nulls().iter_rows():
            if kind in self.rule["opening"]:
                self.opening.append(amount)
            elif kind in self.rule["closing"]:
                self.closing.append(amount)

    def movement(self) -> Decimal | None:
        if not self.opening or not self.closing:
            return None
        return sum(self.closing, Decimal(0)) - sum(self.opening, Decimal(0))


def _compare(name: str, stated: Decimal, computed: Decimal) -> Control:
    return Control(name, _plain(stated), _plain(computed), stated == computed)


def _plain(value: Decimal) -> str:
    return format(
        value.quantize(Decimal("0.01")) if value == value.quantize(Decimal("0.01")) else value.normalize(), "f"
    )


def _decimal(text: str | None) -> Decimal | None:
    if text is None:
        return None
    cleaned = clean_decimals(pl.Series([text]), MONEY, "").values[0]
    return cleaned if isinstance(cleaned, Decimal) else None


def _from_text(control: Mapping[str, Any], texts: Sequence[str]) -> Decimal | None:
    for text in texts:
        found = re.search(control["text"], text)
        if found:
            try:
                return Decimal(found.group(int(control.get("group", 1))).replace(",", ""))
            except InvalidOperation:
                return None
    return None


def _from_footer(name: str, texts: Sequence[str]) -> Decimal | None:
    """A footer of two lines, names and then values in the same order."""
    for line, values in pairwise(texts):
        names = [cell.strip().strip("`\"'") for cell in line.split(",")]
        if name in names:
            cells = values.split(",")
            place = names.index(name)
            return _decimal(cells[place].strip().strip("`\"'")) if place < len(cells) else None
    return None


def _from_summary(name: str, tally: Tally) -> Decimal | None:
    """The sum over the summary rows of the file (one per sheet or page)."""
    stated = [_decimal(row.get(name)) for row in tally.summary_rows]
    known = [value for value in stated if value is not None]
    return sum(known, Decimal(0)) if known else None
