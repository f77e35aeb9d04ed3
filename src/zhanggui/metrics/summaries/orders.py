"""The index of orders: what a list of orders shows, laid out by date so that its newest page is read from few blocks."""

from __future__ import annotations

from typing import Any

from zhanggui.canon.steps import step
from zhanggui.metrics.expressions import conformed, is_one_of, money, prefixed
from zhanggui.metrics.parts import PARTS

_KEY = ("shop_id", "platform_order_id", "currency")


def _settled(ledger_facts: Any) -> Any:
    """The net of what was booked for each order, as the metric `net_settlement` counts it."""
    components = [str(name) for name in PARTS["ledger_net"].where["component"]]
    rows = ledger_facts.filter(
        ledger_facts.platform_order_id.notnull(),
        ledger_facts.shop_id.notnull(),
        is_one_of(ledger_facts.component, components),
    )
    return prefixed(rows.group_by(list(_KEY)).aggregate(amount=money(rows.amount.sum())), "s_")


@step(reads=("order_facts", "ledger_facts"), writes="order_index")
def order_index(order_facts: Any, ledger_facts: Any, **_: object) -> Any:
    """One row for each order, newest first."""
    settled = _settled(ledger_facts)
    rows = order_facts.left_join(settled, [order_facts[name] == settled[f"s_{name}"] for name in _KEY])
    rows = conformed(rows.mutate(settled_amount=rows.s_amount), "order_index")
    return rows.order_by([rows.created_on.desc(nulls_first=False), "shop_id", "platform_order_id"])
