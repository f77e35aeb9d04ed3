"""What buyers say: reviews and conversations with customer service."""

from __future__ import annotations

from zhanggui.canon.columns import (
    buyer,
    count,
    flag,
    ident,
    instant,
    listing,
    moment,
    order,
    pseudonym,
    quantity,
    shop,
    text,
)
from zhanggui.canon.tables import Table, stated

REVIEWS = stated(
    "reviews", "评价", "Reviews", "每条评价一行", "one row for each review", ["shop_id", "review_key"],
    [
        shop(),
        ident("review_key", "评价键：评价编号，无则为订单与商品", "Review: its platform id, else order and product"),
        ident("platform_review_id", "平台评价编号", "The platform's id of the review"),
        order(),
        listing(),
        text("title", "评价标题", "Title of the review"),
        quantity("rating", "评分（1 至 5）", "Rating from 1 to 5", unit="star"),
        text("rating_raw", "评分原文", "Rating as the platform words it"),
        text("text", "评价内容", "What the buyer wrote"),
        text("followup_text", "追评内容", "What the buyer added later"),
        text("reply_text", "商家回复", "The seller's answer"),
        *moment("created", "评价", "the review was written"),
        instant("followup_at", "追评时间", "When the buyer added to it (UTC)"),
        instant("replied_at", "回复时间", "When the seller answered (UTC)"),
        flag("is_visible", "是否展示", "Whether other buyers see it"),
        flag("has_media", "是否有图或视频", "Whether it has pictures or video"),
    ],
    "voice",
)  # fmt: skip

SERVICE_MESSAGES = stated(
    "service_messages", "客服会话", "Service conversations", "每个客服会话一行", "one row for each conversation",
    ["shop_id", "conversation_id"],
    [
        shop(),
        ident("conversation_id", "会话编号", "Id of the conversation"),
        buyer(),
        *moment("started", "会话开始", "the buyer first wrote"),
        instant("first_reply_at", "首次人工回复时间", "When a person first answered (UTC)"),
        instant("closed_at", "会话结束时间", "When the conversation ended (UTC)"),
        count("message_count", "消息条数", "Messages exchanged", unit="message"),
        count("first_response_seconds", "首次响应时长（秒）", "Seconds to the first answer", unit="second"),
        flag("is_replied_in_24h", "是否 24 小时内回复", "Whether it was answered within 24 hours"),
        pseudonym("agent_hash", "客服假名", "Keyed hash of the agent"),
        text("topic", "主题", "Topic"),
    ],
    "voice",
)  # fmt: skip

TABLES: tuple[Table, ...] = (REVIEWS, SERVICE_MESSAGES)
