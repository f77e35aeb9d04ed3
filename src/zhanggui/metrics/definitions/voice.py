"""What buyers say and how soon they are answered."""

from __future__ import annotations

from functools import partial

from zhanggui.canon.metrics import Metric
from zhanggui.metrics.definitions.declaring import metric

_service = partial(metric, "service")

METRICS: tuple[Metric, ...] = (
    _service(
        "review_count", "review", "reviews",
        ("评价数", "评价条数，按评价日。"),
        ("Reviews", "Reviews, by date written."),
    ),
    _service(
        "review_rating", "star", "review_rating / review_rated_count",
        ("平均评分", "评分之和 ÷ 有评分的评价数，按评价日。"),
        ("Mean rating", "Sum of ratings ÷ reviews that have one, by date written."),
    ),
    _service(
        "conversations", "conversation", "conversations",
        ("客服会话数", "客服会话数，按开始日。"),
        ("Conversations", "Conversations with customer service, by date of their start."),
    ),
    _service(
        "first_response_seconds", "second", "message_seconds / answered_conversations",
        ("平均首次响应时长", "首次响应秒数之和 ÷ 有首次响应时长的会话数。"),
        ("Mean first response", "Seconds to the first answer, summed, ÷ conversations for which they are known."),
    ),
    _service(
        "reply_rate_24h", "share", "replied_in_24h / timed_conversations",
        ("24 小时回复率", "24 小时内回复的会话数 ÷ 已知是否 24 小时内回复的会话数。"),
        ("24-hour reply rate", "Conversations answered within 24 hours ÷ conversations for which this is known."),
    ),
)  # fmt: skip
