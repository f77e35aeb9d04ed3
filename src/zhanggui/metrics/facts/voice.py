"""Review and conversation facts: what means and rates are made of, with their channel."""

from __future__ import annotations

from typing import Any

import ibis

from zhanggui.canon.steps import step
from zhanggui.metrics.expressions import channel_of, conformed


@step(reads=("reviews",), writes="review_facts")
def review_facts(reviews: Any, **_: object) -> Any:
    """One row for each review."""
    rated_count = ibis.ifelse(reviews.rating.notnull(), 1, 0)
    return conformed(reviews.mutate(channel=channel_of(reviews.shop_id), rated_count=rated_count), "review_facts")


@step(reads=("service_messages",), writes="message_facts")
def message_facts(service_messages: Any, **_: object) -> Any:
    """One row for each conversation; the 24-hour mark follows from the seconds where the file does not state it."""
    seconds = service_messages.first_response_seconds
    in_a_day = ibis.coalesce(service_messages.is_replied_in_24h, seconds <= 86400)
    rows = service_messages.mutate(
        channel=channel_of(service_messages.shop_id), is_answered=seconds.notnull(), is_replied_in_24h=in_a_day
    )
    return conformed(rows, "message_facts")
