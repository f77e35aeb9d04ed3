"""From what shops call their goods to the seller's own SKU: exact rules first, then suggestions that wait for a person.

The rules in their order, each of which can be read on the link it made:

1. `same_seller_sku_code`: the listing carries the SKU's code (spelling of width and case aside).
2. `same_gtin`: both carry one barcode whose check digit is right (GS1 General Specifications, section 7.9).
3. `erp_order_line`: the ERP shipped this SKU for the listing's order lines, every time.
4. `same_seller_code`: the seller's product code is a SKU's code.

What no rule links is compared by title, variant, price and the SKUs of its sister variants; the best match over
a threshold becomes a suggestion with its score and its parts. What a person said comes last and counts most:
confirm, reject, merge (move an alias to another SKU), undo (as if the verdict before had never been given).
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import ibis
import pyarrow as pa

from zhanggui.canon.register import TABLES

_PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class IdentityPolicy:
    """How alike two things must be before a person is asked.

    The weights (share of the score) follow what tells goods apart: the title names the thing, the variant its size
    or colour, the price and the sisters only support. They add up to one.
    suggest_from: score, 0 to 1; below it fewer than one in two proposals was right on the samples.
    candidates_most: SKUs compared with one item in full; those that share the most pairs of characters.
    items_most: items without a link that are compared in one close, those with the most sales first.
    """

    title_weight: Decimal = Decimal("0.60")
    variant_weight: Decimal = Decimal("0.20")
    price_weight: Decimal = Decimal("0.10")
    sisters_weight: Decimal = Decimal("0.10")
    suggest_from: Decimal = Decimal("0.60")
    candidates_most: int = 30
    items_most: int = 5000


@dataclass(frozen=True)
class PersonsWord:
    """A person's verdict on an alias, as the books hand it over; oldest first."""

    scope: str
    alias_kind: str
    alias: str
    verdict: str
    actor: str
    decided_at: datetime
    seller_sku_code: str | None = None


@dataclass(frozen=True)
class Link:
    """One alias and the SKU it stands for."""

    scope: str
    alias_kind: str
    alias: str
    seller_sku_code: str | None
    rule: str
    confidence: Decimal
    status: str
    decided_by: str | None = None
    decided_at: datetime | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        return self.scope, self.alias_kind, self.alias


def measure_items(listings: ibis.Table, order_lines: ibis.Table) -> ibis.Table:
    """The different things that shops sell: one row for each spelling, with its sales.

    Out: shop_id, platform_listing_id, variant, variant_text, seller_sku_code, seller_code, gtin, title, price, amount.
    """
    sold = order_lines.mutate(
        variant=ibis.coalesce(order_lines.platform_variant_id, order_lines.variant_text, ""),
        price=order_lines.unit_price,
        sold=ibis.coalesce(
            order_lines.total_amount, order_lines.paid_amount, ibis.literal(Decimal(0), "decimal(18,4)")
        ),
    )
    listed = listings.mutate(variant=listings.variant_key, sold=ibis.literal(Decimal(0), "decimal(18,4)"))
    keys = ("shop_id", "platform_listing_id", "variant", "seller_sku_code", "seller_code", "gtin")
    columns = (*keys, "variant_text", "title", "price", "sold")
    both = ibis.union(sold.select(*columns), listed.select(*columns))
    return both.group_by(*keys).agg(
        variant_text=both.variant_text.max(), title=both.title.max(), price=both.price.min(), amount=both.sold.sum()
    )


def measure_erp_matches(order_lines: ibis.Table, erp_lines: ibis.Table) -> ibis.Table:
    """Which SKU the ERP shipped for which item: shop_id, platform_listing_id, variant, seller_sku_code, line_count.

    Joined by the platform's line id; without one, by the order where it has a single line on both sides.
    """
    lines = order_lines.filter(order_lines.platform_listing_id.notnull()).mutate(
        variant=ibis.coalesce(order_lines.platform_variant_id, order_lines.variant_text, "")
    )
    shipped = erp_lines.filter(
        erp_lines.seller_sku_code.notnull(), erp_lines.platform_order_id.notnull(), erp_lines.bundle_code.isnull()
    ).select("platform_order_id", "platform_line_id", erp_sku="seller_sku_code")
    item = ("shop_id", "platform_listing_id", "variant")
    by_line = lines.inner_join(
        shipped.filter(shipped.platform_line_id.notnull()), ["platform_order_id", "platform_line_id"]
    ).select(*item, "erp_sku")
    single = lines.group_by("platform_order_id").agg(count=lines.count()).filter(ibis._["count"] == 1)
    alone = shipped.group_by("platform_order_id").agg(count=shipped.count()).filter(ibis._["count"] == 1)
    one_line = lines.semi_join(single, "platform_order_id")
    nameless = shipped.filter(shipped.platform_line_id.isnull()).semi_join(alone, "platform_order_id")
    by_order = one_line.inner_join(nameless.drop("platform_line_id"), "platform_order_id").select(*item, "erp_sku")
    both = ibis.union(by_line, by_order)
    return both.group_by(*item, seller_sku_code=both.erp_sku).agg(line_count=both.count())


def measure_bundles(order_lines: ibis.Table, erp_lines: ibis.Table) -> ibis.Table:
    """How the ERP takes bundles apart: bundle_code, component, part_quantity, bundle_quantity (distinct rows)."""
    ordered = order_lines.filter(order_lines.seller_sku_code.notnull())
    ordered = ordered.group_by("platform_order_id", bundle_code=ordered.seller_sku_code).agg(
        bundle_quantity=ordered.quantity.sum()
    )
    parts = erp_lines.filter(erp_lines.bundle_code.notnull(), erp_lines.seller_sku_code.notnull())
    parts = parts.group_by("platform_order_id", "bundle_code", component=parts.seller_sku_code).agg(
        part_quantity=parts.quantity.sum()
    )
    joined = parts.inner_join(ordered, ["platform_order_id", "bundle_code"])
    return joined.select("bundle_code", "component", "part_quantity", "bundle_quantity").distinct()


def link_items(
    items: pa.Table,
    skus: pa.Table,
    erp_matches: pa.Table,
    words: Sequence[PersonsWord],
    policy: IdentityPolicy,
) -> pa.Table:
    """Every alias with its SKU, rule, confidence and state, in the shape of `sku_links`, ordered by key.

    `skus` has seller_sku_code, gtin, style_code, title, option1 … option3 and price; codes known only from the ERP
    stand there with empty columns.
    """
    known = [row for row in skus.to_pylist() if row["seller_sku_code"]]
    rows = [row for row in items.to_pylist() if row["shop_id"] and (row["platform_listing_id"] or row["title"])]
    rejected = _rejected(words)
    exact = _exact_links(rows, known, erp_matches.to_pylist())
    links = {link.key: link for link in exact if (*link.key, link.seller_sku_code) not in rejected}
    open_rows = [row for row in rows if not row["seller_sku_code"] and _alias(row) not in links]
    for link in _suggestions(open_rows, rows, known, links, rejected, policy):
        links.setdefault(link.key, link)
    for link in _persons_links(words):
        # A rejection stands only where nothing else was found in its place.
        links[link.key] = links.get(link.key, link) if link.status == "rejected" else link
    told = [vars(links[key]) for key in sorted(links)]
    return pa.Table.from_pylist(told, schema=TABLES["sku_links"].arrow_schema)


def _alias(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """How an item is named in `sku_links`: its listing and variant, else its title and variant."""
    variant = row["variant"] or ""
    if row["platform_listing_id"]:
        return row["shop_id"], "listing", f"{row['platform_listing_id']}|{variant}"
    return row["shop_id"], "title", f"{row['title']}|{variant}"


def _exact_links(
    rows: Sequence[Mapping[str, Any]], skus: Sequence[Mapping[str, Any]], erp: Iterable[Mapping[str, Any]]
) -> Iterator[Link]:
    codes = _unique((normalise_code(sku["seller_sku_code"]), sku["seller_sku_code"]) for sku in skus)
    gtins = _unique((sku["gtin"], sku["seller_sku_code"]) for sku in skus if has_check_digit(sku["gtin"]))
    shipped = _unique(
        ((row["shop_id"], f"{row['platform_listing_id']}|{row['variant'] or ''}"), row["seller_sku_code"])
        for row in erp
    )
    found: dict[tuple[str, str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        own, seller_code = row["seller_sku_code"], row["seller_code"]
        rules = {
            "same_seller_sku_code": codes.get(normalise_code(own), own) if own else None,
            "same_gtin": gtins.get(row["gtin"]) if has_check_digit(row["gtin"]) else None,
            "erp_order_line": shipped.get((row["shop_id"], _alias(row)[2])),
            "same_seller_code": codes.get(normalise_code(seller_code)) if seller_code else None,
        }
        for rule, sku in rules.items():
            if sku:
                found[_alias(row)][rule].add(sku)
    for (scope, kind, alias), by_rule in found.items():
        for rule, named in by_rule.items():
            # Two SKUs by one rule: the rule cannot tell them apart, the next one may.
            if len(named) == 1:
                yield Link(scope, kind, alias, next(iter(named)), rule, Decimal(1), "exact")
                break


def _unique(pairs: Iterable[tuple[Any, str]]) -> dict[Any, str]:
    """The keys that stand for one value only."""
    values: dict[Any, set[str]] = defaultdict(set)
    for key, value in pairs:
        values[key].add(value)
    return {key: next(iter(found)) for key, found in values.items() if len(found) == 1}


def normalise_code(code: str) -> str:
    """One spelling of a code: width, case and outer blanks do not make two goods."""
    return unicodedata.normalize("NFKC", code).strip().casefold()


def has_check_digit(gtin: str | None) -> bool:
    """Whether it is a GTIN of 8, 12, 13 or 14 digits whose last digit is right (weights 3 and 1 from the right)."""
    if not gtin or not gtin.isascii() or not gtin.isdigit() or len(gtin) not in (8, 12, 13, 14) or not gtin.strip("0"):
        return False
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(gtin[:-1])))
    return (10 - weighted % 10) % 10 == int(gtin[-1])


def _rejected(words: Iterable[PersonsWord]) -> set[tuple[str, str, str, str | None]]:
    standing = _standing(words)
    return {(*key, word.seller_sku_code) for key, said in standing.items() for word in said if word.verdict == "reject"}


def _standing(words: Iterable[PersonsWord]) -> dict[tuple[str, str, str], list[PersonsWord]]:
    """What still stands on every alias after its undos."""
    said: dict[tuple[str, str, str], list[PersonsWord]] = defaultdict(list)
    for word in words:
        on_alias = said[word.scope, word.alias_kind, word.alias]
        if word.verdict != "undo":
            on_alias.append(word)
        elif on_alias:
            on_alias.pop()
    return said


def _persons_links(words: Iterable[PersonsWord]) -> Iterator[Link]:
    for key, said in _standing(words).items():
        given = [word for word in said if word.verdict in ("confirm", "merge") and word.seller_sku_code]
        if given and said[-1].verdict != "reject":
            last = given[-1]
            rule = "merged" if last.verdict == "merge" else "confirmed"
            yield Link(*key, last.seller_sku_code, rule, Decimal(1), "confirmed", last.actor, last.decided_at)
        elif said:
            last = said[-1]
            yield Link(*key, last.seller_sku_code, "rejected", Decimal(0), "rejected", last.actor, last.decided_at)


def _suggestions(
    open_rows: Sequence[Mapping[str, Any]],
    rows: Sequence[Mapping[str, Any]],
    skus: Sequence[Mapping[str, Any]],
    links: Mapping[tuple[str, str, str], Link],
    rejected: set[tuple[str, str, str, str | None]],
    policy: IdentityPolicy,
) -> Iterator[Link]:
    index = _index_titles(skus)
    sisters = _styles_of_listings(rows, skus, links)
    by_sales = sorted(open_rows, key=lambda row: (-(row["amount"] or 0), _alias(row)))
    for row in by_sales[: policy.items_most]:
        alias = _alias(row)
        candidates = [
            sku for sku in _nearest(row, skus, index, policy) if (*alias, sku["seller_sku_code"]) not in rejected
        ]
        styles = sisters.get((row["shop_id"], row["platform_listing_id"]), Counter())
        scored = [(score_match(row, sku, styles, policy), sku) for sku in candidates]
        best = max(scored, key=lambda pair: (pair[0].total, pair[1]["seller_sku_code"]), default=None)
        if best is not None and best[0].total >= policy.suggest_from:
            score, sku = best
            yield Link(*alias, sku["seller_sku_code"], score.told, score.total, "suggested")


@dataclass(frozen=True)
class Score:
    """How alike an item and a SKU are, part by part, 0 to 1; a part that cannot be compared is None and weighs nothing."""

    title: Decimal | None
    variant: Decimal | None
    price: Decimal | None
    sisters: Decimal | None
    total: Decimal

    @property
    def told(self) -> str:
        """The parts in one line, for the person who decides."""
        parts = {"title": self.title, "variant": self.variant, "price": self.price, "sisters": self.sisters}
        return "similar: " + ", ".join(f"{name} {value}" for name, value in parts.items() if value is not None)


def score_match(
    item: Mapping[str, Any], sku: Mapping[str, Any], styles: Mapping[str, int], policy: IdentityPolicy
) -> Score:
    """The weighted mean of the parts that can be compared."""
    options = " ".join(sku[name] for name in ("option1", "option2", "option3") if sku[name])
    parts = (
        (_compare(item["title"], sku["title"]), policy.title_weight),
        (_compare(item["variant_text"], options), policy.variant_weight),
        (_compare_prices(item["price"], sku["price"]), policy.price_weight),
        (_compare_style(sku["style_code"], styles), policy.sisters_weight),
    )
    weight = sum((weight for value, weight in parts if value is not None), Decimal(0))
    total = sum((value * weight for value, weight in parts if value is not None), Decimal(0))
    mean = (total / weight).quantize(_PLACES, ROUND_HALF_EVEN) if weight else Decimal(0)
    # Without a title to compare, nothing else may speak for a match.
    titles, variants, prices, sister = (value for value, _ in parts)
    return Score(titles, variants, prices, sister, total=mean if titles is not None else Decimal(0))


def _compare(left: str | None, right: str | None) -> Decimal | None:
    """Dice's coefficient of the pairs of characters (Dice 1945)."""
    ours, theirs = _pairs(left or ""), _pairs(right or "")
    if not ours or not theirs:
        return None
    return (Decimal(2 * len(ours & theirs)) / (len(ours) + len(theirs))).quantize(_PLACES, ROUND_HALF_EVEN)


def _pairs(text: str) -> frozenset[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
    return frozenset(plain[place : place + 2] for place in range(max(len(plain) - 1, 1))) if plain else frozenset()


def _compare_prices(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    if not left or not right or left <= 0 or right <= 0:
        return None
    return (min(left, right) / max(left, right)).quantize(_PLACES, ROUND_HALF_EVEN)


def _compare_style(style: str | None, styles: Mapping[str, int]) -> Decimal | None:
    total = sum(styles.values())
    return (Decimal(styles.get(style, 0)) / total).quantize(_PLACES, ROUND_HALF_EVEN) if style and total else None


def _index_titles(skus: Sequence[Mapping[str, Any]]) -> dict[str, list[int]]:
    index: dict[str, list[int]] = defaultdict(list)
    for place, sku in enumerate(skus):
        for pair in _pairs(sku["title"] or ""):
            index[pair].append(place)
    return index


def _nearest(
    row: Mapping[str, Any], skus: Sequence[Mapping[str, Any]], index: Mapping[str, list[int]], policy: IdentityPolicy
) -> list[Mapping[str, Any]]:
    shared: Counter[int] = Counter()
    for pair in _pairs(row["title"] or ""):
        shared.update(index.get(pair, ()))
    nearest = sorted(shared, key=lambda place: (-shared[place], skus[place]["seller_sku_code"]))
    return [skus[place] for place in nearest[: policy.candidates_most]]


def _styles_of_listings(
    rows: Iterable[Mapping[str, Any]],
    skus: Iterable[Mapping[str, Any]],
    links: Mapping[tuple[str, str, str], Link],
) -> dict[tuple[str, str], Counter[str]]:
    """The styles of the SKUs that the other variants of a listing are linked to."""
    style_of = {sku["seller_sku_code"]: sku["style_code"] for sku in skus if sku["style_code"]}
    styles: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        link = links.get(_alias(row))
        style = style_of.get(link.seller_sku_code or "") if link else None
        if style:
            styles[row["shop_id"], row["platform_listing_id"]][style] += 1
    return styles


def compose_bundles(measured: pa.Table, stated: Iterable[tuple[str, str, Decimal]]) -> pa.Table:
    """The components of bundles in the shape of `bundle_components`: what the seller states, else what the ERP shows.

    From the ERP a bundle is taken only when every order takes it apart alike.
    """
    ratios: dict[tuple[str, str], set[Decimal]] = defaultdict(set)
    for row in measured.to_pylist():
        if row["bundle_quantity"] and row["part_quantity"] is not None:
            ratios[row["bundle_code"], row["component"]].add(row["part_quantity"] / row["bundle_quantity"])
    said = {(bundle, component): quantity for bundle, component, quantity in stated}
    stated_bundles = {bundle for bundle, _ in said}
    told = [(*pair, quantity, "seller") for pair, quantity in said.items()]
    told += [
        (bundle, component, next(iter(found)), "erp")
        for (bundle, component), found in ratios.items()
        if len(found) == 1 and bundle not in stated_bundles and bundle != component
    ]
    names = ("bundle_sku_code", "component_sku_code", "quantity", "source")
    rows = [
        dict(zip(names, (b, c, q.quantize(_PLACES, ROUND_HALF_EVEN), s), strict=True)) for b, c, q, s in sorted(told)
    ]
    return pa.Table.from_pylist(rows, schema=TABLES["bundle_components"].arrow_schema)
