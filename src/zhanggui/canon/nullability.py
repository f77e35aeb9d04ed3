"""Tables that can be laid under one another: a key column that is never null is another type to Ibis than one that may be."""

from __future__ import annotations

from typing import Any

import ibis


def nullable(table: Any) -> Any:
    """The table with every column allowed to be null, its values unchanged."""
    types = {name: kind.copy(nullable=True) for name, kind in table.schema().items() if not kind.nullable}
    return table.cast(types) if types else table


def stacked(*tables: Any, is_distinct: bool = False) -> Any:
    """The rows of all tables, which have the same columns of the same kinds."""
    return ibis.union(*(nullable(table) for table in tables), distinct=is_distinct)
