"""Rows as an export of a format could hold them: every id invented, every name a test, all sums in agreement.

Made from nothing but the declaration: a cell from its field's type, a term from the vocabularies, a sign from the
meaning of its component; then the declared controls are solved, so that totals add up and balances chain.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from zhanggui.intake.declaration import SOURCE_OPERANDS, Field, Format, TableRule
from zhanggui.intake.patterns import render_pattern
from zhanggui.intake.stated_cells import evaluate_money, holds, read_decimal
from zhanggui.intake.statement_records import COLUMNS

Rows = list[dict[str, str]]
_START = datetime(2026, 7, 13, 9, 0)  # after the twelfth, so that day and month cannot be confused
_INCOME = frozenset("sale shipping tax platform_subsidy creator_subsidy government_subsidy compensation topup".split())
_FORMS = {
    "us_month_name": "%b %d, %Y %I:%M:%S %p PDT",
    "dmy_month_name": "%d %b %Y %H:%M",
    "mmm_dd_yy": "%b-%d-%y",
    "dmy": "%d-%m-%Y %H:%M:%S",
    "mdy": "%m/%d/%Y %I:%M:%S %p",
}
_TELEPHONES = ("电话", "手机", "phone", "Phone")
# What neither type, vocabulary nor condition tells.
_CELLS: Mapping[str, Mapping[str, str]] = {
    "paypal_activity": {"TimeZone": "PDT", "Time": "10:00:00", "Balance Impact": "Credit"},
    "bank_csv_cn": {"交易时间": "10:00:00", "交易金额": "", "借贷标志": ""},
}


def make_rows(declared: Format, count: int = 6, seed: int = 0) -> Rows:
    """So many consistent rows by field name, for any tabular format or statement; equal seeds give equal rows."""
    maker = _RowMaker(declared, random.Random(f"{declared.id}/{seed}"))
    if declared.containers[0] in ("camt", "mt940", "ofx"):
        return maker.statement(count)
    rows = [maker.row(place) for place in range(count)]
    for row in rows:
        _agree(declared, row)
    _chain(declared, rows)
    _carry(declared, rows)
    return _with_header_record(declared, rows)


class _RowMaker:
    """What the declaration says about cells, gathered once."""

    def __init__(self, declared: Format, chance: random.Random) -> None:
        self.declared = declared
        self.chance = chance
        self.codes = [one for source in all_sources(declared) for one in _nested(source) if "code" in one]
        self.directions = [one for source in all_sources(declared) for one in _nested(source) if "direction" in one]
        self.splits = [
            one for source in all_sources(declared) for one in _nested(source) if "in" in one and "out" in one
        ]
        self.extracts = [one for source in all_sources(declared) for one in _nested(source) if "extract" in one]
        self.rules = [one for one in declared.tables if one.table == declared.primary and not one.from_header_record]
        self.outgoing = {field for rule in declared.tables for field in _outgoing_fields(rule)}

    def row(self, place: int) -> dict[str, str]:
        """One row that the primary table takes."""
        row = {name: self.cell(one, place) for name, one in self.declared.fields.items()}
        self.dress(row)
        is_income = self.add_terms(row, place)
        self.add_signs(row, is_income)
        row.update(_CELLS.get(self.declared.id, {}))
        self.meet(row, self.rules[place % len(self.rules)])
        for source in self.directions:
            if not row[source["direction"]] and evaluate_money(source["amount"], row) is not None:
                row[source["direction"]] = str(source["incoming"][0])
        return row

    def cell(self, one: Field, place: int) -> str:
        """A cell by its type."""
        amount = Decimal(self.chance.randrange(100, 30000)) / 100
        if one.type in ("money", "money_text"):
            return str(-amount / 100 if one.name in self.outgoing else amount)[:9]
        if one.type in ("instant", "date"):
            return self.moment(one, _START + timedelta(hours=5 * place, minutes=len(one.name)))
        return {
            "id": f"{self.chance.randrange(10**13, 10**14 - 1) * 10 + 7}",
            "id_list": f"{self.chance.randrange(10**13, 10**14 - 1) * 10 + 7}",
            "quantity": str(self.chance.randrange(1, 4)),
            "count": str(self.chance.randrange(1, 400)),
            "percent": f"{self.chance.randrange(1, 9999) / 100:.2f}%",
            "rate": f"0.{self.chance.randrange(10, 99)}",
            "flag": "No" if one.name.isascii() else "否",
            "person": self.person(one.name, place),
            "sensitive": "测试",
            "html": "<p>测试</p>",
        }.get(one.type, self.text(one.name, place))

    def moment(self, one: Field, at: datetime) -> str:
        """An instant or a date in the field's spelling."""
        if one.form == "unix_seconds":
            return str(int(at.timestamp()))
        if one.form in _FORMS:
            return at.strftime(_FORMS[one.form])
        if one.order != "ymd":
            at = at.replace(day=13 + at.day % 15)
            return at.strftime("%d/%m/%Y %H:%M:%S" if one.order == "dmy" else "%m/%d/%Y %H:%M:%S")
        if one.type == "date":
            return at.strftime("%Y-%m-%d")
        in_value = self.declared.timezone == "in_value"
        return at.strftime("%Y-%m-%d %H:%M:%S +0800" if in_value else "%Y-%m-%d %H:%M:%S")

    def person(self, name: str, place: int) -> str:
        if any(word in name for word in _TELEPHONES):
            return f"130{place:08d}"
        return f"test{place}@example.com" if "mail" in name else f"测试{place}"

    def text(self, name: str, place: int) -> str:
        return f"Test {place}" if name.isascii() else f"测试{place}"

    def dress(self, row: dict[str, str]) -> None:
        """The currency of the row, patterns that texts are cut by, and packed cells."""
        currency = self.declared.currency
        if isinstance(currency, Mapping) and "field" in currency:
            name = str(currency["field"])
            row[name] = f"USD {row[name]}" if "pattern" in currency else _currency_of(self.declared)
        for source in self.extracts:
            name = source["extract"]
            if isinstance(name, str) and self.declared.fields[name].type == "text":
                row[name] = render_pattern(str(source["pattern"]))
        for rule in self.declared.tables:
            if rule.unpack:
                row[rule.unpack["field"]] = render_pattern(rule.unpack["pattern"])

    def add_terms(self, row: dict[str, str], place: int) -> bool:
        """Terms for every coded field; whether the row brings money in."""
        is_income = True
        for source in self.codes:
            terms = self.terms(source)
            if terms:
                term = terms[(place * 7 + self.chance.randrange(len(terms))) % len(terms)]
                self.place_term(row, source["of"], term)
                if source["code"] == "settlement_component":
                    is_income = self.declared.vocabularies["settlement_component"][term] in _INCOME
        return is_income

    def terms(self, source: Mapping[str, Any]) -> list[str]:
        """The terms of a coded source; those that other vocabularies read from the same field know too come alone."""
        own = [str(raw) for raw in self.declared.vocabularies.get(str(source["code"]), {}) if str(raw).strip()]
        others = [
            one
            for one in self.codes
            if one["code"] != source["code"] and set(leaves(one["of"])) & set(leaves(source["of"]))
        ]
        shared = [
            term for term in own if all(term in self.declared.vocabularies.get(str(one["code"]), {}) for one in others)
        ]
        return shared or own

    def place_term(self, row: dict[str, str], of: Any, term: str) -> None:
        """The term in the field that it is looked up in; the fields asked before that one stay blank."""
        asked = of if isinstance(of, list) else [of]
        for one in asked:
            if isinstance(one, Mapping) and "join" in one and all(isinstance(part, str) for part in one["join"]):
                parts = term.split(str(one.get("with", " ")))
                if len(parts) == len(one["join"]) > 1:
                    row.update(zip(one["join"], parts, strict=True))
                    return
        plain = [leaf for one in asked for leaf in leaves(one) if self.declared.fields[leaf].type in ("text", "id")]
        for name in plain:
            row[name] = term if self.declared.fields[name].required else ""
        if plain:
            row[plain[-1]] = term

    def add_signs(self, row: dict[str, str], is_income: bool) -> None:
        """The direction's word, or the side on which the amount stands."""
        for source in self.directions:
            outgoing = source.get("outgoing") or (["支出"] if str(source["direction"]) != "Direction" else ["OUT"])
            row[source["direction"]] = str((source["incoming"] if is_income else outgoing)[0])
        for source in self.splits:
            for name in leaves(source["out"] if is_income else source["in"]):
                row[name] = ""

    def meet(self, row: dict[str, str], rule: TableRule) -> None:
        """Make the rule's conditions true."""
        for condition in rule.when:
            name = condition["field"]
            if not isinstance(name, str) or holds(condition, row):
                continue
            if condition.get("absent") or condition.get("present") is False:
                row[name] = ""
            elif "in" in condition:
                row[name] = str(condition["in"][0])
            elif "matches" in condition:
                row[name] = render_pattern(str(condition["matches"]))
            else:
                row[name] = self.other(condition, name, row)

    def other(self, condition: Mapping[str, Any], name: str, row: dict[str, str]) -> str:
        """A cell that is present, or none of those that are excluded."""
        directions = [one for one in self.directions if one["direction"] == name]
        if directions:
            return str(directions[0]["incoming"][0])
        terms = [term for one in self.codes if name in leaves(one["of"]) for term in self.terms(one)]
        fitting = [term for term in terms if holds(condition, {**row, name: term})]
        return fitting[0] if fitting else self.cell(self.declared.fields[name], 9)

    def statement(self, count: int) -> Rows:
        """Booked entries between an opening and a closing balance, as the statement readers give them."""
        kinds = {"camt": ("OPBD", "CLBD"), "mt940": ("60F", "62F"), "ofx": ("", "LEDGERBAL")}[
            self.declared.containers[0]
        ]
        total = Decimal(1000)
        rows = []
        for place in range(count):
            amount = Decimal(self.chance.randrange(-9000, 20000)) / 100
            total += amount
            on = (_START + timedelta(days=place)).strftime("%Y-%m-%d")
            number = f"REF{self.chance.randrange(10**8, 10**9)}"
            rows.append(
                _record("entry", amount, booked_on=on, value_on=on, bank_txn_id=number, description=f"TEST {place}")
            )
        opening = (
            [_record("balance", Decimal("1000.00"), balance_kind=kinds[0], balance_on="2026-07-12")] if kinds[0] else []
        )
        return [*opening, *rows, _record("balance", total, balance_kind=kinds[1], balance_on="2026-07-31")]


def _record(record: str, amount: Decimal, **cells: str) -> dict[str, str]:
    shared = {"record": record, "account": "00000000/0000000000", "currency": "EUR", "amount": f"{amount:.2f}"}
    return {**dict.fromkeys(COLUMNS, ""), **shared, **cells}


def _currency_of(declared: Format) -> str:
    return "CNY" if "Shanghai" in str(declared.timezone) else "USD"


def all_sources(declared: Format) -> Iterator[Any]:
    """Every column source, component source and key part of a declaration."""
    for rule in declared.tables:
        yield from rule.columns.values()
        yield from rule.line_key
        parts = rule.explode or ()
        yield from parts.values() if isinstance(parts, Mapping) else (v for part in parts for v in part.values())


def _nested(source: Any) -> Iterator[Mapping[str, Any]]:
    """A source and every source inside it that is an operation."""
    if isinstance(source, list):
        for one in source:
            yield from _nested(one)
    elif isinstance(source, Mapping) and "field" not in source:
        yield source
        for key, one in source.items():
            if key in SOURCE_OPERANDS or key in ("then", "else"):
                yield from _nested(one)


def leaves(source: Any) -> Iterator[str]:
    """The fields that a source reads."""
    if isinstance(source, str):
        yield source
    elif isinstance(source, list):
        for one in source:
            yield from leaves(one)
    elif isinstance(source, Mapping) and "field" in source:  # a condition: its other words are cells, not fields
        yield from leaves(source["field"])
    elif isinstance(source, Mapping):
        for key, one in source.items():
            if key in SOURCE_OPERANDS or key in ("if", "then", "else"):
                yield from leaves(one)


def _outgoing_fields(rule: TableRule) -> Iterator[str]:
    """Fields that state a cost with its own minus: exploded as they are into a component that is no income."""
    if isinstance(rule.explode, Mapping):
        for component, source in rule.explode.items():
            if component not in _INCOME | {"unclassified", "other"}:
                parts = source["sum"] if isinstance(source, Mapping) and "sum" in source else [source]
                yield from (one for one in parts if isinstance(one, str))


def _agree(declared: Format, row: dict[str, str]) -> None:
    """Solve the controls of one row: the left side takes the value of the right, until all hold."""
    checks = [control["each_row"] for control in declared.controls if "each_row" in control]
    for _ in checks:
        for check in checks:
            left, right = evaluate_money(check["left"], row), evaluate_money(check["right"], row)
            name = next(leaves(check["left"]), None)
            if name is not None and right is not None and left is not None and left != right:
                row[name] = format(right, "f")


def _chain(declared: Format, rows: Rows) -> None:
    """Balances that follow from the amounts, oldest first."""
    if not any("chain" in control for control in declared.controls):
        return
    rules = [rule for rule in declared.tables if "balance_after" in rule.columns]
    balance = Decimal(5000)
    for row in rows:
        rule = next((one for one in rules if all(holds(condition, row) for condition in one.when)), None)
        if rule is not None:
            balance += evaluate_money(rule.columns["amount"], row) or Decimal(0)
            row[next(leaves(rule.columns["balance_after"]))] = format(balance, "f")


def _carry(declared: Format, rows: Rows) -> None:
    """Every third row is a further line of the record above it: what is carried down stands there only once."""
    if declared.carry_down is None or declared.header_record is not None:
        return
    for place in range(2, len(rows), 3):
        rows[place].update(dict.fromkeys(declared.carry_down["fields"], ""))


def _with_header_record(declared: Format, rows: Rows) -> Rows:
    """The record of the payout before its lines: it alone has the total and what is carried down from it."""
    if declared.header_record is None:
        return rows
    field = str(declared.header_record["field"])
    carried = [str(name) for name in (declared.carry_down or {}).get("fields", ())]
    amounts = [read_decimal(row["amount"]) or Decimal(0) for row in rows]
    head = dict.fromkeys(declared.fields, "")
    head.update({name: rows[0][name] for name, one in declared.fields.items() if one.required or name in carried})
    head.update({name: rows[0][name] for name in rows[0] if name.startswith("settlement-")})
    head[field] = format(sum(amounts, Decimal(0)), "f")
    for row in rows:
        row.update(dict.fromkeys([*carried, field], ""))
        row["settlement-id"] = head["settlement-id"]
    return [head, *rows]
