"""What buyers write: reviews whose opinions are known, and conversations with the time until somebody answered.

A review's rating follows from the product's own quality, from how long the parcel took and from defects of its batch;
its sentences are taken from voices.yaml by the aspects that are written beside it, so that a reader of texts can be
scored against the truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from zhanggui.shopsim.business.chances import Chances, choose, seconds, spread
from zhanggui.shopsim.business.fulfilment import NAT
from zhanggui.shopsim.business.memory import running, shop_day
from zhanggui.shopsim.state import Rows, State


@dataclass(frozen=True)
class VoicePolicy:
    """How often people write, and how fast they are answered."""

    review_share: float = 0.075
    review_share_poor: float = 0.2
    brushed_review_share: float = 0.8
    review_after_hours: float = 50.0
    replied_share: float = 0.45
    replied_mean_hours: float = 15.0
    cross_share: float = 0.09
    """Buyers who are out of humour, whatever they get."""
    before_share: float = 0.07
    """Orders before which the buyer asked something."""
    late_share: float = 0.5
    """Buyers who ask where their parcel is, of those who have waited for more than `late_days`."""
    late_days: float = 7.0
    claim_share: float = 0.55
    answer_mean_minutes: float = 3.5
    unanswered_share: float = 0.015
    opens_hour: int = 9
    closes_hour: int = 23


HABITS = VoicePolicy()
_BEFORE = ("shipping_time", "product", "discount", "invoice")
Row = dict[str, Any]


@cache
def voices() -> dict[str, Any]:
    """The shipped sentences."""
    told: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "voices.yaml").read_text("utf-8"))
    return told


def draw(state: State, orders: Rows, lines: Rows) -> None:
    """Write what the buyers of the day's orders will say about them."""
    if len(lines["order_no"]):
        reviews = _reviews(state, orders, lines)
        messages = _messages(state, orders, lines)
        for table, number, rows in (("reviews", "review_no", reviews), ("messages", "conversation_no", messages)):
            if rows:
                columns: Rows = {name: [row[name] for row in rows] for name in rows[0]}  # type: ignore[misc]
                state.chronicle.add(table, {number: state.numbers.take(number, len(rows)), **columns})


def language_of(state: State, shop_no: int) -> str:
    """In which language a shop's buyers write."""
    return "zh" if state.world.shops[shop_no].country == "CN" else "en"


def satisfaction(state: State, orders: Rows, lines: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Stars (1 to 5) that each line would get, whether its parcel was slow, whether its batch is defective."""
    memory, place = running(state), lines["order_place"]
    quality = memory.chances.uniform("own quality", lines["sku_no"])
    mood = memory.chances.uniform("mood", orders["buyer_no"][place], state.day_index, lines["listing_no"])
    waited = (orders["delivered_at"] - orders["paid_at"])[place] / np.timedelta64(86400, "s")
    is_slow = waited > HABITS.late_days
    is_sick = np.array([batch in memory.sick_batches for batch in lines["batch"].tolist()], dtype=bool)
    score = 4.0 + 0.8 * quality + 0.6 * mood - np.where(mood < HABITS.cross_share, 1.4 + 20.0 * mood, 0.0)
    score = score - np.where(is_slow, 1.3, 0.0) - np.where(is_sick, 2.6, 0.0)
    return np.clip(np.rint(score), 1, 5).astype(np.int64), is_slow, is_sick


def _reviews(state: State, orders: Rows, lines: Rows) -> list[Row]:
    chances, place = running(state).chances, lines["order_place"]
    keys = (orders["buyer_no"][place], state.day_index, lines["listing_no"], lines["line_no"])
    stars, is_slow, is_sick = satisfaction(state, orders, lines)
    fake = orders["is_fake"][place]
    stars[fake] = 5
    share = np.where(
        fake, HABITS.brushed_review_share, np.where(stars <= 2, HABITS.review_share_poor, HABITS.review_share)
    )
    says = (chances.uniform("review", *keys) < share) & ~np.isnat(orders["delivered_at"])[place]
    after = seconds(2.0 + spread(chances.uniform("review after", *keys), HABITS.review_after_hours))
    replied = seconds(0.5 + spread(chances.uniform("replied after", *keys), HABITS.replied_mean_hours))
    answers = chances.uniform("replied", *keys) < HABITS.replied_share
    chosen = np.flatnonzero(says)
    words = _words(chances, "words", tuple(key[chosen] if isinstance(key, np.ndarray) else key for key in keys), 9)
    rows = []
    for row, uniform in zip(chosen.tolist(), words, strict=True):
        at = orders["delivered_at"][place[row]] + after[row]
        language = language_of(state, int(lines["shop_no"][row]))
        item = _item(state, int(lines["sku_no"][row]), language)
        text, aspects = _say(uniform, int(stars[row]), (bool(is_slow[row]), bool(is_sick[row])), language, item)
        reply = _reply(float(uniform[8]), int(stars[row]), language) if answers[row] else ""
        rows.append({
            "platform_review_id": f"{7 * 10**11 + int(lines['order_no'][row]) * 40 + int(lines['line_no'][row])}",
            "shop": orders["shop"][place[row]], "order_no": int(lines["order_no"][row]), "line_no": int(lines["line_no"][row]),
            "listing_no": int(lines["listing_no"][row]), "created_at": at, "replied_at": at + replied[row] if reply else NAT,
            "rating": int(stars[row]), "language": language, "text": text, "reply": reply, "aspects": aspects,
            "batch": lines["batch"][row],
        })  # fmt: skip
    return rows


def _item(state: State, sku_no: int, language: str) -> str:
    names = state.world.products.name_zh if language == "zh" else state.world.products.name_en
    return str(names[sku_no])


def _words(chances: Chances, purpose: str, keys: tuple[np.ndarray | int, ...], count: int) -> np.ndarray:
    """[row, number] uniforms of each row."""
    wide = tuple(key[:, None] if isinstance(key, np.ndarray) else key for key in keys)
    return chances.uniform(purpose, *wide, np.arange(count)[None, :])


def _say(uniform: np.ndarray, stars: int, flags: tuple[bool, bool], language: str, item: str) -> tuple[str, str]:
    """The text of a review and its aspects, `name:+1;name:-1`."""
    told, is_good = voices()["reviews"][language], stars >= 4
    weights = voices()["aspects"]
    count = 1 + int(uniform[0] * 2.6)
    names = list(weights)
    # The largest u**(1/w): drawing without replacement by weight (Efraimidis and Spirakis 2006).
    ranks = np.argsort(-(uniform[1:6] ** (1.0 / np.array(list(weights.values())))), kind="stable")
    aspects = {names[place]: is_good if stars != 3 else bool(uniform[6] < 0.5) for place in ranks[:count].tolist()}
    if flags[0]:
        aspects["logistics"] = False
    parts = [_pick(told["opening"]["good" if is_good else "fair" if stars == 3 else "poor"], uniform[7])]
    if flags[1]:
        aspects["quality"] = False
        parts.append(_pick(told["defect"], uniform[1]).format(item=item))
    for name, good in aspects.items():
        if not (flags[1] and name == "quality"):
            parts.append(
                _pick(told[name]["good" if good else "poor"], uniform[2 + names.index(name)]).format(item=item)
            )
    joined = ("" if language == "zh" else " ").join(parts)
    return joined, ";".join(f"{name}:{'+1' if good else '-1'}" for name, good in sorted(aspects.items()))


def _pick(sentences: list[str], uniform: float) -> str:
    return str(sentences[int(uniform * len(sentences))])


def _reply(uniform: float, stars: int, language: str) -> str:
    return _pick(voices()["reviews"][language]["reply"]["good" if stars >= 4 else "poor"], uniform)


def _messages(state: State, orders: Rows, lines: Rows) -> list[Row]:
    """Conversations: before the order, when the parcel does not come, and when something is claimed."""
    places, topics, started = _topics(state, orders)
    claims = running(state).today.get("claims", {})
    if len(claims.get("line_place", ())):
        claimed = lines["order_place"][claims["line_place"]]
        uniform = running(state).chances.uniform("claim talk", orders["buyer_no"][claimed], state.day_index)
        talks = np.flatnonzero((claims["cause"] != "withdrawn") & (uniform < HABITS.claim_share))
        places, topics = np.r_[places, claimed[talks]], topics + ["return"] * len(talks)
        started = np.concatenate([started, claims["requested_at"][talks]])
    keys = (orders["buyer_no"][places], state.day_index, np.array([len(topic) for topic in topics], dtype=np.int64))
    words = _words(running(state).chances, "talk", keys, 5)
    line_of = np.searchsorted(lines["order_place"], places)
    answered = _answered(state, orders["shop_no"][places], started, words)
    told = zip(places.tolist(), line_of.tolist(), topics, started, answered, words, strict=True)
    return [_conversation(state, orders, lines, *each) for each in told]


def _topics(state: State, orders: Rows) -> tuple[np.ndarray, list[str], np.ndarray]:
    """Order, topic and beginning of what is asked before the order and while waiting."""
    chances = running(state).chances
    keys = (orders["buyer_no"], state.day_index, orders["shop_no"])
    uniform, which = chances.uniform("asks", *keys), chances.uniform("topic", *keys)
    real = ~orders["is_fake"]
    before = np.flatnonzero(real & (uniform < HABITS.before_share))
    named = [_BEFORE[place] for place in choose(which[before], np.array([0.35, 0.35, 0.2, 0.1])).tolist()]
    earlier = orders["created_at"][before] - seconds(0.05 + spread(which[before], 0.4))
    waited = np.nan_to_num((orders["delivered_at"] - orders["paid_at"]) / np.timedelta64(86400, "s"))
    late = np.flatnonzero(real & (waited > HABITS.late_days) & (uniform > 1.0 - HABITS.late_share))
    asked = orders["paid_at"][late] + seconds(which[late] * 24.0 + 24.0 * HABITS.late_days - 24.0)
    return np.concatenate([before, late]), named + ["where_is_parcel"] * len(late), np.concatenate([earlier, asked])


def _conversation(
    state: State, orders: Rows, lines: Rows, place: int, line: int, topic: str, at: np.datetime64, answered: np.datetime64,
    uniform: np.ndarray,
) -> Row:  # fmt: skip
    shop_no = int(orders["shop_no"][place])
    language = language_of(state, shop_no)
    item = _item(state, int(lines["sku_no"][line]), language)
    is_answered = not np.isnat(answered)
    return {
        "shop": orders["shop"][place], "buyer_no": int(orders["buyer_no"][place]), "order_no": int(orders["order_no"][place]),
        "started_at": at, "first_reply_at": answered,
        "closed_at": answered + np.timedelta64(60 + int(3600 * uniform[2]), "s") if is_answered else NAT,
        "message_count": 2 + int(8 * uniform[3] ** 2) if is_answered else 1, "topic": topic,
        "language": language, "text": _pick(voices()["messages"][language][topic], uniform[4]).format(item=item),
    }  # fmt: skip


def _answered(state: State, shop_no: np.ndarray, at: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """First replies: within minutes while the shop is staffed, else after it opens; sometimes never."""
    memory = running(state)
    told = np.full(len(at), NAT)
    for shop in np.unique(shop_no):
        rows = np.flatnonzero(shop_no == shop)
        day = np.clip(shop_day(memory, int(shop), at[rows]), 0, memory.starts.shape[1] - 1)
        hour = ((at[rows] - memory.starts[shop, day]) / np.timedelta64(3600, "s")) % 24
        closed = (hour < HABITS.opens_hour) | (hour >= HABITS.closes_hour)
        wait = np.where(closed, (HABITS.opens_hour - hour) % 24, 0.0)
        minutes = spread(uniform[rows, 1], HABITS.answer_mean_minutes) + 0.1
        told[rows] = at[rows] + seconds(wait + minutes / 60.0)
    return np.where(uniform[:, 0] < HABITS.unanswered_share, NAT, told)
