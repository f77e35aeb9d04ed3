"""Telling what an export is by its header, wherever in the first rows it stands.

All headers of a format's signature must be there; among the formats that qualify, the one whose declared
headers overlap most with the file's (Jaccard) wins, and the file's name only breaks near ties.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zhanggui.intake.declaration import Format
from zhanggui.intake.headers import normalise_header
from zhanggui.kernel import limits

_NAME_BONUS = 0.05
_CONTAINER_BONUS = 0.02


@dataclass(frozen=True)
class Candidate:
    """One format that the header could be, and where the header stands."""

    format: Format
    header_index: int  # 0-based among the rows that were given
    header: tuple[str, ...]
    score: float

    @property
    def confidence(self) -> float:
        """The score as a fraction, rounded for people."""
        return round(min(1.0, self.score), 4)


def find_candidates(
    rows: Sequence[Sequence[str]], formats: Iterable[Format], file_name: str, container: str, sheet: str = ""
) -> list[Candidate]:
    """Every format whose signature one of the first rows has, best first."""
    found: dict[str, Candidate] = {}
    declared = [one for one in formats if _fits_container(one, container) and _fits_sheet(one, sheet)]
    for index, row in enumerate(rows[: limits.MAX_HEADER_SEARCH_ROWS]):
        plain = frozenset(normalise_header(cell) for cell in row if cell and cell.strip())
        if len(plain) < 2:
            continue
        for one in declared:
            present = frozenset(key for key in header_keys(one, row) if key) if one.header_cut else plain
            score = _score(one, present, file_name, container)
            if score > 0 and (one.id not in found or score > found[one.id].score):
                found[one.id] = Candidate(one, index, tuple(cell.strip() for cell in row), score)
    return sorted(found.values(), key=lambda candidate: (-candidate.score, candidate.format.id))


def header_keys(declared: Format, header: Sequence[str]) -> list[str]:
    """Headers as they are compared, without what varies from shop to shop (a currency in brackets)."""
    cut = declared.header_cut
    return [normalise_header(re.sub(cut, "", name) if cut else name) for name in header]


def _fits_container(declared: Format, container: str) -> bool:
    """Tables are tables, in text or in sheets; statements are read by their own readers only."""
    statements = {"camt", "mt940", "ofx"}
    if container in statements:
        return container in declared.containers
    return not statements & set(declared.containers)


def _fits_sheet(declared: Format, sheet: str) -> bool:
    return not (declared.sheet and sheet) or re.search(declared.sheet, sheet) is not None


def _score(declared: Format, present: frozenset[str], file_name: str, container: str) -> float:
    if declared.headers is not None or not all(keys & present for keys in declared.signature_keys):
        return 0.0
    if present & frozenset(declared.absent):
        return 0.0
    overlap = len(present & declared.known_headers) / len(present | (declared.core_headers & present) | _core(declared))
    name = _NAME_BONUS if any(re.search(pattern, file_name, re.IGNORECASE) for pattern in declared.file_names) else 0.0
    return overlap + name + (_CONTAINER_BONUS if container in declared.containers else 0.0)


def _core(declared: Format) -> frozenset[str]:
    return declared.core_headers


def near_headers(rows: Sequence[Sequence[str]]) -> tuple[int, tuple[str, ...]]:
    """The row that looks most like a header, for files that no format knows: most distinct non-numeric cells."""
    best, best_index = 0, 0
    for index, row in enumerate(rows[: limits.MAX_HEADER_SEARCH_ROWS]):
        names = {
            cell.strip()
            for cell in row
            if cell and cell.strip() and not re.fullmatch(r"[-+\d.,:/ ¥￥$%]+", cell.strip())
        }
        if len(names) > best:
            best, best_index = len(names), index
    return best_index, tuple(cell.strip() for cell in rows[best_index]) if rows else ()
