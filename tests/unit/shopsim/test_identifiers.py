"""Numbers as platforms write them: unlike each other, of the shape that the import expects of the channel."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from zhanggui.intake.cleaning import clean_ids
from zhanggui.intake.declaration import find_format
from zhanggui.shopsim.market.identifiers import order_ids
from zhanggui.shopsim.scenario import load_scenario
from zhanggui.shopsim.world.places import Shop
from zhanggui.shopsim.world.whole import build_world


def _shop(channel: str) -> Shop:
    world = build_world(load_scenario("cross_border_home"), 1, 1)
    return next(shop for shop in world.shops if shop.channel == channel)


def test_shopee_s_numbers_hold_every_letter_and_are_read_as_ids() -> None:
    told = order_ids(_shop("shopee"), np.arange(40_000), np.datetime64("2025-01-13"), np.random.default_rng(1))
    assert len(set(told.tolist())) == 40_000
    shape = find_format("shopee_orders").fields["Order ID"].shape
    assert shape is not None
    assert [one for one in told if not re.fullmatch(shape, one)] == []
    like_numbers = [one for one in told if re.fullmatch(r"\d+E\d+", one)]
    assert like_numbers  # 25011300001E55: a spreadsheet's number to the eye, an order to Shopee
    cleaned = clean_ids(pl.Series(told.tolist()), shape)
    assert cleaned.problem.null_count() == 40_000
    assert cleaned.values.to_list() == told.tolist()
