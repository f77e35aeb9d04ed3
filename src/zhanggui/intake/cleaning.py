"""Cells cleaned by their declared type, with what cannot be read told apart from what is blank.

Every cleaner takes the distinct texts of a column and gives typed values and a code for each value that
cannot be read (null where it can). Nothing is guessed: an unreadable cell refuses its row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from zhanggui.canon.tables import Kind
from zhanggui.intake.dates import clean_dates, clean_instants
from zhanggui.intake.declaration import Field

NULL_TOKENS = ("", "-", "--", "null", "NULL", "None", "—", "——", "订单未关闭", "nan", "NaN", "N/A", "#N/A")
MONEY = pl.Decimal(18, 4)
RATE = pl.Decimal(18, 8)
_BLANKS = " \t\r\n\f\v\u00a0\u3000\ufeff\u200b\u200c\u200d\u2060"
_CURRENCY_WORDS = (
    r"人民币|CNY|RMB|USD|EUR|GBP|JPY|HKD|PHP|MYR|SGD|THB|VND|IDR|BRL|MXN|CAD|AUD|TWD|US\s?\$|HK\$|S\$|A\$|C\$|R\$|RM|Rp"
)
_CURRENCY_SIGNS = r"[¥￥$€£₱฿₫₩元圆件个%\s\u00a0\u202f]"
_SIGNS_BEFORE = rf"^([-+(]*)(?i:{_CURRENCY_WORDS}|{_CURRENCY_SIGNS})+"
_SIGNS_AFTER = rf"(?i:{_CURRENCY_WORDS}|{_CURRENCY_SIGNS})+([-)]*)$"
_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)$"
_LAST_SIGNIFICANT = 15


@dataclass(frozen=True)
class Cleaned:
    """Typed values and, where a value cannot be read, the code that says why."""

    values: pl.Series
    problem: pl.Series
    flag: pl.Series | None = None


def _cleaned(values: pl.Series, texts: pl.Series, code: str, flag: pl.Series | None = None) -> Cleaned:
    unread = values.is_null() & texts.is_not_null()
    problem = pl.select(pl.when(unread).then(pl.lit(code)).otherwise(None)).to_series()
    return Cleaned(values, problem, flag)


def clean_text(texts: pl.Series) -> Cleaned:
    """Free text: unwrapped and trimmed; never unreadable."""
    return Cleaned(texts, pl.Series([None], dtype=pl.String).new_from_index(0, len(texts)))


def strip_cells(texts: pl.Series, nulls: tuple[str, ...] = ()) -> pl.Series:
    """What every cell goes through: blanks, ="…" wrappers, leading apostrophes and backticks, null words."""
    value = texts.str.strip_chars(_BLANKS)
    wrapped = value.str.starts_with('="')
    if wrapped.any():
        value = value.zip_with(~wrapped, value.str.strip_prefix('="').str.strip_suffix('"'))
    marked = value.str.starts_with("'") | value.str.starts_with("`")
    if marked.any():
        value = value.zip_with(~marked, value.str.slice(1))
    if wrapped.any() or marked.any():
        value = value.str.strip_chars(_BLANKS)
    blank = value.is_in([*NULL_TOKENS, *nulls])
    return value.set(blank, None) if blank.any() else value


def clean_ids(texts: pl.Series, shape: str | None = None) -> Cleaned:
    """Ids stay text. Those that a spreadsheet turned into 4.99E+18 are damaged and say so.

    `shape` is the platform's own pattern, where its ids may look like that: 25011300001E55 is an order of Shopee. A
    spreadsheet writes a point or a plus into what it spoils, and never fourteen characters without either.
    """
    value = texts
    if value.str.starts_with("No").any():
        value = value.str.replace(r"^No[:：]\s*", "")
    if value.str.ends_with(".0").any():
        value = value.str.replace(r"^(\d+)\.0$", "${1}")
    damaged = value.str.contains(r"^\d+(\.\d+)?[eE]\+?\d+$").fill_null(False)
    if shape is not None and damaged.any():
        damaged = damaged & ~(value.str.contains(f"^(?:{shape})$") & ~value.str.contains(r"[.+]")).fill_null(False)
    problem = pl.Series([None], dtype=pl.String).new_from_index(0, len(value))
    return Cleaned(value, problem.set(damaged, "id_damaged") if damaged.any() else problem)


def ids_look_rounded(ids: pl.Series) -> bool:
    """Whether long ids have lost their last digits: a spreadsheet keeps fifteen and writes zeros after them.

    Chance alone gives zeros after the fifteenth digit once in ten per digit, so a handful settles it.
    """
    long_ids = ids.drop_nulls().filter(ids.drop_nulls().str.contains(r"^\d{16,}$"))
    if long_ids.is_empty():
        return False
    tails = long_ids.str.slice(_LAST_SIGNIFICANT)
    if not tails.str.contains(r"^0+$").all():
        return False
    return int(tails.str.len_chars().sum()) >= 3


def clean_id_lists(texts: pl.Series) -> Cleaned:
    """Several ids in one cell: the first one."""
    first = texts.str.replace(r"^No[:：]\s*", "").str.extract(r"^\s*([^,，;；\s、]+)", 1)
    return clean_ids(first)


def decimal_texts(texts: pl.Series, decimal: str = "point") -> pl.Series:
    """Number texts in plain notation: no signs of currency, no thousands separators, minus in front."""
    plain = texts.str.contains(_NUMBER)
    if decimal != "comma" and plain.fill_null(True).all():
        return texts.str.strip_prefix("+")
    value = texts.str.replace_all("[−－–]", "-").str.replace_all("＋", "+").str.replace_all("，", ",")
    # Only around the number: a sign between its digits is damage, and what the digits were is not known.
    value = value.str.replace(_SIGNS_BEFORE, "${1}").str.replace(_SIGNS_AFTER, "${1}")
    bracketed = value.str.contains(r"^\(.*\)$")
    value = value.zip_with(~bracketed, pl.select(pl.lit("-") + value.str.slice(1)).to_series())
    value = value.str.strip_chars_end(")").str.replace(r"^([^-]*\d)-$", "-${1}")
    return _without_thousands(value.str.replace(r"^\+([\d.])", "${1}"), decimal)


def _without_thousands(plain: pl.Series, decimal: str) -> pl.Series:
    """Digits in groups of three joined, by blanks or by the sign that is not the decimal one; others left as they are."""
    spaced = plain.str.contains(r"^-?\d{1,3}([ \u00a0\u202f]\d{3})+([.,]\d*)?$")
    plain = plain.zip_with(~spaced, plain.str.replace_all(r"[ \u00a0\u202f]", ""))
    if decimal == "auto":
        decimal = (
            "comma"
            if plain.str.contains(r",\d{1,2}$").any() and not plain.str.contains(r"\.\d{1,2}$").any()
            else "point"
        )
    if decimal == "comma":
        grouped = plain.str.contains(r"^-?\d{1,3}(\.\d{3})+(,\d*)?$") | ~plain.str.contains(".", literal=True)
        joined = plain.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
        return joined.set(~grouped.fill_null(True), "a point that groups no thousands")
    grouped = plain.str.contains(r"^-?\d{1,3}(,\d{2,3})*,\d{3}(\.\d*)?$")
    return plain.zip_with(~grouped, plain.str.replace_all(",", ""))


def clean_decimals(texts: pl.Series, dtype: pl.Decimal, code: str, decimal: str = "point") -> Cleaned:
    """Exact decimals; more than fourteen digits before the point, or other characters, are unreadable."""
    plain = _expand_exponents(decimal_texts(texts, decimal))
    numeric = plain.set(~plain.str.contains(_NUMBER), None) if len(plain) else plain
    return _cleaned(numeric.cast(dtype, strict=False), texts, code)


def _expand_exponents(plain: pl.Series) -> pl.Series:
    if not plain.str.contains(r"^-?\d+(\.\d+)?[eE][+-]?\d+$").any():
        return plain
    from decimal import Decimal, InvalidOperation

    def expand(text: str) -> str:
        try:
            return format(Decimal(text), "f")
        except InvalidOperation:
            return text

    return plain.map_elements(expand, return_dtype=pl.String)


def clean_money_texts(texts: pl.Series) -> Cleaned:
    """A number followed by words, as in 499.00（系统计算中，该值仅供参考）: the number, flagged as estimated."""
    number = texts.str.extract(r"^\s*[¥￥$]?\s*([+-]?[\d,]+(?:\.\d+)?)", 1)
    flag = texts.str.contains(r"[（(]|计算中|参考|预估|估算").fill_null(False)
    values = clean_decimals(number, MONEY, "money_unreadable").values
    return _cleaned(values, texts, "money_unreadable", flag)


def clean_counts(texts: pl.Series, decimal: str) -> Cleaned:
    """Whole numbers; 12.0 is twelve, 12.5 is unreadable."""
    numbers = clean_decimals(texts, MONEY, "count_unreadable", decimal).values
    whole = numbers.cast(pl.Int64, strict=False)
    exact = pl.DataFrame({"w": whole, "n": numbers}).select(
        pl.when(pl.col("w").cast(MONEY) == pl.col("n")).then(pl.col("w")).otherwise(None)
    )
    return _cleaned(exact.to_series(), texts, "count_unreadable")


def clean_percents(texts: pl.Series, decimal: str) -> Cleaned:
    """78.15% and 78.15 are both 0.7815."""
    numbers = clean_decimals(texts, RATE, "rate_unreadable", decimal).values
    hundredth = pl.DataFrame({"n": numbers}).select((pl.col("n") / 100).cast(RATE)).to_series()
    return _cleaned(hundredth, texts, "rate_unreadable")


def clean_rates(texts: pl.Series, decimal: str) -> Cleaned:
    """Fractions; a percent sign divides by a hundred."""
    signed = texts.str.contains("[%％]").fill_null(False)
    numbers = clean_decimals(texts.str.replace_all("％", ""), RATE, "rate_unreadable", decimal).values
    frame = pl.DataFrame({"n": numbers, "s": signed})
    value = pl.when(pl.col("s")).then((pl.col("n") / 100).cast(RATE)).otherwise(pl.col("n"))
    return _cleaned(frame.select(value).to_series(), texts, "rate_unreadable")


_TRUE = ("是", "y", "yes", "true", "1", "t", "有", "√", "需要", "退货退款", "需要退货")
_FALSE = ("否", "n", "no", "false", "0", "f", "无", "×", "不需要", "仅退款", "不需要退货")


def clean_flags(texts: pl.Series) -> Cleaned:
    """Yes and no in both languages."""
    lowered = pl.DataFrame({"v": texts.str.to_lowercase()})
    value = pl.when(pl.col("v").is_in(_TRUE)).then(True).when(pl.col("v").is_in(_FALSE)).then(False).otherwise(None)
    return _cleaned(lowered.select(value).to_series(), texts, "flag_unreadable")


def clean_sensitive(texts: pl.Series) -> Cleaned:
    """Dropped at once: not even whether there was a value remains."""
    return clean_text(pl.Series([None], dtype=pl.String).new_from_index(0, len(texts)))


def clean_column(texts: pl.Series, field: Field, zone: str, decimal: str) -> Cleaned:
    """Clean the distinct texts of one column by the field's declared type."""
    stripped = strip_cells(texts, field.nulls)
    if field.type == "instant":
        values = clean_instants(stripped, field, zone if field.zone in (None, "shop") else field.zone)
        return _cleaned(values, stripped, "instant_unreadable")
    if field.type == "date":
        return _cleaned(clean_dates(stripped, field), stripped, "date_unreadable")
    if field.type == "id":
        return clean_ids(stripped, field.shape)
    return _CLEANERS[field.type](stripped, decimal)


_CLEANERS: dict[str, Callable[[pl.Series, str], Cleaned]] = {
    "id_list": lambda texts, _: clean_id_lists(texts),
    "text": lambda texts, _: clean_text(texts),
    "html": lambda texts, _: clean_text(texts),
    "person": lambda texts, _: clean_text(texts),
    "sensitive": lambda texts, _: clean_sensitive(texts),
    "money": lambda texts, decimal: clean_decimals(texts, MONEY, "money_unreadable", decimal),
    "money_text": lambda texts, _: clean_money_texts(texts),
    "quantity": lambda texts, decimal: clean_decimals(texts, MONEY, "quantity_unreadable", decimal),
    "count": clean_counts,
    "percent": clean_percents,
    "rate": clean_rates,
    "flag": lambda texts, _: clean_flags(texts),
}


_EMPTY_TYPES: dict[str, Any] = {
    "money": MONEY,
    "money_text": MONEY,
    "quantity": MONEY,
    "count": pl.Int64,
    "percent": RATE,
    "rate": RATE,
    "date": pl.Date,
    "instant": pl.Datetime("us"),
    "flag": pl.Boolean,
}


def empty_values(field: Field, length: int) -> pl.Series:
    """A column of nulls for a field that the file does not have."""
    return pl.Series([None], dtype=_EMPTY_TYPES.get(field.type, pl.String)).new_from_index(0, length)


_CELL_TYPES = {
    Kind.COUNT: "count",
    Kind.QUANTITY: "quantity",
    Kind.MONEY: "money",
    Kind.RATE: "rate",
    Kind.DATE: "date",
    Kind.INSTANT: "instant",
    Kind.FLAG: "flag",
}


def coerce_texts(cells: pl.Series, kind: Kind, zone: str) -> pl.Series:
    """Texts made by an expression, read as cells of a kind; other values are only cast."""
    target = _EMPTY_TYPES[_CELL_TYPES[kind]]
    if cells.dtype != pl.String:
        return cells.cast(target, strict=False)
    field = Field("expression", _CELL_TYPES[kind])
    return clean_column(cells, field, zone, "point").values.cast(target, strict=False)
