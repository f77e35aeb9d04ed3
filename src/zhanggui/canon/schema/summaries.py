"""What the close prepares for the console's lists and pages of things, so that they never read every order line.

Each row belongs to one shop, so that an answer can be narrowed to shops, but for the totals of products, which are
what somebody sees who may see every shop. Amounts are in the books' base currency,
each day's at its own rate, except in the tables by month, which keep the currency of the sale.
"""

from __future__ import annotations

from zhanggui.canon.columns import (
    buyer,
    channel,
    code,
    count,
    currency,
    flag,
    ident,
    internal_sku,
    money,
    on,
    order,
    quantity,
    seller_sku,
    shop,
    text,
)
from zhanggui.canon.tables import Column, Layer, Table, kept

_MONTH = on("month_on", "月份（首日）", "First day of the month")
_REFUNDED = money("refunded_amount", "已退款金额", "Refunded, positive, by date of repayment")


def _base_currency() -> Column:
    return code("currency", "currency", "本位币（ISO 4217）", "Base currency of the books (ISO 4217)")


def _recent(zh: str, en: str) -> tuple[str, str]:
    return f"近 30 天{zh}", f"{en} in the 30 days to the close"


_OF_PRODUCTS = (
    "first_sold_on", "last_sold_on", "line_count", "units", "net_amount", "cost_amount", "costed_net_amount", "refunded_amount",
    "recent_units", "recent_net_amount", "unconverted_count",
)  # fmt: skip
"""What a product's rows of several shops are put together from."""

PRODUCT_SUMMARY = kept(
    Layer.AGGREGATE, "product_summary", "货品概况", "Product summary", "每个店铺的每个内部货品一行", "one row for each internal SKU of a shop",
    ["shop_id", "sku_id"],
    [
        shop(),
        internal_sku(),
        channel(),
        text("title", "商品标题", "Title of the item"),
        text("category", "类目", "Category"),
        ident("gtin", "商品条码（GTIN）", "Global trade item number"),
        on("first_sold_on", "首次售出日期", "First day of a paid sale"),
        on("last_sold_on", "最近售出日期", "Last day of a paid sale"),
        count("line_count", "付款明细数", "Paid lines with the item", unit="line"),
        quantity("units", "销售件数", "Pieces paid for"),
        money("net_amount", "商品净额", "Product sales: what orders give the lines paid for"),
        money("cost_amount", "货品成本", "Cost of the goods sold; null where none is known"),
        money("costed_net_amount", "有成本明细的净额", "Product sales of the lines whose cost is known"),
        _REFUNDED,
        quantity("recent_units", *_recent("件数", "Pieces paid for")),
        money("recent_net_amount", *_recent("商品净额", "Product sales")),
        count("unconverted_count", "无汇率未计入的行数", "Rows left out of the amounts for want of a rate", unit="row"),
        _base_currency(),
    ],
    "lists",
)  # fmt: skip

PRODUCT_TOTALS = kept(
    Layer.AGGREGATE, "product_totals", "货品总览", "Product totals", "每个内部货品一行，所有店铺合计，近期卖得最多的在前",
    "one row for each internal SKU over all shops, the best sellers of late first",
    ["sku_id"],
    [
        internal_sku(),
        *(column for column in PRODUCT_SUMMARY.columns if column.name in ("title", "category", "gtin")),
        count("shop_count", "店铺数", "Shops that sold or offer it", unit="shop"),
        *(column for column in PRODUCT_SUMMARY.columns if column.name in _OF_PRODUCTS),
        quantity("on_hand", "实物库存", "On hand in all warehouses; null where no report states any"),
        _base_currency(),
    ],
    "lists",
)  # fmt: skip

PRODUCT_MONTHS = kept(
    Layer.AGGREGATE, "product_months", "货品月度", "Products by month", "内部货品 × 店铺 × 月份 × 币种", "internal SKU × shop × month × currency",
    ["shop_id", "sku_id", "month_on", "currency"],
    [
        shop(),
        internal_sku(),
        _MONTH,
        currency(),
        channel(),
        count("line_count", "付款明细数", "Paid lines with the item", unit="line"),
        quantity("units", "销售件数", "Pieces paid for"),
        money("net_amount", "商品净额", "Product sales, by date of payment"),
        money("cost_amount", "货品成本", "Cost of the goods sold; null where none is known"),
        _REFUNDED,
    ],
    "lists",
)  # fmt: skip

CUSTOMER_SUMMARY = kept(
    Layer.AGGREGATE, "customer_summary", "客户概况", "Customer summary", "每个店铺的每个买家一行", "one row for each buyer of a shop",
    ["shop_id", "buyer_key"],
    [
        shop(),
        buyer(),
        channel(),
        text("province", "收货省份", "Province or state of the latest orders"),
        text("country", "收货国家", "Country of the latest orders"),
        on("first_paid_on", "首次付款日期", "First day of payment"),
        on("last_paid_on", "最近付款日期", "Last day of payment"),
        count("order_count", "付款订单数", "Paid orders", unit="order"),
        quantity("units", "购买件数", "Pieces of paid orders"),
        money("paid_amount", "实付金额", "What the buyer paid"),
        _REFUNDED,
        count("recent_orders", *_recent("订单数", "Paid orders"), unit="order"),
        money("recent_paid_amount", *_recent("实付金额", "Paid")),
        count("unconverted_count", "无汇率未计入的行数", "Rows left out of the amounts for want of a rate", unit="row"),
        _base_currency(),
    ],
    "lists",
)  # fmt: skip

STOCK_SUMMARY = kept(
    Layer.AGGREGATE, "stock_summary", "库存概况", "Stock summary", "每仓每货品一行，最近一次库存", "one row for each warehouse and SKU: its latest statement",
    ["warehouse_id", "seller_sku_code"],
    [
        ident("warehouse_id", "仓库", "Warehouse"),
        seller_sku(),
        internal_sku(),
        text("title", "货品名称", "Name of the item"),
        shop(),
        channel(),
        on("as_of_on", "库存日期", "Day of the statement"),
        quantity("on_hand", "实物库存", "On hand"),
        quantity("available", "可售库存", "Available to sell"),
        quantity("incoming", "在途", "Incoming"),
        money("unit_cost", "单位成本", "Cost of one piece", unit="currency/piece"),
        money("stock_value", "库存金额", "On hand × unit cost; null where no cost is known"),
        quantity("recent_units", *_recent("件数", "Pieces paid for, in the stock's own shop where it has one,")),
        currency(),
    ],
    "lists",
)  # fmt: skip

ORDER_INDEX = kept(
    Layer.AGGREGATE, "order_index", "订单索引", "Order index", "每张订单一行，按下单日期排列", "one row for each order, laid out by date of order",
    ["shop_id", "platform_order_id"],
    [
        shop(),
        order(),
        channel(),
        on("created_on", "下单日期", "Business date of the order"),
        on("paid_on", "付款日期", "Business date of payment"),
        code("kind", "order_kind", "订单类型", "Kind of order"),
        code("status", "order_status", "订单状态", "State of the order"),
        buyer(),
        count("line_count", "明细行数", "Lines of the order", unit="line"),
        quantity("quantity", "件数", "Pieces ordered"),
        money("gmv_amount", "成交总额（下单口径，含未付款与取消）", "Gross merchandise value: goods as ordered, paid or not"),
        money("paid_amount", "实付金额", "What the buyer paid; null where the order is not paid"),
        money("refunded_amount", "已退款金额", "Refunded so far, positive"),
        money("settled_amount", "已结算净额", "Net of all ledger entries of the order, without mere moves of money; null where there are none"),
        currency(),
        flag("is_paid", "是否已付款", "Whether the order was paid"),
        flag("is_cancelled", "是否已取消", "Whether the order was cancelled"),
    ],
    "lists",
)  # fmt: skip

TABLES: tuple[Table, ...] = (
    PRODUCT_SUMMARY,
    PRODUCT_TOTALS,
    PRODUCT_MONTHS,
    CUSTOMER_SUMMARY,
    STOCK_SUMMARY,
    ORDER_INDEX,
)
