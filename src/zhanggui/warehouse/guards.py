"""What a file may not do to the books, however well formed it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import duckdb

from zhanggui.warehouse import staging
from zhanggui.warehouse.errors import OrderBelongsToOtherShop
from zhanggui.warehouse.quoting import books_table
from zhanggui.warehouse.rows import Parts

_ORDER_TABLES = ("orders", "order_lines")


def find_refusal(connection: duckdb.DuckDBPyConnection, every: Sequence[Parts]) -> OrderBelongsToOtherShop | None:
    """Whether the file was given under the wrong shop: the books hold one of its orders for another.

    The same platform never gives one order number to two shops, so such a file would double the orders.
    """
    for parts in every:
        if parts.table.name in _ORDER_TABLES:
            refusal = _find_foreign_order(connection, parts)
            if refusal is not None:
                return refusal
    return None


def _find_foreign_order(connection: duckdb.DuckDBPyConnection, parts: Parts) -> OrderBelongsToOtherShop | None:
    staging.create_view(connection, "arriving_orders", replace(parts, occurrence=False), None)
    arriving = _shops(connection, "arriving_orders")
    for table_name in _ORDER_TABLES:
        current = books_table(table_name)
        rivals = [
            (shop, rival) for shop in arriving for rival in _shops(connection, current) if _are_rivals(shop, rival)
        ]
        if not rivals:
            continue
        found = connection.execute(
            "SELECT s.platform_order_id, s.shop_id, c.shop_id FROM arriving_orders s "
            f"JOIN {current} c ON c.platform_order_id = s.platform_order_id "
            "JOIN (SELECT unnest(?::VARCHAR[]) AS shop_id, unnest(?::VARCHAR[]) AS rival_id) r "
            "ON r.shop_id = s.shop_id AND r.rival_id = c.shop_id ORDER BY ALL LIMIT 1",
            [[shop for shop, _ in rivals], [rival for _, rival in rivals]],
        ).fetchone()
        if found:
            return OrderBelongsToOtherShop(
                file_id=parts.file_id, platform_order_id=found[0], shop_id=found[1], other_shop_id=found[2]
            )
    return None


def _shops(connection: duckdb.DuckDBPyConnection, source: str) -> list[str]:
    found = connection.execute(f"SELECT DISTINCT shop_id FROM {source} ORDER BY 1").fetchall()
    return [shop for (shop,) in found]


def _are_rivals(shop: str, other: str) -> bool:
    return shop != other and shop.partition("/")[0] == other.partition("/")[0]
