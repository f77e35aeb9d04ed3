"""What the cells of a column look like, whatever its header says: the second witness when a layout is unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zhanggui.canon.tables import Kind
from zhanggui.intake.cleaning import NULL_TOKENS

_MOST = 0.9
_DATE = r"(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})|20\d{6})"
_CLOCK = r"[T\s]+\d{1,2}:\d{2}.*"
_LOOKS: dict[str, re.Pattern[str]] = {
    "instant": re.compile(rf"^({_DATE}{_CLOCK}|20\d{{12}})$"),
    "date": re.compile(rf"^{_DATE}$"),
    "clock": re.compile(r"^\d{1,2}:\d{2}(:\d{2})?$"),
    "email": re.compile(r"^[^@\s]+@[^@\s]+\.\w+$"),
    "phone": re.compile(r"^(\+?\d{1,3}[- ]?)?1[3-9]\d[\d*]{8}$"),
    "url": re.compile(r"^https?://"),
    "percent": re.compile(r"^[-+]?[\d.,]+[%％]$"),
    "currency": re.compile(r"^(CNY|USD|EUR|GBP|HKD|JPY|CAD|AUD|BRL|人民币)$"),
    "long_id": re.compile(r"^(?=.*\d)[A-Za-z0-9_-]{12,}$"),
    "integer": re.compile(r"^[-+]?\d{1,3}(,\d{3})+$|^[-+]?\d{1,11}$"),
    "number": re.compile(r"^[-+]?[¥￥$€£]?\s*[-+]?\d[\d,]*(\.\d+)?$|^[-+]?\.\d+$"),
}
_FITS: dict[Kind, frozenset[str]] = {
    Kind.INSTANT: frozenset({"instant", "date", "blank"}),
    Kind.DATE: frozenset({"date", "instant", "blank"}),
    Kind.MONEY: frozenset({"number", "integer", "blank"}),
    Kind.QUANTITY: frozenset({"number", "integer", "blank"}),
    Kind.COUNT: frozenset({"integer", "blank"}),
    Kind.RATE: frozenset({"number", "integer", "percent", "blank"}),
    Kind.FLAG: frozenset({"text", "integer", "blank"}),
    Kind.CODE: frozenset({"text", "integer", "blank"}),
    Kind.ID: frozenset({"long_id", "integer", "number", "text", "blank"}),
    Kind.TEXT: frozenset({"text", "url", "integer", "long_id", "number", "currency", "phone", "email", "blank"}),
}


@dataclass(frozen=True)
class Contents:
    """The look of a column, its distinct texts in order, and whether it tells its rows apart."""

    look: str
    distinct: tuple[str, ...]
    is_unique: bool
    has_negative: bool

    def fits(self, kind: Kind) -> bool:
        """Whether cells of that look can be read into a column of the kind."""
        return self.look in _FITS[kind]

    @property
    def is_personal(self) -> bool:
        """Whether the cells themselves are telephone numbers or addresses of persons."""
        return self.look in ("phone", "email")


def look_at(cells: Iterable[str]) -> Contents:
    """The contents of a column from some of its cells."""
    filled = [cell for raw in cells if (cell := _bare(raw)) not in NULL_TOKENS]
    distinct = tuple(dict.fromkeys(filled))
    negative = any(re.match(r"^[-−(]\s*[\d¥$]", cell) for cell in filled)
    return Contents(_look(filled), distinct, len(distinct) == len(filled) > 1, negative)


def _bare(cell: str) -> str:
    text = cell.strip().removeprefix('="').removesuffix('"')
    return text.lstrip("`'").strip()


def _look(filled: Sequence[str]) -> str:
    if not filled:
        return "blank"
    for look, pattern in _LOOKS.items():
        if sum(1 for cell in filled if pattern.search(cell)) >= _MOST * len(filled):
            return look
    return "text"
