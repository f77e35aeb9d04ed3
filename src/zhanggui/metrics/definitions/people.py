"""Who bought, and who came back."""

from __future__ import annotations

from functools import partial

from zhanggui.canon.metrics import Metric
from zhanggui.metrics.definitions.declaring import metric

_people = partial(metric, "people")

METRICS: tuple[Metric, ...] = (
    _people(
        "buyers", "buyer", "buyers",
        ("付款买家数", "有付款订单的不同买家数（假名去重），按付款日；没有买家标识的订单不计。"),
        ("Buyers", "Different buyers (by pseudonym) with a paid order, by date of payment; orders without a buyer do not count."),
    ),
    _people(
        "new_buyers", "buyer", "new_buyers",
        ("新买家数", "期间内在店铺首次付款的不同买家数；首次以账册已知的订单为准。"),
        ("New buyers", "Different buyers whose first paid order in the shop falls into the period; first as far as the books know."),
    ),
    _people(
        "repeat_buyers", "buyer", "repeat_buyers",
        ("复购买家数", "期间内有非首单付款订单的不同买家数。"),
        ("Repeat buyers", "Different buyers with a paid order in the period that was not their first in the shop."),
    ),
    _people(
        "repeat_rate", "share", "repeat_buyers / buyers",
        ("复购率", "复购买家数 ÷ 付款买家数。"),
        ("Repeat rate", "Repeat buyers ÷ buyers."),
    ),
    _people(
        "spend_per_buyer", "currency/buyer", "paid_amount / buyers",
        ("人均消费", "实付金额 ÷ 付款买家数；没有买家标识的订单只进入分子。"),
        ("Spend per buyer", "Paid amount ÷ buyers; orders without a buyer enter the numerator only."),
    ),
)  # fmt: skip
