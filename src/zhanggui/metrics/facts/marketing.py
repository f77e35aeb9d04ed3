"""Traffic and advertising facts, each with how fine its row is, so that no visit and no spend is counted twice.

A traffic export may state the shop's total, and again each listing, source and terminal: only rows of one
`detail` may be added. An advertising platform reports the same spend by campaign, by product, by keyword and by
search term: the coarsest report that a shop has of a platform and day makes its total (`is_primary`).
"""

from __future__ import annotations

from typing import Any

import ibis

from zhanggui.canon.steps import step
from zhanggui.metrics.expressions import channel_of, conformed, known_currency, prefixed

AD_DETAILS = ("campaign", "entity", "targeting", "term")
"""From coarse to fine."""

DETAIL_COLUMNS = {"platform_listing_id": "listing", "source": "source", "terminal": "terminal"}


def _with_home(rows: Any, shops: Any) -> Any:
    """Add the channel, and the shop's currency where the row has none."""
    homes = prefixed(shops.select("shop_id", "currency"), "home_")
    rows = rows.left_join(homes, [rows.shop_id == homes.home_shop_id])
    return rows.mutate(channel=channel_of(rows.shop_id), currency=known_currency(rows.currency, rows.home_currency))


@step(reads=("traffic_daily", "shops"), writes="traffic_facts")
def traffic_facts(traffic_daily: Any, shops: Any, **_: object) -> Any:
    """One row for each shop, day, listing, source and terminal; spans of several days are left out, as they overlap."""
    single = traffic_daily.period_to_on.isnull() | (traffic_daily.period_to_on == traffic_daily.stat_on)
    rows = traffic_daily.filter(single)
    detail = ibis.literal("")
    for column, word in DETAIL_COLUMNS.items():
        is_cut = ibis.coalesce(rows[column], ibis.literal("")) != ""
        detail = detail + ibis.ifelse(is_cut, ibis.literal(word + " "), ibis.literal(""))
    return conformed(_with_home(rows.mutate(detail=detail.strip()), shops), "traffic_facts")


@step(reads=("ad_spend", "shops"), writes="ad_facts")
def ad_facts(ad_spend: Any, shops: Any, **_: object) -> Any:
    """One row for each line of an advertising report."""
    is_entity = (
        ad_spend.entity_name.notnull() | ad_spend.platform_listing_id.notnull() | ad_spend.ad_group_name.notnull()
    )
    detail = ibis.cases((ad_spend.search_term.notnull(), 3), (ad_spend.targeting.notnull(), 2), (is_entity, 1), else_=0)
    rows = ad_spend.mutate(place=detail)
    group = ["shop_id", "stat_on", "ad_platform"]
    coarsest = prefixed(rows.group_by(group).aggregate(place=rows.place.min()), "c_")
    rows = rows.inner_join(coarsest, [rows[name] == coarsest[f"c_{name}"] for name in group])
    words = [(rows.place == place, ibis.literal(word)) for place, word in enumerate(AD_DETAILS)]
    rows = rows.mutate(is_primary=rows.place == rows.c_place, detail=ibis.cases(*words, else_=ibis.literal("campaign")))
    return conformed(_with_home(rows, shops), "ad_facts")
