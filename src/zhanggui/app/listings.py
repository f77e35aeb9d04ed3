"""Long lists in pages: what a list may be sorted by and searched in is declared, and the engine sorts, filters and cuts.

The order is always total (the key decides between equals), so that the pages of one generation fit together without
gaps and repetitions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import pyarrow as pa

from zhanggui.app.errors import ParameterInvalid
from zhanggui.canon.questions import Parameter
from zhanggui.kernel.limits import MAX_PAGE_ROWS, MAX_PAGES, MAX_SEARCH_CHARS, PAGE_ROWS

PAGING = (
    Parameter("page", "count", "第几页（从 1 起）", "Page, from 1"),
    Parameter("size", "count", "每页行数（至多 500）", "Rows of a page, at most 500"),
    Parameter("sort", "text", "排序列，前加“-”为降序", "Column to sort by, with - before it from the greatest down"),
    Parameter("search", "text", "搜索", "Search"),
)
"""What every listing takes besides its own parameters."""


@dataclass(frozen=True)
class Listing:
    """How a list is shown: `key` tells its rows apart, `sorts` may order them, `searches` are texts to look into.

    `is_long` is a list of millions of rows: a search compares the beginning of the texts as it was typed, and of the rows
    only those are read whole that can stand on the page.
    """

    key: tuple[str, ...]
    sorts: tuple[str, ...]
    default: str
    searches: tuple[str, ...] = ()
    is_long: bool = False

    def __post_init__(self) -> None:
        assert self.default.removeprefix("-") in self.sorts, "a list is sorted by a column that it may be sorted by"


@dataclass(frozen=True)
class Page:
    """What is asked of a list; without `size`, all of it."""

    sort: str
    page: int = 1
    size: int | None = None
    search: str | None = None


_GREATEST = "\U0010ffff"  # no text that begins alike stands after it

Fetch = Callable[[Any], pa.Table]
"""Executes an Ibis expression."""


def read_page(listing: Listing, told: Mapping[str, Any]) -> Page:
    """The page asked for; raises ParameterInvalid."""
    page, size, sort, search = (told.get(name) for name in ("page", "size", "sort", "search"))
    if page is not None and not 1 <= page <= MAX_PAGES:
        raise ParameterInvalid(parameter="page", value=page, kind="1, 2, 3 …")
    if size is not None and not 1 <= size <= MAX_PAGE_ROWS:
        raise ParameterInvalid(parameter="size", value=size, kind=f"1–{MAX_PAGE_ROWS}")
    if sort is not None and sort.removeprefix("-") not in listing.sorts:
        raise ParameterInvalid(parameter="sort", value=sort, kind=", ".join(listing.sorts))
    if search is not None and len(search) > MAX_SEARCH_CHARS:
        raise ParameterInvalid(parameter="search", value=f"{search[:20]}…", kind=f"≤ {MAX_SEARCH_CHARS}")
    is_paged = page is not None or size is not None
    wanted = search.strip() if search else None
    return Page(sort or listing.default, page or 1, (size or PAGE_ROWS) if is_paged else None, wanted or None)


def fetch_listed(
    found: Any, listing: Listing, told: Mapping[str, Any], most: int, fetch: Fetch
) -> tuple[pa.Table, int]:
    """The rows of the page asked for (one more than `most` of an uncut list) and how many the list has."""
    page = read_page(listing, told)
    if isinstance(found, pa.Table):
        return _cut_table(_ordered_table(_searched_table(found, listing, page), listing, page), page)
    rows = _searched(found, listing, page)
    near = _within_reach(rows, page, fetch) if listing.is_long and page.size and not page.search else rows
    shown = fetch(_cut(_ordered(near, listing, page), page, most))
    begin = _begin(page)
    is_end = shown.num_rows < (most + 1 if page.size is None else page.size)
    if is_end and (shown.num_rows or not begin):
        return shown, begin + shown.num_rows
    return shown, int(fetch(rows.aggregate(total=rows.count()))["total"][0].as_py())


def _within_reach(rows: Any, page: Page, fetch: Fetch) -> Any:
    """The rows that can stand on the page or before it: the sorted column, read alone, says how far the page reaches.

    A table of columns reads one of them in a tenth of the time of all. Where the page reaches empty values or the end
    of the list, every row is near.
    """
    name, last = page.sort.removeprefix("-"), _begin(page) + (page.size or 0) - 1
    values = rows.select(name)
    found = fetch(values.order_by(_first_by(values, page)).limit(1, offset=last))[name].to_pylist()
    if not found or found[0] is None:
        return rows
    return rows.filter(rows[name] >= found[0] if page.sort.startswith("-") else rows[name] <= found[0])


def _first_by(rows: Any, page: Page) -> Any:
    """The order by the column asked for, what is not known last."""
    column = rows[page.sort.removeprefix("-")]
    return column.desc(nulls_first=False) if page.sort.startswith("-") else column.asc(nulls_first=False)


def _begin(page: Page) -> int:
    return (page.page - 1) * (page.size or 0)


def _searched(rows: Any, listing: Listing, page: Page) -> Any:
    if page.search is None or not listing.searches:
        return rows
    if listing.is_long:
        # The range lets the engine pass over blocks; the prefix is what is meant.
        spans = (rows[name].between(page.search, page.search + _GREATEST) for name in listing.searches)
        begins = (rows[name].startswith(page.search) for name in listing.searches)
        return rows.filter(ibis.or_(*spans), ibis.or_(*begins))
    wanted = page.search.lower()
    return rows.filter(
        ibis.or_(*(ibis.coalesce(rows[name].lower().contains(wanted), False) for name in listing.searches))
    )


def _ordered(rows: Any, listing: Listing, page: Page) -> Any:
    name = page.sort.removeprefix("-")
    return rows.order_by(
        [_first_by(rows, page), *(rows[key].asc(nulls_first=False) for key in listing.key if key != name)]
    )


def _cut(rows: Any, page: Page, most: int) -> Any:
    return rows.limit(most + 1) if page.size is None else rows.limit(page.size, offset=_begin(page))


def _searched_table(table: pa.Table, listing: Listing, page: Page) -> pa.Table:
    if page.search is None:
        return table
    wanted = page.search.lower()
    texts = zip(*(table[name].to_pylist() for name in listing.searches), strict=True)
    return table.filter(pa.array([any(wanted in (text or "").lower() for text in row) for row in texts], pa.bool_()))


def _ordered_table(table: pa.Table, listing: Listing, page: Page) -> pa.Table:
    name = page.sort.removeprefix("-")
    direction = "descending" if page.sort.startswith("-") else "ascending"
    ties = [(key, "ascending") for key in listing.key if key != name]
    return table.sort_by([(name, direction), *ties])


def _cut_table(table: pa.Table, page: Page) -> tuple[pa.Table, int]:
    return (table if page.size is None else table.slice(_begin(page), page.size)), table.num_rows
