"""Giving an order's money to its lines, exactly: the lines always add up to the order.

Each line gets its share by what was due for it, cut to whole ten-thousandths, and the largest line gets what is
left. The share passes through floating point only as a proportion: both engines divide IEEE doubles alike, and
the remainder makes the sum exact whatever the proportion was. Where the lines already add up to the order
nothing is shared out.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import ibis

from zhanggui.metrics.expressions import money, or_zero

_ORDER = ("shop_id", "platform_order_id")
_TICK = Decimal("0.0001")


def _share(rows: Any) -> Any:
    """The line's proportion of the order's amount, in whole ten-thousandths, rounded down."""
    whole = rows.weight_total.cast("float64")
    proportion = rows.weight.cast("float64") / ibis.ifelse(whole > 0, whole, ibis.null("float64"))
    ticks = (rows.order_amount.cast("float64") * proportion * 10000).floor()
    tick = ibis.literal(_TICK, type="decimal(10,8)")
    shared = money(ticks.cast("int64").cast("decimal(24,8)") * tick)
    return or_zero(shared)


def with_net_amount(lines: Any) -> Any:
    """Add `net_amount` to lines that carry `weight` and `order_amount`; null order amounts leave the weight."""
    inside = ibis.window(group_by=list(_ORDER))
    largest = ibis.window(group_by=list(_ORDER), order_by=[lines.weight.desc(), lines.line_key])
    rows = lines.mutate(weight_total=money(lines.weight.sum().over(inside)), place=ibis.row_number().over(largest))
    is_settled = rows.order_amount.isnull() | (rows.weight_total == rows.order_amount)
    rows = rows.mutate(shared=ibis.ifelse(is_settled, rows.weight, _share(rows)), is_settled=is_settled)
    rows = rows.mutate(shared_total=money(rows.shared.sum().over(ibis.window(group_by=list(_ORDER)))))
    gets_rest = (rows.place == 0) & ~rows.is_settled
    rest = ibis.ifelse(gets_rest, rows.order_amount - rows.shared_total, rows.shared - rows.shared)
    return rows.mutate(net_amount=money(rows.shared + rest))
