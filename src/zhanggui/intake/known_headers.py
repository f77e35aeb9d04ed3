"""The headers that all shipped declarations know, and how near an unknown header comes to them.

Every platform writes its own names, yet they are variations on one vocabulary. Sixty declarations together are a
dictionary of that vocabulary; the canonical columns' own names in both languages complete it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import Any

from zhanggui.canon.register import TABLES
from zhanggui.canon.tables import Layer
from zhanggui.intake.declaration import shipped_formats
from zhanggui.intake.headers import normalise_header
from zhanggui.intake.plausible_rows import leaves

Place = tuple[str, str]  # canonical table, column
_PLAIN, _COMPOSED, _NAME = 1.0, 0.5, 0.4
_LEAST_SIMILAR = 0.6
_EVIDENCE_SHARE = 0.25
_ELSEWHERE_SHARE = 0.8
# Words of the trade that no shipped format happens to use.
_SYNONYMS: Mapping[Place, str] = {
    (
        "orders",
        "platform_order_id",
    ): "invoice no|invoice number|order ref|order number|order code|单据编号|单号|订单单号|销售单号",
    (
        "order_lines",
        "platform_order_id",
    ): "invoice no|invoice number|order ref|order number|order code|单据编号|单号|订单单号|销售单号",
    (
        "orders",
        "created_at",
    ): "invoice date|order date|order time|purchase timestamp|purchase date|单据日期|下单日期|订单时间",
    ("orders", "paid_at"): "payment time|payment date|approved at|支付日期|付款日期",
    ("orders", "completed_at"): "delivered customer date|completion time|完成日期|收货时间",
    ("orders", "shipped_at"): "delivered carrier date|ship date|dispatch date|发货日期",
    (
        "orders",
        "buyer_key",
    ): "customer id|customer no|customer code|buyer id|member id|client id|客户编号|会员编号|会员名",
    ("orders", "country"): "country|国家",
    ("orders", "total_amount"): "grand total|order total|总金额|订单总额|合计金额",
    ("orders", "paid_amount"): "amount paid|实收金额|实付金额|买家实付|支付金额",
    (
        "order_lines",
        "seller_sku_code",
    ): "stock code|item code|item number|product code|article no|货号|商品编码|商品编号|款号",
    ("order_lines", "platform_listing_id"): "product id|item id|商品id|宝贝id",
    ("order_lines", "platform_line_id"): "order item id|line id|line item id",
    ("order_lines", "title"): "description|product name|item name|item description|品名|商品全名|产品名称",
    ("order_lines", "quantity"): "qty|units|pieces|件数|数量|销售数量",
    ("order_lines", "unit_price"): "price|unit price|selling price|item price|单价|售价|商品单价",
    ("order_lines", "shipping_amount"): "freight value|freight|postage|运费",
    ("order_lines", "total_amount"): "line total|line amount|金额|小计金额",
    ("bank_transactions", "booked_at"): "transaction time|交易时间|记账时间",
    (
        "bank_transactions",
        "booked_on",
    ): "date|transaction date|posting date|posted date|post date|交易日期|记账日|记账日期|交易日",
    (
        "bank_transactions",
        "description",
    ): "details|narrative|memo|particulars|摘要|交易摘要|交易说明|交易描述|附言|transaction details",
    ("bank_transactions", "balance_after"): "balance|running balance|ledger balance|账户余额|本次余额|余额|联机余额",
    ("bank_transactions", "amount"): "amount|transaction amount|billing amount|交易金额|金额|发生额|入账金额|记账金额",
    ("bank_transactions", "counterparty"): "payee|payer|counterparty|对方户名|对手信息|对方名称|交易对方|merchant name",
    ("bank_transactions", "counterparty_account"): "对方账号|对方账户|counterparty account",
    ("bank_transactions", "type_raw"): "transaction type|交易类型|业务类型",
    ("settlement_lines", "posted_at"): "transaction time|交易时间|动账时间|记账时间",
    ("settlement_lines", "platform_txn_id"): "transaction id|交易单号|交易订单号|流水号",
    ("settlement_lines", "merchant_order_no"): "商家订单号|商户订单号|商户单号|merchant order id",
    ("settlement_lines", "title"): "商品说明|商品|商品名称|product",
    ("settlement_lines", "counterparty"): "交易对方|对方名称|counterparty",
    ("settlement_lines", "status"): "交易状态|当前状态|status",
    ("settlement_lines", "channel_raw"): "支付方式|收/付款方式|付款方式|payment method",
    ("settlement_lines", "type_raw"): "交易类型|交易分类|业务类型|transaction type",
    ("stock_levels", "on_hand"): "stock|in stock|qty on hand|stock on hand|库存|现有库存|库存数量",
    ("reviews", "rating"): "score|stars|review score|评分|星级",
    ("reviews", "text"): "comment|review|review comment message|评论|评价内容",
    ("reviews", "title"): "review comment title",
    ("reviews", "platform_review_id"): "review id|评价编号",
    ("reviews", "created_at"): "review creation date|评价时间",
    ("reviews", "replied_at"): "review answer timestamp",
    ("payments", "platform_payment_id"): "payment id|支付流水号",
    ("payments", "amount"): "payment value|支付金额",
    ("payments", "method_raw"): "payment type|payment method|支付方式",
    ("skus", "seller_sku_code"): "product id|item code|商品编码|单品编码",
    ("skus", "category_raw"): "category|product category name|分类名称|品类",
    ("skus", "weight_grams"): "product weight g|weight g",
    ("skus", "length_mm"): "product length|product length cm|length",
    ("skus", "width_mm"): "product width|product width cm|width",
    ("skus", "height_mm"): "product height|product height cm|height",
    ("skus", "title"): "单品名称|商品名称|product name",
    ("skus", "brand"): "brand|manufacturer|品牌",
}
TABLES_SUGGESTED = (
    "orders", "order_lines", "refunds", "settlement_lines", "bank_transactions", "payments", "stock_levels",
    "purchase_orders", "purchase_order_lines", "listings", "skus", "cost_prices", "shipments", "shipment_charges",
    "reviews", "traffic_daily", "search_terms", "ad_spend", "customers", "user_events", "price_observations",
)  # fmt: skip
"""The tables that a file of unknown layout may be about."""


@dataclass
class KnownHeaders:
    """Plain header → canonical places with their weights; the names of the two sides, and the words of directions."""

    places: dict[str, dict[Place, float]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))
    incoming: set[str] = field(default_factory=set)
    outgoing: set[str] = field(default_factory=set)
    words_in: set[str] = field(default_factory=set)
    words_out: set[str] = field(default_factory=set)
    persons: set[str] = field(default_factory=set)


@lru_cache(maxsize=16384)
def plain_header(header: str) -> str:
    """A header without what varies: case, width, units in brackets, underscores and joined words."""
    words = re.sub(r"([a-z])([A-Z])", r"\1 \2", header)
    text = normalise_header(words.replace("_", " ").replace("-", " ").replace(".", " "))
    bare = re.sub(r"[(（\[【].*?[)）\]】]|[:：*#/]", " ", text)
    return re.sub(r"\s+", " ", bare).strip() or text


@cache
def known_headers() -> KnownHeaders:
    """The dictionary, built once from every shipped declaration."""
    known = KnownHeaders()
    for declared in shipped_formats().values():
        spelled = {name: [plain_header(one) for one in (name, *each.also)] for name, each in declared.fields.items()}
        sides = {name: each.spellings for name, each in declared.fields.items()}  # in brackets stands which side it is
        known.persons.update(h for name, one in declared.fields.items() if one.type == "person" for h in spelled[name])
        for rule in declared.tables:
            for column, source in rule.columns.items():
                _add_source(known, spelled, sides, (rule.table, column), source)
    for place, names in _SYNONYMS.items():
        for name in names.split("|"):
            known.places[plain_header(name)][place] += _PLAIN
    for place, name in _column_names():
        known.places[plain_header(name)][place] += _NAME
    return known


def _column_names() -> Iterator[tuple[Place, str]]:
    for table in TABLES.values():
        if table.layer is Layer.STATED:
            for column in table.columns:
                yield (table.name, column.name), column.name
                yield (table.name, column.name), column.zh


def _add_source(
    known: KnownHeaders,
    spelled: Mapping[str, list[str]],
    sides: Mapping[str, tuple[str, ...]],
    place: Place,
    source: Any,
) -> None:
    weight = _PLAIN if isinstance(source, str) or (isinstance(source, Mapping) and "code" in source) else _COMPOSED
    for name in leaves(source["of"] if isinstance(source, Mapping) and "code" in source else source):
        for header in spelled[name]:
            known.places[header][place] += weight
    if isinstance(source, Mapping) and "in" in source and "out" in source:
        known.incoming.update(header for name in leaves(source["in"]) for header in sides[name])
        known.outgoing.update(header for name in leaves(source["out"]) for header in sides[name])
    if isinstance(source, Mapping) and "direction" in source:
        known.words_in.update(map(str, source["incoming"]))
        known.words_out.update(map(str, source.get("outgoing") or ()))


@lru_cache(maxsize=65536)
def similarity(left: str, right: str) -> float:
    """How alike two plain headers are, 0 to 1: the same, the same words, or most letters in the same order."""
    if left == right:
        return 1.0
    one, two = set(left.split()), set(right.split())
    words = len(one & two) / len(one | two) if len(one) > 1 or len(two) > 1 else 0.0
    if len(left) < 2 or len(right) < 2:
        return words
    letters = SequenceMatcher(None, left, right, autojunk=False).ratio()
    within = (
        0.85 if min(len(left), len(right)) >= 3 and (left in right or right in left) and not left.isascii() else 0.0
    )
    return min(0.97, max(words, letters, within))


@lru_cache(maxsize=4096)
def places_of(header: str) -> dict[Place, float]:
    """The canonical places that a header may mean, with a score from 0 to 1."""
    known = known_headers()
    plain = plain_header(header)
    scores: dict[Place, float] = {}
    near = [plain] if plain in known.places else [one for one in known.places if _may_be_near(plain, one)]
    for one in near:
        alike = similarity(plain, one)
        if alike < _LEAST_SIMILAR:
            continue
        total = sum(known.places[one].values())
        for place, weight in known.places[one].items():
            evidence = min(1.0, weight) * (1 - _EVIDENCE_SHARE) + _EVIDENCE_SHARE * weight / total
            scores[place] = max(scores.get(place, 0.0), alike * evidence)
    return _in_other_tables(scores)


def _in_other_tables(scores: dict[Place, float]) -> dict[Place, float]:
    """A header that means a column in one table means the column of that name in any other, if less surely."""
    shared = dict(scores)
    for (_, column), score in scores.items():
        for table in TABLES_SUGGESTED:
            if column in TABLES[table].by_name:
                shared[table, column] = max(shared.get((table, column), 0.0), _ELSEWHERE_SHARE * score)
    return shared


def _may_be_near(left: str, right: str) -> bool:
    return bool(set(left) & set(right)) and similarity(left, right) >= _LEAST_SIMILAR


def nearest(header: str, names: set[str]) -> float:
    """How near a header, with its brackets, comes to any of these names."""
    plain = normalise_header(header)
    return 1.0 if plain in names else max((similarity(plain, name) for name in names), default=0.0)


@cache
def known_terms() -> dict[str, dict[str, str]]:
    """Vocabulary → raw term → the code that most declarations give it."""
    votes: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for declared in shipped_formats().values():
        for vocabulary, terms in declared.vocabularies.items():
            for raw, code in terms.items():
                votes[vocabulary][str(raw).strip().casefold()][str(code)] += 1
    return {name: {raw: codes.most_common(1)[0][0] for raw, codes in terms.items()} for name, terms in votes.items()}
